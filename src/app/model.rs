//! The state of the screens, and what a message changes in it.

use serde_json::Value;

use crate::content::Library;
use crate::engine::{ApiError, ErrorKind};
use crate::lab::{Completed, ReplyKind, Runner, Word};
use crate::progress::{Logged, Summary};
use crate::quiz::{Asked, Confidence, Given, Graded, Order, Purpose, Session};

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
    /// A lab.
    Lab(String),
    /// The scores.
    Stats,
}

/// A quiz on screen.
#[derive(Debug)]
pub struct QuizScreen {
    /// The session.
    pub session: Session,
    /// The options marked so far, as places in the order shown.
    pub marked: Vec<usize>,
    /// The option the cursor is on.
    pub cursor: usize,
    /// How sure the learner says to be of the answer that is being marked.
    pub confidence: Option<Confidence>,
    /// The question just answered, while its feedback is shown.
    pub feedback: Option<(Asked, Graded)>,
    /// Its proof, while that is shown.
    pub proof: Option<Vec<String>>,
    /// Whether the review page of an exam is shown.
    pub is_review: bool,
    /// Under which id the session is saved.
    pub saved_as: Option<i64>,
    /// How far the text is scrolled, in lines.
    pub scroll: u16,
}

/// A lab on screen.
#[derive(Debug)]
pub struct LabScreen {
    /// The lab.
    pub runner: Runner,
    /// The line being typed.
    pub input: tui_input::Input,
    /// The lines typed before, oldest first.
    pub history: Vec<String>,
    /// The place in the history that is shown; past the end while a new line is typed.
    pub recalled: usize,
    /// The last result and what came of it.
    pub output: Vec<String>,
    /// What the last line cost.
    pub meter: Vec<String>,
    /// How far the result is scrolled, in lines.
    pub scroll: u16,
    /// How far the instructions are scrolled, in lines.
    pub text_scroll: u16,
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
    /// The session is saved under this id.
    SessionSaved(i64),
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
    /// An answer was saved; its feedback may be shown.
    AnswerSaved(Box<(Asked, Given)>),
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
    /// An answer; [`Message::AnswerSaved`] follows when it is on disk.
    Answer(Box<(Asked, Given)>, Purpose),
    /// Where a session stands, and under which id it is saved already; [`Message::SessionSaved`] follows.
    Session(Box<Session>, Option<i64>),
    /// An exam that has ended: all its answers.
    Exam(Box<Session>, Option<i64>),
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
            other => {
                self.notice = None;
                return self.on_screen(other);
            }
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
            Screen::Quiz(quiz) => {
                if quiz.is_exam() && !quiz.session.is_ended() {
                    effects.push(quiz.saved());
                    self.notice = Some("Paused; the time stands still until you go on".to_owned());
                }
                self.screen = Screen::Home(Home::default());
            }
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

fn moved(place: u16, by: i32) -> u16 {
    u16::try_from((i32::from(place) + by).max(0)).unwrap_or(u16::MAX)
}

fn stepped(place: usize, by: i32, count: usize) -> usize {
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

impl QuizScreen {
    /// A session from its first question.
    #[must_use]
    pub fn new(session: Session) -> Self {
        Self {
            session,
            marked: Vec::new(),
            cursor: 0,
            confidence: None,
            feedback: None,
            proof: None,
            is_review: false,
            saved_as: None,
            scroll: 0,
        }
    }

    /// The same, of a session that is saved already.
    #[must_use]
    pub fn saved_as(self, id: Option<i64>) -> Self {
        let marked = self.session.given(self.session.position()).map(|given| given.chosen.clone());
        Self { saved_as: id, marked: marked.unwrap_or_default(), ..self }
    }

    /// Whether it is an exam.
    #[must_use]
    pub fn is_exam(&self) -> bool {
        self.session.purpose() == Purpose::Exam
    }

    fn saved(&self) -> Effect {
        Effect::Save(Saved::Session(Box::new(self.session.clone()), self.saved_as))
    }

    /// Takes in what happened; an error is something to tell the learner.
    fn update(&mut self, message: Message) -> Result<Vec<Effect>, String> {
        match message {
            Message::AnswerSaved(answer) => {
                let (asked, given) = *answer;
                let graded = asked.grade(&given);
                self.session.answer(given);
                self.feedback = Some((asked, graded));
                (self.confidence, self.proof) = (None, None);
                self.marked.clear();
                (self.cursor, self.scroll) = (0, 0);
                return Ok(vec![self.saved()]);
            }
            Message::SessionSaved(id) => self.saved_as = Some(id),
            Message::Proof if self.proof.is_some() => self.proof = None,
            Message::Proof => {
                return Ok(self
                    .feedback
                    .clone()
                    .map(|answered| Effect::Prove(Box::new(answered)))
                    .into_iter()
                    .collect());
            }
            Message::Proved(lines) => (self.proof, self.scroll) = (Some(lines), 0),
            Message::Scroll(by) => self.scroll = moved(self.scroll, by),
            Message::Move(by) if self.feedback.is_some() || self.is_review || self.session.is_ended() => {
                self.scroll = moved(self.scroll, by);
            }
            Message::Accept if self.proof.is_some() => (self.proof, self.scroll) = (None, 0),
            Message::Accept if self.feedback.is_some() => {
                self.feedback = None;
                self.scroll = 0;
            }
            Message::Move(by) => {
                let count = self.session.current().map_or(0, |asked| asked.shown.len());
                self.cursor = stepped(self.cursor, by, count);
            }
            Message::Confident(confidence) => self.confidence = Some(confidence),
            Message::Elapse(millis) if self.is_exam() && !self.session.is_ended() => {
                self.session.elapse(millis);
                return Ok(self.ended());
            }
            Message::Turn(by) if self.is_exam() => self.turn(by),
            Message::Flag if self.is_exam() => self.session.flag(),
            Message::Review if self.is_exam() => {
                self.is_review = !self.is_review;
                self.scroll = 0;
            }
            Message::HandIn if self.is_review => {
                self.session.end();
                return Ok(self.ended());
            }
            Message::HandIn if self.is_exam() => {
                self.is_review = true;
                return Err("h once more hands in; blanks count as wrong".to_owned());
            }
            Message::Letter(' ') => self.mark(self.cursor),
            Message::Letter(letter) => return self.letter(letter).map(|()| Vec::new()),
            Message::Accept => return self.accept(),
            _ => {}
        }
        Ok(Vec::new())
    }

    /// What an exam that has just ended wants saved.
    fn ended(&mut self) -> Vec<Effect> {
        if !self.session.is_ended() {
            return Vec::new();
        }
        (self.is_review, self.scroll) = (false, 0);
        vec![Effect::Save(Saved::Exam(Box::new(self.session.clone()), self.saved_as))]
    }

    /// Shows another question of an exam, with what was marked there.
    fn turn(&mut self, by: i32) {
        self.session.go(stepped(self.session.position(), by, self.session.len()));
        let given = self.session.given(self.session.position());
        self.marked = given.map(|given| given.chosen.clone()).unwrap_or_default();
        (self.cursor, self.scroll, self.confidence, self.is_review) = (0, 0, None, false);
    }

    fn letter(&mut self, letter: char) -> Result<(), String> {
        let Some(asked) = self.session.current().filter(|_| self.feedback.is_none()) else { return Ok(()) };
        let found = asked.shown.iter().position(|shown| shown.letter == letter.to_ascii_uppercase());
        let last = asked.shown.last().map_or('A', |shown| shown.letter);
        match found {
            Some(at) => {
                self.cursor = at;
                self.mark(at);
                Ok(())
            }
            None => Err(format!("Expected a letter from A to {last}, then enter")),
        }
    }

    /// Marks an option or takes its mark away; where one is wanted, a new mark replaces the old.
    fn mark(&mut self, at: usize) {
        let Some(asked) = self.session.current().filter(|_| self.feedback.is_none()) else { return };
        if let Some(place) = self.marked.iter().position(|marked| *marked == at) {
            self.marked.remove(place);
            return;
        }
        if asked.question.choose == 1 {
            self.marked.clear();
        }
        self.marked.push(at);
        self.marked.sort_unstable();
    }

    fn accept(&mut self) -> Result<Vec<Effect>, String> {
        let Some(asked) = self.session.current().cloned().filter(|_| !self.is_review) else { return Ok(Vec::new()) };
        let wanted = asked.question.choose;
        if self.marked.is_empty() && wanted == 1 {
            self.marked.push(self.cursor);
        }
        if self.marked.len() != wanted {
            return Err(format!("This question wants {wanted} marks; there are {}", self.marked.len()));
        }
        let given = Given { chosen: self.marked.clone(), confidence: self.confidence };
        if self.is_exam() {
            let last = self.session.position() + 1 == self.session.len();
            self.session.answer(given);
            self.turn(0);
            self.is_review = last;
            return Ok(vec![self.saved()]);
        }
        Ok(vec![Effect::Save(Saved::Answer(Box::new((asked, given)), self.session.purpose()))])
    }
}

impl LabScreen {
    /// A lab from where it stands.
    #[must_use]
    pub fn new(runner: Runner) -> Self {
        let output = text::paragraphs(&runner.lab().intro, 76);
        Self {
            runner,
            input: tui_input::Input::default(),
            history: Vec::new(),
            recalled: 0,
            output,
            meter: Vec::new(),
            scroll: 0,
            text_scroll: 0,
        }
    }

    fn update(&mut self, message: &Message) -> Vec<Effect> {
        match message {
            Message::Edit(request) => {
                self.input.handle(*request);
            }
            Message::Scroll(by) => self.scroll = moved(self.scroll, *by),
            Message::Move(by) => self.text_scroll = moved(self.text_scroll, *by),
            Message::Recall(by) => self.recall(*by),
            Message::Complete => self.complete(),
            Message::Hint => {
                let hint = self.runner.hint().into_iter().collect();
                self.show(hint);
            }
            Message::Solution => {
                let solution =
                    self.runner.solution().unwrap_or_default().iter().map(|line| line.trim().to_owned()).collect();
                self.show(solution);
            }
            Message::Endpoint => return vec![Effect::OpenEndpoint],
            Message::Told(lines) => self.show(lines.clone()),
            Message::Accept => return self.run(),
            _ => {}
        }
        Vec::new()
    }

    /// Runs a request of the learner's own program, and shows what came of it.
    fn client(&mut self, call: ClientCall) -> (Option<Result<Value, ApiError>>, Vec<Effect>) {
        let ClientCall { service, operation, body } = call;
        // A client asks for each page with a request of its own; together they are one read, as a typed line is.
        let goes_on = body.get("ExclusiveStartKey").is_some();
        let (answer, judged) = self.runner.observe(goes_on, |bench| match &service {
            None => Some(bench.call(&operation, body)),
            Some(service) => bench.ask(service, &operation, body),
        });
        let entries = || self.runner.bench().entries_since(judged.since);
        let mut output: Vec<String> = entries().map(text::request).collect();
        self.meter = text::meter(entries());
        output.extend(judged.near_miss.iter().flat_map(|words| text::hanging("So close: ", words, 76)));
        self.scroll = 0;
        let effects = judged.completed.map(|completed| self.done(completed, &mut output));
        self.output = output;
        (answer, effects.into_iter().collect())
    }

    /// Puts what a completed step has shown before the output; answers with what is to be saved.
    fn done(&mut self, completed: Completed, output: &mut Vec<String>) -> Effect {
        let mut debrief = vec![format!("Step done: {}", completed.step.title)];
        debrief.extend(text::shown(&completed, 76));
        debrief.push(String::new());
        output.splice(0..0, debrief);
        self.text_scroll = 0;
        let lab = self.runner.lab().name.clone();
        Effect::Save(Saved::Step { lab, completed: Box::new(completed) })
    }

    fn show(&mut self, lines: Vec<String>) {
        (self.output, self.scroll) = (lines, 0);
        self.meter.clear();
    }

    fn recall(&mut self, by: i32) {
        self.recalled = stepped(self.recalled, by, self.history.len() + 1);
        self.input = self.history.get(self.recalled).cloned().unwrap_or_default().into();
    }

    /// Completes the last word as far as it is certain; shows the choices if there are several.
    fn complete(&mut self) {
        let line = self.input.value().to_owned();
        let found = self.runner.bench().complete(&line);
        let Some(first) = found.first() else { return };
        let common =
            found.iter().fold(first.text.clone(), |common, completion| shared_start(&common, &completion.text));
        let begun = line.rsplit(char::is_whitespace).next().unwrap_or_default();
        let kept = line.strip_suffix(begun).unwrap_or_default();
        let end = if found.len() == 1 { " " } else { "" };
        self.input = format!("{kept}{common}{end}").into();
        if found.len() > 1 {
            self.show(found.iter().map(|completion| format!("{:<44} {}", completion.text, completion.about)).collect());
        }
    }

    fn run(&mut self) -> Vec<Effect> {
        let line = self.input.value().to_owned();
        if line.trim().is_empty() {
            return Vec::new();
        }
        self.input.reset();
        self.history.push(line.clone());
        self.recalled = self.history.len();
        match Word::read(&line) {
            Some(Word::Hint) => return self.update(&Message::Hint),
            Some(Word::Solution) => return self.update(&Message::Solution),
            Some(Word::Check) => {
                self.show(text::checklist(&self.runner.verdicts(), 76));
                return Vec::new();
            }
            Some(Word::Predict(typed)) => {
                let (Ok(told) | Err(told)) = self.runner.predict(typed);
                self.show(vec![told]);
                return Vec::new();
            }
            None => {}
        }
        let turn = self.runner.run(&line);
        let mut output: Vec<String> = turn.reply.text.lines().map(str::to_owned).collect();
        if output.is_empty() && turn.reply.kind == ReplyKind::Answer {
            output.push("(done; the response is empty)".to_owned());
        }
        self.meter = text::meter(self.runner.bench().entries_since(turn.reply.since));
        self.scroll = 0;
        let mut effects = Vec::new();
        if let Some(completed) = turn.completed {
            effects.push(self.done(completed, &mut output));
        } else if let Some(words) = turn.near_miss {
            output.splice(0..0, text::hanging("So close: ", &words, 76).into_iter().chain([String::new()]));
        }
        self.output = output;
        effects
    }
}

fn shared_start(left: &str, right: &str) -> String {
    left.chars().zip(right.chars()).take_while(|(left, right)| left == right).map(|(letter, _)| letter).collect()
}
