//! What is wrong with terms, facts or a case, in words. It must not judge: the domain found it.

use crate::domain::codes::Language;
use crate::domain::invalid::Invalid;

/// The sentence for a person; where it is wrong stands in the path.
pub fn sentence(invalid: &Invalid, language: Language) -> String {
    crate::text::message(language, invalid.code, &invalid.args)
}
