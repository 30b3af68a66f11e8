//! Notifications: alerts and reminders to people, the queue of emails that carries them, and the list of each person's tasks.
//!
//! An email is a row before it is sent; see `email_queue` and `delivery`.

pub mod alerts;
pub mod delivery;
pub mod email_queue;
pub mod reminders;
pub mod tasks;
