//! Operation of the program: backups, seals and housekeeping, the log, and emails that are missing from the queue.

mod backups;
mod deleted;
mod logged;
mod upkeep;
