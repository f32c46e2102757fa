//! A file that cannot be written, for a while.

use super::*;

#[test]
fn a_full_disk_refuses_writes_serves_reads_and_is_reported_once() {
    let mut rig = Rig::new();
    rig.create("Kept");
    rig.put("Kept", "before", &json!({})).unwrap();
    let large = json!({"text": {"S": "x".repeat(100_000)}});
    rig.fill_disk(true);
    let before = shown(&rig.served().engine);
    for id in 0..20 {
        let refused = rig.put("Kept", &id.to_string(), &large).unwrap_err();
        assert_eq!(refused.kind, ErrorKind::InternalServerError);
        assert!(refused.message.contains("database or disk is full"), "{}", refused.message);
        assert_eq!(rig.count("Kept"), 1, "reads are served, and see what is in the file");
    }
    assert_eq!(shown(&rig.served().engine), before);
    assert_eq!(rig.said().len(), 1, "{:?}", rig.said());
    rig.fill_disk(false);
    rig.put("Kept", "after", &large).unwrap();
    assert_eq!((rig.count("Kept"), rig.said().len()), (2, 2));
    rig.open();
    assert_eq!(rig.count("Kept"), 2, "what was refused is not saved later");
}

#[test]
fn reads_write_nothing_while_the_disk_is_full() {
    let mut rig = Rig::new();
    rig.create("Kept");
    rig.block(true);
    rig.put("Kept", "1", &json!({})).unwrap_err();
    let changes = |rig: &mut Rig| rig.store().connection.total_changes();
    let before = changes(&mut rig);
    rig.block(false);
    for _ in 0..10 {
        assert_eq!(rig.count("Kept"), 0);
    }
    assert_eq!(changes(&mut rig), before);
}

#[test]
fn a_transaction_that_could_not_be_saved_can_be_sent_again_under_its_token() {
    let mut rig = Rig::new();
    rig.create("Kept");
    let put = json!({"Put": {"TableName": "Kept", "Item": {"id": {"S": "1"}}}});
    let transaction = json!({"ClientRequestToken": "once", "TransactItems": [put]});
    rig.block(true);
    rig.try_call("TransactWriteItems", transaction.clone()).unwrap_err();
    rig.block(false);
    rig.call("TransactWriteItems", transaction);
    assert_eq!(rig.count("Kept"), 1, "the token does not stand for what was refused");
}

/// How many bytes so many records of a table take.
fn weight_of_records(count: usize) -> u64 {
    let mut rig = Rig::with_room(u64::MAX);
    rig.create("Busy");
    for n in 0..count {
        rig.put("Busy", &(n % 3).to_string(), &json!({"n": {"N": n.to_string()}})).unwrap();
    }
    rig.served().engine.streams().map(stream::Stream::weight).sum()
}

#[test]
fn records_that_must_make_room_are_there_again_when_the_write_is_refused_and_leave_the_file_when_it_is_not() {
    let mut rig = Rig::with_room(weight_of_records(12));
    rig.create("Quiet");
    rig.put("Quiet", "1", &json!({})).unwrap();
    rig.create("Busy");
    let lost = |rig: &mut Rig| rig.served().engine.streams().map(|stream| stream.lost).sum::<u64>();
    let mut refused_for_room = 0;
    for n in 0..60 {
        let more = json!({"n": {"N": n.to_string()}});
        let (id, before, lost_before) = ((n % 3).to_string(), shown(&rig.served().engine), lost(&mut rig));
        // After trouble a write clears nothing, so that records are left for later.
        let is_refused = n % 2 == 1 || n > 40;
        if is_refused {
            rig.block(true);
            rig.put("Busy", &id, &more).unwrap_err();
            assert_eq!(shown(&rig.served().engine), before);
            rig.block(false);
        }
        rig.put("Busy", &id, &more).unwrap();
        refused_for_room += u32::from(is_refused && lost(&mut rig) > lost_before);
        // Killed at once: what was dropped with an acknowledged write stays dropped.
        let after = shown(&rig.served().engine);
        if n % 7 == 0 {
            rig.open();
        }
        assert_eq!(shown(&rig.served().engine), after);
    }
    assert!(refused_for_room > 5 && lost(&mut rig) > 30, "{refused_for_room} times, {} lost", lost(&mut rig));
    rig.open();
    assert!(rig.rows("SELECT count(*) FROM records") > 20, "many are left in the file");
    rig.served().tick(false);
    let kept = rig.served().engine.streams().flat_map(stream::Stream::records).count();
    assert_eq!(usize::try_from(rig.rows("SELECT count(*) FROM records")), Ok(kept), "and the quiet table's is there");
}

/// A table is deleted and one of the same name created while nothing can be saved.
#[test]
fn nothing_of_a_deleted_table_returns() {
    let mut rig = Rig::new();
    rig.create("Again");
    rig.put("Again", "old", &json!({})).unwrap();
    rig.block(true);
    for id in 0..20 {
        rig.put("Again", &id.to_string(), &json!({})).unwrap_err();
    }
    rig.try_call("DeleteTable", json!({"TableName": "Again"})).unwrap_err();
    rig.try_call("CreateTable", streamed("Again")).unwrap_err();
    rig.block(false);
    assert_eq!(rig.count("Again"), 1, "the table was not deleted");
    rig.call("DeleteTable", json!({"TableName": "Again"}));
    rig.block(true);
    // The next request finds that the table is gone, which is only saved with the one after that.
    rig.try_call("CreateTable", streamed("Again")).unwrap_err();
    rig.block(false);
    rig.create("Again");
    rig.put("Again", "new", &json!({})).unwrap();
    for _ in 0..2 {
        assert_eq!(rig.call("Scan", json!({"TableName": "Again"}))["Items"], json!([{"id": {"S": "new"}}]));
        rig.open();
    }
}

#[test]
fn expired_items_stay_while_the_file_cannot_say_so() {
    let mut rig = Rig::new();
    rig.create("Carts");
    ttl(&mut rig, "Carts");
    let ends = json!({"ends": {"N": (VirtualClock::LAB_START.as_secs() + 60).to_string()}});
    rig.put("Carts", "1", &ends).unwrap();
    rig.block(true);
    rig.clock.advance_millis(120 * SECOND);
    for _ in 0..3 {
        assert_eq!(rig.count("Carts"), 1, "nothing is shown that a restart would take back");
    }
    rig.block(false);
    rig.served().tick(false);
    assert_eq!(rig.count("Carts"), 0);
    rig.open();
    assert_eq!(rig.count("Carts"), 0);
}
