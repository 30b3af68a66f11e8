//! Throttling of sign-in attempts: the first attempt over the limit is refused, no client can lock out another, and an
//! unknown user name costs the same as a known one.

use std::net::IpAddr;

use luyue::clock::Clock;
use luyue::error::{Error, Message};
use luyue::services::identity::bootstrap;
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use luyue::web::limits::{ACCOUNT_TRIES, ADDRESS_TRIES, COSTLY, Limits};
use serde_json::json;

use crate::on_both_engines;
use crate::support::app::{Reply, TestApp, day};
use crate::support::visitor::Visitor;

on_both_engines! {
    an_attempt_over_the_limit_is_refused_and_others_still_sign_in
    every_spelling_of_a_name_counts_for_one_account
    an_unknown_name_costs_the_same_work
    an_invalid_link_costs_no_hash
    documents_are_counted_by_person
}

const PASSWORD: &str = "司法社工 2026 走访登记";

fn with_password(test: &TestApp, username: &str) {
    let hash = test.app.passwords.try_acquire_hasher().expect("a free slot").hash(PASSWORD, [7; 16]).expect("a hash");
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let person = people::by_username(tx.connection, username)?.expect("they are there");
        people::set_password(tx.connection, person.id, &hash)
    })
    .expect("the password is set");
}

fn sign_in(test: &TestApp, username: &str, password: &str, header: (&str, &str)) -> Reply {
    let body = json!({"username": username, "password": password});
    test.nobody().with(header.0, header.1).post("session", &body)
}

fn an_attempt_over_the_limit_is_refused_and_others_still_sign_in(test: &TestApp) {
    for username in ["justice", "audit"] {
        with_password(test, username);
    }
    let none = ("X-Nothing", "");
    // Successful attempts are not counted.
    sign_in(test, "justice", PASSWORD, none).expect_status(200);
    let tries = ACCOUNT_TRIES.0.get();
    for n in 0..tries {
        // A header that names a different address for each attempt has no effect.
        let address = format!("10.0.0.{n}");
        let header = [
            ("X-Forwarded-For", address.clone()),
            ("X-Real-IP", address.clone()),
            ("Forwarded", format!("for={address}")),
        ][(n % 3) as usize]
            .clone();
        assert_eq!(sign_in(test, "justice", "wrong", (header.0, &header.1)).status, 401, "try {n}");
    }
    let hashes = test.app.passwords.hashes_computed();
    let refused = sign_in(test, "justice", PASSWORD, ("X-Forwarded-For", "10.9.9.9"));
    assert_eq!((refused.status, &refused.json["type"]), (429, &json!("/problems/too-many")));
    assert_eq!(refused.header("retry-after"), ACCOUNT_TRIES.1.to_string());
    assert_eq!(test.app.passwords.hashes_computed(), hashes, "no work for a try that is refused");
    sign_in(test, "audit", PASSWORD, none).expect_status(200);
    test.app.clock.set(test.now() + chrono::TimeDelta::seconds(i64::try_from(ACCOUNT_TRIES.1).expect("seconds")));
    sign_in(test, "justice", PASSWORD, none).expect_status(200);
    // The successful attempt was given back, so one attempt is left.
    assert_eq!(sign_in(test, "justice", "wrong", none).status, 401);
    assert_eq!(sign_in(test, "justice", "wrong", none).status, 429);
}

/// Spellings that all name the account `station`: blanks outside and inside, invisible characters, full width, case and
/// compatible letters.
const SPELLINGS: &[&str] = &[
    "station",
    "station ",
    " station",
    "sta tion",
    "\u{3000}station\t",
    "sta\u{A0}tion",
    "sta\u{AD}tion",
    "sta\u{200B}tion\u{200D}",
    "\u{FEFF}station",
    "ｓｔａｔｉｏｎ",
    "STATION",
    "\u{1D42C}tation",
];

fn every_spelling_of_a_name_counts_for_one_account(test: &TestApp) {
    with_password(test, "station");
    let none = ("X-Nothing", "");
    for n in 0..ACCOUNT_TRIES.0.get() as usize {
        let name = SPELLINGS[n % SPELLINGS.len()];
        assert_eq!(sign_in(test, name, "wrong", none).status, 401, "{name:?}");
    }
    let hashes = test.app.passwords.hashes_computed();
    for name in SPELLINGS {
        assert_eq!(sign_in(test, name, PASSWORD, none).status, 429, "{name:?} through the API");
        let fields = [("username", *name), ("password", PASSWORD)];
        let page = Visitor::new(test).post_from("/sign-in", "/sign-in", &fields);
        assert_eq!(page.status, 429, "{name:?} on the page");
    }
    assert_eq!(test.app.passwords.hashes_computed(), hashes, "no work for a try that is refused");
    test.app.clock.set(test.now() + chrono::TimeDelta::seconds(i64::try_from(ACCOUNT_TRIES.1).expect("seconds")));
    sign_in(test, SPELLINGS[1], PASSWORD, none).expect_status(200);
}

fn an_unknown_name_costs_the_same_work(test: &TestApp) {
    with_password(test, "justice");
    let mut seen = Vec::new();
    // `station` exists, but has no password yet.
    for username in ["justice", "station", "nobody-of-that-name", ""] {
        let before = test.app.passwords.hashes_computed();
        let reply = sign_in(test, username, "wrong", ("X-Nothing", ""));
        seen.push((reply.status, reply.json, test.app.passwords.hashes_computed() - before));
    }
    assert!(seen.iter().all(|answer| *answer == seen[0]), "{seen:?}");
    assert_eq!((seen[0].0, seen[0].2), (401, 1));
}

fn an_invalid_link_costs_no_hash(test: &TestApp) {
    let link = bootstrap::issue_link(&test.app, "justice").expect("a link");
    let set = |link: &str| test.nobody().post("passwords", &json!({"link": link, "password": PASSWORD})).status;
    let before = test.app.passwords.hashes_computed();
    let (good, text) = link.split_at(link.len() - 1);
    let other = format!("{good}{}", if text == "A" { "Q" } else { "A" });
    assert_eq!((set(&other), set("x"), test.app.passwords.hashes_computed()), (404, 404, before));
    assert_eq!((set(&link), test.app.passwords.hashes_computed()), (204, before + 1));
    assert_eq!((set(&link), test.app.passwords.hashes_computed()), (404, before + 1), "used");
    let late = bootstrap::issue_link(&test.app, "audit").expect("a link");
    test.app.clock.set(test.now() + chrono::TimeDelta::days(3));
    assert_eq!(set(&late), 404, "expired");
}

fn documents_are_counted_by_person(test: &TestApp) {
    // A document that does not exist costs little, but the attempt is counted all the same.
    let path = "contracts/4e8f7c52-0000-4000-8000-000000000000/documents/summary.pdf";
    let by = test.by("justice");
    for n in 0..COSTLY.0.get() {
        assert_eq!(by.get(path).status, 404, "{n}");
    }
    let refused = by.get(path);
    assert_eq!((refused.status, refused.header("retry-after")), (429, "1"));
    assert_eq!(test.by("audit").get(path).status, 404);
    assert_eq!(by.get("worklist").status, 200, "what is not costly goes on");
}

fn clock() -> Clock {
    Clock::standing_at(day("2026-01-05").and_hms_opt(1, 0, 0).expect("a time"))
}

fn address(text: &str) -> IpAddr {
    text.parse().expect("an address")
}

fn fail(limits: &Limits, from: &str, username: &str) -> Result<(), u64> {
    match limits.sign_in::<()>(address(from), username, || Err(Error::Unauthenticated(Message::new("token-refused")))) {
        Err(Error::Unauthenticated(_)) => Ok(()),
        Err(Error::TooMany(seconds)) => Err(seconds),
        other => panic!("{other:?}"),
    }
}

#[test]
fn only_the_address_that_tries_many_names_is_refused() {
    let limits = Limits::new(&clock());
    for n in 0..ADDRESS_TRIES.0.get() {
        assert_eq!(fail(&limits, "192.0.2.7", &format!("name-{n}")), Ok(()));
    }
    assert_eq!(fail(&limits, "192.0.2.7", "another"), Err(ADDRESS_TRIES.1));
    assert_eq!(fail(&limits, "::ffff:192.0.2.7", "another"), Err(ADDRESS_TRIES.1), "the same address, written longer");
    assert_eq!(fail(&limits, "192.0.2.8", "another"), Ok(()));
}

#[test]
fn who_tries_many_names_locks_out_no_one_who_has_signed_in_there() {
    let clock = clock();
    let limits = Limits::new(&clock);
    let sign_in = |from: &str, name: &str| limits.sign_in(address(from), name, || Ok(())).is_ok();
    assert!(sign_in("192.0.2.7", "justice"));
    for n in 0..ADDRESS_TRIES.0.get() {
        assert_eq!(fail(&limits, "192.0.2.7", &format!("name-{n}")), Ok(()));
    }
    assert!(!sign_in("192.0.2.7", "audit"), "not seen there before");
    assert!(sign_in("192.0.2.7", " JUSTICE"), "in any spelling");
    for _ in 0..ACCOUNT_TRIES.0.get() {
        assert_eq!(fail(&limits, "192.0.2.7", "justice"), Ok(()));
    }
    assert!(!sign_in("192.0.2.7", "justice"), "its own limit holds");
    assert!(limits.sign_in_from(address("192.0.2.7"), || Ok(())).is_ok(), "through the identity provider");
    clock.set(clock.now() + chrono::TimeDelta::days(31));
    for n in 0..ADDRESS_TRIES.0.get() {
        assert_eq!(fail(&limits, "192.0.2.7", &format!("name-{n}")), Ok(()));
    }
    assert!(!sign_in("192.0.2.7", "justice"), "a month later");
}

#[test]
fn an_account_is_locked_for_one_address_only() {
    let limits = Limits::new(&clock());
    for _ in 0..ACCOUNT_TRIES.0.get() {
        assert_eq!(fail(&limits, "192.0.2.7", "justice"), Ok(()));
    }
    assert!(fail(&limits, "192.0.2.7", "justice").is_err());
    assert_eq!(fail(&limits, "198.51.100.1", "justice"), Ok(()), "the person themselves, from elsewhere");
    // Attempts refused for the account do not use up the limit of the address.
    for _ in 0..ADDRESS_TRIES.0.get() {
        assert!(fail(&limits, "192.0.2.7", "justice").is_err());
    }
    assert_eq!(fail(&limits, "192.0.2.7", "audit"), Ok(()));
}

#[test]
fn an_ipv6_network_counts_as_one_client() {
    let limits = Limits::new(&clock());
    for n in 0..ADDRESS_TRIES.0.get() {
        assert_eq!(fail(&limits, &format!("2001:db8:1:1::{n:x}"), &format!("name-{n}")), Ok(()));
    }
    assert!(fail(&limits, "2001:db8:1:1:ffff::1", "another").is_err());
    assert_eq!(fail(&limits, "2001:db8:1:2::1", "another"), Ok(()));
}

#[test]
fn failures_for_other_reasons_are_not_counted() {
    let limits = Limits::new(&clock());
    for _ in 0..2 * ADDRESS_TRIES.0.get() {
        let done =
            limits.sign_in::<()>(address("192.0.2.7"), "justice", || Err(Error::Unavailable("no database".to_owned())));
        assert!(matches!(done, Err(Error::Unavailable(_))));
    }
}

#[test]
fn setting_the_clock_back_neither_unlocks_nor_locks() {
    let clock = clock();
    let limits = Limits::new(&clock);
    for _ in 0..ACCOUNT_TRIES.0.get() {
        assert_eq!(fail(&limits, "192.0.2.7", "justice"), Ok(()));
    }
    clock.set(clock.now() - chrono::TimeDelta::days(400));
    assert_eq!(fail(&limits, "192.0.2.7", "justice"), Err(ACCOUNT_TRIES.1));
    clock.set(clock.now() + chrono::TimeDelta::seconds(i64::try_from(ACCOUNT_TRIES.1).expect("seconds")));
    assert_eq!(fail(&limits, "192.0.2.7", "justice"), Ok(()));
    assert!(fail(&limits, "192.0.2.7", "justice").is_err());
}

#[test]
fn expired_entries_are_removed() {
    // More names than are kept between two sweeps, then the first one again: it is treated like any other.
    let clock = clock();
    let limits = Limits::new(&clock);
    for n in 0..3000 {
        clock.set(clock.now() + chrono::TimeDelta::seconds(60));
        assert_eq!(fail(&limits, "192.0.2.7", &format!("name-{n}")), Ok(()));
    }
    assert!(limits.tracked_keys() < 1100, "{} are kept", limits.tracked_keys());
}
