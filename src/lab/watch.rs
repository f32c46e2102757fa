//! Work that is watched while it is done: for a screen that shows how far it is and lets the learner stop it.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::Duration;

use crate::world::work::{Progress, Work};

/// How often `goes_on` is asked.
const INTERVAL: Duration = Duration::from_millis(50);

/// Does something on a thread of its own while `goes_on` is asked, on this one, with how far it is; once that says no, the
/// work is stopped. What is done within one interval is done without asking.
///
/// ```
/// use dynadrill::lab::{Workbench, watched};
///
/// let mut bench = Workbench::new();
/// let work = bench.work().clone();
/// let reply = watched(&work, || bench.run(":clock +30d"), |progress| progress.done < progress.total);
/// assert!(reply.text.starts_with("It is 2026-07-01"));
/// ```
pub fn watched<T: Send>(work: &Work, act: impl FnOnce() -> T + Send, mut goes_on: impl FnMut(Progress) -> bool) -> T {
    thread::scope(|scope| {
        let (running, over) = mpsc::channel::<()>();
        let worker = scope.spawn(move || {
            let done = act();
            drop(running);
            done
        });
        while over.recv_timeout(INTERVAL) == Err(RecvTimeoutError::Timeout) {
            // Asked each time: what was stopped before it had begun is not stopped.
            if !goes_on(work.progress()) {
                work.stop();
            }
        }
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lab::{ReplyKind, Workbench};

    const CREATE: &str = "create-table --table-name Tab --billing-mode PAY_PER_REQUEST --attribute-definitions \
                          AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH";

    #[test]
    fn traffic_that_is_stopped_tells_how_far_it_came_and_the_bench_goes_on() {
        let mut bench = Workbench::new();
        bench.run(CREATE);
        let (work, mut seen) = (bench.work().clone(), Progress::default());
        let reply = watched(
            &work,
            || bench.run(":traffic Tab --rate 5000 --seconds 3000"),
            |progress| {
                seen = progress;
                progress.done == 0
            },
        );
        assert_eq!((reply.kind, seen.total), (ReplyKind::Answer, 15_000_000));
        assert!(reply.text.contains("of 15,000,000 calls (interrupted); what was sent stays."), "{}", reply.text);
        let entry = bench.engine().journal().entries().next_back().unwrap();
        assert!(entry.number("Calls").is_some_and(|calls| (1..15_000_000).contains(&calls)));
        assert_eq!(entry.outcome.as_ref().unwrap()["Stopped"], "interrupted");
        assert_eq!(entry.number("Calls"), entry.number("Attempts"), "a call that was not sent is none");
        assert!(bench.run("scan --table-name Tab --select COUNT").text.contains("\"Count\": 1"));
    }

    /// A function that writes to the table whose stream it is behind, so that each invocation is followed by another.
    fn endless() -> Workbench {
        let mut bench = Workbench::new();
        bench.run(&format!("{CREATE} --stream-specification StreamEnabled=true,StreamViewType=NEW_AND_OLD_IMAGES"));
        let arn = bench.engine().streams().next().unwrap().arn.to_string();
        bench.run(&format!("aws lambda create-event-source-mapping --function-name charge-into-Tab --event-source-arn {arn} --starting-position TRIM_HORIZON"));
        bench.run("put-item --table-name Tab --item {\"id\":{\"S\":\"x\"}}");
        bench
    }

    #[test]
    fn what_never_ends_comes_to_its_limit_and_what_has_happened_stays() {
        let mut bench = endless();
        let began = bench.engine().now();
        let work = bench.work().clone();
        let open = work.begin(500_000);
        let reply = bench.run(":clock +30d");
        drop(open);
        assert!(
            reply.text.ends_with("Stopped on the way (one line may do no more at once); what has happened stays.\n")
        );
        let (invoked, passed) = (bench.world().lambda().invoked(), bench.engine().now().millis_since(began));
        assert!((900..=1000).contains(&invoked), "{invoked}");
        assert!((100_000..200_000).contains(&passed), "eight invocations a second: {passed} ms");
        assert!(reply.text.contains(&bench.engine().now().to_string()));
        // A clock that runs on its own comes to the same limit; requests are answered meanwhile.
        let open = work.begin(100_000);
        let answered = bench.run(":clock +1s").kind;
        drop(open);
        assert_eq!((answered, bench.run("list-tables").kind), (ReplyKind::Answer, ReplyKind::Answer));
    }

    #[test]
    fn what_requests_read_and_write_is_work_too() {
        let mut bench = Workbench::working_on(&Work::allowing(60_000));
        bench.run(CREATE);
        for number in 0..100 {
            let item = serde_json::json!({"id": {"S": number.to_string()}, "v": {"S": "x".repeat(2000)}});
            bench.call("PutItem", serde_json::json!({"TableName": "Tab", "Item": item})).unwrap();
        }
        // 100 writes of 2 WCU have taken 4,000 steps; each Scan reads 200 KB, which is 49 times 4 KB, and what it returns is
        // looked at for its Count.
        let scans = (0..100).take_while(|_| bench.run("scan --table-name Tab --query Count").kind == ReplyKind::Answer);
        assert_eq!(scans.count(), 11);
        assert!(bench.run("scan --table-name Tab").text.contains("as much work as content may do"));
    }

    #[test]
    fn a_clock_that_is_moved_on_is_watched_and_stopped() {
        let mut bench = endless();
        let (work, mut seen) = (bench.work().clone(), Progress::default());
        let reply = watched(
            &work,
            || bench.run(":clock +366d"),
            |progress| {
                seen = progress;
                progress.done == 0
            },
        );
        assert_eq!(seen.total, 366 * 86_400_000);
        assert!(reply.text.ends_with("Stopped on the way (interrupted); what has happened stays.\n"), "{}", reply.text);
    }

    #[test]
    fn what_is_short_is_done_without_asking() {
        let bench = Workbench::new();
        assert_eq!(watched(bench.work(), || 7, |_| false), 7);
    }
}
