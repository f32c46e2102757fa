//! dynadrill: a terminal tutor for the DynamoDB part of the AWS Certified Developer - Associate exam.

pub mod app;
pub mod author;
pub mod aws_cli;
pub mod chance;
pub mod cli;
pub mod clock;
pub mod content;
pub mod engine;
pub mod lab;
pub mod plain;
pub mod progress;
pub mod quiz;
pub mod ui;
