//! Figures as people read them.

use luyue::domain::codes::Language;
use luyue::error::Message;
use luyue::text::money::{format_percent, group_thousands, shown_value};

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
