//! Whole stories, with nothing but HTTP, on both engines.

mod programme;
