//! What a request costs inside the engine, from the bytes of its body to the bytes of its answer, and whether that depends
//! on how much there is: items, tables, idempotency tokens, records of a stream.
//!
//! `cargo bench --bench engine` runs it. Each figure stands beside its limit. GetItem and PutItem are held against a
//! `BTreeMap` of JSON texts, which reads the key out of the request and keeps or copies the rest; what is to be flat is
//! measured in a small and in a large engine in turns, and the ratio of the two is held. The bench fails if a limit is
//! broken. `ENGINE_ITEMS=100000` measures fewer than a million items.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::cast_precision_loss,
    reason = "a benchmark tells its figures, is about real time, and stops at a surprise"
)]

#[path = "../limits/mod.rs"]
mod limits;
mod plain;
mod requests;

use std::hint::black_box;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use limits::{Limits, median};
use plain::Plain;
use requests::{Bench, Call};

/// How many turns each side of a comparison has.
const TURNS: usize = 9;
/// How many requests a turn sends.
const A_TURN: usize = 2_000;

/// The argument that makes the bench fill an engine and say what that takes.
const FILL: &str = "--fill";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().collect();
    if let Some(items) = words.iter().position(|word| word == FILL).and_then(|at| words.get(at + 1)?.parse().ok()) {
        fill(items);
        return ExitCode::SUCCESS;
    }
    println!("{}; microseconds a request, from bytes to bytes", limits::load());
    let items = std::env::var("ENGINE_ITEMS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_000);
    let mut limits = Limits::default();
    each_verb(&mut limits);
    tell_growth_of_plain(items);
    flat(&mut limits, items);
    memory(&mut limits, items);
    limits.end()
}

/// Microseconds of the processor that each of the calls takes in `work`.
fn time(calls: &[Call], mut work: impl FnMut(&Call)) -> f64 {
    let begun = on_processor();
    calls.iter().cycle().take(A_TURN).for_each(&mut work);
    on_processor().saturating_sub(begun).as_secs_f64() * 1e6 / A_TURN as f64
}

/// How long this thread has been on a processor, so that others' work does not count; the time of day, where that is not
/// told.
fn on_processor() -> Duration {
    static BEGUN: std::sync::LazyLock<Instant> = std::sync::LazyLock::new(Instant::now);
    // What has passed since the thread was last scheduled is told only once it is scheduled anew.
    std::thread::yield_now();
    let told = std::fs::read_to_string("/proc/thread-self/schedstat");
    let nanoseconds = told.ok().and_then(|told| told.split(' ').next()?.parse().ok());
    nanoseconds.map_or_else(|| BEGUN.elapsed(), Duration::from_nanos)
}

/// The medians of two works that take turns.
fn compared(mut one: impl FnMut() -> f64, mut other: impl FnMut() -> f64) -> [f64; 2] {
    let turns = (0..TURNS).map(|_| (one(), other()));
    let (first, second) = turns.unzip();
    [median(first), median(second)]
}

fn each_verb(limits: &mut Limits) {
    let mut bench = Bench::filled(1_000, "");
    let mut plain = Plain::default();
    let (puts, gets) = (requests::puts(1_000), requests::gets(1_000));
    for put in &puts {
        plain.put(&put.body);
    }
    for (what, calls, is_put) in [("GetItem", &gets, false), ("PutItem", &puts, true)] {
        let [least, cost] = compared(
            || time(calls, |call| if is_put { plain.put(&call.body) } else { drop(black_box(plain.get(&call.body))) }),
            || time(calls, |call| drop(black_box(bench.answer(call)))),
        );
        let also = format!("{cost:.2} µs, a map of texts {least:.2} µs");
        limits.hold(&format!("{what}, 1 KB"), cost / least, "times", 4.0, &also);
    }
    for (what, limit, calls) in [
        ("conditional UpdateItem", 12.0, requests::updates(1_000)),
        ("Query of 20 items", 45.0, requests::queries(1_000)),
        ("Scan of 100 items", 200.0, vec![requests::scan()]),
        ("transaction of 10 writes", 80.0, requests::transactions(1_000, "")),
        ("UpdateItem that its condition refuses", 8.0, requests::refused_updates(1_000)),
    ] {
        let cost = median((0..TURNS).map(|_| time(&calls, |call| drop(black_box(bench.answer(call))))).collect());
        limits.hold(what, cost, "µs", limit, "in the same engine");
    }
}

/// Tells how much dearer the map of texts itself becomes with more in it: what the memory of the machine makes of it, and no
/// store of so many items is spared.
fn tell_growth_of_plain(items: usize) {
    let [mut small, mut large] = [1_000, items].map(|items| {
        let mut plain = Plain::default();
        requests::all_puts(items).for_each(|put| plain.put(&put.body));
        plain
    });
    for (what, calls) in [("GetItem", requests::gets as fn(usize) -> Vec<Call>), ("PutItem", requests::puts)] {
        let (few, many) = (calls(1_000), calls(items));
        let work = |plain: &mut Plain, call: &Call| match what {
            "GetItem" => drop(black_box(plain.get(&call.body))),
            _ => plain.put(&call.body),
        };
        let [less, more] =
            compared(|| time(&few, |call| work(&mut small, call)), || time(&many, |call| work(&mut large, call)));
        let what = format!("{what}: {items} texts in the map to 1,000");
        println!("{what:<44} {:>8.2} times  ({more:.2} and {less:.2} µs)", more / less);
    }
}

/// What may not depend on how much there is.
fn flat(limits: &mut Limits, items: usize) {
    let held = |limits: &mut Limits, what: &str, one: &mut Bench, other: &mut Bench, small: &[Call], large: &[Call]| {
        let [less, more] = compared(
            || time(small, |call| drop(black_box(one.answer(call)))),
            || time(large, |call| drop(black_box(other.answer(call)))),
        );
        limits.hold(what, more / less, "times", 2.0, &format!("{more:.2} and {less:.2} µs"));
    };
    {
        let (mut small, mut large) = (Bench::filled(1_000, ""), Bench::filled(items, ""));
        for (what, calls) in [
            ("GetItem", requests::gets as fn(usize) -> Vec<Call>),
            ("PutItem", requests::puts),
            ("conditional UpdateItem", requests::updates),
            ("Query of 20 items", requests::queries),
        ] {
            let what = format!("{what}: {items} items to 1,000");
            held(limits, &what, &mut small, &mut large, &calls(1_000), &calls(items));
        }
    }
    {
        let (mut small, mut large) = (Bench::filled(1_000, ""), Bench::filled(1_000, ""));
        (1..2_500).for_each(|number| large.create(&format!("Other{number}"), ""));
        held(
            limits,
            "GetItem: 2,500 tables to one",
            &mut small,
            &mut large,
            &requests::gets(1_000),
            &requests::gets(1_000),
        );
    }
    {
        let (mut small, mut large) = (Bench::filled(1_000, ""), Bench::filled(1_000, ""));
        for (bench, count) in [(&mut small, 1_000), (&mut large, 100_000)] {
            for call in requests::transactions(count, "t") {
                bench.answer(&call);
            }
        }
        let (mut one, mut other) = (0, 0);
        let [less, more] = compared(
            || {
                one += 1;
                time(&requests::transactions(A_TURN, &format!("s{one}-")), |call| drop(black_box(small.answer(call))))
            },
            || {
                other += 1;
                time(&requests::transactions(A_TURN, &format!("l{other}-")), |call| drop(black_box(large.answer(call))))
            },
        );
        let also = format!("{more:.2} and {less:.2} µs");
        limits.hold("a transaction: 100,000 tokens to 1,000", more / less, "times", 2.0, &also);
    }
    {
        let (mut small, mut large) = (Bench::filled(1_000, "stream"), Bench::filled(1_000, "stream"));
        let puts = requests::updates(1_000);
        puts.iter().cycle().take(100_000).for_each(|call| drop(large.answer(call)));
        held(limits, "UpdateItem: 100,000 records of a stream to 0", &mut small, &mut large, &puts, &puts);
    }
}

/// How many bytes of memory an item of about 100 bytes takes, with an index of all attributes.
fn memory(limits: &mut Limits, items: usize) {
    // In a process of its own, which has no memory that something else has given back.
    let program = std::env::current_exe().unwrap();
    let output = Command::new(program).args([FILL, &items.to_string()]).output().unwrap();
    let told = String::from_utf8_lossy(&output.stdout);
    let Ok(bytes) = told.trim().parse::<f64>() else { return };
    let each = bytes / items as f64;
    limits.hold("memory of an item with a global index", each, "bytes", 900.0, &format!("{items} items of 100 bytes"));
}

/// Prints how many bytes of memory an engine of so many items takes.
fn fill(items: usize) {
    let before = resident();
    let bench = Bench::small(items);
    if let (Some(before), Some(after)) = (before, resident()) {
        println!("{}", after.saturating_sub(before));
    }
    drop(bench);
}

/// Bytes of memory that the process has, where /proc says so.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    Some(pages.split(' ').nth(1)?.parse::<usize>().ok()? * 4096)
}
