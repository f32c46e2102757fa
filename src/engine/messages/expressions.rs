//! Texts about expressions. Those of a compiled expression stand behind `Invalid <Parameter>: `, which the caller adds.

/// What the grammar has no place for; a token and its surroundings follow.
pub const SYNTAX: &str = "Syntax error;";
/// No text.
pub const EMPTY: &str = "The expression can not be empty;";
/// Two pairs of parentheses around one thing.
pub const REDUNDANT_PARENTHESES: &str = "The expression has redundant parentheses;";
/// A key condition on a document path.
pub const KEY_CONDITION_NESTED: &str = "KeyConditionExpressions cannot have conditions on nested attributes";
/// A key condition with a function or size inside a comparison.
pub const KEY_CONDITION_NESTED_OPERATION: &str = "KeyConditionExpressions cannot contain nested operations";
/// Two conditions on one key attribute.
pub const KEY_CONDITION_TWICE: &str =
    "Invalid KeyConditionExpression: KeyConditionExpressions must only contain one condition per key";
/// A partition key that is not compared with `=`, or a condition on an attribute that is no key.
pub const KEY_CONDITION_NOT_SUPPORTED: &str = "Query key condition not supported";
/// A comparison without an attribute.
pub const KEY_CONDITION_NO_ATTRIBUTE: &str = "Invalid condition in KeyConditionExpression: No key attribute specified";
/// A comparison of two attributes.
pub const KEY_CONDITION_TWO_ATTRIBUTES: &str =
    "Invalid condition in KeyConditionExpression: Multiple attribute names used in one condition";
/// A key value of another type than the key's.
pub const KEY_CONDITION_TYPE: &str =
    "One or more parameter values were invalid: Condition parameter type does not match schema type";
/// ExpressionAttributeNames given but empty.
pub const NAMES_EMPTY: &str = "ExpressionAttributeNames must not be empty";
/// ExpressionAttributeValues given but empty.
pub const VALUES_EMPTY: &str = "ExpressionAttributeValues must not be empty";
/// An update that reads an attribute the item does not have.
pub const ATTRIBUTE_MISSING: &str = "The provided expression refers to an attribute that does not exist in the item";
/// An update of a path whose parent the item does not have.
pub const PATH_INVALID: &str = "The document path provided in the update expression is invalid for update";
/// An update with a value of the wrong type in the item.
pub const OPERAND_TYPE_IN_ITEM: &str = "An operand in the update expression has an incorrect data type";

/// A token that does not fit where it stands.
#[must_use]
pub fn syntax(token: &str, near: &str) -> String {
    format!("{SYNTAX} token: \"{token}\", near: \"{near}\"")
}

/// A reserved word as an attribute name.
#[must_use]
pub fn reserved(word: &str) -> String {
    format!("Attribute name is a reserved keyword; reserved keyword: {word}")
}

/// A `#name` that stands for nothing.
#[must_use]
pub fn undefined_name(name: &str) -> String {
    format!("An expression attribute name used in the document path is not defined; attribute name: {name}")
}

/// A `:value` that stands for nothing.
#[must_use]
pub fn undefined_value(name: &str) -> String {
    format!("An expression attribute value used in expression is not defined; attribute value: {name}")
}

/// More names and values, or longer ones, than a request may have. The service's own words are not known.
#[must_use]
pub fn placeholders_too_long(most: u64) -> String {
    format!(
        "Expression attribute names and values have exceeded the maximum allowed size; the maximum is {most} bytes, counted \
         each time that an expression names them"
    )
}

/// A function that does not exist here.
#[must_use]
pub fn unknown_function(name: &str) -> String {
    format!("Invalid function name; function: {name}")
}

/// A function where it may not stand.
#[must_use]
pub fn misused_function(name: &str) -> String {
    format!("The function is not allowed to be used this way in an expression; function: {name}")
}

/// Too few or too many operands.
#[must_use]
pub fn operand_count(operator: &str, count: usize) -> String {
    format!(
        "Incorrect number of operands for operator or function; operator or function: {operator}, number of operands: \
         {count}"
    )
}

/// An operand of a type that the operator or function does not take.
#[must_use]
pub fn operand_type(operator: &str, kind: &str) -> String {
    format!("Incorrect operand type for operator or function; operator or function: {operator}, operand type: {kind}")
}

/// An operand of a type that ADD or DELETE does not take.
#[must_use]
pub fn action_operand_type(action: &str, kind: &str) -> String {
    format!("Incorrect operand type for operator or function; operator: {action}, operand type: {kind}")
}

/// A value where only a document path makes sense.
#[must_use]
pub fn not_a_path(operator: &str) -> String {
    format!("Operator or function requires a document path; operator or function: {operator}")
}

/// An `attribute_type` with a type that does not exist.
#[must_use]
pub fn unknown_type(name: &str) -> String {
    format!("Invalid attribute type name found; type: {name}, valid types: {{B,NULL,SS,BOOL,L,BS,N,NS,S,M}}")
}

/// Two equal operands of one operator.
#[must_use]
pub fn same_operand(operator: &str, path: &str) -> String {
    format!(
        "The first operand must be distinct from the remaining operands for this operator or function; operator: \
         {operator}, first operand: {path}"
    )
}

/// BETWEEN bounds of two types.
#[must_use]
pub fn between_types(low: &str, high: &str) -> String {
    format!(
        "The BETWEEN operator requires same data type for lower and upper bounds; lower bound operand: \
         AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    )
}

/// BETWEEN bounds in the wrong order.
#[must_use]
pub fn between_order(low: &str, high: &str) -> String {
    format!(
        "The BETWEEN operator requires upper bound to be greater than or equal to lower bound; lower bound operand: \
         AttributeValue: {low}, upper bound operand: AttributeValue: {high}"
    )
}

/// Two paths of which one contains the other.
#[must_use]
pub fn overlap(one: &str, two: &str) -> String {
    format!(
        "Two document paths overlap with each other; must remove or rewrite one of these paths; path one: {one}, path \
         two: {two}"
    )
}

/// Two paths that treat one attribute as a map and as a list.
#[must_use]
pub fn conflict(one: &str, two: &str) -> String {
    format!(
        "Two document paths conflict with each other; must remove or rewrite one of these paths; path one: {one}, path \
         two: {two}"
    )
}

/// A clause of an update that stands twice.
#[must_use]
pub fn section_twice(section: &str) -> String {
    format!("The \"{section}\" section can only be used once in an update expression;")
}

/// More than 4,096 bytes of text; the service leaves out the size for an UpdateExpression.
#[must_use]
pub fn too_long(bytes: Option<usize>) -> String {
    let size = bytes.map(|bytes| format!(" expression size: {bytes}")).unwrap_or_default();
    format!("Expression size has exceeded the maximum allowed size;{size}")
}

/// More than 300 operators.
#[must_use]
pub fn too_many_operators(count: usize) -> String {
    format!("The expression contains too many operators; operator count: {count}")
}

/// A list index that is no small whole number.
#[must_use]
pub fn index_out_of_range(digits: &str) -> String {
    format!("List index is not within the allowable range; index: [{digits}]")
}

/// A document path of more than 32 elements.
#[must_use]
pub fn path_too_deep(levels: usize) -> String {
    format!("The document path has too many nesting levels; nesting levels: {levels}")
}

/// A placeholder that is not written as one.
#[must_use]
pub fn invalid_placeholder(parameter: &str, key: &str) -> String {
    format!("{parameter} contains invalid key: Syntax error; key: \"{key}\"")
}

/// A value that is refused wherever it stands.
#[must_use]
pub fn invalid_value(message: &str, key: &str) -> String {
    format!("ExpressionAttributeValues contains invalid value: {message} for key {key}")
}

/// Placeholders that no expression uses.
#[must_use]
pub fn unused(parameter: &str, keys: &[&str]) -> String {
    format!("Value provided in {parameter} unused in expressions: keys: {{{}}}", keys.join(", "))
}

/// A key condition with an operator that keys cannot be found by.
#[must_use]
pub fn key_condition_operator(operator: &str) -> String {
    format!("Invalid operator used in KeyConditionExpression: {operator}")
}

/// A key condition that says nothing of a key attribute it must name.
#[must_use]
pub fn partition_equality_required(open: &[&str]) -> String {
    format!("HASH key attributes {} must have equality conditions specified in the query", open.join(", "))
}

/// A key condition without one of a key's attributes.
#[must_use]
pub fn key_missing(name: &str) -> String {
    format!("Query condition missed key schema element: {name}")
}

/// A key condition with more conditions than the key has attributes.
#[must_use]
pub fn key_conditions_count(conditions: usize, attributes: usize) -> String {
    format!(
        "The number of query conditions ({conditions}) exceeds the number of key attributes defined in the schema \
         ({attributes})"
    )
}

/// BETWEEN or begins_with whose attribute does not come first.
#[must_use]
pub fn key_attribute_first(operator: &str) -> String {
    format!(
        "Invalid condition in KeyConditionExpression: {operator} operator must have the key attribute as its first operand"
    )
}

/// A range on a sort key attribute in front of another condition.
#[must_use]
pub fn key_equality_required(before: &str, after: &str) -> String {
    format!(
        "RANGE key attributes {before} must have equality conditions specified in the query because a condition is \
         present on key attribute {after}"
    )
}
