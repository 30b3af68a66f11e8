//! Rows of the files submitted with deliverables and invoices.

pub mod files;
