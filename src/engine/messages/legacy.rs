//! Texts about the parameters that expressions replaced.

const INVALID: &str = "One or more parameter values were invalid: ";

/// ConditionalOperator beside fewer than two conditions.
pub const OPERATOR_NEEDS_TWO: &str =
    "ConditionalOperator can only be used when Filter or Expected has two or more elements";
/// ConditionalOperator beside no conditions at all.
pub const OPERATOR_WITHOUT_FILTER: &str = "ConditionalOperator cannot be used without Filter or Expected";
/// A key condition that no key can be found by.
pub const NOT_INDEXABLE: &str = "Attempted conditional constraint is not an indexable operation";
/// BETWEEN or IN with values of several types.
pub const MIXED_TYPES: &str =
    "One or more parameter values were invalid: AttributeValues inside AttributeValueList must be of same type";
/// BETWEEN with the greater value first.
pub const BOUNDS_REVERSED: &str =
    "The BETWEEN condition was provided a range where the lower bound is greater than the upper bound";
/// PUT or ADD without a value.
pub const ONLY_DELETE: &str =
    "One or more parameter values were invalid: Only DELETE action is allowed when no attribute value is specified";
/// ADD or DELETE on an attribute of another type.
pub const TYPE_MISMATCH: &str = "Type mismatch for attribute to update";

/// Both ways of giving a value.
#[must_use]
pub fn value_and_list(name: &str) -> String {
    format!("{INVALID}Value and AttributeValueList cannot be used together for Attribute: {name}")
}

/// Both ways of stating an expectation.
#[must_use]
pub fn exists_and_operator(name: &str) -> String {
    format!("{INVALID}Exists and ComparisonOperator cannot be used together for Attribute: {name}")
}

/// An operator with nothing to compare with.
#[must_use]
pub fn operator_without_value(operator: &str, name: &str) -> String {
    format!(
        "{INVALID}Value or AttributeValueList must be used with ComparisonOperator: {operator} for Attribute: {name}"
    )
}

/// A list without an operator.
#[must_use]
pub fn list_without_operator(name: &str) -> String {
    format!("{INVALID}AttributeValueList can only be used with a ComparisonOperator for Attribute: {name}")
}

/// A value for an attribute that must not exist.
#[must_use]
pub fn value_though_absent(name: &str) -> String {
    format!("{INVALID}Value cannot be used when Exists is false for Attribute: {name}")
}

/// No value for an attribute that must exist.
#[must_use]
pub fn value_required(exists: Option<bool>, name: &str) -> String {
    let exists = exists.map_or_else(|| "null".to_owned(), |exists| exists.to_string());
    format!("{INVALID}Value must be provided when Exists is {exists} for Attribute: {name}")
}

/// Too few or too many values for an operator.
#[must_use]
pub fn argument_count(operator: &str) -> String {
    format!("{INVALID}Invalid number of argument(s) for the {operator} ComparisonOperator")
}

/// A value of a type that the operator does not take.
#[must_use]
pub fn argument_type(operator: &str, kind: &str) -> String {
    format!("{INVALID}ComparisonOperator {operator} is not valid for {kind} AttributeValue type")
}

/// DELETE of a value that is no set.
#[must_use]
pub fn delete_type(kind: &str) -> String {
    format!("{INVALID}DELETE action with value is not supported for the type {kind}")
}

/// ADD of a value that is neither number nor set nor list.
#[must_use]
pub fn add_type(kind: &str) -> String {
    format!("{INVALID}ADD action is not supported for the type {kind}")
}

/// A name listed twice in AttributesToGet.
#[must_use]
pub fn duplicate_attribute(name: &str) -> String {
    format!("{INVALID}Duplicate value in attribute name: {name}")
}

/// Expressions beside what they replaced; names in the order of the API.
#[must_use]
pub fn mixed(legacy: &[&str], expressions: &[&str]) -> String {
    format!(
        "Can not use both expression and non-expression parameters in the same request: Non-expression parameters: \
         {{{}}} Expression parameters: {{{}}}",
        legacy.join(", "),
        expressions.join(", ")
    )
}

/// A filter on a key attribute.
#[must_use]
pub fn filter_on_key(name: &str) -> String {
    format!("QueryFilter can only contain non-primary key attributes: Primary key attribute: {name}")
}
