//! Signing in through a real identity provider, a process of its own: the first sign-in and its binding, what is
//! refused, one-time codes afterwards, and what administrators see and undo.

use chrono::TimeDelta;
use diesel::prelude::*;
use luyue::config::Settings;
use luyue::schema::{events, people, provider_identities, sessions};
use serde_json::{Value, json};

use crate::identity::totp;
use crate::registry::text;
use crate::support::app::{TestApp, differences};
use crate::support::mail;
use crate::support::provider::NodeProvider;
use crate::support::visitor::{PASSWORD, Page, Visitor, give_password};

/// Runs tests on both engines, each with a provider of its own: `fn name(test, provider)`.
macro_rules! with_provider {
    ($($name:ident)+) => {$(
        mod $name {
            use super::*;

            #[test]
            fn sqlite() {
                let provider = NodeProvider::start();
                super::$name(&on_real_time(TestApp::sqlite_with(|settings| provider.configure(settings))), &provider);
            }

            #[test]
            fn postgres() {
                let provider = NodeProvider::start();
                super::$name(&on_real_time(TestApp::postgres_with(|settings| provider.configure(settings))), &provider);
            }
        }
    )+};
}

with_provider! {
    the_first_sign_in_binds_an_identity_and_later_ones_use_it
    nobody_unknown_disabled_or_bound_otherwise_signs_in
    a_one_time_code_is_asked_for_after_the_provider
    administrators_see_bind_and_unbind_identities
    signing_in_again_stands_for_a_password_that_nobody_has
}

/// Sets the application's clock to that of the provider's process.
fn on_real_time(test: TestApp) -> TestApp {
    test.app.clock.set(chrono::Utc::now().naive_utc());
    test
}

const TICKET: &str = "__Host-luyue-provider";

/// Signs in at the provider as a browser does, and returns the page to which it comes back.
fn come_back(visitor: &Visitor<'_>, provider: &NodeProvider, login: &str) -> Page {
    let left = visitor.get("/sign-in/provider?next=/contracts").expect_status(303);
    visitor.get(&provider.sign_in(&left.location, login))
}

/// Returns the public identifier of a user.
fn id_of(test: &TestApp, username: &str) -> String {
    let row = people::table.filter(people::username.eq(username)).select(people::public_id);
    row.first(&mut *test.app.pool.get().expect("a connection")).expect("a user")
}

/// Returns the bodies of events of a kind about a user, oldest first.
fn bodies(test: &TestApp, username: &str, action: &str) -> Vec<Value> {
    let stream = format!("person:{}", id_of(test, username));
    let query = events::table
        .filter(events::stream.eq(stream))
        .filter(events::action.eq(action))
        .order((events::stream, events::seq));
    let bodies: Vec<String> =
        query.select(events::body).load(&mut *test.app.pool.get().expect("a connection")).expect("events");
    bodies.iter().map(|body| serde_json::from_str(body).expect("JSON")).collect()
}

fn identities(test: &TestApp) -> i64 {
    provider_identities::table.count().get_result(&mut *test.app.pool.get().expect("a connection")).expect("a count")
}

fn count_people(test: &TestApp) -> i64 {
    people::table.count().get_result(&mut *test.app.pool.get().expect("a connection")).expect("a count")
}

fn subjects_of_mail(test: &TestApp, username: &str) -> Vec<String> {
    mail::to(test, username).into_iter().map(|(subject, _)| subject).collect()
}

fn the_first_sign_in_binds_an_identity_and_later_ones_use_it(test: &TestApp, provider: &NodeProvider) {
    let visitor = Visitor::new(test);
    let page = visitor.get("/sign-in?next=%2Fcontracts").expect_status(200);
    assert!(page.text.contains("通过统一身份认证平台登录"), "{}", page.text);
    let button = page.attr("a[href^='/sign-in/provider']", "href");
    let before = visitor.cookie("__Host-luyue").expect("a token for the form");
    let left = visitor.get(&button).expect_status(303);
    for part in ["response_type=code", "code_challenge_method=S256", "state=", "nonce=", "scope=openid"] {
        assert!(left.location.contains(part), "{}", left.location);
    }
    let set = left.reply.header("set-cookie");
    for part in ["__Host-luyue-provider=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=600"] {
        assert!(set.contains(part), "{set}");
    }
    let ticket = visitor.cookie(TICKET).expect("a ticket");
    let back = provider.sign_in(&left.location, "id-justice");
    let page = visitor.get(&back).expect_status(303);
    assert_eq!(page.location, "/contracts");
    assert_ne!(visitor.cookie("__Host-luyue").expect("a session"), before);
    let page = visitor.get("/sessions").expect_status(200);
    assert!(page.text.contains("通过统一身份认证登录"), "{}", page.text);
    assert_eq!(bodies(test, "justice", "identity.bind")[0]["subject"], "id-justice");
    assert_eq!(subjects_of_mail(test, "justice"), ["您的账号已绑定统一身份认证"]);

    // The same answer once more: without the ticket, in another browser, and with the ticket.
    visitor.get(&back).expect_status(422);
    Visitor::new(test).get(&back).expect_status(422);
    let other = Visitor::new(test);
    other.get("/sign-in/provider").expect_status(303);
    assert!(other.get(&back).expect_status(422).text.contains("不是在此浏览器中发起"));
    other.keep(TICKET, &ticket);
    assert!(other.get(&back).expect_status(401).text.contains("返回的结果无法采用"));
    other.get("/work").expect_status(303);

    let again = Visitor::new(test);
    come_back(&again, provider, "id-justice").expect_status(303);
    assert_eq!((identities(test), bodies(test, "justice", "identity.bind").len()), (1, 1));
    let used = again.cookie("__Host-luyue").expect("a session");
    come_back(&again, provider, "id-justice").expect_status(303);
    again.keep("__Host-luyue", &used);
    again.get("/work").expect_status(303);

    let out = visitor.post_from("/work", "/sign-out", &[]).expect_status(303);
    assert_eq!(out.location, "/sign-in?done=signed-out");
    visitor.get("/work").expect_status(303);
    let link = visitor.get(&out.location).expect_status(200).attr("a[href^='/sign-out']", "href");
    let end = visitor.get(&link).expect_status(303).location;
    assert!(end.contains("/session/end?client_id=luyue&post_logout_redirect_uri=https%3A%2F%2Fluyue.test"), "{end}");
    assert_eq!(differences(test), []);
}

fn nobody_unknown_disabled_or_bound_otherwise_signs_in(test: &TestApp, provider: &NodeProvider) {
    let known = count_people(test);
    let refused = |login: &str| {
        let page = come_back(&Visitor::new(test), provider, login).expect_status(401);
        assert!(page.text.contains("没有与该身份对应的账号"), "{}", page.text);
    };
    refused("id-nobody-here");
    test.by("admin").post(&format!("people/{}/actions/disable", id_of(test, "station")), &json!({})).expect_status(200);
    refused("id-station");
    assert_eq!(bodies(test, "station", "session.refuse")[0]["reason"], "disabled");
    come_back(&Visitor::new(test), provider, "id-justice").expect_status(303);
    // The same claim from another subject, such as a username that the provider gave to another person.
    refused("justice");
    assert_eq!(bodies(test, "justice", "session.refuse")[0]["reason"], "bound-otherwise");
    // One administrator alone could have added this person; a second one has not confirmed a link.
    refused("id-finance-pay");
    assert_eq!(bodies(test, "finance-pay", "session.refuse")[0]["reason"], "unconfirmed");
    give_password(test, "finance-pay");
    come_back(&Visitor::new(test), provider, "id-finance-pay").expect_status(303);
    assert_eq!((identities(test), count_people(test)), (2, known));
    for (next, leads) in [("//evil.test", "/"), ("https://evil.test/", "/"), ("/\\evil.test", "/"), ("/work", "/work")]
    {
        let visitor = Visitor::new(test);
        let next: String = form_urlencoded::byte_serialize(next.as_bytes()).collect();
        let left = visitor.get(&format!("/sign-in/provider?next={next}")).expect_status(303);
        let back = visitor.get(&provider.sign_in(&left.location, "id-justice")).expect_status(303);
        assert_eq!(back.location, leads);
    }
    assert_eq!(differences(test), []);
}

fn a_one_time_code_is_asked_for_after_the_provider(test: &TestApp, provider: &NodeProvider) {
    let secret = totp::enrolled(test);
    let visitor = Visitor::new(test);
    let asked = come_back(&visitor, provider, "id-wang.fang").expect_status(303);
    assert_eq!(asked.location, "/sign-in/provider/code");
    visitor.get("/work").expect_status(303);
    assert_eq!(identities(test), 0, "nothing is bound before the code");
    totp::later(test, 30);
    let code = |code: &str| visitor.post_from(&asked.location, &asked.location, &[("code", code)]);
    code("000000").expect_status(422);
    let stranger = Visitor::new(test);
    stranger.get("/sign-in/provider").expect_status(303);
    let path = "/sign-in/provider/code";
    assert_eq!(stranger.get(path).expect_status(303).location, "/sign-in");
    stranger.post_from("/sign-in", path, &[("code", &totp::code(test, &secret))]).expect_status(422);
    assert_eq!(code(&totp::code(test, &secret)).expect_status(303).location, "/contracts");
    visitor.get("/work").expect_status(200);
    assert_eq!((identities(test), bodies(test, "wang.fang", "session.refuse").len()), (1, 1));
    let late = Visitor::new(test);
    come_back(&late, provider, "id-wang.fang").expect_status(303);
    test.app.clock.set(test.now() + TimeDelta::minutes(11));
    let fields = [("code", totp::code(test, &secret))];
    let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(late.get(path).expect_status(303).location, "/sign-in", "the ticket has expired");
    late.post_from("/sign-in", path, &fields).expect_status(422);
}

fn administrators_see_bind_and_unbind_identities(test: &TestApp, provider: &NodeProvider) {
    let act = |who: &str, username: &str, name: &str, body: Value| {
        test.by(who).post(&format!("people/{}/actions/{name}", id_of(test, username)), &body)
    };
    let subject = json!({"subject": "id-of-the-station"});
    act("justice", "station", "bind-identity", subject.clone()).expect_status(403);
    for wrong in [json!({}), json!({"subject": " "}), json!({"subject": "x".repeat(256)})] {
        assert_eq!(act("admin", "station", "bind-identity", wrong).expect_status(422)["errors"][0]["path"], "subject");
    }
    let done = act("admin", "station", "bind-identity", subject.clone()).expect_status(200);
    assert_eq!(done["identity"], "done");
    act("admin", "station", "bind-identity", json!({"subject": "another"})).expect_status(409);
    let taken = act("admin", "justice", "bind-identity", subject).expect_status(422);
    assert_eq!(taken["errors"][0]["path"], "subject");
    assert_eq!(subjects_of_mail(test, "station"), ["您的账号已绑定统一身份认证"]);
    let station = Visitor::new(test);
    come_back(&station, provider, "id-of-the-station").expect_status(303);
    station.get("/work").expect_status(200);

    // A finance role needs a second administrator, who names the same subject.
    give_password(test, "admin");
    let second = json!({"username": "admin-2", "name": "第二管理员", "email": "a2@luyue.test", "language": "zh",
        "seats": [{"organisation": "XC-ADMIN", "role": "administrator"}]});
    test.by("admin").post("people", &second).expect_status(201);
    let cashier = json!({"subject": "id-of-the-cashier"});
    let asked = act("admin", "finance-pay", "bind-identity", cashier.clone()).expect_status(200);
    assert_eq!(asked["identity"], "asked");
    act("admin", "finance-pay", "bind-identity", cashier.clone()).expect_status(200);
    let other = act("admin-2", "finance-pay", "bind-identity", json!({"subject": "mine"})).expect_status(200);
    assert_eq!((&other["identity"], identities(test)), (&json!("asked"), 1));
    let done = act("admin", "finance-pay", "bind-identity", json!({"subject": "mine"})).expect_status(200);
    assert_eq!((&done["identity"], identities(test)), (&json!("done"), 2));

    let admin = Visitor::signed_in(test, "admin");
    let page = admin.get("/registers/people").expect_status(200);
    assert!(page.text.contains("id-of-the-station"), "{}", page.text);
    let path = format!("/registers/people/{}/unbind-identity", id_of(test, "station"));
    let done = admin.post_from("/registers/people", &path, &[]).expect_status(303);
    assert!(admin.get(&done.location).text.contains("已解除身份绑定"));
    station.get("/work").expect_status(303);
    assert_eq!(identities(test), 1);
    act("admin", "station", "unbind-identity", json!({})).expect_status(409);
    assert_eq!(subjects_of_mail(test, "station").pop().expect("a second email"), "您的身份绑定已解除");
    let listed = test.by("admin").get("people?limit=200").expect_status(200);
    let bound = listed["items"].as_array().expect("a list").iter().filter(|person| person["identity"].is_string());
    assert_eq!(bound.map(|person| text(&person["username"])).collect::<Vec<_>>(), ["finance-pay"]);
    assert_eq!(differences(test), []);
}

fn signing_in_again_stands_for_a_password_that_nobody_has(test: &TestApp, provider: &NodeProvider) {
    let visitor = Visitor::new(test);
    come_back(&visitor, provider, "id-justice").expect_status(303);
    let begin = || visitor.post_from("/one-time-codes", "/one-time-codes/begin", &[("current_password", "")]);
    let past = test.now() - TimeDelta::minutes(11);
    diesel::update(sessions::table)
        .set(sessions::proved_at.eq(past))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("the sign-in was some time ago");
    assert!(begin().expect_status(422).text.contains("到统一身份认证平台确认身份"));
    let link = visitor.get("/sessions").expect_status(200).attr("a[href^='/sign-in/provider']", "href");
    let confirm = |login: &str| {
        let left = visitor.get(&link).expect_status(303);
        assert!(left.location.contains("prompt=login&max_age=0"), "{}", left.location);
        visitor.get(&provider.sign_in(&left.location, login))
    };
    // Another person at the provider proves nothing.
    confirm("id-station").expect_status(401);
    begin().expect_status(422);
    assert_eq!(confirm("id-justice").expect_status(303).location, "/sessions");
    begin().expect_status(200);
    let stranger = Visitor::new(test).get(&link).expect_status(303);
    assert!(stranger.location.starts_with("/sign-in?next="), "{}", stranger.location);
}

/// Lets only the provider sign people in whose identity is bound.
fn only(settings: &mut Settings) {
    settings.oidc_only = true;
}

#[test]
fn passwords_of_bound_people_can_be_switched_off_but_for_administrators() {
    let provider = NodeProvider::start();
    let test = on_real_time(TestApp::sqlite_with(|settings| {
        provider.configure(settings);
        only(settings);
    }));
    for username in ["justice", "admin", "station"] {
        give_password(&test, username);
    }
    for username in ["justice", "admin"] {
        come_back(&Visitor::new(&test), &provider, &format!("id-{username}")).expect_status(303);
    }
    let sign_in = |username: &str| {
        let page = [("username", username), ("password", PASSWORD)];
        let page = Visitor::new(&test).post_from("/sign-in", "/sign-in", &page).status;
        (page, test.nobody().post("session", &json!({"username": username, "password": PASSWORD})).status)
    };
    assert_eq!([sign_in("justice"), sign_in("admin"), sign_in("station")], [(401, 401), (303, 200), (303, 200)]);
    assert_eq!(bodies(&test, "justice", "session.refuse")[0]["reason"], "provider-only");
}
