//! Round trips of workbooks: the export of one database is imported into another with the same terms and facts, and
//! work on the contracts can continue there.

use luyue::domain::codes::Language;
use luyue::services::imports::export::{ExportFormat, write};
use serde_json::{Value, json};

use crate::imports::setup::{imported, numbers};
use crate::on_both_engines;
use crate::payments::setup::{NUMBER, asked, midyear, milestone, paid, through};
use crate::support::app::{TestApp, unsealed_differences};
use crate::support::programme;

on_both_engines! { an_exported_ledger_is_imported_elsewhere }

/// Exports all contracts of a database.
fn exported(test: &TestApp, format: ExportFormat, language: Language) -> Vec<u8> {
    let mut bytes = Vec::new();
    let count = write(&test.app, (format, language), &mut bytes, &|_| ()).expect("the export is written");
    assert_eq!(count, 1);
    bytes
}

/// Exports the only contract as JSON, without what differs between databases.
fn contract_of(test: &TestApp) -> Value {
    let bytes = exported(test, ExportFormat::Json, Language::Zh);
    let all: Value = serde_json::from_slice(&bytes).expect("JSON");
    let mut contract = all[0].clone();
    assert!(contract["input"]["appropriation"].is_string(), "{contract}");
    contract["input"]["appropriation"] = Value::Null;
    contract["id"] = Value::Null;
    contract
}

fn an_exported_ledger_is_imported_elsewhere(test: &TestApp) {
    let source = TestApp::sqlite();
    let contract = midyear(&source);
    paid(&source, &contract, "ADVANCE");
    programme::appropriation(test, "468000.00");
    test.at("2026-07-17", 9);
    // Headings and words of either language are read.
    for language in [Language::En, Language::Zh] {
        let bytes = exported(&source, ExportFormat::Xlsx, language);
        let tried = imported(test, &bytes, true);
        assert_eq!((tried.faults.as_slice(), tried.contracts, tried.dry_run), ([].as_slice(), 1, true));
        assert_eq!(numbers(test), [] as [String; 0], "a dry run writes nothing");
    }
    let bytes = exported(&source, ExportFormat::Xlsx, Language::Zh);
    let done = imported(test, &bytes, false);
    assert_eq!((done.faults.as_slice(), done.contracts), ([].as_slice(), 1));
    let same = contract_of(&source);
    assert_eq!(contract_of(test), same);
    assert_eq!(done.facts, same["case"]["facts"].as_object().map_or(0, count_of));
    assert_eq!(unsealed_differences(test), []);
    goes_on(test);
    // A second time, the number and the voucher are taken.
    let again = imported(test, &bytes, false);
    let cells: Vec<(&str, &str)> =
        again.faults.iter().map(|fault| (fault.sheet.as_str(), fault.cell.as_str())).collect();
    assert_eq!(cells, [("合同", "A2"), ("支付", "F2")], "{:?}", again.faults);
    assert_eq!(numbers(test), [NUMBER]);
    assert_eq!(unsealed_differences(test), []);
}

/// Returns the number of facts in the lists of a case.
fn count_of(facts: &serde_json::Map<String, Value>) -> usize {
    facts.values().filter_map(Value::as_array).map(Vec::len).sum()
}

/// Pays the next milestone of the imported contract, as if it had always been here.
fn goes_on(test: &TestApp) {
    let found = test.by("contractor").get(&format!("contracts?q={NUMBER}")).expect_status(200);
    let id = found["items"][0]["id"].as_str().expect("the contract").to_owned();
    assert_eq!(milestone(test, &id, "ADVANCE")["state"], "paid");
    let steps = test.by("justice").get(&format!("contracts/{id}/payments")).expect_status(200);
    let imported = &steps["items"][0];
    assert_eq!((&imported["state"], &imported["steps"][0]["step"]), (&json!("paid"), &json!("import")));
    assert_eq!(imported["steps"][0]["by"], "admin");
    let payment = asked(test, &id, "MIDYEAR", &json!({}));
    through(test, &payment, 4);
    assert_eq!(milestone(test, &id, "MIDYEAR")["state"], "paid");
    let events = test.by("audit").get(&format!("events?contract={NUMBER}")).expect_status(200);
    let all = events["items"].as_array().expect("events");
    let import = all.iter().find(|event| event["action"] == "contract.import").expect("the import is recorded");
    assert_eq!(import["by"]["name"], "admin");
}
