//! Questions, their feedback, and how a session went.

use crate::app::line::{Line, Role, paragraphs};
use crate::content::Library;
use crate::quiz::{Asked, Confidence, Graded, Session, Shown};

/// The scenario and what is asked.
#[must_use]
pub fn stem(asked: &Asked) -> Vec<Line> {
    let mut lines = paragraphs(Role::Text, &asked.question.stem);
    for line in &mut lines {
        if line.flow == crate::app::line::Flow::Code {
            *line = super::code::line(&line.plain(), super::code::Language::guess(&line.plain()));
        }
    }
    lines
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
        Line::of(Role::Bad, format!("✗ Left blank: the answer is {}", right.join(" and ")))
    } else {
        Line::of(Role::Bad, format!("✗ Not right{sure}: the answer is {}", right.join(" and ")))
    }
}

/// Why an option is right or wrong here, when it would be right, and the belief behind it if the learner chose it.
#[must_use]
pub fn reasons(shown: &Shown, is_chosen: bool, library: &Library) -> Vec<Line> {
    const INDENT: &str = "     ";
    let behind = |role: Role, text: &str| Line::of(role, text.trim()).behind(Role::Text, INDENT);
    let mut lines = vec![behind(Role::Text, &shown.option.why)];
    lines.extend(shown.option.right_if.iter().map(|text| behind(Role::Muted, text)));
    let trap = shown.option.trap.as_ref().filter(|_| is_chosen).and_then(|id| library.trap(id));
    lines.extend(trap.map(|trap| {
        let belief = Line::of(Role::Prediction, format!("\"{}\"", trap.belief.trim()));
        belief.and(Role::Text, format!(" {}", trap.truth.trim())).behind(Role::Text, INDENT)
    }));
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
        lines.extend(reasons(shown, is_chosen, library));
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
        lines.push(Line::of(Role::Muted, format!("{} to look at again.", super::counted(missed, "question"))));
    }
    lines
}
