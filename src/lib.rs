//! dynadrill: a terminal tutor for the DynamoDB part of the AWS Certified Developer - Associate exam.
//!
//! Scenario questions, and labs that run against an embedded mini-DynamoDB: what is taught can be run.
//!
//! ```text
//! clock      the only module that may ask what time it is
//!            uses: nothing
//! chance     the only generator of chance, always seeded
//!            uses: nothing
//! safe_text  text of others made safe to show; the only way to standard output
//!            uses: nothing
//! files      a file read whole: a regular one, no larger than it may be
//!            uses: nothing
//! database   a SQLite file of ours that somebody else may have written in
//!            uses: safe_text
//! engine     the mini-DynamoDB
//!            uses: clock
//! s3_dir     a directory that stands for Amazon S3
//!            uses: engine, files, safe_text
//! world      Lambda, DAX, Regions, roles, auto scaling, an SDK, traffic, a bill
//!            uses: chance, clock, engine
//! aws_cli    what a learner types -> (verb, JSON), and responses -> text
//!            uses: clock, engine, safe_text, world
//! sdk_code   a request as programs write it, in five languages
//!            uses: aws_cli, engine, safe_text
//! remote     a DynamoDB elsewhere: requests to it, signed
//!            uses: clock, safe_text
//! http       real clients come in here, to an engine or to a lab
//!            uses: clock, database, engine, files
//! content    questions, labs, claims, traps: plain data, loaded and linted
//!            uses: chance, clock, files, safe_text
//! quiz       which questions, in which order, how graded
//!            uses: chance, content, safe_text
//! lab        a workbench with an engine, steps, and a judge of what happened
//!            uses: aws_cli, chance, clock, content, engine, files, safe_text, sdk_code, world
//! generate   questions whose figures come from a seed
//!            uses: chance, clock, content, engine, lab
//! progress   what the learner has done, in SQLite
//!            uses: clock, database, files, safe_text
//! exchange   questions in other programs' formats, in and out
//!            uses: content, safe_text
//! records    what a learner did, saved in one way by every face of the program
//!            uses: clock, content, engine, exchange, lab, progress, quiz
//! review     what will be forgotten, and when to ask again (FSRS-6)
//!            uses: clock, content
//! readiness  what share of an exam would be right, with an interval
//!            uses: nothing
//! author     `content check`, `content new`, `content stats` and the list of all content
//!            uses: aws_cli, chance, clock, content, engine, generate, lab, safe_text
//! app        the program without a terminal: Model, Message, update -> SideEffect
//!            uses: aws_cli, clock, content, engine, generate, lab, progress, quiz, readiness, review, safe_text,
//!                  world
//! report     the scores as one web page with charts
//!            uses: app, clock, content, progress, quiz, readiness, review, safe_text
//! desk       does effects: saves, starts, proves, runs labs; on a thread
//!            uses: app, clock, content, engine, http, lab, progress, quiz, records, review
//! ui         ratatui: the loop, a table of keys and a view for each screen
//!            uses: app, clock, content, desk, progress, quiz, readiness, safe_text
//! plain      the same model a line at a time
//!            uses: app, aws_cli, clock, desk, lab, quiz, safe_text
//! cli        the command line; the only module that knows all the others
//!            uses: app, author, aws_cli, clock, content, desk, engine, exchange, files, generate, http, lab, plain,
//!                  progress, quiz, records, remote, report, review, s3_dir, safe_text, ui, world
//! ```
//!
//! The life of a typed line: `aws_cli::parse` gives a verb and JSON; `engine` checks, plans, runs, charges and journals
//! it; `lab` holds the step's checks against the journal and the tables; `app::text` turns all that into lines, which
//! `ui` and `plain` show. A request of the learner's own program comes in at `http` instead, and `desk` or the `cli` has
//! the same `lab` judge it.
//!
//! Invariants, kept by `tests/architecture`: arrows run only as drawn; the engine has no files, threads, time or
//! randomness of its own; only `engine::capacity` counts units; updates of the model touch no terminal and no disk;
//! async code stays in `http`, and in the part of `remote` that loads credentials; standard output and standard error are
//! written through `safe_text` alone.
//!
//! Kept by `tests/memory.rs`: what is remembered of the past is bounded in bytes, and the last request costs what the first
//! did. `engine::weight` estimates the bytes; each place that remembers something names its bound.

pub mod app;
pub mod author;
pub mod aws_cli;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod content;
#[cfg(test)]
mod contrast;
pub mod database;
pub mod desk;
pub mod engine;
pub mod exchange;
pub mod files;
pub mod generate;
pub mod http;
pub mod lab;
pub mod plain;
pub mod progress;
pub mod quiz;
pub mod readiness;
pub mod records;
pub mod remote;
pub mod report;
pub mod review;
pub mod s3_dir;
pub mod safe_text;
pub mod sdk_code;
pub mod ui;
pub mod world;
