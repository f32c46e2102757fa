//! The state of the screens, and what a message changes in it. What is shown of a quiz and of a lab has files of its own.

use serde_json::Value;

use crate::content::Library;
use crate::engine::{ApiError, ErrorKind};
use crate::lab::Completed;
use crate::progress::{Held, Logged, Summary};
use crate::quiz::{Asked, Confidence, Given, Graded, Order, Session};

use super::lab_screen::LabScreen;
use super::quiz_screen::QuizScreen;
use super::study::Length;
use super::{stats, text};

/// What the program shows.
#[derive(Debug)]
pub struct Model {
    /// All content.
    pub library: Library,
    /// Where the learner stands, as last read.
    pub standing: Standing,
    /// The screen.
    pub screen: Screen,
    /// Whether the help lies over the screen.
    pub help: bool,
    /// How far the help is scrolled, in lines.
    pub scroll: u16,
    /// Something to tell once, in the footer.
    pub notice: Option<String>,
    /// Whether the program is to end.
    pub quit: bool,
}

/// Where the learner stands.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The scores.
    pub summary: Summary,
    /// Every answer.
    pub log: Vec<Logged>,
    /// How many cards are due for review.
    pub due: usize,
    /// The milliseconds left of an exam that was paused.
    pub paused: Option<u64>,
    /// Answered and all questions of a quiz that was left.
    pub left: Option<(usize, usize)>,
}

/// The screens.
#[derive(Debug)]
pub enum Screen {
    /// Where to go next.
    Home(Home),
    /// A quiz.
    Quiz(Box<QuizScreen>),
    /// A lab.
    Lab(Box<LabScreen>),
    /// Scores.
    Stats {
        /// How far it is scrolled, in lines.
        scroll: u16,
    },
}

/// The home screen: a list of things to start.
#[derive(Clone, Copy, Debug, Default)]
pub struct Home {
    /// The chosen entry.
    pub chosen: usize,
}

/// Something the home screen can start.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Start {
    /// A quiz over all topics.
    Quiz,
    /// A quiz over one topic.
    Topic(String),
    /// A first look at where the learner stands.
    Diagnostic,
    /// What is due for review.
    Review,
    /// The weakest topics, what was missed, what was never seen.
    Ordered(Order),
    /// An exam.
    Exam(Length),
    /// The exam that was paused.
    Paused,
    /// The quiz that was left.
    Left,
    /// A lab.
    Lab(String),
    /// The scores.
    Stats,
}

/// A request of the learner's own program.
#[derive(Clone, Debug)]
pub struct ClientCall {
    /// The service, if it is not DynamoDB itself: `lambda`.
    pub service: Option<String>,
    /// The operation.
    pub operation: String,
    /// Its body.
    pub body: Value,
}

/// What happened.
#[derive(Debug)]
pub enum Message {
    /// A direction: the cursor, the list, or the text moves.
    Move(i32),
    /// Enter.
    Accept,
    /// Escape: back, or close the help.
    Back,
    /// Leave the program.
    Quit,
    /// Show or hide the help.
    Help,
    /// A letter of an option.
    Letter(char),
    /// Show the scores.
    Stats,
    /// Scroll the text by so many lines.
    Scroll(i32),
    /// The typed line changed.
    Edit(tui_input::InputRequest),
    /// Complete the typed line.
    Complete,
    /// Recall an earlier (-1) or later (1) line.
    Recall(i32),
    /// The proof of the question just answered.
    Proof,
    /// The proof that was asked for.
    Proved(Vec<String>),
    /// How sure the learner is of the answer that is being marked.
    Confident(Confidence),
    /// Another question of an exam: so many further.
    Turn(i32),
    /// Flag the question of an exam, or take its flag away.
    Flag,
    /// Show or hide the review page of an exam.
    Review,
    /// Hand the exam in.
    HandIn,
    /// So many milliseconds have passed.
    Elapse(u64),
    /// The session is saved; the next save needs this.
    SessionSaved(Held),
    /// Another window saved the session first: this is where it stands now.
    SessionChanged(Box<Session>, Held),
    /// The session has ended, in this window or another, and all of it is saved: this is how, and what to say of it.
    SessionEnded(Box<Session>, &'static str),
    /// The exam that was to be paused is saved.
    Paused,
    /// Open the lab to the learner's own program.
    Endpoint,
    /// Lines to show in place of the last result.
    Told(Vec<String>),
    /// The next hint.
    Hint,
    /// The reference solution.
    Solution,
    /// The program has started what was asked for.
    Started(Screen),
    /// Where the learner stands now.
    Scores(Box<Standing>),
    /// Something to tell.
    Notice(String),
    /// An answer was saved, and its session with it; its feedback may be shown.
    AnswerSaved(Box<(Asked, Given)>, Held),
}

impl Message {
    /// Whether the program itself sends it, not a key of the learner's.
    #[must_use]
    pub const fn is_own(&self) -> bool {
        matches!(
            self,
            Self::Proved(_)
                | Self::Elapse(_)
                | Self::SessionSaved(_)
                | Self::SessionChanged(..)
                | Self::SessionEnded(..)
                | Self::Paused
                | Self::Told(_)
                | Self::Started(_)
                | Self::Scores(_)
                | Self::Notice(_)
                | Self::AnswerSaved(..)
        )
    }
}

/// What an update wants done.
#[derive(Debug)]
pub enum Effect {
    /// Start something and send [`Message::Started`].
    Start(Start),
    /// Save something.
    Save(Saved),
    /// Open an endpoint and send [`Message::Told`] with where it is.
    OpenEndpoint,
    /// Run the proof of an answered question and send [`Message::Proved`].
    Prove(Box<(Asked, Graded)>),
}

/// Something to be saved.
#[derive(Debug)]
pub enum Saved {
    /// An answer, and the session as it is after it; [`Message::AnswerSaved`] follows when both are on disk.
    Answer(Box<(Asked, Given)>, Box<Session>, Option<Held>),
    /// Where a session stands; [`Message::SessionSaved`] follows.
    Session(Box<Session>, Option<Held>),
    /// How much time was spent on a session. Nothing follows: it is saved again soon.
    Time(Held, u64),
    /// Where an exam stands that is to be paused; [`Message::Paused`] follows.
    Pause(Box<Session>, Option<Held>),
    /// An exam that ends: all its answers; [`Message::SessionEnded`] follows.
    Exam(Box<Session>, Option<Held>),
    /// A step of a lab.
    Step {
        /// The lab.
        lab: String,
        /// The step.
        completed: Box<Completed>,
    },
}

impl Model {
    /// The home screen over this content and these scores.
    #[must_use]
    pub fn new(library: Library, standing: Standing) -> Self {
        let screen = Screen::Home(Home::default());
        Self { library, standing, screen, help: false, scroll: 0, notice: None, quit: false }
    }

    /// What the home screen offers, with the words for each.
    #[must_use]
    pub fn entries(&self) -> Vec<(Start, String)> {
        let mut entries = Vec::new();
        if let Some(left) = self.standing.paused {
            entries.push((Start::Paused, format!("Exam: go on, {} left", text::minutes(left))));
        }
        if let Some((answered, all)) = self.standing.left {
            entries.push((Start::Left, format!("Quiz: go on, {answered} of {all} answered")));
        }
        if self.standing.log.is_empty() {
            entries.push((Start::Diagnostic, "Diagnostic: 12 questions, to see where you stand".to_owned()));
        }
        if self.standing.due > 0 {
            entries.push((Start::Review, format!("Review: {} due today", self.standing.due)));
        }
        entries.push((Start::Quiz, format!("Quiz: {} questions, topics mixed", self.library.questions.len().min(10))));
        entries.push((Start::Exam(Length::Short), "Exam: 20 questions in 40 minutes".to_owned()));
        for lab in &self.library.labs {
            let done = stats::steps_done(lab, &self.standing.summary);
            let state = match done {
                0 => format!("{} min", lab.minutes),
                done if done == lab.steps.len() => "done".to_owned(),
                done => format!("step {} of {}", done + 1, lab.steps.len()),
            };
            entries.push((Start::Lab(lab.name.clone()), format!("Lab: {}  ({state})", lab.title)));
        }
        for topic in self.library.question_topics() {
            entries.push((Start::Topic(topic.to_owned()), format!("Drill: {}", self.library.topic_title(topic))));
        }
        if !self.standing.log.is_empty() {
            entries.push((Start::Ordered(Order::Weakest), "Drill: your weakest topics".to_owned()));
            entries.push((Start::Ordered(Order::Missed), "Drill: what you missed".to_owned()));
            entries.push((Start::Ordered(Order::Unseen), "Drill: what you never saw".to_owned()));
        }
        entries.push((Start::Exam(Length::Full), "Exam: the full 65 questions in 130 minutes".to_owned()));
        entries.push((Start::Stats, "Scores".to_owned()));
        entries
    }

    /// Takes in what happened.
    pub fn update(&mut self, message: Message) -> Vec<Effect> {
        // What there was to tell has been read when a key is pressed, not when some time has passed.
        if !message.is_own() {
            self.notice = None;
        }
        match message {
            Message::Quit => self.quit = true,
            Message::Help => {
                self.help = !self.help;
                self.scroll = 0;
            }
            Message::Notice(text) => self.notice = Some(text),
            Message::Scores(standing) => self.standing = *standing,
            Message::Started(screen) => self.screen = screen,
            Message::Back if self.help => self.help = false,
            Message::Scroll(by) | Message::Move(by) if self.help => self.scroll = moved(self.scroll, by),
            Message::Back => return self.back(),
            Message::Stats => self.screen = Screen::Stats { scroll: 0 },
            Message::Paused => {
                self.notice = Some("Paused; the time stands still until you resume".to_owned());
                self.screen = Screen::Home(Home::default());
            }
            other => return self.on_screen(other),
        }
        Vec::new()
    }

    /// Takes in a request of the learner's own program; answers with its answer, and with what is to be done before that
    /// is sent. Without a lab on screen there is none: the endpoint is the lab's.
    pub fn client(&mut self, call: ClientCall) -> (Option<Result<Value, ApiError>>, Vec<Effect>) {
        match &mut self.screen {
            Screen::Lab(lab) => lab.client(call),
            _ => (Some(Err(ApiError::new(ErrorKind::InternalServerError, ""))), Vec::new()),
        }
    }

    fn back(&mut self) -> Vec<Effect> {
        let mut effects = Vec::new();
        match &mut self.screen {
            Screen::Home(_) => self.quit = true,
            // What lies over the question goes first.
            Screen::Quiz(quiz) if quiz.proof.is_some() || quiz.is_review => {
                (quiz.proof, quiz.is_review) = (None, false);
            }
            // An exam is left once it is saved: until then nothing is lost by staying.
            Screen::Quiz(quiz) if quiz.is_exam() && !quiz.session.is_ended() => effects.push(quiz.paused()),
            _ => self.screen = Screen::Home(Home::default()),
        }
        effects
    }

    fn on_screen(&mut self, message: Message) -> Vec<Effect> {
        let entries = self.entries();
        match &mut self.screen {
            Screen::Home(home) => home.update(&message, &entries),
            Screen::Stats { scroll } => {
                if let Message::Move(by) | Message::Scroll(by) = message {
                    *scroll = moved(*scroll, by);
                }
                Vec::new()
            }
            Screen::Quiz(quiz) => match quiz.update(message) {
                Ok(effects) => effects,
                Err(notice) => {
                    self.notice = Some(notice);
                    Vec::new()
                }
            },
            Screen::Lab(lab) => lab.update(&message),
        }
    }
}

pub(super) fn moved(place: u16, by: i32) -> u16 {
    u16::try_from((i32::from(place) + by).max(0)).unwrap_or(u16::MAX)
}

pub(super) fn stepped(place: usize, by: i32, count: usize) -> usize {
    let last = count.saturating_sub(1);
    if by < 0 {
        place.saturating_sub(by.unsigned_abs() as usize)
    } else {
        (place + by.unsigned_abs() as usize).min(last)
    }
}

impl Home {
    fn update(&mut self, message: &Message, entries: &[(Start, String)]) -> Vec<Effect> {
        match message {
            Message::Move(by) => self.chosen = stepped(self.chosen, *by, entries.len()),
            Message::Accept => {
                return entries.get(self.chosen).map(|(start, _)| Effect::Start(start.clone())).into_iter().collect();
            }
            _ => {}
        }
        Vec::new()
    }
}
