//! Exact conversion between decimal text, [`Decimal`] and whole numbers of a fixed unit such as the fen. Nothing here
//! rounds, except [`div_round`], whose name says so.
//!
//! A text is checked for length before it becomes a `Decimal`, which would otherwise round beyond 28 digits.

use rust_decimal::Decimal;

/// Maximum number of digits before the point, leading zeros aside. With up to 10 places a value then has at most 28
/// digits.
const WHOLE_DIGITS: usize = 18;

/// Returns whether a text is digits with at most one point between them. A sign, a space, an exponent or a bare point
/// is refused.
pub fn is_decimal(text: &str) -> bool {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    digits(whole) && digits(fraction)
}

/// Parses a decimal with at most `places` (up to 10) digits after the point, and gives it exactly that scale. `None` if
/// the text is not a decimal, has more places, or is not under `bound`, in units of `10^-places`.
pub fn parse(text: &str, places: u32, bound: u64) -> Option<Decimal> {
    if !is_decimal(text) {
        return None;
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let leading = whole.len() - whole.trim_start_matches('0').len().max(1);
    if whole.len() - leading > WHOLE_DIGITS || fraction.len() > places as usize {
        return None;
    }
    let mut value = Decimal::from_str_exact(text.get(leading..)?).ok()?;
    value.rescale(places);
    (value.mantissa() < i128::from(bound)).then_some(value)
}

/// Returns `units` of `10^-places` as a decimal, if under `bound`.
pub fn from_units(units: u64, places: u32, bound: u64) -> Option<Decimal> {
    if units < bound { Decimal::try_from_i128_with_scale(i128::from(units), places).ok() } else { None }
}

/// Writes `value` units of `10^-places` with all its places, for sums that outgrow the 96 bits of a [`Decimal`].
pub fn format_units(value: i128, places: u32) -> String {
    let unit = 10_u128.pow(places);
    let sign = if value < 0 { "-" } else { "" };
    let size = value.unsigned_abs();
    if places == 0 {
        return format!("{sign}{size}");
    }
    format!("{sign}{}.{:0width$}", size / unit, size % unit, width = places as usize)
}

/// Writes `value` units of `10^-places` without trailing zeros.
pub fn format_units_short(value: i128, places: u32) -> String {
    let full = format_units(value, places);
    if places == 0 {
        return full;
    }
    full.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Divides to the nearest whole number, halves away from zero. Both must be ≥ 0 and the divisor over 0.
///
/// This is the `round` of `docs/standing.md`, in whatever unit the dividend is scaled to.
pub fn div_round(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    // `rest < divisor`, and comparing with the difference cannot overflow as doubling could.
    if rest >= divisor - rest { quotient + 1 } else { quotient }
}
