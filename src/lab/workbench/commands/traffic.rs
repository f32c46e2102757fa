//! `:traffic`: sends many requests at a table and tells what became of them.

use serde_json::{Map, Value};

use super::super::words::{Fault, Flags, pair};
use super::load::{lines, name};
use super::{OwnCommand, Workbench, sdk, table_named};
use crate::engine::capacity::{Units, grouped};
use crate::safe_text::line;
use crate::world::traffic::{KeySpread, Pace, Second, Traffic, TrafficReport, Used, Zipf};

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "traffic",
    usage: ":traffic TABLE [FLAGS]",
    about: "many requests to a table, by second and partition",
    details: DETAILS,
    needs_words: true,
    run,
};

const DETAILS: &str = "\
The requests run on the lab's clock, beside each other; throttling, lag and auto scaling are modelled.
  --rate N               requests a second (100)
  --ramp A:B             from A requests a second to B
  --spike BASE:PEAK@F+L  BASE requests a second, but PEAK from second F on for L seconds
  --seconds N            for how long (10)
  --keys KEYS            single (the default), uniform:COUNT, zipf:COUNT or zipf:COUNT:EXPONENT
  --items N              items of each partition key, in a table with a sort key (1)
  --shards N             write sharding: spread each key over N partition keys (1)
  --reads PERCENT        how many of the requests are reads, GetItem; the others are PutItem (0)
  --strong               strongly consistent reads
  --size BYTES           filling in each item written (0)
  --item JSON            further attributes in wire form, with {key}, {item}, {shard} and {n} filled in
  --retry MODE           an SDK in between: legacy, standard, adaptive, standard-2025; with --attempts N,
                         --timeout 1s, --lose PERCENT of the answers
  --seed N               what keys are drawn from (1)
";

const FLAGS: [(&str, bool); 16] = [
    ("--rate", true),
    ("--ramp", true),
    ("--spike", true),
    ("--seconds", true),
    ("--keys", true),
    ("--items", true),
    ("--shards", true),
    ("--reads", true),
    ("--strong", false),
    ("--size", true),
    ("--item", true),
    ("--retry", true),
    ("--attempts", true),
    ("--timeout", true),
    ("--lose", true),
    ("--seed", true),
];
/// The most requests a second.
const FASTEST: u64 = 1_000_000;
/// The most seconds of a run: a day.
const LONGEST: u64 = 86_400;
/// The most keys.
const MOST_KEYS: u64 = 1_000_000;
/// How many lines tell of the seconds at most.
const MOST_LINES: u64 = 20;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let (plain, flags) = Flags::read(words, &FLAGS)?;
    let named = match plain.as_slice() {
        [] => "",
        [table] => table,
        [_, more, ..] => {
            return Err(format!("Expected one table and flags, found {more}; :help traffic lists them").into());
        }
    };
    let traffic = traffic(table_named(bench, named)?, &flags)?;
    let report = traffic.run(&mut bench.world).map_err(|error| format!("Nothing more was sent: {error}"))?;
    Ok(told(&traffic, &report).join("\n") + "\n")
}

fn traffic(table: &str, flags: &Flags) -> Result<Traffic, String> {
    let seconds = flags.whole("--seconds", 1..=LONGEST, 10)?;
    let client = flags.get("--retry").map(|mode| sdk::settings(mode, flags)).transpose()?;
    Ok(Traffic {
        seconds,
        client,
        pace: pace(flags)?,
        keys: keys(flags.get("--keys").unwrap_or("single"))?,
        items: flags.whole("--items", 1..=1_000_000, 1)?,
        shards: flags.whole("--shards", 1..=1000, 1)?,
        reads: flags.whole("--reads", 0..=100, 0)?,
        consistent: flags.get("--strong").is_some(),
        filling: flags.whole("--size", 0..=409_600, 0)?,
        attributes: flags.get("--item").map(attributes).transpose()?.unwrap_or_default(),
        seed: flags.whole("--seed", 0..=u64::MAX, 1)?,
        ..Traffic::on(table)
    })
}

fn pace(flags: &Flags) -> Result<Pace, String> {
    let expected = |flag: &str, form: &str, found: &str| format!("{flag} expects {form}, found {found}");
    let fits = |rate: u64| rate <= FASTEST;
    match (flags.get("--ramp"), flags.get("--spike"), flags.get("--rate")) {
        (None, None, _) => Ok(Pace::Steady(flags.whole("--rate", 1..=FASTEST, 100)?)),
        (Some(ramp), None, None) => pair(ramp, ':')
            .filter(|(from, to)| fits(*from) && fits(*to))
            .map(|(from, to)| Pace::Ramp(from, to))
            .ok_or_else(|| expected("--ramp", "two rates such as 10:500", ramp)),
        (None, Some(spike), None) => {
            let parsed = spike.split_once('@').and_then(|(rates, span)| Some((pair(rates, ':')?, pair(span, '+')?)));
            parsed
                .filter(|((base, peak), (from, length)): &((u64, u64), (u64, u64))| {
                    fits(*base) && fits(*peak) && *from <= LONGEST && *length <= LONGEST
                })
                .map(|((base, peak), (from, length))| Pace::Spike { base, peak, from, length })
                .ok_or_else(|| expected("--spike", "rates and a span such as 100:2000@30+10", spike))
        }
        _ => Err("Of --rate, --ramp and --spike only one can be given".to_owned()),
    }
}

fn keys(text: &str) -> Result<KeySpread, String> {
    let parts: Vec<&str> = text.split(':').collect();
    let count = |text: &str| text.parse().ok().filter(|count| (1..=MOST_KEYS).contains(count));
    // An exponent such as 1.2 in hundredths.
    let exponent = |text: &str| {
        let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
        let hundredths = format!("{rest:0<2}");
        let digits = rest.len() <= 2 && hundredths.bytes().all(|digit| digit.is_ascii_digit());
        let whole: u32 = whole.parse().ok().filter(|whole| digits && *whole <= 5)?;
        Some(whole * 100 + hundredths.parse::<u32>().ok()?)
    };
    let keys = match parts[..] {
        ["single"] => Some(KeySpread::Single),
        ["uniform", keys] => count(keys).map(KeySpread::Uniform),
        ["zipf", keys] => count(keys).map(|keys| KeySpread::Zipf(Zipf::new(keys, 100))),
        ["zipf", keys, law] => count(keys).zip(exponent(law)).map(|(keys, law)| KeySpread::Zipf(Zipf::new(keys, law))),
        _ => None,
    };
    keys.ok_or_else(|| format!("--keys expects single, uniform:1000, zipf:1000 or zipf:1000:1.2, found {text}"))
}

fn attributes(json: &str) -> Result<Map<String, Value>, String> {
    match serde_json::from_str(json) {
        Ok(Value::Object(attributes)) => Ok(attributes),
        Ok(_) => Err(format!(
            "--item expects attributes in wire form such as {{\"status\":{{\"S\":\"OPEN\"}}}}, found {json}"
        )),
        Err(error) => Err(format!("--item is not valid JSON: {error}")),
    }
}

/// The report as lines.
fn told(traffic: &Traffic, report: &TrafficReport) -> Vec<String> {
    let [calls, succeeded, failed, throttled] =
        [|s: &Second| s.calls, |s: &Second| s.succeeded, |s: &Second| s.failed, |s: &Second| s.throttled]
            .map(|of| report.total(of));
    let mut out = vec![format!(
        "Traffic on {} (model): {} calls in {} s.\n{} succeeded, {} failed; {} attempts, {} of them throttled.",
        traffic.table,
        grouped(calls),
        // What was stopped has not run for as long as it was to.
        if report.stopped.is_some() { report.seconds.len() as u64 } else { traffic.seconds },
        grouped(succeeded),
        grouped(failed),
        grouped(report.attempts),
        grouped(throttled)
    )];
    if let Some(stopped) = report.stopped {
        let (sent, all) = (grouped(calls), grouped(traffic.requests()));
        out.push(format!("Stopped after {sent} of {all} calls ({stopped}); what was sent stays."));
    }
    if let Some(client) = traffic.client {
        out.push(format!(
            "An SDK in {} mode stood in between; the slowest call that succeeded took {} ms.",
            client.mode.name(),
            grouped(report.slowest)
        ));
    }
    for (place, load) in report.places.iter().enumerate() {
        if place == 0 || report.seconds.iter().any(|second| touched(second, place)) {
            out.extend(seconds(report, place, &name(&load.place)));
        }
    }
    for load in &report.places {
        if load.partitions.iter().any(|one| one.served != [Units::ZERO; 2] || one.refused != [0; 2]) {
            out.extend(lines(load));
        }
    }
    for (reason, count) in &report.reasons {
        out.push(format!("{} x {}", grouped(*count), line(reason)));
    }
    if traffic.keys.count() > 1 {
        out.push("Busiest keys:".to_owned());
        out.extend(report.keys.iter().map(|key| {
            format!(
                "  {:<12} {:>9} served {:>9} throttled",
                line(&key.key),
                grouped(key.served),
                grouped(key.throttled)
            )
        }));
    }
    out.push(super::load::SOURCE.to_owned());
    out
}

fn touched(second: &Second, place: usize) -> bool {
    second.used.get(place).is_some_and(|used| used.served != [Units::ZERO; 2] || used.refused != [0; 2])
}

/// The seconds of a place, as many of them in a line as it takes.
fn seconds(report: &TrafficReport, place: usize, heading: &str) -> Vec<String> {
    let length = (report.seconds.len() as u64).div_ceil(MOST_LINES).max(1);
    let column = if length == 1 { "second" } else { "seconds" };
    let mut out = vec![format!(
        "{column:>9} {:>7} {:>7} {:>7}  {heading}: units a second/given, units left",
        "calls", "ok", "failed"
    )];
    for (number, chunk) in report.seconds.chunks(usize::try_from(length).unwrap_or(1)).enumerate() {
        let first = number as u64 * length;
        let last = first + chunk.len() as u64 - 1;
        let span = if chunk.len() == 1 { first.to_string() } else { format!("{first}-{last}") };
        let sum = |of: fn(&Second) -> u64| grouped(chunk.iter().map(of).sum());
        out.push(format!(
            "{span:>9} {:>7} {:>7} {:>7}  {}",
            sum(|second| second.calls),
            sum(|second| second.succeeded),
            sum(|second| second.failed),
            used(chunk, place)
        ));
    }
    out
}

/// What some seconds consumed of a place, in the directions in which they did.
fn used(chunk: &[Second], place: usize) -> String {
    let all: Vec<&Used> = chunk.iter().filter_map(|second| second.used.get(place)).collect();
    let Some(newest) = all.last() else { return String::new() };
    let mut parts = Vec::new();
    for (at, unit) in ["RCU", "WCU"].into_iter().enumerate() {
        let served: Units = all.iter().map(|used| used.served[at]).sum();
        let refused: u64 = all.iter().map(|used| used.refused[at]).sum();
        if served == Units::ZERO && refused == 0 {
            continue;
        }
        let average = Units::halves(served.as_halves().div_ceil(all.len().max(1) as u64));
        let (rate, left) = (grouped(newest.rate[at]), grouped(newest.left[at]));
        let average = average.grouped();
        let refusals = if refused > 0 { format!(", {} refused", grouped(refused)) } else { String::new() };
        parts.push(format!("{average}/{rate} {unit}, {left} left{refusals}"));
    }
    if parts.is_empty() { "nothing".to_owned() } else { parts.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paces_and_keys_are_read_or_refused_with_an_example() {
        let flags = |line: &str| Flags::read(line, &FLAGS).unwrap().1;
        assert_eq!(pace(&flags("--ramp 10:500")), Ok(Pace::Ramp(10, 500)));
        let too_long = traffic("Tab", &flags("--retry legacy --timeout 4000000000d")).unwrap_err();
        assert_eq!(too_long, "--timeout expects a time of 10m at most, found 4000000000d");
        let spike = Pace::Spike { base: 1, peak: 20, from: 3, length: 4 };
        assert_eq!(pace(&flags("--spike 1:20@3+4")), Ok(spike));
        assert_eq!(pace(&flags("--ramp ten")), Err("--ramp expects two rates such as 10:500, found ten".to_owned()));
        assert!(pace(&flags("--rate 5 --ramp 1:2")).is_err());
        assert_eq!(keys("zipf:10:1.2").unwrap(), KeySpread::Zipf(Zipf::new(10, 120)));
        assert_eq!(keys("uniform:7").unwrap().count(), 7);
        for spike in ["1:20@18446744073709551615+4", "1:20@3+18446744073709551615", "1:2000000@3+4"] {
            assert!(pace(&flags(&format!("--spike {spike}"))).is_err(), "{spike}");
        }
        assert!(["zipf", "uniform:0", "zipf:5:-1", "zipf:5:1.234", "many"].iter().all(|text| keys(text).is_err()));
    }
}
