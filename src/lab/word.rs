//! The words of the lab itself, with a colon before them or not: they ask for help, and run nothing.

/// What is asked of the lab.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word<'a> {
    /// The next hint.
    Hint,
    /// The reference solution.
    Solution,
    /// What is missing.
    Check,
    /// The step again, from where it began.
    Restart,
    /// The lab again, from its first step.
    Reset,
    /// What the step will come to.
    Predict(&'a str),
}

impl<'a> Word<'a> {
    /// The word that a line is; `None` if it is a command.
    #[must_use]
    pub fn read(line: &'a str) -> Option<Self> {
        let line = line.trim();
        let line = line.strip_prefix(':').unwrap_or(line);
        let (word, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
        match (word, rest) {
            ("hint", "") => Some(Self::Hint),
            ("solution", "") => Some(Self::Solution),
            ("check", "") => Some(Self::Check),
            ("restart", "") => Some(Self::Restart),
            ("reset", "") => Some(Self::Reset),
            ("predict", rest) => Some(Self::Predict(rest.trim())),
            _ => None,
        }
    }
}

/// Whether a line asks to leave, in any of the words that people type for it.
#[must_use]
pub fn is_leaving(line: &str) -> bool {
    matches!(line.trim(), "q" | "Q" | "quit" | "exit" | ":q" | ":quit" | ":exit")
}

/// Whether a line asks for an empty screen.
#[must_use]
pub fn is_clearing(line: &str) -> bool {
    matches!(line.trim(), "clear" | "cls" | ":clear")
}
