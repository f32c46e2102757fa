//! The flags that say who may send requests to an endpoint.

use clap::Args;

use crate::http::{Allowlist, HostName, Origin};

/// Who may send requests beside programs on this machine.
#[derive(Clone, Debug, Args)]
pub(super) struct AccessArguments {
    /// Let web pages of this origin send requests, such as http://localhost:3000; may be repeated. Requests of all
    /// other pages are refused.
    #[arg(long = "cors", value_name = "ORIGIN")]
    origins: Vec<Origin>,
    /// Accept requests that call the endpoint by this name, beside localhost and its own addresses; may be repeated.
    #[arg(long = "allow-host", value_name = "NAME")]
    hosts: Vec<HostName>,
}

impl From<AccessArguments> for Allowlist {
    fn from(AccessArguments { origins, hosts }: AccessArguments) -> Self {
        Self { origins, hosts }
    }
}
