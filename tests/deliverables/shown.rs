//! The copy that readers get and the original for those who audit: personal data that a phone or a program wrote into a
//! file unseen is in the original only, and both digests are known.

use crate::adapters::clean_copies::read_part;
use crate::adapters::file_cases::case;
use crate::deliverables::support::{file, held, running, send, submissions, text};
use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;
use crate::{on_both_engines, on_sqlite_first};
use luyue::storage::audit::hash_chains::digest_bytes;

on_both_engines! {
    readers_get_a_copy_without_personal_data
    two_files_of_one_submission_never_share_a_name
}

on_sqlite_first! {
    files_that_the_program_makes_have_names_that_fit
}

fn holds(content: &[u8], words: &[u8]) -> bool {
    content.windows(words.len()).any(|window| window == words)
}

fn readers_get_a_copy_without_personal_data(test: &TestApp) {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/").to_owned();
    let (photo, plain) = (case("gps.jpg"), case("good.jpg"));
    let words = case("author.docx");
    let parts =
        [text("quantity", "590"), file("照片.jpg", &photo), file("plain.jpg", &plain), file("报告.docx", &words)];
    let done = send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    assert_eq!(done["files"][0]["sha256"], digest_bytes(&photo), "the evidence is what was sent");
    assert_eq!(held(test), (3, 1, 5, 0), "three files and two copies");
    let path = |index: usize| format!("files/{}", done["files"][index]["id"].as_str().expect("an id"));
    for who in ["justice", "contractor", "finance-pay", "audit", "station"] {
        let reply = test.by(who).get(&path(0));
        assert_eq!(reply.status, 200, "{who}");
        assert!(!holds(&reply.bytes, b"SERIAL123456"), "{who}");
        assert_eq!(done["files"][0]["shown_sha256"], digest_bytes(&reply.bytes), "{who}");
    }
    let original = format!("{}/original", path(0));
    let reply = test.by("audit").get(&original);
    assert_eq!((reply.status, &reply.bytes), (200, &photo));
    for (who, status) in [("justice", 403), ("contractor", 403), ("justice-leader", 403), ("admin", 403)] {
        assert_eq!(test.by(who).get(&original).status, status, "{who}");
    }
    assert_eq!(test.nobody().get(&original).status, 401);
    assert_eq!(test.by("audit").get("files/none/original").status, 404);
    // So has a document with its author's name.
    let report = test.by("justice").get(&path(2)).bytes;
    let saved = Visitor::signed_in(test, "justice").get(&format!("/{}", path(2))).expect_status(200).reply.bytes;
    assert_eq!(saved, report);
    let core = read_part(&report, "docProps/core.xml");
    assert!(!holds(&core, "张秘密".as_bytes()) && holds(&core, b"<dcterms:created"));
    assert_eq!(test.by("audit").get(&format!("{}/original", path(2))).bytes, words);
    // A file without personal data has no copy: everyone gets the original.
    assert_eq!(done["files"][1].get("shown_sha256"), None);
    assert_eq!(test.by("justice").get(&path(1)).bytes, plain);
    assert_eq!(test.by("audit").get(&format!("{}/original", path(1))).bytes, plain);

    let receipt = format!("/contracts/{id}/receipt?subject=VISIT-H1&no=1");
    let link = format!("/{original}");
    let auditor = Visitor::signed_in(test, "audit");
    let shown = auditor.get(&receipt).expect_status(200).text;
    assert!(shown.contains(&link) && shown.contains(&digest_bytes(&photo)), "{shown}");
    assert_eq!(auditor.get(&link).expect_status(200).reply.bytes, photo);
    let officer = Visitor::signed_in(test, "justice");
    let page = officer.get(&receipt).expect_status(200).text;
    let copy = done["files"][0]["shown_sha256"].as_str().expect("a digest");
    assert!(!page.contains(&link) && page.contains(copy), "{page}");
    officer.get(&link).expect_status(403);
    assert!(!holds(&officer.get(&format!("/{}", path(0))).expect_status(200).reply.bytes, b"SERIAL123456"));
}

fn two_files_of_one_submission_never_share_a_name(test: &TestApp) {
    let contract = running(test);
    let (one, two) = (case("bom.pdf"), case("crlf.pdf"));
    let long = format!("{}.pdf", "长".repeat(200));
    let parts = [
        text("quantity", "590"),
        file("report.pdf", &one),
        file("Report.PDF", &two),
        file("dir/report.pdf", &one),
        file(&long, &one),
        file(&long, &two),
    ];
    let done = send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let names: Vec<&str> =
        done["files"].as_array().expect("files").iter().filter_map(|file| file["name"].as_str()).collect();
    assert_eq!(names[..3], ["report.pdf", "Report (2).PDF", "report (3).pdf"]);
    assert!(names.iter().all(|name| name.len() <= 255 && name.to_lowercase().ends_with(".pdf")), "{names:?}");
    assert_ne!(names[3], names[4]);
    let path = format!("files/{}", done["files"][4]["id"].as_str().expect("an id"));
    let disposition = test.by("justice").get(&path).header("content-disposition").to_owned();
    assert!(disposition.ends_with(".pdf"), "{disposition}");
    // The page saves it under the same name, and the receipt lists each name.
    let officer = Visitor::signed_in(test, "justice");
    let saved = officer.get(&format!("/{path}")).expect_status(200);
    assert_eq!(saved.reply.header("content-disposition"), disposition);
    let id = contract.trim_start_matches("contracts/");
    let receipt = officer.get(&format!("/contracts/{id}/receipt?subject=VISIT-H1&no=1")).expect_status(200);
    let listed = receipt.texts("a[href^='/files/']");
    assert!(names.iter().all(|name| listed.iter().any(|words| words == name)), "{listed:?}");
}

fn files_that_the_program_makes_have_names_that_fit(test: &TestApp) {
    let number = format!("宣社矫/{}", "号".repeat(190));
    let id = programme::registered(test, &number);
    programme::activate(test, &id);
    for (who, path, ending) in [
        ("justice", "documents/summary.pdf", ".pdf"),
        ("justice", "documents/settlement.pdf", ".pdf"),
        ("contractor", "records/template.xlsx", ".xlsx"),
        ("justice", "dossier.zip", ".zip"),
    ] {
        let reply = test.by(who).get(&format!("contracts/{id}/{path}"));
        // The summary has a shorter address among the pages.
        let page = path.replace("documents/summary", "summary");
        let saved = Visitor::signed_in(test, who).get(&format!("/contracts/{id}/{page}")).reply;
        for reply in [reply, saved] {
            assert_eq!(reply.status, 200, "{path}");
            let header = reply.header("content-disposition").to_owned();
            let encoded = header.split_once("filename*=UTF-8''").expect("a name").1;
            let name = percent_encoding::percent_decode_str(encoded).decode_utf8().expect("UTF-8").into_owned();
            assert!(name.len() <= 255 && name.ends_with(ending), "{} bytes: {name}", name.len());
            assert!(name.starts_with("宣社矫_号"), "all of the number that fits: {name}");
        }
    }
}
