//! Packs that mean harm: each is refused with the words that it should be, and soon.
//!
//! `tests/hostile/packs` holds one pack in each folder; what `content check` must say of it stands in its file `expected`,
//! a piece of its output in each line. What cannot lie in a repository (pipes, links, files too large) is made here.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(clippy::disallowed_methods, reason = "how long it takes is what is tested")]

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use dynadrill::author;
use dynadrill::content::{self, Source};
use dynadrill::lab::{Runner, Work};

/// How long a pack may take. Few of them take a second on a machine of its own; what spends a whole allowance on traffic
/// takes some minutes without optimization beside other tests. Those that were not refused took hours, or all memory there is.
const PATIENCE: Duration = Duration::from_mins(4);

/// What `content check` says of a pack, which it must find fault with.
fn checked(pack: &Path) -> String {
    let out = tempfile::NamedTempFile::new().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
    command.args(["content", "check"]).arg(pack).stdin(Stdio::null()).stderr(Stdio::null());
    let mut child = command.stdout(out.reopen().unwrap()).spawn().unwrap();
    let began = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if began.elapsed() > PATIENCE {
            child.kill().unwrap();
            child.wait().unwrap();
            panic!("{} took more than {PATIENCE:?}", pack.display());
        }
        sleep(Duration::from_millis(20));
    };
    let said = fs::read_to_string(out.path()).unwrap();
    assert_eq!(status.code(), Some(1), "{}: {said}", pack.display());
    said
}

/// A pack with one file in one of its folders, which may be nothing yet.
fn pack(folder: &str) -> (tempfile::TempDir, std::path::PathBuf) {
    let root = tempfile::tempdir().unwrap();
    fs::create_dir(root.path().join(folder)).unwrap();
    let file = root.path().join(folder).join("hostile.yaml");
    (root, file)
}

fn assert_said(pack: &Path, pieces: &[&str]) {
    let said = checked(pack);
    for piece in pieces {
        assert!(
            said.contains(piece),
            "{}: {piece:?} is not in\n{}",
            pack.display(),
            said.chars().take(3000).collect::<String>()
        );
    }
}

#[test]
fn every_pack_is_refused_with_the_words_that_it_should_be() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile/packs");
    let mut packs: Vec<_> = fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
    packs.sort();
    assert!(packs.len() >= 20, "{} packs", packs.len());
    for pack in packs {
        let expected = fs::read_to_string(pack.join("expected")).unwrap();
        assert_said(&pack, &expected.lines().collect::<Vec<_>>());
    }
}

#[test]
fn a_file_of_brackets_is_refused_before_it_is_parsed() {
    for folder in ["questions", "labs"] {
        let (root, file) = pack(folder);
        fs::write(file, "[".repeat(100_000)).unwrap();
        assert_said(root.path(), &["hostile.yaml:1:256: error: expected lists and maps at most 64 deep"]);
    }
}

#[test]
fn what_is_too_large_is_not_read() {
    let (root, file) = pack("questions");
    File::create(file).unwrap().set_len(100 * 1024 * 1024).unwrap();
    assert_said(root.path(), &["questions/hostile.yaml:1:1: error: expected at most 1048576 bytes, found 104857600"]);

    let (root, _) = pack("questions");
    for number in 0..1001 {
        File::create(root.path().join(format!("questions/{number}.yaml"))).unwrap();
    }
    assert_said(root.path(), &["questions:1:1: error: expected at most 1000 files in it; none of them was read"]);

    let (root, _) = pack("labs");
    for number in 10..43 {
        fs::write(root.path().join(format!("labs/{number}.yaml")), vec![b'#'; 1024 * 1024]).unwrap();
    }
    assert_said(root.path(), &["labs/42.yaml:1:1: error: expected at most 33554432 bytes in all files together"]);
}

#[test]
fn broken_questions_end_after_so_many_problems() {
    let (root, file) = pack("questions");
    let broken = "  - {id: a, stem: 1, options: many}\n".repeat(25_000);
    for number in 0..20 {
        fs::write(file.with_file_name(format!("{number}.yaml")), format!("format_version: 1\nquestions:\n{broken}"))
            .unwrap();
    }
    let said = checked(root.path());
    assert!(said.contains("500 problems so far; what comes behind them was not read"), "{}", said.lines().count());
    assert!(said.lines().count() < 1100, "{} lines", said.lines().count());
}

#[cfg(unix)]
#[test]
fn only_regular_files_inside_the_pack_are_read() {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;

    let secret = tempfile::NamedTempFile::new().unwrap();
    fs::write(secret.path(), "a secret of the learner's").unwrap();
    let (root, _) = pack("questions");
    let at = |name: &str| root.path().join("questions").join(name);
    assert!(Command::new("mkfifo").arg(at("pipe.yaml")).status().unwrap().success());
    let _socket = UnixListener::bind(at("socket.yaml")).unwrap();
    fs::create_dir(at("folder.yaml")).unwrap();
    symlink("/dev/zero", at("zero.yaml")).unwrap();
    symlink(secret.path(), at("secret.yaml")).unwrap();
    symlink("nothing.yaml", at("gone.yaml")).unwrap();
    fs::write(root.path().join("inside.md"), "kept").unwrap();
    symlink("../inside.md", at("README.md")).unwrap();
    symlink(secret.path().parent().unwrap(), root.path().join("labs")).unwrap();
    let said = checked(root.path());
    let outside = "expected a place inside the content directory, found a link that leads out of it";
    for expected in [
        "questions/pipe.yaml:1:1: error: expected a file, found a pipe".to_owned(),
        "questions/socket.yaml:1:1: error: expected a file, found a socket".to_owned(),
        "questions/folder.yaml:1:1: error: expected a file, found a directory".to_owned(),
        format!("questions/zero.yaml:1:1: error: {outside}"),
        format!("questions/secret.yaml:1:1: error: {outside}"),
        "questions/gone.yaml:1:1: error: cannot read the file: ".to_owned(),
        format!("labs:1:1: error: {outside}"),
        "0 questions, 0 labs, 7 problems".to_owned(),
    ] {
        assert!(said.contains(&expected), "{expected:?} is not in\n{said}");
    }
    assert!(!said.contains("a secret"), "{said}");
}

#[test]
fn a_lab_whose_solution_never_ends_has_an_allowance() {
    let (root, file) = pack("labs");
    let lab = include_str!("../src/author/new_lab.yaml").replace("NAME", "hostile").replace("DATE", "2026-11-25");
    let endless = [
        "update-table --table-name Things --stream-specification StreamEnabled=true,StreamViewType=KEYS_ONLY",
        "aws lambda create-event-source-mapping --function-name charge-into-Things --starting-position TRIM_HORIZON \
         --event-source-arn {{stream Things}}",
        "put-item --table-name Things --item {\"id\":{\"S\":\"x\"}}",
        ":clock +366d",
        ":clock +366d",
    ];
    let solution = "      - 'get-item --table-name Things --key {\"id\":{\"S\":\"T-1\"}}'\n      - execute-statement";
    assert_eq!(lab.matches(solution).count(), 1, "{lab}");
    let lines = endless.map(|line| format!("          - '{line}'\n")).concat();
    fs::write(file, lab.replace(solution, &format!("      -\n{lines}      - execute-statement"))).unwrap();
    let (library, problems) = content::load(&Source::Directory(root.path().to_owned()));
    assert_eq!(problems, []);
    let lab = library.lab("hostile").unwrap();
    let work = Work::allowing(100_000);
    let refused = Runner::start_on(lab, 1, &work).unwrap_err();
    assert_eq!(refused.to_string(), "hostile: the solution of step read does not complete it");
    let mut runner = Runner::start_on(lab, 0, &Work::allowing(100_000)).unwrap();
    let told: Vec<String> = endless.iter().map(|line| runner.run(line).reply.text).collect();
    assert!(told[3].contains("Stopped on the way (this content has done as much work as content may do)"), "{told:#?}");
    assert_eq!(told[4], "Not run: this content has done as much work as content may do.");
}

/// Replaces every title in a file of content.
fn retitle(value: &mut serde_yaml::Value, title: &str) {
    match value {
        serde_yaml::Value::Mapping(map) => {
            for (name, value) in map.iter_mut() {
                match name.as_str() {
                    Some("title") => *value = title.into(),
                    _ => retitle(value, title),
                }
            }
        }
        serde_yaml::Value::Sequence(list) => list.iter_mut().for_each(|value| retitle(value, title)),
        _ => {}
    }
}

#[test]
fn no_part_of_a_title_begins_a_line_of_a_terminal() {
    let built_in = Path::new(env!("CARGO_MANIFEST_DIR"));
    let root = tempfile::tempdir().unwrap();
    // Where a terminal of 80 columns breaks a line by itself, these letters would begin the next one.
    let title = format!("Title {} and more \nFORGED line", "FORGED".repeat(40));
    for file in ["questions/claims.yaml", "questions/capacity.yaml", "labs/first-table.yaml"] {
        let mut value: serde_yaml::Value =
            serde_yaml::from_str(&fs::read_to_string(built_in.join(file)).unwrap()).unwrap();
        retitle(&mut value, &title);
        fs::create_dir_all(root.path().join(file).parent().unwrap()).unwrap();
        fs::write(root.path().join(file), serde_yaml::to_string(&value).unwrap()).unwrap();
    }
    for file in ["questions/traps.yaml", "questions/fixtures.yaml"] {
        fs::copy(built_in.join(file), root.path().join(file)).unwrap();
    }
    let home = tempfile::tempdir().unwrap();
    let mut seen = 0;
    for (words, typed) in [
        (&["quiz", "--plain", "-n", "2", "--seed", "1"][..], "A!\nA,B!\nB!\nC!\nD!\n"),
        (&["exam", "--plain", "--seed", "1"], "A\nend\nend\n"),
        (&["stats"], ""),
        (&["lab", "list"], ""),
        (&["lab", "start", "first-table", "--plain"], "q\n"),
        (&["lab", "demo", "first-table"], ""),
        (&["plan", "--exam", "9999-01-01"], ""),
        (&["review", "--plain"], ""),
        (&[], ""),
    ] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dynadrill"));
        command.arg("--content").arg(root.path()).args(words).env("DYNADRILL_HOME", home.path());
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let _ = std::io::Write::write_all(&mut child.stdin.take().unwrap(), typed.as_bytes());
        let output = child.wait_with_output().unwrap();
        let printed = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
        for line in printed.lines().filter(|line| line.contains("FORGED")) {
            seen += 1;
            assert!(!line.starts_with("FORGED"), "{words:?}: {line}");
            // Rows of a list are whole in a pipe; `tests/on_a_terminal.rs` looks at them at a terminal.
            let is_row = words == ["lab", "list"];
            assert!(is_row || line.chars().count() <= 80, "{words:?}: a terminal breaks this by itself: {line}");
        }
    }
    assert!(seen > 20, "titles were seen {seen} times");
}

#[test]
fn heavy_queries_traffic_and_tries_are_charged_and_the_place_is_named() {
    let lab = new_lab();
    let items = "    items:\n      - {id: {S: T-1}, color: {S: blue}}\n      - {id: {S: T-2}, color: {S: red}}\n";
    assert!(lab.contains(items));
    let many = "    generate:\n      - {count: 5000, seed: 1, item: {id: {S: \"T-{n:5}\"}, color: {S: blue}}}\n";
    let lab = lab.replace(items, many);
    let query = "scan --table-name Things --query \"sort_by(Items,&id.S)[].[id,id,id]\"";
    let traffic = ":traffic Things --rate 1000 --seconds 60 --item {\"n\":{\"S\":\"{n}\"}}";
    let is_charged = |line: &str| {
        let (root, file) = pack("labs");
        let lines = format!("          - '{line}'\n").repeat(1000);
        fs::write(file, lab.replace(FIRST_WAY, &format!("      -\n{lines}"))).unwrap();
        let said = checked(root.path());
        assert!(said.contains("step read: its solution does not complete it: Not "), "{said}");
        assert!(said.contains("this content has done as much work as content may do"), "{said}");
    };
    // Side by side: each of them works until it is stopped.
    std::thread::scope(|scope| {
        scope.spawn(|| is_charged(query));
        is_charged(traffic);
    });
}

/// The first right way of a new lab.
const FIRST_WAY: &str = "      - 'get-item --table-name Things --key {\"id\":{\"S\":\"T-1\"}}'\n";

fn new_lab() -> String {
    let lab = include_str!("../src/author/new_lab.yaml").replace("NAME", "hostile").replace("DATE", "2026-11-25");
    assert_eq!(lab.matches(FIRST_WAY).count(), 1, "{lab}");
    lab
}

/// A lab of so many steps, each with so many ways: those of a new lab, and one of them again and again.
fn large_lab(steps: usize, ways: usize) -> String {
    let lab = new_lab();
    let (begin, rest) = lab.split_once("  - id: read\n").unwrap();
    let (step, rest) = rest.split_once("# The last step, unguided").unwrap();
    let (_, end) = rest.split_once("par: {requests: 1, wcu: 1}\n").unwrap();
    // A new lab has two right ways and three wrong ones.
    let more: String =
        (0..ways - 5).map(|way| FIRST_WAY.replace("}'", &format!("}}{}'", " ".repeat(way + 1)))).collect();
    let step = step.replace(FIRST_WAY, &format!("{FIRST_WAY}{more}"));
    let steps = (0..steps).map(|number| format!("  - id: read-{number}\n{step}")).collect::<Vec<_>>().concat();
    format!("{begin}{steps}{end}")
}

#[test]
fn a_lab_has_so_many_steps_ways_and_lines_at_most() {
    let many_lines = format!("      -\n{}", "          - scan --table-name Things\n".repeat(1001));
    let near = "      - {when: {by: [Scan]}, say: No.}\n".repeat(24);
    let key = "returned: {table: Things, key: {id: T-1}, items: [{id: T-1}]}";
    assert!(new_lab().contains(key));
    let ids: Vec<String> = (0..2000).map(|number| format!("T-{number}")).collect();
    let one_of = format!("returned: {{table: Things, key: {{id: {{one_of: [{}]}}}}}}", ids.join(", "));
    let long = format!("returned: {{table: Things, key: {{id: {}}}}}", "T".repeat(20_000));
    let things = "things stated by a requirement, near miss or meanwhile in step read, found 20";
    for (lab, said) in [
        (large_lab(25, 5), "error: expected at most 24 steps, found 25".to_owned()),
        (large_lab(500, 5), "error: expected at most 24 steps, found 500".to_owned()),
        (large_lab(1, 49), "error: expected at most 48 ways, right and wrong, in step read-0, found 49".to_owned()),
        (
            new_lab().replace(FIRST_WAY, &many_lines),
            "error: expected at most 1000 lines of a way in step read, found 1001".to_owned(),
        ),
        (
            new_lab().replace("    near_misses:\n", &format!("    near_misses:\n{near}")),
            "error: expected at most 24 near misses in step read, found 25".to_owned(),
        ),
        (new_lab().replace(key, &one_of), format!("error: expected at most 120 {things}")),
        (
            new_lab().replace("{by: [Scan]}", &format!("{{by: [Scan], key: {{id: {{one_of: [{}]}}}}}}", ids.join(", "))),
            format!("error: expected at most 120 {things}"),
        ),
        (
            new_lab().replace(key, &long),
            "error: expected at most 16384 bytes of texts of a requirement, near miss or meanwhile in step read, found 20"
                .to_owned(),
        ),
        (
            new_lab() + "variants:\n" + &"  - {name: another}\n".repeat(25),
            "error: expected at most 24 variants, found 25".to_owned(),
        ),
        (
            new_lab().replace("    debrief: |\n", &format!("    debrief: |\n      {}\n", "ab ".repeat(6000))),
            "error: expected at most 16384 bytes of a debrief, or of what is said, in step read, found 1".to_owned(),
        ),
        (
            new_lab().replace("say: That Scan", &format!("say: {} Scan", "a".repeat(17_000))),
            "error: expected at most 16384 bytes of a debrief, or of what is said, in step read, found 17".to_owned(),
        ),
        (
            new_lab().replace("outro: |\n", &format!("outro: |\n  {}\n", "a".repeat(17_000))),
            "error: expected at most 16384 bytes of the outro, found 17".to_owned(),
        ),
        (predicting(&"a".repeat(257)), "error: expected at most 256 bytes of a choice in step read, found 257".to_owned()),
        (
            predicting(&["a"; 13].join(", ")),
            "error: expected at most 12 choices in step read, found 14".to_owned(),
        ),
        (
            new_lab() + "compare:\n" + &"  - {label: a, step: read}\n".repeat(25),
            "error: expected at most 24 rows of compare, found 25".to_owned(),
        ),
        (
            new_lab() + &load("equal: {id: {S: x}, a: {S: b}}, limit: 1, pages: 1000000000000000000"),
            "error: pages of the pattern p is at most 1000".to_owned(),
        ),
        (
            new_lab() + &code("b.js", &(0..13).map(|at| format!("f{at}.py: x")).collect::<Vec<_>>().join(", ")),
            "error: expected at most 12 files beside the starter in Python, found 13".to_owned(),
        ),
        (
            new_lab() + &code("A.py", ""),
            "error: the starter in JavaScript has a file \"A.py\", which there is already".to_owned(),
        ),
    ] {
        let (root, file) = pack("labs");
        fs::write(file, lab).unwrap();
        assert_said(root.path(), &[&said]);
    }
}

#[test]
fn cheap_ways_in_many_steps_and_labs_are_charged_as_well() {
    let (root, file) = pack("labs");
    for number in 0..2 {
        let name = format!("hostile-{number}");
        let lab = large_lab(24, 48).replace("name: hostile\n", &format!("name: {name}\n"));
        fs::write(file.with_file_name(format!("{name}.yaml")), lab).unwrap();
    }
    // Two thousand for each way, and as much for each of its lines, whatever the line costs.
    let steps = author::check(&Source::Directory(root.path().to_owned())).steps;
    assert!(steps > 2 * 24 * 48 * 4000, "{steps}");
}

#[test]
fn a_lab_at_its_limits_can_be_checked_alone() {
    let (root, file) = pack("labs");
    fs::write(file, large_lab(24, 48)).unwrap();
    let (library, problems) = content::load(&Source::Directory(root.path().to_owned()));
    assert_eq!((problems, library.labs.len()), (Vec::new(), 1));
}

/// A lab that is loaded from a pack of its own.
fn loaded(text: &str) -> content::Lab {
    let (root, file) = pack("labs");
    fs::write(file, text).unwrap();
    let (library, problems) = content::load(&Source::Directory(root.path().to_owned()));
    assert_eq!(problems, []);
    library.lab("hostile").unwrap().clone()
}

/// What the lab of [`new_lab`] asks for.
const ASKED: &str = "returned: {table: Things, key: {id: T-1}, items: [{id: T-1}]}";
/// Traffic that takes all that a line may.
const LONG_TRAFFIC: &str = ":traffic Things --rate 10000 --seconds 600 --keys uniform:1000";

#[test]
fn a_look_through_many_items_has_an_end() {
    let one_of: Vec<String> = (0..100).map(|number| format!("v{number}")).collect();
    let requirement = format!(
        "      - {{want: none, state: {{items: {{table: Things, where: {{color: {{one_of: [{}]}}}}, count: 0}}}}}}\n",
        one_of.join(", ")
    );
    let items = "    items:\n      - {id: {S: T-1}";
    let many = "    generate: [{count: 150000, seed: 1, item: {id: {S: \"N-{n:6}\"}, color: {S: black}}}]\n";
    let lab = new_lab().replacen(items, &format!("{many}{items}"), 1);
    let lab = lab.replacen("    done:\n", &format!("    done:\n{}", requirement.repeat(20)), 1);
    let runner = Runner::start(&loaded(&lab), 0).unwrap();
    let verdicts = runner.verdicts();
    assert!(verdicts[0].met, "one of them can be looked for: {verdicts:#?}");
    assert_eq!(verdicts[1].reason, "The table Things has more items than can be looked through.");
    assert!(verdicts[1..20].iter().all(|verdict| !verdict.met), "{verdicts:#?}");
}

/// A new lab whose prediction has these choices and another one.
fn predicting(choices: &str) -> String {
    let lab = new_lab();
    let (begin, rest) = lab.split_once("    predict:").unwrap();
    let (_, rest) = rest.split_once("    task:").unwrap();
    format!("{begin}    predict: {{ask: How?, choices: [{choices}, b], right: b}}\n    task:{rest}")
}

/// Programs to start from, with files beside the first.
fn code(second: &str, beside: &str) -> String {
    format!(
        "code:\n  starters:\n    python: {{file: a.py, text: TODO, beside: {{{beside}}}}}\n    javascript: {{file: {second}, text: TODO}}\n"
    )
}

/// A load on the table of a new lab: a thousand calls a second of a pattern.
fn load(pattern: &str) -> String {
    format!("load:\n  table: Things\n  seconds: 900\n  patterns: [{{id: p, title: p, per_minute: 60000, {pattern}}}]\n")
}

/// The calls of a load with so much work, which has to be stopped by that.
fn calls(lab: &str, pattern: &str, steps: u64) -> u64 {
    let lab = loaded(&(lab.to_owned() + &load(pattern)));
    let mut runner = Runner::start_on(&lab, 0, &Work::allowing(steps)).unwrap();
    let told = runner.run(":load").reply.text;
    assert!(told.contains("It was stopped on the way"), "{told}");
    runner.bench().entries_since(0).last().unwrap().outcome.as_ref().unwrap()["p"]["Calls"].as_u64().unwrap()
}

#[test]
fn calls_of_a_load_are_charged_for_what_they_send() {
    let calls = calls(&new_lab(), "put: {id: {S: x}, z: {S: \"{text:400000}\"}}", 300_000);
    assert!((10..60).contains(&calls), "{calls} calls of 400 KB for what a hundred thousand small writes cost");
}

#[test]
fn calls_of_a_load_are_charged_for_the_items_that_they_look_at() {
    let items = "    items:\n      - {id: {S: T-1}";
    let many = "    generate: [{count: 20000, seed: 1, item: {id: {S: \"N-{n:6}\"}, k: {N: \"1\"}}}]\n";
    let lab = new_lab().replacen(items, &format!("{many}{items}"), 1);
    let calls = calls(&lab, "equal: {k: {N: \"2\"}}", 1_000_000);
    assert!((5..60).contains(&calls), "{calls} Scans of 20,000 small items for what a hundred thousand reads cost");
}

#[test]
fn keys_of_a_load_are_charged_as_they_are_drawn_and_none_is_drawn_after_one_that_is_too_long() {
    let pattern =
        |digits: u32| format!("keys: 100, at_once: 100, equal: {{id: {{S: \"{{text:{digits}}}{{int:1:99}}\"}}}}");
    // Each long key is refused, and is made twice: when it is drawn, and when it is sent.
    let long = calls(&new_lab(), &pattern(300_000), 100_000);
    assert!((5..12).contains(&long), "{long}");
    let fair = calls(&new_lab(), &pattern(1000), 100_000);
    assert!((2..60).contains(&fair), "{fair}");
}

#[test]
fn what_a_requirement_tries_and_what_others_do_is_one_piece_of_work() {
    let would = format!(
        "state: {{would: {{do: [{}, list-tables], returned: {{effect: describe}}}}}}",
        format!("{LONG_TRAFFIC:?}, ").repeat(10).trim_end_matches(", ")
    );
    let lab = loaded(&new_lab().replacen(ASKED, &would, 1));
    // A look as the step begins and one after the line, with all that goes with them. Each of the ten lines alone could take
    // more than all of that.
    let work = Work::allowing(40_000_000);
    let mut runner = Runner::start_on(&lab, 0, &work).unwrap();
    runner.run("list-tables");
    assert!(!work.is_spent());

    let lines = format!("{LONG_TRAFFIC:?}, ").repeat(20);
    let meanwhile = format!(
        "    meanwhile: [{{after: {{effect: describe}}, times: 1000, do: [{}]}}]\n    debrief: |\n      Your",
        lines.trim_end_matches(", ")
    );
    let lab = loaded(&new_lab().replacen("    debrief: |\n      Your", &meanwhile, 1));
    let work = Work::allowing(40_000_000);
    let mut runner = Runner::start_on(&lab, 0, &work).unwrap();
    runner.run("list-tables");
    assert!(!work.is_spent());
}
