//! A quiz that is killed again and again until it is through.

use super::attack::{Talk, factor, micros, report, seed};
use super::{ANSWERS, LETTERS, Moment, Progress, is_acknowledged};
use dynadrill::chance::Chance;

/// Questions of a quiz.
const QUESTIONS: usize = 5;

/// The number of the question that a program asks, by its newest heading: `Question 3 of 5`.
fn asked(text: &str) -> Option<usize> {
    let heading = text.lines().rev().find_map(|line| line.strip_prefix("Question "))?;
    heading.split(' ').next()?.parse().ok()
}

/// A quiz over all its lives.
struct Quiz {
    home: tempfile::TempDir,
    /// Where its questions are drawn from.
    seed: u64,
    /// How many of its answers are known to be kept. Questions are asked in order, so these are the first ones.
    known: usize,
    /// Whether an answer more may be kept, because the program was killed before it acknowledged it.
    in_flight: bool,
}

/// How a life of a quiz ended.
enum End {
    /// It was killed.
    Killed,
    /// All its questions are answered.
    Through,
}

impl Quiz {
    fn new(seed: u64) -> Self {
        Self { home: tempfile::tempdir().unwrap(), seed, known: 0, in_flight: false }
    }

    /// Goes on with it, or begins it if nothing of it was kept; `None` if it has ended.
    fn open(&mut self) -> Option<Talk> {
        let talk = Talk::start(self.home.path(), &["quiz", "--plain", "--resume"]);
        let talk = if talk.prompted().is_some() {
            talk
        } else {
            let (_, said) = talk.finish();
            if self.is_over() {
                return None;
            }
            assert_eq!(self.known, 0, "the quiz is gone with its acknowledged answers: {said}");
            let talk = Talk::start(self.home.path(), &self.arguments());
            talk.prompted().unwrap();
            talk
        };
        let at = asked(&talk.all()).unwrap();
        let fits = at == self.known + 1 || (self.in_flight && at == self.known + 2);
        assert!(fits, "question {at} is asked though {} answers were acknowledged", self.known);
        (self.known, self.in_flight) = (at - 1, false);
        Some(talk)
    }

    fn arguments(&self) -> [String; 6] {
        let words = ["quiz", "--plain", "-n", &QUESTIONS.to_string(), "--seed", &self.seed.to_string()];
        words.map(str::to_owned)
    }

    fn is_over(&self) -> bool {
        let session = Progress::open(self.home.path()).and_then(|file| file.session("practice"));
        session.is_some_and(|(_, ended)| ended)
    }

    /// Answers so many questions, and is killed over the next one if it is to be.
    fn live(&mut self, mut talk: Talk, answers: usize, kill: Option<&mut Killer>) -> End {
        let mut left = answers;
        let mut kill = kill;
        while self.known < QUESTIONS {
            for letters in LETTERS {
                if let Some(killer) = kill.take_if(|_| left == 0 && letters == "A") {
                    let said = killer.strike(self.home.path(), talk, letters);
                    self.in_flight = !is_acknowledged(&said);
                    self.known += usize::from(!self.in_flight);
                    killer.acknowledged += usize::from(!self.in_flight);
                    return End::Killed;
                }
                let began = micros();
                let reply = talk.ask(letters);
                // The program ends by itself after the last answer, or offers its proof.
                if reply.as_deref().is_none_or(is_acknowledged) {
                    if let Some(killer) = &mut kill {
                        killer.answer_micros = micros() - began;
                        killer.acknowledged += 1;
                    }
                    self.known += 1;
                    break;
                }
            }
            left = left.saturating_sub(1);
        }
        talk.finish();
        End::Through
    }

    /// Each question must have one answer, in their order.
    fn check(&self) {
        let file = Progress::open(self.home.path()).unwrap();
        file.check();
        let answered: Vec<String> = file.answers().into_iter().map(|(question, _)| question).collect();
        let (questions, ended) = file.session("practice").unwrap();
        assert!(ended, "all questions are answered, and the quiz is still open");
        assert_eq!(answered, questions, "every question must have one answer");
    }
}

/// What kills, and counts.
struct Killer {
    chance: Chance,
    kills: usize,
    acknowledged: usize,
    answer_micros: u64,
}

impl Killer {
    fn strike(&mut self, home: &std::path::Path, talk: Talk, line: &str) -> String {
        self.kills += 1;
        Moment::draw(&mut self.chance, self.answer_micros, ANSWERS).strike(home, talk, line)
    }
}

#[test]
fn an_acknowledged_answer_of_a_quiz_is_kept_once_and_its_question_is_not_asked_again() {
    let wanted = 16 * factor();
    report(&format!("quiz: seed {}", seed()));
    let mut killer = Killer { chance: Chance::seeded(seed()), kills: 0, acknowledged: 0, answer_micros: 20_000 };
    let mut quizzes = 0;
    while killer.kills < wanted {
        let mut quiz = Quiz::new(killer.chance.between(0, 1_000_000));
        // The start of the program, where it makes its file, is as good a moment as any.
        let starting = Talk::start(quiz.home.path(), &quiz.arguments());
        Moment::After(killer.chance.between(0, 60_000)).strike(quiz.home.path(), starting, "");
        killer.kills += 1;
        while let Some(talk) = quiz.open() {
            let answers = usize::try_from(killer.chance.between(0, 1)).unwrap();
            let kill = Some(&mut killer).filter(|killer| killer.kills < wanted);
            if matches!(quiz.live(talk, answers, kill), End::Through) {
                break;
            }
        }
        quiz.check();
        quizzes += 1;
    }
    let Killer { kills, acknowledged, .. } = killer;
    report(&format!("quiz: {kills} kills, {quizzes} quizzes to their end, {acknowledged} acknowledged answers"));
}
