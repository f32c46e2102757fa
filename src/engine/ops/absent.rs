//! The operations of the service's API that this engine does not have, so that it can say which of the two it is: an
//! operation that is not there, or one that there is nowhere.
//!
//! Source: AWS's published service model of November 2026.

/// By name, in name order.
pub(super) const OPERATIONS: &[&str] = &[
    "CancelBulkOperation",
    "CreateGlobalTable",
    "DescribeBulkOperation",
    "DescribeGlobalTable",
    "DescribeGlobalTableSettings",
    "DescribeTableReplicaAutoScaling",
    "ListBulkOperations",
    "ListGlobalTables",
    "SearchVectors",
    "StartBulkPutItems",
    "UpdateGlobalTable",
    "UpdateGlobalTableSettings",
    "UpdateTableReplicaAutoScaling",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::ops::{self, Service, VERBS};

    #[test]
    fn with_the_verbs_there_are_they_make_up_the_whole_api() {
        assert!(OPERATIONS.is_sorted());
        assert!(OPERATIONS.iter().all(|name| ops::find(name).is_none()), "an operation that is there is not absent");
        let here = VERBS.iter().filter(|verb| verb.service == Service::DynamoDb).count();
        assert_eq!(here + OPERATIONS.len(), 62, "the API of November 2026");
        assert!(ops::unknown("SearchVectors").message.contains("SearchVectors"));
        assert!(ops::unknown("NoSuchThing").message.is_empty());
    }
}
