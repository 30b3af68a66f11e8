//! Deliverables and invoices through the API: submitted with files, decided on, refused and downloaded.

mod attached;
mod batches;
mod deciding;
mod downloads;
mod flags;
mod inspecting;
mod invoices;
mod keeping;
mod plausible;
mod returned;
mod reused;
mod scanned;
mod shown;
mod submitting;
pub mod support;
mod withdrawing;
