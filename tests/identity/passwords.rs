//! Passwords that are changed, forgotten and set by a link: who can, who is notified, and what ends with the old one.

use chrono::TimeDelta;
use diesel::connection::SimpleConnection;
use luyue::adapters::one_time::link_token;
use luyue::services::audit::check;
use serde_json::json;

use crate::payments::setup::seated;
use crate::registry::{added, person, text};
use crate::support::app::TestApp;
use crate::support::mail;
use crate::support::visitor::{PASSWORD, Visitor, give_password};
use crate::{on_both_engines, on_sqlite_first};
use luyue::domain::codes::Role;

on_both_engines! {
    a_forgotten_password_is_set_anew_by_mail
    a_link_written_into_the_database_opens_nothing
}

on_sqlite_first! {
    a_changed_password_ends_other_sessions
    a_password_tells_nothing_of_its_owner
    a_link_is_void_once_another_is_sent_or_a_password_is_set
    a_finance_role_needs_two_administrators
    deputies_and_accounts_change_with_the_password_only
    a_program_changes_them_within_ten_minutes_of_the_password
    codes_end_other_sessions
    signing_in_again_ends_the_session_before
}

const NEXT: &str = "白鹭立在涨水的稻田里";

fn set(test: &TestApp, link: &str, password: &str) -> u16 {
    test.nobody().post("passwords", &json!({"link": link, "password": password})).status
}

fn sign_in(test: &TestApp, username: &str, password: &str) -> u16 {
    test.nobody().post("session", &json!({"username": username, "password": password})).status
}

fn subjects(test: &TestApp, username: &str) -> Vec<String> {
    mail::to(test, username).into_iter().map(|(subject, _)| subject).collect()
}

fn a_changed_password_ends_other_sessions(test: &TestApp) {
    let (here, there) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "justice"));
    let program = test.by("justice");
    let path = "/change-password";
    let send = |now: &str, next: &str, again: &str| {
        here.post_from(path, path, &[("current_password", now), ("password", next), ("again", again)])
    };
    let wrong = send("不对", NEXT, NEXT).expect_status(422);
    assert!(wrong.text.contains("href=\"#current_password\"") && !wrong.text.contains(NEXT), "{}", wrong.text);
    send(PASSWORD, NEXT, "别的").expect_status(422);
    send(PASSWORD, "12345678", "12345678").expect_status(422);
    let same = send(PASSWORD, PASSWORD, PASSWORD).expect_status(422);
    assert!(same.text.contains("新密码不能与当前密码相同"), "{}", same.text);
    assert!(same.text.contains("href=\"#password\""), "{}", same.text);
    there.get("/work").expect_status(200);
    assert_eq!(send(PASSWORD, NEXT, NEXT).expect_status(303).location, "/change-password?done=changed");
    here.get("/work").expect_status(200);
    there.get("/work").expect_status(303);
    assert_eq!(program.get("me").status, 401);
    assert_eq!((sign_in(test, "justice", PASSWORD), sign_in(test, "justice", NEXT)), (401, 200));
    assert_eq!(subjects(test, "justice"), ["您的登录密码已修改"]);
    let page = here.get("/sessions").expect_status(200);
    assert_eq!(page.text.matches("/end\"").count(), 1, "sessions that ended are not listed");
    // Wrong tries are counted like those of signing in.
    for _ in 0..12 {
        send("不对", NEXT, NEXT);
    }
    let limited = send(NEXT, PASSWORD, PASSWORD);
    assert_eq!(limited.status, 429);
    assert!(limited.reply.header("retry-after").parse::<u32>().is_ok());
}

fn a_password_tells_nothing_of_its_owner(test: &TestApp) {
    let mut body = person("wang.fang", "officer", "XC-JUSTICE");
    (body["name"], body["email"]) = (json!("王芳菲"), json!("fangfei2026@luyue.test"));
    test.by("admin").post("people", &body).expect_status(201);
    let link = mail::link_to(test, "wang.fang");
    for password in
        ["Wang.Fang", "wang.fang-2026!", "我是王芳菲我最大", "fangfei2026", "xc-justice-1949", "履约平台管理密码"]
    {
        assert_eq!(set(test, &link, password), 422, "{password}");
    }
    assert_eq!(set(test, &link, NEXT), 204);
    let visitor = Visitor::new(test);
    visitor.post_from("/sign-in", "/sign-in", &[("username", "wang.fang"), ("password", NEXT)]).expect_status(303);
    let path = "/change-password";
    let fields = [("current_password", NEXT), ("password", "wang.fang-2026"), ("again", "wang.fang-2026")];
    visitor.post_from(path, path, &fields).expect_status(422);
}

fn a_link_written_into_the_database_opens_nothing(test: &TestApp) {
    added(test, "wang.fang", "officer", "XC-JUSTICE");
    let own = mail::link_to(test, "wang.fang");
    let forged = link_token([7; 32]);
    let count = |statement: &str| {
        let connection = &mut *test.app.pool.get().expect("a connection");
        connection.batch_execute(statement).unwrap_or_else(|error| panic!("{statement}: {error}"));
        check::check(&test.app, |_| ()).expect("the check runs").differences.len()
    };
    let before = count("SELECT 1");
    let insert = format!(
        "INSERT INTO links (token_hash, person_id, purpose, expires_at, used_at, signature)
         SELECT '{}', (SELECT id FROM people WHERE username = 'admin'), purpose, expires_at, NULL, signature FROM links",
        forged.digest
    );
    assert!(count(&insert) > before);
    assert_eq!(set(test, &forged.text, NEXT), 404);
    // A link of one's own, turned into one of another person.
    assert!(count("UPDATE links SET person_id = (SELECT id FROM people WHERE username = 'admin')") > before);
    assert_eq!(set(test, &own, NEXT), 404);
    count("UPDATE links SET person_id = (SELECT id FROM people WHERE username = 'wang.fang')");
    assert_eq!(set(test, &own, NEXT), 204);
    // One that was used, turned into an unused one.
    assert!(count("UPDATE links SET used_at = NULL") > before);
    assert_eq!(set(test, &own, "另一句很长的口令"), 404);
}

fn a_forgotten_password_is_set_anew_by_mail(test: &TestApp) {
    for name in ["justice", "audit", "station"] {
        give_password(test, name);
    }
    let audit = test.by("admin").get("people?limit=200").expect_status(200);
    let audit = audit["items"].as_array().and_then(|list| list.iter().find(|item| item["username"] == "audit"));
    let audit = text(&audit.expect("they are listed")["id"]);
    test.by("admin").post(&format!("people/{audit}/actions/disable"), &json!({})).expect_status(200);
    let path = "/forgotten-password";
    let ask = |name: &str| {
        let page = Visitor::new(test).post_from(path, path, &[("username", name)]);
        (page.status, page.location, page.text)
    };
    // Known, unknown, disabled, without a password: one answer.
    let answers: Vec<_> = ["JUSTICE", "nobody-here", "audit", "finance-pay"].into_iter().map(ask).collect();
    assert!(answers.iter().all(|answer| *answer == answers[0]), "{answers:?}");
    assert_eq!((answers[0].0, answers[0].1.as_str()), (303, "/forgotten-password?done=sent"));
    for name in ["audit", "finance-pay"] {
        assert_eq!(mail::links_to(test, name), Vec::<String>::new(), "{name}");
    }
    let link = mail::link_to(test, "justice");
    // A second one is not sent at once, and no one asks more than five times at once from one address.
    ask("justice");
    assert_eq!(mail::links_to(test, "justice").len(), 1);
    let limited = Visitor::new(test).post_from(path, path, &[("username", "justice")]);
    assert_eq!(limited.status, 429);
    assert!(limited.reply.header("retry-after").parse::<u32>().is_ok());
    test.app.clock.set(test.now() + TimeDelta::minutes(6));
    ask("justice");
    let links = mail::links_to(test, "justice");
    assert_eq!(links.len(), 2);
    assert_eq!(set(test, &link, NEXT), 404, "the newest alone is good");
    let session = Visitor::signed_in(test, "justice");
    assert_eq!(set(test, &links[1], NEXT), 204);
    assert_eq!(set(test, &links[1], NEXT), 404, "once");
    session.get("/work").expect_status(303);
    assert_eq!(sign_in(test, "justice", NEXT), 200);
    ask("station");
    let late = mail::link_to(test, "station");
    test.app.clock.set(test.now() + TimeDelta::minutes(61));
    assert_eq!(set(test, &late, NEXT), 404, "an hour");
    assert!(subjects(test, "justice").contains(&"您的登录密码已修改".to_owned()));
}

fn a_link_is_void_once_another_is_sent_or_a_password_is_set(test: &TestApp) {
    let id = added(test, "wang.fang", "officer", "XC-JUSTICE");
    let first = mail::link_to(test, "wang.fang");
    let asked = test.by("admin").post(&format!("people/{id}/actions/link"), &json!({})).expect_status(200);
    assert_eq!(asked["link"], "mailed");
    assert!(!asked.to_string().contains("/password/"), "no administrator sees a link");
    let second = mail::link_to(test, "wang.fang");
    assert_eq!(set(test, &first, NEXT), 404);
    assert_eq!(set(test, &second, NEXT), 204);
    assert_eq!(subjects(test, "wang.fang"), ["请设置登录密码", "请设置登录密码", "您的登录密码已修改"]);
    test.by("admin").post(&format!("people/{id}/actions/link"), &json!({})).expect_status(200);
    let third = mail::link_to(test, "wang.fang");
    let visitor = Visitor::new(test);
    visitor.post_from("/sign-in", "/sign-in", &[("username", "wang.fang"), ("password", NEXT)]).expect_status(303);
    let path = "/change-password";
    let fields = [("current_password", NEXT), ("password", PASSWORD), ("again", PASSWORD)];
    visitor.post_from(path, path, &fields).expect_status(303);
    assert_eq!(set(test, &third, NEXT), 404, "a changed password voids it as well");
}

fn a_finance_role_needs_two_administrators(test: &TestApp) {
    added(test, "admin-2", "administrator", "XC-ADMIN");
    for role in ["reviewer", "approver", "cashier"] {
        let name = format!("new-{role}");
        let made = test.by("admin").post("people", &person(&name, role, "XC-FINANCE")).expect_status(201);
        assert_eq!(made["link"], "asked", "{role}");
        let path = format!("people/{}/actions/link", text(&made["id"]));
        let again = test.by("admin").post(&path, &json!({})).expect_status(200);
        assert_eq!(again["link"], "asked", "one person does not count twice");
        assert_eq!(mail::links_to(test, &name), Vec::<String>::new());
        let people = test.by("admin").get("people?limit=200").expect_status(200);
        let found =
            people["items"].as_array().and_then(|list| list.iter().find(|item| item["username"] == name.as_str()));
        assert_eq!(found.expect("they are listed")["link_asked"], true);
        let page = Visitor::signed_in(test, "admin").get("/registers/people").expect_status(200);
        assert!(page.text.contains("设置密码链接待另一名管理员确认"), "{}", page.text);
        assert_eq!(test.by("admin-2").post(&path, &json!({})).expect_status(200)["link"], "mailed");
        assert_eq!(set(test, &mail::link_to(test, &name), NEXT), 204);
        // The next link needs both again, and a request lapses.
        assert_eq!(test.by("admin-2").post(&path, &json!({})).expect_status(200)["link"], "asked");
        test.app.clock.set(test.now() + TimeDelta::days(3));
        assert_eq!(test.by("admin").post(&path, &json!({})).expect_status(200)["link"], "asked");
    }
    // A finance role counts even if it is not the only role.
    let id = added(test, "wang.fang", "officer", "XC-JUSTICE");
    seated(test, "wang.fang", "XC-FINANCE", Role::Cashier);
    let path = format!("people/{id}/actions/link");
    assert_eq!(test.by("admin").post(&path, &json!({})).expect_status(200)["link"], "asked");
}

fn deputies_and_accounts_change_with_the_password_only(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "finance-review");
    let path = "/registers/delegations";
    let fields = |password: &'static str| {
        [
            ("seat", "XC-FINANCE/reviewer"),
            ("deputy", "finance-pay"),
            ("from_on", "2026-01-05"),
            ("until_on", "2026-01-30"),
            ("current_password", password),
        ]
    };
    for password in ["", "不对"] {
        let refused = visitor.post_from(path, path, &fields(password)).expect_status(422);
        assert!(refused.text.contains("href=\"#current_password\""), "{}", refused.text);
    }
    assert_eq!(test.by("finance-review").get("delegations").expect_status(200)["items"], json!([]));
    visitor.post_from(path, path, &fields(PASSWORD)).expect_status(303);

    let contractor = crate::support::app::CONTRACTOR;
    let account = json!({"name": "户名", "bank": "徽商银行", "number": "6222000011113333"});
    let made = test.by("contractor").post(&format!("contractors/{contractor}/accounts"), &account).expect_status(201);
    let id = text(&made["id"]);
    let approve = format!("/registers/accounts/{id}/approve");
    for fields in [&[][..], &[("current_password", "不对")]] {
        let refused = visitor.post_from("/registers/accounts", &approve, fields);
        if refused.status == 404 {
            // Another finance bureau decides on this contractor in this city.
            return;
        }
        assert_eq!(refused.status, 422);
        assert!(refused.text.contains(&format!("href=\"#current_password-{id}\"")), "{}", refused.text);
    }
    visitor.post_from("/registers/accounts", &approve, &[("current_password", PASSWORD)]).expect_status(303);
}

fn a_program_changes_them_within_ten_minutes_of_the_password(test: &TestApp) {
    give_password(test, "finance-review");
    let credentials = json!({"username": "finance-review", "password": PASSWORD});
    let issued = test.nobody().post("session", &credentials).expect_status(200);
    let token = format!("Bearer {}", text(&issued["token"]));
    let program = || test.nobody().with("Authorization", &token);
    let deputy = json!({"organisation": "XC-FINANCE", "role": "reviewer", "deputy": "finance-pay",
        "until_on": "2026-01-30"});
    let account = json!({"decision": "approve"});
    test.app.clock.set(test.now() + TimeDelta::minutes(10) + TimeDelta::seconds(6));
    assert_eq!(program().post("delegations", &deputy).status, 401);
    assert_eq!(program().post("accounts/any/actions/approve", &account).status, 401);
    // A token renews no token: only the password does.
    assert_ne!(program().post("session", &json!({"username": "finance-review", "password": ""})).status, 200);
    let issued = test.nobody().post("session", &credentials).expect_status(200);
    let program = test.nobody().with("Authorization", &format!("Bearer {}", text(&issued["token"])));
    assert!(program.post("delegations", &deputy).expect_status(201)["id"].is_string());
}

fn codes_end_other_sessions(test: &TestApp) {
    let (here, there) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "justice"));
    let path = "/one-time-codes";
    let begun = here.post_from(path, "/one-time-codes/begin", &[("current_password", PASSWORD)]).expect_status(200);
    let secret = begun.hidden("secret");
    let code = || crate::identity::totp::code(test, &secret);
    there.get("/work").expect_status(200);
    here.post_from(path, "/one-time-codes/confirm", &[("code", &code())]).expect_status(200);
    here.get("/work").expect_status(200);
    there.get("/work").expect_status(303);
    // From now on a change asks for a code as well, and each code counts once.
    let change = |code: &str, now: &str, next: &str| {
        let fields = [("current_password", now), ("current_code", code), ("password", next), ("again", next)];
        here.post_from("/change-password", "/change-password", &fields).status
    };
    test.app.clock.set(test.now() + TimeDelta::seconds(60));
    let digits = code();
    assert_eq!((change("", PASSWORD, NEXT), change("000000", PASSWORD, NEXT)), (422, 422));
    assert_eq!((change(&digits, PASSWORD, NEXT), change(&digits, NEXT, PASSWORD)), (303, 422));
}

fn signing_in_again_ends_the_session_before(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "justice");
    let before = visitor.cookie("__Host-luyue").expect("a session");
    give_password(test, "contractor");
    let fields = [("username", "contractor"), ("password", PASSWORD), ("next", "/work")];
    let page = visitor.get("/sessions");
    let mut all = vec![("form", page.hidden("form"))];
    all.extend(fields.map(|(name, value)| (name, value.to_owned())));
    let all: Vec<(&str, &str)> = all.iter().map(|(name, value)| (*name, value.as_str())).collect();
    visitor.post("/sign-in", &all).expect_status(303);
    assert_ne!(visitor.cookie("__Host-luyue").as_deref(), Some(before.as_str()));
    let old = Visitor::new(test);
    old.keep("__Host-luyue", &before);
    old.get("/work").expect_status(303);
}
