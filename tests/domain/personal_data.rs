//! Personal data in texts, found by form and check digits, in the ways in which people write them.

use luyue::domain::personal_data::PersonalData::{self, BankCard, IdentityNumber, Mobile};
use luyue::domain::personal_data::find;
use luyue::domain::service_records::{find_township, is_subject_code};

#[test]
fn numbers_are_found_however_they_are_written() {
    let cases: &[(&str, Option<PersonalData>)] = &[
        ("11010519491231002X", Some(IdentityNumber)),
        ("11010519491231002x", Some(IdentityNumber)),
        ("身份证110105194912310021", None),
        ("身份证：11010519491231002X。", Some(IdentityNumber)),
        ("110105 19491231 002X", Some(IdentityNumber)),
        // The day does not exist.
        ("110105194913310028", None),
        ("13812345678", Some(Mobile)),
        ("电话13812345678，晚上", Some(Mobile)),
        ("138-1234-5678", Some(Mobile)),
        ("+86 138 1234 5678", Some(Mobile)),
        ("8613812345678", Some(Mobile)),
        ("12812345678", None),
        ("138123456789", None),
        ("4111111111111111", Some(BankCard)),
        ("4111 1111 1111 1111", Some(BankCard)),
        ("4111111111111112", None),
        ("6222021234567890128", Some(BankCard)),
        ("2026-09-30", None),
        ("2026-09-14 2026-09-15", None),
        ("XZ-017", None),
        ("走访 3 户，每户 45 分钟", None),
        ("宣司〔2017〕43号", None),
        ("", None),
    ];
    for (text, expected) in cases {
        assert_eq!(find(text), *expected, "{text}");
    }
}

#[test]
fn codes_are_no_names() {
    for code in ["XZ-017", "7", "a.b_1"] {
        assert!(is_subject_code(code), "{code}");
    }
    for name in ["", "王某", "Wang", "XZ 017", "矫017", &"1".repeat(41)] {
        assert!(!is_subject_code(name), "{name}");
    }
}

#[test]
fn a_place_names_one_township() {
    let townships = ["西林街道", "西林", "杨柳镇", "杨林镇"];
    let found = |place: &str| find_township(place, &townships, |name| name).copied();
    assert_eq!(found("宣州区西林街道工作站"), Some("西林街道"), "the longest");
    assert_eq!(found("西 林 小学"), Some("西林"));
    assert_eq!(found("杨柳镇"), Some("杨柳镇"));
    assert_eq!(found("杨柳镇与杨林镇交界"), None, "two");
    assert_eq!(found("宣州区"), None);
}
