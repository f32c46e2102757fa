//! The pictures in README.md are what the program draws: each is drawn again and compared byte for byte.
//! `UPDATE_GOLDEN=1 cargo test --test pictures` writes them, to be looked at.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]

#[allow(dead_code, reason = "the bench of the screens needs more of it")]
mod camera;
mod svg;

use crossterm::event::KeyCode;
use dynadrill::app::Start;
use dynadrill::quiz::{Purpose, Selection, Session, select};

use camera::Camera;

/// The most bytes that a picture has: it is loaded with the page.
const MOST_BYTES: usize = 60_000;

/// Compares a picture with the one that is kept.
fn is_kept(name: &str, title: &str, camera: &mut Camera) {
    let drawn = svg::picture(title, &camera.shots());
    assert!(drawn.len() < MOST_BYTES, "{name} has {} bytes", drawn.len());
    let path = format!("{}/docs/{name}.svg", env!("CARGO_MANIFEST_DIR"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &drawn).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == drawn, "docs/{name}.svg is not what the program draws; UPDATE_GOLDEN=1 writes it");
    let readme = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(readme.contains(&format!("(docs/{name}.svg)")), "README.md does not show docs/{name}.svg");
}

/// A learner who has answered some questions and done a lab, most of it rightly.
fn learner(size: (u16, u16)) -> Camera {
    let mut camera = Camera::new(size);
    let library = camera.library();
    for (seed, count, wrong) in [(11, 60, 3), (12, 60, 4)] {
        let selection = Selection { count, seed, ..Selection::default() };
        let questions = select(&library.questions, &selection, None);
        camera.show(Session::new(Purpose::Practice, &questions, seed));
        for at in 0..questions.len() {
            camera.answers(at % wrong > 0);
            camera.press(KeyCode::Enter);
        }
        camera.press(KeyCode::Esc);
        camera.days_pass(2);
    }
    for (lab, steps) in [("first-table", usize::MAX), ("hot-partition", 2)] {
        camera.open(Start::Lab(lab.to_owned()));
        camera.solves(steps);
        camera.press(KeyCode::Esc);
    }
    camera
}

#[test]
fn home() {
    let mut camera = learner((108, 28));
    camera.open_home();
    is_kept("home", "The home screen: what is best done today, and how far each topic is", &mut camera);
}

#[test]
fn a_question_and_its_proof() {
    let mut camera = Camera::new((182, 36));
    camera.open(Start::Question("e1-scan-bill".to_owned()));
    camera.types("3");
    camera.answers(false);
    camera.types("p");
    is_kept("question", "A question, why each option is right or wrong, and the proof of two of them", &mut camera);
}

#[test]
fn an_exam() {
    let mut camera = Camera::new((108, 26));
    let library = camera.library();
    let questions = select(&library.questions, &Selection { count: 20, seed: 5, ..Selection::default() }, None);
    camera.show(Session::exam(&questions, 5, 2_400_000));
    for at in 0..20 {
        match at % 7 {
            5 => camera.types("*"),
            6 => {}
            other => camera.chooses(other != 1),
        }
        camera.types("n");
    }
    camera.types("Hy");
    is_kept("exam", "The report of an exam", &mut camera);
}

#[test]
fn a_hot_partition() {
    let mut camera = Camera::new((120, 44));
    camera.open(Start::Lab("hot-partition".to_owned()));
    camera.solves(1);
    camera.skips();
    camera.runs_until(":traffic Votes --rate 1500 --seconds 10 --keys single", 70);
    is_kept("lab", "A lab: one partition at its limit while traffic runs", &mut camera);
}

#[test]
fn what_a_scan_costs_against_a_query() {
    let mut camera = Camera::new((120, 40));
    camera.open(Start::Lab("query-vs-scan".to_owned()));
    camera.skips();
    camera.runs(
        ":compare scan --table-name Orders --filter-expression \"customerId = :c\" \
         --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}} || query --table-name Orders \
         --key-condition-expression \"customerId = :c\" --expression-attribute-values {\":c\":{\"S\":\"C-0042\"}}",
    );
    is_kept("plan", "What a Scan with a filter reads and costs, against a Query", &mut camera);
}
