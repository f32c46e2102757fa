//! Tokens of PartiQL: words, quoted names, literals and signs.

use crate::engine::messages::partiql as text;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum StatementToken {
    /// A keyword or a name without quotes, as written.
    Word(String),
    /// A name in double quotes.
    Name(String),
    /// A string in single quotes.
    Text(String),
    /// A number.
    Number(String),
    /// Anything else: `=`, `<>`, `<<`, ….
    Sign(&'static str),
}

/// Where a token stands, as refusals name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TokenPlace {
    /// Counted from 1.
    pub(super) line: usize,
    /// Counted from 1, in characters.
    pub(super) column: usize,
    /// In characters.
    pub(super) length: usize,
}

impl std::fmt::Display for TokenPlace {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.line, self.column, self.length)
    }
}

impl TokenPlace {
    /// The place of what stands between the two rests of a statement.
    fn between(statement: &str, from: &str, to: &str) -> Self {
        let start = statement.len() - from.len();
        let line_start = statement[..start].rfind('\n').map_or(0, |at| at + 1);
        Self {
            line: statement[..start].matches('\n').count() + 1,
            column: statement[line_start..start].chars().count() + 1,
            length: from[..from.len() - to.len()].chars().count(),
        }
    }
}

/// Signs, longer ones first.
const SIGNS: [&str; 22] = [
    "<<", ">>", "<>", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "*", "=", "<", ">", "+", "?",
];

/// Cuts a statement into tokens, each with its place.
pub(super) fn tokens(statement: &str) -> Result<(Vec<StatementToken>, Vec<TokenPlace>), String> {
    let (mut found, mut places) = (Vec::new(), Vec::new());
    let mut rest = skipped(statement)?;
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '\'' || first == '"' {
            quoted(rest, first)?
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            number(rest)
        } else if first == '-' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) && !follows_operand(&found) {
            let (number, after) = number(&rest[1..]);
            let StatementToken::Number(digits) = number else { return Err(text::not_well_formed("")) };
            (StatementToken::Number(format!("-{digits}")), after)
        } else if first.is_alphabetic() || first == '_' {
            word(rest)
        } else {
            sign(rest)?
        };
        found.push(token);
        places.push(TokenPlace::between(statement, rest, after));
        rest = skipped(after)?;
    }
    Ok((found, places))
}

/// What is left behind blanks and comments.
fn skipped(mut rest: &str) -> Result<&str, String> {
    loop {
        rest = rest.trim_start();
        if let Some(comment) = rest.strip_prefix("--") {
            rest = comment.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(comment) = rest.strip_prefix("/*") {
            rest = comment.split_once("*/").ok_or_else(|| text::not_well_formed(""))?.1;
        } else {
            return Ok(rest);
        }
    }
}

/// Whether a minus after these tokens subtracts rather than signs a number.
fn follows_operand(tokens: &[StatementToken]) -> bool {
    matches!(
        tokens.last(),
        Some(
            StatementToken::Word(_)
                | StatementToken::Name(_)
                | StatementToken::Number(_)
                | StatementToken::Sign(")" | "]" | "?")
        )
    )
}

fn quoted(text: &str, quote: char) -> Result<(StatementToken, &str), String> {
    let mut content = String::new();
    let mut rest = &text[1..];
    loop {
        let end = rest.find(quote).ok_or_else(|| text::not_well_formed(""))?;
        content.push_str(&rest[..end]);
        rest = &rest[end + 1..];
        // A doubled quote stands for itself.
        match rest.strip_prefix(quote) {
            Some(after) => {
                content.push(quote);
                rest = after;
            }
            None => break,
        }
    }
    Ok((if quote == '"' { StatementToken::Name(content) } else { StatementToken::Text(content) }, rest))
}

fn number(text: &str) -> (StatementToken, &str) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let exponent_sign = matches!(bytes[end], b'+' | b'-') && end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        if !(bytes[end].is_ascii_alphanumeric() || bytes[end] == b'.' || exponent_sign) {
            break;
        }
        end += 1;
    }
    (StatementToken::Number(text[..end].to_owned()), &text[end..])
}

fn word(text: &str) -> (StatementToken, &str) {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    (StatementToken::Word(text[..end].to_owned()), &text[end..])
}

fn sign(text: &str) -> Result<(StatementToken, &str), String> {
    if let Some(after) = text.strip_prefix('-') {
        return Ok((StatementToken::Sign("-"), after));
    }
    let known =
        SIGNS.into_iter().find_map(|sign| text.strip_prefix(sign).map(|after| (StatementToken::Sign(sign), after)));
    known.ok_or_else(|| text::not_well_formed(""))
}
