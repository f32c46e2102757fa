//! Encryption at rest: always on, and with a key of AWS KMS if one is asked for.
//!
//! Without a specification the key is one that AWS owns, of which a description says nothing. A table that asks for KMS is
//! described with the ARN of its key: the AWS managed key `alias/aws/dynamodb`, or a customer managed one.
//!
//! Simplified: there is no KMS here. Every key and alias that is named is taken to exist, to be enabled and to be usable;
//! the key behind an alias gets an identifier of its own, the same for the same alias. Source: AWS documentation, "DynamoDB
//! encryption at rest"; API reference, SSESpecification and SSEDescription.

use serde_json::{Value, json};

use crate::engine::value::key::{KeyScalar, partition_hash};

/// The alias of the key that AWS manages for an account's tables.
pub const MANAGED: &str = "alias/aws/dynamodb";

/// How a table's items are encrypted.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Encryption {
    /// KMSMasterKeyArn; `None` for the key that AWS owns.
    pub key: Option<String>,
    /// Whether another key was asked for and the table is still being changed.
    #[serde(default)]
    pub changing: bool,
}

impl Encryption {
    /// SSEDescription; `None` for a table with the key that AWS owns.
    #[must_use]
    pub fn describe(&self) -> Option<Value> {
        let status = if self.changing { "UPDATING" } else { "ENABLED" };
        match &self.key {
            Some(key) => Some(json!({"Status": status, "SSEType": "KMS", "KMSMasterKeyArn": key})),
            None => self.changing.then(|| json!({"Status": status})),
        }
    }
}

/// The ARN of the key that KMSMasterKeyId names: by its identifier, its ARN, an alias, or an alias's ARN.
#[must_use]
pub fn key_arn(named: &str, region: &str, account: &str) -> String {
    let arn = |key: &str| format!("arn:aws:kms:{region}:{account}:key/{key}");
    let alias = named.strip_prefix("arn:").and_then(|arn| arn.split_once(":alias/")).map(|(_, name)| name);
    match alias.or_else(|| named.strip_prefix("alias/")) {
        Some(alias) => arn(&identifier(alias)),
        None if named.starts_with("arn:") => named.to_owned(),
        None => arn(named),
    }
}

/// A UUID for the key behind an alias, always the same.
fn identifier(alias: &str) -> String {
    let seed = partition_hash(&[KeyScalar::S(format!("key {alias}").into())]);
    let (high, low) = (seed >> 32, seed & 0xffff_ffff);
    format!("{high:08x}-{:04x}-4{:03x}-b{:03x}-{low:08x}{:04x}", low >> 16, low & 0xfff, high & 0xfff, high & 0xffff)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_named_in_four_ways() {
        let named = |name: &str| key_arn(name, "us-east-1", "123456789012");
        let of_alias = named("alias/shop");
        assert!(of_alias.starts_with("arn:aws:kms:us-east-1:123456789012:key/"), "{of_alias}");
        assert_eq!(named("arn:aws:kms:us-east-1:123456789012:alias/shop"), of_alias);
        assert_ne!(named(MANAGED), of_alias);
        assert_eq!(named("1234"), "arn:aws:kms:us-east-1:123456789012:key/1234");
        assert_eq!(named(&named("1234")), named("1234"));
    }
}
