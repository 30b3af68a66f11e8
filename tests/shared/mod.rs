//! Typed values, the spellings that forms accept, and the form reader.

mod form_reader;
mod identifiers;
mod number_spelling;
mod typed_values;
