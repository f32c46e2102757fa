//! Tokens of PartiQL: words, quoted names, literals and signs.

use crate::engine::messages::partiql as text;

/// A token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Token {
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

/// Signs, longer ones first.
const SIGNS: [&str; 22] = [
    "<<", ">>", "<>", "!=", "<=", ">=", "(", ")", "[", "]", "{", "}", ",", ":", ";", ".", "*", "=", "<", ">", "+", "?",
];

/// Cuts a statement into tokens.
pub(super) fn tokens(statement: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = statement.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, after) = if first == '\'' || first == '"' {
            quoted(rest, first)?
        } else if first.is_ascii_digit() || (first == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())) {
            number(rest)
        } else if first == '-' && rest[1..].starts_with(|c: char| c.is_ascii_digit()) && !follows_operand(&found) {
            let (number, after) = number(&rest[1..]);
            let Token::Number(digits) = number else { return Err(text::not_well_formed("")) };
            (Token::Number(format!("-{digits}")), after)
        } else if first.is_alphabetic() || first == '_' {
            word(rest)
        } else {
            sign(rest)?
        };
        found.push(token);
        rest = after.trim_start();
    }
    Ok(found)
}

/// Whether a minus after these tokens subtracts rather than signs a number.
fn follows_operand(tokens: &[Token]) -> bool {
    matches!(tokens.last(), Some(Token::Word(_) | Token::Name(_) | Token::Number(_) | Token::Sign(")" | "]" | "?")))
}

fn quoted(text: &str, quote: char) -> Result<(Token, &str), String> {
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
    Ok((if quote == '"' { Token::Name(content) } else { Token::Text(content) }, rest))
}

fn number(text: &str) -> (Token, &str) {
    let bytes = text.as_bytes();
    let mut end = 0;
    while end < bytes.len() {
        let exponent_sign = matches!(bytes[end], b'+' | b'-') && end > 0 && matches!(bytes[end - 1], b'e' | b'E');
        if !(bytes[end].is_ascii_alphanumeric() || bytes[end] == b'.' || exponent_sign) {
            break;
        }
        end += 1;
    }
    (Token::Number(text[..end].to_owned()), &text[end..])
}

fn word(text: &str) -> (Token, &str) {
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$')).unwrap_or(text.len());
    (Token::Word(text[..end].to_owned()), &text[end..])
}

fn sign(text: &str) -> Result<(Token, &str), String> {
    if let Some(after) = text.strip_prefix('-') {
        return Ok((Token::Sign("-"), after));
    }
    let known = SIGNS.into_iter().find_map(|sign| text.strip_prefix(sign).map(|after| (Token::Sign(sign), after)));
    known.ok_or_else(|| text::not_well_formed(""))
}
