//! What a load came to: sums of each pattern for the judge, minutes for a dashboard, and a table for the learner.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::content::lab::load::{Load, Pattern};
use crate::engine::capacity::grouped;

/// How long the widest name of a pattern is told.
const WIDEST: usize = 44;

/// What a pattern came to.
#[derive(Clone, Debug, Default)]
pub(super) struct Outcome {
    pub(super) title: String,
    pub(super) id: String,
    pub(super) way: String,
    pub(super) calls: u64,
    pub(super) requests: u64,
    pub(super) refused: u64,
    pub(super) items: u64,
    pub(super) read: f64,
    pub(super) written: f64,
}

/// What a minute of it came to, for a dashboard.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Minute {
    pub(in super::super) read: f64,
    pub(in super::super) written: f64,
    pub(in super::super) refused: u64,
    pub(in super::super) served: u64,
    /// What Queries and Scans returned, as CloudWatch counts it.
    pub(in super::super) returned: u64,
}

/// What a load came to.
#[derive(Clone, Debug, Default)]
pub(in super::super) struct Report {
    pub(super) outcomes: Vec<Outcome>,
    pub(in super::super) minutes: Vec<Minute>,
    pub(super) rows: u64,
    pub(super) lost: u64,
    pub(super) stopped: bool,
}

/// A call that was made.
#[derive(Debug, Default)]
pub(super) struct Call {
    /// The requests that were answered.
    pub(super) requests: u64,
    pub(super) read: f64,
    pub(super) written: f64,
    /// Items that the caller gets.
    pub(super) items: u64,
    /// Items that its Queries or Scans returned, whether the caller wants them or not.
    pub(super) returned: u64,
    pub(super) is_refused: bool,
    /// Whether it was more work than there may be.
    pub(super) is_stopped: bool,
}

impl Outcome {
    pub(super) fn add(&mut self, call: &Call) {
        self.calls += 1;
        self.requests += call.requests;
        self.refused += u64::from(call.is_refused);
        self.items += call.items;
        self.read += call.read;
        self.written += call.written;
    }

    /// Units of a call that was served.
    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn each(&self, units: f64) -> f64 {
        let served = (self.calls - self.refused).max(1) as f64;
        (units / served * 100.0).round() / 100.0
    }

    /// Requests of a call that was served.
    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn each_requests(&self) -> f64 {
        self.each(self.requests as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    pub(super) fn json(&self) -> Value {
        let served = (self.calls - self.refused).max(1);
        json!({
            "Calls": self.calls, "Refused": self.refused, "RCU": self.each(self.read), "WCU": self.each(self.written),
            "Items": self.items as f64 / served as f64, "Requests": self.each_requests(), "Way": self.way.split([' ', ',']).next(),
        })
    }
}

impl Minute {
    pub(super) fn add(&mut self, call: &Call) {
        self.read += call.read;
        self.written += call.written;
        self.refused += u64::from(call.is_refused);
        self.served += call.requests;
        self.returned += call.returned;
    }
}

impl Report {
    /// What it came to, as a table, and the load of each partition.
    pub(super) fn text(&self, load: &Load, heat: &[String]) -> String {
        let width = self.outcomes.iter().map(|it| it.title.chars().count()).max().unwrap_or(0).clamp(7, WIDEST);
        let ways = self.outcomes.iter().map(|it| it.way.len()).max().unwrap_or(0).max(3);
        let mut out = format!("{} seconds of load on {}, each call once (model).\n", load.seconds, load.table);
        if self.lost > 0 {
            let _ = writeln!(
                out,
                "The table holds {} items; {} were replaced by others with the same key.",
                grouped(self.rows),
                grouped(self.lost)
            );
        }
        // Of a program that may send several requests for one call, they are told as well.
        let counts = load.patterns.iter().any(Pattern::is_programmed);
        let requests = |text: String| if counts { format!("  {text:>8}  ") } else { "  ".to_owned() };
        let _ = writeln!(
            out,
            "{:width$}  {:>6}  {:ways$}{}{:>11}  {:>7}",
            "pattern",
            "calls",
            "way",
            requests("requests".to_owned()),
            "each",
            "refused"
        );
        for it in &self.outcomes {
            let title: String = it.title.chars().take(width).collect();
            let each = if it.written > 0.0 || it.way == "PutItem" {
                format!("{} WCU", it.each(it.written))
            } else {
                format!("{} RCU", it.each(it.read))
            };
            let (calls, refused) = (grouped(it.calls), grouped(it.refused));
            let sent = requests(it.each_requests().to_string());
            let _ = writeln!(out, "{title:width$}  {calls:>6}  {:ways$}{sent}{each:>11}  {refused:>7}", it.way);
        }
        if counts {
            out.push_str("Requests and each are those of one call; its requests are sent one after the other.\n");
        }
        if self.stopped {
            out.push_str("It was stopped on the way: that was more work than one line may do.\n");
        }
        out + &heat.join("\n") + "\n"
    }
}
