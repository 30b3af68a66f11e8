//! Patterns for searches in small, indexed parts of a table, the same on both engines.
//!
//! They are matched against a row's `search_key`, its folded words, each between spaces. Large tables are searched by
//! pairs of characters instead (`contractors`).

use crate::domain::text_input::key;

/// Maximum number of words in a query that narrow a search, and of characters in each.
const MAX_WORDS: usize = 6;
const MAX_LENGTH: usize = 100;

/// Splits a query into its words.
fn query_words(q: &str) -> Vec<String> {
    q.split_whitespace().take(MAX_WORDS).map(str::to_owned).collect()
}

/// Builds the patterns of rows that contain every word of a query.
pub fn containing_all(q: &str) -> Vec<String> {
    query_words(q).iter().map(|word| containing(word)).collect()
}

/// Builds the `LIKE` pattern of rows that contain a word.
pub fn containing(word: &str) -> String {
    format!("%{}%", escape_word(word))
}

/// Builds the `LIKE` pattern of rows with a text that starts with a word.
pub fn starting_with(word: &str) -> String {
    format!("% {}%", escape_word(word))
}

/// Builds the `LIKE` pattern of rows with a text that equals a word.
pub fn exactly(word: &str) -> String {
    format!("% {} %", escape_word(word))
}

/// Returns the folded spelling of a word with the wildcards of patterns escaped by a backslash.
fn escape_word(word: &str) -> String {
    let mut text = String::new();
    for c in key(word).chars().take(MAX_LENGTH) {
        if matches!(c, '%' | '_' | '\\') {
            text.push('\\');
        }
        text.push(c);
    }
    text
}
