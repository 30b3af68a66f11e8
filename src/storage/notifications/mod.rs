//! Notifications: the email queue, its leases, the recipients of emails, and the emails that were not delivered.

pub mod bounces;
pub mod choices;
pub mod email_queue;
pub mod leases;
pub mod notices;
pub mod posts;
pub mod recipients;
pub mod signed_emails;
pub mod templates;
pub mod undelivered;
