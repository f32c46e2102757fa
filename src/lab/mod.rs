//! Labs: a workbench with an engine on it, steps to do there, and a judge of what is so.
//!
//! The life of a step: [`Workbench::run`] runs a typed line against the engine; each request that it entered in the journal
//! becomes a fact (`facts`), the same whatever verb it was sent as, and is held once (`fits`) against the requirements of the
//! step's `case`; states are asked of the world (`state`) after everything that is due has happened; what is missing is said
//! in one sentence (`reasons`), and what was done is told with the figures of this run (`story`). Nothing here looks at what
//! was typed, and nothing grows with the number of requests. [`way_faults`] proves a step: its right and wrong ways are
//! played (`ways`), and each thing that it requires is taken out in turn (`mutations`).
//!
//! What takes long can be watched and stopped: a workbench's [`Work`] says how far it is, [`watched`] asks while it is done.
//!
//! Left out: screens (a [`Runner`] is shown by `ui` and `plain`) and saving (the app does that).

mod case;
mod dashboard;
mod expand;
mod facts;
mod fill;
mod fits;
mod load;
mod meter;
mod mutations;
mod predict;
mod printout;
mod proof;
mod reasons;
mod refusal;
mod runner;
mod serving;
mod shop;
mod standing;
mod state;
mod story;
mod telling;
mod value;
mod watch;
mod ways;
mod word;
mod workbench;

pub use crate::world::lambda::Handed;
pub use crate::world::work::{CONTENT_STEPS, Progress, Stopped, Work};
pub use case::Verdict;
pub use meter::{amounts, meter};
pub use predict::{Hit, Prediction, calibration, wanted};
pub use proof::{Proofs, TriedLine, TriedOption};
pub use runner::{
    Beginnings, Begins, BestAndPar, Completed, Judged, KeptScore, LabError, OwnLines, Runner, Score, Spent, Turn,
    WayCost, par,
};
pub use serving::not_carried;
pub use shop::shop;
pub use watch::watched;
pub use ways::{WayFault, way_faults};
pub use word::{Word, is_clearing, is_leaving};
pub use workbench::{Compared, MAX_LINE_BYTES, Reply, ReplyKind, Workbench, complete};
