//! What a content pack may come to. A pack may come from a stranger, so every size and every number in it meets its limit
//! here, before anything is read, made or run because of it.
//!
//! The limits lie far above what is built in: its largest file has 110 KB and its largest table 6,000 items.

/// The most files in `questions/` or in `labs/`.
pub const MOST_FILES: usize = 1000;
/// The largest file, in bytes: 1 MB.
pub const MOST_FILE_BYTES: u64 = 1024 * 1024;
/// The most bytes of all files of a pack together: 32 MB.
pub const MOST_PACK_BYTES: u64 = 32 * 1024 * 1024;
/// How deep lists and maps may nest in a file.
pub const MOST_DEPTH: usize = 64;
/// The most problems that are reported; what comes behind them is not read.
pub const MOST_PROBLEMS: usize = 500;

/// The most steps of a lab, its challenge among them: the longest that is built in has nine.
pub const MOST_STEPS: usize = 24;
/// The most ways of a step, right and wrong ones: each is played in a world of its own.
pub const MOST_WAYS: usize = 48;
/// The most lines of a way.
pub const MOST_LINES: usize = 1000;
/// The most requirements of a step, and the most near misses: each is held against each request of each way.
pub const MOST_REQUIREMENTS: usize = 24;
/// The most that one requirement, near miss or `meanwhile` states: its members and the elements of its lists, at whatever
/// depth. A requirement is played once without each of them; the longest that is built in has 41.
pub const MOST_STATED: usize = 120;
/// The most bytes of the texts of one of them: it is copied for each thing that it states.
pub const MOST_STATED_BYTES: usize = 16 * 1024;
/// The most bytes of a text that is told with the figures of a run (a debrief, last words, what others say), and of the
/// labels of a comparison together: figures are filled in and looked for after each way.
pub const MOST_TOLD_BYTES: usize = 16 * 1024;
/// The most choices of a prediction, and the most bytes of one: what was predicted can be told again anywhere.
pub const MOST_CHOICES: usize = 12;
/// The most bytes of a choice.
pub const MOST_CHOICE_BYTES: usize = 256;
/// The most rows of a comparison.
pub const MOST_COMPARED: usize = 24;
/// The most pages that a call of a load reads, and the most items that it asks for in one page or request.
pub const MOST_PAGES: u64 = 1000;
/// The most variants of a lab: it is played with each.
pub const MOST_VARIANTS: usize = 24;
/// The most bytes that `[[name]]` puts in place in a lab: 1 MB.
pub const MOST_FILLED: usize = 1024 * 1024;
/// The most settings of the program that sends a load: each is looked for in all of its texts.
pub const MOST_SETTINGS: usize = 24;
/// The most tables that a lab, a fixture or a question begins with.
pub const MOST_TABLES: usize = 50;
/// The most items that the tables of a lab, a fixture or a question begin with.
pub const MOST_ITEMS: u64 = 200_000;
/// The most bytes of these items, as their templates make them at the longest, once for the table and once for each of its
/// indexes: 64 MB.
pub const MOST_SETUP_BYTES: u64 = 64 * 1024 * 1024;
/// The most digits that a number is filled up to.
pub const MOST_DIGITS: u64 = 40;
/// The longest generated text, in characters: what an item may have in all.
pub const MOST_TEXT: u64 = 400 * 1024;
/// The most days that a generated date is drawn from: a hundred years.
pub const MOST_DAYS: u64 = 36_525;
