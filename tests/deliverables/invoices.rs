//! Invoices: the first valid invoice of a milestone counts; later ones are kept as documents.

use diesel::prelude::*;
use luyue::schema::{events, facts};
use serde_json::{Value, json};

use crate::adapters::fixtures::{csv, pdf, png};
use crate::deliverables::support::{Part, held, running, send, text};
use crate::on_both_engines;
use crate::support::app::{Reply, TestApp};

on_both_engines! {
    the_first_counts_and_the_others_are_documents
    a_refused_invoice_leaves_nothing
}

fn hand_in(test: &TestApp, contract: &str, parts: &[Part]) -> Reply {
    send(&test.by("contractor"), &format!("{contract}/milestones/MIDYEAR/invoice"), parts)
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
    let red = with("26342000000012345679", "-187200.00", ("file", Some("红字.png"), picture));
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
    let (number, amount) = (text("number", "2634"), text("amount", "10.00"));
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
    let chosen = [number, amount, paper, ("file", Some(""), b"".as_slice())];
    hand_in(test, &contract, &chosen).expect_status(201);
}
