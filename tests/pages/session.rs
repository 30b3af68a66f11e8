//! Browser sessions: opened, listed, ended and expired when idle; and the forms that are bound to them.

use chrono::TimeDelta;
use diesel::prelude::*;
use luyue::schema::sessions;
use luyue::storage::identity::people;

use crate::support::app::TestApp;
use crate::support::visitor::{PASSWORD, Visitor, give_password};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_session_is_listed_and_ended
    a_session_given_to_another_person_does_not_open
}

on_sqlite_first! {
    visitors_sign_in_and_return_to_their_page
    a_session_ends_when_it_is_idle_or_half_a_day_old
    all_other_sessions_end_at_once
    a_form_from_another_site_does_nothing
    one_time_codes_are_switched_on_and_off
}

const COOKIE: &str = "__Host-luyue";

fn visitors_sign_in_and_return_to_their_page(test: &TestApp) {
    give_password(test, "justice");
    let visitor = Visitor::new(test);
    let page = visitor.get("/contracts?q=%E5%BF%83%E7%90%86").expect_status(303);
    assert_eq!(page.location, "/sign-in?next=%2Fcontracts%3Fq%3D%25E5%25BF%2583%25E7%2590%2586");
    let page = visitor.get(&page.location).expect_status(200);
    assert!(page.hidden("next").starts_with("/contracts?q="));
    let before = visitor.cookie(COOKIE).expect("a token for the form");
    let wrong = visitor.post_from("/sign-in", "/sign-in", &[("username", "justice"), ("password", "不对的密码")]);
    assert_eq!(wrong.status, 401);
    assert!(
        wrong.text.contains("value=\"justice\"") && wrong.text.contains("用户名") && !wrong.text.contains("不对的密码")
    );
    for (next, leads) in
        [("/contracts", "/contracts"), ("//evil.test", "/"), ("https://evil.test", "/"), ("/\\evil.test", "/")]
    {
        let fields = [("username", "justice"), ("password", PASSWORD), ("next", next)];
        let page = Visitor::new(test).post_from("/sign-in", "/sign-in", &fields).expect_status(303);
        assert_eq!(page.location, leads);
    }
    let cookie = visitor.post_from("/sign-in", "/sign-in", &[("username", "justice"), ("password", PASSWORD)]);
    let set = cookie.reply.header("set-cookie");
    for part in ["__Host-luyue=", "HttpOnly", "Secure", "SameSite=Lax", "Path=/"] {
        assert!(set.contains(part), "{set}");
    }
    assert_ne!(visitor.cookie(COOKIE).expect("a session"), before, "signing in gives another token");
    let page = visitor.get("/work").expect_status(200);
    assert!(page.text.contains("经办人"));
}

fn a_session_ends_when_it_is_idle_or_half_a_day_old(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "justice");
    let start = test.now();
    test.app.clock.set(start + TimeDelta::minutes(29));
    visitor.get("/work").expect_status(200);
    test.app.clock.set(start + TimeDelta::minutes(58));
    visitor.get("/work").expect_status(200);
    test.app.clock.set(start + TimeDelta::minutes(89));
    assert_eq!(visitor.get("/work").expect_status(303).location, "/sign-in?next=%2Fwork");
    let visitor = Visitor::signed_in(test, "justice");
    let start = test.now();
    for minutes in (20..720).step_by(20) {
        test.app.clock.set(start + TimeDelta::minutes(minutes));
        visitor.get("/work").expect_status(200);
    }
    test.app.clock.set(start + TimeDelta::minutes(721));
    visitor.get("/work").expect_status(303);
    assert_eq!(
        luyue::services::operations::housekeeping::delete_ended_browser_sessions(&test.app)
            .expect("sessions are swept"),
        2
    );
}

fn a_session_is_listed_and_ended(test: &TestApp) {
    let (here, there) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "justice"));
    let page = here.get("/sessions").expect_status(200);
    let forms = page.attrs("form[action^='/sessions/']", "action");
    let ends: Vec<String> = forms.into_iter().filter(|end| end != "/sessions/end-others").collect();
    assert_eq!(ends.len(), 2);
    assert_eq!(page.text.matches(">本设备<").count(), 1, "{}", page.text);
    let stranger = Visitor::signed_in(test, "contractor");
    stranger.post_from("/sessions", &ends[0], &[]).expect_status(404);
    let third = Visitor::signed_in(test, "justice");
    for end in ends {
        third.post_from("/sessions", &end, &[]).expect_status(303);
    }
    for ended in [here, there] {
        ended.get("/work").expect_status(303);
    }
    let visitor = Visitor::signed_in(test, "justice");
    visitor.post_from("/work", "/sign-out", &[]).expect_status(303);
    visitor.get("/work").expect_status(303);
}

fn a_session_given_to_another_person_does_not_open(test: &TestApp) {
    // Both signed in once, so that the versions of their tokens are the same.
    let (officer, supervisor) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "audit"));
    let mut connection = test.app.pool.get().expect("a connection");
    let mut key =
        |name: &str| people::by_username(&mut connection, name).expect("read").expect("the person is there").id.0;
    let (from, to) = (key("justice"), key("audit"));
    diesel::update(sessions::table.filter(sessions::person_id.eq(from)))
        .set(sessions::person_id.eq(to))
        .execute(&mut *connection)
        .expect("the session is given away");
    drop(connection);
    assert!(officer.get("/work").expect_status(303).location.starts_with("/sign-in"));
    supervisor.get("/work").expect_status(200);
    officer.post_from("/sign-in", "/sign-in", &[("username", "justice"), ("password", PASSWORD)]).expect_status(303);
    officer.get("/work").expect_status(200);
}

fn all_other_sessions_end_at_once(test: &TestApp) {
    let [here, there, elsewhere] = [(); 3].map(|()| Visitor::signed_in_by_page(test, "justice"));
    let other = Visitor::signed_in(test, "contractor");
    let program = test.by("justice");
    let ended = here.post_from("/sessions", "/sessions/end-others", &[]).expect_status(303);
    assert_eq!(ended.location, "/sessions?done=others");
    let page = here.get(&ended.location).expect_status(200);
    assert!(page.text.contains("已全部结束") && page.text.matches("/end\"").count() == 1, "{}", page.text);
    for gone in [&there, &elsewhere] {
        gone.get("/work").expect_status(303);
    }
    assert_eq!(program.get("me").status, 401);
    other.get("/work").expect_status(200);
    for action in ["session.end-others", "session.create"] {
        let id = crate::registry::text(&test.by("justice").get("me").expect_status(200)["id"]);
        assert_eq!(crate::registry::hands(test, action, &id), ("justice".to_owned(), None));
    }
}

fn a_form_from_another_site_does_nothing(test: &TestApp) {
    let visitor = Visitor::signed_in(test, "justice");
    for fields in [&[][..], &[("form", "")], &[("form", "00ff")]] {
        visitor.post("/sign-out", fields).expect_status(403);
    }
    let word = Visitor::signed_in(test, "contractor").get("/work").hidden("form");
    visitor.post("/sign-out", &[("form", &word)]).expect_status(403);
    visitor.get("/work").expect_status(200);
}

fn one_time_codes_are_switched_on_and_off(test: &TestApp) {
    let code = |secret: &str| crate::identity::totp::code(test, secret);
    let visitor = Visitor::signed_in(test, "finance-pay");
    let path = "/one-time-codes";
    visitor.post_from(path, "/one-time-codes/begin", &[("current_password", "不对")]).expect_status(422);
    let proof = [("current_password", PASSWORD)];
    let page = visitor.post_from(path, "/one-time-codes/begin", &proof).expect_status(200);
    assert!(page.text.contains("<path d=\"M"), "a QR code");
    let (secret, address) = (page.hidden("secret"), page.hidden("address"));
    let fields = |code: &str| {
        [("secret", secret.clone()), ("address", address.replace("&#38;", "&")), ("code", code.to_owned())]
    };
    let send = |code: &str| {
        let fields = fields(code);
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
        visitor.post_from(path, "/one-time-codes/confirm", &fields)
    };
    let wrong = send("000000").expect_status(422);
    assert!(wrong.text.contains(&secret), "the secret stays on the page");
    let shown = send(&code(&secret)).expect_status(200);
    assert_eq!(shown.text.matches("<li><code>").count(), 10, "recovery codes: {}", shown.text);
    let with = |code: &str| {
        let fields = [("username", "finance-pay"), ("password", PASSWORD), ("code", code)];
        Visitor::new(test).post_from("/sign-in", "/sign-in", &fields)
    };
    with("").expect_status(401);
    test.app.clock.set(test.now() + TimeDelta::seconds(60));
    with(&code(&secret)).expect_status(303);
    test.app.clock.set(test.now() + TimeDelta::seconds(60));
    let digits = code(&secret);
    let wrong = visitor
        .post_from(path, "/one-time-codes/remove", &[("password", "不对"), ("code", &digits)])
        .expect_status(422);
    assert!(wrong.text.contains("密码或动态验证码不正确") && !wrong.text.contains("用户名"), "{}", wrong.text);
    visitor.post_from(path, "/one-time-codes/remove", &[("password", PASSWORD), ("code", &digits)]).expect_status(303);
    with("").expect_status(303);
}
