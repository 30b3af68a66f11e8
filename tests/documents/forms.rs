//! The forms of bureaus hold what the pages show: the same figures, the same names and the same rights, each with a
//! code that anyone can verify.

use luyue::domain::codes::{DocumentKind, Language};
use luyue::services::documents::DocumentLang;
use luyue::services::documents::issue::{self, Wanted};
use luyue::text::message;
use luyue::text::money::{capitals, group_thousands};
use serde_json::{Value, json};

use crate::payments::setup::{NUMBER, asked, happened, id_of, incident, midyear, recorded, shown, through};
use crate::recoveries::setup::ended;
use crate::support::app::TestApp;
use crate::support::pdf::{pages, words};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_breach_notice_states_how_to_object_and_has_its_receipt
    arrears_are_those_of_the_report
}

on_sqlite_first! {
    the_settlement_sheet_has_the_figures_of_its_page
    milestones_that_an_early_end_leaves_out_are_never_due
    what_was_finally_not_accepted_is_never_due
    a_payment_form_has_what_its_approvers_decide_on
    an_acceptance_record_has_a_row_for_every_standard
}

/// Downloads a form through the API.
fn printed(test: &TestApp, who: &str, path: &str) -> Vec<u8> {
    let reply = test.by(who).get(path);
    assert_eq!(reply.status, 200, "{path}: {}", reply.json);
    assert!(reply.bytes.starts_with(b"%PDF-"), "{path}");
    reply.bytes
}

/// Returns the text of a form, one line for each paragraph or cell.
fn text(bytes: &[u8]) -> String {
    words(bytes).join("\n")
}

#[track_caller]
fn assert_has(text: &str, wanted: &[&str]) {
    for line in wanted {
        assert!(text.contains(line), "{line} is not in {text}");
    }
    assert!(!text.contains("document-") && !text.contains("settlement-"), "a message is missing: {text}");
}

/// Returns an amount of JSON in fen.
fn fen(amount: &Value) -> i128 {
    amount.as_str().expect("an amount").replace('.', "").parse().expect("a decimal")
}

/// Returns the verification code that is printed on a document.
pub fn code_of(bytes: &[u8]) -> String {
    let first = pages(bytes).remove(0);
    let is_code = |word: &&str| word.len() == 54 && word.chars().all(|c| c.is_ascii_hexdigit() || c == '-');
    first.split_whitespace().find(is_code).unwrap_or_else(|| panic!("no code: {first}")).to_owned()
}

/// Checks that the code of a form leads to its name and to what it is about.
#[track_caller]
fn assert_verified(test: &TestApp, bytes: &[u8], wanted: &[&str]) {
    let code = code_of(bytes);
    let page = Visitor::new(test).get(&format!("/verify/{code}")).expect_status(200);
    for word in wanted {
        assert!(page.text.contains(word), "{word} is not in {}", page.text);
    }
}

/// Checks the refusals that all forms share: a stranger, an unknown subject, and a missing one.
#[track_caller]
fn assert_refused(test: &TestApp, id: &str, kind: &str, unknown: &str) {
    let path = format!("contracts/{id}/documents/{kind}.pdf");
    assert_eq!(test.by("other-justice").get(&format!("{path}?subject={unknown}")).status, 404, "{kind}");
    assert_eq!(test.nobody().get(&path).status, 401, "{kind}");
    if kind != "settlement" {
        assert_eq!(test.by("justice").get(&format!("{path}?subject={unknown}")).status, 404, "{kind}");
        let refused = test.by("justice").get(&path).expect_status(400);
        assert_eq!(refused["errors"][0]["path"], "subject", "{kind}");
    }
}

/// Of three milestones, the advance was paid; the others, of 187,200.00 each, can no longer be reached.
fn milestones_that_an_early_end_leaves_out_are_never_due(test: &TestApp) {
    let id = ended(test);
    let sheet = test.by("audit").get(&format!("contracts/{id}/settlement")).expect_status(200);
    assert_eq!(sheet["never_due"], json!(["MIDYEAR", "FINAL"]));
    let page = Visitor::signed_in(test, "audit").get(&format!("/contracts/{id}")).expect_status(200);
    let mut rows = page.texts("tr");
    rows.retain(|row| row.contains("不再支付"));
    assert!(rows.len() == 2 && rows.iter().all(|row| !row.contains("187,200.00")), "{rows:?}");
    assert!(page.text_of(".money").contains("374,400.00"), "the bar has a part that is never due");
    let sheet = text(&printed(test, "audit", &format!("contracts/{id}/documents/settlement.pdf")));
    assert!(sheet.matches("不再支付").count() == 2 && !sheet.contains("187,200.00"), "{sheet}");
}

/// 12 visits and 10 consultations were not accepted, of 150.00 and 400.00 each.
fn what_was_finally_not_accepted_is_never_due(test: &TestApp) {
    let mut input = programme::input(test, NUMBER);
    input["terms"]["milestones"][1]["amount"] = Value::Null;
    input["terms"]["milestones"][2]["amount"] = json!("140400.00");
    let id = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &id);
    for (kind, body) in happened() {
        if body["on"].as_str().is_some_and(|on| on <= "2026-07-13") {
            recorded(test, kind, &body);
        }
    }
    test.at("2026-07-14", 9);
    let page = Visitor::signed_in(test, "audit").get(&format!("/contracts/{id}")).expect_status(200);
    let bar = page.text_of(".money");
    assert!(bar.contains("不再支付") && bar.contains("5,800.00") && bar.contains("368,600.00"), "{bar}");
}

fn the_settlement_sheet_has_the_figures_of_its_page(test: &TestApp) {
    let id = midyear(test);
    let path = format!("contracts/{id}/documents/settlement.pdf");
    let sheet = test.by("audit").get(&format!("contracts/{id}/settlement")).expect_status(200);
    let bytes = printed(test, "audit", &path);
    let chinese = text(&bytes);
    assert_has(
        &chinese,
        &["政府购买服务合同结算表", NUMBER, "一、结算金额", "购买主体（甲方）盖章", "经办人（签字）："],
    );
    for name in ["accepted", "deducted", "payable", "paid", "interest", "outstanding", "recoverable", "to_release"] {
        let figure = group_thousands(sheet[name].as_str().expect("an amount"));
        assert!(chinese.lines().any(|line| line == figure), "{name} {figure} is not in {chinese}");
    }
    let net = capitals(fen(&sheet["net"]["to_contractor"]));
    assert_has(&chinese, &[&format!("轧差后应付承接主体：人民币（大写）{net}。")]);
    let open = sheet["open"].as_array().expect("a list");
    assert!(!open.is_empty());
    let english = text(&printed(test, "audit", &format!("{path}?lang=en")));
    for thing in open {
        assert_has(&english, &[thing["message"].as_str().expect("a text")]);
    }
    assert_eq!(bytes, printed(test, "audit", &path), "the same data is the same bytes");
    assert_verified(test, &bytes, &["政府购买服务合同结算表", NUMBER]);
    let refused = test.by("audit").get(&format!("{path}?as_of=2026-07-16")).expect_status(400);
    assert_eq!(refused["errors"][0]["path"], "as_of", "only today's figures are kept");
    assert_refused(test, &id, "settlement", "x");
    for kind in ["arrears", "ledger"] {
        assert_eq!(test.by("justice").get(&format!("contracts/{id}/documents/{kind}.pdf")).status, 404, "{kind}");
    }
    let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}/settlement")).expect_status(200);
    let links = page.links_in("main").into_iter().filter(|(address, _)| address.contains(".pdf")).count();
    assert_eq!(links, 3, "one for each choice of languages");
}

fn a_payment_form_has_what_its_approvers_decide_on(test: &TestApp) {
    let id = midyear(test);
    let payment = asked(test, &id, "MIDYEAR", &json!({"amount": "100000.00"}));
    through(test, &payment, 2);
    let path = format!("contracts/{id}/documents/payment.pdf?subject={payment}");
    let bytes = printed(test, "finance-approve", &path);
    let chinese = text(&bytes);
    let steps = shown(test, &payment)["steps"].clone();
    let by = |at: usize| steps[at]["by"].as_str().expect("a name").to_owned();
    assert_has(
        &chinese,
        &[
            "资金支付审批表",
            "中期款",
            "100,000.00",
            "人民币（大写）壹拾万元整",
            "上半年心理矫治",
            "部分通过",
            "33,534.40",
            "应付153,665.60元",
            "尚未收到该节点的发票。",
            "开户银行",
            "宣财指〔2026〕12号",
            &by(0),
            &by(1),
            &by(2),
            "同意",
            "财政审批",
            "国库支付",
            "财政部门盖章",
        ],
    );
    // The account is for the parties, the budget for purchaser and finance; machine operators see both.
    let auditor = text(&printed(test, "audit", &path));
    assert_has(&auditor, &["收款账户仅向合同各方显示。"]);
    assert!(!auditor.contains("开户银行") && !auditor.contains("宣财指"), "{auditor}");
    let contractor = text(&printed(test, "contractor", &format!("{path}&lang=both")));
    assert_has(&contractor, &["开户银行", "Payment approval form", "资金支付审批表"]);
    let signed = ["经办人（签字）：", "Handled by (signature):", "Head of the organisation (signature):", "Date:"];
    assert!(signed.iter().all(|wanted| contractor.lines().any(|line| line == *wanted)), "{contractor}");
    assert!(!contractor.contains("宣财指"), "{contractor}");
    let subject = Some(payment.clone());
    let wanted = Wanted { kind: DocumentKind::Payment, subject, as_of: None, lang: DocumentLang::Zh };
    let file = issue::prepare_by_number(&test.app, NUMBER, &wanted);
    let file = file.and_then(|prepared| prepared.render()).expect("the command prints it");
    assert_eq!(file.name, format!("{NUMBER}-payment-2026-07-17.pdf"));
    assert_has(&text(&file.bytes), &["开户银行", "宣财指〔2026〕12号"]);
    assert_verified(test, &bytes, &["资金支付审批表", NUMBER]);
    assert_refused(test, &id, "payment", "none");

    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
    let links = page.links_in("main");
    for kind in ["payment", "acceptance", "breach"] {
        let start = format!("/contracts/{id}/documents/{kind}.pdf?subject=");
        let (link, _) = links.iter().find(|(link, _)| link.starts_with(&start)).unwrap_or_else(|| panic!("{kind}"));
        let reply = officer.get(link).expect_status(200).reply;
        assert!(reply.bytes.starts_with(b"%PDF-"), "{link}");
    }
}

fn an_acceptance_record_has_a_row_for_every_standard(test: &TestApp) {
    let id = midyear(test);
    let path = |subject: &str| format!("contracts/{id}/documents/acceptance.pdf?subject={subject}");
    let bytes = printed(test, "contractor", &path("VISIT-H1%2F1"));
    let visits = text(&bytes);
    assert_has(
        &visits,
        &[
            "履约验收书",
            "上半年上门走访（VISIT-H1）",
            "590 次",
            "600 次",
            "588 次",
            "少 12 次",
            "2026-06-30",
            "按期",
            "□达标",
            "走访覆盖率",
            "不低于95",
            "93.5",
            "未达标",
            "宣司〔2017〕43号",
            "本次验收未登记验收小组成员。",
        ],
    );
    assert_has(
        &text(&printed(test, "audit", &path("COUNSEL-H1%2F2"))),
        &["部分通过", "不低于85", "86", "达标", "少 10", "逾期 4 天"],
    );
    let rejected = text(&printed(test, "audit", &path("COUNSEL-H1%2F1")));
    assert_has(&rejected, &["退回整改"]);
    assert!(!rejected.contains("认可数量"), "{rejected}");

    let submissions = format!("contracts/{id}/deliverables/EDU-H2/submissions");
    test.by("contractor").upload(&submissions, &[("quantity", "24"), ("note", "已完成")], &[]).expect_status(201);
    assert_eq!(test.by("justice").get(&path("EDU-H2%2F1")).status, 404, "nothing is decided yet");
    let decision = json!({"decision": "accepted", "quantity": "24", "note": "资料齐全", "members": ["张敏", "李强"]});
    test.by("justice").post(&format!("{submissions}/1/decision"), &decision).expect_status(200);
    let both = text(&printed(test, "justice", &format!("{}&lang=both", path("EDU-H2%2F1"))));
    assert_has(&both, &["张敏", "李强", "资料齐全", "已完成", "Acceptance record", "单位及职务"]);
    let early = format!("{}&as_of=2026-07-16", path("EDU-H2%2F1"));
    assert_eq!(test.by("justice").get(&early).status, 404, "the decision is of the next day");
    assert_verified(test, &bytes, &["履约验收书", NUMBER]);
    for unknown in ["VISIT-H1", "VISIT-H1%2F9", "NONE%2F1"] {
        assert_refused(test, &id, "acceptance", unknown);
    }
}

fn a_breach_notice_states_how_to_object_and_has_its_receipt(test: &TestApp) {
    let id = midyear(test);
    let path = format!("contracts/{id}/documents/breach.pdf?subject=LEAK%2F2026-05-LEAK");
    let bytes = printed(test, "justice", &path);
    let chinese = text(&bytes);
    assert_has(
        &chinese,
        &[
            "违约通知书",
            "信息泄露（LEAK）",
            "2026-05-08",
            "每发生一起",
            "20,000.00",
            "人民币（大写）贰万元整",
            "上述违约金已在“中期款”的应付款项中扣减。",
            "自收到异议之日起10个工作日内",
            "购买主体（甲方）盖章",
        ],
    );
    let sheets = pages(&bytes);
    let receipt = sheets.last().expect("a page");
    assert!(receipt.contains("送达回证") && receipt.contains("送达人"), "{receipt}");
    assert!(!receipt.contains("陈述与申辩"), "the receipt is on a page of its own: {receipt}");
    assert!(sheets.len() > 1 && sheets[0].contains("违约通知书") && !sheets[0].contains("送达回证"));
    // Due on 15 December, with two days of grace.
    let accruing = format!("contracts/{id}/documents/breach.pdf?subject=LATE%2FVISIT-H2&as_of=2026-12-21&lang=both");
    assert_has(&text(&printed(test, "contractor", &accruing)), &["违约情形仍在持续", "The breach continues"]);
    let waived = format!("contracts/{id}/documents/breach.pdf?subject=STAFF%2F2026-03");
    assert_has(&text(&printed(test, "contractor", &waived)), &["已经批准豁免", "2026-03"]);
    incident(test, &id, &json!({"id": "2026-07-LEAK", "clause": "LEAK", "note": "误发名册一份"}));
    let granted = format!("contracts/{id}/documents/breach.pdf?subject=LEAK%2F2026-07-LEAK");
    assert_has(&text(&printed(test, "contractor", &granted)), &["误发名册一份", "将在此后的应付款项中扣减"]);
    let before = format!("{path}&as_of=2026-05-07");
    assert_eq!(test.by("justice").get(&before).status, 404, "there was none on that day");
    assert_verified(test, &bytes, &["违约通知书", NUMBER, "2026-07-17"]);
    for unknown in ["LEAK", "LEAK%2Fother", "NONE%2FCOUNSEL-H1"] {
        assert_refused(test, &id, "breach", unknown);
    }
    let end = format!("contracts/{id}/actions");
    test.by("justice-leader").post(&format!("{end}/terminate"), &json!({"reason": "服务中断"})).expect_status(200);
    test.by("finance-review").post(&format!("{end}/consent"), &json!({})).expect_status(200);
    let ended = text(&printed(test, "contractor", &granted));
    assert!(ended.contains("依法追缴") && !ended.contains("将在此后的应付款项中扣减"), "{ended}");
}

fn arrears_are_those_of_the_report(test: &TestApp) {
    let id = midyear(test);
    let payment = asked(test, &id, "ADVANCE", &json!({"amount": "40000.00"}));
    through(test, &payment, 4);
    test.at("2027-01-05", 9);
    let report = test.by("finance-review").get("reports/arrears.json?year=2026").expect_status(200);
    let row = &report["rows"][0];
    assert_eq!(row["number"], NUMBER);
    let bytes = printed(test, "finance-review", "reports/arrears.pdf?year=2026");
    let chinese = text(&bytes);
    assert_has(&chinese, &["逾期未支付中小企业款项情况表", NUMBER, "全部购买主体", "合计"]);
    for name in ["overdue", "paid_since", "unpaid"] {
        let figure = group_thousands(row[name].as_str().expect("an amount"));
        assert!(chinese.lines().filter(|line| *line == figure).count() > 1, "row and total of {name}: {chinese}");
    }
    let page = Visitor::signed_in(test, "finance-review");
    let of_bureau = page.get("/reports/arrears.pdf?year=2026&bureau=XC-JUSTICE&lang=en").expect_status(200);
    assert_has(&text(&of_bureau.reply.bytes), &["Arrears to small and medium enterprises", NUMBER]);
    let empty = text(&printed(test, "finance-review", "reports/arrears.pdf?year=2025&lang=en"));
    assert_has(&empty, &["Nothing was overdue at the end of the year."]);
    assert_verified(test, &bytes, &["逾期未支付中小企业款项情况表", "2026-12-31"]);
    assert_eq!(test.by("finance-review").get("reports/arrears.pdf?year=2027").status, 400, "the year is not over");
    assert_eq!(test.by("contractor").get("reports/arrears.pdf?year=2026").status, 403);
    page.get("/reports/arrears.pdf?year=2027").expect_status(400);
    let shown = page.get("/reports/arrears?year=2026").expect_status(200);
    let links = shown.links_in("main");
    assert_eq!(links.iter().filter(|(link, _)| link.starts_with("/reports/arrears.pdf?year=2026&")).count(), 3);
}

#[test]
fn every_kind_has_a_name_and_a_description() {
    for kind in DocumentKind::ALL {
        for key in [format!("document-{kind}-title"), format!("document-{kind}-subject")] {
            for language in [Language::Zh, Language::En] {
                assert_ne!(message(language, &key, &[]), key, "{language}");
            }
        }
    }
}
