//! Performance guarantees, through the API and the pages: their limit, the claims on them, their return, and races.

mod acts;
mod races;
pub mod setup;
