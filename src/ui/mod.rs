//! The screens: a loop that reads keys, sends messages to the model, does the effects it answers, and draws.
//!
//! Drawing is a function of the model ([`draw`]); which key means what stands in `keymap` and is printed from
//! there into the footer and the help. The terminal is restored on quit, on an error and on a panic.
//!
//! Left out: mouse and graphics. Colour only repeats what words and marks say; NO_COLOR switches it off.

use std::io;
use std::time::Duration;

use crossterm::event::{self, Event, KeyEventKind};

use crate::app::{Effect, LabScreen, Message, Model, QuizScreen, Saved, Screen, Standing, Start, study, text};
use crate::clock::{Clock as _, Stopwatch, SystemClock};
use crate::content::{Library, Question};
use crate::http::{self, LAB_SERVICES};
use crate::lab::{Proofs, Runner};
use crate::plain::WIDTH;
use crate::progress::{Error, Held, Notice, Store};
use crate::quiz::{Order, Purpose, Selection, Session, select};
use crate::records::{self, Left, Outcome, Records};
use crate::review;

mod endpoint;
mod keymap;
mod theme;
mod view;

use endpoint::{Endpoint, Waiting};
pub use theme::Theme;
pub use view::draw;

/// What the screens open with.
#[derive(Debug)]
pub enum Opening {
    /// The home screen.
    Home,
    /// A quiz or an exam, and what the next save of it needs if it was left before.
    Quiz(Session, Option<Held>),
    /// A lab.
    Lab(Box<Runner>),
}

/// How many questions a quiz from the home screen has.
const QUIZ_LENGTH: usize = 10;
/// How often an exam's clock is shown anew.
const TICK: Duration = Duration::from_millis(500);
/// How long a client waits at most for the loop to look at its request.
const CALLS: Duration = Duration::from_millis(20);

/// Shows the screens until the learner leaves.
///
/// # Errors
/// The terminal or the progress file fails.
pub fn run(library: Library, store: Store, opening: Opening) -> anyhow::Result<()> {
    let mut desk = Desk::new(store)?;
    let standing = desk.standing(&library)?;
    let mut model = Model::new(library, standing);
    desk.show_notices(&mut model);
    match opening {
        Opening::Home => {}
        Opening::Quiz(session, held) => {
            model.screen = Screen::Quiz(Box::new(QuizScreen::new(session).held(held)));
        }
        Opening::Lab(runner) => model.screen = Screen::Lab(Box::new(LabScreen::new(*runner))),
    }
    let theme = Theme::from_environment();
    // ratatui's init also installs a panic hook that restores the terminal before the panic is printed.
    let mut terminal = ratatui::init();
    let ended = turn(&mut terminal, &mut model, &mut desk, theme);
    ratatui::restore();
    // However the screens ended, an exam in the middle is paused.
    let paused = desk.pause(&model);
    ended?;
    paused
        .map_err(|error| anyhow::anyhow!("the exam on screen could not be saved, only what was saved before: {error}"))
}

fn turn(terminal: &mut ratatui::DefaultTerminal, model: &mut Model, desk: &mut Desk, theme: Theme) -> io::Result<()> {
    let mut watch = Stopwatch::start(&SystemClock);
    while !model.quit {
        terminal.draw(|frame| draw(model, theme, frame))?;
        let is_timed = matches!(&model.screen, Screen::Quiz(quiz) if quiz.is_exam());
        let wait = if desk.endpoint.is_some() { CALLS } else { TICK };
        let waits = !is_timed && desk.endpoint.is_none();
        let event = if waits || event::poll(wait)? { Some(event::read()?) } else { None };
        model.quit |= desk.answer_calls(model);
        let passed = watch.lap_awake(&SystemClock);
        // Only an exam asks how much time has passed, and only while it was on screen.
        let tick = is_timed.then_some(Message::Elapse(passed));
        let key = match event {
            Some(Event::Key(key)) if key.kind != KeyEventKind::Release => keymap::message(key, model),
            _ => None,
        };
        for message in tick.into_iter().chain(key) {
            for effect in model.update(message) {
                desk.perform(effect, model);
            }
        }
    }
    Ok(())
}

/// The purposes of sessions that are no exams.
const QUIZZES: [Purpose; 3] = [Purpose::Practice, Purpose::Diagnostic, Purpose::Review];

/// What effects are done with.
struct Desk {
    store: Store,
    /// The questions that the learner imported.
    imported: Vec<Question>,
    /// What the learner should know about the progress file and has not seen yet.
    notices: Vec<Notice>,
    proofs: Proofs,
    /// The endpoint of the lab on screen, once it was asked for.
    endpoint: Option<Endpoint>,
}

impl Desk {
    fn new(mut store: Store) -> Result<Self, Error> {
        let (imported, notices) = records::imported(&mut store, &SystemClock)?;
        Ok(Self { store, imported, notices, proofs: Proofs::new(), endpoint: None })
    }

    /// Shows what the learner should know about the progress file.
    fn show_notices(&mut self, model: &mut Model) {
        let words: Vec<String> = self.notices.drain(..).map(|notice| notice.to_string()).collect();
        if !words.is_empty() {
            model.update(Message::Notice(words.join(" ")));
        }
    }

    /// Does something with the progress file.
    fn with_records<T>(&mut self, library: &Library, act: impl FnOnce(&mut Records<'_>) -> T) -> T {
        let find = |id: &str| study::find(library, &self.imported, id);
        act(&mut Records { store: &mut self.store, clock: &SystemClock, find: &find })
    }

    /// Where the learner stands.
    fn standing(&mut self, library: &Library) -> Result<Standing, Error> {
        let log = self.store.log()?;
        let setting = self.store.setting(study::PARAMETERS)?;
        let today = review::day(SystemClock.now());
        let cards = study::cards(&log, setting.as_deref()).ok();
        let is_there = |family: &&str| study::is_there(library, family);
        let due = cards.map_or(0, |cards| cards.due(today).into_iter().filter(is_there).count());
        let paused = self.left(library, &[Purpose::Exam])?.and_then(|(session, _)| session.left());
        let quiz = self.left(library, &QUIZZES)?.map(|(session, _)| (session.answered(), session.len()));
        Ok(Standing { summary: self.store.summary()?, log, due, paused, left: quiz })
    }

    /// The newest session for these purposes that was left.
    fn left(&mut self, library: &Library, purposes: &[Purpose]) -> Result<Option<Left>, Error> {
        let (left, notices) = self.with_records(library, |records| records.left(purposes))?;
        self.notices.extend(notices);
        Ok(left)
    }

    /// Saves an exam that is left in the middle.
    fn pause(&mut self, model: &Model) -> Result<(), Error> {
        match &model.screen {
            // If another window was faster, what it saved stands.
            Screen::Quiz(quiz) if quiz.is_exam() && !quiz.session.is_ended() => {
                self.with_records(&model.library, |records| records.save(&quiz.session, quiz.held)).map(|_| ())
            }
            _ => Ok(()),
        }
    }

    /// Answers the requests of the learner's own program; a step that one completed is saved before. Answers whether the
    /// server was asked to end, and the program with it.
    fn answer_calls(&mut self, model: &mut Model) -> bool {
        while let Some(Waiting { call, answer }) = self.endpoint.as_ref().and_then(|open| open.calls.try_recv().ok()) {
            let (answered, effects) = model.client(call);
            for effect in effects {
                self.perform(effect, model);
            }
            // A client that has gone needs no answer.
            let _ = answer.send(answered);
        }
        self.endpoint.as_ref().is_some_and(Endpoint::is_over)
    }

    /// Opens the endpoint, unless it is open; tells where it is.
    fn open_endpoint(&mut self, region: &str) -> Vec<String> {
        if self.endpoint.is_none() {
            match Endpoint::open(region) {
                Ok(opened) => self.endpoint = Some(opened),
                Err(error) => return vec![format!("No endpoint can be opened: {error}")],
            }
        }
        let Some(open) = &self.endpoint else { return Vec::new() };
        let mut lines = http::announcement(open.address, region, &LAB_SERVICES);
        lines.push("Each request of your program is judged as it arrives; leave this screen open.".to_owned());
        lines
    }

    /// Does an effect and tells the model what came of it; what that wants done is done as well.
    fn perform(&mut self, effect: Effect, model: &mut Model) {
        let message = match effect {
            Effect::Start(start) => self.started(&start, model),
            Effect::Save(saved) => match self.save(saved, &model.library) {
                Some(message) => message,
                None => return,
            },
            Effect::OpenEndpoint => {
                let region = match &model.screen {
                    Screen::Lab(lab) => lab.runner.bench().engine().config().region.clone(),
                    _ => return,
                };
                Message::Told(self.open_endpoint(&region))
            }
            Effect::Prove(answered) => {
                let (asked, graded) = *answered;
                // A proof that could not be noted is shown all the same; only a later review knows less.
                let _ = self.with_records(&model.library, |records| records.proof(&asked.question));
                Message::Proved(text::proof(&asked, &graded, &mut self.proofs, &model.library, WIDTH))
            }
        };
        let is_small = matches!(message, Message::SessionSaved(_) | Message::Proved(_));
        for effect in model.update(message) {
            self.perform(effect, model);
        }
        // Reading all answers again takes a while; the home screen is where it shows.
        if !is_small || matches!(model.screen, Screen::Home(_)) {
            model.update(match self.standing(&model.library) {
                Ok(standing) => Message::Scores(Box::new(standing)),
                Err(error) => Message::Notice(format!("Your scores cannot be read: {error}")),
            });
        }
        self.show_notices(model);
    }

    /// Saves something; returns what came of it, if the model needs to know.
    fn save(&mut self, saved: Saved, library: &Library) -> Option<Message> {
        let outcome = |kept: Result<Outcome, Error>, next: fn(Held) -> Message, what: &str| match kept {
            Ok(Outcome::Saved(held)) => next(held),
            Ok(Outcome::Newer(session, held)) => Message::SessionChanged(session, held),
            Ok(Outcome::Ended(session)) => {
                Message::SessionEnded(session, "It was ended in another window already; nothing is counted twice")
            }
            Err(error) => Message::Notice(format!("{what} ({error})")),
        };
        Some(match saved {
            Saved::Answer(answer, after, held) => {
                let (asked, given) = &*answer;
                let graded = asked.grade(given);
                match self.with_records(library, |records| records.answer(&after, held, asked, &graded)) {
                    Ok(Outcome::Saved(held)) => Message::AnswerSaved(answer, held),
                    other => outcome(other, Message::SessionSaved, "The answer could not be saved; enter tries again"),
                }
            }
            Saved::Session(session, held) => {
                let kept = self.with_records(library, |records| records.save(&session, held));
                outcome(kept, Message::SessionSaved, "Your last change is not saved yet; the next one saves both")
            }
            Saved::Pause(session, held) => {
                let kept = self.with_records(library, |records| records.save(&session, held));
                outcome(kept, |_| Message::Paused, "The exam could not be saved; esc tries again")
            }
            Saved::Exam(session, held) => match self.with_records(library, |records| records.save(&session, held)) {
                Ok(Outcome::Saved(_)) => Message::SessionEnded(session, "Handed in and saved"),
                other => outcome(
                    other,
                    Message::SessionSaved,
                    "The exam is still open, it could not be saved; h tries again",
                ),
            },
            Saved::Time(held, spent) => {
                // What is not noted now is noted a few seconds later.
                let _ = self.with_records(library, |records| records.note_time(held, spent));
                return None;
            }
            Saved::Step { lab, completed } => match records::save_step(&mut self.store, &lab, &completed, &SystemClock)
            {
                Ok(()) => Message::Notice("Step done, saved".to_owned()),
                Err(error) => Message::Notice(format!("The step could not be saved: {error}")),
            },
        })
    }

    /// Starts what was chosen on the home screen.
    fn started(&mut self, start: &Start, model: &Model) -> Message {
        match self.session_for(start, model) {
            Ok(Some((session, _))) if session.is_empty() => Message::Notice("There are no such questions".to_owned()),
            Ok(Some((session, held))) => Message::Started(Screen::Quiz(Box::new(QuizScreen::new(session).held(held)))),
            Ok(None) => match start {
                Start::Stats => Message::Stats,
                Start::Lab(name) => start_lab(name, model, &self.store),
                _ => Message::Notice("What was left is there no longer".to_owned()),
            },
            Err(error) => Message::Notice(format!("This cannot be started: {error}")),
        }
    }

    /// The session of an entry of the home screen; `None` if there is none.
    fn session_for(&mut self, start: &Start, model: &Model) -> Result<Option<(Session, Option<Held>)>, String> {
        let words = |error: Error| error.to_string();
        let seed = SystemClock.now().as_millis();
        let pool = study::pool(&model.library, seed);
        let history = self.store.history().map_err(words)?;
        let quiz = |topics: Vec<String>, order: Order| {
            let selection = Selection { topics, order, count: QUIZ_LENGTH, seed, ..Selection::default() };
            Session::new(Purpose::Practice, &select(&pool, &selection, Some(&history)), seed)
        };
        let new = match start {
            Start::Stats | Start::Lab(_) => return Ok(None),
            Start::Paused | Start::Left => {
                let purposes = if *start == Start::Paused { &[Purpose::Exam][..] } else { &QUIZZES[..] };
                let left = self.left(&model.library, purposes).map_err(words)?;
                return Ok(left.map(|(session, held)| (session, Some(held))));
            }
            Start::Quiz => quiz(Vec::new(), Order::Mixed),
            Start::Topic(topic) => quiz(vec![topic.clone()], Order::Mixed),
            Start::Ordered(order) => quiz(Vec::new(), *order),
            Start::Diagnostic => study::diagnostic(&pool, seed),
            Start::Exam(length) => study::exam(&pool, &history, *length, seed),
            Start::Review => {
                let setting = self.store.setting(study::PARAMETERS).map_err(words)?;
                let cards = study::cards(&model.standing.log, setting.as_deref())?;
                study::due(&cards, &pool, review::day(SystemClock.now()), QUIZ_LENGTH, seed)
            }
        };
        Ok(Some((new, None)))
    }
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
