//! Decimal figures as people read them: thousands set off, rates as percentages. Exact: digits are moved, never computed.

/// The decimal text with its thousands set off: `1234567.80` is `1,234,567.80`.
pub fn group_thousands(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |digits| ("-", digits));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, fraction)| (whole, Some(fraction)));
    let mut text = sign.to_owned();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// A rate as a percentage: `0.0005` is `0.05%`.
pub fn format_percent(rate: &str) -> String {
    let (whole, fraction) = rate.split_once('.').unwrap_or((rate, ""));
    let padded = format!("{fraction:0<2}");
    let (hundredths, rest) = padded.split_at_checked(2).unwrap_or((&padded, ""));
    let joined = format!("{whole}{hundredths}");
    let whole = match joined.trim_start_matches('0') {
        "" => "0",
        digits => digits,
    };
    match rest.trim_end_matches('0') {
        "" => format!("{}%", group_thousands(whole)),
        rest => format!("{}.{rest}%", group_thousands(whole)),
    }
}

#[cfg(test)]
mod tests {
    use super::{format_percent, group_thousands};

    #[test]
    fn thousands_are_set_off() {
        let cases = [
            ("0.00", "0.00"),
            ("999", "999"),
            ("1000", "1,000"),
            ("153665.60", "153,665.60"),
            ("-1234567.8", "-1,234,567.8"),
        ];
        for (from, to) in cases {
            assert_eq!(group_thousands(from), to);
        }
    }

    #[test]
    fn rates_are_percentages() {
        let cases = [
            ("0.0005", "0.05%"),
            ("0.2", "20%"),
            ("1", "100%"),
            ("0", "0%"),
            ("10", "1,000%"),
            ("0.001", "0.1%"),
            ("1.255", "125.5%"),
        ];
        for (from, to) in cases {
            assert_eq!(format_percent(from), to);
        }
    }
}
