//! Texts that stand on one line of the screen: titles and labels. A run of blanks in one of them could push what follows
//! onto a line of its own, where it would pass for a line of the program; here it becomes one blank.

use serde::{Deserialize as _, Deserializer};

/// Reads a text and puts one blank in place of each run of blanks, tabs and line ends.
pub(super) fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    Ok(text.split_whitespace().collect::<Vec<_>>().join(" "))
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    #[derive(Deserialize)]
    struct Titled {
        #[serde(deserialize_with = "super::read")]
        title: String,
    }

    #[test]
    fn a_title_cannot_reach_for_the_next_line() {
        let forged = format!("Query and Scan{}Step done: all of it\n", " ".repeat(100));
        let Titled { title } = serde_json::from_value(serde_json::json!({ "title": forged })).unwrap();
        assert_eq!(title, "Query and Scan Step done: all of it");
    }
}
