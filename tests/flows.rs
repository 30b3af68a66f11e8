//! End-to-end scenarios over HTTP only, on both engines.

pub mod programme;
