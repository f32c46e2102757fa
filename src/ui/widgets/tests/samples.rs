//! Figures to draw, as a lab of the program has them.

use super::*;

pub(super) fn whole(units: u64) -> Units {
    Units::whole(units)
}

pub(super) fn page(items: u64, bytes: u64, units: u64) -> (PageFigures, SumFigures) {
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

pub(super) fn scan() -> PlanFigures {
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

pub(super) fn query() -> PlanFigures {
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

pub(super) fn refused_put() -> PlanFigures {
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

pub(super) fn load() -> LoadFigures {
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

pub(super) fn traffic() -> TrafficFigures {
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

pub(super) fn tables() -> Vec<TableFigures> {
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

pub(super) fn streams() -> StreamsFigures {
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

pub(super) fn cost() -> CostFigures {
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

pub(super) fn plans(ways: Vec<PlanFigures>, is_comparison: bool) -> Plans {
    Plans { ways, is_comparison, left_out: 0 }
}

pub(super) fn way(label: &str, value: f64, number: &str) -> LabelledBar {
    LabelledBar { label: label.into(), value, number: number.into(), role: Role::Bar, ..LabelledBar::default() }
}
