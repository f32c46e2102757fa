//! The invariants of the map in `src/lib.rs`: who may use whom, who may know the time, who may print; and what
//! CONTRIBUTING.md says of names and functions.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

mod arrows;
mod definitions;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use arrows::Arrow;
use definitions::{Source, doubles, hold as hold_down, long_functions};

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

/// Names that types in `src` share without a reason, and how many: there are none.
const DOUBLES: &[(&str, usize)] = &[];

/// Functions over 60 lines without a reason, and their lines: there are none.
const LONG_FUNCTIONS: &[(&str, usize)] = &[];

/// Hands the texts that are compiled without tests to `use_them`, each with its place.
fn with_sources<T>(use_them: impl FnOnce(&[Source<'_>]) -> T) -> T {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let texts: Vec<(String, String)> = arrows::sources(&root.join("src"))
        .iter()
        .map(|(_, path)| {
            let place = path.strip_prefix(root).unwrap().to_string_lossy().replace('\\', "/");
            (place, fs::read_to_string(path).unwrap())
        })
        .collect();
    let sources: Vec<Source<'_>> = texts.iter().map(|(place, text)| Source { place, text }).collect();
    use_them(&sources)
}

#[test]
fn no_two_types_share_a_name_without_a_reason() {
    hold_down(&with_sources(doubles), DOUBLES).unwrap();
}

#[test]
fn no_function_is_over_60_lines_without_a_reason() {
    hold_down(&with_sources(long_functions), LONG_FUNCTIONS).unwrap();
}

#[test]
fn a_name_that_two_types_share_is_told() {
    let sources = |texts: &[&'static str]| -> BTreeMap<String, usize> {
        doubles(&texts.iter().map(|text| Source { place: "src/a.rs", text }).collect::<Vec<_>>())
    };
    let twice = BTreeMap::from([("Plan".to_owned(), 2)]);
    for second in [
        "enum Plan { A }",
        "pub(super) trait Plan {}",
        "type Plan = u64;",
        "/// The same name: as something else.\nstruct Plan;",
        "/// Same name:\nstruct Plan;",
        "fn f() { struct Plan; }",
        "impl A { fn f() { type Plan = u64; } }",
        "structure! { struct Plan as \"PlanInput\" {} }",
        "mod inner { pub struct Plan<T>(T); }",
    ] {
        let found = sources(&["/// A plan.\npub struct Plan { steps: u64 }", second]);
        assert_eq!(found, twice, "{second}");
        assert!(hold_down(&found, &[]).is_err() && hold_down(&found, &[("Plan", 1)]).is_err(), "{second}");
        assert_eq!(hold_down(&found, &[("Plan", 2)]), Ok(()));
    }
    for second in [
        "struct Plans;",
        "#[cfg(test)] mod tests { struct Plan; }",
        "impl A for B { type Plan = u64; }",
        "trait A { type Plan; }",
        "// struct Plan;\nconst TEXT: &str = \"struct Plan;\";",
        "enum A { Plan(Plan) }",
    ] {
        assert_eq!(sources(&["struct Plan;", second]), BTreeMap::new(), "{second}");
    }
    let reasoned = "/// A plan.\n///\n/// Same name: DynamoDB has it so.\nstruct Plan;";
    assert_eq!(sources(&[reasoned, reasoned]), BTreeMap::new());
    assert_eq!(sources(&[reasoned, "struct Plan;"]), BTreeMap::from([("Plan".to_owned(), 1)]));
    assert!(hold_down(&BTreeMap::new(), &[("Plan", 2)]).unwrap_err().contains("to be taken"));
}

#[test]
fn a_function_that_is_too_long_is_told() {
    let long = |text: &str| long_functions(&[Source { place: "src/a.rs", text }]);
    let body = |lines: usize| "        work();\n".repeat(lines);
    let found = BTreeMap::from([("src/a.rs f".to_owned(), 61)]);
    for (before, after) in [
        ("fn f() {\n", "}\n"),
        ("/// Does it.\npub(crate) const fn f<T>(a: T) -> [u8; 2] {\n", "}\n"),
        ("#[cfg(test)]\nuse a::b;\nimpl A {\n    pub(in crate::b) fn f() {\n", "    }\n}\n"),
        ("#[cfg(test)]\n#[path = \"a.rs\"]\nmod tests {\n    fn g() {}\n}\nasync fn f() {\n", "}\n"),
        ("/// Over sixty lines.\nfn f() {\n", "}\n"),
    ] {
        assert_eq!(long(&format!("{before}{}{after}", body(58))), BTreeMap::new(), "{before}");
        assert_eq!(long(&format!("{before}{}{after}", body(59))), found, "{before}");
    }
    for before in ["/// Over 60 lines: nothing but data.\nfn f() {\n", "#[cfg(test)]\nfn f() {\n"] {
        assert_eq!(long(&format!("{before}{}}}\n", body(80))), BTreeMap::new(), "{before}");
    }
    assert!(hold_down(&found, &[]).is_err() && hold_down(&found, &[("src/a.rs f", 60)]).is_err());
    assert_eq!(hold_down(&found, &[("src/a.rs f", 61)]), Ok(()));
}
