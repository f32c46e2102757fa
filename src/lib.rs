//! dynadrill: a terminal tutor for the DynamoDB part of the AWS Certified Developer - Associate exam.

pub mod aws_cli;
pub mod clock;
pub mod engine;
