//! One-time codes: set up, confirmed, required at sign-in, valid once, and disabled with the password and a code.

use chrono::TimeDelta;
use diesel::prelude::*;
use luyue::schema::{emails, events, people};
use luyue::web::limits::ACCOUNT_TRIES;
use serde_json::{Value, json};
use totp_rs::{Builder, Secret};

use crate::registry::{added, delete, text};
use crate::support::app::{Reply, TestApp};
use crate::support::digest::Dump;
use crate::support::mail;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_secret_is_stored_nowhere
    an_administrator_resets_codes_after_a_lost_phone
}

on_sqlite_first! {
    codes_are_asked_for_once_confirmed_and_until_switched_off
    wrong_tries_to_switch_off_are_counted
    the_person_is_told_when_codes_are_switched_on_or_off
}

pub(crate) const PASSWORD: &str = "水阳江-敬亭山-2026";

/// Creates a user who has a password.
pub(crate) fn with_password(test: &TestApp) {
    let id = added(test, "wang.fang", "officer", "XC-JUSTICE");
    test.by("admin").post(&format!("people/{id}/actions/link"), &json!({})).expect_status(200);
    let link = mail::link_to(test, "wang.fang");
    assert_eq!(test.nobody().post("passwords", &json!({"link": link, "password": PASSWORD})).status, 204);
}

/// Signs the user in and returns the status.
pub(crate) fn sign_in(test: &TestApp, code: Option<&str>) -> u16 {
    let body = json!({"username": "wang.fang", "password": PASSWORD, "code": code});
    test.nobody().post("session", &body).status
}

/// Returns the current code of an authenticator app with the given secret.
pub fn code(test: &TestApp, secret: &str) -> String {
    let secret = Secret::try_from_base32(secret).expect("base32");
    let app = Builder::new().with_skew(0).with_secret(secret).build().expect("a secret of 160 bits");
    let now = u64::try_from(test.now().and_utc().timestamp()).expect("a time after 1970");
    app.generate(now).to_string()
}

/// Moves the clock forward.
pub(crate) fn later(test: &TestApp, seconds: i64) {
    test.app.clock.set(test.now() + TimeDelta::seconds(seconds));
}

pub(crate) fn begun(test: &TestApp) -> String {
    let begun = test.by("wang.fang").post("me/totp", &json!({})).expect_status(201);
    let secret = text(&begun["secret"]);
    let url = text(&begun["otpauth_url"]);
    assert!(url.starts_with("otpauth://totp/Luyue:wang%2Efang?") && url.contains(&secret), "{url}");
    secret
}

/// Enables codes for a user with a password and returns the secret.
pub(crate) fn enrolled(test: &TestApp) -> String {
    with_password(test);
    let secret = begun(test);
    assert_eq!(confirm(test, &code(test, &secret)).status, 200);
    secret
}

pub(crate) fn confirm(test: &TestApp, code: &str) -> Reply {
    test.by("wang.fang").post("me/totp/confirm", &json!({"code": code}))
}

fn remove(test: &TestApp, password: &str, code: &str) -> Reply {
    delete(test, "wang.fang", "me/totp", &json!({"password": password, "code": code}))
}

fn shown(test: &TestApp) -> Value {
    test.by("wang.fang").get("me").expect_status(200)["one_time_code"].clone()
}

fn codes_are_asked_for_once_confirmed_and_until_switched_off(test: &TestApp) {
    with_password(test);
    assert_eq!(confirm(test, "000000").expect_status(409)["type"], "/problems/totp-not-begun");
    assert_eq!(remove(test, PASSWORD, "000000").expect_status(409)["type"], "/problems/totp-not-active");
    let first = begun(test);
    let secret = begun(test);
    assert_ne!(first, secret, "the first is forgotten");
    assert_eq!((sign_in(test, None), shown(test)), (200, json!(false)), "not before a code has confirmed it");
    let refused = confirm(test, &code(test, &first)).expect_status(422);
    assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("one-time-code"), &json!("code")));
    let used = code(test, &secret);
    assert_eq!(confirm(test, &used).status, 200);
    assert_eq!(shown(test), true);
    assert_eq!((sign_in(test, None), sign_in(test, Some(""))), (401, 401), "a code is asked for");
    assert_eq!(sign_in(test, Some(&used)), 401, "the code that confirmed was used");
    later(test, 30);
    let next = code(test, &secret);
    assert_eq!((sign_in(test, Some(&next)), sign_in(test, Some(&next))), (200, 401), "a code counts once");
    assert_eq!(test.by("wang.fang").post("me/totp", &json!({})).expect_status(409)["type"], "/problems/totp-active");
    later(test, 60);
    let third = code(test, &secret);
    assert_eq!(remove(test, "wrong", &third).status, 401);
    assert_eq!(remove(test, PASSWORD, &next).status, 401, "used, and over");
    assert_eq!(sign_in(test, Some(&third)), 200, "a try that failed used up no code");
    assert_eq!(remove(test, PASSWORD, &third).status, 401, "it is used now");
    later(test, 30);
    assert_eq!(remove(test, PASSWORD, &code(test, &secret)).status, 204);
    assert_eq!((sign_in(test, None), shown(test)), (200, json!(false)));
    assert_ne!(begun(test), secret, "another secret each time");
}

fn the_person_is_told_when_codes_are_switched_on_or_off(test: &TestApp) {
    with_password(test);
    let told = || mail::to(test, "wang.fang").into_iter().map(|(subject, _)| subject).collect::<Vec<_>>();
    let before = told();
    let secret = begun(test);
    assert_eq!(told(), before, "nothing is switched on yet");
    confirm(test, &code(test, &secret)).expect_status(200);
    assert_eq!(told().last().expect("an email"), "您的账号已启用动态验证码");
    later(test, 30);
    remove(test, "wrong", &code(test, &secret));
    assert_eq!(told().len(), before.len() + 1, "a try that failed");
    assert_eq!(remove(test, PASSWORD, &code(test, &secret)).status, 204);
    assert_eq!(told().last().expect("an email"), "您的账号已停用动态验证码");
}

fn a_secret_is_stored_nowhere(test: &TestApp) {
    with_password(test);
    let ask = || test.by("wang.fang").with("Idempotency-Key", "t-1").post("me/totp", &json!({})).expect_status(201);
    let (first, second) = (text(&ask()["secret"]), text(&ask()["secret"]));
    assert_ne!(first, second, "an answer with a secret is not kept");
    confirm(test, &code(test, &second));
    let column: Option<String> = people::table
        .filter(people::username.eq("wang.fang"))
        .select(people::totp_secret)
        .first(&mut *test.app.pool.get().expect("a connection"))
        .expect("their row");
    assert!(column.is_some_and(|column| !column.contains("pending")));
    let hex: String =
        Secret::try_from_base32(&second).expect("base32").as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let all = format!("{:?}", Dump::of(&test.app.pool));
    for hidden in [&first, &second, &hex] {
        assert!(!all.contains(hidden.as_str()), "{hidden}");
    }
}

fn wrong_tries_to_switch_off_are_counted(test: &TestApp) {
    with_password(test);
    let secret = begun(test);
    assert_eq!(confirm(test, &code(test, &secret)).status, 200);
    for n in 0..ACCOUNT_TRIES.0.get() {
        assert_eq!(remove(test, "wrong", "000000").status, 401, "try {n}");
    }
    assert_eq!(remove(test, "wrong", "000000").status, 429);
}

fn an_administrator_resets_codes_after_a_lost_phone(test: &TestApp) {
    with_password(test);
    let list = test.by("admin").get("people?limit=200").expect_status(200);
    let people = list["items"].as_array().expect("a list");
    let of = |username: &str| {
        text(&people.iter().find(|person| person["username"] == username).expect("they are listed")["id"])
    };
    let reset = |who: &str, id: &str, reason: Value| {
        test.by(who).post(&format!("people/{id}/actions/reset-codes"), &json!({"reason": reason}))
    };
    let id = of("wang.fang");
    assert_eq!(reset("admin", &id, json!("手机遗失")).expect_status(409)["type"], "/problems/totp-not-active");
    let pending = begun(test);
    assert_eq!(
        reset("admin", &id, json!("手机遗失")).expect_status(409)["type"],
        "/problems/totp-not-active",
        "none is asked for"
    );
    assert_eq!(confirm(test, &code(test, &pending)).status, 200);
    let (before, token) = (Dump::of(&test.app.pool), test.token("wang.fang"));
    for reason in [Value::Null, json!(""), json!("  ")] {
        assert_eq!(reset("admin", &id, reason).expect_status(422)["errors"][0]["path"], "reason");
    }
    assert_eq!(reset("justice-leader", &id, json!("手机遗失")).status, 403);
    assert_eq!(reset("wang.fang", &id, json!("手机遗失")).status, 403);
    assert_eq!(reset("admin", &of("admin"), json!("手机遗失")).expect_status(403)["type"], "/problems/not-oneself");
    assert_eq!(reset("admin", "nobody", json!("手机遗失")).status, 404);
    assert!(before == Dump::of(&test.app.pool), "nothing was changed");

    let list = test.by("admin").get("people?limit=200").expect_status(200);
    let shown = |list: &Value| {
        let people = list["items"].as_array().expect("a list").clone();
        people.iter().find(|person| person["id"] == id.as_str()).expect("they are listed")["one_time_code"].clone()
    };
    assert_eq!(shown(&list), true);
    reset("admin", &id, json!("手机遗失")).expect_status(200);
    assert_eq!(shown(&test.by("admin").get("people?limit=200").expect_status(200)), false);
    let with_old = test.nobody().with("Authorization", &format!("Bearer {token}")).get("me");
    assert_eq!(with_old.status, 401, "their sessions and tokens end");
    assert_eq!(sign_in(test, None), 200, "the password alone");
    assert_eq!(crate::registry::hands(test, "totp.reset", &id), ("admin".to_owned(), None));
    let connection = &mut *test.app.pool.get().expect("a connection");
    let body: String = events::table
        .filter(events::action.eq("totp.reset"))
        .select(events::body)
        .first(connection)
        .expect("the event is there");
    assert_eq!(body, r#"{"reason":"手机遗失"}"#);
    let letters: Vec<(String, String, String)> = emails::table
        .filter(emails::kind.eq("codes-reset"))
        .select((emails::address, emails::subject, emails::body))
        .load(connection)
        .expect("letters can be read");
    assert_eq!(letters.len(), 1);
    assert!(letters[0].0.starts_with("wang.fang@") && letters[0].1.contains("动态验证码"), "{letters:?}");
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let sent = test.by("admin").get("emails?state=sent&limit=200").expect_status(200);
    assert!(sent.to_string().contains("codes-reset"), "{sent}");
    assert_ne!(begun(test), pending, "another secret");
}
