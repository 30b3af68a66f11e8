//! Times at which emails leave, by what their recipients chose.

use chrono::NaiveDateTime;
use luyue::domain::alerts::Topic;
use luyue::domain::codes::AlertKind;
use luyue::domain::notice_choices::{Choices, Departure, Way};

fn at(text: &str) -> NaiveDateTime {
    text.parse().expect("a time")
}

fn chosen(way: Way) -> Choices {
    let ways = Topic::ALL.iter().map(|topic| (*topic, way)).collect();
    Choices { ways, digest_hour: 8, is_quiet: true }
}

fn departure(choices: &Choices, kind: AlertKind, queued: &str, now: &str) -> Departure {
    choices.departure((kind, "deliver/D-1"), at(queued), at(now))
}

#[test]
fn an_email_leaves_as_its_recipient_chose() {
    let (kind, queued) = (AlertKind::Due7, "2026-06-23T09:30:00");
    let usual = Choices::default();
    assert_eq!(departure(&usual, kind, queued, queued), Departure::Now);
    assert_eq!(departure(&chosen(Way::InApp), kind, queued, queued), Departure::Never);
    let daily = chosen(Way::Daily);
    assert_eq!(departure(&daily, kind, queued, queued), Departure::At(at("2026-06-24T08:00:00")));
    assert_eq!(departure(&daily, kind, queued, "2026-06-24T08:00:00"), Departure::Listed);
    let early = "2026-06-23T07:59:00";
    assert_eq!(departure(&daily, kind, early, early), Departure::At(at("2026-06-23T08:00:00")));
    // After a night without jobs the list waits for the morning.
    assert_eq!(departure(&daily, kind, queued, "2026-06-24T22:00:00"), Departure::At(at("2026-06-25T07:00:00")));
}

#[test]
fn nights_are_quiet_unless_a_person_wants_otherwise() {
    let usual = Choices::default();
    let loud = Choices { is_quiet: false, ..Choices::default() };
    for (now, until) in [
        ("2026-06-23T21:00:00", "2026-06-24T07:00:00"),
        ("2026-06-23T23:59:59", "2026-06-24T07:00:00"),
        ("2026-06-24T00:00:20", "2026-06-24T07:00:00"),
        ("2026-06-24T06:59:59", "2026-06-24T07:00:00"),
    ] {
        assert_eq!(departure(&usual, AlertKind::PaymentPaid, now, now), Departure::At(at(until)), "{now}");
        assert_eq!(departure(&loud, AlertKind::PaymentPaid, now, now), Departure::Now, "{now}");
    }
    for now in ["2026-06-23T20:59:59", "2026-06-24T07:00:00"] {
        assert_eq!(departure(&usual, AlertKind::PaymentPaid, now, now), Departure::Now, "{now}");
    }
}

#[test]
fn what_binds_leaves_at_once_whatever_was_chosen() {
    let night = at("2026-06-23T23:00:00");
    for (kind, key) in [
        (AlertKind::BreachFound, "LATE/D-1"),
        (AlertKind::BreachNoted, "LATE/D-1"),
        (AlertKind::RecoveryChanged, "x"),
        (AlertKind::PasswordLink, "x"),
        (AlertKind::AccountChanged, "x"),
        (AlertKind::PaymentWaiting, "approve_payment/x"),
        (AlertKind::Due3, "pay_payment/x"),
        (AlertKind::Overdue, "publish/"),
    ] {
        for way in Way::ALL {
            assert_eq!(chosen(*way).departure((kind, key), night, night), Departure::Now, "{kind} {way}");
        }
    }
}

#[test]
fn notices_that_ask_for_a_task_are_known_by_their_kinds() {
    // As `unread_notices` in storage compares them.
    let is_left_out = |kind: &str| {
        let is_one = ["overdue", "deliverable-submitted", "deliverable-returned"].contains(&kind);
        kind.starts_with("due-") || kind.ends_with("-waiting") || is_one
    };
    for kind in AlertKind::ALL {
        assert_eq!(kind.calls_for_task(), is_left_out(kind.as_str()), "{kind}");
    }
}
