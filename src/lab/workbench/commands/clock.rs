//! `:clock`: the lab's time, and how it passes.

use super::super::words::{Fault, duration, whole};
use super::{OwnCommand, Workbench};
use crate::clock::Clock as _;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "clock",
    usage: ":clock [+30s]",
    about: "the lab's time, or how it passes",
    details: "  :clock          what time it is
  :clock +48h     moves it on (ms, s, m, h, d), a year at most
  :clock run 60   lets it run, 60 times as fast as yours
  :clock wall     goes to your time, if that is later, and runs with it
  :clock stop     stops it: only a clock that stands gives the same times again
",
    needs_words: false,
    run,
};

/// The fastest that the clock runs.
const FASTEST: u64 = 100_000;
/// The longest that it is moved on at once, in milliseconds: a year and a day.
const LONGEST: u64 = 366 * 86_400_000;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let clock = bench.world.clock().clone();
    let mut stopped = None;
    match words.split_whitespace().collect::<Vec<_>>()[..] {
        [] => {}
        ["stop"] => clock.run(0),
        ["wall"] => {
            clock.follow();
            bench.world.wait(0);
        }
        ["run"] => clock.run(1),
        ["run", factor] => clock.run(whole("run", factor, 1..=FASTEST)?),
        [by] => {
            let millis = duration(by)?;
            if millis > LONGEST {
                return Err(format!("Expected at most 366d, found {by}").into());
            }
            stopped = bench.world.pass(millis).err();
        }
        _ => return Err(format!("Expected nothing, a time such as +48h, run 60, wall or stop, found {words}").into()),
    }
    let pace = match clock.factor() {
        0 => String::new(),
        1 => " It runs with yours.".to_owned(),
        factor => format!(" It runs {factor} times as fast as yours."),
    };
    let end = stopped.map(|stopped| format!("Stopped on the way ({stopped}); what has happened stays.\n"));
    Ok(format!("It is {} UTC on the lab's clock (model).{pace}\n{}", clock.now(), end.unwrap_or_default()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_is_moved_on_by_a_year_at_most() {
        let mut bench = Workbench::new();
        let refused = run(&mut bench, "+4000000000d");
        assert_eq!(refused, Err("Expected at most 366d, found +4000000000d".to_owned().into()));
        assert!(run(&mut bench, "+366d").is_ok_and(|told| told.starts_with("It is 2027-06-02T10:00:00.000")));
    }
}
