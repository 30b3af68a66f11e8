//! Faults of terms, facts or a case as sentences. The domain found them; nothing is validated here.

use crate::domain::codes::Language;
use crate::domain::invalid::Invalid;
use crate::text::money::shown_value;

/// Returns the sentence of a fault; its place is in the path.
pub fn sentence(invalid: &Invalid, language: Language) -> String {
    let args: Vec<_> = invalid.args.iter().map(|(name, value)| (*name, shown_value(name, value))).collect();
    crate::text::message(language, invalid.code, &args)
}
