//! How the program shows itself in this run: colours and letters, screens or plain text, and what is said at the start.
//!
//! What is asked for on the command line goes before the settings, the settings before what the terminal says.

use std::cell::RefCell;
use std::io::{self, IsTerminal as _};
use std::path::Path;

use anyhow::{Result, anyhow, bail};
use clap::{Args, ValueEnum};

use super::settings::LearnerSettings;
use super::{Usage, no_content};
use crate::app::text;
use crate::clock::{Clock as _, SystemClock};
use crate::content::{self, Library, Source};
use crate::progress::{self, Store};
use crate::safe_text;
use crate::ui::{Look, Setup, Theme};

/// How everything looks.
#[derive(Clone, Debug, Args)]
pub(super) struct LookArguments {
    /// Colours for this background.
    #[arg(long, global = true, value_name = "THEME", value_parser = Theme::NAMES.map(|(name, _)| name))]
    theme: Option<String>,
    /// Draw with ASCII alone.
    #[arg(long, global = true)]
    ascii: bool,
    /// When to use colours; never is the same as --theme none.
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

/// When colours are used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Color {
    /// Unless NO_COLOR is set.
    Auto,
    /// Even if NO_COLOR is set.
    Always,
    /// Not at all.
    Never,
}

/// What this run shows and where it stands.
pub(super) struct Face {
    /// Colours and letters.
    look: Look,
    /// What the learner has set.
    pub(super) settings: LearnerSettings,
    /// What was said on standard error before the first screen, which covers it.
    said: RefCell<Vec<String>>,
}

impl Face {
    /// The face that arguments, settings and the terminal ask for.
    ///
    /// # Errors
    /// The settings cannot be read.
    pub(super) fn new(arguments: &LookArguments) -> Result<Self> {
        let settings = LearnerSettings::load()?;
        let named = arguments.theme.as_deref().and_then(Theme::named).or(settings.theme);
        let found = Theme::from_environment();
        let theme = match arguments.color {
            Color::Never => Theme::Plain,
            Color::Always => named.unwrap_or(if found == Theme::Plain { Theme::default() } else { found }),
            // Who sets NO_COLOR and names a theme on the command line means the theme.
            Color::Auto if arguments.theme.is_none() && found == Theme::Plain => found,
            Color::Auto => named.unwrap_or(found),
        };
        let is_ascii = arguments.ascii || settings.ascii.unwrap_or_else(|| !speaks_unicode(locale().as_deref()));
        Ok(Self { look: Look { theme, is_ascii }, settings, said: RefCell::default() })
    }

    /// What the screens begin with.
    pub(super) fn setup(&self) -> Setup {
        let said = self.said.borrow().join("  ");
        let notice = (!said.is_empty()).then(|| safe_text::line(&said).into_owned());
        let LearnerSettings { aims, keys, .. } = self.settings.clone();
        Setup { look: self.look, aims, keys, notice }
    }

    /// Says lines on standard error, and keeps them for the first screen.
    pub(super) fn say(&self, lines: Vec<String>) -> Result<()> {
        safe_text::write_lines(&mut safe_text::stderr(), &lines)?;
        self.said.borrow_mut().extend(lines);
        Ok(())
    }

    /// Says what the learner should know about the progress file.
    pub(super) fn say_notices(&self, notices: &[progress::Notice]) -> Result<()> {
        self.say(notices.iter().map(ToString::to_string).collect())
    }

    /// Loads content; what could not be read is named, the rest is used.
    pub(super) fn load(&self, source: &Source) -> Result<Library> {
        let (library, problems) = content::load(source);
        if let Source::Directory(directory) = source
            && library.questions.is_empty()
            && library.labs.is_empty()
        {
            let why = problems.iter().flat_map(text::problem).collect();
            bail!(Usage { words: no_content(directory), listed: why });
        }
        let lines: Vec<String> = problems.iter().flat_map(text::problem).collect();
        safe_text::write_lines(&mut safe_text::stderr(), &lines)?;
        if !problems.is_empty() {
            let first = lines.first().cloned().unwrap_or_default();
            let words = format!("{} in the content, the first: {first}", text::counted(problems.len(), "problem"));
            self.said.borrow_mut().push(words);
        }
        Ok(library)
    }

    /// Opens the progress file and says what the learner should know about it.
    pub(super) fn open_store(&self) -> Result<Store> {
        self.opened(|directory| Ok(Store::open(directory, SystemClock.now())))
    }

    fn opened(&self, open: impl FnOnce(&Path) -> Result<(Store, Vec<progress::Notice>)>) -> Result<Store> {
        let (store, notices) = if let Some(directory) = progress::data_directory() {
            open(&directory)?
        } else {
            let reason = "there is no home directory; set DYNADRILL_HOME".to_owned();
            (Store::in_memory(&reason)?, vec![progress::Notice::InMemory { reason }])
        };
        self.say_notices(&notices)?;
        Ok(store)
    }

    /// Opens the progress file for a command that is about what is in it: without that it fails, and leaves the file as it
    /// is.
    pub(super) fn open_to_read(&self) -> Result<Store> {
        let unreadable = |reason: String| anyhow!("your progress cannot be read: {reason}");
        let store = self.opened(|directory| Store::open_to_read(directory, SystemClock.now()).map_err(unreadable))?;
        match store.unread() {
            Some(reason) => bail!("your progress cannot be read: {reason}"),
            None => Ok(store),
        }
    }

    /// Opens the progress file for a command that adds to it and does nothing else: if that would be forgotten it fails.
    pub(super) fn open_to_write(&self) -> Result<Store> {
        let store = self.open_store()?;
        match store.unkept() {
            Some(reason) => bail!("nothing can be saved: {reason}"),
            None => Ok(store),
        }
    }
}

/// Whether there is a terminal that screens can be drawn on and keys typed at.
pub(super) fn on_terminal() -> bool {
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    !is_dumb && io::stdin().is_terminal() && safe_text::stdout().is_terminal()
}

/// The locale of text, as POSIX finds it; `None` if none is named.
fn locale() -> Option<String> {
    ["LC_ALL", "LC_CTYPE", "LANG"].iter().find_map(|name| std::env::var(name).ok().filter(|value| !value.is_empty()))
}

/// Whether a terminal of this locale shows more than ASCII. Where no locale is named, terminals of today do.
fn speaks_unicode(locale: Option<&str>) -> bool {
    locale.is_none_or(|locale| {
        let locale = locale.to_ascii_lowercase();
        locale.contains("utf-8") || locale.contains("utf8")
    })
}

#[cfg(test)]
mod tests {
    use super::speaks_unicode;

    #[test]
    fn a_locale_without_utf_8_gets_ascii() {
        for (locale, speaks) in
            [(None, true), (Some("C"), false), (Some("POSIX"), false), (Some("en_US.ISO-8859-1"), false)]
        {
            assert_eq!(speaks_unicode(locale), speaks, "{locale:?}");
        }
        assert!(speaks_unicode(Some("C.UTF-8")) && speaks_unicode(Some("de_DE.utf8")));
    }
}
