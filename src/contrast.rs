//! How well one colour can be read on another: for the tests of themes and of the page with the scores.
//!
//! Source: WCAG 2.2, "relative luminance", "contrast ratio".

/// The relative luminance of a colour given as red, green and blue.
fn luminance(rgb: [u8; 3]) -> f64 {
    let [red, green, blue] = rgb.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// The contrast of two colours: 1 if they are the same, 21 of black and white.
pub(crate) fn contrast(left: [u8; 3], right: [u8; 3]) -> f64 {
    let (left, right) = (luminance(left), luminance(right));
    (left.max(right) + 0.05) / (left.min(right) + 0.05)
}
