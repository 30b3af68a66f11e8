//! The sides of a contract through pages without JavaScript: an extension from the deliverable to the leader, and a
//! message from one side to the other.

use crate::adapters::fixtures::pdf;
use crate::on_both_engines;
use crate::parties::{applied, asks};
use crate::payments::setup::midyear;
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;

on_both_engines! {
    an_extension_is_requested_endorsed_and_granted
    a_message_is_written_read_and_answered
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
    let done = contractor.upload_on(&refused, "files", &fields, &[]);
    assert_eq!(done.status, 303, "{}", done.text);
    let page = contractor.get(&done.location).expect_status(200);
    assert!(page.text.contains("等待购买主体核实"), "{}", page.text);
    let request = asks(test, &id)[0]["id"].as_str().expect("an id").to_owned();
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
