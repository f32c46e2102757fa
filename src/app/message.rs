//! What can happen to the model, and what it wants done.
//!
//! The life of a key: a screen's bindings (`ui`) or a typed line (`plain`) give a [`Message`]; [`Model::update`] takes it
//! in and returns [`SideEffect`]s; `desk` does those, on threads of its own or at once, and each sends an [`Outcome`] back as
//! a message. So everything that happens, happens in one order, and every screen can be tested without a terminal.
//!
//! [`Model::update`]: super::Model::update

use crate::lab::Progress;
use crate::progress::Held;
use crate::quiz::{Asked, Confidence, Given, Graded, Session};

use super::figures::{LiveFigures, Tab};
use super::palette::KeyAction;
use super::pane::{Extents, Motion, Pane};
use super::prompt::Edit;
use super::screens::lab::Ran;
use super::start::{Standing, Start};
use super::text::OptionProof;

/// What happened.
#[derive(Debug)]
pub enum Message {
    /// The cursor moves, or the focused text if there is none.
    Move(Motion),
    /// A pane's text moves; the focused one's if none is named.
    Scroll(Option<Pane>, Motion),
    /// Enter: start, answer, next, run.
    Accept,
    /// Up one level: an overlay closes, a screen is left. Never ends the program.
    Back,
    /// Ends the program, after asking if something would be lost.
    Quit,
    /// The system asks the program to end: nothing is asked, what is open is saved.
    End,
    /// The program gives the terminal back until it is continued; done by the loop.
    Suspend,
    /// Ctrl-C: the prompt is cleared; a second one in a row ends the program.
    Interrupt,
    /// Shows or hides the keys.
    Help,
    /// Shows the palette, with what can be done on the screen; or hides it.
    Palette(Vec<KeyAction>),
    /// The focus goes to the next pane, or to the one before.
    Focus(bool),
    /// The focus goes to a pane.
    FocusOn(Pane),
    /// The focused pane takes the whole screen, or gives it back.
    Zoom,
    /// The mouse takes hold of the divider between two panes.
    Grab,
    /// What is wider than its pane moves, so many columns to the left or back.
    Pan(i32),
    /// The divider between two panes moves, in columns.
    Divide(i16),
    /// Something is opened or started.
    Open(Start),
    /// Text is typed or edited: in a prompt, a filter or the palette.
    Edit(Edit),
    /// The list is filtered by what is typed next.
    Filter,
    /// The entry at a place is chosen, as by a click.
    Choose(usize),
    /// A question's screen.
    Question(QuestionMessage),
    /// An exam's screen.
    Exam(ExamMessage),
    /// A lab's screen.
    Lab(LabMessage),
    /// What was drawn had these extents.
    Laid(Extents),
    /// So many milliseconds of the learner's time have passed.
    Passed(u64),
    /// An effect was done.
    Done(Outcome),
}

/// What can happen on a question's screen.
#[derive(Clone, Debug)]
pub enum QuestionMessage {
    /// The option under a letter is marked, or its mark is taken away; once answered, its reasons unfold.
    Letter(char),
    /// The same, of the option under the cursor.
    Mark,
    /// The option under the cursor is struck out, or comes back.
    Strike,
    /// How sure the learner is.
    Confident(Confidence),
    /// The question is flagged, to be looked at again.
    Flag,
    /// The proof is shown or put away.
    Prove,
    /// All reasons unfold, or fold.
    Unfold,
    /// More questions like this one.
    MoreLikeThis,
    /// The lab that shows this.
    OpenLab,
    /// The documentation's address is copied to the terminal's clipboard.
    Documentation,
}

/// What can happen on an exam's screen, beside what a question's has.
#[derive(Clone, Debug)]
pub enum ExamMessage {
    /// Another question: so many further.
    Turn(i32),
    /// The question at a place.
    Go(usize),
    /// A digit of a question's number, on the review page.
    Digit(u8),
    /// The review page is shown or put away.
    Review,
    /// Review page and report show the next kind of question only: blanks, flagged, wrong and so on.
    Filter,
    /// The dialog before handing in.
    HandIn,
    /// What the dialog asks: hand in, or go on.
    Answer(bool),
}

/// What can happen on a lab's screen.
#[derive(Clone, Debug)]
pub enum LabMessage {
    /// The next hint.
    Hint,
    /// The reference solution.
    Solution,
    /// Undoes the last change.
    Undo,
    /// Puts the given command, or the newest one of the transcript, into the prompt.
    Insert,
    /// Completes the word at the cursor, or takes the chosen completion.
    Complete,
    /// The next completion, or the one before.
    Completion(bool),
    /// An earlier line of the history, or a later one.
    Recall(bool),
    /// A search backwards through the history, or the next older hit.
    Search,
    /// The world panel shows this tab.
    Tab(Tab),
    /// Lines that are wider than the transcript move, so many columns to the left or back.
    Pan(i32),
    /// The folded part at the cursor of the transcript unfolds, or folds.
    Unfold,
    /// The task is shown whole, or in few rows.
    UnfoldTask,
    /// The clock goes on by a minute.
    Clock,
    /// The step begins again.
    Restart,
    /// Opens the lab to the learner's own program, or closes it.
    Endpoint,
    /// The transcript is scrolled away; it can be scrolled back.
    Clear,
    /// Skips the prediction.
    Skip,
    /// Stops what runs.
    Cancel,
}

/// What an update wants done.
#[derive(Debug)]
pub enum SideEffect {
    /// Something is prepared and shown: [`Outcome::Started`].
    Start(Start),
    /// An answer and where its session stands are saved in one piece: [`Outcome::AnswerSaved`].
    SaveAnswer(Box<Answered>),
    /// Where a session stands is saved: [`Outcome::SessionSaved`].
    SaveSession(Box<Session>, Option<Held>),
    /// The milliseconds spent on a session are noted.
    NoteTime(Held, u64),
    /// An exam is handed in: its answers and its end are saved in one piece: [`Outcome::HandedIn`].
    HandIn(Box<Session>, Option<Held>),
    /// The proof of an answered question runs: [`Outcome::Proved`].
    Prove(Box<(Asked, Graded)>),
    /// What the options of an answered question cost is measured, without its being noted as seen: [`Outcome::Measured`].
    Measure(Box<(Asked, Graded)>),
    /// It is noted that the proof of a question was seen.
    NoteProof(Box<Asked>),
    /// A line of a lab runs beside the screen: [`Outcome::Ran`].
    Lab(LabWork),
    /// A typed line is remembered for later sessions.
    Remember(String),
    /// A text goes to the terminal's clipboard.
    Copy(String),
    /// Where the learner stands is read again: [`Outcome::Stands`].
    Read,
}

/// An answer on its way to the disk.
#[derive(Clone, Debug)]
pub struct Answered {
    /// The question as it was asked.
    pub asked: Asked,
    /// The answer.
    pub given: Given,
    /// The session as it stands with the answer.
    pub session: Session,
    /// What its save needs: `None` before the first.
    pub saved: Option<Held>,
}

/// Work for the lab's own thread.
#[derive(Clone, Debug)]
pub enum LabWork {
    /// Runs a typed line.
    Run(String),
    /// Gives the next hint.
    Hint,
    /// Gives the reference solution.
    Solution,
    /// Takes a prediction.
    Predict(String),
    /// Puts the step back to its beginning.
    Restart,
    /// Opens or closes the endpoint.
    Endpoint,
    /// Stops the line that runs.
    Cancel,
    /// Lets the traffic that is played come to its end.
    Hurry,
    /// The lab is left; its thread may end.
    Leave,
}

/// What came of an effect.
#[derive(Debug)]
pub enum Outcome {
    /// What was asked for is ready.
    Started(Box<super::screens::Screen>),
    /// The answer is on disk, and its session under this row.
    AnswerSaved(Box<Answered>, Option<Held>),
    /// The session is on disk under this row.
    SessionSaved(Option<Held>),
    /// The exam is handed in.
    HandedIn(Option<Held>),
    /// Nothing was saved, as another window was first: this is where the session stands now.
    Elsewhere(Box<Session>, Option<Held>),
    /// Nothing was saved, as another window has ended the session, with this.
    EndedElsewhere(Box<Session>),
    /// What a question's options show when they are tried.
    Proved(Vec<OptionProof>),
    /// The same, of the question of this id, which nobody asked for yet.
    Measured(String, Vec<OptionProof>),
    /// A line of a lab was run, or something else happened there.
    Ran(Box<Ran>),
    /// A line of a lab still runs: how far it is, and the world as it is by then if that has changed.
    Running(Progress, Option<Box<LiveFigures>>),
    /// Where the learner stands.
    Stands(Box<Standing>),
    /// Something failed, in words; nothing that was acknowledged is lost.
    Failed(String),
}

/// A request of the learner's own program.
#[derive(Clone, Debug)]
pub struct ClientCall {
    /// The service, if it is not DynamoDB itself: `lambda`.
    pub service: Option<String>,
    /// The operation.
    pub operation: String,
    /// Its body.
    pub body: serde_json::Value,
}
