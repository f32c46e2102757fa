//! The keys that the learner has set instead of the program's own.
//!
//! A binding has a name (`question.flag`), a key has one too (`ctrl-p`, `enter`, `v`): this says which keys a binding has,
//! as names, so that the model need not know what a terminal sends. `ui` reads and checks them.

use std::collections::BTreeMap;

/// Keys by the names of their bindings; the program's own count for what is not here.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyNames(BTreeMap<String, Vec<String>>);

impl KeyNames {
    /// Gives a binding other keys.
    pub fn set(&mut self, binding: &str, keys: Vec<String>) {
        self.0.insert(binding.to_owned(), keys);
    }

    /// Returns the keys that were set for a binding.
    #[must_use]
    pub fn of(&self, binding: &str) -> Option<&[String]> {
        self.0.get(binding).map(Vec::as_slice)
    }

    /// Returns every binding that has other keys, with them.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &[String])> {
        self.0.iter().map(|(binding, keys)| (binding.as_str(), keys.as_slice()))
    }
}
