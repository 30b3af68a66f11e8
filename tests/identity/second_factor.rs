//! The second factor that a role requires, the recovery codes in its place, and what a second administrator confirms.

use chrono::TimeDelta;
use diesel::prelude::*;
use luyue::config::Settings;
use luyue::domain::codes::Role;
use luyue::schema::events;
use serde_json::{Value, json};

use crate::identity::totp::{self, code, with_password};
use crate::payments::setup::{self, seated};
use crate::registry::{added, delete, text};
use crate::support::app::{Reply, TestApp};
use crate::support::digest::Dump;
use crate::support::mail;
use crate::support::visitor::{PASSWORD, Visitor, give_password};
use crate::{on_both_engines, on_sqlite_first};

/// An attempt by a user with a code.
type Attempt<'a> = &'a dyn Fn(&str, &str);

on_both_engines! { with require:
    a_role_that_requires_codes_opens_only_their_setup
    a_new_role_or_a_deputy_s_role_requires_codes_at_once
}

on_both_engines! {
    recovery_codes_replace_a_code_once
    new_recovery_codes_void_the_earlier_ones
}

on_sqlite_first! {
    codes_of_a_finance_role_are_reset_by_two_administrators
    a_first_finance_role_voids_what_one_administrator_arranged
}

on_both_engines! { with ask_above:
    a_payment_above_the_amount_asks_for_the_password
}

fn require(settings: &mut Settings) {
    settings.second_factor_roles = Some("leader, reviewer,approver,cashier,administrator".to_owned());
}

fn ask_above(settings: &mut Settings) {
    settings.proof_above = Some("93599.99".to_owned());
}

#[test]
fn roles_and_amounts_have_their_defaults() {
    let settings = Settings::default();
    let by_default = settings.second_factor_roles(true).expect("roles");
    assert_eq!(
        by_default,
        [Role::Leader, Role::Reviewer, Role::Approver, Role::Cashier, Role::Accountant, Role::Administrator]
    );
    assert!(settings.second_factor_roles(false).expect("roles").is_empty(), "a phone shows the codes of the real time");
    let roles = |text: &str| Settings { second_factor_roles: Some(text.to_owned()), ..Settings::default() };
    assert!(roles("").second_factor_roles(true).expect("none").is_empty());
    assert_eq!(roles(" cashier , officer").second_factor_roles(false).expect("two"), [Role::Cashier, Role::Officer]);
    assert!(roles("cashier;officer").second_factor_roles(true).is_err());
    let above = |text: Option<&str>| Settings { proof_above: text.map(str::to_owned), ..Settings::default() };
    let amount = |text: Option<&str>, is_real| {
        above(text).proof_above(is_real).map(|amount| amount.map(|amount| amount.to_string())).map_err(|_| ())
    };
    assert_eq!(amount(None, true), Ok(Some("200000.00".to_owned())));
    assert_eq!(amount(None, false), Ok(None));
    assert_eq!(amount(Some("off"), true), Ok(None));
    assert_eq!(amount(Some("5000"), false), Ok(Some("5000.00".to_owned())));
    assert_eq!((amount(Some("-1"), true), amount(Some("many"), true)), (Err(()), Err(())));
}

/// Checks that everything but the setup is refused to a person, through the API and the pages, and that the setup opens
/// them.
fn sets_up_first(test: &TestApp, name: &str) {
    let api = test.by(name);
    let refused = |reply: Reply| {
        let problem = reply.expect_status(403);
        assert_eq!(problem["type"], "/problems/second-factor-required", "{name}");
        assert!(problem["title"].as_str().is_some_and(|title| title.contains("POST /api/v1/me/totp")), "{problem}");
    };
    for path in ["me", "contracts", "worklist", "delegations", "organisations", "people", "accounts"] {
        refused(api.get(path));
    }
    refused(api.post(
        "delegations",
        &json!({"organisation": "XC-FINANCE", "role": "reviewer", "deputy": "finance-pay", "until_on": "2026-03-31"}),
    ));
    refused(delete(test, name, "me/totp", &json!({"password": PASSWORD, "code": "000000"})));

    let visitor = Visitor::new(test);
    give_password(test, name);
    visitor.post_from("/sign-in", "/sign-in", &[("username", name), ("password", PASSWORD)]).expect_status(303);
    for path in ["/work", "/contracts", "/registers", "/sessions", "/change-password", "/registers/delegations"] {
        assert_eq!(visitor.get(path).expect_status(303).location, "/one-time-codes", "{name} {path}");
    }
    let page = visitor.get("/one-time-codes").expect_status(200);
    assert!(
        page.text.contains("您的岗位要求启用动态验证码") && page.text.contains("action=\"/sign-out\""),
        "{}",
        page.text
    );
    assert!(!page.text.contains("href=\"/work\""), "no link leads into the rest: {}", page.text);
    let word = page.hidden("form");
    for path in ["/sessions/end-others", "/registers/delegations", "/one-time-codes/recovery"] {
        let fields = [("form", word.as_str()), ("current_password", PASSWORD)];
        assert_eq!(visitor.post(path, &fields).expect_status(303).location, "/one-time-codes", "{name} {path}");
    }
    let out = Visitor::new(test);
    out.post_from("/sign-in", "/sign-in", &[("username", name), ("password", PASSWORD)]).expect_status(303);
    out.post_from("/one-time-codes", "/sign-out", &[]).expect_status(303);
    assert!(out.get("/one-time-codes").expect_status(303).location.starts_with("/sign-in"), "{name}");

    let begun = visitor.post_from("/one-time-codes", "/one-time-codes/begin", &[("current_password", PASSWORD)]);
    let secret = begun.expect_status(200).hidden("secret");
    let typed = code(test, &secret);
    let shown = visitor.post_from("/one-time-codes", "/one-time-codes/confirm", &[("code", &typed)]).expect_status(200);
    assert_eq!(shown.text.matches("<li><code>").count(), 10, "{}", shown.text);
    // Reading that page again sends the form again.
    let again = visitor.post_from("/one-time-codes", "/one-time-codes/confirm", &[("code", &typed)]).expect_status(422);
    assert!(again.text_of(".govuk-error-summary").contains("恢复码只显示一次"), "{name}: {}", again.text);
    assert!(again.has("form[action='/one-time-codes/recovery']"), "{name}: they can be replaced");
    visitor.get("/work").expect_status(200);
    assert_eq!(test.by(name).get("me").expect_status(200)["recovery_codes"], 10, "{name}");
}

fn a_role_that_requires_codes_opens_only_their_setup(test: &TestApp) {
    for name in ["justice-leader", "finance-review", "finance-approve", "finance-pay", "admin"] {
        sets_up_first(test, name);
        test.app.clock.set(test.now() + TimeDelta::seconds(60));
    }
    for name in ["justice", "station", "contractor", "audit"] {
        test.by(name).get("me").expect_status(200);
        Visitor::signed_in(test, name).get("/work").expect_status(200);
    }
    // A program takes the same way out.
    let api = test.by("other-leader");
    api.get("me").expect_status(403);
    let secret = text(&api.post("me/totp", &json!({})).expect_status(201)["secret"]);
    let done = api.post("me/totp/confirm", &json!({"code": code(test, &secret)})).expect_status(200);
    assert_eq!(done["recovery_codes"].as_array().map(Vec::len), Some(10));
    assert_eq!(api.get("me").status, 401, "tokens of before end");
    test.by("other-leader").get("me").expect_status(200);
}

fn a_new_role_or_a_deputy_s_role_requires_codes_at_once(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "justice-2");
    visitor.get("/work").expect_status(200);
    seated(test, "justice-2", "XC-JUSTICE", Role::Leader);
    assert_eq!(visitor.get("/work").expect_status(303).location, "/one-time-codes");
    sets_up_first(test, "justice-2");
    // A deputy acts in the seat of its holder, so the holder's role counts.
    sets_up_first(test, "justice-leader");
    let officer = Visitor::signed_in(test, "justice");
    let days = json!({"organisation": "XC-JUSTICE", "role": "leader", "deputy": "justice", "until_on": "2026-01-31"});
    let given = test.by("justice-leader").post("delegations", &days).expect_status(201);
    assert_eq!(officer.get("/work").expect_status(303).location, "/one-time-codes");
    delete(test, "justice-leader", &format!("delegations/{}", text(&given["id"])), &json!({})).expect_status(200);
    officer.get("/work").expect_status(200);
}

/// Enables codes for `wang.fang` and returns the secret and the recovery codes.
fn enrolled(test: &TestApp) -> (String, Vec<String>) {
    with_password(test);
    let secret = totp::begun(test);
    let done = totp::confirm(test, &code(test, &secret)).expect_status(200);
    let codes: Vec<String> = done["recovery_codes"].as_array().expect("codes").iter().map(text).collect();
    (secret, codes)
}

fn left(test: &TestApp) -> Value {
    test.by("wang.fang").get("me").expect_status(200)["recovery_codes"].clone()
}

/// Returns the bodies of the events of an action.
fn bodies(test: &TestApp, action: &str) -> Vec<Value> {
    let found: Vec<String> = events::table
        .filter(events::action.eq(action))
        .order(events::seq)
        .select(events::body)
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("the events");
    found.iter().map(|body| serde_json::from_str(body).expect("JSON")).collect()
}

fn recovery_codes_replace_a_code_once(test: &TestApp) {
    let (secret, codes) = enrolled(test);
    assert_eq!(codes.len(), 10);
    assert!(codes.iter().all(|code| code.len() == 29 && code.split('-').all(|part| part.len() == 4)), "{codes:?}");
    let all = format!("{:?}", Dump::of(&test.app.pool));
    assert!(codes.iter().all(|code| !all.contains(code.as_str()) && !all.contains(&code.replace('-', ""))));
    let sign_in = |code: &str| totp::sign_in(test, Some(code));
    assert_eq!((sign_in(&codes[0]), sign_in(&codes[0])), (200, 401), "once");
    // However it is typed, and by no one else.
    let wide: String = codes[1].chars().map(|c| if c == '-' { '－' } else { c.to_ascii_uppercase() }).collect();
    assert_eq!((sign_in(&wide), sign_in(&codes[1])), (200, 401));
    assert_eq!((sign_in(&codes[2].replace('-', " ")), sign_in(&codes[2][..28])), (200, 401));
    assert_eq!((left(test), bodies(test, "recovery-codes.use").len()), (json!(7), 3));
    assert_eq!(bodies(test, "recovery-codes.use")[2], json!({"left": 7}));
    let told: Vec<String> = mail::to(test, "wang.fang").into_iter().map(|(subject, _)| subject).collect();
    assert_eq!(told.iter().filter(|subject| *subject == "您的恢复码已被使用").count(), 3, "{told:?}");
    assert!(mail::to(test, "wang.fang").last().is_some_and(|(_, words)| words.contains("还有 7 个")));
    // On the pages: signing in, and giving the password again.
    let visitor = Visitor::new(test);
    let fields = [("username", "wang.fang"), ("password", totp::PASSWORD), ("recovery_code", codes[3].as_str())];
    visitor.post_from("/sign-in", "/sign-in", &fields).expect_status(303);
    assert!(visitor.get("/one-time-codes").text.contains("未使用的恢复码：6 个"));
    let proof = [("current_password", totp::PASSWORD), ("current_code", codes[4].as_str())];
    let shown = visitor.post_from("/one-time-codes", "/one-time-codes/recovery", &proof).expect_status(200);
    let fresh = shown.texts("li > code");
    assert_eq!(fresh.len(), 10);
    assert_eq!(left(test), 10);
    // Lost phone: a recovery code signs in and switches the codes off.
    let body = json!({"password": totp::PASSWORD, "code": fresh[0]});
    assert_eq!(delete(test, "wang.fang", "me/totp", &body).status, 204);
    assert_eq!((totp::sign_in(test, None), left(test)), (200, json!(0)), "{secret}");
}

fn new_recovery_codes_void_the_earlier_ones(test: &TestApp) {
    let (secret, codes) = enrolled(test);
    let renew = |password: &str, code: &str| {
        test.by("wang.fang").post("me/totp/recovery-codes", &json!({"password": password, "code": code}))
    };
    test.app.clock.set(test.now() + TimeDelta::seconds(60));
    let digits = code(test, &secret);
    assert_eq!(renew("wrong", &digits).status, 401);
    assert_eq!(renew(totp::PASSWORD, "000000").status, 401);
    let fresh = renew(totp::PASSWORD, &digits).expect_status(201);
    assert_eq!(totp::sign_in(test, Some(&codes[0])), 401);
    assert_eq!(totp::sign_in(test, Some(&text(&fresh["recovery_codes"][9]))), 200);
    assert_eq!((left(test), bodies(test, "recovery-codes.draw").len()), (json!(9), 2));
    let without = test.by("justice").post("me/totp/recovery-codes", &json!({"password": PASSWORD, "code": ""}));
    assert_eq!(without.expect_status(409)["type"], "/problems/totp-not-active");
    // A code of one person is of no use to another.
    let person = |name: &str| text(&test.by(name).get("me").expect_status(200)["id"]);
    assert_ne!(person("wang.fang"), person("justice"));
}

fn codes_of_a_finance_role_are_reset_by_two_administrators(test: &TestApp) {
    added(test, "admin-2", "administrator", "XC-ADMIN");
    enrolled(test);
    let people = test.by("admin").get("people?limit=200").expect_status(200);
    let find = |people: &Value| {
        let items = people["items"].as_array().expect("a list").clone();
        items.into_iter().find(|item| item["username"] == "wang.fang").expect("they are listed")
    };
    let id = text(&find(&people)["id"]);
    seated(test, "wang.fang", "XC-FINANCE", Role::Cashier);
    let reset = |who: &str| {
        test.by(who)
            .post(&format!("people/{id}/actions/reset-codes"), &json!({"reason": "手机遗失"}))
            .expect_status(200)
    };
    assert_eq!(reset("admin")["codes"], "asked");
    assert_eq!(reset("admin")["codes"], "asked", "one person does not count twice");
    let people = test.by("admin").get("people?limit=200").expect_status(200);
    assert_eq!((&find(&people)["one_time_code"], &find(&people)["reset_asked"]), (&json!(true), &json!(true)));
    let page = Visitor::signed_in(test, "admin").get("/registers/people").expect_status(200);
    assert!(page.text.contains("解除动态验证码待另一名管理员确认"), "{}", page.text);
    assert_eq!(totp::sign_in(test, None), 401);
    assert_eq!(reset("admin-2")["codes"], "done");
    assert_eq!((totp::sign_in(test, None), left(test)), (200, json!(0)));
    let first = text(&test.by("admin").get("me").expect_status(200)["id"]);
    assert_eq!(bodies(test, "totp.ask-reset").len(), 2);
    assert_eq!(bodies(test, "totp.reset"), [json!({"reason": "手机遗失", "asked_by": first})]);
    let told: Vec<String> = mail::to(test, "wang.fang").into_iter().map(|(subject, _)| subject).collect();
    assert!(told.contains(&"您的动态验证码已被解除".to_owned()), "{told:?}");
    // A request lapses after three days.
    test.app.clock.set(test.now() + TimeDelta::seconds(60));
    let secret = totp::begun(test);
    totp::confirm(test, &code(test, &secret)).expect_status(200);
    assert_eq!(reset("admin")["codes"], "asked");
    test.app.clock.set(test.now() + TimeDelta::days(3));
    assert_eq!(reset("admin-2")["codes"], "asked");
}

fn a_first_finance_role_voids_what_one_administrator_arranged(test: &TestApp) {
    let admin = |path: &str, body: &Value| test.by("admin").post(path, body);
    let set = |link: &str| test.nobody().post("passwords", &json!({"link": link, "password": totp::PASSWORD})).status;
    let sign_in =
        |name: &str| test.nobody().post("session", &json!({"username": name, "password": totp::PASSWORD})).status;
    added(test, "admin-2", "administrator", "XC-ADMIN");
    let seat = |role: &str| json!({"organisation": "XC-FINANCE", "role": role});
    let delegation = |holder: &str, role: &str, deputy: &str| json!({"holder": holder, "organisation": "XC-FINANCE", "role": role, "deputy": deputy, "until_on": "2026-03-31"});
    let cases: [(&str, Attempt<'_>); 4] = [
        ("reviewer", &|_, id| drop(admin(&format!("people/{id}/seats"), &seat("reviewer")).expect_status(201))),
        ("approver", &|_, id| drop(admin(&format!("people/{id}/seats"), &seat("approver")).expect_status(201))),
        ("cashier", &|_, id| drop(admin(&format!("people/{id}/seats"), &seat("cashier")).expect_status(201))),
        ("deputy", &|name, _| {
            drop(admin("delegations", &delegation("finance-review", "reviewer", name)).expect_status(201));
        }),
    ];
    for (case, act) in cases {
        // An open link.
        let name = format!("open-{case}");
        let id = added(test, &name, "officer", "XC-FINANCE");
        let link = mail::link_to(test, &name);
        act(&name, &id);
        assert_eq!(set(&link), 404, "{case}: the open link is void");
        // A password that was set through a link of one administrator.
        let name = format!("set-{case}");
        let id = added(test, &name, "officer", "XC-FINANCE");
        assert_eq!((set(&mail::link_to(test, &name)), sign_in(&name)), (204, 200));
        let before = test.by(&name);
        before.get("me").expect_status(200);
        act(&name, &id);
        assert_eq!((before.get("me").status, sign_in(&name)), (401, 401), "{case}: the password is void");
        let link = format!("people/{id}/actions/link");
        assert_eq!(admin(&link, &json!({})).expect_status(200)["link"], "asked", "{case}: the same administrator");
        assert_eq!(mail::links_to(test, &name).len(), 1);
        assert_eq!(test.by("admin-2").post(&link, &json!({})).expect_status(200)["link"], "mailed", "{case}");
        assert_eq!((set(&mail::link_to(test, &name)), sign_in(&name)), (204, 200));
    }
    // A second finance role needs both administrators again, as seat and as delegation.
    let id = text(&test.by("set-reviewer").get("me").expect_status(200)["id"]);
    let more: [Attempt<'_>; 2] =
        [&|_, id| drop(admin(&format!("people/{id}/seats"), &seat("approver")).expect_status(201)), &|name, _| {
            drop(admin("delegations", &delegation("finance-pay", "cashier", name)).expect_status(201));
        }];
    for act in more {
        act("set-reviewer", &id);
        assert_eq!(sign_in("set-reviewer"), 401);
        let link = format!("people/{id}/actions/link");
        assert_eq!(admin(&link, &json!({})).expect_status(200)["link"], "asked");
        assert_eq!(test.by("admin-2").post(&link, &json!({})).expect_status(200)["link"], "mailed");
        assert_eq!((set(&mail::link_to(test, "set-reviewer")), sign_in("set-reviewer")), (204, 200));
    }
    // Another role changes nothing, nor does a deputy whom the holder chose.
    let id = added(test, "wang.fang", "officer", "XC-FINANCE");
    assert_eq!(set(&mail::link_to(test, "wang.fang")), 204);
    admin(&format!("people/{id}/seats"), &seat("leader")).expect_status(201);
    let mut chosen = delegation("", "cashier", "wang.fang");
    chosen.as_object_mut().expect("an object").remove("holder");
    test.by("finance-pay").post("delegations", &chosen).expect_status(201);
    assert_eq!(sign_in("wang.fang"), 200);
    let link = format!("people/{id}/actions/link");
    assert_eq!(admin(&link, &json!({})).expect_status(200)["link"], "asked", "a deputy's links need both as well");
}

fn a_payment_above_the_amount_asks_for_the_password(test: &TestApp) {
    let contract = setup::advance(test);
    let approver = Visitor::signed_in(test, "finance-approve");
    let cashier = Visitor::signed_in(test, "finance-pay");
    let payment = setup::asked(test, &contract, "ADVANCE", &json!({}));
    setup::through(test, &payment, 2);
    let form = |act: &str| format!("/contracts/{contract}/act/{act}?subject={payment}");
    let send = |visitor: &Visitor<'_>, act: &str, fields: &[(&str, &str)]| {
        let fields: Vec<_> = [("subject", payment.as_str())].into_iter().chain(fields.iter().copied()).collect();
        visitor.post_from(&form(act), &format!("/contracts/{contract}/act/{act}"), &fields)
    };
    let asks = |visitor: &Visitor<'_>, act: &str| visitor.get(&form(act)).text.contains("name=\"current_password\"");
    assert!(!asks(&approver, "approve"), "signing in counts for ten minutes");
    test.app.clock.set(test.now() + TimeDelta::minutes(11));
    assert!(asks(&approver, "approve") && !asks(&approver, "payment-return"));
    let refused = send(&approver, "approve", &[]).expect_status(422);
    assert!(refused.text.contains("href=\"#current_password\"") && refused.text.contains("此金额须再次输入密码"));
    let wrong = send(&approver, "approve", &[("current_password", "不对")]).expect_status(422);
    assert!(!wrong.text.contains("不对"), "{}", wrong.text);
    assert_eq!(setup::shown(test, &payment)["state"], "reviewed");
    send(&approver, "approve", &[("current_password", PASSWORD)]).expect_status(303);
    assert_eq!(setup::shown(test, &payment)["state"], "approved");
    assert_eq!(bodies(test, "session.prove").len(), 1);
    // The voucher that was typed is still there, and the right password counts though the rest is refused.
    let paid = [("voucher", "V-2026-1"), ("on", "2026-01-13")];
    let refused = send(&cashier, "pay", &paid).expect_status(422);
    assert!(refused.text.contains("value=\"V-2026-1\"") && refused.text.contains("value=\"2026-01-13\""));
    let faulty = [("voucher", ""), ("on", "2026-01-13"), ("current_password", PASSWORD)];
    let refused = send(&cashier, "pay", &faulty).expect_status(400);
    assert!(!refused.text.contains("name=\"current_password\""), "it was given: {}", refused.text);
    send(&cashier, "pay", &paid).expect_status(303);
    assert_eq!(setup::shown(test, &payment)["state"], "paid");
}
