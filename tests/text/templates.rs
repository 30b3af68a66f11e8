//! Texts of emails that an administrator writes.

use luyue::domain::codes::{AlertKind, Language};
use luyue::text::mail::{compose_email, compose_own};
use luyue::text::templates::{Part, Template, TemplateFault, values_of};

fn values() -> Vec<(&'static str, String)> {
    [
        ("number", "N-1"),
        ("title", "T"),
        ("name", "王芳"),
        ("milestone", "M"),
        ("amount", "1234.50"),
        ("on", "2026-07-01"),
    ]
    .map(|(name, value)| (name, value.to_owned()))
    .into()
}

fn own(subject: &str, body: &str) -> Template {
    Template { subject: subject.to_owned(), body: body.to_owned() }
}

#[test]
fn every_original_is_a_usable_text_that_composes_the_same() {
    for kind in AlertKind::ALL {
        for language in Language::ALL {
            let original = Template::original(*language, *kind);
            assert!(!original.subject.is_empty() && !original.body.is_empty(), "{kind} {language}");
            assert_eq!(original.faults(*kind), [], "{kind} {language}: {original:?}");
        }
    }
    for language in Language::ALL {
        for kind in [AlertKind::PaymentPaid, AlertKind::ContractState, AlertKind::BreachFound] {
            let original = Template::original(*language, kind);
            assert_eq!(compose_own(*language, kind, &values(), &original), compose_email(*language, kind, &values()));
        }
    }
}

#[test]
fn a_text_replaces_the_programs_own() {
    let text = own("已付 { $amount } 元：{ $number }", "{ $name }您好：{ $number } 已付。\n\n请核对 <{ $on }>。");
    assert_eq!(text.faults(AlertKind::PaymentPaid), []);
    let words = compose_own(Language::Zh, AlertKind::PaymentPaid, &values(), &text);
    assert_eq!(words.subject, "已付 1,234.50 元：N-1");
    assert_eq!(words.text, "王芳您好：N-1 已付。\n\n请核对 <2026年7月1日>。");
    assert!(words.html.contains("&lt;2026年7月1日&gt;"), "{}", words.html);
}

#[test]
fn what_cannot_be_used_is_named() {
    use TemplateFault::{Empty, Notation, TooLong, UnknownValue, WithoutNumber};
    let good = "{ $number }";
    let long = format!("{good}{}", "长".repeat(7000));
    for (body, fault) in [
        (" \n ", Empty),
        (long.as_str(), TooLong(6000)),
        ("{ $number } { $password }", UnknownValue("password".to_owned())),
        ("没有编号", WithoutNumber),
        ("{ $number", Notation),
        ("{ $number } {", Notation),
        ("{ $number } { mail-footer }", Notation),
        ("{ $number } { NUMBER($amount) }", Notation),
        ("{ $number }\n[x] y", Notation),
    ] {
        assert_eq!(own(good, body).faults(AlertKind::PaymentPaid), [(Part::Body, fault)], "{body:.60}");
    }
    assert_eq!(own("", good).faults(AlertKind::PaymentPaid), [(Part::Subject, Empty)]);
    assert!(values_of(AlertKind::PaymentPaid).contains("voucher"));
    assert_eq!(own("密码", "{ $name }").faults(AlertKind::PasswordChanged), [], "an account has no contract");
}

#[test]
fn a_missing_value_gives_the_programs_own_text() {
    let text = own("{ $number } { $voucher }", "{ $number } { $nothing }");
    let words = compose_own(Language::Zh, AlertKind::PaymentPaid, &values(), &text);
    assert_eq!(words.text, compose_email(Language::Zh, AlertKind::PaymentPaid, &values()).text);
}
