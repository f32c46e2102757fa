//! Home, the lists, the scores, the palette and the help page by keys.

use std::sync::Arc;

use dynadrill::app::Start;
use dynadrill::content::Library;
use dynadrill::desk::screen_of;
use dynadrill::quiz::{Purpose, Selection, Session, select};

use crate::seat::{Seat, library};

/// A learner who has answered some questions, always with the first options, and is back at home.
pub(crate) fn learned(width: u16, height: u16) -> Seat {
    learned_of(library(), width, height)
}

/// The same over other content.
pub(crate) fn learned_of(library: Arc<Library>, width: u16, height: u16) -> Seat {
    let selection = Selection { count: 24, seed: 11, ..Selection::default() };
    let questions = select(&library.questions, &selection, None);
    let mut seat = Seat::of(library, width, height);
    seat.model.show(screen_of(Session::new(Purpose::Practice, &questions, 11), None));
    seat.draw();
    for question in &questions {
        let letters = ["a", "b", "c", "d"].into_iter().take(question.choose).collect::<Vec<_>>().join(" ");
        seat.keys(&format!("3 {letters} enter enter"));
    }
    seat.keys("esc");
    assert_eq!(seat.screen(), "home");
    seat
}

#[test]
fn the_first_run_offers_three_ways_and_the_tour_leads_to_a_lab() {
    let mut seat = Seat::new(80, 24);
    let shown = seat.draw();
    for wanted in ["See it in a short tour", "Find out where you stand", "Go to the labs"] {
        assert!(shown.contains(wanted), "{shown}");
    }
    seat.keys("enter");
    assert!(seat.draw().contains("1 of 4"), "{}", seat.draw());
    seat.keys("enter enter enter");
    assert!(seat.draw().contains("4 of 4"), "{}", seat.draw());
    seat.keys("enter");
    assert_eq!(seat.screen(), "lab");
}

#[test]
fn the_first_question_is_one_key_from_the_diagnostic() {
    let mut seat = Seat::new(80, 24);
    seat.keys("j enter");
    assert_eq!(seat.screen(), "question");
    assert!(seat.draw().contains("Diagnostic"), "{}", seat.draw());
}

#[test]
fn esc_at_home_stays_and_says_how_to_leave() {
    let mut seat = Seat::new(80, 24);
    seat.keys("esc esc");
    assert!(!seat.model.quit);
    assert_eq!(seat.footer(), "q leaves the program");
}

#[test]
fn home_shows_topics_with_their_share_and_today_with_its_reason() {
    let mut seat = learned(120, 40);
    let shown = seat.draw();
    assert!(shown.contains("why:") && shown.contains("Topics") && shown.contains("seen"), "{shown}");
    assert!(shown.contains('█') && shown.contains(" %"), "{shown}");
}

#[test]
fn the_keys_that_page_move_home_too() {
    let mut seat = learned(60, 14);
    let begin = seat.draw();
    seat.keys("pgdn");
    assert_ne!(seat.draw(), begin);
    seat.keys("pgup");
    assert_eq!(seat.draw(), begin);
    seat.keys("G");
    assert!(seat.reversed().contains("Scores"), "{}", seat.draw());
    seat.keys("g");
    assert!(!seat.reversed().contains("Scores"));
}

#[test]
fn a_filter_narrows_home_and_the_lists_down() {
    let mut seat = Seat::started(Start::Labs, 120, 40);
    seat.keys("/");
    seat.types("hot-partition");
    let shown = seat.draw();
    assert!(shown.contains("/ hot-partition"), "{shown}");
    assert!(seat.reversed().to_lowercase().contains("hot"), "{shown}");
    seat.types("xyzzy");
    assert!(seat.draw().contains("Nothing fits"), "{}", seat.draw());
    seat.keys("esc");
    assert_eq!(seat.screen(), "list");
}

#[test]
fn a_list_pages_with_its_cursor_and_the_preview_follows() {
    let mut seat = Seat::started(Start::Labs, 120, 30);
    let first = seat.draw();
    assert!(first.contains("What you will see") || first.contains("about"), "{first}");
    seat.keys("pgdn");
    let chosen = seat.reversed();
    assert!(!chosen.is_empty());
    assert_ne!(seat.draw(), first);
    seat.keys("tab G");
    assert_eq!(seat.reversed(), chosen, "with the focus on the preview the cursor stays");
}

#[test]
fn the_scores_scroll_to_their_end_and_back() {
    for (width, height) in [(60, 20), (80, 24), (120, 40)] {
        let mut seat = learned(width, height);
        seat.keys("s");
        let begin = seat.draw();
        assert!(begin.contains("By topic") || begin.contains("Readiness"), "{begin}");
        for _ in 0..40 {
            seat.keys("pgdn");
        }
        let end = seat.draw();
        seat.keys("k");
        assert_ne!(seat.draw(), end, "one line up moves at once at {width}x{height}");
        seat.keys("g");
        assert_eq!(seat.draw(), begin);
    }
}

#[test]
fn the_help_page_is_in_groups_and_closes_with_what_its_footer_says() {
    let mut seat = Seat::new(80, 40);
    seat.keys("?");
    let shown = seat.draw();
    for title in ["Now", "Moving", "Everywhere"] {
        assert!(shown.contains(title), "{shown}");
    }
    assert!(seat.draw().trim_end().ends_with("? close"), "{}", seat.footer());
    seat.keys("j k");
    assert!(seat.draw().contains("Everywhere"), "moving does not close it");
    seat.keys("enter");
    assert!(!seat.draw().contains("Everywhere"));
}

#[test]
fn the_palette_does_what_a_key_of_the_screen_below_it_does() {
    let mut seat = learned(80, 24);
    seat.keys("p enter ctrl-p");
    seat.types("strike");
    assert!(seat.reversed().contains("strike out (x)"), "{}", seat.draw());
    seat.keys("enter");
    assert!(seat.draw().contains("(struck out)"), "{}", seat.draw());
}

#[test]
fn what_is_best_today_is_one_key_away() {
    let mut seat = Seat::new(80, 24);
    assert!(seat.draw().contains("2 Find out where you stand"), "{}", seat.draw());
    seat.keys("2");
    assert_eq!(seat.screen(), "question");
    let mut seat = Seat::new(80, 24);
    seat.keys("9");
    assert_eq!(seat.screen(), "home", "a number without an entry does nothing");
}

#[test]
fn the_daily_goal_and_the_exam_are_in_sight() {
    let mut seat = learned(80, 24);
    let today = seat.model.standing.today;
    (seat.model.standing.daily_goal, seat.model.standing.exam_day) = (Some(30), Some(today + 12));
    let shown = seat.draw();
    assert!(shown.contains("24 of 30 answered") && shown.contains("exam in 12 days"), "{shown}");
}

#[test]
fn the_palette_finds_a_question_by_its_scenario_and_shows_the_chosen_entry_whole() {
    let question = library().questions.iter().find(|question| question.stem.len() > 200).unwrap().clone();
    let words: Vec<&str> = question.stem.split_whitespace().collect();
    let mut seat = Seat::new(80, 24);
    seat.keys("ctrl-p");
    seat.pastes(&words[..6].join(" "));
    let shown = seat.draw();
    assert!(seat.reversed().contains("question"), "{shown}");
    let below = shown.lines().rev().take(8).collect::<Vec<_>>();
    assert!(below.iter().any(|line| line.contains(words[14])), "{} is below the list:\n{shown}", words[14]);
    seat.keys("enter");
    assert_eq!(seat.screen(), "question");
}

#[test]
fn a_wide_home_has_the_course_of_the_scores_and_the_skills() {
    let mut seat = learned(200, 60);
    let shown = seat.draw();
    for wanted in ["Today", "Topics", "By exam skill", "How sure you were", "Labs"] {
        assert!(shown.contains(wanted), "{wanted}:\n{shown}");
    }
    assert!(!learned(120, 40).draw().contains("How sure you were"));
}

#[test]
fn scores_over_days_are_a_chart_with_the_interval_of_readiness() {
    use dynadrill::app::start::Estimate;
    let mut seat = learned(100, 60);
    let log = seat.model.standing.log.clone();
    for (at, mut logged) in log.into_iter().enumerate() {
        logged.at = logged.at.plus_millis((at as u64 / 6 + 1) * 86_400_000);
        seat.model.standing.log.push(logged);
    }
    let day = seat.model.standing.today;
    seat.model.standing.readiness =
        (0..4).map(|at| Estimate { day: day + at, share: 0.6, low: 0.5, high: 0.7 }).collect();
    seat.keys("s");
    let shown = seat.draw();
    for wanted in ["Right answers over time", "100 %", "90 % interval", "readiness (model)", "●", "·"] {
        assert!(shown.contains(wanted), "{wanted}:\n{shown}");
    }
    seat.look.is_ascii = true;
    assert!(seat.draw().is_ascii(), "{}", seat.draw());
}

#[test]
fn every_screen_can_be_drawn_in_ascii_alone() {
    for keys in ["", "p", "l", "e", "s", "ctrl-p", "?", "p enter"] {
        let mut seat = learned(120, 40);
        seat.look.is_ascii = true;
        seat.keys(keys);
        // What is not ASCII there is a letter or a sign of the content's own text.
        let drawn: Vec<char> =
            seat.draw().chars().filter(|letter| ('\u{2190}'..='\u{27bf}').contains(letter)).collect();
        assert!(drawn.is_empty(), "{keys}: {drawn:?}");
    }
}

#[test]
fn a_notice_leaves_the_way_to_the_keys_in_sight() {
    let mut seat = learned(60, 20);
    seat.model.notice =
        Some("The progress file could not be written, so what you do now lasts only until you leave.".to_owned());
    let shown = seat.draw();
    assert!(shown.trim_end().ends_with("? keys"), "{shown}");
    assert!(seat.footer().contains("lasts only until you leave."), "{shown}");
}

#[test]
fn every_session_that_was_left_is_offered_by_itself() {
    let mut seat = Seat::new(100, 40);
    let questions = |topic: &str, seed: u64| {
        let topics = if topic.is_empty() { Vec::new() } else { vec![topic.to_owned()] };
        select(&library().questions, &Selection { topics, count: 5, seed, ..Selection::default() }, None)
    };
    let topic = library().question_topics()[0].to_owned();
    let title = library().topic_title(&topic).to_owned();
    let left = [
        (Session::exam(&questions("", 1), 1, 600_000), "a enter a enter esc"),
        (Session::exam(&questions("", 2), 2, 600_000), "a enter esc"),
        (Session::new(Purpose::Practice, &questions(&topic, 3), 3), "a b enter enter esc"),
    ];
    for (session, keys) in left {
        seat.model.show(screen_of(session, None));
        seat.draw();
        seat.keys(keys);
        assert_eq!(seat.screen(), "home", "{}", seat.draw());
    }
    let practice = format!("Resume practice ({title}): 1 of 5 answered");
    let exams = ["Resume the exam: 1 of 5 answered", "Resume the exam: 2 of 5 answered"];
    let shown = seat.draw();
    let joined = shown.lines().map(|line| line.split('│').next().unwrap_or_default().trim());
    let joined = joined.collect::<Vec<_>>().join(" ");
    for label in [practice.as_str()].into_iter().chain(exams) {
        assert!(joined.contains(label) || shown.contains(label), "{label}\n{shown}");
    }
    // The list of practice has the quiz, that of exams both exams; each opens the one that it names.
    seat.keys("p");
    assert!(seat.draw().contains("Resume practice ("), "{}", seat.draw());
    seat.keys("esc e");
    let shown = seat.draw();
    assert!(exams.iter().all(|label| shown.contains(label)), "{shown}");
    seat.keys("j enter");
    assert!(seat.draw().contains("3 of 5"), "the one of which two are answered: {}", seat.draw());
}

#[test]
fn an_exam_that_is_left_for_something_else_says_that_it_waits() {
    let questions = select(&library().questions, &Selection { count: 5, seed: 9, ..Selection::default() }, None);
    let mut seat = Seat::at_session(Session::exam(&questions, 9, 600_000), 80, 24);
    seat.keys("ctrl-p");
    seat.types("Scores");
    seat.keys("enter");
    assert!(seat.footer().contains("The exam waits below this"), "{}", seat.footer());
    seat.passes(60_000);
    seat.keys("esc");
    assert!(seat.draw().contains("10:00 left"), "its clock stood still: {}", seat.draw());
}
