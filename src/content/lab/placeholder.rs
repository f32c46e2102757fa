//! The placeholders of a lab's texts: `{spent.rcu}`, `{returned.count items}`, `{scan.spent.rcu / query.spent.rcu}`.
//!
//! The life of one: an author writes it in a debrief, a hint, a near miss or a label; `content check` refuses a name that is
//! none of [`NAMES`]; when the text is told, the lab module fills in the figure of this learner's run. Braces around anything
//! else (JSON, `${aws:username}`) stay as they are.

/// The names of figures and words of a run, each with what it stands for. One may have a step's name and a dot in front.
pub const NAMES: &[(&str, &str)] = &[
    ("read.items", "items that the newest command line read (ScannedCount, or items got by key), all pages together"),
    ("read.bytes", "bytes that it read, before any filter"),
    ("returned.count", "items that it brought back"),
    ("pages", "requests that the newest command line sent"),
    ("spent.rcu", "read units of the newest command line"),
    ("spent.wcu", "write units of the newest command line"),
    ("request.rcu", "read units of the newest request alone"),
    ("request.wcu", "write units of the newest request alone"),
    ("request.items", "items that the newest request alone read"),
    ("request.count", "items that the newest request alone brought back"),
    ("step.rcu", "read units of the step"),
    ("step.wcu", "write units of the step"),
    ("step.requests", "requests of the step"),
    ("step.items", "items that the step read"),
    ("requests", "requests of the step"),
    ("refused", "requests of the step that were refused"),
    ("line.requests", "requests of the newest command line, each attempt of an SDK included"),
    ("line.refused", "those of them that were refused"),
    ("throttled", "attempts of the step that were throttled, those of traffic included"),
    ("stale", "reads of the step that saw something older than the latest write"),
    ("cached", "reads of the step that a cache answered"),
    ("operation", "the newest operation: Query"),
    ("place", "what the newest read read: \"the table Orders\", \"the index byEmail\""),
    ("error", "the newest exception's name"),
    ("traffic.calls", "calls of the newest run of traffic"),
    ("traffic.succeeded", "its calls that ended well"),
    ("traffic.failed", "its calls that were given up"),
    ("traffic.throttled", "its attempts that were throttled"),
    ("traffic.attempts", "its attempts"),
    ("traffic.failed_percent", "its calls that were given up, in percent"),
    ("traffic.slowest", "the longest that one of its calls took, in milliseconds"),
    ("invocations", "invocations of functions in the step"),
    ("invocations.failed", "those that failed"),
    ("records", "stream records that the newest read of a stream brought back"),
    ("winner.region", "the Region whose write won the newest conflict"),
    ("loser.region", "the Region whose write lost it"),
    ("prediction", "what the learner predicted"),
    ("clock", "the time on the lab's clock"),
];

/// A piece of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// As it stands.
    Text(&'a str),
    /// A figure or word.
    Name(Name<'a>, Option<&'a str>),
    /// How many times as much the first is as the second.
    Ratio(Name<'a>, Name<'a>),
}

/// A name, of a step if one stands in front of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Name<'a> {
    /// The step; the present one if not given.
    pub step: Option<&'a str>,
    /// The name itself.
    pub name: &'a str,
    /// As it was written.
    pub written: &'a str,
}

impl<'a> Name<'a> {
    /// The name that a text is.
    #[must_use]
    pub fn read(written: &'a str) -> Self {
        let known = |name: &str| NAMES.iter().any(|(known, _)| *known == name);
        match written.split_once('.') {
            Some((step, name)) if !known(written) && known(name) => Self { step: Some(step), name, written },
            _ => Self { step: None, name: written, written },
        }
    }

    /// Whether it is one of [`NAMES`].
    #[must_use]
    pub fn is_known(&self) -> bool {
        NAMES.iter().any(|(known, _)| *known == self.name)
    }
}

/// The pieces of a text.
#[must_use]
pub fn pieces(text: &str) -> Vec<Piece<'_>> {
    let (mut pieces, mut rest) = (Vec::new(), text);
    while let Some((before, inner, after)) = next(rest) {
        if !before.is_empty() {
            pieces.push(Piece::Text(before));
        }
        pieces.push(match inner.split_once(" / ") {
            Some((left, right)) => Piece::Ratio(Name::read(left), Name::read(right)),
            None => match inner.split_once(' ') {
                Some((name, noun)) => Piece::Name(Name::read(name), Some(noun)),
                None => Piece::Name(Name::read(inner), None),
            },
        });
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Text(rest));
    }
    pieces
}

/// The text before the next placeholder, what stands in its braces, and the text after it.
fn next(text: &str) -> Option<(&str, &str, &str)> {
    let is_of_a_name =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || " ._-/".contains(letter);
    let mut from = 0;
    while let Some(open) = text[from..].find('{').map(|at| at + from) {
        let within = &text[open + 1..];
        // No further than a name may go: a text of nothing but opening braces is read once, not once for each of them.
        let end = within.find(|letter| !is_of_a_name(letter)).unwrap_or(within.len());
        let (inner, rest) = within.split_at(end);
        // `${name}` is a policy variable.
        let is_name = inner.starts_with(|letter: char| letter.is_ascii_lowercase()) && !text[..open].ends_with('$');
        if let Some(after) = rest.strip_prefix('}').filter(|_| is_name) {
            return Some((&text[..open], inner, after));
        }
        from = open + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn placeholders_are_found_and_other_braces_stay() {
        let text =
            "It read {read.items items}, {scan.spent.rcu / spent.rcu} times {\":c\": 1} ${user} {winner.region}.";
        let found = pieces(text);
        let names: Vec<String> = found
            .iter()
            .filter_map(|piece| match piece {
                Piece::Text(_) => None,
                Piece::Name(name, noun) => Some(format!("{}+{}", name.name, noun.unwrap_or("-"))),
                Piece::Ratio(left, right) => Some(format!("{:?}.{}/{}", left.step, left.name, right.name)),
            })
            .collect();
        assert_eq!(names, ["read.items+items", "Some(\"scan\").spent.rcu/spent.rcu", "winner.region+-"]);
        assert!(found.contains(&Piece::Text(" times {\":c\": 1} ${user} ")), "{found:?}");
        assert!(!Name::read("read.itms").is_known() && Name::read("my-step.pages").is_known());
    }

    #[test]
    fn a_text_of_opening_braces_is_read_once() {
        // A million of them: read to the end for each, they would take minutes.
        let text = "{a".repeat(500_000) + "{pages}";
        assert_eq!(pieces(&text).len(), 2);
    }
}
