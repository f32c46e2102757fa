//! A reader of options alone: how often a small model finds the key without the stem.
//!
//! Naive Bayes over words, pairs of words, length, rank, place, clauses and absolutes. It learns from nine tenths of the
//! questions and is asked about the last tenth, ten times over, several times with other tenths. What it finds beyond one
//! in four, the options give away. Source: Naive Bayes with add-one smoothing, Manning, Raghavan and Schütze, Introduction to
//! Information Retrieval, chapter 13.

use std::collections::{BTreeSet, HashMap};

use super::{BankFigure, BankQuestion, percent};
use crate::author::english::spaced;
use crate::chance::Chance;

/// Into how many parts the questions are cut.
const TENTHS: usize = 10;
/// How often they are cut, each time in another way: the mean of so many says more than one.
const ROUNDS: u64 = 5;
/// The most keys that may be found among four options, in percent.
const MOST_FOUND: f64 = 32.0;
/// A mark that was seen more rarely than this says nothing.
const LEAST_SEEN: u32 = 2;

/// The share of keys that the model finds; nothing if there are too few questions to learn from.
pub(super) fn figure(items: &[&BankQuestion<'_>]) -> Option<BankFigure> {
    let questions: Vec<Vec<Marked>> =
        items.iter().filter(|item| item.is_one_of_four()).map(|item| marked(item)).collect();
    if questions.len() < 10 * TENTHS {
        return None;
    }
    let found: usize = (1..=ROUNDS).map(|seed| found(&questions, seed)).sum();
    let asked = questions.len() * usize::try_from(ROUNDS).unwrap_or(1);
    let share = percent(found, asked);
    Some(BankFigure::new(
        format!("keys found from the options alone, by a model ({} questions, {ROUNDS} rounds)", questions.len()),
        format!("{share:.1}% (chance: 25%)"),
        format!("at most {MOST_FOUND:.0}%"),
        share <= MOST_FOUND,
    ))
}

/// An option as the model sees it.
struct Marked {
    marks: BTreeSet<String>,
    correct: bool,
}

/// How many keys are found when the questions are cut by this seed.
fn found(questions: &[Vec<Marked>], seed: u64) -> usize {
    let mut order: Vec<usize> = (0..questions.len()).collect();
    Chance::seeded(seed).shuffle(&mut order);
    let part = |tenth: usize, asked: bool| {
        let places = order.iter().enumerate().filter(move |(at, _)| (at % TENTHS == tenth) == asked);
        places.map(|(_, place)| &questions[*place]).collect::<Vec<_>>()
    };
    let right = |tenth: usize| {
        let model = GuesserModel::learnt(&part(tenth, false));
        part(tenth, true).into_iter().filter(|options| model.guess(options).is_some_and(|guess| guess.correct)).count()
    };
    (0..TENTHS).map(right).sum()
}

/// What was learnt: how often each mark was seen in keys and in wrong options.
struct GuesserModel<'a> {
    seen: HashMap<&'a str, [u32; 2]>,
    options: [u32; 2],
}

impl<'a> GuesserModel<'a> {
    fn learnt(questions: &[&'a Vec<Marked>]) -> Self {
        let mut model = Self { seen: HashMap::new(), options: [0, 0] };
        for option in questions.iter().flat_map(|options| options.iter()) {
            let side = usize::from(option.correct);
            model.options[side] += 1;
            option.marks.iter().for_each(|mark| model.seen.entry(mark).or_default()[side] += 1);
        }
        model
    }

    /// The option that looks most like a key.
    fn guess<'b>(&self, options: &'b [Marked]) -> Option<&'b Marked> {
        options.iter().max_by(|one, other| self.weight(one).total_cmp(&self.weight(other)))
    }

    /// How much more often its marks were seen in keys, as a logarithm. Marks are added in their order, so that the sum is
    /// the same to the last bit every time.
    fn weight(&self, option: &Marked) -> f64 {
        let known = option.marks.iter().filter_map(|mark| self.seen.get(mark.as_str()));
        let said = known.filter(|seen| seen[0] + seen[1] >= LEAST_SEEN);
        let rate = |seen: u32, all: u32| (f64::from(seen + 1) / f64::from(all + 2)).ln();
        said.map(|seen| rate(seen[1], self.options[1]) - rate(seen[0], self.options[0])).sum()
    }
}

/// The options of a question, each with its marks.
fn marked(item: &BankQuestion<'_>) -> Vec<Marked> {
    let options = item.options();
    let words: Vec<Vec<String>> =
        options.iter().map(|option| spaced(&option.text).split_whitespace().map(str::to_owned).collect()).collect();
    let mut lengths: Vec<usize> = options.iter().map(|option| option.text.len()).collect();
    lengths.sort_unstable();
    let mark = |place: usize| {
        let (text, own) = (&options[place].text, &words[place]);
        let mut marks: BTreeSet<String> = own.iter().map(|word| format!("word {word}")).collect();
        marks.extend(own.windows(2).map(|pair| format!("pair {} {}", pair[0], pair[1])));
        marks.extend(own.first().map(|word| format!("first {word}")));
        marks.insert(format!("place {place}"));
        marks.insert(format!("rank {:?}", lengths.iter().position(|length| *length == text.len())));
        marks.insert(format!("words {}", (own.len() / 4).min(8)));
        marks.insert(format!("clauses {}", text.matches([',', ';']).count().min(3)));
        marks.insert(format!("code {}", text.contains(['=', '(', '{', '['])));
        let others: BTreeSet<&String> =
            words.iter().enumerate().filter(|(other, _)| *other != place).flat_map(|(_, words)| words).collect();
        let distinct: BTreeSet<&String> = own.iter().collect();
        let shared = distinct.intersection(&others).count();
        marks.insert(format!("shared {}", shared * 4 / distinct.len().max(1)));
        Marked { marks, correct: options[place].correct }
    };
    (0..options.len()).map(mark).collect()
}
