//! The command that writes the scores as a web page.

use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context as _, Result};

use super::{Face, at_desk, print, print_block};
use crate::app::study;
use crate::clock::{Clock as _, SystemClock, Timestamp};
use crate::content::{Lab, Library, Source};
use crate::lab::{BestAndPar, Spent};
use crate::progress::{self, Store};
use crate::quiz::Purpose;
use crate::records;
use crate::report::{Facts, LabCost, Spending, page};

/// How far ahead recall is shown where no exam is set.
const TWO_WEEKS: u32 = 14;

/// Writes the page to a file, or to standard output.
///
/// # Errors
/// The progress cannot be read, or the file cannot be written.
pub(super) fn write(face: &Face, source: &Source, file: Option<&Path>) -> Result<ExitCode> {
    let library = face.load(source)?;
    let store = face.open_to_read()?;
    let find = |id: &str| study::find(&library, &[], id);
    // An exam whose questions a newer bank has dropped has nothing to show.
    let ended = store.ended_sessions(Purpose::Exam.name())?.into_iter();
    let exams: Vec<_> =
        ended.filter_map(|(at, record)| Some((at, records::resumed_to_end(&record, &find).ok()?))).collect();
    let setting = store.setting(study::PARAMETERS)?;
    let costs = costs(&library, &store)?;
    let (model, _desk) = at_desk(library.clone(), store, face.settings.aims);
    let now = SystemClock.now();
    let day = face.settings.aims.exam_day.unwrap_or(model.standing.today + TWO_WEEKS);
    let exam = Timestamp::from_millis(u64::from(day) * 86_400_000);
    let log = &model.standing.log;
    let plan = study::plan_until(&library, log, setting.as_deref(), now, exam).map_err(anyhow::Error::msg)?;
    let written =
        page(&Facts { library: &library, standing: &model.standing, plan: &plan, exams: &exams, costs: &costs });
    match file {
        Some(file) => {
            std::fs::write(file, written).with_context(|| format!("cannot write {}", file.display()))?;
            print(&[format!("{} is written; open it in a browser, or print it.", file.display())])?;
        }
        None => print_block(&written)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// What the learner's labs cost at best, against what the same steps can be done with.
///
/// # Errors
/// The progress cannot be read.
fn costs(library: &Library, store: &Store) -> Result<Vec<LabCost>, progress::Error> {
    let of_lab = |lab: &Lab| {
        let found = records::best_and_par(store, lab)?;
        let cost =
            |found: BestAndPar| LabCost { lab: lab.name.clone(), best: spending(found.best), par: spending(found.par) };
        Ok(found.map(cost))
    };
    library.labs.iter().filter_map(|lab| of_lab(lab).transpose()).collect()
}

fn spending(spent: Spent) -> Spending {
    Spending { requests: spent.requests, read: spent.read.as_f64(), write: spent.write.as_f64() }
}
