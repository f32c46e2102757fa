//! What a newcomer stumbled over in the first hour, by keys: each of these was seen on a screen before it was fixed.

use dynadrill::app::Start;
use dynadrill::app::figures::Tab;
use dynadrill::app::line::Line;
use dynadrill::app::message::{Message, SideEffect};
use dynadrill::app::pane::Pane;
use dynadrill::app::screens::lab::EntryKind;
use dynadrill::content::Question;
use dynadrill::quiz::{Asked, Purpose, Session};
use dynadrill::ui::ClickTarget;

use crate::lab::{done, lab, on, runs};
use crate::seat::{Seat, library};

/// What stands right of the divider of a lab at 120 columns, a line each.
fn right_of(shown: &str) -> Vec<String> {
    shown.lines().filter_map(|line| line.split_once('│')).map(|(_, right)| right.trim_end().to_owned()).collect()
}

/// A lab at 120 by 40 whose prediction is skipped.
fn open(name: &str) -> Seat {
    let mut seat = lab(name, 120, 40);
    if seat.draw().contains("Predict ─") {
        seat.keys("esc");
    }
    seat
}

#[test]
fn the_month_is_not_worked_out_from_a_moment() {
    let mut seat = open("hot-partition");
    runs(&mut seat, ":traffic Votes --rate 100 --seconds 2");
    seat.keys("alt-5");
    let shown = seat.draw();
    assert!(shown.contains("The bill so far") && !shown.contains("A month of the same  "), "{shown}");
    runs(&mut seat, ":clock +2m");
    seat.keys("alt-5");
    let shown = seat.draw();
    assert!(shown.contains("A month of the same") && shown.contains("seen"), "{shown}");
}

#[test]
fn a_question_with_half_its_marks_is_not_called_answered() {
    let two: Vec<Question> =
        library().questions.iter().filter(|question| question.choose == 2).take(3).cloned().collect();
    let mut seat = Seat::at_session(Session::exam(&two, 5, 600_000), 100, 30);
    seat.keys("a right a b right r");
    let review = seat.draw();
    assert!(review.contains("1 answered, 1 blank, 1 with too few marks"), "{review}");
    assert!(review.lines().any(|line| line.contains(" 1 ") && line.contains("A, _")), "{review}");
    seat.keys("f");
    assert!(seat.draw().contains("shown: not answered"), "{}", seat.draw());
    seat.keys("H");
    let dialog = seat.draw();
    assert!(dialog.contains("1 question is blank and counts as wrong: 3"), "{dialog}");
    assert!(dialog.contains("1 has too few marks and counts as wrong: 1"), "{dialog}");
    seat.keys("y");
    let report = seat.draw();
    assert!(report.contains("1 had too few marks"), "{report}");
}

#[test]
fn an_arn_is_completed_and_can_be_read_whole() {
    let mut seat = open("lambda-poison-record");
    seat.types("describe-stream --stream-arn ");
    seat.keys("tab");
    let typed = on(&seat).prompt.text().to_owned();
    let arn = typed.split_whitespace().last().unwrap().to_owned();
    assert!(arn.starts_with("arn:aws:dynamodb:") && arn.contains("/stream/"), "{typed}");
    seat.keys("ctrl-u");
    runs(&mut seat, "describe-table --table-name Orders --query Table.LatestStreamArn");
    let shown = seat.draw();
    let joined: String = right_of(&shown).iter().map(|line| line.trim()).collect();
    assert!(joined.contains(&arn), "{arn}\n{shown}");
}

#[test]
fn a_solution_is_copied_into_the_prompt() {
    let mut seat = open("lambda-poison-record");
    seat.keys("F2 tab tab G y");
    let wanted = library().lab("lambda-poison-record").unwrap().steps[0].solution.last().unwrap().trim().to_owned();
    let typed = on(&seat).prompt.text().to_owned();
    let begins = wanted.split_whitespace().next().unwrap();
    assert!(typed.starts_with(begins) && on(&seat).focus == Pane::Prompt, "{typed}");
    // Where a step gives no command the same key as for given ones puts the solution in that was shown.
    seat.keys("ctrl-u end ctrl-u ctrl-g");
    assert!(!on(&seat).prompt.text().is_empty());
}

#[test]
fn lists_of_commands_wrap_and_are_not_chopped() {
    for line in [":help", ":help traffic", "query help", ":invocations", ":traffic help", ":traffic", ":bill Votes"] {
        let mut seat = open("hot-partition");
        runs(&mut seat, ":traffic Votes --rate 10 --seconds 2");
        runs(&mut seat, line);
        seat.keys("tab tab space g");
        for _ in 0..12 {
            let shown = seat.draw();
            let cut = right_of(&shown).into_iter().find(|line| line.ends_with('›'));
            assert_eq!(cut, None, "{line}\n{shown}");
            seat.keys("pgdn");
        }
    }
}

#[test]
fn traffic_that_is_told_nothing_says_how_it_is_typed() {
    for line in [":traffic", ":traffic help", ":traffic --help"] {
        let mut seat = open("hot-partition");
        runs(&mut seat, line);
        let last = on(&seat).transcript.iter().flat_map(|entry| &entry.lines).map(Line::plain).collect::<String>();
        assert!(last.contains("--rate N") && !last.contains("succeeded"), "{line}: {last}");
    }
}

#[test]
fn l_opens_the_lab_that_is_named() {
    for question in library().questions.iter().step_by(17) {
        let mut seat = Seat::at_session(Session::new(Purpose::Practice, std::slice::from_ref(question), 3), 120, 60);
        let mut shown = Asked::new(question, 3).shown;
        shown.sort_by_key(|shown| shown.option.correct);
        for option in shown.iter().take(question.choose) {
            seat.keys(&option.letter.to_lowercase().to_string());
        }
        seat.keys("enter");
        let fed = seat.draw();
        let named = fed.lines().find_map(|line| line.split_once("l lab ")).map(|(_, title)| title.trim().to_owned());
        seat.keys("l");
        match named {
            Some(title) => {
                assert_eq!(seat.screen(), "lab", "{}\n{fed}", question.id);
                assert!(
                    seat.draw().lines().next().unwrap().contains(&title),
                    "{}: {title}\n{}",
                    question.id,
                    seat.draw()
                );
            }
            None => assert_eq!(seat.screen(), "question", "{}\n{fed}", question.id),
        }
    }
}

#[test]
fn where_items_lie_is_said_in_the_order_in_which_they_lie() {
    let mut seat = done("query-vs-scan", 1, 120, 60);
    let shown = seat.draw();
    assert!(shown.contains("by hash of customerId, then orderKey"), "{shown}");
    assert!(shown.contains("the next page begins") && !shown.contains("key order"), "{shown}");
}

#[test]
fn a_lab_is_found_by_its_name_and_by_what_it_is_about() {
    for lab in &library().labs {
        let claim =
            library().claim(&lab.claims[0]).unwrap().text.split_whitespace().take(3).collect::<Vec<_>>().join(" ");
        for words in [lab.name.clone(), claim, lab.steps[0].title.clone()] {
            let mut seat = Seat::started(Start::Labs, 120, 60);
            seat.keys("/");
            seat.types(&words);
            let begun: String = lab.title.chars().take(30).collect();
            assert!(seat.draw().contains(&begun), "{words}\n{}", seat.draw());
        }
    }
}

#[test]
fn that_nothing_is_saved_stays_in_sight() {
    let mut seat = Seat::new(120, 40);
    assert!(!seat.draw().contains("NOT SAVED"));
    seat.is_unsaved = true;
    seat.send(Message::Done(dynadrill::app::Outcome::SessionSaved(None)));
    seat.keys("l esc");
    for keys in ["", "p", "esc l", "esc s", "esc"] {
        seat.keys(keys);
        assert!(seat.draw().lines().next().unwrap().contains("NOT SAVED"), "{keys}\n{}", seat.draw());
    }
    seat.send(Message::Open(Start::Lab("first-table".to_owned())));
    assert!(seat.draw().lines().next().unwrap().contains("NOT SAVED"), "{}", seat.draw());
    seat.keys("esc esc");
    assert!(!seat.footer().contains("are saved"), "{}", seat.footer());
}

#[test]
fn an_option_that_was_refused_has_no_price_and_one_without_a_proof_says_so() {
    let library = library();
    let mut seen = (false, false);
    for question in library.questions.iter().filter(|question| question.choose == 1) {
        let asked = Asked::new(question, 3);
        let tried = asked.shown.iter().filter(|shown| shown.option.is_tried()).count();
        let untried = asked.shown.iter().find(|shown| !shown.option.correct && !shown.option.is_tried());
        if tried < 2 || (seen.0 && seen.1) {
            continue;
        }
        let tempting = asked.shown.iter().find(|shown| !shown.option.correct && shown.option.is_tried());
        let chosen = if seen.1 { tempting } else { untried.or(tempting) };
        let Some(chosen) = chosen else { continue };
        let mut seat = Seat::at_session(Session::new(Purpose::Practice, std::slice::from_ref(question), 3), 120, 60);
        seat.keys(&format!("{} enter p", chosen.letter.to_lowercase()));
        let proof = seat.draw();
        if !chosen.option.is_tried() {
            assert!(proof.contains("has nothing that can be run here"), "{}\n{proof}", question.id);
            seen.1 = true;
        }
        if proof.contains("An error occurred") && proof.lines().any(|line| line.trim_end().ends_with(" refused")) {
            assert!(!proof.lines().any(|line| line.contains("What each costs") && line.contains("0 RCU")), "{proof}");
            seen.0 = true;
        }
    }
    assert_eq!(seen, (true, true), "no question shows both");
}

#[test]
fn q_in_a_pane_of_a_lab_leaves_the_pane_and_not_the_program() {
    let mut seat = open("query-vs-scan");
    for pane in ["tab", "tab tab", "tab tab tab"] {
        seat.keys(pane);
        assert_ne!(on(&seat).focus, Pane::Prompt);
        seat.keys("q");
        assert!(!seat.model.quit);
        assert_eq!((seat.screen(), on(&seat).focus), ("lab", Pane::Prompt));
    }
}

#[test]
fn marks_that_are_not_answered_and_lines_that_are_not_run_are_not_lost_unasked() {
    let questions: Vec<Question> =
        library().questions.iter().filter(|question| question.choose == 1).take(2).cloned().collect();
    for key in ["q", "esc"] {
        let mut seat = Seat::at_session(Session::new(Purpose::Practice, &questions, 3), 100, 30);
        seat.keys(&format!("a {key}"));
        assert_eq!((seat.screen(), seat.model.quit), ("question", false), "{key}");
        assert!(seat.footer().contains("is not answered yet"), "{}", seat.footer());
        seat.keys(key);
        assert!(seat.model.quit || seat.screen() == "home", "{key}");
    }
    let mut seat = open("query-vs-scan");
    seat.types("scan --table-name Or");
    seat.keys("esc esc");
    assert_eq!(seat.screen(), "home");
    seat.send(Message::Open(Start::Lab("query-vs-scan".to_owned())));
    seat.keys("esc up");
    assert_eq!(on(&seat).prompt.text(), "scan --table-name Or");
}

#[test]
fn the_given_command_keeps_a_draft_and_its_gaps_are_filled_in_turn() {
    let mut seat = open("query-vs-scan");
    seat.types("half a line");
    seat.keys("ctrl-g");
    let given = on(&seat).prompt.text().to_owned();
    assert!(given.starts_with("scan "), "{given}");
    seat.keys("up");
    assert_eq!(on(&seat).prompt.text(), "half a line");
    seat.keys("ctrl-u");
    seat.types("put ___ and ___");
    assert!(seat.footer().contains("^G next gap"), "{}", seat.footer());
    seat.keys("ctrl-g x ctrl-g y");
    assert_eq!(on(&seat).prompt.text(), "put x and y");
}

#[test]
fn the_keys_of_now_stand_apart_from_those_of_other_times() {
    let mut seat = open("query-vs-scan");
    seat.keys("?");
    let shown = seat.draw();
    let now: Vec<&str> = shown
        .lines()
        .take(37)
        .skip_while(|line| !line.contains("Now"))
        .take_while(|line| !line.trim().is_empty())
        .map(str::trim)
        .collect();
    let enter = now.iter().filter(|line| line.starts_with("enter ")).count();
    assert_eq!(enter, 1, "enter means one thing now: {now:?}");
    let now = now.join(" ");
    assert!(now.contains("put the command in") && !now.contains("unfold") && !now.contains("predict"), "{shown}");
}

#[test]
fn a_click_on_a_tab_of_the_world_turns_to_it() {
    for (width, height) in [(120, 40), (200, 60)] {
        let mut seat = lab("query-vs-scan", width, height);
        for tab in Tab::ALL.into_iter().rev() {
            let place = seat.drawn.hits.iter().find(|(_, hit)| *hit == ClickTarget::Tab(tab)).unwrap().0;
            let label: String = seat
                .draw()
                .lines()
                .nth(usize::from(place.y))
                .unwrap()
                .chars()
                .skip(usize::from(place.x))
                .take(usize::from(place.width))
                .collect();
            assert!(label.contains(&tab.number().to_string()), "{tab:?}: {label}");
            seat.clicks(place.x + 1, place.y);
            assert_eq!(on(&seat).tab, tab);
        }
    }
}

#[test]
fn hints_come_to_an_end_that_is_said() {
    let mut seat = open("query-vs-scan");
    let all = library().lab("query-vs-scan").unwrap().steps[0].hints.len();
    for _ in 0..=all {
        seat.keys("F1");
    }
    let last = on(&seat).transcript.last().unwrap().lines[0].plain();
    assert!(last.contains(&format!("All {all} hints are given")), "{last}");
}

#[test]
fn a_finished_lab_says_what_comes_next_and_is_told_once() {
    let steps = library().lab("query-vs-scan").unwrap().steps.len();
    let mut seat = done("query-vs-scan", steps, 120, 60);
    let shown = seat.draw();
    let left: String =
        shown.lines().filter_map(|line| line.split_once('│')).map(|(left, _)| left.trim().to_owned() + " ").collect();
    assert!(left.contains("next lab:") && left.contains("three questions on this"), "{shown}");
    let takeaway = on(&seat).view.outro.split_whitespace().take(4).collect::<Vec<_>>().join(" ");
    assert!(!left.contains(&takeaway), "the end is told in the transcript: {left}");
    let before = on(&seat).view.lab.clone();
    seat.keys("F11");
    assert_eq!(seat.screen(), "lab");
    assert_ne!(on(&seat).view.lab, before);
    // One lab at a time: behind the next one is home, not the one that was left.
    seat.keys("esc esc esc");
    assert_eq!(seat.screen(), "home");
}

#[test]
fn a_comparison_turns_the_world_to_two_bars() {
    for (width, height) in [(120, 40), (200, 60)] {
        let mut seat = lab("query-vs-scan", width, height);
        seat.keys("esc alt-3");
        seat.pastes(
            ":compare scan --table-name Orders --filter-expression \"customerId = :c\" \
             --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}} || query --table-name Orders \
             --key-condition-expression \"customerId = :c\" --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}}",
        );
        seat.keys("enter");
        assert_eq!(on(&seat).tab, Tab::Plan);
        let shown = seat.draw();
        let bar = |label: &str, number: &str| {
            let row = shown
                .lines()
                .find(|row| row.contains(number) && row.contains(label))
                .unwrap_or_else(|| panic!("{label} {number}\n{shown}"));
            row.chars().filter(|letter| ('▏'..='█').contains(letter) || *letter == '█').count()
        };
        assert!(bar("Scan Orders", "6,000 items") > 5 * bar("Query Orders", "12 items"), "{shown}");
        assert!(bar("Scan Orders", "211 RCU") > 5 * bar("Query Orders", "0.5 RCU"), "{shown}");
    }
}

#[test]
fn a_shard_is_blocked_at_one_record() {
    let mut seat = done("lambda-poison-record", 3, 120, 60);
    assert_eq!(on(&seat).tab, Tab::Streams);
    let right = right_of(&seat.draw()).join("\n");
    for wanted in ["2 of 4 handled  blocked", "failed at record 3", "✓ 2  INSERT", "✗ 3  INSERT", "○ 4  INSERT"] {
        assert!(right.contains(wanted), "{wanted}\n{right}");
    }
}

#[test]
fn a_question_of_a_report_is_proved_and_leads_to_its_lab() {
    let proved = |question: &&Question| question.choose == 1 && question.is_proved();
    let questions: Vec<Question> = library().questions.iter().filter(proved).take(2).cloned().collect();
    let mut exam = Seat::at_session(Session::exam(&questions, 3, 600_000), 120, 40);
    exam.keys("a n a H y f f f enter");
    let mut quiz = Seat::at_session(Session::new(Purpose::Practice, &questions, 3), 120, 40);
    quiz.keys("a enter enter a enter enter enter");
    for mut seat in [exam, quiz] {
        let read = seat.draw();
        assert!(seat.footer().contains("p prove it") && seat.footer().contains("l lab"), "{}\n{read}", seat.footer());
        seat.keys("p");
        assert!(seat.draw().contains("✓ right"), "{}", seat.draw());
        // What was measured stands in the feedback from then on; the question is the same.
        let begun = |shown: &str| shown.lines().take(5).collect::<Vec<_>>().join("\n");
        for keys in ["p", "p esc"] {
            seat.keys(keys);
            assert_eq!(begun(&seat.draw()), begun(&read), "{keys}");
        }
        let read = seat.draw();
        seat.keys("l");
        assert_eq!(seat.screen(), "lab");
        seat.keys("esc esc esc");
        assert_eq!(seat.draw(), read, "the report is found as it was left");
    }
}

#[test]
fn a_command_goes_on_in_a_further_line() {
    let mut seat = open("query-vs-scan");
    seat.types("scan --table-name Orders \\");
    seat.keys("enter");
    assert_eq!(on(&seat).transcript.len(), 1, "nothing was run");
    seat.types("  --select COUNT");
    assert!(seat.draw().contains(">   --select COUNT"), "{}", seat.draw());
    seat.keys("enter");
    assert!(seat.draw().contains("\"Count\": 6000"), "{}", seat.draw());
    seat.keys("up");
    assert_eq!(on(&seat).prompt.text(), "scan --table-name Orders \\\n  --select COUNT");
}

#[test]
fn numbers_that_wait_for_the_end_of_a_line_say_so() {
    let mut seat = open("hot-partition");
    seat.keys("alt-5");
    seat.refuses = Some(|effect| matches!(effect, SideEffect::Lab(_)));
    let line = ":traffic Votes --rate 10 --seconds 2";
    seat.model.update(Message::Edit(dynadrill::app::prompt::Edit::Insert(line.to_owned())));
    seat.model.update(Message::Accept);
    assert!(seat.draw().contains("as it was before the line that runs"), "{}", seat.draw());
}

#[test]
fn a_belief_leads_to_the_lab_that_is_about_it() {
    for (trap, lab) in [
        ("filter-saves-reads", "query-vs-scan"),
        ("hot-key-add-capacity", "hot-partition"),
        ("iam-filters-rows", "fine-grained-access"),
        ("lock-by-reading-first", "optimistic-locking"),
        ("round-once", "capacity-arithmetic"),
        ("ttl-milliseconds", "ttl-sessions"),
        ("batch-is-atomic", "batches"),
    ] {
        assert_eq!(dynadrill::app::study::lab_for(&library(), trap), Some(lab), "{trap}");
    }
    for trap in &library().traps {
        let found = dynadrill::app::study::lab_for(&library(), &trap.id).map(str::to_owned);
        let about = |name: &str| library().lab(name).unwrap().claims.iter().any(|claim| trap.claims.contains(claim));
        assert!(found.is_none_or(|name| about(&name)), "{}", trap.id);
    }
}

#[test]
fn a_question_of_a_step_is_seen_at_every_size_and_answered_with_a_letter() {
    let library = library();
    let (name, question) = library
        .labs
        .iter()
        .find_map(|lab| Some((lab.name.clone(), lab.steps.first()?.question.clone()?)))
        .expect("a lab begins with a question");
    for (width, height) in [(60, 20), (80, 24), (120, 40), (200, 60)] {
        let mut seat = lab(&name, width, height);
        if height < 40 {
            // Where there is little room the task is scrolled, or shown whole with F6.
            seat.keys("F6");
        }
        let shown = seat.draw();
        for choice in &question.choices {
            let word = choice.split_whitespace().next().unwrap();
            assert!(shown.contains(word), "{width}x{height} {choice}\n{shown}");
        }
        assert!(shown.contains("Question"), "{shown}");
        runs(&mut seat, "a");
        let typed: Vec<String> = on(&seat).transcript.iter().flat_map(|entry| &entry.lines).map(Line::plain).collect();
        assert!(typed.iter().any(|line| line == ":answer A"), "{typed:?}");
        assert!(typed.iter().any(|line| *line == format!("You answer: {}.", question.choices[0])), "{typed:?}");
    }
}

#[test]
fn a_case_shows_its_time_and_its_points_and_goes_on_with_them() {
    let mut seat = lab("case-library", 120, 40);
    let head = |seat: &mut Seat| seat.draw().lines().next().unwrap().to_owned();
    assert!(head(&mut seat).contains("25:00 left  0 of 100 points"), "{}", head(&mut seat));
    assert!(seat.draw().contains("20 points, without :solution and in time."), "{}", seat.draw());
    seat.send(Message::Passed(61_000));
    assert!(head(&mut seat).contains("23:59 left"), "{}", head(&mut seat));
    assert!(seat.model.is_ticking());
    seat.resizes(80, 24);
    assert!(head(&mut seat).contains(" left"), "{}", head(&mut seat));
}

#[test]
fn commands_that_are_pasted_together_run_one_after_the_other() {
    let mut seat = open("query-vs-scan");
    seat.pastes("list-tables\nscan --table-name Orders \\\n  --limit 1\n:now\n");
    seat.keys("enter");
    let commands: Vec<String> = on(&seat)
        .transcript
        .iter()
        .filter(|entry| entry.kind == EntryKind::Command)
        .map(|entry| entry.lines.iter().map(Line::plain).collect::<Vec<_>>().join("|"))
        .collect();
    assert_eq!(commands, ["list-tables", "scan --table-name Orders \\|  --limit 1", ":now"]);
    assert_eq!(on(&seat).prompt.text(), "");
    // Each is in the history by itself.
    seat.keys("up up");
    assert!(on(&seat).prompt.text().starts_with("scan "), "{}", on(&seat).prompt.text());
}

#[test]
fn a_lab_that_is_resumed_says_what_was_done_and_opens_on_its_own_panel() {
    let name = "lambda-poison-record";
    let mut seat = done(name, 2, 120, 40);
    seat.keys("esc esc esc");
    assert_eq!(seat.screen(), "home");
    seat.send(Message::Open(Start::Lab(name.to_owned())));
    let lab = library().lab(name).unwrap().clone();
    assert_eq!((on(&seat).view.position, on(&seat).tab), (2, lab.opens_on));
    let told: Vec<String> = on(&seat).transcript.iter().flat_map(|entry| &entry.lines).map(Line::plain).collect();
    for (at, step) in lab.steps.iter().take(2).enumerate() {
        let wanted = format!("✓ Step {}: {}", at + 1, step.title);
        assert!(told.contains(&wanted), "{wanted}\n{told:?}");
    }
    assert!(on(&seat).view.world.plans.ways.is_empty(), "what was played to get there is no line of the learner's");
}

#[test]
fn a_command_with_gaps_is_not_sent() {
    let mut seat = lab("first-table", 120, 40);
    if seat.draw().contains("Predict ─") {
        seat.keys("esc");
    }
    seat.keys("enter");
    assert!(on(&seat).prompt.has_gap(), "{}", on(&seat).prompt.text());
    let gaps = on(&seat).prompt.text().matches("___").count();
    let before = on(&seat).transcript.len();
    seat.keys("enter");
    assert_eq!(on(&seat).transcript.len(), before, "nothing is sent");
    assert_eq!(on(&seat).prompt.text().matches("___").count(), gaps - 1, "the cursor stands in the next gap");
    assert!(seat.footer().contains("The command has a gap"), "{}", seat.footer());
}

#[test]
fn checks_are_hidden_until_a_prediction_is_made_or_a_request_is_sent() {
    let hidden = "The checks are shown once";
    let mut seat = lab("query-vs-scan", 120, 60);
    let first = library().lab("query-vs-scan").unwrap().steps[0].done[0]
        .want
        .split_whitespace()
        .take(3)
        .collect::<Vec<_>>()
        .join(" ");
    assert!(seat.draw().contains("Predict ─"));
    let shown = seat.draw();
    assert!(shown.contains(hidden) && !shown.contains(&first), "{shown}");
    // Skipping the question is no prediction, and asking for the checks is no request.
    seat.keys("esc");
    runs(&mut seat, "check");
    let shown = seat.draw();
    assert!(shown.matches(hidden).count() == 2 && !shown.contains(&first), "{shown}");
    runs(&mut seat, "list-tables");
    let shown = seat.draw();
    assert!(shown.contains(&first), "{first}\n{shown}");
    let mut seat = lab("query-vs-scan", 120, 60);
    runs(&mut seat, "1");
    let shown = seat.draw();
    assert!(shown.contains(&first) && !shown.contains(hidden), "{first}\n{shown}");
}

#[test]
fn the_table_of_the_last_line_comes_first_among_the_partitions() {
    let mut seat = open("hot-partition");
    let first = |seat: &Seat| on(seat).view.world.loads[0].table.clone();
    runs(
        &mut seat,
        "create-table --table-name Aaa --billing-mode PAY_PER_REQUEST --attribute-definitions \
         AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH",
    );
    assert_eq!(first(&seat), "Aaa");
    runs(&mut seat, ":traffic Votes --rate 100 --seconds 2");
    assert_eq!(first(&seat), "Votes");
    // Also while it runs.
    assert!(
        seat.frames.iter().any(|frame| frame.contains("Votes  provisioned") || frame.contains("Votes   provisioned"))
    );
}

#[test]
fn a_caret_stands_under_what_is_at_fault_in_an_expression() {
    let mut seat = open("query-vs-scan");
    let faulty = [
        (
            "scan --table-name Orders --filter-expression 'a = :s ANND b = :s' --expression-attribute-values {\":s\":{\"S\":\"x\"}}",
            "ANND",
        ),
        (
            "scan --table-name Orders --filter-expression 'status = :s' --expression-attribute-values {\":s\":{\"S\":\"x\"}}",
            "status",
        ),
        ("scan --table-name Orders --projection-expression 'a, b..c'", "."),
        (
            "update-item --table-name Orders --key {\"customerId\":{\"S\":\"x\"},\"orderKey\":{\"S\":\"y\"}} --update-expression 'SETT a = :s' --expression-attribute-values {\":s\":{\"S\":\"x\"}}",
            "SETT",
        ),
    ];
    for (line, token) in faulty {
        seat.pastes(line);
        seat.keys("enter");
        let result = on(&seat).transcript.iter().rfind(|entry| entry.kind == EntryKind::Result).unwrap();
        let lines: Vec<String> = result.lines.iter().map(Line::plain).collect();
        let at = lines.iter().position(|line| line.trim().chars().all(|c| c == '^') && line.contains('^'));
        let at = at.unwrap_or_else(|| panic!("no caret: {lines:?}"));
        let begin = lines[at].find('^').unwrap();
        assert_eq!(lines[at].trim().len(), token.len(), "{lines:?}");
        assert_eq!(&lines[at - 1][begin..begin + token.len()], token, "{lines:?}");
    }
}

#[test]
fn a_solution_is_put_in_line_by_line() {
    let library = library();
    let lab_of_many = library
        .labs
        .iter()
        .find(|lab| {
            let first = &lab.steps[0];
            first.given.is_none() && first.question.is_none() && first.solution.len() > 1 && lab.code.is_none()
        })
        .expect("a lab whose first step takes several commands");
    let mut seat = open(&lab_of_many.name);
    seat.keys("F2");
    for line in lab_of_many.steps[0].solution.iter().take(2) {
        seat.keys("enter");
        let begins = line.split_whitespace().next().unwrap();
        let typed = on(&seat).prompt.text().to_owned();
        assert!(typed.starts_with(begins), "{typed}\n{line}");
        let before = on(&seat).transcript.len();
        seat.keys("enter");
        assert!(on(&seat).transcript.len() > before);
    }
    // Once is enough.
    if on(&seat).view.position == 0 {
        let before = on(&seat).transcript.len();
        seat.keys("F2");
        assert_eq!(on(&seat).transcript.len(), before);
        assert!(seat.footer().contains("The solution is in the transcript"), "{}", seat.footer());
    }
}

#[test]
fn ctrl_w_takes_a_word_between_blanks_and_alt_backspace_a_part_of_it() {
    let mut seat = open("query-vs-scan");
    seat.types("query --table-name Orders --no-scan-index-forward");
    seat.keys("ctrl-w");
    assert_eq!(on(&seat).prompt.text(), "query --table-name Orders ");
    seat.keys("ctrl-y alt-backspace");
    assert_eq!(on(&seat).prompt.text(), "query --table-name Orders --no-scan-index-");
}

#[test]
fn what_a_load_cost_is_counted() {
    let mut seat = lab("pager-writes", 120, 40);
    runs(&mut seat, ":load");
    let used = dynadrill::app::figures::total(&on(&seat).view.world.cost.all);
    assert!(!used.is_nothing(), "{}", seat.draw());
}
