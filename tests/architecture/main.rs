//! The invariants of the map in `src/lib.rs`: who may use whom, who may know the time, who may print.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod arrows;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use arrows::Arrow;

fn sources(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(root).unwrap().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The files of a module: its folder, or its single file.
fn files(base: &str, module: &str) -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(base);
    let mut found = if root.join(module).is_dir() { sources(&root.join(module)) } else { Vec::new() };
    let single = root.join(format!("{module}.rs"));
    if single.is_file() {
        found.push(single);
    }
    assert!(!found.is_empty(), "there is no module {module}");
    found
}

/// Code lines of a file, tests and comments left out.
fn code(path: &Path) -> Vec<String> {
    let text = fs::read_to_string(path).unwrap();
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    code.lines().filter(|line| !line.trim_start().starts_with("//")).map(str::to_owned).collect()
}

/// The arrows of a folder's files, each reduced to the names at one depth below a module.
fn between(parts: &BTreeMap<String, Vec<String>>, root: &[&str]) -> BTreeSet<(String, String)> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut found = BTreeSet::new();
    for (module, path) in arrows::sources(&source) {
        for arrow in arrows::arrows(&module, &fs::read_to_string(&path).unwrap()) {
            found.extend(part_arrow(parts, root, &arrow));
        }
    }
    found
}

/// The arrow from one part of a module to another, if it is one.
fn part_arrow(parts: &BTreeMap<String, Vec<String>>, root: &[&str], arrow: &Arrow) -> Option<(String, String)> {
    let part = |path: &[String]| {
        let name = path.get(root.len())?;
        let is_inside = path.iter().zip(root).all(|(name, wanted)| name == wanted);
        (is_inside && parts.contains_key(name)).then(|| name.clone())
    };
    let (from, to) = (part(&arrow.from)?, part(&arrow.to)?);
    (from != to).then_some((from, to))
}

fn read(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file)).unwrap()
}

/// Holds what is used against a map: nothing more, and nothing that is drawn and not used.
fn hold(map: &BTreeMap<String, Vec<String>>, used: &BTreeSet<(String, String)>) -> Result<(), String> {
    let drawn: BTreeSet<(String, String)> =
        map.iter().flat_map(|(name, uses)| uses.iter().map(|used| (name.clone(), used.clone()))).collect();
    let lines = |pairs: Vec<&(String, String)>| pairs.iter().map(|(a, b)| format!("{a} -> {b}")).collect::<Vec<_>>();
    let more = lines(used.difference(&drawn).collect());
    let fewer = lines(drawn.difference(used).collect());
    if more.is_empty() && fewer.is_empty() { Ok(()) } else { Err(format!("not drawn: {more:?}; not used: {fewer:?}")) }
}

#[test]
fn modules_use_what_the_map_draws_and_nothing_else() {
    let map = arrows::map(&read("src/lib.rs"));
    let declared = read("src/lib.rs");
    for module in declared.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';')) {
        assert!(map.contains_key(module), "the map in lib.rs lacks {module}");
    }
    hold(&map, &between(&map, &[])).unwrap();
    assert_eq!(arrows::cycle(&map), None);
}

#[test]
fn parts_of_the_engine_use_what_its_map_draws_and_nothing_else() {
    let map = arrows::map(&read("src/engine/mod.rs"));
    hold(&map, &between(&map, &["engine"])).unwrap();
}

#[test]
fn every_form_of_an_arrow_is_seen() {
    let module: Vec<String> = ["engine", "expr", "eval"].map(str::to_owned).to_vec();
    for (text, to) in [
        ("use crate::ui::Look;", "ui"),
        ("use crate::{clock, ui};", "ui"),
        ("use crate::{clock::Clock, ui::{Look, draw}};", "ui"),
        ("pub(crate) use crate::ui;", "ui"),
        ("use super::super::super::ui::Look;", "ui"),
        ("use super::{super::super::ui as face};", "ui"),
        ("fn f() { use crate::ui::draw; }", "ui"),
        ("fn f() -> Option<crate::ui::Look> { None }", "ui"),
        ("fn f() { println!(\"{}\", crate::ui::width()); }", "ui"),
        ("fn f() { vec![(1, super::super::super::ui::width())]; }", "ui"),
        ("mod inner { use super::super::super::super::ui; }", "ui"),
        ("macro_rules! m { () => { $crate::ui::width() } }", "ui"),
    ] {
        let found = arrows::arrows(&module, text);
        assert!(found.iter().any(|arrow| arrow.to.first().is_some_and(|first| first == to)), "{text}: {found:?}");
    }
    for text in [
        "#[cfg(test)] mod tests { use crate::ui; }",
        "#[cfg(test)] use crate::ui;",
        "// use crate::ui;",
        "fn f() -> &'static str { \"crate::ui\" }",
        "use self::ui::Look;",
        "use super::ui::Look;",
    ] {
        let found = arrows::arrows(&module, text);
        assert!(!found.iter().any(|arrow| arrow.to.first().is_some_and(|first| first == "ui")), "{text}: {found:?}");
    }
}

#[test]
fn an_arrow_against_the_map_and_a_cycle_are_told() {
    let map = arrows::map("//! ```text\n//! a  words  uses: nothing\n//! b  words\n//!    uses: a\n//! ```\n");
    assert_eq!(map, BTreeMap::from([("a".to_owned(), Vec::new()), ("b".to_owned(), vec!["a".to_owned()])]));
    let arrow = |from: &str, to: &str| (from.to_owned(), to.to_owned());
    assert_eq!(hold(&map, &BTreeSet::from([arrow("b", "a")])), Ok(()));
    let told = hold(&map, &BTreeSet::from([arrow("a", "b")])).unwrap_err();
    assert!(told.contains("a -> b") && told.contains("b -> a"), "{told}");
    let circle = BTreeMap::from([("a".to_owned(), vec!["b".to_owned()]), ("b".to_owned(), vec!["a".to_owned()])]);
    assert_eq!(arrows::cycle(&circle).map(|way| way.len()), Some(2));
    assert_eq!(arrows::cycle(&map), None);
}

#[test]
fn the_engine_has_no_files_threads_or_terminal() {
    for file in files("src", "engine") {
        for line in code(&file) {
            for banned in
                ["std::fs", "std::thread", "std::io", "std::env", "std::net", "use rand", "crate::chance", "println!"]
            {
                assert!(!line.contains(banned), "{}: {line}", file.display());
            }
        }
    }
}

#[test]
fn only_the_clock_knows_the_time_and_only_capacity_counts_units() {
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let name = file.to_string_lossy().replace('\\', "/");
        for line in code(&file) {
            if !name.ends_with("src/clock.rs") {
                assert!(!line.contains("SystemTime") && !line.contains("Instant::"), "{name}: {line}");
            }
            if !name.contains("engine/capacity/") {
                assert!(!line.contains("BLOCK_BYTES"), "{name}: {line}");
            }
        }
    }
}

#[test]
fn files_are_opened_to_be_read_in_one_place() {
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let name = file.to_string_lossy().replace('\\', "/");
        let is_free = ["src/files.rs", "/tests.rs", "/tests/"].iter().any(|free| name.contains(free));
        for line in code(&file).iter().filter(|_| !is_free) {
            for banned in ["fs::read(", "fs::read_to_string", "File::open", "OpenOptions"] {
                assert!(!line.contains(banned), "{name}: {line}");
            }
        }
    }
}

#[test]
fn updates_of_the_model_touch_no_terminal_and_no_disk() {
    for file in files("src", "app") {
        for line in code(&file) {
            for banned in ["crossterm", "ratatui::", "std::fs", "std::io", "std::thread", "rusqlite"] {
                assert!(!line.contains(banned), "{}: {line}", file.display());
            }
        }
    }
}

#[test]
fn async_code_stays_in_the_endpoint_and_in_what_loads_credentials() {
    for file in sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let name = file.to_string_lossy().replace('\\', "/");
        // The code that `sdk_code` writes is text here.
        let is_free = ["src/http/", "src/remote/aws.rs", "src/sdk_code/"].iter().any(|free| name.contains(free));
        for line in code(&file).iter().filter(|_| !is_free) {
            assert!(!line.contains("async ") && !line.contains(".await") && !line.contains("tokio"), "{name}: {line}");
        }
    }
}
