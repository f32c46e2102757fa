//! An open lab, or free play: runs its lines and says what came of them in the transcript's form.

use crate::app::ClientCall;
use crate::app::figures::{Hurry, Live, Playback, WorldFigures};
use crate::app::line::{Flow, Line, Role, paragraphs};
use crate::app::message::{LabWork, Outcome};
use crate::app::screens::lab::{CaseView, EntryKind, LabView, Ran, TranscriptEntry};
use crate::app::text;
use crate::clock::Clock;
use crate::content::Lab;
use crate::content::lab::Step;
use crate::engine::{ApiError, Event};
use crate::lab::{self, Begins, BestAndPar, Completed, Reply, Runner, Word, Work, Workbench};
use crate::progress::Store;
use crate::records;

use super::Send;

/// An open lab, or free play.
pub(super) struct Bench {
    room: Room,
    /// The number of the journal's newest entry before the newest line ran.
    since: u64,
    /// How many lines and calls have sent anything.
    lines: u64,
    /// What the steps took at best and can be done with, once the lab is done.
    par: Option<BestAndPar>,
    /// The steps of a finished lab, to be read again.
    played: Vec<Completed>,
    /// What to paste into a shell, while the endpoint is open.
    pub(super) endpoint: Vec<String>,
    /// Its port.
    pub(super) port: Option<u16>,
    /// How fast a run of traffic is played.
    pub(super) pace: Playback,
    /// What lets it come to its end.
    pub(super) hurry: Hurry,
}

/// The lines of a run of traffic that say what came of it in all.
const SUM_OF_TRAFFIC: usize = 2;

/// What is open.
#[expect(clippy::large_enum_variant, reason = "there is one, and it is not moved about")]
enum Room {
    Lab(Runner),
    Free(Workbench),
}

/// What a call is answered with; `None` if there is no such service here.
pub(super) type Answer = Option<Result<serde_json::Value, ApiError>>;

impl Bench {
    /// A lab from where it was left: `saved` are the steps that are done. A case goes on with the time and the points it had.
    ///
    /// # Errors
    /// The lab's file is at fault.
    pub(super) fn lab(lab: &Lab, saved: &[String], store: &Store) -> Result<Self, String> {
        let runner = records::resume_lab(store, lab, saved).map_err(|error| error.to_string())?;
        Ok(Self::of_runner(runner))
    }

    /// A lab from its first step.
    ///
    /// # Errors
    /// The lab's file is at fault.
    pub(super) fn anew(lab: &Lab) -> Result<Self, String> {
        Ok(Self::of_runner(Runner::start(lab, 0).map_err(|error| error.to_string())?))
    }

    /// Keeps the time and the points of a case. What cannot be kept is missed only when the case is resumed.
    pub(super) fn keep_score(&self, store: &mut Store) {
        if let Room::Lab(runner) = &self.room {
            let _ = records::save_score(store, runner);
        }
    }

    /// A lab as it is once all its steps are done; `par` is what they took at best and can be done with.
    ///
    /// # Errors
    /// The lab's file is at fault.
    pub(super) fn finished(lab: &Lab, par: Option<BestAndPar>) -> Result<Self, String> {
        let (runner, played) = Runner::finished(lab).map_err(|error| error.to_string())?;
        let mut bench = Self::of_runner(runner);
        (bench.par, bench.played) = (par, played);
        Ok(bench)
    }

    fn of_runner(mut runner: Runner) -> Self {
        if let Ok(here) = std::env::current_dir() {
            runner.read_files_in(here);
        }
        Self::in_room(Room::Lab(runner))
    }

    /// Free play on a small shop.
    ///
    /// # Errors
    /// The shop cannot be set up.
    pub(super) fn free() -> Result<Self, String> {
        let mut bench = lab::shop().map_err(|error| error.to_string())?;
        if let Ok(here) = std::env::current_dir() {
            bench.read_files_in(here);
        }
        Ok(Self::in_room(Room::Free(bench)))
    }

    fn in_room(room: Room) -> Self {
        let mut bench = Self::empty(room);
        // What was played so that the tables are as they were is not what the learner did last.
        bench.since = bench.workbench().engine().journal().recorded();
        bench
    }

    fn empty(room: Room) -> Self {
        Self {
            room,
            since: 0,
            lines: 0,
            par: None,
            played: Vec::new(),
            endpoint: Vec::new(),
            port: None,
            pace: Playback::default(),
            hurry: Hurry::default(),
        }
    }

    fn workbench(&self) -> &Workbench {
        match &self.room {
            Room::Lab(runner) => runner.bench(),
            Room::Free(bench) => bench,
        }
    }

    /// What the lines are done as.
    pub(super) fn work(&self) -> &Work {
        self.workbench().work()
    }

    /// The Region at home.
    pub(super) fn region(&self) -> String {
        self.workbench().engine().config().region.clone()
    }

    /// A snapshot.
    pub(super) fn view(&self) -> LabView {
        let world = match &self.room {
            Room::Lab(runner) => WorldFigures::of_lab(runner, self.since),
            Room::Free(bench) => WorldFigures::of(bench, self.since),
        };
        let bench = self.workbench();
        let (now, names) = (bench.engine().now(), bench.names());
        let (endpoint, port, line) = (self.endpoint.clone(), self.port, self.lines);
        match &self.room {
            Room::Lab(runner) => LabView {
                lab: Some(runner.lab().name.clone()),
                position: runner.position(),
                outro: runner.outro(),
                checks: runner.checks(),
                case: case(runner),
                has_tried: runner.has_tried(),
                spent: runner.spent(),
                ways: runner.ways().to_vec(),
                now,
                names,
                world,
                endpoint,
                port,
                line,
                par: self.par,
            },
            Room::Free(_) => LabView { line, now, names, world, endpoint, port, ..LabView::default() },
        }
    }

    /// What the screen opens with.
    pub(super) fn opened(&mut self) -> Ran {
        let lines = match &self.room {
            Room::Lab(runner) => {
                let mut lines = paragraphs(Role::Text, &runner.lab().intro);
                lines.insert(0, Line::of(Role::Title, runner.lab().title.clone()).titled());
                lines
            }
            Room::Free(_) => vec![Line::text(
                "A small shop to play with: any command of aws dynamodb, and :help for the lab's own commands.",
            )],
        };
        let mut entries = vec![TranscriptEntry::new(EntryKind::Story, lines)];
        entries.extend(self.done_before());
        entries.extend(self.dashboard());
        if let Room::Lab(runner) = &self.room
            && runner.is_finished()
        {
            self.played.iter().for_each(|played| entries.extend(retold(played)));
            entries.extend(ending(runner));
            entries.extend(self.against_par());
        }
        Ran { view: self.view(), entries, ..Ran::default() }
    }

    /// Does work and sends what came of it. A step that it completed is on disk before.
    pub(super) fn perform(&mut self, work: LabWork, store: &mut Store, clock: &dyn Clock, send: Send<'_>) {
        let mut ran = match work {
            LabWork::Run(line) => self.run(&line, store, clock, send),
            LabWork::Hint => self.help("hint"),
            LabWork::Solution => self.help("solution"),
            LabWork::Predict(typed) => self.help(&format!(":predict {typed}")),
            LabWork::Restart => match self.room {
                Room::Lab(_) => self.help(":restart"),
                Room::Free(_) => self.run(":reset", store, clock, send),
            },
            LabWork::Endpoint | LabWork::Cancel | LabWork::Hurry | LabWork::Leave => Ran::default(),
        };
        ran.view = self.view();
        self.keep_score(store);
        send(Outcome::Ran(Box::new(ran)));
    }

    /// Does what a word of the lab asks for.
    fn help(&mut self, word: &str) -> Ran {
        let Room::Lab(runner) = &mut self.room else {
            return Ran { notice: Some("There is no task in free play".to_owned()), ..Ran::default() };
        };
        let entry = match Word::read(word) {
            Some(Word::Hint) => {
                let hint = runner.hint().unwrap_or_else(|| "There is nothing left to do".to_owned());
                // "Hint 1 of 3" stands out, and what it says follows.
                let told = hint.starts_with("Hint ").then(|| hint.split_once(": ")).flatten();
                let (place, said) = told.unwrap_or(("Hint", &hint));
                TranscriptEntry::new(EntryKind::Help, vec![Line::text(said).behind(Role::Key, format!("{place}  "))])
            }
            Some(Word::Solution) => {
                let solution = runner.show_solution();
                // Further lines of a command are moved in: none may pass for a line of this program.
                let code = |(at, line): (usize, &str)| {
                    let lead = if at == 0 { "" } else { "  " };
                    text::code::line(&format!("{lead}{line}"), text::code::Syntax::Shell)
                };
                let lines = |line: &String| line.trim().lines().enumerate().map(code).collect();
                let entry = |line: &String| TranscriptEntry::new(EntryKind::Solution, lines(line));
                return Ran { entries: solution.iter().map(entry).collect(), ..Ran::default() };
            }
            Some(word @ (Word::Restart | Word::Reset)) => {
                let before = runner.beginnings();
                let words = if word == Word::Restart { runner.restart() } else { runner.reset() };
                if word == Word::Reset && runner.beginnings() == before && runner.position() > 0 {
                    return Ran {
                        entries: vec![TranscriptEntry::new(EntryKind::Help, vec![Line::text(words)])],
                        ..Ran::default()
                    };
                }
                let predicted = runner.predicted().map(Ok);
                let entries = vec![TranscriptEntry::new(EntryKind::Help, vec![Line::text(words)])];
                self.par = None;
                return Ran { entries, restarted: true, predicted, ..Ran::default() };
            }
            Some(Word::Check) => TranscriptEntry::new(EntryKind::Help, text::checks(runner.checks().as_deref())),
            Some(Word::Predict(typed)) => {
                return match runner.predict(typed) {
                    Ok(words) => {
                        let said = Line::of(Role::Prediction, format!("You predict {typed}. "));
                        let entries = vec![TranscriptEntry::new(EntryKind::Help, vec![said.and(Role::Text, words)])];
                        Ran { entries, predicted: Some(Ok(typed.to_owned())), ..Ran::default() }
                    }
                    Err(words) => Ran { notice: Some(words.clone()), predicted: Some(Err(words)), ..Ran::default() },
                };
            }
            None => return Ran::default(),
        };
        Ran { entries: vec![entry], ..Ran::default() }
    }

    fn run(&mut self, line: &str, store: &mut Store, clock: &dyn Clock, send: Send<'_>) -> Ran {
        if matches!(self.room, Room::Lab(_)) && Word::read(line).is_some() {
            return self.help(line);
        }
        let (work, was_stuck) = (self.work().clone(), self.is_stuck());
        let room = &mut self.room;
        let act = || match room {
            Room::Lab(runner) => {
                let turn = runner.run(line);
                (turn.reply, turn.meanwhile, turn.near_miss, turn.completed)
            }
            Room::Free(bench) => (bench.run(line), Vec::new(), None, None),
        };
        self.hurry.rest();
        let onlooker = Live::on(&work, self.pace, &self.hurry);
        // Whoever wants it stopped stops the work itself; here is only said how far it is, and what the world is like.
        let (reply, meanwhile, near_miss, completed) = lab::watched(&work, act, |progress| {
            send(Outcome::Running(progress, onlooker.take().map(Box::new)));
            true
        });
        drop(onlooker);
        // What sent nothing leaves the picture of the line before.
        let has_sent = self.workbench().entries_since(reply.since).next().is_some();
        // What was compared ran on a copy, and is a picture all the same.
        if has_sent || !self.workbench().compared().is_empty() {
            (self.since, self.lines) = (reply.since, self.lines + 1);
        }
        let mut entries = self.reply(line, &reply);
        entries.extend(
            meanwhile.iter().map(|words| TranscriptEntry::new(EntryKind::Verdict, vec![text::meanwhile(words)])),
        );
        let is_completed = completed.is_some();
        let mut notice = None;
        if let Some(completed) = completed {
            notice = self.complete(&completed, store, clock, &mut entries);
        } else {
            // Beside the line itself: on a small screen the checks are out of sight.
            let is_due = has_sent || self.is_stuck() && !was_stuck;
            let missing = || Some(TranscriptEntry::new(EntryKind::Missing, vec![self.missing().filter(|_| is_due)?]));
            let near = near_miss.map(|words| TranscriptEntry::new(EntryKind::Verdict, vec![text::near_miss(&words)]));
            // A way out is told whatever else is.
            let offers = near.is_some() && self.is_stuck();
            entries.extend(near.or_else(missing).into_iter().chain(if offers { missing() } else { None }));
        }
        Ran { entries, completed: is_completed, notice, ..Ran::default() }
    }

    /// Whether the step has to be begun again.
    const fn is_stuck(&self) -> bool {
        matches!(&self.room, Room::Lab(runner) if runner.is_stuck())
    }

    /// What the step still lacks; `None` if nothing does, or if it is hidden until a prediction is made.
    fn missing(&self) -> Option<Line> {
        let Room::Lab(runner) = &self.room else { return None };
        text::missing(&runner.checks()?)
    }

    /// What a line printed and cost.
    fn reply(&self, line: &str, reply: &Reply) -> Vec<TranscriptEntry> {
        let requests: Vec<_> = self.workbench().entries_since(reply.since).collect();
        let traffic = requests.iter().find(|entry| matches!(entry.event, Event::Traffic));
        // What came of a run of traffic in all; second by second it is seen in the world.
        let sum = traffic.map(|entry| {
            let is_stopped = entry.outcome.as_ref().is_ok_and(|answer| answer.get("Stopped").is_some());
            SUM_OF_TRAFFIC + usize::from(is_stopped)
        });
        let cost = text::cost(requests.into_iter());
        let mut result = TranscriptEntry::new(EntryKind::Result, text::result(line, reply));
        if let Some(sum) = sum {
            result.folded = sum;
            result.lines.iter_mut().take(sum).for_each(|line| line.flow = Flow::Prose);
        }
        let mut entries = vec![result];
        if !cost.is_empty() {
            entries.push(TranscriptEntry::new(EntryKind::Cost, cost));
        }
        entries
    }

    /// Saves a completed step, then shows what it was about; returns words if it could not be saved.
    fn complete(
        &mut self,
        completed: &Completed,
        store: &mut Store,
        clock: &dyn Clock,
        entries: &mut Vec<TranscriptEntry>,
    ) -> Option<String> {
        let Room::Lab(runner) = &self.room else { return None };
        let saved = records::save_step(store, &runner.lab().name, completed, clock);
        let is_kept = store.unsaved().is_none();
        let title = Line::of(Role::Good, format!("✓ Step done: {}", completed.step.title)).titled();
        entries.push(TranscriptEntry::new(EntryKind::Verdict, vec![title]));
        entries.extend(
            completed
                .prediction
                .as_ref()
                .and_then(text::prediction)
                .map(|lines| TranscriptEntry::new(EntryKind::Story, lines)),
        );
        entries.push(TranscriptEntry::new(EntryKind::Story, text::shown(completed)));
        entries.extend(self.dashboard());
        let begun = text::unprepared(runner.unprepared()).into_iter().chain(text::begun_anew(runner));
        entries.extend(begun.map(|line| TranscriptEntry::new(EntryKind::Verdict, vec![line])));
        if runner.is_finished() {
            entries.extend(ending(runner));
            self.par = records::best_and_par(store, runner.lab()).unwrap_or_default();
            entries.extend(self.against_par());
        }
        Some(saved.map_or_else(
            |error| format!("The step could not be saved: {error}"),
            |()| if is_kept { "Step done, saved" } else { "Step done, but not saved" }.to_owned(),
        ))
    }

    /// The steps that were done before the lab was left, a line each.
    fn done_before(&self) -> Option<TranscriptEntry> {
        let Room::Lab(runner) = &self.room else { return None };
        if runner.position() == 0 || runner.is_finished() {
            return None;
        }
        let done = runner.lab().steps.iter().take(runner.position()).enumerate();
        let line = |(at, step): (usize, &Step)| {
            Line::text(format!("Step {}: {}", at + 1, step.title)).behind(Role::Good, "✓ ").hanging(2)
        };
        let mut lines = vec![Line::of(Role::Muted, text::left_by(runner))];
        lines.extend(done.map(line));
        Some(TranscriptEntry::new(EntryKind::Verdict, lines))
    }

    /// What is seen of the running system of the step that waits.
    fn dashboard(&self) -> Option<TranscriptEntry> {
        let Room::Lab(runner) = &self.room else { return None };
        let lines = text::dashboard(runner.dashboard());
        (!lines.is_empty()).then(|| TranscriptEntry::new(EntryKind::Result, lines))
    }

    /// What was done against the par, once the lab is done.
    fn against_par(&self) -> Option<TranscriptEntry> {
        Some(TranscriptEntry::new(EntryKind::Story, text::against_par(&self.par?)))
    }

    /// Answers a request of the learner's own program; a step that it completed is on disk before.
    pub(super) fn call(&mut self, call: ClientCall, store: &mut Store, clock: &dyn Clock) -> (Answer, Ran) {
        let ClientCall { service, operation, body } = call;
        let begins = Begins::of_request(&body, Begins::Attempt);
        let act = |bench: &mut Workbench| match &service {
            None => Some(bench.call(&operation, body)),
            Some(service) => bench.ask(service, &operation, body),
        };
        let (answer, since, meanwhile, near_miss, completed) = match &mut self.room {
            Room::Lab(runner) => {
                let (answer, judged) = runner.observe(begins, act);
                (answer, judged.since, judged.meanwhile, judged.near_miss, judged.completed)
            }
            Room::Free(bench) => {
                let since = bench.engine().journal().recorded();
                (act(bench), since, Vec::new(), None, None)
            }
        };
        (self.since, self.lines) = (since, self.lines + 1);
        let requests: Vec<_> = self.workbench().entries_since(since).collect();
        let mut entries =
            vec![TranscriptEntry::new(EntryKind::Request, requests.iter().map(|entry| text::request(entry)).collect())];
        let cost = text::cost(requests.into_iter());
        if !cost.is_empty() {
            entries.push(TranscriptEntry::new(EntryKind::Cost, cost));
        }
        entries.extend(
            meanwhile.iter().map(|words| TranscriptEntry::new(EntryKind::Verdict, vec![text::meanwhile(words)])),
        );
        entries.extend(near_miss.map(|words| TranscriptEntry::new(EntryKind::Verdict, vec![text::near_miss(&words)])));
        let is_completed = completed.is_some();
        let notice = completed.and_then(|completed| self.complete(&completed, store, clock, &mut entries));
        let ran = Ran { view: self.view(), entries, completed: is_completed, notice, ..Ran::default() };
        (answer, ran)
    }
}

/// How a case stands; `None` if the lab is none.
fn case(runner: &Runner) -> Option<CaseView> {
    let left = runner.seconds_left()? * 1000;
    Some(CaseView { points: runner.score().points, all: runner.lab().points(), left })
}

/// The end of a lab: what it compared, what to take away, and that its tables stay.
fn ending(runner: &Runner) -> Vec<TranscriptEntry> {
    let story = |lines: Vec<Line>| TranscriptEntry::new(EntryKind::Story, lines);
    let mut entries = vec![story(text::finished(runner.lab(), &runner.outro(), runner.ways()))];
    if !runner.ways().is_empty() {
        entries.push(story(text::way_bars(runner.ways())));
    }
    if runner.lab().case.is_some() {
        entries.push(story(text::case(runner)));
    }
    let open = "The tables stay open: try whatever you like until you leave.";
    entries.push(story(vec![Line::of(Role::Muted, open)]));
    entries
}

/// A step of a finished lab: what it was about, a way to do it, what it showed.
fn retold(Completed { step, debrief, .. }: &Completed) -> Vec<TranscriptEntry> {
    let story = |lines: Vec<Line>| TranscriptEntry::new(EntryKind::Story, lines);
    let mut about = vec![Line::of(Role::Title, step.title.clone()).titled()];
    about.extend(paragraphs(Role::Text, &step.text));
    about.extend(text::task(step));
    let command =
        |line: &String| TranscriptEntry::new(EntryKind::Command, line.trim().lines().map(Line::code).collect());
    let mut entries = vec![story(about)];
    entries.extend(step.solution.iter().map(command));
    entries.push(story(paragraphs(Role::Text, debrief)));
    entries
}

/// A change of the view alone, with words for the footer; what to paste goes into the transcript.
pub(super) fn noticed(bench: &Bench, words: &str) -> Ran {
    // One variable a line, never broken: so each can be copied.
    let variables = |line: &String| -> Vec<String> {
        match line.strip_prefix("export ") {
            Some(all) => all.split_whitespace().map(|one| format!("export {one}")).collect(),
            None => vec![line.clone()],
        }
    };
    let line = |line: String| match line.strip_prefix("export ") {
        Some(_) => text::code::line(&line, text::code::Syntax::Shell).flowing(Flow::Fixed),
        None => Line::text(line),
    };
    let mut lines: Vec<Line> = bench.endpoint.iter().flat_map(variables).map(line).collect();
    if let (Room::Lab(runner), false) = (&bench.room, lines.is_empty()) {
        lines.extend(text::own_code(runner.lab()));
    }
    let entries = if lines.is_empty() { Vec::new() } else { vec![TranscriptEntry::new(EntryKind::Help, lines)] };
    Ran { view: bench.view(), entries, notice: Some(words.to_owned()), ..Ran::default() }
}
