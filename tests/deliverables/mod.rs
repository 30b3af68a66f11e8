//! Deliverables and invoices through the API: handed in with files, decided on, refused, given out again.

mod deciding;
mod downloads;
mod invoices;
mod submitting;
pub mod support;
