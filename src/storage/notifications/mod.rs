//! The email queue.

pub mod email_queue;
