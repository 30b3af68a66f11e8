//! The API for programs, one module a feature: parse the request, call one service, answer with JSON.

pub mod audit;
pub mod change_requests;
pub mod contracts;
pub mod deliverables;
pub mod email_queue;
pub mod identity;
pub mod multipart;
pub mod operations;
pub mod page;
pub mod payments;
pub mod performance;
pub mod registry;
