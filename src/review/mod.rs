//! Reviews: what the learner will forget, and when to ask again.
//!
//! The life of a card: there is one for each question family; [`Cards::of`] replays the answers to it, each as a rating
//! ([`rating`]), through FSRS-6 (the official crate), which keeps a stability and a difficulty; a card is due on the day on
//! which the chance to recall it falls to [`RETENTION`]. Nothing is kept but the answers: the same answers give the same
//! cards. [`optimize`] fits the parameters to the learner once there are enough reviews.
//!
//! Left out: reviews within a day, which count as one day's. Sources: open-spaced-repetition, "The Algorithm" (FSRS-6);
//! the `fsrs` crate's documentation.

use std::collections::BTreeMap;

use fsrs::{ComputeParametersInput, FSRS, FSRSItem, FSRSReview, MemoryState};

use crate::clock::Timestamp;

mod plan;

pub use plan::{Recall, StudyPlan, plan};

/// The chance to recall a card on the day it is due.
pub const RETENTION: f32 = 0.9;
/// Reviews (answers to cards that were answered on an earlier day) before parameters are fitted.
pub const ENOUGH_REVIEWS: usize = 200;
/// Answers to one card that parameters are fitted to. Each is kept with all before it, so a card that was answered thousands
/// of times would take more memory than there is.
const LONGEST_HISTORY: usize = 64;
/// Milliseconds of a day.
const DAY_MILLIS: u64 = 86_400_000;

/// How well a card was answered, as FSRS counts it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Rating {
    /// Wrong, or a lucky guess.
    Again = 1,
    /// Right, but unsure.
    Hard = 2,
    /// Right.
    Good = 3,
    /// Right and sure, after its proof was seen.
    Easy = 4,
}

/// The rating of an answer: a lucky guess proves nothing.
#[must_use]
pub fn rating(correct: bool, confidence: &str, is_proof_seen: bool) -> Rating {
    match (correct, confidence) {
        (false, _) | (true, "guess") => Rating::Again,
        (true, "unsure") => Rating::Hard,
        (true, "sure") if is_proof_seen => Rating::Easy,
        (true, _) => Rating::Good,
    }
}

/// An answer to a card.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reviewed {
    /// The card: a question family.
    pub family: String,
    /// The day, counted from the epoch.
    pub day: u32,
    /// How well.
    pub rating: Rating,
}

/// The day of a moment, counted from the epoch (UTC).
#[must_use]
pub fn day(at: Timestamp) -> u32 {
    u32::try_from(at.as_millis() / DAY_MILLIS).unwrap_or(u32::MAX)
}

/// What is remembered of a card.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Card {
    /// Days until the chance to recall falls to 90%.
    pub stability: f32,
    /// From 1 to 10.
    pub difficulty: f32,
    /// The day of the last answer.
    pub last: u32,
    /// The day on which it is due.
    pub due: u32,
    /// Whether it was ever answered rightly, and not by a guess: what was never known is not recalled either.
    pub was_known: bool,
}

/// Every card that was ever answered.
#[derive(Clone, Debug)]
pub struct Cards {
    by_family: BTreeMap<String, Card>,
    fsrs: FSRS,
    decay: f32,
}

/// FSRS-6's parameters: 21 numbers.
pub type Parameters = Vec<f32>;

/// The parameters that everybody begins with.
#[must_use]
pub fn default_parameters() -> Parameters {
    fsrs::DEFAULT_PARAMETERS.to_vec()
}

impl Cards {
    /// No card yet.
    ///
    /// # Errors
    /// The parameters are none of FSRS-6.
    pub fn new(parameters: &[f32]) -> Result<Self, String> {
        let fsrs = FSRS::new(parameters).map_err(|error| format!("the review parameters are not usable: {error}"))?;
        let decay = parameters.get(20).copied().unwrap_or(fsrs::FSRS6_DEFAULT_DECAY);
        Ok(Self { by_family: BTreeMap::new(), fsrs, decay })
    }

    /// The cards that these answers, oldest first, have left.
    ///
    /// # Errors
    /// The parameters are none of FSRS-6.
    pub fn of(reviews: &[Reviewed], parameters: &[f32]) -> Result<Self, String> {
        let mut cards = Self::new(parameters)?;
        reviews.iter().try_for_each(|review| cards.answer(review))?;
        Ok(cards)
    }

    /// Takes an answer in.
    ///
    /// # Errors
    /// FSRS finds no state for it.
    pub fn answer(&mut self, review: &Reviewed) -> Result<(), String> {
        let after = answered(&self.fsrs, self.by_family.get(&review.family).copied(), review)?;
        self.by_family.insert(review.family.clone(), after);
        Ok(())
    }

    /// The card of a family.
    #[must_use]
    pub fn card(&self, family: &str) -> Option<Card> {
        self.by_family.get(family).copied()
    }

    /// Every card, by its family.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Card)> {
        self.by_family.iter().map(|(family, card)| (family.as_str(), *card))
    }

    /// The chance to recall a card on a day; 0 for one that was never answered, or never rightly.
    #[must_use]
    pub fn recall(&self, family: &str, day: u32) -> f32 {
        self.by_family.get(family).filter(|card| card.was_known).map_or(0.0, |card| recall(*card, day, self.decay))
    }

    /// The families that are due on a day, the most forgotten first.
    #[must_use]
    pub fn due(&self, day: u32) -> Vec<&str> {
        let mut due: Vec<(&str, f32)> = self
            .by_family
            .iter()
            .filter(|(_, card)| card.due <= day)
            .map(|(family, card)| (family.as_str(), recall(*card, day, self.decay)))
            .collect();
        due.sort_by(|left, right| left.1.total_cmp(&right.1).then_with(|| left.0.cmp(right.0)));
        due.into_iter().map(|(family, _)| family).collect()
    }
}

#[expect(clippy::cast_precision_loss, reason = "days of a lifetime fit into 24 bits")]
fn recall(card: Card, day: u32, decay: f32) -> f32 {
    let memory = MemoryState { stability: card.stability, difficulty: card.difficulty };
    fsrs::current_retrievability(memory, day.saturating_sub(card.last) as f32, decay)
}

/// What an answer makes of a card.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "intervals are positive and bounded")]
fn answered(fsrs: &FSRS, before: Option<Card>, review: &Reviewed) -> Result<Card, String> {
    let memory = before.map(|card| MemoryState { stability: card.stability, difficulty: card.difficulty });
    let elapsed = before.map_or(0, |card| review.day.saturating_sub(card.last));
    let next = fsrs.next_states(memory, RETENTION, elapsed).map_err(|error| error.to_string())?;
    let state = match review.rating {
        Rating::Again => next.again,
        Rating::Hard => next.hard,
        Rating::Good => next.good,
        Rating::Easy => next.easy,
    };
    // What was not known is asked again the same day at the earliest, what was known the next day.
    let least = u32::from(review.rating != Rating::Again);
    let interval = (state.interval.round().clamp(0.0, 36_500.0) as u32).max(least);
    Ok(Card {
        stability: state.memory.stability,
        difficulty: state.memory.difficulty,
        last: review.day,
        due: review.day.saturating_add(interval),
        was_known: review.rating != Rating::Again || before.is_some_and(|card| card.was_known),
    })
}

/// How many answers were reviews: to cards answered on an earlier day.
#[must_use]
pub fn reviews_made(reviews: &[Reviewed]) -> usize {
    let mut last: BTreeMap<&str, u32> = BTreeMap::new();
    reviews.iter().filter(|review| last.insert(&review.family, review.day).is_some_and(|day| day < review.day)).count()
}

/// Parameters fitted to a learner's answers; `None` while there are fewer than [`ENOUGH_REVIEWS`] reviews, or if the
/// optimizer finds nothing in them.
#[must_use]
pub fn optimize(reviews: &[Reviewed]) -> Option<Parameters> {
    if reviews_made(reviews) < ENOUGH_REVIEWS {
        return None;
    }
    let train_set = items(reviews);
    fsrs::compute_parameters(ComputeParametersInput { train_set, ..ComputeParametersInput::default() }).ok()
}

/// The reviews as the optimizer takes them: each with all that came before it on its card, up to [`LONGEST_HISTORY`].
fn items(reviews: &[Reviewed]) -> Vec<FSRSItem> {
    let mut histories: BTreeMap<&str, (Vec<FSRSReview>, u32)> = BTreeMap::new();
    let mut items = Vec::new();
    for review in reviews {
        let (history, last) = histories.entry(&review.family).or_insert_with(|| (Vec::new(), review.day));
        let delta_t = review.day.saturating_sub(*last);
        *last = review.day;
        if history.len() == LONGEST_HISTORY {
            continue;
        }
        history.push(FSRSReview { rating: review.rating as u32, delta_t });
        if history.len() > 1 && delta_t > 0 {
            items.push(FSRSItem { reviews: history.clone() });
        }
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    fn review(family: &str, day: u32, rating: Rating) -> Reviewed {
        Reviewed { family: family.to_owned(), day, rating }
    }

    #[test]
    fn a_lucky_guess_is_again_and_sure_after_a_proof_is_easy() {
        assert_eq!(rating(true, "guess", true), Rating::Again);
        assert_eq!(rating(false, "sure", true), Rating::Again);
        assert_eq!(rating(true, "unsure", false), Rating::Hard);
        assert_eq!(rating(true, "sure", false), Rating::Good);
        assert_eq!(rating(true, "", true), Rating::Good);
        assert_eq!(rating(true, "sure", true), Rating::Easy);
    }

    #[test]
    fn what_was_known_better_is_due_later_and_forgetting_goes_on() {
        let due =
            |rating| Cards::of(&[review("a", 100, rating)], &default_parameters()).unwrap().card("a").unwrap().due;
        assert!(due(Rating::Again) <= due(Rating::Hard) && due(Rating::Hard) <= due(Rating::Good));
        assert!(due(Rating::Good) < due(Rating::Easy), "{} {}", due(Rating::Good), due(Rating::Easy));
        let cards = Cards::of(&[review("a", 100, Rating::Good)], &default_parameters()).unwrap();
        let card = cards.card("a").unwrap();
        assert!((cards.recall("a", card.due) - RETENTION).abs() < 0.06, "{}", cards.recall("a", card.due));
        assert!(cards.recall("a", 101) > cards.recall("a", 110) && cards.recall("a", 110) > cards.recall("a", 200));
        assert!(cards.recall("b", 101).abs() < f32::EPSILON);
        let wrong = [review("a", 100, Rating::Again), review("a", 101, Rating::Again)];
        let cards = Cards::of(&wrong, &default_parameters()).unwrap();
        assert!(cards.recall("a", 101).abs() < f32::EPSILON, "what was never known is not recalled");
    }

    #[test]
    fn the_most_forgotten_is_due_first() {
        let cards = Cards::of(
            &[review("known", 5, Rating::Easy), review("new", 9, Rating::Good), review("missed", 8, Rating::Again)],
            &default_parameters(),
        )
        .unwrap();
        assert_eq!(cards.due(60), ["missed", "new", "known"]);
        assert_eq!(cards.due(8), ["missed"]);
    }

    #[test]
    fn parameters_are_fitted_once_there_is_enough() {
        let mut reviews = Vec::new();
        for card in 0..80_u32 {
            for (place, day) in [0, 2, 6, 14].into_iter().enumerate() {
                // A learner who forgets what is longer ago more often.
                let forgot = place > 0 && (card * 7 + day) % 5 == 0;
                let rating = if forgot { Rating::Again } else { Rating::Good };
                reviews.push(review(&format!("c{card}"), day + card % 3, rating));
            }
        }
        reviews.sort_by_key(|review| review.day);
        assert_eq!(reviews_made(&reviews), 240);
        assert_eq!(optimize(&reviews[..100]), None);
        let fitted = optimize(&reviews).unwrap();
        assert_eq!(fitted.len(), 21);
        assert_ne!(fitted, default_parameters());
        assert!(Cards::of(&reviews, &fitted).is_ok());
        assert_eq!(optimize(&reviews).unwrap(), fitted, "the same answers give the same parameters");
    }

    #[test]
    fn a_card_that_was_answered_thousands_of_times_is_fitted_to_its_first_answers() {
        let reviews: Vec<Reviewed> = (0..20_000).map(|day| review("a", day, Rating::Good)).collect();
        let items = items(&reviews);
        assert_eq!((items.len(), items.last().map(|item| item.reviews.len())), (63, Some(64)));
    }

    #[test]
    fn parameters_of_another_kind_are_refused() {
        assert!(Cards::of(&[], &[1.0, 2.0]).unwrap_err().contains("not usable"));
    }
}
