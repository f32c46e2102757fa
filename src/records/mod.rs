//! What a learner did, saved: the one way from sessions and labs into the progress file, for every face of the program.
//!
//! The life of an answer: a face grades it and passes it to [`Records::answer`] with the session as it is afterwards; both
//! are saved in one transaction, and only then is the feedback shown. An exam's answers are part of its state until
//! [`Records::save`] gets the session ended: then all of them, blanks too, and the end are saved in one transaction, so an
//! exam is handed in once or not at all. If saving fails nothing has changed, and trying again works.
//!
//! The same session may be open in two windows. Whoever saves second gets [`SessionOutcome::Newer`] with the state that
//! the first saved, shows it and goes on from there: the change that was not saved is dropped, with a word to the
//! learner. Nothing is merged, because an answer that was given to an older state may not be meant for the newer one. A
//! session that was ended in the other window gives [`SessionOutcome::Ended`]. The same holds for an exam that was
//! begun in two windows before either had saved anything of it.
//!
//! Left out: what is shown of all this, which is for `app`, `ui` and `plain` to say.

use crate::clock::Clock;
use crate::content::{Lab, Question};
use crate::engine::capacity::Units;
use crate::exchange;
use crate::lab::{self, BestAndPar, Completed, KeptScore, LabError, OwnLines, Runner, Spent};
use crate::progress::{
    self, AnswerRecord, Checks, Error, Foreseen, Held, Notice, Rubbish, SaveOutcome, SavedRecord, SessionRecord,
    StepCost, Store,
};
use crate::quiz::{Asked, Graded, Purpose, SavedSession, Session};

#[cfg(test)]
mod tests;

/// What is needed to save and to find again.
pub struct Records<'a> {
    /// The progress file.
    pub store: &'a mut Store,
    /// The time.
    pub clock: &'a dyn Clock,
    /// Finds a question by its name.
    pub find: &'a dyn Fn(&str) -> Option<Question>,
}

/// What became of a session that was to be saved.
#[derive(Debug)]
#[must_use]
pub enum SessionOutcome {
    /// It is on disk; the next save needs this.
    Saved(Held),
    /// Nothing was saved: another window was first. This is where the session stands now.
    Newer(Box<Session>, Held),
    /// Nothing was saved: another window has ended the session, with this.
    Ended(Box<Session>),
}

/// A session that was left, and what the next save of it needs.
pub type Left = (Session, Held);

impl Records<'_> {
    /// Saves where a session stands. With an exam that has ended its answers are saved as well, blanks as wrong ones.
    ///
    /// # Errors
    /// The file cannot be written: nothing has changed.
    pub fn save(&mut self, session: &Session, held: Option<Held>) -> Result<SessionOutcome, Error> {
        let is_handed_in = session.purpose() == Purpose::Exam && session.is_ended();
        let answers: Vec<(&Asked, Graded)> = if is_handed_in { session.results().collect() } else { Vec::new() };
        self.save_with(session, held, &answers)
    }

    /// Saves an answer, and where its session stands after it.
    ///
    /// # Errors
    /// The file cannot be written: nothing has changed.
    pub fn answer(
        &mut self,
        after: &Session,
        held: Option<Held>,
        asked: &Asked,
        graded: &Graded,
    ) -> Result<SessionOutcome, Error> {
        self.save_with(after, held, &[(asked, graded.clone())])
    }

    fn save_with(
        &mut self,
        session: &Session,
        held: Option<Held>,
        answers: &[(&Asked, Graded)],
    ) -> Result<SessionOutcome, Error> {
        let (now, mode) = (self.clock.now(), session.purpose().name());
        let state = session.saved().text();
        let record = SessionRecord { kind: mode, state: &state, spent: session.spent(), is_ended: session.is_ended() };
        let details: Vec<Detail<'_>> = answers.iter().map(|(asked, graded)| Detail::of(asked, graded)).collect();
        let answers: Vec<AnswerRecord<'_>> = details.iter().map(|detail| detail.answer(now, mode)).collect();
        loop {
            match self.store.save_session(held, &record, &answers, now)? {
                SaveOutcome::Saved(held) => return Ok(SessionOutcome::Saved(held)),
                // An exam of other content, or one that says nothing, is not gone on with, and is in nobody's way.
                SaveOutcome::Refused(there) if held.is_none() && !self.can_go_on(&there) => {}
                SaveOutcome::Refused(there) => return self.as_saved_there(&there),
            }
        }
    }

    /// Whether there is something left to do in a session, with this content.
    fn can_go_on(&self, there: &SavedRecord) -> bool {
        resumed(there, self.find).is_ok_and(|session| !session.is_empty() && !session.is_ended())
    }

    /// The session as another window saved it.
    fn as_saved_there(&self, there: &SavedRecord) -> Result<SessionOutcome, Error> {
        let mut session = resumed(there, self.find).map_err(Error::Session)?;
        if there.is_ended {
            session.end();
            return Ok(SessionOutcome::Ended(Box::new(session)));
        }
        Ok(SessionOutcome::Newer(Box::new(session), there.held))
    }

    /// The newest session for one of these purposes that was left and can be resumed. A session that says nothing is set
    /// aside, with a notice; one whose questions this content does not have is left alone.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn left(&mut self, purposes: &[Purpose]) -> Result<(Option<Left>, Vec<Notice>), Error> {
        self.all_left(purposes, 1).map(|(left, notices)| (left.into_iter().next(), notices))
    }

    /// The same of as many sessions as there are, `most` at most; the newest first.
    ///
    /// # Errors
    /// The file cannot be read.
    pub fn all_left(&mut self, purposes: &[Purpose], most: usize) -> Result<(Vec<Left>, Vec<Notice>), Error> {
        let (kinds, find): (Vec<&str>, _) = (purposes.iter().map(|purpose| purpose.name()).collect(), self.find);
        let (mut left, mut rubbish) = (Vec::new(), Vec::new());
        self.store.find_open_session(&kinds, |record| {
            match resumed(&record, find) {
                // A quiz may have lost its last questions to a newer bank; then there is nothing left of it to ask.
                Ok(session) if session.is_empty() || session.is_ended() => {}
                Ok(session) => left.push((session, record.held)),
                Err(fault) => rubbish.push((Rubbish::Session(record), fault)),
            }
            (left.len() >= most).then_some(())
        })?;
        let mut notices = Vec::new();
        for (session, fault) in rubbish {
            notices.push(self.store.set_aside(&session, &fault, self.clock.now()));
        }
        Ok((left, notices))
    }

    /// Notes the time spent on a session.
    ///
    /// # Errors
    /// The file cannot be written at once.
    pub fn note_time(&mut self, held: Held, spent: u64) -> Result<(), Error> {
        self.store.save_time(held, spent)
    }

    /// Saves that the proof of a question was seen.
    ///
    /// # Errors
    /// The file cannot be written.
    pub fn proof(&mut self, question: &Question) -> Result<(), Error> {
        self.store.record_proof(&question.id, question.family_name(), self.clock.now())
    }
}

/// Saves a completed step of a lab, with what was predicted of it.
///
/// # Errors
/// The file cannot be written.
pub fn save_step(store: &mut Store, lab: &str, completed: &Completed, clock: &dyn Clock) -> Result<(), Error> {
    let prediction = completed.prediction.as_ref();
    let predicted = prediction.and_then(|prediction| Some((prediction.said.as_deref()?, prediction.hit?)));
    let foreseen = predicted.zip(prediction).map(|((said, hit), prediction)| Foreseen {
        said,
        came_to: &prediction.came_to,
        hit: hit.name(),
    });
    let Spent { requests, read, write } = completed.spent;
    let spent = StepCost { requests, read_halves: read.as_halves(), write_halves: write.as_halves() };
    store.record_lab_step(lab, &completed.step.id, foreseen, spent, clock.now())?;
    let typed = serde_json::json!(completed.typed).to_string();
    let typed = if typed.len() > MOST_TYPED_BYTES { String::new() } else { typed };
    store.set(&[(&typed_setting(lab, &completed.step.id), &typed)])?;
    if completed.is_shown { store.record_shown(lab, &completed.step.id) } else { Ok(()) }
}

/// The most bytes of a step's lines that are kept.
const MOST_TYPED_BYTES: usize = 64 * 1024;

/// The setting under which the lines are kept that a step was done with.
fn typed_setting(lab: &str, step: &str) -> String {
    format!("typed:{lab}:{step}")
}

/// Resumes a lab where it was left, with the tables as the learner's own lines left them; `saved` are the steps that are
/// done. A case goes on with the time and the points it had.
///
/// # Errors
/// The lab's file is at fault.
pub fn resume_lab(store: &Store, lab: &Lab, saved: &[String]) -> Result<Runner, LabError> {
    let mut own = OwnLines::new();
    for step in saved {
        let kept = store.setting(&typed_setting(&lab.name, step)).ok().flatten();
        let lines: Option<Vec<String>> = kept.and_then(|text| serde_json::from_str(&text).ok());
        own.extend(lines.filter(|lines| !lines.is_empty()).map(|lines| (step.clone(), lines)));
    }
    let mut runner = Runner::resume(lab, saved, &own)?;
    restore_score(store, &mut runner);
    Ok(runner)
}

/// The setting under which a case's time and points are kept.
fn case_setting(lab: &str) -> String {
    format!("case:{lab}")
}

/// Keeps the time and the points of a case, so that it goes on with them; those of a case that is done are forgotten. Does
/// nothing in a lab that is no case.
///
/// # Errors
/// The progress cannot be written.
pub fn save_score(store: &mut Store, runner: &Runner) -> Result<(), Error> {
    if runner.lab().case.is_none() {
        return Ok(());
    }
    let kept = runner.kept_score().map(|kept| serde_json::json!(kept).to_string()).unwrap_or_default();
    store.set(&[(&case_setting(&runner.lab().name), &kept)])
}

/// Lets a case that was left go on with the time and the points it had.
pub fn restore_score(store: &Store, runner: &mut Runner) {
    let kept = store.setting(&case_setting(&runner.lab().name)).ok().flatten();
    // Only a case that was begun has any: the steps that were played anew have given none.
    if runner.lab().case.is_some() {
        let kept: KeptScore = kept.and_then(|text| serde_json::from_str(&text).ok()).unwrap_or_default();
        runner.go_on_with(kept);
    }
}

/// Returns what the steps of a lab took the learner at best, against what the same steps can be done with; `None` if no cost
/// is known, or if a solution no longer works, which `content check` says.
///
/// # Errors
/// The progress cannot be read.
pub fn best_and_par(store: &Store, lab: &Lab) -> Result<Option<BestAndPar>, Error> {
    let best = store.lab_costs(&lab.name)?;
    if best.is_empty() {
        return Ok(None);
    }
    let mut sum = BestAndPar::default();
    for (step, par) in lab::par(lab).unwrap_or_default() {
        let Some(StepCost { requests, read_halves, write_halves }) = best.get(&step).copied() else { continue };
        let (read, write) = (Units::halves(read_halves), Units::halves(write_halves));
        sum.best += Spent { requests, read, write };
        sum.par += par;
    }
    Ok((sum != BestAndPar::default()).then_some(sum))
}

/// The questions that the learner imported. One that cannot be asked is set aside, with a notice.
///
/// # Errors
/// The file cannot be read.
pub fn imported(store: &mut Store, clock: &dyn Clock) -> Result<(Vec<Question>, Vec<Notice>), Error> {
    let (mut questions, mut notices) = (Vec::new(), Vec::new());
    for row in store.imported()? {
        match exchange::kept(&row.body) {
            Ok(draft) => questions.push(exchange::question(&draft)),
            Err(fault) => notices.push(store.set_aside(&Rubbish::Imported(row), &fault, clock.now())),
        }
    }
    Ok((questions, notices))
}

/// Imports exported progress; returns how many answers were new.
///
/// # Errors
/// It is not what is exported, or the file cannot be written.
pub fn import(store: &mut Store, exported: &str) -> Result<usize, progress::TransferError> {
    let session = |kind: &str, state: &str| match Purpose::named(kind) {
        Some(purpose) => SavedSession::read(state, purpose).map(|_| ()),
        None => Err(format!("there is no purpose {kind:?}")),
    };
    let question = |id: &str, body: &str| {
        let draft = exchange::kept(body)?;
        let named = exchange::id(&draft);
        if named == id { Ok(()) } else { Err(format!("expected the question of the name {id}, found that of {named}")) }
    };
    store.import(exported, &Checks { session, question })
}

/// Returns a session that has ended, from what was saved of it.
///
/// # Errors
/// What was saved cannot be read.
pub fn resumed_to_end(record: &SavedRecord, find: &dyn Fn(&str) -> Option<Question>) -> Result<Session, String> {
    let mut session = resumed(record, find)?;
    session.end();
    Ok(session)
}

/// A saved session, from where it stands.
fn resumed(record: &SavedRecord, find: &dyn Fn(&str) -> Option<Question>) -> Result<Session, String> {
    let purpose = Purpose::named(&record.kind).ok_or_else(|| format!("there is no purpose {:?}", record.kind))?;
    let mut session = Session::resume(SavedSession::read(&record.state, purpose)?, find);
    session.spend_at_least(record.spent);
    Ok(session)
}

/// What is saved of an answer beside the time and the kind of session.
struct Detail<'a> {
    question: &'a Question,
    pattern: String,
    graded: &'a Graded,
    traps: Vec<&'a str>,
}

impl<'a> Detail<'a> {
    fn of(asked: &'a Asked, graded: &'a Graded) -> Self {
        let chosen = graded.chosen.iter().filter_map(|at| asked.shown.get(*at));
        let traps = chosen.filter_map(|shown| shown.option.trap.as_deref()).collect();
        Self { question: &asked.question, pattern: asked.question.pattern_name(), graded, traps }
    }

    fn answer(&self, at: crate::clock::Timestamp, mode: &'a str) -> AnswerRecord<'_> {
        let Self { question, graded, .. } = self;
        AnswerRecord {
            at,
            question: &question.id,
            family: question.family_name(),
            topic: &question.topic,
            pattern: &self.pattern,
            chosen: &graded.places,
            correct: graded.correct,
            traps: &self.traps,
            mode,
            confidence: graded.confidence.map_or("", |confidence| confidence.name()),
            is_verified: !question.is_imported(),
        }
    }
}
