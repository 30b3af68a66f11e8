//! Typed values, the spellings that forms accept, and the form reader.

mod day_spelling;
mod form_reader;
mod identifiers;
mod number_spelling;
mod typed_values;
