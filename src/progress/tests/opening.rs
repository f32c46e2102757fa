//! Opening a file: while others write, without the right to write, and with tables that are not ours.

use super::*;

#[test]
fn a_file_that_another_program_is_writing_to_is_read() {
    let home = home();
    let other = file(home.path());
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let (store, notices) = Store::open(home.path(), NOW);
    assert_eq!((notices, answers_in(&store)), (Vec::new(), 2));
    assert_eq!((store.unread(), store.unkept()), (None, None));
}

#[test]
fn a_file_that_another_program_has_to_itself_is_not_taken_for_an_empty_one() {
    let home = home();
    let other = file(home.path());
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE").unwrap();
    let (store, notices) = Store::open(home.path(), NOW);
    assert!(matches!(&notices[..], [Notice::InMemory { reason }] if reason.contains("another program")), "{notices:?}");
    assert!(store.unread().is_some_and(|reason| reason.contains("another program")), "{:?}", store.unread());
    assert!(store.unkept().is_some());
}

#[test]
fn a_file_that_cannot_be_written_is_read_and_what_is_added_is_forgotten() {
    let home = home();
    let mut store = crate::progress::open::without_writing(&home.path().join("progress.db"), "read-only");
    assert_eq!((store.unread(), store.unkept()), (None, Some("read-only")));
    assert_eq!(answers_in(&store), 2);
    let _ = store.save_session(None, &session("practice", "{}"), &[answer(3000, "s", &[])], NOW).unwrap();
    assert_eq!(answers_in(&store), 3);
    assert_eq!(answers_in(&open(home.path())), 2);
}

#[test]
fn a_database_with_other_tables_is_kept_aside() {
    let home = tempfile::tempdir().unwrap();
    open(home.path());
    file(home.path()).execute_batch("ALTER TABLE answers RENAME COLUMN topic TO subject").unwrap();
    let (store, notices) = Store::open(home.path(), NOW);
    assert!(matches!(&notices[..], [Notice::Damaged { reason, .. }] if reason.contains("answers")), "{notices:?}");
    assert!(store.path().is_some());
}
