//! The scores as one page for a browser or for paper: readiness over time, mastery, calibration, what comes back, traps,
//! exams with every question that was missed.
//!
//! The life of a page: [`page`] takes what was read from the progress file and writes section after section; markup is
//! fixed text of this module, and everything else is escaped where it goes in (`page::Page`). The page needs nothing else:
//! no script, no font, no address but those of the documentation, which are text. It is light or dark as the browser is,
//! and black on white on paper.
//!
//! Left out: reading the file and writing the page (`cli`). Source: SVG 1.1, "Basic Shapes", "Paths".

use std::collections::BTreeMap;

use crate::app::line::{Flow, Line, Role};
use crate::app::{Standing, stats, study, text};
use crate::clock::Timestamp;
use crate::content::Library;
use crate::progress::{Logged, Tally};
use crate::quiz::{Confidence, Session};
use crate::readiness::{LEAST, Readiness};
use crate::review::{self, Plan};

mod charts;
mod page;

use charts::{Bar, Point};
use page::Page;

/// The share of right answers that 720 of 1,000 points are on a straight line.
const PASSING: f64 = 0.69;

/// What a page is made of.
#[derive(Debug)]
pub struct Facts<'a> {
    /// All content.
    pub library: &'a Library,
    /// Where the learner stands.
    pub standing: &'a Standing,
    /// What would be recalled on the exam's day, or in two weeks if none is set.
    pub plan: &'a Plan,
    /// The exams that were handed in, newest first, each with the milliseconds since 1970 when it was begun.
    pub exams: &'a [(u64, Session)],
}

/// Returns the page.
#[must_use]
pub fn page(facts: &Facts<'_>) -> String {
    let mut page = Page::default();
    page.markup(HEAD);
    let today = text::date(facts.standing.today);
    page.markup("<header><h1>dynadrill: your scores</h1><p>");
    page.text(&format!("Written on {today}. "));
    if let Some(day) = facts.standing.exam_day {
        let left = day.saturating_sub(facts.standing.today) as usize;
        page.text(&format!("Your exam is on {}, in {}.", text::date(day), text::counted(left, "day")));
    }
    page.markup("</p></header><main>");
    readiness(&mut page, facts);
    mastery(&mut page, facts);
    calibration(&mut page, facts);
    forecast(&mut page, facts);
    traps(&mut page, facts);
    labs(&mut page, facts);
    exams(&mut page, facts);
    page.markup(
        "</main><footer>dynadrill, not affiliated with AWS. Readiness and recall are models.</footer></body></html>\n",
    );
    page.finish()
}

/// What every page begins with: its styles, for light, dark and paper.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"color-scheme\" content=\"light dark\"><title>dynadrill: your scores</title><style>\n\
:root{--page:#fff;--text:#1b1f24;--soft:#57606a;--line:#d0d7de;--full:#0969da;--band:#0969da33;--bad:#b42318;--good:#116329}\n\
@media (prefers-color-scheme:dark){:root{--page:#14181d;--text:#e6edf3;--soft:#9aa4af;--line:#30363d;--full:#58a6ff;\
--band:#58a6ff33;--bad:#ff7b72;--good:#56d364}}\n\
@media print{:root{--page:#fff;--text:#000;--soft:#333;--line:#999;--full:#333;--band:#3333;--bad:#000;--good:#000}\
section,details,svg{break-inside:avoid}}\n\
body{background:var(--page);color:var(--text);font:16px/1.5 system-ui,sans-serif;margin:0 auto;max-width:46rem;padding:1rem}\n\
h2{border-bottom:1px solid var(--line);margin-top:2.5rem}p.soft,footer{color:var(--soft)}svg{width:100%;height:auto}\n\
svg text{fill:var(--text);font-size:13px}.end{text-anchor:end}.middle{text-anchor:middle}.grid{stroke:var(--line)}\n\
.mark{stroke:var(--soft);stroke-dasharray:6 4}.band{fill:var(--band)}.curve{fill:none;stroke:var(--full);stroke-width:2}\n\
.dot,.full{fill:var(--full)}.empty{fill:var(--line);opacity:.5}table{border-collapse:collapse}td,th{padding:.2rem .8rem .2rem 0;\
text-align:left;vertical-align:top}pre{white-space:pre-wrap;margin:0}.good{color:var(--good)}.bad{color:var(--bad)}\
.missed{border-left:3px solid var(--line);margin:1rem 0;padding-left:1rem}\n\
</style></head><body>";

/// Readiness by the end of each day on which something was answered, once there is enough.
fn history(library: &Library, log: &[Logged]) -> Vec<(u32, f64, f64, f64)> {
    let mut days = Vec::new();
    for (at, logged) in log.iter().enumerate() {
        let day = review::day(logged.at);
        if log.get(at + 1).is_some_and(|next| review::day(next.at) == day) {
            continue;
        }
        if let Readiness::Estimate { share, low, high, .. } = study::ready(library, &log[..=at]) {
            days.push((day, low, share, high));
        }
    }
    days
}

fn readiness(page: &mut Page, facts: &Facts<'_>) {
    page.markup("<section><h2>Readiness</h2>");
    for line in text::readiness(&study::ready(facts.library, &facts.standing.log)) {
        page.element("<p>", &line.plain(), "</p>");
    }
    let days = history(facts.library, &facts.standing.log);
    if let (Some(first), Some(last)) = (days.first(), days.last()) {
        let span = f64::from((last.0 - first.0).max(1));
        let mut points: Vec<Point> = days
            .iter()
            .map(|(day, low, share, high)| Point {
                at: if days.len() == 1 { 1.0 } else { f64::from(day - first.0) / span },
                low: *low,
                share: *share,
                high: *high,
            })
            .collect();
        // One day is a level.
        if points.len() == 1 {
            points.insert(0, Point { at: 0.0, ..points[0].clone() });
        }
        let ends = (text::date(first.0), text::date(last.0));
        let title = "Share of exam questions that would be right, with its 90 % interval, by day";
        charts::over_time(page, title, &points, (&ends.0, &ends.1), PASSING);
        page.markup("<p class=\"soft\">The band is the 90 % interval; the dashed line is 720 of 1,000 on a straight line (model).</p>");
    } else {
        let words = format!("A chart follows after {LEAST} first answers to new questions.");
        page.element("<p class=\"soft\">", &words, "</p>");
    }
    page.markup("</section>");
}

/// The bar of a tally.
#[expect(clippy::cast_precision_loss, reason = "a learner gives far fewer answers than 2^52")]
fn bar_of(name: &str, right: u64, all: u64) -> Bar {
    let share = (all > 0).then(|| right as f64 / all as f64);
    let words = share.map_or_else(|| "new".to_owned(), |share| format!("{:.0} %, {right} of {all}", share * 100.0));
    Bar { name: name.to_owned(), share, words }
}

fn mastery(page: &mut Page, facts: &Facts<'_>) {
    page.markup("<section><h2>Mastery by topic</h2>");
    let topics: Vec<Bar> = stats::topics(facts.library, &facts.standing.summary)
        .into_iter()
        .map(|(topic, Tally { answers, correct })| bar_of(facts.library.topic_title(topic), correct, answers))
        .collect();
    charts::lying(page, "Share of right answers by topic", &topics);
    page.markup("</section><section><h2>Mastery by exam skill</h2>");
    let mut skills: BTreeMap<&str, (u64, u64)> = BTreeMap::new();
    for logged in &facts.standing.log {
        let Some(question) = facts.library.question(&logged.question) else { continue };
        for skill in &question.skills {
            let (right, all) = skills.entry(skill).or_default();
            *right += u64::from(logged.correct);
            *all += 1;
        }
    }
    if skills.is_empty() {
        page.markup("<p class=\"soft\">Nothing is answered yet.</p>");
    } else {
        let bars = skills.iter().map(|(skill, (right, all))| bar_of(&facts.library.skill_title(skill), *right, *all));
        charts::lying(page, "Share of right answers by exam skill", &bars.collect::<Vec<_>>());
    }
    page.markup("</section>");
}

fn calibration(page: &mut Page, facts: &Facts<'_>) {
    page.markup("<section><h2>How sure you were, and how often right</h2>");
    let calibration = study::calibration(&facts.standing.log);
    let bars: Vec<Bar> = Confidence::ALL
        .iter()
        .filter_map(|confidence| {
            let (right, all) = calibration.by_confidence.get(confidence.name())?;
            Some(bar_of(confidence.name(), *right, *all))
        })
        .collect();
    if bars.is_empty() {
        page.markup(
            "<p class=\"soft\">You have not said yet how sure you were: ! after an answer is sure, ? a guess.</p>",
        );
    } else {
        charts::lying(page, "Share of right answers by how sure you were", &bars);
    }
    page.markup("</section>");
}

fn forecast(page: &mut Page, facts: &Facts<'_>) {
    page.markup("<section><h2>What comes back</h2>");
    let today = facts.standing.today;
    let days = (today..).zip(&facts.standing.forecast);
    let bars: Vec<(String, usize)> =
        days.map(|(day, count)| (text::date(day).chars().skip(5).collect(), *count)).collect();
    charts::standing(page, "Questions that become due for review, by day", &bars);
    page.markup("<p class=\"soft\">Questions that become due for review, by day (model: FSRS-6).</p>");
    let when = text::date(today.saturating_add(facts.plan.days));
    page.element("<h3>", &format!("Recall on {when}, if you do nothing until then"), "</h3>");
    let bars: Vec<Bar> = facts
        .plan
        .skills
        .iter()
        .map(|recall| {
            let share = (recall.seen > 0).then(|| f64::from(recall.recall));
            let percent = share.map_or_else(|| "new".to_owned(), |share| format!("{:.0} %", share * 100.0));
            let words = format!("{percent}, {} of {} seen", recall.seen, recall.all);
            Bar { name: facts.library.skill_title(&recall.skill), share, words }
        })
        .collect();
    charts::lying(page, "Recall by exam skill", &bars);
    page.markup("</section>");
}

fn traps(page: &mut Page, facts: &Facts<'_>) {
    page.markup("<section><h2>Mistakes you repeat</h2>");
    let mut traps: Vec<(&String, &u64)> = facts.standing.summary.traps.iter().collect();
    traps.sort_by(|left, right| right.1.cmp(left.1).then_with(|| left.0.cmp(right.0)));
    if traps.is_empty() {
        page.markup("<p class=\"soft\">None so far.</p></section>");
        return;
    }
    page.markup(
        "<table><thead><tr><th>times</th><th>what you chose</th><th>what is true</th><th>lab</th></tr></thead><tbody>",
    );
    for (id, count) in traps {
        let trap = facts.library.trap(id);
        page.element("<tr><td>", &count.to_string(), "</td><td>");
        page.text(trap.map_or(id.as_str(), |trap| trap.belief.trim()));
        page.element("</td><td>", trap.map_or("", |trap| trap.truth.trim()), "</td><td>");
        page.text(study::lab_for(facts.library, id).unwrap_or_default()).markup("</td></tr>");
    }
    page.markup("</tbody></table></section>");
}

fn labs(page: &mut Page, facts: &Facts<'_>) {
    page.markup("<section><h2>Labs</h2>");
    let bars: Vec<Bar> = facts
        .library
        .labs
        .iter()
        .map(|lab| {
            let (done, all) = (stats::steps_done(lab, &facts.standing.summary) as u64, lab.steps.len() as u64);
            Bar { words: format!("{done} of {all} steps"), ..bar_of(&lab.title, done, all) }
        })
        .collect();
    charts::lying(page, "Steps done by lab", &bars);
    page.markup("</section>");
}

fn exams(page: &mut Page, facts: &Facts<'_>) {
    page.markup("<section><h2>Exams</h2>");
    if facts.exams.is_empty() {
        page.markup("<p class=\"soft\">None is handed in yet.</p>");
    }
    page.markup("</section>");
    for (at, session) in facts.exams {
        let day = text::date(review::day(Timestamp::from_millis(*at)));
        let (right, all) = (session.correct(), session.len());
        page.element("<section><h3>", &format!("{day}: {right} of {all} right"), "</h3>");
        for (place, (asked, graded)) in session.results().enumerate().filter(|(_, (_, graded))| !graded.correct) {
            page.element("<div class=\"missed\"><h4>", &format!("Question {}", place + 1), "</h4>");
            lines(page, &text::question(asked));
            lines(page, &text::feedback(asked, &graded, facts.library));
            page.markup("</div>");
        }
        page.markup("</section>");
    }
}

/// Lines of the program's text: code as it stands, prose in paragraphs.
fn lines(page: &mut Page, lines: &[Line]) {
    for line in lines.iter().filter(|line| !line.plain().trim().is_empty()) {
        let is_code = matches!(line.flow, Flow::Code | Flow::Fixed);
        page.markup(if is_code { "<pre>" } else { "<p>" });
        for (role, text) in &line.spans {
            match role {
                Role::Good => page.element("<span class=\"good\">", text, "</span>"),
                Role::Bad => page.element("<span class=\"bad\">", text, "</span>"),
                Role::Title | Role::Strong | Role::Key => page.element("<b>", text, "</b>"),
                _ => page.text(text),
            };
        }
        page.markup(if is_code { "</pre>" } else { "</p>" });
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::content::{self, Source};
    use crate::progress::Summary;
    use crate::quiz::{Purpose, Selection, select};

    /// The page of a learner who has answered for three days, has one exam, and whose content says `words`.
    fn written(words: &str) -> String {
        static LIBRARY: LazyLock<Library> = LazyLock::new(|| {
            let mut library = content::load(&Source::Embedded).0;
            library.questions.truncate(20);
            library.labs.truncate(2);
            library
        });
        let mut library = LIBRARY.clone();
        for question in &mut library.questions {
            question.stem = format!("Stem {words}");
            question.options[0].text = format!("Option {words}");
        }
        for title in library.skills.values_mut() {
            *title = format!("Skill {words}");
        }
        library.labs[0].title = format!("Lab {words}");
        library.traps[0].belief = format!("Belief {words}");
        let log: Vec<Logged> = (0..90_u64)
            .map(|at| {
                let question = &library.questions[usize::try_from(at % 20).unwrap()];
                Logged {
                    at: Timestamp::from_millis(1_790_000_000_000 + at / 30 * 86_400_000),
                    question: question.id.clone(),
                    family: question.family_name().to_owned(),
                    topic: question.topic.clone(),
                    correct: at % 3 > 0,
                    first_sight: true,
                    mode: "practice".to_owned(),
                    confidence: "sure".to_owned(),
                    is_verified: true,
                    is_proof_seen: false,
                }
            })
            .collect();
        let traps = BTreeMap::from([(library.traps[0].id.clone(), 3), (words.to_owned(), 2)]);
        let summary = Summary { traps, ..Summary::default() };
        let standing = Standing { log, summary, today: 20_800, forecast: vec![3, 0, 1], ..Standing::default() };
        let chosen = select(&library.questions, &Selection { count: 5, seed: 1, ..Selection::default() }, None);
        let mut exam = Session::new(Purpose::Exam, &chosen, 1);
        exam.end();
        let now = Timestamp::from_millis(1_797_120_000_000);
        let plan = study::plan_until(&library, &standing.log, None, now, now).unwrap();
        page(&Facts { library: &library, standing: &standing, plan: &plan, exams: &[(1_790_000_000_000, exam)] })
    }

    #[test]
    fn a_page_has_every_section_and_needs_nothing_else() {
        let page = written("plain");
        for title in [
            "Readiness",
            "Mastery by topic",
            "Mastery by exam skill",
            "What comes back",
            "Mistakes you repeat",
            "Labs",
            "Exams",
        ] {
            assert!(page.contains(&format!("<h2>{title}</h2>")), "{title}");
        }
        // Three days of answers, of which the second and the third are enough.
        let curve = page.split("class=\"curve\" d=\"").nth(1).unwrap().split('"').next().unwrap();
        assert_eq!(curve.matches(['M', 'L']).count(), 2, "{curve}");
        assert!(page.contains("67 %, 60 of 90") && page.contains("0 of 5 right"), "{page}");
        assert_eq!(page.matches("class=\"missed\"").count(), 5);
        for banned in ["<script", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(banned), "{banned}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(6))]

        #[test]
        fn no_content_adds_markup(words in "[a-z<>&\"'/= ]{0,30}") {
            let (tags, page) = (written("plain").matches('<').count(), written(&format!("x{words}<script>y")));
            prop_assert_eq!(page.matches('<').count(), tags);
            prop_assert!(!page.contains("<script"));
        }
    }
}
