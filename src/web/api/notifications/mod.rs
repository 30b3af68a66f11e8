//! Notices of a person, the email queue and the texts of emails.

pub mod email_queue;
pub mod mail_templates;
pub mod notices;
