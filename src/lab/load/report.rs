//! What a load came to: sums of each pattern for the judge, minutes for a dashboard, and a table for the learner.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::super::reasons::counted;
use crate::content::lab::load::{Load, Pattern};
use crate::engine::capacity::grouped;

/// How long the widest name of a pattern is told.
const WIDEST: usize = 44;

/// What a pattern came to.
#[derive(Clone, Debug, Default)]
pub(super) struct PatternOutcome {
    pub(super) title: String,
    pub(super) id: String,
    pub(super) way: String,
    pub(super) calls: u64,
    pub(super) requests: u64,
    pub(super) refused: u64,
    /// Calls that ended with another error, and the first of them.
    pub(super) failed: u64,
    pub(super) failure: Option<String>,
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
pub(in super::super) struct LoadReport {
    pub(super) outcomes: Vec<PatternOutcome>,
    pub(in super::super) minutes: Vec<Minute>,
    pub(super) rows: u64,
    pub(super) lost: u64,
    /// How many items the table held that were there before, so that no rows were put in.
    pub(super) held: Option<u64>,
    pub(super) stopped: bool,
    /// What each partition did meanwhile.
    pub(super) heat: Vec<String>,
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
    /// What else it ended with, if not with an answer.
    pub(super) failed: Option<String>,
    /// Whether it was more work than there may be.
    pub(super) is_stopped: bool,
}

impl PatternOutcome {
    pub(super) fn add(&mut self, call: &Call) {
        self.calls += 1;
        self.requests += call.requests;
        self.refused += u64::from(call.is_refused);
        self.failed += u64::from(call.failed.is_some());
        if self.failure.is_none() {
            self.failure.clone_from(&call.failed);
        }
        self.items += call.items;
        self.read += call.read;
        self.written += call.written;
    }

    /// How many calls were served.
    const fn served(&self) -> u64 {
        self.calls - self.refused - self.failed
    }

    /// Units of a call that was served; `None` if none was.
    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn each(&self, units: f64) -> Option<f64> {
        (self.served() > 0).then(|| (units / self.served() as f64 * 100.0).round() / 100.0)
    }

    /// Requests of a call that was served.
    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    fn each_requests(&self) -> Option<f64> {
        self.each(self.requests as f64)
    }

    #[expect(clippy::cast_precision_loss, reason = "counts of a lab lie far below 2^52")]
    pub(super) fn json(&self) -> Value {
        let items = (self.served() > 0).then(|| self.items as f64 / self.served() as f64);
        json!({
            "Title": self.title, "Calls": self.calls, "Refused": self.refused, "Failed": self.failed, "Failure": self.failure,
            "RCU": self.each(self.read), "WCU": self.each(self.written), "Items": items, "Requests": self.each_requests(),
            "Way": self.way.split([' ', ',']).next(),
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

impl LoadReport {
    /// What it came to, as a table, and the load of each partition.
    pub(super) fn text(&self, load: &Load) -> String {
        let mut out = format!("{} seconds of load on {}, each call once (model).\n", load.seconds, load.table);
        if let Some(words) = self.rows_lost() {
            out.push_str(&words);
        }
        // Of a program that may send several requests for one call, they are told as well.
        let counts = load.patterns.iter().any(Pattern::is_programmed);
        out.push_str(&self.table(counts));
        for it in &self.outcomes {
            if let Some(failure) = &it.failure {
                let _ = writeln!(out, "{}: {} failed with {failure}", it.title, counted(it.failed, "calls"));
            }
        }
        if counts {
            out.push_str("Requests and each are those of one call; its requests are sent one after the other.\n");
        }
        if self.stopped {
            out.push_str("It was stopped on the way: that was more work than one line may do.\n");
        }
        out + &self.heat.join("\n") + "\n"
    }

    /// Why the table does not hold all the rows that it should, if it does not.
    fn rows_lost(&self) -> Option<String> {
        if self.lost == 0 {
            return None;
        }
        if let Some(held) = self.held {
            let (held, missing) = (counted(held, "items"), grouped(self.lost));
            return Some(format!(
                "The table was not empty, so nothing was put in: it held {held}, and {missing} of the load's rows are missing.\n"
            ));
        }
        let (held, lost) = (counted(self.rows, "items"), grouped(self.lost));
        let verb = if self.lost == 1 { "was" } else { "were" };
        Some(format!("The table holds {held}; {lost} {verb} replaced by others with the same key.\n"))
    }

    /// A row for each pattern; with the requests of a call if it may send several.
    fn table(&self, counts: bool) -> String {
        let width = self.outcomes.iter().map(|it| it.title.chars().count()).max().unwrap_or(0).clamp(7, WIDEST);
        let ways = self.outcomes.iter().map(|it| it.way.len()).max().unwrap_or(0).max(3);
        let requests = |text: String| if counts { format!("  {text:>8}  ") } else { "  ".to_owned() };
        let row = |[title, calls, way, sent, each, refused]: [String; 6]| {
            format!("{title:width$}  {calls:>6}  {way:ways$}{}{each:>11}  {refused:>7}\n", requests(sent))
        };
        let head = ["pattern", "calls", "way", "requests", "each", "refused"].map(str::to_owned);
        let told = |each: Option<f64>, unit: &str| each.map_or_else(|| "-".to_owned(), |each| format!("{each}{unit}"));
        let outcome = |it: &PatternOutcome| {
            let each = if it.written > 0.0 || it.way == "PutItem" {
                told(it.each(it.written), " WCU")
            } else {
                told(it.each(it.read), " RCU")
            };
            let (title, sent) = (it.title.chars().take(width).collect(), told(it.each_requests(), ""));
            row([title, grouped(it.calls), it.way.clone(), sent, each, grouped(it.refused)])
        };
        row(head) + &self.outcomes.iter().map(outcome).collect::<String>()
    }
}
