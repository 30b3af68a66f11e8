//! What goes wrong, on each operation that writes: one table says what is answered, and each time no row has changed.
//!
//! A fault is a column, an operation a row, and a row without a cell does not compile; an operation without a row fails.

mod killed;
pub mod operations;
mod tries;

use Cell::{Done, Not, Once, Refused, Says};

/// What a fault leads to.
#[derive(Debug, Clone, Copy)]
pub enum Cell {
    /// A status and the type of the problem; no row has changed.
    Says(u16, &'static str),
    /// 422 by a rule; no row has changed.
    Refused(&'static str),
    /// It has its effect all the same, once (again, or after the program was killed: the same answer and no second effect).
    Done,
    /// Of several at once exactly one has its effect; the others are told one of these.
    Once(&'static [&'static str]),
    /// It cannot be tried, for a reason.
    Not(&'static str),
}

/// The faults, in the order of the table's columns.
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
const ASKED: Cell = Once(&["ask-decided", "lost-race"]);

/// The table.
#[rustfmt::skip]
pub const TABLE: &[(&str, [Cell; FAULTS.len()])] = &[
    ("create contract", [BAD, BAD, BAD, Says(403, "not-the-purchaser"), NEW, Refused("unique-number"), Once(&["refused", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("update contract", [BAD, BAD, BAD, NOT_THERE, STATE, Says(412, "changed"), Once(&["changed", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("submit", [BAD, NONE, NONE, NOT_THERE, STATE, STATE, RACED, Done, GONE, GONE, Done, Done]),
    ("fund", [BAD, NONE, NONE, NOT_THERE, STATE, STATE, RACED, Done, GONE, GONE, Done, Done]),
    ("activate", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, STATE, RACED, Done, GONE, GONE, Done, Done]),
    ("submission", [BAD, BAD, BAD, NOT_THERE, STATE, Refused("submission-before-rejection"), Once(&["refused", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("decision", [BAD, BAD, Refused("accepted-more-than-submitted"), NOT_THERE, STATE, Says(409, "decided-already"), Once(&["decided-already", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("invoice", [BAD, BAD, BAD, NOT_THERE, STATE, Not("a second invoice is a document of the milestone"), Not("each is a document of its own"), Done, GONE, GONE, Done, Done]),
    ("score", [BAD, BAD, BAD, NOT_THERE, STATE, Refused("scored-already"), Once(&["refused", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("request payment", [BAD, BAD, Refused("within-payable"), NOT_THERE, STATE, Refused("within-payable"), Once(&["refused", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("confirm payment", [BAD, NONE, NONE, NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("review payment", [BAD, NONE, NONE, NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("approve payment", [BAD, NONE, NONE, NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("pay", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, STEPPED, STEP, Done, GONE, GONE, Done, Done]),
    ("ask extension", [BAD, BAD, BAD, NOT_THERE, STATE, Not("more can be asked for"), Not("each is asked for by itself"), Done, GONE, GONE, Done, Done]),
    ("grant extension", [BAD, NONE, NONE, NOT_THERE, STATE, Says(409, "ask-decided"), ASKED, Done, GONE, GONE, Done, Done]),
    ("ask waiver", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, Not("it can be asked for again"), Not("each is asked for by itself"), Done, GONE, GONE, Done, Done]),
    ("grant waiver", [BAD, NONE, NONE, NOT_THERE, STATE, Says(409, "ask-decided"), ASKED, Done, GONE, GONE, Done, Done]),
    ("incident", [BAD, BAD, Refused("not-in-the-future"), NOT_THERE, STATE, Refused("code-twice"), Once(&["refused", "lost-race"]), Done, GONE, GONE, Done, Done]),
    ("propose appropriation", [BAD, BAD, Refused("register"), Refused("register"), NEW, Not("each is one of its own"), Not("each is one of its own"), Done, GONE, GONE, Done, Done]),
    ("approve appropriation", [BAD, NONE, NONE, NOT_THERE, NEW, Says(409, "decided-before"), Once(&["decided-before", "lost-race"]), Done, GONE, GONE, Done, Done]),
];
