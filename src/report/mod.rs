//! The scores as one page for a browser or for paper: readiness over time, mastery, calibration, what comes back, traps,
//! labs with what they cost, exams with every question that was missed.
//!
//! The life of a page: [`page`] takes what was read from the progress file and writes section after section; markup is
//! fixed text of this module, and everything else is escaped where it goes in (`page::Page`). The page needs nothing else:
//! no script, no font, no address but those of the documentation, which are text; its policy forbids the browser to load
//! anything at all. It is light or dark as the browser is, and black on white on paper (`style.css`).
//!
//! Left out: reading the file and writing the page (`cli`). Source: SVG 1.1, "Basic Shapes", "Paths"; Content Security
//! Policy Level 3; WCAG 2.2, "Contrast (Minimum)".

use crate::app::line::{Flow, Line, Role};
use crate::app::{Standing, stats, study, text};
use crate::clock::Timestamp;
use crate::content::Library;
use crate::progress::Tally;
use crate::quiz::{Confidence, Session};
use crate::readiness::{LEAST, Readiness};
use crate::review::{self, StudyPlan};

mod charts;
mod page;

use charts::{ChartBar, Plot, Point};
use page::HtmlPage;

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
    pub plan: &'a StudyPlan,
    /// The exams that were handed in, newest first, each with the milliseconds since 1970 when it was begun.
    pub exams: &'a [(u64, Session)],
    /// What labs cost the learner at best, against their reference solutions.
    pub costs: &'a [LabCost],
}

/// What the steps of a lab cost, those whose cost is known.
#[derive(Clone, Debug, PartialEq)]
pub struct LabCost {
    /// The lab's name.
    pub lab: String,
    /// The learner's best.
    pub best: Spending,
    /// The reference solution of the same steps.
    pub par: Spending,
}

/// What some requests came to.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Spending {
    /// How many there were.
    pub requests: u64,
    /// Read units.
    pub read: f64,
    /// Write units.
    pub write: f64,
}

/// Returns the page.
#[must_use]
pub fn page(facts: &Facts<'_>) -> String {
    let mut page = HtmlPage::default();
    page.markup(HEAD).markup(STYLE).markup("</style></head><body>");
    let today = text::date(facts.standing.today);
    page.markup("<header><h1>Your DynamoDB scores</h1><p class=\"soft\">");
    page.text(&format!("Written on {today}. "));
    if let Some(day) = facts.standing.exam_day {
        let left = day.saturating_sub(facts.standing.today) as usize;
        page.text(&format!("Your exam is on {}, in {}.", text::date(day), text::counted(left, "day")));
    }
    page.markup("</p></header><main>");
    tiles(&mut page, facts);
    readiness(&mut page, facts);
    mastery(&mut page, facts);
    calibration(&mut page, facts);
    forecast(&mut page, facts);
    recall(&mut page, facts);
    traps(&mut page, facts);
    labs(&mut page, facts);
    exams(&mut page, facts);
    page.markup(
        "</main><footer>dynadrill, not affiliated with AWS. Readiness and recall are models.</footer></body></html>\n",
    );
    page.finish()
}

/// What every page begins with. The policy lets it show itself and load nothing.
const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\
<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
<meta name=\"color-scheme\" content=\"light dark\"><title>dynadrill: your scores</title><style>\n";

/// The styles, for light, dark and paper.
const STYLE: &str = include_str!("style.css");

/// The figures that come first.
fn tiles(page: &mut HtmlPage, facts: &Facts<'_>) {
    let standing = facts.standing;
    let ready = match study::ready(facts.library, &standing.log) {
        Readiness::Estimate { low, high, .. } => format!("{:.0}-{:.0} %", low * 100.0, high * 100.0),
        Readiness::NotEnough { .. } => "?".to_owned(),
    };
    let Tally { answers, correct } = standing.summary.all;
    let labs = &facts.library.labs;
    let done = labs.iter().filter(|lab| stats::steps_done(lab, &standing.summary) == lab.steps.len()).count();
    let right = Tally { answers, correct }.percent().map(|share| format!(", {share} % right")).unwrap_or_default();
    page.markup("<div class=\"tiles\">");
    for (figure, words) in [
        (ready, "ready (model)".to_owned()),
        (answers.to_string(), format!("{}{right}", if answers == 1 { "answer" } else { "answers" })),
        (standing.due.to_string(), "due for review today".to_owned()),
        (format!("{done} of {}", labs.len()), "labs done".to_owned()),
        (facts.exams.len().to_string(), if facts.exams.len() == 1 { "exam" } else { "exams" }.to_owned()),
    ] {
        page.element("<div class=\"tile\"><b>", &figure, "</b>").element("<span>", &words, "</span></div>");
    }
    page.markup("</div>");
}

fn readiness(page: &mut HtmlPage, facts: &Facts<'_>) {
    page.markup("<section class=\"short\"><h2>Readiness</h2>");
    for line in text::readiness(&study::ready(facts.library, &facts.standing.log)) {
        page.element("<p>", &line.plain(), "</p>");
    }
    let days = study::readiness_by_day(facts.library, &facts.standing.log);
    let days: Vec<(u32, f64, f64, f64)> = days.iter().map(|it| (it.day, it.low, it.share, it.high)).collect();
    if days.is_empty() {
        let words = format!("A chart follows after {LEAST} first answers to new questions.");
        page.element("<p class=\"soft\">", &words, "</p></section>");
        return;
    }
    let exams: Vec<(u32, f64)> = facts.exams.iter().map(|(at, session)| (day_of(*at), share_of(session))).collect();
    let all = || days.iter().map(|(day, ..)| *day).chain(exams.iter().map(|(day, _)| *day));
    let (first, last) = (all().min().unwrap_or_default(), all().max().unwrap_or_default());
    let span = f64::from((last - first).max(1));
    let place = |day: u32| if first == last { 1.0 } else { f64::from(day - first) / span };
    let mut points: Vec<Point> = days
        .iter()
        .map(|(day, low, share, high)| Point { at: place(*day), low: *low, share: *share, high: *high })
        .collect();
    // One day is a level.
    if points.len() == 1 {
        points.insert(0, Point { at: 0.0, ..points[0].clone() });
    }
    let ends = (text::date(first), text::date(last));
    let exams: Vec<(f64, f64)> = exams.into_iter().map(|(day, share)| (place(day), share)).collect();
    let plot = Plot {
        title: "Share of exam questions that would be right, with its 90 % interval, by day",
        points: &points,
        exams: &exams,
        goal: PASSING,
        days: (&ends.0, &ends.1),
    };
    charts::over_time(page, &plot);
    page.markup(LEGEND).markup("</section>");
}

/// What the marks of the plot of readiness mean.
const LEGEND: &str = "<div class=\"legend\"><span><svg viewBox=\"0 0 20 10\" aria-hidden=\"true\">\
<path class=\"band\" d=\"M0 0h20v10h-20Z\"/><path class=\"curve\" d=\"M0 5h20\"/></svg>readiness with its 90 % interval (model)</span>\
<span><svg viewBox=\"0 0 20 10\" aria-hidden=\"true\"><path class=\"goal\" d=\"M0 5h20\"/></svg>720 of 1,000 on a straight line</span>\
<span><svg viewBox=\"0 0 20 10\" aria-hidden=\"true\"><path class=\"exam\" d=\"M10 5h.01\"/></svg>exam</span></div>";

fn day_of(at: u64) -> u32 {
    review::day(Timestamp::from_millis(at))
}

#[expect(clippy::cast_precision_loss, reason = "an exam has 65 questions")]
fn share_of(session: &Session) -> f64 {
    session.correct() as f64 / session.len().max(1) as f64
}

/// The bar of a tally.
#[expect(clippy::cast_precision_loss, reason = "a learner gives far fewer answers than 2^52")]
fn bar_of(name: &str, tally: Tally) -> ChartBar {
    let Tally { answers, correct } = tally;
    let share = (answers > 0).then(|| correct as f64 / answers as f64);
    let words = match tally.percent() {
        None => "new".to_owned(),
        Some(percent) => format!("{percent} %, {correct} of {answers}"),
    };
    ChartBar { name: name.to_owned(), share, words, is_judged: true }
}

fn mastery(page: &mut HtmlPage, facts: &Facts<'_>) {
    page.markup("<section class=\"half\"><h2>Mastery by topic</h2>");
    let topics: Vec<ChartBar> = stats::topics(facts.library, &facts.standing.summary)
        .into_iter()
        .map(|(topic, tally)| bar_of(facts.library.topic_title(topic), tally))
        .collect();
    charts::lying(page, "Share of right answers by topic", &topics, false);
    page.markup("</section><section class=\"half tall\"><h2>Mastery by exam skill</h2>");
    let skills = stats::skills(facts.library, &facts.standing.log);
    if skills.is_empty() {
        page.markup("<p class=\"soft\">Nothing is answered yet.</p>");
    } else {
        let bars: Vec<ChartBar> = skills.iter().map(|(skill, tally)| bar_of(skill, *tally)).collect();
        charts::lying(page, "Share of right answers by exam skill", &bars, false);
    }
    page.markup("</section>");
}

fn calibration(page: &mut HtmlPage, facts: &Facts<'_>) {
    page.markup("<section class=\"half short\"><h2>How sure you were, and how often right</h2>");
    let calibration = study::calibration(&facts.standing.log);
    let bars: Vec<ChartBar> = Confidence::ALL
        .iter()
        .filter_map(|confidence| {
            let (correct, answers) = *calibration.by_confidence.get(confidence.name())?;
            let bar = bar_of(&format!("said {}", confidence.name()), Tally { answers, correct });
            // That guesses are often wrong is as it should be.
            Some(ChartBar { is_judged: false, ..bar })
        })
        .collect();
    if bars.is_empty() {
        page.markup("<p class=\"soft\">You have not said yet how sure you were: press 3 for sure, 1 for a guess.</p>");
    } else {
        charts::lying(page, "Share of right answers by how sure you were", &bars, false);
    }
    let wrong = study::sure_and_wrong(&facts.standing.log);
    if !wrong.is_empty() {
        page.markup("<h3>Sure and wrong: look at these first</h3>");
        for id in wrong.into_iter().take(8) {
            let (words, topic) = stats::called(facts.library, id);
            page.element("<p>", &words, " ").element("<span class=\"soft\">", &topic, "</span></p>");
        }
    }
    page.markup("</section>");
}

fn forecast(page: &mut HtmlPage, facts: &Facts<'_>) {
    page.markup("<section class=\"short\"><h2>What comes back</h2>");
    let today = facts.standing.today;
    let days = (today..).zip(&facts.standing.forecast);
    let bars: Vec<(String, usize)> =
        days.map(|(day, count)| (text::date(day).chars().skip(5).collect(), *count)).collect();
    page.markup("<p class=\"soft\">Questions that become due for review, by day (model: FSRS-6).</p>");
    charts::standing(page, "Questions that become due for review, by day", &bars);
    page.markup("</section>");
}

fn recall(page: &mut HtmlPage, facts: &Facts<'_>) {
    let when = text::date(facts.standing.today.saturating_add(facts.plan.days));
    page.element("<section><h2>", &format!("Recall on {when}, if you do nothing until then"), "</h2>");
    page.markup(
        "<p class=\"soft\">By exam skill, of the questions you have seen; one that you never had right counts as 0 ",
    );
    page.markup("(model: FSRS-6).</p>");
    let bars: Vec<ChartBar> = text::recalls(facts.plan, facts.library)
        .iter()
        .map(|recall| {
            let share = (recall.seen > 0).then(|| f64::from(recall.recall));
            let percent = share.map_or_else(|| "new".to_owned(), |share| format!("{:.0} %", share * 100.0));
            let words = format!("{percent}, {} of {} seen", recall.seen, recall.all);
            ChartBar { name: recall.skill.clone(), share, words, is_judged: true }
        })
        .collect();
    charts::lying(page, "Recall by exam skill", &bars, true);
    page.markup("</section>");
}

fn traps(page: &mut HtmlPage, facts: &Facts<'_>) {
    page.markup("<section><h2>Mistakes you repeat</h2>");
    let traps = stats::repeated(facts.library, &facts.standing.summary);
    if traps.is_empty() {
        page.markup("<p class=\"soft\">None so far.</p></section>");
        return;
    }
    page.markup("<table class=\"traps\"><thead><tr><th>times</th><th>what you chose</th><th>what is true</th>");
    page.markup("<th>see it in the lab</th></tr></thead><tbody>");
    for (trap, count) in traps {
        page.element("<tr><td class=\"count\">", &format!("{count} ×"), "</td><td>");
        page.text(trap.belief.trim()).element("</td><td>", trap.truth.trim(), "</td><td>");
        if let Some(lab) = study::lab_for(facts.library, &trap.id) {
            page.element("<code>", lab, "</code>");
        }
        page.markup("</td></tr>");
    }
    page.markup("</tbody></table></section>");
}

#[expect(clippy::cast_precision_loss, reason = "a lab has a few steps")]
fn labs(page: &mut HtmlPage, facts: &Facts<'_>) {
    page.markup("<section><h2>Labs</h2>");
    let bars: Vec<ChartBar> = facts
        .library
        .labs
        .iter()
        .map(|lab| {
            let (done, all) = (stats::steps_done(lab, &facts.standing.summary), lab.steps.len());
            let share = (done > 0).then(|| done as f64 / all.max(1) as f64);
            let words = format!("{done} of {all} steps");
            ChartBar { name: lab.title.clone(), share, words, is_judged: false }
        })
        .collect();
    charts::lying(page, "Steps done by lab", &bars, true);
    if !facts.costs.is_empty() {
        page.markup(
            "<h3>Your best against par</h3><p class=\"soft\">Of the steps whose cost is known: everything you sent, ",
        );
        page.markup("against the reference solution of the same steps.</p><table><thead><tr><th>lab</th><th>you</th>");
        page.markup("<th>par</th></tr></thead><tbody>");
        for LabCost { lab, best, par } in facts.costs {
            let title = facts.library.lab(lab).map_or(lab.as_str(), |lab| &lab.title);
            page.element("<tr><td>", title, "</td>");
            let is_par = best.read <= par.read && best.write <= par.write;
            page.markup(if is_par { "<td class=\"good\">" } else { "<td>" }).text(&spent(*best));
            page.markup(if is_par { " ✓" } else { "" }).element("</td><td>", &spent(*par), "</td></tr>");
        }
        page.markup("</tbody></table>");
    }
    page.markup("</section>");
}

/// What was spent, in words.
fn spent(Spending { requests, read, write }: Spending) -> String {
    let requests = text::counted(usize::try_from(requests).unwrap_or(usize::MAX), "request");
    format!("{requests}, {} RCU, {} WCU", units(read), units(write))
}

/// A number of units as the screens print it: `1,860.5`.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "units are counted in halves from 0")]
fn units(units: f64) -> String {
    let half = if units.fract() > 0.0 { ".5" } else { "" };
    text::grouped(units as u64) + half
}

fn exams(page: &mut HtmlPage, facts: &Facts<'_>) {
    page.markup("<section><h2>Exams</h2>");
    if facts.exams.is_empty() {
        page.markup("<p class=\"soft\">None is handed in yet.</p>");
    }
    let bars: Vec<ChartBar> = facts
        .exams
        .iter()
        .map(|(at, session)| {
            let tally = Tally { answers: session.len() as u64, correct: session.correct() as u64 };
            bar_of(&text::date(day_of(*at)), tally)
        })
        .collect();
    charts::lying(page, "Share of right answers by exam", &bars, true);
    page.markup("</section>");
    for (at, session) in facts.exams {
        let (day, missed) = (text::date(day_of(*at)), session.len() - session.correct());
        let words = format!("Exam of {day}: {} missed", text::counted(missed, "question"));
        // Open, so that paper has it all; on a screen it can be folded.
        page.element("<section><details open><summary>", &words, "</summary>");
        for (place, (asked, graded)) in session.results().enumerate().filter(|(_, (_, graded))| !graded.correct) {
            page.element("<div class=\"missed\"><h4>", &format!("Question {}", place + 1), "</h4>");
            lines(page, &text::stem(asked));
            lines(page, &text::feedback(asked, &graded, facts.library));
            page.markup("</div>");
        }
        page.markup("</details></section>");
    }
}

/// Lines of the program's text: code as it stands, prose in paragraphs that are moved in as the screens move it.
fn lines(page: &mut HtmlPage, lines: &[Line]) {
    for line in lines.iter().filter(|line| !line.plain().trim().is_empty()) {
        let is_code = matches!(line.flow, Flow::Code | Flow::Fixed);
        let lead = line.plain();
        let class = match (lead.starts_with("     "), lead.starts_with("  ")) {
            _ if is_code => "<pre>",
            (true, _) => "<p class=\"deep\">",
            (_, true) => "<p class=\"hang\">",
            _ => "<p>",
        };
        page.markup(class);
        for (role, text) in &line.spans {
            match role {
                Role::Good => page.element("<span class=\"good\">", text, "</span>"),
                Role::Bad => page.element("<span class=\"bad\">", text, "</span>"),
                Role::Muted => page.element("<span class=\"soft\">", text, "</span>"),
                Role::Link => page.element("<span class=\"link\">", text, "</span>"),
                Role::Title | Role::Strong | Role::Key => page.element("<b>", text, "</b>"),
                _ => page.text(text),
            };
        }
        page.markup(if is_code { "</pre>" } else { "</p>" });
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::content::{self, Source};
    use crate::progress::{Logged, Summary};
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
        let spending = Spending { requests: 7, read: 1211.5, write: 0.0 };
        let costs =
            [LabCost { lab: library.labs[0].name.clone(), best: spending, par: Spending { read: 211.0, ..spending } }];
        page(&Facts {
            library: &library,
            standing: &standing,
            plan: &plan,
            exams: &[(1_790_000_000_000, exam)],
            costs: &costs,
        })
    }

    #[test]
    fn a_page_has_every_section_and_needs_nothing_else() {
        let page = written("plain");
        for title in [
            "Readiness",
            "Mastery by topic",
            "Mastery by exam skill",
            "How sure you were, and how often right",
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
        assert!(page.contains("67 %, 60 of 90") && page.contains("0 %, 0 of 5"), "{page}");
        assert_eq!(page.matches("class=\"missed\"").count(), 5);
        for banned in ["<script", "src=", "href=", "url(", "@import"] {
            assert!(!page.contains(banned), "{banned}");
        }
    }

    /// The colours of a medium, by name: those of the first block, with those that the block after `marker` changes.
    fn colours(marker: &str) -> BTreeMap<String, [u8; 3]> {
        let mut colours = BTreeMap::new();
        let blocks = [STYLE, STYLE.split_once(marker).expect("the medium has colours").1];
        for block in blocks.map(|rest| rest.split_once(":root{").unwrap().1.split_once('}').unwrap().0) {
            for declared in block.split(';') {
                let (name, colour) = declared.trim().trim_start_matches("--").split_once(":#").unwrap();
                let part = |at: usize| u8::from_str_radix(&colour[at..at + 2], 16).unwrap();
                colours.insert(name.to_owned(), [part(0), part(2), part(4)]);
            }
        }
        colours
    }

    #[test]
    fn all_text_can_be_read_on_every_ground_in_light_in_dark_and_on_paper() {
        for marker in ["", "prefers-color-scheme:dark", "@media print"] {
            let colours = colours(marker);
            for ground in ["page", "card"] {
                for (of_what, names, least) in [
                    ("text", &["text", "soft", "accent", "good", "warn", "bad"][..], 4.5),
                    ("a drawing", &["accent", "good", "bad", "warn"][..], 3.0),
                ] {
                    for name in names {
                        let found = crate::contrast::contrast(colours[*name], colours[ground]);
                        assert!(found >= least, "{of_what} {name} on {ground} ({marker}): {found:.2}");
                    }
                }
            }
            // A bar stands out from its track.
            for name in ["accent", "good", "bad"] {
                let found = crate::contrast::contrast(colours[name], colours["track"]);
                assert!(found >= 3.0, "{name} on its track ({marker}): {found:.2}");
            }
        }
        // Every colour of the page is one of these.
        let used = STYLE.rsplit_once("--band:").unwrap().1.split_once('}').unwrap().1;
        assert!(!used.contains('#') && !used.contains("rgb"), "a colour without a name");
    }

    #[test]
    fn every_drawing_is_whole_and_none_is_empty() {
        let page = written("plain");
        let drawings: Vec<&str> =
            page.split("<svg ").skip(1).map(|rest| rest.split_once("</svg>").unwrap().0).collect();
        assert!(drawings.len() > 20, "{}", drawings.len());
        for drawing in drawings {
            assert!(drawing.contains("<rect") || drawing.contains("<path"), "{drawing}");
            assert!(!drawing.contains("NaN") && !drawing.contains("inf"), "{drawing}");
        }
        assert!(page.contains("7 requests, 1,211.5 RCU, 0 WCU"), "the cost of a lab");
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
