//! The mini-DynamoDB: a library that answers DynamoDB's API from memory, exactly and deterministically.
//!
//! The life of a request, in [`Engine::call`]:
//!
//! ```text
//! (verb, JSON)
//!   shape::read         JSON types, member constraints   -> Request      SerializationException, ValidationException
//!   Operation::prepare  values, expressions, schema      -> Plans        ValidationException, ResourceNotFoundException
//!   ops::admission      supplies at clock.now()          -> admitted     ProvisionedThroughputExceededException
//!   Operation::execute  table, indexes                   -> Touched      ConditionalCheckFailedException
//!   capacity::charge    Touched                          -> Charges, taken from the supplies
//!   journal::record     success and failure alike        -> Entry
//! ```
//!
//! One UpdateItem, from its bytes to the bytes of its answer, in fifteen steps:
//!
//! 1. [`http`](crate::http) takes the body, has what is due settled ([`Engine::settle`]), finds the verb ([`ops::find`]) and
//!    asks [`Engine::respond`].
//! 2. [`shape::read`] reads the text once, straight into the verb's request: `UpdateItemRequest`, declared in
//!    `ops/update_item.rs` by [`structure!`](crate::structure). A text with a fault is read again as JSON, to find all of
//!    its faults in the service's order.
//! 3. `Operation::prepare` of `ops/update_item.rs` does everything that needs no item. `ops/request.rs` checks what the
//!    parameters say of each other, and [`WireItem`](value::json::WireItem) becomes the key, an [`Item`].
//! 4. [`Placeholders`](expr::Placeholders) holds what `#name` and `:value` stand for; [`expr::update`] and
//!    [`expr::condition`] compile the two expressions, and each placeholder must have been used.
//! 5. The table is looked up (`lookup.rs`), and its [`KeySchema`](table::KeySchema) turns the key into a
//!    [`Position`](table::Position). What the schema forbids of the update is refused.
//! 6. If a journal is kept, a [`Plan`](plan::Plan) notes what will be touched.
//! 7. `Operation::execute` hands the prepared write to `ops/write.rs`, which does all that writes have in common.
//! 8. `ops/admission.rs` asks the [`Supply`](capacity::Supply) of the table whether the key's partition has units left.
//! 9. [`Condition::holds`](expr::Condition::holds) tests the item that is there. If it fails, the refusal is charged
//!    ([`capacity::charge`]) and answered as ConditionalCheckFailedException.
//! 10. [`Update::apply`](expr::Update::apply) makes the new item out of the old one; [`value::size`] and the keys of the
//!     indexes are checked.
//! 11. Global indexes that the change reaches are asked for units too, and a collection beside local indexes for room.
//! 12. [`Table::write`](table::Table::write) puts the item into its [`Tree`](table::Tree) and carries the change into each
//!     [`Index`](table::Index); it tells what was [`Touched`](capacity::Touched).
//! 13. Each touch becomes a [`Charge`](capacity::Charge), taken from the supply of its place and noted in the
//!     [`Trace`].
//! 14. The [`Change`] is appended to the table's [`Stream`] and, where there is a store, to what is to be
//!     saved.
//! 15. The verb puts its [`ResponseValue`] together out of shared items; the endpoint writes it into bytes, without a tree of
//!     JSON in between.
//!
//! Inside, arrows run as drawn here, which `tests/architecture` keeps:
//!
//! ```text
//! answer     what a request is answered with                      uses: value
//! error      what goes wrong                                      uses: nothing
//! messages   the words of refusals                                uses: shape, table, value
//! shape      JSON into requests                                   uses: error, messages, value
//! value      attribute values, items, numbers                     uses: error, messages
//! expr       expressions: parsed, checked, evaluated              uses: error, messages, value
//! partiql    statements into the same expressions                 uses: error, expr, messages, value
//! capacity   units, buckets, partitions                           uses: nothing
//! lag        how far readers are behind                           uses: capacity
//! policy     policies of resources                                uses: nothing
//! table      tables, indexes, item collections                    uses: capacity, error, lag, messages, policy, value
//! plan       what a request is going to read or write             uses: error, expr, table, value
//! weight     bytes that something takes in memory                 uses: value
//! change     what a write changed                                 uses: capacity, value, weight
//! trace      what a request gathers while it runs                 uses: capacity, change, lag, plan
//! archive    what outlives its table: backups, exports, imports   uses: table, value
//! objects    what stands for Amazon S3                            uses: nothing
//! stream     records of changes                                   uses: capacity, change, policy, value
//! tokens     idempotency tokens                                   uses: nothing
//! journal    what was asked and what became of it                 uses: capacity, change, error, lag, ops, plan, trace, weight
//! ops        the verbs, one file each
//!            uses: answer, archive, capacity, error, expr, messages, objects, partiql, plan, policy, shape, stream, table, tokens, value
//! statement  a verb and its body, for others                      uses: ops, trace
//! recovery   a table as it was at a moment
//!            uses: archive, error, stream, table
//! kinesis    streams of Kinesis                                   uses: change, error, stream, table, value
//! replica    writes that come from another Region                 uses: ops, value
//! fault      faults that are injected                             uses: capacity, lag, messages
//! snapshot   an engine as it is saved                             uses: archive, capacity, change, stream, table, value
//! unsaved    what a request changed, to be saved or taken back    uses: archive, change, snapshot, stream, tokens
//! ```
//!
//! Time: the clock of an engine never goes back while the engine runs, so that no bucket, status, token or record has to
//! ask (`clock::SteadyClock` sees to that where the operating system's clock is behind it). When items expire is named by
//! date, and goes by the clock's calendar. Between two runs the clock may have been set back: `snapshot` says what then.
//! A clock that leaps forward is followed; what falls due at once by that is deleted in slices.
//!
//! What it remembers beside its tables is bounded in bytes, and settled only when its time has come: journal entries
//! ([`journal::KEPT_BYTES`]), stream records ([`Config::stream_bytes`] and 24 hours), transactions under a token (`tokens`,
//! ten minutes). Trees, records and tokens are persistent: a copy of an engine costs next to nothing and shares what
//! neither has changed since.
//!
//! What outlives its table (backups, exports, imports) is kept in the `archive`, which is bounded too.
//!
//! A store saves what each request changed, or has it taken back: see `unsaved`.
//!
//! The engine has no files, no threads, no time and no randomness of its own, and knows nothing of quizzes, labs or
//! screens. Source: the Amazon DynamoDB API reference and developer guide.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use serde_json::Value;

use crate::clock::{Clock, Timestamp};

pub mod answer;
pub mod archive;
pub mod capacity;
pub mod change;
pub mod error;
pub mod expr;
pub mod fault;
pub mod journal;
pub mod kinesis;
pub mod lag;
mod lookup;
pub mod messages;
pub mod objects;
pub mod ops;
pub mod partiql;
pub mod plan;
pub mod policy;
mod recovery;
mod replica;
mod settling;
pub mod shape;
pub mod snapshot;
mod statement;
pub mod stream;
pub mod table;
mod tokens;
mod trace;
pub mod unsaved;
pub mod value;
pub mod weight;

pub use answer::ResponseValue;
pub use change::Change;
pub use error::{ApiError, ErrorKind};
pub use fault::Faults;
pub use journal::{Entry, Event, Journal};
pub use lag::Lag;
pub use statement::PreparedRequest;
pub use trace::Trace;

use lookup::table_name;
use ops::Verb;
use shape::RequestBody;
use stream::Stream;
use table::Table;
use value::Item;

/// How an engine is set up.
#[derive(Clone, Debug)]
pub struct Config {
    /// The Region in ARNs.
    pub region: String,
    /// The account in ARNs.
    pub account: String,
    /// How long control-plane work takes.
    pub timings: Timings,
    /// The longest that time to live waits before it deletes an item that is past, in milliseconds. Modelled: the
    /// service says "within a few days".
    pub expiry_delay: u64,
    /// The most items that time to live deletes before one request; the others wait for the next.
    pub expiry_slice: usize,
    /// Whether requests beyond the throughput of a table, index or partition are refused.
    pub throttling: bool,
    /// The most bytes of an item collection in a table with a local index: 10 GB on the service.
    pub collection_limit: u64,
    /// The most bytes of memory that the records of a stream take.
    pub stream_bytes: u64,
    /// How far eventually consistent reads and global indexes are behind.
    pub lag: Lag,
    /// What is left to chance is drawn from this.
    pub seed: u64,
    /// How many journal entries are kept.
    pub journal_capacity: usize,
    /// The buckets that exports go to and imports come from, if there are any.
    pub objects: Option<Arc<dyn objects::Objects>>,
    /// How much one import reads.
    pub import_limits: objects::ImportLimits,
}

/// How long control-plane work takes, in milliseconds. Modelled: the service gives no figures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timings {
    /// From CreateTable to ACTIVE.
    pub create_table: u64,
    /// From DeleteTable to gone.
    pub delete_table: u64,
    /// From UpdateTable to ACTIVE.
    pub update_table: u64,
    /// From the creation of a global index to the start of its backfill.
    pub allocate_index: u64,
    /// From the start of the backfill to ACTIVE.
    pub backfill_index: u64,
    /// From one UpdateTimeToLive to the next that is accepted.
    pub time_to_live: u64,
    /// From CreateBackup to AVAILABLE.
    pub backup: u64,
    /// From a restore to ACTIVE.
    pub restore: u64,
    /// From the beginning of an export or an import to its end.
    pub transfer: u64,
    /// From switching a Kinesis streaming destination on, off or over to its being so.
    pub destination: u64,
    /// From switching Contributor Insights on or off to its being so.
    pub insights: u64,
    /// How far the latest moment that a table can be restored to lies back: five minutes on the service.
    pub recovery_lag: u64,
}

impl Timings {
    /// Everything is done by the next request.
    pub const INSTANT: Self = Self {
        create_table: 0,
        delete_table: 0,
        update_table: 0,
        allocate_index: 0,
        backfill_index: 0,
        time_to_live: 3_600_000,
        backup: 0,
        restore: 0,
        transfer: 0,
        destination: 0,
        insights: 0,
        recovery_lag: 5 * 60_000,
    };
    /// Tables are ready by the next request; a new global index, a restore and a transfer take long enough to be watched.
    pub const LAB: Self = Self {
        allocate_index: 5_000,
        backfill_index: 25_000,
        restore: 60_000,
        transfer: 60_000,
        destination: 3_000,
        insights: 1_000,
        ..Self::INSTANT
    };
}

impl Default for Config {
    fn default() -> Self {
        Self {
            region: "us-east-1".to_owned(),
            account: "123456789012".to_owned(),
            timings: Timings::LAB,
            expiry_delay: 48 * 3_600_000,
            expiry_slice: usize::MAX,
            throttling: true,
            collection_limit: capacity::partition::PARTITION_BYTES,
            stream_bytes: stream::KEPT_BYTES,
            lag: Lag::SMALL,
            seed: 1,
            journal_capacity: 10_000,
            objects: None,
            import_limits: objects::ImportLimits::default(),
        }
    }
}

/// An embedded DynamoDB: tables, a clock and a journal.
#[derive(Clone, Debug)]
pub struct Engine {
    config: Config,
    clock: Arc<dyn Clock>,
    /// The moment of the request that runs: the clock is asked once, and all of a request happens at one moment.
    moment: Option<Timestamp>,
    tables: BTreeMap<Arc<str>, Table>,
    /// Streams by ARN, those of the past 24 hours included, and what records changes for other purposes, by its name.
    streams: BTreeMap<Arc<str>, Stream>,
    /// Backups, exports and imports.
    archive: archive::Archive,
    /// Transactions that were done under a ClientRequestToken.
    tokens: tokens::Tokens,
    journal: Journal,
    /// How many changes there were: the newest sequence number.
    changed: u64,
    /// When each table has something to be settled next, soonest first. Each stands here once, at its [`Table::due`].
    tables_due: BTreeSet<(Timestamp, Arc<str>)>,
    /// When each stream has something to be settled next, soonest first. A stream that is not there any more is passed
    /// over, and one that stands here twice is settled twice.
    streams_due: BTreeSet<(Timestamp, Arc<str>)>,
    /// What changed since it was last taken, if that is kept.
    unsaved: Option<unsaved::Unsaved>,
    /// How many reads could have been behind: what decides which replica serves the next.
    reads: u64,
    armed: fault::Armed,
    /// How many requests may have changed a table: what tells whether a prepared one is outdated.
    generation: u64,
    /// How many tables were created: what table identifiers are made from.
    created: u64,
    /// See [`Engine::turnover`].
    turnover: u64,
    /// Tables whose expired items another Region deletes.
    expired_elsewhere: BTreeSet<Arc<str>>,
}

/// About how much memory a tree copies for each write after the tree itself was copied: the nodes on the way, in bytes.
const WRITE_BYTES: u64 = 2 << 10;
/// About how much memory an item and its place take, beside what DynamoDB counts of it, in bytes.
const ITEM_BYTES: u64 = 512;

impl Engine {
    /// An engine without tables.
    #[must_use]
    pub fn new(config: Config, clock: Arc<dyn Clock>) -> Self {
        let journal = Journal::new(config.journal_capacity);
        Self {
            config,
            clock,
            moment: None,
            tables: BTreeMap::new(),
            streams: BTreeMap::new(),
            archive: archive::Archive::default(),
            tokens: tokens::Tokens::default(),
            journal,
            changed: 0,
            tables_due: BTreeSet::new(),
            streams_due: BTreeSet::new(),
            unsaved: None,
            reads: 0,
            armed: fault::Armed::default(),
            generation: 0,
            created: 0,
            turnover: 0,
            expired_elsewhere: BTreeSet::new(),
        }
    }

    /// Answers one request and records it in the journal.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn call(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        self.settle();
        self.answer(verb, body)
    }

    /// As [`Engine::call`], for a service or function that sends a request of its own.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn call_as_service(&mut self, service: &str, verb: &str, body: Value) -> Result<Value, ApiError> {
        let scope = journal::Scope { sender: journal::Sender::Service(service.into()), is_through_cache: false };
        let before = self.journal.set_scope(scope);
        let outcome = self.call(verb, body);
        self.journal.set_scope(before);
        outcome
    }

    /// As [`Engine::call`], for a caller that has just settled the engine and dealt with what that changed.
    ///
    /// # Errors
    /// The service's exceptions.
    pub fn answer(&mut self, verb: &str, body: Value) -> Result<Value, ApiError> {
        let at = self.now();
        let mut trace = Trace::default();
        let request = self.journal.is_kept().then(|| journal::KeptRequest::of(&body));
        let event = Event::request(verb);
        let outcome = match &event {
            Event::Request(verb) => self.run(verb, RequestBody::Json(body), &mut trace).map(Value::from),
            _ => Err(ops::unknown(verb)),
        };
        if let Some(request) = request {
            self.journal.record(at, event, request, &outcome, trace);
        }
        outcome
    }

    /// As [`Engine::answer`], for a request that comes as text, and is answered in the form that writes itself.
    ///
    /// # Errors
    /// SerializationException for a text that is no JSON, and the service's exceptions.
    pub fn respond(&mut self, verb: &'static Verb, body: &[u8]) -> Result<ResponseValue, ApiError> {
        if self.journal.is_kept() {
            return self.answer(verb.name, shape::json(body)?).map(ResponseValue::from);
        }
        self.run(verb, RequestBody::Text(body), &mut Trace::default())
    }

    fn run(
        &mut self,
        verb: &'static Verb,
        body: RequestBody<'_>,
        trace: &mut Trace,
    ) -> Result<ResponseValue, ApiError> {
        self.generation += u64::from(verb.changes_tables);
        self.moment = Some(self.clock.now());
        let outcome = (verb.run)(self, body, trace);
        self.moment = None;
        self.use_faults_up();
        outcome
    }

    /// What a request would touch, without running it.
    ///
    /// # Errors
    /// The exceptions that the request would be refused with before anything is touched.
    pub fn explain(&mut self, verb: &str, body: Value) -> Result<Vec<plan::Plan>, ApiError> {
        self.settle();
        let verb = ops::find(verb).ok_or_else(|| ops::unknown(verb))?;
        (verb.plan)(self, body)
    }

    /// The journal.
    #[must_use]
    pub const fn journal(&self) -> &Journal {
        &self.journal
    }

    /// The journal, to take over entries of another Region's.
    pub const fn journal_mut(&mut self) -> &mut Journal {
        &mut self.journal
    }

    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.moment.unwrap_or_else(|| self.clock.now())
    }

    /// The moment that time to live goes by: the calendar's, but never ahead of the present.
    #[must_use]
    pub fn calendar(&self) -> Timestamp {
        self.clock.calendar().min(self.now())
    }

    /// How the engine is set up.
    #[must_use]
    pub const fn config(&self) -> &Config {
        &self.config
    }

    /// From now on refuses requests beyond the throughput there is, or none. Filling a lab's tables is not held up.
    pub const fn set_throttling(&mut self, throttling: bool) {
        self.config.throttling = throttling;
    }

    /// From now on refuses writes that make an item collection larger than so many bytes, beside local indexes.
    pub const fn set_collection_limit(&mut self, bytes: u64) {
        self.config.collection_limit = bytes;
    }

    /// From now on time to live deletes so many items at most before one request.
    pub const fn set_expiry_slice(&mut self, items: usize) {
        self.config.expiry_slice = items;
    }

    /// From now on these are the buckets of exports and imports.
    pub fn set_objects(&mut self, objects: Option<Arc<dyn objects::Objects>>) {
        self.config.objects = objects;
    }

    /// Fills the buckets of all tables and indexes and forgets what they served.
    pub fn refill(&mut self) {
        self.tables.values_mut().for_each(Table::refill);
        self.schedule_all();
    }

    /// All tables in name order.
    pub fn tables(&self) -> impl Iterator<Item = &Table> {
        self.tables.values()
    }

    /// The table called `name`.
    #[must_use]
    pub fn table(&self, name: &str) -> Option<&Table> {
        self.tables.get(name)
    }

    /// When time to live deletes the next item.
    #[must_use]
    pub fn next_expiry(&self) -> Option<Timestamp> {
        self.tables.values().filter(|table| self.expires(table)).filter_map(|table| table.ttl()?.next()).min()
    }

    /// From now on another Region deletes the expired items of a table, or this one does again.
    pub fn leave_expiry(&mut self, table: &str, is_left: bool) {
        if is_left {
            self.expired_elsewhere.insert(table.into());
        } else {
            self.expired_elsewhere.remove(table);
            self.schedule(table, Timestamp::default());
        }
    }

    /// Whether the expired items of a table are deleted here.
    fn expires(&self, table: &Table) -> bool {
        !self.expired_elsewhere.contains(&table.name)
    }

    /// The stream called `arn`.
    #[must_use]
    pub fn stream(&self, arn: &str) -> Option<&Stream> {
        self.streams.get(arn)
    }

    /// Backups, exports and imports.
    #[must_use]
    pub const fn archived(&self) -> &archive::Archive {
        &self.archive
    }

    /// The sequence number of the next change.
    #[must_use]
    pub const fn next_sequence(&self) -> u64 {
        self.changed + 1
    }

    /// About how many bytes of memory its changes have replaced so far. Two copies share what neither has replaced: what
    /// the older of them holds alone is the difference between theirs.
    #[must_use]
    pub const fn turnover(&self) -> u64 {
        self.turnover
    }

    /// About how many bytes of memory its items and index entries take: the most of them that a copy can hold alone.
    #[must_use]
    pub fn footprint(&self) -> u64 {
        self.tables.values().flat_map(Table::trees).map(tree_bytes).sum()
    }

    /// A copy of this engine on another clock, to try requests on. It shares what is in its tables until either changes.
    #[must_use]
    pub fn copy_on(&self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self.clone() }
    }

    /// All streams of DynamoDB Streams, those of the past 24 hours included, in ARN order.
    pub fn streams(&self) -> impl Iterator<Item = &Stream> {
        self.streams.values().filter(|stream| stream.purpose == stream::RecordingPurpose::Stream)
    }

    /// Everything that records changes: streams, and the records for other purposes.
    pub fn recorders(&self) -> impl Iterator<Item = &Stream> {
        self.streams.values()
    }

    /// Puts a backup, an export or an import into the archive.
    fn put_by(&mut self, entry: archive::Archived) {
        self.note_archive(entry.arn());
        self.archive.insert(entry);
    }

    /// Creates a table with the items of a backup, of another table's past, or of an import. Those of its indexes are new.
    fn create_filled(&mut self, mut table: Table, items: table::Tree) {
        self.note_created(&table.name);
        self.note_filled(&table.id);
        table.fill(items);
        self.turnover += table.trees().skip(1).map(tree_bytes).sum::<u64>();
        self.take_table_in(table);
    }

    /// Records that an item changed from the first image to the second: in the table's stream, and for the store.
    /// Answers with the change; `None` if the images are alike, or nobody asks for changes.
    fn record_change(
        &mut self,
        table: &Arc<str>,
        key: Item,
        address: capacity::Address,
        (old, new): (Option<Item>, Option<Item>),
        expired: bool,
    ) -> Option<Change> {
        if old == new {
            return None;
        }
        let trees = self.tables.get(table).map_or(1, |table| table.trees().count() as u64);
        self.turnover += trees * (WRITE_BYTES + old.as_ref().map_or(0, weight::item));
        self.changed += 1;
        let recorders = self.tables.get(table).map(Table::recorders).unwrap_or_default();
        if recorders.is_empty() && self.unsaved.is_none() && !self.journal.is_kept() {
            return None;
        }
        let (sequence, at, table_name) = (self.changed, self.now(), Arc::clone(table));
        let change = Change { sequence, at, table: table_name, key, address, old, new, expired };
        for arn in &recorders {
            self.append_record(arn, change.clone());
        }
        self.note_change(&change);
        Some(change)
    }

    /// Appends a record to a stream that is on, and makes room for it.
    fn append_record(&mut self, arn: &Arc<str>, change: Change) {
        let room = self.config.stream_bytes;
        let Some(stream) = self.streams.get_mut(arn) else { return };
        let is_unscheduled = stream.due().is_none();
        stream.append(change);
        if is_unscheduled {
            self.streams_due.extend(stream.due().map(|due| (due, Arc::clone(arn))));
        }
        if stream.weight() > room {
            self.note_crowded(arn);
            if let Some(stream) = self.streams.get_mut(arn) {
                stream.make_room(room);
            }
        }
    }

    /// Switches on a stream of a table.
    fn open_stream(&mut self, table_name: &str, view: stream::StreamViewType) -> Result<(), ApiError> {
        let (now, next) = (self.now(), self.changed + 1);
        let table = self.control_table(table_name)?;
        let starts: Vec<_> = table.supply(&capacity::Place::Table).partitions().starts().collect();
        let (arn, name, keys) = (table.arn.clone(), Arc::clone(&table.name), table.keys.to_json());
        // A label is the moment of its stream, and no two streams of a table have the same.
        let taken = |at: Timestamp| self.streams.contains_key(format!("{arn}/stream/{at}").as_str());
        let at = (0..u64::MAX).map(|later| now.plus_millis(later)).find(|at| !taken(*at)).unwrap_or(now);
        let mut stream = Stream::open(&arn, name, keys, view, at);
        let count = starts.len();
        stream.follow(starts.into_iter(), at, next);
        let (arn, label) = (Arc::clone(&stream.arn), stream.label.clone());
        let setting = table::StreamSetting { arn: Arc::clone(&arn), label, view: Some(view.name().to_owned()) };
        let table = self.control_table_mut(table_name)?;
        (table.stream, table.followed) = (Some(setting), count);
        self.note_opened(arn);
        self.take_in(stream);
        Ok(())
    }

    /// Begins to record a table's changes for something else than a stream of its own.
    fn begin_recording(&mut self, stream: Stream) {
        self.note_opened(Arc::clone(&stream.arn));
        self.take_in(stream);
    }

    /// Forgets what was recorded under a name.
    fn forget_records(&mut self, name: &Arc<str>) {
        self.note_closed(name);
        if self.streams.remove(name).is_some() {
            self.note_trimmed(Arc::clone(name));
        }
    }

    /// Switches off a table's stream, if it is on; what it recorded stays readable for 24 hours.
    fn close_stream(&mut self, table: &str) -> Result<(), ApiError> {
        let (now, next) = (self.now(), self.changed + 1);
        let table = self.control_table_mut(table)?;
        let open = table.stream.as_mut().filter(|setting| setting.view.is_some());
        let arn = open.map(|setting| {
            setting.view = None;
            Arc::clone(&setting.arn)
        });
        if let Some(arn) = arn {
            self.note_closed(&arn);
            if let Some(stream) = self.streams.get_mut(&arn) {
                stream.close(now, next);
            }
        }
        Ok(())
    }

    /// A UUID for the next table, the same for the same sequence of creations.
    fn next_table_id(&mut self) -> Arc<str> {
        self.created += 1;
        let seed = value::key::partition_hash(&[value::key::KeyScalar::S(format!("table {}", self.created).into())]);
        let (high, low) = (seed >> 32, seed & 0xffff_ffff);
        format!("{high:08x}-{:04x}-4{:03x}-a{:03x}-{low:08x}{:04x}", low >> 16, low & 0xfff, high & 0xfff, self.created)
            .into()
    }
}

/// About how much memory a tree takes, in bytes.
fn tree_bytes(tree: &table::Tree) -> u64 {
    tree.len() as u64 * ITEM_BYTES + 2 * tree.bytes()
}
