//! Ctrl-C: while a line runs it stops the line, at the prompt it ends the program as it always does.

use std::io;

use signal_hook::consts::SIGINT;
use signal_hook::flag;

use crate::lab::Work;

/// From now on Ctrl-C stops what is being done, if anything is.
///
/// # Errors
/// The system does not let signals be handled.
pub(super) fn stops(work: &Work) -> io::Result<()> {
    // In this order: while nothing is being done the first ends the program.
    flag::register_conditional_default(SIGINT, work.idle_flag())?;
    flag::register(SIGINT, work.stop_flag())?;
    Ok(())
}
