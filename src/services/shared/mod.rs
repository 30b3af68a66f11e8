//! Code shared by all services: paging of lists, reading of typed forms and tables, limits on free text, and the
//! collection of input faults.

mod amount_parts;
mod chinese_numerals;
pub mod day_spelling;
pub mod faults;
pub mod form_reader;
pub mod heading_units;
pub mod identifiers;
pub mod inputs;
pub mod number_spelling;
pub mod paging;
mod percent_spelling;
pub mod saved_names;
pub mod tables;
pub mod typed_tables;
pub mod typed_values;
