//! Columns that carry no truth: `luyue check` does not compare them, each for its reason. The test `sweep` fails for
//! any other column that can be changed unseen, so a new column is either compared or gets a line here.

/// Table, column (`*` for the whole table, `a row` for the deletion of a row), reason.
pub const UNTOLD: &[(&str, &str, &str)] = &[
    ("administrator_requests", "*", "waits for a second administrator; the requests are events"),
    ("bounced_addresses", "*", "mark for administrators; the emails that came back are events and signed"),
    ("breaches", "found_at", "repeats the time of the event breach.found"),
    (
        "contract_pairs",
        "*",
        "search index: missing words of number, title and contractor are told; others find only more",
    ),
    ("contracts", "calendar_version", "says which import of the calendar the projection has reached; the jobs move it"),
    ("contracts", "recorded_at", "guards against a clock that runs backwards; facts and events hold the times"),
    ("contracts", "version", "counts saves, to notice two people who edit at once"),
    ("emails", "answer", "latest answer of the mail server"),
    ("emails", "id", "key of the row; its random identifier is signed"),
    ("emails", "leased_until", "end of a worker's lease, ten minutes; one beyond two days is told"),
    ("emails", "next_try_at", "time of the next attempt, which delivery moves; one beyond two days is told"),
    ("emails", "post_answer", "latest answer of the gateway"),
    ("emails", "post_attempts", "number of posts so far; the jobs count them"),
    ("emails", "post_next_at", "time of the next post; the jobs move it"),
    ("emails", "post_state", "state of the post to the gateway; the email itself is signed"),
    ("emails", "read_at", "time at which the recipient read it in the program"),
    ("idempotency", "a row", "answers are deleted after a day"),
    ("kept_files", "*", "files of a refused form, for a day; not part of a contract"),
    (
        "kept_forms",
        "*",
        "a form whose session ended, or a page that answers one, for a day; nothing is done until it is sent again",
    ),
    ("links", "a row", "a link that is missing opens nothing"),
    ("mail_templates", "*", "each text is in an event; emails are signed with the text that they had"),
    ("notice_choices", "*", "each choice is an event; what binds is sent whatever the row says"),
    (
        "people",
        "token_version",
        "counts revocations of sessions; a higher number only ends them, a lower one than recorded is told",
    ),
    ("people", "totp_step", "time step of the last one-time code, a few seconds old"),
    (
        "register_version",
        "*",
        "names the state of the registers, so that memory of them is dropped; no value has a meaning",
    ),
    ("seals", "made_at", "the signature covers the day; the time is information"),
    ("sessions", "*", "half an hour of a browser; signing in and out are events"),
    ("tasks", "alert_on", "day of the next reminder; the jobs move it"),
    ("tasks", "id", "key of a row that every change of the contract writes again"),
    ("tasks", "since", "day on which a task was first listed"),
    ("undelivered", "*", "list of emails that were given up, made from the queue"),
    ("unread_messages", "*", "messages that a person has not opened; a wrong row only shows one as read or unread"),
];
