//! Deliverables and invoices through the API: submitted with files, decided on, refused and downloaded.

mod deciding;
mod downloads;
mod invoices;
mod plausible;
mod submitting;
pub mod support;
