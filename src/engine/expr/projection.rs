//! Projections: which parts of an item are returned.
//!
//! Source: AWS documentation, "Using projection expressions".

use std::collections::BTreeMap;
use std::fmt;

use ecow::{EcoString, EcoVec};

use super::parser::ExpressionParser;
use super::path::{Element, Path};
use super::placeholders::Placeholders;
use super::resolve;
use crate::engine::messages::expressions as text;
use crate::engine::value::{AttributeValue, Item};

/// A set of paths and the tree they form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ProjectedPaths {
    paths: Vec<Path>,
    roots: BTreeMap<EcoString, Branch>,
}

/// What is wanted of a value: all of it, or some entries and elements.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Branch {
    whole: bool,
    names: BTreeMap<EcoString, Branch>,
    indexes: BTreeMap<usize, Branch>,
}

impl ProjectedPaths {
    /// The projection on these paths.
    #[must_use]
    pub fn of(paths: Vec<Path>) -> Self {
        let mut roots: BTreeMap<EcoString, Branch> = BTreeMap::new();
        for path in &paths {
            let mut branch = roots.entry(path.root().into()).or_default();
            for element in path.rest() {
                branch = match element {
                    Element::Name(name) => branch.names.entry(name.into()).or_default(),
                    Element::Index(index) => branch.indexes.entry(*index).or_default(),
                };
            }
            branch.whole = true;
        }
        Self { paths, roots }
    }

    /// The paths, as given.
    #[must_use]
    pub fn paths(&self) -> &[Path] {
        &self.paths
    }

    /// The part of `item` that the paths lead to; list elements close up, and what is not there is left out.
    #[must_use]
    pub fn apply(&self, item: &Item) -> Item {
        let part = |(name, branch): (&EcoString, &Branch)| Some((name.clone(), branch.of(item.get(name)?)?));
        self.roots.iter().filter_map(part).collect()
    }
}

impl Branch {
    fn of(&self, value: &AttributeValue) -> Option<AttributeValue> {
        if self.whole {
            return Some(value.clone());
        }
        match value {
            AttributeValue::M(map) => {
                let entry = |(name, branch): (&EcoString, &Self)| Some((name.clone(), branch.of(map.get(name)?)?));
                let part: Item = self.names.iter().filter_map(entry).collect();
                (!part.is_empty()).then_some(AttributeValue::M(part))
            }
            AttributeValue::L(list) => {
                let element = |(index, branch): (&usize, &Self)| branch.of(list.get(*index)?);
                let part: EcoVec<_> = self.indexes.iter().filter_map(element).collect();
                (!part.is_empty()).then_some(AttributeValue::L(part))
            }
            _ => None,
        }
    }
}

impl fmt::Display for ProjectedPaths {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let paths: Vec<String> = self.paths.iter().map(ToString::to_string).collect();
        f.write_str(&paths.join(", "))
    }
}

/// Compiles the text of a projection.
pub(super) fn compile(expression: &str, placeholders: &mut Placeholders) -> Result<ProjectedPaths, String> {
    let raw = ExpressionParser::new(expression).projection()?;
    raw.iter().try_for_each(resolve::check_reserved)?;
    let paths: Vec<Path> = raw.iter().map(|path| resolve::path(path, placeholders)).collect::<Result<_, _>>()?;
    check_apart(&paths.iter().collect::<Vec<_>>())?;
    Ok(ProjectedPaths::of(paths))
}

/// Refuses paths of which one contains another, or that treat one attribute as both a map and a list.
pub(super) fn check_apart(paths: &[&Path]) -> Result<(), String> {
    let pairs = || paths.iter().enumerate().flat_map(|(place, two)| paths[..place].iter().map(move |one| (one, two)));
    if let Some((one, two)) = pairs().find(|(one, two)| one.overlaps(two)) {
        return Err(text::overlap(&one.bracketed(), &two.bracketed()));
    }
    if let Some((one, two)) = pairs().find(|(one, two)| one.conflicts(two)) {
        return Err(text::conflict(&one.bracketed(), &two.bracketed()));
    }
    Ok(())
}
