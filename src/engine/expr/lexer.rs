//! From text to tokens. Blanks separate tokens and mean nothing else.
//!
//! A literal name begins with a letter; `#` and `:` are followed by letters, digits and underscores. What begins no
//! token becomes [`ExpressionToken::Unknown`], so that the parser can report it with its surroundings.

use std::ops::Range;

use super::token::{ExpressionToken, Spanned};

/// All tokens of `text`, the end included.
pub(super) fn tokens(text: &str) -> Vec<Spanned<'_>> {
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(letter) = text[at..].chars().next() {
        if matches!(letter, ' ' | '\t' | '\r' | '\n') {
            at += 1;
            continue;
        }
        let span = at..at + length(&text[at..], letter);
        at = span.end;
        found.push(Spanned { token: classify(text, &span, letter), span });
    }
    found.push(Spanned { token: ExpressionToken::End, span: text.len()..text.len() });
    found
}

/// The length in bytes of the token that `rest` begins with.
fn length(rest: &str, letter: char) -> usize {
    match letter {
        'a'..='z' | 'A'..='Z' => word_length(rest),
        '#' | ':' => 1 + word_length(&rest[1..]),
        '0'..='9' => rest.bytes().take_while(u8::is_ascii_digit).count(),
        '<' if rest.starts_with("<>") || rest.starts_with("<=") => 2,
        '>' if rest.starts_with(">=") => 2,
        other => other.len_utf8(),
    }
}

fn word_length(text: &str) -> usize {
    text.bytes().take_while(|byte| byte.is_ascii_alphanumeric() || *byte == b'_').count()
}

fn classify<'a>(text: &'a str, span: &Range<usize>, letter: char) -> ExpressionToken<'a> {
    let token = &text[span.clone()];
    match letter {
        'a'..='z' | 'A'..='Z' => ExpressionToken::Word(token),
        '#' if token.len() > 1 => ExpressionToken::Name(token),
        ':' if token.len() > 1 => ExpressionToken::Value(token),
        '0'..='9' => ExpressionToken::Digits(token),
        '=' | '<' | '>' => ExpressionToken::Comparator(token),
        '(' | ')' | '[' | ']' | ',' | '.' | '+' | '-' => ExpressionToken::Symbol(letter),
        _ => ExpressionToken::Unknown(token),
    }
}
