//! Limits and losses of forms with files: the true limit is shown on the form and in the answer, which is a page for
//! people; a refused form keeps what was typed and the files that are good.

use diesel::prelude::*;
use luyue::schema::{files, kept_files, people};

use crate::adapters::file_cases::case;
use crate::adapters::fixtures::{csv, jpeg, pdf};
use crate::deliverables::support::{file, held, running, send, stored, submissions, text};
use crate::support::app::TestApp;
use crate::support::visitor::{Page, Visitor};
use crate::{on_both_engines, on_sqlite_first};

/// Fields of a form as they are typed.
type Fields<'a> = &'a [(&'a str, &'a str)];
/// Names and contents of files.
type Files<'a> = &'a [(&'a str, &'a [u8])];

on_both_engines! {
    good_files_survive_a_fault_in_another_field
    good_files_survive_a_refused_one
    kept_files_belong_to_one_person_and_one_form
    the_same_file_is_kept_once
    a_kept_file_is_not_that_of_the_next_invoice
}

on_sqlite_first! {
    kept_files_expire
    a_form_that_another_tab_sent_says_only_so
    faults_of_fields_and_files_are_told_together
}

fn place(contract: &str, subject: &str) -> String {
    format!("/{contract}/act/submission?subject={subject}")
}

fn kept(test: &TestApp) -> i64 {
    let mut connection = test.app.pool.get().expect("a connection");
    kept_files::table.count().get_result(&mut *connection).expect("counted")
}

/// Returns the identifiers of the kept files on a page.
fn listed(page: &Page) -> Vec<String> {
    page.attrs("input[name=kept]", "value")
}

fn good_files_survive_a_fault_in_another_field(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = place(&contract, "VISIT-H1");
    let (report, photo) = (pdf(b"report"), case("gps.jpg"));
    let fields = [("quantity", "many"), ("note", "上半年走访")];
    let page = contractor.upload_from(&shown, "files", &fields, &[("报告.pdf", &report), ("照片.jpg", &photo)]);
    assert!(page.status == 400 || page.status == 422, "{}", page.text);
    for words in ["value=\"many\"", "上半年走访", "报告.pdf", "照片.jpg"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert_eq!((kept(test), held(test).0), (2, 0));
    // Without scripts, the address of the refused form stays in the address bar.
    let address = page.attr("form[enctype='multipart/form-data']", "action");
    assert_eq!(contractor.get(&address).expect_status(303).location, shown);
    let ticked = |page: &Page| page.attrs("input[name=kept][checked]", "value");
    assert_eq!(ticked(&page).len(), 2, "they were sent with it");
    // They are still there when the form is opened again, perhaps for something else, and are sent with it once ticked.
    let page = contractor.get(&shown).expect_status(200);
    let ids = listed(&page);
    assert_eq!((ids.len(), ticked(&page).len(), page.has("input[name=listed]")), (2, 0, false), "{}", page.text);
    let other = contractor.upload_on(&page, "files", &fields, &[("名单.pdf", &pdf(b"list"))]);
    let new = ticked(&other);
    assert!(new.len() == 1 && !ids.contains(&new[0]) && listed(&other).len() == 3, "{}", other.text);
    let left = contractor.upload_on(&other, "files", &[&fields[..], &[("listed", new[0].as_str())]].concat(), &[]);
    assert_eq!((listed(&left), ticked(&left).len()), (ids.clone(), 0), "{}", left.text);
    let again: Vec<(&str, &str)> = [("quantity", "590"), ("note", "上半年走访")]
        .into_iter()
        .chain(ids.iter().flat_map(|id| [("listed", id.as_str()), ("kept", id.as_str())]))
        .collect();
    let done = contractor.upload_on(&page, "files", &again, &[("报告.pdf", &case("bom.pdf"))]);
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(
        (kept(test), held(test)),
        (0, (3, 1, 6, 0)),
        "three files, copies of the photo and of a PDF that names its author, and the one that was not wanted"
    );
    let list = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200);
    let files = list["items"][0]["submissions"][0]["files"].as_array().expect("files").clone();
    let names: Vec<&str> = files.iter().filter_map(|file| file["name"].as_str()).collect();
    assert_eq!(names, ["报告.pdf", "照片.jpg", "报告 (2).pdf"]);
    assert_eq!(files[1]["sha256"], luyue::storage::audit::hash_chains::digest_bytes(&photo));
    // The browser's repetition of the same form changes nothing.
    let repeated = contractor.upload_on(&page, "files", &again, &[("报告.pdf", &case("bom.pdf"))]);
    assert_eq!((repeated.status, kept(test), held(test).0), (303, 0, 3), "{}", repeated.text);
}

fn good_files_survive_a_refused_one(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = place(&contract, "VISIT-H1");
    let (good, table) = (pdf(b"good"), csv());
    let files: [(&str, &[u8]); 4] =
        [("a.pdf", &good), ("empty.pdf", b""), ("page.xls", b"<html></html>"), ("b.csv", &table)];
    let page = contractor.upload_from(&shown, "files", &[("quantity", "590")], &files).expect_status(422);
    for words in ["value=\"590\"", "empty.pdf", "文件是空的", "page.xls", "网页"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    let ids = listed(&page);
    assert_eq!((ids.len(), held(test).0), (2, 0));
    // One of them is no longer wanted.
    let fields =
        [("quantity", "590"), ("listed", ids[0].as_str()), ("listed", ids[1].as_str()), ("kept", ids[1].as_str())];
    assert_eq!(contractor.upload_on(&page, "files", &fields, &[]).status, 303);
    let list = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200);
    assert_eq!(list["items"][0]["submissions"][0]["files"][0]["name"], "b.csv");
    assert_eq!((kept(test), held(test).0), (0, 1));
}

fn kept_files_belong_to_one_person_and_one_form(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let good = pdf(b"good");
    let refused = |subject: &str| {
        let fields = [("quantity", "many")];
        let page = contractor.upload_from(&place(&contract, subject), "files", &fields, &[("a.pdf", &good)]);
        listed(&page).last().cloned().expect("a kept file")
    };
    let id = refused("VISIT-H1");
    let other = contractor.get(&place(&contract, "COUNSEL-H1")).expect_status(200);
    assert_eq!(listed(&other), [""; 0]);
    // Neither another form nor another person can send it.
    let fields = [("quantity", "1"), ("kept", id.as_str())];
    let page = contractor.upload_on(&other, "files", &fields, &[]);
    assert!(page.status == 400 && page.text.contains("已过期"), "{}", page.text);
    let mut connection = test.app.pool.get().expect("a connection");
    let stranger: i64 = people::table
        .filter(people::username.eq("contractor-2"))
        .select(people::id)
        .first(&mut *connection)
        .expect("there");
    diesel::update(kept_files::table)
        .set(kept_files::person_id.eq(stranger))
        .execute(&mut *connection)
        .expect("given away");
    drop(connection);
    let own = contractor.get(&place(&contract, "VISIT-H1")).expect_status(200);
    assert_eq!(listed(&own), [""; 0]);
    let page = contractor.upload_on(&own, "files", &[("quantity", "590"), ("kept", id.as_str())], &[]);
    assert!(page.status == 400 && page.text.contains("已过期"), "{}", page.text);
    assert_eq!((held(test).0, held(test).1), (0, 0));
    // The API has no kept files.
    let parts = [text("quantity", "590"), text("kept", id.as_str())];
    assert_eq!(send(&test.by("contractor"), &submissions(&contract), &parts).status, 400);
}

fn kept_files_expire(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = place(&contract, "VISIT-H1");
    let good = pdf(b"good");
    let page = contractor.upload_from(&shown, "files", &[("quantity", "many")], &[("a.pdf", &good)]);
    let id = listed(&page).pop().expect("a kept file");
    assert_eq!((kept(test), stored(test).len()), (1, 1));
    let run = actix_web::rt::System::new();
    run.block_on(luyue::services::deliverables::files::sweep(&test.app)).expect("swept");
    assert_eq!((kept(test), stored(test).len()), (1, 1), "what is kept is not swept");
    test.at("2026-06-30", 10);
    let contractor = Visitor::signed_in(test, "contractor");
    let page = contractor.get(&shown).expect_status(200);
    assert_eq!(listed(&page), [""; 0]);
    let page = contractor.upload_on(&page, "files", &[("quantity", "590"), ("kept", id.as_str())], &[]);
    assert!(page.text.contains("已过期"), "{}", page.text);
    run.block_on(luyue::services::deliverables::files::sweep(&test.app)).expect("swept");
    assert_eq!(kept(test), 0);
}

/// Returns the address of the form that submits an invoice.
fn a_form_that_another_tab_sent_says_only_so(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = place(&contract, "VISIT-H1");
    contractor.upload_from(&shown, "files", &[("quantity", "many")], &[("报告.pdf", &pdf(b"report"))]);
    let tabs = [(); 2].map(|()| contractor.get(&shown).expect_status(200));
    let id = listed(&tabs[0]).remove(0);
    let fields = [("quantity", "590"), ("note", "上半年走访"), ("listed", id.as_str()), ("kept", id.as_str())];
    let first = contractor.upload_on(&tabs[0], "files", &fields, &[]);
    assert_eq!(first.status, 303, "{}", first.text);
    let second = contractor.upload_on(&tabs[1], "files", &fields, &[]).expect_status(422);
    assert!(second.text_of(".govuk-error-summary").contains("不能再次提交"), "{}", second.text);
    assert!(second.text.contains("上半年走访"), "what was typed stays: {}", second.text);
    for untrue in ["已过期", "仍可继续办理"] {
        assert!(!second.text.contains(untrue), "{untrue}: {}", second.text);
    }
}

fn invoice_place(contract: &str) -> String {
    format!("/{contract}/act/invoice?subject=ADVANCE")
}

fn a_kept_file_is_not_that_of_the_next_invoice(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let (shown, first) = (invoice_place(&contract), pdf(b"first"));
    let ticked = |page: &Page| page.attrs("input[name=kept][checked]", "value");
    let fields = |number: &'static str, amount: &'static str| [("number", number), ("amount", amount)];
    let refuse = || {
        let page = contractor.upload_from(&shown, "file", &fields(NUMBERS[0], "much"), &[("甲.pdf", &first)]);
        assert_eq!((listed(&page), ticked(&page).len()), (ticked(&page), 1), "it stays chosen: {}", page.text);
        page
    };
    // It is sent with the form that was refused, also where that form is refused once more.
    let page = refuse();
    let kept_file = ticked(&page).remove(0);
    let id = kept_file.as_str();
    let again = [&fields(NUMBERS[0], "more")[..], &[("listed", id), ("kept", id)]].concat();
    let page = contractor.upload_on(&page, "file", &again, &[]).expect_status(400);
    assert_eq!(ticked(&page), std::slice::from_ref(&kept_file));
    // Opened again, perhaps for another invoice, it is offered and not chosen; sent without it, nothing is lost.
    let page = contractor.get(&shown).expect_status(200);
    assert_eq!((listed(&page), ticked(&page).len()), (vec![kept_file.clone()], 0));
    let blank = [&fields(NUMBERS[0], "1")[..], &[("listed", id)]].concat();
    let page = contractor.upload_on(&page, "file", &blank, &[]);
    assert!(page.status == 400 || page.status == 422, "{}", page.text);
    assert_eq!((listed(&page), ticked(&page).len()), (vec![kept_file.clone()], 0), "{}", page.text);
    let whole = [&fields(NUMBERS[0], "100.00")[..], &[("listed", id), ("kept", id)]].concat();
    assert_eq!(contractor.upload_on(&page, "file", &whole, &[]).status, 303);
    // Once an invoice was recorded, by the page with another file or through the API, none is kept for the next.
    refuse();
    let page = contractor.get(&shown).expect_status(200);
    let other = pdf(b"other");
    let done = contractor.upload_on(&page, "file", &fields(NUMBERS[1], "100.00"), &[("乙.pdf", &other)]);
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!((listed(&contractor.get(&shown)), kept(test)), (Vec::new(), 0));
    refuse();
    let third = pdf(b"third");
    let parts = [text("number", NUMBERS[2]), text("amount", "100.00"), ("file", Some("丙.pdf"), third.as_slice())];
    let path = format!("{contract}/milestones/ADVANCE/invoice");
    send(&test.by("contractor"), &path, &parts).expect_status(201);
    assert_eq!((listed(&contractor.get(&shown)), kept(test)), (Vec::new(), 0));
    let list: Vec<String> = stored_names(test);
    assert_eq!(list, ["甲.pdf", "乙.pdf", "丙.pdf"]);
}

/// Numbers of invoices.
const NUMBERS: [&str; 3] = ["24952000000012345671", "24952000000012345672", "24952000000012345673"];

/// Returns the names of the files of the contract, in the order of their rows.
fn stored_names(test: &TestApp) -> Vec<String> {
    let mut connection = test.app.pool.get().expect("a connection");
    files::table.order(files::id).select(files::name).load(&mut *connection).expect("the files")
}

fn faults_of_fields_and_files_are_told_together(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let good = pdf(b"good");
    let (broken, program): (&[u8], &[u8]) = (b"%PDF-1.7 and nothing else", b"MZ\x90\0program");
    for (quantity, on) in [("many", "2026-06-29"), ("590", "someday"), ("", "2026-06-29")] {
        let fields = [("quantity", quantity), ("on", on)];
        let files: [(&str, &[u8]); 3] = [("服务报告.pdf", broken), ("a.exe", program), ("good.pdf", &good)];
        let page = contractor.upload_from(&place(&contract, "VISIT-H1"), "files", &fields, &files).expect_status(400);
        let told = page.texts(".govuk-error-summary__list li");
        assert_eq!(told.len(), 3, "the field and each bad file: {told:?}");
        for name in ["服务报告.pdf", "a.exe"] {
            assert!(told.iter().any(|words| words.contains(name)), "{name}: {told:?}");
        }
        assert!(page.text.contains("good.pdf") && !told.iter().any(|words| words.contains("good.pdf")), "{told:?}");
    }
    assert_eq!((kept(test), held(test).0), (1, 0), "the good file, once");
    // Every field is validated, although the first cannot be read, and the file is reported as refused, not as missing.
    let cases: [(Fields<'_>, Files<'_>, usize); 4] = [
        (&[("number", "A-1"), ("amount", "1"), ("on", "someday")], &[("a.pdf", good.as_slice())], 2),
        (&[("number", ""), ("amount", "much"), ("on", "someday")], &[], 4),
        (&[("number", "A-1"), ("amount", "-5")], &[("a.exe", program)], 3),
        (&[("number", ""), ("amount", "-5")], &[("a.pdf", good.as_slice())], 2),
    ];
    for (fields, files, count) in cases {
        let page = contractor.upload_from(&invoice_place(&contract), "file", fields, files).expect_status(400);
        let told = page.texts(".govuk-error-summary__list li");
        assert_eq!(told.len(), count, "{fields:?}: {told:?}");
        assert_eq!(told.iter().filter(|words| words.contains("a.exe")).count(), usize::from(count == 3), "{told:?}");
    }
    // The API reports the errors of all fields together as well.
    let parts = [text("number", "A-1"), text("amount", "much"), text("on", "someday")];
    let reply = send(&test.by("contractor"), &format!("{contract}/milestones/ADVANCE/invoice"), &parts);
    let paths: Vec<&str> =
        reply.json["errors"].as_array().expect("errors").iter().filter_map(|error| error["path"].as_str()).collect();
    assert_eq!(paths, ["amount", "on", "file", "number"], "{}", reply.json);
}

fn the_same_file_is_kept_once(test: &TestApp) {
    let contract = running(test);
    let contractor = Visitor::signed_in(test, "contractor");
    let shown = place(&contract, "VISIT-H1");
    let (photo, report) = (case("gps.jpg"), pdf(b"report"));
    let fields = [("quantity", "many")];
    // Left and opened again by Back, the page does not list what was kept meanwhile.
    for _ in 0..3 {
        let page = contractor.upload_from(&shown, "files", &fields, &[("照片.jpg", &photo)]);
        assert_eq!(listed(&page).len(), 1, "{}", page.text);
    }
    contractor.upload_from(&shown, "files", &fields, &[("照片.jpg", &jpeg(64, 48)), ("其他.jpg", &photo)]);
    let page = contractor.get(&shown).expect_status(200);
    let ids = listed(&page);
    assert_eq!((ids.len(), kept(test)), (3, 3), "another content or another name is another file");
    // It is submitted once, also where it is ticked and chosen again; so is the browser's repetition.
    let again: Vec<(&str, &str)> = [("quantity", "590")]
        .into_iter()
        .chain(ids.iter().flat_map(|id| [("listed", id.as_str()), ("kept", id.as_str())]))
        .collect();
    for _ in 0..2 {
        assert_eq!(contractor.upload_on(&page, "files", &again, &[("照片.jpg", &photo)]).status, 303);
    }
    let list = test.by("justice").get(&format!("{contract}/deliverables")).expect_status(200);
    assert_eq!(list["items"][0]["submissions"][0]["files"].as_array().map(Vec::len), Some(3));
    // A form for one file keeps one.
    let fields = [("number", "A-1"), ("amount", "much")];
    for content in [&report, &pdf(b"another")] {
        contractor.upload_from(&invoice_place(&contract), "file", &fields, &[("发票.pdf", content)]);
    }
    assert_eq!((listed(&contractor.get(&invoice_place(&contract))).len(), kept(test)), (1, 1));
}

#[test]
fn the_true_limit_stands_on_the_form_and_in_the_answer() {
    let test = TestApp::sqlite_with(|settings| (settings.max_file_mb, settings.max_form_mb) = (1, 3));
    let contract = running(&test);
    let contractor = Visitor::signed_in(&test, "contractor");
    let shown = place(&contract, "VISIT-H1");
    let page = contractor.get(&shown).expect_status(200).text;
    for words in [
        "不超过 1 MB",
        "不超过 3 MB",
        "data-max-file-bytes=\"1048576\"",
        "data-max-form-bytes=\"3145728\"",
        "data-max-files=\"50\"",
    ] {
        assert!(page.contains(words), "{words}: {page}");
    }
    let (good, mib) = (pdf(b"good"), 1 << 20);
    let large = vec![b'1'; mib + 1];
    let parts = [text("quantity", "590"), file("large.csv", &large), file("good.pdf", &good)];
    let reply = send(&test.by("contractor"), &submissions(&contract), &parts);
    assert_eq!((reply.status, reply.header("content-type")), (413, "application/problem+json; charset=utf-8"));
    assert!(reply.json["title"].as_str().is_some_and(|title| title.contains("1 MB")), "{}", reply.json);
    let page =
        contractor.upload_from(&shown, "files", &[("quantity", "590")], &[("large.csv", &large), ("good.pdf", &good)]);
    assert_eq!((page.status, page.reply.header("content-type")), (422, "text/html; charset=utf-8"));
    for words in ["large.csv", "文件超过 1 MB", "value=\"590\"", "good.pdf"] {
        assert!(page.text.contains(words), "{words}: {}", page.text);
    }
    assert_eq!(listed(&page).len(), 1);
    // All together they are too much: those that fit are kept, the others are named.
    let almost = pdf(&vec![b' '; mib - 1_000]);
    let files: Vec<(&str, &[u8])> = ["a.pdf", "b.pdf", "c.pdf", "d.pdf"].map(|name| (name, almost.as_slice())).into();
    let parts: Vec<_> = files.iter().map(|(name, content)| file(name, content)).collect();
    let reply = send(&test.by("contractor"), &submissions(&contract), &parts);
    assert!(
        reply.status == 413 && reply.json["title"].as_str().is_some_and(|title| title.contains("3 MB")),
        "{}",
        reply.json
    );
    let shown = place(&contract, "COUNSEL-H1");
    let page = contractor.upload_from(&shown, "files", &[("quantity", "1")], &files).expect_status(422);
    assert!(page.text.contains("合计不得超过 3 MB") && listed(&page).len() < 4, "{}", page.text);
    assert!(!listed(&page).is_empty());
}

#[test]
fn a_body_over_the_limit_is_answered_in_the_form_of_the_asker() {
    let test = TestApp::sqlite();
    let contractor = Visitor::signed_in(&test, "contractor");
    let vast = "长".repeat(1 << 20);
    let page = contractor.post("/sessions/x/end", &[("form", "x"), ("note", &vast)]);
    assert_eq!((page.status, page.reply.header("content-type")), (413, "text/html; charset=utf-8"));
    assert!(page.text.contains("2 MB") && page.text.contains("id=\"main\""), "{}", page.text);
    assert!(page.has("form[action='/sign-out']"), "the person stays signed in: {}", page.text);
    let body = format!("{{\"note\": \"{vast}\"}}");
    let reply = test.by("justice").send("POST", "contracts", Some("application/json"), body.as_bytes());
    assert_eq!((reply.status, reply.header("content-type")), (413, "application/problem+json; charset=utf-8"));
    assert!(reply.json["title"].as_str().is_some_and(|title| title.contains("2 MB")), "{}", reply.json);
}

#[test]
fn the_oldest_kept_files_make_room_for_new_ones() {
    let test = TestApp::sqlite_with(|settings| (settings.max_file_mb, settings.max_form_mb) = (1, 1));
    let contract = running(&test);
    let contractor = Visitor::signed_in(&test, "contractor");
    let large = pdf(&vec![b' '; 900 << 10]);
    for subject in ["VISIT-H1", "COUNSEL-H1", "EDU-H1"] {
        let page =
            contractor.upload_from(&place(&contract, subject), "files", &[("quantity", "x")], &[("a.pdf", &large)]);
        assert_eq!(listed(&page).len(), 1, "{subject}: {}", page.text);
    }
    assert_eq!(kept(&test), 2, "twice the largest form");
    assert_eq!(listed(&contractor.get(&place(&contract, "VISIT-H1"))), [""; 0]);
}
