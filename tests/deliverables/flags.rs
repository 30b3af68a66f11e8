//! Files as people send them, through the API and the page: taken or refused as the table of cases says, and what is
//! noted about a file is shown next to its name wherever it is listed, before anyone decides.

use serde_json::{Value, json};

use crate::adapters::file_cases::case;
use crate::adapters::fixtures::{ole, pdf};
use crate::deliverables::support::{acceptance, file, held, running, send, submissions, text};
use crate::support::app::TestApp;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    files_of_real_users_are_taken_with_their_notes
    notes_stand_beside_the_name_wherever_a_file_is_listed
}

on_sqlite_first! {
    files_that_cannot_be_trusted_are_refused
    notes_of_an_invoice_stand_beside_its_file
}

/// Cases that are taken, with the notes on them.
const TAKEN: &[(&str, &[&str])] = &[
    ("good.docx", &[]),
    ("good.jpg", &[]),
    ("document2.docx", &[]),
    ("chart.docx", &[]),
    ("nochart.pptx", &[]),
    ("mac-printer.docx", &[]),
    ("bom.pdf", &[]),
    ("crlf.pdf", &[]),
    ("nul3000.pdf", &[]),
    ("no-eof.pdf", &[]),
    ("no-eoi.jpg", &[]),
    ("mpo.jpg", &[]),
    ("samsung-trailer.jpg", &[]),
    ("gps.jpg", &[]),
    ("author.docx", &[]),
    ("photo.heic", &["file-flag-no-preview"]),
    ("invoice.ofd", &["file-flag-no-preview"]),
    ("a.wps", &["file-flag-no-preview"]),
    ("a.et", &["file-flag-no-preview"]),
    ("a.dps", &["file-flag-no-preview"]),
    ("owner-AES-128.pdf", &["file-flag-locked"]),
    ("remote-template.docx", &["file-flag-remote-template"]),
];

/// Cases that are refused, with the status of the API and words of the answer in both languages.
const REFUSED: &[(&str, u16, &str, &str)] = &[
    ("two-main.docx", 422, "word/document.xml", "word/document.xml"),
    ("outside.docx", 422, "../../word/document.xml", "../../word/document.xml"),
    ("external.docx", 422, "http://evil.example/document.xml", "http://evil.example/document.xml"),
    ("ole.docx", 422, "oleObject1.bin", "oleObject1.bin"),
    ("embedded-xlsm.docx", 422, "word/embeddings/a.xlsm", "word/embeddings/a.xlsm"),
    ("embedded-zip.docx", 422, "word/embeddings/a.zip", "word/embeddings/a.zip"),
    ("html-polyglot.pdf", 415, "an HTML page named .pdf", "网页"),
    ("zip-polyglot.pdf", 422, "two formats in one", "同时是两种格式"),
    ("user-AES-128.pdf", 422, "remove the password", "取消打开密码"),
    ("enc.docx", 422, "remove the password", "取消打开密码"),
    ("html.xls", 415, "an HTML page named .xls", "请用 Word、Excel 或 WPS 打开"),
    ("webp-as.jpg", 415, "a WebP picture named .jpg", "请打开后另存为 JPEG 或 PNG 图片"),
    ("csv.xlsx", 415, "Rename it so that it ends in .csv", "请把扩展名改为 .csv"),
    ("empty.pdf", 422, "is empty", "文件是空的"),
];

/// Returns the content of a file that is taken; tables and slides of WPS are in the container of its documents.
fn content(name: &str) -> Vec<u8> {
    if ["a.et", "a.dps"].contains(&name) { ole(&["WpsContent"], b"") } else { case(name) }
}

fn files_of_real_users_are_taken_with_their_notes(test: &TestApp) {
    let contract = running(test);
    let contents: Vec<Vec<u8>> = TAKEN.iter().map(|(name, _)| content(name)).collect();
    let mut parts = vec![text("quantity", "590")];
    parts.extend(TAKEN.iter().zip(&contents).map(|((name, _), content)| file(name, content)));
    let done = send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let list = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200);
    for (index, (name, flags)) in TAKEN.iter().enumerate() {
        let listed = &list["items"][0]["submissions"][0]["files"][index];
        assert_eq!((&listed["name"], &listed["flags"]), (&json!(name), &json!(flags)), "{name}");
        let noted = done["files"][index].get("flags").cloned().unwrap_or_else(|| json!([]));
        assert_eq!(noted, json!(flags), "{name}");
    }
    // The same through the page, where the notes stand beside the names.
    let id = contract.trim_start_matches("contracts/");
    let files: Vec<(&str, &[u8])> =
        TAKEN.iter().zip(&contents).map(|((name, _), content)| (*name, content.as_slice())).collect();
    let shown = format!("/contracts/{id}/act/submission?subject=COUNSEL-H1");
    let page = Visitor::signed_in(test, "contractor").upload_from(&shown, "files", &[("quantity", "180")], &files);
    assert_eq!(page.status, 303, "{}", page.text);
    let receipt = format!("/contracts/{id}/receipt?subject=COUNSEL-H1&no=1");
    let listed = Visitor::signed_in(test, "justice").get(&receipt).expect_status(200).texts(FILES_AND_NOTES);
    for (name, flags) in TAKEN {
        let place = listed.iter().position(|words| words == name).unwrap_or_else(|| panic!("{name}: {listed:?}"));
        let next = listed.get(place + 1).map_or("", String::as_str);
        let is_noted = !next.is_empty() && TAKEN.iter().all(|(other, _)| *other != next);
        assert_eq!(is_noted, !flags.is_empty(), "{name}: {listed:?}");
    }
}

fn files_that_cannot_be_trusted_are_refused(test: &TestApp) {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/");
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = format!("/contracts/{id}/act/submission?subject=VISIT-H1");
    for (name, status, english, chinese) in REFUSED {
        let content = case(name);
        let parts = [text("quantity", "590"), file(name, &content)];
        let reply = send(&test.by("contractor"), &submissions(&contract), &parts);
        let answer = String::from_utf8_lossy(&reply.bytes).into_owned();
        assert_eq!(reply.status, *status, "{name}: {answer}");
        assert!(answer.contains(name) && answer.contains(english), "{name}: {answer}");
        assert_eq!(held(test), (0, 0, 0, 0), "{name}");
        let page = contractor.upload_from(&shown, "files", &[("quantity", "590")], &[(name, &content)]);
        assert_eq!(page.status, 422, "{name}: {}", page.text);
        assert!(page.text.contains(name) && page.text.contains(chinese), "{name}: {}", page.text);
        assert_eq!(held(test), (0, 0, 0, 0), "{name}: an empty or refused file is no evidence");
    }
}

/// Selects the names of files and the notes next to them, in the order of the page.
const FILES_AND_NOTES: &str = "a[href^='/files/'], .file-flags";

fn notes_stand_beside_the_name_wherever_a_file_is_listed(test: &TestApp) {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/").to_owned();
    let active = pdf(b"<< /OpenAction 1 0 R >>");
    let done = send(
        &test.by("contractor"),
        &submissions(&contract),
        &[text("quantity", "590"), file("报告.pdf", &active), file("照片.jpg", &case("good.jpg"))],
    );
    let file_id = done.expect_status(201)["files"][0]["id"].as_str().expect("an id").to_owned();
    let note = "打开时自动执行操作";
    let officer = Visitor::signed_in(test, "justice");
    for page in [
        format!("/contracts/{id}"),
        format!("/contracts/{id}/receipt?subject=VISIT-H1&no=1"),
        format!("/contracts/{id}/act/decision?subject=VISIT-H1&no=1"),
        format!("/contracts/{id}/decisions"),
    ] {
        let shown = officer.get(&page).expect_status(200);
        let listed = shown.texts(FILES_AND_NOTES);
        let noted: Vec<usize> = (0..listed.len()).filter(|place| listed[*place].contains(note)).collect();
        let [place] = noted.as_slice() else { panic!("{page}: only the file that has it: {listed:?}") };
        assert_eq!(listed[place - 1], "报告.pdf", "{page}");
    }
    let reply = test.by("justice").get(&format!("files/{file_id}"));
    assert_eq!(reply.header("file-flags"), "file-flag-open-action");
    assert_eq!(officer.get(&format!("/files/{file_id}")).reply.header("file-flags"), "file-flag-open-action");
}

fn notes_of_an_invoice_stand_beside_its_file(test: &TestApp) {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/").to_owned();
    test.by("contractor")
        .upload(&submissions(&contract), &[("quantity", "590"), ("note", "见纸质材料")], &[])
        .expect_status(201);
    test.by("justice").post(&format!("{}/1/decision", submissions(&contract)), &acceptance("590")).expect_status(200);
    let invoice = case("invoice.ofd");
    let milestone = test.by("justice").get(&format!("{contract}/standing")).expect_status(200)["milestones"][0]["code"]
        .as_str()
        .expect("a milestone")
        .to_owned();
    let parts: Vec<crate::deliverables::support::Part> =
        vec![text("number", "24952000000012345678"), text("amount", "100.00"), ("file", Some("发票.ofd"), &invoice)];
    let done = send(&test.by("contractor"), &format!("{contract}/milestones/{milestone}/invoice"), &parts);
    assert_eq!(done.expect_status(201)["files"][0]["flags"], json!(["file-flag-no-preview"]));
    let listed = officer_files(test, &id);
    let place = listed.iter().position(|text| text == "发票.ofd").expect("the name");
    assert!(listed[place + 1].contains("不能预览"), "{listed:?}");
    // So is one that the tax platform gives out as XML.
    let xml = b"<?xml version=\"1.0\" encoding=\"UTF-8\"?><EInvoice xmlns=\"urn:fp\"><Amount>1.00</Amount></EInvoice>";
    let shown = format!("/contracts/{id}/act/invoice?subject={milestone}");
    let fields = [("number", "24952000000012345679"), ("amount", "1.00")];
    let contractor = Visitor::signed_in(test, "contractor");
    assert_eq!(contractor.upload_from(&shown, "file", &fields, &[("发票.xml", xml.as_slice())]).status, 303);
    let listed = officer_files(test, &id);
    let place = listed.iter().position(|text| text == "发票.xml").expect("the name");
    assert!(listed[place + 1].contains("不能预览"), "{listed:?}");
    let parts: Vec<crate::deliverables::support::Part> = vec![
        text("number", "24952000000012345670"),
        text("amount", "1.00"),
        ("file", Some("发票2.xml"), xml.as_slice()),
    ];
    let done = send(&test.by("contractor"), &format!("{contract}/milestones/{milestone}/invoice"), &parts);
    assert_eq!(done.expect_status(201)["files"][0]["flags"], json!(["file-flag-no-preview"]));
    // Facts recorded before notes were listed have none; they are then those of the file's row.
    let views: Value = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200);
    assert_eq!(views["items"][0]["submissions"][0]["files"], json!([]));
}

/// Returns the names of files and the notes next to them on the contract's page, as the officer sees it.
fn officer_files(test: &TestApp, contract: &str) -> Vec<String> {
    let page = Visitor::signed_in(test, "justice").get(&format!("/contracts/{contract}")).expect_status(200);
    page.texts(FILES_AND_NOTES)
}
