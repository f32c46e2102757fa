//! What is typed in a lab: the line editor, completions, given commands, predictions, and Enter.
//!
//! The life of a line: keys edit the prompt; Tab offers what could stand at the cursor; Enter takes what is on offer, then a
//! prediction if one is asked for, and else sends the line to the lab. An empty Enter puts the step's given command in.

use crate::app::line::Line;
use crate::app::message::{LabMessage, LabWork, SideEffect};
use crate::app::pane::Pane;
use crate::app::prompt::Edit;
use crate::aws_cli::{self, Completion};
use crate::content::Library;
use crate::lab::{Progress, Word, is_clearing, is_leaving};

use super::entry::command_lines;
use super::{EntryKind, Gate, LabScreen, Refusal, TranscriptEntry};

/// What is said of a line that has something to be filled in.
const GAP: &str = "The command has a gap: type what belongs at the cursor, then press Enter";

impl LabScreen {
    pub(super) fn edit(&mut self, edit: Edit) {
        self.focus = Pane::Prompt;
        let is_choosing = self.completions.take().is_some();
        if self.prompt.search.is_some() {
            match edit {
                Edit::Insert(text) => self.prompt.search_for(|wanted| wanted.push_str(&text)),
                Edit::Backspace => self.prompt.search_for(|wanted| {
                    let _ = wanted.pop();
                }),
                other => {
                    self.prompt.end_search(true);
                    self.prompt.edit(other);
                }
            }
            return;
        }
        // Whoever types on while completions are shown chooses among fewer.
        let narrows = is_choosing && matches!(&edit, Edit::Backspace | Edit::Insert(_));
        self.prompt.edit(edit);
        if narrows {
            let found = self.found();
            self.completions = (!found.is_empty()).then_some((found, 0));
        }
    }

    /// Enter: takes a completion, a search's hit, a prediction, or runs the line.
    pub(super) fn accept(&mut self, library: &Library) -> Result<Vec<SideEffect>, Refusal> {
        if self.accept_beside() {
            return Ok(Vec::new());
        }
        if let Some(running) = self.running {
            let mut effects = self.line_up(library)?;
            // Traffic is played slowly so that it can be followed.
            if running.total > 0 && self.view.world.traffic.is_some() {
                effects.push(SideEffect::Lab(LabWork::Hurry));
            } else if effects.is_empty() {
                return Err("The line before still runs; Esc stops it".to_owned());
            }
            return Ok(effects);
        }
        let text = self.prompt.text();
        if self.is_predicting(library) {
            let typed = text.trim().to_owned();
            if typed.is_empty() {
                return Err("Type what you expect, or press Esc to skip the prediction".to_owned());
            }
            return Ok(vec![SideEffect::Lab(LabWork::Predict(typed))]);
        }
        if text.trim().is_empty() {
            // The first Enter of a step puts its given command into the prompt, or the next line of the solution that was
            // shown; the second runs it.
            if self.insert_solution() || self.insert_given(library) {
                return Ok(Vec::new());
            }
            return Err(self.nothing_to_run(library));
        }
        self.accept_typed(library)
    }

    /// What was typed while a line runs waits behind it, if it is whole.
    fn line_up(&mut self, library: &Library) -> Result<Vec<SideEffect>, Refusal> {
        if let Some(answer) = self.answer(self.prompt.text(), library) {
            self.prompt.set(answer, None);
        }
        let text = self.prompt.text();
        if text.trim().is_empty() || is_leaving(text) || is_clearing(text) || aws_cli::is_incomplete(text) {
            return Ok(Vec::new());
        }
        if self.view.lab.is_some() && self.prompt.next_gap() {
            return Err(GAP.to_owned());
        }
        let lines = self.lines_of(self.prompt.text());
        self.prompt.take_as(&lines);
        let effects = lines.iter().cloned().map(SideEffect::Remember).collect();
        self.waiting.extend(lines);
        Ok(effects)
    }

    /// Enter where something else than the line waits for it: another pane, a search, a completion. Returns whether it was
    /// that.
    fn accept_beside(&mut self) -> bool {
        if self.focus == Pane::Transcript {
            self.unfold();
        } else if self.focus != Pane::Prompt {
            self.focus = Pane::Prompt;
        } else if self.prompt.search.is_some() {
            self.prompt.end_search(true);
        } else if self.completions.is_some() {
            self.take_completion();
        } else {
            return false;
        }
        true
    }

    /// Enter behind something that was typed: it runs once it is whole and has no gap.
    fn accept_typed(&mut self, library: &Library) -> Result<Vec<SideEffect>, Refusal> {
        if let Some(answer) = self.answer(self.prompt.text(), library) {
            self.prompt.set(answer, None);
        }
        let text = self.prompt.text();
        if is_clearing(text) {
            self.prompt.take();
            self.at_prompt(&LabMessage::Clear, library)?;
            return Ok(Vec::new());
        }
        if aws_cli::is_incomplete(text) {
            self.prompt.edit(Edit::End);
            self.prompt.edit(Edit::Insert("\n".to_owned()));
            return Ok(Vec::new());
        }
        // What stands where something is to be filled in is no value: the service would be asked for it.
        if self.view.lab.is_some() && self.prompt.next_gap() {
            return Err(GAP.to_owned());
        }
        let lines = self.lines_of(self.prompt.text());
        self.prompt.take_as(&lines);
        let mut effects: Vec<SideEffect> = lines.iter().cloned().map(SideEffect::Remember).collect();
        self.waiting = lines.into();
        effects.extend(self.run_next());
        Ok(effects)
    }

    /// Runs the next line that waits.
    fn run_next(&mut self) -> Option<SideEffect> {
        let line = self.waiting.pop_front()?;
        self.follow();
        if self.gate == Gate::Asking && !is_word(&line) {
            // Whoever tries it first has no prediction left to make.
            self.gate = Gate::Open;
        }
        self.transcript.push(TranscriptEntry::new(EntryKind::Command, command_lines(&line)));
        self.running = Some(Progress::default());
        Some(SideEffect::Lab(LabWork::Run(line)))
    }

    /// A line has run: the next one runs, unless a prediction is asked for first.
    pub(super) fn go_on(&mut self) -> Vec<SideEffect> {
        if self.gate == Gate::Asking {
            self.put_back();
        }
        self.run_next().into_iter().collect()
    }

    /// Lines that wait and are not run now stand in the prompt again.
    pub(super) fn put_back(&mut self) {
        let waiting: Vec<String> = self.waiting.drain(..).collect();
        if !waiting.is_empty() {
            self.prompt.put(waiting.join("\n"), None);
        }
    }

    /// The commands of what was typed or pasted: a line that begins as a command does, behind one that is whole, is another.
    fn lines_of(&self, typed: &str) -> Vec<String> {
        let mut lines: Vec<String> = Vec::new();
        for line in typed.trim_end().lines() {
            match lines.last_mut() {
                Some(before) if aws_cli::is_incomplete(before) || !self.begins_command(line) => {
                    before.push('\n');
                    before.push_str(line);
                }
                _ => lines.push(line.to_owned()),
            }
        }
        lines
    }

    /// Whether a line begins as a command does.
    fn begins_command(&self, line: &str) -> bool {
        let first = line.split_whitespace().next().unwrap_or_default();
        let is_verb = || aws_cli::complete(first, &self.view.names).iter().any(|known| known.text == first);
        first.starts_with(':') || first == "aws" || (first.len() > 1 && is_verb())
    }

    /// The line that answers the step's question, if what is typed is the letter of one of its choices.
    fn answer(&self, typed: &str, library: &Library) -> Option<String> {
        let question = self.step(library)?.question.as_ref()?;
        let letter = typed.trim().to_ascii_uppercase();
        let is_choice = ('A'..='Z').take(question.choices.len()).any(|choice| letter == choice.to_string());
        is_choice.then(|| format!(":answer {letter}"))
    }

    /// What an empty Enter is told where there is nothing to put in.
    fn nothing_to_run(&self, library: &Library) -> Refusal {
        match (self.step(library), self.view.lab.is_some()) {
            (Some(step), _) if step.question.is_some() => "Type a command, or the letter of your answer".to_owned(),
            (Some(step), _) if step.hints.is_empty() => "This step gives no command: type one".to_owned(),
            (Some(_), _) => "This step gives no command: type one; F1 gives a hint".to_owned(),
            (None, true) => "All steps are done: F9 asks questions on this lab, F11 opens the next one".to_owned(),
            (None, false) => "Type a command; :help lists the sandbox's own".to_owned(),
        }
    }

    /// Whether a prediction is asked for, and what is typed is one.
    #[must_use]
    pub fn is_predicting(&self, library: &Library) -> bool {
        self.gate == Gate::Asking && !self.is_command(self.prompt.text(), library)
    }

    /// Whether what is typed where a prediction is asked for is a command all the same.
    fn is_command(&self, text: &str, library: &Library) -> bool {
        let text = text.trim();
        let predict = self.step(library).and_then(|step| step.predict.as_ref());
        if predict.is_some_and(|predict| predict.choices.iter().any(|choice| choice.eq_ignore_ascii_case(text))) {
            return false;
        }
        is_clearing(text) || is_word(text) || self.begins_command(text)
    }

    /// What needs nothing of the lab's thread.
    pub(super) fn at_prompt(&mut self, message: &LabMessage, library: &Library) -> Result<(), Refusal> {
        match message {
            LabMessage::Insert => return self.insert(library),
            LabMessage::Complete => self.complete(),
            LabMessage::Completion(forward) => {
                if let Some((found, at)) = &mut self.completions {
                    *at = if *forward {
                        (*at + 1) % found.len().max(1)
                    } else {
                        at.checked_sub(1).unwrap_or(found.len().saturating_sub(1))
                    };
                }
            }
            LabMessage::Recall(back) => {
                self.completions = None;
                self.prompt.end_search(true);
                self.prompt.recall(*back);
            }
            LabMessage::Search => self.prompt.search_older(),
            LabMessage::Tab(tab) => self.show(*tab),
            LabMessage::Unfold => self.unfold(),
            LabMessage::UnfoldTask => self.is_task_open = !self.is_task_open,
            LabMessage::Clear => {
                self.cleared = self.transcript.len();
                self.follow();
            }
            LabMessage::Skip => self.gate = Gate::Open,
            _ => {}
        }
        Ok(())
    }

    /// Puts the command under the transcript's cursor into the prompt; where none is chosen, goes on to the next gap of what
    /// stands there, or puts the step's given command in, or the solution that was shown. What was typed is in the history.
    fn insert(&mut self, library: &Library) -> Result<(), Refusal> {
        let is_line = |entry: &&TranscriptEntry| matches!(entry.kind, EntryKind::Command | EntryKind::Solution);
        if self.focus == Pane::Transcript {
            // What stands under a command belongs to it.
            let last = self.transcript.len().saturating_sub(1);
            let upto = self.transcript.get(..=self.at.unwrap_or(last)).unwrap_or_default();
            let Some(entry) = upto.iter().rfind(is_line) else {
                return Err("No command stands here".to_owned());
            };
            let text = text_of(entry);
            self.prompt.put(text, None);
        } else if !self.prompt.next_gap() && !self.insert_solution() && !self.insert_given(library) {
            return Err("This step gives no command; F1 gives a hint, F2 shows a solution".to_owned());
        }
        self.focus = Pane::Prompt;
        Ok(())
    }

    /// Whether a line of the solution that was shown is still to be run.
    #[must_use]
    pub fn has_solution(&self) -> bool {
        self.next_of_solution().is_some()
    }

    /// The first line of the solution that was shown in this step and has not been run since; from the first again once all
    /// have.
    fn next_of_solution(&self) -> Option<&TranscriptEntry> {
        let shown = self.transcript.get(self.solution?..)?;
        let solution: Vec<&TranscriptEntry> =
            shown.iter().take_while(|entry| entry.kind == EntryKind::Solution).collect();
        let run = |line: &&&TranscriptEntry| {
            shown.iter().any(|entry| entry.kind == EntryKind::Command && text_of(entry) == text_of(line))
        };
        solution.iter().find(|line| !run(line)).or(solution.first()).copied()
    }

    /// Puts the next line of the solution that was shown into the prompt. Returns whether there is one.
    fn insert_solution(&mut self) -> bool {
        let next = self.next_of_solution().map(text_of);
        let is_there = next.is_some();
        if let Some(text) = next {
            self.prompt.put(text, None);
        }
        is_there
    }

    /// Puts the step's given command into the prompt, the cursor in its first gap. Returns whether there is one.
    fn insert_given(&mut self, library: &Library) -> bool {
        let given = self.step(library).and_then(|step| step.given.as_deref()).map(str::trim);
        if let Some(given) = given {
            self.prompt.put(given.to_owned(), Some(0));
            if !self.prompt.next_gap() {
                self.prompt.edit(Edit::End);
                self.prompt.edit(Edit::End);
            }
        }
        given.is_some()
    }

    fn complete(&mut self) {
        if self.completions.is_some() {
            self.take_completion();
            return;
        }
        let found = self.found();
        match found.len() {
            0 => {}
            1 => {
                self.completions = Some((found, 0));
                self.take_completion();
            }
            _ => self.completions = Some((found, 0)),
        }
    }

    /// What could stand at the cursor.
    fn found(&self) -> Vec<Completion> {
        let before = &self.prompt.text()[..self.prompt.cursor()];
        crate::lab::complete(before, &self.view.names)
    }

    pub(super) fn take_completion(&mut self) {
        let Some((found, at)) = self.completions.take() else { return };
        let Some(chosen) = found.get(at) else { return };
        let cursor = self.prompt.cursor();
        let (before, after) = self.prompt.text().split_at(cursor);
        let begun = before.rsplit(char::is_whitespace).next().unwrap_or_default();
        let kept = before.strip_suffix(begun).unwrap_or_default();
        let blank = if after.starts_with(char::is_whitespace) { "" } else { " " };
        let start = format!("{kept}{}{blank}", chosen.text);
        let place = start.len();
        let text = start + after;
        self.prompt.set(text, Some(place));
    }
}

/// The text of a command in the transcript.
fn text_of(entry: &TranscriptEntry) -> String {
    entry.lines.iter().map(Line::plain).collect::<Vec<_>>().join("\n")
}

/// Whether a line only asks for help.
fn is_word(line: &str) -> bool {
    let first = line.trim().trim_start_matches(':').split_whitespace().next().unwrap_or_default();
    matches!(first, "help" | "?") || Word::read(line).is_some()
}
