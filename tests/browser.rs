//! End-to-end tests of the pages in headless Chromium: every page for every role in both languages, and whole stories.

/// Generates one sweep test per visitor and language, and `SWEPT`, the list of these visitors.
macro_rules! in_both_languages {
    ($($name:ident $who:literal;)+) => {
        $(
            mod $name {
                #[test]
                fn in_chinese() {
                    super::sweep($who, "zh");
                }

                #[test]
                fn in_english() {
                    super::sweep($who, "en");
                }
            }
        )+

        const SWEPT: &[&str] = &[$($who),+];
    };
}

mod beside;
pub mod cases;
mod columns;
mod files;
mod filling;
mod forged;
mod headers;
mod hostile;
mod language;
mod look;
mod outbox;
mod plain_pages;
pub mod posted;
pub mod rows;
mod search;
mod showcase;
mod stories;
mod sweep;

/// The visitors: one of each role, a user whom the contract does not concern, and one who is not signed in.
pub const VISITORS: &[&str] = &[
    "justice",
    "justice-leader",
    "accountant",
    "station",
    "finance-review",
    "finance-approve",
    "finance-pay",
    "contractor",
    "contractor-2",
    "audit",
    "admin",
    "nobody",
];
