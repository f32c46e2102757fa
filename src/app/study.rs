//! What to ask next, and where the learner stands: the answers so far, turned into sessions, reviews and figures.

use std::collections::BTreeMap;

use super::start::Estimate;
use crate::clock::Timestamp;
use crate::content::{Lab, Library, Question};
use crate::generate;
use crate::progress::{Logged, Summary, settings};
use crate::quiz::{AnswerHistory, Asked, Graded, Mix, Order, Purpose, Selection, Session, select};
use crate::readiness::{Calibration, FirstSight, Readiness, readiness};
use crate::review::{self, Cards, Parameters, Reviewed, StudyPlan, day, plan, rating};

/// The questions of a first look at where the learner stands.
const DIAGNOSTIC: usize = 12;
/// The questions of a quiz that is started from the screens.
pub const QUIZ_LENGTH: usize = 10;
/// The fewest answers that a topic is judged by.
const FEW: u64 = 5;
/// The most days that a course of readiness has points for.
const MOST_DAYS: usize = 90;
/// Milliseconds of a minute.
const MINUTE: u64 = 60_000;
/// The setting that fitted review parameters are kept under.
pub const PARAMETERS: &str = settings::PARAMETERS.name;
/// The setting that says how many reviews they rest on.
pub const FITTED: &str = settings::FITTED.name;

/// An exam's length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// 20 questions in 40 minutes.
    Short,
    /// 65 questions in 130 minutes, as the real one.
    Full,
}

impl Length {
    /// How many questions it has.
    #[must_use]
    pub const fn questions(self) -> usize {
        match self {
            Self::Short => 20,
            Self::Full => 65,
        }
    }

    /// How long it may take, in minutes.
    #[must_use]
    pub const fn minutes(self) -> u64 {
        match self {
            Self::Short => 40,
            Self::Full => 130,
        }
    }
}

/// Every question that may be asked: the bank, and of each generated family the one that the seed gives.
#[must_use]
pub fn pool(library: &Library, seed: u64) -> Vec<Question> {
    let generated = generate::families().into_iter().filter_map(|family| family.question(seed));
    library.questions.iter().cloned().chain(generated).collect()
}

/// Whether questions of a family can be asked still: a newer bank may have dropped them.
#[must_use]
pub fn is_there(library: &Library, family: &str) -> bool {
    let written = || library.questions.iter().any(|question| question.family_name() == family);
    generate::families().iter().any(|known| known.id == family) || written()
}

/// The question called `id`, in the bank, among the imported ones or generated.
#[must_use]
pub fn find(library: &Library, imported: &[Question], id: &str) -> Option<Question> {
    let written = library.question(id).or_else(|| imported.iter().find(|question| question.id == id));
    written.cloned().or_else(|| generate::question(id))
}

/// A first look: questions of every topic in turn, of middle difficulty.
#[must_use]
pub fn diagnostic(pool: &[Question], seed: u64) -> Session {
    let middling: Vec<Question> = pool.iter().filter(|question| question.difficulty <= 2).cloned().collect();
    let selection = Selection { count: DIAGNOSTIC, seed, ..Selection::default() };
    Session::new(Purpose::Diagnostic, &select(&middling, &selection, None), seed)
}

/// An exam: the mix of kinds, difficulties and domains that the exam has, all topics interleaved. Of questions that fit the
/// mix as well, those that were never seen come first.
#[must_use]
pub fn exam(pool: &[Question], history: &AnswerHistory, length: Length, seed: u64) -> Session {
    let mix = Some(Mix::EXAM);
    let selection = Selection { count: length.questions(), seed, order: Order::Mixed, mix, ..Selection::default() };
    Session::exam(&select(pool, &selection, Some(history)), seed, length.minutes() * MINUTE)
}

/// A review: what is due, the most forgotten first, topics interleaved as far as they go.
#[must_use]
pub fn due(cards: &Cards, pool: &[Question], today: u32, count: usize, seed: u64) -> Session {
    let families: Vec<&str> = cards.due(today);
    let of = |family: &&str| pool.iter().find(|question| question.family_name() == *family).cloned();
    let questions: Vec<Question> = families.iter().filter_map(of).take(count).collect();
    Session::new(Purpose::Review, &questions, seed)
}

/// The answers as reviews; those to imported questions are the learner's own affair, but reviewed as well.
#[must_use]
pub fn reviewed(log: &[Logged]) -> Vec<Reviewed> {
    let review = |logged: &Logged| Reviewed {
        family: logged.family.clone(),
        day: day(logged.at),
        rating: rating(logged.correct, &logged.confidence, logged.is_proof_seen),
    };
    log.iter().map(review).collect()
}

/// The review parameters of a setting; everybody's, if there is none or it is damaged.
#[must_use]
pub fn parameters(setting: Option<&str>) -> Parameters {
    let fitted = setting.and_then(|text| serde_json::from_str::<Parameters>(text).ok());
    fitted.filter(|fitted| fitted.len() == 21).unwrap_or_else(review::default_parameters)
}

/// Parameters to be fitted anew, and to how many reviews: once there are enough, and when half as many have come since.
/// `fitted` is the number of reviews that the present ones rest on.
#[must_use]
pub fn refit(log: &[Logged], fitted: Option<&str>) -> Option<(Parameters, usize)> {
    let reviews = reviewed(log);
    let made = review::reviews_made(&reviews);
    let before = fitted.and_then(|count| count.parse::<usize>().ok()).unwrap_or(0);
    if made < review::ENOUGH_REVIEWS || made < before.saturating_add(before / 2) {
        return None;
    }
    Some((review::optimize(&reviews)?, made))
}

/// The cards that the answers have left.
///
/// # Errors
/// The parameters are none of FSRS-6.
pub fn cards(log: &[Logged], setting: Option<&str>) -> Result<Cards, String> {
    Cards::of(&reviewed(log), &parameters(setting))
}

/// The plan for an exam on a day.
///
/// # Errors
/// As for [`cards`].
pub fn plan_until(
    library: &Library,
    log: &[Logged],
    setting: Option<&str>,
    now: Timestamp,
    exam: Timestamp,
) -> Result<StudyPlan, String> {
    Ok(plan(&cards(log, setting)?, &pool(library, 0), day(now), day(exam)))
}

/// How ready the learner is, from questions that were new, imported ones left out.
#[must_use]
pub fn ready(library: &Library, log: &[Logged]) -> Readiness {
    let counts = |logged: &&Logged| logged.first_sight && logged.is_verified;
    let answers: Vec<FirstSight> = log
        .iter()
        .filter(counts)
        .map(|logged| FirstSight { topic: logged.topic.clone(), correct: logged.correct })
        .collect();
    readiness(&answers, &weights(library))
}

/// How the estimate of readiness went: at the end of each day from which on there is one, the last days at most.
#[must_use]
pub fn readiness_by_day(library: &Library, log: &[Logged]) -> Vec<Estimate> {
    let mut days: Vec<(u32, usize)> = Vec::new();
    for (at, logged) in log.iter().enumerate() {
        let today = day(logged.at);
        match days.last_mut().filter(|(last, _)| *last >= today) {
            Some((_, end)) => *end = at + 1,
            None => days.push((today, at + 1)),
        }
    }
    let first = days.len().saturating_sub(MOST_DAYS);
    let estimate = |(day, end): &(u32, usize)| match ready(library, &log[..*end]) {
        Readiness::NotEnough { .. } => None,
        Readiness::Estimate { share, low, high, .. } => Some(Estimate { day: *day, share, low, high }),
    };
    days[first..].iter().filter_map(estimate).collect()
}

/// Each topic's share of the bank.
fn weights(library: &Library) -> BTreeMap<String, f64> {
    let mut weights = BTreeMap::new();
    for question in &library.questions {
        *weights.entry(question.topic.clone()).or_insert(0.0) += 1.0;
    }
    weights
}

/// How often answers were right, by how sure they were.
#[must_use]
pub fn calibration(log: &[Logged]) -> Calibration {
    let mut calibration = Calibration::default();
    for logged in log {
        calibration.count(&logged.confidence, logged.correct);
    }
    calibration
}

/// Questions that the learner was sure of and wrong about when last asked, the newest first.
#[must_use]
pub fn sure_and_wrong(log: &[Logged]) -> Vec<&str> {
    let mut last: BTreeMap<&str, (usize, &Logged)> = BTreeMap::new();
    for (place, logged) in log.iter().enumerate() {
        last.insert(&logged.question, (place, logged));
    }
    let wrong = |logged: &Logged| !logged.correct && logged.confidence == "sure";
    let mut found: Vec<(usize, &str)> =
        last.into_iter().filter(|(_, (_, logged))| wrong(logged)).map(|(id, (place, _))| (place, id)).collect();
    found.sort_by_key(|(place, _)| std::cmp::Reverse(*place));
    found.into_iter().map(|(_, id)| id).collect()
}

/// A lab on more claims than this sums up: it is about none of them in particular.
const MANY_CLAIMS: usize = 10;

/// The lab that is most about some claims, the first of them before the others: the nearer to the head of a lab's own list
/// a claim stands, the more the lab is about it. Labs that teach come before those in which what was learned is used: a
/// design under load, a fault to be found, a case on time, a program.
fn lab_on<'a>(library: &'a Library, claims: &[String]) -> Option<&'a str> {
    let place = |lab: &Lab, claim: &String| {
        let at = lab.claims.iter().position(|known| known == claim)?;
        // Shares of the list, in thousandths.
        let is_used = lab.steps.iter().any(|step| step.load.is_some() || step.dashboard.is_some());
        let is_used = is_used || lab.load.is_some() || lab.case.is_some() || lab.code.is_some();
        Some((is_used, lab.claims.len() > MANY_CLAIMS, at * 1000 / lab.claims.len()))
    };
    let best = |claim: &String| {
        let placed = library.labs.iter().filter_map(|lab| Some((place(lab, claim)?, lab)));
        placed.min_by_key(|(place, _)| *place).map(|(_, lab)| lab.name.as_str())
    };
    claims.iter().find_map(best)
}

/// The lab in which a trap's truth can be seen.
#[must_use]
pub fn lab_for<'a>(library: &'a Library, trap: &str) -> Option<&'a str> {
    lab_on(library, &library.trap(trap)?.claims)
}

/// The topic with the lowest share of right answers, among those with a few.
#[must_use]
pub fn weakest<'a>(library: &'a Library, summary: &Summary) -> Option<&'a str> {
    let known = |topic: &&str| summary.by_topic.get(*topic).is_some_and(|tally| tally.answers >= FEW);
    // Shares are compared in thousandths; the first of equals wins.
    let share =
        |topic: &&str| summary.by_topic.get(*topic).map_or(0, |tally| tally.correct * 1000 / tally.answers.max(1));
    library.question_topics().into_iter().filter(known).min_by_key(share)
}

/// The lab in which what a question asks can be seen.
#[must_use]
pub fn lab_of<'a>(library: &'a Library, question: &Question) -> Option<&'a str> {
    lab_on(library, &question.claims)
}

/// The lab that an answer leads to, named and opened by the same rule: the one about the belief behind what was chosen, else the one
/// about what the question asks.
#[must_use]
pub fn lab_after<'a>(library: &'a Library, asked: &Asked, graded: &Graded) -> Option<&'a str> {
    let mut chosen = graded.chosen.iter().filter_map(|at| asked.shown.get(*at)).filter(|shown| !shown.option.correct);
    let belief = chosen.find_map(|shown| lab_for(library, shown.option.trap.as_ref()?));
    belief.or_else(|| lab_of(library, &asked.question))
}

/// The questions that exercise a claim.
#[must_use]
pub fn of_claim(pool: &[Question], claim: &str) -> Vec<Question> {
    pool.iter().filter(|question| question.claims.iter().any(|known| known == claim)).cloned().collect()
}

/// The date of a moment, given in milliseconds since 1970: `2026-11-24`.
#[must_use]
pub fn date_of(at: u64) -> String {
    super::text::date(day(Timestamp::from_millis(at)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::content::{self, Source};

    /// How many questions of an exam belong somewhere.
    fn share(exam: &Session, is: impl Fn(&Question) -> bool) -> usize {
        exam.questions().filter(|asked| is(&asked.question)).count()
    }

    #[test]
    fn an_exam_has_the_mix_of_the_exam_whatever_the_pool_holds_most_of() {
        let library = content::load(&Source::Embedded).0;
        for seed in [1, 2, 3, 99, 12_345] {
            let exam = exam(&pool(&library, seed), &AnswerHistory::new(), Length::Full, seed);
            assert_eq!(exam.len(), 65);
            // 25% of 65 are 16.25; the mix is met to within two questions.
            let multiple = share(&exam, |question| question.choose > 1);
            assert!((15..=18).contains(&multiple), "{seed}: {multiple} with several right answers");
            for (level, wanted) in [(1, 14..=18), (2, 30..=35), (3, 14..=18)] {
                let found = share(&exam, |question| question.difficulty == level);
                assert!(wanted.contains(&found), "{seed}: {found} of difficulty {level}");
            }
            for (domain, wanted) in [("1.", 44..=48), ("2.", 7..=11), ("4.", 8..=12)] {
                let found = share(&exam, |question| question.skills[0].starts_with(domain));
                assert!(wanted.contains(&found), "{seed}: {found} of domain {domain}");
            }
            // Every topic with a tenth of the bank or more is asked about, and no topic is most of the exam.
            for topic in library.question_topics() {
                let all = library.questions.len();
                let held = library.questions.iter().filter(|question| question.topic == topic).count();
                let found = share(&exam, |question| question.topic == topic);
                assert!(held * 10 < all || found > 0, "{seed}: nothing about {topic}");
                assert!(found * 2 < 65, "{seed}: {found} about {topic}");
            }
        }
    }

    #[test]
    fn what_was_never_seen_is_asked_first_where_the_mix_allows_it() {
        let library = content::load(&Source::Embedded).0;
        let pool = pool(&library, 7);
        let first = exam(&pool, &AnswerHistory::new(), Length::Full, 7);
        let seen: AnswerHistory =
            first.questions().map(|asked| (asked.question.family_name().to_owned(), (true, 1))).collect();
        let second = exam(&pool, &seen, Length::Full, 7);
        let again = share(&second, |question| seen.contains_key(question.family_name()));
        assert!(again <= 8, "{again} of 65 are asked again, though {} others are there", pool.len() - seen.len());
        let multiple = share(&second, |question| question.choose > 1);
        assert!((14..=18).contains(&multiple), "{multiple} with several right answers");
    }

    #[test]
    fn readiness_is_estimated_for_the_last_days_only_however_many_there_were() {
        const DAYS: usize = 400;
        let library = content::load(&Source::Embedded).0;
        let answer = |at: usize| {
            let question = &library.questions[at % library.questions.len()];
            Logged {
                at: Timestamp::from_millis(at as u64 * 86_400_000),
                question: question.id.clone(),
                family: question.family_name().to_owned(),
                topic: question.topic.clone(),
                correct: !at.is_multiple_of(3),
                first_sight: true,
                mode: "quiz".to_owned(),
                confidence: "sure".to_owned(),
                is_verified: true,
                is_proof_seen: false,
            }
        };
        let log: Vec<Logged> = (0..DAYS).map(answer).collect();
        let shown = readiness_by_day(&library, &log);
        let days: Vec<u32> = shown.iter().map(|estimate| estimate.day).collect();
        assert_eq!(days, (DAYS - MOST_DAYS..DAYS).map(|day| u32::try_from(day).unwrap()).collect::<Vec<_>>());
        // The last day's estimate is that of all answers, not of those in the last days.
        let Readiness::Estimate { share, low, high, .. } = ready(&library, &log) else {
            panic!("400 answers are enough")
        };
        assert_eq!(shown.last(), Some(&Estimate { day: 399, share, low, high }));
    }
}
