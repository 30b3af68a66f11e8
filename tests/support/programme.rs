//! The programme of the public notice, as the examples have it: registered, funded and activated for a test.

use luyue::domain::codes::ProposalState;
use luyue::storage::audit::recorded_rows::ObjectKind;
use luyue::storage::identity::people;
use luyue::storage::registry::appropriations::{self, NewAppropriation};
use luyue::storage::registry::organisations;
use luyue::storage::write::{Context, write};
use serde_json::{Value, json};

use crate::support::app::{CONTRACTOR, TestApp};

/// Returns an example: its case and standing.
pub fn example(name: &str) -> Value {
    let path = format!("{}/tests/examples/{name}.json", env!("CARGO_MANIFEST_DIR"));
    serde_json::from_slice(&std::fs::read(path).expect("the example is there")).expect("the example is JSON")
}

/// Creates an approved appropriation of the justice bureau for 2026 and returns its identifier.
pub fn appropriation(test: &TestApp, amount: &str) -> String {
    appropriation_named(test, ("宣财指〔2026〕12号", 2026), amount)
}

/// Creates an approved appropriation of the justice bureau with a document number for a year.
pub fn appropriation_named(test: &TestApp, (document_no, year): (&str, i32), amount: &str) -> String {
    let fen: i64 = amount.replace('.', "").parse().expect("an amount with two places");
    let id = test.app.ids.uuid();
    let context = Context::of_program(test.now(), test.app.ids.clone());
    write(&test.app.pool, &context, |tx| {
        let bureau = organisations::by_code(tx.connection, "XC-JUSTICE")?.expect("the bureau is there");
        let reviewer = people::by_username(tx.connection, "finance-review")?.expect("the reviewer is there");
        let approver = people::by_username(tx.connection, "finance-approve")?.expect("the approver is there");
        let new = NewAppropriation {
            public_id: &id,
            year,
            bureau_id: bureau.id,
            words: ["2040607 社区矫正", "30227 委托业务费", "XC2026-017", document_no, "一般公共预算"],
            amount_fen: fen,
            proposed_by: reviewer.id,
            proposed_for: None,
            proposed_at: tx.context.now,
        };
        appropriations::insert(tx.connection, &new)?;
        let row = appropriations::by_public_id(tx.connection, &id)?.expect("it was just written");
        assert_eq!(row.state, ProposalState::Proposed);
        appropriations::decide(tx.connection, row.id, ProposalState::Approved, approver.id, tx.context.now)?;
        tx.touch(ObjectKind::Appropriation, row.id.0);
        Ok(())
    })
    .expect("the appropriation is written");
    id
}

/// Returns the names of everything in the programme's terms.
pub fn details() -> Value {
    json!({
        "items": {
            "VISIT": {"name": "上门走访", "unit": "次", "service": "上门走访", "standard": "宣司〔2017〕43号"},
            "COUNSEL": {"name": "心理矫治"}, "EDU": {"name": "教育学习"},
        },
        "deliverables": {
            "VISIT-H1": {"name": "上半年上门走访"}, "VISIT-H2": {"name": "下半年上门走访"},
            "COUNSEL-H1": {"name": "上半年心理矫治"}, "COUNSEL-H2": {"name": "下半年心理矫治"},
            "EDU-H1": {"name": "上半年教育学习"}, "EDU-H2": {"name": "下半年教育学习"},
        },
        "milestones": {"ADVANCE": {"name": "预付款"}, "MIDYEAR": {"name": "中期款"}, "FINAL": {"name": "尾款"}},
        "clauses": {
            "LATE": {"name": "逾期提交"}, "NONE": {"name": "未提交"}, "SHORT": {"name": "数量不足"},
            "COVER": {"name": "走访覆盖率未达标"}, "REOFF": {"name": "再犯罪率超标"}, "SCORE": {"name": "绩效得分偏低"},
            "STAFF": {"name": "人员配备不足"}, "LEAK": {"name": "信息泄露"},
        },
        "indicators": {
            "COVERAGE": {"name": "走访覆盖率"}, "SAT": {"name": "服务对象满意度"}, "ATTEND": {"name": "到课率"},
            "REOFFEND": {"name": "再犯罪率"},
        },
    })
}

/// Adds a name to the typed fields of every row that has a code and no name.
pub fn with_names(fields: &[(&str, &str)]) -> Vec<(String, String)> {
    let mut all: Vec<(String, String)> =
        fields.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    for (name, value) in fields {
        let Some(row) = name.strip_suffix(".code") else { continue };
        let name = format!("{row}.name");
        if !fields.iter().any(|(known, _)| *known == name) {
            all.push((name, format!("名称 {value}")));
        }
    }
    all
}

/// Returns the officer's input for the programme, funded from an appropriation.
pub fn input_from(number: &str, appropriation: &str) -> Value {
    json!({
        "number": number,
        "title": "社区矫正社会工作服务（2026 年度）",
        "purchaser": "XC-JUSTICE",
        "funder": "XC-FINANCE",
        "contractor": CONTRACTOR,
        "regime": "procurement_law",
        "method": "竞争性磋商",
        "award_on": "2025-12-20",
        "appropriation": appropriation,
        "details": details(),
        "terms": example("programme-midyear")["case"]["terms"],
    })
}

/// Returns the same input, funded from a new appropriation.
pub fn input(test: &TestApp, number: &str) -> Value {
    input_from(number, &appropriation(test, "468000.00"))
}

/// Registers a draft of the programme and returns its identifier.
pub fn registered(test: &TestApp, number: &str) -> String {
    let appropriation = appropriation(test, "468000.00");
    registered_from(test, number, &appropriation)
}

/// Registers a draft of the programme that is funded from an appropriation.
pub fn registered_from(test: &TestApp, number: &str, appropriation: &str) -> String {
    let answer = test.by("justice").post("contracts", &input_from(number, appropriation)).expect_status(201);
    answer["id"].as_str().expect("an id").to_owned()
}

/// Takes a draft to the state `active`, signed on 2026-01-05.
pub fn activate(test: &TestApp, id: &str) {
    for (who, action, body) in [
        ("justice", "submit", json!({})),
        ("finance-review", "fund", json!({})),
        ("justice-leader", "activate", json!({"signed_on": "2026-01-05"})),
    ] {
        test.by(who).post(&format!("contracts/{id}/actions/{action}"), &body).expect_status(200);
    }
}
