//! `:undo`, `:redo`, `:checkpoint` and `:reset`: going back, and forth again.

use super::{OwnCommand, Workbench};

pub(super) const UNDO: OwnCommand = OwnCommand {
    name: "undo",
    usage: ":undo",
    about: "take the last change back",
    details: "  Only lines that changed something count, the newest 30 as far as they fit 128 MB; the clock goes back with the
  world. What was done is still shown.\n",
    needs_words: false,
    run: |bench, words| {
        none(words)?;
        bench.undo()?;
        Ok(shown("Taken back.", bench))
    },
};

pub(super) const REDO: OwnCommand = OwnCommand {
    name: "redo",
    usage: ":redo",
    about: "do again what was undone",
    details: "",
    needs_words: false,
    run: |bench, words| {
        none(words)?;
        if bench.redo() { Ok(shown("Done again.", bench)) } else { Err("There is nothing to do again.".into()) }
    },
};

pub(super) const CHECKPOINT: OwnCommand = OwnCommand {
    name: "checkpoint",
    usage: ":checkpoint",
    about: "note the world as it is, for :reset",
    details: "",
    needs_words: false,
    run: |bench, words| {
        none(words)?;
        bench.checkpoint()?;
        Ok(shown("Noted; :reset comes back to it.", bench))
    },
};

pub(super) const RESET: OwnCommand = OwnCommand {
    name: "reset",
    usage: ":reset",
    about: "go back to the checkpoint, or to the beginning (in a lab: its first step)",
    details: "  It can be undone. In a lab, :restart begins the step again and :reset the lab, for good.\n",
    needs_words: false,
    run: |bench, words| {
        none(words)?;
        let which = bench.reset().ok_or("There is nothing to go back to yet.")?;
        Ok(shown(&format!("Back at {which}."), bench))
    },
};

fn none(words: &str) -> Result<(), String> {
    if words.is_empty() { Ok(()) } else { Err(format!("Expected nothing more, found {words}")) }
}

fn shown(what: &str, bench: &Workbench) -> String {
    format!("{what} It is {} UTC on the lab's clock.\n", bench.engine().now())
}
