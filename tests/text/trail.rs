//! Sentences of trails.

use luyue::text::trail::close_han_gaps;

#[test]
fn only_the_gap_between_han_and_figures_goes() {
    assert_eq!(close_han_gaps("应付 153,665.60 元，Party A 的 5% 计 a b"), "应付153,665.60元，Party A的5%计a b");
}
