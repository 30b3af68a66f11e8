//! Decimal text to and from whole numbers of a fixed unit, exactly. It must never round.

/// Why a decimal text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Not digits with at most one point between them (a sign, a space, an exponent are refused).
    NotDecimal,
    /// More decimal places than the quantity has.
    Places,
    /// On or over the bound.
    TooLarge,
}

/// Reads `text` in units of `10^-places`; the value must be under `bound` units.
pub fn read(text: &str, places: u32, bound: u64) -> Result<u64, Refused> {
    let (whole, fraction) = match text.split_once('.') {
        Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
        Some(_) => return Err(Refused::NotDecimal),
        None => (text, ""),
    };
    if whole.is_empty() || !whole.bytes().chain(fraction.bytes()).all(|b| b.is_ascii_digit()) {
        return Err(Refused::NotDecimal);
    }
    if fraction.len() > places as usize {
        return Err(Refused::Places);
    }
    let padding = places as usize - fraction.len();
    let mut value: u64 = 0;
    for digit in whole.bytes().chain(fraction.bytes()).chain(std::iter::repeat_n(b'0', padding)) {
        // `bound` is at most 10^19, so under it a value can still outgrow a u64 by its next digit.
        value = value
            .checked_mul(10)
            .and_then(|v| v.checked_add(u64::from(digit - b'0')))
            .filter(|v| *v < bound)
            .ok_or(Refused::TooLarge)?;
    }
    Ok(value)
}

/// Writes `value` units of `10^-places` with all its places.
pub fn write(value: i128, places: u32) -> String {
    let unit = 10_u128.pow(places);
    let sign = if value < 0 { "-" } else { "" };
    let size = value.unsigned_abs();
    if places == 0 {
        return format!("{sign}{size}");
    }
    format!("{sign}{}.{:0width$}", size / unit, size % unit, width = places as usize)
}

/// Writes `value` units of `10^-places` without trailing zeros.
pub fn write_short(value: i128, places: u32) -> String {
    let full = write(value, places);
    if places == 0 {
        return full;
    }
    full.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// The quotient to the nearest whole, halves away from zero; both must be ≥ 0 and the divisor over 0.
///
/// This is the `round` of `docs/standing.md`, in whatever unit the dividend is scaled to.
pub fn div_round(dividend: i128, divisor: i128) -> i128 {
    let (quotient, rest) = (dividend / divisor, dividend % divisor);
    // `rest < divisor`, and comparing with the difference cannot overflow as doubling could.
    if rest >= divisor - rest { quotient + 1 } else { quotient }
}
