//! Rules between the parameters of a request: placeholders need an expression, projections come as one of two forms.

use std::collections::{BTreeMap, BTreeSet};

use super::legacy;
use crate::engine::error::{ApiError, ErrorKind};
use crate::engine::expr::{self, Condition, Kind, Path, Placeholders, ProjectedPaths};
use crate::engine::messages::wording::{self, Wording};
use crate::engine::messages::{keys as key_text, legacy as legacy_text, requests as text, values as value_text};
use crate::engine::table::Table;

/// Checks what a request says by itself, before any table is looked up, and words its refusal.
pub(super) fn checked<T>(wording: Wording, check: impl FnOnce() -> Result<T, ApiError>) -> Result<T, ApiError> {
    check().map_err(|mut error| {
        // A value that has no type, or several, is told of bare by every verb.
        let is_typed = ![value_text::EMPTY, value_text::MORE_THAN_ONE].contains(&error.message.as_str());
        if wording == Wording::Enveloped && error.kind == ErrorKind::ValidationException && is_typed {
            error.message = wording::announced(&error.message);
        }
        error
    })
}

/// An expression parameter: its name and its text, if it was given.
pub(super) type ExpressionParameter<'a> = (&'static str, Option<&'a str>);

/// Refuses names and values, where they are given, that no expression can use. `with_values` are the expressions in which a `:value` may stand,
/// in the order the service names them; `others` (projections) take only `#names`.
pub(super) fn check_placeholders(
    names: bool,
    values: bool,
    with_values: &[ExpressionParameter<'_>],
    others: &[ExpressionParameter<'_>],
    wording: Wording,
) -> Result<(), ApiError> {
    let given = |expressions: &[ExpressionParameter<'_>]| expressions.iter().any(|(_, text)| text.is_some());
    if names && !given(with_values) && !given(others) {
        return Err(ApiError::validation(text::NAMES_WITHOUT_EXPRESSION));
    }
    if values && !given(with_values) {
        let expressions: Vec<&str> = with_values.iter().map(|(name, _)| *name).collect();
        return Err(ApiError::validation(text::values_without_expression(&expressions, wording)));
    }
    Ok(())
}

/// Refuses expressions beside the parameters that they replaced; both in the order of the API.
pub(super) fn check_mixing(
    legacy: &[(&'static str, bool)],
    expressions: &[(&'static str, bool)],
) -> Result<(), ApiError> {
    let given = |parameters: &[(&'static str, bool)]| -> Vec<&'static str> {
        parameters.iter().filter(|(_, given)| *given).map(|(name, _)| *name).collect()
    };
    let (legacy, expressions) = (given(legacy), given(expressions));
    if legacy.is_empty() || expressions.is_empty() {
        return Ok(());
    }
    Err(ApiError::validation(legacy_text::mixed(&legacy, &expressions)))
}

/// Refuses document paths into key attributes, of the table or of one of its indexes: keys are scalars.
pub(super) fn check_nested_keys<'a>(paths: impl Iterator<Item = &'a Path>, table: &Table) -> Result<(), ApiError> {
    let nested: BTreeSet<&str> = paths.filter(|path| path.is_nested()).map(Path::root).collect();
    let of_table = table.keys.attributes().map(|key| (key, false));
    let of_indexes = table.indexes.iter().flat_map(|index| index.schema.keys.attributes()).map(|key| (key, true));
    match of_table.chain(of_indexes).find(|(key, _)| nested.contains(key.name.as_str())) {
        Some((key, of_index)) => Err(ApiError::validation(key_text::nested_key(&key.name, of_index))),
        None => Ok(()),
    }
}

/// Compiles an optional condition.
pub(super) fn condition(
    text: Option<&str>,
    kind: Kind,
    placeholders: &mut Placeholders,
) -> Result<Option<Condition>, ApiError> {
    text.map(|text| expr::condition(text, kind, placeholders)).transpose()
}

/// Compiles an optional projection.
pub(super) fn projection(
    text: Option<&str>,
    placeholders: &mut Placeholders,
) -> Result<Option<ProjectedPaths>, ApiError> {
    text.map(|text| expr::projection(text, placeholders)).transpose()
}

/// Compiles the projection of a read that has no other expression, in whichever of the two forms it comes.
pub(super) fn projection_of_either_form(
    expression: Option<&str>,
    names: Option<BTreeMap<String, String>>,
    attributes_to_get: Option<&[String]>,
    wording: Wording,
) -> Result<Option<ProjectedPaths>, ApiError> {
    let mut placeholders = Placeholders::new(names, None, wording)?;
    let listed = legacy::attributes_to_get(attributes_to_get)?;
    let projection = projection(expression, &mut placeholders)?.or(listed);
    placeholders.finish().map(|()| projection)
}
