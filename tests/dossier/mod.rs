//! The file of a contract: what it holds for whom, its list and digests, and the script that checks them.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};
use std::process::Command;

use luyue::domain::codes::Language;
use luyue::services::dossier;
use serde_json::json;

use crate::adapters::file_cases::case;
use crate::adapters::fixtures::pdf;
use crate::annexes;
use crate::deliverables::support::{acceptance, file, running, send, stored, submissions, text};
use crate::on_both_engines;
use crate::support::app::TestApp;
use crate::support::visitor::{Visitor, give_password};

on_both_engines! {
    an_archive_holds_everything_and_is_checked_by_its_script
    a_contractor_gets_its_own_and_nothing_internal
    those_who_may_not_read_everything_get_none
    the_purchasers_download_opens_submissions
    files_alone_are_downloaded_at_once_by_right
    a_lost_file_is_named
    the_archive_is_on_the_page_and_on_the_command_line
    names_fit_into_a_file_system_and_notes_stand_beside_them
}

type Entries = BTreeMap<String, Vec<u8>>;

/// Unpacks an archive.
fn unpacked(bytes: &[u8]) -> Entries {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("an archive");
    let mut entries = Entries::new();
    for place in 0..archive.len() {
        let mut entry = archive.by_index(place).expect("an entry");
        let mut content = Vec::new();
        entry.read_to_end(&mut content).expect("its content");
        let name = entry.name().expect("a name").into_owned();
        assert_eq!(entries.insert(name.clone(), content), None, "{name} twice");
    }
    entries
}

fn downloaded(test: &TestApp, who: &str, contract: &str) -> Entries {
    let reply = test.by(who).with("Accept-Language", "zh-CN").get(&format!("{contract}/dossier.zip"));
    assert_eq!((reply.status, reply.header("content-type")), (200, "application/zip"));
    unpacked(&reply.bytes)
}

fn as_text(entries: &Entries, name: &str) -> String {
    String::from_utf8(entries.get(name).unwrap_or_else(|| panic!("{name}: {:?}", entries.keys())).clone())
        .expect("UTF-8")
}

/// Creates a contract with a submission that was decided on, a message with a file, and two annexes, one of them
/// internal. Returns the prefix of its addresses.
fn busy(test: &TestApp) -> String {
    let contract = running(test);
    let id = contract.trim_start_matches("contracts/").to_owned();
    let evidence = pdf("走访记录".as_bytes());
    let parts = [text("quantity", "600"), file("走访 记录.pdf", &evidence)];
    send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let decided = format!("{contract}/deliverables/VISIT-H1/submissions/1/decision");
    test.by("justice").post(&decided, &acceptance("600")).expect_status(200);
    let note = pdf("说明".as_bytes());
    let message = [("text", "请核对签到表")];
    test.by("justice").upload(&format!("{contract}/messages"), &message, &[("说明.pdf", &note)]).expect_status(201);
    annexes::add(test, "justice", &id, &[]).expect_status(201);
    annexes::add(test, "justice", &id, &[("title", "会审意见"), ("internal", "yes")]).expect_status(201);
    contract
}

fn an_archive_holds_everything_and_is_checked_by_its_script(test: &TestApp) {
    let contract = busy(test);
    let entries = downloaded(test, "audit", &contract);
    let contents = as_text(&entries, "contents.csv");
    for said in
        ["合同履约情况表", "结算表", "履约验收书 上半年上门走访 1", "佐证材料", "走访 记录.pdf", "会审意见", "说明.pdf"]
    {
        assert!(contents.contains(said), "{said}: {contents}");
    }
    let printed = entries.iter().filter(|(name, _)| name.ends_with(".pdf") && name.starts_with("documents/"));
    assert!(printed.clone().count() >= 3 && printed.clone().all(|(_, bytes)| bytes.starts_with(b"%PDF")));
    assert!(
        entries.iter().any(|(name, bytes)| name.ends_with("走访 记录.pdf") && *bytes == pdf("走访记录".as_bytes()))
    );
    let events = as_text(&entries, "data/events.csv");
    assert!(events.contains("添加合同附件") && events.contains("合同生效"), "{events}");
    assert!(as_text(&entries, "data/messages.csv").contains("请核对签到表"));
    assert!(as_text(&entries, "data/contract.json").contains("VISIT-H1"));
    let folder = tempfile::tempdir().expect("a folder");
    for (name, bytes) in &entries {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("made");
        std::fs::write(path, bytes).expect("written");
    }
    let verify = || Command::new("sh").arg(folder.path().join("verify.sh")).output().expect("it runs");
    let checked = verify();
    assert!(checked.status.success(), "{}", String::from_utf8_lossy(&checked.stdout));
    for added in ["added.txt", ".added", "files/manifest.sha256", "data/verify.sh"] {
        std::fs::write(folder.path().join(added), "x").expect("written");
        let refused = verify();
        let said = String::from_utf8_lossy(&refused.stdout).into_owned();
        assert!(!refused.status.success() && said.contains(&format!("not listed: ./{added}\n")), "{added}: {said}");
        std::fs::remove_file(folder.path().join(added)).expect("removed");
    }
    std::os::unix::fs::symlink("contents.csv", folder.path().join("added.csv")).expect("a link");
    assert!(!verify().status.success(), "a link more");
    std::fs::remove_file(folder.path().join("added.csv")).expect("removed");
    assert!(verify().status.success(), "as it was");
    std::fs::write(folder.path().join("data/events.csv"), "x").expect("written");
    assert!(!verify().status.success(), "a changed file");
}

fn a_contractor_gets_its_own_and_nothing_internal(test: &TestApp) {
    let contract = busy(test);
    let entries = downloaded(test, "contractor", &contract);
    let contents = as_text(&entries, "contents.csv");
    assert!(contents.contains("走访 记录.pdf") && contents.contains("合同文本") && contents.contains("说明.pdf"));
    for (name, bytes) in &entries {
        assert!(!String::from_utf8_lossy(bytes).contains("会审意见"), "{name}");
    }
    assert_eq!(entries.keys().filter(|name| name.starts_with("files/")).count(), 3);
    let purchaser = downloaded(test, "justice", &contract);
    assert_eq!(purchaser.keys().filter(|name| name.starts_with("files/")).count(), 4);
}

fn those_who_may_not_read_everything_get_none(test: &TestApp) {
    let contract = busy(test);
    let path = format!("{contract}/dossier.zip");
    for (who, status) in [
        ("station", 403),
        ("admin", 403),
        ("contractor-2", 404),
        ("other-justice", 404),
        ("justice-leader", 200),
        ("finance-pay", 200),
    ] {
        assert_eq!(test.by(who).get(&path).status, status, "{who}");
    }
    assert_eq!(test.nobody().get(&path).status, 401);
}

fn the_purchasers_download_opens_submissions(test: &TestApp) {
    let contract = running(test);
    let evidence = pdf(b"evidence");
    let parts = [text("quantity", "600"), file("a.pdf", &evidence)];
    send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let opened = || {
        let list = test.by("audit").get(&format!("{contract}/deliverables")).expect_status(200);
        list["items"][0]["submissions"][0]["opened_at"].is_string()
    };
    downloaded(test, "contractor", &contract);
    downloaded(test, "audit", &contract);
    assert!(!opened(), "those who do not inspect it open nothing");
    downloaded(test, "justice", &contract);
    assert!(opened());
    let withdrawn = test
        .by("contractor")
        .post(&format!("{contract}/deliverables/VISIT-H1/submissions/1/actions/withdraw"), &json!({"reason": "有误"}));
    assert_ne!(withdrawn.status, 200, "{}", withdrawn.json);
}

fn files_alone_are_downloaded_at_once_by_right(test: &TestApp) {
    let contract = busy(test);
    let names = |who: &str, query: &str| -> Vec<String> {
        let reply = test.by(who).get(&format!("{contract}/files.zip{query}"));
        assert_eq!((reply.status, reply.header("content-type")), (200, "application/zip"), "{who} {query}");
        unpacked(&reply.bytes).into_keys().filter(|name| name.starts_with("files/")).collect()
    };
    for who in ["justice", "contractor"] {
        let all = downloaded(test, who, &contract).into_keys().filter(|name| name.starts_with("files/"));
        assert_eq!(names(who, ""), all.collect::<Vec<_>>(), "{who}");
    }
    assert!(names("justice", "").len() > names("contractor", "").len(), "one annex is internal");
    let of_one = names("contractor", "?deliverable=VISIT-H1");
    assert!(of_one.len() == 1 && of_one[0].ends_with("走访 记录.pdf"), "{of_one:?}");
    assert_eq!(test.by("justice").get(&format!("{contract}/files.zip?deliverable=EDU-H1")).status, 404);
    for (who, status) in [("contractor-2", 404), ("other-justice", 404), ("admin", 403)] {
        assert_eq!(test.by(who).get(&format!("{contract}/files.zip")).status, status, "{who}");
    }
    // Downloading those of one deliverable opens its submissions for the purchaser, and no others.
    let lesson = pdf("教育".as_bytes());
    let parts = [text("quantity", "1"), file("教育.pdf", &lesson)];
    for code in ["EDU-H1", "EDU-H2"] {
        let path = format!("{contract}/deliverables/{code}/submissions");
        send(&test.by("contractor"), &path, &parts).expect_status(201);
    }
    assert_eq!(names("justice", "?deliverable=EDU-H1").len(), 1);
    for (code, is_open) in [("EDU-H1", true), ("EDU-H2", false)] {
        let path = format!("{contract}/deliverables/{code}/submissions/1/actions/withdraw");
        let withdrawn = test.by("contractor").post(&path, &json!({"reason": "误传"}));
        assert_eq!(withdrawn.status != 200, is_open, "{code} {}", withdrawn.json);
    }
}

fn a_lost_file_is_named(test: &TestApp) {
    let contract = busy(test);
    for path in stored(test) {
        std::fs::write(path, "changed").expect("written");
    }
    let entries = downloaded(test, "audit", &contract);
    assert!(entries.keys().all(|name| !name.starts_with("files/")), "nothing changed is passed on");
    assert!(as_text(&entries, "contents.csv").contains("文件缺失或已损坏"));
    assert!(entries.contains_key("verify.sh"), "the archive is complete");
}

fn the_archive_is_on_the_page_and_on_the_command_line(test: &TestApp) {
    let contract = busy(test);
    give_password(test, "justice");
    let visitor = Visitor::signed_in(test, "justice");
    let page = visitor.get(&format!("/{contract}/annexes")).expect_status(200);
    let address = page.attrs("a[download]", "href").pop().expect("a link");
    let file = visitor.get(&address).expect_status(200);
    assert!(unpacked(&file.reply.bytes).contains_key("contents.csv"));
    let made = dossier::prepare_by_number(&test.app, "XCSF-2026-001", Language::En).expect("it is there");
    let (mut out, mut steps) = (Vec::new(), Vec::new());
    let made = made.write(&test.app, &mut out, &mut |done, all| steps.push((done, all))).expect("it is written");
    let entries = unpacked(&out);
    assert_eq!((made.entries, made.lost), (entries.len() - 3, 0));
    assert_eq!(steps.last(), Some(&(made.entries, made.entries)));
    assert!(as_text(&entries, "contents.csv").contains("会审意见"), "the machine itself reads everything");
    assert!(dossier::prepare_by_number(&test.app, "X", Language::En).is_err());
}

fn names_fit_into_a_file_system_and_notes_stand_beside_them(test: &TestApp) {
    let contract = running(test);
    let (long, content) = (format!("{}.pdf", "长".repeat(200)), pdf(b"evidence"));
    let locked = case("owner-AES-128.pdf");
    let parts = [text("quantity", "600"), file(&long, &content), file(&long, &content), file("锁定.pdf", &locked)];
    send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    let entries = downloaded(test, "audit", &contract);
    let names: Vec<&str> = entries.keys().filter_map(|name| name.strip_prefix("files/")).collect();
    assert_eq!(names.len(), 3);
    assert!(names.iter().all(|name| name.len() <= 255 && name.ends_with(".pdf")), "{names:?}");
    let contents = as_text(&entries, "contents.csv");
    assert!(contents.contains("锁定.pdf（限制编辑）"), "{contents}");
}
