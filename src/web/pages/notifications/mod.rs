//! Tasks and notices of a person, and the texts of emails.

pub mod calendar_feed;
pub mod mail_templates;
pub mod notices;
pub mod tasks;
