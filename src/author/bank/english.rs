//! How a question reads: an AWS exam item names its services, ends in a complete question, and is written in plain English.

use super::BankQuestion;
use crate::author::english::{self, Tone};
use crate::content::Problem;

/// The services that the exam names beside DynamoDB, as AWS writes them, and words that stand for DynamoDB itself.
pub(super) const SERVICES: &[&str] = &[
    "Lambda",
    "API Gateway",
    "IAM",
    "Cognito",
    "CloudWatch",
    "X-Ray",
    "EventBridge",
    "SQS",
    "SNS",
    "Step Functions",
    "S3",
    "KMS",
    "SAM",
    "CloudFormation",
    "CloudTrail",
    "ElastiCache",
    "OpenSearch",
    "Kinesis",
    "Secrets Manager",
    "AppSync",
    "Application Auto Scaling",
];

/// A stem's length in words, where an exhibit does not tell a part of it.
const STEM_WORDS: std::ops::RangeInclusive<usize> = 25..=90;

/// What is wrong with the wording of a question.
pub(super) fn problems(item: &BankQuestion<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let question = item.question;
    let prose = item.prose();
    if !["DynamoDB", "AWS", "Amazon"].iter().chain(SERVICES).any(|name| prose.contains(name)) {
        problems.push(item.problem("the stem names no service; an exam item names each that it is about"));
    }
    let asked = prose.trim_end();
    let asked = asked.rfind(" (Choose ").filter(|_| asked.ends_with(".)")).map_or(asked, |at| &asked[..at]);
    if !asked.ends_with('?') {
        problems.push(
            item.problem("the stem ends in a complete question, such as Which solution will meet these requirements?"),
        );
    }
    let words = prose.split_whitespace().count();
    if question.exhibits.is_empty() && !STEM_WORDS.contains(&words) {
        let (least, most) = (STEM_WORDS.start(), STEM_WORDS.end());
        problems.push(item.problem(format!("a stem has {least} to {most} words, found {words}")));
    }
    let options = item.options().iter();
    let texts = options.flat_map(|option| {
        [Some(option.text.as_str()), Some(option.why.as_str()), option.right_if.as_deref()].into_iter().flatten()
    });
    for text in std::iter::once(prose.as_str()).chain(texts) {
        problems.extend(english::faults(text, Tone::Exam).map(|fault| item.problem(fault)));
    }
    problems
}
