//! Notifications: alerts and reminders by email, the queue that carries them, and each person's list of tasks.
//!
//! An email is queued as a row in the transaction that causes it (`alerts`, `reminders`) and sent later by a job
//! (`delivery`).

pub mod account_notices;
pub mod alerts;
mod audience;
pub mod bounces;
pub mod breach_alerts;
pub mod calendar_feed;
mod change_request_subject;
pub mod delivery;
mod digests;
pub mod email_queue;
pub mod gateway;
pub mod links;
pub mod money_alerts;
pub mod notices;
pub mod party_alerts;
pub mod reminders;
mod returned;
pub mod sent;
pub mod task_words;
pub mod tasks;
pub mod templates;
pub mod undelivered;
pub mod work;
