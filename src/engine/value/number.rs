//! DynamoDB's Number: up to 38 significant decimal digits, magnitudes from 1E-130 to 9.99…E+125, exact.
//!
//! A number is held as `coefficient * 10^exponent` with no trailing zero in the coefficient, so equal values have
//! equal representations (`1e3`, `1000` and `1000.0` are one key). 38 digits fit an `i128`.
//! Source: AWS documentation, "Supported data types and naming rules", Number.

use std::cmp::Ordering;
use std::fmt;

/// An exact decimal number within DynamoDB's range.
///
/// Packed to multiples of 4 bytes: an `i128` is otherwise aligned to 16, which would make every attribute value, a NULL
/// included, twice as large.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(Rust, packed(4))]
pub struct Number {
    /// Signed digits without trailing zeros; 0 only for zero itself.
    coefficient: i128,
    /// The power of ten that the coefficient is multiplied by; 0 for zero.
    exponent: i16,
}

/// Why a text is no Number, or why a sum is none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NumberError {
    /// Not a decimal number at all; carries the text.
    NotNumeric(String),
    /// A magnitude of 1E+126 or more, or a sum that needs more than 38 digits.
    Overflow,
    /// The same, by an exponent that 32 bits hardly hold; carries the text.
    FarOverflow(String),
    /// A magnitude below 1E-130.
    Underflow,
    /// More than 38 significant digits.
    TooManyDigits,
}

/// The most significant digits a Number holds.
const MAX_DIGITS: usize = 38;
/// The longest text whose digits are sure to fit 64 bits.
const MAX_PLAIN: usize = 18;
/// The largest power of ten of the first digit.
const MAX_MAGNITUDE: i64 = 125;
/// The smallest power of ten of the first digit.
const MIN_MAGNITUDE: i64 = -130;

impl Number {
    /// Zero.
    pub const ZERO: Self = Self { coefficient: 0, exponent: 0 };

    /// Reads a decimal text: sign, digits with an optional point, optional exponent. Blanks are refused.
    pub fn parse(text: &str) -> Result<Self, NumberError> {
        if let Some(number) = Self::parse_plain(text) {
            return Ok(number);
        }
        let literal = Literal::read(text).ok_or_else(|| NumberError::NotNumeric(text.to_owned()))?;
        literal.into_number(text)
    }

    /// Reads what nearly every number is written as: at most 18 digits, perhaps with a minus sign and a point.
    fn parse_plain(text: &str) -> Option<Self> {
        let (is_negative, rest) = text.strip_prefix('-').map_or((false, text), |rest| (true, rest));
        if rest.is_empty() || rest.len() > MAX_PLAIN {
            return None;
        }
        let (mut coefficient, mut exponent, mut is_fraction) = (0_i64, 0_i16, false);
        for byte in rest.bytes() {
            match byte {
                b'0'..=b'9' => {
                    coefficient = coefficient * 10 + i64::from(byte - b'0');
                    exponent -= i16::from(is_fraction);
                }
                b'.' if !is_fraction && rest.len() > 1 => is_fraction = true,
                _ => return None,
            }
        }
        if coefficient == 0 {
            return Some(Self::ZERO);
        }
        while coefficient % 10 == 0 {
            coefficient /= 10;
            exponent += 1;
        }
        Some(Self { coefficient: i128::from(if is_negative { -coefficient } else { coefficient }), exponent })
    }

    /// The sum of two numbers, exact or refused.
    pub fn checked_add(self, other: Self) -> Result<Self, NumberError> {
        if self.coefficient == 0 {
            return Ok(other);
        }
        if other.coefficient == 0 {
            return Ok(self);
        }
        let (high, low) = if self.exponent >= other.exponent { (self, other) } else { (other, self) };
        let shift = u32::from(high.exponent.abs_diff(low.exponent));
        let sum = 10_i128
            .checked_pow(shift)
            .and_then(|power| high.coefficient.checked_mul(power))
            .and_then(|aligned| aligned.checked_add(low.coefficient))
            .ok_or(NumberError::Overflow)?;
        match Self::normalised(sum, i64::from(low.exponent)) {
            Err(NumberError::TooManyDigits) => Err(NumberError::Overflow),
            other => other,
        }
    }

    /// The difference of two numbers, exact or refused.
    pub fn checked_sub(self, other: Self) -> Result<Self, NumberError> {
        self.checked_add(Self { coefficient: -other.coefficient, exponent: other.exponent })
    }

    /// Bytes this number takes in an item, by the measured rule: one, plus one per two digits on each side of the
    /// decimal point (rounded up on each side), plus one for a minus sign; zeros that only mark the magnitude are free.
    #[must_use]
    pub fn size(self) -> u64 {
        if self.coefficient == 0 {
            return 1;
        }
        let digits = digit_count(self.coefficient);
        let point = i64::from(self.exponent);
        let (whole, fraction) = if point >= 0 {
            (digits, 0)
        } else if -point >= digits {
            (0, digits)
        } else {
            (digits + point, -point)
        };
        let bytes = 1 + (whole + 1) / 2 + (fraction + 1) / 2 + i64::from(self.coefficient < 0);
        bytes.unsigned_abs()
    }

    /// The value as a whole number, if it is one and fits.
    #[must_use]
    pub fn to_i64(self) -> Option<i64> {
        let power = 10_i128.checked_pow(u32::try_from(self.exponent).ok()?)?;
        i64::try_from(self.coefficient.checked_mul(power)?).ok()
    }

    /// The value without its fraction, if it fits.
    #[must_use]
    pub fn truncated(self) -> Option<i64> {
        if self.exponent >= 0 {
            return self.to_i64();
        }
        // A power beyond what is held leaves nothing in front of the point.
        let power = 10_i128.checked_pow(u32::from(self.exponent.unsigned_abs()));
        i64::try_from(power.map_or(0, |power| self.coefficient / power)).ok()
    }

    /// Writes what [`fmt::Display`] shows, without what formatting costs.
    pub(super) fn write(self, out: &mut impl fmt::Write) -> fmt::Result {
        let mut room = [0; MAX_DIGITS + 1];
        let digits = digits(self.coefficient.unsigned_abs(), &mut room);
        if self.coefficient < 0 {
            out.write_char('-')?;
        }
        let places = usize::from(self.exponent.unsigned_abs());
        if self.exponent >= 0 {
            out.write_str(digits)?;
            return write_zeros(places, out);
        }
        let (whole, fraction) = digits.split_at(digits.len().saturating_sub(places));
        out.write_str(if whole.is_empty() { "0" } else { whole })?;
        out.write_char('.')?;
        write_zeros(places - fraction.len(), out)?;
        out.write_str(fraction)
    }

    /// The power of ten of the first significant digit.
    fn magnitude(self) -> i64 {
        i64::from(self.exponent) + digit_count(self.coefficient) - 1
    }

    /// Drops trailing zeros and checks the range.
    fn normalised(mut coefficient: i128, mut exponent: i64) -> Result<Self, NumberError> {
        if coefficient == 0 {
            return Ok(Self::ZERO);
        }
        while coefficient % 10 == 0 {
            coefficient /= 10;
            exponent += 1;
        }
        let digits = digit_count(coefficient);
        if digits > 38 {
            return Err(NumberError::TooManyDigits);
        }
        match exponent + digits - 1 {
            magnitude if magnitude > MAX_MAGNITUDE => Err(NumberError::Overflow),
            magnitude if magnitude < MIN_MAGNITUDE => Err(NumberError::Underflow),
            _ => Ok(Self { coefficient, exponent: i16::try_from(exponent).map_err(|_| NumberError::Underflow)? }),
        }
    }
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Self::normalised(i128::from(value), 0).unwrap_or(Self::ZERO)
    }
}

fn write_zeros(count: usize, out: &mut impl fmt::Write) -> fmt::Result {
    (0..count).try_for_each(|_| out.write_char('0'))
}

fn digit_count(coefficient: i128) -> i64 {
    let digits = coefficient.unsigned_abs();
    if let Ok(few) = u64::try_from(digits) {
        return few.checked_ilog10().map_or(1, |log| i64::from(log) + 1);
    }
    digits.checked_ilog10().map_or(1, |log| i64::from(log) + 1)
}

/// A decimal literal taken apart but not yet checked against the range.
struct Literal {
    negative: bool,
    /// Significant digits: no leading zeros, no trailing zeros; empty for zero.
    digits: Vec<u8>,
    /// The power of ten of the last digit kept.
    exponent: i64,
    /// The exponent as written, which is what zero is checked by.
    written: i64,
}

impl Literal {
    fn read(text: &str) -> Option<Self> {
        let (negative, rest) = match text.as_bytes().first()? {
            b'-' => (true, &text[1..]),
            b'+' => (false, &text[1..]),
            _ => (false, text),
        };
        let (mantissa, written) = match rest.find(['e', 'E']) {
            Some(at) => (&rest[..at], read_exponent(&rest[at + 1..])?),
            None => (rest, 0),
        };
        let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
        let all_digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if whole.len() + fraction.len() == 0 || !all_digits(whole) || !all_digits(fraction) {
            return None;
        }
        let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|b| b - b'0').collect();
        let mut exponent = written.checked_sub(i64::try_from(fraction.len()).ok()?)?;
        while digits.last() == Some(&0) {
            digits.pop();
            exponent = exponent.checked_add(1)?;
        }
        let leading = digits.iter().take_while(|digit| **digit == 0).count();
        digits.drain(..leading);
        let written = if fraction.is_empty() { written } else { written.checked_sub(1)? };
        Some(Self { negative, digits, exponent, written })
    }

    fn into_number(self, text: &str) -> Result<Number, NumberError> {
        if self.digits.is_empty() {
            return match self.written {
                written if written > MAX_MAGNITUDE => Err(NumberError::Overflow),
                written if written < MIN_MAGNITUDE => Err(NumberError::Underflow),
                _ => Ok(Number::ZERO),
            };
        }
        let length = i64::try_from(self.digits.len()).map_err(|_| NumberError::TooManyDigits)?;
        let magnitude = self.exponent.saturating_add(length - 1);
        if magnitude >= i64::from(i32::MAX) {
            return Err(NumberError::FarOverflow(text.to_owned()));
        }
        if magnitude > MAX_MAGNITUDE {
            return Err(NumberError::Overflow);
        }
        if magnitude < MIN_MAGNITUDE {
            return Err(NumberError::Underflow);
        }
        if self.digits.len() > MAX_DIGITS {
            return Err(NumberError::TooManyDigits);
        }
        let coefficient = self.digits.iter().fold(0_i128, |sum, digit| sum * 10 + i128::from(*digit));
        Number::normalised(if self.negative { -coefficient } else { coefficient }, self.exponent)
    }
}

fn read_exponent(text: &str) -> Option<i64> {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(text);
    let plain = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if plain { text.parse().ok() } else { None }
}

impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        let (left, right) = (self.coefficient, other.coefficient);
        if left.signum() != right.signum() || left == 0 || right == 0 {
            return left.signum().cmp(&right.signum());
        }
        if self.exponent == other.exponent {
            return left.cmp(&right);
        }
        let by_size = self.magnitude().cmp(&other.magnitude()).then_with(|| {
            // Equal magnitudes: at most 38 digits on each side, so the shifts below fit an i128.
            let shift = |number: &Self| {
                let missing = u32::try_from(38 - digit_count(number.coefficient)).unwrap_or(0);
                number.coefficient.unsigned_abs() * 10_u128.pow(missing)
            };
            shift(self).cmp(&shift(other))
        });
        if left > 0 { by_size } else { by_size.reverse() }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl fmt::Display for Number {
    /// Plain decimal, never an exponent: the form in which the service returns every Number.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f)
    }
}

/// The decimal digits of a coefficient, written to the end of `room`.
fn digits(mut coefficient: u128, room: &mut [u8; MAX_DIGITS + 1]) -> &str {
    let mut at = room.len();
    // Dividing 128 bits is slow, and few numbers have so many.
    while coefficient > u128::from(u64::MAX) {
        at -= 1;
        room[at] = b'0' + u8::try_from(coefficient % 10).unwrap_or(0);
        coefficient /= 10;
    }
    let mut few = u64::try_from(coefficient).unwrap_or(0);
    while at > 0 {
        at -= 1;
        room[at] = b'0' + u8::try_from(few % 10).unwrap_or(0);
        few /= 10;
        if few == 0 {
            break;
        }
    }
    std::str::from_utf8(&room[at..]).unwrap_or_default()
}

impl fmt::Debug for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Number({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Number {
        Number::parse(text).unwrap()
    }

    #[test]
    fn a_number_without_its_fraction() {
        for (text, whole) in
            [("17.9", Some(17)), ("-17.9", Some(-17)), ("1.5E+3", Some(1500)), ("1E-130", Some(0)), ("0", Some(0))]
        {
            assert_eq!(number(text).truncated(), whole, "{text}");
        }
        assert_eq!(number("1E+20").truncated(), None);
        assert_eq!(number("12345678901234567890.5").truncated(), None);
    }

    #[test]
    fn spellings_of_one_value_are_one_number() {
        for (text, plain) in [
            ("+5", "5"),
            (".5", "0.5"),
            ("5.", "5"),
            ("1.e5", "100000"),
            ("00042", "42"),
            ("1E3", "1000"),
            ("3.1400", "3.14"),
            ("-0", "0"),
            ("1.5E2", "150"),
            ("0e125", "0"),
            ("0.0e126", "0"),
        ] {
            assert_eq!(number(text).to_string(), plain, "{text}");
        }
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in
            ["", " ", "1 ", "1+2", "1.2.3", "+e2", "1e", "0x10", "NaN", "Infinity", "-", ".", "1e9999999999999999999"]
        {
            assert_eq!(Number::parse(text), Err(NumberError::NotNumeric(text.to_owned())), "{text:?}");
        }
        assert_eq!(Number::parse("1e126"), Err(NumberError::Overflow));
        assert_eq!(Number::parse("0e126"), Err(NumberError::Overflow));
        assert_eq!(Number::parse("1e-131"), Err(NumberError::Underflow));
        assert_eq!(Number::parse("0e-131"), Err(NumberError::Underflow));
        assert_eq!(Number::parse(&"1".repeat(39)), Err(NumberError::TooManyDigits));
    }

    #[test]
    fn sizes_are_the_measured_ones() {
        for (text, bytes) in [
            ("0", 1),
            ("-0", 1),
            ("1", 2),
            ("12", 2),
            ("123", 3),
            ("1234", 3),
            ("15", 2),
            ("100", 2),
            ("0042", 2),
            ("1010", 3),
            ("123456", 4),
            ("1E125", 2),
            ("1E-100", 2),
            ("0.0000001", 2),
            ("0.15", 2),
            ("1.5", 3),
            ("1.2", 3),
            ("1.200", 3),
            ("1.234", 4),
            ("3.14159", 5),
            ("100.5", 4),
            ("-42", 3),
            ("12345678901234567890123456789012345678", 20),
        ] {
            assert_eq!(number(text).size(), bytes, "{text}");
        }
    }

    #[test]
    fn sums_are_exact_or_refused() {
        assert_eq!(number("0.1").checked_add(number("0.2")), Ok(number("0.3")));
        assert_eq!(number("1").checked_sub(number("1")), Ok(Number::ZERO));
        assert_eq!(number("1e50").checked_add(number("1")), Err(NumberError::Overflow));
        assert_eq!(number("9e125").checked_add(number("9e125")), Err(NumberError::Overflow));
        assert_eq!(number("1e-100").checked_add(number("1e100")), Err(NumberError::Overflow));
    }

    proptest! {
        #[test]
        fn order_is_numeric(a in -1_000_000_i64..1_000_000, b in -1_000_000_i64..1_000_000, scale in 0_i32..5) {
            let text = |n: i64| format!("{n}e-{scale}");
            prop_assert_eq!(number(&text(a)).cmp(&number(&text(b))), a.cmp(&b));
        }

        #[test]
        fn printing_and_reading_agree(coefficient in any::<i64>(), exponent in -100_i32..100) {
            let first = number(&format!("{coefficient}e{exponent}"));
            prop_assert_eq!(number(&first.to_string()), first);
        }

        #[test]
        fn plain_texts_are_read_as_all_others_are(text in "-?[0-9]{0,12}(\\.[0-9]{0,8})?") {
            let slowly = Literal::read(&text)
                .ok_or_else(|| NumberError::NotNumeric(text.clone()))
                .and_then(|literal| literal.into_number(&text));
            prop_assert_eq!(Number::parse(&text), slowly);
        }

        #[test]
        fn any_text_is_read_or_refused(text in "\\PC{0,40}") {
            let _ = Number::parse(&text);
        }
    }
}
