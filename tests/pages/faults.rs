//! Error messages of forms: each names its field, all are shown at once, and each says what is required.

use serde_json::json;

use crate::on_sqlite;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{PASSWORD, Page, Visitor};

/// Fields of a form as they are typed.
type Fields<'a> = &'a [(&'a str, &'a str)];

on_sqlite! {
    an_empty_field_is_named
    all_errors_are_reported_at_once
    acts_report_all_errors_at_once
    what_is_wanting_is_named
    a_completed_action_is_confirmed
    a_delegation_that_never_began_reads_so
    a_page_that_is_not_there_leads_on
}

/// Submits the form of a contract's action.
fn act(visitor: &Visitor<'_>, contract: &str, act: &str, subject: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("/contracts/{contract}/act/{act}");
    let all = [&[("subject", subject)], fields].concat();
    visitor.post_from(&format!("{path}?subject={subject}"), &path, &all)
}

/// Returns the entries of the error summary, each with the field that it links to.
fn told(page: &Page) -> Vec<(String, String)> {
    let items = page.texts(".govuk-error-summary__list li");
    let links = page.links_in(".govuk-error-summary__list");
    let field = |words: &String| {
        let link = links.iter().find(|(_, of_link)| of_link == words);
        link.map_or(String::new(), |(address, _)| address.trim_start_matches('#').to_owned())
    };
    items.iter().map(|words| (field(words), words.clone())).collect()
}

#[track_caller]
fn tells(page: &Page, wanted: &[(&str, &str)]) {
    let told = told(page);
    let told: Vec<(&str, &str)> = told.iter().map(|(field, words)| (field.as_str(), words.as_str())).collect();
    assert_eq!(told, wanted, "{}", page.text);
    for (field, words) in wanted.iter().filter(|(field, _)| !field.is_empty()) {
        assert!(page.text_of(&format!("[id='{field}-error']")).contains(words), "{field}: {words}");
        assert_eq!(page.attr(&format!("[id='{field}']"), "aria-invalid"), "true", "{field} is marked");
    }
}

fn an_empty_field_is_named(test: &TestApp) {
    let id = programme::registered(test, "F-1");
    let officer = Visitor::signed_in(test, "justice");
    tells(&act(&officer, &id, "withdraw", "", &[("reason", " ")]), &[("reason", "请填写“理由”")]);
    let admin = Visitor::signed_in(test, "admin");
    let page = admin.post_from("/registers/services", "/registers/services", &[("code", "S-1"), ("unit", "次")]);
    tells(&page, &[("name", "请填写“名称”")]);
    // An error in the reason of one row is marked at that row, and no other row is opened.
    let reviewer = Visitor::signed_in(test, "finance-review");
    let fields = [
        ("year", "2026"),
        ("bureau", "XC-JUSTICE"),
        ("line", "2040607"),
        ("economic", "30227"),
        ("project", "P-1"),
        ("document_no", "宣财指〔2026〕1号"),
        ("source", "一般公共预算"),
        ("amount", "1000.00"),
    ];
    let path = "/registers/appropriations";
    reviewer.post_from(path, path, &fields).expect_status(303);
    let approver = Visitor::signed_in(test, "finance-approve");
    let refuse = approver.get(path).expect_status(200).form_ending("/refuse").action;
    let page = approver.post_from(path, &refuse, &[("reason", "")]).expect_status(422);
    let id = refuse.trim_start_matches(path).trim_end_matches("/refuse").trim_matches('/');
    tells(&page, &[(&format!("reason-{id}"), "请填写“理由”")]);
}

fn all_errors_are_reported_at_once(test: &TestApp) {
    let id = programme::registered(test, "F-2");
    programme::activate(test, &id);
    let officer = Visitor::signed_in(test, "justice");
    let page = act(&officer, &id, "headcount", "", &[("month", "一月"), ("clients", "很多"), ("workers", "")]);
    tells(
        &page,
        &[
            ("month", "请填写月份，如 2026-06"),
            ("clients", "服务对象人数：无法识别字符“很”，请只填写数字，如 12"),
            ("workers", "请填写“在岗工作人员人数”"),
        ],
    );
    let page = act(&officer, &id, "extension", "", &[("deliverable", "VISIT-H1"), ("days", "0"), ("reason", "")]);
    tells(&page, &[("days", "延期天数：请填写 1 至 3650 的整数天数，如 30"), ("reason", "请填写“理由”")]);
    let reviewer = Visitor::signed_in(test, "finance-review");
    let path = "/registers/appropriations";
    let typed = [("year", "明年"), ("bureau", "XC-JUSTICE"), ("line", "2040607"), ("amount", "一百来万")];
    let page = reviewer.post_from(path, path, &typed).expect_status(400);
    let fields: Vec<String> = told(&page).into_iter().map(|(field, _)| field).collect();
    assert_eq!(fields, ["year", "economic", "project", "document_no", "source", "amount"], "{}", page.text);
    let admin = Visitor::signed_in(test, "admin");
    let typed = [("username", "li-na"), ("email", "没有"), ("organisation", "XC-JUSTICE"), ("role", "officer")];
    let page = admin.post_from("/registers/people", "/registers/people", &[&typed[..], &[("language", "zh")]].concat());
    tells(&page, &[("name", "请填写“姓名”"), ("email", "邮箱地址应有“@”，格式如 name@example.com")]);
}

fn acts_report_all_errors_at_once(test: &TestApp) {
    let id = programme::registered(test, "F-4");
    programme::activate(test, &id);
    test.at("2026-01-13", 9);
    let path = format!("contracts/{id}/milestones/ADVANCE/payments");
    let requested = test.by("contractor").post(&path, &json!({"amount": "90000.00"})).expect_status(201);
    let payment = requested["id"].as_str().expect("an id").to_owned();
    for (who, step) in [("justice", "confirm"), ("finance-review", "review"), ("finance-approve", "approve")] {
        test.by(who).post(&format!("payments/{payment}/actions/{step}"), &json!({})).expect_status(200);
    }
    test.at("2026-06-29", 9);
    let submissions = format!("contracts/{id}/deliverables/VISIT-H1/submissions");
    test.by("contractor").upload(&submissions, &[("quantity", "590"), ("note", "另行报送")], &[]).expect_status(201);
    let [officer, leader, cashier] =
        ["justice", "justice-leader", "finance-pay"].map(|who| Visitor::signed_in(test, who));
    let unread = [("on", "someday")];
    let long = "长".repeat(2_001);
    let cases: [(&Visitor<'_>, &str, &str, Fields<'_>, &[&str]); 6] = [
        (&leader, "terminate", "", &unread, &["reason", "on"]),
        (&cashier, "pay", &payment, &unread, &["voucher", "on"]),
        (
            &officer,
            "survey",
            "",
            &[("score", "101"), ("note", long.as_str()), ("on", "someday")],
            &["score", "note", "on"],
        ),
        (
            &officer,
            "headcount",
            "",
            &[("month", "x"), ("clients", "1"), ("workers", "1"), ("note", long.as_str())],
            &["month", "note"],
        ),
        (
            &officer,
            "decision",
            "VISIT-H1",
            &[("no", "1"), ("decision", "accepted"), ("members", ""), ("quantity", ""), ("on", "someday")],
            &["quantity", "members", "on"],
        ),
        (
            &officer,
            "decision",
            "VISIT-H1",
            &[("no", "1"), ("decision", "rejected"), ("on", "someday")],
            &["note", "on"],
        ),
    ];
    for (who, name, subject, fields, wanted) in cases {
        let page = act(who, &id, name, subject, fields).expect_status(400);
        let fields: Vec<String> = told(&page).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, wanted, "{name}: {}", page.text);
    }
}

fn what_is_wanting_is_named(test: &TestApp) {
    let id = programme::registered(test, "F-3");
    programme::activate(test, &id);
    let contractor = Visitor::signed_in(test, "contractor");
    let early = act(&contractor, &id, "request", "MIDYEAR", &[]).expect_status(422);
    let needs = |name: &str| ("", format!("“中期款”尚不能付款：成果“{name}”尚未验收通过"));
    let mut wanted: Vec<(&str, String)> = ["上半年上门走访", "上半年心理矫治", "上半年教育学习"].map(needs).into();
    wanted.push(("", "“中期款”尚不能付款：须先由分管领导进行绩效评价".to_owned()));
    let wanted: Vec<(&str, &str)> = wanted.iter().map(|(field, words)| (*field, words.as_str())).collect();
    tells(&early, &wanted);
    let early = act(&contractor, &id, "request", "ADVANCE", &[]).expect_status(422);
    tells(&early, &[("", "“预付款”尚不能付款：约定的最早付款日期为 2026-01-12")]);
    test.at("2026-01-13", 9);
    let leader = Visitor::signed_in(test, "justice-leader");
    let shown = leader.get(&format!("/contracts/{id}/act/complete")).expect_status(200).text;
    assert!(shown.contains("预付款：该付款节点还有 93,600.00 元未付"), "{shown}");
    assert!(
        !shown.contains(&format!("action=\"/contracts/{id}/act/complete\"")),
        "what would be refused is not offered"
    );
    let open = told(&act(&leader, &id, "complete", "", &[]).expect_status(422));
    let words: Vec<&str> = open.iter().map(|(_, words)| words.as_str()).collect();
    assert!(words[0].contains("还有 93,600.00 元未付"), "{words:?}");
    assert!(words[1].contains("约定 187,200.00 元") && words[1].contains("尚未达到付款条件"), "{words:?}");
}

fn a_completed_action_is_confirmed(test: &TestApp) {
    let admin = Visitor::signed_in(test, "admin");
    let path = "/registers/organisations";
    let fields = [("code", "XC-EDU"), ("name", "宣城市教育体育局"), ("function", "education"), ("region", "341800")];
    let added = admin.post_from(path, path, &fields).expect_status(303);
    let banner = |page: &Page| page.texts(".govuk-notification-banner__heading").concat();
    assert_eq!(banner(&admin.get(&added.location).expect_status(200)), "已增加单位：宣城市教育体育局");
    assert_eq!(banner(&admin.get(&format!("{path}?done=add&of=none")).expect_status(200)), "已增加单位");
    assert_eq!(
        banner(&admin.get(&format!("{path}?done=%3Cb%3E&of=XC-EDU")).expect_status(200)),
        "",
        "nobody else's words"
    );
    let sessions = admin.get("/sessions").expect_status(200);
    let other = Visitor::signed_in(test, "admin");
    let ended = other.post_from("/sessions", &sessions.form("/sessions/").action, &[]).expect_status(303);
    assert_eq!(banner(&other.get(&ended.location).expect_status(200)), "已退出该设备。");
    let officer = Visitor::signed_in(test, "justice");
    let draft = officer.post_from("/drafts", "/drafts", &[]).expect_status(303).location;
    let gone = officer.post_from(&draft, &format!("{draft}/discard"), &[]).expect_status(303);
    assert!(banner(&officer.get(&gone.location).expect_status(200)).contains("已放弃登记"));
    let set = Visitor::new(test).get("/sign-in?done=password").expect_status(200);
    assert!(banner(&set).contains("密码已设置"));
}

fn a_delegation_that_never_began_reads_so(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let path = "/registers/delegations";
    for (from, words) in [("2026-03-01", "尚未开始即已取消"), ("2026-01-05", "开始当日即已结束")] {
        let fields = [
            ("seat", "XC-JUSTICE/officer"),
            ("deputy", "justice-2"),
            ("from_on", from),
            ("until_on", "2026-03-31"),
            ("current_password", PASSWORD),
        ];
        officer.post_from(path, path, &fields).expect_status(303);
        let end = officer.get(path).expect_status(200).form_ending("/end").action;
        officer.post_from(path, &end, &[]).expect_status(303);
        let page = officer.get(path).expect_status(200).text;
        assert!(page.contains(words) && !page.contains("2026-01-04"), "{words}: {page}");
    }
}

fn a_page_that_is_not_there_leads_on(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    for path in ["/files/none", "/nowhere", "/contracts/none"] {
        let page = officer.get(path).expect_status(404).text;
        assert!(page.contains("href=\"/work\">返回待办") && page.contains("aria-label=\"主导航\""), "{path}: {page}");
    }
    let nobody = Visitor::new(test).get("/nowhere").expect_status(404).text;
    assert!(!nobody.contains("返回待办") && nobody.contains("href=\"/sign-in\""), "{nobody}");
    assert_eq!(officer.get("/sign-in").expect_status(303).location, "/work");
    assert_eq!(officer.get("/sign-in?next=%2Fcontracts").expect_status(303).location, "/contracts");
    assert_eq!(officer.get("/sign-in?next=%2F%2Felsewhere.test").expect_status(303).location, "/");
}
