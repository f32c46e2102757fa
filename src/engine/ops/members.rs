//! Shapes of members that many requests share.

use crate::engine::capacity::consumed;
use crate::engine::shape::{Fits, InNewWording, MapShape, NAME as NAME_PATTERN, Shape, TextLimits};
use crate::engine::stream::StreamViewType;
use crate::engine::table::InsightsMode;

/// A table by name or ARN.
pub(super) const TABLE: Shape = Shape::String(TABLE_TEXT);
/// The limits of what names a table.
pub(super) const TABLE_TEXT: TextLimits = TextLimits {
    min: 1,
    max: 255,
    pattern: Some(NAME_PATTERN),
    or_arn: true,
    in_new_wording: InNewWording::EmptyAlone,
    ..TextLimits::ANY
};
/// A stream by its ARN.
pub(super) const STREAM_ARN: Shape = Shape::text(37, 1024);
/// A shard by its identifier.
pub(super) const SHARD_ID: Shape = Shape::text(28, 65);
/// A backup, an export or an import by its ARN.
pub(super) const KEPT_ARN: Shape = Shape::text(37, 1024);
/// A resource by its ARN.
pub(super) const RESOURCE_ARN: Shape = Shape::text(1, 1283);
/// The name of a table to create, and of any index.
pub(super) const NAME: Shape = Shape::name(3, 255);
/// An attribute name in a schema.
pub(super) const KEY_NAME: Shape = Shape::text(1, 255);
/// An expression; its length limit is checked with its syntax.
pub(super) const EXPRESSION: Shape = Shape::STRING;
/// A Key or Item: attribute names and values.
pub(super) const ITEM: Shape = Shape::Map(&MapShape::of(Shape::AttributeValue));
/// ExpressionAttributeNames.
pub(super) const NAMES: Shape = Shape::Map(&MapShape::of(Shape::STRING));
/// ExpressionAttributeValues.
pub(super) const VALUES: Shape = Shape::Map(&MapShape::of(Shape::AttributeValue));
/// ReturnConsumedCapacity.
pub(super) const RETURN_CONSUMED_CAPACITY: Shape = Shape::one_of(&["INDEXES", "TOTAL", "NONE"]);
/// ReturnItemCollectionMetrics.
pub(super) const RETURN_COLLECTION_METRICS: Shape = Shape::one_of(&["SIZE", "NONE"]);
/// ReturnValues.
pub(super) const RETURN_VALUES: Shape = return_values(false);
/// ReturnValues of an update, of which nothing else is told beside.
pub(super) const RETURN_VALUES_ALONE: Shape = return_values(true);

/// ReturnValues; the new wording has them in another order, and one of them misspelt.
const fn return_values(alone: bool) -> Shape {
    const NEW: &[&str] = &["ALL_OLD", "UPDATED_OLD", "ALL_NEW", "UPDATE_NEW", "NONE"];
    Shape::String(TextLimits {
        values: &["ALL_NEW", "UPDATED_OLD", "ALL_OLD", "NONE", "UPDATED_NEW"],
        in_new_wording: InNewWording::Nameless { values: NEW, alone },
        ..TextLimits::ANY
    })
}

/// ReturnValuesOnConditionCheckFailure.
pub(super) const RETURN_ON_FAILURE: Shape = Shape::one_of(&["ALL_OLD", "NONE"]);
/// Select.
pub(super) const SELECT: Shape =
    Shape::one_of(&["SPECIFIC_ATTRIBUTES", "COUNT", "ALL_ATTRIBUTES", "ALL_PROJECTED_ATTRIBUTES"]);

/// ReturnConsumedCapacity as requests carry it.
pub(super) type ReturnConsumedCapacity = Option<consumed::ConsumedDetail>;

/// ReturnValues.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ReturnValues {
    /// Nothing.
    #[default]
    None,
    /// The item before.
    AllOld,
    /// What was changed, as it was before.
    UpdatedOld,
    /// The item after.
    AllNew,
    /// What was changed, as it is after.
    UpdatedNew,
}

/// ReturnItemCollectionMetrics.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum CollectionMetrics {
    /// Nothing.
    #[default]
    None,
    /// The estimated size of the item collection.
    Size,
}

/// ReturnValuesOnConditionCheckFailure.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum ReturnOnFailure {
    /// Nothing.
    #[default]
    None,
    /// The item that the condition did not hold for.
    AllOld,
}

/// Select.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(super) enum Select {
    /// Every attribute of the item.
    AllAttributes,
    /// Every attribute that the index holds.
    AllProjectedAttributes,
    /// What the projection names.
    SpecificAttributes,
    /// No items, their number.
    Count,
}

// No text outside their shapes reads as one of these.
impl Fits for consumed::ConsumedDetail {}
impl Fits for InsightsMode {}
impl Fits for StreamViewType {}
impl Fits for ReturnValues {}
impl Fits for CollectionMetrics {}
impl Fits for ReturnOnFailure {}
impl Fits for Select {}
