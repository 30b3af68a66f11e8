//! Pages that answer a form: each has an address at which it is read again, also in the other language.

use chrono::TimeDelta;

use crate::on_sqlite;
use crate::pages::drafts::begun;
use crate::pages::kept::cases;
use crate::payments::setup::{advance, asked, through};
use crate::support::app::TestApp;
use crate::support::visitor::{PASSWORD, Page, Visitor};

on_sqlite! {
    refused_forms_are_read_again_in_the_other_language
    answers_are_read_again_in_the_other_language
    answers_are_kept_apart_from_unsent_forms
}

const TABLE: &[u8] = "凭证号,金额,收款账号,支付日期,合同编号,摘要\nZF-9,999.00,6222,2026-01-13,,\n".as_bytes();
const YEAR: &[u8] =
    "2027-01-01,休\n2027-02-05,休\n2027-02-08,休\n2027-02-09,休\n2027-02-10,休\n2027-04-05,休\n2027-05-03,休
2027-06-09,休\n2027-10-01,休\n2027-10-04,休\n2027-02-20,班"
        .as_bytes();

/// Follows the link to English on a page, and returns the page that it leads to.
#[track_caller]
fn in_english(visitor: &Visitor<'_>, page: &Page) -> Page {
    let link = page.dom_link("/language/en");
    assert_ne!(link, "/language/en?next=%2F", "{}", page.text);
    let led = visitor.get(&link).expect_status(303);
    let english = visitor.get(&led.location).expect_status(200);
    assert!(english.has("html[lang=en]"), "{}: {}", led.location, english.text);
    visitor.get("/language/zh?next=%2Fwork").expect_status(303);
    english
}

/// Checks that the link to English on the answer to a form leads to a page with the same form.
#[track_caller]
fn leads_to_the_form(visitor: &Visitor<'_>, refused: &Page, action: &str) {
    assert!((400..500).contains(&refused.status), "{action}: {} {}", refused.status, refused.location);
    in_english(visitor, refused).form(action);
}

fn refused_forms_are_read_again_in_the_other_language(test: &TestApp) {
    for (who, page, action, field, _) in cases(test) {
        let visitor = Visitor::signed_in(test, who);
        let wrong = [(field, ""), ("name", ""), ("version", "0"), ("shown", "")];
        let refused = visitor.get(&page).form(&action).with(&wrong).send(&visitor, "");
        leads_to_the_form(&visitor, &refused, &action);
    }
    let contract = advance(test);
    let payment = asked(test, &contract, "ADVANCE", &serde_json::json!({"amount": "101.00"}));
    let officer = Visitor::signed_in(test, "justice");
    let act = format!("/contracts/{contract}/act/payment-return");
    let refused = officer.get(&format!("{act}?subject={payment}")).form(&act).send(&officer, "");
    leads_to_the_form(&officer, &refused, &act);
    assert_eq!(in_english(&officer, &refused).form(&act).value("subject"), Some(payment.as_str()), "the same subject");
    let check = format!("/payments/check?do=confirm&line={payment}");
    let refused = officer.get(&check).form("/payments/decide").send(&officer, "");
    leads_to_the_form(&officer, &refused, "/payments/decide");
    assert_eq!(in_english(&officer, &refused).hidden("lines.0.id"), payment);
    let trial = format!("{}/try", begun(&officer));
    let gone = officer.post_from("/work", &format!("/drafts/{}/discard", "none"), &[]);
    assert_eq!(gone.dom_link("/language/en"), "/language/en?next=%2Fdrafts%2Fnone", "{}", gone.status);
    assert!(officer.get(&trial).expect_status(200).text.contains("试算"));
    let cashier = Visitor::signed_in(test, "finance-pay");
    let refused = cashier.upload_from("/payments/vouchers", "file", &[], &[("a.csv", b"a,b\n1,2\n")]);
    leads_to_the_form(&cashier, &refused, "/payments/vouchers");
    let admin = Visitor::signed_in(test, "admin");
    let refused = admin.upload_from("/calendar", "file", &[("notice", "")], &[("2027.csv", b"x")]);
    leads_to_the_form(&admin, &refused, "/calendar/files");
    let fields = [("current_password", "wrong"), ("password", "a"), ("again", "b")];
    let refused = admin.post_from("/change-password", "/change-password", &fields);
    leads_to_the_form(&admin, &refused, "/change-password");
    let refused = admin.post_from("/one-time-codes", "/one-time-codes/begin", &[("current_password", "wrong")]);
    assert!(in_english(&admin, &refused).has("form[action='/one-time-codes/begin']"));
    let anyone = Visitor::new(test);
    let fields = [("username", "admin"), ("password", "wrong"), ("next", "/reports")];
    let refused = anyone.post_from("/sign-in", "/sign-in", &fields);
    leads_to_the_form(&anyone, &refused, "/sign-in");
    assert_eq!(in_english(&anyone, &refused).hidden("next"), "/reports", "and then to the page that was wanted");
    let refused = anyone.post_from("/forgotten-password", "/forgotten-password", &[]);
    leads_to_the_form(&anyone, &refused, "/forgotten-password");
}

fn answers_are_read_again_in_the_other_language(test: &TestApp) {
    let contract = advance(test);
    let payment = asked(test, &contract, "ADVANCE", &serde_json::json!({"amount": "101.00"}));
    let officer = Visitor::signed_in(test, "justice");
    let check = officer.get(&format!("/payments/check?do=confirm&line={payment}")).form("/payments/decide");
    let returned = check.with(&[("lines.0.do", "return"), ("lines.0.reason", "等待审计")]).send(&officer, "");
    let result = officer.led(&returned);
    assert!(result.text.contains("不得以“等待审计”为由"), "{}", result.text);
    let english = in_english(&officer, &result);
    assert!(english.text_of("#refused").contains('1') && !english.text.contains("不得以"), "{}", english.text);
    Visitor::signed_in(test, "justice-2").get(&returned.location).expect_status(404);
    through(test, &payment, 3);

    let cashier = Visitor::signed_in(test, "finance-pay");
    let check = cashier.led(&cashier.upload_from("/payments/vouchers", "file", &[], &[("a.csv", TABLE)]));
    let english = in_english(&cashier, &check);
    assert_eq!(english.rows("main table")[0][1], "ZF-9", "{}", english.text);
    assert!(check.text.contains("没有金额相同") && !english.text.contains("没有金额相同"), "{}", english.text);

    let admin = Visitor::signed_in(test, "admin");
    let sent = admin.upload_from("/calendar", "file", &[("notice", "国办发明电〔2026〕9号")], &[("2027.csv", YEAR)]);
    let check = admin.led(&sent);
    assert!(!check.has(".govuk-notification-banner"), "nothing is unsent: {}", check.text);
    assert!(in_english(&admin, &check).text.contains("国办发明电〔2026〕9号"));
    assert_eq!(check.form("/calendar").send(&admin, "").status, 303);
    let sent_before = admin.get(&sent.location).expect_status(200);
    assert!(!sent_before.has("form[action='/calendar']"), "Back shows that it was sent: {}", sent_before.text);

    // What is shown once is not left by a link.
    let shown = admin.post_from("/one-time-codes", "/one-time-codes/begin", &[("current_password", PASSWORD)]);
    assert!(shown.status == 200 && shown.has("svg.qr") && !shown.has("a[hreflang]"), "{}", shown.text);
}

fn answers_are_kept_apart_from_unsent_forms(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    let form = admin.get("/registers/regions").form("/registers/regions").with(&[("name", "宁国市")]);
    test.app.clock.set(test.now() + TimeDelta::minutes(31));
    let unsent = form.send(&admin, "").expect_status(303);
    let admin = Visitor::signed_in(test, "admin");
    let listed = |visitor: &Visitor<'_>| {
        visitor
            .get("/work")
            .expect_status(200)
            .attrs("a.work__what", "href")
            .iter()
            .filter(|to| to.contains("?kept="))
            .count()
    };
    assert_eq!(listed(&admin), 1, "{}", unsent.location);
    let answers: Vec<Page> = (0..21)
        .map(|_| {
            test.app.clock.set(test.now() + TimeDelta::seconds(1));
            admin.upload_from("/calendar", "file", &[("notice", "某通知")], &[("2027.csv", YEAR)]).expect_status(303)
        })
        .collect();
    assert_eq!(listed(&admin), 1, "an answer does not wait to be sent, and pushes no form out");
    admin.get(&answers[0].location).expect_status(404);
    admin.get(&answers[1].location).expect_status(200);
    test.app.clock.set(test.now() + TimeDelta::days(1));
    Visitor::signed_in(test, "admin").get(&answers[20].location).expect_status(404);
}
