//! The API for programs: one file a feature.

pub mod contracts;
pub mod deliverables;
pub mod files;
pub mod health;
mod multipart;
pub mod session;
