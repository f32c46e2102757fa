//! Reading bodies: how large, how long, and how much memory for all of them together.
//!
//! The size in a head is only a claim, so memory is reserved as the bytes arrive. Up to [`FREE_BYTES`] a body costs
//! nothing, so that ordinary requests are served whatever others do; what is larger takes its memory from a [`Budget`] that
//! all connections share, and so do large responses that a client has not read yet. If the budget is used up, the
//! request is refused at once (status 503, which SDKs try again after a moment): none waits while it holds memory itself,
//! so no two can wait for each other.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

/// The largest request body, in bytes: 16 MB.
pub(super) const MAX_BODY_BYTES: usize = 16 * 1024 * 1024;
/// The most values of a body. Each takes about two hundred bytes when it is read, so that a body of 16 MB of nothing but
/// empty maps would take a gigabyte; what fits into the tables that a request names has far fewer.
pub(super) const MAX_VALUES: usize = 1_000_000;

/// Whether a JSON text has more values than a body may; told from its commas and brackets, before it is read.
pub(super) fn has_too_many_values(json: &[u8]) -> bool {
    // Each takes a byte at least.
    if json.len() <= MAX_VALUES {
        return false;
    }
    let (mut values, mut is_text, mut is_escaped) = (0_usize, false, false);
    for byte in json {
        match byte {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = is_text,
            b'"' => is_text = !is_text,
            b',' | b'{' | b'[' if !is_text => values += 1,
            _ => {}
        }
    }
    values > MAX_VALUES
}

/// The most that is read of a body that is not wanted, in bytes: 64 MB.
const MAX_DISCARDED_BYTES: usize = 4 * MAX_BODY_BYTES;
/// How much of each body is not taken from the budget, in bytes.
pub(super) const FREE_BYTES: usize = 64 * 1024;

/// Why there is no body.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// It is larger than [`MAX_BODY_BYTES`].
    TooLarge,
    /// It stopped arriving, or took too long.
    TooSlow,
    /// The memory for bodies is used up.
    NoRoom,
    /// The client broke off, or what it sent is not a body.
    BrokenOff,
}

/// How long a body may take.
#[derive(Clone, Copy, Debug)]
pub(super) struct BodyTimeouts {
    /// Without any progress.
    pub(super) stall: Duration,
    /// In all.
    pub(super) whole: Duration,
}

/// The memory that all bodies share, in bytes.
#[derive(Clone, Debug)]
pub(super) struct Budget(Arc<Semaphore>);

/// Memory out of the budget, given back when dropped.
#[derive(Debug, Default)]
pub(super) struct MemoryPermit(Option<OwnedSemaphorePermit>);

/// A body, with the room it takes.
#[derive(Debug, Default)]
pub(super) struct Body {
    bytes: Vec<u8>,
    room: MemoryPermit,
}

impl Budget {
    pub(super) fn new(bytes: usize) -> Self {
        Self(Arc::new(Semaphore::new(bytes)))
    }

    /// Room for what a body that grows from one size to another takes more; `None` if there is not enough.
    fn more(&self, from: usize, to: usize) -> Option<MemoryPermit> {
        let more = to.saturating_sub(from.max(FREE_BYTES));
        if more == 0 {
            return Some(MemoryPermit::default());
        }
        let more = u32::try_from(more).ok()?;
        Arc::clone(&self.0).try_acquire_many_owned(more).ok().map(|permit| MemoryPermit(Some(permit)))
    }

    /// The bytes of a response, which hold their room until they have been sent; `None` if there is not enough.
    pub(super) fn hold(&self, bytes: Vec<u8>) -> Option<Bytes> {
        let room = self.more(0, bytes.len())?;
        Some(Bytes::from_owner(Body { bytes, room }))
    }
}

impl MemoryPermit {
    fn add(&mut self, more: Self) {
        match (&mut self.0, more.0) {
            (Some(room), Some(more)) => room.merge(more),
            (room, Some(more)) => *room = Some(more),
            (_, None) => {}
        }
    }
}

impl AsRef<[u8]> for Body {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

impl Body {
    /// Appends what has arrived, of a body of `declared` bytes if that is known.
    fn add(&mut self, data: &[u8], declared: Option<usize>, budget: &Budget) -> Result<(), Unread> {
        let needed = self.bytes.len() + data.len();
        if needed > MAX_BODY_BYTES {
            return Err(Unread::TooLarge);
        }
        let capacity = self.bytes.capacity();
        if needed > capacity {
            // At most twice what has arrived, and not more than can come.
            let wanted = (2 * capacity).max(needed).min(declared.unwrap_or(MAX_BODY_BYTES).max(needed));
            let more = budget.more(capacity, wanted).ok_or(Unread::NoRoom)?;
            self.room.add(more);
            self.bytes.reserve_exact(wanted - self.bytes.len());
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }
}

/// Reads a body. One that cannot be kept is told as soon as that is known: by its head, if it declares its size there, else
/// by what has arrived. What is still to come of it is then for [`discard`].
///
/// # Errors
/// There is no body.
pub(super) async fn read(body: &mut Incoming, budget: &Budget, pace: BodyTimeouts) -> Result<Body, Unread> {
    let declared = hyper::body::Body::size_hint(body).exact();
    if declared.is_some_and(|size| size > MAX_BODY_BYTES as u64) {
        return Err(Unread::TooLarge);
    }
    let declared = declared.and_then(|size| usize::try_from(size).ok());
    let mut kept = Body::default();
    consume(body, pace, |data| kept.add(data, declared, budget)).await?;
    Ok(kept)
}

/// Reads what is still to come of a body that is not wanted, within reason, and throws it away: a client that is sending
/// does not look for a response, and a connection that is closed with something unread takes the response back.
pub(super) async fn discard(mut body: Incoming, pace: BodyTimeouts) {
    let mut read = 0;
    let take = |data: &[u8]| {
        read += data.len();
        if read > MAX_DISCARDED_BYTES { Err(Unread::TooLarge) } else { Ok(()) }
    };
    // However it ends, the response has been given.
    let _ = consume(&mut body, pace, take).await;
}

async fn consume(
    body: &mut Incoming,
    pace: BodyTimeouts,
    mut take: impl FnMut(&[u8]) -> Result<(), Unread>,
) -> Result<(), Unread> {
    let reading = async {
        while let Some(frame) = within(pace.stall, body.frame()).await.ok_or(Unread::TooSlow)? {
            // Trailers say nothing here.
            let Ok(data) = frame.map_err(|_| Unread::BrokenOff)?.into_data() else { continue };
            take(&data)?;
        }
        Ok(())
    };
    within(pace.whole, reading).await.unwrap_or(Err(Unread::TooSlow))
}

/// Waits for something, but not longer than this; `None` if it took longer. Most bodies come with their head: what need not
/// be waited for needs no timer.
async fn within<T>(patience: Duration, work: impl Future<Output = T>) -> Option<T> {
    let mut work = pin!(work);
    match poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await {
        Poll::Ready(done) => Some(done),
        Poll::Pending => timeout(patience, work).await.ok(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_takes_from_the_budget_what_it_holds_and_gives_it_back() {
        let budget = Budget::new(100_000);
        let mut small = Body::default();
        small.add(&vec![0; FREE_BYTES], None, &budget).unwrap();
        assert_eq!(budget.0.available_permits(), 100_000, "small bodies are free");
        small.add(&[0; 10], None, &budget).unwrap();
        assert_eq!(budget.0.available_permits(), 100_000 - FREE_BYTES, "it may double");
        let mut declared = Body::default();
        declared.add(&vec![0; FREE_BYTES], Some(FREE_BYTES + 1000), &budget).unwrap();
        declared.add(&[0; 1000], Some(FREE_BYTES + 1000), &budget).unwrap();
        assert_eq!(budget.0.available_permits(), 100_000 - FREE_BYTES - 1000, "but not beyond its declared size");
        let mut third = Body::default();
        assert_eq!(third.add(&vec![0; 2 * FREE_BYTES], None, &budget), Err(Unread::NoRoom));
        assert!(budget.hold(vec![0; 2 * FREE_BYTES]).is_none());
        drop((small, declared));
        let response = budget.hold(vec![0; 2 * FREE_BYTES]).unwrap();
        let sent = response.slice(10..);
        drop(response);
        assert_eq!(budget.0.available_permits(), 100_000 - FREE_BYTES, "a part of it is still to be sent");
        drop(sent);
        assert_eq!(budget.0.available_permits(), 100_000);
    }

    #[test]
    fn values_are_counted_and_letters_are_not() {
        let maps = |count: usize| format!("[{}{{}}]", "{},".repeat(count));
        assert!(has_too_many_values(maps(MAX_VALUES / 2).as_bytes()));
        assert!(!has_too_many_values(maps(MAX_VALUES / 2 - 10).as_bytes()));
        let text = format!("[\"{}\\\",{}\"]", ",{[".repeat(MAX_VALUES), ",".repeat(MAX_VALUES));
        assert!(!has_too_many_values(text.as_bytes()), "what stands in a text is no value");
    }

    #[test]
    fn a_body_of_more_than_16_mb_is_too_large_whatever_was_declared() {
        let budget = Budget::new(2 * MAX_BODY_BYTES);
        let mut body = Body::default();
        body.add(&vec![0; MAX_BODY_BYTES], Some(1), &budget).unwrap();
        assert_eq!(body.add(&[0], Some(1), &budget), Err(Unread::TooLarge));
    }
}
