//! The program's entrance: run the command line, turn an error into an exit code.

use std::io::Write as _;
use std::process::ExitCode;

fn main() -> ExitCode {
    match dynadrill::cli::run() {
        Ok(code) => code,
        Err(error) => {
            // If standard error is closed too, there is nobody left to tell.
            let _ = writeln!(std::io::stderr(), "dynadrill: {error:#}");
            if error.is::<dynadrill::cli::Usage>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}
