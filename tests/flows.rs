//! Whole stories, with nothing but HTTP, on both engines.

pub mod programme;
