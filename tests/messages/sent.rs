//! Messages through the API: who sends and reads them, who is told, what they may be about, and that they are kept.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::messages::write;
use crate::payments::setup::{advance, asked, letters_of};
use crate::support::app::{Reply, TestApp};
use crate::support::checked::unsealed_differences;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_message_reaches_the_other_side
}

on_sqlite_first! {
    the_parties_alone_write_and_read
    a_message_is_about_something_of_the_contract
    a_file_of_a_message_is_for_its_readers
    a_message_sent_twice_is_refused_once
    many_messages_are_one_email_until_they_are_read
}

fn listed(test: &TestApp, who: &str, contract: &str) -> Vec<Value> {
    let list = test.by(who).get(&format!("contracts/{contract}/messages")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

/// Returns how many messages of a contract wait for a person, as their list of tasks says.
fn unread(test: &TestApp, who: &str) -> u64 {
    let list = test.by(who).get("worklist").expect_status(200);
    list["messages"].as_array().expect("a list").iter().filter_map(|one| one["count"].as_u64()).sum()
}

fn a_message_reaches_the_other_side(test: &TestApp) {
    let id = advance(test);
    write(test, "contractor", &id, "deliverable/VISIT-H1", "入户记录是否需要逐户拍照？").expect_status(201);
    assert_eq!(letters_of(test, "message-received"), ["justice-2@luyue.test", "justice@luyue.test"]);
    let counts = ["justice", "justice-2", "contractor", "finance-review"].map(|who| unread(test, who));
    assert_eq!(counts, [1, 1, 0, 0]);
    write(test, "contractor", &id, "milestone/ADVANCE", "发票抬头是否仍为市财政局？").expect_status(201);
    let told = letters_of(test, "message-received");
    assert_eq!(
        told,
        ["finance-review@luyue.test", "justice-2@luyue.test", "justice@luyue.test"],
        "one until it is read"
    );
    assert_eq!((unread(test, "justice"), unread(test, "finance-review")), (2, 1), "finance hears of money");
    assert!(listed(test, "justice", &id).iter().all(|message| message["unread"] == true));
    assert_eq!(unread(test, "justice"), 2, "a list that a program reads marks nothing");
    write(test, "justice", &id, "", "拍摄入户登记表即可").expect_status(201);
    assert_eq!((unread(test, "justice"), unread(test, "justice-2"), unread(test, "contractor")), (0, 2, 1));
    let read = test.by("justice-2").post(&format!("contracts/{id}/messages/read"), &json!({})).expect_status(200);
    assert_eq!((read["read"].as_u64(), unread(test, "justice-2")), (Some(2), 0));
    let texts: Vec<Value> = listed(test, "contractor", &id).into_iter().map(|one| one["text"].clone()).collect();
    assert_eq!(
        texts,
        ["拍摄入户登记表即可", "发票抬头是否仍为市财政局？", "入户记录是否需要逐户拍照？"],
        "newest first"
    );
    let page =
        |query: &str| test.by("audit").get(&format!("contracts/{id}/messages?limit=2{query}")).expect_status(200);
    let first = page("");
    let rest = page(&format!("&cursor={}", first["next"].as_str().expect("more follow")));
    assert_eq!((rest["items"].as_array().map(Vec::len), &rest["next"]), (Some(1), &Value::Null));
    let sent = first["items"][0].clone();
    let parts = ["organisation", "sent_by", "about"].map(|part| sent[part].as_str());
    assert_eq!((parts[1], parts[2]), (Some("justice"), None), "{sent}");
    assert!(parts[0].is_some_and(|name| !name.is_empty()));
    assert_eq!(unsealed_differences(test), [], "kept in the audit log");
}

fn the_parties_alone_write_and_read(test: &TestApp) {
    let id = advance(test);
    let rights = [
        ("justice", 201, 200),
        ("justice-leader", 201, 200),
        ("finance-review", 201, 200),
        ("contractor", 201, 200),
        ("finance-pay", 403, 200),
        ("audit", 403, 200),
        ("station", 403, 403),
        ("admin", 403, 403),
        ("other-justice", 404, 404),
        ("contractor-2", 404, 404),
    ];
    for (who, writes, reads) in rights {
        assert_eq!(write(test, who, &id, "", "请核对签到表").status, writes, "{who}");
        assert_eq!(test.by(who).get(&format!("contracts/{id}/messages")).status, reads, "{who}");
    }
    let history =
        test.by("audit").get(&format!("events?contract={}", crate::payments::setup::NUMBER)).expect_status(200);
    let sent = |event: &&Value| event["action"] == "messages.send";
    assert_eq!(history["items"].as_array().expect("events").iter().filter(sent).count(), 4);
    let close = json!({"reason": "停止服务"});
    test.by("justice-leader").post(&format!("contracts/{id}/actions/terminate"), &close).expect_status(200);
    test.by("finance-review").post(&format!("contracts/{id}/actions/consent"), &close).expect_status(200);
    write(test, "contractor", &id, "", "结算材料已寄出").expect_status(201);
}

fn a_message_is_about_something_of_the_contract(test: &TestApp) {
    let id = advance(test);
    let payment = asked(test, &id, "ADVANCE", &json!({"amount": "10.00"}));
    for about in ["", "deliverable/VISIT-H1", "milestone/ADVANCE", &format!("payment/{payment}")] {
        write(test, "justice", &id, about, "请补充材料").expect_status(201);
    }
    for about in ["deliverable/NOWHERE", "milestone/", "payment/1", "VISIT-H1", "contract/x"] {
        let refused = write(test, "justice", &id, about, "请补充材料").expect_status(422);
        assert_eq!(refused["errors"][0]["path"], "about", "{about}");
    }
    for text in ["", "  ", &"长".repeat(2_001), "a\u{202e}b"] {
        let refused = write(test, "justice", &id, "", text);
        assert_eq!(refused.status, 422, "{text:?}");
    }
    assert_eq!(listed(test, "contractor", &id).len(), 4);
    let key = test.by("contractor").with("Idempotency-Key", "one-message");
    let path = format!("contracts/{id}/messages");
    let twice = [0, 1].map(|_| key.post(&path, &json!({"text": "收到"})).expect_status(201));
    assert_eq!(twice[0], twice[1]);
    assert_eq!(listed(test, "contractor", &id).len(), 5);
}

fn a_file_of_a_message_is_for_its_readers(test: &TestApp) {
    let id = advance(test);
    let path = format!("contracts/{id}/messages");
    let content = pdf("说明".as_bytes());
    let sent = |who: &str, name: &str, bytes: &[u8]| -> Reply {
        test.by(who).upload(&path, &[("about", "milestone/ADVANCE"), ("text", "见附件")], &[(name, bytes)])
    };
    let answer = sent("justice", "说明.pdf", &content).expect_status(201);
    let file = answer["files"][0]["id"].as_str().expect("a file").to_owned();
    for (who, status) in
        [("contractor", 200), ("finance-pay", 200), ("audit", 200), ("station", 404), ("contractor-2", 404)]
    {
        assert_eq!(test.by(who).get(&format!("files/{file}")).status, status, "{who}");
    }
    let shown = listed(test, "contractor", &id);
    assert_eq!((&shown[0]["files"][0]["id"], &shown[0]["files"][0]["name"]), (&json!(file), &json!("说明.pdf")));
    assert_eq!(sent("contractor", "程序.exe", b"MZ").status, 415, "inspected like every upload");
    assert_eq!(sent("station", "说明.pdf", &content).status, 403);
    assert_eq!(test.by("contractor").upload(&path, &[("state", "1")], &[]).status, 400);
    assert_eq!(listed(test, "contractor", &id).len(), 1);
    assert_eq!(unsealed_differences(test), []);
}

fn a_message_sent_twice_is_refused_once(test: &TestApp) {
    let id = advance(test);
    let (path, text) = (format!("contracts/{id}/messages"), "请核对签到表");
    let first = write(test, "contractor", &id, "", text).expect_status(201);
    let address = format!("/contracts/{id}/messages#message-{}", first["id"].as_str().expect("an id"));
    for again in [text, " 请核对签到表\n"] {
        let refused = write(test, "contractor", &id, "", again).expect_status(409);
        assert!(refused.to_string().contains(&address), "{refused}");
    }
    let form = test.by("contractor").upload(&path, &[("text", text)], &[("说明.pdf", &pdf("说明".as_bytes()))]);
    assert_eq!(form.status, 409, "with a file as well");
    write(test, "contractor", &id, "milestone/ADVANCE", text).expect_status(201);
    write(test, "justice", &id, "", text).expect_status(201);
    test.by("contractor").post(&path, &json!({"text": text, "another": true})).expect_status(201);
    assert_eq!(listed(test, "contractor", &id).len(), 4);

    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&format!("/contracts/{id}/messages")).expect_status(200);
    assert!(page.has("form#page-form[autocomplete=off]") && page.has("button[name=show_in][form=page-form]"));
    let action = format!("/contracts/{id}/act/message/files");
    let refused = page.form(&action).with(&[("text", text)]).send(&contractor, "");
    assert_eq!(refused.status, 409, "{}", refused.text);
    assert!(refused.text.contains("几分钟内已发送过相同的留言"), "{}", refused.text);
    assert!(refused.attrs("a", "href").contains(&format!("/contracts/{id}/messages#message-{}", newest(test, &id))));
    let sent = refused.form(&action).with(&[("another", "yes")]).send(&contractor, "");
    assert_eq!(sent.status, 303, "{}", sent.text);
    assert_eq!(listed(test, "contractor", &id).len(), 5);
}

fn many_messages_are_one_email_until_they_are_read(test: &TestApp) {
    let id = advance(test);
    let send = |number: usize| write(test, "contractor", &id, "", &format!("第 {number} 次走访的说明"));
    let emails = || letters_of(test, "message-received").len();
    for number in 0..30 {
        send(number).expect_status(201);
    }
    assert_eq!((emails(), unread(test, "justice"), unread(test, "justice-2")), (2, 30, 30));
    let refused = send(30);
    assert_eq!((refused.status, refused.header("retry-after")), (429, "3600"));
    write(test, "justice", &id, "", "已收到，请汇总后一次说明").expect_status(201);
    assert_eq!(emails(), 3, "the limit is a person's own");
    test.app.clock.set(test.now() + TimeDelta::hours(1));
    send(30).expect_status(201);
    assert_eq!(emails(), 4, "the officer who has read them is told again, the other is not");
}

#[test]
fn what_a_page_does_not_show_stays_unread() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    for number in 0..52 {
        test.app.clock.set(test.now() + TimeDelta::minutes(2));
        write(&test, "contractor", &id, "", &format!("第 {number} 次走访的说明")).expect_status(201);
    }
    let officer = Visitor::signed_in(&test, "justice");
    let shown = officer.get(&format!("/contracts/{id}/messages")).expect_status(200);
    let count = shown.text.matches("次走访的说明").count() as u64;
    assert!(count > 10 && count < 52, "{count}");
    assert_eq!(unread(&test, "justice"), 52 - count);
    assert_eq!(unread(&test, "justice-2"), 52, "another person");
}

/// Returns the identifier of the newest message of a contract.
fn newest(test: &TestApp, contract: &str) -> String {
    listed(test, "contractor", contract)[0]["id"].as_str().expect("an id").to_owned()
}
