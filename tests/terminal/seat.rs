//! A seat at the program: a model, a desk with a progress file in memory, and a screen of some size.

use std::sync::{Arc, OnceLock};

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers, MouseButton, MouseEvent, MouseEventKind};
use dynadrill::app::message::{Message, Outcome, SideEffect};
use dynadrill::app::{Model, Screen, Standing, Start};
use dynadrill::clock::{Clock, VirtualClock};
use dynadrill::content::{self, Library, Source};
use dynadrill::desk::{Desk, screen_of};
use dynadrill::progress::Store;
use dynadrill::quiz::Session;
use dynadrill::ui::{self, Drawn, Look, Theme, keys};
use ratatui::Terminal;
use ratatui::backend::TestBackend;

/// A learner in front of the program.
pub(crate) struct Seat {
    pub(crate) model: Model,
    desk: Desk,
    pub(crate) clock: VirtualClock,
    pub(crate) size: (u16, u16),
    pub(crate) look: Look,
    pub(crate) drawn: Drawn,
    /// What was on screen while lines ran.
    pub(crate) frames: Vec<String>,
    /// Whether it is said that nothing is saved.
    pub(crate) is_unsaved: bool,
    /// The questions whose proof was noted as seen.
    noted: Vec<String>,
    /// What is not done although it was asked for: the disk is full, say.
    pub(crate) refuses: Option<fn(&SideEffect) -> bool>,
}

/// The embedded content, loaded once for all tests.
pub(crate) fn library() -> Arc<Library> {
    static LIBRARY: OnceLock<Arc<Library>> = OnceLock::new();
    Arc::clone(LIBRARY.get_or_init(|| Arc::new(content::load(&Source::Embedded).0)))
}

impl Seat {
    /// At home, on an empty progress file.
    pub(crate) fn new(width: u16, height: u16) -> Self {
        Self::of(library(), width, height)
    }

    /// The same over other content.
    pub(crate) fn of(library: Arc<Library>, width: u16, height: u16) -> Self {
        Self::over(library, Store::in_memory("a test").unwrap(), width, height)
    }

    /// With a session on screen, over a progress file.
    pub(crate) fn at_session_over(session: Session, store: Store, width: u16, height: u16) -> Self {
        let mut seat = Self::over(library(), store, width, height);
        seat.model.show(screen_of(session, None));
        seat.draw();
        seat
    }

    fn over(library: Arc<Library>, store: Store, width: u16, height: u16) -> Self {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let desk = Desk::new(Arc::clone(&library), store, Arc::new(clock.clone())).live();
        let model = Model::new(library, Standing::default());
        let look = Look { theme: Theme::Plain, is_ascii: false };
        let mut seat = Self {
            model,
            desk,
            clock,
            size: (width, height),
            look,
            drawn: Drawn::default(),
            frames: Vec::new(),
            is_unsaved: false,
            noted: Vec::new(),
            refuses: None,
        };
        seat.draw();
        seat
    }

    /// With a session on screen.
    pub(crate) fn at_session(session: Session, width: u16, height: u16) -> Self {
        let mut seat = Self::new(width, height);
        seat.model.show(screen_of(session, None));
        seat.draw();
        seat
    }

    /// With something started.
    pub(crate) fn started(start: Start, width: u16, height: u16) -> Self {
        let mut seat = Self::new(width, height);
        seat.send(Message::Open(start));
        seat
    }

    /// Has a message taken in and its effects done, then draws.
    pub(crate) fn send(&mut self, message: Message) {
        let waiting = self.model.update(message);
        self.performs(waiting);
    }

    /// Has effects done, and what comes of them, then draws.
    pub(crate) fn performs(&mut self, mut waiting: Vec<SideEffect>) {
        while !waiting.is_empty() {
            let mut outcomes = Vec::new();
            for effect in waiting {
                match &effect {
                    SideEffect::NoteProof(asked) => self.noted.push(asked.question.id.clone()),
                    SideEffect::Prove(answered) => self.noted.push(answered.0.question.id.clone()),
                    _ => {}
                }
                if self.refuses.is_some_and(|refuses| refuses(&effect)) {
                    outcomes.push(Outcome::Failed("the disk is full".to_owned()));
                } else {
                    self.desk.perform(effect, &mut |outcome| outcomes.push(outcome));
                }
            }
            waiting = Vec::new();
            for mut outcome in outcomes {
                // These tests keep progress in memory; what is said of that is one test's own affair.
                if let Outcome::Stands(standing) = &mut outcome
                    && !self.is_unsaved
                {
                    standing.unsaved = None;
                }
                let is_running = matches!(outcome, Outcome::Running(..));
                waiting.extend(self.model.update(Message::Done(outcome)));
                if is_running {
                    let frame = self.draw();
                    self.frames.push(frame);
                }
            }
        }
        self.draw();
    }

    /// Draws, and tells the model what was measured, as the loop does.
    pub(crate) fn draw(&mut self) -> String {
        let (width, height) = self.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.drawn = ui::draw(&self.model, self.look, frame)).unwrap();
        self.model.update(Message::Laid(self.drawn.extents.clone()));
        text_of(terminal.backend().buffer())
    }

    /// An event of the terminal.
    pub(crate) fn event(&mut self, event: Event) {
        if let Some(message) = ui::message(event, &self.model, &self.drawn) {
            self.send(message);
        }
    }

    /// Presses keys: `a`, `enter`, `ctrl-c`, `alt-1`, separated by blanks; `space` is a blank. No key may mean two things.
    pub(crate) fn keys(&mut self, keys: &str) {
        for name in keys.split_whitespace() {
            let event = key_of(name);
            let names = keys::names_of(event, &self.model);
            assert!(names.len() <= 1, "{name} means {names:?}");
            self.event(Event::Key(event));
        }
    }

    /// Types a text, key by key.
    pub(crate) fn types(&mut self, text: &str) {
        for letter in text.chars() {
            self.event(Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE)));
        }
    }

    /// Pastes a text.
    pub(crate) fn pastes(&mut self, text: &str) {
        self.event(Event::Paste(text.to_owned()));
    }

    /// Clicks.
    pub(crate) fn clicks(&mut self, column: u16, row: u16) {
        let kind = MouseEventKind::Down(MouseButton::Left);
        self.event(Event::Mouse(MouseEvent { kind, column, row, modifiers: KeyModifiers::NONE }));
    }

    /// Lets milliseconds pass.
    pub(crate) fn passes(&mut self, millis: u64) {
        let then = self.clock.now().plus_millis(millis);
        self.clock.set(then);
        self.send(Message::Passed(millis));
    }

    /// What is on screen, with reversed parts between brackets: what the cursor is on.
    pub(crate) fn reversed(&mut self) -> String {
        let (width, height) = self.size;
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| self.drawn = ui::draw(&self.model, self.look, frame)).unwrap();
        let buffer = terminal.backend().buffer().clone();
        let is_reversed = |cell: &ratatui::buffer::Cell| cell.modifier.contains(ratatui::style::Modifier::REVERSED);
        let cells = buffer.content.iter().filter(|cell| is_reversed(cell));
        cells.map(ratatui::buffer::Cell::symbol).collect()
    }

    /// Gives the window another size.
    pub(crate) fn resizes(&mut self, width: u16, height: u16) {
        self.size = (width, height);
        self.draw();
    }

    /// Every theme draws the same letters, so that colour repeats what marks and words say; with ASCII asked for, nothing else
    /// is drawn.
    pub(crate) fn means_the_same_without_colours_and_in_ascii(&mut self, name: &str) {
        let kept = self.look;
        let shown = self.draw();
        for (_, theme) in Theme::NAMES {
            self.look.theme = theme;
            assert!(self.draw() == shown, "{name}: {theme:?} draws other letters");
        }
        self.look = Look { is_ascii: true, ..kept };
        for (row, line) in self.draw().lines().enumerate() {
            assert!(line.is_ascii(), "{name}, {}x{}, row {row}: {line}", self.size.0, self.size.1);
        }
        self.look = kept;
        self.draw();
    }

    /// Compares the screen with the file of a name and the window's size; writes it if UPDATE_GOLDEN is set.
    pub(crate) fn is_golden(&mut self, name: &str) {
        self.means_the_same_without_colours_and_in_ascii(name);
        let shown = self.draw();
        let file = format!("{name}-{}x{}.txt", self.size.0, self.size.1);
        let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/terminal/golden").join(&file);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, &shown).unwrap();
            return;
        }
        let wanted = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(shown == wanted, "{file} differs; UPDATE_GOLDEN=1 writes it anew. It is now:\n{shown}");
    }

    /// How many answers are on disk.
    pub(crate) fn answers(&mut self) -> u64 {
        self.desk.standing().summary.all.answers
    }

    /// What the screen would be in a window of another size; the model hears nothing of it.
    pub(crate) fn glimpse(&self, width: u16, height: u16) -> String {
        let mut terminal = Terminal::new(TestBackend::new(width, height)).unwrap();
        terminal.draw(|frame| drop(ui::draw(&self.model, self.look, frame))).unwrap();
        text_of(terminal.backend().buffer())
    }

    /// What the footer says: its keys, or a notice, which may begin on the rule; without the way to the keys at its end.
    pub(crate) fn footer(&mut self) -> String {
        let shown = self.draw();
        let lines: Vec<&str> = shown.lines().collect();
        let body = lines.iter().rposition(|line| line.starts_with(['─', '-'])).map_or(0, |rule| rule + 1);
        // A notice of several lines stands where the rule was, below the header's.
        let begin = if body < 3 { lines.len().saturating_sub(4) } else { body };
        let says = lines.get(begin..).unwrap_or_default().join(" ");
        let says = says.split_whitespace().collect::<Vec<_>>().join(" ");
        ["? keys", "F10 keys", "? close"]
            .iter()
            .find_map(|ending| says.strip_suffix(ending))
            .unwrap_or(&says)
            .trim()
            .to_owned()
    }

    /// Whether it is noted that the proof of a question was seen: a later answer to it would rest on that.
    pub(crate) fn proof_is_noted(&mut self, question: &str) -> bool {
        self.noted.iter().any(|noted| noted == question)
    }

    /// The name of the screen.
    pub(crate) fn screen(&self) -> &'static str {
        match self.model.screen() {
            Screen::Home(_) => "home",
            Screen::Browse(_) => "list",
            Screen::Question(_) => "question",
            Screen::Exam(_) => "exam",
            Screen::Lab(_) => "lab",
            Screen::Scores(_) => "scores",
        }
    }
}

/// The lines of a drawn screen, without the blanks at their ends.
fn text_of(buffer: &ratatui::buffer::Buffer) -> String {
    let (width, height) = (buffer.area.width, buffer.area.height);
    let line = |row: u16| (0..width).map(|column| buffer[(column, row)].symbol()).collect::<String>();
    let lines: Vec<String> = (0..height).map(|row| line(row).trim_end().to_owned()).collect();
    lines.join("\n") + "\n"
}

fn key_of(name: &str) -> KeyEvent {
    let (modifiers, name) = match name.split_once('-') {
        Some(("ctrl", rest)) => (KeyModifiers::CONTROL, rest),
        Some(("alt", rest)) => (KeyModifiers::ALT, rest),
        _ => (KeyModifiers::NONE, name),
    };
    let code = match name {
        "enter" => KeyCode::Enter,
        "esc" => KeyCode::Esc,
        "tab" => KeyCode::Tab,
        "backtab" => KeyCode::BackTab,
        "space" => KeyCode::Char(' '),
        "up" => KeyCode::Up,
        "down" => KeyCode::Down,
        "left" => KeyCode::Left,
        "right" => KeyCode::Right,
        "pgup" => KeyCode::PageUp,
        "pgdn" => KeyCode::PageDown,
        "home" => KeyCode::Home,
        "end" => KeyCode::End,
        "backspace" => KeyCode::Backspace,
        "del" => KeyCode::Delete,
        letter if letter.chars().count() == 1 => KeyCode::Char(letter.chars().next().unwrap()),
        function if function.starts_with('F') => KeyCode::F(function[1..].parse().unwrap()),
        other => panic!("there is no key {other}"),
    };
    KeyEvent::new(code, modifiers)
}
