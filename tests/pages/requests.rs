//! Requests for changes through pages without JavaScript: what is pending or cannot matter is explained instead of
//! being offered, what a change would do is shown, and tasks name what they are about.

use serde_json::json;

use crate::on_sqlite_first;
use crate::payments::setup::{advance, id_of, incident, midyear};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

/// Fields of a form as they are typed.
type Fields<'a> = &'a [(&'a str, &'a str)];

on_sqlite_first! {
    a_pending_request_is_shown_instead_of_its_form
    an_extension_shows_due_days_and_offers_nothing_accepted
    a_due_day_after_the_service_is_doubted
    a_change_of_nothing_says_so
    tasks_name_what_they_are_about
    a_task_without_a_form_has_no_link
    a_due_day_that_was_met_is_not_overdue
    what_is_shown_first_is_no_error
    a_refused_value_is_told_what_is_wanted
}

/// Returns the words of each option of a field.
fn options(page: &Page, field: &str) -> Vec<String> {
    page.texts(&format!("select[name='{field}'] option"))
}

fn a_pending_request_is_shown_instead_of_its_form(test: &TestApp) {
    let id = advance(test);
    incident(test, &id, &json!({"id": "2026-01-LEAK", "clause": "LEAK", "note": "工作记录泄露"}));
    let waiver = json!({"clause": "LEAK", "subject": "2026-01-LEAK", "reason": "第三方责任\n已经报案"});
    let extension = json!({"deliverable": "EDU-H2", "days": 7, "reason": "场地停电"});
    let reversal = json!({"seq": 1, "reason": "误录"});
    let officer = Visitor::signed_in(test, "justice");
    let contract = format!("/contracts/{id}");
    let forms = [
        format!("{contract}/act/waiver?subject=LEAK/2026-01-LEAK"),
        format!("{contract}/act/extension?subject=EDU-H2"),
        format!("{contract}/act/reversal?subject=1"),
    ];
    let offers = |page: &Page, form: &str| page.has(&format!("main a[href='{form}']"));
    let before = officer.get(&contract).expect_status(200);
    assert!(forms.iter().all(|form| offers(&before, form)), "{}", before.text);
    let mut requests = Vec::new();
    let lines = "<span class=\"lines\">第三方责任\n已经报案</span>";
    for (what, body) in [("waivers", waiver), ("extensions", extension), ("reversals", reversal)] {
        requests.push(id_of(&test.by("justice").post(&format!("contracts/{id}/{what}"), &body).expect_status(201)));
    }
    let after = officer.get(&contract).expect_status(200);
    assert!(after.text.contains(lines), "line by line: {}", after.text);
    for ((form, request), words) in
        forms.iter().zip(&requests).zip(["豁免申请待审批", "延期申请待审批", "作废申请待审批"])
    {
        assert!(!offers(&after, form), "{form}");
        assert_eq!(after.text_of(&format!("a[href='#change-request-{request}']")), words);
    }
    for (form, request) in [(&forms[0], &requests[0]), (&forms[2], &requests[2])] {
        let page = officer.get(form).expect_status(200);
        let links = page.links_in(".checks");
        assert!(
            links.iter().any(|(address, _)| *address == format!("{contract}#change-request-{request}")),
            "{}",
            page.text
        );
        assert!(page.forms().iter().all(|form| !form.action.contains("/act/")), "{form}: not offered");
    }
    let page = officer.get(&forms[1]).expect_status(200);
    let chosen = options(&page, "deliverable").into_iter().find(|words| words.contains("待审批"));
    assert!(chosen.is_some_and(|words| words.contains("提交期限")), "{}", page.text);
    let typed = [("deliverable", "EDU-H2"), ("days", "9"), ("reason", "道路中断")];
    let again = page.form_ending("/act/extension").with(&typed).send(&officer, "");
    let seen = again.hidden("seen");
    let form = again.form_ending("/act/extension").with(&[("seen", &seen)]);
    let told = form.send(&officer, "").expect_status(409);
    assert!(
        told.has(&format!(".govuk-error-summary a[href='{contract}#change-request-{}']", requests[1])),
        "{}",
        told.text
    );
    assert!(told.has("input[name=another]"), "{}", told.text);
}

fn an_extension_shows_due_days_and_offers_nothing_accepted(test: &TestApp) {
    let id = midyear(test);
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&format!("/contracts/{id}/act/extension")).expect_status(200);
    let standing = test.by("justice").get(&format!("contracts/{id}/standing")).expect_status(200);
    let deliverables = standing["deliverables"].as_array().expect("a list");
    let is_done = |state: &serde_json::Value| ["accepted", "partial", "cancelled"].iter().any(|done| state == done);
    let open: Vec<_> = deliverables.iter().filter(|one| !is_done(&one["state"])).collect();
    assert!(!open.is_empty() && open.len() < deliverables.len(), "{standing}");
    let values = page.attrs("select[name=deliverable] option", "value");
    assert_eq!(values, open.iter().map(|one| one["code"].as_str().unwrap_or_default()).collect::<Vec<_>>());
    for (words, one) in options(&page, "deliverable").iter().zip(&open) {
        assert!(words.contains(one["due_on"].as_str().unwrap_or_default()), "{words}");
    }
    let accepted = deliverables.iter().find(|one| is_done(&one["state"])).expect("one is accepted");
    let code = accepted["code"].as_str().unwrap_or_default();
    let page = officer.get(&format!("/contracts/{id}/act/extension?subject={code}")).expect_status(200);
    assert_eq!(page.texts(".checks .fails"), ["该成果已验收，不能再延期"]);
}

fn a_due_day_after_the_service_is_doubted(test: &TestApp) {
    let id = advance(test);
    let (officer, leader) = (Visitor::signed_in(test, "justice"), Visitor::signed_in(test, "justice-leader"));
    let path = format!("/contracts/{id}/act/extension");
    for (days, doubts) in [("5", 0), ("60", 1)] {
        let fields = [("deliverable", "EDU-H2"), ("days", days), ("reason", "场地停电")];
        let page = officer.post_from(&path, &path, &fields).expect_status(422);
        assert_eq!(page.texts(".checks .fails").len(), doubts, "{days}: {}", page.text);
        assert!(page.has("table.cards td[data-label='变化后']"), "{days}: {}", page.text);
    }
    let body = json!({"deliverable": "EDU-H2", "days": 60, "reason": "场地停电"});
    let asked = id_of(&test.by("justice").post(&format!("contracts/{id}/extensions"), &body).expect_status(201));
    let page = leader.get(&format!("/contracts/{id}/act/grant?subject={asked}")).expect_status(200);
    assert!(page.text_of(".checks .fails").contains("晚于服务结束日期 2026-12-31"), "{}", page.text);
    let form = page.form_ending("/act/grant");
    assert_eq!(form.send(&leader, "").status, 303, "it can be granted all the same");
}

fn a_change_of_nothing_says_so(test: &TestApp) {
    let id = advance(test);
    // Nothing is late yet, so the waiver changes no figure.
    let body = json!({"clause": "LATE", "subject": "EDU-H1", "reason": "汛期"});
    let asked = id_of(&test.by("justice").post(&format!("contracts/{id}/waivers"), &body).expect_status(201));
    let leader = Visitor::signed_in(test, "justice-leader");
    let page = leader.get(&format!("/contracts/{id}/act/grant?subject={asked}")).expect_status(200);
    assert_eq!(page.text_of("[id=effects] + p"), "不改变合同的任何金额和日期。");
    assert_eq!(page.form_ending("/act/grant").send(&leader, "").status, 303);
}

fn tasks_name_what_they_are_about(test: &TestApp) {
    let id = midyear(test);
    for (what, body) in [
        ("waivers", json!({"clause": "LEAK", "subject": "2026-05-LEAK", "reason": "x"})),
        ("waivers", json!({"clause": "LATE", "subject": "EDU-H2", "reason": "x"})),
        ("extensions", json!({"deliverable": "EDU-H2", "days": 7, "reason": "x"})),
        ("extensions", json!({"deliverable": "EDU-H2", "days": 9, "reason": "x", "another": true})),
        ("reversals", json!({"seq": 1, "reason": "x"})),
        ("reversals", json!({"seq": 2, "reason": "x"})),
    ] {
        test.by("justice").post(&format!("contracts/{id}/{what}"), &body).expect_status(201);
    }
    let titles = Visitor::signed_in(test, "justice-leader").get("/work").expect_status(200).texts(".work__what");
    for title in &titles {
        assert_eq!(titles.iter().filter(|other| *other == title).count(), 1, "{title} stands once: {titles:?}");
    }
    for words in ["2026-05-LEAK", "延期 7 天", "延期 9 天", "”（第 1 号记录）", "”（第 2 号记录）"]
    {
        assert!(titles.iter().any(|title| title.contains(words)), "{words}: {titles:?}");
    }
    let tasks = test.by("justice-leader").get("worklist").expect_status(200);
    let items = tasks["items"].as_array().expect("a list");
    let of = |kind: &str| items.iter().find(|task| task["change_request"] == kind).cloned().unwrap_or_default();
    assert!(of("waiver")["clause"].as_str().is_some_and(|clause| !clause.is_empty()), "{tasks}");
    assert!(of("extension")["days"] == 7 || of("extension")["days"] == 9, "{tasks}");
    assert!(of("reversal")["seq"] == 1 || of("reversal")["seq"] == 2, "{tasks}");
}

/// Signing is done outside the program and recorded by the leader: the officer is reminded of it without a link.
fn a_task_without_a_form_has_no_link(test: &TestApp) {
    let id = programme::registered(test, "S-1");
    let page = Visitor::signed_in(test, "justice").get("/work").expect_status(200);
    let titles = page.texts(".work__what");
    assert!(titles.iter().any(|title| title.contains("签订合同")), "{titles:?}");
    let linked: Vec<String> = page.texts("a.work__what");
    assert!(linked.iter().all(|title| !title.contains("签订合同")), "{linked:?}");
    assert_eq!(page.attrs("a.work__what", "href"), [format!("/contracts/{id}/act/submit")]);
}

fn a_due_day_that_was_met_is_not_overdue(test: &TestApp) {
    let id = advance(test);
    // Due on 2026-06-22, submitted on that day and inspected two days later.
    test.at("2026-06-22", 9);
    let path = format!("contracts/{id}/deliverables/EDU-H1/submissions");
    let table = "日期,对象,次数\n2026-01-06,A01,1\n".as_bytes();
    test.by("contractor").upload(&path, &[("quantity", "24")], &[("记录.csv", table)]).expect_status(201);
    test.at("2026-06-24", 9);
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&format!("/contracts/{id}/act/decision?subject=EDU-H1")).expect_status(200);
    let summary = page.text_of(".govuk-summary-list");
    assert!(summary.contains("已按期提交") && !summary.contains("已逾期"), "{summary}");
    // One that is open is overdue, also in the words about the next step.
    test.at("2026-07-20", 9);
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&format!("/contracts/{id}?done=submission&subject=EDU-H1")).expect_status(200);
    let banner = page.text_of(".govuk-notification-banner__content");
    assert!(banner.contains("已逾期") && !banner.contains("）前"), "{banner}");
}

fn what_is_shown_first_is_no_error(test: &TestApp) {
    let id = advance(test);
    let officer = Visitor::signed_in(test, "justice");
    let path = format!("/contracts/{id}/act/extension");
    let fields = [("deliverable", "EDU-H2"), ("days", "5"), ("reason", "场地停电")];
    let page = officer.post_from(&path, &path, &fields).expect_status(422);
    assert_eq!(page.text_of(".govuk-error-summary__title"), "请核对后再次提交");
    assert!(!page.text_of("title").contains("有误"), "{}", page.text_of("title"));
    let page = officer.post_from(&path, &path, &[("deliverable", "EDU-H2"), ("days", "x"), ("reason", "")]);
    assert_eq!(page.text_of(".govuk-error-summary__title"), "请更正以下问题");
    assert!(page.text_of("title").contains("有误"), "{}", page.text_of("title"));
}

fn a_refused_value_is_told_what_is_wanted(test: &TestApp) {
    let id = advance(test);
    let officer = Visitor::signed_in(test, "justice");
    let cases: [(&str, &str, Fields<'_>, &str); 9] = [
        ("request", "ADVANCE", &[("amount", "0")], "金额须大于 0"),
        ("request", "ADVANCE", &[("amount", "93600.01")], "应付 93,600.00 元"),
        ("request", "ADVANCE", &[("amount", "999999999999999999999")], "金额过大"),
        ("extension", "EDU-H2", &[("days", "0")], "1 至 3650 的整数天数，如 30"),
        ("extension", "EDU-H2", &[("days", "4000")], "1 至 3650 的整数天数，如 30"),
        ("extension", "EDU-H2", &[("days", "7.5")], "1 至 3650 的整数天数，如 30"),
        ("extension", "EDU-H2", &[("days", "七八天")], "无法识别字符“七”，请只填写数字，如 30"),
        ("extension", "EDU-H2", &[("days", "7"), ("on", "1月12日")], "缺少年份"),
        ("extension", "EDU-H2", &[("days", "7"), ("on", "12/01/2026")], "按年、月、日的顺序"),
    ];
    for (act, subject, fields, words) in cases {
        let path = format!("/contracts/{id}/act/{act}");
        let all = [&[("subject", subject), ("deliverable", subject), ("reason", "场地停电")], fields].concat();
        let page = officer.post_from(&format!("{path}?subject={subject}"), &path, &all);
        let told = page.text_of(".govuk-error-summary__list");
        assert!(told.contains(words), "{fields:?}: {told}");
    }
}
