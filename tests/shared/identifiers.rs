//! Folded numbers of documents.

use luyue::services::shared::identifiers::{fold_identifier, fold_number, invoice_number};

#[test]
fn spellings_of_one_number_have_one_key() {
    for typed in [
        "24952000000012345678",
        "2495 2000 0000 1234 5678",
        "２４９５２０００００００１２３４５６７８",
        "2495-2000–0000—1234－5678",
        "\u{200b}24952000\u{3000}000012345678\u{202e}",
    ] {
        assert_eq!(fold_number(typed), "24952000000012345678", "{typed}");
    }
    assert_eq!(fold_identifier(" zf－2026 / １ "), "ZF-2026/1");
    assert_ne!(fold_identifier("ZF-1"), fold_identifier("ZF1"));
    assert_eq!(fold_number(" \u{200b}\u{3164} "), "");
}

#[test]
fn an_invoice_number_is_stored_without_the_marks_that_group_its_digits() {
    for (typed, stored) in [
        ("２６３４ ２９０６-6229 7127 9699", "26342906622971279699"),
        ("2495-2000–0000—1234－5678", "24952000000012345678"),
        ("34200123 - 45678901", "3420012345678901"),
        ("INV-2026-01", "INV-202601"),
        ("-12-", "-12-"),
        ("A-B", "A-B"),
    ] {
        assert_eq!(invoice_number(typed), stored, "{typed}");
    }
}
