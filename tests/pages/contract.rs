//! The contract's page beyond its main story: versions of its terms, change requests, and the order of its history.

use diesel::prelude::*;
use luyue::error::Error;
use luyue::schema::people as people_rows;
use luyue::storage::audit::recorded_rows::ObjectKind;
use luyue::storage::identity::people;
use luyue::storage::write::{Context, write};
use serde_json::json;

use crate::on_sqlite;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

on_sqlite! {
    two_versions_of_the_terms_are_compared
    a_requested_early_end_waits_for_finance
    a_change_request_describes_its_subject
    history_lists_the_latest_event_first
    a_submission_has_a_receipt
    after_publication_the_contractor_acts_next
    a_page_remembers_no_name_that_has_changed
    another_day_has_none_of_the_tasks_of_today
    a_long_history_is_opened_by_a_link
}

fn another_day_has_none_of_the_tasks_of_today(test: &TestApp) {
    let id = programme::registered(test, "V-4");
    programme::activate(test, &id);
    test.at("2026-07-15", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let on = |day: &str| contractor.get(&format!("/contracts/{id}?as_of={day}")).expect_status(200);
    assert!(on("2026-07-15").has("main .next--late"), "something is late today");
    let before = on("2026-06-01");
    assert!(!before.has("main .next") && before.text.contains("当日的履约情况"), "{}", before.text);
    let after = on("2026-12-01");
    assert!(!after.has("main .next") && after.text.contains("推算") && !after.text.contains("当日的履约情况"));
}

fn two_versions_of_the_terms_are_compared(test: &TestApp) {
    let id = programme::registered(test, "V-1");
    let officer = Visitor::signed_in(test, "justice");
    let once = officer.get(&format!("/contracts/{id}/terms")).expect_status(200).text;
    assert!(once.contains("本合同条款只登记过一版") && !once.contains("<del>"), "{once}");
    assert!(
        !officer.get(&format!("/contracts/{id}")).expect_status(200).text.contains(&format!("/contracts/{id}/terms"))
    );
    let mut other = programme::input(test, "V-1");
    other["terms"]["cure_days"] = 9.into();
    let etag = test.by("justice").get(&format!("contracts/{id}")).header("etag").to_owned();
    test.by("justice").with("If-Match", &etag).put(&format!("contracts/{id}"), &other).expect_status(200);
    assert!(
        officer.get(&format!("/contracts/{id}")).expect_status(200).text.contains(&format!("/contracts/{id}/terms"))
    );
    let page = officer.get(&format!("/contracts/{id}/terms")).expect_status(200);
    for words in ["第 1 版", "第 2 版", "五项条款中有 1 项不同"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let added = page.texts("ins");
    assert!(added.iter().any(|text| text.contains('9')), "{added:?}");
    assert_eq!(added.len(), page.texts("del").len());
    let same = officer.get(&format!("/contracts/{id}/terms?before=2&after=2")).expect_status(200).text;
    assert!(same.contains("两版条款一致") && !same.contains("<ins>"), "{same}");
    let turned = officer.get(&format!("/contracts/{id}/terms?before=2&after=1")).expect_status(200);
    assert_eq!(turned.texts("ins"), added, "the older version always comes first");
    for none in ["before=1&after=3", "before=0"] {
        officer.get(&format!("/contracts/{id}/terms?{none}")).expect_status(404);
    }
    for (unreadable, words) in [("after=-9223372036854775808", "不能为负数"), ("before=x", "无法识别字符“x”")]
    {
        let shown = officer.get(&format!("/contracts/{id}/terms?{unreadable}")).expect_status(200).text;
        assert!(shown.contains("govuk-error-message") && shown.contains(words), "{unreadable}: {shown}");
        assert!(shown.contains("五项条款中有 1 项不同"), "{unreadable}: the last two are compared: {shown}");
    }
    Visitor::signed_in(test, "other-justice").get(&format!("/contracts/{id}/terms")).expect_status(404);
}

fn a_long_history_is_opened_by_a_link(test: &TestApp) {
    let id = programme::registered(test, "V-4");
    for _ in 0..17 {
        for act in ["submit", "recall"] {
            let path = format!("contracts/{id}/actions/{act}");
            test.by("justice").post(&path, &json!({})).expect_status(200);
        }
    }
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
    assert_eq!(page.texts(".dated tbody tr").len(), 12);
    let links = page.links_in("main");
    assert!(links.iter().any(|(to, _)| to == "?open=history-older#history-older"), "{links:?}");
    let opened = officer.get(&format!("/contracts/{id}?open=history-older")).expect_status(200);
    assert!(opened.has("details[id=history-older][open]"), "{}", opened.text);
    assert!(opened.texts(".dated tbody tr").len() > 34);
    assert!(!officer.get(&format!("/contracts/{id}?open=nothing")).expect_status(200).has("details[open]"));
}

fn a_page_remembers_no_name_that_has_changed(test: &TestApp) {
    let id = programme::registered(test, "V-3");
    programme::activate(test, &id);
    let page = format!("/contracts/{id}");
    let officer = Visitor::signed_in(test, "justice");
    let read = |visitor: &Visitor<'_>| visitor.get(&page).expect_status(200).text;
    let before = read(&officer);
    let found = people::by_username(&mut test.app.pool.get().expect("a connection"), "justice").expect("read");
    let name = found.expect("a person").name;
    assert!(before.contains(&format!("<td data-label=\"办理人\">{name}</td>")), "{name}: {before}");
    // Outside the program, as after moving from another one; the registers get a new version.
    let context = Context::of_program(test.now(), test.app.ids.clone());
    let renamed = write(&test.app.pool, &context, |tx| -> Result<(), Error> {
        let person = people::by_username(tx.connection, "justice")?.expect("a person");
        diesel::update(people_rows::table.find(person.id.0))
            .set(people_rows::name.eq("欧阳新名"))
            .execute(tx.connection)?;
        tx.touch(ObjectKind::Person, person.id.0);
        Ok(())
    });
    renamed.expect("a person with another name");
    let after = read(&officer);
    assert!(after.contains("<td data-label=\"办理人\">欧阳新名</td>"), "{after}");
    assert!(!after.contains(&format!("<td data-label=\"办理人\">{name}</td>")), "{after}");
    // Another language, and another reader's rights.
    let english = officer.led(&officer.get(&format!("/language/en?next=%2Fcontracts%2F{id}"))).text;
    assert!(english.contains("欧阳新名") && !english.contains("办理人"), "{english}");
    let auditor = read(&Visitor::signed_in(test, "audit"));
    assert!(!auditor.contains("/act/reversal"), "{auditor}");
}

fn a_requested_early_end_waits_for_finance(test: &TestApp) {
    let id = programme::registered(test, "V-2");
    programme::activate(test, &id);
    let leader = Visitor::signed_in(test, "justice-leader");
    let offered = format!("/contracts/{id}/act/terminate");
    assert!(leader.get(&format!("/contracts/{id}")).expect_status(200).text.contains(&offered));
    let fields = [("subject", ""), ("no", ""), ("reason", "承接主体申请终止"), ("on", "2026-01-05")];
    let done = leader.post_from(&offered, &offered, &fields);
    assert_eq!(done.location, format!("/contracts/{id}?done=terminate"), "{}", done.text);
    let page = leader.get(&done.location).expect_status(200).text;
    assert!(page.contains("下一步：XC-FINANCE · 财政审核——"), "{page}");
    assert!(!page.contains(&offered), "it is offered although it was asked for");
    let reviewer = Visitor::signed_in(test, "finance-review");
    let decline = format!("/contracts/{id}/act/decline");
    let consent = reviewer.get(&format!("/contracts/{id}/act/consent")).expect_status(200).text;
    for words in [&decline, "承接主体申请终止", "2026-01-05"] {
        assert!(consent.contains(words), "{words}: {consent}");
    }
    let silent = reviewer.post_from(&decline, &decline, &[("subject", ""), ("no", ""), ("reason", " ")]);
    assert_eq!(silent.status, 400, "a reason is needed");
    assert!(silent.text.contains("href=\"#reason\""), "{}", silent.text);
    let fields = [("subject", ""), ("no", ""), ("reason", "尚有成果可以履行")];
    let done = reviewer.post_from(&decline, &decline, &fields);
    assert_eq!(done.location, format!("/contracts/{id}?done=decline"), "{}", done.text);
    let page = leader.get(&format!("/contracts/{id}")).expect_status(200).text;
    assert!(page.contains("履行中") && page.contains(&offered), "it goes on, and can be proposed again: {page}");
    assert!(page.contains("不同意提前终止") && page.contains("尚有成果可以履行"), "{page}");
    reviewer.post_from(&decline, &decline, &fields).expect_status(409);
}

fn a_change_request_describes_its_subject(test: &TestApp) {
    let id = programme::registered(test, "V-3");
    programme::activate(test, &id);
    let asked = json!({"deliverable": "VISIT-H1", "days": 12, "reason": "汛期道路中断"});
    test.by("justice").post(&format!("contracts/{id}/extensions"), &asked).expect_status(201);
    let page = Visitor::signed_in(test, "justice-leader").get(&format!("/contracts/{id}")).expect_status(200);
    let asks = page.text_of("[id=change-requests] + ul");
    for words in ["上半年上门走访", "延期 12 天", "汛期道路中断"] {
        assert!(asks.contains(words), "{words}: {asks}");
    }
}

/// Events of the same moment: the consequences of an action are listed above the action.
fn history_lists_the_latest_event_first(test: &TestApp) {
    let id = programme::registered(test, "V-4");
    programme::activate(test, &id);
    test.at("2026-07-20", 9);
    let survey = |score: &str| {
        let body = json!({"score": score, "note": format!("回访{score}")});
        test.by("justice").post(&format!("contracts/{id}/surveys"), &body).expect_status(201);
    };
    survey("81");
    survey("82");
    let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}")).expect_status(200);
    let history = page.rows("[id=history] ~ * table");
    let place = |words: &str| {
        let found = history.iter().position(|row| row.iter().any(|cell| cell.contains(words)));
        found.unwrap_or_else(|| panic!("{words}: {history:?}"))
    };
    assert!(place("回访82") < place("回访81"));
    let found = place("违约情形成立");
    assert!(found < place("回访81"), "the breach that the first survey let the program find");
    let row = history[found].join(" ");
    assert!(row.contains("系统") && row.contains("上半年上门走访"), "{row}");
}

fn a_submission_has_a_receipt(test: &TestApp) {
    let id = programme::registered(test, "V-5");
    programme::activate(test, &id);
    test.at("2026-01-12", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = format!("/contracts/{id}/act/submission?subject=VISIT-H1");
    let table: &[u8] = "日期,对象\n2026-01-06,A01\n".as_bytes();
    let fields = [("quantity", "590"), ("note", "上半年走访")];
    let done = contractor.upload_from(&shown, "files", &fields, &[("走访记录.csv", table)]);
    let receipt = format!("/contracts/{id}/receipt?subject=VISIT-H1&no=1");
    assert!(contractor.get(&done.location).expect_status(200).text.contains(&receipt.replace('&', "&#38;")));
    let page = contractor.get(&receipt).expect_status(200).text;
    let digest = luyue::storage::audit::hash_chains::digest_bytes(table);
    for words in ["走访记录.csv", &digest, "2026-01-12 09:00", "590", "上半年走访", "第 1 次"] {
        assert!(page.contains(words), "{words}: {page}");
    }
    for none in ["receipt?subject=VISIT-H1&no=2", "receipt?subject=NONE&no=1"] {
        contractor.get(&format!("/contracts/{id}/{none}")).expect_status(404);
    }
    Visitor::signed_in(test, "contractor-2").get(&receipt).expect_status(404);
}

fn after_publication_the_contractor_acts_next(test: &TestApp) {
    let id = programme::registered(test, "V-6");
    programme::activate(test, &id);
    let signed =
        Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}?done=activate")).expect_status(200).text;
    assert!(signed.contains("下一步：XC-JUSTICE · 经办人——"), "the announcement: {signed}");
    test.by("justice")
        .post(&format!("contracts/{id}/actions/publish"), &json!({"on": "2026-01-05"}))
        .expect_status(200);
    let announced =
        Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}?done=activate")).expect_status(200);
    let banner = announced.text_of(".govuk-notification-banner__content");
    let next = banner.lines().find(|line| line.contains("下一步：")).unwrap_or_default();
    assert!(next.contains("承接主体——提交成果"), "{banner}");
}
