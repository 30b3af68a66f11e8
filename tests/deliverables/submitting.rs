//! Submitting a deliverable: it is stored together with its files, or refused with nothing stored.

use bytes::Bytes;
use futures_util::stream;
use luyue::error::Error;
use luyue::services::deliverables::permit_submission;
use luyue::services::deliverables::uploads::{UploadForm, UploadLimits};
use serde_json::json;

use crate::adapters::fixtures::{csv, office, part, pdf};
use crate::deliverables::support::{acceptance, caller, file, held, running, send, submissions, submit, text};
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    files_are_kept_and_named_by_the_fact
    names_are_harmless
    the_storage_of_a_contractor_is_limited
}

on_sqlite_first! {
    a_refused_file_leaves_nothing
    a_refused_form_leaves_nothing
    pending_and_rejected_submissions_determine_the_number
    a_repeated_form_is_accepted_once
    unauthorised_users_are_refused_before_the_body_is_read
}

fn files_are_kept_and_named_by_the_fact(test: &TestApp) {
    let contract = running(test);
    let (pdf, xlsx, csv) = (pdf(b"<< /OpenAction 1 0 R >>"), office("xlsx", Vec::new()), csv());
    let parts = [
        text("quantity", "590"),
        text("note", "上半年走访"),
        file("走访记录.pdf", &pdf),
        file("台账.xlsx", &xlsx),
        file("clients.csv", &csv),
    ];
    let done = send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    assert_eq!(done["no"], 1);
    let files = done["files"].as_array().expect("files");
    let names: Vec<&str> = files.iter().map(|file| file["name"].as_str().expect("a name")).collect();
    assert_eq!(names, ["走访记录.pdf", "台账.xlsx", "clients.csv"]);
    assert_eq!(files[0]["sha256"], luyue::storage::audit::hash_chains::digest_bytes(&pdf));
    assert_eq!(files[2]["bytes"], csv.len());
    assert_eq!(held(test), (3, 1, 3, 0));

    let list = test.by("audit").get(&format!("{contract}/deliverables")).expect_status(200);
    let first = &list["items"][0];
    assert_eq!(list["items"].as_array().map(Vec::len), Some(6));
    assert_eq!(
        first["standing"],
        json!({"code": "VISIT-H1", "state": "submitted", "due_on": "2026-06-30", "days_late": 0, "accepted": null})
    );
    let submission = &first["submissions"][0];
    assert_eq!((&submission["quantity"], &submission["note"]), (&json!("590"), &json!("上半年走访")));
    assert_eq!(submission["decision"], json!(null));
    assert_eq!(submission["files"][0]["flags"], json!(["file-flag-open-action"]));
    assert_eq!(submission["files"][1]["media_type"].as_str().map(|m| m.ends_with("spreadsheetml.sheet")), Some(true));
    assert_eq!(submission["files"][2]["id"], files[2]["id"]);
}

fn a_refused_file_leaves_nothing(test: &TestApp) {
    let contract = running(test);
    let (good, macros) = (pdf(b"good"), office("docx", vec![part("word/vbaProject.bin", "x")]));
    let large = vec![b'1'; 50 * 1024 * 1024 + 1];
    let cases: [(&str, &[u8], u16, &str); 6] = [
        ("page.html", b"<script>", 415, "not accepted"),
        ("photo.png", &good, 415, "a PDF named .png"),
        ("empty.pdf", b"", 422, "empty"),
        ("macros.docx", &macros, 422, "macros"),
        ("cut.pdf", b"%PDF-1.7\nx", 422, "damaged"),
        ("large.csv", &large, 413, "50 MB"),
    ];
    for (name, bytes, status, why) in cases {
        let parts = [text("quantity", "590"), file("good.pdf", &good), file(name, bytes)];
        let reply = send(&test.by("contractor"), &submissions(&contract), &parts);
        let answer = String::from_utf8_lossy(&reply.bytes).to_string();
        assert_eq!(reply.status, status, "{name}: {answer}");
        assert!(answer.contains(name) && answer.contains(why), "{name}: {answer}");
        if status == 422 {
            assert_eq!((&reply.json["rule"], &reply.json["errors"][0]["path"]), (&json!("files"), &json!("files[1]")));
        }
        assert_eq!(held(test), (0, 0, 0, 0), "{name}");
    }
    let many: Vec<_> = (0..51).map(|_| file("good.pdf", &good)).collect();
    assert_eq!(send(&test.by("contractor"), &submissions(&contract), &many).status, 413);
    assert_eq!(held(test), (0, 0, 0, 0));
}

fn a_refused_form_leaves_nothing(test: &TestApp) {
    let contract = running(test);
    let good = pdf(b"good");
    let good = file("good.pdf", &good);
    let long = "长".repeat(2_001);
    let vast = "1".repeat(270_000);
    let cases: [(&[crate::deliverables::support::Part], u16, &str); 10] = [
        (&[good], 400, "quantity"),
        (&[text("quantity", "0"), good], 400, "quantity"),
        (&[text("quantity", "many"), good], 400, "quantity"),
        (&[text("quantity", "1"), text("on", "2026-6-1"), good], 400, "on"),
        (&[text("quantity", "1"), text("on", "2026-06-30"), good], 422, "on"),
        (&[text("quantity", "1"), text("on", "2026-01-04"), good], 422, "on"),
        (&[text("quantity", "1"), text("note", &long), good], 400, "note"),
        (&[text("quantity", "1"), text("quantity", "2"), good], 400, "quantity"),
        (&[text("quantity", "1"), text("role", "admin"), good], 400, "role"),
        (&[text("quantity", "1"), text("files", "no file"), good], 400, "files"),
    ];
    for (parts, status, path) in cases {
        let reply = send(&test.by("contractor"), &submissions(&contract), parts);
        assert_eq!(reply.status, status, "{path}: {}", String::from_utf8_lossy(&reply.bytes));
        assert_eq!(reply.json["errors"][0]["path"], path);
        assert_eq!(held(test), (0, 0, 0, 0), "{path}");
    }
    let who = test.by("contractor");
    // The contractor does not choose the day from which the purchaser's time to inspect runs.
    for day in ["2026-06-28", "2026-06-30"] {
        let dated = [text("quantity", "1"), text("on", day), good];
        let refused = send(&who, &submissions(&contract), &dated).expect_status(422);
        assert_eq!(
            (&refused["rule"], &refused["errors"][0]["path"]),
            (&json!("submission-date"), &json!("on")),
            "{day}"
        );
    }
    let shown = format!("/{contract}/act/submission?subject=VISIT-H1");
    let contractor = Visitor::signed_in(test, "contractor");
    assert!(!contractor.get(&shown).expect_status(200).has("[name=on]"), "the page asks for no day");
    let fields = [("quantity", "1"), ("note", "另报"), ("on", "2026-06-28")];
    let page = contractor.upload_from(&shown, "files", &fields, &[]).expect_status(422);
    assert!(page.text.contains("系统收到之日（2026-06-29）"), "{}", page.text);
    assert_eq!(held(test), (0, 0, 0, 0));
    let who = test.by("contractor");
    assert_eq!(send(&who, &submissions(&contract), &[text("quantity", &vast)]).status, 413);
    let path = submissions(&contract);
    assert_eq!(who.post(&path, &json!({"quantity": "1"})).status, 415);
    let form = Some("multipart/form-data; boundary=edge");
    let cut = b"--edge\r\nContent-Disposition: form-data; name=\"quantity\"\r\n\r\n1";
    assert_eq!(who.send("POST", &path, form, cut).status, 400);
    assert_eq!(held(test), (0, 0, 0, 0));
}

fn pending_and_rejected_submissions_determine_the_number(test: &TestApp) {
    let contract = running(test);
    let path = submissions(&contract);
    assert_eq!(submit(test, &contract, "590")["no"], 1);
    let good = pdf(b"good");
    let parts = [text("quantity", "600"), file("good.pdf", &good)];
    let pending = send(&test.by("contractor"), &path, &parts).expect_status(422);
    assert_eq!(pending["rule"], "submission-before-rejection");
    assert_eq!(held(test), (0, 1, 0, 0), "the file went with the refusal");
    let rejection = json!({"decision": "rejected", "note": "缺少走访照片"});
    let standing = test.by("justice").post(&format!("{path}/1/decision"), &rejection).expect_status(200);
    assert_eq!((&standing["state"], &standing["accepted"]), (&json!("rejected"), &json!(null)));
    test.at("2026-07-01", 10);
    assert_eq!(send(&test.by("contractor"), &path, &parts).expect_status(201)["no"], 2);
    let standing = test.by("justice").post(&format!("{path}/2/decision"), &acceptance("600")).expect_status(200);
    assert_eq!((&standing["state"], &standing["accepted"]), (&json!("accepted"), &json!("600")));
    assert_eq!(send(&test.by("contractor"), &path, &parts).status, 409, "the same was accepted");
    let another = [text("quantity", "599"), file("good.pdf", &good)];
    assert_eq!(send(&test.by("contractor"), &path, &another).status, 422, "it is accepted");
    let list = test.by("contractor").get(&format!("{contract}/deliverables")).expect_status(200);
    let seen = &list["items"][0]["submissions"];
    assert_eq!(seen[0]["decision"]["note"], "缺少走访照片");
    assert_eq!(seen[1]["files"][0]["name"], "good.pdf");
    assert_eq!(seen[1]["decision"]["measured"], json!({"COVERAGE": "96.5"}));
    assert_eq!(seen[1]["decision"]["members"].as_array().map(Vec::len), Some(2));
}

fn a_repeated_form_is_accepted_once(test: &TestApp) {
    let contract = running(test);
    let (one, other) = (pdf(b"one"), pdf(b"two"));
    let with = |bytes: &[u8], quantity: &str| {
        let who = test.by("contractor").with("Idempotency-Key", "k-1");
        send(&who, &submissions(&contract), &[text("quantity", quantity), file("a.pdf", bytes)])
    };
    let first = with(&one, "590").expect_status(201);
    assert_eq!(with(&one, "590").expect_status(201), first);
    assert_eq!(with(&other, "590").expect_status(422)["rule"], "idempotency-key");
    assert_eq!(with(&one, "591").expect_status(422)["rule"], "idempotency-key");
    assert_eq!(held(test), (1, 1, 1, 0));
    // A repeated request gets its first answer even in a state that no longer allows the action.
    let id = contract.trim_start_matches("contracts/");
    let mut connection = test.app.pool.get().expect("a connection");
    let row = luyue::storage::contracts::by_number(&mut connection, "XCSF-2026-001").expect("read").expect("there");
    assert_eq!(row.public_id, id);
    let state = luyue::domain::codes::ContractState::Completed;
    luyue::storage::contracts::set_state(&mut connection, row.id, state).expect("set");
    assert_eq!(with(&one, "590").expect_status(201), first);
    let new = test.by("contractor").with("Idempotency-Key", "k-2");
    assert_eq!(send(&new, &submissions(&contract), &[text("quantity", "1")]).status, 409);
}

fn unauthorised_users_are_refused_before_the_body_is_read(test: &TestApp) {
    let contract = running(test);
    let path = submissions(&contract);
    // A body that is not a form would be answered 415 if the body were read.
    let junk =
        |who: &crate::support::app::Somebody, path: &str| who.send("POST", path, Some("text/plain"), b"x").status;
    assert_eq!(junk(&test.nobody(), &path), 401);
    assert_eq!(junk(&test.by("justice"), &path), 403);
    assert_eq!(junk(&test.by("contractor-2"), &path), 404);
    assert_eq!(junk(&test.by("contractor"), &format!("{contract}/deliverables/NONE/submissions")), 404);
    assert_eq!(junk(&test.by("contractor"), &path), 415);
    let draft = crate::support::programme::registered(test, "N-2");
    assert_eq!(junk(&test.by("contractor"), &submissions(&format!("contracts/{draft}"))), 409);
    assert_eq!(held(test), (0, 0, 0, 0));
}

fn names_are_harmless(test: &TestApp) {
    let contract = running(test);
    let good = pdf(b"good");
    let parts = [
        text("quantity", "1"),
        file("../../etc/x.pdf", &good),
        file("C:\\\\dir\\\\报告 终稿.pdf", &good),
        file("\u{202e}fdp.报告\u{200b}.pdf", &good),
        file("con.pdf", &good),
    ];
    let done = send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let names: Vec<&str> =
        done["files"].as_array().expect("files").iter().filter_map(|file| file["name"].as_str()).collect();
    assert_eq!(names, ["x.pdf", "报告 终稿.pdf", "fdp.报告.pdf", "_con.pdf"]);
    for path in crate::deliverables::support::stored(test) {
        let name = path.file_name().and_then(|name| name.to_str()).expect("a name");
        assert!(name.len() == 32 && name.bytes().all(|b| b.is_ascii_hexdigit()), "{name}");
    }
    let turned = [text("quantity", "1"), file("report\u{202e}fdp.exe", &good)];
    let path = submissions(&contract).replace("VISIT", "COUNSEL");
    assert_eq!(send(&test.by("contractor"), &path, &turned).status, 415);
}

fn the_storage_of_a_contractor_is_limited(test: &TestApp) {
    use diesel::prelude::*;
    use luyue::schema::files;
    let contract = running(test);
    let good = pdf(b"good");
    let parts = [text("quantity", "590"), file("good.pdf", &good)];
    send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let fill = |bytes: i64| {
        let mut connection = test.app.pool.get().expect("a connection");
        diesel::update(files::table).set(files::bytes.eq(bytes)).execute(&mut *connection).expect("set");
    };
    let path = submissions(&contract).replace("VISIT", "COUNSEL");
    let parts = [text("quantity", "1"), file("good.pdf", &good)];
    let quota = 20 * 1024 * 1024 * 1024;
    fill(quota - good.len() as i64 + 1);
    assert_eq!(send(&test.by("contractor"), &path, &parts).status, 413, "one byte too many");
    assert_eq!(held(test), (1, 1, 1, 0));
    fill(quota - good.len() as i64);
    send(&test.by("contractor"), &path, &parts).expect_status(201);
}

/// A form without text fields.
static SMALL: UploadLimits = UploadLimits { texts: &[], file: "files", files: 50, endings: &[] };

#[test]
fn an_oversized_form_is_cut_off_while_it_is_received() {
    let test = TestApp::sqlite_with(|settings| settings.max_form_mb = 1);
    let contract = running(&test);
    let id = contract.trim_start_matches("contracts/");
    let admitted = permit_submission(&test.app, caller(&test, "contractor"), id, "VISIT-H1").expect("admitted");
    let mut form = UploadForm::new(&test.app, &admitted, &SMALL);
    let taken = std::cell::Cell::new(0);
    let endless = stream::repeat_with(|| {
        taken.set(taken.get() + 1);
        Ok(Bytes::from_static(&[b'1'; 1_000]))
    });
    let refused = actix_web::rt::System::new().block_on(form.receive_part("files", Some("a.csv"), endless));
    assert!(matches!(refused, Err(Error::TooLarge(_))), "{refused:?}");
    assert_eq!(taken.get(), 1_049, "no more was read than shows that it is too much");
    drop(form);
    assert_eq!(held(&test), (0, 0, 0, 0));
}
