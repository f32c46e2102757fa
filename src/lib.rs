//! dynadrill: a terminal tutor for the DynamoDB part of the AWS Certified Developer - Associate exam.

pub mod aws_cli;
pub mod chance;
pub mod clock;
pub mod content;
pub mod engine;
pub mod lab;
pub mod progress;
pub mod quiz;
