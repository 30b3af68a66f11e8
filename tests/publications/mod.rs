//! Publications: the act of two people by which a contract becomes public, and what anyone then sees of it.

mod acts;
mod ocds;
mod open;
mod private;
pub mod setup;
