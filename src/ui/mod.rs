//! The screens: a loop that turns keys into messages, has the model's effects done beside it, and draws.
//!
//! The life of a key: the reader thread waits for the terminal and sends what it reads to the loop; [`keys::message`]
//! finds its meaning in the screen's table; the model takes it in; effects go to the desk's thread, whose outcomes come
//! back to the same loop; then [`draw`] draws, a function of the model, and what it measured goes back to the model.
//! When nothing happens the loop sleeps: it has no clock of its own but an exam's.
//!
//! The terminal is restored on quit, on an error, on a panic and on a signal; a program that is stopped (Ctrl-Z) gives it
//! back, and takes it again when it goes on. Colour only repeats what words and marks say.

use std::io;
use std::sync::Arc;
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::Duration;

use crossterm::event::{
    self, DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture, Event, KeyEventKind,
    MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::execute;
use ratatui::layout::Position;

use crate::app::message::{LabMessage, Message, Outcome, SideEffect};
use crate::app::pane::Motion;
use crate::app::prompt::Edit;
use crate::app::{KeyNames, Model, Screen, Start};
use crate::clock::{Stopwatch, SystemClock};
use crate::content::Library;
use crate::desk::worker::Worker;
use crate::desk::{Aims, Desk, is_saving};
use crate::progress::Store;

mod canvas;
mod clipboard;
pub mod keys;
mod screens;
mod theme;
mod type_ahead;
pub mod widgets;

pub use canvas::{ClickTarget, Drawn, Look};
pub use screens::draw;
pub use theme::Theme;
pub use type_ahead::TypeAhead;

/// What the screens open with.
#[derive(Debug)]
pub enum Opening {
    /// The home screen.
    Home,
    /// A screen that is ready.
    Screen(Box<Screen>),
    /// Something to start.
    Start(Start),
}

/// What the screens begin with, beside what they open.
#[derive(Clone, Debug, Default)]
pub struct Setup {
    /// Colours and letters.
    pub look: Look,
    /// What the learner works towards.
    pub aims: Aims,
    /// The keys that the learner has set.
    pub keys: KeyNames,
    /// What was said before the first screen covered it.
    pub notice: Option<String>,
}

/// What is said in a second window.
const TWO_WINDOWS: &str = "dynadrill is open in another window too. Both save to the same file; use one at a time";

/// How often the clock of an exam, or of a case, is shown.
const TICK: Duration = Duration::from_millis(500);

/// Something that happens to the loop.
enum Happening {
    Terminal(Event),
    Desk(Outcome),
    /// A signal has come, and waits to be looked at.
    #[cfg(unix)]
    Signal,
}

/// What waits to be taken in: what happened, and the numbers of the signals among it.
struct Inbox {
    happenings: Receiver<Happening>,
    signals: Receiver<i32>,
}

/// Shows the screens until the learner leaves.
///
/// # Errors
/// The terminal or the progress file fails.
pub fn run(library: Library, store: Store, opening: Opening, setup: Setup) -> anyhow::Result<()> {
    let library = Arc::new(library);
    let Setup { look, aims, keys, notice } = setup;
    // Held until the screens are left.
    let window = store.claim_window();
    let notice = notice.or_else(|| window.is_second.then(|| TWO_WINDOWS.to_owned()));
    let mut desk = Desk::new(Arc::clone(&library), store, Arc::new(SystemClock)).with_aims(aims);
    let mut model = Model::new(library, desk.standing());
    model.keys = keys;
    let (happen, happenings) = mpsc::channel();
    let outcomes = happen.clone();
    // The loop may have ended before the last outcome; then it is of no use.
    let worker = Worker::start(desk, move |outcome| drop(outcomes.send(Happening::Desk(outcome))));
    match opening {
        Opening::Home => {}
        Opening::Screen(screen) => model.show(*screen),
        Opening::Start(start) => {
            for effect in model.update(Message::Open(start)) {
                worker.perform(effect);
            }
        }
    }
    // After what opens, which is no key that would take it away.
    model.notice = notice.or(model.notice.take());
    // ratatui's init also installs a panic hook that restores the terminal before the panic is printed.
    let mut terminal = ratatui::init();
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        modes(false);
        hook(panic);
    }));
    modes(true);
    // Signals have a way of their own: they wait behind no keys.
    let (signal, signals) = mpsc::channel();
    #[cfg(unix)]
    read_signals(signal, happen.clone())?;
    #[cfg(not(unix))]
    drop(signal);
    read_terminal(happen);
    let ended = turn(&mut terminal, &mut model, &worker, &Inbox { happenings, signals }, look);
    modes(false);
    ratatui::restore();
    // What was asked for is still done: an exam that was left is saved.
    worker.finish();
    Ok(ended?)
}

/// Asks the terminal for the mouse and for pastes in one piece, or no longer. A terminal that knows neither is used without.
#[expect(clippy::disallowed_methods, reason = "nothing but sequences of this program's own is written")]
fn modes(on: bool) {
    let mut out = io::stdout();
    let _ = if on {
        execute!(out, EnableMouseCapture, EnableBracketedPaste)
    } else {
        execute!(out, DisableBracketedPaste, DisableMouseCapture)
    };
}

/// Reads signals on a thread of its own: those that end the program, that stop it, and that continue it.
#[cfg(unix)]
fn read_signals(signal: Sender<i32>, happen: Sender<Happening>) -> io::Result<()> {
    use signal_hook::consts::{SIGCONT, SIGHUP, SIGTERM, SIGTSTP};
    let mut signals = signal_hook::iterator::Signals::new([SIGTERM, SIGHUP, SIGTSTP, SIGCONT])?;
    std::thread::spawn(move || {
        for number in signals.forever() {
            if signal.send(number).is_err() || happen.send(Happening::Signal).is_err() {
                break;
            }
        }
    });
    Ok(())
}

/// Gives the terminal back and stops the program, as Ctrl-Z does; returns when it is continued.
#[cfg(unix)]
fn suspend(terminal: &mut ratatui::DefaultTerminal) -> io::Result<()> {
    modes(false);
    ratatui::restore();
    signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP)?;
    resume(terminal)
}

#[cfg(not(unix))]
fn suspend(_: &mut ratatui::DefaultTerminal) -> io::Result<()> {
    Ok(())
}

/// Takes the terminal again, whatever was done to it meanwhile, and has everything drawn.
#[cfg(unix)]
fn resume(terminal: &mut ratatui::DefaultTerminal) -> io::Result<()> {
    use crossterm::terminal::{EnterAlternateScreen, disable_raw_mode, enable_raw_mode};
    use ratatui::backend::{Backend as _, ClearType};
    disable_raw_mode()?;
    enable_raw_mode()?;
    execute!(terminal.backend_mut(), EnterAlternateScreen)?;
    modes(true);
    // Terminal::clear would ask where the cursor is, which the thread that reads the terminal keeps from being answered.
    terminal.backend_mut().clear_region(ClearType::All)?;
    terminal.swap_buffers();
    Ok(())
}

/// Returns what a signal means; one that stops or continues the program is dealt with here.
#[cfg(unix)]
fn signalled(signal: i32, terminal: &mut ratatui::DefaultTerminal) -> io::Result<Option<Message>> {
    use signal_hook::consts::{SIGCONT, SIGTSTP};
    match signal {
        SIGTSTP => suspend(terminal).map(|()| None),
        SIGCONT => resume(terminal).map(|()| None),
        _ => Ok(Some(Message::End)),
    }
}

/// Reads the terminal on a thread of its own, so that keys and outcomes wake the same loop.
fn read_terminal(happen: Sender<Happening>) {
    std::thread::spawn(move || {
        while let Ok(event) = event::read() {
            if happen.send(Happening::Terminal(event)).is_err() {
                break;
            }
        }
    });
}

fn turn(
    terminal: &mut ratatui::DefaultTerminal,
    model: &mut Model,
    worker: &Worker,
    inbox: &Inbox,
    look: Look,
) -> io::Result<()> {
    let Inbox { happenings, signals } = inbox;
    let mut watch = Stopwatch::start(&SystemClock);
    let mut ahead = TypeAhead::default();
    let knows_links = clipboard::knows_links(std::env::var_os("TERM").as_deref());
    while !model.quit || is_saving(model.screen()) {
        let mut drawn = Drawn::default();
        let frame = terminal.draw(|frame| drawn = draw(model, look, frame))?;
        let links = if knows_links { clipboard::links(frame.buffer, &drawn.links) } else { Vec::new() };
        clipboard::write_links(terminal.backend_mut(), &links)?;
        model.update(Message::Laid(std::mem::take(&mut drawn.extents)));
        let happened = if model.is_ticking() {
            match happenings.recv_timeout(TICK) {
                Ok(happened) => Some(happened),
                Err(RecvTimeoutError::Timeout) => None,
                Err(RecvTimeoutError::Disconnected) => break,
            }
        } else {
            let Ok(happened) = happenings.recv() else { break };
            Some(happened)
        };
        // A computer that slept does not use up an exam.
        let passed = watch.lap_awake(&SystemClock);
        let tick = model.is_ticking().then_some(Message::Passed(passed));
        // What has piled up is taken in before the next frame.
        let more = std::iter::from_fn(|| happenings.try_recv().ok());
        let messages: Vec<Happening> = happened.into_iter().chain(more.take(MOST_AT_ONCE)).collect();
        let mut effects = tick.map(|tick| model.update(tick)).unwrap_or_default();
        #[cfg(unix)]
        for signal in signals.try_iter() {
            effects.extend(signalled(signal, terminal)?.map(|message| model.update(message)).unwrap_or_default());
        }
        for happened in messages {
            effects.extend(take_in(happened, terminal, model, &mut ahead, &drawn)?);
        }
        for effect in effects {
            match effect {
                SideEffect::Copy(text) => clipboard::copy(terminal.backend_mut(), &text)?,
                effect => worker.perform(effect),
            }
        }
    }
    Ok(())
}

/// Has the model take in what happened; returns what it wants done. What was typed while something opened comes after it.
fn take_in(
    happened: Happening,
    terminal: &mut ratatui::DefaultTerminal,
    model: &mut Model,
    ahead: &mut TypeAhead,
    drawn: &Drawn,
) -> io::Result<Vec<SideEffect>> {
    let has_opened = matches!(happened, Happening::Desk(Outcome::Started(_)));
    let meant = match happened {
        Happening::Terminal(event) => ahead.hold(event, model, drawn).and_then(|event| message(event, model, drawn)),
        Happening::Desk(outcome) => Some(Message::Done(outcome)),
        #[cfg(unix)]
        Happening::Signal => None,
    };
    if matches!(meant, Some(Message::Suspend)) {
        suspend(terminal)?;
        return Ok(Vec::new());
    }
    let mut effects = meant.map(|meant| model.update(meant)).unwrap_or_default();
    for event in ahead.release(has_opened, model) {
        effects.extend(message(event, model, drawn).map(|meant| model.update(meant)).unwrap_or_default());
    }
    Ok(effects)
}

/// Returns how many columns the terminal has; `None` if it does not say.
#[must_use]
pub fn columns() -> Option<usize> {
    crossterm::terminal::size().ok().map(|(columns, _)| usize::from(columns)).filter(|columns| *columns > 0)
}

/// The most that happens between two frames: more than anyone types, so that what a program types is not drawn key by key.
const MOST_AT_ONCE: usize = 1024;

/// Returns what an event of the terminal means; `drawn` is what stands on screen.
#[must_use]
pub fn message(event: Event, model: &Model, drawn: &Drawn) -> Option<Message> {
    match event {
        // Nobody answers what is not seen: in a window that is too small, keys only leave.
        Event::Key(key) if drawn.is_too_small && key.kind != KeyEventKind::Release => keys::message(key, model)
            .filter(|message| matches!(message, Message::Quit | Message::Interrupt | Message::Suspend)),
        Event::Paste(_) | Event::Mouse(_) if drawn.is_too_small => None,
        Event::Key(key) if key.kind != KeyEventKind::Release => keys::message(key, model),
        // A paste is text, never keys: where no text is typed it means nothing.
        Event::Paste(text) if model.is_typing() => Some(pasted(&text)),
        Event::Mouse(mouse) => clicked(mouse, model, drawn),
        _ => None,
    }
}

/// What a paste means. The end of its last line is none of the learner's: it would stand in the prompt as an empty line.
fn pasted(text: &str) -> Message {
    Message::Edit(Edit::Insert(text.trim_end_matches(['\r', '\n']).to_owned()))
}

/// How many lines the wheel scrolls.
const WHEEL: i32 = 3;

fn clicked(mouse: MouseEvent, model: &Model, drawn: &Drawn) -> Option<Message> {
    let at = Position { x: mouse.column, y: mouse.row };
    let mut under = drawn.hits.iter().rev().filter(|(area, _)| area.contains(at)).map(|(_, hit)| *hit);
    let pane = |mut hits: Box<dyn Iterator<Item = ClickTarget> + '_>| {
        hits.find_map(|hit| if let ClickTarget::Pane(pane) = hit { Some(pane) } else { None })
    };
    match mouse.kind {
        MouseEventKind::ScrollDown => Some(Message::Scroll(pane(Box::new(under)), Motion::Lines(WHEEL))),
        MouseEventKind::ScrollUp => Some(Message::Scroll(pane(Box::new(under)), Motion::Lines(-WHEEL))),
        MouseEventKind::Down(MouseButton::Left) => match under.next()? {
            ClickTarget::Choose(at) => Some(Message::Choose(at)),
            ClickTarget::Pane(pane) => Some(Message::FocusOn(pane)),
            ClickTarget::Tab(tab) => Some(Message::Lab(LabMessage::Tab(tab))),
            ClickTarget::Divider => Some(Message::Grab),
        },
        MouseEventKind::Drag(MouseButton::Left) if model.is_dividing => {
            let divider = drawn.hits.iter().find(|(_, hit)| *hit == ClickTarget::Divider)?.0;
            let by = i32::from(mouse.column) - i32::from(divider.x);
            i16::try_from(by).ok().filter(|by| *by != 0).map(Message::Divide)
        }
        _ => None,
    }
}
