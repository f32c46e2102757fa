//! Figures of a world in which a line still runs: traffic second by second, a clock that is moved on.
//!
//! The life of a picture: [`Live::on`] leaves an onlooker with the bench's work; on the thread that runs the line the onlooker
//! takes figures whenever those before have been fetched, so that it costs nothing to run fast; whoever watches fetches them
//! with [`Live::take`] and lays them over the figures from before the line ([`WorldFigures::update`]).

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use super::{LoadFigures, StreamsFigures, TrafficFigures, WorldFigures, put_first};
use crate::clock::Timestamp;
use crate::world::work::{Glimpse, Work};

/// The newest figures of a world in which a line runs. The onlooker leaves with it.
#[derive(Debug)]
pub struct Live {
    work: Work,
    newest: Arc<Kept>,
}

/// The figures that were taken last, until they are fetched.
#[derive(Debug, Default)]
struct Kept {
    figures: Mutex<Option<LiveFigures>>,
    fetched: Condvar,
}

/// How fast a run of traffic is played: time is an argument, so that what nobody watches takes none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Playback {
    /// About how often it waits for its figures to be fetched; 0 never waits.
    pub frames: u64,
    /// How long a second of the lab waits to be looked at.
    pub second: Duration,
    /// How long all of its seconds wait at most.
    pub most: Duration,
}

/// The most requests of a run that is slowed down: a longer one takes its time anyway.
const MOST_PLAYED: u64 = 200_000;
/// How soon a run that is hurried hears of it.
const SLICE: Duration = Duration::from_millis(20);

impl Playback {
    /// How long a run waits before its next second.
    fn pause(self, look: &Glimpse<'_>) -> Duration {
        match look.traffic {
            Some((traffic, [_, ..])) if traffic.requests() <= MOST_PLAYED => {
                self.second.min(self.most / u32::try_from(traffic.seconds.max(1)).unwrap_or(u32::MAX))
            }
            _ => Duration::ZERO,
        }
    }
}

/// What lets a run of traffic that is played slowly come to its end.
#[derive(Clone, Debug, Default)]
pub struct Hurry(Arc<AtomicBool>);

impl Hurry {
    /// The run that is played goes on as fast as it can.
    pub fn up(&self) {
        self.0.store(true, Ordering::SeqCst);
    }

    /// The next run is played at its pace.
    pub fn rest(&self) {
        self.0.store(false, Ordering::SeqCst);
    }

    fn is_up(&self) -> bool {
        self.0.load(Ordering::SeqCst)
    }
}

/// The most fetches that one second waits for.
const MOST_WAITS: u64 = 2;
/// The longest that traffic waits for its figures to be fetched.
const LONGEST_WAIT: Duration = Duration::from_millis(100);

/// What changes while a line runs.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LiveFigures {
    /// When it was taken, on the lab's clock.
    pub at: Timestamp,
    /// The load of each table and each global index.
    pub loads: Vec<LoadFigures>,
    /// The traffic that runs, if any does.
    pub traffic: Option<TrafficFigures>,
    /// Streams, functions behind them, queues and replicas.
    pub streams: StreamsFigures,
}

impl Live {
    /// Looks on while work is done. A run of traffic waits for its figures to be fetched, evenly over its seconds, and is
    /// played as slowly as `pace` says, so that a run that takes no time can still be followed; stopping and hurrying end that.
    #[must_use]
    pub fn on(work: &Work, pace: Playback, hurry: &Hurry) -> Self {
        let newest: Arc<Kept> = Arc::default();
        let (kept, hurry, stopped) = (Arc::clone(&newest), hurry.clone(), work.stop_flag());
        work.look_on(move |look| {
            let mut newest = kept.figures.lock().unwrap_or_else(PoisonError::into_inner);
            let is_played = || !hurry.is_up() && !stopped.load(Ordering::SeqCst);
            let mut left = if is_played() { pace.pause(&look) } else { Duration::ZERO };
            if !left.is_zero() {
                *newest = Some(LiveFigures::of(&look));
            }
            while !left.is_zero() && is_played() {
                let slice = left.min(SLICE);
                let waited = kept.fetched.wait_timeout_while(newest, slice, |_| is_played());
                newest = waited.unwrap_or_else(PoisonError::into_inner).0;
                left -= slice;
            }
            for _ in 0..waits(&look, if hurry.is_up() { 0 } else { pace.frames }) {
                let waited = kept.fetched.wait_timeout_while(newest, LONGEST_WAIT, |newest| newest.is_some());
                newest = waited.unwrap_or_else(PoisonError::into_inner).0;
                newest.get_or_insert_with(|| LiveFigures::of(&look));
            }
            newest.get_or_insert_with(|| LiveFigures::of(&look));
        });
        Self { work: work.clone(), newest }
    }

    /// Returns the figures that were taken last; `None` if none were since this was asked before.
    #[must_use]
    pub fn take(&self) -> Option<LiveFigures> {
        let taken = self.newest.figures.lock().unwrap_or_else(PoisonError::into_inner).take();
        self.newest.fetched.notify_one();
        taken
    }
}

/// For how many fetches traffic waits in the second that it has come to: at most [`MOST_WAITS`], and about `frames` in all.
fn waits(look: &Glimpse<'_>, frames: u64) -> u64 {
    let Some((traffic, seconds)) = look.traffic.filter(|_| frames > 0) else { return 0 };
    let every = (traffic.seconds / frames).max(1);
    let is_frame = (seconds.len() as u64).is_multiple_of(every);
    if is_frame { (frames / traffic.seconds.max(1)).clamp(1, MOST_WAITS) } else { 0 }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.work.look_away();
    }
}

impl LiveFigures {
    /// Figures of one look.
    #[must_use]
    pub fn of(look: &Glimpse<'_>) -> Self {
        let engine = look.world.engine();
        Self {
            at: engine.now(),
            loads: LoadFigures::of(engine),
            traffic: look.traffic.map(|(traffic, seconds)| TrafficFigures::running(traffic, seconds)),
            streams: StreamsFigures::of(look.world, engine.next_sequence()),
        }
    }
}

impl WorldFigures {
    /// Lays figures from a line that runs over those from before it.
    pub fn update(&mut self, live: LiveFigures) {
        let abroad = std::mem::take(&mut self.loads).into_iter().filter(|load| load.region.is_some());
        self.loads = live.loads.into_iter().chain(abroad).collect();
        self.at = live.at;
        self.traffic = live.traffic.or(self.traffic.take());
        if let Some(traffic) = &self.traffic {
            put_first(&mut self.loads, &traffic.table);
        }
        self.streams = live.streams;
    }
}
