//! Radicals, read as ordinary characters.

use luyue::domain::radicals::to_ideograph;
use unicode_normalization::UnicodeNormalization;

#[test]
fn every_radical_has_its_place_in_the_lists() {
    for sign in '\u{2f00}'..='\u{2fd5}' {
        assert!(std::iter::once(sign).nfkc().eq([to_ideograph(sign)]), "{sign}");
    }
    // The first and the last of the supplement: none between them is missing.
    assert_eq!(['\u{2e81}', '\u{2e9f}', '\u{2ef3}'].map(to_ideograph), ['厂', '母', '龟']);
    let plain: String = "社区⼯作⽇⻚⻋⻔⻘⺀龜⿕".chars().map(to_ideograph).collect();
    assert_eq!(plain, "社区工作日页车门青⺀龜龠");
}
