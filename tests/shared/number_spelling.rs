//! Numbers in the spellings that people use.

use luyue::error::Message;
use luyue::services::shared::number_spelling::NumberKind::{
    Days, Measured, Money, Percent, Quantity, Score, Whole, Year,
};
use luyue::services::shared::number_spelling::{plain_number, plain_signed_amount};

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
        ("3百元", Money, "300"),
        ("2千次", Quantity, "2000"),
        ("100圆整", Money, "100"),
        ("100元人民币", Money, "100"),
        ("人民币 100 圆", Money, "100"),
        ("CNY 100", Money, "100"),
        ("100 yuan", Money, "100"),
        ("5，000", Money, "5000"),
        ("一百", Money, "100"),
        ("两千元", Money, "2000"),
        ("三万五千元整", Money, "35000"),
        ("人民币壹拾贰万叁仟元整", Money, "123000"),
        ("三点五万元", Money, "35000"),
        ("12万3456.78元", Money, "123456.78"),
        ("人民币（大写）：陆万元整（小写：￥60,000.00元）", Money, "60000"),
        ("60,000.00（大写：陆万元整）", Money, "60000"),
        ("大写陆万元整", Money, "60000"),
        ("每日万分之五", Percent, "0.05"),
        ("按日0.05%", Percent, "0.05"),
        ("0.05%/日", Percent, "0.05"),
        ("千分之一每天", Percent, "0.1"),
        ("3万5千元", Money, "35000"),
        ("1万2千3百元", Money, "12300"),
        ("12万0500元", Money, "120500"),
        ("2百万", Money, "2000000"),
        ("１．５千万元", Money, "15000000"),
        ("壹拾贰万叁仟肆佰伍拾陆元柒角捌分", Money, "123456.78"),
        ("人民币壹佰元零伍分", Money, "100.05"),
        ("叁仟元伍角整", Money, "3000.5"),
        ("5,000元5角", Money, "5000.5"),
        ("贰拾圆正", Money, "20"),
        ("5000块钱", Money, "5000"),
        ("5000人民币", Money, "5000"),
        ("1万2千人次", Quantity, "12000"),
        ("零点五万元", Money, "5000"),
        ("一亿两千万", Money, "120000000"),
        ("三十天", Days, "30"),
        ("十五个自然日", Days, "15"),
        ("九十分钟", Whole, "90"),
        ("90分", Whole, "90"),
        ("十日", Days, "10"),
        ("15日内", Days, "15"),
        ("十五个日历日以内", Days, "15"),
        ("30天之内", Days, "30"),
        ("二十次", Quantity, "20"),
        ("两千零三人次", Quantity, "2003"),
        ("四十五人", Whole, "45"),
        ("九十二点五分", Score, "92.5"),
        ("二十", Percent, "20"),
        ("二十%", Percent, "20"),
        ("二〇二六年", Year, "2026"),
        ("二○二六年", Year, "2026"),
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
        ("5‰", Percent, "0.5"),
        ("5‱", Percent, "0.05"),
        ("万分之五", Percent, "0.05"),
        ("万分之 0.5", Percent, "0.005"),
        ("万分之五点五", Percent, "0.055"),
        ("千分之一", Percent, "0.1"),
        ("百分之二十", Percent, "20"),
        ("百分之十五", Percent, "15"),
        ("百分之一百", Percent, "100"),
        ("百分之一百零五", Percent, "105"),
        ("百分之20", Percent, "20"),
        ("十分之一", Percent, "10"),
        ("万分之两", Percent, "0.02"),
        ("95%", Measured, "95"),
        ("90分", Score, "90"),
        ("98％", Score, "98"),
        ("45人", Whole, "45"),
        ("30天", Days, "30"),
        ("30 日", Days, "30"),
        ("15个自然日", Days, "15"),
        ("15 days", Days, "15"),
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
        ("-", Money, "typed-character", "-"),
        (" — ", Quantity, "typed-character", "-"),
        ("½", Money, "typed-character", "½"),
        ("10²", Money, "typed-character", "²"),
        ("两千三元", Money, "typed-character", "两"),
        ("三万五", Money, "typed-character", "三"),
        ("3万5", Money, "typed-character", "5"),
        ("3万5千6", Money, "typed-character", "5"),
        ("3千5万", Money, "typed-character", "5"),
        ("5元5", Money, "typed-character", "元"),
        ("5.5元5角", Money, "typed-character", "元"),
        ("一百五", Money, "typed-character", "一"),
        ("千元", Money, "typed-character", "千"),
        ("三百美元", Money, "typed-character", "美"),
        ("二三十天", Days, "typed-character", "二"),
        ("三十多天", Days, "typed-character", "多"),
        ("30内", Days, "typed-character", "内"),
        ("30周内", Days, "typed-character", "周"),
        ("1刻钟", Whole, "typed-character", "刻"),
        ("3元", Whole, "typed-character", "元"),
        ("3个月", Whole, "typed-character", "月"),
        ("半天", Whole, "typed-character", "半"),
        ("十几次", Quantity, "typed-character", "几"),
        ("三成", Percent, "typed-character", "成"),
        ("三点", Money, "typed-character", "三"),
        ("٣", Money, "typed-character", "٣"),
        ("12.", Money, "typed-character", "."),
        ("1.2.3", Money, "typed-character", "."),
        ("12,34", Money, "typed-grouping", ","),
        ("1,2345", Money, "typed-grouping", ","),
        ("1234,567", Money, "typed-grouping", ","),
        (",567", Money, "typed-grouping", ","),
        ("1 2", Money, "typed-grouping", "U+0020"),
        ("1,234 567", Money, "typed-grouping", ","),
        ("12余次", Quantity, "typed-character", "余"),
        ("12多次", Quantity, "typed-character", "多"),
        ("12几次", Quantity, "typed-character", "几"),
        ("12个半", Quantity, "typed-character", "半"),
        ("12万三", Quantity, "typed-character", "三"),
        ("12x", Quantity, "typed-character", "x"),
        ("很多", Quantity, "typed-character", "很"),
        ("人", Whole, "typed-character", "人"),
        ("5美", Percent, "typed-character", "美"),
        ("万分之很", Percent, "typed-character", "万"),
        ("亿分之五", Percent, "typed-character", "亿"),
        ("百分之二十五十", Percent, "typed-character", "百"),
        ("百分之", Percent, "typed-character", "百"),
        ("5万", Percent, "typed-character", "万"),
    ] {
        let found = plain_number(typed, kind).expect_err(typed);
        let wanted = (key, Some(&("character", character.to_owned())));
        assert_eq!((found.key, found.args.first()), wanted, "{typed}");
    }
    for (typed, kind, key) in [
        ("60,000.00（大写：伍万元整）", Money, "typed-two-amounts"),
        ("60,000.00（含税）", Money, "typed-character"),
        ("2小时", Whole, "typed-hours"),
        ("2个小时", Whole, "typed-hours"),
        ("1小时30分", Whole, "typed-hours"),
        ("3个钟头", Whole, "typed-hours"),
        ("每日", Percent, "draft-empty"),
        ("-1", Money, "typed-negative"),
        ("－1", Money, "typed-negative"),
        ("−1", Quantity, "typed-negative"),
        ("‑1", Money, "typed-negative"),
        ("负一千元", Money, "typed-negative"),
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
fn a_refused_number_is_shown_one_of_its_kind() {
    for (kind, example) in [
        (Money, "12,345.60"),
        (Quantity, "1,200"),
        (Measured, "95.5"),
        (Score, "92.5"),
        (Percent, "0.05"),
        (Whole, "12"),
        (Days, "30"),
        (Year, "2026"),
    ] {
        let found = plain_number("很多", kind).expect_err("no number");
        assert!(found.args.contains(&("example", example.to_owned())), "{kind:?}: {found:?}");
        assert!(plain_number(example, kind).is_ok(), "{kind:?}: the example itself is read");
    }
}

#[test]
fn a_red_amount_keeps_its_sign() {
    assert_eq!(plain_signed_amount("－1，500.00元").as_deref(), Ok("-1500"));
    assert_eq!(plain_signed_amount("‑1500").as_deref(), Ok("-1500"));
    assert_eq!(plain_signed_amount("1500").as_deref(), Ok("1500"));
    for typed in [
        "(1,400.00)",
        "（1,400.00）",
        "（￥１４００元）",
        "￥(1,400.00)",
        "负1,400.00",
        "￥-1,400",
        "-￥1,400",
        "−一千四百元",
    ] {
        assert_eq!(plain_signed_amount(typed).as_deref(), Ok("-1400"), "{typed}");
    }
    for typed in ["--1", "(-1)", "-(1)", "(1", "1)", "()"] {
        assert!(plain_signed_amount(typed).is_err(), "{typed}");
    }
    assert!(plain_number("(1,400.00)", Money).is_err(), "only a red amount is negative");
}

#[test]
fn working_days_are_not_days() {
    for typed in ["10个工作日", "10 工作日", "三十个工作日", "5工作日内"] {
        assert_eq!(plain_number(typed, Days).map_err(|fault| fault.key), Err("typed-working-days"), "{typed}");
    }
}
