//! The mini-DynamoDB.

pub mod error;
pub mod expr;
pub mod messages;
pub mod shape;
pub mod value;
