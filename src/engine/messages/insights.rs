//! Texts about Contributor Insights.

/// A table that is not ACTIVE.
pub const TABLE_NOT_ACTIVE: &str = "Table or Index is not in a valid state to update Key Access Insights: TableStatus must \
     be ACTIVE to enable ContributorInsights.";
/// An index that is not ACTIVE.
pub const INDEX_NOT_ACTIVE: &str = "Table or Index is not in a valid state to update Key Access Insights: IndexStatus must \
     be ACTIVE to enable ContributorInsights.";
