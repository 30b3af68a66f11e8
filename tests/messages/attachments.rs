//! Files given as proof of a request of the contractor, of an objection and of its answer: stored, shown, served, and
//! found changed.

use diesel::connection::SimpleConnection;
use serde_json::{Value, json};

use crate::adapters::fixtures::pdf;
use crate::messages::requests_of;
use crate::objections::setup::listed;
use crate::on_both_engines;
use crate::payments::setup::{id_of, midyear};
use crate::support::app::{Reply, TestApp};
use crate::support::checked::unsealed_differences;
use crate::support::digest::lines;

on_both_engines! {
    proof_is_kept_with_what_it_proves
    a_refused_form_keeps_no_file
}

/// A way to send a form with files: its address and fields.
fn forms(contract: &str) -> [(String, Vec<(&'static str, &'static str)>); 3] {
    [
        (
            format!("contracts/{contract}/extensions"),
            vec![("deliverable", "EDU-H2"), ("days", "7"), ("reason", "汛期道路中断")],
        ),
        (
            format!("contracts/{contract}/waivers"),
            vec![("clause", "SHORT"), ("subject", "COUNSEL-H1"), ("reason", "服务对象请假")],
        ),
        (
            format!("contracts/{contract}/objections"),
            vec![("against", "breach"), ("subject", "LATE/COUNSEL-H1"), ("text", "资料已按期送达")],
        ),
    ]
}

fn file_of(value: &Value) -> String {
    value["files"][0]["id"].as_str().unwrap_or_else(|| panic!("a file: {value}")).to_owned()
}

fn proof_is_kept_with_what_it_proves(test: &TestApp) {
    let id = midyear(test);
    let mut files = Vec::new();
    let mut made = Vec::new();
    for (place, (path, fields)) in forms(&id).into_iter().enumerate() {
        let content = pdf(format!("证明 {place}").as_bytes());
        let key = format!("proof-{place}");
        let contractor = test.by("contractor").with("Idempotency-Key", &key);
        let [first, second] =
            [0, 1].map(|_| contractor.upload(&path, &fields, &[("证明.pdf", &content)]).expect_status(201));
        assert_eq!(first, second, "{path}: the same form has one effect");
        files.push(file_of(&first));
        made.push(first);
    }
    let answer = pdf("答复依据".as_bytes());
    let path = format!("objections/{}/actions/uphold", id_of(&made[2]));
    let answered = test.by("justice-leader").upload(&path, &[("reason", "属实")], &[("依据.pdf", &answer)]);
    files.push(file_of(&answered.expect_status(200)));
    let requests = requests_of(test, &id);
    assert_eq!([&requests[0], &requests[1]].map(file_of), [files[0].clone(), files[1].clone()]);
    let objection = listed(test, &id)[0].clone();
    assert_eq!(file_of(&objection), files[2]);
    assert_eq!(objection["answer_files"][0]["id"], json!(files[3]), "{objection}");
    for (file, who) in
        files.iter().flat_map(|file| ["contractor", "justice", "station", "audit"].map(|who| (file, who)))
    {
        assert_eq!(test.by(who).get(&format!("files/{file}")).status, 200, "{who}");
        assert_eq!(test.by("contractor-2").get(&format!("files/{file}")).status, 404);
    }
    assert_eq!(unsealed_differences(test), []);
    // Another digest in the row does not make another file pass: the event holds the one of the upload.
    let changed = format!("UPDATE files SET sha256 = 'x', shown_sha256 = NULL WHERE public_id = '{}'", files[2]);
    test.app.pool.get().expect("a connection").batch_execute(&changed).expect("a row is changed");
    assert_ne!(unsealed_differences(test), []);
    assert_eq!(
        test.by("audit").get(&format!("files/{}/original", files[2])).status,
        200,
        "what was uploaded is served"
    );
}

fn a_refused_form_keeps_no_file(test: &TestApp) {
    let id = midyear(test);
    let refused = |reply: Reply, statuses: &[u16]| {
        assert!(statuses.contains(&reply.status), "{}: {}", reply.status, reply.json);
    };
    let content = pdf("证明".as_bytes());
    let proof: &[(&str, &[u8])] = &[("证明.pdf", &content)];
    for (path, fields) in forms(&id) {
        let contractor = test.by("contractor");
        refused(contractor.upload(&path, &fields[..2], proof), &[422]);
        refused(contractor.upload(&path, &fields[1..], proof), &[400]);
        refused(contractor.upload(&path, &fields, &[("程序.exe", b"MZ")]), &[415]);
        refused(test.by("station").upload(&path, &fields, proof), &[403]);
        refused(test.by("contractor-2").upload(&path, &fields, proof), &[404]);
        let many: Vec<(&str, &[u8])> = (0..21).map(|_| ("证明.pdf", content.as_slice())).collect();
        refused(contractor.upload(&path, &fields, &many), &[413]);
    }
    assert_eq!((requests_of(test, &id).len(), listed(test, &id).len()), (0, 0));
    let count = "SELECT count(*) || '' AS line FROM files WHERE kind IN ('application', 'objection', 'answer')";
    let rows = lines(&mut test.app.pool.get().expect("a connection"), count, count);
    assert_eq!(rows, ["0"]);
}
