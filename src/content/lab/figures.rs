//! The figures that a lab's texts may state without having measured them: those of its own story, and those of the service.
//!
//! A debrief is told after a run. What the run came to is a placeholder; any other number must stand in what the learner has
//! read or typed by then ([`Support`]), or be one of the service's own (`DOCUMENTED`). A name that holds a digit (`P-07`) must
//! stand there as well.
//!
//! A sum that is worked out (`60 × 730 = 43,800`) supports its result if it is right.
//!
//! Left out: lines of code, and numbers in words that count nothing a run counts ("twice", "one reason").

use std::collections::{BTreeMap, BTreeSet};

use super::placeholder::{self, Piece};
use super::{Lab, SetupTable, Step};

/// Nouns whose number is a figure of the run: there a number in words counts too.
const COUNTED: [&str; 14] = [
    "rcu",
    "wcu",
    "item",
    "request",
    "page",
    "record",
    "entry",
    "call",
    "attempt",
    "invocation",
    "read",
    "write",
    "query",
    "scan",
];

/// Numbers in words.
const WORDS: [(&str, &str); 11] = [
    ("two", "2"),
    ("three", "3"),
    ("four", "4"),
    ("five", "5"),
    ("six", "6"),
    ("seven", "7"),
    ("eight", "8"),
    ("nine", "9"),
    ("ten", "10"),
    ("eleven", "11"),
    ("twelve", "12"),
];

/// Figures of the service's documentation, by what they count. No lab has to measure them.
/// Source: AWS documentation, "Quotas in Amazon DynamoDB", "Read and write operations", "Time to live", "DynamoDB Streams".
const DOCUMENTED: [(&str, &[&str]); 19] = [
    // The blocks of reads and writes, an item, a page, a batch or transaction, a collection or partition.
    ("kb", &["1", "2", "4", "8", "400"]),
    ("mb", &["1", "4", "6", "16"]),
    ("gb", &["10"]),
    // One block read in each way, one block written in each way, and what a partition serves.
    ("rcu", &["0.5", "1", "2", "3000"]),
    ("wcu", &["1", "2", "1000"]),
    ("unit", &["3000", "1000"]),
    // BatchWriteItem, BatchGetItem and transactions; what an SDK tries.
    ("item", &["1", "25", "100"]),
    // 4,000 a second is what a new table on demand takes from the start.
    ("write", &["25", "100", "4000"]),
    ("put", &["25"]),
    ("attempt", &["3", "4"]),
    ("record", &["100", "1000", "10000"]),
    // How long a stream keeps records and a token holds; the burst; a function's time.
    ("hour", &["24", "48"]),
    ("minute", &["5", "10", "15"]),
    ("second", &["300"]),
    ("day", &["7", "35"]),
    ("index", &["5", "20"]),
    ("word", &["573"]),
    // What an event source mapping begins with.
    ("batchsize", &["100"]),
    ("maximumretryattempts", &["1"]),
];

/// Names with digits that are not a lab's own.
const NAMES: [&str; 4] = ["s3", "boto3", "2012-10-17", "n+1"];

/// The most names with digits that a text is looked through for; one more is supported by nothing.
const MOST_NAMES: usize = 64;

/// What supports the figures of a text: everything that the learner has read or typed before it.
#[derive(Clone, Debug, Default)]
pub struct Support {
    numbers: BTreeSet<String>,
    /// The numbers in words.
    in_words: BTreeSet<&'static str>,
    /// Everything, in small letters: names are looked for in it.
    words: String,
}

impl Support {
    /// What is known when the step at `place` has been read, before anything is typed in it.
    #[must_use]
    pub fn of(lab: &Lab, place: usize) -> Self {
        let mut support = Self::default();
        support.add(&lab.intro);
        support.add(&lab.watch);
        lab.before.iter().for_each(|line| support.add(line));
        lab.setup.iter().for_each(|table| support.add_setup(table));
        support.add(&lab.load.as_ref().map(|load| format!("{load:?}")).unwrap_or_default());
        for step in lab.steps.iter().take(place + 1) {
            support.add_step(step);
        }
        support
    }

    /// Adds a text that the learner has read, or a line that was typed.
    pub fn add(&mut self, text: &str) {
        self.numbers.extend(numbers(text));
        self.add_words(text);
    }

    fn add_words(&mut self, text: &str) {
        let text = text.to_lowercase();
        let known = text.split(|letter: char| !letter.is_alphanumeric()).filter_map(in_words);
        self.in_words.extend(known);
        self.words.push_str(&text);
        self.words.push('\n');
    }

    /// About how much work it is to look for the names of a text in it, in bytes.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.words.len()
    }

    fn add_step(&mut self, step: &Step) {
        step.setup.iter().for_each(|table| self.add_setup(table));
        for text in [&step.title, &step.why, &step.text, &step.task].into_iter().chain(&step.given).chain(&step.before)
        {
            self.add(text);
        }
        if let Some(predict) = &step.predict {
            self.add(&predict.ask);
            predict.choices.iter().for_each(|choice| self.add(choice));
        }
        for said in step.meanwhile.iter().filter_map(|meanwhile| meanwhile.say.as_ref()) {
            self.add(said);
        }
        let loads = step.load.iter().map(|load| format!("{load:?}"));
        let seen = step.dashboard.iter().map(|dashboard| format!("{dashboard:?}"));
        let asked = step.question.iter().map(|question| format!("{question:?}"));
        loads.chain(seen).chain(asked).for_each(|text| self.add(&text));
    }

    fn add_setup(&mut self, table: &SetupTable) {
        self.add(&table.create.to_string());
        for generate in &table.generate {
            self.numbers.insert(generate.count.to_string());
            // Names are drawn from the template; its numbers are none that a learner reads.
            for value in generate.item.values() {
                self.add_words(&value.to_string());
            }
        }
        if !table.items.is_empty() {
            self.numbers.insert(table.items.len().to_string());
        }
        table.items.iter().for_each(|item| self.add(&item.to_string()));
    }

    /// The first figure of a text's own words that nothing supports, neither this nor what was `typed`: `211 RCU`.
    #[must_use]
    pub fn lacks(&self, typed: &Self, text: &str) -> Option<String> {
        let is_code = |line: &&str| line.starts_with("    ");
        let prose: Vec<&str> = text.lines().filter(|line| !is_code(line)).collect();
        let prose = prose.join("\n");
        let literal: String = placeholder::pieces(&prose)
            .into_iter()
            .map(|piece| if let Piece::Text(text) = piece { text } else { "{}" })
            .collect();
        let words: Vec<&str> = literal.split_whitespace().collect();
        let known = [self, typed];
        let is_known = |number: &str| known.iter().any(|it| it.numbers.contains(number));
        // Each name is looked for once, and only so many are: it is looked for in everything.
        let mut names: BTreeMap<String, bool> = BTreeMap::new();
        let worked_out: BTreeSet<String> = (0..words.len()).filter_map(|at| worked_out(&words, at)).collect();
        (0..words.len()).find_map(|at| {
            let around = [at.wrapping_sub(1), at + 1, at + 2].map(|at| words.get(at).copied().unwrap_or_default());
            let [_, noun, _] = around;
            let is_documented = |number: &str| around.iter().any(|noun| is_documented(number, noun));
            let is_lacking = match TextToken::of(words[at]) {
                TextToken::Number(number) => {
                    !is_known(&number) && !worked_out.contains(&number) && !is_documented(&number)
                }
                TextToken::InWords(number) => {
                    COUNTED.contains(&singular(noun).as_str())
                        && !is_known(number)
                        && !known.iter().any(|it| it.in_words.contains(number))
                        && !is_documented(number)
                }
                TextToken::Name(name) if NAMES.contains(&name.as_str()) => false,
                TextToken::Name(name) => {
                    let has_room = names.len() < MOST_NAMES;
                    !*names
                        .entry(name)
                        .or_insert_with_key(|name| has_room && known.iter().any(|it| it.words.contains(name.as_str())))
                }
                TextToken::Word => false,
            };
            is_lacking.then(|| format!("{} {}", bare(words[at]), bare(noun)).trim_end().to_owned())
        })
    }
}

/// The number behind an equals sign at `at`, if the sum before it comes to that: products and sums, as they are written.
fn worked_out(words: &[&str], at: usize) -> Option<String> {
    if words[at] != "=" {
        return None;
    }
    let value = |word: &str| {
        if let TextToken::Number(number) = TextToken::of(word) { number.parse::<f64>().ok() } else { None }
    };
    let result = words.get(at + 1)?;
    // From the last operand back to the first; a product is kept until a plus ends it.
    let mut place = at.checked_sub(1)?;
    let (mut sum, mut product) = (0.0, value(words[place])?);
    while place >= 2 {
        let Some(before) = value(words[place - 2]) else { break };
        match words[place - 1] {
            "×" => product *= before,
            "+" => {
                sum += product;
                product = before;
            }
            _ => break,
        }
        place -= 2;
    }
    let TextToken::Number(stated) = TextToken::of(result) else { return None };
    let decimals = stated.split_once('.').map_or(0, |(_, rest)| rest.len());
    let rounding = 0.5 * 0.1_f64.powi(i32::try_from(decimals).unwrap_or(0));
    // What is halfway may be rounded either way.
    ((sum + product - stated.parse::<f64>().ok()?).abs() <= rounding * 1.01).then_some(stated)
}

/// A word of a text.
enum TextToken {
    /// Digits, as they are compared.
    Number(String),
    /// A number in words.
    InWords(&'static str),
    /// Letters and digits: the name of something.
    Name(String),
    Word,
}

impl TextToken {
    fn of(word: &str) -> Self {
        let word = bare(word);
        if !word.contains(|letter: char| letter.is_ascii_digit()) {
            return in_words(&word.to_lowercase()).map_or(Self::Word, Self::InWords);
        }
        let number = word.strip_prefix('-').unwrap_or(word);
        if number.chars().all(|letter| letter.is_ascii_digit() || ",.".contains(letter)) {
            return Self::Number(plain(number));
        }
        Self::Name(word.trim_end_matches("'s").to_lowercase())
    }
}

/// A word without what stands around it.
fn bare(word: &str) -> &str {
    let is_around = |letter: char| !letter.is_ascii_alphanumeric();
    let end = word.trim_end_matches(is_around);
    let begin = end.trim_start_matches(is_around);
    // The sign of a number is its own.
    let is_negative =
        begin.starts_with(|first: char| first.is_ascii_digit()) && end[..end.len() - begin.len()].ends_with('-');
    if is_negative { &end[end.len() - begin.len() - 1..] } else { begin }
}

/// Whether a number of these things is one of the service's own.
fn is_documented(number: &str, noun: &str) -> bool {
    let noun = singular(noun);
    DOCUMENTED.iter().any(|(name, figures)| noun == *name && figures.contains(&number))
}

/// A noun in small letters and in the singular.
fn singular(noun: &str) -> String {
    let noun = bare(noun).to_lowercase();
    let stem = noun.strip_suffix("ies").map(|stem| format!("{stem}y"));
    let stem = stem.or_else(|| noun.strip_suffix("xes").map(|stem| format!("{stem}x")));
    stem.unwrap_or_else(|| noun.strip_suffix('s').map(str::to_owned).unwrap_or(noun))
}

/// The digits of a number in words; `None` for any other word.
fn in_words(word: &str) -> Option<&'static str> {
    WORDS.iter().find(|(known, _)| *known == word).map(|(_, number)| *number)
}

/// The numbers of a text, without the commas of thousands.
fn numbers(text: &str) -> BTreeSet<String> {
    let is_part = |letter: char| letter.is_ascii_digit() || letter == ',' || letter == '.';
    let runs = text.split(|letter: char| !is_part(letter)).map(|run| run.trim_matches([',', '.']));
    runs.filter(|run| run.starts_with(|first: char| first.is_ascii_digit())).map(plain).collect()
}

/// Whether a number, as it is spelled (`0.5`, `6,000`), stands in a text.
#[must_use]
pub fn has_number(text: &str, number: &str) -> bool {
    numbers(text).contains(&plain(number))
}

/// A number as it is compared: without the commas of thousands, and without what says nothing.
fn plain(number: &str) -> String {
    let number = number.replace(',', "");
    match number.split_once('.') {
        Some((whole, rest)) if rest.bytes().all(|digit| digit == b'0') => whole.to_owned(),
        _ => number,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_need_support() {
        let mut support = Support::default();
        support.add("All 6,000 orders of P-07, 12 of hers; two clerks.");
        assert_eq!(numbers("All 6,000 orders, 12.50 of hers: 4.0"), ["12.50", "4", "6000"].map(str::to_owned).into());
        let lacks = |text: &str| support.lacks(&Support::default(), text);
        assert_eq!(lacks("It read 6,000 items for 211 RCU in {pages} requests, 0.5 RCU each.").unwrap(), "211 RCU");
        assert_eq!(lacks("A page ends after 1 MB. {read.items items} were read, 12."), None);
        assert_eq!(lacks("P-08 and P-07's stock, -1").unwrap(), "P-08 and");
        assert_eq!(lacks("It took three requests, for two reasons.").unwrap(), "three requests");
        assert_eq!(lacks("Two requests of two clerks, for three reasons."), None, "two stands in the story");
        assert_eq!(lacks("A partition serves 3,000 RCU or 1,000 WCU, and 2,000 WCU").unwrap(), "2,000 WCU");
        assert_eq!(lacks("The stock is -5").unwrap(), "-5");
        let typed = {
            let mut typed = Support::default();
            typed.add("scan --limit 7 --table-name T-9, three of them");
            typed
        };
        assert_eq!(support.lacks(&typed, "T-9 and P-07: 7, 12, and three requests"), None);
        let names = |count: usize| (0..count).map(|number| format!("n{number}")).collect::<Vec<_>>().join(" ") + " ";
        let mut many = Support::default();
        many.add(&names(MOST_NAMES + 1));
        assert_eq!(many.lacks(&typed, &names(MOST_NAMES).repeat(3)), None);
        assert_eq!(many.lacks(&typed, &names(MOST_NAMES + 1)).unwrap(), format!("n{MOST_NAMES}"));
        support.add("60 WCU, 730 hours, $0.00065");
        let lacks = |text: &str| support.lacks(&Support::default(), text);
        assert_eq!(lacks("They are 60 × 730 × $0.00065 = $28.47 a month, or $28.47."), None);
        assert_eq!(lacks("They are 60 × 730 × $0.00065 = $28.57 a month.").unwrap(), "28.57 a");
        assert_eq!(lacks("12 × 60 + 730 = 1,450 and 12 + 60 × 730 = 43,812"), None);
        assert_eq!(lacks("In code:\n\n    wait(77)\n\nA table has at most 20 global indexes."), None);
    }
}
