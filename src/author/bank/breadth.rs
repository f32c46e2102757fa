//! What the bank is made of: kinds, difficulties, exhibits, other services, constraints that decide.

use super::english::SERVICES;
use super::{Figure, Item};

/// Words by which an item asks for the best of several that work.
const SUPERLATIVES: &[&str] = &["LEAST", "MOST", "FEWEST", "LOWEST", "HIGHEST"];

/// The figures of the bank.
pub(super) fn figures(items: &[&Item<'_>]) -> Vec<Figure> {
    let all = items.len();
    let count = |is: &dyn Fn(&Item<'_>) -> bool| items.iter().filter(|item| is(item)).count();
    let level = |level: u8| count(&|item: &Item<'_>| item.question.difficulty == level);
    let mut figures = vec![
        Figure::share("questions with several right answers", count(&|item| item.question.choose > 1), all, 18..=32),
        Figure::share("difficulty 1: recall", level(1), all, 18..=32),
        Figure::share("difficulty 2: apply one rule", level(2), all, 43..=57),
        Figure::share("difficulty 3: weigh or diagnose", level(3), all, 18..=32),
        Figure::share("questions with an exhibit", count(&|item| !item.question.exhibits.is_empty()), all, 33..=100),
        Figure::share("questions with one more service", count(&names_another_service), all, 33..=100),
    ];
    figures.push(Figure::share("questions that ask for the best on a constraint", count(&weighs), all, 20..=100));
    figures.push(Figure::share(
        "questions whose key is proved",
        count(&|item| item.question.is_proved()),
        all,
        80..=100,
    ));
    figures
}

fn names_another_service(item: &Item<'_>) -> bool {
    SERVICES.iter().any(|service| item.question.stem.contains(service))
}

fn weighs(item: &Item<'_>) -> bool {
    SUPERLATIVES.iter().any(|word| item.question.stem.contains(word))
}
