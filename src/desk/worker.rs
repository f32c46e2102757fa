//! The desk on a thread of its own, so that no work stops the screen, and the endpoint that shares it.
//!
//! The life of a job: the loop sends an effect, or a client's request comes in at the endpoint; the thread does one job
//! after the other and sends each outcome to the loop, which wakes up for it. A client has its answer from here, after
//! the step that it may have completed is on disk, whatever the screen is doing.

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::JoinHandle;

use crate::app::message::{LabWork, Outcome, SideEffect};
use crate::http::{self, LAB_SERVICES};

use super::endpoint::{Endpoint, WaitingCall};
use super::{Desk, Running};

/// Something to do.
pub(super) enum Job {
    /// An effect of the model's.
    Effect(SideEffect),
    /// A request of the learner's own program.
    Call(WaitingCall),
    /// Nothing more will come.
    End,
}

/// A desk on a thread.
pub struct Worker {
    jobs: Sender<Job>,
    running: Running,
    thread: Option<JoinHandle<()>>,
}

impl Worker {
    /// Starts the thread; `send` is called on it with each outcome.
    #[must_use]
    pub fn start(desk: Desk, send: impl FnMut(Outcome) + std::marker::Send + 'static) -> Self {
        let (jobs, received) = mpsc::channel();
        let desk = desk.played();
        let running = desk.running();
        let sender = jobs.clone();
        let thread = std::thread::spawn(move || work(desk, &received, &sender, send));
        Self { jobs, running, thread: Some(thread) }
    }

    /// Has an effect done. Stopping, hurrying and leaving reach a line that runs at once.
    pub fn perform(&self, effect: SideEffect) {
        let stops = matches!(effect, SideEffect::Lab(LabWork::Cancel | LabWork::Leave));
        if stops {
            self.running.stop();
        }
        if matches!(effect, SideEffect::Lab(LabWork::Hurry)) {
            self.running.hurry();
        }
        if !matches!(effect, SideEffect::Lab(LabWork::Cancel | LabWork::Hurry)) {
            // The thread ends only with this worker.
            let _ = self.jobs.send(Job::Effect(effect));
        }
    }

    /// Lets everything that was asked for be done, then ends the thread.
    pub fn finish(mut self) {
        self.running.stop();
        let _ = self.jobs.send(Job::End);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn work(mut desk: Desk, received: &Receiver<Job>, jobs: &Sender<Job>, mut send: impl FnMut(Outcome)) {
    let mut endpoint: Option<Endpoint> = None;
    while let Ok(job) = received.recv() {
        match job {
            Job::End => break,
            Job::Effect(SideEffect::Lab(LabWork::Endpoint)) => {
                turn_endpoint(&mut endpoint, &mut desk, jobs, &mut send);
            }
            Job::Effect(effect) => {
                // The endpoint is the lab's: it closes when that is left, and when another is opened.
                if matches!(effect, SideEffect::Lab(LabWork::Leave) | SideEffect::Start(_)) {
                    endpoint = None;
                }
                desk.perform(effect, &mut send);
            }
            Job::Call(WaitingCall { call, answer }) => {
                let Some((bench, store, clock)) = desk.bench_mut() else { continue };
                let (answered, ran) = bench.call(call, store, clock);
                // A client that has gone needs no answer.
                let _ = answer.send(answered);
                send(Outcome::Ran(Box::new(ran)));
            }
        }
    }
    desk.perform(SideEffect::Lab(LabWork::Leave), &mut send);
}

/// Opens the endpoint, or closes it.
fn turn_endpoint(endpoint: &mut Option<Endpoint>, desk: &mut Desk, jobs: &Sender<Job>, send: &mut impl FnMut(Outcome)) {
    let Some((bench, ..)) = desk.bench_mut() else { return };
    if endpoint.take().is_some() {
        bench.endpoint.clear();
        bench.port = None;
        send(Outcome::Ran(Box::new(super::bench::noticed(bench, "The endpoint is closed"))));
        return;
    }
    let region = bench.region();
    match Endpoint::open(&region, jobs.clone()) {
        Ok(opened) => {
            bench.endpoint = http::announcement(opened.address, &region, &LAB_SERVICES);
            bench.port = Some(opened.address.port());
            *endpoint = Some(opened);
            send(Outcome::Ran(Box::new(super::bench::noticed(bench, "The endpoint is open; F5 closes it"))));
        }
        Err(error) => send(Outcome::Failed(format!("No endpoint can be opened: {error}"))),
    }
}
