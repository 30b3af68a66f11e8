//! Rows of the files submitted with deliverables and invoices, and of the numbers of invoices.

pub mod files;
pub mod invoice_numbers;
pub mod kept_files;
