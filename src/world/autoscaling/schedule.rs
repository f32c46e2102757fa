//! When a scheduled action is due: once, at a regular interval, or by the calendar, in UTC.
//!
//! `at(2026-06-01T18:00:00)`, `rate(2 hours)`, `cron(0 18 ? * MON-FRI *)` with minutes, hours, day of the month, month, day
//! of the week and year. Left out: `L`, `W` and `#` in a cron, other time zones. Source: Application Auto Scaling User
//! Guide, "Schedule recurring scaling actions using cron expressions".

use std::collections::BTreeSet;

use crate::clock::Timestamp;

const MINUTE: u64 = 60_000;
const DAY: u64 = 24 * 60 * MINUTE;
/// How far ahead the next moment is looked for: five years, so that a leap day is found.
const DAYS_AHEAD: u64 = 5 * 366;
const MONTHS: [&str; 12] = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Schedule {
    /// Once.
    At(Timestamp),
    /// Every so many milliseconds.
    Rate(u64),
    /// By the calendar.
    Cron(Box<Cron>),
}

/// The values of each field that fit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cron {
    minutes: BTreeSet<u32>,
    hours: BTreeSet<u32>,
    days: BTreeSet<u32>,
    months: BTreeSet<u32>,
    weekdays: BTreeSet<u32>,
    years: BTreeSet<u32>,
}

impl Schedule {
    /// Reads a schedule; `None` if it is none.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let inside = |kind: &str| text.trim().strip_prefix(kind)?.strip_prefix('(')?.strip_suffix(')');
        if let Some(moment) = inside("at") {
            return Timestamp::from_text(moment).map(Self::At);
        }
        if let Some(rate) = inside("rate") {
            let (number, unit) = rate.trim().split_once(' ')?;
            let millis = match unit.trim() {
                "minute" | "minutes" => MINUTE,
                "hour" | "hours" => 60 * MINUTE,
                "day" | "days" => DAY,
                _ => return None,
            };
            let number = number.parse::<u64>().ok().filter(|number| (1..=100_000).contains(number))?;
            return Some(Self::Rate(number * millis));
        }
        let fields: Vec<&str> = inside("cron")?.split_whitespace().collect();
        let [minutes, hours, days, months, weekdays, years] = fields[..] else { return None };
        // One of the two days must be left open.
        if days != "?" && weekdays != "?" && days != "*" && weekdays != "*" {
            return None;
        }
        Some(Self::Cron(Box::new(Cron {
            minutes: field(minutes, 0..=59, &[])?,
            hours: field(hours, 0..=23, &[])?,
            days: field(days, 1..=31, &[])?,
            months: field(months, 1..=12, &MONTHS)?,
            weekdays: field(weekdays, 1..=7, &WEEKDAYS)?,
            years: field(years, 1970..=2199, &[])?,
        })))
    }

    /// The first moment after another at which it is due, of an action that counts from `from`.
    pub(super) fn next(&self, from: Timestamp, after: Timestamp) -> Option<Timestamp> {
        match self {
            Self::At(at) => (*at > after).then_some(*at),
            Self::Rate(millis) => {
                let times = after.millis_since(from) / millis + 1;
                Some(from.plus_millis(times.saturating_mul(*millis)))
            }
            Self::Cron(cron) => {
                let midnight = Timestamp::from_millis(after.as_millis() / DAY * DAY);
                let days = (0..DAYS_AHEAD).map(|day| midnight.plus_millis(day * DAY));
                days.filter(|day| cron.fits(*day)).find_map(|day| {
                    let moments = cron
                        .hours
                        .iter()
                        .flat_map(|hour| cron.minutes.iter().map(move |minute| u64::from(hour * 60 + minute) * MINUTE));
                    moments.map(|millis| day.plus_millis(millis)).find(|moment| *moment > after)
                })
            }
        }
    }
}

impl Cron {
    /// Whether a day fits.
    fn fits(&self, day: Timestamp) -> bool {
        let (year, month, date, ..) = day.civil();
        // 1970 began on a Thursday.
        let weekday = u32::try_from((day.as_millis() / DAY + 4) % 7).unwrap_or(0) + 1;
        self.days.contains(&date)
            && self.months.contains(&month)
            && self.weekdays.contains(&weekday)
            && u32::try_from(year).is_ok_and(|year| self.years.contains(&year))
    }
}

/// The values of a field: `*` or `?`, a value, a list of them, a span, each with a step.
fn field(text: &str, all: std::ops::RangeInclusive<u32>, names: &[&str]) -> Option<BTreeSet<u32>> {
    let value = |text: &str| {
        let place = names.iter().position(|name| name.eq_ignore_ascii_case(text));
        let number = place.and_then(|place| u32::try_from(place + 1).ok()).or_else(|| text.parse().ok())?;
        all.contains(&number).then_some(number)
    };
    let mut values = BTreeSet::new();
    for part in text.split(',') {
        let (span, step) = part.split_once('/').map_or((part, None), |(span, step)| (span, Some(step)));
        let step = step.map_or(Some(1), |step| step.parse::<usize>().ok().filter(|step| *step > 0))?;
        let (first, last) = match span.split_once('-') {
            _ if span == "*" || span == "?" => (*all.start(), *all.end()),
            Some((first, last)) => (value(first)?, value(last)?),
            // A step without an end goes on to the last value there is.
            None if part.contains('/') => (value(span)?, *all.end()),
            None => (value(span)?, value(span)?),
        };
        if first > last {
            return None;
        }
        values.extend((first..=last).step_by(step));
    }
    Some(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn due(schedule: &str, after: &str) -> Option<String> {
        let after = Timestamp::from_text(after).unwrap();
        let start = Timestamp::from_text("2026-06-01").unwrap();
        Schedule::parse(schedule)?.next(start, after).map(|at| at.to_string()[..16].to_owned())
    }

    #[test]
    fn the_next_moment_of_each_kind() {
        for (schedule, after, expected) in [
            ("at(2026-06-01T18:00:00)", "2026-06-01T10:00", "2026-06-01T18:00"),
            ("rate(2 hours)", "2026-06-01T10:00", "2026-06-01T12:00"),
            ("rate(1 day)", "2026-06-01T10:00", "2026-06-02T00:00"),
            // The first of June 2026 is a Monday.
            ("cron(0 18 ? * MON-FRI *)", "2026-06-05T18:00", "2026-06-08T18:00"),
            ("cron(0 8 ? * 2 *)", "2026-06-01T10:00", "2026-06-08T08:00"),
            ("cron(15,45 9-17/4 * * ? *)", "2026-06-01T09:15", "2026-06-01T09:45"),
            ("cron(0/20 * * * ? *)", "2026-06-01T10:40", "2026-06-01T11:00"),
            ("cron(0 0 29 2 ? *)", "2026-06-01T10:00", "2028-02-29T00:00"),
        ] {
            assert_eq!(due(schedule, after).as_deref(), Some(expected), "{schedule}");
        }
        assert_eq!(due("at(2026-06-01T18:00:00)", "2026-06-01T18:00"), None);
        assert_eq!(due("cron(0 0 1 1 ? 2020)", "2026-06-01"), None);
    }

    #[test]
    fn a_moment_behind_every_calendar_is_not_looked_for() {
        let far = Timestamp::from_millis(u64::MAX);
        for schedule in ["cron(0 18 * * ? *)", "at(2026-06-01T18:00:00)"] {
            assert_eq!(Schedule::parse(schedule).unwrap().next(far, far), None, "{schedule}");
        }
        assert_eq!(Schedule::parse("rate(1 day)").unwrap().next(Timestamp::default(), far), Some(far));
    }

    #[test]
    fn what_is_no_schedule_is_refused() {
        for text in [
            "",
            "at()",
            "rate(0 minutes)",
            "rate(5 weeks)",
            "rate(5minutes)",
            "cron(0 18 * * *)",
            "cron(60 0 * * ? *)",
            "cron(0 0 1 * MON *)",
            "cron(0 0 L * ? *)",
            "cron(5-1 0 * * ? *)",
            "18:00",
            "cron(*/0 * * * ? *)",
        ] {
            assert_eq!(Schedule::parse(text), None, "{text}");
        }
    }
}
