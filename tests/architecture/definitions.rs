//! What source texts define: types of which none has the name of another, and functions of at most [`MOST_LINES`] lines.
//!
//! Read from the source by its tokens, inside macros too; what only tests compile does not count. An exception has its
//! reason in its documentation, in a line that begins with [`SAME_NAME`] or [`LONG`].

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
    for definition in sources.iter().flat_map(|source| definitions(source)).filter(|definition| !definition.is_function)
    {
        let (all, unreasoned) = found.entry(definition.name.clone()).or_default();
        *all += 1;
        *unreasoned += usize::from(!definition.gives(SAME_NAME));
    }
    let doubles = found.into_iter().filter(|(_, (all, unreasoned))| *all > 1 && *unreasoned > 0);
    doubles.map(|(name, (_, unreasoned))| (name, unreasoned)).collect()
}

/// Functions that are too long and give no reason: by their place and name, how many lines.
pub(crate) fn long_functions(sources: &[Source<'_>]) -> BTreeMap<String, usize> {
    let mut found = BTreeMap::new();
    for source in sources {
        for definition in definitions(source).iter().filter(|definition| definition.is_function) {
            if definition.lines > MOST_LINES && !definition.gives(LONG) {
                found.insert(format!("{} {}", source.place, definition.name), definition.lines);
            }
        }
    }
    found
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

/// A type or a function.
#[derive(Debug)]
struct Definition {
    name: String,
    is_function: bool,
    lines: usize,
    /// The lines of its documentation.
    docs: Vec<String>,
}

impl Definition {
    /// Whether its documentation gives a reason that begins so.
    fn gives(&self, beginning: &str) -> bool {
        self.docs.iter().any(|line| line.strip_prefix(beginning).is_some_and(|reason| !reason.trim().is_empty()))
    }
}

fn definitions(source: &Source<'_>) -> Vec<Definition> {
    let tokens: TokenStream = source.text.parse().unwrap_or_else(|error| panic!("{}: {error}", source.place));
    let mut found = Vec::new();
    walk(tokens, false, &mut found);
    found
}

/// Goes through tokens; `type` defines one only outside of `impl` and `trait`.
fn walk(tokens: TokenStream, is_associated: bool, found: &mut Vec<Definition>) {
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    let (mut docs, mut has_members) = (Vec::new(), false);
    let mut at = 0;
    while at < tokens.len() {
        if is(tokens.get(at), "#") && is_for_tests(tokens.get(at + 1)) {
            at = end_of_item(&tokens, at + 2);
            docs.clear();
            continue;
        }
        match &tokens[at] {
            TokenTree::Ident(word) => {
                let word = word.to_string();
                has_members |= word == "impl" || word == "trait";
                if let Some(TokenTree::Ident(name)) = tokens.get(at + 1) {
                    let is_type =
                        ["struct", "enum", "trait"].contains(&word.as_str()) || (word == "type" && !is_associated);
                    let lines = if word == "fn" { lines(&tokens[at..]) } else { None };
                    if is_type || lines.is_some() {
                        let (is_function, lines) = (lines.is_some(), lines.unwrap_or_default());
                        found.push(Definition { name: name.to_string(), is_function, lines, docs: docs.split_off(0) });
                    }
                }
            }
            TokenTree::Punct(sign) if sign.as_char() == ';' => {
                docs.clear();
                has_members = false;
            }
            TokenTree::Group(group) if is_attribute(&tokens, at) => docs.extend(doc(group)),
            TokenTree::Group(group) => {
                let is_body = group.delimiter() == Delimiter::Brace;
                walk(group.stream(), is_body && has_members, found);
                if is_body {
                    docs.clear();
                    has_members = false;
                }
            }
            _ => {}
        }
        at += 1;
    }
}

fn is_attribute(tokens: &[TokenTree], at: usize) -> bool {
    at > 0 && is(tokens.get(at - 1), "#")
}

/// How many lines the function has that begins here; `None` if it has no body.
fn lines(tokens: &[TokenTree]) -> Option<usize> {
    let ends = |token: &&TokenTree| match token {
        TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
        TokenTree::Punct(sign) => sign.as_char() == ';',
        _ => false,
    };
    let TokenTree::Group(body) = tokens.iter().find(ends)? else { return None };
    Some(body.span_close().end().line - tokens[0].span().start().line + 1)
}

/// The line of documentation that an attribute is.
fn doc(attribute: &Group) -> Option<String> {
    let tokens: Vec<TokenTree> = attribute.stream().into_iter().collect();
    let is_doc = is(tokens.first(), "doc") && is(tokens.get(1), "=");
    let text = tokens.get(2).filter(|_| is_doc)?.to_string();
    Some(text.trim_matches('"').trim().to_owned())
}
