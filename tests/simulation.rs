//! Learners of known ability and memory: does readiness say what is true, and do reviews save work?
//!
//! The models are ours, and others than those that are tested: abilities answer by an item-response model with guessing,
//! memories forget exponentially and grow with each recall that was not too easy.

#![allow(clippy::unwrap_used, reason = "a test stops at the first surprise")]
#![allow(clippy::cast_precision_loss, reason = "counts are small")]

use std::collections::BTreeMap;

use dynadrill::chance::Chance;
use dynadrill::content::{self, Source};
use dynadrill::readiness::{FirstSight, Readiness, readiness};
use dynadrill::review::{Cards, Rating, Reviewed, default_parameters};

const LEARNERS: u64 = 1000;

/// A number from 0 to 1.
fn share(chance: &mut Chance) -> f64 {
    chance.between(0, 1_000_000) as f64 / 1_000_000.0
}

/// A number from the standard normal distribution, by twelve evenly distributed ones.
fn normal(chance: &mut Chance) -> f64 {
    (0..12).map(|_| share(chance)).sum::<f64>() - 6.0
}

/// A question as the item-response model (three parameters) sees it.
struct Item {
    topic: String,
    difficulty: f64,
    slope: f64,
    guess: f64,
}

impl Item {
    fn chance_of(&self, ability: f64) -> f64 {
        self.guess + (1.0 - self.guess) / (1.0 + (-self.slope * (ability - self.difficulty)).exp())
    }
}

/// Our own bank, with difficulties about those that its authors gave.
fn bank() -> Vec<Item> {
    let mut chance = Chance::seeded(1);
    let questions = content::load(&Source::Embedded).0.questions;
    questions
        .iter()
        .map(|question| Item {
            topic: question.topic.clone(),
            difficulty: f64::from(question.difficulty) - 2.0 + 0.5 * normal(&mut chance),
            slope: 0.8 + 0.8 * share(&mut chance),
            guess: if question.choose == 1 { 0.25 } else { 0.1 },
        })
        .collect()
}

/// So many items that were never seen, topics in turn, as sessions ask them.
fn asked<'a>(bank: &'a [Item], count: usize, chance: &mut Chance) -> Vec<&'a Item> {
    let mut piles: BTreeMap<&str, Vec<&Item>> = BTreeMap::new();
    for item in bank {
        piles.entry(&item.topic).or_default().push(item);
    }
    for pile in piles.values_mut() {
        chance.shuffle(pile);
    }
    let mut asked = Vec::new();
    while asked.len() < count {
        asked.extend(piles.values_mut().filter_map(Vec::pop));
    }
    asked.truncate(count);
    asked
}

#[test]
fn readiness_is_near_the_truth_and_its_interval_holds_it() {
    let bank = bank();
    let mut weights = BTreeMap::new();
    for item in &bank {
        *weights.entry(item.topic.clone()).or_insert(0.0) += 1.0;
    }
    let (mut error, mut bias, mut held) = (0.0, 0.0, 0);
    for learner in 0..LEARNERS {
        let mut chance = Chance::seeded(1000 + learner);
        let ability = 0.6 + 0.9 * normal(&mut chance);
        let truth = bank.iter().map(|item| item.chance_of(ability)).sum::<f64>() / bank.len() as f64;
        let count = usize::try_from(chance.between(60, 150)).unwrap();
        let answers: Vec<FirstSight> = asked(&bank, count, &mut chance)
            .into_iter()
            .map(|item| FirstSight { topic: item.topic.clone(), correct: share(&mut chance) < item.chance_of(ability) })
            .collect();
        let Readiness::Estimate { share, low, high, .. } = readiness(&answers, &weights) else {
            panic!("{count} answers are enough")
        };
        error += (share - truth).abs();
        bias += share - truth;
        held += u32::from(low <= truth && truth <= high);
    }
    let learners = LEARNERS as f64;
    let (error, bias, held) = (error / learners * 100.0, bias / learners * 100.0, f64::from(held) / learners * 100.0);
    println!("readiness: off by {error:.2} points on average, {bias:+.2} to one side; the interval holds {held:.1}%");
    assert!(error < 5.0, "off by {error} points");
    assert!(bias.abs() < 1.0, "{bias} points to one side");
    assert!((85.0..=95.0).contains(&held), "the interval holds {held}%");
}

/// A memory of ours: a card's half-life in days, which a recall lengthens, the more the nearer it was to being forgotten.
#[derive(Clone, Copy)]
struct Memory {
    half_life: f64,
    last: u32,
}

impl Memory {
    fn recall(self, day: u32) -> f64 {
        0.5_f64.powf(f64::from(day - self.last) / self.half_life)
    }

    /// A review on a day; answers whether the card was recalled.
    fn review(&mut self, day: u32, growth: f64, chance: &mut Chance) -> bool {
        let recall = self.recall(day);
        let known = share(chance) < recall;
        self.half_life = if known {
            self.half_life * (1.0 + growth * (1.0 - recall).max(0.02))
        } else {
            (self.half_life * 0.5).max(0.7)
        };
        self.last = day;
        known
    }
}

const CARDS: usize = 30;
const EXAM: u32 = 60;

/// What a schedule came to: for each review, how much would be recalled on the exam's day if it were the last.
fn followed(learner: u64, mut due: impl FnMut(usize, u32) -> bool, mut told: impl FnMut(usize, u32, bool)) -> Vec<f64> {
    let mut chance = Chance::seeded(learner);
    let growth = 4.0 + 4.0 * share(&mut chance);
    let mut cards: Vec<Memory> =
        (0..CARDS).map(|_| Memory { half_life: 1.0 + 4.0 * share(&mut chance), last: 0 }).collect();
    let mut course = Vec::new();
    for day in 1..EXAM {
        for (place, card) in cards.iter_mut().enumerate() {
            if due(place, day) {
                let known = card.review(day, growth, &mut chance);
                told(place, day, known);
                course.push(0.0);
            }
        }
        let recall = cards.iter().map(|card| card.recall(EXAM)).sum::<f64>() / CARDS as f64;
        course.iter_mut().rev().take_while(|entry| **entry == 0.0).for_each(|entry| *entry = recall);
    }
    course
}

/// Reviews after 1, 3 and 7 days, then every 7; from the start again when a card was forgotten.
fn fixed(learner: u64) -> Vec<f64> {
    let state = std::cell::RefCell::new(vec![(0_usize, 1_u32); CARDS]);
    followed(
        learner,
        |card, day| state.borrow()[card].1 <= day,
        |card, day, known| {
            let mut state = state.borrow_mut();
            let step = if known { (state[card].0 + 1).min(3) } else { 0 };
            state[card] = (step, day + [1, 3, 7, 7][step]);
        },
    )
}

/// Reviews when FSRS says that a card is due.
fn scheduled(learner: u64) -> Vec<f64> {
    let names: Vec<String> = (0..CARDS).map(|card| format!("card-{card}")).collect();
    let mut cards = Cards::new(&default_parameters()).unwrap();
    let review = |card: usize, day, known| Reviewed {
        family: names[card].clone(),
        day,
        rating: if known { Rating::Good } else { Rating::Again },
    };
    for card in 0..CARDS {
        cards.answer(&review(card, 0, true)).unwrap();
    }
    let cards = std::cell::RefCell::new(cards);
    followed(
        learner,
        |card, day| cards.borrow().card(&names[card]).unwrap().due.max(1) <= day,
        |card, day, known| cards.borrow_mut().answer(&review(card, day, known)).unwrap(),
    )
}

/// How many reviews it took until so much would be recalled.
fn reviews_until(course: &[f64], recall: f64) -> usize {
    course.iter().position(|reached| *reached >= recall).map_or(course.len(), |place| place + 1)
}

#[test]
fn reviews_when_due_reach_the_same_recall_with_fewer_of_them() {
    let (mut ours, mut theirs, mut fewer) = (0, 0, 0);
    for learner in 0..LEARNERS {
        let (scheduled, fixed) = (scheduled(learner), fixed(learner));
        let best = |course: &[f64]| course.iter().copied().fold(0.0, f64::max);
        let same = best(&scheduled).min(best(&fixed));
        let reviews = (reviews_until(&scheduled, same), reviews_until(&fixed, same));
        ours += reviews.0;
        theirs += reviews.1;
        fewer += u32::from(reviews.0 < reviews.1);
    }
    let (ratio, fewer) = (ours as f64 / theirs as f64, f64::from(fewer) / LEARNERS as f64 * 100.0);
    println!("reviews to the same recall: {ratio:.2} of those of a fixed 1-3-7-day schedule; fewer for {fewer:.0}%");
    assert!(ratio < 0.9 && fewer > 75.0, "{ratio} of the reviews, fewer for {fewer}% of the learners");
}
