//! The act of publication: two people, a secrecy review and the official notice; withdrawal; who may take each step.

use luyue::domain::codes::Role;
use luyue::domain::publications::NoticeAddress;
use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup::{advance, deputed, id_of, seated};
use crate::publications::setup::{NOTICE, act, listed, proposal, propose, published};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;
use crate::support::visitor::Visitor;

on_sqlite_first! {
    a_contract_is_public_by_two_people_and_until_it_is_withdrawn
    the_proposal_records_the_announcement
    pages_lead_from_the_proposal_to_the_public
}

fn a_contract_is_public_by_two_people_and_until_it_is_withdrawn(test: &TestApp) {
    let id = advance(test);
    let reason = json!({"reason": "含有不宜公开的内容"});
    for (who, status) in [("justice-leader", 403), ("contractor", 403), ("audit", 403), ("other-justice", 404)] {
        assert_eq!(propose(test, who, &id, &proposal()).status, status, "{who}");
    }
    let publication = id_of(&propose(test, "justice", &id, &proposal()).expect_status(201));
    let again = propose(test, "justice", &id, &proposal()).expect_status(409);
    assert!(again["conflict"]["address"].as_str().is_some_and(|at| at.ends_with(&publication)), "{again}");
    let is_public = || {
        let page = Visitor::new(test).get(&format!("/public/{id}")).status;
        (listed(test, "").len(), page)
    };
    assert_eq!(is_public(), (0, 404), "a proposal shows nothing");
    let tasks = test.by("justice-leader").get("worklist").expect_status(200);
    let waits = |task: &Value| task["kind"] == "decide_publication" && task["own"] == true;
    assert!(tasks["items"].as_array().is_some_and(|items| items.iter().any(waits)), "{tasks}");
    // The officer who proposed also gets the leader's role, and a deputy in it.
    seated(test, "justice", "XC-JUSTICE", Role::Leader);
    deputed(test, "justice-2", "justice", Role::Leader);
    for who in ["justice", "justice-2"] {
        let refused = act(test, who, &publication, "grant", &json!({})).expect_status(403);
        assert_eq!(refused["type"], "/problems/self-approval", "{who}");
    }
    for (who, name) in [("justice-leader", "refuse"), ("justice-leader", "withdraw"), ("justice", "withdraw")] {
        let refused = act(test, who, &publication, name, &json!({"reason": " "})).expect_status(422);
        assert_eq!(refused["rule"], "reason", "{name}");
    }
    assert_eq!(act(test, "justice-leader", &publication, "show", &json!({})).status, 404);
    assert_eq!(act(test, "contractor", &publication, "grant", &json!({})).status, 403);
    assert_eq!(act(test, "other-leader", &publication, "grant", &json!({})).status, 404);
    assert_eq!(is_public(), (0, 404));

    act(test, "justice-leader", &publication, "grant", &json!({})).expect_status(200);
    assert_eq!(is_public(), (1, 200));
    for name in ["grant", "refuse"] {
        assert_eq!(act(test, "justice-leader", &publication, name, &reason).status, 409, "{name}");
    }
    let withdrawn = act(test, "justice", &publication, "withdraw", &reason).expect_status(200);
    assert_eq!(withdrawn["state"], "withdrawn");
    assert_eq!(is_public(), (0, 404));
    assert_eq!(act(test, "justice", &publication, "withdraw", &reason).status, 409);

    let second = id_of(&propose(test, "justice", &id, &proposal()).expect_status(201));
    act(test, "justice-leader", &second, "refuse", &reason).expect_status(200);
    assert_eq!(is_public(), (0, 404));
    let shown = test.by("audit").get(&format!("contracts/{id}/publications")).expect_status(200);
    let states: Vec<&str> =
        shown["items"].as_array().expect("a list").iter().filter_map(|one| one["state"].as_str()).collect();
    assert_eq!(states, ["withdrawn", "refused"]);
    assert_eq!(shown["items"][0]["reason"], reason["reason"]);
    let own = test.by("contractor").get(&format!("contracts/{id}/publications")).expect_status(200);
    assert_eq!(own["items"][0]["review"], Value::Null, "the contractor does not see the review");
    published(test, &id);
    assert_eq!(is_public(), (1, 200));
    assert_eq!(unsealed_differences(test), []);
}

fn the_proposal_records_the_announcement(test: &TestApp) {
    let id = advance(test);
    let day = || test.by("justice").get(&format!("contracts/{id}")).expect_status(200)["published_on"].clone();
    let with = |name: &str, value: &str| {
        let mut body = proposal();
        body[name] = value.into();
        body
    };
    for (field, value) in [
        ("notice_url", "http://www.ccgp.gov.cn/1"),
        ("notice_url", "javascript:alert(1)"),
        ("notice_url", ""),
        ("review", " "),
        ("notice_on", "2026-01-14"),
        ("notice_on", "2026-01-04"),
    ] {
        let refused = propose(test, "justice", &id, &with(field, value)).expect_status(422);
        assert_eq!(refused["errors"][0]["path"], field, "{value}");
    }
    assert_eq!(day(), Value::Null);
    let publication = id_of(&propose(test, "justice", &id, &proposal()).expect_status(201));
    assert_eq!(day(), "2026-01-06", "the announcement is the same notice");
    let again = test.by("justice").post(&format!("contracts/{id}/actions/publish"), &json!({"on": "2026-01-06"}));
    assert_eq!(again.status, 409);
    act(test, "justice", &publication, "withdraw", &json!({"reason": "公告有误"})).expect_status(200);
    let refused = propose(test, "justice", &id, &with("notice_on", "2026-01-07")).expect_status(422);
    assert_eq!(refused["errors"][0]["path"], "notice_on", "{refused}");
    propose(test, "justice", &id, &proposal()).expect_status(201);
    assert_eq!(unsealed_differences(test), []);
}

fn pages_lead_from_the_proposal_to_the_public(test: &TestApp) {
    let id = advance(test);
    let contract = format!("/contracts/{id}");
    let officer = Visitor::signed_in(test, "justice");
    let link = officer.get(&contract).dom_link(&format!("{contract}/act/publication"));
    let form = officer.get(&link).expect_status(200).form(&format!("{contract}/act/publication"));
    let fields = [("notice_url", "ftp://a"), ("notice_on", "2026-01-06"), ("review", "不涉密")];
    let refused = form.with(&fields).send(&officer, "");
    assert!(refused.status == 422 && refused.text.contains("ftp://a"), "{}", refused.text);
    let form = officer.get(&link).expect_status(200).form(&format!("{contract}/act/publication"));
    let done =
        form.with(&[("notice_url", NOTICE), ("notice_on", "2026-01-06"), ("review", "不涉密")]).send(&officer, "");
    assert_eq!(done.status, 303, "{}", done.text);
    let leader = Visitor::signed_in(test, "justice-leader");
    let form = leader.get("/work").expect_status(200).dom_link(&format!("{contract}/act/publication-grant"));
    let shown = leader.get(&form).expect_status(200);
    assert!(shown.text.contains("www.ccgp-anhui.gov.cn") && shown.text.contains("不涉密"), "{}", shown.text);
    let done = shown.form(&format!("{contract}/act/publication-grant")).send(&leader, "");
    assert_eq!(done.status, 303, "{}", done.text);
    let page = officer.get(&contract).expect_status(200);
    assert!(!page.attrs("a", "href").contains(&format!("{contract}/act/publication")), "proposed once");
    let public = page.dom_link("/public/");
    for visitor in [Visitor::new(test), Visitor::signed_in(test, "contractor-2")] {
        let page = visitor.get(&public).expect_status(200);
        assert!(page.text.contains("www.ccgp-anhui.gov.cn") && page.attrs("a", "href").contains(&NOTICE.to_owned()));
        assert!(!page.text.contains("不涉密"), "the review stays inside");
        assert!(visitor.get("/public?q=%E7%9F%AB%E6%AD%A3").expect_status(200).attrs("a", "href").contains(&public));
    }
}

#[test]
fn only_plain_https_addresses_are_notices() {
    for (text, host) in [
        (NOTICE, Some("www.ccgp-anhui.gov.cn")),
        (" https://WWW.CCGP.GOV.CN ", Some("www.ccgp.gov.cn")),
        ("https://公告.cn/1", Some("xn--9krr86b.cn")),
        ("http://www.ccgp.gov.cn/", None),
        ("https://user@www.ccgp.gov.cn/", None),
        ("https://www.ccgp.gov.cn:8443/", None),
        ("https://127.0.0.1/", None),
        ("https://localhost/", None),
        ("//www.ccgp.gov.cn/", None),
        ("javascript:alert(1)", None),
        ("", None),
    ] {
        let host_of = NoticeAddress::parse(text).map(|notice| notice.host);
        // The punycode of a name is the library's; that it is one is enough.
        let same = match (&host_of, host) {
            (Some(found), Some(wanted)) => found == wanted || (wanted.starts_with("xn--") && found.starts_with("xn--")),
            (None, None) => true,
            _ => false,
        };
        assert!(same, "{text}: {host_of:?}");
    }
    assert_eq!(NoticeAddress::parse(&format!("https://a.cn/{}", "x".repeat(500))), None, "too long");
}
