//! The bounded numbers of terms and facts.

use luyue::domain::numbers::{OutOfBounds, Quantity, Rate};

#[test]
fn percentages_are_exact_rates() {
    for (percent, rate) in [
        ("0.1", "0.001"),
        ("5", "0.05"),
        ("5.00000000000", "0.05"),
        ("020", "0.2"),
        ("100.0", "1"),
        ("0.00000001", "0.0000000001"),
        ("0", "0"),
        ("1000", "10"),
    ] {
        assert_eq!(Rate::from_percent(percent).map(|rate| rate.to_string()), Ok(rate.to_owned()), "{percent}");
    }
    for refused in ["", ".", "1.", "-1", "1e2", "1.2.3", "1.+0", "1000.00000001", "0.000000001"] {
        assert_eq!(Rate::from_percent(refused), Err(OutOfBounds("malformed-rate")), "{refused}");
    }
    let percent = |rate: &str| rate.parse::<Rate>().map(|rate| rate.percent().to_string());
    assert_eq!(percent("0.0005"), Ok("0.05".to_owned()));
    assert_eq!(percent("2.5"), Ok("250".to_owned()));
    assert_eq!(percent("0"), Ok("0".to_owned()));
}

#[test]
fn values_are_written_as_short_as_they_can_be() {
    for text in ["0", "1", "0.0001", "999999999.9999", "100"] {
        assert_eq!(text.parse::<Quantity>().map(|quantity| quantity.to_string()), Ok(text.to_owned()));
    }
    assert_eq!("1.5000".parse::<Quantity>().map(|quantity| quantity.to_string()), Ok("1.5".to_owned()));
    assert_eq!(Quantity::from_units(15_000).map(|quantity| quantity.to_string()), Some("1.5".to_owned()));
    assert_eq!(Quantity::default(), "0.0".parse().unwrap());
}
