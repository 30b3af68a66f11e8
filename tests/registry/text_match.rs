//! Patterns of searches in registers.

use luyue::storage::registry::text_match::{containing, containing_all, exactly, starting_with};

#[test]
fn wildcards_in_a_query_are_literal() {
    assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
    assert_eq!(starting_with("XC–A"), "% xc-a%");
    assert_eq!(exactly("（a）"), "% (a) %");
    assert_eq!(containing_all("  宣财指〔2026〕  12号 "), ["%宣财指(2026)%", "%12号%"]);
    assert_eq!(containing_all(&"a ".repeat(20)).len(), 6);
}
