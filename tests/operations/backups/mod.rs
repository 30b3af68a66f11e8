//! Backups: what is restored equals the snapshot, on either engine and from one to the other; what cannot be restored
//! is refused with nothing written.

mod demonstration;
mod drill;
mod moving;
mod place;
mod refused;
