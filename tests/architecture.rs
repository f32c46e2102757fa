//! The invariants of the map in `src/lib.rs`: who may use whom, who may know the time, who may print.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::fs;
use std::path::{Path, PathBuf};

/// What each module may use of the others.
const ARROWS: &[(&str, &[&str])] = &[
    ("clock", &[]),
    ("chance", &[]),
    ("engine", &["clock"]),
    ("world", &["engine", "clock", "chance"]),
    ("aws_cli", &["engine", "world"]),
    ("remote", &["clock"]),
    ("sdk_code", &["aws_cli", "engine"]),
    ("http", &["clock", "engine"]),
    ("content", &["clock"]),
    ("quiz", &["content", "chance"]),
    ("lab", &["content", "engine", "world", "aws_cli", "sdk_code", "chance", "clock"]),
    ("generate", &["chance", "clock", "content", "engine", "lab"]),
    ("progress", &["clock"]),
    ("exchange", &["content"]),
    ("review", &["clock", "content"]),
    ("readiness", &[]),
    ("records", &["clock", "content", "exchange", "lab", "progress", "quiz"]),
    ("author", &["clock", "content", "engine", "generate", "lab"]),
    (
        "app",
        &[
            "content",
            "engine",
            "generate",
            "aws_cli",
            "clock",
            "lab",
            "progress",
            "quiz",
            "readiness",
            "review",
            "safe_text",
            "world",
        ],
    ),
    ("report", &["app", "clock", "content", "progress", "quiz", "readiness", "review", "safe_text"]),
    ("desk", &["app", "clock", "content", "engine", "http", "lab", "progress", "quiz", "records", "review"]),
    ("plain", &["app", "aws_cli", "clock", "content", "desk", "lab", "quiz", "safe_text"]),
    ("ui", &["app", "clock", "content", "desk", "progress", "quiz", "readiness", "safe_text"]),
    (
        "cli",
        &[
            "app",
            "author",
            "aws_cli",
            "clock",
            "content",
            "desk",
            "engine",
            "exchange",
            "generate",
            "http",
            "lab",
            "plain",
            "progress",
            "quiz",
            "records",
            "remote",
            "report",
            "review",
            "safe_text",
            "ui",
            "world",
        ],
    ),
];

/// Inside the engine: what each part may use of the others.
const ENGINE: &[(&str, &[&str])] = &[
    ("value", &["error", "messages"]),
    ("error", &[]),
    ("messages", &["shape", "table", "value"]),
    ("shape", &["error", "messages"]),
    ("expr", &["error", "messages", "value"]),
    ("partiql", &["error", "expr", "messages", "value"]),
    ("capacity", &[]),
    ("lag", &["capacity"]),
    ("table", &["capacity", "lag", "error", "messages", "value"]),
    ("plan", &["expr", "table", "value"]),
    ("weight", &["value"]),
    ("tokens", &[]),
    ("change", &["capacity", "value", "weight"]),
    ("stream", &["capacity", "change", "value"]),
    ("journal", &["capacity", "change", "error", "lag", "plan", "weight"]),
];

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

/// The names behind `prefix` in a line: `crate::engine::…` gives `engine`.
fn named<'a>(line: &'a str, prefix: &str) -> Vec<&'a str> {
    let ends = |c: char| !(c.is_alphanumeric() || c == '_');
    line.split(prefix).skip(1).map(|rest| rest.split(ends).next().unwrap_or_default()).collect()
}

#[test]
fn modules_use_only_what_the_map_allows() {
    for (module, allowed) in ARROWS {
        for file in files("src", module) {
            for line in code(&file) {
                for used in named(&line, "crate::") {
                    let known = ARROWS.iter().any(|(name, _)| *name == used);
                    let fine = used == *module || !known || allowed.contains(&used);
                    assert!(fine, "{}: {module} may not use {used}: {line}", file.display());
                }
            }
        }
    }
}

#[test]
fn inside_the_engine_arrows_run_one_way() {
    for (module, allowed) in ENGINE {
        for file in files("src/engine", module) {
            for line in code(&file) {
                for used in named(&line, "crate::engine::") {
                    let known = ENGINE.iter().any(|(name, _)| *name == used) || ["ops", "journal"].contains(&used);
                    let fine = used == *module || !known || allowed.contains(&used);
                    assert!(fine, "{}: engine::{module} may not use {used}: {line}", file.display());
                }
                assert!(!line.contains("super::super"), "{}: {line}", file.display());
            }
        }
    }
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
