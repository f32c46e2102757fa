//! `:runtime`: the learner plays the runtime of a function of their own, which `lab serve` lets a program do.

use serde_json::Value;

use super::super::words::Fault;
use super::{OwnCommand, Workbench};
use crate::safe_text;

pub(super) const COMMAND: OwnCommand = OwnCommand {
    name: "runtime",
    usage: ":runtime next|response JSON|error TEXT",
    about: "take an invocation of a function my-NAME, and answer it by hand",
    details: "  :runtime next                               waits for the next invocation, and shows its records
  :runtime response {\"batchItemFailures\":[]}  what the function returns
  :runtime error 'bad amount'                 what it throws
  {{record 2}} in a response is the SequenceNumber of the event's second record.
  Over lab serve your own program does this, by Lambda's runtime API.
",
    needs_words: true,
    run,
};

/// How long `next` waits, in milliseconds, and how often it looks.
const PATIENCE: u64 = 300_000;
const LOOK: u64 = 250;

fn run(bench: &mut Workbench, words: &str) -> Result<String, Fault> {
    let (word, rest) = words.split_once(char::is_whitespace).unwrap_or((words, ""));
    let rest = rest.trim().trim_matches('\'');
    match (word, rest) {
        ("next", "") => next(bench),
        ("response", json) => {
            let response: Value =
                serde_json::from_str(json).map_err(|error| format!("Expected a response in JSON: {error}"))?;
            answer(bench, Ok(response))
        }
        ("error", problem) if !problem.is_empty() => answer(bench, Err(problem.to_owned())),
        _ => Err("Expected next, response JSON or error TEXT; :help runtime tells more".into()),
    }
}

fn next(bench: &mut Workbench) -> Result<String, Fault> {
    bench.world.runtime_asks();
    let mut handed = bench.world.runtime_next();
    let mut waited = 0;
    while handed.is_none() && waited < PATIENCE {
        bench.world.wait(LOOK);
        waited += LOOK;
        handed = bench.world.runtime_next();
    }
    let handed =
        handed.ok_or("Nothing was to be done in five minutes. Is a mapping to a function my-NAME there, and on?")?;
    let records = handed.event["Records"].as_array().into_iter().flatten();
    let told = records.enumerate().map(|(place, record)| {
        let (event, change) = (record["eventName"].as_str().unwrap_or_default(), &record["dynamodb"]);
        let image = if change["NewImage"].is_null() { &change["Keys"] } else { &change["NewImage"] };
        let sequence = change["SequenceNumber"].as_str().unwrap_or_default();
        safe_text::line(&format!("{:>3}  {sequence}  {event:<6}  {image}", place + 1)).into_owned() + "\n"
    });
    Ok(told.collect())
}

fn answer(bench: &mut Workbench, answer: Result<Value, String>) -> Result<String, Fault> {
    let Some(id) = bench.world.lambda().event().map(|handed| handed.id.clone()) else {
        return Err("No invocation is under way; :runtime next takes one".into());
    };
    bench.world.runtime_answers(&id, answer);
    let outcome = bench.world.lambda().invocations().next_back().map(|one| one.outcome.clone()).unwrap_or_default();
    Ok(safe_text::line(&outcome).into_owned() + "\n")
}
