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
use crate::clock::{Clock as _, SystemClock};
use crate::content::Library;
use crate::http::{self, LAB_SERVICES};
use crate::lab::{Proofs, Runner};
use crate::plain::{self, WIDTH};
use crate::progress::Store;
use crate::quiz::{Order, Purpose, SavedSession, Selection, Session, select};
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
    /// A quiz or an exam, and under which id it is saved if it was left before.
    Quiz(Session, Option<i64>),
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
    let standing = standing(&library, &store);
    let mut model = Model::new(library, standing);
    match opening {
        Opening::Home => {}
        Opening::Quiz(session, id) => {
            model.screen = Screen::Quiz(Box::new(QuizScreen::new(session).saved_as(id)));
        }
        Opening::Lab(runner) => model.screen = Screen::Lab(Box::new(LabScreen::new(*runner))),
    }
    let theme = Theme::from_environment();
    // ratatui's init also installs a panic hook that restores the terminal before the panic is printed.
    let mut terminal = ratatui::init();
    let ended = turn(&mut terminal, &mut model, store, theme);
    ratatui::restore();
    Ok(ended?)
}

fn turn(terminal: &mut ratatui::DefaultTerminal, model: &mut Model, store: Store, theme: Theme) -> io::Result<()> {
    let mut desk = Desk { store, proofs: Proofs::new(), endpoint: None };
    let mut since = SystemClock.now();
    while !model.quit {
        terminal.draw(|frame| draw(model, theme, frame))?;
        let is_timed = matches!(&model.screen, Screen::Quiz(quiz) if quiz.is_exam());
        let wait = if desk.endpoint.is_some() { CALLS } else { TICK };
        let waits = !is_timed && desk.endpoint.is_none();
        let event = if waits || event::poll(wait)? { Some(event::read()?) } else { None };
        model.quit |= desk.answer_calls(model);
        let now = SystemClock.now();
        let passed = now.millis_since(std::mem::replace(&mut since, now));
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
    // Leaving by q from the middle of an exam pauses it.
    if let Screen::Quiz(quiz) = &model.screen
        && quiz.is_exam()
        && !quiz.session.is_ended()
    {
        plain::save_session(&mut desk.store, &quiz.session, quiz.saved_as, &SystemClock);
    }
    Ok(())
}

/// Where the learner stands; what cannot be read counts as nothing.
fn standing(library: &Library, store: &Store) -> Standing {
    let log = store.log().unwrap_or_default();
    let setting = store.setting(study::PARAMETERS).ok().flatten();
    let today = review::day(SystemClock.now());
    let cards = study::cards(&log, setting.as_deref()).ok();
    let is_there = |family: &&str| study::is_there(library, family);
    let due = cards.map_or(0, |cards| cards.due(today).into_iter().filter(is_there).count());
    let paused = left(library, store, &[Purpose::Exam]).and_then(|(_, session)| session.left());
    let quiz = left(library, store, &QUIZZES).map(|(_, session)| (session.answered(), session.len()));
    Standing { summary: store.summary().unwrap_or_default(), log, due, paused, left: quiz }
}

/// The newest session of these purposes that was left, with its id.
fn left(library: &Library, store: &Store, purposes: &[Purpose]) -> Option<(i64, Session)> {
    let open = purposes.iter().filter_map(|purpose| store.open_session(purpose.name()).ok()?);
    let (id, state) = open.max_by_key(|(id, _)| *id)?;
    let saved: SavedSession = serde_json::from_str(&state).ok()?;
    let session = Session::resume(saved, |id| study::find(library, &[], id));
    (!session.is_ended()).then_some((id, session))
}

/// The purposes of sessions that are no exams.
const QUIZZES: [Purpose; 3] = [Purpose::Practice, Purpose::Diagnostic, Purpose::Review];

/// What effects are done with.
struct Desk {
    store: Store,
    proofs: Proofs,
    /// The endpoint of the lab on screen, once it was asked for.
    endpoint: Option<Endpoint>,
}

impl Desk {
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
            Effect::Start(start) => started(&start, model, &self.store),
            Effect::Save(saved) => self.save(saved),
            Effect::OpenEndpoint => {
                let region = match &model.screen {
                    Screen::Lab(lab) => lab.runner.bench().engine().config().region.clone(),
                    _ => return,
                };
                Message::Told(self.open_endpoint(&region))
            }
            Effect::Prove(answered) => {
                let (asked, graded) = *answered;
                let question = &asked.question;
                // A proof that could not be noted is shown all the same; only a later review knows less.
                let _ = self.store.record_proof(&question.id, question.family_name(), SystemClock.now());
                Message::Proved(text::proof(&asked, &graded, &mut self.proofs, &model.library, WIDTH))
            }
        };
        let is_small = matches!(message, Message::SessionSaved(_) | Message::Proved(_));
        for effect in model.update(message) {
            self.perform(effect, model);
        }
        // Reading all answers again takes a while; the home screen is where it shows.
        if !is_small || matches!(model.screen, Screen::Home(_)) {
            model.update(Message::Scores(Box::new(standing(&model.library, &self.store))));
        }
    }

    fn save(&mut self, saved: Saved) -> Message {
        let store = &mut self.store;
        match saved {
            Saved::Answer(answer, purpose) => {
                let (asked, given) = &*answer;
                match plain::save(store, asked, &asked.grade(given), purpose.name(), &SystemClock) {
                    Ok(()) => Message::AnswerSaved(answer),
                    Err(error) => {
                        Message::Notice(format!("The answer could not be saved ({error}); enter tries again"))
                    }
                }
            }
            Saved::Session(session, id) => match plain::save_session(store, &session, id, &SystemClock) {
                Some(id) => Message::SessionSaved(id),
                None => Message::Notice("Where you stand could not be saved".to_owned()),
            },
            Saved::Exam(session, id) => {
                let save = |(asked, graded)| plain::save(store, asked, &graded, Purpose::Exam.name(), &SystemClock);
                let saved = session.results().try_for_each(save);
                plain::save_session(store, &session, id, &SystemClock);
                match saved {
                    Ok(()) => Message::Notice("Handed in and saved".to_owned()),
                    Err(error) => Message::Notice(format!("Not all answers could be saved: {error}")),
                }
            }
            Saved::Step { lab, completed } => match plain::save_step(store, &lab, &completed, &SystemClock) {
                Ok(()) => Message::Notice("Step done, saved".to_owned()),
                Err(error) => Message::Notice(format!("The step could not be saved: {error}")),
            },
        }
    }
}

fn started(start: &Start, model: &Model, store: &Store) -> Message {
    let seed = SystemClock.now().as_millis();
    let pool = study::pool(&model.library, seed);
    let history = store.history().unwrap_or_default();
    let quiz = |topics: Vec<String>, order: Order| {
        let selection = Selection { topics, order, count: QUIZ_LENGTH, seed, ..Selection::default() };
        (Session::new(Purpose::Practice, &select(&pool, &selection, Some(&history)), seed), None)
    };
    let (session, id) = match start {
        Start::Stats => return Message::Stats,
        Start::Lab(name) => return start_lab(name, model, store),
        Start::Quiz => quiz(Vec::new(), Order::Mixed),
        Start::Topic(topic) => quiz(vec![topic.clone()], Order::Mixed),
        Start::Ordered(order) => quiz(Vec::new(), *order),
        Start::Diagnostic => (study::diagnostic(&pool, seed), None),
        Start::Exam(length) => (study::exam(&pool, &history, *length, seed), None),
        Start::Paused | Start::Left => {
            let purposes = if *start == Start::Paused { &[Purpose::Exam][..] } else { &QUIZZES[..] };
            match left(&model.library, store, purposes) {
                Some((id, session)) => (session, Some(id)),
                None => return Message::Notice("What was left cannot be read".to_owned()),
            }
        }
        Start::Review => {
            let setting = store.setting(study::PARAMETERS).ok().flatten();
            match study::cards(&model.standing.log, setting.as_deref()) {
                Ok(cards) => (study::due(&cards, &pool, review::day(SystemClock.now()), QUIZ_LENGTH, seed), None),
                Err(error) => return Message::Notice(error),
            }
        }
    };
    if session.is_empty() {
        return Message::Notice("There are no such questions".to_owned());
    }
    Message::Started(Screen::Quiz(Box::new(QuizScreen::new(session).saved_as(id))))
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
