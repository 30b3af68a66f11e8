//! Days and months in the spellings that people use.

use luyue::services::shared::day_spelling::{day_fault, plain_day, plain_month};

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
        "2026-10-09 周五",
        "2026年10月9日星期五",
        "2026年10月9日 星期五",
        "2026/10/9 礼拜五",
        "2026‑10‑09",
        "2026―10―9",
        "Friday, October 9, 2026",
        "Fri 9 Oct 2026",
        "9 October 2026",
        "09 Oct 2026",
        "October 9, 2026",
        "Oct. 9th, 2026",
        "OCT 9 2026",
        "2026 10 9",
        "2026  10  09",
        "二〇二六年十月九日",
        "二○二六年十月九日",
        "二零二六年十月九日 星期五",
        "贰零贰陆年拾月玖日",
        "2026年十月9日",
        "46304",
        "４６３０４",
    ] {
        assert_eq!(plain_day(typed).as_deref(), Some("2026-10-09"), "{typed}");
    }
    for typed in [
        "",
        "10/9/2026",
        "26-10-9",
        "2026-10",
        "2026-10-09 08:30",
        "2026-10-09 0",
        "2026100",
        "202610",
        "2026-10-091",
        "20000",
        "99999",
        "2026年",
        "10 9 2026",
        "二六年十月九日",
        "二〇二六年十月",
        "二〇二六年十月两千三日",
        "星期五",
        "x",
    ] {
        assert_eq!(plain_day(typed), None, "{typed}");
    }
    for typed in [
        "2026-09",
        "2026/9",
        "2026年9月",
        "2026年9月份",
        "2026‑09",
        "202609",
        "２０２６．９",
        "二〇二六年九月",
        "2026 9",
        "September 2026",
        "Sep 2026",
        "2026-Sept",
    ] {
        assert_eq!(plain_month(typed).as_deref(), Some("2026-09"), "{typed}");
    }
    for typed in ["2026", "2026-09-01", "9月", "一月", "Sep", "9 Sep 2026"] {
        assert_eq!(plain_month(typed), None, "{typed}");
    }
}

#[test]
fn a_refused_day_says_what_it_lacks() {
    for (typed, key) in [
        ("9月29日", "typed-day-year"),
        ("9-29", "typed-day-year"),
        ("30 September", "typed-day-year"),
        ("Sept 30", "typed-day-year"),
        ("2026年9月", "typed-day-day"),
        ("2026-09", "typed-day-day"),
        ("September 2026", "typed-day-day"),
        ("26.9.1", "typed-day-century"),
        ("26年9月1日", "typed-day-century"),
        ("03/04/2026", "typed-day-order"),
        ("4.3.2026", "typed-day-order"),
        ("32/13/2026", "typed-day-order"),
        ("很快", "draft-date"),
        ("Smarch 1, 2026", "draft-date"),
        ("9 October 9 2026", "draft-date"),
        ("20000", "draft-date"),
    ] {
        assert_eq!(plain_day(typed), None, "{typed}");
        assert_eq!(day_fault(typed).key, key, "{typed}");
    }
}

#[test]
fn month_and_day_before_the_year_are_read_where_only_one_order_is_possible() {
    for (typed, day) in [
        ("29/09/2026", "2026-09-29"),
        ("09/29/2026", "2026-09-29"),
        ("29.9.2026", "2026-09-29"),
        ("9-29-2026", "2026-09-29"),
        ("５/５/2026", "2026-05-05"),
    ] {
        assert_eq!(plain_day(typed).as_deref(), Some(day), "{typed}");
    }
}

#[test]
fn day_numbers_of_spreadsheets_are_read() {
    for (typed, day) in
        [("36526", "2000-01-01"), ("46387", "2026-12-31"), ("46387 ", "2026-12-31"), ("73050", "2099-12-31")]
    {
        assert_eq!(plain_day(typed).as_deref(), Some(day), "{typed}");
    }
    for typed in ["36525", "73051", "4638", "463870"] {
        assert_eq!(plain_day(typed), None, "{typed}");
    }
}
