//! What a learner types: `aws dynamodb query --table-name Orders …`, turned into a verb and its JSON body, and the
//! response turned back into text.
//!
//! The life of a line: `words` splits it as a shell would (quotes, line continuation; a value that begins with `{` or
//! `[` needs no quotes), [`parse`] finds the command in the `catalogue` and its flags in the shape of its request, `value`
//! reads each value as JSON or shorthand and checks it against its shape, and the result is a [`Command`]. `paging` says how
//! its pages are joined, `skeleton` prints the shape of a request that is to be filled in. [`render`] prints a response as
//! JSON, table or text, after an optional JMESPath `query`. Flags, help and completion are derived from the shapes, so a
//! new verb needs no second list.
//!
//! Left out: running anything but AWS commands; profiles and endpoints are accepted and ignored where one program
//! plays the whole cloud. Source: AWS CLI documentation, "Command structure", "Using shorthand syntax".

mod catalogue;
mod command;
mod complete;
mod error;
mod help;
mod names;
mod paging;
mod pending;
mod query;
mod render;
mod shorthand;
mod skeleton;
mod value;
mod words;

pub use catalogue::Action;
pub use command::{Command, CommandKind, Output, ReadFile, WaitFor, parse};
pub use complete::{Completion, Names, complete};
pub use error::CliError;
pub use help::help;
pub use names::{begun, kebab, nearest};
pub use paging::{Paged, Paging};
pub use pending::Pending;
pub use render::{render, render_error, render_selected, select, steps};
pub use skeleton::Skeleton;
pub use words::{is_incomplete, words};
