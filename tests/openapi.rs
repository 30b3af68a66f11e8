//! The OpenAPI document against the handlers: every documented operation is requested as documented, and every answer
//! must have a documented status, media type and schema.
//!
//! The matrix of rights checks its answers with [`document`] too, so that statuses are covered for every role and
//! state.

mod cases;
mod contract_cases;
pub mod document;
mod field_cases;
mod reads;
mod shape;
mod writes;
