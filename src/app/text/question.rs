//! Questions, their feedback, and how a session went.

use super::code::{self, Syntax};
use crate::app::line::{Flow, GUTTER, Line, Role, paragraphs};
use crate::content::Library;
use crate::quiz::{Asked, Confidence, Graded, Session, Shown};

/// The scenario, its exhibits, and what is asked: that stands last, apart and in bold.
#[must_use]
pub fn stem(asked: &Asked) -> Vec<Line> {
    let question = &asked.question;
    let mut lines = paragraphs(Role::Text, &question.stem);
    for line in &mut lines {
        if line.flow == Flow::Code {
            *line = code::line(&line.plain(), Syntax::guess(&line.plain()));
        }
    }
    let lead_in = lines.pop_if(|line| line.flow == Flow::Prose).map(|line| line.plain());
    let (before, lead_in) = lead_in.as_deref().map(parted).unwrap_or_default();
    lines.extend(Some(before).filter(|before| !before.is_empty()).map(Line::text));
    while lines.last().is_some_and(|line| line.spans.is_empty()) {
        lines.pop();
    }
    for exhibit in &question.exhibits {
        lines.push(Line::blank());
        lines.extend(exhibit.caption.iter().map(|caption| Line::of(Role::Muted, caption.trim())));
        let shown = code::lines(exhibit.text.trim_end(), Syntax::named(&exhibit.language));
        lines.extend(shown.into_iter().map(|line| line.behind(Role::Muted, GUTTER)));
    }
    if !lead_in.is_empty() {
        lines.extend([Line::blank(), Line::of(Role::Strong, lead_in)]);
    }
    while lines.first().is_some_and(|line| line.spans.is_empty()) {
        lines.remove(0);
    }
    lines
}

/// A paragraph's last question, with what stands in brackets behind it, apart from what comes before.
fn parted(paragraph: &str) -> (&str, &str) {
    let Some(mark) = paragraph.rfind('?') else { return (paragraph, "") };
    let rest = paragraph[mark + 1..].trim();
    if !rest.is_empty() && !rest.starts_with('(') {
        return (paragraph, "");
    }
    let before = &paragraph[..mark];
    let ends = [". ", "? ", "! "].into_iter().flat_map(|end| before.match_indices(end));
    // A sentence begins with a capital letter: "e.g. this" is not the end of one.
    let begins = ends.map(|(at, end)| at + end.len()).filter(|at| before[*at..].starts_with(char::is_uppercase));
    let begin = begins.max().unwrap_or(0);
    (paragraph[..begin].trim_end(), paragraph[begin..].trim())
}

/// A question as it is asked: the scenario, then the options under their letters.
#[must_use]
pub fn question(asked: &Asked) -> Vec<Line> {
    let mut lines = stem(asked);
    lines.push(Line::blank());
    for shown in &asked.shown {
        lines.push(Line::text(shown.option.text.trim()).behind(Role::Key, format!("  {}  ", shown.letter)));
    }
    lines
}

/// Whether an answer was right, and which it is.
#[must_use]
pub fn verdict(asked: &Asked, graded: &Graded) -> Line {
    let right: Vec<String> = asked.shown.iter().filter(|s| s.option.correct).map(|s| s.letter.to_string()).collect();
    let sure = match graded.confidence {
        Some(Confidence::Sure) => ", and you were sure",
        Some(Confidence::Guess) => ", by a guess",
        _ => "",
    };
    if graded.correct {
        Line::of(Role::Good, format!("✓ Right{sure}"))
    } else if graded.chosen.is_empty() {
        Line::of(Role::Bad, format!("✗ Left blank: the answer is {}", listed(&right)))
    } else {
        Line::of(Role::Bad, format!("✗ Not right{sure}: the answer is {}", listed(&right)))
    }
}

/// Letters as a sentence lists them: `A, C and F`.
fn listed(letters: &[String]) -> String {
    match letters {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// Why an option is right or wrong here, when it would be right, and the belief behind it if the learner chose it: with how
/// often it was chosen, as `times` says.
#[must_use]
pub fn reasons(shown: &Shown, is_chosen: bool, times: Option<u64>, library: &Library) -> Vec<Line> {
    const INDENT: &str = "     ";
    let behind = |line: Line| line.behind(Role::Text, INDENT);
    let mut lines = vec![behind(Line::text(shown.option.why.trim()))];
    lines.extend(shown.option.right_if.iter().map(|text| behind(Line::of(Role::Muted, text.trim()))));
    let trap = shown.option.trap.as_ref().filter(|_| is_chosen).and_then(|id| library.trap(id));
    if let Some(trap) = trap {
        let lead = match times {
            Some(times) if times > 1 => format!("You have chosen this idea {times} times: "),
            Some(_) => "The idea behind it: ".to_owned(),
            None => String::new(),
        };
        let belief = Line::of(Role::Prediction, lead).and(Role::Prediction, format!("\"{}\"", trap.belief.trim()));
        lines.push(behind(belief.and(Role::Text, format!(" {}", trap.truth.trim()))));
    }
    lines
}

/// The documentation page that settles a question, whole, and what else there is to look at.
#[must_use]
pub fn documentation(asked: &Asked) -> Vec<Line> {
    let question = &asked.question;
    let mut lines = vec![Line::of(Role::Link, question.docs.clone())];
    if question.is_imported() {
        lines.push(Line::of(Role::Warn, "Imported: this answer is not verified."));
    } else if let Some(reason) = &question.unproved {
        lines.push(Line::of(Role::Muted, format!("No proof: {}", reason.trim())));
    }
    lines
}

/// The verdict on an answer, and for every option, in the order shown, why it is right or wrong.
#[must_use]
pub fn feedback(asked: &Asked, graded: &Graded, library: &Library) -> Vec<Line> {
    let mut lines = vec![verdict(asked, graded), Line::blank()];
    for (at, shown) in asked.shown.iter().enumerate() {
        let is_chosen = graded.chosen.contains(&at);
        let (role, mark) = match (shown.option.correct, is_chosen) {
            (true, true) => (Role::Good, "[right, yours] "),
            (true, false) => (Role::Good, "[right] "),
            (false, true) => (Role::Bad, "[wrong, yours] "),
            (false, false) => (Role::Text, "[wrong] "),
        };
        let option = Line::of(role, format!("{mark}{}", shown.option.text.trim()));
        lines.push(option.behind(Role::Key, format!("  {}  ", shown.letter)));
        lines.extend(reasons(shown, is_chosen, None, library));
    }
    lines.push(Line::blank());
    lines.extend(documentation(asked));
    lines
}

/// How a session went.
#[must_use]
pub fn session_summary(session: &Session) -> Vec<Line> {
    let (right, all) = (session.correct(), session.answered());
    let mut lines = vec![Line::of(Role::Title, format!("{right} of {all} right."))];
    let missed = session.results().filter(|(_, graded)| !graded.correct).count();
    if missed > 0 {
        lines.push(Line::of(Role::Muted, format!("{} to review.", super::counted(missed, "question"))));
    }
    lines
}
