//! The laws of any picture in any area: no number is cut, and none is left out.

use proptest::prelude::*;

use super::samples::{cost, page, streams, traffic, whole};
use super::*;
use crate::clock::Timestamp;

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
