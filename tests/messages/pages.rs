//! The sides of a contract through pages without JavaScript: an extension from the deliverable to the leader, and a
//! message from one side to the other.

use luyue::text::money::group_thousands;
use serde_json::json;

use crate::adapters::fixtures::pdf;
use crate::messages::{applied, requests_of};
use crate::payments::setup::midyear;
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    an_extension_is_requested_endorsed_and_granted
    a_message_is_written_read_and_answered
}

on_sqlite_first! {
    a_waiver_is_requested_with_its_money_before_and_after
}

fn an_extension_is_requested_endorsed_and_granted(test: &TestApp) {
    let id = midyear(test);
    let contract = format!("/contracts/{id}");
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&contract).expect_status(200);
    assert!(!page.attrs("a", "href").iter().any(|at| at.contains("/act/extension?")), "that is the officer's form");
    let link = page.dom_link(&format!("{contract}/act/apply-extension?subject=EDU-H2"));
    let form = contractor.get(&link).expect_status(200);
    let blank = [("deliverable", "EDU-H2"), ("days", ""), ("reason", "")];
    let refused = contractor.upload_on(&form, "files", &blank, &[]).expect_status(400);
    for field in ["days", "reason"] {
        assert!(refused.has(&format!("[id='{field}-error']")), "every fault at once: {}", refused.text);
    }
    let faulty = [("deliverable", "EDU-H2"), ("days", "0"), ("reason", "")];
    let proof: &[(&str, &[u8])] = &[("停工证明.pdf", &pdf("停工".as_bytes()))];
    let refused = contractor.upload_on(&form, "files", &faulty, proof).expect_status(400);
    assert!(refused.text.contains("停工证明.pdf"), "the good file is kept: {}", refused.text);
    let kept = refused.attr("input[name=kept]", "value");
    let fields = [("deliverable", "EDU-H2"), ("days", "７"), ("reason", "汛期道路中断"), ("kept", &kept)];
    // The new due day is shown before anything is requested, and the file stays with the form.
    let unseen = contractor.upload_on(&refused, "files", &fields, &[]).expect_status(422);
    assert!(requests_of(test, &id).is_empty() && unseen.text.contains("停工证明.pdf"), "{}", unseen.text);
    let effects = unseen.rows("[aria-labelledby=effects] table");
    assert!(effects.iter().any(|row| row[1].contains("2026-12-15") && row[2].contains("2026-12-22")), "{effects:?}");
    let form = unseen.form(&format!("{contract}/act/apply-extension/files?subject=EDU-H2"));
    assert_eq!(form.value("kept"), Some(kept.as_str()));
    // Other days have other effects, which are shown before they are requested.
    let other = form.clone().with(&[("days", "9")]).send(&contractor, "").expect_status(422);
    assert!(other.text_of("[aria-labelledby=effects]").contains("2026-12-24"), "{}", other.text);
    let done = form.send(&contractor, "");
    assert_eq!(done.status, 303, "{}", done.text);
    let page = contractor.get(&done.location).expect_status(200);
    assert!(page.text.contains("等待购买主体核实"), "{}", page.text);
    let request = requests_of(test, &id)[0]["id"].as_str().expect("an id").to_owned();
    let own = format!("#change-request-{request}");
    assert!(page.text_of(&own).contains("停工证明.pdf") && page.text_of(&own).contains("待经办人核实"));
    assert_eq!(page.links_in(&own).len(), 1, "the proof alone");

    let leader = Visitor::signed_in(test, "justice-leader");
    let early = leader.get(&format!("{contract}/act/grant?subject={request}")).expect_status(200);
    assert!(early.text.contains("须先由经办人核实报批") && !early.has("form[action*='/act/grant']"), "{}", early.text);
    let officer = Visitor::signed_in(test, "justice");
    let form = officer.get("/work").expect_status(200).dom_link(&format!("{contract}/act/endorse"));
    let shown = officer.get(&form).expect_status(200);
    assert!(shown.text.contains("停工证明.pdf") && shown.has("input[name=seen]"), "proof and effects: {}", shown.text);
    assert!(shown.attrs("a", "href").iter().any(|at| at.contains("/act/refuse")), "or refused");
    assert_eq!(shown.form(&format!("{contract}/act/endorse")).send(&officer, "").status, 303);
    let form = leader.get("/work").expect_status(200).dom_link(&format!("{contract}/act/grant"));
    let shown = leader.get(&form).expect_status(200);
    assert!(shown.text.contains("核实人"), "{}", shown.text);
    assert_eq!(shown.form(&format!("{contract}/act/grant")).send(&leader, "").status, 303);
    assert!(contractor.get(&contract).text_of(&own).contains("已同意"));
}

fn a_waiver_is_requested_with_its_money_before_and_after(test: &TestApp) {
    let id = midyear(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let act = format!("/contracts/{id}/act/apply-waiver");
    let page = contractor.get(&format!("{act}?subject=LATE%2FCOUNSEL-H1")).expect_status(200);
    let standing = test.by("contractor").get(&format!("contracts/{id}/standing")).expect_status(200);
    let breaches = standing["breaches"].as_array().expect("breaches").clone();
    let breach = breaches.iter().find(|breach| breach["subject"] == "COUNSEL-H1").expect("the breach");
    let charged = group_thousands(breach["charged"].as_str().expect("an amount"));
    let effects = page.rows("[aria-labelledby=effects] table");
    assert!(effects.iter().any(|row| row[1] == charged && row[2] == "0.00"), "{charged}: {effects:?}");
    // The figures that were shown are those that the officer and the leader see, and those of the API.
    let body = json!({"clause": "LATE", "subject": "COUNSEL-H1"});
    let told = test.by("contractor").post(&format!("contracts/{id}/effects/apply-waiver"), &body).expect_status(200);
    assert_eq!(told["items"].as_array().map(Vec::len), Some(effects.len()), "{told}");
    let form = page.form(&format!("{act}/files?subject=LATE%2FCOUNSEL-H1")).with(&[("reason", "场地停电")]);
    assert_eq!(
        form.clone().with(&[("seen", "")]).send(&contractor, "").status,
        422,
        "what was not seen is shown first"
    );
    assert_eq!(form.send(&contractor, "").status, 303);
    let request = requests_of(test, &id)[0]["id"].as_str().expect("an id").to_owned();
    let shown = |who: &str, act: &str| {
        let page = Visitor::signed_in(test, who).get(&format!("/contracts/{id}/act/{act}?subject={request}"));
        page.expect_status(200).rows("[aria-labelledby=effects] table")
    };
    assert_eq!(shown("justice", "endorse"), effects);
    let about = json!({"change_request": request});
    let of_endorsement = test.by("justice").post(&format!("contracts/{id}/effects/endorse"), &about).expect_status(200);
    assert_eq!(of_endorsement["items"], told["items"]);
    test.by("justice").post(&format!("waivers/{request}/actions/endorse"), &json!({})).expect_status(200);
    assert_eq!(shown("justice-leader", "grant"), effects);
    // Sent again from an older page, it leads to the first.
    let again = form.with(&[("key", "another")]).send(&contractor, "").expect_status(409);
    assert!(again.text.contains(&format!("#change-request-{request}")), "{}", again.text);
}

fn a_message_is_written_read_and_answered(test: &TestApp) {
    let id = midyear(test);
    let thread = format!("/contracts/{id}/messages");
    let contractor = Visitor::signed_in(test, "contractor");
    let link = contractor.get(&format!("/contracts/{id}")).dom_link(&format!("{thread}?about=deliverable%2FEDU-H2"));
    let page = contractor.get(&link).expect_status(200);
    let about = page.form(&format!("/contracts/{id}/act/message/files"));
    assert_eq!(about.value("about"), Some("deliverable/EDU-H2"));
    let refused = about.with(&[("text", "")]).send(&contractor, "");
    assert_eq!(refused.status, 422, "{}", refused.text);
    let form = refused.form(&format!("/contracts/{id}/act/message/files")).with(&[("text", "签到表\n是否需要盖章？")]);
    let sent = form.send(&contractor, "");
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert!(sent.location.starts_with(&thread), "{}", sent.location);
    assert!(contractor.get(&sent.location).expect_status(200).text.contains("留言已发送"));

    let officer = Visitor::signed_in(test, "justice");
    let work = officer.get("/work").expect_status(200);
    assert!(work.text.contains("1 条未读留言"), "{}", work.text);
    assert!(officer.get(&format!("/contracts/{id}")).text.contains("1 条未读留言"));
    let read = officer.get(&work.dom_link(&thread)).expect_status(200);
    assert!(read.text.contains("是否需要盖章？") && read.text.contains("未读"), "{}", read.text);
    assert!(!officer.get("/work").expect_status(200).text.contains("未读留言"), "opening it marks it as read");
    let form = read.form(&format!("/contracts/{id}/act/message/files")).with(&[("text", "不需要")]);
    assert_eq!(form.send(&officer, "").status, 303);
    assert!(contractor.get("/work").text.contains("1 条未读留言"));

    let auditor = Visitor::signed_in(test, "audit");
    let seen = auditor.get(&thread).expect_status(200);
    assert!(seen.text.contains("不需要") && !seen.has("form[enctype]"), "reads and does not write");
    assert_eq!(Visitor::signed_in(test, "station").get(&thread).status, 403);
    assert!(!auditor.get(&format!("/contracts/{id}")).text.contains("是否需要盖章"), "not in the history");
    applied(test, &id, "EDU-H2");
    assert_eq!(contractor.get(&format!("/contracts/{id}/act/message?subject=deliverable%2FNOWHERE")).status, 404);
}
