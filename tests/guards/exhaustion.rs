//! Requests of people who are signed in that would use up memory, files, threads or the processor: forms of many parts
//! or fields, many forms at once, archives that no one reads.

use std::time::Duration;

use luyue::adapters::gate::KeyedGate;
use luyue::error::Error;
use luyue::schema::kept_forms;
use luyue::services::dossier;
use luyue::services::messages::permit_message;

use crate::adapters::fixtures::pdf;
use crate::deliverables::support::{caller, file, running, send, submissions, text};
use crate::on_both_engines;
use crate::support::app::{TestApp, form};
use crate::support::visitor::Visitor;

on_both_engines! { a_form_with_files_names_its_subject_in_few_letters }

fn a_form_with_files_names_its_subject_in_few_letters(test: &TestApp) {
    let contract = running(test);
    let visitor = Visitor::signed_in(test, "justice");
    let page = visitor.get(&format!("/{contract}/messages")).expect_status(200);
    let (word, key) = (page.hidden("form"), page.hidden("key"));
    let paper: &[(&str, &[u8])] = &[("说明.pdf", &pdf("说明".as_bytes()))];
    let body = form("files", &[("form", &word), ("key", &key)], paper);
    // Too long for an index, and without repetitions, so that it cannot be packed into one.
    let mut state = 7_u32;
    let mut letter = || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        char::from(b'a' + (state >> 16) as u8 % 26)
    };
    let long: String = (0..6_000).map(|_| letter()).collect();
    for subject in [long.as_str(), &"x".repeat(129)] {
        for act in ["message", "annex"] {
            let path = format!("/{contract}/act/{act}/files?subject={subject}");
            assert_eq!(visitor.send_body(&path, &body).status, 404, "{act} {}", subject.len());
        }
    }
}

/// Returns a form of this many empty parts after some leading fields.
fn empty_parts(leading: &[(&str, &str)], name: &str, count: usize) -> Vec<u8> {
    let empty = std::iter::repeat_n((name, ""), count);
    form("files", &leading.iter().copied().chain(empty).collect::<Vec<_>>(), &[])
}

#[test]
fn a_form_has_a_bounded_number_of_parts() {
    let test = TestApp::sqlite();
    let contract = running(&test);
    for (name, status) in [("unknown", 400), ("files", 400)] {
        let body = empty_parts(&[("quantity", "1")], name, 900);
        let kind = Some(crate::support::app::FORM);
        let sent = |body: &[u8]| test.by("contractor").send("POST", &submissions(&contract), kind, body);
        assert_eq!(sent(&body).status, status, "{name}");
        assert_eq!(sent(&empty_parts(&[("quantity", "1")], name, 1_001)).status, 413, "{name}");
    }
    let visitor = Visitor::signed_in_by_page(&test, "contractor");
    let shown = format!("/{contract}/act/submission?subject=VISIT-H1");
    let page = visitor.get(&shown).expect_status(200);
    let leading = [("form", page.hidden("form")), ("key", page.hidden("key"))];
    let leading = leading.each_ref().map(|(name, value)| (*name, value.as_str()));
    let path = page.attr("form[enctype='multipart/form-data']", "action");
    let refused = visitor.send_body(&path, &empty_parts(&leading, "unknown", 3_000)).expect_status(413);
    assert!(refused.text.contains("最多 1000 项"), "{}", refused.text);
    // A small form, which is read into memory.
    let admin = Visitor::signed_in(&test, "admin");
    let page = admin.get("/calendar").expect_status(200);
    let leading = [("form", page.hidden("form")), ("key", page.hidden("key"))];
    let leading = leading.each_ref().map(|(name, value)| (*name, value.as_str()));
    assert_eq!(admin.send_body("/calendar/files", &empty_parts(&leading, "notice", 3_000)).status, 413);
}

#[test]
fn of_an_upload_after_the_session_each_text_is_kept_once() {
    use diesel::prelude::*;
    let test = TestApp::sqlite();
    let contract = running(&test);
    let visitor = Visitor::signed_in_by_page(&test, "contractor");
    let page = visitor.get(&format!("/{contract}/act/submission?subject=VISIT-H1")).expect_status(200);
    let path = page.attr("form[enctype='multipart/form-data']", "action");
    let (word, key) = (page.hidden("form"), page.hidden("key"));
    test.app.clock.set(test.now() + chrono::TimeDelta::hours(13));
    let note = "走访记录".repeat(1_000);
    let mut fields = vec![("form", word.as_str()), ("key", key.as_str()), ("quantity", "600")];
    fields.extend(std::iter::repeat_n(("note", note.as_str()), 200));
    visitor.send_body(&path, &form("files", &fields, &[])).expect_status(303);
    let kept: Vec<String> = kept_forms::table
        .select(kept_forms::fields)
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("the kept forms");
    assert_eq!(kept.len(), 1);
    assert!(kept[0].contains("600") && kept[0].len() < 2 * note.len(), "{} bytes are kept", kept[0].len());
}

#[test]
fn a_form_has_a_bounded_number_of_fields() {
    let test = TestApp::sqlite();
    let contract = running(&test);
    let officer = Visitor::signed_in(&test, "justice");
    let many: Vec<(String, &str)> = (0..20_000).map(|n| (format!("f{n}"), "")).collect();
    let mut fields: Vec<(&str, &str)> = many.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let refused = officer.post_from("/work", "/drafts", &fields).expect_status(413);
    assert!(refused.text.contains("最多 20000 项"), "{}", refused.text);
    fields.truncate(10_000);
    officer.post_from("/work", "/drafts", &fields).expect_status(303);
    // Lines of a batch are refused before any of them is read.
    let chosen: Vec<String> = (0..201).map(|n| format!("do.VISIT-H1.{n}")).collect();
    let fields: Vec<(&str, &str)> = chosen.iter().map(|name| (name.as_str(), "accepted")).collect();
    let path = format!("/{contract}/decisions");
    test.by("contractor").upload(&submissions(&contract), &[("quantity", "600"), ("note", "另报")], &[]);
    let refused = officer.post_from(&path, &path, &fields).expect_status(400);
    assert!(refused.text.contains("1 至 200"), "{}", refused.text);
}

#[test]
fn a_person_sends_a_few_forms_with_files_at_once() {
    let test = TestApp::sqlite();
    let contract = running(&test);
    let id = contract.trim_start_matches("contracts/");
    let permit = |who: &str| permit_message(&test.app, caller(&test, who), id, "");
    let held: Vec<_> = (0..10).map(|_| permit("contractor").expect("one of the first ten")).collect();
    assert!(matches!(permit("contractor"), Err(Error::TooMany(_))));
    assert!(permit("justice").is_ok(), "another person");
    let path = format!("{contract}/records/import");
    let import = || test.by("contractor").upload_as("file", &path, &[], &[("a.csv", b"a,b\n1,2\n")]).status;
    assert_eq!(import(), 429, "nor a table, which is read into memory");
    drop(held);
    assert!(permit("contractor").is_ok());
    assert_eq!(import(), 422);
}

/// Makes a contract whose archive is larger than what is held for a reader.
fn with_a_large_file(test: &TestApp) -> String {
    let contract = running(test);
    let evidence = pdf(&vec![b'x'; 2 << 20]);
    let parts = [text("quantity", "600"), file("走访.pdf", &evidence)];
    send(&test.by("contractor"), &submissions(&contract), &parts).expect_status(201);
    contract
}

#[test]
fn an_archive_that_no_one_reads_holds_no_thread_of_the_server() {
    let test = TestApp::sqlite();
    let contract = with_a_large_file(&test);
    let id = contract.trim_start_matches("contracts/");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().max_blocking_threads(1).build();
    runtime.expect("a runtime").block_on(async {
        let archive = dossier::prepare(&test.app, &caller(&test, "audit"), id).expect("an archive");
        let unread = archive.stream(&test.app).await.expect("a stream");
        let other = tokio::task::spawn_blocking(|| 7);
        let done = tokio::time::timeout(Duration::from_secs(20), other).await;
        assert_eq!(done.expect("the only thread for requests is free").expect("it ends"), 7);
        drop(unread);
    });
}

#[test]
fn a_person_gets_one_archive_at_a_time() {
    let test = TestApp::sqlite();
    let contract = with_a_large_file(&test);
    let id = contract.trim_start_matches("contracts/");
    let prepare = |who: &str| dossier::prepare(&test.app, &caller(&test, who), id);
    let first = prepare("audit").expect("an archive");
    assert!(matches!(prepare("audit"), Err(Error::TooMany(_))));
    let refused = test.by("audit").get(&format!("{contract}/dossier.zip"));
    assert_eq!((refused.status, refused.header("retry-after")), (429, "10"));
    assert!(prepare("justice").is_ok(), "another person");
    drop(first);
    for _ in 0..3 {
        // The next one may begin as soon as the one before was received.
        assert_eq!(test.by("audit").get(&format!("{contract}/dossier.zip")).status, 200);
    }
}

#[test]
fn a_gate_by_key_counts_each_key_for_itself() {
    let gate = KeyedGate::new(2);
    let held = [gate.try_enter("a"), gate.try_enter("a"), gate.try_enter("b")].map(|turn| turn.expect("a free slot"));
    assert!(gate.try_enter("a").is_none() && gate.try_enter("b").is_some());
    drop(held);
    assert!(gate.try_enter("a").is_some());
}
