//! What each column of the progress file may hold: said once, for reading, exporting and importing.
//!
//! SQLite lets a column hold a value of any type, so a file may hold rows that the program cannot read: an earlier version
//! imported whatever it was given. Each table has a view, `sound_` and its name, of the rows that can be read, and all
//! reading goes through these views: one unreadable row costs itself and nothing else.

use crate::safe_text::quoted;
use rusqlite::functions::FunctionFlags;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Error};

/// A table of the progress file.
#[derive(Debug)]
pub(super) struct ProgressTable {
    pub(super) name: &'static str,
    /// What one row and several are called: "answer", "answers".
    pub(super) words: (&'static str, &'static str),
    pub(super) columns: &'static [Column],
    /// The columns that say whether two rows are the same.
    pub(super) identity: &'static [&'static str],
}

/// A column of a table.
#[derive(Debug)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) kind: ColumnKind,
    /// Whether an export may lack it: a later version added it. It is 0 then.
    pub(super) is_new: bool,
}

/// What a column may hold.
#[derive(Clone, Copy, Debug)]
pub(super) enum ColumnKind {
    /// The number of a row of this table or another.
    Number,
    /// Milliseconds since 1970, until the end of the year 9999.
    Moment,
    /// A whole number, not negative, small enough to count on from.
    Count,
    /// 0 or 1.
    Flag,
    /// Any text.
    Text,
    /// Places of options: `0,2`, or nothing.
    Places,
    /// One of these words. In the file any word is read, since a newer version may know more of them.
    Word(&'static [&'static str]),
}

/// The end of the year 9999.
const LAST_MOMENT: i64 = 253_402_300_799_999;
/// The greatest count that is read.
pub(super) const LAST_COUNT: i64 = 1_000_000_000_000_000;
/// The greatest count that is imported: it leaves room to count on.
pub(super) const LAST_IMPORTED: i64 = 1_000_000_000_000;
/// The kinds of sessions.
const KINDS: ColumnKind = ColumnKind::Word(&["practice", "diagnostic", "review", "exam"]);

const fn column(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, is_new: false }
}

/// A column that a later version added.
const fn added(name: &'static str, kind: ColumnKind) -> Column {
    Column { name, kind, is_new: true }
}

// Columns that several tables have, and that mean the same in each.
const ID: Column = column("id", ColumnKind::Number);
const AT: Column = column("at_ms", ColumnKind::Moment);
const QUESTION: Column = column("question", ColumnKind::Text);
const FAMILY: Column = column("family", ColumnKind::Text);
const LAB: Column = column("lab", ColumnKind::Text);
const STEP: Column = column("step", ColumnKind::Text);

/// The tables, those that others refer to first.
pub(super) static TABLES: [&ProgressTable; 8] =
    [&ANSWERS, &ANSWER_TRAPS, &LAB_STEPS, &PREDICTIONS, &PROOFS, &SESSIONS, &SETTINGS, &IMPORTED];

static ANSWERS: ProgressTable = ProgressTable {
    name: "answers",
    words: ("answer", "answers"),
    columns: &[
        ID,
        AT,
        QUESTION,
        column("topic", ColumnKind::Text),
        column("pattern", ColumnKind::Text),
        column("chosen", ColumnKind::Places),
        column("correct", ColumnKind::Flag),
        column("first_sight", ColumnKind::Flag),
        FAMILY,
        column("mode", KINDS),
        column("confidence", ColumnKind::Word(&["", "guess", "unsure", "sure"])),
        column("verified", ColumnKind::Flag),
    ],
    identity: &["at_ms", "question", "chosen", "mode"],
};

static ANSWER_TRAPS: ProgressTable = ProgressTable {
    name: "answer_traps",
    words: ("trap", "traps"),
    columns: &[column("answer", ColumnKind::Number), column("trap", ColumnKind::Text)],
    identity: &["answer", "trap"],
};

static LAB_STEPS: ProgressTable = ProgressTable {
    name: "lab_steps",
    words: ("lab step", "lab steps"),
    columns: &[
        LAB,
        STEP,
        AT,
        // What the step cost at best; no request means that it is not known.
        added("requests", ColumnKind::Count),
        added("read_halves", ColumnKind::Count),
        added("write_halves", ColumnKind::Count),
        // Whether the solution was shown before it was done.
        added("shown", ColumnKind::Flag),
    ],
    identity: &["lab", "step"],
};

static PREDICTIONS: ProgressTable = ProgressTable {
    name: "predictions",
    words: ("prediction", "predictions"),
    columns: &[
        ID,
        LAB,
        STEP,
        AT,
        column("said", ColumnKind::Text),
        column("came_to", ColumnKind::Text),
        column("hit", ColumnKind::Word(&["right", "low", "high", "other"])),
    ],
    identity: &["lab", "step", "at_ms"],
};

static PROOFS: ProgressTable = ProgressTable {
    name: "proofs",
    words: ("proof", "proofs"),
    columns: &[ID, AT, QUESTION, FAMILY],
    identity: &["at_ms", "question"],
};

pub(super) static SESSIONS: ProgressTable = ProgressTable {
    name: "sessions",
    words: ("session", "sessions"),
    columns: &[
        ID,
        column("kind", KINDS),
        column("started_ms", ColumnKind::Moment),
        column("state", ColumnKind::Text),
        column("ended", ColumnKind::Flag),
        added("revision", ColumnKind::Count),
        added("spent_ms", ColumnKind::Count),
    ],
    identity: &["kind", "started_ms"],
};

static SETTINGS: ProgressTable = ProgressTable {
    name: "settings",
    words: ("setting", "settings"),
    columns: &[column("name", ColumnKind::Text), column("value", ColumnKind::Text)],
    identity: &["name"],
};

pub(super) static IMPORTED: ProgressTable = ProgressTable {
    name: "imported",
    words: ("imported question", "imported questions"),
    columns: &[column("id", ColumnKind::Text), column("body", ColumnKind::Text)],
    identity: &["id"],
};

impl ProgressTable {
    /// The table called `name`.
    pub(super) fn named(name: &str) -> Option<&'static Self> {
        TABLES.into_iter().find(|table| table.name == name)
    }

    /// The names of its columns, with commas between.
    pub(super) fn list(&self) -> String {
        self.columns.iter().map(|column| column.name).collect::<Vec<_>>().join(", ")
    }

    /// What is wrong with the first value of a row that cannot be read; `None` if all can.
    pub(super) fn fault(&self, row: &[ValueRef<'_>]) -> Option<String> {
        let unreadable = self.columns.iter().zip(row).find(|(column, value)| !column.kind.reads(**value));
        unreadable.map(|(column, value)| column.fault(&shown(*value)))
    }
}

impl Column {
    /// What was expected here and what was found.
    pub(super) fn fault(&self, found: &str) -> String {
        format!("{}: expected {}, found {found}", self.name, self.kind)
    }
}

impl ColumnKind {
    /// Whether the program can read such a value.
    pub(super) fn reads(self, value: ValueRef<'_>) -> bool {
        match (self, value) {
            (Self::Number, ValueRef::Integer(_)) => true,
            (Self::Moment, ValueRef::Integer(number)) => (0..=LAST_MOMENT).contains(&number),
            (Self::Count, ValueRef::Integer(number)) => (0..=LAST_COUNT).contains(&number),
            (Self::Flag, ValueRef::Integer(number)) => number == 0 || number == 1,
            (Self::Text | Self::Word(_), ValueRef::Text(text)) => std::str::from_utf8(text).is_ok(),
            (Self::Places, ValueRef::Text(text)) => {
                let is_place = |place: &[u8]| matches!(place.len(), 1 | 2) && place.iter().all(u8::is_ascii_digit);
                text.is_empty() || text.split(|byte| *byte == b',').all(is_place)
            }
            _ => false,
        }
    }

    /// Whether such a value may be imported.
    pub(super) fn takes(self, value: ValueRef<'_>) -> bool {
        let is_usable = match (self, value) {
            (Self::Word(words), ValueRef::Text(text)) => words.iter().any(|word| word.as_bytes() == text),
            (Self::Count, ValueRef::Integer(number)) => number <= LAST_IMPORTED,
            _ => true,
        };
        is_usable && self.reads(value)
    }
}

impl std::fmt::Display for ColumnKind {
    /// What is expected, in words.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Number => f.write_str("the number of a row"),
            Self::Moment => write!(f, "milliseconds since 1970, from 0 to {LAST_MOMENT}"),
            Self::Count => write!(f, "a whole number from 0 to {LAST_IMPORTED}"),
            Self::Flag => f.write_str("0 or 1"),
            Self::Text => f.write_str("text"),
            Self::Places => f.write_str("places of options such as \"0\" or \"1,3\""),
            Self::Word(words) => {
                let quoted: Vec<String> = words.iter().map(|word| quoted(word)).collect();
                f.write_str(&quoted.join(" or "))
            }
        }
    }
}

/// A value in a message; long texts are cut.
pub(super) fn shown(value: ValueRef<'_>) -> String {
    const LONGEST: usize = 40;
    match value {
        ValueRef::Null => "nothing".to_owned(),
        ValueRef::Integer(number) => number.to_string(),
        ValueRef::Real(number) => number.to_string(),
        ValueRef::Text(text) => match std::str::from_utf8(text) {
            Ok(text) if text.chars().count() > LONGEST => {
                format!("{} and more", quoted(&text.chars().take(LONGEST).collect::<String>()))
            }
            Ok(text) => quoted(text),
            Err(_) => "text that is not UTF-8".to_owned(),
        },
        ValueRef::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

/// Makes the views of the rows that can be read, for this connection alone. Fails if the tables are not the ones expected.
pub(super) fn make_views(connection: &Connection) -> Result<(), Error> {
    let flags = FunctionFlags::SQLITE_UTF8 | FunctionFlags::SQLITE_DETERMINISTIC | FunctionFlags::SQLITE_INNOCUOUS;
    connection.create_scalar_function("is_sound", -1, flags, |context| {
        let place = usize::try_from(context.get::<i64>(0)?).ok();
        let columns = place.and_then(|place| TABLES.get(place)).map_or(&[][..], |table| table.columns);
        Ok(columns.iter().enumerate().all(|(at, column)| column.kind.reads(context.get_raw(at + 1))))
    })?;
    // Nothing is written to disk for a view, even where the file itself cannot be written.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    for (place, ProgressTable { name, .. }) in TABLES.iter().enumerate() {
        let columns = TABLES[place].list();
        // A trap belongs to an answer; without it, it says nothing.
        let and = if *name == "answer_traps" { "AND answer IN (SELECT id FROM sound_answers)" } else { "" };
        connection.execute_batch(&format!(
            "CREATE TEMP VIEW sound_{name} AS SELECT {columns} FROM main.{name} WHERE is_sound({place}, {columns}) {and}"
        ))?;
        // A view is not looked into before it is read.
        connection.prepare(&format!("SELECT {columns} FROM sound_{name}"))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_s_kind_says_what_can_be_read_and_what_may_be_imported() {
        let text = |text: &'static str| ValueRef::Text(text.as_bytes());
        for (kind, sound, unsound) in [
            (
                ColumnKind::Flag,
                vec![ValueRef::Integer(0), ValueRef::Integer(1)],
                vec![ValueRef::Integer(2), text("yes")],
            ),
            (
                ColumnKind::Moment,
                vec![ValueRef::Integer(0), ValueRef::Integer(LAST_MOMENT)],
                vec![ValueRef::Integer(-1), ValueRef::Integer(LAST_MOMENT + 1), ValueRef::Real(1.5), text("1")],
            ),
            (ColumnKind::Places, vec![text(""), text("3"), text("0,2,11")], vec![text("a"), text("1,"), text("1, 2")]),
            (
                ColumnKind::Text,
                vec![text(""), text("ż")],
                vec![ValueRef::Text(b"\xff"), ValueRef::Null, ValueRef::Blob(b"a")],
            ),
            (ColumnKind::Count, vec![ValueRef::Integer(9)], vec![ValueRef::Integer(-9), ValueRef::Null]),
        ] {
            for value in sound {
                assert!(kind.reads(value) && kind.takes(value), "{kind:?} {value:?}");
            }
            for value in unsound {
                assert!(!kind.reads(value) && !kind.takes(value), "{kind:?} {value:?}");
            }
        }
        let drill = text("drill");
        assert!(KINDS.reads(drill) && !KINDS.takes(drill), "a word of a newer version is read, but not imported");
    }

    #[test]
    fn what_identifies_a_row_are_columns_of_its_table() {
        for table in TABLES {
            for name in table.identity {
                assert!(table.columns.iter().any(|column| column.name == *name), "{}: {name}", table.name);
            }
        }
    }
}
