//! ClientRequestTokens: which transactions were done in the past ten minutes, and what they wrote.
//!
//! The life of a token: a transaction that was done under it is remembered ([`Tokens::remember`]) as two digests, of the
//! token and of the request, and the sizes of what it wrote; the same request under the same token is then known
//! ([`Tokens::find`]) and not done again; ten minutes later the token is forgotten ([`Tokens::expire`]). Tokens stand in a
//! queue by their age, so that each is looked at once when its time has come, however many there are.
//!
//! The digests are MD5's: they tell requests apart that were not made to be mistaken for each other, and whoever sends
//! both requests could as well send one of them twice.
//!
//! Model: the service remembers every token for ten minutes; here the oldest go first once all of them together take more
//! than [`KEPT_BYTES`] of memory. Source: API reference, TransactWriteItems, Idempotency.

use std::sync::Arc;

use imbl::{OrdMap, Vector};
use md5::{Digest as _, Md5};
use serde_json::Value;

use crate::clock::Timestamp;

/// How long a token is remembered, in milliseconds: 10 minutes.
const VALID_MILLIS: u64 = 10 * 60_000;
/// The most bytes of memory that all tokens take together: a quarter of a million transactions of one item.
pub(super) const KEPT_BYTES: u64 = 64 << 20;
/// About what a token takes beside the sizes of what it wrote: its places in the map and in the queue.
const TOKEN_BYTES: u64 = 224;

/// An MD5.
type Digest = [u8; 16];

/// A token and the request under it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TokenClaim {
    token: Digest,
    request: Digest,
}

impl TokenClaim {
    /// The claim of a request; the order of members within its objects does not matter.
    pub(super) fn of(token: &str, request: &Value) -> Self {
        let mut md5 = Md5::new();
        digest(request, &mut md5);
        Self { token: Md5::digest(token).into(), request: md5.finalize().into() }
    }
}

/// Feeds a value to a digest. What is fed says where each part ends, so that no two values are fed alike.
fn digest(value: &Value, md5: &mut Md5) {
    match value {
        Value::Null => md5.update(b"0"),
        Value::Bool(truth) => md5.update(if *truth { b"t" } else { b"f" }),
        Value::Number(number) => digest_text(b'n', &number.to_string(), md5),
        Value::String(text) => digest_text(b's', text, md5),
        Value::Array(list) => {
            digest_text(b'[', &list.len().to_string(), md5);
            for element in list {
                digest(element, md5);
            }
        }
        Value::Object(map) => {
            digest_text(b'{', &map.len().to_string(), md5);
            let mut members: Vec<(&String, &Value)> = map.iter().collect();
            members.sort_unstable_by_key(|(name, _)| *name);
            for (name, value) in members {
                digest_text(b'm', name, md5);
                digest(value, md5);
            }
        }
    }
}

fn digest_text(kind: u8, text: &str, md5: &mut Md5) {
    md5.update([kind]);
    md5.update((text.len() as u64).to_le_bytes());
    md5.update(text);
}

/// A transaction that was done.
#[derive(Clone, Debug)]
struct DoneTransaction {
    request: Digest,
    until: Timestamp,
    /// The bytes of each of its writes, in their order: what asking again is priced by.
    bytes: Arc<[u32]>,
}

/// A token that was used for another request.
#[derive(Debug)]
pub(super) struct Mismatch;

/// The tokens that are remembered. A copy shares them until either changes.
#[derive(Clone, Debug, Default)]
pub(super) struct Tokens {
    known: OrdMap<Digest, DoneTransaction>,
    /// By age, oldest first.
    queue: Vector<(Timestamp, Digest)>,
    weight: u64,
}

impl Tokens {
    /// The bytes of each write of a transaction, if it was done under its token already.
    ///
    /// # Errors
    /// Another request was done under the token.
    pub(super) fn find(&self, claim: &TokenClaim, now: Timestamp) -> Result<Option<Arc<[u32]>>, Mismatch> {
        match self.known.get(&claim.token).filter(|done| done.until > now) {
            None => Ok(None),
            Some(done) if done.request == claim.request => Ok(Some(Arc::clone(&done.bytes))),
            Some(_) => Err(Mismatch),
        }
    }

    /// Remembers a transaction that was done, with the bytes of each of its writes.
    pub(super) fn remember(&mut self, claim: &TokenClaim, bytes: impl Iterator<Item = u64>, now: Timestamp) {
        let bytes = bytes.map(|bytes| u32::try_from(bytes).unwrap_or(u32::MAX)).collect();
        let done = DoneTransaction { request: claim.request, until: now.plus_millis(VALID_MILLIS), bytes };
        self.weight += weight(&done);
        self.queue.push_back((done.until, claim.token));
        if let Some(before) = self.known.insert(claim.token, done) {
            self.weight -= weight(&before);
        }
        while self.weight > KEPT_BYTES {
            self.forget_oldest();
        }
    }

    /// Forgets the tokens whose time has come.
    pub(super) fn expire(&mut self, now: Timestamp) {
        while self.queue.front().is_some_and(|(until, _)| *until <= now) {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        let Some((until, token)) = self.queue.pop_front() else { return };
        // One that was used again since has a later place in the queue as well.
        if self.known.get(&token).is_some_and(|done| done.until == until)
            && let Some(done) = self.known.remove(&token)
        {
            self.weight -= weight(&done);
        }
    }
}

fn weight(done: &DoneTransaction) -> u64 {
    TOKEN_BYTES + 4 * done.bytes.len() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const fn at(millis: u64) -> Timestamp {
        Timestamp::from_millis(millis)
    }

    fn is_known(tokens: &Tokens, token: &str, request: &Value, now: u64) -> bool {
        tokens.find(&TokenClaim::of(token, request), at(now)).unwrap().is_some()
    }

    #[test]
    fn a_request_is_known_by_what_it_says_and_not_by_the_order_of_its_members() {
        let claim = |request: Value| TokenClaim::of("t", &request);
        assert_eq!(
            claim(json!([{"a": 1, "b": {"c": [true, null]}}])),
            claim(json!([{"b": {"c": [true, null]}, "a": 1}]))
        );
        let different = [
            json!([]),
            json!([[]]),
            json!({}),
            json!(null),
            json!(""),
            json!("0"),
            json!(0),
            json!(["a", "b"]),
            json!(["ab"]),
            json!(["b", "a"]),
            json!({"a": "b"}),
            json!({"b": "a"}),
            json!({"ab": ""}),
            json!([{"a": 1}, {"b": 2}]),
            json!([{"a": 1, "b": 2}]),
        ];
        for (place, one) in different.iter().enumerate() {
            assert!(different[place + 1..].iter().all(|other| claim(one.clone()) != claim(other.clone())), "{one}");
        }
    }

    #[test]
    fn a_token_stands_for_its_request_for_ten_minutes() {
        let (mut tokens, request) = (Tokens::default(), json!([1]));
        tokens.remember(&TokenClaim::of("t", &request), [7].into_iter(), at(0));
        assert_eq!(tokens.find(&TokenClaim::of("t", &request), at(599_999)).unwrap().as_deref(), Some(&[7][..]));
        assert!(tokens.find(&TokenClaim::of("t", &json!([2])), at(1)).is_err());
        assert!(!is_known(&tokens, "t", &request, 600_000));
        // Used again when its time had passed, before anything was forgotten: the new use counts.
        tokens.remember(&TokenClaim::of("t", &json!([2])), [8].into_iter(), at(600_001));
        tokens.expire(at(600_002));
        assert!(is_known(&tokens, "t", &json!([2]), 600_002));
        tokens.expire(at(1_200_001));
        assert_eq!((tokens.known.len(), tokens.queue.len(), tokens.weight), (0, 0, 0));
    }

    #[test]
    fn memory_is_bounded_and_the_oldest_go_first() {
        let mut tokens = Tokens::default();
        let count = KEPT_BYTES / (TOKEN_BYTES + 400) + 1000;
        for number in 0..count {
            tokens.remember(&TokenClaim::of(&number.to_string(), &json!(number)), [9; 100].into_iter(), at(number));
            assert!(tokens.weight <= KEPT_BYTES);
        }
        assert!(!is_known(&tokens, "0", &json!(0), count));
        assert!(is_known(&tokens, &(count - 1).to_string(), &json!(count - 1), count));
        assert_eq!(tokens.known.len(), tokens.queue.len());
    }
}
