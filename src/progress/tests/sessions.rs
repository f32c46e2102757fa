//! Sessions and lab steps that two instances save: what is refused, what is kept, and what a full disk or a lock costs.

use super::*;

#[test]
fn an_older_state_does_not_overwrite_a_newer_one() {
    let home = tempfile::tempdir().unwrap();
    let (mut here, mut there) = (open(home.path()), open(home.path()));
    let held = saved(here.save_session(None, &session("exam", "1"), &[], NOW).unwrap());
    let newer = saved(there.save_session(Some(held), &session("exam", "2"), &[], NOW).unwrap());
    let stale = [answer(1000, "q", &[])];
    let SaveOutcome::Refused(refused) = here.save_session(Some(held), &session("exam", "3"), &stale, NOW).unwrap()
    else {
        panic!("the state that was saved meanwhile must stay");
    };
    assert_eq!((refused.state.as_str(), refused.held), ("2", newer));
    assert_eq!(answers_in(&here), 0, "what belongs to the refused state is not saved either");
    let again = saved(here.save_session(Some(refused.held), &session("exam", "4"), &stale, NOW).unwrap());
    assert_ne!(again, newer);
    assert_eq!(answers_in(&there), 1);
}

#[test]
fn a_session_ends_once_whichever_instance_ends_it() {
    let home = tempfile::tempdir().unwrap();
    let (mut here, mut there) = (open(home.path()), open(home.path()));
    let held = saved(here.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
    let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
    let all = [answer(1000, "q", &[]), answer(1000, "r", &[])];
    let _ = saved(here.save_session(Some(held), &ended, &all, NOW).unwrap());
    for _ in 0..2 {
        for store in [&mut here, &mut there] {
            let refused = store.save_session(Some(held), &ended, &all, NOW).unwrap();
            assert!(matches!(refused, SaveOutcome::Refused(there) if there.is_ended));
        }
    }
    assert_eq!(answers_in(&there), 2);
    assert_eq!(there.find_open_session(&["exam"], Some).unwrap(), None);
}

#[test]
fn what_a_full_disk_refuses_is_not_there_in_part_and_can_be_saved_later() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let held = saved(store.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
    let pages: i64 = store.connection.query_row("PRAGMA page_count", [], |row| row.get(0)).unwrap();
    store.connection.pragma_update(None, "max_page_count", pages).unwrap();
    let names: Vec<String> = (0..65).map(|place| format!("question-{place}-{}", "x".repeat(200))).collect();
    let all: Vec<AnswerRecord<'_>> = names.iter().map(|name| answer(1000, name, &[])).collect();
    let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
    let error = store.save_session(Some(held), &ended, &all, NOW).unwrap_err();
    assert!(matches!(error, Error::Full), "{error}");
    assert_eq!(error.to_string(), "the disk is full");
    assert_eq!(answers_in(&store), 0);
    let open = store.find_open_session(&["exam"], Some).unwrap().unwrap();
    assert_eq!((open.state.as_str(), open.held), ("open", held), "the exam is still open");
    store.connection.pragma_update(None, "max_page_count", pages + 1000).unwrap();
    let _ = saved(store.save_session(Some(held), &ended, &all, NOW).unwrap());
    assert_eq!(answers_in(&store), 65);
}

#[test]
fn a_lock_is_waited_for_and_named_and_nothing_is_saved() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let held = saved(store.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
    store.connection.busy_timeout(std::time::Duration::from_millis(20)).unwrap();
    let other = file(home.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
    let error = store.save_session(Some(held), &ended, &[answer(1, "q", &[])], NOW).unwrap_err();
    assert_eq!(error.to_string(), "another program is using the progress file");
    assert_eq!(answers_in(&store), 0);
    other.execute_batch("ROLLBACK").unwrap();
    let _ = saved(store.save_session(Some(held), &ended, &[answer(1, "q", &[])], NOW).unwrap());
    assert_eq!(answers_in(&store), 1);
}

#[test]
fn time_only_grows_and_needs_no_newest_revision() {
    let home = tempfile::tempdir().unwrap();
    let (mut here, mut there) = (open(home.path()), open(home.path()));
    let first = saved(here.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
    here.save_time(first, 7_000).unwrap();
    there.save_time(first, 5_000).unwrap();
    let newest = there.find_open_session(&["exam"], Some).unwrap().unwrap();
    assert_eq!((newest.spent, newest.held), (7_000, first), "noting time is no change of the session");
    let second = saved(there.save_session(Some(first), &session("exam", "later"), &[], NOW).unwrap());
    assert_eq!(there.find_open_session(&["exam"], Some).unwrap().unwrap().spent, 7_000);
    let ended = SessionRecord { is_ended: true, ..session("exam", "ended") };
    let _ = saved(there.save_session(Some(second), &ended, &[], NOW).unwrap());
    here.save_time(first, 9_000).unwrap();
    let spent: i64 = file(home.path()).query_row("SELECT spent_ms FROM sessions", [], |row| row.get(0)).unwrap();
    assert_eq!(spent, 7_000, "nothing is noted of an exam that has ended");
}

#[test]
fn noting_time_does_not_wait_for_a_lock() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let held = saved(store.save_session(None, &session("exam", "open"), &[], NOW).unwrap());
    let other = file(home.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (clock, mut watch) = (crate::clock::SystemClock, crate::clock::Stopwatch::start(&crate::clock::SystemClock));
    assert!(store.save_time(held, 1).is_err());
    assert!(watch.lap(&clock) < 2_000);
    other.execute_batch("ROLLBACK").unwrap();
    let timeout: i64 = store.connection.query_row("PRAGMA busy_timeout", [], |row| row.get(0)).unwrap();
    assert_eq!(timeout, 5_000, "whatever is saved next waits as before");
}

#[test]
fn a_session_whose_row_is_gone_is_saved_as_a_new_one() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let held = saved(store.save_session(None, &session("practice", "1"), &[], NOW).unwrap());
    file(home.path()).execute("DELETE FROM sessions", []).unwrap();
    let _ = saved(store.save_session(Some(held), &session("practice", "2"), &[answer(1, "q", &[])], NOW).unwrap());
    assert_eq!(store.find_open_session(&["practice"], Some).unwrap().unwrap().state, "2");
    assert_eq!(answers_in(&store), 1);
}

#[test]
fn a_step_done_in_two_instances_is_done_once_and_its_prediction_counts_once() {
    let home = tempfile::tempdir().unwrap();
    let foreseen = Some(Foreseen { said: "1", came_to: "2", hit: "low" });
    for at in 1..=2 {
        open(home.path())
            .record_lab_step("lab", "step", foreseen, StepCost::default(), Timestamp::from_millis(at))
            .unwrap();
    }
    let summary = open(home.path()).summary().unwrap();
    assert_eq!(summary.lab_steps["lab"], ["step"]);
    assert_eq!(summary.predictions["low"], 1);
}

#[test]
fn of_what_a_step_cost_the_least_is_kept_here_and_when_progress_moves() {
    let home = tempfile::tempdir().unwrap();
    let mut store = open(home.path());
    let cost = |requests, read_halves| StepCost { requests, read_halves, write_halves: 2 };
    let best = |store: &Store| store.lab_costs("lab").unwrap().get("step").copied();
    for (spent, kept) in [
        (StepCost::default(), None),
        (cost(3, 40), Some(cost(3, 40))),
        (cost(1, 41), Some(cost(3, 40))),
        (cost(2, 40), Some(cost(2, 40))),
        (StepCost::default(), Some(cost(2, 40))),
    ] {
        store.record_lab_step("lab", "step", None, spent, NOW).unwrap();
        assert_eq!(best(&store), kept, "{spent:?}");
    }
    let checks = Checks { session: |_, _| Ok(()), question: |_, _| Ok(()) };
    let mut there = Store::in_memory("a test").unwrap();
    there.record_lab_step("lab", "step", None, cost(9, 9), NOW).unwrap();
    there.record_lab_step("lab", "other", None, cost(1, 1), NOW).unwrap();
    there.import(&store.export().unwrap().to_string(), &checks).unwrap();
    assert_eq!(best(&there), Some(cost(9, 9)));
    store.import(&there.export().unwrap().to_string(), &checks).unwrap();
    assert_eq!((best(&store), store.lab_costs("lab").unwrap().len()), (Some(cost(9, 9)), 2));
}
