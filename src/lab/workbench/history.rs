//! What can be taken back: the world as it was before each line that changed it.
//!
//! The life of a change: before a line runs the world is copied, which shares everything with the original until that is
//! changed; if the line changed anything the copy is kept, and `:undo` goes back to it. The journal is not taken back: what
//! was done is still shown, and judged where a lab says "never". Time goes back with the world.
//!
//! Kept worlds are bounded in number and in bytes: each is counted with what it holds alone, which is what the line after
//! it replaced, and never more than the world itself. What was dropped is counted, and `:undo` says so. The beginning and
//! the checkpoint are kept as long as the workbench: each is one world at most.

use std::collections::{BTreeMap, VecDeque};

use super::{SdkClient, Workbench, World};
use crate::engine::{Engine, Entry, Journal, Lag};
use crate::world::chaos::Chaos;

/// How many changes can be taken back.
const KEPT: usize = 30;
/// The most bytes of memory that kept worlds hold together, beside what they share with the present one.
const KEPT_BYTES: u64 = 128 << 20;

/// About how many bytes of a table are copied with the world at once: its settings, and what its supplies remember.
const TABLE_BYTES: u64 = 16 << 10;

/// A world to go back to, without its journal.
#[derive(Clone, Debug)]
pub(in crate::lab) struct Saved {
    world: World,
    sdk: Option<SdkClient>,
}

impl Saved {
    /// Its tables.
    pub(in crate::lab) const fn engine(&self) -> &Engine {
        self.world.engine()
    }

    /// The most bytes that it can hold alone once the world has gone on from it to one with such a turnover.
    fn holds(&self, turnover: u64) -> u64 {
        let engine = self.world.engine();
        let tables = engine.tables().count() as u64 * TABLE_BYTES;
        tables + turnover.saturating_sub(engine.turnover()).min(engine.footprint())
    }
}

/// A change that can be taken back, or done again.
#[derive(Clone, Debug)]
struct UndoStep {
    /// The world on its other side.
    other: Saved,
    /// The bytes that it holds alone.
    holds: u64,
}

/// How many changes there were, and how many there are to do again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::lab) struct Changes {
    /// Those that were ever made.
    pub(in crate::lab) made: u64,
    /// Those that were taken back and can be done again.
    pub(in crate::lab) undone: u64,
}

/// The worlds there were.
#[derive(Clone, Debug, Default)]
pub(super) struct History {
    /// Before each change, the newest last.
    past: VecDeque<UndoStep>,
    /// After each change that was taken back, the next last.
    future: Vec<UndoStep>,
    /// How many changes were dropped from the past.
    dropped: u64,
    /// How many were ever made.
    made: u64,
    /// Where `:checkpoint` was said.
    checkpoint: Option<Box<Saved>>,
    /// Where everything began.
    beginning: Option<Box<Saved>>,
    /// Whether it is that of a lab, which knows where its steps began.
    is_of_lab: bool,
}

impl History {
    /// Notes where everything began, if that is not known yet.
    pub(super) fn begin(&mut self, saved: &Saved) {
        self.beginning.get_or_insert_with(|| Box::new(saved.clone()));
    }

    /// Notes the world before a change; `turnover` is that of the world after it.
    pub(super) fn changed(&mut self, before: Saved, turnover: u64) {
        let holds = before.holds(turnover);
        self.made += 1;
        self.past.push_back(UndoStep { other: before, holds });
        self.future.clear();
        while self.past.len() > KEPT || self.holds() > KEPT_BYTES {
            self.past.pop_front();
            self.dropped += 1;
        }
    }

    /// The bytes that the worlds of the past hold.
    fn holds(&self) -> u64 {
        self.past.iter().map(|change| change.holds).sum()
    }

    /// Why nothing can be taken back.
    pub(super) fn nothing_left(&self) -> String {
        match self.dropped {
            0 => "There is nothing to take back.".to_owned(),
            dropped => format!(
                "There is nothing more to take back: {dropped} earlier change{} no longer kept (the newest {KEPT} are, as \
                 far as they fit {} MB). {} goes back to the beginning.",
                if dropped == 1 { " is" } else { "s are" },
                KEPT_BYTES >> 20,
                if self.is_of_lab { "In a lab, :restart" } else { ":reset" },
            ),
        }
    }
}

impl Workbench {
    /// The world as it is, without its journal, which is never taken back.
    pub(in crate::lab) fn saved(&mut self) -> Saved {
        let journal = std::mem::replace(self.world.engine_mut().journal_mut(), Journal::new(0));
        let saved = Saved { world: self.world.clone(), sdk: self.sdk.clone() };
        *self.world.engine_mut().journal_mut() = journal;
        // Time does not pass in what is only kept, or looked at.
        saved.world.clock().run(0);
        saved
    }

    /// A workbench that begins as this one is, to try something on: without what was done here, and without its past.
    pub(in crate::lab) fn copy(&mut self) -> Self {
        let Saved { mut world, sdk } = self.saved();
        *world.engine_mut().journal_mut() = Journal::new(world.engine().config().journal_capacity);
        let (files, without) = (self.files.clone(), self.without.clone());
        Self {
            world,
            sdk,
            attempts: Vec::new(),
            history: History::default(),
            files,
            without,
            compared: Vec::new(),
            cut: BTreeMap::new(),
            chosen: None,
            begun: self.begun.clone(),
        }
    }

    /// From now on requests go straight to the tables, which answer without a lag and without the faults that were asked for:
    /// what is so does not depend on what stands in between.
    pub(in crate::lab) fn do_without_faults(&mut self) {
        self.sdk = None;
        let poison = self.world.chaos().poison;
        self.world.set_chaos(Chaos { poison, ..Chaos::default() });
        self.world.engine_mut().set_lag(Lag::NONE);
    }

    /// Goes to a world; returns the one that was left.
    fn go(&mut self, to: Saved) -> Saved {
        let journal = std::mem::replace(self.world.engine_mut().journal_mut(), Journal::new(0));
        let left = Saved {
            world: std::mem::replace(&mut self.world, to.world),
            sdk: std::mem::replace(&mut self.sdk, to.sdk),
        };
        *self.world.engine_mut().journal_mut() = journal;
        self.world.clock().run(left.world.clock().factor());
        left.world.clock().run(0);
        left
    }

    /// Goes back to a world for good: what came after it cannot be had again, nor what was before it.
    pub(in crate::lab) fn begin_at(&mut self, saved: &Saved) {
        self.go(saved.clone());
        self.history = History { is_of_lab: self.history.is_of_lab, ..History::default() };
        self.history.begin(saved);
        self.compared.clear();
    }

    /// From now on nothing before this moment can be taken back: a step of a lab begins here.
    pub(in crate::lab) fn forget_past(&mut self, saved: &Saved) {
        self.history = History { is_of_lab: self.history.is_of_lab, ..History::default() };
        self.history.begin(saved);
    }

    /// How many changes there are.
    pub(in crate::lab) fn changes(&self) -> Changes {
        Changes { made: self.history.made, undone: self.history.future.len() as u64 }
    }

    /// Takes the last change back.
    ///
    /// # Errors
    /// Why there is none.
    pub(super) fn undo(&mut self) -> Result<(), String> {
        let Some(UndoStep { other, holds }) = self.history.past.pop_back() else {
            return Err(self.history.nothing_left());
        };
        let left = self.go(other);
        self.history.future.push(UndoStep { other: left, holds });
        Ok(())
    }

    /// Does again what was taken back last. Returns whether there was anything.
    pub(super) fn redo(&mut self) -> bool {
        let Some(UndoStep { other, holds }) = self.history.future.pop() else { return false };
        let left = self.go(other);
        self.history.past.push_back(UndoStep { other: left, holds });
        true
    }

    /// From now on this is a lab's workbench: what it goes back to is where a step began.
    pub(in crate::lab) const fn enter_lab(&mut self) {
        self.history.is_of_lab = true;
    }

    /// Notes the world as it is, for [`Workbench::reset`].
    ///
    /// # Errors
    /// Why not: a lab goes back to where a step began, and to nothing else.
    pub(super) fn checkpoint(&mut self) -> Result<(), String> {
        if self.history.is_of_lab {
            return Err(
                "In a lab, :restart goes back to where the step began; there are no other checkpoints".to_owned()
            );
        }
        self.history.checkpoint = Some(Box::new(self.saved()));
        Ok(())
    }

    /// Goes back to the checkpoint, or to the beginning; that can be undone. Returns which it was, if there was any.
    pub(super) fn reset(&mut self) -> Option<&'static str> {
        let (to, which) = match (&self.history.checkpoint, &self.history.beginning) {
            (Some(saved), _) => (saved.clone(), "the checkpoint"),
            (None, Some(saved)) => (saved.clone(), "the beginning"),
            (None, None) => return None,
        };
        let left = self.go(*to);
        // What the two worlds share is not known: the one that was left counts with all it has.
        self.history.changed(left, u64::MAX);
        Some(which)
    }
}

/// Whether a request changed, or could have changed, anything but its own cost.
pub(super) fn is_change(entry: &Entry) -> bool {
    let verb = entry.event.verb();
    !entry.changes.is_empty() || verb.is_none_or(|verb| verb.changes_tables && entry.outcome.is_ok())
}
