//! The state of each screen, and what its messages change.
//!
//! A screen is an enum variant over a struct; what a question or an exam is doing at the moment is an enum in it
//! (`Phase`), so that what cannot be cannot be written: a report takes no marks, an open dialog no page turns.
//!
//! Left out: what a screen looks like and which key means what (`ui::screens`), and the same in plain text (`plain`).

pub mod browse;
pub mod exam;
pub mod home;
pub mod lab;
pub mod question;
pub mod scores;

pub use browse::Browse;
pub use exam::ExamScreen;
pub use home::Home;
pub use lab::LabScreen;
pub use question::QuestionScreen;
pub use scores::Scores;

/// A screen.
#[derive(Debug)]
pub enum Screen {
    /// Where to go next.
    Home(Home),
    /// A list of practice, labs or exams, with a preview.
    Browse(Browse),
    /// Questions, each with its feedback.
    Question(Box<QuestionScreen>),
    /// An exam.
    Exam(Box<ExamScreen>),
    /// A lab, or free play.
    Lab(Box<LabScreen>),
    /// The scores.
    Scores(Scores),
}

/// Why a message changed nothing: words for the learner.
pub type Refusal = String;
