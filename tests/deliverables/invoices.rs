//! Invoices: the first valid invoice of a milestone counts; later ones are kept as documents.

use diesel::prelude::*;
use luyue::domain::codes::FactKind;
use luyue::schema::{events, facts};
use serde_json::{Value, json};

use crate::adapters::file_cases::case;
use crate::adapters::fixtures::{csv, pdf, png};
use crate::deliverables::support::{Part, held, running, send, text};
use crate::payments::setup::{self, id_of, last};
use crate::support::app::{CONTRACTOR, CONTRACTOR_2, Reply, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    the_first_counts_and_the_others_are_documents
    one_of_eight_same_invoices_is_recorded
    a_reversed_invoice_frees_its_number
    a_red_invoice_fits_its_blue_one
    who_pays_sees_what_is_invoiced_and_what_is_odd
    an_electronic_invoice_says_what_was_typed
}

on_sqlite_first! {
    a_refused_invoice_leaves_nothing
    a_number_is_submitted_once
    a_number_in_groups_is_the_number_without_them
    a_number_in_another_shape_needs_a_reason
}

/// Submits an invoice of a file that no other has.
fn invoice(test: &TestApp, who: &str, path: &str, number: &str, fields: &[(&str, &str)]) -> Reply {
    let paper = pdf(format!("{path} {number} {fields:?}").as_bytes());
    let mut all = vec![("number", number)];
    all.extend_from_slice(fields);
    test.by(who).upload_as("file", path, &all, &[("发票.pdf", &paper)])
}

fn hand_in(test: &TestApp, contract: &str, parts: &[Part]) -> Reply {
    send(&test.by("contractor"), &format!("{contract}/milestones/MIDYEAR/invoice"), parts)
}

/// Returns the XML of an electronic invoice.
fn e_invoice((number, amount): (&str, &str), [buyer, seller]: [&str; 2]) -> Vec<u8> {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><EInvoice><EInvoiceData><BuyerInformation><BuyerName>{buyer}</BuyerName>\
         </BuyerInformation><SellerInformation><SellerIdNum>{seller}</SellerIdNum></SellerInformation><BasicInformation>\
         <TotalTax-includedAmount>{amount}</TotalTax-includedAmount></BasicInformation></EInvoiceData>\
         <TaxSupervisionInfo><InvoiceNumber>{number}</InvoiceNumber></TaxSupervisionInfo></EInvoice>"
    )
    .into_bytes()
}

fn an_electronic_invoice_says_what_was_typed(test: &TestApp) {
    let contract = running(test);
    let path = format!("{contract}/milestones/MIDYEAR/invoice");
    let send = |xml: &[u8], fields: &[(&str, &str)]| {
        let mut all = vec![("number", "26342000000012345678"), ("amount", "600.00")];
        all.extend_from_slice(fields);
        test.by("contractor").upload_as("file", &path, &all, &[("发票.xml", xml)])
    };
    let paths = |refused: &Value| {
        let errors = refused["errors"].as_array().expect("errors").iter();
        errors.map(|error| error["path"].as_str().unwrap_or_default().to_owned()).collect::<Vec<_>>()
    };
    let parties = ["XC-JUSTICE", CONTRACTOR];
    let other = e_invoice(("26342000000012345679", "601.00"), ["某公司", CONTRACTOR_2]);
    let refused = send(&other, &[]).expect_status(422);
    assert_eq!(refused["rule"], "e-invoice");
    assert_eq!(paths(&refused), ["number", "amount", "file", "file"]);
    // A register may spell a party otherwise: that needs a reason, a figure is corrected.
    let refused = send(&other, &[("reason", "更名")]).expect_status(422);
    assert_eq!(paths(&refused), ["number", "amount"]);
    assert_eq!(held(test), (0, 0, 0, 0));
    let named = e_invoice(("26342000000012345678", "600.00"), ["某公司", CONTRACTOR]);
    assert_eq!(paths(&send(&named, &[]).expect_status(422)), ["file"]);
    // The page keeps the file, and reads the kept one again.
    let id = contract.trim_start_matches("contracts/").to_owned();
    let form = format!("/contracts/{id}/act/invoice?subject=MIDYEAR");
    let contractor = Visitor::signed_in(test, "contractor");
    let typed = [("number", "26342000000012345678"), ("amount", "1.00")];
    let right = e_invoice(("26342000000012345678", "600.00"), parties);
    let page = contractor.upload_from(&form, "file", &typed, &[("发票.xml", right.as_slice())]).expect_status(422);
    assert!(page.text.contains("价税合计是 600.00 元"), "{}", page.text);
    let kept = page.attr("input[name=kept]", "value");
    let again = |amount: &str| {
        let fields = [("number", typed[0].1), ("amount", amount), ("listed", kept.as_str()), ("kept", kept.as_str())];
        contractor.upload_from(&form, "file", &fields, &[])
    };
    again("2.00").expect_status(422);
    again("600.00").expect_status(303);
    assert_eq!(held(test).0, 1);
}

fn the_first_counts_and_the_others_are_documents(test: &TestApp) {
    let contract = running(test);
    let (paper, picture) = (pdf(b"invoice"), png(40, 30));
    let with = |number: &'static str, amount: &'static str, file: Part<'static>| -> Value {
        hand_in(test, &contract, &[text("number", number), text("amount", amount), file]).expect_status(201)
    };
    let (paper, picture): (&'static [u8], &'static [u8]) = (paper.leak(), picture.leak());
    let first = with("26342000000012345678", "187200.00", ("file", Some("发票.pdf"), paper));
    assert_eq!((&first["no"], &first["counts"]), (&json!(1), &json!(true)));
    assert_eq!(first["files"][0]["name"], "发票.pdf");
    let red = [
        text("number", "26342000000012345679"),
        text("amount", "-187200.00"),
        text("blue", "26342000000012345678"),
        ("file", Some("红字.png"), picture),
    ];
    let red = hand_in(test, &contract, &red).expect_status(201);
    assert_eq!((&red["no"], &red["counts"]), (&json!(2), &json!(false)));
    let again = with("26342000000012345680", "180000.00", ("file", Some("重开.pdf"), paper));
    assert_eq!((&again["no"], &again["counts"]), (&json!(3), &json!(false)));
    assert_eq!(held(test), (3, 1, 3, 0));
    let mut connection = test.app.pool.get().expect("a connection");
    let fact: (String, String) =
        facts::table.select((facts::kind, facts::body)).first(&mut *connection).expect("the fact");
    assert_eq!(fact.0, "invoice");
    let body: Value = serde_json::from_str(&fact.1).expect("JSON");
    assert_eq!(body, json!({"milestone": "MIDYEAR", "on": "2026-06-29"}));
    let documents: Vec<String> = events::table
        .filter(events::action.eq("invoices.document"))
        .order(events::seq)
        .select(events::body)
        .load(&mut *connection)
        .expect("events");
    let amounts: Vec<Value> =
        documents.iter().map(|body| serde_json::from_str::<Value>(body).expect("JSON")["amount"].clone()).collect();
    assert_eq!(amounts, ["-187200.00", "180000.00"]);
}

fn a_refused_invoice_leaves_nothing(test: &TestApp) {
    let contract = running(test);
    let (paper, table) = (pdf(b"invoice"), csv());
    let (number, amount) = (text("number", "26342000000012345678"), text("amount", "10.00"));
    let paper: Part = ("file", Some("a.pdf"), &paper);
    let cases: [(&[Part], u16); 9] = [
        (&[number, amount], 400),
        (&[number, paper], 400),
        (&[amount, paper], 400),
        (&[number, text("amount", "0"), paper], 400),
        (&[number, text("amount", "1.234"), paper], 400),
        (&[number, text("amount", "-10.00"), paper], 422),
        (&[number, amount, text("on", "2026-06-30"), paper], 422),
        (&[number, amount, paper, paper], 413),
        (&[number, amount, ("file", Some("a.csv"), &table)], 415),
    ];
    for (case, (parts, status)) in cases.into_iter().enumerate() {
        let reply = hand_in(test, &contract, parts);
        assert_eq!(reply.status, status, "{case}: {}", String::from_utf8_lossy(&reply.bytes));
        assert_eq!(held(test), (0, 0, 0, 0), "{case}");
    }
    let parts = [number, amount, paper];
    for (who, milestone, status) in
        [("contractor", "NONE", 404), ("contractor-2", "MIDYEAR", 404), ("justice", "MIDYEAR", 403)]
    {
        let path = format!("{contract}/milestones/{milestone}/invoice");
        assert_eq!(send(&test.by(who), &path, &parts).status, status, "{who}");
    }
    for absurd in ["468000.01", "999999999999.99"] {
        let refused = hand_in(test, &contract, &[number, text("amount", absurd), paper]).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("invoice-amount"), &json!("amount")));
    }
    assert_eq!(held(test), (0, 0, 0, 0));
    let whole = [text("number", "26342000000012345677"), text("amount", "468000.00"), paper];
    hand_in(test, &contract, &whole).expect_status(201);
    let chosen = [number, amount, paper, ("file", Some(""), b"".as_slice())];
    hand_in(test, &contract, &chosen).expect_status(201);
}

const NUMBER: &str = "24952000000012345678";

fn a_number_is_submitted_once(test: &TestApp) {
    let contract = running(test);
    let second = programme::registered(test, "XCSF-2026-002");
    programme::activate(test, &second);
    test.at("2026-06-29", 10);
    let first = format!("{contract}/milestones/MIDYEAR/invoice");
    invoice(test, "contractor", &first, NUMBER, &[("amount", "1000.00")]).expect_status(201);
    let places = [
        first.clone(),
        format!("{contract}/milestones/FINAL/invoice"),
        format!("contracts/{second}/milestones/MIDYEAR/invoice"),
    ];
    let spellings = [
        NUMBER,
        "2495 2000 0000 1234 5678",
        "２４９５２０００００００１２３４５６７８",
        "\u{200b}2495–2000—0000-1234－5678",
    ];
    let before = held(test);
    for path in &places {
        for number in spellings {
            let refused = invoice(test, "contractor", path, number, &[("amount", "999.00")]).expect_status(409);
            assert_eq!(refused["type"], "/problems/invoice-known", "{path} {number}");
            let id = contract.trim_start_matches("contracts/");
            let address = format!("/contracts/{id}#milestones");
            let conflict = json!({"contract": id, "milestone": "MIDYEAR", "address": address, "repeatable": false});
            assert_eq!(refused["conflict"], conflict, "{path} {number}");
            let title = refused["title"].as_str().expect("a title");
            assert!(title.contains(setup::NUMBER) && title.contains("中期款"), "{title}");
        }
    }
    assert_eq!(held(test), before, "nothing is kept of what is refused");
    // A red invoice of the same number is another invoice.
    let red = [("amount", "-1000.00"), ("blue", NUMBER)];
    invoice(test, "contractor", &first, NUMBER, &red).expect_status(201);
    let page = Visitor::signed_in(test, "contractor");
    let shown = format!("/contracts/{second}/act/invoice?subject=MIDYEAR");
    let fields = [("number", "24952000 00001234 5678"), ("amount", "5.00")];
    let refused = page.upload_from(&shown, "file", &fields, &[("发票.pdf", &pdf(b"again"))]).expect_status(409);
    let link = format!("href=\"/{contract}#milestones\"");
    assert!(refused.text.contains(&link) && refused.text.contains("已提交过"), "{}", refused.text);
    assert!(!refused.text.contains("name=\"another\""), "no second one is offered");
}

fn one_of_eight_same_invoices_is_recorded(test: &TestApp) {
    let contract = running(test);
    let path = format!("{contract}/milestones/MIDYEAR/invoice");
    let answers: Vec<u16> = std::thread::scope(|scope| {
        let send = |n: usize| {
            let path = &path;
            scope.spawn(move || invoice(test, "contractor", path, NUMBER, &[("amount", &format!("{n}.00"))]).status)
        };
        let racers: Vec<_> = (1..9).map(send).collect();
        racers.into_iter().map(|racer| racer.join().expect("a racer ends")).collect()
    });
    assert_eq!(answers.iter().filter(|status| **status == 201).count(), 1, "{answers:?}");
    assert_eq!(answers.iter().filter(|status| **status == 409).count(), 7, "{answers:?}");
    assert_eq!(held(test), (1, 1, 1, 0));
}

fn a_reversed_invoice_frees_its_number(test: &TestApp) {
    let contract = running(test);
    let path = format!("{contract}/milestones/MIDYEAR/invoice");
    invoice(test, "contractor", &path, NUMBER, &[("amount", "1000.00")]).expect_status(201);
    let body = json!({"seq": last(test, FactKind::Invoice), "reason": "金额有误"});
    let asked = test.by("justice").post(&format!("{contract}/reversals"), &body).expect_status(201);
    let grant = format!("reversals/{}/actions/grant", id_of(&asked));
    test.by("justice-leader").post(&grant, &json!({})).expect_status(200);
    let again = invoice(test, "contractor", &path, NUMBER, &[("amount", "900.00")]).expect_status(201);
    assert_eq!((&again["no"], &again["counts"]), (&json!(2), &json!(true)));
    assert_eq!(invoice(test, "contractor", &path, NUMBER, &[("amount", "800.00")]).status, 409);
    assert_eq!(crate::support::app::differences(test), []);
}

fn a_red_invoice_fits_its_blue_one(test: &TestApp) {
    let contract = running(test);
    let path = format!("{contract}/milestones/MIDYEAR/invoice");
    let send = |number: &str, fields: &[(&str, &str)]| invoice(test, "contractor", &path, number, fields);
    send(NUMBER, &[("amount", "1400.00"), ("on", "2026-06-20")]).expect_status(201);
    // Its own date starts no time for payment: it counts from the day on which it was received.
    let connection = &mut *test.app.pool.get().expect("a connection");
    let body: String = facts::table
        .filter(facts::kind.eq(FactKind::Invoice.as_str()))
        .select(facts::body)
        .first(connection)
        .expect("the fact");
    assert_eq!(serde_json::from_str::<Value>(&body).expect("JSON")["on"], "2026-06-29");
    let page = Visitor::signed_in(test, "finance-review").get(&format!("/{contract}")).expect_status(200);
    assert!(page.text.contains("开票日期 2026-06-20，系统收到 2026-06-29"), "{}", page.text);
    let red = "24952000000000000001";
    type Fields<'a> = &'a [(&'a str, &'a str)];
    let cases: [(Fields<'_>, &str, &str); 6] = [
        (&[("amount", "-100.00")], "blue", "红字"),
        (&[("amount", "-100.00"), ("blue", "24952000000099999999")], "blue", "99999999"),
        (&[("amount", "-1500.00"), ("blue", NUMBER)], "amount", "1,400.00"),
        (&[("amount", "-100.00"), ("blue", NUMBER), ("on", "2026-06-19")], "on", "2026-06-20"),
        (&[("amount", "100.00"), ("blue", NUMBER)], "blue", "红字"),
        (&[("amount", "-100.00"), ("blue", red)], "blue", red),
    ];
    for (fields, place, says) in cases {
        let by = test.by("contractor").with("Accept-Language", "zh-CN");
        let mut all = vec![("number", red)];
        all.extend_from_slice(fields);
        let refused = by.upload_as("file", &path, &all, &[("红字.pdf", &pdf(b"red"))]).expect_status(422);
        assert_eq!(
            (&refused["rule"], &refused["errors"][0]["path"]),
            (&json!("invoice-red"), &json!(place)),
            "{fields:?}"
        );
        let message = refused["errors"][0]["message"].as_str().expect("a message");
        assert!(message.contains(says), "{message}");
    }
    for amount in ["0", "0.00", "-0.00"] {
        let by = test.by("contractor").with("Accept-Language", "zh-CN");
        let fields = [("number", red), ("amount", amount)];
        let refused = by.upload_as("file", &path, &fields, &[("红字.pdf", &pdf(b"red"))]).expect_status(400);
        let message = refused["errors"][0]["message"].as_str().unwrap_or_default();
        assert!(message.contains("不能为 0") && !message.contains("大于 0"), "{amount}: {message}");
    }
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = format!("/{contract}/act/invoice?subject=MIDYEAR");
    let early = [("number", red), ("amount", "-100.00"), ("blue", NUMBER), ("on", "2026/6/19")];
    let refused = contractor.upload_from(&shown, "file", &early, &[("红字.pdf", &pdf(b"early"))]).expect_status(422);
    assert!(refused.text_of("[id=on-error]").contains("2026-06-20"), "{}", refused.text);
    // Several red invoices together are not larger either; the quoted number may be spelt otherwise.
    let spelt = "2495 2000 0000 1234 5678";
    send(red, &[("amount", "-1000.00"), ("blue", spelt)]).expect_status(201);
    let over = send("24952000000000000002", &[("amount", "-400.01"), ("blue", NUMBER)]).expect_status(422);
    assert_eq!(over["errors"][0]["path"], "amount");
    send("24952000000000000002", &[("amount", "-400.00"), ("blue", NUMBER)]).expect_status(201);
    // The page proposes the blue invoice by its number.
    let page = Visitor::signed_in(test, "contractor");
    let id = contract.trim_start_matches("contracts/");
    let shown = format!("/contracts/{id}/act/invoice?subject=MIDYEAR");
    let form = page.get(&shown).expect_status(200).text;
    assert!(
        form.contains(&format!("<option value=\"{NUMBER}\"")) && !form.contains(&format!("<option value=\"{red}\""))
    );
    let fields = [("number", "24952000000000000003"), ("amount", "-0.01"), ("blue", NUMBER)];
    let refused = page.upload_from(&shown, "file", &fields, &[("红字.pdf", &pdf(b"3"))]).expect_status(422);
    assert!(refused.text.contains("红字发票不得超过该金额"), "{}", refused.text);
}

fn a_number_in_another_shape_needs_a_reason(test: &TestApp) {
    let contract = running(test);
    let path = format!("{contract}/milestones/MIDYEAR/invoice");
    for number in ["12345678", "2495200000001234567", "INV-2026-1"] {
        let refused = invoice(test, "contractor", &path, number, &[("amount", "1.00")]).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("invoice-number"), &json!("number")));
        let reason = [("amount", "1.00"), ("reason", "境外机构开具的收据")];
        invoice(test, "contractor", &path, number, &reason).expect_status(201);
    }
    // More characters around a number make no other number of it, whatever the reason.
    for number in
        ["24952000000012345678.", "No.24952000000012345678", "2495 2000 0000 1234 5678 号", "024952000000012345678"]
    {
        let reason = [("amount", "1.00"), ("reason", "另一张")];
        let refused = invoice(test, "contractor", &path, number, &reason).expect_status(422);
        assert_eq!((&refused["rule"], &refused["errors"][0]["path"]), (&json!("invoice-number"), &json!("number")));
    }
    assert_eq!(invoice(test, "contractor", &path, " \u{200b} ", &[("amount", "1.00")]).status, 400);
    for number in ["0340022001 11123456", "024002200111 12345678"] {
        invoice(test, "contractor", &path, number, &[("amount", "1.00")]).expect_status(201);
    }
    let contractor = Visitor::signed_in(test, "contractor");
    let id = contract.trim_start_matches("contracts/");
    let shown = format!("/contracts/{id}/act/invoice?subject=MIDYEAR");
    let fields = [("number", "ＩＮＶ－2026－9"), ("amount", "￥1.00"), ("reason", "境外机构开具的收据")];
    let paper = pdf(b"receipt");
    let files = [("收据.pdf", paper.as_slice())];
    let page = contractor.upload_from(&shown, "file", &fields[..2], &files).expect_status(422);
    assert!(page.has("[id=number-error]"), "{}", page.text);
    assert_eq!(contractor.upload_from(&shown, "file", &fields, &files).status, 303);
}

fn who_pays_sees_what_is_invoiced_and_what_is_odd(test: &TestApp) {
    let id = setup::advance(test);
    let mut input = programme::input(test, "XCSF-2026-003");
    input["contractor"] = json!(CONTRACTOR_2);
    let other = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &other);
    test.at("2026-01-13", 10);
    let (ours, theirs) =
        (format!("contracts/{id}/milestones/ADVANCE/invoice"), format!("contracts/{other}/milestones/ADVANCE/invoice"));
    let paper = case("owner-AES-128.pdf");
    let send = |who: &str, path: &str, number: &str, amount: &str, paper: &[u8]| {
        let fields = [("number", number), ("amount", amount)];
        test.by(who).upload_as("file", path, &fields, &[("发票.pdf", paper)]).expect_status(201)
    };
    send("contractor", &ours, NUMBER, "50000.00", &paper);
    // A red invoice of the same number in the same file raises no question.
    let red = [("number", NUMBER), ("amount", "-100.00"), ("blue", NUMBER)];
    test.by("contractor").upload_as("file", &ours, &red, &[("红字.pdf", &paper)]).expect_status(201);
    let payment = setup::asked(test, &id, "ADVANCE", &json!({"amount": "60000.00"}));
    setup::asked(test, &id, "ADVANCE", &json!({"amount": "3000.00"}));
    let officer = Visitor::signed_in(test, "justice");
    let page = format!("/contracts/{id}/act/confirm?subject={payment}");
    let shown = officer.get(&page).expect_status(200).text;
    assert!(shown.contains("有效发票合计 49,900.00 元，少于已付和已申请的 63,000.00 元"), "{shown}");
    assert!(!shown.contains("另一销售方") && !shown.contains("另一号码"), "{shown}");
    notes_are_seen_before_each_step(test, &id, &payment);
    // Another seller's same number, and the same file under another number.
    send("contractor-2", &theirs, NUMBER, "1.00", &pdf(b"another file"));
    send("contractor-2", &theirs, "24952000000000000009", "1.00", &paper);
    send("contractor", &ours, "24952000000000000008", "13100.00", &pdf(b"more"));
    let link = format!("<a class=\"govuk-link\" href=\"/contracts/{other}#milestones\">XCSF-2026-003</a>");
    let shown = officer.get(&page).expect_status(200).text;
    assert!(shown.contains("有效发票合计 63,000.00 元，不少于已付和已申请的 63,000.00 元"), "{shown}");
    assert_eq!(shown.matches(&link).count(), 2, "{shown}");
    assert!(shown.contains("另一销售方") && shown.contains("另一号码") && !shown.contains("查看范围"), "{shown}");
    // Those who may not see the other contract get a message without its name.
    hide(test, &other);
    let shown = officer.get(&page).expect_status(200).text;
    assert!(shown.contains("另一销售方") && shown.contains("查看范围"), "{shown}");
    assert!(!shown.contains("XCSF-2026-003") && !shown.contains(&other), "{shown}");
}

/// Checks that each person who decides on a payment request sees the note on the file of its invoice, alone and in a
/// batch.
fn notes_are_seen_before_each_step(test: &TestApp, contract: &str, payment: &str) {
    for (who, step) in [("justice", "confirm"), ("finance-review", "review"), ("finance-approve", "approve")] {
        let visitor = Visitor::signed_in(test, who);
        for page in [
            format!("/contracts/{contract}/act/{step}?subject={payment}"),
            format!("/payments/check?do={step}&line={payment}"),
        ] {
            let listed = visitor.get(&page).expect_status(200).texts("main a[href^='/files/'], main .file-flags");
            assert_eq!(listed, ["发票.pdf", "限制编辑", "红字.pdf", "限制编辑"], "{page} by {who}");
        }
    }
}

/// Hides a contract from everyone.
pub fn hide(test: &TestApp, contract: &str) {
    use luyue::schema::{contract_access, contracts};
    let mut connection = test.app.pool.get().expect("a connection");
    let id: i64 = contracts::table
        .filter(contracts::public_id.eq(contract))
        .select(contracts::id)
        .first(&mut *connection)
        .expect("the contract");
    diesel::delete(contract_access::table.filter(contract_access::contract_id.eq(id)))
        .execute(&mut *connection)
        .expect("deleted");
}

fn a_number_in_groups_is_the_number_without_them(test: &TestApp) {
    let contract = running(test);
    let path = format!("{contract}/milestones/MIDYEAR/invoice");
    let amount = [("amount", "100.00")];
    invoice(test, "contractor", &path, "２６３４ ２９０６-6229 7127 9699", &amount).expect_status(201);
    for again in ["26342906622971279699", "2634-2906-6229-7127-9699", "26342906 62297127 9699"] {
        let refused = invoice(test, "contractor", &path, again, &amount).expect_status(409);
        assert_eq!(refused["type"], "/problems/invoice-known", "{again}");
    }
    let page = Visitor::signed_in(test, "contractor").get(&format!("/{contract}")).expect_status(200);
    let shown = page.text_of("[id=milestones] ~ .scroll");
    assert!(shown.contains("26342906622971279699"), "{shown}");
}
