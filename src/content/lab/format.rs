//! What the types of a lab cannot say: how many of what, what belongs together, what must not be empty.

use serde::Serialize;
use serde_json::Value;

use super::requirement::{ConditionWanted, Demand, Moment, Over, Request, Requirement};
use super::{FORMAT, Lab, NearMiss, Predict, Reporter, Step, lint};
use crate::clock::Timestamp;
use crate::content::Problem;
use crate::content::limits::{
    MOST_CHOICE_BYTES, MOST_CHOICES, MOST_COMPARED, MOST_LINES, MOST_REQUIREMENTS, MOST_STATED, MOST_STATED_BYTES,
    MOST_STEPS, MOST_TOLD_BYTES, MOST_VARIANTS, MOST_WAYS,
};

/// The least number of right ways of a step.
const LEAST_RIGHT: usize = 2;
/// The least number of wrong ways of a step.
const LEAST_WRONG: usize = 3;
/// The number of hints of a step.
const HINTS: usize = 3;
/// The number of questions of a lab.
const QUESTIONS: usize = 3;

impl Lab {
    /// Makes the challenge the last step, all of a case unguided, and the first right way of each step its solution.
    pub(super) fn prepared(mut self) -> Self {
        if let Some(mut challenge) = self.challenge.take() {
            challenge.is_challenge = true;
            self.steps.push(*challenge);
        }
        for step in &mut self.steps {
            let first = step.right_ways.first().map(super::Lines::all).unwrap_or_default();
            step.solution = first.into_iter().map(|line| line.trim().to_owned()).collect();
            step.is_challenge |= self.case.is_some();
        }
        self
    }

    /// Checks what the types cannot say, and prepares the lab; every problem is told at the line of the field it is about.
    pub(super) fn check_format(self, file: &str, text: &str) -> Result<Self, Vec<Problem>> {
        let mut reporter = Reporter { file, text, problems: Vec::new() };
        reporter.check_head(&self);
        reporter.check_size(&self)?;
        if self.questions.len() != QUESTIONS {
            reporter.report("questions:", format!("expected {QUESTIONS} questions, found {}", self.questions.len()));
        }
        match &self.challenge {
            None if self.par.is_some() => reporter.report("par:", "par is that of a challenge, and there is none"),
            _ => {}
        }
        let lab = self.prepared();
        for line in lint::cut_texts(text) {
            reporter.report(
                line,
                "YAML takes what is behind \" #\" for a comment: quote the text, or write it as a block (|)",
            );
        }
        reporter.check_setup(&lab.setup);
        if let Some(code) = &lab.code {
            reporter.check_code(code);
        }
        for load in lab.steps.iter().filter_map(|step| step.load.as_ref()).chain(&lab.load) {
            reporter.check_load(load);
        }
        for step in &lab.steps {
            reporter.check_points(step, lab.case);
        }
        for (place, step) in lab.steps.iter().enumerate() {
            if lab.steps[..place].iter().any(|earlier| earlier.id == step.id) {
                reporter.report(&format!("id: {}", step.id), format!("there are two steps called {}", step.id));
            }
            reporter.check_step(step);
        }
        for way in &lab.compare {
            if !lab.steps.iter().any(|step| step.id == way.step) {
                reporter.report(&format!("step: {}", way.step), format!("there is no step called {}", way.step));
            }
        }
        lint::check(&lab, &mut |needle, message| reporter.report(needle, message));
        if reporter.problems.is_empty() { Ok(lab) } else { Err(reporter.problems) }
    }
}

/// How many things a requirement states, its members and the elements of its lists, and how many bytes its names and texts
/// have.
fn stated(requirement: &impl Serialize) -> (usize, usize) {
    size(&serde_json::to_value(requirement).unwrap_or_default())
}

fn size(value: &Value) -> (usize, usize) {
    let add = |(things, bytes): (usize, usize), (more, texts): (usize, usize)| (things + more, bytes + texts);
    match value {
        // What is not given.
        Value::Null => (0, 0),
        Value::Object(map) => {
            let members = map.iter().filter(|(_, inner)| !inner.is_null());
            members.map(|(name, inner)| add((0, name.len()), size(inner))).fold((1, 0), add)
        }
        Value::Array(list) => list.iter().map(size).fold((1, 0), add),
        Value::String(text) => (1, text.len()),
        Value::Bool(_) | Value::Number(_) => (1, 0),
    }
}

impl Reporter<'_> {
    /// What says what the file is: its format, its name, that it has steps.
    fn check_head(&mut self, lab: &Lab) {
        if lab.format_version != FORMAT {
            self.report("format_version", format!("expected format_version: {FORMAT}, found {}", lab.format_version));
        }
        if self.file.rsplit('/').next() != Some(&format!("{}.yaml", lab.name)) {
            self.report("name:", format!("expected the name of the file, found {}", lab.name));
        }
        if lab.steps.is_empty() {
            self.report("steps:", "expected at least one step");
        }
    }

    /// Checks that a lab is no larger than a lab may be. What is larger is not looked at any further: a lab is held against
    /// itself in many ways, and is played step by step and way by way.
    pub(super) fn check_size(&mut self, lab: &Lab) -> Result<(), Vec<Problem>> {
        let before = self.problems.len();
        let mut most = |needle: &str, most: usize, what: &str, found: usize| {
            if found > most {
                self.report(needle, format!("expected at most {most} {what}, found {found}"));
            }
        };
        most("steps:", MOST_STEPS, "steps", lab.steps.len() + usize::from(lab.challenge.is_some()));
        most("outro:", MOST_TOLD_BYTES, "bytes of the outro", lab.outro.len());
        most("compare:", MOST_COMPARED, "rows of compare", lab.compare.len());
        let labels = lab.compare.iter().map(|way| way.label.len()).sum();
        most("compare:", MOST_TOLD_BYTES, "bytes of the labels of compare", labels);
        most("variants:", MOST_VARIANTS, "variants", lab.variants.len());
        for step in lab.steps.iter().chain(lab.challenge.as_deref()).take(MOST_STEPS) {
            let (here, place) = (format!("id: {}", step.id), step.place());
            let of = |what: &str| format!("{what} in {place}");
            most(&here, MOST_WAYS, &of("ways, right and wrong,"), step.right_ways.len() + step.wrong_ways.len());
            most(&here, MOST_REQUIREMENTS, &of("requirements"), step.done.len());
            most(&here, MOST_REQUIREMENTS, &of("near misses"), step.near_misses.len());
            let ways = step.right_ways.iter().chain(step.wrong_ways.iter().map(|way| &way.lines));
            let longest = ways.map(|way| way.all().len()).max().unwrap_or_default();
            most(&here, MOST_LINES, &of("lines of a way"), longest);
            most(&here, MOST_REQUIREMENTS, &of("meanwhile"), step.meanwhile.len());
            let meanwhile =
                step.meanwhile.iter().map(|meanwhile| meanwhile.lines.all().len()).max().unwrap_or_default();
            most(&here, MOST_REQUIREMENTS, &of("lines of a meanwhile"), meanwhile);
            let done = step.done.iter().map(stated);
            let near = step.near_misses.iter().map(|near| stated(&(&near.when, &near.state)));
            let after = step.meanwhile.iter().map(|meanwhile| stated(&meanwhile.after));
            let (things, bytes): (Vec<usize>, Vec<usize>) = done.chain(near).chain(after).unzip();
            let largest = |all: Vec<usize>| all.into_iter().max().unwrap_or_default();
            most(&here, MOST_STATED, &of("things stated by a requirement, near miss or meanwhile"), largest(things));
            let said = step.near_misses.iter().map(|near| near.say.len());
            let said = said.chain(step.meanwhile.iter().filter_map(|it| it.say.as_ref()).map(String::len));
            let told = said.chain([step.debrief.len()]).max().unwrap_or_default();
            most(&here, MOST_TOLD_BYTES, &of("bytes of a debrief, or of what is said,"), told);
            let choices = step.predict.iter().flat_map(|predict| &predict.choices);
            most(&here, MOST_CHOICES, &of("choices"), choices.clone().count());
            most(
                &here,
                MOST_CHOICE_BYTES,
                &of("bytes of a choice"),
                choices.map(String::len).max().unwrap_or_default(),
            );
            most(
                &here,
                MOST_STATED_BYTES,
                &of("bytes of texts of a requirement, near miss or meanwhile"),
                largest(bytes),
            );
        }
        if self.problems.len() > before { Err(std::mem::take(&mut self.problems)) } else { Ok(()) }
    }

    fn check_step(&mut self, step: &Step) {
        let here = format!("id: {}", step.id);
        let place = step.place();
        let mut wrong = |is_wrong: bool, message: String| {
            if is_wrong {
                self.report(&here, format!("{place} {message}"));
            }
        };
        wrong(step.done.is_empty(), "needs requirements (done)".to_owned());
        let (right, bad) = (step.right_ways.len(), step.wrong_ways.len());
        wrong(right < LEAST_RIGHT, format!("needs at least {LEAST_RIGHT} right_ways, found {right}"));
        wrong(bad < LEAST_WRONG, format!("needs at least {LEAST_WRONG} wrong_ways, found {bad}"));
        wrong(step.right_ways.iter().any(|way| way.all().is_empty()), "has a right way without a line".to_owned());
        if step.is_challenge {
            wrong(
                !step.hints.is_empty() || step.given.is_some(),
                "is the challenge: no hints, nothing given".to_owned(),
            );
        } else {
            wrong(step.why.trim().is_empty(), "needs why: what broke, what it cost, in one line".to_owned());
            wrong(step.why.trim().contains('\n'), "has a why of more than one line".to_owned());
            wrong(step.hints.len() != HINTS, format!("needs exactly {HINTS} hints, found {}", step.hints.len()));
            let almost = step.hints.get(HINTS - 1).is_none_or(|hint| hint.contains("___"));
            wrong(!almost, "has a third hint without a gap (___): the whole command is for :solution".to_owned());
            let is_early = step.hints.iter().take(HINTS - 1).any(|hint| hint.contains("___"));
            wrong(is_early, "gives the command away before the third hint".to_owned());
        }
        if let Some(predict) = &step.predict {
            wrong(
                !predict.is_sound(),
                "predicts with exactly one of measure (and unit) and right (among choices)".to_owned(),
            );
        }
        for requirement in &step.done {
            self.check_requirement(requirement);
        }
        if let Some(want) = torn(&step.done) {
            let told = "it and another requirement each ask for a part of one transaction, which two requests would do as well: state them of one write, with \"with\"";
            self.report(&format!("want: {want}"), told);
        }
        for near in &step.near_misses {
            self.check_near_miss(near);
        }
        for meanwhile in &step.meanwhile {
            if let Some(fault) = meanwhile.after.fault(false) {
                self.report(&here, format!("{place}: meanwhile: {fault}"));
            }
        }
        self.check_setup(&step.setup);
    }

    fn check_requirement(&mut self, requirement: &Requirement) {
        let needle = format!("want: {}", requirement.want);
        if requirement.kinds() != 1 {
            self.report(&needle, "expected exactly one of state, returned, process, spent and any_of");
        }
        for demand in requirement.demands() {
            if let Some(fault) = demand.fault() {
                self.report(&needle, fault);
            }
        }
        let stated = serde_json::to_value(requirement).unwrap_or_default();
        if let Some(test) = test_in_wire_form(&stated) {
            self.report(
                &needle,
                format!("{test} stands in place of a whole value: {{{test}: …}}, not within its type"),
            );
        }
    }

    fn check_near_miss(&mut self, near: &NearMiss) {
        let needle = near.say.lines().next().unwrap_or_default();
        if near.when.is_none() && near.state.is_none() && near.invoked.is_none() {
            self.report(needle, "a near miss is known by a request (when), a state, or an invocation (invoked)");
        }
        if let Some(fault) = near.when.as_ref().and_then(|when| when.fault(false)) {
            self.report(needle, fault);
        }
    }
}

/// Operations whose parts are done together or not at all.
const TRANSACTIONS: [&str; 2] = ["TransactWriteItems", "ExecuteTransaction"];

/// A requirement that asks for a write in a transaction beside another one that asks for a write of another item: what is to
/// be one request can then be put together from two.
fn torn(done: &[Requirement]) -> Option<&str> {
    let writes = |requirement: &Requirement| -> Vec<Request> {
        let moments = requirement.demands().into_iter().flat_map(|demand| demand.process);
        moments.filter_map(|moment| moment.write.or(moment.request)).filter(|it| !it.key.is_empty()).collect()
    };
    let is_transaction = |it: &Request| !it.by.is_empty() && it.by.iter().all(|verb| TRANSACTIONS.contains(&&**verb));
    let item = |it: &Request| (it.table.clone(), it.key.clone());
    done.iter().enumerate().find_map(|(place, requirement)| {
        let own = writes(requirement);
        let whole = own.iter().find(|it| is_transaction(it))?;
        let others = done.iter().enumerate().filter(|(other, _)| *other != place).flat_map(|(_, other)| writes(other));
        others.into_iter().any(|other| item(&other) != item(whole)).then_some(requirement.want.as_str())
    })
}

/// The names of tests, which stand in place of a value.
const TESTS: [&str; 9] =
    ["exists", "not", "one_of", "at_least", "at_most", "begins_with", "contains", "of_type", "secret"];
/// The names of types in the wire form.
const TYPES: [&str; 10] = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS", "L", "M"];

/// A test within a value's wire form (`{S: {secret: x}}`), where it would be taken for a part of the value.
fn test_in_wire_form(value: &Value) -> Option<&'static str> {
    let only = |value: &Value| {
        let map = value.as_object()?;
        let (name, inner) = map.iter().next().filter(|_| map.len() == 1)?;
        Some((name.clone(), inner.clone()))
    };
    let of_this = only(value).filter(|(name, _)| TYPES.contains(&name.as_str())).and_then(|(_, inner)| {
        let (name, _) = only(&inner)?;
        TESTS.into_iter().find(|test| *test == name)
    });
    of_this.or_else(|| match value {
        Value::Object(map) => map.values().find_map(test_in_wire_form),
        Value::Array(list) => list.iter().find_map(test_in_wire_form),
        _ => None,
    })
}

impl Demand {
    fn fault(&self) -> Option<String> {
        if self.kinds() == 0 {
            return Some("expected state, returned, process or spent".to_owned());
        }
        if self.state.as_ref().is_some_and(|state| state.kinds() != 1) {
            return Some("expected exactly one kind of state".to_owned());
        }
        let clock = self.state.as_ref().and_then(|state| state.clock.as_ref());
        let moments = clock.iter().flat_map(|clock| [&clock.until, &clock.from]).flatten();
        if let Some(text) = moments.into_iter().find(|text| Timestamp::from_text(text).is_none()) {
            return Some(format!("expected a moment in UTC such as 2026-06-03T12:00, found {text}"));
        }
        let moments = self.process.iter().find_map(Moment::fault);
        let spent = self.spent.as_ref().and_then(|spent| {
            let is_empty = spent.rcu.is_none() && spent.wcu.is_none() && spent.requests.is_none();
            let own = is_empty.then(|| "expected rcu, wcu or requests under spent".to_owned());
            own.or_else(|| spent.of.as_ref()?.fault(false))
        });
        self.returned.as_ref().and_then(|returned| returned.fault(true)).or(moments).or(spent)
    }
}

impl Moment {
    fn fault(&self) -> Option<String> {
        if self.kinds() != 1 {
            return Some("expected exactly one of read, write, request, traffic, invoked and never".to_owned());
        }
        if (self.after.is_some() || self.again || self.same_condition) && self.never.is_some() {
            return Some(
                "after, again and same_condition speak of the moment before, and never has no place in the order"
                    .to_owned(),
            );
        }
        if self.spans && self.invoked.is_none() {
            return Some("spans speaks of an invocation".to_owned());
        }
        let gathers = self.read.as_ref().filter(|read| read.over == Some(Over::Step) && !read.once);
        let read = gathers.map(|read| Request { over: None, ..read.clone() }).or_else(|| self.read.clone());
        [&read, &self.write, &self.request, &self.never].into_iter().flatten().find_map(|it| it.fault(false))
    }
}

impl Request {
    /// What is wrong with it; `is_returned` says whether it stands under `returned`.
    fn fault(&self, is_returned: bool) -> Option<String> {
        if !is_returned && (self.over.is_some() || self.once) {
            return Some(
                "over and once belong to returned alone, over: step to the read of a moment as well".to_owned(),
            );
        }
        // Any typing mistake is refused with a ValidationException; it must not complete a step.
        if self.error.as_deref() == Some("ValidationException") && self.about.is_empty() {
            return Some("a ValidationException needs about, or any mistake is taken for it".to_owned());
        }
        let asks_of_one = |it: &ConditionWanted| it.on.is_none() && (it.equals.is_some() || it.absent.is_some());
        let parts = std::iter::once(self).chain(&self.with);
        if parts.filter_map(|part| part.condition.as_ref()).any(asks_of_one) {
            return Some("equals and absent need on, the attribute that they speak of".to_owned());
        }
        let moments = self.clock.iter().flat_map(|clock| [&clock.until, &clock.from]).flatten();
        if let Some(text) = moments.into_iter().find(|text| Timestamp::from_text(text).is_none()) {
            return Some(format!("expected a moment in UTC such as 2026-06-03T12:00, found {text}"));
        }
        if let Some(other) = self.with.iter().find(|other| !other.is_a_part()) {
            let key = serde_json::to_string(&other.key).unwrap_or_default();
            return Some(format!(
                "with speaks of parts of the same request, by their effect, table, key, condition and change alone: {key}"
            ));
        }
        if self.once && self.over == Some(Over::Step) {
            return Some("once asks for one line, and over: step for all".to_owned());
        }
        None
    }
}

impl Request {
    /// Whether it states only what can be said of a part of a request.
    fn is_a_part(&self) -> bool {
        let Self { effect, table, key, condition, changed, old, new, is, computes, .. } = self.clone();
        *self == Self { effect, table, key, condition, changed, old, new, is, computes, ..Self::default() }
    }
}

impl Predict {
    fn is_sound(&self) -> bool {
        let number = self.measure.is_some() && self.unit.is_some() && self.right.is_none() && self.choices.is_empty();
        let right = self.right.as_ref().is_some_and(|right| self.choices.contains(right));
        let chosen = self.choices.len() > 1 && (right != self.measure.is_some());
        number || chosen
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn requests_that_ask_for_too_little_are_refused() {
        let fault = |yaml: &str| serde_yaml::from_str::<Request>(yaml).unwrap().fault(false).unwrap_or_default();
        assert!(fault("{error: ValidationException}").contains("needs about"));
        assert!(fault("{condition: {equals: 1}}").contains("need on"));
        assert!(fault("{with: [{condition: {absent: true}}]}").contains("need on"));
        assert!(fault("{once: true}").contains("belong to returned alone"));
        assert_eq!(fault("{condition: {on: n, equals: 1}}"), "");
        let moment: Moment = serde_yaml::from_str("{write: {table: T}, spans: true}").unwrap();
        assert_eq!(moment.fault().as_deref(), Some("spans speaks of an invocation"));
    }
}
