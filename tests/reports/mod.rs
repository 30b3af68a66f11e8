//! Reports of finance and lists as files, through the API and the pages, on both engines.

pub mod figures;
mod files;
mod rights;
