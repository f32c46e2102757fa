//! `--query`: which part of a response is printed, a JMESPath expression.
//!
//! The life of an expression: its length and its operators are counted before it is parsed, because the parser and the
//! interpreter go one call deeper for each; before it is evaluated it is worked out what it could make of the response
//! at most ([`Growth`]), because a list of twice the same, taken thirty times, is a thousand million.
//!
//! Source: JMESPath specification; AWS CLI user guide, "Filtering output".

use jmespath::ast::Ast;
use serde_json::Value;

use super::error::CliError;

/// The longest expression, in bytes.
const MOST_BYTES: usize = 4096;
/// The most operators of an expression, each of which may be a level of nesting.
const MOST_OPERATORS: usize = 256;
/// What begins a level of nesting.
const OPERATORS: [char; 7] = ['.', '[', '(', '{', '!', '&', '|'];
/// The longest step of a slice: with longer ones the interpreter's own arithmetic overflows.
const MOST_STEP: u32 = 1_000_000_000;
/// The most bytes of JSON that an expression may make of a response, on the way or in the end: 256 MB.
const MOST_MADE: f64 = 256.0 * 1024.0 * 1024.0;

/// How many bytes take as long as a value, and how many values are looked at in a step.
const BYTES_OF_A_VALUE: f64 = 64.0;
const VALUES_OF_A_STEP: f64 = 64.0;

/// An expression that may be evaluated.
#[derive(Debug)]
pub(super) struct JmesQuery(jmespath::Expression<'static>);

impl JmesQuery {
    /// Reads an expression.
    ///
    /// # Errors
    /// It is none, or too long or too deep.
    pub(super) fn read(text: &str) -> Result<Self, CliError> {
        let refused = |reason: &str| CliError::new(format!("--query is not a JMESPath expression: {reason}"));
        if text.len() > MOST_BYTES {
            return Err(CliError::new(format!("--query may have {MOST_BYTES} bytes at most, found {}", text.len())));
        }
        let operators = text.matches(OPERATORS).count();
        if operators > MOST_OPERATORS {
            let list = OPERATORS.map(String::from).join(" ");
            let message = format!("--query may have {MOST_OPERATORS} of {list} at most, found {operators}");
            return Err(CliError::new(message));
        }
        let compiled = jmespath::compile(text).or_else(|error| jmespath::compile(&with_texts(text)).map_err(|_| error));
        let query = compiled.map_err(|error| refused(error.to_string().lines().next().unwrap_or_default()))?;
        match longest_step(query.as_ast()) {
            0..=MOST_STEP => Ok(Self(query)),
            step => Err(refused(&format!("expected a slice with a step of {MOST_STEP} at most, found {step}"))),
        }
    }

    /// The work of selecting from a response, in steps: each of its parts looks at what there is, or at what was made.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is at least 1, and rounded down")]
    pub(super) fn steps(&self, response: &Value) -> u64 {
        let size = Size::of(response);
        let made = Growth::of(self.0.as_ast()).peak.of(size);
        if made.bytes > MOST_MADE {
            // It will not be evaluated.
            return 1;
        }
        let looked_at = size.values.max(made.values) + size.bytes.max(made.bytes) / BYTES_OF_A_VALUE;
        ((looked_at * nodes(self.0.as_ast()) / VALUES_OF_A_STEP) as u64).saturating_add(1)
    }

    /// The part of a response that it selects.
    ///
    /// # Errors
    /// It cannot be evaluated on this response, or could make too much of it.
    pub(super) fn select(&self, response: &Value) -> Result<Value, CliError> {
        let failed = |error: &dyn std::fmt::Display| {
            let reason = error.to_string();
            CliError::new(format!("--query cannot be evaluated: {}", reason.lines().next().unwrap_or_default()))
        };
        let made = Growth::of(self.0.as_ast()).peak.of(Size::of(response)).bytes;
        if made > MOST_MADE {
            let message = "--query could make far more of this response than can be printed; take a part of it first";
            return Err(CliError::new(message));
        }
        let found = self.0.search(response).map_err(|error| failed(&error))?;
        serde_json::to_value(&*found).map_err(|error| failed(&error))
    }
}

/// How many expressions an expression is made of, itself included.
fn nodes(ast: &Ast) -> f64 {
    parts(ast).into_iter().map(nodes).fold(1.0, |sum, nodes| sum + nodes)
}

/// The longest step of a slice in an expression, in either direction.
fn longest_step(ast: &Ast) -> u32 {
    let own = if let Ast::Slice { step, .. } = ast { step.unsigned_abs() } else { 0 };
    parts(ast).into_iter().map(longest_step).fold(own, u32::max)
}

/// The expressions that an expression is made of.
fn parts(ast: &Ast) -> Vec<&Ast> {
    match ast {
        Ast::Field { .. } | Ast::Identity { .. } | Ast::Index { .. } | Ast::Slice { .. } | Ast::Literal { .. } => {
            vec![]
        }
        Ast::Expref { ast: node, .. }
        | Ast::Flatten { node, .. }
        | Ast::ObjectValues { node, .. }
        | Ast::Not { node, .. } => vec![node],
        Ast::Subexpr { lhs, rhs, .. }
        | Ast::Projection { lhs, rhs, .. }
        | Ast::Comparison { lhs, rhs, .. }
        | Ast::And { lhs, rhs, .. }
        | Ast::Or { lhs, rhs, .. }
        | Ast::Condition { predicate: lhs, then: rhs, .. } => vec![lhs, rhs],
        Ast::MultiList { elements, .. } => elements.iter().collect(),
        Ast::MultiHash { elements, .. } => elements.iter().map(|one| &one.value).collect(),
        Ast::Function { args, .. } => args.iter().collect(),
    }
}

/// How large a value is.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Size {
    /// Bytes of its JSON.
    bytes: f64,
    /// Values in it, itself included.
    values: f64,
}

impl Size {
    #[expect(clippy::cast_precision_loss, reason = "what fits memory is far below 2^53")]
    fn of(value: &Value) -> Self {
        let sum = |sizes: &mut dyn Iterator<Item = Self>| {
            let one = Self { bytes: 2.0, values: 1.0 };
            sizes.fold(one, |sum, one| Self { bytes: sum.bytes + one.bytes, values: sum.values + one.values })
        };
        match value {
            Value::Array(list) => sum(&mut list.iter().map(|one| Self { bytes: 1.0, values: 0.0 }.plus(Self::of(one)))),
            Value::Object(map) => sum(&mut map
                .iter()
                .map(|(name, one)| Self { bytes: text_bytes(name) + 2.0, values: 0.0 }.plus(Self::of(one)))),
            Value::String(text) => Self { bytes: text_bytes(text), values: 1.0 },
            other => Self { bytes: other.to_string().len() as f64, values: 1.0 },
        }
    }

    fn plus(self, other: Self) -> Self {
        Self { bytes: self.bytes + other.bytes, values: self.values + other.values }
    }
}

/// The bytes of a text in JSON: six for a control character, two for what takes a backslash.
#[expect(clippy::cast_precision_loss, reason = "what fits memory is far below 2^53")]
fn text_bytes(text: &str) -> f64 {
    let escaped = text.bytes().map(|byte| match byte {
        0..0x20 => 6,
        b'"' | b'\\' => 2,
        _ => 1,
    });
    escaped.sum::<usize>() as f64 + 2.0
}

/// What a value is at most made to: so many times its bytes, and so many bytes for each of its values, and so many more;
/// so many times its values, and so many more.
#[derive(Clone, Copy, Debug, PartialEq)]
struct SizeBound {
    per_byte: f64,
    per_value: f64,
    more: f64,
    values: f64,
    more_values: f64,
}

impl SizeBound {
    /// What is handed on, in whole or in part.
    const SAME: Self = Self { per_byte: 1.0, per_value: 0.0, more: 0.0, values: 1.0, more_values: 0.0 };
    /// Nothing.
    const NONE: Self = Self { per_byte: 0.0, per_value: 0.0, more: 0.0, values: 0.0, more_values: 0.0 };

    /// A value of so many bytes, whatever it is made from.
    const fn constant(bytes: f64) -> Self {
        Self { more: bytes, more_values: bytes, ..Self::NONE }
    }

    fn of(self, size: Size) -> Size {
        Size {
            bytes: self.per_byte * size.bytes + self.per_value * size.values + self.more,
            values: self.values * size.values + self.more_values,
        }
    }

    /// This, made of what `first` makes.
    fn after(self, first: Self) -> Self {
        Self {
            per_byte: self.per_byte * first.per_byte,
            per_value: self.per_byte * first.per_value + self.per_value * first.values,
            more: self.per_byte * first.more + self.per_value * first.more_values + self.more,
            values: self.values * first.values,
            more_values: self.values * first.more_values + self.more_values,
        }
    }

    /// This, made of each element of a list.
    fn each(self) -> Self {
        Self {
            per_byte: self.per_byte,
            per_value: self.per_value + self.more + 1.0,
            more: 2.0,
            values: self.values + self.more_values,
            more_values: 1.0,
        }
    }

    fn plus(self, other: Self) -> Self {
        self.zip(other, |one, other| one + other)
    }

    fn max(self, other: Self) -> Self {
        self.zip(other, f64::max)
    }

    fn zip(self, other: Self, with: impl Fn(f64, f64) -> f64) -> Self {
        Self {
            per_byte: with(self.per_byte, other.per_byte),
            per_value: with(self.per_value, other.per_value),
            more: with(self.more, other.more),
            values: with(self.values, other.values),
            more_values: with(self.more_values, other.more_values),
        }
    }
}

/// What an expression makes of a value at most.
#[derive(Clone, Copy, Debug)]
struct Growth {
    /// In the end.
    result: SizeBound,
    /// On the way or in the end.
    peak: SizeBound,
}

impl Growth {
    const fn with(result: SizeBound) -> Self {
        Self { result, peak: result }
    }

    fn of(ast: &Ast) -> Self {
        match ast {
            Ast::Field { .. } | Ast::Identity { .. } | Ast::Index { .. } | Ast::Slice { .. } => {
                Self::with(SizeBound::SAME)
            }
            Ast::Literal { value, .. } => Self::with(SizeBound::constant(text_bytes(&value.to_string()))),
            Ast::Expref { ast, .. } => Self::of(ast),
            Ast::Flatten { node, .. } | Ast::ObjectValues { node, .. } => Self::of(node),
            Ast::Not { node, .. } => Self::of(node).plus(Self::with(SizeBound::constant(5.0))),
            Ast::Subexpr { lhs, rhs, .. } => Self::of(rhs).after(Self::of(lhs)),
            Ast::Projection { lhs, rhs, .. } => Self::of(rhs).each().after(Self::of(lhs)),
            Ast::Comparison { lhs, rhs, .. } | Ast::And { lhs, rhs, .. } | Ast::Or { lhs, rhs, .. } => {
                Self::of(lhs).plus(Self::of(rhs)).plus(Self::with(SizeBound::constant(5.0)))
            }
            Ast::Condition { predicate, then, .. } => Self::of(predicate).plus(Self::of(then)),
            Ast::MultiList { elements, .. } => Self::sum(elements.iter().map(|one| (1.0, one))),
            Ast::MultiHash { elements, .. } => {
                Self::sum(elements.iter().map(|one| (text_bytes(&one.key) + 2.0, &one.value)))
            }
            Ast::Function { name, args, .. } => Self::function(name, args),
        }
    }

    /// All of these in a list or map, each with so many bytes beside it.
    fn sum<'a>(parts: impl IntoIterator<Item = (f64, &'a Ast)>) -> Self {
        let begun = Self::with(SizeBound { more: 2.0, more_values: 1.0, ..SizeBound::NONE });
        parts.into_iter().fold(begun, |sum, (beside, one)| {
            sum.plus(Self::with(SizeBound { more: beside, ..SizeBound::NONE })).plus(Self::of(one))
        })
    }

    fn function(name: &str, args: &[Ast]) -> Self {
        match (name, args) {
            ("map", [with, list]) => Self::of(with).each().after(Self::of(list)),
            ("sort_by" | "max_by" | "min_by", [list, by]) => {
                let keys = Self::of(by).each().after(Self::of(list));
                Self::of(list).plus(keys)
            }
            // What is quoted once more has its quotes and backslashes doubled.
            ("to_string", [value]) => {
                Self::with(SizeBound { per_byte: 2.0, more: 2.0, ..SizeBound::SAME }).after(Self::of(value))
            }
            ("join", [Ast::Literal { value, .. }, list]) => {
                let per_value = text_bytes(&value.to_string());
                Self::with(SizeBound { per_value, ..SizeBound::SAME }).after(Self::of(list))
            }
            // As long a text between as many elements as the response may have.
            ("join", _) => Self::with(SizeBound { per_byte: f64::INFINITY, ..SizeBound::SAME }),
            _ => Self::sum(args.iter().map(|one| (24.0, one))),
        }
    }

    fn after(self, first: Self) -> Self {
        let result = self.result.after(first.result);
        Self { result, peak: first.peak.max(self.peak.after(first.result)) }
    }

    fn each(self) -> Self {
        Self { result: self.result.each(), peak: self.peak.each() }
    }

    fn plus(self, other: Self) -> Self {
        Self { result: self.result.plus(other.result), peak: self.peak.plus(other.peak) }
    }
}

/// An expression whose literals in backticks are texts where they are no JSON, as the AWS CLI takes them.
fn with_texts(text: &str) -> String {
    let pieces: Vec<&str> = text.split('`').collect();
    let last = pieces.len() - 1;
    let literal = |inner: &str| {
        if serde_json::from_str::<Value>(inner).is_ok() {
            inner.to_owned()
        } else {
            Value::from(inner.trim()).to_string()
        }
    };
    // What stands behind the last backtick, or behind one that is not closed, is no literal.
    let piece =
        |(at, piece): (usize, &&str)| if at % 2 == 1 && at < last { literal(piece) } else { (*piece).to_owned() };
    pieces.iter().enumerate().map(piece).collect::<Vec<_>>().join("`")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn response() -> Value {
        let item =
            |n: usize| json!({"id": {"S": format!("O-\"{n}\\\u{1}")}, "tags": {"SS": ["a", "b"]}, "n": {"N": "7"}});
        json!({"Items": (0..5).map(item).collect::<Vec<_>>(), "Count": 5, "sep": ", "})
    }

    fn refused(text: &str) -> String {
        match JmesQuery::read(text).and_then(|query| query.select(&response())) {
            Ok(value) => panic!("{text} gives {} bytes", value.to_string().len()),
            Err(error) => error.message,
        }
    }

    #[test]
    fn ordinary_expressions_are_evaluated() {
        for (text, expected) in [
            ("Count", json!(5)),
            ("Items[0].n.N", json!("7")),
            ("Items[*].{n: n.N, first: tags.SS[0]} | [0]", json!({"n": "7", "first": "a"})),
            ("join(', ', Items[:2].n.N)", json!("7, 7")),
            ("sort_by(Items, &id.S)[-1].tags.SS", json!(["a", "b"])),
            ("Items[?n.N == '7'] | length(@)", json!(5)),
            ("'12345678901234567890'", json!("12345678901234567890")),
        ] {
            assert_eq!(JmesQuery::read(text).unwrap().select(&response()).unwrap(), expected, "{text}");
        }
        assert!(JmesQuery::read("Items[").unwrap_err().message.starts_with("--query is not a JMESPath expression: "));
    }

    #[test]
    fn what_nests_too_deep_is_refused_before_it_is_parsed() {
        for operator in ["[", "(", "{a:", "!", "&", "a.", "a[0]", "a||", "[?", "*.", "a|"] {
            let text = operator.repeat(10_000 / operator.len());
            assert!(refused(&text).contains("at most"), "{operator}");
            // As many as there may be are no danger to a thread's small stack, whatever comes of them.
            let fits = operator.repeat(MOST_OPERATORS / operator.matches(OPERATORS).count().max(1)) + "a";
            let _ = JmesQuery::read(&fits).and_then(|query| query.select(&response()));
        }
        assert!(refused("[Items][0][1::2147483647]").contains("a step of 1000000000 at most, found 2147483647"));
        assert!(refused("{a: Items[::-2147483647]}").contains("a step of"));
        assert_eq!(JmesQuery::read("Items[-2147483647]").unwrap().select(&response()).unwrap(), Value::Null);
    }

    #[test]
    fn what_grows_with_every_step_is_refused_before_it_is_evaluated() {
        let steps = |step: &str, count: usize| format!("@{}", format!("|{step}").repeat(count));
        for text in [
            steps("[@,@]", 60),
            steps("[@,@]", 30) + "|[]",
            steps("[[@,@][],@]", 30),
            steps("{a:@,b:@}", 40),
            steps("to_string(@)", 60),
            steps("map(&[@,@],[@])", 30),
            steps("[*].[@,@]", 30),
            format!("length({})", steps("[@,@]", 60)),
            "join(sep, Items[*].id.S)".to_owned(),
        ] {
            assert!(refused(&text).contains("far more"), "{text}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]
        #[test]
        fn no_result_is_larger_than_was_worked_out(pieces in prop::collection::vec(prop::sample::select(vec![
            "Items", "[*]", "[]", "[0]", ".id", ".S", ".*", "|", "[@,@]", "{a:@,b:Count}", "to_string(@)", "Count", "@", "sep",
            "[?n]", "join(', ',", "map(&[@,sep],", "sort_by(Items,&id.S)", "keys(@)", "values(@)", "reverse(@)", "`[1,2]`", "'x'",
            ")", "&&", "||", "!", "==", ".[n,id]", "[-1]", "[::2]", "merge(@,@)", "not_null(sep,@)", "type(@)",
        ]), 1..9)) {
            if let Ok(query) = JmesQuery::read(&pieces.concat()) {
                let response = response();
                let bound = Growth::of(query.0.as_ast()).result.of(Size::of(&response)).bytes;
                if let Ok(found) = query.select(&response) {
                    let bytes = found.to_string().len();
                    #[expect(clippy::cast_precision_loss, reason = "small")]
                    let fits = bytes as f64 <= bound;
                    prop_assert!(fits, "{} bytes of at most {bound}", bytes);
                }
            }
        }
    }
}
