//! A contract through pages without JavaScript: submitted, funded, activated, delivered, inspected, scored, paid.

use crate::on_sqlite;
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::{Page, Visitor};

on_sqlite! {
    a_contract_goes_from_its_draft_to_a_payment
    a_refused_form_keeps_its_input
    unauthorised_users_are_told_so
}

/// An acceptable file: a table of services.
const TABLE: &[u8] = "日期,对象,次数\n2026-01-06,A01,1\n".as_bytes();

/// Performs an action through its page.
fn act(visitor: &Visitor<'_>, contract: &str, act: &str, about: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("/contracts/{contract}/act/{act}");
    let (subject, no) = about.split_once('#').unwrap_or((about, ""));
    let mut all = vec![("subject", subject), ("no", no)];
    all.extend_from_slice(fields);
    let page = visitor.post_from(&format!("{path}?subject={subject}&no={no}"), &path, &all);
    if !page.text.contains("请核对下列变化") {
        return page;
    }
    // The effects were not those shown at first: they are shown now, and the form is sent again.
    let (form, seen) = (page.hidden("form"), page.hidden("seen"));
    all.extend([("form", form.as_str()), ("seen", seen.as_str())]);
    visitor.post(&path, &all)
}

/// Checks that an action redirects to the contract's page, and that it says what was done and who must act next.
#[track_caller]
fn done(visitor: &Visitor<'_>, page: &Page, contract: &str, act: &str, next: &str) {
    let wanted = format!("/contracts/{contract}?done={act}");
    let said = page.location.split('&').next().unwrap_or_default();
    assert_eq!((page.status, said), (303, wanted.as_str()), "{act}: {}", page.text);
    let banner = visitor.get(&page.location).expect_status(200).text_of(".govuk-notification-banner__content");
    assert!(banner.contains(next), "{act}: {banner}");
}

fn a_contract_goes_from_its_draft_to_a_payment(test: &TestApp) {
    let id = programme::registered(test, "P-1");
    let [officer, leader, reviewer] =
        ["justice", "justice-leader", "finance-review"].map(|who| Visitor::signed_in(test, who));
    assert!(officer.get("/contracts?q=P-1").expect_status(200).text.contains(&id));
    assert!(officer.get("/work").expect_status(200).text.contains("完善合同草稿并提交审核"));
    done(&officer, &act(&officer, &id, "submit", "", &[]), &id, "submit", "下一步：XC-FINANCE · 财政审核");
    done(&reviewer, &act(&reviewer, &id, "fund", "", &[]), &id, "fund", "下一步：XC-JUSTICE · 分管领导");
    let signed = act(&leader, &id, "activate", "", &[("signed_on", "2026-01-05")]);
    done(&leader, &signed, &id, "activate", "下一步：");
    let page = officer.get(&format!("/contracts/{id}?done=activate")).expect_status(200);
    for words in ["合同已生效", "履行中", "468,000.00", "预付款", "数量要求", "违约责任"] {
        assert!(page.text.contains(words), "{words}");
    }
    test.at("2026-01-12", 9);
    let officer = Visitor::signed_in(test, "justice");
    let contractor = Visitor::signed_in(test, "contractor");
    let asked = act(&contractor, &id, "request", "ADVANCE", &[]);
    done(&contractor, &asked, &id, "request", "下一步：XC-JUSTICE · 经办人");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
    let confirm = page.dom_link(&format!("/contracts/{id}/act/confirm?subject="));
    let (_, payment) = confirm.split_once('=').expect("an identifier");
    let asks = officer.get(&confirm).expect_status(200);
    assert!(asks.text.contains("93,600.00") && asks.text.contains("6222000011112222"));
    done(&officer, &act(&officer, &id, "confirm", payment, &[]), &id, "confirm", "下一步：XC-FINANCE · 财政审核");
    for (who, step, next) in [("finance-review", "review", "财政审批"), ("finance-approve", "approve", "国库支付")]
    {
        let visitor = Visitor::signed_in(test, who);
        done(&visitor, &act(&visitor, &id, step, payment, &[]), &id, step, next);
    }
    test.at("2026-01-13", 9);
    let [officer, cashier, contractor] =
        ["justice", "finance-pay", "contractor"].map(|who| Visitor::signed_in(test, who));
    let fields = [("voucher", "ZF-1"), ("on", "2026-01-14")];
    assert_eq!(act(&cashier, &id, "pay", payment, &fields).status, 422, "not on a day to come");
    let paid = act(&cashier, &id, "pay", payment, &[("voucher", "ZF-1"), ("on", "2026-01-13")]);
    done(&cashier, &paid, &id, "pay", "本合同最紧急的待办");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
    assert!(page.text.contains("已支付") && page.text.contains("ZF-1"));
    let files: [(&str, &[u8]); 1] = [("走访记录.csv", TABLE)];
    let shown = format!("/contracts/{id}/act/submission?subject=VISIT-H1");
    let fields = [("quantity", "590"), ("note", "上半年走访")];
    let handed_in = contractor.upload_from(&shown, "files", &fields, &files);
    done(&contractor, &handed_in, &id, "submission", "下一步：XC-JUSTICE · 经办人");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
    let file = officer.get(&page.dom_link("/files/")).expect_status(200);
    assert_eq!(file.reply.bytes, TABLE);
    let decision = [
        ("decision", "accepted"),
        ("quantity", "588"),
        ("measured.COVERAGE", "93.5"),
        ("members", "王建国、李敏"),
        ("note", "逐项核对"),
        ("on", "2026-01-13"),
    ];
    done(&officer, &act(&officer, &id, "decision", "VISIT-H1#1", &decision), &id, "decision", "待办");
    let page = officer.get(&format!("/contracts/{id}")).expect_status(200);
    assert!(page.text.contains("验收通过") && page.text.contains("王建国、李敏"));
}

fn a_refused_form_keeps_its_input(test: &TestApp) {
    let id = programme::registered(test, "P-2");
    programme::activate(test, &id);
    let officer = Visitor::signed_in(test, "justice");
    let typed =
        [("month", "2026-01"), ("clients", "很多"), ("workers", "5"), ("note", "一月在岗"), ("on", "2026-01-05")];
    let page = act(&officer, &id, "headcount", "", &typed);
    assert_eq!(page.status, 400);
    for words in ["请更正以下问题", "href=\"#clients\"", "value=\"很多\"", "一月在岗"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = format!("/contracts/{id}/act/submission?subject=VISIT-H1");
    let script: [(&str, &[u8]); 1] = [("run.html", b"<script>alert(1)</script>")];
    let page = contractor.upload_from(&shown, "files", &[("quantity", "12"), ("note", "说明一")], &script);
    assert!(page.status == 422 && page.text.contains("value=\"12\"") && page.text.contains("说明一"), "{}", page.text);
    assert!(!page.text.contains("<script>alert"));
}

fn unauthorised_users_are_told_so(test: &TestApp) {
    let id = programme::registered(test, "P-3");
    let contractor = Visitor::signed_in(test, "contractor");
    let told = contractor.get("/registers/people").expect_status(403).text;
    assert!(told.contains("可办理的岗位：系统管理员") && !told.contains("people.manage"), "{told}");
    contractor.get(&format!("/contracts/{id}/act/submit")).expect_status(403);
    Visitor::signed_in(test, "other-justice").get(&format!("/contracts/{id}")).expect_status(404);
    let told =
        Visitor::signed_in(test, "finance-review").get(&format!("/contracts/{id}/act/fund")).expect_status(409).text;
    assert!(told.contains("合同现为“草稿”状态") && !told.contains("contracts.fund"), "{told}");
    Visitor::signed_in(test, "justice").get(&format!("/contracts/{id}/act/nothing")).expect_status(404);
}
