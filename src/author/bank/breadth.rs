//! What the bank is made of: kinds, difficulties, exhibits, other services, constraints that decide.

use super::english::SERVICES;
use super::{BankFigure, BankQuestion};

/// Words by which an item asks for the best of several that work.
const SUPERLATIVES: &[&str] = &["LEAST", "MOST", "FEWEST", "LOWEST", "HIGHEST"];

/// The figures of the bank.
pub(super) fn figures(items: &[&BankQuestion<'_>]) -> Vec<BankFigure> {
    let all = items.len();
    let count = |is: &dyn Fn(&BankQuestion<'_>) -> bool| items.iter().filter(|item| is(item)).count();
    let level = |level: u8| count(&|item: &BankQuestion<'_>| item.question.difficulty == level);
    let mut figures = vec![
        BankFigure::share(
            "questions with several right answers",
            count(&|item| item.question.choose > 1),
            all,
            18..=32,
        ),
        BankFigure::share("difficulty 1: recall", level(1), all, 18..=32),
        BankFigure::share("difficulty 2: apply one rule", level(2), all, 43..=57),
        BankFigure::share("difficulty 3: weigh or diagnose", level(3), all, 18..=32),
        BankFigure::share(
            "questions with an exhibit",
            count(&|item| !item.question.exhibits.is_empty()),
            all,
            33..=100,
        ),
        BankFigure::share("questions with one more service", count(&names_another_service), all, 33..=100),
    ];
    figures.push(BankFigure::share("questions that ask for the best on a constraint", count(&weighs), all, 20..=100));
    figures.push(BankFigure::share(
        "questions whose key is proved",
        count(&|item| item.question.is_proved()),
        all,
        80..=100,
    ));
    figures
}

fn names_another_service(item: &BankQuestion<'_>) -> bool {
    SERVICES.iter().any(|service| item.question.stem.contains(service))
}

fn weighs(item: &BankQuestion<'_>) -> bool {
    SUPERLATIVES.iter().any(|word| item.question.stem.contains(word))
}
