//! Faults of terms, facts or a case as sentences. The domain found them; nothing is judged here.

use crate::domain::codes::Language;
use crate::domain::invalid::Invalid;

/// Returns the sentence of a fault; its place is in the path.
pub fn sentence(invalid: &Invalid, language: Language) -> String {
    crate::text::message(language, invalid.code, &invalid.args)
}
