//! The program on a terminal that exists only in memory, for pictures: what it draws in colours, for a dark and for a light
//! background, also while a line runs.

use std::sync::Arc;

use crossterm::event::{Event, KeyCode, KeyEvent, KeyModifiers};
use dynadrill::app::message::{Message, Outcome};
use dynadrill::app::prompt::Edit;
use dynadrill::app::screens::lab::Gate;
use dynadrill::app::{Model, Screen, Start};
use dynadrill::clock::{Clock as _, VirtualClock};
use dynadrill::content::{self, Library, Source};
use dynadrill::desk::{Desk, screen_of};
use dynadrill::progress::Store;
use dynadrill::quiz::Session;
use dynadrill::ui::{self, Drawn, Look, Theme};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

/// The same screen in two themes.
pub(crate) struct Shots {
    pub(crate) dark: Buffer,
    pub(crate) light: Buffer,
}

pub(crate) struct Camera {
    model: Model,
    desk: Desk,
    clock: VirtualClock,
    size: (u16, u16),
    drawn: Drawn,
    /// How much of the line that runs is done when the picture is to be taken, in percent; nothing more is taken in then.
    until: Option<u64>,
    is_held: bool,
}

impl Camera {
    /// At home, on an empty progress file.
    pub(crate) fn new(size: (u16, u16)) -> Self {
        let library = Arc::new(content::load(&Source::Embedded).0);
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let store = Store::in_memory("a picture").unwrap();
        let mut desk = Desk::new(Arc::clone(&library), store, Arc::new(clock.clone())).live();
        let mut model = Model::new(library, desk.standing());
        model.standing.unsaved = None;
        let mut camera = Self { model, desk, clock, size, drawn: Drawn::default(), until: None, is_held: false };
        camera.draw(Theme::Dark);
        camera
    }

    pub(crate) fn library(&self) -> Arc<Library> {
        Arc::clone(&self.model.library)
    }

    pub(crate) fn model(&self) -> &Model {
        &self.model
    }

    fn draw(&mut self, theme: Theme) -> Buffer {
        let mut terminal = Terminal::new(TestBackend::new(self.size.0, self.size.1)).unwrap();
        let look = Look { theme, is_ascii: false };
        terminal.draw(|frame| self.drawn = ui::draw(&self.model, look, frame)).unwrap();
        self.model.update(Message::Laid(self.drawn.extents.clone()));
        terminal.backend().buffer().clone()
    }

    /// What is on screen.
    pub(crate) fn shots(&mut self) -> Shots {
        // What was measured by the first frame decides what the next shows.
        self.draw(Theme::Dark);
        Shots { dark: self.draw(Theme::Dark), light: self.draw(Theme::Light) }
    }

    fn send(&mut self, message: Message) {
        let mut waiting = self.model.update(message);
        while !waiting.is_empty() && !self.is_held {
            let mut outcomes = Vec::new();
            for effect in waiting {
                self.desk.perform(effect, &mut |outcome| outcomes.push(outcome));
            }
            waiting = Vec::new();
            for outcome in outcomes {
                let share = match &outcome {
                    Outcome::Running(progress, _) if progress.total > 0 => Some(progress.done * 100 / progress.total),
                    _ => None,
                };
                waiting.extend(self.model.update(Message::Done(outcome)));
                // Pictures keep progress in memory, which a learner does not.
                self.model.standing.unsaved = None;
                self.is_held = self.until.zip(share).is_some_and(|(until, share)| share >= until);
                if self.is_held {
                    return;
                }
            }
        }
        self.draw(Theme::Dark);
    }

    /// Starts something.
    pub(crate) fn open(&mut self, start: Start) {
        self.send(Message::Open(start));
    }

    /// Puts a session on screen.
    pub(crate) fn show(&mut self, session: Session) {
        self.model.show(screen_of(session, None));
        self.draw(Theme::Dark);
    }

    /// Goes home, where everything is read again.
    pub(crate) fn open_home(&mut self) {
        // Leaving a lab asks first.
        for _ in 0..6 {
            self.press(KeyCode::Esc);
        }
        assert!(matches!(self.model.screen(), Screen::Home(_)));
        let standing = self.desk.standing();
        self.send(Message::Done(Outcome::Stands(Box::new(standing))));
        self.model.standing.unsaved = None;
        self.model.notice = None;
    }

    pub(crate) fn press(&mut self, code: KeyCode) {
        let event = Event::Key(KeyEvent::new(code, KeyModifiers::NONE));
        if let Some(message) = ui::message(event, &self.model, &self.drawn) {
            self.send(message);
        }
    }

    pub(crate) fn press_alt(&mut self, letter: char) {
        let event = Event::Key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::ALT));
        if let Some(message) = ui::message(event, &self.model, &self.drawn) {
            self.send(message);
        }
    }

    pub(crate) fn types(&mut self, letters: &str) {
        letters.chars().for_each(|letter| self.press(KeyCode::Char(letter)));
    }

    /// Marks the right options of the question on screen, or the first wrong ones.
    pub(crate) fn chooses(&mut self, rightly: bool) {
        let asked = match self.model.screen() {
            Screen::Question(question) => question.session.current().cloned(),
            Screen::Exam(exam) => exam.session.current().cloned(),
            _ => None,
        };
        let asked = asked.expect("a question is on screen");
        let right = asked.shown.iter().filter(|shown| shown.option.correct).count();
        let wanted = asked.shown.iter().filter(|shown| shown.option.correct == rightly);
        let letters: String = wanted.take(right).map(|shown| shown.letter.to_ascii_lowercase()).collect();
        self.types(&letters);
    }

    /// Answers the question on screen: its feedback is shown then.
    pub(crate) fn answers(&mut self, rightly: bool) {
        self.chooses(rightly);
        self.press(KeyCode::Enter);
    }

    /// Does steps of the lab on screen as their solutions do.
    pub(crate) fn solves(&mut self, steps: usize) {
        let Screen::Lab(lab) = self.model.screen() else { panic!("no lab") };
        let lab = self.model.library.lab(lab.view.lab.as_deref().unwrap()).unwrap();
        let solutions: Vec<Vec<String>> = lab.steps.iter().map(|step| step.solution.clone()).collect();
        for solution in solutions.iter().take(steps) {
            self.skips();
            for line in solution {
                self.runs(line.trim());
            }
        }
    }

    /// Skips the prediction, if one is asked for.
    pub(crate) fn skips(&mut self) {
        if matches!(self.model.screen(), Screen::Lab(lab) if lab.gate == Gate::Asking) {
            self.press(KeyCode::Esc);
        }
    }

    /// Runs a line in the lab.
    pub(crate) fn runs(&mut self, line: &str) {
        self.send(Message::Edit(Edit::Insert(line.to_owned())));
        self.press(KeyCode::Enter);
    }

    /// Runs a line until so much of it is done, and holds the picture there.
    pub(crate) fn runs_until(&mut self, line: &str, percent: u64) {
        self.until = Some(percent);
        self.runs(line);
        assert!(self.is_held, "the line has ended");
    }

    /// Lets days pass.
    pub(crate) fn days_pass(&mut self, days: u64) {
        let then = self.clock.now().plus_millis(days * 86_400_000);
        self.clock.set(then);
        self.send(Message::Passed(1));
    }
}
