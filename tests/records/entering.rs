//! Entering records through the API: all rows or none, every fault named, nothing twice.

use serde_json::{Value, json};

use crate::on_sqlite_first;
use crate::payments::setup::{advance, midyear};
use crate::records::setup::{act, enter, entered, faults, listed, row, second_station, with};
use crate::support::app::TestApp;
use crate::support::checked::unsealed_differences;

on_sqlite_first! {
    rows_are_entered_and_listed
    every_fault_of_every_row_is_named
    the_same_row_is_entered_once
    records_are_counted_for_their_deliverable
}

fn rows_are_entered_and_listed(test: &TestApp) {
    let id = advance(test);
    let group = with(&row(""), &json!({"service": "教育学习", "group_size": 30, "minutes": 120, "note": "集中学习"}));
    let named = with(&row("XZ-2"), &json!({"deliverable": "上半年上门走访", "on": "2026-01-13"}));
    let reply = enter(test, "contractor", &id, &[row("XZ-1"), group, named]);
    assert!(!reply.header("etag").is_empty());
    assert_eq!(reply.expect_status(201)["ids"].as_array().map(Vec::len), Some(3));
    let all = listed(test, &id, "");
    assert_eq!(all.len(), 3);
    let parts = ["on", "service", "service_name", "deliverable", "station", "subject", "state", "recorded_by"];
    let shown = |record: &Value| parts.map(|part| record[part].as_str().unwrap_or_default().to_owned());
    let newest = ["2026-01-13", "VISIT", "上门走访", "VISIT-H1", "XC-STATION", "XZ-2", "waiting", "contractor"];
    assert_eq!(shown(&all[0]), newest);
    assert_eq!(
        (&all[1]["service"], &all[1]["group_size"], &all[1]["subject"]),
        (&json!("EDU"), &json!(30), &json!(""))
    );
    assert_eq!((&all[2]["group_size"], &all[2]["deliverable"]), (&json!(1), &Value::Null));
    for (query, count) in [
        ("state=waiting", 3),
        ("state=confirmed", 0),
        ("service=EDU", 1),
        ("deliverable=VISIT-H1", 1),
        ("month=2026-01", 3),
        ("month=2026-02", 0),
    ] {
        assert_eq!(listed(test, &id, query).len(), count, "{query}");
    }
    let first = test.by("station").get(&format!("contracts/{id}/records?limit=2")).expect_status(200);
    let next = first["next"].as_str().expect("a cursor");
    assert_eq!(listed(test, &id, &format!("limit=2&cursor={next}")).len(), 1);
    for wrong in ["state=gone", "month=2026-13", "cursor=%21"] {
        assert_eq!(test.by("audit").get(&format!("contracts/{id}/records?{wrong}")).status, 400, "{wrong}");
    }
    for (who, status) in [("contractor", 200), ("justice", 200), ("finance-pay", 200), ("contractor-2", 404)] {
        assert_eq!(test.by(who).get(&format!("contracts/{id}/records")).status, status, "{who}");
    }
    for (who, status) in [("justice", 403), ("station", 403), ("admin", 403), ("contractor-2", 404)] {
        assert_eq!(enter(test, who, &id, &[row("XZ-9")]).status, status, "{who}");
    }
    let contractor = test.by("contractor").with("Idempotency-Key", "once");
    let body = json!({"rows": [row("XZ-8")]});
    let path = format!("contracts/{id}/records");
    let answers = [(), ()].map(|()| contractor.post(&path, &body).expect_status(201));
    assert_eq!(answers[0], answers[1]);
    assert_eq!(listed(test, &id, "").len(), 4);
    assert_eq!(unsealed_differences(test), []);
}

fn every_fault_of_every_row_is_named(test: &TestApp) {
    let id = advance(test);
    let bad = |values: Value| with(&row("XZ-1"), &values);
    let rows = [
        row("XZ-0"),
        bad(json!({"on": "2026-01-14"})),
        bad(json!({"on": "2026-01-04"})),
        bad(json!({"on": "1月12日"})),
        bad(json!({"service": "NOWHERE"})),
        bad(json!({"deliverable": "EDU-H1"})),
        bad(json!({"deliverable": "NOWHERE"})),
        bad(json!({"minutes": 0, "group_size": 501})),
        bad(json!({"minutes": 1441, "group_size": 0})),
        bad(json!({"subject": "王某", "worker": ""})),
        bad(json!({"subject": ""})),
        bad(json!({"place": "电话 138 1234 5678", "note": "11010519491231002X"})),
        bad(json!({"worker": "4111111111111111", "subject": "13812345678"})),
        bad(json!({"service": "13812345678", "deliverable": "13812345678"})),
        bad(json!({"note": "长".repeat(201)})),
        bad(json!({"place": " "})),
    ];
    let refused = enter(test, "contractor", &id, &rows).expect_status(422);
    let found: Vec<String> = faults(&refused).into_iter().map(|(path, _)| path).collect();
    let expected = [
        "rows[1].on",
        "rows[2].on",
        "rows[3].on",
        "rows[4].service",
        "rows[5].deliverable",
        "rows[6].deliverable",
        "rows[7].minutes",
        "rows[7].group_size",
        "rows[8].minutes",
        "rows[8].group_size",
        "rows[9].worker",
        "rows[9].subject",
        "rows[10].subject",
        "rows[11].place",
        "rows[11].note",
        "rows[12].worker",
        "rows[12].subject",
        "rows[13].service",
        "rows[13].deliverable",
        "rows[14].note",
        "rows[15].place",
    ];
    assert_eq!(found, expected);
    let text = refused.to_string();
    for secret in ["138 1234 5678", "11010519491231002X", "4111111111111111"] {
        assert!(!text.contains(secret), "an answer repeats no personal data: {text}");
    }
    assert_eq!(listed(test, &id, ""), [] as [Value; 0], "nothing was entered");
    assert_eq!(enter(test, "contractor", &id, &[]).expect_status(422)["rule"], "record-none");
    second_station(test);
    let elsewhere = bad(json!({"place": "某地"}));
    let refused = enter(test, "contractor", &id, &[elsewhere]).expect_status(422);
    let fault = &faults(&refused)[0];
    assert!(fault.0 == "rows[0].place" && fault.1.contains("济川街道") && fault.1.contains("西林街道"), "{fault:?}");
    let there = bad(json!({"place": "济川街道文化站"}));
    entered(test, &id, &[there]);
    assert_eq!(listed(test, &id, "")[0]["station"], "济川司法所");
}

fn the_same_row_is_entered_once(test: &TestApp) {
    let id = advance(test);
    let twice = [row("XZ-1"), row("XZ-2"), with(&row("xz-1"), &json!({"note": "另一备注"}))];
    let refused = enter(test, "contractor", &id, &twice).expect_status(422);
    assert_eq!(faults(&refused).len(), 1);
    let (path, words) = &faults(&refused)[0];
    assert!(path == "rows[2].on" && words.contains("row 1"), "{path}: {words}");
    let first = entered(test, &id, &[row("XZ-1")]).remove(0);
    test.at("2026-01-14", 9);
    let (path, words) = &faults(&enter(test, "contractor", &id, &[row("XZ-2"), row("XZ-1")]).expect_status(422))[0];
    assert!(path == "rows[1].on" && words.contains("2026-01-13"), "{path}: {words}");
    // Each of these is another record.
    for values in
        [json!({"on": "2026-01-13"}), json!({"minutes": 46}), json!({"worker": "另一人"}), json!({"service": "EDU"})]
    {
        entered(test, &id, &[with(&row("XZ-1"), &values)]);
    }
    act(test, "contractor", &first, "withdraw", "").expect_status(200);
    entered(test, &id, &[row("XZ-1")]);
    assert_eq!(unsealed_differences(test), []);
}

fn records_are_counted_for_their_deliverable(test: &TestApp) {
    let id = midyear(test);
    let rows: Vec<Value> = [
        json!({"on": "2026-06-30"}),
        json!({"on": "2026-07-01"}),
        json!({"on": "2026-07-02", "deliverable": "VISIT-H1"}),
        json!({"on": "2026-06-29", "group_size": 4, "minutes": 60}),
        json!({"on": "2026-06-28"}),
    ]
    .iter()
    .map(|values| with(&row("XZ-1"), values))
    .collect();
    let ids = entered(test, &id, &rows);
    for record in &ids[..4] {
        act(test, "station", record, "confirm", "").expect_status(200);
    }
    let list = test.by("justice").get(&format!("contracts/{id}/deliverables")).expect_status(200);
    let of = |code: &str| {
        let items = list["items"].as_array().expect("a list");
        items.iter().find(|item| item["code"] == code).expect("the deliverable")["records"].clone()
    };
    let first = json!({"from": "2026-01-05", "until": "2026-06-30", "confirmed": 3, "people": 6, "minutes": 150,
        "waiting": 1, "off_roster": 0});
    assert_eq!(of("VISIT-H1"), first);
    let second = of("VISIT-H2");
    assert_eq!(
        (&second["from"], &second["confirmed"], &second["waiting"]),
        (&json!("2026-07-01"), &json!(1), &json!(0))
    );
    assert_eq!(of("EDU-H1")["confirmed"], 0);
}

#[test]
fn codes_of_clients_are_the_same_however_they_are_typed() {
    let test = TestApp::sqlite();
    let id = advance(&test);
    let typed =
        ["XZ-091", "ＸＺ－０９１", "XZ–091", "XZ\u{2212}091", " XZ - 091 ", "XZ\u{200B}-091", "\u{24CD}Z—０９1"];
    let rows: Vec<Value> =
        (30..).zip(typed).map(|(minutes, subject)| with(&row(subject), &json!({"minutes": minutes}))).collect();
    entered(&test, &id, &rows[..6]);
    let kept: Vec<Value> = listed(&test, &id, "").into_iter().map(|record| record["subject"].clone()).collect();
    assert_eq!(kept, vec![json!("XZ-091"); 6]);
    entered(&test, &id, &rows[6..]);
    assert_eq!(listed(&test, &id, "")[0]["subject"], "XZ-091", "NFKC");
    let again = with(&row("ＸＺ－０９１"), &json!({"minutes": 30}));
    let with_another = [again.clone(), row("XZ-092")];
    let refused = enter(&test, "contractor", &id, &with_another).expect_status(422);
    assert_eq!(faults(&refused)[0].0, "rows[0].on", "a repeat among others");
    assert_eq!(enter(&test, "contractor", &id, &[again]).expect_status(409)["type"], "/problems/records-repeated");
    let number = with(&row("１３８ 1234 5678"), &json!({"minutes": 50}));
    assert_eq!(faults(&enter(&test, "contractor", &id, &[number]).expect_status(422))[0].0, "rows[0].subject");
}
