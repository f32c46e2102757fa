//! A small lexer for programs in exhibits: brackets and quotes are balanced, comments and strings left out.
//!
//! It does not know the languages beyond that: a program that passes may still not compile. A `/` begins a regular
//! expression in JavaScript only where it is written as a string; such a program would be told wrongly, and none is shown.

/// How strings and comments are written.
struct SourceSyntax {
    line_comment: &'static str,
    block_comment: Option<(&'static str, &'static str)>,
    /// Quotes, the longest first, each with whether it may go over several lines.
    quotes: &'static [(&'static str, bool)],
}

const PYTHON: SourceSyntax = SourceSyntax {
    line_comment: "#",
    block_comment: None,
    quotes: &[("\"\"\"", true), ("'''", true), ("\"", false), ("'", false)],
};
const JAVASCRIPT: SourceSyntax = SourceSyntax {
    line_comment: "//",
    block_comment: Some(("/*", "*/")),
    quotes: &[("`", true), ("\"", false), ("'", false)],
};
const JAVA: SourceSyntax = SourceSyntax {
    line_comment: "//",
    block_comment: Some(("/*", "*/")),
    quotes: &[("\"\"\"", true), ("\"", false), ("'", false)],
};

/// Returns what is not balanced in a program, in words; nothing if all is.
pub(super) fn unbalanced(text: &str, language: &str) -> Option<String> {
    let marks = match language {
        "python" => &PYTHON,
        "java" => &JAVA,
        _ => &JAVASCRIPT,
    };
    let mut open: Vec<(char, usize)> = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let line = 1 + text[..text.len() - rest.len()].matches('\n').count();
        if rest.starts_with(marks.line_comment) {
            rest = rest.find('\n').map_or("", |end| &rest[end..]);
            continue;
        }
        if let Some((begin, end)) = marks.block_comment.filter(|(begin, _)| rest.starts_with(begin)) {
            let inside = &rest[begin.len()..];
            let Some(at) = inside.find(end) else { return Some(format!("line {line}: {begin} is not closed")) };
            rest = &inside[at + end.len()..];
            continue;
        }
        if let Some((quote, many)) = marks.quotes.iter().find(|(quote, _)| rest.starts_with(quote)) {
            let Some(after) = after_string(&rest[quote.len()..], quote, *many) else {
                return Some(format!("line {line}: the quote {quote} is not closed"));
            };
            rest = after;
            continue;
        }
        match c {
            '(' | '[' | '{' => open.push((c, line)),
            ')' | ']' | '}' => match open.pop() {
                Some((begun, _)) if closes(begun) == c => {}
                Some((begun, at)) => return Some(format!("line {line}: {c} closes {begun} of line {at}")),
                None => return Some(format!("line {line}: {c} closes nothing")),
            },
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    open.pop().map(|(begun, line)| format!("line {line}: {begun} is not closed"))
}

const fn closes(begun: char) -> char {
    match begun {
        '(' => ')',
        '[' => ']',
        _ => '}',
    }
}

/// What comes after the end of a string; nothing if it does not end.
fn after_string<'a>(text: &'a str, quote: &str, many: bool) -> Option<&'a str> {
    let mut rest = text;
    loop {
        if let Some(after) = rest.strip_prefix(quote) {
            return Some(after);
        }
        let mut letters = rest.chars();
        match letters.next()? {
            '\\' => {
                letters.next()?;
            }
            '\n' if !many => return None,
            _ => {}
        }
        rest = letters.as_str();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sound_programs_pass() {
        for (language, text) in [
            ("python", "items = {\"a\": [1, (2)]}  # isn't (\ntext = '''it's\n(open'''\nprint(f\"{items['a']}\")"),
            ("javascript", "const f = async () => { /* don't ( */ return `a\n${b}`; }; // ]"),
            ("java", "String s = \"a \\\" (\"; char c = '(';\nvar t = \"\"\"\n  it's {\n\"\"\";"),
        ] {
            assert_eq!(unbalanced(text, language), None, "{text}");
        }
    }

    #[test]
    fn what_is_open_is_told_with_its_line() {
        for (language, text, told) in [
            ("python", "a = (1,\nb = 2", "line 1: ( is not closed"),
            ("python", "a = [1)\n", "line 1: ) closes [ of line 1"),
            ("python", "a = 'it's'", "line 1: the quote ' is not closed"),
            ("javascript", "f(1));", "line 1: ) closes nothing"),
            ("javascript", "x();\n/* open", "line 2: /* is not closed"),
            ("java", "String s = \"open;\n", "line 1: the quote \" is not closed"),
        ] {
            assert_eq!(unbalanced(text, language).as_deref(), Some(told), "{text}");
        }
    }
}
