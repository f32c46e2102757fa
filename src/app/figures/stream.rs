//! Where streams stand: shards and records, functions that read them, queues of failures, replicas in other Regions.

/// Streams and all that hangs on them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamsFigures {
    /// The streams there are, those that were switched off within 24 hours included.
    pub streams: Vec<StreamFigures>,
    /// Functions behind them.
    pub mappings: Vec<MappingFigures>,
    /// Queues.
    pub queues: Vec<QueueFigures>,
    /// Tables with replicas.
    pub global: Vec<GlobalFigures>,
}

/// A stream.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StreamFigures {
    /// The table.
    pub table: String,
    /// StreamViewType.
    pub view: String,
    /// Whether changes are still recorded.
    pub is_open: bool,
    /// Its newest shards, oldest first.
    pub shards: Vec<ShardFigures>,
    /// Older shards that are left out.
    pub more_shards: usize,
}

/// A shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ShardFigures {
    /// Its number within the stream, counted from 1: shard ids are long.
    pub number: usize,
    /// The number of the shard that it continues.
    pub parent: Option<usize>,
    /// Whether it takes new records.
    pub is_open: bool,
    /// How many records it holds.
    pub records: u64,
    /// The newest of them, oldest first.
    pub newest: Vec<RecordFigures>,
    /// Who reads it, and how far they are.
    pub readers: Vec<ReaderFigures>,
}

/// A record.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RecordFigures {
    /// Its sequence number.
    pub sequence: u64,
    /// INSERT, MODIFY or REMOVE.
    pub event: String,
    /// The item's key in short.
    pub key: String,
    /// The image before in short, if the record holds it.
    pub old: Option<String>,
    /// The image after in short, if the record holds it.
    pub new: Option<String>,
    /// Whether time to live deleted the item.
    pub expired: bool,
    /// Whether the last line wrote it.
    pub is_new: bool,
}

/// A mapping's reader of one shard.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ReaderFigures {
    /// The function.
    pub function: String,
    /// The sequence number up to which records are handled.
    pub handled: u64,
    /// Records that were read and wait to be handled, those of a batch under way included.
    pub waiting: u64,
    /// Batches under way, the next to be tried first.
    pub batches: Vec<BatchFigures>,
    /// What it does.
    pub state: ReaderState,
}

/// What a reader does.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum ReaderState {
    /// It has handled all there is.
    #[default]
    Idle,
    /// It has records to handle.
    Reading,
    /// A batch that failed holds up all behind it and is tried again.
    Blocked {
        /// In so many milliseconds (a model).
        again_in: u64,
    },
    /// The shard is closed and handled to its end.
    Done,
    /// The mapping is switched off, or may not read the stream.
    Stopped,
}

/// A batch under way.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BatchFigures {
    /// Its first and last sequence number.
    pub range: (u64, u64),
    /// How many records.
    pub records: u64,
    /// How often it was tried.
    pub attempts: u32,
    /// The record at which the function failed last.
    pub failed_at: Option<u64>,
    /// How old its oldest record is, in milliseconds: the iterator's age.
    pub age: u64,
}

/// An event source mapping.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MappingFigures {
    /// The function.
    pub function: String,
    /// The table whose stream it reads.
    pub table: String,
    /// Whether it is on.
    pub enabled: bool,
    /// LastProcessingResult.
    pub result: String,
    /// BatchSize.
    pub batch_size: u64,
    /// BisectBatchOnFunctionError.
    pub bisects: bool,
    /// Whether it takes partial batch responses.
    pub reports: bool,
    /// MaximumRetryAttempts; `None` for as often as it takes.
    pub retries: Option<u64>,
    /// The queue of what was given up.
    pub destination: Option<String>,
    /// Invocations so far, and those of them that failed.
    pub invocations: (u64, u64),
}

/// A queue.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct QueueFigures {
    /// Its name.
    pub name: String,
    /// How many messages it holds.
    pub messages: u64,
    /// The first of them in short.
    pub first: Vec<String>,
}

/// A global table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlobalFigures {
    /// The table.
    pub table: String,
    /// How long a write is on its way, in milliseconds (a model).
    pub lag: u64,
    /// Its replicas.
    pub regions: Vec<RegionFigures>,
    /// Writes that were lost to a later one in another Region, in words, the newest first.
    pub conflicts: Vec<String>,
    /// How many there were.
    pub conflict_count: usize,
}

/// A replica of a table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RegionFigures {
    /// The Region.
    pub region: String,
    /// How many items it holds.
    pub items: u64,
    /// Writes that are on their way to it.
    pub underway: u64,
    /// In how many milliseconds the next of them arrives.
    pub next_in: Option<u64>,
}
