//! The program as a process: exit codes, determinism, and that nothing a learner did is lost.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};

use dynadrill::content::{self, Source};

fn dynadrill(home: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
    command.args(arguments).env("DYNADRILL_HOME", home).stdin(Stdio::null());
    command
}

fn fed(home: &Path, arguments: &[&str], input: &[u8]) -> Output {
    let mut child = piped(home, arguments);
    // The program may end before it has read everything; that is not this test's matter.
    let _ = child.stdin.take().unwrap().write_all(input);
    child.wait_with_output().unwrap()
}

fn piped(home: &Path, arguments: &[&str]) -> Child {
    let mut command = dynadrill(home, arguments);
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
}

fn stats(home: &Path) -> serde_json::Value {
    let output = dynadrill(home, &["stats", "--json"]).output().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// How many labs there are.
fn labs() -> usize {
    let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("labs")).unwrap().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|extension| extension == "yaml")).count()
}

#[test]
fn without_a_terminal_there_is_an_overview() {
    let home = tempfile::tempdir().unwrap();
    let output = dynadrill(home.path(), &[]).output().unwrap();
    assert!(output.status.success());
    assert!(text(&output.stdout).contains(&format!("questions, {} labs", labs())), "{}", text(&output.stdout));
}

#[test]
fn a_refused_request_is_told_in_the_services_words_and_fails() {
    let home = tempfile::tempdir().unwrap();
    let output = fed(home.path(), &["shell"], b"get-item --table-name Nope --key {\"id\":{\"S\":\"1\"}}\n");
    assert_eq!(output.status.code(), Some(1));
    let told = "An error occurred (ResourceNotFoundException) when calling the GetItem operation: Requested resource not found";
    assert!(text(&output.stderr).contains(told), "{}", text(&output.stderr));
}

#[test]
fn wrong_usage_is_exit_code_2() {
    let home = tempfile::tempdir().unwrap();
    for arguments in
        [&["quiz", "--topic", "colours"][..], &["lab", "demo", "nope"], &["--nope"], &["quiz", "--pattern", "E9"]]
    {
        let output = dynadrill(home.path(), arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}: {}", text(&output.stderr));
        assert!(
            text(&output.stderr).contains("xpected") || text(&output.stderr).contains("unexpected"),
            "{arguments:?}"
        );
    }
}

#[test]
fn a_complaint_of_several_lines_is_printed_in_lines() {
    let home = tempfile::tempdir().unwrap();
    let output = fed(home.path(), &["shell"], b"bogus\n");
    let talk = text(&output.stderr);
    assert!(talk.lines().any(|line| line.trim() == "^^^^^"), "{talk}");
    assert!(!talk.contains("u000a"), "{talk}");
}

#[test]
fn a_directory_that_is_not_there_is_wrong_usage() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["content", "check", "nowhere"][..], &["--content", "nowhere", "lab", "list"]] {
        let output = dynadrill(home.path(), arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(text(&output.stderr).contains("found none at nowhere"), "{}", text(&output.stderr));
    }
}

#[test]
fn the_same_seed_gives_the_same_session_whatever_was_answered_before() {
    let (fresh, used) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    fed(used.path(), &["quiz", "--plain", "-n", "5", "--seed", "1"], b"A\nB\nC\nA,B\nD\n");
    let session = ["quiz", "--plain", "-n", "6", "--seed", "77"];
    let answers = b"A\nA,B\nB\nB\nC\nA,C\nD\nA\n";
    let (first, second) = (fed(fresh.path(), &session, answers), fed(used.path(), &session, answers));
    assert_eq!(text(&first.stdout), text(&second.stdout));
    assert!(first.stdout.len() > 1000);
    let other = fed(fresh.path(), &["quiz", "--plain", "-n", "6", "--seed", "78"], answers);
    assert_ne!(first.stdout, other.stdout);
}

#[test]
fn an_acknowledged_answer_survives_a_kill() {
    let home = tempfile::tempdir().unwrap();
    let mut child = piped(home.path(), &["quiz", "--plain", "-n", "3", "--pattern", "E1", "--seed", "2"]);
    let mut input = child.stdin.take().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    input.write_all(b"A\nA,B\n").unwrap();
    // The verdict is the acknowledgement; the answer must be on disk by now.
    let verdict =
        lines.by_ref().map(Result::unwrap).find(|line| line.starts_with("Right") || line.starts_with("Not right"));
    assert!(verdict.is_some());
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(stats(home.path())["answers"].as_u64() >= Some(1));
}

#[test]
fn the_end_of_input_keeps_what_was_answered() {
    let home = tempfile::tempdir().unwrap();
    let output =
        fed(home.path(), &["quiz", "--plain", "-n", "5", "--topic", "dax", "--seed", "4"], b"\xff\xfe\nzz\nA\nA,B\n");
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert_eq!(stats(home.path())["answers"], 1);
    assert_eq!(stats(home.path())["by_topic"]["dax"]["answers"], 1);
}

#[test]
fn a_reader_that_leaves_is_no_failure() {
    let home = tempfile::tempdir().unwrap();
    let mut child = piped(home.path(), &["lab", "demo", "index-after-creation"]);
    drop(child.stdout.take());
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    assert!(!text(&output.stderr).contains("panicked"));
}

#[test]
fn a_damaged_progress_file_is_kept_aside() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("progress.db"), vec![b'x'; 5000]).unwrap();
    let output = fed(home.path(), &["quiz", "--plain", "-n", "1"], b"q\n");
    assert!(output.status.success());
    assert!(text(&output.stderr).contains("kept as"), "{}", text(&output.stderr));
    let kept = std::fs::read_dir(home.path()).unwrap().flatten().map(|entry| entry.file_name().into_string().unwrap());
    let kept: Vec<String> = kept.filter(|name| name.starts_with("progress.damaged-")).collect();
    assert_eq!(kept.len(), 1);
    assert_eq!(std::fs::read(home.path().join(&kept[0])).unwrap(), vec![b'x'; 5000]);
}

#[test]
fn a_newer_progress_file_is_kept_aside() {
    let home = tempfile::tempdir().unwrap();
    fed(home.path(), &["quiz", "--plain", "-n", "1", "--topic", "dax"], b"A\nA,B\n");
    let file = rusqlite::Connection::open(home.path().join("progress.db")).unwrap();
    file.pragma_update(None, "user_version", 99).unwrap();
    drop(file);
    let output = fed(home.path(), &["quiz", "--plain", "-n", "1"], b"q\n");
    assert!(text(&output.stderr).contains("newer dynadrill (format 99)"), "{}", text(&output.stderr));
    assert_eq!(stats(home.path())["answers"], 0);
}

#[test]
fn two_instances_may_answer_at_once() {
    let home = tempfile::tempdir().unwrap();
    let quiz = |seed| piped(home.path(), &["quiz", "--plain", "-n", "8", "--pattern", "E6", "--seed", seed]);
    let mut children = [quiz("1"), quiz("2")];
    for child in &mut children {
        child.stdin.take().unwrap().write_all(b"A\nA,B\nA\nA,B\nA\nA,B\nA\nA,B\nA\nA,B\n").unwrap();
    }
    let mut acknowledged = 0;
    for child in children {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success());
        acknowledged += text(&output.stdout)
            .lines()
            .filter(|line| line.starts_with("Right") || line.starts_with("Not right"))
            .count();
    }
    assert!(acknowledged >= 10, "{acknowledged}");
    assert_eq!(stats(home.path())["answers"], acknowledged);
}

#[test]
fn a_lab_left_in_the_middle_goes_on_there() {
    let home = tempfile::tempdir().unwrap();
    let first = b"aws dynamodb get-item --table-name Products --key {\"sku\":{\"S\":\"P-07\"}}\n";
    let output = fed(home.path(), &["lab", "start", "optimistic-locking", "--plain"], first);
    // Leaving is no failure: what was done is saved.
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(stats(home.path())["labs"]["optimistic-locking"]["steps_done"], 1);
    let output = fed(home.path(), &["lab", "start", "optimistic-locking", "--plain"], b"q\n");
    assert!(text(&output.stdout).contains("Step 2 of 5: Writer A saves"), "{}", text(&output.stdout));
}

#[test]
fn the_demo_ends_with_the_ways_side_by_side() {
    let home = tempfile::tempdir().unwrap();
    let output = dynadrill(home.path(), &["lab", "demo", "query-vs-scan"]).output().unwrap();
    assert!(output.status.success());
    let shown = text(&output.stdout);
    let table: Vec<&str> = shown.lines().rev().take(6).collect();
    assert!(table[5].trim_start().starts_with("RCUs ") && table[5].contains("way"), "{table:#?}");
    let units = |line: &str| line.split_whitespace().next().unwrap().parse::<f64>().unwrap();
    assert!(units(table[4]) >= 100.0 * units(table[2]), "{table:#?}");
}

#[test]
fn broken_content_is_told_with_file_line_and_column_and_the_rest_loads() {
    let home = tempfile::tempdir().unwrap();
    let root = tempfile::tempdir().unwrap();
    for folder in ["questions", "labs"] {
        std::fs::create_dir(root.path().join(folder)).unwrap();
        // A part of the content does, and is checked sooner.
        let part = [
            "claims.yaml",
            "e1-non-key-query.yaml",
            "fixtures.yaml",
            "paging.yaml",
            "query-vs-scan.yaml",
            "traps.yaml",
        ];
        let entries = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap().flatten();
        for entry in entries.filter(|entry| part.iter().any(|name| entry.file_name() == *name)) {
            std::fs::copy(entry.path(), root.path().join(folder).join(entry.file_name())).unwrap();
        }
    }
    let whole = content::load(&Source::Directory(root.path().to_owned())).0.questions.len();
    let broken = root.path().join("questions/e1-non-key-query.yaml");
    let good = std::fs::read_to_string(&broken).unwrap();
    std::fs::write(&broken, good.replacen("difficulty: 1", "difficulty: easy", 1)).unwrap();
    std::fs::write(root.path().join("labs/query-vs-scan.yaml"), b"\xff\xfe").unwrap();
    let output = dynadrill(home.path(), &["content", "check", root.path().to_str().unwrap()]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let shown = text(&output.stdout);
    assert!(shown.contains("questions/e1-non-key-query.yaml:8:17: error: "), "{shown}");
    assert!(shown.contains("labs/query-vs-scan.yaml:1:1: error: the file is not valid UTF-8"), "{shown}");
    // What is measured of a part of the bank is beyond its limits here and there, and the lab names questions of other
    // files; that is not what is broken.
    let of_a_file = |line: &&str| {
        line.contains(".yaml:")
            && !line.starts_with("questions/traps.yaml:1:1: ")
            && !line.contains("there is no question")
    };
    assert_eq!(shown.lines().filter(of_a_file).count(), 2, "{shown}");
    assert!(shown.contains(&format!("{} questions, 1 lab, ", whole - 1)), "{shown}");
}

#[test]
fn the_list_of_content_names_the_families_of_generated_questions() {
    let home = tempfile::tempdir().unwrap();
    let output = dynadrill(home.path(), &["content", "list", "--json"]).output().unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let families = listed["generators"].as_array().unwrap();
    assert_eq!(families.len(), dynadrill::generate::families().len());
    for family in families {
        let id = family["id"].as_str().unwrap();
        assert!(id.starts_with("gen-") && !family["claims"].as_array().unwrap().is_empty(), "{family}");
        assert!(family["topic"].as_str().is_some_and(|topic| !topic.is_empty()), "{family}");
    }
    let output = dynadrill(home.path(), &["content", "list"]).output().unwrap();
    assert!(text(&output.stdout).contains("\ngen-query-units "), "{}", text(&output.stdout));
}

#[test]
fn a_new_lab_is_sound_and_never_written_over_another() {
    let (home, root) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let root = root.path().to_str().unwrap();
    let new = |name: &str| dynadrill(home.path(), &["content", "new", "lab", name, root]).output().unwrap();
    assert!(new("my-first-lab").status.success());
    let checked = dynadrill(home.path(), &["content", "check", root]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&checked.stdout), "0 questions, 1 lab, 0 problems\n");
    let played = dynadrill(home.path(), &["--content", root, "lab", "demo", "my-first-lab"]).output().unwrap();
    assert!(played.status.success());
    let again = new("my-first-lab");
    assert_eq!(again.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&again.stderr).contains("cannot be created"));
    let odd = new("../My lab");
    assert_eq!(odd.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&odd.stderr).contains("hyphens"));
}

#[test]
fn a_value_may_come_from_a_file_and_a_fault_in_it_is_told_by_its_line() {
    let home = tempfile::tempdir().unwrap();
    std::fs::write(home.path().join("ż.json"), "{\"id\":\n ó").unwrap();
    std::fs::write(home.path().join("values.json"), r#"{":c":{"S":"C-007"}}"#).unwrap();
    let run = |line: &str| {
        let mut child = dynadrill(home.path(), &["shell"])
            .current_dir(home.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
    };
    for joint in [" ", "="] {
        let query = "query --table-name Orders --key-condition-expression 'customerId = :c' --query Count";
        let said = run(&format!("{query} --expression-attribute-values{joint}file://values.json\n"));
        assert!(said.starts_with("10\n"), "{said}");
        let said = run(&format!("get-item --table-name Orders --key{joint}file://ż.json\n"));
        assert!(said.contains("not valid JSON") && said.contains("at line 2"), "{said}");
    }
    // A request as it was printed, filled in and read back; a flag goes before it.
    let skeleton = run("describe-table --generate-cli-skeleton\n");
    std::fs::write(home.path().join("request.json"), skeleton.replace("\"\"", "\"Nope\"")).unwrap();
    let said = run("describe-table --cli-input-json file://request.json\n");
    assert!(said.contains("Requested resource not found: Table: Nope not found"), "{said}");
    let said = run("describe-table --cli-input-json file://request.json --table-name Orders --query Table.TableName\n");
    assert_eq!(said, "\"Orders\"\n");
}

#[test]
fn names_that_are_nearly_right_are_offered_and_the_others_listed_in_columns() {
    let home = tempfile::tempdir().unwrap();
    for (arguments, meant) in [
        (
            &["lab", "start", "quer-vs-scan"][..],
            "there is no lab quer-vs-scan. Did you mean query-vs-scan? Expected one of:",
        ),
        (&["quiz", "--topic", "capasity"], "there is no topic capasity. Did you mean capacity? Expected one of:"),
    ] {
        let output = dynadrill(home.path(), arguments).output().unwrap();
        let said = text(&output.stderr);
        assert!(output.status.code() == Some(2) && said.contains(meant), "{said}");
        assert!(said.lines().count() > 3 && said.lines().all(|line| line.chars().count() <= 100), "{said}");
    }
}

#[test]
fn every_help_has_exit_codes_and_the_environment() {
    let home = tempfile::tempdir().unwrap();
    for arguments in
        [&["--help"][..], &["quiz", "--help"], &["lab", "start", "--help"], &["content", "new", "lab", "--help"]]
    {
        let output = dynadrill(home.path(), arguments).output().unwrap();
        let said = text(&output.stdout);
        assert!(said.contains("DYNADRILL_HOME") && said.contains("Exit codes:") && said.contains("--theme"), "{said}");
    }
}

#[test]
fn settings_are_read_and_a_fault_in_them_is_named() {
    let home = tempfile::tempdir().unwrap();
    let config = home.path().join("config.toml");
    std::fs::write(&config, "ascii = true\nthem = \"dark\"\n").unwrap();
    let faulty = dynadrill(home.path(), &["stats"]).output().unwrap();
    assert_eq!(faulty.status.code(), Some(1));
    assert!(text(&faulty.stderr).contains("config.toml:2: unknown field `them`"), "{}", text(&faulty.stderr));
    // What prints a sound one works all the same, and is read without a fault.
    let sound = dynadrill(home.path(), &["config"]).output().unwrap();
    assert!(sound.status.success() && text(&sound.stdout).contains("config.toml, which is there."));
    std::fs::write(&config, &sound.stdout).unwrap();
    assert!(dynadrill(home.path(), &["stats"]).output().unwrap().status.success());
    let paths = dynadrill(home.path(), &["paths"]).output().unwrap();
    assert!(text(&paths.stdout).contains("progress.db"), "{}", text(&paths.stdout));
}

#[test]
fn completions_and_man_pages_know_every_command() {
    let home = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = dynadrill(home.path(), &["completions", shell]).output().unwrap();
        assert!(script.status.success() && text(&script.stdout).contains("DYNADRILL_COMPLETE"), "{shell}");
        let fitting = |line: &str| {
            let words: Vec<&str> = std::iter::once("--").chain(line.split(' ')).collect();
            let at = (words.len() - 2).to_string();
            let mut asked = dynadrill(home.path(), &words);
            let output = asked.env("DYNADRILL_COMPLETE", shell).env("_CLAP_COMPLETE_INDEX", at).output().unwrap();
            assert!(output.status.success(), "{shell}: {}", text(&output.stderr));
            text(&output.stdout)
        };
        for (line, name) in [
            ("dynadrill qu", "quiz"),
            ("dynadrill quiz --dia", "--diagnostic"),
            ("dynadrill lab start hot", "hot-partition"),
            ("dynadrill lab code cache", "cache-aside"),
            ("dynadrill quiz --topic cond", "conditional-writes"),
            ("dynadrill quiz --topic imp", "imported"),
            ("dynadrill quiz --question p-rcu-str", "p-rcu-strong-9kb"),
            ("dynadrill quiz --pattern E", "E8"),
            ("dynadrill export gi", "gift"),
        ] {
            assert!(fitting(line).contains(name), "{shell}: {line}: {}", fitting(line));
        }
        assert!(!fitting("dynadrill lab start hot").contains("query-vs-scan"));
    }
    assert!(text(&dynadrill(home.path(), &["man"]).output().unwrap().stdout).contains(".TH dynadrill 1"));
    let pages = home.path().join("man");
    assert!(dynadrill(home.path(), &["man", pages.to_str().unwrap()]).output().unwrap().status.success());
    assert!(pages.join("dynadrill-lab-start.1").is_file());
}

/// Names are looked up when Tab is pressed: those of the line's own content and what was imported since.
#[test]
fn completions_know_the_names_of_now() {
    let (home, pack) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let place = pack.path().to_str().unwrap();
    assert!(dynadrill(home.path(), &["content", "new", "lab", "of-mine", place]).output().unwrap().status.success());
    let fitting = |words: &[&str]| {
        let mut asked = dynadrill(home.path(), &[&["--", "dynadrill"], words].concat());
        asked.env("DYNADRILL_COMPLETE", "fish").output().unwrap()
    };
    let own = fitting(&["--content", place, "lab", "start", ""]);
    assert!(text(&own.stdout).contains("of-mine") && !text(&own.stdout).contains("hot-partition"));
    assert!(!text(&fitting(&["quiz", "--question", "imported"]).stdout).contains("imported-"));
    let question = b"Which read is strongly consistent?\n- [x] GetItem with ConsistentRead\n- [ ] GetItem\n";
    let file = home.path().join("mine.md");
    std::fs::write(&file, question).unwrap();
    let taken = dynadrill(home.path(), &["import", file.to_str().unwrap()]).output().unwrap();
    assert!(taken.status.success(), "{}", text(&taken.stderr));
    assert!(text(&fitting(&["quiz", "--question", "imported"]).stdout).contains("imported-"));
}

/// As a person has it: the script read by bash, Tab pressed behind three letters.
#[test]
fn bash_completes_the_name_of_a_lab() {
    let home = tempfile::tempdir().unwrap();
    let folder = Path::new(env!("CARGO_BIN_EXE_dynadrill")).parent().unwrap();
    let path = format!("{}:{}", folder.display(), std::env::var("PATH").unwrap());
    let press = "source <(dynadrill completions bash)
        COMP_WORDS=(dynadrill lab start que) COMP_CWORD=3 COMP_TYPE=9
        _clap_complete_dynadrill dynadrill que start
        echo \"${COMPREPLY[@]}\"";
    let mut bash = std::process::Command::new("bash");
    bash.args(["--norc", "-c", press]).env("PATH", path).env("DYNADRILL_HOME", home.path());
    let output = bash.output().unwrap();
    assert_eq!(text(&output.stdout).trim(), "query-vs-scan", "{}", text(&output.stderr));
}

#[test]
fn single_questions_can_be_asked_by_their_ids() {
    let home = tempfile::tempdir().unwrap();
    let asked = ["quiz", "--plain", "--question", "p-transact-three-puts", "--question", "p-rcu-strong-9kb"];
    let output = fed(home.path(), &asked, b"q\n");
    assert!(text(&output.stdout).contains("Question 1 of 2"), "{}", text(&output.stdout));
    let unknown = dynadrill(home.path(), &["quiz", "--plain", "--question", "p-rcu-strong-9k"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
    assert!(text(&unknown.stderr).contains("Did you mean p-rcu-strong-9kb?"), "{}", text(&unknown.stderr));
    let both = ["quiz", "--plain", "--question", "p-rcu-strong-9kb", "--weakest"];
    assert_eq!(dynadrill(home.path(), &both).output().unwrap().status.code(), Some(2));
}

#[test]
fn the_report_shows_what_was_missed_in_an_exam() {
    let home = tempfile::tempdir().unwrap();
    fed(home.path(), &["exam", "--plain", "--seed", "4"], b"end\nend\n");
    let file = home.path().join("scores.html");
    let output = dynadrill(home.path(), &["report", file.to_str().unwrap()]).output().unwrap();
    assert!(output.status.success(), "{}", text(&output.stderr));
    let page = std::fs::read_to_string(&file).unwrap();
    assert!(page.contains("0 %, 0 of 20") && page.matches("class=\"missed\"").count() == 20);
    let printed = dynadrill(home.path(), &["report"]).output().unwrap();
    assert!(text(&printed.stdout).starts_with("<!DOCTYPE html>"));
}

#[test]
fn a_directory_without_content_is_wrong_usage() {
    let home = tempfile::tempdir().unwrap();
    let empty = tempfile::tempdir().unwrap();
    let empty = empty.path().to_str().unwrap();
    for command in [&["quiz", "--plain"][..], &["exam", "--plain"], &["lab", "list"], &["export", "json"]] {
        for (directory, place) in [("nowhere", "at nowhere".to_owned()), (empty, format!("in {empty}"))] {
            let output = dynadrill(home.path(), &[&["--content", directory], command].concat()).output().unwrap();
            assert_eq!(output.status.code(), Some(2), "{command:?}");
            assert!(text(&output.stderr).contains(&format!("found none {place}")), "{}", text(&output.stderr));
        }
    }
}

#[test]
fn a_directory_in_which_there_is_nothing_to_check_is_no_success() {
    let (home, pack) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let check = ["content", "check", pack.path().to_str().unwrap()];
    assert_eq!(dynadrill(home.path(), &check).output().unwrap().status.code(), Some(1), "folders are missing");
    for folder in ["questions", "labs"] {
        std::fs::create_dir(pack.path().join(folder)).unwrap();
    }
    let output = dynadrill(home.path(), &check).output().unwrap();
    let talk = text(&output.stderr);
    assert!(output.status.code() == Some(2) && talk.contains("expected a directory with content"), "{talk}");
}

/// What a command says, which must end without being waited for.
#[cfg(unix)]
fn soon(home: &Path, arguments: &[&str]) -> Output {
    use std::time::Duration;
    let mut child = dynadrill(home, arguments).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    for _ in 0..600 {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("{arguments:?} does not end: {}", text(&child.wait_with_output().unwrap().stderr));
}

#[cfg(unix)]
fn make_pipe(path: &Path) {
    assert!(Command::new("mkfifo").arg(path).status().unwrap().success());
}

#[test]
#[cfg(unix)]
fn what_is_no_file_or_too_large_is_told_at_once_wherever_a_file_is_read_whole() {
    let home = tempfile::tempdir().unwrap();
    let at = |name: &str| home.path().join(name);
    make_pipe(&at("pipe"));
    std::fs::File::create(at("large")).unwrap().set_len(8 << 30).unwrap();
    let (pipe, large) = (at("pipe").display().to_string(), at("large").display().to_string());
    for (file, why) in [
        ("/dev/zero", "it is not a file (a device)"),
        (&pipe, "it is not a file (a pipe)"),
        ("/", "it is not a file (a directory)"),
        (&large, "expected at most 64 MB, found 8192 MB"),
    ] {
        for command in [&["import", file][..], &["progress", "import", file]] {
            let output = soon(home.path(), command);
            let talk = text(&output.stderr);
            assert!(output.status.code() == Some(1) && talk.contains(why), "{command:?}: {talk}");
        }
        let output = soon(home.path(), &["serve", "--port", "0", "--data", file]);
        let talk = text(&output.stderr);
        let why = match file {
            "/" => "it is a directory",
            file if file == large => "it is not a file of tables",
            _ => why,
        };
        assert!(output.status.code() == Some(1) && talk.contains(why), "{file}: {talk}");
    }
    std::fs::rename(at("large"), at("config.toml")).unwrap();
    let output = soon(home.path(), &["stats"]);
    let talk = text(&output.stderr);
    assert!(output.status.code() == Some(1) && talk.contains("at most 1 MB, found 8192 MB"), "{talk}");
    std::fs::rename(at("pipe"), at("config.toml")).unwrap();
    let output = soon(home.path(), &["stats"]);
    let talk = text(&output.stderr);
    assert!(output.status.code() == Some(1) && talk.contains("it is not a file (a pipe)"), "{talk}");
}

#[test]
#[cfg(unix)]
fn a_progress_file_or_data_file_that_is_a_pipe_is_told_at_once() {
    // SQLite opens the files beside its own by itself, and would wait for those just as long.
    for name in ["progress.db", "progress.db-wal", "progress.db-journal"] {
        let home = tempfile::tempdir().unwrap();
        make_pipe(&home.path().join(name));
        let why = format!("{name}: it is not a file (a pipe)");
        for command in [&["stats"][..], &["progress", "export"], &["report"]] {
            let output = soon(home.path(), command);
            let talk = text(&output.stderr);
            assert!(output.status.code() == Some(1) && talk.contains(&why), "{command:?}: {talk}");
        }
        let output = soon(home.path(), &["quiz", "--plain", "-n", "1"]);
        let talk = text(&output.stderr);
        assert!(output.status.success() && talk.contains("Progress cannot be saved") && talk.contains(&why), "{talk}");
    }
    for name in ["tables.db", "tables.db-wal"] {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("tables.db"), []).unwrap();
        let _ = std::fs::remove_file(home.path().join(name));
        make_pipe(&home.path().join(name));
        let data = home.path().join("tables.db").display().to_string();
        let output = soon(home.path(), &["serve", "--port", "0", "--data", &data]);
        let talk = text(&output.stderr);
        assert!(output.status.code() == Some(1) && talk.contains("it is not a file (a pipe)"), "{talk}");
    }
}

#[test]
fn questions_are_imported_from_standard_input_too() {
    let home = tempfile::tempdir().unwrap();
    let question = "Which one is right?\nA. This\nB. That\nANSWER: A\n";
    let output = fed(home.path(), &["import", "-", "--format", "aiken"], question.as_bytes());
    assert!(text(&output.stdout).contains("1 question imported"), "{output:?}");
}

#[test]
fn an_error_in_the_shell_has_its_lines_and_its_caret() {
    let home = tempfile::tempdir().unwrap();
    let output = fed(home.path(), &["shell"], b"scan --table-name Orders --output yaml\n");
    let told = text(&output.stderr);
    let caret = "--output expects json, table or text, found yaml\n  scan --table-name Orders --output yaml\n";
    assert!(told.contains(caret) && !told.contains("\\u000a"), "{told}");
    assert!(told.contains("\n                                    ^^^^\n"), "{told}");
}

#[test]
fn words_ask_for_help_in_the_shell_and_in_a_lab() {
    let home = tempfile::tempdir().unwrap();
    for arguments in [&["shell"][..], &["lab", "start", "first-table", "--plain"]] {
        for word in ["?", "help"] {
            let output = fed(home.path(), arguments, format!("{word}\nexit\n").as_bytes());
            assert_eq!(output.status.code(), Some(0), "{arguments:?} {word}");
            assert!(
                output.stdout.len() > 500
                    && ["q: leave", "q leaves"].iter().any(|words| text(&output.stderr).contains(words)),
                "{arguments:?} {word}"
            );
        }
    }
}
