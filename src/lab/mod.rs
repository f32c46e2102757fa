//! Labs: a workbench with an engine on it, steps to do there, and a judge of what happened.
//!
//! The life of a step: [`Workbench::run`] runs a typed line against the engine, [`Runner::run`] then holds each request that
//! it entered in the journal against the step's checks, once (`tally`), and judges by that and by the tables (`judge`); a
//! check that is not met says what is still missing, a near miss gets its own words, and when all are met the step is done.
//! Nothing here looks at what was typed, and nothing grows with the number of requests.
//!
//! What takes long can be watched and stopped: a workbench's [`Work`] says how far it is, [`watched`] asks while it is done.
//!
//! Left out: screens (a [`Runner`] is shown by `ui` and `plain`) and saving (the app does that).

mod case;
mod expand;
mod facts;
mod fill;
mod fits;
mod format1;
mod meter;
mod mutations;
mod predict;
mod proof;
mod reasons;
mod runner;
mod shop;
mod state;
mod story;
mod value;
mod watch;
mod ways;
mod word;
mod workbench;

pub use crate::world::work::{CONTENT_STEPS, Progress, Stopped, Work};
pub use case::Verdict;
pub use meter::{amounts, meter};
pub use predict::{Hit, Prediction, calibration, wanted};
pub use proof::{Proofs, Tried, TriedLine};
pub use runner::{Completed, Judged, LabError, Marks, Runner, Spent, Turn, WayCost, par};
pub use shop::shop;
pub use watch::watched;
pub use ways::{WayFault, way_faults};
pub use word::Word;
pub use workbench::{Compared, MAX_LINE_BYTES, Reply, ReplyKind, Workbench, complete};
