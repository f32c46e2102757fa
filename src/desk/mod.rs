//! Does what the model wants done: saves, starts, proves, runs the lines of a lab.
//!
//! The life of an effect: [`Desk::perform`] does it and sends the [`Outcome`]s it has; `plain` calls it and waits;
//! `ui` hands effects to a [`worker::Worker`], a thread that owns the desk, so that the screen stays alive whatever takes
//! long. All of the program's saving goes through here, one after the other, so that what is acknowledged is on disk in
//! the order in which it happened.
//!
//! Left out: deciding what is to be done (`app`), showing it (`ui`, `plain`).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use crate::app::figures::{Hurry, Playback};
use crate::app::message::{Answered, LabWork, Outcome, SideEffect};
use crate::app::screens::question::{QuestionPhase, QuestionScreen};
use crate::app::screens::{ExamScreen, LabScreen, Screen};
use crate::app::{Standing, Start, study, text};
use crate::clock::Clock;
use crate::content::{Lab, Library, Question};
use crate::lab::{Proofs, Work};
use crate::progress::{Error, Held, Store};
use crate::quiz::{Asked, Order, Purpose, Selection, Session, select};
use crate::records::{self as saving, Records, SessionOutcome};
use crate::review;

mod bench;
mod endpoint;
mod records;
pub mod worker;

use bench::Bench;

/// How many questions follow a lab.
const AFTER_LAB: usize = 3;

/// About how often a run of traffic is shown on its way.
const FRAMES: u64 = 30;
/// How long a second of traffic takes before a learner's eyes, and how long a run takes at most for that.
const SECOND: Duration = Duration::from_millis(500);
const RUN: Duration = Duration::from_secs(6);

/// Where outcomes go.
pub type Send<'a> = &'a mut dyn FnMut(Outcome);

/// What stops the line that runs, from another thread.
#[derive(Clone, Debug, Default)]
pub struct Running(Arc<Mutex<Option<Work>>>, Hurry);

impl Running {
    fn set(&self, work: Option<Work>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = work;
    }

    /// Lets the traffic that is played come to its end.
    pub fn hurry(&self) {
        self.1.up();
    }

    /// Stops the line that runs, if one does; what it has done stays.
    pub fn stop(&self) {
        if let Some(work) = &*self.0.lock().unwrap_or_else(PoisonError::into_inner) {
            work.stop();
        }
    }
}

/// What the learner works towards, as the settings say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Aims {
    /// The day of the exam, in days since 1970.
    pub exam_day: Option<u32>,
    /// Questions to answer a day.
    pub daily_goal: Option<u16>,
}

/// What effects are done with.
pub struct Desk {
    library: Arc<Library>,
    store: Store,
    clock: Arc<dyn Clock>,
    proofs: Proofs,
    bench: Option<Bench>,
    running: Running,
    aims: Aims,
    /// How fast lines that run are played while they are shown.
    pace: Playback,
}

impl Desk {
    /// A desk over this content and this progress.
    #[must_use]
    pub fn new(library: Arc<Library>, store: Store, clock: Arc<dyn Clock>) -> Self {
        Self {
            library,
            store,
            clock,
            proofs: Proofs::new(),
            bench: None,
            running: Running::default(),
            aims: Aims::default(),
            pace: Playback::default(),
        }
    }

    /// The same desk for a learner with these aims.
    #[must_use]
    pub fn with_aims(self, aims: Aims) -> Self {
        Self { aims, ..self }
    }

    /// The same for a screen: runs of traffic are slow enough to be followed.
    #[must_use]
    pub fn live(mut self) -> Self {
        self.pace.frames = FRAMES;
        self
    }

    /// The same for a learner's eyes: each second of traffic takes its time.
    #[must_use]
    pub fn played(self) -> Self {
        let pace = Playback { frames: FRAMES, second: SECOND, most: RUN };
        Self { pace, ..self }
    }

    /// What stops the line that runs.
    #[must_use]
    pub fn running(&self) -> Running {
        self.running.clone()
    }

    /// What the lines of the open lab are done as, if there is one: for a handler of signals.
    #[must_use]
    pub fn work(&self) -> Option<&Work> {
        self.bench.as_ref().map(Bench::work)
    }

    /// Returns where the learner stands; what cannot be read counts as nothing.
    #[must_use]
    pub fn standing(&mut self) -> Standing {
        let standing = records::standing(&self.library, &mut self.store, self.clock.as_ref());
        Standing { exam_day: self.aims.exam_day, daily_goal: self.aims.daily_goal, ..standing }
    }

    /// Does an effect; its outcomes are sent as they come.
    pub fn perform(&mut self, effect: SideEffect, send: Send<'_>) {
        match effect {
            SideEffect::Start(start) => match self.start(&start) {
                Ok(screen) => send(Outcome::Started(Box::new(screen))),
                Err(words) => send(Outcome::Failed(words)),
            },
            SideEffect::SaveAnswer(answered) => self.save_answer(answered, send),
            SideEffect::SaveSession(session, saved) => {
                let outcome = self.records(|records| records.save(&session, saved));
                let failure = "Where you stand could not be saved";
                send(as_outcome(outcome, failure, |held| Outcome::SessionSaved(Some(held))));
            }
            // What cannot be noted now is noted the next time.
            SideEffect::NoteTime(held, spent) => drop(self.store.save_time(held, spent)),
            SideEffect::HandIn(session, saved) => self.hand_in(&session, saved, send),
            SideEffect::Prove(answered) => {
                let (asked, graded) = *answered;
                self.note_proof(&asked);
                send(Outcome::Proved(text::proof(&asked, &graded, &mut self.proofs, &self.library)));
            }
            SideEffect::Measure(answered) => {
                let (asked, graded) = *answered;
                let parts = text::proof(&asked, &graded, &mut self.proofs, &self.library);
                send(Outcome::Measured(asked.question.id, parts));
            }
            SideEffect::NoteProof(asked) => self.note_proof(&asked),
            SideEffect::Lab(LabWork::Hurry) => self.running.hurry(),
            SideEffect::Lab(LabWork::Leave) => {
                self.running.set(None);
                self.leave_lab();
            }
            SideEffect::Lab(work) => {
                if let Some(bench) = &mut self.bench {
                    (bench.pace, bench.hurry) = (self.pace, self.running.1.clone());
                    bench.perform(work, &mut self.store, self.clock.as_ref(), send);
                }
            }
            // What has no terminal has no clipboard.
            SideEffect::Copy(_) => {}
            SideEffect::Remember(line) => records::remember(&mut self.store, &line),
            SideEffect::Read => send(Outcome::Stands(Box::new(self.standing()))),
        }
    }

    /// A proof that could not be noted is shown all the same; only a later review knows less.
    fn note_proof(&mut self, asked: &Asked) {
        let question = &asked.question;
        let _ = self.store.record_proof(&question.id, question.family_name(), self.clock.now());
    }

    /// The lab that is open.
    fn bench_mut(&mut self) -> Option<(&mut Bench, &mut Store, &dyn Clock)> {
        let bench = self.bench.as_mut()?;
        Some((bench, &mut self.store, self.clock.as_ref()))
    }

    fn save_answer(&mut self, answered: Box<Answered>, send: Send<'_>) {
        let graded = answered.asked.grade(&answered.given);
        let outcome =
            self.records(|records| records.answer(&answered.session, answered.saved, &answered.asked, &graded));
        let failure = "The answer could not be saved; enter tries again";
        send(as_outcome(outcome, failure, |held| Outcome::AnswerSaved(answered, Some(held))));
    }

    fn hand_in(&mut self, session: &Session, saved: Option<Held>, send: Send<'_>) {
        let outcome = self.records(|records| records.save(session, saved));
        let failure = "The exam could not be handed in and is still open";
        send(as_outcome(outcome, failure, |held| Outcome::HandedIn(Some(held))));
    }

    /// Works with the learner's records.
    fn records<T>(&mut self, work: impl FnOnce(&mut Records<'_>) -> T) -> T {
        let library = Arc::clone(&self.library);
        let imported = records::imported(&mut self.store, self.clock.as_ref());
        let find = |id: &str| study::find(&library, &imported, id);
        work(&mut Records { store: &mut self.store, clock: self.clock.as_ref(), find: &find })
    }

    /// Prepares a screen.
    ///
    /// # Errors
    /// Why it cannot be shown, in words.
    fn start(&mut self, start: &Start) -> Result<Screen, String> {
        match start {
            Start::Lab(name) => {
                let saved = self.store.lab_steps(name).unwrap_or_default();
                self.lab(name, |lab, store| Bench::lab(lab, &saved, store))
            }
            Start::LabAnew(name) => self.lab(name, |lab, _| Bench::anew(lab)),
            Start::LabAgain(name) => {
                let lab = self.library.lab(name);
                let par = lab.and_then(|lab| saving::best_and_par(&self.store, lab).unwrap_or_default());
                self.lab(name, |lab, _| Bench::finished(lab, par))
            }
            Start::Sandbox => {
                self.bench = Some(Bench::free()?);
                Ok(self.lab_screen())
            }
            Start::Report(id) => {
                let session = records::ended(&self.library, &self.store, *id);
                let session = session.ok_or("This exam can no longer be read")?;
                Ok(Screen::Exam(Box::new(ExamScreen::new(session, None))))
            }
            Start::Exam(length) => {
                let seed = self.clock.now().as_millis();
                let pool = study::pool(&self.library, seed);
                let history = self.store.history().map_err(|error| error.to_string())?;
                let session = study::exam(&pool, &history, *length, seed);
                Ok(Screen::Exam(Box::new(ExamScreen::new(session, None))))
            }
            Start::Left(row) => {
                let found = records::left_at(&self.library, &mut self.store, self.clock.as_ref(), *row);
                let (session, held) = found.ok_or("What was left cannot be read")?;
                Ok(match session.purpose() {
                    Purpose::Exam => Screen::Exam(Box::new(ExamScreen::new(session, Some(held)))),
                    _ => Screen::Question(Box::new(QuestionScreen::new(session, Some(held)))),
                })
            }
            other => {
                let session = self.questions(other)?;
                if session.is_empty() {
                    return Err("There are no such questions".to_owned());
                }
                Ok(Screen::Question(Box::new(QuestionScreen::new(session, None))))
            }
        }
    }

    /// A session of questions.
    fn questions(&mut self, start: &Start) -> Result<Session, String> {
        let seed = self.clock.now().as_millis();
        let pool = study::pool(&self.library, seed);
        let imported = records::imported(&mut self.store, self.clock.as_ref());
        let history = self.store.history().unwrap_or_default();
        let quiz = |pool: &[crate::content::Question], topics: Vec<String>, order: Order| {
            let selection = Selection { topics, order, count: study::QUIZ_LENGTH, seed, ..Selection::default() };
            Session::new(Purpose::Practice, &select(pool, &selection, Some(&history)), seed)
        };
        Ok(match start {
            Start::Topic(topic) => quiz(&pool, vec![topic.clone()], Order::Mixed),
            Start::Claim(claim) => quiz(&study::of_claim(&pool, claim), Vec::new(), Order::Mixed),
            Start::Ordered(order) => quiz(&pool, Vec::new(), *order),
            Start::OfLab(name) => {
                let lab = self.library.lab(name);
                let own = lab.into_iter().flat_map(|lab| &lab.questions);
                let own: Vec<Question> = own.filter_map(|id| study::find(&self.library, &imported, id)).collect();
                if !own.is_empty() {
                    return Ok(Session::new(Purpose::Practice, &own, seed));
                }
                let claims = lab.map(|lab| lab.claims.clone()).unwrap_or_default();
                let is_on_it = |question: &&Question| question.claims.iter().any(|claim| claims.contains(claim));
                let on_it: Vec<Question> = pool.iter().filter(is_on_it).cloned().collect();
                let selection = Selection { order: Order::Mixed, count: AFTER_LAB, seed, ..Selection::default() };
                Session::new(Purpose::Practice, &select(&on_it, &selection, Some(&history)), seed)
            }
            Start::Diagnostic => study::diagnostic(&pool, seed),
            Start::Question(id) => {
                let found = study::find(&self.library, &imported, id);
                Session::new(Purpose::Practice, &found.into_iter().collect::<Vec<_>>(), seed)
            }
            Start::Imported => quiz(&imported, Vec::new(), Order::Mixed),
            Start::Review => {
                let setting = self.store.setting(study::PARAMETERS).ok().flatten();
                let log = self.store.log().map_err(|error| error.to_string())?;
                let cards = study::cards(&log, setting.as_deref())?;
                let pool = [pool, imported].concat();
                study::due(&cards, &pool, review::day(self.clock.now()), study::QUIZ_LENGTH, seed)
            }
            _ => quiz(&pool, Vec::new(), Order::Mixed),
        })
    }

    fn lab(&mut self, name: &str, open: impl FnOnce(&Lab, &Store) -> Result<Bench, String>) -> Result<Screen, String> {
        self.leave_lab();
        let lab = self.library.lab(name).ok_or_else(|| format!("There is no lab {name}"))?;
        self.bench = Some(open(lab, &self.store)?);
        Ok(self.lab_screen())
    }

    /// Closes the lab that is open; a case keeps the time it has used by then.
    fn leave_lab(&mut self) {
        if let Some(bench) = self.bench.take() {
            bench.keep_score(&mut self.store);
        }
    }

    fn lab_screen(&mut self) -> Screen {
        let history = records::remembered(&self.store);
        self.running.set(self.work().cloned());
        let opened = self.bench.as_mut().map(Bench::opened).unwrap_or_default();
        Screen::Lab(Box::new(LabScreen::new(opened, history, &self.library)))
    }
}

/// Returns what the model hears of a session that was to be saved.
fn as_outcome(saved: Result<SessionOutcome, Error>, failure: &str, done: impl FnOnce(Held) -> Outcome) -> Outcome {
    match saved {
        Ok(SessionOutcome::Saved(held)) => done(held),
        Ok(SessionOutcome::Newer(session, held)) => Outcome::Elsewhere(session, Some(held)),
        Ok(SessionOutcome::Ended(session)) => Outcome::EndedElsewhere(session),
        Err(error) => Outcome::Failed(format!("{failure} ({error})")),
    }
}

/// Returns the screen that a session from the command line opens with.
#[must_use]
pub fn screen_of(session: Session, saved: Option<Held>) -> Screen {
    if session.purpose() == Purpose::Exam {
        Screen::Exam(Box::new(ExamScreen::new(session, saved)))
    } else {
        Screen::Question(Box::new(QuestionScreen::new(session, saved)))
    }
}

/// Whether a screen still waits for the disk, so that the program must not end yet.
#[must_use]
pub fn is_saving(screen: &Screen) -> bool {
    match screen {
        Screen::Question(question) => matches!(question.phase, QuestionPhase::Saving(_)),
        Screen::Exam(exam) => exam.is_saving(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::app::message::Message;
    use crate::app::pane::Extents;
    use crate::app::screens::browse::List;
    use crate::app::screens::{Browse, Home};
    use crate::clock::{Timestamp, VirtualClock};
    use crate::content::{self, Source};
    use crate::exchange::{self, Format};

    /// A desk whose learner has imported two questions.
    fn with_imported() -> (Arc<Library>, Desk) {
        let text = "### One?\n- [x] a\n- [ ] b\n\n### Two?\n- [ ] a\n- [x] b\n";
        let (drafts, rejected) = exchange::import(text, Format::Checkbox);
        assert_eq!(rejected, []);
        let kept: Vec<(String, String)> =
            drafts.iter().map(|draft| (exchange::id(draft), serde_json::to_string(draft).unwrap())).collect();
        let mut store = Store::in_memory("a test").unwrap();
        store.keep_imported(&kept).unwrap();
        let library = Arc::new(content::load(&Source::Embedded).0);
        let clock = Arc::new(VirtualClock::new(Timestamp::from_millis(1_780_308_000_000)));
        (Arc::clone(&library), Desk::new(library, store, clock))
    }

    /// The questions of the session that an effect begins.
    fn asked(desk: &mut Desk, effect: SideEffect) -> Vec<String> {
        let mut asked = Vec::new();
        desk.perform(effect, &mut |outcome| match outcome {
            Outcome::Started(screen) => match *screen {
                Screen::Question(screen) => {
                    asked = screen.session.questions().map(|asked| asked.question.stem.clone()).collect();
                }
                other => panic!("{other:?}"),
            },
            other => panic!("{other:?}"),
        });
        asked.sort_unstable();
        asked
    }

    #[test]
    fn imported_questions_are_found_in_the_lists_and_asked() {
        let (library, mut desk) = with_imported();
        let standing = desk.standing();
        for filter in [None, Some("imported")] {
            let mut practice = Browse::new(List::Practice);
            practice.filter = filter.map(str::to_owned);
            let rows = practice.rows(&library, &standing);
            let row = rows.iter().position(|row| row.start == Start::Imported).unwrap();
            assert_eq!(rows[row].detail, "2 unverified");
            let effects = practice.update(&Message::Choose(row), &library, &standing, &Extents::default());
            let effects = if effects.is_empty() {
                practice.update(&Message::Accept, &library, &standing, &Extents::default())
            } else {
                effects
            };
            assert_eq!(asked(&mut desk, effects.into_iter().next().unwrap()), ["One?", "Two?"], "{filter:?}");
        }
        let mut home = Home { filter: Some("import".to_owned()), ..Home::START };
        let effects = home.update(&Message::Accept, &library, &standing, &Extents::default());
        assert_eq!(asked(&mut desk, effects.into_iter().next().unwrap()), ["One?", "Two?"], "from the home screen");
    }

    #[test]
    fn imported_questions_that_are_due_are_reviewed() {
        let (_, mut desk) = with_imported();
        let imported = records::imported(&mut desk.store, desk.clock.as_ref());
        let session = Session::new(Purpose::Practice, &imported[..1], 1);
        let asked_one = session.current().unwrap().clone();
        let wrong = (0..2).find(|at| !asked_one.shown[*at].option.correct).unwrap();
        let graded = asked_one.grade(&crate::quiz::Given { chosen: vec![wrong], confidence: None });
        let stem = asked_one.question.stem.clone();
        let saved = desk.records(|records| records.answer(&session, None, &asked_one, &graded)).unwrap();
        assert!(matches!(saved, SessionOutcome::Saved(_)), "{saved:?}");
        // A year later whatever was answered is due.
        desk.clock = Arc::new(VirtualClock::new(Timestamp::from_millis(1_780_308_000_000 + 366 * 86_400_000)));
        assert_eq!(asked(&mut desk, SideEffect::Start(Start::Review)), [stem]);
    }

    #[test]
    fn a_library_without_imported_questions_offers_none() {
        let library = Arc::new(content::load(&Source::Embedded).0);
        let mut desk = Desk::new(
            Arc::clone(&library),
            Store::in_memory("a test").unwrap(),
            Arc::new(VirtualClock::new(Timestamp::from_millis(0))),
        );
        let standing = desk.standing();
        assert!(Browse::new(List::Practice).rows(&library, &standing).iter().all(|row| row.start != Start::Imported));
        assert!(Home::START.entries(&library, &standing).iter().all(|entry| entry.start != Start::Imported));
    }
}
