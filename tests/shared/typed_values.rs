//! Typed values within their bounds, and what was understood.

use chrono::NaiveDate;
use luyue::domain::codes::Language;
use luyue::domain::money::Money;
use luyue::domain::numbers::{Days, Whole};
use luyue::error::Message;
use luyue::services::shared::number_spelling::NumberKind;
use luyue::services::shared::typed_values::{
    parse_amount, parse_date, parse_days, parse_month, parse_percent, parse_positive_days, parse_whole, parse_year,
    understood_day, understood_month, understood_number, understood_signed_amount,
};

#[test]
fn typed_values_are_read_within_their_bounds() {
    assert_eq!(parse_amount(" 12.50 ").map(Money::fen), Ok(1_250));
    assert_eq!(parse_whole("0").map(Whole::get), Ok(0));
    assert_eq!(parse_positive_days("3").map(Days::get), Ok(3));
    assert_eq!(parse_date("2026-02-28").ok(), NaiveDate::from_ymd_opt(2026, 2, 28));
    assert_eq!(parse_percent("0.05%").map(|rate| rate.to_string()), Ok("0.0005".to_owned()));
    for typed in ["0", "3651", "4000", "7.5", "99999999999999999999999"] {
        assert_eq!(parse_positive_days(typed), Err(Message::new("draft-days-positive")), "{typed}");
    }
    for typed in ["3651", "7.5"] {
        assert_eq!(parse_days(typed), Err(Message::new("draft-days")), "{typed}");
    }
    for (typed, character) in [("七八天", "七"), ("x", "x"), ("10天左右", "天"), ("7d", "d")] {
        let named = Message::new("typed-character").with("character", character).with("example", "30");
        assert_eq!(parse_days(typed), Err(named.clone()), "{typed}");
        assert_eq!(parse_positive_days(typed), Err(named), "{typed}");
    }
    assert_eq!(parse_days("-1"), Err(Message::new("typed-negative")));
    assert_eq!(parse_percent("万分之五").map(|rate| rate.to_string()), Ok("0.0005".to_owned()));
    assert_eq!(parse_percent("百分之二十").map(|rate| rate.to_string()), Ok("0.2".to_owned()));
    assert_eq!(parse_date("9月29日"), Err(Message::new("typed-day-year")));
    for (typed, key) in [
        ("", "draft-empty"),
        ("1.005", "typed-places-money"),
        ("1e3", "typed-character"),
        ("几百万", "typed-character"),
        ("1000000000000", "typed-large-money"),
        ("999999999999999999999", "typed-large-money"),
        ("1亿亿", "typed-character"),
    ] {
        assert_eq!(parse_amount(typed).map_err(|message| message.key), Err(key), "{typed}");
    }
    assert_eq!(parse_month("一月"), Err(Message::new("draft-month")));
    let gone = Message::new("typed-no-such-day").with("day", "2026-02-30");
    assert_eq!(parse_date("2026/2/30"), Err(gone));
    for (typed, character) in [("last", "l"), ("2026x", "x")] {
        let named = Message::new("typed-character").with("character", character).with("example", "2026");
        assert_eq!(parse_year(typed), Err(named), "{typed}");
    }
    for typed in ["99999999999", "20266", "1999", "26", "0"] {
        assert_eq!(parse_year(typed), Err(Message::new("register-year")), "{typed}");
    }
    assert_eq!((parse_year("2000"), parse_year("2099 年度"), parse_year("二〇二六")), (Ok(2000), Ok(2099), Ok(2026)));
}

#[test]
fn what_was_understood_is_said_beside_the_field() {
    let zh = |typed: &str, kind| understood_number(typed, kind, Language::Zh).unwrap_or_default();
    assert_eq!(zh("5000", NumberKind::Money), "= 5,000.00 元");
    assert_eq!(zh("0.5万元", NumberKind::Money), "= 5,000.00 元");
    assert_eq!(zh("12次", NumberKind::Quantity), "= 12");
    assert_eq!(zh("12", NumberKind::Quantity), "");
    assert_eq!(zh("95％", NumberKind::Percent), "= 95%");
    assert_eq!(zh("1e6", NumberKind::Money), "");
    assert_eq!(zh("２０２６年", NumberKind::Year), "= 2026");
    for name in
        ["measured.COVERAGE", "measured.amount", "VISIT-H1.1.measured.COVERAGE", "try.deliverables.0.measured.0"]
    {
        assert_eq!(zh("95.50", NumberKind::of_field(name)), "= 95.5", "{name}");
    }
    let signed = |typed: &str| understood_signed_amount(typed, Language::Zh).unwrap_or_default();
    assert_eq!(signed("－1，500元"), "= -1,500.00 元");
    assert_eq!(signed("0.15万元"), "= 1,500.00 元");
    assert_eq!(signed("-1.005"), "");
    assert_eq!(understood_day("2026/10/9 0:00", Language::Zh).as_deref(), Some("= 2026-10-09（周五）"));
    assert_eq!(understood_day("2026-10-09", Language::Zh), None);
    assert_eq!(understood_month("2026年9月", Language::En).as_deref(), Some("= 2026-09"));
}
