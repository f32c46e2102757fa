//! `:sdk`: lets an SDK client stand between the prompt and the service.

use super::super::words::{Fault, Flags, duration};
use super::{OwnCommand, Workbench};
use crate::world::sdk_client::{Mode, REVISED, SdkClient, Settings};

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "sdk",
    usage: ":sdk [MODE|off]",
    about: "send commands as an SDK does, with retries",
    details: "  :sdk standard         4 attempts, a random share of 25 ms x 2^n between them, or of
                        1 s x 2^n if throttled (the default of SDKs since 10 November 2026)
  :sdk adaptive         the same, and it learns how many requests a second are taken
  :sdk standard-2025    as standard was before: 3 attempts, a share of 1 s x 2^n
  :sdk legacy           10 attempts, 50 ms x 2^n between them (older SDKs for DynamoDB)
  --attempts N, --timeout 1s, --lose PERCENT of the answers (model), --seed N
  :sdk off              commands are sent once
  :traffic is not sent by it: it takes --retry MODE and a client of its own
",
    needs_words: false,
    run,
};

const FLAGS: [(&str, bool); 4] = [("--attempts", true), ("--timeout", true), ("--lose", true), ("--seed", true)];

/// The longest that a client waits for an answer, in milliseconds: ten minutes.
const LONGEST_TIMEOUT: u64 = 600_000;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let (plain, flags) = Flags::read(words, &FLAGS)?;
    match plain.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        [] => {}
        ["off"] => bench.sdk = None,
        [mode] => {
            let settings = settings(mode, &flags)?;
            bench.sdk = Some(SdkClient::new(settings, flags.whole("--seed", 0..=u64::MAX, 1)?));
        }
        _ => return Err(format!("Expected one retry mode, found {}", plain.join(" ")).into()),
    }
    Ok(match &bench.sdk {
        None => "Commands are sent once; you see every error of the service.\n".to_owned(),
        Some(client) => {
            let Settings { mode, timeout, lost_per_mille, .. } = client.settings();
            let (attempts, lost) = (client.settings().attempts(), lost_per_mille / 10);
            let loses =
                if lost > 0 { format!(" {lost}% of the answers are lost on their way.") } else { String::new() };
            let dated = if mode.is_revised() { format!("; as of {REVISED}") } else { String::new() };
            format!(
                "Commands are sent by an SDK in {} mode (model{dated}): up to {attempts} attempts,\n{timeout} ms for each answer.{loses} :traffic does as its --retry says.\n",
                mode.name()
            )
        }
    })
}

/// The settings that a mode and the flags ask for.
pub(super) fn settings(mode: &str, flags: &Flags) -> Result<Settings, String> {
    let names = Mode::ALL.map(Mode::name).join(", ");
    let mode = Mode::find(mode).ok_or_else(|| format!("Expected a retry mode ({names}), found {mode}"))?;
    let mut settings = Settings::new(mode);
    if flags.get("--attempts").is_some() {
        settings.max_attempts = u32::try_from(flags.whole("--attempts", 1..=20, 1)?).ok();
    }
    if let Some(timeout) = flags.get("--timeout") {
        let millis = duration(timeout)?;
        if millis > LONGEST_TIMEOUT {
            return Err(format!("--timeout expects a time of 10m at most, found {timeout}"));
        }
        settings.timeout = millis;
    }
    settings.lost_per_mille = flags.whole("--lose", 0..=100, 0)? * 10;
    Ok(settings)
}
