//! What the learner sets once: `config.toml`, beside the progress file or in the platform's place for settings.
//!
//! A file that says something unknown is an error that names the place, never a setting that is silently left out.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use serde::Deserialize;

use crate::aws_cli::nearest;
use crate::clock::Timestamp;
use crate::review;
use crate::ui::Theme;
use crate::ui::keys::{self, Key, Keys};

/// The file's name.
const FILE: &str = "config.toml";

/// What the file is when nothing is set: every setting with what it means.
pub(super) const DEFAULT: &str = "\
# Colours: \"dark\", \"light\", \"high-contrast\" or \"none\". Left out: what the terminal says, dark if it says nothing.
# theme = \"dark\"

# Draw with ASCII alone.
# ascii = false

# The day of your exam: counts down on the home screen, and dynadrill plan needs no --exam.
# exam-date = 2026-12-24

# How many questions you want to answer a day: dynadrill plan says how far you are.
# daily-goal = 20

# How lines are edited in dynadrill shell: \"emacs\" or \"vi\".
# editor = \"emacs\"
";

/// Returns the file when nothing is set, with every key that can be chosen.
pub(super) fn default_file() -> String {
    let mut file = format!("{DEFAULT}\n{KEYS}");
    for binding in keys::all() {
        if let Keys::These(own) = binding.keys {
            let own: Vec<String> = own.iter().map(|key| format!("\"{}\"", key.shown())).collect();
            let set = format!("\"{}\" = [{}]", binding.name, own.join(", "));
            // A String takes whatever is written to it.
            let _ = writeln!(file, "# {set:<56}  # {}", binding.label);
        }
    }
    file
}

/// What comes before the keys.
const KEYS: &str = "\
# Keys on the screens, by the name of what they do: one or several, such as \"x\", \"ctrl-x\", \"alt-x\", \"F2\" or \"pgdn\".
# They take the place of the usual ones, in the footer and the help too.
# [keys]
";

/// What the learner has set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct File {
    theme: Option<String>,
    ascii: Option<bool>,
    exam_date: Option<toml::value::Datetime>,
    daily_goal: Option<u16>,
    editor: Option<Editor>,
    keys: BTreeMap<String, OneOrMore>,
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

/// A text or several.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// What the learner has set, in the program's own terms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Settings {
    /// The colours; `None` leaves them to the terminal.
    pub(super) theme: Option<Theme>,
    /// Whether only ASCII is drawn; `None` leaves it to the terminal.
    pub(super) ascii: Option<bool>,
    /// The day of the exam, in days since 1970.
    pub(super) exam_day: Option<u32>,
    /// Questions to answer a day.
    pub(super) daily_goal: Option<u16>,
    /// How lines are edited in the shell.
    pub(super) editor: Editor,
    /// Keys, by the name of what they do.
    pub(super) keys: BTreeMap<String, Vec<String>>,
}

impl Settings {
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
        // Whatever else has its name could keep the program waiting.
        if path.metadata().is_ok_and(|metadata| !metadata.is_file()) {
            bail!("cannot read {}: it is not a file", path.display());
        }
        match std::fs::read_to_string(&path) {
            Ok(text) => Self::read(&text, &path),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            // A home that is no directory has been reported with the progress file already.
            Err(error) if error.kind() == std::io::ErrorKind::NotADirectory => Ok(Self::default()),
            Err(error) => bail!("cannot read {}: {error}", path.display()),
        }
    }

    fn read(text: &str, path: &Path) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| {
            let at = error.span().map_or(0, |span| span.start).min(text.len());
            let line = text.get(..at).unwrap_or_default().split('\n').count();
            let words = error.message().lines().collect::<Vec<_>>().join("; ");
            anyhow::anyhow!("{}:{line}: {words}", path.display())
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
        let known: Vec<&str> = keys::all().iter().map(|binding| binding.name).collect();
        let chosen = file.keys.into_iter().map(|(name, given)| {
            let place = format!("\"{name}\"");
            if !known.contains(&name.as_str()) {
                let meant = nearest(&name, known.iter().copied());
                let meant = meant.map_or_else(String::new, |meant| format!(", such as {meant}"));
                return Err(fault(&place, &format!("the name of what a key does{meant}"), &name));
            }
            let given = match given {
                OneOrMore::One(key) => vec![key],
                OneOrMore::More(keys) => keys,
            };
            let named = |key: &String| {
                let found = Key::named(key).map(Key::shown);
                found.ok_or_else(|| fault(&place, "a key such as x, ctrl-x, alt-x, F2 or pgdn", key))
            };
            Ok((name, given.iter().map(named).collect::<Result<Vec<_>>>()?))
        });
        Ok(Self {
            theme: theme.transpose()?,
            ascii: file.ascii,
            exam_day: exam_day.transpose()?,
            daily_goal: file.daily_goal,
            editor: file.editor.unwrap_or_default(),
            keys: chosen.collect::<Result<_, _>>()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Settings, String> {
        Settings::read(text, Path::new("config.toml")).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_not_set_is_left_to_the_terminal() {
        let file = default_file();
        assert_eq!(read(&file), Ok(Settings::default()));
        // The same file with every comment taken away from its settings.
        let set: Vec<&str> = file
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.contains(" = ") || *line == "[keys]")
            .collect();
        assert_eq!(set.iter().position(|line| *line == "[keys]"), Some(5));
        let settings = read(&set.join("\n")).unwrap();
        assert_eq!((settings.theme, settings.ascii, settings.daily_goal), (Some(Theme::Dark), Some(false), Some(20)));
        // Each key is its own again.
        assert_eq!(settings.keys.len(), keys::all().len());
        assert_eq!(settings.keys["palette"], ["^P"]);
        assert_eq!(settings.exam_day.map(crate::app::text::date).as_deref(), Some("2026-12-24"));
    }

    #[test]
    fn a_fault_is_named_with_its_line() {
        for (text, words) in [
            ("ascii = true\n\ncolour = 1", "config.toml:3: unknown field `colour`"),
            ("ascii = true\ntheme = \"pink\"", "config.toml:2: expected a theme of dark, light"),
            ("\nexam-date = 12:30:00", "config.toml:2: expected a date"),
            ("editor = \"ed\"", "config.toml:1: unknown variant `ed`"),
            (
                "[keys]\nquit = \"x\"\n\"lab.hin\" = \"x\"",
                "config.toml:3: expected the name of what a key does, such as lab.hint",
            ),
            ("[keys]\n\"quit\" = [\"x\", \"F99\"]", "config.toml:2: expected a key such as x"),
            ("daily-goal = -1", "config.toml:1: "),
            ("ascii = ", "config.toml:1: "),
        ] {
            let error = read(text).unwrap_err();
            assert!(error.starts_with(words), "{error}");
        }
    }
}
