//! Pictures as golden texts at three widths, in blocks and in ASCII; and the laws of any picture in any area.

use std::fmt::Write as _;

use proptest::prelude::*;

use super::*;
use crate::app::figures::*;
use crate::app::line::Role;
use crate::clock::Timestamp;

/// A picture drawn into a buffer of a size, as text without blanks at the ends of its rows.
fn drawn(picture: &dyn Picture, width: u16, height: u16, glyphs: Glyphs) -> Vec<String> {
    let area = Rect::new(0, 0, width, height);
    let mut buffer = Buffer::empty(area);
    Placed { picture, theme: Theme::Dark, glyphs, scroll: 0 }.render(area, &mut buffer);
    text(&buffer)
}

fn text(buffer: &Buffer) -> Vec<String> {
    let area = buffer.area;
    let row = |y: u16| -> String { (0..area.width).map(|x| buffer[(x, y)].symbol()).collect() };
    (0..area.height).map(|y| row(y).trim_end().to_owned()).collect()
}

/// A picture at all widths and in both sets of characters, as one text.
fn golden(picture: &dyn Picture) -> String {
    let mut out = String::new();
    for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
        for width in [24, 60, 110] {
            let _ = writeln!(out, "--- {glyphs:?} {width}");
            let height = picture.lines(usize::from(width), glyphs).len();
            for line in drawn(picture, width, u16::try_from(height).unwrap(), glyphs) {
                let _ = writeln!(out, "{line}");
            }
        }
    }
    out
}

/// Compares a picture with the golden text. With UPDATE_GOLDEN=1 it is replaced; read the difference before committing it.
fn check(name: &str, picture: &dyn Picture) {
    let path = format!("{}/src/ui/widgets/golden/{name}.txt", env!("CARGO_MANIFEST_DIR"));
    let found = golden(picture);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &found).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap();
    for (number, (found, kept)) in found.lines().zip(kept.lines()).enumerate() {
        assert_eq!(found, kept, "{name}, line {}", number + 1);
    }
    assert_eq!(found.lines().count(), kept.lines().count(), "{name}");
}

fn whole(units: u64) -> Units {
    Units::whole(units)
}

fn page(items: u64, bytes: u64, units: u64) -> (PageFigures, SumFigures) {
    let spent = UnitsSpent { read: Units::halves(units), write: Units::ZERO };
    let sum = SumFigures {
        place: "table".into(),
        items,
        bytes,
        blocks: units,
        block_kilobytes: 4,
        per_block: Units::HALF,
        rate: "eventually consistent".into(),
        units: Units::halves(units),
        is_read: true,
    };
    (PageFigures { items, bytes, spent }, sum)
}

fn scan() -> PlanFigures {
    let (pages, sums) = [page(3650, 1_048_819, 257), page(2350, 675_221, 165)].into_iter().unzip();
    PlanFigures {
        operation: "Scan".into(),
        target: Target { table: "Orders".into(), ..Target::default() },
        range: "every item".into(),
        test: Some("customerId = \"C-0042\"".into()),
        is_read: true,
        pages,
        sums,
        read: 6000,
        dropped: 5988,
        returned: 12,
        places: vec![PlaceCost { table: "Orders".into(), place: "table".into(), ..PlaceCost::default() }],
        spent: UnitsSpent { read: whole(211), write: Units::ZERO },
        stretches: Some(Stretches {
            of: 6000,
            parts: vec![(0.0, 0.6083), (0.6083, 1.0)],
            order: "hash of customerId, then orderKey".into(),
            is_estimate: false,
        }),
        ..PlanFigures::default()
    }
}

fn query() -> PlanFigures {
    let (one, sum) = page(12, 3443, 1);
    PlanFigures {
        operation: "Query".into(),
        target: Target { table: "Orders".into(), index: Some("byEmail".into()), region: None },
        range: "email = \"c0042@example.com\"".into(),
        forward: Some(false),
        is_read: true,
        pages: vec![one],
        sums: vec![sum],
        read: 12,
        returned: 12,
        spent: UnitsSpent { read: Units::HALF, write: Units::ZERO },
        stretches: Some(Stretches {
            of: 6000,
            parts: vec![(0.61, 0.612)],
            order: "hash of customerId, then orderKey".into(),
            is_estimate: false,
        }),
        ..PlanFigures::default()
    }
}

fn refused_put() -> PlanFigures {
    let place = |place: &str, units: u64| PlaceCost {
        table: "Orders".into(),
        place: place.into(),
        spent: UnitsSpent { read: Units::ZERO, write: whole(units) },
        ..PlaceCost::default()
    };
    PlanFigures {
        operation: "PutItem".into(),
        target: Target { table: "Orders".into(), index: None, region: Some("eu-west-1".into()) },
        range: "id = \"O-1\"".into(),
        test: Some("attribute_not_exists(id)".into()),
        places: vec![place("table", 2), place("GSI byEmail", 1)],
        spent: UnitsSpent { read: Units::ZERO, write: whole(3) },
        stale: Some(500),
        refused: Some(ExceptionFigures {
            exception: "ConditionalCheckFailedException".into(),
            message: "The conditional request failed".into(),
        }),
        ..PlanFigures::default()
    }
}

fn load() -> LoadFigures {
    let tick = |served: u64, refused: u64| TickFigures { served: whole(served), refused };
    let mut history = vec![TickFigures::default(); HISTORY];
    for (place, tick_of) in history.iter_mut().skip(48).enumerate() {
        *tick_of = if place < 2 { tick(400 * (place as u64 + 1), 0) } else { tick(1000, 500) };
    }
    let idle = |number: usize| PartitionFigures {
        number,
        heat: [Heat { limit: 3000, ..Heat::default() }, Heat { limit: 1000, ..Heat::default() }],
        ..PartitionFigures::default()
    };
    let star = HotKey { key: Some("star".into()), served: 10_999, refused: 4001, partition: 2, is_at_least: false };
    let hot = PartitionFigures {
        heat: [
            Heat { limit: 3000, ..Heat::default() },
            Heat { now: tick(1000, 500), peak: whole(1000), limit: 1000, saved: 0 },
        ],
        hot_key: Some(star.clone()),
        ..idle(2)
    };
    let burst = BurstFigures { left: 1_452_000, room: 1_800_000, seconds: 242, most_seconds: 300 };
    LoadFigures {
        table: "Votes".into(),
        flows: [
            FlowFigures { given: 100, history: vec![TickFigures::default(); HISTORY], ..FlowFigures::default() },
            FlowFigures {
                given: 6000,
                now: tick(1000, 500),
                ago: Some(1),
                burst: Some(burst),
                history,
                peak: whole(1000),
                refused: 5000,
            },
        ],
        partition_count: 4,
        partitions: vec![idle(1), hot, idle(3), PartitionFigures { split: Some(12), ..idle(4) }],
        hottest: vec![star, HotKey { key: Some("second".into()), served: 12, partition: 1, ..HotKey::default() }],
        ..LoadFigures::default()
    }
}

fn traffic() -> TrafficFigures {
    TrafficFigures {
        table: "Votes".into(),
        done: 7,
        seconds: 10,
        calls: 10_500,
        succeeded: 8000,
        failed: 2500,
        throttled: 2500,
        reasons: vec![("TableWriteKeyRangeThroughputExceeded".into(), 2500)],
    }
}

fn tables() -> Vec<TableFigures> {
    let sort_key = |key: &str, mark: Option<Mark>| SortKey { key: key.into(), bytes: 287, mark };
    let collection = |key: &str, items: u64, mark: Option<Mark>| Collection {
        key: key.into(),
        items,
        bytes: items * 287,
        range: Some(("2026-01-01".into(), "2026-12-24".into())),
        sort_keys: vec![sort_key("2026-01-01", None), sort_key("2026-05-05", mark)],
        mark,
    };
    let collections = Collections {
        shown: vec![
            collection("C-0007", 1, Some(Mark::Added)),
            collection("C-0042", 29, Some(Mark::Changed)),
            Collection { key: "C-0099".into(), mark: Some(Mark::Removed), ..Collection::default() },
            collection("C-0345", 12, None),
        ],
        more: 388,
        more_items: 5710,
        more_bytes: 1_640_000,
        looked_at: None,
    };
    let index = IndexFigures {
        name: "byEmail".into(),
        is_global: true,
        status: "CREATING, backfilling".into(),
        partition_key: "email S".into(),
        projection: "INCLUDE amount".into(),
        entries: 12,
        of: 5752,
        bytes: 3443,
        collections: Collections { shown: vec![collection("ana@example.com", 12, None)], ..Collections::default() },
        lag: LagFigures { millis: 2000, unseen: 3 },
        ..IndexFigures::default()
    };
    vec![TableFigures {
        name: "Orders".into(),
        status: "ACTIVE".into(),
        partition_key: "customerId S".into(),
        sort_key: Some("orderKey S".into()),
        items: 5752,
        bytes: 1_652_054,
        attributes: vec![
            AttributeFigures { name: "customerId".into(), kind: "S".into(), items: 50, of: 50 },
            AttributeFigures { name: "amount".into(), kind: "N".into(), items: 50, of: 50 },
            AttributeFigures { name: "gift".into(), kind: "BOOL/S".into(), items: 7, of: 50 },
        ],
        collections,
        indexes: vec![index],
        ttl: Some("expires".into()),
        changed: [1, 2, 1],
        ..TableFigures::default()
    }]
}

fn streams() -> StreamsFigures {
    let record = |sequence: u64, event: &str, old: Option<&str>, new: Option<&str>| RecordFigures {
        sequence,
        event: event.into(),
        key: format!("O-{sequence}"),
        old: old.map(str::to_owned),
        new: new.map(str::to_owned),
        expired: event == "REMOVE",
        is_new: sequence > 2,
    };
    let batch = BatchFigures { range: (2, 4), records: 3, attempts: 4, failed_at: Some(2), age: 10_000 };
    let reader = ReaderFigures {
        function: "fail-on-marked".into(),
        handled: 1,
        waiting: 3,
        batches: vec![batch],
        state: ReaderState::Blocked { again_in: 5600 },
    };
    let shard = ShardFigures {
        number: 1,
        is_open: true,
        records: 4,
        newest: vec![
            record(1, "INSERT", None, Some("status NEW")),
            record(2, "MODIFY", Some("poison false"), Some("poison true")),
            record(3, "INSERT", None, Some("status NEW")),
            record(4, "REMOVE", Some("status NEW"), None),
        ],
        readers: vec![reader],
        ..ShardFigures::default()
    };
    let quiet = ShardFigures { number: 2, is_open: true, ..ShardFigures::default() };
    StreamsFigures {
        streams: vec![StreamFigures {
            table: "Orders".into(),
            view: "NEW_AND_OLD_IMAGES".into(),
            is_open: true,
            shards: vec![shard, quiet],
            more_shards: 0,
        }],
        mappings: vec![MappingFigures {
            function: "fail-on-marked".into(),
            table: "Orders".into(),
            enabled: true,
            result: "PROBLEM: Function call failed".into(),
            batch_size: 100,
            bisects: true,
            retries: Some(2),
            destination: Some("failures".into()),
            invocations: (5, 4),
            ..MappingFigures::default()
        }],
        queues: vec![QueueFigures {
            name: "failures".into(),
            messages: 2,
            first: vec!["fail-on-marked: record 2, RetryAttemptsExhausted after 5 attempts".into()],
        }],
        global: vec![GlobalFigures {
            table: "Orders".into(),
            lag: 1000,
            regions: vec![
                RegionFigures { region: "us-east-1".into(), items: 12, underway: 0, next_in: None },
                RegionFigures { region: "eu-west-1".into(), items: 10, underway: 2, next_in: Some(990) },
            ],
            conflicts: vec!["O-1: the write in us-east-1 was lost to the one in eu-west-1".into()],
            conflict_count: 1,
        }],
    }
}

fn cost() -> CostFigures {
    let place = |place: &str, read: u64, write: u64| PlaceCost {
        table: "Orders".into(),
        place: place.into(),
        spent: UnitsSpent { read: Units::halves(read), write: whole(write) },
        ..PlaceCost::default()
    };
    CostFigures {
        line: vec![place("table", 1, 0)],
        step: vec![place("table", 423, 0), place("GSI byEmail", 1, 3)],
        all: vec![place("table", 845, 10_999), place("GSI byEmail", 1, 3)],
        requests: [1, 4, 15_009],
        is_cut: true,
        bills: vec![BillFigures {
            table: "Orders".into(),
            seen: 601_000,
            month: Some(MonthFigures {
                on_demand: "$16.42".into(),
                provisioned: "$5.22".into(),
                at_busiest: "$2,847.00".into(),
                nanodollars: [16_420_000_000, 5_220_000_000, 2_847_000_000_000],
            }),
            stored: 106_300,
            storage_month: "$0.000000".into(),
            as_of: "2026-11".into(),
            ..BillFigures::default()
        }],
    }
}

fn plans(ways: Vec<PlanFigures>, is_comparison: bool) -> Plans {
    Plans { ways, is_comparison, left_out: 0 }
}

fn way(label: &str, value: f64, number: &str) -> LabelledBar {
    LabelledBar { label: label.into(), value, number: number.into(), role: Role::Bar, ..LabelledBar::default() }
}

#[test]
fn pictures_look_as_they_did() {
    check("plan", &PlansPicture(&plans(vec![scan(), refused_put()], false)));
    check("compare", &PlansPicture(&plans(vec![scan(), query()], true)));
    check("partitions", &Loads { loads: &[load()], traffic: Some(&traffic()) });
    check("tables", &Tables(&tables()));
    check("streams", &Streams(&streams()));
    check("cost", &Cost(&cost()));
    let mut young = cost();
    let bill = young.bills.remove(0);
    young.bills.push(BillFigures { seen: 412, month: None, on_demand: "$0.000314".into(), ..bill });
    check("cost-young", &Cost(&young));
    let bars = Bars { has_track: true, numbers_first: true, ..Bars::default() };
    check("bars", &Bars { ways: vec![way("you said", 9000.0, "9,000"), way("measured", 4001.0, "4,001")], ..bars });
    let level =
        Gauge { label: "burst".into(), value: 242.0, of: 300.0, number: "242 of 300 s".into(), ..Gauge::default() };
    check("level", &level);
    let values = (0..60).map(f64::from).collect();
    check("spark", &Spark { label: "WCU/s".into(), values, number: "59 of 60".into(), ..Spark::default() });
    check("strip", &Strip { label: "Orders".into(), stretches: scan().stretches.unwrap(), role: Role::Good });
    check("sum", &SumPicture { label: "page 1".into(), sum: &scan().sums[0] });
}

#[test]
fn the_panel_says_how_much_there_is_and_shows_what_is_scrolled_to() {
    let figures = WorldFigures { loads: vec![load()], ..WorldFigures::default() };
    let panel = WorldPanel { tab: Tab::Partitions, figures: &figures, scroll: 0 };
    let draw = |panel: WorldPanel, area: Rect| {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 60, 20));
        let count = panel.draw(area, &mut buffer, Theme::Plain, Glyphs::Unicode);
        (count, text(&buffer))
    };
    let (count, all) = draw(panel, Rect::new(0, 0, 60, 20));
    assert_eq!(all[0], " 1 plan  2 tables [3 partitions] 4 streams  5 cost");
    assert!(all[2].starts_with("Votes  provisioned"), "{}", all[2]);
    assert_eq!(count, 2 + panel.lines(60, Glyphs::Unicode).len());
    let (same, scrolled) = draw(WorldPanel { scroll: 3, ..panel }, Rect::new(0, 5, 60, 4));
    assert_eq!((same, &scrolled[5], &scrolled[7]), (count, &all[0], &all[5]));
    assert_eq!(scrolled[9], "", "nothing is drawn outside the area");
    let (_, narrow) = draw(panel, Rect::new(0, 0, 30, 20));
    assert_eq!(narrow[0], " 1  2 [3 partitions] 4  5");
}

#[test]
fn what_is_a_model_says_so() {
    let says = |picture: &dyn Picture, width: usize| {
        picture.lines(width, Glyphs::Ascii).iter().any(|line| line.plain().contains("model"))
    };
    for width in [20, 24, 60, 110] {
        assert!(says(&Loads { loads: &[load()], traffic: None }, width));
        assert!(says(&TrafficPicture(&traffic()), width));
        assert!(says(&Tables(&tables()), width), "an index lags");
        assert!(says(&Streams(&streams()), width));
        assert!(says(&Cost(&cost()), width), "a bill is one");
    }
}

#[test]
fn ascii_is_ascii() {
    let pictures: [&dyn Picture; 6] = [
        &PlansPicture(&plans(vec![scan(), query(), refused_put()], true)),
        &PlansPicture(&plans(vec![scan(), query(), refused_put()], false)),
        &Loads { loads: &[load()], traffic: Some(&traffic()) },
        &Tables(&tables()),
        &Streams(&streams()),
        &Cost(&cost()),
    ];
    for picture in pictures {
        for width in 1..130 {
            for line in picture.lines(width, Glyphs::Ascii) {
                assert!(line.plain().is_ascii(), "{}", line.plain());
            }
        }
    }
}

/// The words of lines that are numbers, with their sign and what is written to them without a blank.
fn numbers(lines: &[String]) -> Vec<String> {
    let words =
        lines.iter().flat_map(|line| line.split(|letter: char| letter.is_whitespace() || "│┊|:()[]".contains(letter)));
    words.filter(|word| word.contains(|letter: char| letter.is_ascii_digit())).map(str::to_owned).collect()
}

fn text_of(lines: &[Line]) -> Vec<String> {
    lines.iter().map(Line::plain).collect()
}

/// Names without digits: a digit on the screen is then part of a number.
fn name() -> impl Strategy<Value = String> {
    "[a-zA-Z漢é_]{1,30}"
}

fn count() -> impl Strategy<Value = u64> {
    prop_oneof![0_u64..20, 0_u64..100_000, 0_u64..20_000_000_000]
}

fn any_tick() -> impl Strategy<Value = TickFigures> {
    (count(), count()).prop_map(|(halves, refused)| TickFigures { served: Units::halves(halves), refused })
}

fn any_load() -> impl Strategy<Value = LoadFigures> {
    let heat = || {
        let parts = (any_tick(), count(), count(), count());
        parts.prop_map(|(now, peak, limit, saved)| Heat { now, peak: whole(peak), limit, saved })
    };
    let key = || {
        (prop::option::of(name()), count(), count(), any::<bool>())
            .prop_map(|(key, served, refused, is_at_least)| HotKey { key, served, refused, partition: 3, is_at_least })
    };
    let partition = (heat(), heat(), prop::option::of(key()), prop::option::of(count())).prop_map(
        |(read, write, hot_key, split)| PartitionFigures {
            number: 7,
            heat: [read, write],
            hot_key,
            split,
            ..PartitionFigures::default()
        },
    );
    let burst = || {
        let level = |(left, room, seconds)| BurstFigures { left, room, seconds, most_seconds: 300 };
        (count(), count(), count()).prop_map(level)
    };
    let flow = || {
        (count(), any_tick(), prop::option::of(0_u64..60), prop::option::of(burst()), count()).prop_map(
            |(given, now, ago, burst, refused)| FlowFigures {
                given,
                now,
                ago,
                burst,
                history: vec![now; HISTORY],
                peak: now.served,
                refused,
            },
        )
    };
    let flows = (flow(), flow()).prop_map(|(read, write)| [read, write]);
    (
        name(),
        prop::option::of(name()),
        flows,
        prop::collection::vec(partition, 0..20),
        prop::collection::vec(key(), 0..8),
    )
        .prop_map(|(table, index, flows, partitions, hottest)| LoadFigures {
            table,
            index,
            flows,
            partition_count: partitions.len(),
            partitions,
            hottest,
            at: Timestamp::default(),
            ..LoadFigures::default()
        })
}

fn any_plan() -> impl Strategy<Value = PlanFigures> {
    let part = (0.0..1.0, 0.0..1.0).prop_map(|(one, other): (f64, f64)| (one.min(other), one.max(other)));
    let stretches = (count(), prop::collection::vec(part, 0..5), any::<bool>())
        .prop_map(|(of, parts, is_estimate)| Stretches { of, parts, order: "hash of id".into(), is_estimate });
    let spent =
        || (count(), count()).prop_map(|(read, write)| UnitsSpent { read: Units::halves(read), write: whole(write) });
    let place = (name(), spent()).prop_map(|(place, spent)| PlaceCost { place, spent, ..PlaceCost::default() });
    let pages = prop::collection::vec((count(), count(), count()), 0..4);
    let texts = (name(), name(), prop::option::of(name()), prop::option::of(name()), prop::option::of(name()));
    (
        texts,
        (count(), count(), count()),
        spent(),
        prop::collection::vec(place, 0..4),
        pages,
        prop::option::of(stretches),
        any::<bool>(),
    )
        .prop_map(
            |(
                (operation, table, index, test, refused),
                (read, dropped, returned),
                spent,
                places,
                pages,
                stretches,
                is_read,
            )| {
                let (pages, sums) = pages.into_iter().map(|(items, bytes, units)| page(items, bytes, units)).unzip();
                PlanFigures {
                    operation,
                    range: table.clone(),
                    target: Target { table, index, region: None },
                    test,
                    is_read,
                    pages,
                    sums,
                    read,
                    dropped,
                    returned,
                    changed: returned,
                    places,
                    spent,
                    stretches,
                    refused: refused.map(|exception| ExceptionFigures { message: exception.clone(), exception }),
                    ..PlanFigures::default()
                }
            },
        )
}

fn any_world() -> impl Strategy<Value = WorldFigures> {
    let collection =
        (name(), count(), count(), prop::option::of(name())).prop_map(|(key, items, bytes, sort)| Collection {
            key,
            items,
            bytes,
            range: sort.clone().map(|sort| (sort.clone(), sort)),
            sort_keys: sort.into_iter().map(|key| SortKey { key, bytes, mark: Some(Mark::Changed) }).collect(),
            mark: (items % 2 == 0).then_some(Mark::Added),
        });
    let table = (name(), count(), prop::collection::vec(collection, 0..5), (0_u64..100_000, count())).prop_map(
        |(name, items, shown, (millis, unseen))| {
            let collections = Collections { shown, more: items, more_items: items, more_bytes: items, looked_at: None };
            let index = IndexFigures {
                name: name.clone(),
                entries: items / 2,
                of: items,
                collections: collections.clone(),
                lag: LagFigures { millis, unseen },
                ..IndexFigures::default()
            };
            TableFigures { name, items, bytes: items, collections, indexes: vec![index], ..TableFigures::default() }
        },
    );
    let plans = (prop::collection::vec(any_plan(), 0..4), any::<bool>()).prop_map(|(ways, is_comparison)| Plans {
        ways,
        is_comparison,
        left_out: 3,
    });
    (plans, prop::collection::vec(table, 0..3), prop::collection::vec(any_load(), 0..3)).prop_map(
        |(plans, tables, loads)| WorldFigures {
            plans,
            tables,
            loads,
            traffic: Some(traffic()),
            streams: streams(),
            cost: cost(),
            ..WorldFigures::default()
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    /// Any figures can be drawn into any area: nothing panics, nothing is wider than the area from 20 columns on, and
    /// every number on the screen is one that the widest picture shows too.
    #[test]
    fn no_number_is_cut_in_any_area(figures in any_world(), width in 1_u16..200, height in 1_u16..60, scroll in 0_usize..90) {
        for glyphs in [Glyphs::Unicode, Glyphs::Ascii] {
            for tab in Tab::ALL {
                let panel = WorldPanel { tab, figures: &figures, scroll };
                let area = Rect::new(0, 0, width, height);
                let mut buffer = Buffer::empty(area);
                panel.draw(area, &mut buffer, Theme::Dark, glyphs);
                // A comparison shows other things where two ways stand side by side.
                let known: Vec<String> =
                    [80, 190].into_iter().flat_map(|wide| numbers(&text_of(&panel.lines(wide, glyphs)))).collect();
                for number in numbers(&text(&buffer)[usize::from(height.min(2))..]) {
                    prop_assert!(known.contains(&number), "{number} is not among {known:?}");
                }
                if width >= 20 {
                    for line in panel.lines(usize::from(width), glyphs) {
                        prop_assert!(line.width() <= usize::from(width), "{:?} is wider than {width}", line.plain());
                    }
                }
            }
        }
    }

    /// From 20 columns on a picture leaves no number out.
    #[test]
    fn no_number_is_left_out(load in any_load(), width in 20_usize..200) {
        let picture = Loads { loads: &[load], traffic: None };
        let sorted = |width: usize| {
            let mut all = numbers(&text_of(&picture.lines(width, Glyphs::Ascii)));
            all.sort();
            all
        };
        prop_assert_eq!(sorted(width), sorted(199));
    }
}
