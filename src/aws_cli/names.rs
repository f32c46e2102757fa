//! Names in two spellings, and the nearest of several.

/// A name of the service model as the AWS CLI writes it: `TableName` -> `table-name`, `SSESpecification` ->
/// `sse-specification`.
#[must_use]
pub fn kebab(name: &str) -> String {
    kebab_letters(name).collect()
}

/// Whether a name of the service model is the one that is typed so. Each word of a line is held against dozens of names:
/// nothing is spelled out for that.
#[must_use]
pub(super) fn is_kebab(name: &str, typed: &str) -> bool {
    kebab_letters(name).eq(typed.chars())
}

fn kebab_letters(name: &str) -> impl Iterator<Item = char> {
    let before = std::iter::once(None).chain(name.chars().map(Some));
    let after = name.chars().skip(1).map(Some).chain(std::iter::once(None));
    name.chars().zip(before.zip(after)).flat_map(|(letter, (before, after))| {
        let after_lower = before.is_some_and(|before| !before.is_uppercase());
        let before_lower = after.is_some_and(char::is_lowercase);
        let begins_word = letter.is_uppercase() && before.is_some() && (after_lower || before_lower);
        begins_word.then_some('-').into_iter().chain(letter.to_lowercase())
    })
}

/// The name that `typed` was most likely meant to be, if one is near enough.
#[must_use]
pub fn nearest<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    /// No name is longer, and what is much longer than every name is near to none.
    const LONGEST: usize = 200;
    if typed.chars().take(LONGEST + 1).count() > LONGEST {
        return None;
    }
    let typed = typed.to_lowercase();
    let scored = names.into_iter().map(|name| (strsim::damerau_levenshtein(&typed, &name.to_lowercase()), name));
    let (distance, name) = scored.min_by_key(|(distance, _)| *distance)?;
    (distance <= 2.max(name.chars().count() / 3)).then_some(name)
}

/// The first name that `typed` begins, whole or part by part: `query-vs` and `quer-vs-sc` begin `query-vs-scan`.
#[must_use]
pub fn begun<'a>(typed: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let begins = |name: &&str| {
        let mut parts = name.split('-');
        // Each part begins a part of the name, in its order.
        name.starts_with(typed) || typed.split('-').all(|typed| parts.any(|part| part.starts_with(typed)))
    };
    names.into_iter().filter(|_| !typed.is_empty()).find(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_spelled_as_the_aws_cli_spells_them() {
        for (name, flag) in [
            ("TableName", "table-name"),
            ("SSESpecification", "sse-specification"),
            ("ReturnValuesOnConditionCheckFailure", "return-values-on-condition-check-failure"),
            ("KMSMasterKeyId", "kms-master-key-id"),
            ("Key", "key"),
        ] {
            assert_eq!(kebab(name), flag);
            assert!(is_kebab(name, flag) && !is_kebab(name, "table"));
        }
    }

    #[test]
    fn a_name_is_begun_part_by_part() {
        let names = ["query-vs-scan", "hot-partition", "partiql-scan"];
        for (typed, wanted) in [
            ("quer-vs", Some("query-vs-scan")),
            ("scan", Some("query-vs-scan")),
            ("hot", Some("hot-partition")),
            ("part-sc", Some("partiql-scan")),
            ("scan-query", None),
            ("", None),
        ] {
            assert_eq!(begun(typed, names), wanted, "{typed}");
        }
    }

    #[test]
    fn the_nearest_name_is_near() {
        let names = ["table-name", "index-name", "limit"];
        assert_eq!(nearest("tabel-name", names), Some("table-name"));
        assert_eq!(nearest("colour", names), None);
    }
}
