//! Files attached to requests, objections, answers, messages and annexes: the same rules as for submissions. Refused
//! ones leave nothing, names of one upload differ, readers get a copy without personal data, and notes stand beside the
//! name wherever it is listed, before anyone decides.

use serde_json::Value;

use crate::adapters::file_cases::case;
use crate::deliverables::support::held;
use crate::on_both_engines;
use crate::payments::setup::{id_of, midyear};
use crate::support::app::TestApp;
use crate::support::visitor::{Page, Visitor};

on_both_engines! {
    every_upload_follows_the_rules_of_files
}

/// A form with files: who sends it, the rest of its address, and its fields.
type Upload = (&'static str, &'static str, &'static [(&'static str, &'static str)]);

const UPLOADS: [Upload; 6] = [
    ("contractor", "extensions", &[("deliverable", "EDU-H2"), ("days", "7"), ("reason", "汛期道路中断")]),
    ("contractor", "waivers", &[("clause", "SHORT"), ("subject", "COUNSEL-H1"), ("reason", "服务对象请假")]),
    ("contractor", "objections", &[("against", "breach"), ("subject", "LATE/COUNSEL-H1"), ("text", "资料已按期送达")]),
    ("contractor", "messages", &[("text", "请核对签到表")]),
    ("justice", "annexes", &[("kind", "other"), ("title", "照片与清单")]),
    ("justice", "incidents", &[("id", "I-9"), ("clause", "LEAK"), ("note", "工作记录泄露")]),
];

/// Checks the files of an answer: their names, notes and copies.
fn check(test: &TestApp, done: &Value, photo: &[u8]) {
    let text = |place: usize, name: &str| done["files"][place][name].as_str().unwrap_or_default().to_owned();
    assert_eq!([0, 1, 2].map(|place| text(place, "name")), ["照片.jpg", "照片 (2).jpg", "锁定.pdf"], "{done}");
    assert_eq!(done["files"][2]["flags"], serde_json::json!(["file-flag-locked"]), "{done}");
    let path = format!("files/{}", text(0, "id"));
    let shown = test.by("justice").get(&path);
    assert_eq!(shown.status, 200);
    assert!(!shown.bytes.windows(12).any(|part| part == b"SERIAL123456"), "{path} tells the device");
    assert_eq!(test.by("audit").get(&format!("{path}/original")).bytes, photo);
}

/// Checks that the note stands behind the name of the locked file, as often as the page lists it.
#[track_caller]
fn noted(page: &Page, number: usize) {
    let listed = page.texts("a[href^='/files/'], .file-flags");
    let places: Vec<usize> = (0..listed.len()).filter(|place| listed[*place] == "锁定.pdf").collect();
    assert_eq!(places.len(), number, "{listed:?}");
    assert!(places.iter().all(|place| listed.get(place + 1).is_some_and(|note| note == "限制编辑")), "{listed:?}");
}

fn every_upload_follows_the_rules_of_files(test: &TestApp) {
    let id = midyear(test);
    let (photo, locked, hidden) = (case("gps.jpg"), case("owner-AES-128.pdf"), case("zip-polyglot.pdf"));
    let good: [(&str, &[u8]); 3] = [("照片.jpg", &photo), ("dir/照片.jpg", &photo), ("锁定.pdf", &locked)];
    let bad: [(&str, &[u8]); 2] = [("照片.jpg", &photo), ("报告.pdf", &hidden)];
    let mut made = Vec::new();
    for (who, part, fields) in UPLOADS {
        let path = format!("contracts/{id}/{part}");
        let before = held(test);
        let refused = test.by(who).upload(&path, fields, &bad).expect_status(422);
        assert!(refused.to_string().contains("报告.pdf"), "{part}: {refused}");
        assert_eq!(held(test), before, "{part}: nothing is kept");
        let done = test.by(who).upload(&path, fields, &good).expect_status(201);
        check(test, &done, &photo);
        made.push(id_of(&done));
    }
    let contract = format!("/contracts/{id}");
    let officer = Visitor::signed_in(test, "justice");
    noted(&officer.get(&contract).expect_status(200), 4);
    noted(&officer.get(&format!("{contract}/messages")).expect_status(200), 1);
    noted(&officer.get(&format!("{contract}/annexes")).expect_status(200), 1);
    // Those who decide are shown it on their form.
    for request in &made[..2] {
        noted(&officer.get(&format!("{contract}/act/endorse?subject={request}")).expect_status(200), 1);
    }
    let leader = Visitor::signed_in(test, "justice-leader");
    noted(&leader.get(&format!("{contract}/act/grant?subject={}", made[5])).expect_status(200), 1);
    for answer in ["objection-uphold", "objection-reject"] {
        noted(&leader.get(&format!("{contract}/act/{answer}?subject={}", made[2])).expect_status(200), 1);
    }
    let path = format!("objections/{}/actions/uphold", made[2]);
    let before = held(test);
    test.by("justice-leader").upload(&path, &[("reason", "属实")], &bad).expect_status(422);
    assert_eq!(held(test), before);
    let done = test.by("justice-leader").upload(&path, &[("reason", "属实")], &good).expect_status(200);
    check(test, &done, &photo);
    noted(&officer.get(&contract).expect_status(200), 5);
}
