//! A page being written: markup is ours and fixed, everything else goes in escaped.

use std::fmt::Write as _;

use crate::safe_text;

/// A page being written.
#[derive(Debug, Default)]
pub(super) struct HtmlPage(String);

impl HtmlPage {
    /// Adds markup, which only this program writes.
    pub(super) fn markup(&mut self, markup: &'static str) -> &mut Self {
        self.0.push_str(markup);
        self
    }

    /// Adds text, whoever wrote it.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        for letter in safe_text::line(text).chars() {
            match letter {
                '&' => self.0.push_str("&amp;"),
                '<' => self.0.push_str("&lt;"),
                '>' => self.0.push_str("&gt;"),
                '"' => self.0.push_str("&quot;"),
                '\'' => self.0.push_str("&#39;"),
                other => self.0.push(other),
            }
        }
        self
    }

    /// Adds a number, as SVG takes it.
    pub(super) fn number(&mut self, number: f64) -> &mut Self {
        // A tenth of a unit is less than can be seen.
        let _ = write!(self.0, "{number:.1}");
        self
    }

    /// Adds an element around a text.
    pub(super) fn element(&mut self, open: &'static str, text: &str, close: &'static str) -> &mut Self {
        self.markup(open).text(text).markup(close)
    }

    /// Returns what was written.
    pub(super) fn finish(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_text_leaves_its_place(text in "(?s).{0,40}|[<>&\"'/a-z\u{1b}\u{202e}\n]{0,40}") {
            let mut page = HtmlPage::default();
            page.element("<p title=\"", &text, "\"></p>");
            let page = page.finish();
            let inner = page.strip_prefix("<p title=\"").unwrap().strip_suffix("\"></p>").unwrap();
            prop_assert!(!inner.contains(['<', '>', '"', '\'', '\n', '\u{1b}', '\u{202e}']), "{inner}");
            let named = inner.split('&').skip(1).all(|rest| {
                ["amp;", "lt;", "gt;", "quot;", "#39;"].iter().any(|name| rest.starts_with(name))
            });
            prop_assert!(named, "{inner}");
        }
    }
}
