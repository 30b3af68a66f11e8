//! Tiers of clauses, and other shares, as they are entered: within the indicator's unit, from the mildest breach to the
//! worst, and not over 100 %.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::amendments::setup::{body, propose, running, terms, with_due_day};
use crate::pages::drafts::{begun, typed_in};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

/// Tiers in order, as the programme has them, and the same in the opposite order.
const IN_ORDER: &str = r#"{"beyond":"95","rate":"0.02"},{"beyond":"80","rate":"0.1"}"#;
const REVERSED: &str = r#"{"beyond":"80","rate":"0.1"},{"beyond":"95","rate":"0.02"}"#;

/// A clause with its tiers, the faults within it, and a part of their words.
type Case = (&'static str, &'static [(&'static str, &'static str)], &'static [&'static str], &'static str);

const CASES: &[Case] = &[
    ("COVER", &[("101", "0.02")], &["tiers[0].beyond"], "101"),
    ("COVER", &[("95", "0.02"), ("100.5", "0.1")], &["tiers[1].beyond", "tiers[1].beyond"], "100.5"),
    ("COVER", &[("80", "0.1"), ("95", "0.02")], &["tiers[1].beyond", "tiers[1].rate"], "tier 2"),
    ("COVER", &[("95", "0.02"), ("95", "0.1")], &["tiers[1].beyond"], "(95)"),
    ("COVER", &[("95", "0.02"), ("80", "0.02")], &["tiers[1].rate"], "(2%)"),
    ("COVER", &[("95", "0.02"), ("80", "0.1"), ("60", "0.05")], &["tiers[2].rate"], "tier 3"),
    ("COVER", &[("95", "1.01")], &["tiers[0].rate"], "101%"),
    ("REOFF", &[("3", "0.01"), ("2", "0.02")], &["tiers[1].beyond"], "over that of the tier before it (3)"),
    ("SCORE", &[("60", "0.2"), ("80", "0.05")], &["tiers[1].below", "tiers[1].rate"], "under"),
    ("SCORE", &[("80", "0.05"), ("60", "10")], &["tiers[1].rate"], "1000%"),
];

/// Returns a clause of the input's terms.
fn clause<'a>(input: &'a mut Value, code: &str) -> (usize, &'a mut Value) {
    let clauses = input["terms"]["breach_terms"].as_array_mut().expect("a list");
    clauses.iter_mut().enumerate().find(|(_, clause)| clause["code"] == code).expect("the clause is there")
}

fn told(refused: &Value) -> (Vec<String>, String) {
    let errors = refused["errors"].as_array().expect("a list");
    let part = |name: &str| errors.iter().map(|error| error[name].as_str().unwrap_or_default().to_owned()).collect();
    let (paths, words): (Vec<String>, Vec<String>) = (part("path"), part("message"));
    (paths, words.join("\n"))
}

#[test]
fn programs_enter_tiers_in_order_and_shares_of_a_whole() {
    let test = TestApp::sqlite();
    let good = programme::input(&test, "T-1");
    for (code, tiers, faults, words) in CASES {
        let mut input = good.clone();
        let (row, found) = clause(&mut input, code);
        let limit = if *code == "SCORE" { "below" } else { "beyond" };
        found["tiers"] = tiers.iter().map(|(at, rate)| json!({limit: at, "rate": rate})).collect();
        let (paths, said) = told(&test.by("justice").post("contracts", &input).expect_status(422));
        let wanted: Vec<String> = faults.iter().map(|fault| format!("terms.breach_terms[{row}].{fault}")).collect();
        assert_eq!(paths, wanted, "{code} {tiers:?}: {said}");
        assert!(said.contains(words), "{code} {tiers:?}: {said}");
    }
    for (place, value) in [
        ("/terms/penalty_cap", "terms.penalty_cap"),
        ("/terms/termination/penalty_fraction", "terms.termination.penalty_fraction"),
    ] {
        let mut input = good.clone();
        *input.pointer_mut(place).expect("the programme has it") = json!("1.5");
        let (paths, said) = told(&test.by("justice").post("contracts", &input).expect_status(422));
        assert_eq!(paths, [value], "{said}");
    }
    for (code, field) in [("LATE", "cap"), ("SHORT", "tolerance")] {
        let mut input = good.clone();
        let (row, found) = clause(&mut input, code);
        found[field] = json!("1.0000000001");
        let (paths, said) = told(&test.by("justice").post("contracts", &input).expect_status(422));
        assert_eq!(paths, [format!("terms.breach_terms[{row}].{field}")], "{said}");
    }
    // A unit that is stated counts, and 100 % is within it.
    let mut input = good;
    clause(&mut input, "COVER").1["tiers"] =
        json!([{"beyond": "100", "rate": "0"}, {"beyond": "95", "rate": "0.5"}, {"beyond": "0.5", "rate": "1"}]);
    clause(&mut input, "REOFF").1["tiers"] = json!([{"beyond": "3", "rate": "0.01"}, {"beyond": "5", "rate": "0.02"}]);
    input["details"]["indicators"]["REOFFEND"]["unit"] = json!("count");
    let made = test.by("justice").post("contracts", &input).expect_status(201);
    clause(&mut input, "REOFF").1["tiers"] = json!([{"beyond": "3.5", "rate": "0.01"}]);
    let justice = test.by("justice").with("If-Match", &made["version"].to_string());
    let path = format!("contracts/{}", made["id"].as_str().expect("an id"));
    let (paths, said) = told(&justice.put(&path, &input).expect_status(422));
    assert!(paths.len() == 1 && paths[0].ends_with("tiers[0].beyond") && said.contains("3.5"), "{paths:?} {said}");
}

#[test]
fn people_are_told_the_row_of_a_tier_out_of_order() {
    let test = TestApp::sqlite();
    let officer = Visitor::signed_in(&test, "justice");
    let draft = begun(&officer);
    typed_in(&officer, &draft);
    let path = format!("{draft}/clauses");
    let row = |code: &str| {
        let form = officer.get(&path).expect_status(200).form(&path);
        let found = form.fields.iter().find(|(name, value)| name.ends_with(".code") && value == code);
        found.map(|(name, _)| name.trim_end_matches(".code").to_owned()).expect("the clause is there")
    };
    let (quality, score) = (row("COVER"), row("SCORE"));
    let named = [("deliverables.0.indicators.0.name", "走访覆盖率")];
    let step = format!("{draft}/deliverables");
    officer.get(&step).expect_status(200).form(&step).with(&named).send(&officer, "leave").expect_status(303);
    for (clause, typed, field, words) in [
        (&quality, ["80", "10", "95", "2"], "tiers.1.limit", "第 2 档的界限须低于上一档（80）"),
        (&quality, ["95%", "2%", "80", "百分之二"], "tiers.1.rate", "第 2 档的违约金比例须高于上一档（2%）"),
        (&quality, ["120", "2", "80", "10"], "tiers.0.limit", "“走访覆盖率”以百分比计"),
        (&quality, ["95", "2", "80", "200"], "tiers.1.rate", "不能超过 100%，您填写了 200%"),
        (&score, ["60", "5", "80", "20"], "tiers.1.limit", "第 2 档的界限须低于上一档（60）"),
    ] {
        let names = ["tiers.0.limit", "tiers.0.rate", "tiers.1.limit", "tiers.1.rate"];
        let names = names.map(|name| format!("{clause}.{name}"));
        let fields: Vec<(&str, &str)> = names.iter().map(String::as_str).zip(typed).collect();
        let before = officer.get(&path).expect_status(200).form(&path);
        let sent = before.clone().with(&fields).send(&officer, "save").expect_status(303);
        let page = officer.get(&sent.location).expect_status(200);
        let said = page.text_of(&format!("[id='{clause}.{field}-error']"));
        assert!(said.contains(words), "{typed:?}: {said}");
        assert!(officer.get(&format!("{draft}/check")).expect_status(200).text.contains(words), "{typed:?}");
        let held: Vec<(&str, &str)> =
            names.iter().map(|name| (name.as_str(), before.value(name).unwrap_or_default())).collect();
        officer.get(&path).form(&path).with(&held).send(&officer, "leave").expect_status(303);
    }
}

#[test]
fn an_amendment_may_leave_what_was_agreed_before() {
    let test = TestApp::sqlite();
    let id = running(&test);
    let mut connection = test.app.pool.get().expect("a connection");
    let older = format!("UPDATE contract_terms SET terms = replace(terms, '{IN_ORDER}', '{REVERSED}')");
    connection.batch_execute(&older).expect("terms of before");
    drop(connection);
    let mut kept = with_due_day(terms(&test, &id, "2026-01-13"), "2026-11-16");
    let cover = kept["breach_terms"].as_array().expect("a list").iter().position(|term| term["code"] == "COVER");
    let row = cover.expect("the clause is there");
    assert_eq!(kept["breach_terms"][row]["tiers"][0]["beyond"], "80", "the terms are older");
    propose(&test, &id, &body(&kept, "schedule")).expect_status(201);
    kept["breach_terms"][row]["severity"] = json!("critical");
    let (paths, said) = told(&propose(&test, &id, &body(&kept, "clauses")).expect_status(422));
    assert_eq!(paths, ["beyond", "rate"].map(|field| format!("terms.breach_terms[{row}].tiers[1].{field}")), "{said}");
}
