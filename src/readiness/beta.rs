//! The Beta distribution: its cumulative share and its quantiles.
//!
//! Source: Press and others, "Numerical Recipes", incomplete beta function by its continued fraction (Lentz's method);
//! Lanczos' approximation of the logarithm of the gamma function.

/// The value below which a share of the distribution lies, by bisection to 1e-9.
pub(super) fn quantile(share: f64, a: f64, b: f64) -> f64 {
    let (mut low, mut high) = (0.0, 1.0);
    while high - low > 1e-9 {
        let middle = f64::midpoint(low, high);
        if cumulative(middle, a, b) < share { low = middle } else { high = middle }
    }
    f64::midpoint(low, high)
}

/// The share of the distribution below `x`.
pub(super) fn cumulative(x: f64, a: f64, b: f64) -> f64 {
    if x <= 0.0 {
        return 0.0;
    }
    if x >= 1.0 {
        return 1.0;
    }
    let front = (ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b) + a * x.ln() + b * (1.0 - x).ln()).exp();
    // The fraction converges fast on the side of the mode.
    if x < (a + 1.0) / (a + b + 2.0) {
        front * fraction(x, a, b) / a
    } else {
        1.0 - front * fraction(1.0 - x, b, a) / b
    }
}

#[expect(clippy::many_single_char_names, reason = "the letters of the source")]
fn fraction(x: f64, a: f64, b: f64) -> f64 {
    const TINY: f64 = 1e-300;
    let off_zero = |value: f64| if value.abs() < TINY { TINY } else { value };
    let (mut c, mut d) = (1.0, 1.0 / off_zero(1.0 - (a + b) * x / (a + 1.0)));
    let mut sum = d;
    for step in 1..=300_u32 {
        let m = f64::from(step);
        let even = m * (b - m) * x / ((a + 2.0 * m - 1.0) * (a + 2.0 * m));
        let odd = -(a + m) * (a + b + m) * x / ((a + 2.0 * m) * (a + 2.0 * m + 1.0));
        for term in [even, odd] {
            d = 1.0 / off_zero(1.0 + term * d);
            c = off_zero(1.0 + term / c);
            sum *= c * d;
        }
        if (c * d - 1.0).abs() < 1e-12 {
            break;
        }
    }
    sum
}

fn ln_gamma(x: f64) -> f64 {
    const COEFFICIENTS: [f64; 6] = [
        76.180_091_729_471_46,
        -86.505_320_329_416_77,
        24.014_098_240_830_91,
        -1.231_739_572_450_155,
        0.001_208_650_973_866_179,
        -0.000_005_395_239_384_953,
    ];
    let base = x + 5.5;
    let mut sum = 1.000_000_000_190_015;
    let mut at = x;
    for coefficient in COEFFICIENTS {
        at += 1.0;
        sum += coefficient / at;
    }
    (x + 0.5) * base.ln() - base + (2.506_628_274_631_000_5 * sum / x).ln()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_values_come_out() {
        for (x, a, b, share) in [
            (0.5, 1.0, 1.0, 0.5),
            (0.3, 2.0, 2.0, 0.216),
            // I(x; 3, 1) is x cubed, I(x; 1, 3) is 1 - (1 - x) cubed.
            (0.4, 3.0, 1.0, 0.064),
            (0.4, 1.0, 3.0, 0.784),
            (0.5, 50.5, 50.5, 0.5),
        ] {
            assert!((cumulative(x, a, b) - share).abs() < 1e-8, "{x} {a} {b}: {}", cumulative(x, a, b));
        }
    }

    #[test]
    fn a_quantile_is_where_the_cumulative_share_is() {
        for share in [0.05, 0.3, 0.95] {
            let x = quantile(share, 42.5, 18.5);
            assert!((cumulative(x, 42.5, 18.5) - share).abs() < 1e-6);
        }
    }
}
