//! Answers that no honest identity provider gives: forged, stale and misdirected ID tokens, changed keys, documents
//! that are too large, addresses elsewhere, silence.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::TimeDelta;
use diesel::prelude::*;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use luyue::config::Settings;
use luyue::schema::{events, provider_identities};
use serde_json::{Value, json};

use crate::support::app::TestApp;
use crate::support::provider::{ScriptedProvider, SigningKey};
use crate::support::visitor::{PASSWORD, Page, Visitor, give_password};

/// A browser that was sent to the provider, with the values that it carries.
struct Left<'a> {
    visitor: Visitor<'a>,
    state: String,
    nonce: String,
}

impl<'a> Left<'a> {
    fn new(test: &'a TestApp) -> Self {
        let visitor = Visitor::new(test);
        let page = visitor.get("/sign-in/provider").expect_status(303);
        let value = |name: &str| {
            let query = page.location.split_once('?').expect("a query").1;
            let found = form_urlencoded::parse(query.as_bytes()).find(|(key, _)| key == name);
            found.expect("a value").1.into_owned()
        };
        Self { state: value("state"), nonce: value("nonce"), visitor }
    }

    /// Brings a code back whose ID token is `token`.
    fn come_back(&self, provider: &ScriptedProvider, token: Option<String>) -> Page {
        provider.answer_codes_with(token);
        self.visitor.get(&format!("/sign-in/provider/return?code=c&state={}", self.state))
    }
}

/// Returns the claims of a token for `justice` that holds.
fn claims(test: &TestApp, provider: &ScriptedProvider, nonce: &str) -> Value {
    let now = test.now().and_utc().timestamp();
    json!({"iss": provider.issuer, "aud": "luyue", "sub": "s-1", "nonce": nonce, "iat": now, "exp": now + 300,
        "preferred_username": "justice"})
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

/// Returns the reasons of refused sign-ins, oldest first.
fn reasons(test: &TestApp) -> Vec<String> {
    let query = events::table
        .filter(events::action.eq("session.refuse"))
        .order((events::stream, events::seq))
        .select(events::body);
    let bodies: Vec<String> = query.load(&mut *test.app.pool.get().expect("a connection")).expect("events");
    let reason = |body: &String| serde_json::from_str::<Value>(body).expect("JSON")["reason"].clone();
    bodies.iter().map(|body| reason(body).as_str().expect("a text").to_owned()).collect()
}

fn started(change: impl FnOnce(&mut Settings)) -> (TestApp, ScriptedProvider, SigningKey) {
    let key = SigningKey::new("k-1");
    let provider = ScriptedProvider::start(&key);
    let test = TestApp::sqlite_with(|settings| {
        provider.configure(settings);
        change(settings);
    });
    (test, provider, key)
}

#[test]
fn a_token_that_does_not_hold_is_refused_for_its_reason() {
    let (test, provider, key) = started(|_| ());
    let now = test.now().and_utc().timestamp();
    let other = SigningKey::new("k-1");
    let stranger = SigningKey::new("k-2");
    let plain = |header: Value, claims: &Value| {
        let part = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}.", part(&header), part(claims))
    };
    let shared = |claims: &Value| {
        let header = Header { kid: Some("k-1".to_owned()), ..Header::new(Algorithm::HS256) };
        encode(&header, claims, &EncodingKey::from_secret(key.public_text().as_bytes())).expect("a token")
    };
    type Forge<'a> = Box<dyn Fn(Value) -> String + 'a>;
    let signed = |name: &'static str, value: Value| -> Forge<'_> {
        let key = &key;
        Box::new(move |claims| key.sign(&with(claims, name, value.clone())))
    };
    let cases: Vec<(&str, Forge<'_>)> = vec![
        ("nonce", signed("nonce", json!("of another sign-in"))),
        ("nonce", signed("nonce", Value::Null)),
        ("audience", signed("aud", json!("another-client"))),
        ("audience", signed("aud", json!(["another-client"]))),
        ("authorized party", signed("aud", json!(["luyue", "another-client"]))),
        ("authorized party", signed("azp", json!("another-client"))),
        ("issuer", signed("iss", json!("https://another.test"))),
        ("expired", signed("exp", json!(now - 61))),
        ("too old", signed("iat", json!(now - 661))),
        ("not valid yet", signed("iat", json!(now + 61))),
        ("not valid yet", signed("nbf", json!(now + 61))),
        ("subject", signed("sub", json!(""))),
        ("subject", signed("sub", json!("s".repeat(256)))),
        ("malformed", signed("sub", Value::Null)),
        ("signature", Box::new(|claims| other.sign(&claims))),
        ("unknown key", Box::new(|claims| stranger.sign(&claims))),
        ("header", Box::new(|claims| plain(json!({"alg": "none"}), &claims))),
        ("header", Box::new(|claims| plain(json!({"alg": "none", "kid": "k-1"}), &claims))),
        ("algorithm", Box::new(|claims| shared(&claims))),
        ("header", Box::new(|_| "no token".to_owned())),
        ("too long", Box::new(|claims| format!("{}{}", key.sign(&claims), "A".repeat(40_000)))),
    ];
    for (reason, forge) in &cases {
        let left = Left::new(&test);
        let page = left.come_back(&provider, Some(forge(claims(&test, &provider, &left.nonce)))).expect_status(401);
        assert!(page.text.contains("返回的结果无法采用"), "{reason}: {}", page.text);
        left.visitor.get("/work").expect_status(303);
        assert_eq!(reasons(&test).pop().as_deref(), Some(*reason));
    }
    let left = Left::new(&test);
    left.come_back(&provider, None).expect_status(401);
    assert_eq!(reasons(&test).pop().as_deref(), Some("code refused"));
    let count: i64 = provider_identities::table
        .count()
        .get_result(&mut *test.app.pool.get().expect("a connection"))
        .expect("a count");
    assert_eq!(count, 0, "nothing was bound");
    let left = Left::new(&test);
    let token = key.sign(&claims(&test, &provider, &left.nonce));
    assert_eq!(left.come_back(&provider, Some(token)).expect_status(303).location, "/work");
}

#[test]
fn an_answer_that_this_browser_did_not_ask_for_is_refused() {
    let (test, provider, key) = started(|_| ());
    let left = Left::new(&test);
    let token = key.sign(&claims(&test, &provider, &left.nonce));
    let other = Left::new(&test);
    let cases = [
        ("no state", "/sign-in/provider/return?code=c".to_owned()),
        ("state of another browser", format!("/sign-in/provider/return?code=c&state={}", other.state)),
        ("given up", format!("/sign-in/provider/return?error=access_denied&state={}", left.state)),
    ];
    for (case, path) in cases {
        let ticket = left.visitor.cookie("__Host-luyue-provider").expect("a ticket");
        provider.answer_codes_with(Some(token.clone()));
        assert_eq!(left.visitor.get(&path).status, 422, "{case}");
        left.visitor.keep("__Host-luyue-provider", &ticket);
    }
    let another_issuer = format!("/sign-in/provider/return?code=c&iss=https%3A%2F%2Fevil.test&state={}", left.state);
    assert_eq!(left.visitor.get(&another_issuer).status, 401);
    assert_eq!((provider.times_asked("/token"), reasons(&test)), (0, vec!["issuer".to_owned()]));
    let late = Left::new(&test);
    test.app.clock.set(test.now() + TimeDelta::seconds(601));
    let token = key.sign(&claims(&test, &provider, &late.nonce));
    assert_eq!(late.come_back(&provider, Some(token)).status, 422);
}

#[test]
fn new_keys_are_read_once_a_minute_at_most() {
    let (test, provider, key) = started(|_| ());
    let signed_in_with = |key: &SigningKey| {
        let left = Left::new(&test);
        let token = key.sign(&claims(&test, &provider, &left.nonce));
        left.come_back(&provider, Some(token)).status
    };
    assert_eq!((signed_in_with(&key), provider.times_asked("/jwks")), (303, 1));
    let next = SigningKey::new("k-2");
    provider.publish(&[&next]);
    assert_eq!((signed_in_with(&next), provider.times_asked("/jwks")), (401, 1), "too soon to ask again");
    test.app.clock.set(test.now() + TimeDelta::seconds(61));
    assert_eq!((signed_in_with(&next), provider.times_asked("/jwks")), (303, 2));
    assert_eq!((signed_in_with(&key), provider.times_asked("/jwks")), (401, 2), "the old key is gone");
    assert_eq!((signed_in_with(&next), provider.times_asked("/jwks")), (303, 2));
    assert_eq!(provider.times_asked("/.well-known/openid-configuration"), 1);
}

#[test]
fn a_second_factor_of_the_provider_counts_only_if_a_setting_says_so() {
    let require = |settings: &mut Settings| settings.second_factor_roles = Some("officer".to_owned());
    let strong = |settings: &mut Settings| settings.oidc_factors = "urn:two mfa".to_owned();
    let cases: [(&str, Value, bool, bool); 5] = [
        ("amr", json!(["pwd", "mfa"]), true, true),
        ("acr", json!("urn:two"), true, true),
        ("acr", json!("urn:one"), true, false),
        ("amr", json!(["pwd"]), true, false),
        ("amr", json!(["pwd", "mfa"]), false, false),
    ];
    for (name, value, is_set, opens) in cases {
        let (test, provider, key) = started(|settings| {
            require(settings);
            if is_set {
                strong(settings);
            }
        });
        let left = Left::new(&test);
        let token = key.sign(&with(claims(&test, &provider, &left.nonce), name, value.clone()));
        left.come_back(&provider, Some(token)).expect_status(303);
        let work = left.visitor.get("/work");
        let expected = if opens { (200, "") } else { (303, "/one-time-codes") };
        assert_eq!((work.status, work.location.as_str()), expected, "{name} {value}");
    }
}

#[test]
fn a_provider_that_fails_leaves_passwords() {
    let (test, provider, _) = started(|_| ());
    give_password(&test, "justice");
    let good = provider.description();
    let huge = format!("{}{}", good, " ".repeat(300 * 1024)).into_bytes();
    let cases: Vec<(&str, Vec<u8>)> = vec![
        ("too large", huge),
        ("no JSON", b"<html>".to_vec()),
        ("another issuer", with(good.clone(), "issuer", json!("https://evil.test")).to_string().into_bytes()),
        ("without TLS", with(good.clone(), "token_endpoint", json!("http://evil.test/token")).to_string().into_bytes()),
        ("no PKCE", with(good.clone(), "code_challenge_methods_supported", json!(["plain"])).to_string().into_bytes()),
    ];
    for (case, document) in cases {
        provider.describe_itself_as(document);
        test.app.clock.set(test.now() + TimeDelta::seconds(6));
        let before = provider.times_asked("/.well-known/openid-configuration");
        let page = Visitor::new(&test).get("/sign-in/provider").expect_status(503);
        assert!(page.text.contains("暂时没有响应") && page.text.contains("name=\"password\""), "{case}: {}", page.text);
        Visitor::new(&test).get("/sign-in/provider").expect_status(503);
        assert!(provider.times_asked("/.well-known/openid-configuration") <= before + 2, "{case}");
    }
    let fields = [("username", "justice"), ("password", PASSWORD)];
    Visitor::new(&test).post_from("/sign-in", "/sign-in", &fields).expect_status(303);
    provider.describe_itself_as(good.to_string().into_bytes());
    test.app.clock.set(test.now() + TimeDelta::seconds(6));
    Left::new(&test);
}

#[test]
fn nothing_of_a_provider_is_there_without_one() {
    let test = TestApp::sqlite();
    let page = Visitor::new(&test).get("/sign-in").expect_status(200);
    assert!(!page.text.contains("/sign-in/provider"));
    for path in ["/sign-in/provider", "/sign-in/provider/return?code=c&state=s", "/sign-out/provider"] {
        assert_eq!(Visitor::new(&test).get(path).expect_status(303).location, "/sign-in", "{path}");
    }
    let bound = json!({"subject": "s-1"});
    let id = test.by("justice").get("me").expect_status(200)["id"].as_str().expect("an id").to_owned();
    test.by("admin").post(&format!("people/{id}/actions/bind-identity"), &bound).expect_status(409);
}

#[test]
fn settings_that_are_not_safe_stop_the_start() {
    use luyue::adapters::identity_provider::id_token::Algorithms;
    use luyue::adapters::identity_provider::{IdentityProvider, Registration};
    for (algorithms, is_fine) in
        [("RS256,ES256", true), ("HS256", false), ("none", false), ("RS256, HS256", false), ("", false)]
    {
        assert_eq!(Algorithms::parse(algorithms).is_ok(), is_fine, "{algorithms}");
    }
    let registration = |issuer: &str| Registration {
        issuer: issuer.to_owned(),
        client_id: "luyue".to_owned(),
        secret: "s".to_owned(),
        scopes: "openid".to_owned(),
        claim: String::new(),
        algorithms: Algorithms::parse("RS256").expect("an algorithm"),
        factors: Vec::new(),
    };
    let cases = [
        ("https://idp.test/realms/city", true),
        ("http://127.0.0.1:8080", true),
        ("http://idp.test", false),
        ("ftp://idp.test", false),
        ("https://user:password@idp.test", false),
        ("idp.test", false),
    ];
    for (issuer, is_fine) in cases {
        assert_eq!(IdentityProvider::new(registration(issuer)).is_ok(), is_fine, "{issuer}");
    }
    let without = |change: fn(&mut Registration)| {
        let mut registration = registration("https://idp.test");
        change(&mut registration);
        IdentityProvider::new(registration).is_ok()
    };
    assert!(!without(|registration| registration.secret.clear()));
    assert!(!without(|registration| registration.client_id.clear()));
    assert!(!without(|registration| registration.scopes = "profile".to_owned()));
}
