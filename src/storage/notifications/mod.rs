//! Notifications: the email queue.

pub mod email_queue;
pub mod recipients;
