//! Evidence used twice: files of a submission that were submitted for another deliverable as well, shown to those who
//! inspect.

use serde_json::{Value, json};

use crate::deliverables::invoices::hide;
use crate::on_both_engines;
use crate::payments::setup::{advance, id_of};
use crate::support::app::{CONTRACTOR_2, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    a_file_used_twice_is_shown_to_the_inspector
}

const PHOTOS: &[u8] = "编号,照片\nXZ-1,2026-01-12.jpg\n".as_bytes();
const LIST: &[u8] = "编号,数量\nXZ-1,2\n".as_bytes();

fn submit(test: &TestApp, who: &str, (contract, code): (&str, &str), files: &[(&str, &[u8])]) {
    let path = format!("contracts/{contract}/deliverables/{code}/submissions");
    test.by(who).upload(&path, &[("quantity", "2")], files).expect_status(201);
}

fn reused(test: &TestApp, who: &str, contract: &str) -> Vec<Value> {
    let list = test.by(who).get(&format!("contracts/{contract}/reused-files")).expect_status(200);
    list["items"].as_array().expect("a list").clone()
}

fn a_file_used_twice_is_shown_to_the_inspector(test: &TestApp) {
    let contract = advance(test);
    let mut input = programme::input(test, "XCSF-2026-003");
    input["contractor"] = json!(CONTRACTOR_2);
    let other = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &other);
    test.at("2026-01-13", 10);
    submit(test, "contractor", (&contract, "VISIT-H1"), &[("签到表.csv", PHOTOS), ("名册.csv", LIST)]);
    let page = format!("/contracts/{contract}/act/decision?subject=VISIT-H1&no=1");
    let officer = Visitor::signed_in(test, "justice");
    assert!(!officer.get(&page).expect_status(200).text.contains("重复使用"), "nothing is used twice yet");
    // What was returned is submitted again with the same files.
    let returned = json!({"decision": "rejected", "note": "缺照片", "members": ["张敏"]});
    let decision = format!("contracts/{contract}/deliverables/VISIT-H1/submissions/1/decision");
    test.by("justice").post(&decision, &returned).expect_status(200);
    submit(test, "contractor", (&contract, "VISIT-H1"), &[("签到表.csv", PHOTOS)]);
    assert_eq!(reused(test, "justice", &contract), [] as [Value; 0]);
    submit(test, "contractor", (&contract, "EDU-H1"), &[("教育签到.csv", PHOTOS)]);
    submit(test, "contractor-2", (&other, "VISIT-H1"), &[("某表.csv", PHOTOS)]);
    let found = reused(test, "justice", &contract);
    let of_second: Vec<&Value> = found.iter().filter(|file| file["no"] == 2).collect();
    assert_eq!(of_second.len(), 2, "{found:?}");
    assert_eq!(
        (&of_second[0]["name"], &of_second[0]["other_contract"], &of_second[0]["other_deliverable"]),
        (&json!("签到表.csv"), &Value::Null, &json!("EDU-H1"))
    );
    assert_eq!(of_second[1]["other_contract"], "XCSF-2026-003");
    let page = format!("/contracts/{contract}/act/decision?subject=VISIT-H1&no=2");
    let shown = officer.get(&page).expect_status(200);
    assert!(shown.text.contains("已用于合同 XCSF-2026-003"), "{}", shown.text);
    assert!(shown.text.contains("2026-01-13") && !shown.text.contains("名册.csv"), "{}", shown.text);
    for (who, status) in [("contractor", 403), ("finance-review", 403), ("other-justice", 404)] {
        assert_eq!(test.by(who).get(&format!("contracts/{contract}/reused-files")).status, status, "{who}");
    }
    hide(test, &other);
    let shown = officer.get(&page).expect_status(200);
    assert!(shown.text.contains("您无权查看的另一合同") && !shown.text.contains("XCSF-2026-003"), "{}", shown.text);
    assert!(reused(test, "justice", &contract).iter().all(|file| file["other_contract"].is_null()));
}
