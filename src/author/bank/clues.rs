//! What gives a key away without the stem: options that argue, absolutes, length, place, echoes of the stem, odd forms.

use std::collections::{BTreeMap, BTreeSet};

use super::{BankFigure, BankQuestion, ENOUGH, percent};
use crate::author::english::spaced;
use crate::content::{Choice, Problem};

/// Turns by which an option argues for itself; reasons belong in the why.
const REASONS: &[&str] =
    &["because", "since", "so that", "therefore", "thus", "in order to", "due to", "which means", "to ensure that"];
/// The same, where a comma makes the turn.
const REASONS_AFTER_COMMA: &[&str] = &[", as ", ", which ", ", so ", ", thereby "];
/// Words by which test takers know a wrong option.
const ABSOLUTES: &[&str] = &["always", "never", "only", "all", "every", "any", "none", "must", "cannot", "no"];
/// How much longer the longest option of a question may be than its shortest.
const MOST_RATIO: f64 = 1.6;
/// Up to this many characters, lengths are those of names and figures and say nothing.
const SHORT: usize = 40;
/// The longest share of one length's rank, and the least: an even share, more or less, in percent.
const RANKS: std::ops::RangeInclusive<u32> = 19..=31;
/// The places of a key, as above.
const PLACES: std::ops::RangeInclusive<u32> = 20..=30;

/// What is wrong with the options of a question, taken together.
pub(super) fn problems(item: &BankQuestion<'_>) -> Vec<Problem> {
    let mut problems = Vec::new();
    let lengths = item.options().iter().map(|option| option.text.chars().count());
    let (shortest, longest) = (lengths.clone().min().unwrap_or(0), lengths.max().unwrap_or(0));
    if longest > SHORT && longest as u64 * 10 > shortest as u64 * 16 {
        problems.push(item.problem(format!(
            "its options have {shortest} to {longest} characters; the longest may have {MOST_RATIO} times the shortest"
        )));
    }
    let forms: BTreeSet<Form> = item.options().iter().map(Form::of).collect();
    if forms.len() > 1 {
        let forms: Vec<&str> = forms.into_iter().map(Form::name).collect();
        problems.push(item.problem(format!("its options are not parallel: {}", forms.join(", "))));
    }
    problems
}

/// The outward form of an option.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Form {
    /// One that ends in a full stop.
    Sentence,
    /// A phrase, a name, a figure or code.
    Phrase,
}

impl Form {
    fn of(option: &Choice) -> Self {
        if option.text.trim_end().ends_with('.') { Self::Sentence } else { Self::Phrase }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Sentence => "some end in a full stop",
            Self::Phrase => "some do not",
        }
    }
}

/// The figures of the bank.
pub(super) fn figures(items: &[&BankQuestion<'_>]) -> Vec<BankFigure> {
    let mut figures = vec![
        rates("options that argue for themselves", items, argues),
        rates("options with an absolute word", items, is_absolute),
        ranks("the bank", items),
        places(items),
        echo(items),
    ];
    let mut topics: BTreeMap<&str, Vec<&BankQuestion<'_>>> = BTreeMap::new();
    for item in items {
        topics.entry(&item.question.topic).or_default().push(item);
    }
    let singles = |items: &[&BankQuestion<'_>]| items.iter().filter(|item| item.is_one_of_four()).count();
    let enough = topics.into_iter().filter(|(_, items)| singles(items) >= ENOUGH);
    figures.extend(enough.map(|(topic, items)| ranks(topic, &items)));
    figures
}

/// How often keys and wrong options have a mark: in under 10% of them, and about as often in the one as in the other.
fn rates(name: &str, items: &[&BankQuestion<'_>], has: fn(&str) -> bool) -> BankFigure {
    let options = || items.iter().flat_map(|item| item.options());
    let count = |correct: bool| {
        let all = options().filter(|option| option.correct == correct);
        (all.clone().filter(|option| has(&option.text)).count(), all.count())
    };
    let ((keys, all_keys), (wrong, all_wrong)) = (count(true), count(false));
    let (key_rate, wrong_rate) = (percent(keys, all_keys), percent(wrong, all_wrong));
    // One option more or less is not a difference.
    let one = percent(1, all_keys.min(all_wrong));
    let (low, high) = (key_rate.min(wrong_rate), key_rate.max(wrong_rate));
    BankFigure::new(
        name,
        format!("{key_rate:.1}% of keys ({keys}), {wrong_rate:.1}% of wrong options ({wrong})"),
        "under 10%, and within 1.5 times of each other",
        high < 10.0 && high - one <= low.mul_add(1.5, 0.0),
    )
}

/// Whether an option gives a reason.
fn argues(text: &str) -> bool {
    let (words, small) = (spaced(text), text.to_lowercase());
    REASONS.iter().any(|reason| words.contains(&format!(" {reason} ")))
        || REASONS_AFTER_COMMA.iter().any(|reason| small.contains(reason))
}

/// Whether an option holds an absolute word.
fn is_absolute(text: &str) -> bool {
    let words = spaced(text);
    ABSOLUTES.iter().any(|word| words.contains(&format!(" {word} ")))
}

/// How often the key is the shortest option, the second shortest, and so on.
fn ranks(of: &str, items: &[&BankQuestion<'_>]) -> BankFigure {
    let mut ranks = [0.0_f64; 4];
    let mut count = 0_u32;
    for item in items.iter().filter(|item| item.is_one_of_four()) {
        let mut lengths: Vec<usize> = item.options().iter().map(|option| option.text.chars().count()).collect();
        let Some(key) = item.options().iter().position(|option| option.correct) else { continue };
        let length = lengths[key];
        lengths.sort_unstable();
        // Options of one length share their ranks.
        let shared: Vec<usize> = (0..4).filter(|rank| lengths[*rank] == length).collect();
        let part = 1.0 / f64::from(u32::try_from(shared.len()).unwrap_or(1));
        for rank in shared {
            ranks[rank] += part;
        }
        count += 1;
    }
    let shares = ranks.map(|rank| rank * 100.0 / f64::from(count.max(1)));
    // Half a question more or less is not a difference.
    let slack = 50.0 / f64::from(count.max(1));
    let (least, most) = (f64::from(*RANKS.start()) - slack, f64::from(*RANKS.end()) + slack);
    let told: Vec<String> = shares.iter().map(|share| format!("{share:.0}%")).collect();
    BankFigure::new(
        format!("the key's rank by length, from the shortest: {of} ({count})"),
        told.join(", "),
        format!("each {}% to {}%", RANKS.start(), RANKS.end()),
        shares.iter().all(|share| (least..=most).contains(share)),
    )
}

/// How often the key stands at each place.
fn places(items: &[&BankQuestion<'_>]) -> BankFigure {
    let mut places = [0_usize; 4];
    for item in items.iter().filter(|item| item.is_one_of_four()) {
        if let Some(place) = item.options().iter().position(|option| option.correct) {
            places[place] += 1;
        }
    }
    let all = places.iter().sum();
    let shares = places.map(|count| percent(count, all));
    let (least, most) = (f64::from(*PLACES.start()), f64::from(*PLACES.end()));
    let told: Vec<String> = shares.iter().map(|share| format!("{share:.0}%")).collect();
    BankFigure::new(
        "the key's place, A to D",
        told.join(", "),
        format!("each {least}% to {most}%"),
        shares.iter().all(|share| (least..=most).contains(share)),
    )
}

/// How often the option that shares most words with the stem is the key.
fn echo(items: &[&BankQuestion<'_>]) -> BankFigure {
    let (mut found, mut count) = (0.0_f64, 0_u32);
    for item in items.iter().filter(|item| item.is_one_of_four()) {
        let shown: String = item.question.exhibits.iter().map(|exhibit| exhibit.text.as_str()).collect();
        let stem = content_words(&format!("{} {shown}", item.question.stem));
        let shared: Vec<usize> =
            item.options().iter().map(|option| content_words(&option.text).intersection(&stem).count()).collect();
        let most = shared.iter().max().copied().unwrap_or(0);
        let first: Vec<usize> = (0..shared.len()).filter(|place| shared[*place] == most).collect();
        let right = first.iter().filter(|place| item.options()[**place].correct).count();
        found += f64::from(u32::try_from(right).unwrap_or(0)) / f64::from(u32::try_from(first.len()).unwrap_or(1));
        count += 1;
    }
    let share = found * 100.0 / f64::from(count.max(1));
    BankFigure::new(
        "keys found by the option that repeats most of the stem's words",
        format!("{share:.1}% (chance: 25%)"),
        "at most 32%",
        share <= 32.0,
    )
}

/// The words of a text that carry meaning: three letters or more, and not those that every sentence has.
fn content_words(text: &str) -> BTreeSet<String> {
    const COMMON: &[&str] =
        &["the", "for", "with", "and", "are", "that", "this", "from", "which", "what", "each", "its", "not", "does"];
    let text = spaced(text);
    let words = text.split_whitespace().filter(|word| word.len() > 2 && word.chars().all(char::is_alphabetic));
    words.filter(|word| !COMMON.contains(word)).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_option_that_argues_is_known() {
        assert!(argues("Use a Query because it reads less."));
        assert!(argues("Use a Query, which reads less."));
        assert!(!argues("Keep the condition as it is."));
        assert!(!argues("Read the sincerest item."));
    }

    #[test]
    fn absolutes_are_whole_words() {
        assert!(is_absolute("Read all items."));
        assert!(!is_absolute("Call the allowed operation."));
    }
}
