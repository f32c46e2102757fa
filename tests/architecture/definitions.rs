//! What source texts define: types of which none has the name of another, and functions of at most [`MOST_LINES`] lines.
//!
//! Types are read by their tokens, inside macros too; functions by the lines of a text that rustfmt has laid out, where the
//! brace that ends one stands below its beginning. What only tests compile does not count. An exception has its reason in
//! its documentation, in a line that begins with [`SAME_NAME`] or [`LONG`].

use std::collections::BTreeMap;

use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};

use super::arrows::{end_of_item, is, is_for_tests};

/// The most lines of a function, from `fn` to its closing brace.
const MOST_LINES: usize = 60;
/// What the reason of a type begins with whose name another type has as well.
const SAME_NAME: &str = "Same name: ";
/// What the reason of a function begins with that has more lines.
const LONG: &str = "Over 60 lines: ";

/// A source text and the place it is known by: `src/engine/plan.rs`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Source<'a> {
    pub(crate) place: &'a str,
    pub(crate) text: &'a str,
}

/// Types that have the name of another and no reason: by their name, how many.
pub(crate) fn doubles(sources: &[Source<'_>]) -> BTreeMap<String, usize> {
    let mut found: BTreeMap<String, (usize, usize)> = BTreeMap::new();
    for source in sources {
        let tokens: TokenStream = source.text.parse().unwrap_or_else(|error| panic!("{}: {error}", source.place));
        let mut types = Vec::new();
        walk(tokens, false, &mut types);
        for (name, has_reason) in types {
            let (all, unreasoned) = found.entry(name).or_default();
            *all += 1;
            *unreasoned += usize::from(!has_reason);
        }
    }
    let doubles = found.into_iter().filter(|(_, (all, unreasoned))| *all > 1 && *unreasoned > 0);
    doubles.map(|(name, (_, unreasoned))| (name, unreasoned)).collect()
}

/// Functions that are too long and give no reason: by their place and name, how many lines.
pub(crate) fn long_functions(sources: &[Source<'_>]) -> BTreeMap<String, usize> {
    let long = |source: &Source<'_>| {
        let place = source.place.to_owned();
        let found =
            functions(source.text).into_iter().filter(|(_, lines, has_reason)| *lines > MOST_LINES && !has_reason);
        found.map(move |(name, lines, _)| (format!("{place} {name}"), lines)).collect::<Vec<_>>()
    };
    sources.iter().flat_map(long).collect()
}

/// Holds what was found against what is known and waits to be done, a list that may only become shorter.
pub(crate) fn hold(found: &BTreeMap<String, usize>, waiting: &[(&str, usize)]) -> Result<(), String> {
    let waiting: BTreeMap<&str, usize> = waiting.iter().copied().collect();
    let grown = found.iter().filter(|(name, number)| waiting.get(name.as_str()).is_none_or(|known| *number > known));
    let grown: Vec<String> = grown.map(|(name, number)| format!("{name}: {number}")).collect();
    let done: Vec<&&str> = waiting.keys().filter(|name| !found.contains_key(**name)).collect();
    if grown.is_empty() && done.is_empty() {
        return Ok(());
    }
    Err(format!("new, or more than before: {grown:?}; done, to be taken from the list: {done:?}"))
}

/// Whether a line of documentation gives a reason that begins so.
fn gives(line: &str, beginning: &str) -> bool {
    line.trim().strip_prefix(beginning).is_some_and(|reason| !reason.trim().is_empty())
}

/// Adds the types that tokens define, each with whether it gives a reason; `type` defines one only outside of `impl` and
/// `trait`.
fn walk(tokens: TokenStream, is_associated: bool, found: &mut Vec<(String, bool)>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut has_reason, mut has_members) = (false, false);
    let mut at = 0;
    while at < tokens.len() {
        if is(tokens.get(at), "#") && is_for_tests(tokens.get(at + 1)) {
            at = end_of_item(&tokens, at + 2);
            has_reason = false;
            continue;
        }
        match &tokens[at] {
            TokenTree::Ident(word) => {
                let word = word.to_string();
                has_members |= word == "impl" || word == "trait";
                let defines =
                    ["struct", "enum", "trait"].contains(&word.as_str()) || (word == "type" && !is_associated);
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 1).filter(|_| defines) {
                    found.push((name.to_string(), has_reason));
                }
            }
            TokenTree::Group(group) if at > 0 && is(tokens.get(at - 1), "#") => has_reason |= is_reason(group),
            TokenTree::Group(group) => {
                let is_body = group.delimiter() == Delimiter::Brace;
                walk(group.stream(), is_body && has_members, found);
                if is_body {
                    (has_reason, has_members) = (false, false);
                }
            }
            TokenTree::Punct(sign) if sign.as_char() == ';' => (has_reason, has_members) = (false, false),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        at += 1;
    }
}

/// Whether an attribute is a line of documentation that gives a reason.
fn is_reason(attribute: &Group) -> bool {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let is_doc = is(tokens.first(), "doc") && is(tokens.get(1), "=");
    tokens.get(2).filter(|_| is_doc).is_some_and(|text| gives(text.to_string().trim_matches('"'), SAME_NAME))
}

/// The functions of a text: the name of each, its lines, and whether it gives a reason.
fn functions(text: &str) -> Vec<(String, usize, bool)> {
    let lines: Vec<&str> = text.lines().collect();
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(line) = lines.get(at) {
        if line.trim() == "#[cfg(test)]" {
            let item = at + lines[at..].iter().take_while(|line| line.trim().starts_with("#[")).count();
            at = item + length(&lines[item..]);
            continue;
        }
        if let Some(name) = function(line) {
            let above = lines[..at].iter().rev().map(|line| line.trim());
            let mut docs = above.take_while(|line| line.starts_with("///") || line.starts_with("#["));
            let has_reason = docs.any(|line| gives(line.trim_start_matches('/'), LONG));
            found.push((name.to_owned(), length(&lines[at..]), has_reason));
        }
        at += 1;
    }
    found
}

/// The name of the function that begins on this line.
fn function(line: &str) -> Option<&str> {
    let (before, name) = line.trim().split_once("fn ")?;
    let is_beginning = before.split_whitespace().all(|word| {
        ["const", "async", "unsafe"].contains(&word)
            || ["pub", "(", "in", "crate", "super"].iter().any(|part| word.starts_with(part))
    });
    let end = name.find(|letter: char| !letter.is_alphanumeric() && letter != '_')?;
    (is_beginning && end > 0).then(|| &name[..end])
}

/// How many lines the item has that begins with these: until a line no deeper than the first ends with its brace or a
/// semicolon.
fn length(lines: &[&str]) -> usize {
    let depth = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = lines.first().map(|line| depth(line)) else { return 0 };
    let ends = |line: &&str| {
        depth(line) == first && (line.trim().starts_with('}') || line.ends_with(';') || line.ends_with('}'))
    };
    lines.iter().position(ends).map_or(lines.len(), |last| last + 1)
}
