//! Lists say how many rows they have and how they are sorted, and are sorted so.

use luyue::web::pages::registers;
use serde_json::json;

use crate::adapters::fixtures::pdf;
use crate::pages::drafts::begun;
use crate::payments::setup::{asked, midyear, paid};
use crate::publications::setup::opened;
use crate::records::setup::{entered, row};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

#[test]
fn every_list_says_how_many_there_are_and_how_it_is_sorted() {
    let test = TestApp::sqlite();
    let id = midyear(&test);
    paid(&test, &id, "ADVANCE");
    asked(&test, &id, "MIDYEAR", &json!({"amount": "100.00"}));
    entered(&test, &id, &[row("XZ-1")]);
    opened(&test, "XCSF-2026-001");
    for text in ["先发的留言", "后发的留言"] {
        test.by("justice").post(&format!("contracts/{id}/messages"), &json!({ "text": text })).expect_status(201);
    }
    for title in ["合同文本", "补充清单"] {
        let fields = [("kind", "other"), ("title", title)];
        let file: [(&str, &[u8]); 1] = [("a.pdf", &pdf(title.as_bytes()))];
        test.by("justice").upload(&format!("contracts/{id}/annexes"), &fields, &file).expect_status(201);
    }
    begun(&Visitor::signed_in(&test, "justice"));
    let own = |part: &str| format!("/contracts/{id}/{part}");
    let lists = [
        ("justice", "/contracts".to_owned(), "最近登记的在前"),
        ("justice", "/drafts".to_owned(), "最近新建的在前"),
        ("justice", "/drafts/copy".to_owned(), "最近登记的在前"),
        ("justice", "/work".to_owned(), "期限最近的在前"),
        ("justice", own("records"), "最近登记的在前"),
        ("justice", own("messages"), "共 2 条，最近发送的在前"),
        ("justice", own("annexes"), "共 2 条，先添加的在前"),
        ("justice", "/sessions".to_owned(), "最近登录的在前"),
        ("admin", "/registers/people".to_owned(), "先登记的在前"),
        ("justice", "/registers/contractors".to_owned(), "先登记的在前"),
        ("finance-review", "/registers/appropriations".to_owned(), "先登记的在前"),
        ("audit", "/events".to_owned(), "最近的记录在前"),
        ("finance-review", "/ledger".to_owned(), "按预算指标排列"),
        ("finance-review", own("ledger"), "先登记的在前"),
        ("finance-review", "/reports/execution".to_owned(), "按购买主体和功能科目排列"),
        ("finance-review", "/reports/forecast".to_owned(), "按月份先后排列"),
        ("finance-review", "/reports/ageing".to_owned(), "按购买主体排列"),
        ("finance-review", "/reports/payment-time".to_owned(), "按购买主体排列"),
        ("nobody", "/public".to_owned(), "共 1 条，最近公开的在前"),
    ];
    for (who, path, order) in lists {
        let visitor = if who == "nobody" { Visitor::new(&test) } else { Visitor::signed_in(&test, who) };
        let page = visitor.get(&path).expect_status(200);
        let said = page.texts("main p");
        let is_said = |words: &String| words.contains(order) && (words.contains("共 ") || words.contains("超过 "));
        assert!(said.iter().any(is_said), "{path}: {said:?}");
    }
    let officer = Visitor::signed_in(&test, "justice");
    let page = officer.get(&own("messages")).text;
    assert!(page.find("后发的留言") < page.find("先发的留言"), "newest first");
    let page = officer.get(&own("annexes")).text;
    assert!(page.find("合同文本") < page.find("补充清单"), "the first added first");
    // How the payments are sorted is chosen, and shown beside their number.
    let desk = officer.get("/payments").expect_status(200);
    assert!(desk.text.contains("共 ") && desk.has("select[name=sort]"), "{}", desk.text);
}

#[test]
fn an_empty_list_says_what_to_do_next() {
    let test = TestApp::sqlite();
    let visitor = |who: &str| Visitor::signed_in(&test, who);
    let contractor = visitor("contractor");
    for (who, path, words, link) in [
        ("justice", "/contracts", "还没有合同。", "a[href='/drafts']"),
        ("audit", "/contracts", "登记后在此列出", ""),
        ("contractor", "/payments", "目前没有在办的付款申请", "a[href='/contracts']"),
        ("finance-review", "/payments", "承接主体申请付款后在此列出", ""),
        ("finance-review", "/payments?stage=paid", "没有符合条件的付款申请", "a[href='/payments']"),
        ("finance-review", "/registers/appropriations", "请在下方办理", "a[href='#page-form']"),
        ("justice", "/registers/appropriations", "由财政审核办理", ""),
        ("finance-review", "/registers/accounts", "目前没有待批准的收款账户", ""),
        ("justice", "/work", "没有待办事项", "a[href='/drafts']"),
        ("justice", "/search?q=%E9%A3%9F%E5%A0%82", "没有找到", ""),
        ("contractor", "/notices", "没有通知", ""),
    ] {
        let page = visitor(who).get(path).expect_status(200);
        let empty = page.text_of("main .govuk-inset-text");
        assert!(empty.contains(words), "{path} by {who}: {empty}");
        let links = page.links_in("main .govuk-inset-text");
        assert_eq!(links.len(), usize::from(!link.is_empty()), "{path} by {who}: {links:?}");
        assert!(link.is_empty() || page.has(&format!("main .govuk-inset-text {link}")), "{path} by {who}: {links:?}");
    }
    // Every register has words for being empty, in both languages.
    for who in ["admin", "finance-review", "finance-approve", "justice", "contractor"] {
        let visitor = visitor(who);
        for (name, _) in registers::rights() {
            for language in ["zh", "en"] {
                visitor.get(&format!("/language/{language}?next=%2F"));
                let page = visitor.get(&format!("/registers/{name}"));
                let empty = page.texts("main .govuk-inset-text");
                assert!(empty.iter().all(|words| !words.contains("register-")), "{name} by {who}: {empty:?}");
            }
        }
    }
    // The form of an empty register is open to those who may add to it.
    assert!(visitor("finance-review").get("/registers/appropriations").has("details[open] form#page-form"));
    // What belongs to a contract names who acts, and links to the form.
    let id = programme::registered(&test, "E-1");
    programme::activate(&test, &id);
    let own = |part: &str| format!("/contracts/{id}/{part}");
    let records = contractor.get(&own("records")).expect_status(200);
    assert!(records.has(&format!(".govuk-inset-text a[href='{}']", own("act/record"))), "{}", records.text);
    let waiting = visitor("justice").get(&own("records")).expect_status(200);
    assert!(waiting.text_of(".govuk-inset-text").contains("由承接主体登记"), "{}", waiting.text);
    let annexes = visitor("justice").get(&own("annexes")).expect_status(200);
    assert!(annexes.has(&format!(".govuk-inset-text a[href='{}']", own("act/annex"))), "{}", annexes.text);
    assert!(contractor.get(&own("messages")).has(".govuk-inset-text a[href='#page-form']"));
}
