//! Exact conversion between decimal text, [`Decimal`] and whole numbers of a fixed unit such as the fen. Nothing here
//! rounds, except [`div_round`], whose name says so.
//!
//! A text is checked for length before it becomes a `Decimal`, which would otherwise round beyond 28 digits.

use rust_decimal::Decimal;

/// Most digits before the point, leading zeros aside. With up to 10 places a value then has at most 28 digits.
const WHOLE_DIGITS: usize = 18;

/// True for digits with at most one point between them. A sign, a space, an exponent or a bare point is refused.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_parsed_exactly_or_refused() {
        let units = |text: &str| parse(text, 10, 10_u64.pow(19)).map(|value| (value.mantissa(), value.scale()));
        assert_eq!(units("0"), Some((0, 10)));
        assert_eq!(units("007.5"), Some((75_000_000_000, 10)));
        assert_eq!(units(&format!("{}1", "0".repeat(99))), Some((10_000_000_000, 10)));
        assert_eq!(units("999999999.9999999999"), Some((9_999_999_999_999_999_999, 10)));
        for refused in ["", ".", "1.", ".5", "-1", "+1", "1e3", " 1", "1,0", "１", "1.2.3", "1_0"] {
            assert_eq!(units(refused), None, "{refused}");
        }
        for refused in ["1000000000", "0.00000000001", "999999999999999999", "9999999999999999999999999999999"] {
            assert_eq!(units(refused), None, "{refused}");
        }
    }

    #[test]
    fn units_are_written_as_they_are_read() {
        for (units, text) in [(0, "0.00"), (5, "0.05"), (123_456, "1234.56")] {
            assert_eq!(format_units(units, 2), text);
            assert_eq!(parse(text, 2, 1_000_000).map(|value| value.mantissa()), Some(units));
        }
        assert_eq!(format_units_short(10_500, 4), "1.05");
        assert_eq!(format_units_short(10_000, 4), "1");
    }
}
