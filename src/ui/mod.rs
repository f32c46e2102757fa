//! The screens: a loop that reads keys, sends messages to the model, does the effects it answers, and draws.
//!
//! Drawing is a function of the model ([`draw`]); which key means what stands in `keymap` and is printed from
//! there into the footer and the help. The terminal is restored on quit, on an error and on a panic.
//!
//! Left out: mouse and graphics. Colour only repeats what words and marks say; NO_COLOR switches it off.

use std::io;

use crossterm::event::{self, Event, KeyEventKind};

use crate::app::{Effect, LabScreen, Message, Model, QuizScreen, Saved, Screen, Start};
use crate::clock::{Clock as _, SystemClock};
use crate::content::Library;
use crate::lab::Runner;
use crate::plain;
use crate::progress::Store;
use crate::quiz::{Selection, Session, select};

mod keymap;
mod theme;
mod view;

pub use theme::Theme;
pub use view::draw;

/// What the screens open with.
#[derive(Debug)]
pub enum Opening {
    /// The home screen.
    Home,
    /// A quiz.
    Quiz(Session),
    /// A lab.
    Lab(Box<Runner>),
}

/// How many questions a quiz from the home screen has.
const QUIZ_LENGTH: usize = 10;

/// Shows the screens until the learner leaves.
///
/// # Errors
/// The terminal or the progress file fails.
pub fn run(library: Library, store: Store, opening: Opening) -> anyhow::Result<()> {
    let summary = store.summary()?;
    let mut model = Model::new(library, summary);
    match opening {
        Opening::Home => {}
        Opening::Quiz(session) => model.screen = Screen::Quiz(Box::new(QuizScreen::new(session))),
        Opening::Lab(runner) => model.screen = Screen::Lab(Box::new(LabScreen::new(*runner))),
    }
    let theme = Theme::from_environment();
    // ratatui's init also installs a panic hook that restores the terminal before the panic is printed.
    let mut terminal = ratatui::init();
    let ended = turn(&mut terminal, &mut model, store, theme);
    ratatui::restore();
    Ok(ended?)
}

fn turn(terminal: &mut ratatui::DefaultTerminal, model: &mut Model, mut store: Store, theme: Theme) -> io::Result<()> {
    while !model.quit {
        terminal.draw(|frame| draw(model, theme, frame))?;
        let Event::Key(key) = event::read()? else { continue };
        if key.kind == KeyEventKind::Release {
            continue;
        }
        if let Some(message) = keymap::message(key, model) {
            let effects = model.update(message);
            for effect in effects {
                perform(effect, model, &mut store);
            }
        }
    }
    Ok(())
}

/// Does an effect and tells the model what came of it.
fn perform(effect: Effect, model: &mut Model, store: &mut Store) {
    let message = match effect {
        Effect::Start(start) => started(&start, model, store),
        Effect::Save(Saved::Answer(answer)) => match plain::save(store, &answer.0, &answer.1, &SystemClock) {
            Ok(()) => Message::AnswerSaved(answer),
            Err(error) => Message::Notice(format!("The answer could not be saved ({error}); enter tries again")),
        },
        Effect::Save(Saved::Step { lab, completed }) => match plain::save_step(store, &lab, &completed, &SystemClock) {
            Ok(()) => Message::Notice("Step done, saved".to_owned()),
            Err(error) => Message::Notice(format!("The step could not be saved: {error}")),
        },
    };
    model.update(message);
    if let Ok(summary) = store.summary() {
        model.update(Message::Scores(summary));
    }
}

fn started(start: &Start, model: &Model, store: &Store) -> Message {
    let topics = match start {
        Start::Stats => return Message::Stats,
        Start::Lab(name) => return start_lab(name, model, store),
        Start::Quiz => Vec::new(),
        Start::Topic(topic) => vec![topic.clone()],
    };
    let seed = SystemClock.now().as_millis();
    let selection = Selection { topics, patterns: Vec::new(), count: QUIZ_LENGTH, seed };
    let history = store.history().unwrap_or_default();
    let session = Session::new(&select(&model.library, &selection, Some(&history)), seed);
    if session.is_empty() {
        return Message::Notice("There are no questions here yet".to_owned());
    }
    Message::Started(Screen::Quiz(Box::new(QuizScreen::new(session))))
}

fn start_lab(name: &str, model: &Model, store: &Store) -> Message {
    let Some(lab) = model.library.lab(name) else { return Message::Notice(format!("There is no lab {name}")) };
    let saved = store.lab_steps(name).unwrap_or_default();
    match Runner::resume(lab, &saved) {
        Ok(mut runner) => {
            if let Ok(here) = std::env::current_dir() {
                runner.read_files_in(here);
            }
            Message::Started(Screen::Lab(Box::new(LabScreen::new(runner))))
        }
        Err(error) => Message::Notice(error.to_string()),
    }
}
