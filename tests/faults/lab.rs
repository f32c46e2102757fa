//! A lab that is killed at its prompt and behind its endpoint.

use std::collections::BTreeSet;
use std::thread;
use std::time::Duration;

use super::attack::{Client, Server, Talk, factor, micros, report, seed};
use super::{Moment, Progress};
use dynadrill::chance::Chance;
use dynadrill::content::{self, Lab, Source};
use serde_json::{Value, json};

/// The lab: six steps of one or a few lines, on a small table.
const LAB: &str = "optimistic-locking";
/// How many of its steps are done.
const STEPS: &str = "SELECT count(*) FROM lab_steps";

/// The lab, its solutions in single lines: a line that goes on would be asked for piece by piece.
fn lab() -> Lab {
    let mut lab = content::load(&Source::Embedded).0.lab(LAB).unwrap().clone();
    for line in lab.steps.iter_mut().flat_map(|step| &mut step.solution) {
        line.replace("\\\n", " ").trim().clone_into(line);
        assert!(!line.contains('\n'), "{line}");
    }
    lab
}

/// The steps that are kept as done.
fn kept(file: &Progress) -> BTreeSet<String> {
    let mut statement = file.0.prepare("SELECT step FROM lab_steps WHERE lab = ?").unwrap();
    let steps = statement.query_map([LAB], |row| row.get(0)).unwrap();
    steps.map(Result::unwrap).collect()
}

#[test]
fn an_acknowledged_step_is_kept_and_the_lab_goes_on_behind_it() {
    let wanted = 8 * factor();
    let mut chance = Chance::seeded(seed() + 4);
    let lab = lab();
    let (mut kills, mut labs) = (0, 0);
    while kills < wanted {
        let home = tempfile::tempdir().unwrap();
        let story = format!("seed {}, lab {labs}, after {kills} kills", seed());
        // The steps that were acknowledged, and whether one more may be kept.
        let (mut done, mut in_flight) = (0, false);
        while done < lab.steps.len() {
            // A lab whose last step is kept begins again, whether or not that was acknowledged.
            if in_flight && Progress::open(home.path()).is_some_and(|file| kept(&file).len() == lab.steps.len()) {
                break;
            }
            let mut talk = Talk::start(home.path(), &["lab", "start", LAB, "--plain"]);
            assert!(talk.prompted().is_some(), "{story}: {done} steps are acknowledged: {}", talk.all());
            let shown = talk.all();
            let heading = |step: usize| format!("Step {} of {}: ", step + 1, lab.steps.len());
            done += usize::from(in_flight && shown.contains(&heading(done + 1)));
            assert!(shown.contains(&heading(done)), "{story}: {done} steps are acknowledged; the lab shows {shown}");
            let mut step_micros = 20_000;
            if chance.between(0, 1) == 1 {
                let began = micros();
                lab.steps[done].solution.iter().for_each(|line| talk.say_and_wait(line));
                step_micros = micros() - began;
                assert!(talk.reply().contains("Step done:"), "{story}: {}", talk.reply());
                done += 1;
            }
            let Some((last, before)) = lab.steps.get(done).and_then(|step| step.solution.split_last()) else { break };
            for line in before {
                talk.say_and_wait(line);
            }
            let said = Moment::draw(&mut chance, step_micros, STEPS).strike(home.path(), talk, last);
            kills += 1;
            in_flight = !said.contains("Step done:");
            done += usize::from(!in_flight);
        }
        let file = Progress::open(home.path()).unwrap();
        file.check();
        assert_eq!(kept(&file).len(), lab.steps.len(), "{story}: {:?}", kept(&file));
        labs += 1;
    }
    report(&format!("lab: {kills} kills, {labs} labs to their end"));
}

/// The request that completes the lab's first step.
fn read() -> Value {
    json!({"TableName": "Products", "Key": {"sku": {"S": "P-07"}}})
}

/// The request that completes its second step.
fn write() -> Value {
    json!({
        "TableName": "Products", "Key": {"sku": {"S": "P-07"}},
        "UpdateExpression": "SET stock = :s, version = :next", "ConditionExpression": "version = :read",
        "ExpressionAttributeValues": {":s": {"N": "9"}, ":next": {"N": "2"}, ":read": {"N": "1"}},
    })
}

#[test]
fn a_step_that_a_program_s_request_completed_is_kept_before_the_answer() {
    let wanted = 8 * factor();
    let mut chance = Chance::seeded(seed() + 5);
    let (mut answered, mut answer_micros) = (0, 10_000);
    for kill in 0..wanted {
        let home = tempfile::tempdir().unwrap();
        let server = Server::start(&["lab", "serve", LAB, "--pace", "0"], home.path());
        let client = server.client();
        let second = chance.between(0, 1) == 1;
        if second {
            client.call("GetItem", &read());
        }
        let (verb, request, step) =
            if second { ("UpdateItem", write(), "writer-a") } else { ("GetItem", read(), "read") };
        let was_answered = if kill % 2 == 0 {
            let began = micros();
            client.call(verb, &request);
            answer_micros = micros() - began;
            server.kill();
            true
        } else {
            let sender: thread::JoinHandle<bool> = thread::spawn(move || sent(&client, verb, &request));
            thread::sleep(Duration::from_micros(chance.between(0, answer_micros + answer_micros / 2)));
            server.kill();
            sender.join().unwrap()
        };
        answered += usize::from(was_answered);
        let file = Progress::open(home.path()).unwrap();
        file.check();
        let steps = kept(&file);
        let story = format!("seed {}, kill {kill}", seed());
        assert!(!was_answered || steps.contains(step), "{story}: {step} was answered, and {steps:?} are kept");
        assert!(!second || steps.contains("read"), "{story}: the step before was answered, and {steps:?} are kept");
    }
    report(&format!("lab serve: {wanted} kills, {answered} of them after the answer"));
}

/// Sends a request and says whether it was answered with success.
fn sent(client: &Client, verb: &str, request: &Value) -> bool {
    client.try_call(verb, request).is_some_and(|(status, _)| status == 200)
}
