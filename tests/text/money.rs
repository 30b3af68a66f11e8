//! Figures as people read them.

use luyue::text::money::{format_percent, group_thousands};

#[test]
fn thousands_are_grouped() {
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
        assert_eq!(from.parse().map(format_percent).as_deref(), Ok(to));
    }
}
