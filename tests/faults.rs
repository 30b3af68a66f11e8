//! Faults on every operation that writes: one table holds the expected answers, and no row of the database may change.
//!
//! A fault is a column and an operation a row. A missing cell does not compile; an operation without a row fails.

mod clocks;
mod crashes;
mod failing;
mod full;
mod interrupted;
mod killed;
mod kills;
pub mod operations;
mod shared_commits;
mod torn;
mod tries;

use Cell::{Done, Not, Once, Refused, Says};

/// Expected outcome of a fault.
#[derive(Debug, Clone, Copy)]
pub enum Cell {
    /// This status and problem type; no row has changed.
    Says(u16, &'static str),
    /// 422 with this rule; no row has changed.
    Refused(&'static str),
    /// The operation takes effect once. Repeated, also after a kill, it gives the same answer and no second effect.
    Done,
    /// Of several concurrent requests exactly one takes effect; the others get one of these.
    Once(&'static [&'static str]),
    /// Not applicable, with the reason.
    Not(&'static str),
}

/// Faults, in the order of the table's columns.
pub const FAULTS: [&str; 12] = [
    "malformed",
    "no number or day",
    "out of bounds",
    "of another",
    "wrong state",
    "twice",
    "race",
    "same request again",
    "disk full",
    "database gone",
    "mail server gone",
    "killed",
];

const BAD: Cell = Says(400, "malformed");
const GONE: Cell = Says(503, "unavailable");
const NOT_THERE: Cell = Says(404, "not-found");
const STATE: Cell = Says(409, "wrong-state");
const NONE: Cell = Not("its body has no number and no day that counts");
const NEW: Cell = Not("it is of no contract yet");
const RACED: Cell = Once(&["wrong-state", "lost-race"]);
const STEP: Cell = Once(&["payment-wrong-state", "lost-race"]);
const STEPPED: Cell = Says(409, "payment-wrong-state");
const ASKED: Cell = Once(&["change-request-decided", "lost-race"]);

/// Expected outcomes, one row per operation.
#[rustfmt::skip]
pub const TABLE: &[(&str, [Cell; FAULTS.len()])] = &[
    ("create contract", [BAD, BAD, BAD, Says(403, "not-the-purchaser"), NEW, Refused("unique-number"), Once(&["refused", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("update contract", [BAD, BAD, BAD, NOT_THERE, STATE, Says(412, "changed"), Once(&["changed", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("submit", [BAD, NONE, NONE, NOT_THERE, STATE, STATE, RACED, Done, GONE, GONE, Done, Done]),
    ("fund", [BAD, NONE, NONE, NOT_THERE, STATE, STATE, RACED, Done, GONE, GONE, Done, Done]),
    ("activate", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, STATE, RACED, Done, GONE, GONE, Done, Done]),
    ("submission", [BAD, BAD, BAD, NOT_THERE, STATE, Says(409, "repeated-submission"), Once(&["repeated-submission", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("decision", [BAD, BAD, Refused("accepted-more-than-submitted"), NOT_THERE, STATE, Says(409, "decided-already"), Once(&["decided-already", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("invoice", [BAD, BAD, BAD, NOT_THERE, STATE, Says(409, "invoice-known"), Once(&["invoice-known", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("score", [BAD, BAD, BAD, NOT_THERE, STATE, Says(409, "repeated-score"), Once(&["repeated-score", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("request payment", [BAD, BAD, Refused("within-payable"), NOT_THERE, STATE, Says(409, "repeated-payment"), Once(&["repeated-payment", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("confirm payment", [BAD, NONE, NONE, NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("review payment", [BAD, NONE, NONE, NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("approve payment", [BAD, NONE, NONE, NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("pay", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("ask extension", [BAD, BAD, BAD, NOT_THERE, STATE, Says(409, "repeated-extension"), Once(&["repeated-extension", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("grant extension", [BAD, NONE, NONE, NOT_THERE, STATE, Says(409, "change-request-decided"), ASKED, Done, GONE, GONE, Done, Done]),
    ("ask waiver", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, Says(409, "repeated-waiver"), Once(&["repeated-waiver", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("grant waiver", [BAD, NONE, NONE, NOT_THERE, STATE, Says(409, "change-request-decided"), ASKED, Done, GONE, GONE, Done, Done]),
    ("incident", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, Says(409, "repeated-incident"), Once(&["repeated-incident", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("propose appropriation", [BAD, BAD, Refused("register"), Refused("register"), NEW, Says(409, "proposal-waiting"), Once(&["proposal-waiting", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("approve appropriation", [BAD, NONE, NONE, NOT_THERE, NEW, Says(409, "decided-before"), Once(&["decided-before", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("propose budget change", [BAD, BAD, Refused("register"), Refused("register"), NEW, Says(409, "proposal-waiting"), Once(&["proposal-waiting", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("approve budget change", [BAD, NONE, NONE, NOT_THERE, NEW, Says(409, "decided-before"), Once(&["decided-before", "lost-race"]), Done, GONE, GONE, Done, Done]),
];
