//! The whole program without a terminal: a stack of screens, what lies over them, and what a message changes.

use std::sync::Arc;

use crate::content::Library;
use crate::lab::is_leaving;

use super::key_names::KeyNames;
use super::message::{Message, Outcome, QuestionMessage, SideEffect};
use super::palette::{Opens, Palette, add};
use super::pane::{Extents, Motion, Pane, Scroll};
use super::prompt::Edit;
use super::screens::browse::List;
use super::screens::{Browse, Home, Refusal, Scores, Screen};
use super::start::{Standing, Start};
use super::stats;
use super::text::TOUR;

/// What the program shows.
#[derive(Debug)]
pub struct Model {
    /// All content.
    pub library: Arc<Library>,
    /// Where the learner stands, as last read.
    pub standing: Standing,
    /// The screens, home first; the last is shown. Esc goes back through them, so that each is found as it was left.
    screens: Vec<Screen>,
    /// What lies over the screen.
    pub overlay: Option<Overlay>,
    /// Something to say in the footer, until the next key.
    pub notice: Option<String>,
    /// The extents of what was last drawn.
    pub extents: Extents,
    /// Whether the program is to end.
    pub quit: bool,
    /// Whether the last key was a Ctrl-C that cleared nothing.
    is_interrupted: bool,
    /// Whether the last key was one that asked whether to leave what is half done.
    is_leaving: bool,
    /// Whether something is being opened; keys mean nothing to the screen below.
    pub is_opening: bool,
    /// How many columns the divider between two panes was moved to the right.
    pub divider: i16,
    /// Whether the mouse holds the divider.
    pub is_dividing: bool,
    /// How many columns what is wider than its pane is moved to the left.
    pub pan: usize,
    /// The keys that the learner has set.
    pub keys: KeyNames,
}

/// What is said while something is being opened.
const OPENING: &str = "Opening ...";

/// What lies over a screen.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The keys.
    Help(Scroll),
    /// The palette.
    Palette(Palette),
    /// Whether to end the program, though something is under way.
    Quit,
    /// Whether a finished lab, by its name, is read again or done again.
    Finished(String),
    /// A card of the tour.
    Tour(usize),
}

impl Model {
    /// The home screen over this content and these scores.
    #[must_use]
    pub fn new(library: Arc<Library>, standing: Standing) -> Self {
        Self {
            library,
            standing,
            screens: vec![Screen::Home(Home::default())],
            overlay: None,
            notice: None,
            extents: Extents::new(),
            quit: false,
            is_interrupted: false,
            is_leaving: false,
            is_opening: false,
            divider: 0,
            is_dividing: false,
            pan: 0,
            keys: KeyNames::default(),
        }
    }

    /// The screen that is shown.
    #[must_use]
    pub fn screen(&self) -> &Screen {
        const HOME: &Screen = &Screen::Home(Home::START);
        self.screens.last().unwrap_or(HOME)
    }

    /// How many screens lie under the one that is shown.
    #[must_use]
    pub fn depth(&self) -> usize {
        self.screens.len().saturating_sub(1)
    }

    /// Shows a screen over the one that is shown.
    pub fn show(&mut self, screen: Screen) {
        self.overlay = None;
        self.extents.clear();
        if self.is_timed() {
            self.notice =
                Some("The exam waits below this; its clock stands still until you come back to it".to_owned());
        }
        self.screens.push(screen);
    }

    /// Whether what is typed is text rather than keys.
    #[must_use]
    pub fn is_typing(&self) -> bool {
        match (&self.overlay, self.screen()) {
            (Some(Overlay::Palette(_)), _) => true,
            (None, Screen::Home(Home { filter, .. }) | Screen::Browse(Browse { filter, .. })) => filter.is_some(),
            (None, Screen::Lab(lab)) => lab.focus == Pane::Prompt,
            _ => false,
        }
    }

    /// Whether a lab waits for a line: no prediction is asked for, which nobody makes unseen.
    #[must_use]
    pub fn is_at_prompt(&self) -> bool {
        matches!(self.screen(), Screen::Lab(lab) if self.is_typing() && !lab.is_predicting(&self.library))
    }

    /// Whether the keys are shown.
    #[must_use]
    pub const fn is_help(&self) -> bool {
        matches!(self.overlay, Some(Overlay::Help(_)))
    }

    /// How many options the question on screen has; 0 if there is none.
    #[must_use]
    pub fn options(&self) -> usize {
        let asked = match self.screen() {
            Screen::Question(question) => question.asked(),
            Screen::Exam(exam) => exam.asked(),
            _ => None,
        };
        asked.map_or(0, |asked| asked.shown.len())
    }

    /// Whether a clock runs on the screen.
    #[must_use]
    pub fn is_timed(&self) -> bool {
        matches!(self.screen(), Screen::Exam(exam) if exam.is_running())
    }

    /// Whether something on the screen counts the time, so that it is drawn again as it passes.
    #[must_use]
    pub fn is_ticking(&self) -> bool {
        self.is_timed() || matches!(self.screen(), Screen::Lab(lab) if lab.has_time_left(&self.library))
    }

    /// Takes in what happened; returns what it wants done.
    pub fn update(&mut self, message: Message) -> Vec<SideEffect> {
        // A notice stays until a key is pressed; the passing of time is none.
        let is_key = !matches!(message, Message::Laid(_) | Message::Passed(_) | Message::Done(_));
        if self.is_opening && is_key && !matches!(message, Message::End | Message::Interrupt | Message::Quit) {
            // What is typed while something opens is not meant for the screen below it.
            return Vec::new();
        }
        if is_key {
            self.notice = None;
            self.is_dividing =
                matches!(message, Message::Grab) || (self.is_dividing && matches!(message, Message::Divide(_)));
        }
        // Other text begins at its first column.
        if is_key && !matches!(message, Message::Pan(_) | Message::Move(_) | Message::Scroll(..)) {
            self.pan = 0;
        }
        let (interrupted, leaving) = (self.is_interrupted, self.is_leaving);
        self.is_interrupted = interrupted && !is_key;
        self.is_leaving = leaving && !is_key;
        match message {
            Message::Laid(extents) => self.extents = extents,
            Message::End => {
                self.quit = true;
                return self.leaving();
            }
            Message::Interrupt => return self.interrupt(interrupted),
            Message::Done(outcome) => return self.done(outcome),
            message if self.overlay.is_some() && is_key => return self.on_overlay(message),
            Message::Help => self.overlay = Some(Overlay::Help(Scroll::default())),
            Message::Palette(actions) => {
                self.overlay = Some(Overlay::Palette(Palette { actions, ..Palette::default() }));
            }
            Message::Back => return self.back(leaving),
            Message::Quit => return self.ask_to_quit(leaving),
            Message::Open(start) => return self.open(start),
            Message::Accept if self.is_told_to_leave() => return self.leave(),
            Message::Grab => {}
            Message::Pan(by) => {
                let last = self.extents.get(&Pane::Sideways).map_or(0, |extent| extent.last());
                self.pan = Motion::Lines(by).from(self.pan.min(last), last, 1);
            }
            Message::Divide(by) => self.divider = self.divider.saturating_add(by),
            Message::Question(QuestionMessage::Documentation) => return self.copy_link(),
            message => return self.on_screen(message),
        }
        Vec::new()
    }

    /// Copies the address of the documentation that settles the question on screen.
    fn copy_link(&mut self) -> Vec<SideEffect> {
        let asked = match self.screen() {
            Screen::Question(question) => question.asked(),
            Screen::Exam(exam) => exam.asked(),
            _ => None,
        };
        let Some(link) = asked.map(|asked| asked.question.docs.clone()).filter(|link| !link.is_empty()) else {
            return Vec::new();
        };
        self.notice = Some("The link is on the clipboard, if this terminal lets programs copy".to_owned());
        vec![SideEffect::Copy(link)]
    }

    /// Opens what needs nothing prepared at once, and has the rest prepared.
    fn open(&mut self, start: Start) -> Vec<SideEffect> {
        self.overlay = None;
        match start {
            Start::Practice => self.show(Screen::Browse(Browse::new(List::Practice))),
            Start::Labs => self.show(Screen::Browse(Browse::new(List::Labs))),
            Start::Exams => self.show(Screen::Browse(Browse::new(List::Exams))),
            Start::Scores => self.show(Screen::Scores(Scores::default())),
            Start::Tour => self.overlay = Some(Overlay::Tour(0)),
            Start::Lab(name) if self.is_done(&name) => self.overlay = Some(Overlay::Finished(name)),
            start => {
                self.is_opening = true;
                self.notice = Some(OPENING.to_owned());
                return vec![SideEffect::Start(start)];
            }
        }
        Vec::new()
    }

    /// Whether all steps of a lab are done.
    fn is_done(&self, name: &str) -> bool {
        let lab = self.library.lab(name).filter(|lab| !lab.steps.is_empty());
        lab.is_some_and(|lab| stats::steps_done(lab, &self.standing.summary) == lab.steps.len())
    }

    /// What screens want started goes through [`Model::open`]; the rest is for others to do.
    fn sift(&mut self, effects: Vec<SideEffect>) -> Vec<SideEffect> {
        let mut left = Vec::new();
        for effect in effects {
            match effect {
                SideEffect::Start(start) => left.extend(self.open(start)),
                other => left.push(other),
            }
        }
        left
    }

    fn on_overlay(&mut self, message: Message) -> Vec<SideEffect> {
        let extent = |pane: Pane| self.extents.get(&pane).copied().unwrap_or_default();
        let (help, palette) = (extent(Pane::Help), extent(Pane::Palette));
        match (&mut self.overlay, message) {
            (Some(Overlay::Help(scroll)), Message::Move(motion) | Message::Scroll(_, motion)) => {
                scroll.step(motion, help);
            }
            (_, Message::Back | Message::Help)
            | (Some(Overlay::Help(_)), Message::Accept)
            | (Some(Overlay::Palette(_)), Message::Palette(_)) => self.overlay = None,
            (Some(Overlay::Palette(open)), message) => {
                return match open.update(&message, &self.library, palette.height) {
                    None => Vec::new(),
                    Some(Opens::Start(start)) => self.open(start),
                    Some(Opens::Does(message)) => {
                        self.overlay = None;
                        let message = message(self, ' ');
                        self.update(message)
                    }
                };
            }
            (Some(Overlay::Quit), Message::Accept | Message::Quit) => {
                (self.quit, self.overlay) = (true, None);
                return self.leaving();
            }
            (Some(Overlay::Finished(name)), message @ (Message::Accept | Message::Open(_))) => {
                let again = Start::LabAgain(std::mem::take(name));
                return self.open(if let Message::Open(start) = message { start } else { again });
            }
            (Some(Overlay::Tour(at)), Message::Accept | Message::Move(Motion::Lines(1))) if *at + 1 < TOUR.len() => {
                *at += 1;
            }
            (Some(Overlay::Tour(at)), Message::Move(Motion::Lines(-1))) => *at = at.saturating_sub(1),
            (Some(Overlay::Tour(_)), Message::Accept) => {
                self.overlay = None;
                let first = self.library.labs.first().map(|lab| Start::Lab(lab.name.clone()));
                return first.map_or_else(Vec::new, |lab| self.open(lab));
            }
            (None | Some(_), _) => {}
        }
        Vec::new()
    }

    fn interrupt(&mut self, interrupted: bool) -> Vec<SideEffect> {
        self.overlay = None;
        let cleared = match self.screens.last_mut() {
            Some(Screen::Lab(lab)) => lab.interrupt(),
            Some(Screen::Home(Home { filter, .. }) | Screen::Browse(Browse { filter, .. })) => {
                filter.take().map(|_| Vec::new())
            }
            _ => None,
        };
        if let Some(effects) = cleared {
            return effects;
        }
        if interrupted {
            self.quit = true;
            return self.leaving();
        }
        self.is_interrupted = true;
        self.notice = Some(match self.standing.unsaved {
            None => "Press Ctrl-C again to leave; everything is saved".to_owned(),
            Some(_) => "Press Ctrl-C again to leave; what you did cannot be saved".to_owned(),
        });
        Vec::new()
    }

    /// What has to be saved when the program ends from the middle of something.
    fn leaving(&mut self) -> Vec<SideEffect> {
        match self.screens.last_mut() {
            // If it could not be saved before, it is left as it is.
            Some(Screen::Exam(exam)) if exam.is_running() => exam.leave().unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn ask_to_quit(&mut self, is_sure: bool) -> Vec<SideEffect> {
        if self.is_timed() {
            self.overlay = Some(Overlay::Quit);
            return Vec::new();
        }
        if self.asks_about_marks(is_sure, "q") {
            return Vec::new();
        }
        self.quit = true;
        self.leaving()
    }

    /// Up one level. At home there is none: Esc never ends the program.
    fn back(&mut self, is_sure: bool) -> Vec<SideEffect> {
        let was_over = match self.screens.last_mut() {
            Some(Screen::Home(Home { filter, .. }) | Screen::Browse(Browse { filter, .. })) => filter.take().is_some(),
            Some(Screen::Question(question)) => question.back(),
            Some(Screen::Exam(exam)) => exam.back(),
            // What runs is stopped before the lab is left.
            Some(Screen::Lab(lab)) if lab.running.is_some() => {
                return vec![SideEffect::Lab(super::message::LabWork::Cancel)];
            }
            Some(Screen::Lab(lab)) => lab.back(),
            _ => false,
        };
        if was_over {
            return Vec::new();
        }
        if let Some(Screen::Exam(exam)) = self.screens.last_mut()
            && exam.is_running()
            && let Some(effects) = exam.leave()
        {
            return effects;
        }
        if self.depth() == 0 {
            self.notice = Some("q leaves the program".to_owned());
            return Vec::new();
        }
        if self.asks_about_marks(is_sure, "Esc") {
            return Vec::new();
        }
        // What is typed after one Esc too many is not meant for the screen below.
        if let Some(Screen::Lab(lab)) = self.screens.last()
            && !is_sure
        {
            let goes_on = lab.step(&self.library).is_some();
            let words = match (&self.standing.unsaved, &lab.view.lab) {
                (_, None) => "Press Esc again to leave the sandbox: its tables are not kept",
                (Some(_), _) => "Press Esc again to leave the lab; the steps you have done cannot be saved",
                (None, _) if goes_on => "Press Esc again to leave the lab: done steps are saved, this one begins again",
                (None, _) => "Press Esc again to leave the lab: all its steps are saved",
            };
            (self.is_leaving, self.notice) = (true, Some(words.to_owned()));
            return Vec::new();
        }
        self.leave()
    }

    /// Asks before marks are left that are not answered; returns whether it does.
    fn asks_about_marks(&mut self, is_sure: bool, key: &str) -> bool {
        let asks = !is_sure && matches!(self.screen(), Screen::Question(question) if question.has_marks());
        if asks {
            self.is_leaving = true;
            self.notice = Some(format!("What you have marked is not answered yet: Enter answers, {key} again leaves"));
        }
        asks
    }

    /// Whether the line typed in a lab asks to leave it.
    fn is_told_to_leave(&self) -> bool {
        matches!(self.screen(), Screen::Lab(lab) if lab.is_told_to_leave())
    }

    /// Leaves the screen for the one below it.
    fn leave(&mut self) -> Vec<SideEffect> {
        self.extents.clear();
        let mut effects = Vec::new();
        if let Some(Screen::Lab(lab)) = self.screens.pop() {
            // A line that was begun is in the history the next time.
            let draft =
                Some(lab.prompt.text().to_owned()).filter(|draft| !draft.trim().is_empty() && !is_leaving(draft));
            effects.extend(draft.map(SideEffect::Remember));
            effects.push(SideEffect::Lab(super::message::LabWork::Leave));
        }
        effects.push(SideEffect::Read);
        effects
    }

    /// Takes in what came of an effect. A failure is said, whatever the screen makes of it.
    fn done(&mut self, outcome: Outcome) -> Vec<SideEffect> {
        match outcome {
            Outcome::Started(screen) => {
                self.is_opening = false;
                // What was said before the program began is still to be read.
                self.notice.take_if(|notice| notice == OPENING);
                // One lab is open at a time: another takes its place.
                if matches!(*screen, Screen::Lab(_)) {
                    self.screens.retain(|screen| !matches!(screen, Screen::Lab(_)));
                }
                self.show(*screen);
                Vec::new()
            }
            Outcome::Stands(standing) => {
                self.standing = *standing;
                Vec::new()
            }
            outcome => {
                match &outcome {
                    // What failed on the way out is seen, and the learner decides again.
                    Outcome::Failed(words) => {
                        (self.quit, self.is_opening) = (false, false);
                        self.notice = Some(words.clone());
                    }
                    Outcome::HandedIn(_) => {
                        self.notice = Some(match self.standing.unsaved {
                            None => "Handed in and saved".to_owned(),
                            Some(_) => "Handed in; it cannot be saved".to_owned(),
                        });
                    }
                    Outcome::Elsewhere(..) => {
                        let words = "This was begun or continued in another window: here is where it stands now";
                        self.notice = Some(words.to_owned());
                    }
                    Outcome::EndedElsewhere(_) => {
                        self.notice = Some("This was ended in another window; nothing is counted twice".to_owned());
                    }
                    Outcome::Ran(ran) => self.notice.clone_from(&ran.notice),
                    _ => {}
                }
                let mut effects = self.on_screen(Message::Done(outcome));
                effects.extend(self.after_save());
                effects
            }
        }
    }

    /// An exam that was to be left is left once it is saved: only what is on disk is called paused.
    fn after_save(&mut self) -> Option<SideEffect> {
        let Some(Screen::Exam(exam)) = self.screens.last() else { return None };
        if exam.is_leaving_refused() {
            let failure = self.notice.take().unwrap_or_default();
            self.notice = Some(format!("Not saved. {failure}; leave again to leave anyway"));
        }
        if !exam.is_left() {
            return None;
        }
        self.extents.clear();
        self.screens.pop();
        let words = if self.is_timed() {
            "That exam is paused; this one, which waited below it, goes on"
        } else {
            "Paused: the clock is stopped until you resume"
        };
        self.notice = Some(words.to_owned());
        Some(SideEffect::Read)
    }

    fn on_screen(&mut self, message: Message) -> Vec<SideEffect> {
        let Some(screen) = self.screens.last_mut() else { return Vec::new() };
        let (library, standing, extents) = (&self.library, &self.standing, &self.extents);
        let updated: Result<Vec<SideEffect>, Refusal> = match screen {
            Screen::Home(home) => Ok(if filtered(&mut home.filter, &mut home.chosen, &message) {
                Vec::new()
            } else {
                home.update(&message, library, standing, extents)
            }),
            Screen::Browse(browse) => Ok(if filtered(&mut browse.filter, &mut browse.chosen, &message) {
                Vec::new()
            } else {
                browse.update(&message, library, standing, extents)
            }),
            Screen::Question(question) => question.update(message, library, extents),
            Screen::Exam(exam) => exam.update(message, library, extents),
            Screen::Lab(lab) => lab.update(message, library, extents),
            Screen::Scores(scores) => {
                scores.update(&message, extents);
                Ok(Vec::new())
            }
        };
        match updated {
            Ok(effects) => self.sift(effects),
            Err(refusal) => {
                self.notice = Some(refusal);
                Vec::new()
            }
        }
    }
}

/// Edits a list's filter; returns whether the message was for it.
fn filtered(filter: &mut Option<String>, chosen: &mut usize, message: &Message) -> bool {
    match (filter.as_mut(), message) {
        (None, Message::Filter) => *filter = Some(String::new()),
        (Some(text), Message::Edit(Edit::Insert(typed))) => add(text, typed),
        (Some(text), Message::Edit(Edit::Backspace)) => {
            if text.pop().is_none() {
                *filter = None;
            }
        }
        (Some(text), Message::Edit(Edit::Clear | Edit::KillToStart | Edit::KillBlankBack | Edit::KillWordBack)) => {
            text.clear();
        }
        _ => return false,
    }
    *chosen = 0;
    true
}
