//! Time as an argument: the only file that may ask the operating system what time it is.
//!
//! Everything else takes a [`Clock`]. The labs run on a [`VirtualClock`], which moves only when it is told to, so
//! that the same commands give the same timestamps (a learner may let it run, to watch); the score book uses the
//! [`SystemClock`]. A date can be set back and forth, so how long something took is measured by [`Clock::monotonic`]
//! ([`Stopwatch`]), not by dates.
//!
//! The endpoint needs dates too, in which time never goes back: it uses a [`SteadyClock`], which shows the date, but
//! after a step back continues from the latest moment it has shown, at the pace of the monotonic time, until the date is
//! ahead of it again. What people name by date (when an item expires) goes by [`Clock::calendar`], the date as it is.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// A moment, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub struct Timestamp(u64);

impl Timestamp {
    /// The moment `milliseconds` after the epoch.
    #[must_use]
    pub const fn from_millis(milliseconds: u64) -> Self {
        Self(milliseconds)
    }

    /// The beginning of a day, in UTC: `2026-12-24`; `None` if there is no such day since 1970.
    #[must_use]
    pub fn from_date(date: &str) -> Option<Self> {
        let shape = date.bytes().map(|byte| if byte.is_ascii_digit() { b'0' } else { byte });
        if !shape.eq("0000-00-00".bytes()) {
            return None;
        }
        let mut parts = date.split('-').map(|part| part.parse::<u32>().ok());
        let (year, month, day) = (i64::from(parts.next()??), parts.next()??, parts.next()??);
        let days = days_from_civil(year, month, day);
        // A day that the calendar does not have comes back as another one.
        let found = (civil_from_days(days) == (year, month, day)).then_some(days)?;
        Some(Self::from_millis(u64::try_from(found).ok()?.checked_mul(86_400_000)?))
    }

    /// A moment in UTC as people write it: `2026-12-24`, `2026-12-24T18:30`, `2026-12-24T18:30:00.5Z`; `None` if it is none.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        let (date, time) = text.split_once(['T', ' ']).unwrap_or((text, "00:00"));
        let day = Self::from_date(date)?;
        let mut parts = time.strip_suffix(['Z', 'z']).or(time.strip_suffix("+00:00")).unwrap_or(time).split(':');
        let two = |text: &str| if text.len() == 2 { text.parse::<u64>().ok() } else { None };
        let (hour, minute) = (two(parts.next()?)?, two(parts.next()?)?);
        let second: f64 = match parts.next() {
            Some(text) if text.starts_with(|first: char| first.is_ascii_digit()) => text.parse().ok()?,
            Some(_) => return None,
            None => 0.0,
        };
        let fits = hour < 24 && minute < 60 && (0.0..60.0).contains(&second) && parts.next().is_none();
        let seconds = Self::from_secs_f64(second).as_millis();
        fits.then(|| day.plus_millis((hour * 60 + minute) * 60_000 + seconds))
    }

    /// The moment so many seconds after the epoch, to the millisecond; the epoch for what lies before it or is no number.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the cast stops at the bounds")]
    pub fn from_secs_f64(seconds: f64) -> Self {
        Self((seconds * 1000.0).round() as u64)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn as_millis(self) -> u64 {
        self.0
    }

    /// Whole seconds since the epoch.
    #[must_use]
    pub const fn as_secs(self) -> u64 {
        self.0 / 1000
    }

    /// Seconds since the epoch with their fraction: the form of timestamps on DynamoDB's wire.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "milliseconds of any real date fit 53 bits")]
    pub fn as_secs_f64(self) -> f64 {
        self.0 as f64 / 1000.0
    }

    /// The moment `milliseconds` later; the last representable one if that overflows.
    #[must_use]
    pub const fn plus_millis(self, milliseconds: u64) -> Self {
        Self(self.0.saturating_add(milliseconds))
    }

    /// Milliseconds from `earlier` to this moment, 0 if `earlier` is in fact later.
    #[must_use]
    pub const fn millis_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// Year, month, day, hour, minute, second and millisecond in UTC.
    #[must_use]
    pub fn civil(self) -> (i64, u32, u32, u32, u32, u32, u32) {
        let days = i64::try_from(self.0 / 86_400_000).unwrap_or(i64::MAX);
        let rest = self.0 % 86_400_000;
        let (year, month, day) = civil_from_days(days);
        let part = |divisor: u64, modulus: u64| u32::try_from(rest / divisor % modulus).unwrap_or(0);
        (year, month, day, part(3_600_000, 24), part(60_000, 60), part(1000, 60), part(1, 1000))
    }
}

impl fmt::Display for Timestamp {
    /// ISO 8601 in UTC with milliseconds, as in a stream label: `2026-11-25T10:00:00.000`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day, hour, minute, second, milli) = self.civil();
        write!(f, "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{milli:03}")
    }
}

/// Days since the epoch to a date of the proleptic Gregorian calendar (years are counted from March, so that the
/// leap day is the last of a year).
fn civil_from_days(days: i64) -> (i64, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted_month = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted_month + 2) / 5 + 1;
    let month = if shifted_month < 10 { shifted_month + 3 } else { shifted_month - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, u32::try_from(month).unwrap_or(1), u32::try_from(day).unwrap_or(1))
}

/// The inverse of [`civil_from_days`]; what it gives for a date that there is not is some other day's number.
fn days_from_civil(year: i64, month: u32, day: u32) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let shifted_month = (i64::from(month) + 9).rem_euclid(12);
    let day_of_year = (153 * shifted_month + 2) / 5 + i64::from(day) - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Where the present comes from.
pub trait Clock: fmt::Debug + Send + Sync {
    /// The present moment.
    fn now(&self) -> Timestamp;

    /// Milliseconds that have passed since some fixed moment; only differences mean anything. Unlike [`Clock::now`] it
    /// never goes back and does not follow changes of the computer's date. A clock that is moved by hand has no other
    /// time than the one it shows.
    fn monotonic(&self) -> u64 {
        self.now().as_millis()
    }

    /// The present moment as a calendar shows it, which may be set back.
    fn calendar(&self) -> Timestamp {
        self.now()
    }
}

/// The operating system's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may read the system's time")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp(u64::try_from(since.as_millis()).unwrap_or(u64::MAX))
    }

    /// On Linux and macOS this time stands still while the computer sleeps; on Windows it goes on.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that may read the system's time")]
    fn monotonic(&self) -> u64 {
        static BEGINNING: OnceLock<Instant> = OnceLock::new();
        u64::try_from(BEGINNING.get_or_init(Instant::now).elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

/// Measures the time between one look and the next, by the monotonic time of a clock.
#[derive(Clone, Copy, Debug)]
pub struct Stopwatch {
    last: u64,
}

/// The most milliseconds that pass between two looks of a program that looks all the time. A longer gap means that the
/// computer slept or the program was stopped.
const LONGEST_LOOK: u64 = 5_000;

impl Stopwatch {
    /// A stopwatch that starts now.
    #[must_use]
    pub fn start(clock: &dyn Clock) -> Self {
        Self { last: clock.monotonic() }
    }

    /// Returns the milliseconds since the start or the last lap, and starts the next lap.
    pub fn lap(&mut self, clock: &dyn Clock) -> u64 {
        let now = clock.monotonic();
        now.saturating_sub(std::mem::replace(&mut self.last, now))
    }

    /// As [`Stopwatch::lap`], for a program that looks several times a second: while it could not, time stood still, but for
    /// five seconds.
    pub fn lap_awake(&mut self, clock: &dyn Clock) -> u64 {
        self.lap(clock).min(LONGEST_LOOK)
    }
}

/// A clock that never goes back. It shows the date of another clock; when that is set back, it continues from where it
/// was, at the pace of the other's monotonic time, until the date is ahead of it again. It follows every step forward, as
/// after a sleep.
#[derive(Debug)]
pub struct SteadyClock {
    clock: Arc<dyn Clock>,
    /// The latest moment shown, and the monotonic time then.
    latest: Mutex<(Timestamp, u64)>,
}

impl SteadyClock {
    /// A clock that shows the operating system's date.
    #[must_use]
    pub fn system() -> Self {
        Self::new(Arc::new(SystemClock))
    }

    /// A clock that shows the date of another.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        let latest = Mutex::new((clock.now(), clock.monotonic()));
        Self { clock, latest }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Timestamp {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        let (shown, before) = *latest;
        let passed = self.clock.monotonic().saturating_sub(before);
        let now = self.clock.now().max(shown.plus_millis(passed));
        *latest = (now, before + passed);
        now
    }

    fn monotonic(&self) -> u64 {
        self.clock.monotonic()
    }

    fn calendar(&self) -> Timestamp {
        self.clock.now()
    }
}

/// A clock of its own: it stands still until it is moved, or runs beside another clock at some factor. Clones share the
/// same time.
///
/// Only a clock that stands still gives the same moments to the same commands; one that runs is for watching.
#[derive(Clone, Debug)]
pub struct VirtualClock(Arc<ClockFace>);

#[derive(Debug)]
struct ClockFace {
    /// Milliseconds since the epoch; while the clock runs, those at `since`.
    time: AtomicU64,
    /// How fast it runs: its milliseconds in each of `beside`'s; 0 while it stands still.
    factor: AtomicU64,
    /// What `beside` showed when the clock began to run.
    since: AtomicU64,
    /// The clock it runs beside.
    beside: Arc<dyn Clock>,
}

impl VirtualClock {
    /// Where the labs begin: Monday 2026-06-01, 10:00:00 UTC.
    pub const LAB_START: Timestamp = Timestamp(1_780_308_000_000);

    /// A clock that shows `start` and runs, when it is told to, beside the operating system's made steady.
    #[must_use]
    pub fn new(start: Timestamp) -> Self {
        Self::beside(start, Arc::new(SteadyClock::system()))
    }

    /// A clock that shows `start` and runs, when it is told to, beside another.
    #[must_use]
    pub fn beside(start: Timestamp, beside: Arc<dyn Clock>) -> Self {
        let [time, factor, since] = [start.0, 0, 0].map(AtomicU64::new);
        Self(Arc::new(ClockFace { time, factor, since, beside }))
    }

    /// Moves the clock forward.
    pub fn advance_millis(&self, milliseconds: u64) {
        self.0.time.fetch_add(milliseconds, Ordering::SeqCst);
    }

    /// Sets the clock, backwards too: undoing a command restores the time it was given at.
    pub fn set(&self, to: Timestamp) {
        self.0.time.store(to.0, Ordering::SeqCst);
        if self.factor() > 0 {
            self.0.since.store(self.0.beside.now().0, Ordering::SeqCst);
        }
    }

    /// From now on runs `factor` times as fast as the clock beside it; 0 stops it.
    pub fn run(&self, factor: u64) {
        let now = self.now();
        self.0.factor.store(factor, Ordering::SeqCst);
        self.set(now);
    }

    /// From now on shows what the clock beside it shows. It never goes back: if that is earlier, it runs on from here.
    pub fn follow(&self) {
        self.run(1);
        self.set(self.now().max(self.0.beside.now()));
    }

    /// What the clock shows that it runs beside.
    #[must_use]
    pub fn outside(&self) -> Timestamp {
        self.0.beside.now()
    }

    /// How fast it runs; 0 while it stands still.
    #[must_use]
    pub fn factor(&self) -> u64 {
        self.0.factor.load(Ordering::SeqCst)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> Timestamp {
        let time = self.0.time.load(Ordering::SeqCst);
        match self.factor() {
            0 => Timestamp(time),
            factor => {
                let since = Timestamp(self.0.since.load(Ordering::SeqCst));
                Timestamp(time).plus_millis(self.0.beside.now().millis_since(since).saturating_mul(factor))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn timestamps_print_as_utc() {
        assert_eq!(VirtualClock::LAB_START.to_string(), "2026-06-01T10:00:00.000");
        assert_eq!(Timestamp::from_millis(951_782_400_001).to_string(), "2000-02-29T00:00:00.001");
        assert_eq!(Timestamp::default().to_string(), "1970-01-01T00:00:00.000");
    }

    /// A computer whose date can be changed without time passing.
    #[derive(Debug)]
    struct Computer {
        date: VirtualClock,
        awake: VirtualClock,
    }

    impl Clock for Computer {
        fn now(&self) -> Timestamp {
            self.date.now()
        }

        fn monotonic(&self) -> u64 {
            self.awake.monotonic()
        }
    }

    #[test]
    fn a_steady_clock_continues_when_the_date_is_set_back() {
        const HOUR: u64 = 3_600_000;
        let start = VirtualClock::LAB_START;
        let (date, awake) = (VirtualClock::new(start), VirtualClock::new(Timestamp(7)));
        let steady = SteadyClock::new(Arc::new(Computer { date: date.clone(), awake: awake.clone() }));
        let pass = |millis| {
            date.advance_millis(millis);
            awake.advance_millis(millis);
        };
        let back = |millis: u64| date.set(Timestamp(date.now().as_millis() - millis));
        pass(1000);
        assert_eq!(steady.now(), start.plus_millis(1000));
        // Set back: it continues at the same pace, and only the calendar goes back.
        back(HOUR);
        pass(5000);
        assert_eq!(steady.now(), start.plus_millis(6000));
        assert_eq!(steady.calendar(), date.now());
        // Set right and back several times: nothing adds up.
        for _ in 0..3 {
            date.advance_millis(HOUR);
            assert_eq!(steady.now(), date.now());
            back(HOUR);
            assert_eq!(steady.now(), start.plus_millis(6000));
        }
        // A sleep: the date is ahead, and is followed.
        date.advance_millis(5 * HOUR);
        assert_eq!(steady.now(), date.now());
        // Years back, before anything was shown.
        let latest = steady.now();
        date.set(Timestamp::default());
        pass(10);
        assert_eq!(steady.now(), latest.plus_millis(10));
    }

    #[test]
    fn a_virtual_clock_beside_a_steady_one_does_not_go_back_while_it_runs() {
        let date = VirtualClock::new(VirtualClock::LAB_START);
        let computer = Computer { date: date.clone(), awake: VirtualClock::new(Timestamp(7)) };
        let clock = VirtualClock::beside(Timestamp(1000), Arc::new(SteadyClock::new(Arc::new(computer))));
        clock.run(60);
        date.advance_millis(10);
        assert_eq!(clock.now(), Timestamp(1600));
        date.set(Timestamp(0));
        assert_eq!(clock.now(), Timestamp(1600));
    }

    #[test]
    fn a_stopwatch_does_not_follow_changes_of_the_date() {
        let clock =
            Computer { date: VirtualClock::new(VirtualClock::LAB_START), awake: VirtualClock::new(Timestamp(7)) };
        let mut watch = Stopwatch::start(&clock);
        clock.date.advance_millis(3_600_000);
        clock.awake.advance_millis(20);
        assert_eq!(watch.lap(&clock), 20);
        clock.date.set(Timestamp(0));
        assert_eq!(watch.lap(&clock), 0);
        clock.awake.advance_millis(5);
        assert_eq!(watch.lap(&clock), 5);
    }

    #[test]
    fn a_gap_in_which_nothing_was_looked_at_is_a_pause() {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let mut watch = Stopwatch::start(&clock);
        clock.advance_millis(500);
        assert_eq!(watch.lap_awake(&clock), 500);
        clock.advance_millis(3_600_000);
        assert_eq!(watch.lap_awake(&clock), 5_000);
        clock.advance_millis(500);
        assert_eq!(watch.lap_awake(&clock), 500);
    }

    #[test]
    fn the_system_s_monotonic_time_moves_forward() {
        let before = SystemClock.monotonic();
        std::thread::sleep(std::time::Duration::from_millis(5));
        let passed = SystemClock.monotonic() - before;
        assert!((5..5_000).contains(&passed), "{passed}");
    }

    #[test]
    fn a_date_is_a_day_that_there_is() {
        let date = |text: &str| Timestamp::from_date(text).map(|at| at.to_string());
        for day in ["1970-01-01", "2000-02-29", "2024-02-29", "2026-12-31", "2100-03-01", "9999-12-31"] {
            assert_eq!(date(day), Some(format!("{day}T00:00:00.000")));
        }
        for none in [
            "1969-12-31",
            "2026-00-01",
            "2026-01-00",
            "2026-13-01",
            "2026-02-29",
            "2026-04-31",
            "2100-02-29",
            "0000-01-01",
            "26-01-01",
            "+202-01-01",
            "2026-1-01",
            "2026-01-01-01",
            "",
            "99999999999999999-01-01",
            "２０２６-01-01",
        ] {
            assert_eq!(date(none), None, "{none}");
        }
    }

    #[test]
    fn every_day_has_its_date() {
        for day in 0..200_000 {
            let start = Timestamp::from_millis(day * 86_400_000);
            assert_eq!(Timestamp::from_date(&start.to_string()[..10]), Some(start));
        }
    }

    #[test]
    fn a_virtual_clock_moves_only_when_told() {
        let clock = VirtualClock::new(VirtualClock::LAB_START);
        let twin = clock.clone();
        assert_eq!(clock.now(), clock.now());
        twin.advance_millis(1500);
        assert_eq!(clock.now().millis_since(VirtualClock::LAB_START), 1500);
    }

    #[test]
    fn a_virtual_clock_runs_at_a_factor_and_can_be_stopped() {
        let beside = VirtualClock::new(Timestamp::from_millis(50));
        let clock = VirtualClock::beside(Timestamp::from_millis(1000), Arc::new(beside.clone()));
        beside.advance_millis(10);
        assert_eq!(clock.now(), Timestamp::from_millis(1000));
        clock.run(60);
        beside.advance_millis(10);
        clock.advance_millis(5);
        assert_eq!(clock.now(), Timestamp::from_millis(1605));
        clock.run(0);
        beside.advance_millis(10);
        assert_eq!(clock.now(), Timestamp::from_millis(1605));
    }

    #[test]
    fn a_virtual_clock_that_follows_another_never_goes_back() {
        let beside = VirtualClock::new(Timestamp::from_millis(50));
        let clock = VirtualClock::beside(Timestamp::from_millis(1000), Arc::new(beside.clone()));
        clock.follow();
        beside.advance_millis(7);
        assert_eq!(clock.now(), Timestamp::from_millis(1007));
        clock.run(0);
        beside.set(Timestamp::from_millis(5000));
        clock.follow();
        assert_eq!(clock.now(), Timestamp::from_millis(5000));
    }
}
