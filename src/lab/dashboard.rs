//! The dashboard of a step: the lab's load, run on a copy before the step begins, by the minute and as CloudWatch names it,
//! and what else lies on the desk.

use super::load::{self, Minute};
use super::workbench::Workbench;
use crate::content::lab::load::{Dashboard, Load, Metric};
use crate::engine::capacity::grouped;

/// What a dashboard shows, in lines; those of metrics stand in columns.
pub(super) fn lines(dashboard: &Dashboard, load: Option<&Load>, bench: &mut Workbench) -> Vec<String> {
    let mut out = Vec::new();
    if let Some(load) = load {
        let begins = bench.engine().now();
        let mut copy = bench.copy();
        if let Ok(report) = load::measured(load, &mut copy) {
            let times = (0..report.minutes.len() as u64)
                .map(|minute| begins.plus_millis(minute * 60_000).to_string()[11..16].to_owned());
            let width = dashboard.metrics.iter().map(|metric| metric.name().len()).max().unwrap_or(0);
            let column = |text: String| format!("{text:>8}");
            out.push(format!(
                "{:width$}{}",
                format!("CloudWatch: {}", load.table),
                times.map(column).collect::<String>()
            ));
            let units = load::provisioned(&load.table, &copy);
            for metric in &dashboard.metrics {
                let values = report.minutes.iter().map(|minute| column(value(*metric, minute, units)));
                out.push(format!("{:width$}{}", metric.name(), values.collect::<String>()));
            }
        }
    }
    for (title, text) in
        [("Log", &dashboard.log), ("Code and configuration", &dashboard.code), ("Bill", &dashboard.bill)]
    {
        if !text.trim().is_empty() {
            out.push(String::new());
            out.push(format!("{title}:"));
            out.extend(text.trim_end().lines().map(|line| format!("  {line}")));
        }
    }
    out
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "units are counts of a lab")]
fn value(metric: Metric, minute: &Minute, provisioned: Option<(u64, u64)>) -> String {
    let whole = |units: f64| grouped(units.round() as u64);
    let given = |units: Option<u64>| units.map_or_else(|| "-".to_owned(), grouped);
    match metric {
        Metric::ConsumedReadCapacityUnits => whole(minute.read),
        Metric::ConsumedWriteCapacityUnits => whole(minute.written),
        Metric::ProvisionedReadCapacityUnits => given(provisioned.map(|(read, _)| read)),
        Metric::ProvisionedWriteCapacityUnits => given(provisioned.map(|(_, write)| write)),
        Metric::ThrottledRequests => grouped(minute.refused),
        Metric::ReturnedItemCount => grouped(minute.returned),
        Metric::SuccessfulRequestLatency => grouped(minute.served),
    }
}
