//! What the learner sets once: `config.toml`, beside the progress file or in the platform's place for settings.
//!
//! A file that says something unknown is an error that names the place, never a setting that is silently left out.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::app::KeyNames;
use crate::clock::Timestamp;
use crate::desk::Aims;
use crate::files::{self, FileRefusal};
use crate::review;
use crate::safe_text::{quoted, retold};
use crate::ui::{Theme, keys};

/// The file's name.
const FILE: &str = "config.toml";
/// The largest file that is read.
const MOST_BYTES: u64 = files::MEGABYTE;

/// What the file is when nothing is set: every setting with what it means.
pub(super) const DEFAULT: &str = "\
# Colours: \"dark\", \"light\", \"high-contrast\" or \"none\". Left out: what the terminal says, dark if it says nothing.
# theme = \"dark\"

# Draw with ASCII alone.
# ascii = false

# The day of your exam: counts down on the home screen, and dynadrill plan needs no --exam.
# exam-date = 2026-12-24

# How many questions you want to answer a day: the home screen and dynadrill plan say how far.
# daily-goal = 20

# How lines are edited in dynadrill shell: \"emacs\" or \"vi\".
# editor = \"emacs\"
";

/// Returns the settings of keys, each as it is when nothing is set.
pub(super) fn default_keys() -> String {
    let mut text =
        "\n# Other keys. Below are the program's own; take the # away from [keys] and from what you change.\n\
                    # [keys]\n"
            .to_owned();
    for binding in keys::settable() {
        let keys::Keys::These(keys) = binding.keys else { continue };
        let names: Vec<String> = keys.iter().map(|key| quoted(&key.name())).collect();
        text.extend(["# \"", binding.name, "\" = [", &names.join(", "), "]\n"]);
    }
    text
}

/// What the learner has set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct SettingsFile {
    theme: Option<String>,
    ascii: Option<bool>,
    exam_date: Option<toml::value::Datetime>,
    daily_goal: Option<u16>,
    editor: Option<Editor>,
    keys: BTreeMap<String, Vec<String>>,
}

/// How lines are edited in the shell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Editor {
    /// As in Emacs, and in bash if nothing is set.
    #[default]
    Emacs,
    /// As in vi.
    Vi,
}

/// What the learner has set, in the program's own terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LearnerSettings {
    /// The colours; `None` leaves them to the terminal.
    pub(super) theme: Option<Theme>,
    /// Whether only ASCII is drawn; `None` leaves it to the terminal.
    pub(super) ascii: Option<bool>,
    /// What the learner works towards.
    pub(super) aims: Aims,
    /// How lines are edited in the shell.
    pub(super) editor: Editor,
    /// The keys that are not the program's own.
    pub(super) keys: KeyNames,
}

impl LearnerSettings {
    /// Returns where the settings are read from; `None` if the platform has no place for them.
    pub(super) fn path() -> Option<PathBuf> {
        match std::env::var_os("DYNADRILL_HOME") {
            Some(home) if !home.is_empty() => Some(PathBuf::from(home).join(FILE)),
            _ => directories::ProjectDirs::from("", "", "dynadrill").map(|dirs| dirs.config_dir().join(FILE)),
        }
    }

    /// Reads the settings; without a file there are none.
    ///
    /// # Errors
    /// The file cannot be read, or says something that is no setting.
    pub(super) fn load() -> Result<Self> {
        let Some(path) = Self::path() else { return Ok(Self::default()) };
        match files::read_text(&path, MOST_BYTES) {
            Ok(text) => Self::read(&text, &path),
            Err(refusal) if refusal.is_missing() => Ok(Self::default()),
            // A home that is no directory has been reported with the progress file already.
            Err(FileRefusal::Io(error)) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(Self::default()),
            Err(refusal) => bail!("cannot read {}: {refusal}", path.display()),
        }
    }

    fn read(text: &str, path: &Path) -> Result<Self> {
        let file: SettingsFile = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text.get(..at).unwrap_or_default().split('\n').count();
            let words = error.message().lines().collect::<Vec<_>>().join("; ");
            anyhow::anyhow!("{}:{line}: {}", path.display(), retold(&words))
        })?;
        let line_of =
            |key: &str| text.lines().position(|line| line.trim_start().starts_with(key)).map_or(1, |at| at + 1);
        let fault = |key: &str, expected: &str, found: &str| {
            anyhow::anyhow!("{}:{}: expected {expected}, found {found}", path.display(), line_of(key))
        };
        let theme = file.theme.map(|name| {
            let known = Theme::NAMES.map(|(name, _)| name).join(", ");
            Theme::named(&name).ok_or_else(|| fault("theme", &format!("a theme of {known}"), &name))
        });
        let exam_day = file.exam_date.map(|date| {
            let day = Timestamp::from_date(&date.to_string()).map(review::day);
            day.ok_or_else(|| fault("exam-date", "a date such as 2026-12-24", &date.to_string()))
        });
        let keys = keys::set(&file.keys).map_err(|(name, words)| {
            anyhow::anyhow!("{}:{}: {words}", path.display(), line_of(&format!("\"{name}\"")).max(line_of(&name)))
        })?;
        let aims = Aims { exam_day: exam_day.transpose()?, daily_goal: file.daily_goal };
        let editor = file.editor.unwrap_or_default();
        Ok(Self { theme: theme.transpose()?, ascii: file.ascii, aims, editor, keys })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<LearnerSettings, String> {
        LearnerSettings::read(text, Path::new("config.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_set_is_left_to_the_terminal() {
        assert_eq!(read(DEFAULT), Ok(LearnerSettings::default()));
        // The same file with every comment taken away from its settings.
        let set: Vec<&str> =
            DEFAULT.lines().filter_map(|line| line.strip_prefix("# ")).filter(|line| line.contains(" = ")).collect();
        assert_eq!(set.len(), 5);
        let settings = read(&set.join("\n")).unwrap();
        assert_eq!(
            (settings.theme, settings.ascii, settings.aims.daily_goal),
            (Some(Theme::Dark), Some(false), Some(20))
        );
        assert_eq!(settings.aims.exam_day.map(crate::app::text::date).as_deref(), Some("2026-12-24"));
    }

    #[test]
    fn a_fault_is_named_with_its_line() {
        let nine = format!("[keys]\n\"question.flag\" = [{}]", ["\"v\""; 9].join(", "));
        for (text, words) in [
            ("ascii = true\n\ncolour = 1", "config.toml:3: unknown field `colour`"),
            ("ascii = true\ntheme = \"pink\"", "config.toml:2: expected a theme of dark, light"),
            ("\nexam-date = 12:30:00", "config.toml:2: expected a date"),
            ("editor = \"ed\"", "config.toml:1: unknown variant `ed`"),
            ("daily-goal = -1", "config.toml:1: "),
            ("ascii = ", "config.toml:1: "),
            ("[keys]\n\"question.flagg\" = [\"v\"]", "config.toml:2: expected a name"),
            ("[keys]\n\"question.flag\" = [\"hyper-v\"]", "config.toml:2: expected a key"),
            ("[keys]\n\"question.flag\" = []", "config.toml:2: expected a key"),
            (&nine, "config.toml:2: expected at most 8 keys, found 9"),
            ("[keys]\n\"question.flag\" = [\"x\"]", "config.toml:2: expected a key that question.strike does not have"),
            ("[keys]\n\"question.flag\" = [\"b\"]", "config.toml:2: expected a key that question.mark does not have"),
            ("[keys]\n\"quit\" = [\"esc\"]", "config.toml:2: expected a key that back does not have"),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(words), "{error}");
        }
    }

    #[test]
    fn the_keys_that_are_listed_are_the_programs_own() {
        let listed: String = default_keys()
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.starts_with('[') || line.starts_with('"'))
            .flat_map(|line| [line, "\n"])
            .collect();
        let settings = read(&listed).unwrap();
        assert_eq!(settings.keys.iter().count(), keys::settable().len());
        let settings = read("[keys]\n\"question.flag\" = [\"ctrl-g\", \"F7\"]").unwrap();
        let wanted = ["ctrl-g".to_owned(), "F7".to_owned()];
        assert_eq!(settings.keys.of("question.flag"), Some(wanted.as_slice()));
    }
}
