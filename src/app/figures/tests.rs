//! Figures of real labs, played by their own solutions.

use std::time::Duration;

use super::*;
use crate::content::{self, Library, Source};
use crate::lab::Runner;

fn library() -> Library {
    content::load(&Source::Embedded).0
}

/// The lab `name` where its step `id` waits to be done.
fn at(name: &str, id: &str) -> Runner {
    let library = library();
    let lab = library.lab(name).unwrap();
    Runner::start(lab, lab.steps.iter().position(|step| step.id == id).unwrap()).unwrap()
}

/// The figures after some lines; the last must be understood.
fn after(runner: &mut Runner, lines: &[&str]) -> WorldFigures {
    let mut since = 0;
    for line in lines {
        let turn = runner.run(line);
        assert_ne!(turn.reply.kind, crate::lab::ReplyKind::NotUnderstood, "{line}: {}", turn.reply.text);
        since = turn.reply.since;
    }
    WorldFigures::of_lab(runner, since)
}

/// The figures after the solution of the step that waits.
fn solved(runner: &mut Runner) -> WorldFigures {
    let solution = runner.solution().unwrap().to_vec();
    after(runner, &solution.iter().map(String::as_str).collect::<Vec<_>>())
}

#[test]
fn a_hot_key_is_seen_at_its_partition_and_nowhere_else() {
    let mut runner = at("hot-partition", "star");
    let figures = solved(&mut runner);
    let load = &figures.loads[0];
    let writes = &load.flows[1];
    assert_eq!((load.table.as_str(), load.is_on_demand, writes.given), ("Votes", false, 5000));
    assert_eq!(
        (load.partition_count, load.partitions.len()),
        (6, 6),
        "5,000 / 1,000, and a share of a sixth for reads"
    );
    let hot: Vec<&PartitionFigures> = load.partitions.iter().filter(|one| one.heat[1].now.refused > 0).collect();
    assert_eq!(hot.len(), 1);
    assert_eq!(hot[0].heat[1].now, TickFigures { served: Units::whole(1000), refused: 500 });
    assert_eq!(hot[0].heat[1].limit, 1000);
    assert_eq!(hot[0].hot_key.as_ref().and_then(|key| key.key.as_deref()), Some("key-0"));
    for cold in load.partitions.iter().filter(|one| one.number != hot[0].number) {
        assert_eq!(cold.heat[1].now, TickFigures::default(), "P{}", cold.number);
    }
    assert_eq!(writes.now, TickFigures { served: Units::whole(1000), refused: 500 });
    assert_eq!(writes.ago, Some(1), "the second that has just ended");
    let history = &writes.history;
    assert_eq!(history.len(), HISTORY);
    assert!(history[HISTORY - 6..HISTORY - 1].iter().all(|tick| tick.served >= Units::whole(1000)), "{history:?}");
    let traffic = figures.traffic.unwrap();
    assert_eq!((traffic.calls, traffic.seconds), (9_000, 6));
    assert_eq!(traffic.succeeded + traffic.failed, 9_000);
    assert_eq!(traffic.throttled, traffic.reasons.iter().map(|(_, count)| count).sum::<u64>());
    let star = &load.hottest[0];
    assert_eq!(star.key.as_deref(), Some("key-0"));
    // The even evening before it sent 10,000 votes to 200 keys, 50 each.
    assert!((8_990..=9_060).contains(&(star.served + star.refused)), "{star:?}");
    assert_eq!(total(&figures.cost.line).write, Units::whole(traffic.succeeded), "a vote is a write unit");
    assert_eq!(WorldFigures::of_lab(&runner, 0).tab(), Tab::Partitions);
}

#[test]
fn burst_drains_while_a_table_takes_more_than_it_is_given_and_fills_again() {
    let mut runner = at("hot-partition", "even");
    let burst = |figures: &WorldFigures| figures.loads[0].flows[1].burst.unwrap();
    let full = burst(&after(&mut runner, &[":heat"]));
    assert_eq!(full, BurstFigures { left: 1_500_000, room: 1_500_000, seconds: 300, most_seconds: 300 });
    let drained = burst(&after(&mut runner, &[":traffic Votes --rate 5800 --seconds 20 --keys uniform:5000"]));
    assert!((292..=297).contains(&drained.seconds), "800 a second more than given, for 20 seconds: {drained:?}");
    let later = after(&mut runner, &[":clock +1m"]);
    assert_eq!(burst(&later).seconds, 300);
    assert_eq!(later.loads[0].flows[1].now, TickFigures::default(), "and nothing has happened in the last minute");
    assert_eq!(later.loads[0].hottest.len(), 0);
}

#[test]
fn six_thousand_are_read_to_return_twelve() {
    let mut runner = at("query-vs-scan", "scan");
    let scan = solved(&mut runner);
    let plan = &scan.plans.ways[0];
    assert_eq!(scan.plans.ways.len(), 1, "two pages are one read");
    assert_eq!((plan.operation.as_str(), plan.range.as_str()), ("Scan", "every item"));
    assert_eq!((plan.read, plan.dropped, plan.returned), (6000, 5988, 12));
    assert_eq!((plan.pages.len(), plan.pages[0].items + plan.pages[1].items), (2, 6000));
    assert_eq!(plan.spent, UnitsSpent { read: Units::whole(211), write: Units::ZERO });
    assert_eq!(plan.sums.iter().map(|sum| sum.units).sum::<Units>(), Units::whole(211));
    assert_eq!(plan.test.as_deref(), Some("customerId = \"C-0042\""));
    let lie = plan.stretches.as_ref().unwrap();
    assert_eq!((lie.of, lie.parts[0].0, lie.parts[1].1, lie.is_estimate), (6000, 0.0, 1.0, false));
    assert!((lie.parts[0].1 - lie.parts[1].0).abs() < 1e-9, "the second page begins where the first ended");
    assert_eq!(scan.tab(), Tab::Plan);

    let mut runner = at("query-vs-scan", "query");
    let query = solved(&mut runner);
    let plan = &query.plans.ways[0];
    assert_eq!((plan.read, plan.dropped, plan.returned), (12, 0, 12));
    assert_eq!((plan.range.as_str(), plan.forward), ("customerId = \"C-0042\"", Some(true)));
    let lie = plan.stretches.as_ref().unwrap();
    assert!((lie.parts[0].1 - lie.parts[0].0 - 0.002).abs() < 1e-9, "12 of 6,000: {lie:?}");
    // Where they lie is where they stand among the items as they lie.
    let table = runner.bench().engine().table("Orders").unwrap();
    let is_hers = |item: &crate::engine::value::Item| item.get("customerId") == Some(&"C-0042".into());
    let first = table.items().iter().position(|(_, stored)| is_hers(&stored.item)).unwrap();
    assert!((lie.parts[0].0 * 6000.0 - f64::from(u32::try_from(first).unwrap())).abs() < 1e-6);
    assert_eq!(query.cost.all[0].spent.read, Units::halves(211 * 4 + 1), "two scans and the query");
}

#[test]
fn a_page_of_a_descending_query_lies_at_the_end_of_its_stretch() {
    let mut runner = at("query-vs-scan", "query");
    let line = "query --table-name Orders --key-condition-expression 'customerId = :c' --expression-attribute-values \
                {\":c\":{\"S\":\"C-0042\"}} --no-scan-index-forward --limit 5";
    let down = after(&mut runner, &[line]);
    let up = after(&mut runner, &[&line.replace("--no-scan-index-forward", "")]);
    let part = |figures: &WorldFigures| figures.plans.ways[0].stretches.as_ref().unwrap().parts[0];
    let near = |left: f64, right: f64| (left - right).abs() < 1e-9;
    assert!(near(part(&down).0, part(&up).0 + 7.0 / 6000.0), "{:?} {:?}", part(&down), part(&up));
    assert!(near(part(&down).1 - part(&down).0, 5.0 / 6000.0));
}

#[test]
fn compared_ways_stand_side_by_side_and_at_a_labs_end_too() {
    let mut runner = at("query-vs-scan", "email");
    let line = ":compare scan --table-name Orders --filter-expression 'customerId = :c' --expression-attribute-values \
                {\":c\":{\"S\":\"C-0042\"}} || query --table-name Orders --key-condition-expression 'customerId = :c' \
                --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}}";
    let figures = after(&mut runner, &[line]);
    assert!(figures.plans.is_comparison);
    let read: Vec<u64> = figures.plans.ways.iter().map(|way| way.read).collect();
    assert_eq!(read, [6000, 12]);
    assert_eq!(figures.plans.ratio(), Some(422.0));
    assert_eq!(figures.cost.line, [], "copies pay, not the lab");
    let next = solved(&mut runner);
    assert!(!next.plans.is_comparison, "a comparison is gone with the next line");
    let ways = Plans::of_ways(runner.ways());
    assert_eq!(ways.ways.iter().map(|way| way.returned).collect::<Vec<_>>(), [12; 4]);
    assert_eq!(ways.ratio(), Some(422.0));
}

#[test]
fn a_poison_record_blocks_its_shard_until_it_is_given_up() {
    let mut runner = at("lambda-poison-record", "poison");
    let figures = solved(&mut runner);
    let shard = &figures.streams.streams[0].shards[0];
    assert_eq!((shard.records, shard.is_open, shard.is_blocked()), (4, true, true));
    let reader = &shard.readers[0];
    assert_eq!((reader.function.as_str(), reader.handled, reader.waiting), ("fail-on-marked", 2, 2));
    let batch = &reader.batches[0];
    assert_eq!((batch.range, batch.records, batch.failed_at), ((3, 4), 2, Some(3)), "the good one waits behind it");
    assert!(batch.attempts >= 3 && batch.age >= 10_000, "{batch:?}");
    let poison = &shard.newest[2];
    assert_eq!((poison.event.as_str(), poison.key.as_str()), ("INSERT", "A-3"));
    assert_eq!((poison.old.as_deref(), poison.new.as_deref()), (None, Some("poison true")), "NEW_IMAGE holds no other");

    let figures = solved(&mut runner);
    let shard = &figures.streams.streams[0].shards[0];
    assert_eq!((shard.is_blocked(), shard.readers[0].waiting, shard.readers[0].handled), (false, 0, 4));
    let queue = &figures.streams.queues[0];
    assert_eq!((queue.name.as_str(), queue.messages), ("failures", 1));
    assert!(queue.first[0].starts_with("fail-on-marked: record 3, RetryAttemptsExhausted after"), "{}", queue.first[0]);
    let mapping = &figures.streams.mappings[0];
    assert_eq!((mapping.bisects, mapping.retries, mapping.destination.as_deref()), (true, Some(2), Some("failures")));
    assert!(mapping.invocations.1 >= 3 && mapping.invocations.0 > mapping.invocations.1);
}

#[test]
fn collections_are_counted_by_partition_key_and_changes_are_marked() {
    let mut runner = at("query-vs-scan", "query");
    let figures = after(&mut runner, &["scan --table-name Orders --limit 1"]);
    let table = &figures.tables[0];
    assert_eq!((table.partition_key.as_str(), table.sort_key.as_deref()), ("customerId S", Some("orderKey S")));
    let Collections { shown, more, more_items, more_bytes, looked_at } = &table.collections;
    assert_eq!((shown.len(), *looked_at), (12, None));
    assert_eq!(shown.iter().map(|one| one.items).sum::<u64>() + more_items, 6000);
    assert_eq!(shown.iter().map(|one| one.bytes).sum::<u64>() + more_bytes, table.bytes);
    assert!(shown.is_sorted_by_key(|one| std::cmp::Reverse(one.bytes)), "biggest first");
    assert_eq!(table.collections.count(), 12 + more);
    assert!(shown.iter().all(|one| one.sort_keys.len() == 3 && one.mark.is_none()));
    let index = &table.indexes[0];
    assert_eq!((index.name.as_str(), index.entries, index.of, index.is_global), ("byEmail", 6000, 6000, true));

    let put =
        "put-item --table-name Orders --item {\"customerId\":{\"S\":\"C-NEW\"},\"orderKey\":{\"S\":\"2026-11-01\"}}";
    let figures = after(&mut runner, &[put]);
    let table = &figures.tables[0];
    assert_eq!(table.changed, [1, 0, 0]);
    let new = &table.collections.shown[0];
    assert_eq!((new.key.as_str(), new.items, new.mark), ("C-NEW", 1, Some(Mark::Added)));
    assert_eq!((table.items, table.indexes[0].entries), (6001, 6000), "without an email it is not in the index");
    assert_eq!(figures.tab(), Tab::Tables);
    let plan = &figures.plans.ways[0];
    assert_eq!((plan.is_read, plan.changed, plan.places.len()), (false, 1, 1));

    let delete =
        "delete-item --table-name Orders --key {\"customerId\":{\"S\":\"C-NEW\"},\"orderKey\":{\"S\":\"2026-11-01\"}}";
    let figures = after(&mut runner, &[delete]);
    let gone = &figures.tables[0].collections.shown[0];
    assert_eq!((gone.key.as_str(), gone.items, gone.mark), ("C-NEW", 0, Some(Mark::Removed)));
    assert_eq!(figures.tables[0].changed, [0, 0, 1]);
}

#[test]
fn writes_show_what_they_cost_in_each_index() {
    let mut runner = at("query-vs-scan", "query");
    let put = "put-item --table-name Orders --item {\"customerId\":{\"S\":\"C-NEW\"},\"orderKey\":{\"S\":\"2026-11-01\"},\
               \"email\":{\"S\":\"new@example.com\"}}";
    let figures = after(&mut runner, &[put]);
    let places: Vec<(&str, Units)> =
        figures.plans.ways[0].places.iter().map(|place| (place.place.as_str(), place.spent.write)).collect();
    assert_eq!(places, [("table", Units::whole(1)), ("GSI byEmail", Units::whole(1))]);
    let marked = &figures.tables[0].indexes[0].collections.shown[0];
    assert_eq!((marked.key.as_str(), marked.mark), ("new@example.com", Some(Mark::Added)));
    let refused = after(&mut runner, &[&format!("{put} --condition-expression attribute_not_exists(customerId)")]);
    let plan = &refused.plans.ways[0];
    assert_eq!(plan.refused.as_ref().unwrap().exception, "ConditionalCheckFailedException");
    assert_eq!(plan.test.as_deref(), Some("attribute_not_exists(customerId)"));
    assert_eq!(plan.spent.write, Units::whole(1), "a refused write is paid for");
}

#[test]
fn what_a_cache_answers_reads_nothing() {
    let library = library();
    let mut runner = Runner::start(library.lab("dax-or-cache").unwrap(), 0).unwrap();
    let mut cached = 0;
    while runner.step().is_some() {
        for line in runner.solution().unwrap().to_vec() {
            let figures = after(&mut runner, &[&line]);
            for way in figures.plans.ways.iter().filter(|way| way.is_cached) {
                cached += 1;
                assert_eq!((way.read, way.spent), (0, UnitsSpent::default()), "{line}");
                assert!(way.returned > 0 && !way.target.table.is_empty(), "{line}: {way:?}");
            }
        }
    }
    assert!(cached > 0);
}

#[test]
fn tabs_have_numbers_and_go_round() {
    for (place, tab) in Tab::ALL.into_iter().enumerate() {
        assert_eq!((tab.number(), Tab::numbered(place + 1)), (place + 1, Some(tab)));
        assert_eq!((tab.moved(5), tab.moved(-5), tab.moved(2).moved(-2)), (tab, tab, tab));
    }
    assert_eq!((Tab::numbered(0), Tab::numbered(6)), (None, None));
    assert_eq!((Tab::Cost.moved(1), Tab::Plan.moved(-1)), (Tab::Plan, Tab::Cost));
}

#[test]
fn replicas_show_what_is_on_its_way_to_them() {
    let library = library();
    let lab = library.lab("global-conflict").unwrap();
    let mut runner = Runner::start(lab, 0).unwrap();
    let mut seen_underway = 0;
    while runner.step().is_some() {
        for line in runner.solution().unwrap().to_vec() {
            let figures = after(&mut runner, &[&line]);
            let regions = figures.streams.global.iter().flat_map(|global| &global.regions);
            for region in regions {
                seen_underway += region.underway;
                assert_eq!(region.underway > 0, region.next_in.is_some());
            }
        }
    }
    assert!(seen_underway > 0);
    let end = WorldFigures::of(runner.bench(), 0);
    assert!(end.streams.global[0].regions.len() >= 2 && end.streams.global[0].conflict_count > 0);
    assert!(end.streams.global[0].conflicts[0].starts_with("ana: the write in us-east-1 was lost to the one in "));
    assert!(end.tables.iter().any(|table| table.region.is_some()));
}

#[test]
fn every_lab_has_figures_at_every_line_and_they_add_up() {
    for lab in &library().labs {
        let mut runner = Runner::start(lab, 0).unwrap();
        while runner.step().is_some() {
            for line in runner.solution().unwrap().to_vec() {
                let figures = after(&mut runner, &[&line]);
                let name = format!("{}: {line}", lab.name);
                for table in &figures.tables {
                    let Collections { shown, more_items, more_bytes, .. } = &table.collections;
                    let items = shown.iter().map(|one| one.items).sum::<u64>() + more_items;
                    let bytes = shown.iter().map(|one| one.bytes).sum::<u64>() + more_bytes;
                    assert_eq!((items, bytes), (table.items, table.bytes), "{name}");
                }
                for load in &figures.loads {
                    for way in 0..2 {
                        let sum: Units = load.partitions.iter().map(|one| one.heat[way].now.served).sum();
                        let now = load.flows[way].now.served;
                        assert!(load.partitions.len() < load.partition_count || sum == now, "{name}: {load:?}");
                    }
                }
                let by_plan = figures.plans.ways.iter().fold(UnitsSpent::default(), |sum, way| sum + way.spent);
                let is_load = line.trim() == ":load";
                if figures.plans.left_out == 0 && figures.traffic.is_none() && !figures.plans.is_comparison && !is_load
                {
                    assert_eq!(by_plan, total(&figures.cost.line), "{name}");
                }
                for stretches in figures.plans.ways.iter().filter_map(|way| way.stretches.as_ref()) {
                    assert!(
                        stretches.parts.iter().all(|(from, to)| 0.0 <= *from && from <= to && *to <= 1.0),
                        "{name}"
                    );
                }
            }
        }
    }
}

/// The lines of a tab at 80 columns.
fn plain(figures: &WorldFigures, tab: Tab) -> String {
    crate::app::line::plain(&figures.lines(tab), 80).join("\n")
}

#[test]
fn the_same_figures_are_text_for_plain_mode() {
    let star = solved(&mut at("hot-partition", "star"));
    assert_eq!(
        plain(&star, Tab::Partitions),
        "\
Traffic on Votes (model), 6 seconds: 9,000 calls
  6,999 succeeded, 2,001 failed, 2,001 attempts throttled
  2,001 x TableWriteKeyRangeThroughputExceeded

Votes (model): provisioned with 10 RCU and 5,000 WCU, 6 partitions
  writes: 1,000 of 5,000 WCU/s, 500 refused/s, 1 s ago
    in the last minute: at most 2,000 WCU/s, 2,001 refused
    burst of writes: 300 of 300 s, 1,500,000 WCU
    P1: 0 of 1,000 WCU/s
    P2: 0 of 1,000 WCU/s
    P3: 0 of 1,000 WCU/s
    P4: 0 of 1,000 WCU/s
    P5: 0 of 1,000 WCU/s
    P6: 1,000 of 1,000 WCU/s, 500 refused/s, busiest key key-0
  busiest keys of the last minute: key-0 in P6 at least 6,999 served, 2,001
    refused"
    );
    let poison = solved(&mut at("lambda-poison-record", "poison"));
    assert_eq!(
        plain(&poison, Tab::Streams),
        "\
Stream of Orders (model): NEW_IMAGE, on, 1 shard
  shard 1: open, 4 records
    fail-on-marked: 2 of 4 handled, blocked, again in 5.5 s
      batch 3 to 4, failed at record 3, 4 attempts, 10.0 s old
    1 INSERT A-1: buyer ana
    2 INSERT A-2
    3 INSERT A-3: poison true
    4 INSERT A-4

fail-on-marked reads the stream of Orders (model): batches of 100, retries
  without end, does not bisect, no destination for failures
  5 invocations, 4 failed; PROBLEM: Function call failed"
    );
    let query = solved(&mut at("query-vs-scan", "query"));
    let text = plain(&query, Tab::Plan);
    assert!(text.starts_with("Query Orders: customerId = \"C-0042\"\n  12 items read, 12 returned\n"), "{text}");
    assert!(text.contains("  read from 0.2 % to 0.4 % of 6,000 items by hash of customerId, then orderKey"), "{text}");
    assert!(plain(&query, Tab::Cost).contains("This line: 0.5 RCU for 1 request"), "{}", plain(&query, Tab::Cost));
    let tables = plain(&query, Tab::Tables);
    assert!(tables.contains("  GSI byEmail: 6,000 of 6,000 items, 1.6 MB, ALL"), "{tables}");
}

#[test]
fn large_tables_are_looked_at_in_part_and_the_figures_say_so() {
    let mut runner = at("hot-partition", "even");
    let figures = after(&mut runner, &[":traffic Votes --rate 4000 --seconds 6 --keys uniform:1000000"]);
    let table = &figures.tables[0];
    assert!((COUNTED as u64..24_000).contains(&table.items), "{}", table.items);
    assert_eq!(table.collections.looked_at, Some(COUNTED as u64));
    assert_eq!(table.collections.count(), COUNTED as u64, "each key has one item");
    let key = |text: &str| format!("get-item --table-name Votes --key {{\"candidate\":{{\"S\":\"{text}\"}}}}");
    let table = runner.bench().engine().table("Votes").unwrap();
    let (middle, _) = table.items().iter().nth(table.items().len() / 2).unwrap();
    let name = words::scalars(&middle.parts);
    let figures = after(&mut runner, &[&key(&name)]);
    let stretches = figures.plans.ways[0].stretches.as_ref().unwrap();
    assert!(stretches.is_estimate && (0.45..0.55).contains(&stretches.parts[0].0), "{name}: {stretches:?}");
}

#[test]
fn the_world_can_be_drawn_while_a_line_runs_and_is_not_disturbed() {
    let line = ":traffic Votes --rate 1500 --seconds 200 --keys single";
    let undisturbed = at("hot-partition", "star").run(line).reply.text;
    let mut runner = at("hot-partition", "star");
    let mut world = WorldFigures::of(runner.bench(), 0);
    let work = runner.bench().work().clone();
    let (onlooker, mut seen) = (Live::on(&work, Playback::default(), &Hurry::default()), Vec::new());
    let turn = crate::lab::watched(
        &work,
        || runner.run(line),
        |_| {
            seen.extend(onlooker.take());
            true
        },
    );
    assert_eq!(turn.reply.text, undisturbed);
    let done: Vec<u64> = seen.iter().filter_map(|live| Some(live.traffic.as_ref()?.done)).collect();
    assert!(done.len() > 1 && done.is_sorted() && done[0] < *done.last().unwrap(), "{done:?}");
    assert!(done.iter().all(|done| *done < 200));
    let last = seen.pop().unwrap();
    assert!(last.at < runner.bench().engine().now());
    let hot = |figures: &WorldFigures| figures.loads[0].partitions.iter().any(|one| one.heat[1].now.refused > 0);
    assert!(!hot(&world));
    world.update(last);
    assert!(hot(&world) && world.traffic.is_some_and(|traffic| traffic.throttled > 0));
    assert!(format!("{work:?}").contains("Onlooker(true)"));
    drop(onlooker);
    assert!(format!("{work:?}").contains("Onlooker(false)"), "the onlooker leaves with the figures");
}

#[test]
fn a_clock_that_is_moved_on_shows_what_functions_do_on_the_way() {
    let mut runner = at("lambda-poison-record", "poison");
    let work = runner.bench().work().clone();
    solved(&mut runner);
    let mut attempts = Vec::new();
    let (sender, looks) = std::sync::mpsc::channel();
    work.look_on(move |look| {
        let figures = LiveFigures::of(&look);
        let batch = figures.streams.streams[0].shards[0].readers[0].batches.first().map(|batch| batch.attempts);
        let _ = sender.send(batch);
    });
    runner.run(":clock +1m");
    work.look_away();
    attempts.extend(looks.into_iter().flatten());
    assert!(attempts.len() >= 3 && attempts.is_sorted() && attempts.first() < attempts.last(), "{attempts:?}");
}

/// Runs a line that is played, and returns the seconds of traffic that were seen.
fn seconds_seen(line: &str, second: Duration, is_hurried: bool) -> Vec<u64> {
    let hurry = Hurry::default();
    let mut runner = at("hot-partition", "star");
    let work = runner.bench().work().clone();
    let pace = Playback { frames: 0, second, most: second * 100 };
    let (onlooker, mut seen) = (Live::on(&work, pace, &hurry), Vec::new());
    crate::lab::watched(
        &work,
        || runner.run(line),
        |_| {
            seen.extend(onlooker.take().and_then(|live| Some(live.traffic?.done)));
            if is_hurried {
                hurry.up();
            }
            true
        },
    );
    seen.dedup();
    seen
}

#[test]
fn traffic_is_played_second_by_second_unless_it_is_hurried_or_long() {
    let line = ":traffic Votes --rate 100 --seconds 5 --keys single";
    let seen = seconds_seen(line, Duration::from_millis(300), false);
    assert!([1, 2, 3, 4].iter().all(|second| seen.contains(second)), "{seen:?}");
    // Whoever hurries it, and whoever sends very much, waits for none of these hours.
    let hour = Duration::from_hours(1);
    seconds_seen(line, hour, true);
    seconds_seen(":traffic Votes --rate 70000 --seconds 3 --keys single", hour, false);
}
