//! Figures beside their limits, a line each, and whether all were kept.

use std::process::ExitCode;

/// What was measured, held against its limits.
#[derive(Default)]
pub(crate) struct Limits {
    broken: usize,
}

impl Limits {
    /// Prints a figure beside the most that it may be. `also` says what it is made of.
    pub(crate) fn hold(&mut self, what: &str, figure: f64, unit: &str, most: f64, also: &str) {
        let is_kept = figure <= most;
        self.broken += usize::from(!is_kept);
        let verdict = if is_kept { "kept" } else { "BROKEN" };
        println!("{what:<44} {figure:>8.2} {unit:<5} limit {most:>7.2} {unit:<5} {verdict:<6}  ({also})");
    }

    /// Says whether all limits were kept.
    pub(crate) fn end(&self) -> ExitCode {
        if self.broken == 0 {
            return ExitCode::SUCCESS;
        }
        println!("{} limits are broken", self.broken);
        ExitCode::FAILURE
    }
}

/// Returns the middle one of some figures.
pub(crate) fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// Returns the load of the machine as a line: others' work makes figures worse.
pub(crate) fn load() -> String {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    format!("load average {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "))
}
