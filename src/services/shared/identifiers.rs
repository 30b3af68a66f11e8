//! Identifiers as people type them: the one place where two spellings of a number become the same key.
//!
//! [`text_input::key`] decides which characters are the same. Keys are in upper case, as stored rows have them.

use crate::domain::text_input;

/// Returns the key of an identifier, such as a voucher number.
pub fn fold_identifier(typed: &str) -> String {
    text_input::key(typed).to_uppercase()
}

/// Returns the key of an invoice number, in which dashes only separate groups of digits.
pub fn fold_number(typed: &str) -> String {
    fold_identifier(typed).replace('-', "")
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
