//! Figures as people read them.

use luyue::domain::codes::Language;
use luyue::error::Message;
use luyue::text::money::{capitals, format_percent, group_thousands, shown_value};

use crate::support::files;

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

#[test]
fn amounts_are_written_in_capitals_as_on_vouchers() {
    let cases = [
        (0, "零元整"),
        (1, "壹分"),
        (10, "壹角整"),
        (100, "壹元整"),
        (32_504, "叁佰贰拾伍元零肆分"),
        (168_032, "壹仟陆佰捌拾元零叁角贰分"),
        (1_640_902, "壹万陆仟肆佰零玖元零贰分"),
        (10_700_053, "壹拾万柒仟元零伍角叁分"),
        (15_366_560, "壹拾伍万叁仟陆佰陆拾伍元陆角整"),
        (100_100, "壹仟零壹元整"),
        (1_001_000, "壹万零壹拾元整"),
        (100_010_001_000, "壹拾亿零壹拾万零壹拾元整"),
        (100_000_000_000_000, "壹万亿元整"),
    ];
    for (fen, words) in cases {
        assert_eq!(capitals(fen), words, "{fen}");
    }
    // Sums have no bound; every digit of the largest is written.
    assert!(capitals(i128::MAX).ends_with('分'));
}

#[test]
fn amounts_in_messages_are_grouped() {
    let message = Message::new("payment-not-within-payable").with("payable", "153665.60").with("paid", "0.00");
    let message = message.with("open", "1000000.00").with("left", "999.99");
    for (language, words) in [(Language::Zh, "应付 153,665.60 元"), (Language::En, "153,665.60 yuan")] {
        assert!(message.text(language).contains(words), "{}", message.text(language));
    }
    assert!(message.text(Language::Zh).contains("1,000,000.00"));
    for (name, value) in [("given", "1234.50"), ("sum", "2026-09-30"), ("sum", "1234"), ("old", "-"), ("new", "1.2.30")]
    {
        assert_eq!(shown_value(name, value), value, "{name}");
    }
    // Every value before 元 in the messages of services is one of an amount.
    for name in ["errors", "service", "payments", "deliverables", "rules"] {
        let path = files::package().join(format!("locales/zh-CN/{name}.ftl"));
        let text = std::fs::read_to_string(&path).expect("the locale");
        let parts: Vec<&str> = text.split(" } 元").collect();
        for before in parts.iter().take(parts.len() - 1) {
            let variable = before.rsplit('$').next().expect("a variable");
            assert_eq!(shown_value(variable, "1234.50"), "1,234.50", "{variable} in {name}.ftl");
        }
    }
}
