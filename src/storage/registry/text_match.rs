//! Text matching for searches in small, indexed parts of a table: the same expressions on both engines.
//!
//! The case of ASCII letters is ignored. Large tables are searched by pairs of characters instead (`contractors`).

use diesel::define_sql_function;
use diesel::sql_types::Text;

define_sql_function! {
    /// SQL function `lower`.
    fn lower(text: Text) -> Text;
}

/// Maximum number of words of a query that narrow a search, and of characters of each.
const MAX_WORDS: usize = 6;
const MAX_LENGTH: usize = 100;

/// Splits a query into its words in lower case.
pub fn query_words(q: &str) -> Vec<String> {
    q.split_whitespace().take(MAX_WORDS).map(|word| word.to_lowercase().chars().take(MAX_LENGTH).collect()).collect()
}

/// Builds the `LIKE` pattern of texts that contain a word.
pub fn containing(word: &str) -> String {
    format!("%{}%", literal(word))
}

/// Builds the `LIKE` pattern of texts that start with a word.
pub fn starting_with(word: &str) -> String {
    format!("{}%", literal(word))
}

/// Escapes the wildcards of patterns with a backslash.
fn literal(word: &str) -> String {
    let mut text = String::new();
    for c in word.to_lowercase().chars().take(MAX_LENGTH) {
        if matches!(c, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

/// Compares a column with a `LIKE` pattern built here.
macro_rules! matches_pattern {
    ($column:expr, $pattern:expr) => {
        $crate::storage::registry::text_match::lower($column).like($pattern).escape('\\')
    };
}
pub(crate) use matches_pattern;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_in_a_query_are_literal() {
        assert_eq!(containing("50%_\\"), "%50\\%\\_\\\\%");
        assert_eq!(starting_with("XC-A"), "xc-a%");
        assert_eq!(query_words("  宣财指〔2026〕  12号 "), ["宣财指〔2026〕", "12号"]);
        assert_eq!(query_words(&"a ".repeat(20)).len(), 6);
    }
}
