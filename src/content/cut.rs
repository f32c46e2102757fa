//! Where the elements of a file's list begin. The build script cuts at the same lines as the reader of a pack.

/// The lines (counted from 0) on which the elements of the list begin.
pub(super) fn starts(text: &str, list: &str) -> Vec<usize> {
    let opening = format!("{list}:");
    let Some(top) = text.lines().position(|line| line.trim_end() == opening) else { return Vec::new() };
    let indent = |line: &str| line.len() - line.trim_start().len();
    let Some(first) = text.lines().skip(top + 1).find(|line| line.trim_start().starts_with("- ")) else {
        return Vec::new();
    };
    let depth = indent(first);
    let begins = |line: &str| indent(line) == depth && line.trim_start().starts_with("- ");
    text.lines().enumerate().skip(top + 1).filter(|(_, line)| begins(line)).map(|(number, _)| number).collect()
}
