//! The treasury's list of vouchers: rows are matched with approved payment requests, and nothing is recorded twice.

use luyue::config::Settings;
use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup::{NUMBER, advance, asked, shown, through};
use crate::support::app::{Reply, TestApp, differences};
use crate::support::visitor::Visitor;

on_sqlite_first! {
    rows_are_matched_by_amount_account_and_contract
    the_page_records_what_matches_once_it_is_confirmed
    a_file_with_pasted_rows_is_refused_and_the_rows_are_kept
    invisible_characters_do_not_keep_a_row_from_its_payment
}

/// The contractor's account, and the same as banks print it.
const ACCOUNT: &str = "6222000011112222";
const SPACED: &str = "6222 0000 1111 2222";
const HEADINGS: &str = "凭证号,金额,收款账号,支付日期,合同编号,摘要";

/// Requests payments of 101.00, 102.00 and so on, and has them approved.
fn approved(test: &TestApp, contract: &str, number: usize) -> Vec<String> {
    let amount = |place: usize| json!({ "amount": format!("{}.00", 101 + place) });
    let payments: Vec<String> = (0..number).map(|place| asked(test, contract, "ADVANCE", &amount(place))).collect();
    payments.iter().for_each(|payment| through(test, payment, 3));
    payments
}

fn table(rows: &[String]) -> Vec<u8> {
    format!("{HEADINGS}\n{}\n", rows.join("\n")).into_bytes()
}

/// Returns a row of the file.
fn row(voucher: &str, amount: &str, account: &str, contract: &str) -> String {
    format!("{voucher},{amount},{account},2026-01-13,{contract},付款")
}

fn upload(test: &TestApp, who: &str, name: &str, file: &[u8]) -> Reply {
    test.by(who).upload_as("file", "payments/vouchers", &[], &[(name, file)])
}

/// Returns the rows of an answer.
fn rows(answer: &Value) -> Vec<Value> {
    answer["rows"].as_array().expect("rows").clone()
}

fn rows_are_matched_by_amount_account_and_contract(test: &TestApp) {
    let contract = advance(test);
    let payments = approved(test, &contract, 3);
    asked(test, &contract, "ADVANCE", &json!({"amount": "109.00"}));
    let file = table(&[
        row("ZF-1", "101.00", SPACED, NUMBER),
        row("ZF-2", "102.00", "6222000099998888", ""),
        row("ZF-3", "103.00", ACCOUNT, "XCSF-2026-999"),
        row("ZF-4", "109.00", ACCOUNT, ""),
        row("ZF-5", "many", ACCOUNT, ""),
        row("", "101.00", ACCOUNT, ""),
        row("ZF-6", "103.00", ACCOUNT, ""),
        row("ZF-7", "103.00", ACCOUNT, NUMBER),
    ]);
    let found = rows(&upload(test, "finance-pay", "vouchers.csv", &file).expect_status(200));
    assert_eq!((&found[0]["outcome"], &found[0]["payment"]), (&json!("matched"), &json!(payments[0])), "{found:?}");
    let reasons = [
        "another payee account",
        "another contract number",
        "No approved payment request",
        "Amount",
        "Voucher number",
        "Row 9 fits the same",
        "Row 8 fits the same",
    ];
    for (row, reason) in found[1..].iter().zip(reasons) {
        assert_eq!(row["outcome"], "unmatched", "{row}");
        assert!(row["reason"].as_str().is_some_and(|told| told.contains(reason)), "{reason}: {row}");
    }
    assert_eq!(shown(test, &payments[0])["state"], "approved", "matching records nothing");
    // A second request of the same amount to the same account leaves it open which of the two is paid.
    let other = json!({"amount": "101.00", "another": true});
    through(test, &asked(test, &contract, "ADVANCE", &other), 3);
    let again = rows(&upload(test, "finance-pay", "vouchers.csv", &file).expect_status(200));
    assert!(again[0]["reason"].as_str().is_some_and(|told| told.starts_with("2 payment requests")), "{}", again[0]);

    let paid = json!({"lines": [{"id": payments[0], "voucher": "ZF-1", "on": "2026-01-13", "reason": "已核实"}]});
    let done = test.by("finance-pay").post("payments/actions/pay", &paid).expect_status(200);
    assert_eq!(done["results"][0]["state"], "paid", "{done}");
    let file = table(&[row("zf-1", "101.00", ACCOUNT, ""), row("ZF-1", "102.00", ACCOUNT, "")]);
    let recorded = rows(&upload(test, "finance-pay", "vouchers.csv", &file).expect_status(200));
    assert_eq!(
        (&recorded[0]["outcome"], &recorded[0]["payment"]),
        (&json!("recorded"), &json!(payments[0])),
        "{recorded:?}"
    );
    assert!(recorded[1]["reason"].as_str().is_some_and(|told| told.contains("101.00")), "{}", recorded[1]);

    for who in ["finance-approve", "justice", "contractor"] {
        upload(test, who, "vouchers.csv", &file).expect_status(403);
    }
    let refused = upload(test, "finance-pay", "vouchers.csv", "凭证号,金额\nZF-1,1.00\n".as_bytes());
    let refused = refused.expect_status(422);
    assert_eq!(refused["rule"], "treasury-headings", "{refused}");
    assert_eq!(
        upload(test, "finance-pay", "vouchers.csv", HEADINGS.as_bytes()).expect_status(422)["rule"],
        "treasury-empty"
    );
    assert_eq!(differences(test), []);
}

fn invisible_characters_do_not_keep_a_row_from_its_payment(test: &TestApp) {
    let contract = advance(test);
    let payments = approved(test, &contract, 1);
    let own = NUMBER.replace('-', "\u{200B}-");
    let file =
        table(&[row("ZF\u{200B}-\u{2066}1", "\u{202D}101.00\u{202C}", "6222\u{FEFF} 0000 1111\u{A0}2222", &own)]);
    let found = rows(&upload(test, "finance-pay", "vouchers.csv", &file).expect_status(200));
    assert_eq!((&found[0]["payment"], &found[0]["voucher"]), (&json!(payments[0]), &json!("ZF-1")), "{found:?}");
}

fn the_page_records_what_matches_once_it_is_confirmed(test: &TestApp) {
    let contract = advance(test);
    let payments = approved(test, &contract, 1);
    let cashier = Visitor::signed_in(test, "finance-pay");
    assert_eq!(Visitor::signed_in(test, "finance-approve").get("/payments/vouchers").status, 403);
    assert!(cashier.get("/payments").has("a[href='/payments/vouchers']"));
    let file = table(&[row("ZF-1", "101.00", ACCOUNT, ""), row("ZF-2", "999.00", ACCOUNT, "")]);
    let check = cashier.led(&cashier.upload_from("/payments/vouchers", "file", &[], &[("凭证.csv", &file)]));
    assert_eq!(check.hidden("lines.0.id"), payments[0]);
    assert_eq!(check.attr("[id='lines.0.voucher']", "value"), "ZF-1");
    assert_eq!(check.attr("[id='lines.0.on']", "value"), "2026-01-13");
    assert_eq!(check.rows("main").len(), 1, "the other row is told");
    assert!(check.text.contains("没有金额相同、待支付的付款申请"), "{}", check.text);
    assert_eq!(shown(test, &payments[0])["state"], "approved", "nothing is recorded yet");
    let word = check.hidden("form");
    let fields = [
        ("form", word.as_str()),
        ("do", "pay"),
        ("lines.0.id", &payments[0]),
        ("lines.0.do", "pay"),
        ("lines.0.reason", "已核实"),
        ("lines.0.voucher", "ZF-1"),
        ("lines.0.on", "2026-01-13"),
    ];
    // A refused form still tells the other row.
    let without: Vec<_> = fields.iter().copied().filter(|(name, _)| *name != "lines.0.voucher").collect();
    let kept = ("treasury", check.hidden("treasury"));
    let refused = cashier.post("/payments/decide", &[without, vec![(kept.0, &kept.1)]].concat()).expect_status(400);
    assert_eq!(refused.rows("main").len(), 1, "{}", refused.text);
    let done = cashier.led(&cashier.post("/payments/decide", &fields));
    assert_eq!(done.text_of(".govuk-notification-banner__heading"), "已办理 1 笔");
    assert_eq!(shown(test, &payments[0])["voucher"], "ZF-1");
    let again = cashier.led(&cashier.upload_from("/payments/vouchers", "file", &[], &[("凭证.csv", &file)]));
    assert!(!again.has("#page-form") && again.text.contains("该凭证已登记"), "{}", again.text);
    let pasted = [("rows", "ZF-3\t5.00\t6222000011112222\t2026-01-13")];
    let pasted = cashier.led(&cashier.upload_from("/payments/vouchers", "file", &pasted, &[]));
    assert!(pasted.text.contains("ZF-3"), "{}", pasted.text);
    let refused = cashier.upload_from("/payments/vouchers", "file", &[], &[("凭证.csv", b"a,b\n1,2\n")]);
    assert!(refused.expect_status(422).has(".govuk-error-summary a[href='#file']"));
}

fn a_file_with_pasted_rows_is_refused_and_the_rows_are_kept(test: &TestApp) {
    approved(test, &advance(test), 1);
    let cashier = Visitor::signed_in(test, "finance-pay");
    let file = table(&[row("ZF-1", "101.00", ACCOUNT, "")]);
    let pasted = [("rows", "ZF-3\t5.00\t6222000011112222\t2026-01-13")];
    let both = cashier.upload_from("/payments/vouchers", "file", &pasted, &[("凭证.csv", &file)]).expect_status(422);
    assert_eq!(both.texts(".govuk-form-group--error .govuk-error-message").len(), 2, "{}", both.text);
    assert!(both.text.contains("请只选择一种") && both.text_of("#rows").contains("ZF-3"), "{}", both.text);
    let blank = cashier.upload_from("/payments/vouchers", "file", &[("rows", " \r\n")], &[("凭证.csv", &file)]);
    let blank = cashier.led(&blank);
    assert_eq!(blank.attr("[id='lines.0.voucher']", "value"), "ZF-1", "blanks are no rows");
    let large = vec![b'a'; 5 * 1024 * 1024 + 1];
    let large = cashier.upload_from("/payments/vouchers", "file", &pasted, &[("凭证.csv", &large)]).expect_status(413);
    assert!(large.text_of("#rows").contains("ZF-3") && large.has(".govuk-error-summary a[href='#file']"));
}

#[test]
fn headings_of_another_system_are_set_by_its_operators() {
    let with = |headings: &str| Settings { treasury_headings: headings.to_owned(), ..Settings::default() };
    let pairs = with("voucher=支付令号，amount = 实付金额").treasury_headings().expect("pairs");
    assert_eq!(pairs, [("支付令号".to_owned(), "voucher"), ("实付金额".to_owned(), "amount")]);
    assert!(with("").treasury_headings().expect("none").is_empty());
    for wrong in ["voucher", "number=支付令号", "voucher="] {
        assert!(with(wrong).treasury_headings().is_err(), "{wrong}");
    }
    let test = TestApp::sqlite_with(|settings| settings.treasury_headings = "voucher=支付令号, amount=实付".to_owned());
    let payments = approved(&test, &advance(&test), 1);
    let file = format!("支付令号,实付,收款账号,支付日期\nZF-1,101.00,{ACCOUNT},2026/1/13\n");
    let found = rows(&upload(&test, "finance-pay", "vouchers.csv", file.as_bytes()).expect_status(200));
    assert_eq!((&found[0]["outcome"], &found[0]["payment"]), (&json!("matched"), &json!(payments[0])), "{found:?}");
}
