//! What exports and imports have in common: their parameters' shapes, how they are found again, and how they are listed.
//!
//! Source: API reference, ExportTableToPointInTime and ImportTable; AWS documentation, "DynamoDB data export to Amazon S3".

use std::fmt::Write as _;
use std::sync::Arc;

use serde_json::{Map, Value, json};

use crate::engine::Engine;
use crate::engine::archive::{Archived, MOST_TRANSFERS, Transfer, TransferKind};
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::lookup::table_name;
use crate::engine::messages::{backups as backup_text, transfers as text};
use crate::engine::shape::{Shape, TextLimits, TextPattern};

/// The most exports at a time, and the most imports.
const MOST_AT_A_TIME: usize = 50;
/// How many a page of a list has, unless another number is asked for.
const PAGE: usize = 10;
/// The fewest characters of a NextToken.
const TOKEN_LENGTH: usize = 112;

/// A bucket.
pub(super) const BUCKET: Shape = Shape::String(TextLimits {
    max: 255,
    pattern: Some(TextPattern {
        text: "^[a-z0-9A-Z]+[\\.\\-\\w]*[a-z0-9A-Z]+$",
        fits: |text| {
            let is_end = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
            let bytes = text.as_bytes();
            bytes.len() > 1
                && is_end(bytes.first())
                && is_end(bytes.last())
                && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || b".-_".contains(byte))
        },
    }),
    ..TextLimits::ANY
});
/// The account that a bucket belongs to.
pub(super) const OWNER: Shape = Shape::String(TextLimits {
    pattern: Some(TextPattern {
        text: "[0-9]{12}",
        fits: |text| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit()),
    }),
    ..TextLimits::ANY
});
/// What the keys of the objects begin with.
pub(super) const PREFIX: Shape = Shape::text(0, 1024);
/// ClientToken.
pub(super) const TOKEN: Shape = Shape::String(TextLimits {
    pattern: Some(TextPattern { text: "^[^\\$]+$", fits: |text| !text.is_empty() && !text.contains('$') }),
    ..TextLimits::ANY
});

/// The transfer that was begun under a token, if it was the same.
///
/// # Errors
/// Another one was.
pub(super) fn begun_under<'a>(
    engine: &'a Engine,
    direction: TransferKind,
    token: Option<&str>,
    is_same: impl Fn(&Transfer) -> bool,
) -> Result<Option<&'a Transfer>, ApiError> {
    let Some(token) = token else { return Ok(None) };
    let all = engine.archive.transfers(direction);
    let Some(found) = all.into_iter().find(|transfer| transfer.token.as_deref() == Some(token)) else {
        return Ok(None);
    };
    let (kind, message) = match direction {
        TransferKind::Export => (ErrorKind::ExportConflictException, text::EXPORT_CONFLICT),
        TransferKind::Import => (ErrorKind::ImportConflictException, text::IMPORT_CONFLICT),
    };
    if is_same(found) { Ok(Some(found)) } else { Err(ApiError::new(kind, message)) }
}

/// Refuses one more transfer than there may be at a time.
pub(super) fn check_number(engine: &Engine, direction: TransferKind) -> Result<(), ApiError> {
    let now = engine.now();
    let all = engine.archive.transfers(direction);
    if all.iter().filter(|transfer| transfer.ends > now).count() < MOST_AT_A_TIME {
        return Ok(());
    }
    let what = if direction == TransferKind::Export { "exports" } else { "imports" };
    Err(ApiError::new(ErrorKind::LimitExceededException, text::too_many(MOST_AT_A_TIME, what)))
}

/// Remembers a transfer, in place of the oldest if there are too many, and returns how it is described at first.
pub(super) fn begin(engine: &mut Engine, transfer: Transfer) -> Value {
    let body = transfer.in_progress();
    let all = engine.archive.transfers(transfer.direction);
    let oldest = all.last().filter(|_| all.len() >= MOST_TRANSFERS).map(|oldest| Arc::clone(&oldest.arn));
    if let Some(oldest) = oldest {
        engine.note_archive(&oldest);
        engine.archive.remove(&oldest);
    }
    engine.put_by(Archived::Transfer(Box::new(transfer)));
    body
}

/// The members of a transfer that failed.
pub(super) fn failure(status: &str, code: &str, message: String) -> Map<String, Value> {
    let members = [(status, "FAILED".into()), ("FailureCode", code.into()), ("FailureMessage", message.into())];
    members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
}

/// The transfer of an ARN.
pub(super) fn find<'a>(engine: &'a Engine, direction: TransferKind, arn: &str) -> Result<&'a Transfer, ApiError> {
    let (kind, invalid, place, missing) = match direction {
        TransferKind::Export => {
            (ErrorKind::ExportNotFoundException, text::INVALID_EXPORT_ARN, "/export/", text::export_not_found(arn))
        }
        TransferKind::Import => {
            (ErrorKind::ImportNotFoundException, text::INVALID_IMPORT_ARN, "/import/", text::import_not_found(arn))
        }
    };
    if !arn.starts_with("arn:") || !arn.contains(":table/") || !arn.contains(place) {
        return Err(ApiError::validation(invalid));
    }
    if arn.split(':').nth(4) != Some(engine.config().account.as_str()) {
        return Err(ApiError::new(ErrorKind::AccessDeniedException, backup_text::ACCESS_DENIED));
    }
    let found = engine.archive.transfer(arn).filter(|transfer| transfer.direction == direction);
    found.ok_or_else(|| ApiError::new(kind, missing))
}

/// A page of a list, newest first.
pub(super) struct Listed<'a> {
    pub(super) direction: TransferKind,
    /// The member that holds the page.
    pub(super) member: &'static str,
    /// The members of each entry.
    pub(super) members: &'static [&'static str],
    /// Only those of this table.
    pub(super) table: Option<&'a str>,
    pub(super) limit: Option<usize>,
    pub(super) token: Option<&'a str>,
}

impl Listed<'_> {
    /// The page, and the token to go on with if there is more.
    pub(super) fn page(&self, engine: &Engine) -> Result<Value, ApiError> {
        let now = engine.now();
        let start = self.token.map(decode_token).transpose()?;
        let all = engine.archive.transfers(self.direction);
        let from = match &start {
            None => 0,
            Some(arn) => all
                .iter()
                .position(|transfer| *transfer.arn == **arn)
                .map(|place| place + 1)
                .ok_or_else(|| ApiError::validation(text::token(self.token.unwrap_or_default())))?,
        };
        // The exports of a table are not listed any more once it is gone; imports are.
        let is_its = |transfer: &&&Transfer| match self.table {
            None => true,
            Some(arn) if self.direction == TransferKind::Export => {
                engine.table(table_name(arn)).is_some_and(|table| table.id == transfer.table_id)
            }
            Some(arn) => table_name(&transfer.table) == table_name(arn),
        };
        let mut listed = all[from..].iter().filter(is_its);
        let page: Vec<_> = listed.by_ref().take(self.limit.unwrap_or(PAGE)).collect();
        let more = listed.next().is_some();
        let summaries: Vec<Value> = page.iter().map(|transfer| transfer.summary(now, self.members)).collect();
        let mut body = json!({ self.member: summaries });
        if let (true, Some(last)) = (more, page.last()) {
            body["NextToken"] = encode_token(&last.arn).into();
        }
        Ok(body)
    }
}

/// Bytes in hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut digits, byte| {
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// A token of hexadecimal digits, in groups of sixteen, as the service has them.
fn encode_token(arn: &str) -> String {
    let mut token = hex(arn.as_bytes());
    while token.len() < TOKEN_LENGTH || !token.len().is_multiple_of(16) {
        token.push('0');
    }
    token
}

fn decode_token(token: &str) -> Result<String, ApiError> {
    let refused = || ApiError::validation(text::token(token));
    let digits: Vec<u8> = token
        .chars()
        .map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok()))
        .collect::<Option<_>>()
        .ok_or_else(refused)?;
    let bytes: Vec<u8> = digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| byte << 4 | digit)).collect();
    let text = String::from_utf8(bytes).map_err(|_| refused())?;
    Ok(text.trim_end_matches('\0').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_the_services_form_and_is_read_back() {
        let arn = "arn:aws:dynamodb:us-east-1:123456789012:table/Orders/export/01780308000050-15e9d1d4";
        let token = encode_token(arn);
        assert!(token.len() >= TOKEN_LENGTH && token.len().is_multiple_of(16), "{token}");
        assert_eq!(decode_token(&token).unwrap(), arn);
        assert!(decode_token("xyz").is_err() && decode_token("ff").is_err());
    }
}
