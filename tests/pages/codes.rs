//! Names with codes: no page, document or email shows the code of a service, deliverable, milestone, clause or indicator
//! without its name, and no character of a name keeps a document from being printed.

use std::collections::BTreeSet;

use diesel::prelude::*;
use luyue::schema::emails;
use serde_json::{Value, json};

use crate::deliverables::support::acceptance;
use crate::evaluations::setup::opened;
use crate::guarantees::setup::recorded as guaranteed;
use crate::objections::setup::raised;
use crate::payments::setup::{asked, id_of, through};
use crate::records::setup::{entered, row};
use crate::support::app::TestApp;
use crate::support::pdf::words;
use crate::support::programme;
use crate::support::visitor::Visitor;

/// Characters that no font has, that only some have, and that look like blanks.
const ODD: &str = "☑𠮷\u{E863}👨";

/// Returns the codes of the programme.
fn codes() -> BTreeSet<String> {
    let details = programme::details();
    let lists = details.as_object().expect("lists").values();
    lists.flat_map(|list| list.as_object().expect("names").keys().cloned()).collect()
}

/// Returns the codes in a text that do not stand behind a name. Every name ends with [`ODD`], of which a document prints
/// the last character as a numbered mark.
fn bare_codes(text: &str) -> Vec<String> {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric() || c == '-');
    let is_bare = |at: usize, code: &str| {
        let (before, after) = (&text[..at], &text[at + code.len()..]);
        let is_whole = !is_part(before.chars().next_back()) && !is_part(after.chars().next());
        let before = before.trim_end_matches(|c: char| c.is_whitespace() || "（(".contains(c));
        is_whole && !before.ends_with(['👨', ']'])
    };
    let codes = codes();
    let bare = codes.iter().filter(|code| text.match_indices(code.as_str()).any(|(at, _)| is_bare(at, code)));
    bare.cloned().collect()
}

/// A contract on 10 July 2026 in which something of every kind waits, with odd characters in every name.
struct Busy {
    id: String,
    payment: String,
    extension: String,
    waiver: String,
    objection: String,
    evaluation: String,
    guarantee: String,
}

fn busy(test: &TestApp) -> Busy {
    busy_with(test, &format!("社区矫正{ODD}服务"))
}

fn busy_with(test: &TestApp, title: &str) -> Busy {
    let mut input = programme::input(test, "XCSF-2026-001");
    input["title"] = json!(title);
    for list in input["details"].as_object_mut().expect("lists").values_mut() {
        for one in list.as_object_mut().expect("names").values_mut() {
            one["name"] = json!(format!("{}{ODD}", one["name"].as_str().expect("a name")));
        }
    }
    let id = id_of(&test.by("justice").post("contracts", &input).expect_status(201));
    programme::activate(test, &id);
    let guarantee = guaranteed(test, &id, &[]);
    test.at("2026-06-29", 9);
    for (code, quantity) in [("VISIT-H1", "600"), ("COUNSEL-H1", "170")] {
        let path = format!("contracts/{id}/deliverables/{code}/submissions");
        test.by("contractor").upload(&path, &[("quantity", quantity), ("note", ODD)], &[]).expect_status(201);
    }
    let mut decision = acceptance("600");
    decision["measured"] = json!({"COVERAGE": "90"});
    decision["note"] = json!(ODD);
    decision["members"] = json!([format!("张敏{ODD}")]);
    let path = format!("contracts/{id}/deliverables/VISIT-H1/submissions/1/decision");
    test.by("justice").post(&path, &decision).expect_status(200);
    test.at("2026-07-10", 9);
    entered(test, &id, &[row("XZ-1")]);
    let payment = asked(test, &id, "ADVANCE", &json!({"amount": "100.00"}));
    let ask = |part: &str, body: &Value| {
        id_of(&test.by("contractor").post(&format!("contracts/{id}/{part}"), body).expect_status(201))
    };
    let extension = ask("extensions", &json!({"deliverable": "EDU-H2", "days": 7, "reason": ODD}));
    let waiver = ask("waivers", &json!({"clause": "LATE", "subject": "EDU-H1", "reason": ODD}));
    ask("messages", &json!({"about": "deliverable/EDU-H2", "text": ODD}));
    let objection = raised(test, &id, ("breach", "COVER/VISIT-H1"));
    let evaluation = opened(test, &id);
    Busy { payment, extension, waiver, objection, evaluation, guarantee, id }
}

#[test]
fn no_page_shows_a_code_without_its_name() {
    let test = TestApp::sqlite();
    let busy = busy(&test);
    let (seen, shown) = codes_on_pages(&test, &busy);
    assert!(seen > 80, "{seen}");
    assert_eq!(shown, Vec::<String>::new());
}

/// Returns the number of pages read, and those that show a code without its name.
fn codes_on_pages(test: &TestApp, busy: &Busy) -> (usize, Vec<String>) {
    let Busy { id, payment, extension, waiver, objection, evaluation, guarantee } = busy;
    let own = |part: &str| format!("/contracts/{id}/{part}");
    let act = |name: &str| format!("/contracts/{id}/act/{name}");
    let mut pages: Vec<(&str, String)> =
        ["contractor", "justice", "justice-leader", "finance-review", "audit", "station"]
            .into_iter()
            .flat_map(|who| {
                ["/work".to_owned(), "/contracts".to_owned(), format!("/contracts/{id}")].map(|to| (who, to))
            })
            .collect();
    let parts = ["messages", "annexes", "records", "settlement", "terms", "decisions", "receipt?subject=VISIT-H1&no=1"];
    pages.extend(parts.iter().map(|part| ("justice", own(part))));
    let acts = [
        "decision?subject=COUNSEL-H1&no=1",
        "incident",
        "headcount",
        "survey",
        "extension?subject=EDU-H2",
        "waiver?subject=COVER%2FVISIT-H1",
        &format!("endorse?subject={extension}"),
        &format!("endorse?subject={waiver}"),
        &format!("confirm?subject={payment}"),
        &format!("payment-return?subject={payment}"),
        &format!("evaluation-propose?subject={evaluation}"),
        &format!("guarantee-claim?subject={guarantee}"),
        "reversal?subject=3",
    ];
    pages.extend(acts.iter().map(|name| ("justice", act(name))));
    pages.push(("justice-leader", act("terminate")));
    pages.push(("justice-leader", act(&format!("objection-uphold?subject={objection}"))));
    let own_acts =
        ["submission?subject=EDU-H1", "invoice?subject=MIDYEAR", "record", "objection?subject=breach%2FLATE%2FEDU-H1"];
    pages.extend(own_acts.iter().map(|name| ("contractor", act(name))));
    pages.push(("contractor", own("records/import")));
    pages.push(("finance-review", own("ledger")));
    pages.push(("justice", "/payments".to_owned()));
    pages.push(("justice", format!("/payments/check?do=confirm&line={payment}")));
    pages.push(("finance-review", "/reports/forecast?year=2026".to_owned()));
    let (mut seen, mut shown) = (0, Vec::new());
    for language in ["zh", "en"] {
        let mut signed: Vec<(&str, Visitor<'_>)> = Vec::new();
        for (who, path) in &pages {
            if signed.iter().all(|(known, _)| known != who) {
                let visitor = Visitor::signed_in(test, who);
                visitor.get(&format!("/language/{language}?next=%2Fwork"));
                signed.push((who, visitor));
            }
            let visitor = &signed.iter().find(|(known, _)| known == who).expect("signed in").1;
            let page = visitor.get(path).expect_status(200);
            seen += 1;
            let found = bare_codes(&page.text_of("main"));
            if !found.is_empty() {
                shown.push(format!("{who} {path} in {language}: {found:?}"));
            }
        }
    }
    (seen, shown)
}

#[test]
fn every_document_is_printed_with_odd_names_beside_their_codes() {
    let test = TestApp::sqlite();
    let Busy { id, payment, .. } = busy(&test);
    through(&test, &payment, 4);
    let mut documents = vec![
        "summary.pdf?as_of=2026-07-10&".to_owned(),
        "settlement.pdf?".to_owned(),
        format!("payment.pdf?subject={payment}&"),
        "acceptance.pdf?subject=VISIT-H1/1&".to_owned(),
        "breach.pdf?subject=LATE/EDU-H1&".to_owned(),
        "breach.pdf?subject=COVER/VISIT-H1&".to_owned(),
    ];
    documents.iter_mut().for_each(|path| *path = format!("contracts/{id}/documents/{path}"));
    test.at("2027-01-05", 9);
    documents.push("reports/arrears.pdf?year=2026&".to_owned());
    for path in documents {
        for lang in ["zh", "en", "both"] {
            let reply = test.by("finance-review").get(&format!("{path}lang={lang}"));
            assert_eq!(reply.status, 200, "{path} {lang}: {}", reply.json);
            let text = words(&reply.bytes).join("\n");
            assert_eq!(bare_codes(&text), Vec::<String>::new(), "{path} {lang}: {text}");
            assert!(text.contains("U+E863"), "{path} {lang} has a footnote for what no font has: {text}");
            assert!(!text.contains('\u{E863}'), "{path} {lang}");
        }
    }
}

#[test]
fn no_email_shows_a_code_without_its_name() {
    let test = TestApp::sqlite();
    diesel::update(luyue::schema::people::table)
        .filter(luyue::schema::people::username.eq_any(["justice-2", "contractor"]))
        .set(luyue::schema::people::language.eq("en"))
        .execute(&mut *test.app.pool.get().expect("a connection"))
        .expect("they read English");
    busy(&test);
    let (seen, shown) = codes_in_emails(&test);
    assert!(seen > 20, "{seen}");
    assert_eq!(shown, Vec::<String>::new());
}

/// Sends the emails of a busy contract and returns their number, and those that show a code without its name.
fn codes_in_emails(test: &TestApp) -> (usize, Vec<String>) {
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    test.at("2026-07-20", 9);
    luyue::jobs::run_until_idle(&test.app).expect("the jobs run");
    let letters: Vec<(String, String)> = emails::table
        .select((emails::subject, emails::body))
        .load(&mut *test.app.pool.get().expect("a connection"))
        .expect("letters");
    let bare = |(subject, body): &(String, String)| {
        // An address within the site may hold a code.
        let lines: Vec<&str> = body.lines().filter(|line| !line.contains("http")).collect();
        let found = bare_codes(&format!("{subject}\n{}", lines.join("\n")));
        (!found.is_empty()).then(|| format!("{found:?} in {subject}\n{body}"))
    };
    (letters.len(), letters.iter().filter_map(bare).collect())
}

#[test]
fn a_planted_code_is_found_in_a_text() {
    let named = format!("上半年上门走访{ODD}");
    let named = named.as_str();
    for planted in [
        "VISIT-H1",
        "请提交 VISIT-H1 的材料",
        "成果：VISIT-H1，逾期",
        "（VISIT-H1）",
        "走访（VISIT-H1）",
        "LATE/VISIT-H1",
    ] {
        assert!(bare_codes(planted).contains(&"VISIT-H1".to_owned()), "{planted}");
        assert_eq!(bare_codes(&format!("{named}（VISIT-H1），{planted}"))[..1], bare_codes(planted)[..1], "{planted}");
    }
    for (before, code) in
        [("", ""), (named, ""), (named, "（VISIT-H1）"), (named, " (VISIT-H1)"), ("X", "VISIT-H1"), ("", "VISIT-H12")]
    {
        let text = format!("{before}{code}");
        assert_eq!(bare_codes(&text), Vec::<String>::new(), "{text}");
    }
}

#[test]
fn a_planted_code_is_found_on_pages_in_documents_and_in_emails() {
    let test = TestApp::sqlite();
    // Everything that names this contract shows a code without a name.
    let busy = busy_with(&test, "社区矫正 EDU-H1 服务");
    let (_, shown) = codes_on_pages(&test, &busy);
    let id = &busy.id;
    for (who, path) in [
        ("contractor", "/work".to_owned()),
        ("justice", "/contracts".to_owned()),
        ("audit", format!("/contracts/{id}")),
        ("justice", format!("/contracts/{id}/settlement")),
        ("justice", format!("/contracts/{id}/act/incident")),
        ("contractor", format!("/contracts/{id}/act/submission?subject=EDU-H1")),
    ] {
        for language in ["zh", "en"] {
            let told = format!("{who} {path} in {language}: [\"EDU-H1\"]");
            assert!(shown.contains(&told), "{told} is not among {shown:#?}");
        }
    }
    let printed = test.by("finance-review").get(&format!("contracts/{id}/documents/summary.pdf?lang=both"));
    assert_eq!(bare_codes(&words(&printed.bytes).join("\n")), ["EDU-H1"]);
    let (seen, told) = codes_in_emails(&test);
    assert!(told.len() > seen / 2 && told.iter().all(|one| one.starts_with("[\"EDU-H1\"]")), "{told:#?}");
}

#[test]
fn the_record_of_a_fact_has_a_name_with_each_code() {
    let test = TestApp::sqlite();
    let Busy { id, .. } = busy(&test);
    let auditor = Visitor::signed_in(&test, "audit");
    let decision = auditor.get(&format!("/events/facts:{id}~3")).expect_status(200).text_of("main");
    for named in [format!("上半年上门走访{ODD}（VISIT-H1）"), format!("走访覆盖率{ODD}（COVERAGE）")] {
        assert!(decision.contains(&named), "{named}: {decision}");
    }
}
