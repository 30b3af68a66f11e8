//! Deliverables and invoices through the API: submitted with files, decided on, refused and downloaded.

mod deciding;
mod downloads;
mod flags;
mod invoices;
mod keeping;
mod plausible;
mod shown;
mod submitting;
mod withdrawing;
pub mod support;
