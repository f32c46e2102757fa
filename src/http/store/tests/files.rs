//! Names that are no file's, files that are not ours, damaged files, and files of an earlier format.

use std::fs;

use super::super::open::APPLICATION;
use super::*;

/// Names and contents of the files in a directory.
fn contents(directory: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let paths = fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    paths.map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn a_name_that_is_no_files_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let inside = directory.path().join("missing").join("tables.db");
    let names =
        [Path::new(""), Path::new(":memory:"), Path::new("file:tables.db?mode=memory"), directory.path(), &inside];
    for name in names {
        let refused = open(name).unwrap_err();
        assert!(matches!(refused, StoreError::Name(_)), "{}: {refused}", name.display());
    }
    if cfg!(unix) {
        assert!(matches!(open(Path::new("/dev/null")), Err(StoreError::Name(_))));
    }
    assert_eq!(contents(directory.path()), BTreeMap::new());
}

/// Opens a file that must be refused, and sees it and its directory unchanged.
fn refused(path: &Path) -> StoreError {
    let directory = path.parent().unwrap();
    let before = contents(directory);
    let refusal = open(path).err().unwrap_or_else(|| panic!("{} was accepted", path.display()));
    assert!(contents(directory) == before, "{}: {refusal}, and it was changed", path.display());
    refusal
}

#[test]
fn what_is_not_ours_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("file");
    for notes in ["", "short", &"my notes, ".repeat(50), &format!("SQLite format 3\0{}", "my notes, ".repeat(50))] {
        fs::write(&path, notes).unwrap();
        match notes {
            // An empty file is as good as none.
            "" => drop(open(&path).unwrap()),
            _ => assert!(matches!(refused(&path), StoreError::Foreign), "{notes}"),
        }
    }
    let database = |sql: &str| {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("file.db");
        Connection::open(&path).unwrap().execute_batch(sql).unwrap();
        (directory, path)
    };
    for sql in ["CREATE TABLE mine (x)", "PRAGMA journal_mode = WAL; CREATE TABLE mine (x)", "PRAGMA user_version = 3"]
    {
        let (_directory, path) = database(sql);
        assert!(matches!(refused(&path), StoreError::Foreign), "{sql}");
    }
    for (format, journal) in [(9, "DELETE"), (9, "WAL"), (0, "DELETE"), (-1, "WAL")] {
        let (_directory, path) = database(&format!(
            "PRAGMA journal_mode = {journal}; PRAGMA application_id = {APPLICATION}; PRAGMA user_version = {format}; CREATE TABLE t (x)"
        ));
        let refusal = refused(&path);
        match format {
            9 => assert!(matches!(refusal, StoreError::Newer(9)), "{refusal}"),
            _ => assert!(refusal.to_string().contains(&format!("format {format},")), "{refusal}"),
        }
    }
}

/// A database whose newest content is still in its log: the process that wrote it was killed.
#[test]
fn a_foreign_database_that_was_left_open_is_left_alone() {
    let directory = tempfile::tempdir().unwrap();
    let (path, copy) = (directory.path().join("theirs.db"), directory.path().join("copy"));
    fs::create_dir(&copy).unwrap();
    for sql in
        ["CREATE TABLE mine (x)", "PRAGMA application_id = 1684304492; PRAGMA user_version = 9; CREATE TABLE t (x)"]
    {
        let theirs = Connection::open(&path).unwrap();
        theirs.execute_batch(&format!("PRAGMA journal_mode = WAL; {sql}")).unwrap();
        for name in ["theirs.db", "theirs.db-wal"] {
            fs::copy(directory.path().join(name), copy.join(name)).unwrap();
        }
        let refusal = refused(&copy.join("theirs.db"));
        assert!(matches!(refusal, StoreError::Foreign | StoreError::Newer(9)), "{refusal}");
        drop(theirs);
        fs::remove_file(&path).unwrap();
    }
}

#[test]
fn a_damaged_file_is_left_as_it_is() {
    let damages = [
        "UPDATE items SET item = 'x'",
        "UPDATE items SET item = '{\"id\": {\"N\": \"1\"}}'",
        "UPDATE items SET item = x'00ff'",
        "UPDATE tables SET body = '{}'",
        "UPDATE streams SET body = '[]'",
        "UPDATE records SET change = '{}'",
        "UPDATE meta SET value = 'many' WHERE name = 'changed'",
        "DROP TABLE records",
        "CREATE TRIGGER t AFTER INSERT ON items BEGIN DELETE FROM items; END",
        "CREATE VIEW v AS SELECT * FROM items",
        "CREATE TABLE theirs (x)",
        "CREATE INDEX i ON items (item)",
        "ALTER TABLE meta RENAME TO others",
    ];
    for damage in damages {
        let mut rig = Rig::new();
        rig.create("Kept");
        rig.put("Kept", "1", &json!({})).unwrap();
        rig.served = None;
        Connection::open(rig.path()).unwrap().execute_batch(damage).unwrap();
        let refusal = refused(&rig.path());
        assert!(matches!(refusal, StoreError::Damaged(_)), "{damage}: {refusal}");
    }
    let mut rig = Rig::new();
    rig.create("Kept");
    for id in 0..200 {
        rig.put("Kept", &id.to_string(), &json!({"text": {"S": "x".repeat(500)}})).unwrap();
    }
    rig.served = None;
    let whole = fs::read(rig.path()).unwrap();
    for damaged in [whole[..whole.len() / 2].to_vec(), [&whole[..8192], &vec![0x55; whole.len() - 8192]].concat()] {
        fs::write(rig.path(), damaged).unwrap();
        let refusal = refused(&rig.path());
        assert!(matches!(refusal, StoreError::Damaged(_)), "{refusal}");
    }
}

#[test]
fn a_file_of_format_1_is_converted() {
    let mut rig = Rig::closed();
    let connection = Connection::open(rig.path()).unwrap();
    connection.execute_batch(include_str!("../format_1.sql")).unwrap();
    drop(connection);
    rig.clock.set(Timestamp::from_millis(1_795_885_600_000));
    rig.open();
    let before = shown(&rig.served().engine);
    assert_eq!(before["Kept Some(\"byN\")"].as_array().unwrap().len(), 2);
    assert_eq!(before["next"], 5);
    assert_eq!(rig.served().engine.streams().flat_map(stream::Stream::records).count(), 4);
    assert_eq!(rig.rows("SELECT user_version FROM pragma_user_version"), FORMAT);
    rig.put("Kept", "3", &json!({"n": {"N": "7"}})).unwrap();
    let before = shown(&rig.served().engine);
    rig.open();
    assert_eq!(shown(&rig.served().engine), before);
}

/// A file of format 2, changed by `change` before it is opened.
fn of_format_2(change: &str) -> Rig {
    let rig = Rig::closed();
    let connection = Connection::open(rig.path()).unwrap();
    connection.execute_batch(include_str!("../format_2.sql")).unwrap();
    connection.execute_batch(change).unwrap();
    rig.clock.set(Timestamp::from_millis(1_795_934_500_000));
    rig
}

#[test]
fn a_file_of_format_2_is_converted() {
    let mut rig = of_format_2("");
    rig.open();
    let before = shown(&rig.served().engine);
    let kept = before["Kept Some(\"byN\")"].as_array().unwrap();
    let item = json!({
        "id": {"S": "a"}, "at": {"N": "2"}, "n": {"N": "7"},
        "l": {"L": [{"S": "it's"}, {"SS": ["x", "y"]}, {"B": "AP8="}]},
    });
    assert!(kept.len() == 2 && kept.contains(&item), "{kept:?}");
    assert_eq!(before["Other None"], json!([{"id": {"S": "o"}}]));
    assert_eq!(before["Kept tags"], json!({"Tags": [{"Key": "team", "Value": "orders"}]}));
    assert_eq!(before["Kept DescribeTimeToLive"]["TimeToLiveDescription"]["AttributeName"], "until");
    assert_eq!(before["next"], 6);
    assert_eq!(rig.served().engine.streams().flat_map(stream::Stream::records).count(), 4);
    assert_eq!(rig.rows("SELECT user_version FROM pragma_user_version"), FORMAT);
    assert_eq!(rig.rows("SELECT count(*) FROM records"), 4);
    assert_eq!(rig.rows("SELECT count(*) FROM sqlite_schema WHERE name LIKE '%records_%'"), 0);
    rig.call("CreateBackup", json!({"TableName": "Kept", "BackupName": "monday"}));
    let before = shown(&rig.served().engine);
    rig.open();
    assert_eq!(shown(&rig.served().engine), before);
}

#[test]
fn a_damaged_file_of_format_2_stays_as_it_was() {
    for damage in [
        "UPDATE items SET item = '{'",
        "UPDATE tables SET body = '{}' WHERE name = 'Other'",
        "UPDATE records SET change = '{}' WHERE sequence = 3",
        "DROP TABLE records",
        "CREATE TRIGGER t AFTER INSERT ON items BEGIN DELETE FROM items; END",
        "CREATE TABLE theirs (x)",
    ] {
        let rig = of_format_2(damage);
        let before = fs::read(rig.path()).unwrap();
        let refusal = refused(&rig.path());
        assert!(matches!(refusal, StoreError::Damaged(_)), "{damage}: {refusal}");
        assert!(fs::read(rig.path()).unwrap() == before, "{damage}");
    }
}

#[test]
fn absurd_settings_in_a_file_are_brought_within_the_quota_and_reported() {
    let mut rig = Rig::new();
    let mut create = streamed("Absurd");
    create["WarmThroughput"] = json!({"ReadUnitsPerSecond": 39_999, "WriteUnitsPerSecond": 4000});
    create["OnDemandThroughput"] = json!({"MaxWriteRequestUnits": 39_998});
    rig.call("CreateTable", create);
    // What a version without these quotas would have written.
    let sql =
        "UPDATE tables SET body = replace(replace(body, '39999', '18446744073709551615'), '39998', '5000000000000000')";
    assert!(rig.store().connection.execute(sql, []).unwrap() > 0);
    rig.open();
    let reported: Vec<String> = rig.served().clamped().iter().map(ToString::to_string).collect();
    assert_eq!(
        reported,
        [
            "table Absurd: ReadUnitsPerSecond was 18446744073709551615, beyond the quota of a table; it is 40000 now",
            "table Absurd: MaxWriteRequestUnits was 5000000000000000, beyond the quota of a table; it is 40000 now",
        ]
    );
    let table = rig.call("DescribeTable", json!({"TableName": "Absurd"}));
    assert_eq!(table["Table"]["WarmThroughput"]["ReadUnitsPerSecond"], 40_000);
    rig.open();
    assert_eq!(rig.served().clamped(), [], "the file holds the settings as they are now");
}
