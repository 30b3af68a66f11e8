//! Register pages: a new user sets a password by a one-time link, and money is entered by one person and approved by
//! another.

use crate::on_sqlite;
use crate::support::app::TestApp;
use crate::support::mail;
use crate::support::visitor::Visitor;
use luyue::domain::statutes::STATUTES;
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};

on_sqlite! {
    a_person_is_added_and_signs_in
    money_is_entered_by_one_and_approved_by_another
    a_forbidden_register_says_so
    a_lost_phone_is_helped
    the_rules_of_law_are_read
    an_empty_register_says_who_adds_to_it
}

fn an_empty_register_says_who_adds_to_it(test: &TestApp) {
    let names = ["admin", "justice", "finance-review", "finance-approve", "contractor"];
    let visitors = names.map(|name| Visitor::signed_in(test, name));
    for register in ["accounts", "calendar-imports", "emails", "loan-rates", "suspensions", "workers"] {
        let path = format!("/registers/{register}");
        let mut pages = visitors.iter().map(|visitor| visitor.get(&path));
        let page = pages.find(|page| page.status == 200).unwrap_or_else(|| panic!("no one reads {register}"));
        let words = page.text_of("main");
        assert!(
            !words.contains("register-") && (words.contains('没') || words.contains("记录")),
            "{register}: {words}"
        );
    }
}

fn a_person_is_added_and_signs_in(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    let fields = [
        ("username", "zhang-min"),
        ("name", "张敏"),
        ("email", "zhang-min@luyue.test"),
        ("language", "zh"),
        ("organisation", "XC-JUSTICE"),
        ("role", "officer"),
    ];
    let wrong = [fields[0], fields[1], ("email", "没有")];
    let page = admin.post_from("/registers/people", "/registers/people", &wrong);
    assert!([400, 422].contains(&page.status) && page.text.contains("value=\"张敏\""), "{} {}", page.status, page.text);
    let page = admin.post_from("/registers/people", "/registers/people", &fields).expect_status(303);
    assert!(!admin.get(&page.location).expect_status(200).text.contains("/password/"), "no administrator sees it");
    let link = mail::link_to(test, "zhang-min");
    let path = link.trim_start_matches("https://luyue.test").to_owned();
    let visitor = Visitor::new(test);
    let phrase = "白鹭立在涨水的稻田里";
    let page = visitor.post_from(&path, &path, &[("password", phrase), ("again", "白鹭")]).expect_status(422);
    assert!(page.text.contains("两次输入的密码不一致") && !page.text.contains(phrase));
    visitor.post_from(&path, &path, &[("password", "12345678"), ("again", "12345678")]).expect_status(422);
    assert_eq!(
        visitor.post_from(&path, &path, &[("password", phrase), ("again", phrase)]).expect_status(303).location,
        "/sign-in?done=password"
    );
    visitor.get(&path).expect_status(404);
    let page = visitor.post_from("/sign-in", "/sign-in", &[("username", "zhang-min"), ("password", phrase)]);
    assert_eq!(page.location, "/work");
    let disable = admin.get("/registers/people").attrs("form[action$='/disable']", "action").pop().expect("a form");
    admin.post_from("/registers/people", &disable, &[]).expect_status(303);
    visitor.get("/work").expect_status(303);
}

fn money_is_entered_by_one_and_approved_by_another(test: &TestApp) {
    let (reviewer, approver) =
        (Visitor::signed_in(test, "finance-review"), Visitor::signed_in(test, "finance-approve"));
    let path = "/registers/appropriations";
    let mut fields = vec![
        ("year", "2026"),
        ("bureau", "XC-JUSTICE"),
        ("line", "2040607 社区矫正"),
        ("economic", "30227 委托业务费"),
        ("project", "XC2026-017"),
        ("document_no", "宣财指〔2026〕12号"),
        ("source", "一般公共预算"),
        ("amount", "一百来万"),
    ];
    let page = reviewer.post_from(path, path, &fields).expect_status(400);
    assert!(page.text.contains("href=\"#amount\"") && page.text.contains("value=\"一百来万\""), "{}", page.text);
    fields[7] = ("amount", "1000000.00");
    reviewer.post_from(path, path, &fields).expect_status(303);
    let page = approver.get(path).expect_status(200);
    assert!(page.text.contains("1,000,000.00") && page.text.contains("待批准"));
    let approve = page.form(&format!("{path}/")).action;
    assert!(approve.ends_with("/approve"), "{approve}");
    reviewer.post_from(path, &approve, &[]).expect_status(403);
    approver.post_from(path, &approve, &[]).expect_status(303);
    assert!(approver.get(path).expect_status(200).text.contains("已批准"));
}

fn a_forbidden_register_says_so(test: &TestApp) {
    let contractor = Visitor::signed_in(test, "contractor");
    for register in ["people", "emails", "appropriations", "accounts"] {
        contractor.get(&format!("/registers/{register}")).expect_status(403);
        assert!(!contractor.get("/registers").expect_status(200).text.contains(&format!("/registers/{register}\"")));
    }
    contractor.get("/registers/nothing").expect_status(404);
}

/// Enables one-time codes for a user, as if they had done it themselves.
fn with_codes(test: &TestApp, username: &str) {
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let person = people::by_username(tx.connection, username)?.expect("they are there");
        people::set_totp(tx.connection, person.id, Some("drawn"))
    })
    .expect("they have codes");
}

fn a_lost_phone_is_helped(test: &TestApp) {
    let (admin, station) = (Visitor::signed_in(test, "admin"), Visitor::signed_in(test, "station"));
    assert!(!admin.get("/registers/people").expect_status(200).text.contains("/reset-codes\""), "nobody has codes");
    with_codes(test, "station");
    let forms = admin.get("/registers/people").expect_status(200).attrs("form[action$='/reset-codes']", "action");
    let [path] = forms.as_slice() else { panic!("of who has codes alone: {forms:?}") };
    let page = admin.post_from("/registers/people", path, &[("reason", "")]).expect_status(422);
    assert!(page.text.contains("请填写“理由”"), "{}", page.text);
    station.get("/work").expect_status(200);
    let page = admin.post_from("/registers/people", path, &[("reason", "手机遗失，本人到场核验")]).expect_status(303);
    assert!(page.location.starts_with("/registers/people?done=reset-codes&of="), "{}", page.location);
    assert!(admin.get(&page.location).expect_status(200).text.contains("已解除动态验证码："));
    station.get("/work").expect_status(303);
    Visitor::signed_in(test, "station").get("/work").expect_status(200);
}

fn the_rules_of_law_are_read(test: &TestApp) {
    let contractor = Visitor::signed_in(test, "contractor");
    assert!(contractor.get("/registers").expect_status(200).text.contains("href=\"/statutes\""));
    let page = contractor.get("/statutes").expect_status(200).text;
    for id in STATUTES.iter().map(|statute| statute.id) {
        assert!(page.contains(&format!("id=\"{id}\"")), "{id}");
    }
    assert!(page.contains("政府采购法第四十六条") && page.contains("3.35%"), "{page}");
    Visitor::new(test).get("/statutes").expect_status(303);
}
