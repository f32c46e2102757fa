//! A lab on screen: the line being typed, the last result, and requests of the learner's own program.

use serde_json::Value;

use super::model::{ClientCall, Effect, Message, Saved, moved, stepped};
use super::text;
use crate::engine::ApiError;
use crate::lab::{Completed, ReplyKind, Runner, Word};

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

    pub(super) fn update(&mut self, message: &Message) -> Vec<Effect> {
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
    pub(super) fn client(&mut self, call: ClientCall) -> (Option<Result<Value, ApiError>>, Vec<Effect>) {
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

    pub(super) fn run(&mut self) -> Vec<Effect> {
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
