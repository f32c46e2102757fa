//! The program's entrance: run the command line, turn an error into an exit code.

use std::backtrace::{Backtrace, BacktraceStatus};
use std::io::Write as _;
use std::panic::PanicHookInfo;
use std::process::ExitCode;

use dynadrill::safe_text;

fn main() -> ExitCode {
    std::panic::set_hook(Box::new(report_panic));
    match dynadrill::cli::run() {
        Ok(code) => code,
        Err(error) => {
            // If standard error is closed too, there is nowhere left to report it.
            let _ = writeln!(safe_text::stderr(), "dynadrill: {}", safe_text::line(&format!("{error:#}")));
            let Some(usage) = error.downcast_ref::<dynadrill::cli::Usage>() else { return ExitCode::FAILURE };
            let _ = safe_text::write_lines(&mut safe_text::stderr(), usage.listed());
            ExitCode::from(2)
        }
    }
}

/// Reports a panic as Rust does; its message may quote a text of others.
fn report_panic(panic: &PanicHookInfo<'_>) {
    let mut talk = safe_text::stderr();
    let backtrace = Backtrace::capture();
    // If standard error is closed too, there is nowhere left to report it.
    let _ = match backtrace.status() {
        BacktraceStatus::Captured => writeln!(talk, "{panic}\n{backtrace}"),
        _ => writeln!(talk, "{panic}\nnote: RUST_BACKTRACE=1 shows a backtrace"),
    };
}
