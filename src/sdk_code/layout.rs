//! Lines out of trees: what fits on a line stays on it, the rest is broken where it has parts.

/// The width that code is broken at, in letters.
const WIDTH: usize = 96;
const INDENT: usize = 4;

/// A piece of code.
#[derive(Clone, Debug)]
pub(super) enum CodeTree {
    /// Letters that stay together.
    Leaf(String),
    /// Parts with commas between them, in brackets.
    Group { open: String, parts: Vec<CodeTree>, close: String },
    /// Method calls, one after the other.
    Chain { head: String, calls: Vec<CodeTree>, tail: String },
}

impl CodeTree {
    pub(super) fn leaf(text: impl Into<String>) -> Self {
        Self::Leaf(text.into())
    }

    pub(super) fn group(open: &str, parts: Vec<Self>, close: &str) -> Self {
        Self::Group { open: open.to_owned(), parts, close: close.to_owned() }
    }

    /// The same with something before it.
    pub(super) fn after(self, before: &str) -> Self {
        match self {
            Self::Leaf(text) => Self::Leaf(format!("{before}{text}")),
            Self::Group { open, parts, close } => Self::Group { open: format!("{before}{open}"), parts, close },
            Self::Chain { head, calls, tail } => Self::Chain { head: format!("{before}{head}"), calls, tail },
        }
    }

    /// The same with something behind it.
    pub(super) fn before(self, after: &str) -> Self {
        match self {
            Self::Leaf(text) => Self::Leaf(format!("{text}{after}")),
            Self::Group { open, parts, close } => Self::Group { open, parts, close: format!("{close}{after}") },
            Self::Chain { head, calls, tail } => Self::Chain { head, calls, tail: format!("{tail}{after}") },
        }
    }

    fn flat(&self) -> String {
        let joined = |parts: &[Self], between: &str| parts.iter().map(Self::flat).collect::<Vec<_>>().join(between);
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Group { open, parts, close } => format!("{open}{}{close}", joined(parts, ", ")),
            Self::Chain { head, calls, tail } => format!("{head}{}{tail}", joined(calls, "")),
        }
    }

    /// The lines, the first of which begins at column `indent`.
    pub(super) fn lines(&self, indent: usize) -> String {
        let flat = self.flat();
        if indent + flat.chars().count() <= WIDTH {
            return flat;
        }
        let deeper = indent + INDENT;
        let gap = |columns: usize| format!("\n{}", " ".repeat(columns));
        let broken = |parts: &[Self], between: &str| {
            parts.iter().map(|part| part.lines(deeper)).collect::<Vec<_>>().join(&format!("{between}{}", gap(deeper)))
        };
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Group { open, parts, close } => {
                let (open, close) = (open.trim_end(), close.trim_start());
                format!("{open}{}{}{}{close}", gap(deeper), broken(parts, ","), gap(indent))
            }
            Self::Chain { head, calls, tail } => {
                format!("{head}{}{}{}{tail}", gap(deeper), broken(calls, ""), gap(deeper))
            }
        }
    }
}
