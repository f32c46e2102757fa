//! How soon the program shows something, how long a frame takes, how soon a key is answered while a line runs, and what it
//! costs to wait. Each figure is printed beside its limit, as nine of ten times kept it; the bench fails if one is broken.
//!
//! `cargo bench --bench screens` runs it, on Linux: the program runs in a terminal of `script` (util-linux), its use of
//! the processor is read from /proc. The load of the machine is printed with the figures: others' work delays a key.

#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::disallowed_methods,
    reason = "a benchmark tells its figures, is about real time, and stops at a surprise"
)]

#[cfg(target_os = "linux")]
#[path = "../tests/pictures/camera.rs"]
#[allow(dead_code, reason = "pictures need more of it")]
mod camera;
#[cfg(target_os = "linux")]
mod terminal;

#[cfg(not(target_os = "linux"))]
fn main() {
    println!("not measured: this needs /proc and script");
}

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    linux::main()
}

#[cfg(target_os = "linux")]
mod linux {
    use std::process::ExitCode;
    use std::time::{Duration, Instant};

    use crossterm::event::KeyCode;
    use dynadrill::app::Start;
    use dynadrill::quiz::{Purpose, Selection, Session, select};
    use dynadrill::ui::{self, Look};
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::camera::Camera;
    use super::terminal::Shown;

    /// A window as people have it.
    const SIZE: (u16, u16) = (120, 40);

    pub(super) fn main() -> ExitCode {
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        println!("load average {}", load.split(' ').take(3).collect::<Vec<_>>().join(" "));
        let mut limits = Limits::default();
        first_frame(&mut limits);
        frames(&mut limits);
        keys(&mut limits);
        idle(&mut limits);
        if limits.broken == 0 {
            return ExitCode::SUCCESS;
        }
        println!("{} limits are broken", limits.broken);
        ExitCode::FAILURE
    }

    /// What of a hundred times has to be within a limit: one late frame is the machine's, one in ten is ours.
    const SHARE: usize = 90;

    /// What was measured, held against its limits.
    #[derive(Default)]
    struct Limits {
        broken: usize,
    }

    impl Limits {
        /// Prints what nine of ten times kept beside their limit, with the best, the median and the worst.
        fn hold(&mut self, what: &str, mut times: Vec<Duration>, limit: Duration) {
            times.sort();
            let millis = |time: Duration| format!("{:.2}", time.as_secs_f64() * 1000.0);
            let (best, median, worst) = (times[0], times[times.len() / 2], times[times.len() - 1]);
            let held = times[(times.len() * SHARE).div_ceil(100) - 1];
            let is_kept = held < limit;
            self.broken += usize::from(!is_kept);
            let verdict = if is_kept { "kept" } else { "BROKEN" };
            println!(
                "{what:<44} {:>8} ms   limit {:>5} ms  {verdict}   (best {}, median {}, worst {} of {})",
                millis(held),
                limit.as_millis(),
                millis(best),
                millis(median),
                millis(worst),
                times.len()
            );
        }
    }

    /// From the start of the program until the first screen has come out of the terminal.
    fn first_frame(limits: &mut Limits) {
        let home = tempfile::tempdir().unwrap();
        // A lab of 6,000 items is set up behind a first frame that says so.
        for (what, arguments, words, limit) in [
            ("first frame: home", "", "dynadrill", 50),
            ("first frame: while a lab is set up", "lab start query-vs-scan", "Opening", 50),
            ("a lab of 6,000 items is open", "lab start query-vs-scan", "Query against Scan", 100),
        ] {
            let times = (0..15).map(|_| {
                let mut shown = Shown::start(arguments, home.path(), SIZE);
                let begun = Instant::now();
                shown.wait_for(words, Duration::from_secs(10));
                begun.elapsed()
            });
            limits.hold(what, times.collect(), Duration::from_millis(limit));
        }
    }

    /// Drawing each screen.
    fn frames(limits: &mut Limits) {
        let limit = Duration::from_millis(2);
        let mut camera = Camera::new(SIZE);
        let library = camera.library();
        let mut each = |what: &str, camera: &mut Camera| {
            camera.shots();
            let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).unwrap();
            let times = (0..200).map(|_| {
                let begun = Instant::now();
                terminal.draw(|frame| drop(ui::draw(camera.model(), Look::default(), frame))).unwrap();
                begun.elapsed()
            });
            limits.hold(&format!("a frame: {what}"), times.collect(), limit);
        };
        each("home, first run", &mut camera);
        let questions = select(&library.questions, &Selection { count: 60, seed: 1, ..Selection::default() }, None);
        camera.show(Session::new(Purpose::Practice, &questions, 1));
        each("question", &mut camera);
        camera.answers(false);
        each("feedback", &mut camera);
        for at in 1..60 {
            camera.press(KeyCode::Enter);
            camera.answers(at % 3 > 0);
        }
        camera.press(KeyCode::Enter);
        each("end of a quiz", &mut camera);
        camera.open_home();
        each("home", &mut camera);
        for (what, start) in
            [("practice", Start::Practice), ("labs", Start::Labs), ("exams", Start::Exams), ("scores", Start::Scores)]
        {
            camera.open(start);
            each(what, &mut camera);
            camera.press(KeyCode::Esc);
        }
        let questions = select(&library.questions, &Selection { count: 65, seed: 2, ..Selection::default() }, None);
        camera.show(Session::exam(&questions, 2, 7_800_000));
        each("exam", &mut camera);
        camera.types("r");
        each("exam, review page", &mut camera);
        camera.types("Hy");
        each("exam, report", &mut camera);
        camera.open(Start::Lab("query-vs-scan".to_owned()));
        camera.solves(usize::MAX);
        each("lab, every step done", &mut camera);
        for tab in ['1', '2', '3', '4', '5'] {
            camera.press_alt(tab);
            each(&format!("lab, tab {tab}"), &mut camera);
        }
        camera.open(Start::Lab("hot-partition".to_owned()));
        camera.skips();
        camera.runs_until(":traffic Votes --rate 1500 --seconds 10 --keys single", 70);
        each("lab, traffic under way", &mut camera);
    }

    /// The least share of a processor that a run at full speed uses, in percent: the machine may have others to serve.
    const LEAST_BUSY: u64 = 40;

    /// Keys while twenty million requests run, and the key that ends it.
    fn keys(limits: &mut Limits) {
        let home = tempfile::tempdir().unwrap();
        let mut shown = Shown::start("lab start query-vs-scan", home.path(), SIZE);
        shown.wait_for("Query against Scan", Duration::from_secs(10));
        shown.press("\x1b");
        std::thread::sleep(Duration::from_millis(300));
        shown.press(":traffic Orders --rate 40000 --seconds 500 --keys uniform:1000\r");
        shown.wait_for("of 20,000,000", Duration::from_secs(10));
        // Traffic is played slowly at first, so that it can be followed: Enter lets the engine run as fast as it can.
        shown.press("\r");
        std::thread::sleep(Duration::from_millis(300));
        let (since, before) = (Instant::now(), shown.ticks());
        let times = (0..40).map(|at| {
            // A letter that no screen has otherwise.
            let letter = ["~", "`", "\\"][at % 3];
            let begun = Instant::now();
            shown.press(letter);
            shown.wait_for(letter, Duration::from_secs(5));
            let passed = begun.elapsed();
            shown.press("\x7f");
            shown.wait_without(letter, Duration::from_secs(5));
            std::thread::sleep(Duration::from_millis(37));
            passed
        });
        let times: Vec<Duration> = times.collect();
        let busy = (shown.ticks() - before) * 1000 / u64::try_from(since.elapsed().as_millis()).unwrap().max(1);
        let verdict = if busy >= LEAST_BUSY { "kept" } else { "BROKEN" };
        limits.broken += usize::from(busy < LEAST_BUSY);
        let what = "the engine's use of a processor meanwhile";
        println!("{what:<44} {busy:>8} %    limit {LEAST_BUSY:>5} %   {verdict}   (at least: else nothing ran)");
        limits.hold("a key, while 20,000,000 requests run", times, Duration::from_millis(10));
        let begun = Instant::now();
        shown.press("\x1b");
        // The result, folded, takes the place of how far the run is.
        shown.wait_for("more lines", Duration::from_secs(30));
        limits.hold("esc, until the run has stopped", vec![begun.elapsed()], Duration::from_millis(250));
    }

    /// What waiting costs.
    fn idle(limits: &mut Limits) {
        const SECONDS: u64 = 10;
        let home = tempfile::tempdir().unwrap();
        let mut at_home = Shown::start("", home.path(), SIZE);
        at_home.wait_for("dynadrill", Duration::from_secs(10));
        let other = tempfile::tempdir().unwrap();
        let mut serving = Shown::start("lab start query-vs-scan", other.path(), SIZE);
        serving.wait_for("Query against Scan", Duration::from_secs(10));
        serving.press("\x1b[15~");
        serving.wait_for("AWS_ENDPOINT_URL", Duration::from_secs(10));
        std::thread::sleep(Duration::from_secs(1));
        let before = [at_home.ticks(), serving.ticks()];
        std::thread::sleep(Duration::from_secs(SECONDS));
        let after = [at_home.ticks(), serving.ticks()];
        for (place, what) in ["idle at home", "idle in a lab, endpoint open"].iter().enumerate() {
            let ticks = after[place] - before[place];
            let verdict = if ticks == 0 { "kept" } else { "BROKEN" };
            limits.broken += usize::from(ticks > 0);
            println!("{what:<44} {ticks:>8} ticks limit     0 ticks {verdict}   (of 10 ms, in {SECONDS} s)");
        }
    }
}
