//! `dynadrill serve`: the engine as an endpoint for programs.
//!
//! By default it does what every local emulator does: it answers at once, never refuses for want of throughput, shows every
//! write to the next read, and deletes what is past. What of the service's limits is to be modelled is said by flags.

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result};
use clap::Args;

use super::outlet::Outlet;
use crate::clock::SteadyClock;
use crate::engine::objects::Objects;
use crate::engine::{Config, Engine, Lag, Timings};
use crate::http::{self, Allowlist, Served};
use crate::s3_dir::S3Directory;
use crate::safe_text;

/// How long control-plane work takes for clients of the endpoint, in milliseconds: short, but long enough to be seen.
const TIMINGS: Timings = Timings { allocate_index: 50, backfill_index: 250, recovery_lag: 0, ..Timings::INSTANT };

/// The same with --realistic: as long as it takes on the service at its quickest, so that waiters have something to wait for.
const REALISTIC_TIMINGS: Timings =
    Timings { create_table: 4_000, update_table: 2_000, delete_table: 4_000, ..Timings::LAB };

/// How many items expire before one request of the endpoint: few enough that no request waits for them noticeably.
const EXPIRY_SLICE: usize = 500;

/// What of the service's limits an endpoint models.
#[derive(Args, Clone, Copy, Debug)]
pub(super) struct ModelArguments {
    /// Refuse requests beyond what a table, index or partition can take, provisioned or on demand (a model). Without it
    /// nothing is refused for want of throughput.
    #[arg(long)]
    throttle: bool,
    /// Model everything: the limits of --throttle, tables and indexes that take seconds to be made, changed and removed,
    /// reads and global indexes that lag behind, and expired items that stay for up to two days.
    #[arg(long)]
    realistic: bool,
}

impl ModelArguments {
    fn config(self, region: &str) -> Config {
        let Self { throttle, realistic } = self;
        Config {
            region: region.to_owned(),
            timings: if realistic { REALISTIC_TIMINGS } else { TIMINGS },
            throttling: throttle || realistic,
            expiry_delay: if realistic { Config::default().expiry_delay } else { 0 },
            expiry_slice: EXPIRY_SLICE,
            lag: if realistic { Lag::REALISTIC } else { Lag::NONE },
            journal_capacity: 0,
            ..Config::default()
        }
    }
}

/// Where an endpoint keeps what it keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct EndpointFiles<'a> {
    /// The file of the tables; memory, if there is none.
    pub(super) data: Option<&'a Path>,
    /// The directory of the buckets.
    pub(super) s3_dir: Option<&'a Path>,
}

/// The buckets in a directory.
pub(super) fn buckets(path: &Path) -> Result<Arc<dyn Objects>> {
    let opened = S3Directory::open(path).with_context(|| format!("cannot use {} as S3", path.display()))?;
    Ok(Arc::new(opened))
}

/// Serves until the process is ended.
pub(super) fn run(
    address: SocketAddr,
    access: Allowlist,
    EndpointFiles { data, s3_dir }: EndpointFiles<'_>,
    region: &str,
    model: ModelArguments,
) -> Result<ExitCode> {
    let config = Config { objects: s3_dir.map(buckets).transpose()?, ..model.config(region) };
    let clock = Arc::new(SteadyClock::system());
    // The endpoint is of use even if no one reads where it is, as in `serve 2>&1 | head -1`.
    let talk = Outlet::to(safe_text::stderr())?;
    let notices = talk.clone();
    let notices = Box::new(move |notice: &str| notices.print(&[notice.to_owned()]));
    let served = match data {
        Some(path) => Served::in_file(path, config, clock, notices)
            .with_context(|| format!("cannot keep tables in {}", path.display()))?,
        None => Served::in_memory(Engine::new(config, clock)),
    };
    let clamped: Vec<String> = served.clamped().iter().map(ToString::to_string).collect();
    talk.print(&clamped);
    let announce = |bound| talk.print(&http::announcement(bound, region, &["dynamodb", "dynamodb-streams"]));
    http::serve(address, access, served, announce).with_context(|| format!("cannot serve at {address}"))?;
    Ok(ExitCode::SUCCESS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_modelled_that_was_not_asked_for() {
        let modelled = |throttle, realistic| {
            let config = ModelArguments { throttle, realistic }.config("us-east-1");
            (config.throttling, config.lag != Lag::NONE, config.expiry_delay > 0)
        };
        assert_eq!(modelled(false, false), (false, false, false));
        assert_eq!(modelled(true, false), (true, false, false));
        assert_eq!(modelled(false, true), (true, true, true));
    }
}
