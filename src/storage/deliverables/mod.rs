//! Files of deliverables and invoices.

pub mod files;
