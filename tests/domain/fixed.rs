//! Exact conversion between decimal text and whole units.

use luyue::domain::fixed::{format_units, format_units_short, parse};

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
