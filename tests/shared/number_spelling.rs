//! Numbers and days in the spellings that people use.

use luyue::error::Message;
use luyue::services::shared::number_spelling::NumberKind::{
    Days, Measured, Money, Percent, Quantity, Score, Whole, Year,
};
use luyue::services::shared::number_spelling::{plain_day, plain_month, plain_number, plain_signed_amount};

#[test]
fn numbers_are_read_as_people_write_them() {
    for (typed, kind, plain) in [
        ("１２３４５．６０", Money, "12345.6"),
        ("12,345.60", Money, "12345.6"),
        ("12\u{A0}345.60", Money, "12345.6"),
        ("12\u{202F}345.60", Money, "12345.6"),
        ("12\u{2009}345.60", Money, "12345.6"),
        ("￥12345.60", Money, "12345.6"),
        ("¥ 12,345.60", Money, "12345.6"),
        ("RMB 12345.60", Money, "12345.6"),
        ("12345.60元", Money, "12345.6"),
        ("12345.6 元整", Money, "12345.6"),
        ("1.23456万元", Money, "12345.6"),
        ("0.5万元", Money, "5000"),
        ("5万", Money, "50000"),
        ("1.2亿元", Money, "120000000"),
        ("5，000", Money, "5000"),
        ("５０００", Money, "5000"),
        ("1 200.5", Money, "1200.5"),
        ("12。5", Money, "12.5"),
        (".5", Money, "0.5"),
        ("12.5000", Money, "12.5"),
        ("007", Money, "7"),
        ("\u{FEFF}100\u{200B}元", Money, "100"),
        ("12次", Quantity, "12"),
        ("1,200 人次", Quantity, "1200"),
        ("1.5万次", Quantity, "15000"),
        ("95%", Percent, "95"),
        ("0.05％", Percent, "0.05"),
        ("95%", Measured, "95"),
        ("90分", Score, "90"),
        ("45人", Whole, "45"),
        ("10个工作日", Days, "10"),
        ("２０２６年", Year, "2026"),
    ] {
        assert_eq!(plain_number(typed, kind).as_deref(), Ok(plain), "{typed}");
    }
}

#[test]
fn a_number_is_never_read_in_part() {
    for (typed, kind, key, character) in [
        ("12，34x", Money, "typed-character", "x"),
        ("1e6", Money, "typed-character", "e"),
        ("100美元", Money, "typed-character", "美"),
        ("100元起", Money, "typed-character", "元"),
        ("+5", Money, "typed-character", "+"),
        ("1/2", Money, "typed-character", "/"),
        ("½", Money, "typed-character", "½"),
        ("10²", Money, "typed-character", "²"),
        ("一百", Money, "typed-character", "一"),
        ("٣", Money, "typed-character", "٣"),
        ("12.", Money, "typed-character", "."),
        ("1.2.3", Money, "typed-character", "."),
        ("12,34", Money, "typed-grouping", ","),
        ("1,2345", Money, "typed-grouping", ","),
        ("1 2", Money, "typed-grouping", "U+0020"),
        ("1,234 567", Money, "typed-grouping", ","),
        ("12余次", Quantity, "typed-character", "余"),
        ("12x", Quantity, "typed-character", "x"),
        ("很多", Quantity, "typed-character", "很"),
        ("人", Whole, "typed-character", "人"),
        ("5‰", Percent, "typed-character", "‰"),
        ("5万", Percent, "typed-character", "万"),
    ] {
        let wanted = Message::new(key).with("character", character);
        assert_eq!(plain_number(typed, kind), Err(wanted), "{typed}");
    }
    for (typed, kind, key) in [
        ("-1", Money, "typed-negative"),
        ("－1", Money, "typed-negative"),
        ("−1", Quantity, "typed-negative"),
        ("0.001", Money, "typed-places-money"),
        ("0.0000001万元", Money, "typed-places-money"),
        ("0.00001", Quantity, "typed-places"),
        ("1.5", Whole, "draft-whole"),
        ("1.5天", Days, "draft-days"),
    ] {
        assert_eq!(plain_number(typed, kind).map_err(|message| message.key), Err(key), "{typed}");
    }
    let two = plain_number("0.0015", Money).expect_err("too many places");
    assert_eq!(two, Message::new("typed-places-money").with("most", 2).with("given", 4));
}

#[test]
fn days_and_months_are_read_as_people_write_them() {
    for typed in [
        "2026-10-09",
        "2026/10/9",
        "2026年10月9日",
        "2026 年 10 月 9 日",
        "20261009",
        "２０２６－１０－０９",
        "2026/10/9 0:00",
        "2026-10-09 00:00:00",
        "2026-10-09T00:00:00",
        "2026.10.9",
        "2026。10。9",
        "2026年10月9号",
        "\u{A0}2026–10–09 ",
        "2026-10-09（周五）",
    ] {
        assert_eq!(plain_day(typed).as_deref(), Some("2026-10-09"), "{typed}");
    }
    for typed in ["", "10/9/2026", "26-10-9", "2026-10", "2026-10-09 08:30", "2026-10-091", "45939", "2026年", "x"] {
        assert_eq!(plain_day(typed), None, "{typed}");
    }
    for typed in ["2026-09", "2026/9", "2026年9月", "202609", "２０２６．９"] {
        assert_eq!(plain_month(typed).as_deref(), Some("2026-09"), "{typed}");
    }
    for typed in ["2026", "2026-09-01", "9月", "一月"] {
        assert_eq!(plain_month(typed), None, "{typed}");
    }
}

#[test]
fn a_red_amount_keeps_its_sign() {
    assert_eq!(plain_signed_amount("－1，500.00元").as_deref(), Ok("-1500"));
    assert_eq!(plain_signed_amount("1500").as_deref(), Ok("1500"));
    assert!(plain_signed_amount("--1").is_err());
}
