//! Every text that the engine answers with, in one place, apart from the envelopes that some operations put around it.
//!
//! A newer wording of the service is a change here and nowhere else. Texts are the service's own, misspellings
//! included; placeholders are arguments. Sources: recorded answers of the service, the API reference.

pub mod backups;
pub mod busy;
pub mod constraints;
pub mod destinations;
pub mod encryption;
pub mod expressions;
pub mod insights;
pub mod keys;
pub mod legacy;
pub mod partiql;
pub mod policies;
pub mod protocol;
pub mod requests;
pub mod serialization;
pub mod streams;
pub mod tables;
pub mod throughput;
pub mod transfers;
pub mod values;
pub mod wording;
