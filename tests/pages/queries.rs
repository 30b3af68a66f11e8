//! Parameters of an address that cannot be read: the page stays, marks the field of the parameter or says which it was.

use luyue::web::page_routes::PAGES;

use crate::support::app::TestApp;
use crate::support::programme;
use crate::support::visitor::Visitor;

/// Names of filters, each with what is typed.
type Filters = &'static [(&'static str, &'static str)];

#[test]
fn a_filter_that_cannot_be_read_marks_its_field() {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "Q-1");
    programme::activate(&test, &contract);
    let [officer, finance, auditor] = ["justice", "finance-review", "audit"].map(|who| Visitor::signed_in(&test, who));
    let anyone = Visitor::new(&test);
    let records = format!("/contracts/{contract}/records");
    let lists: [(&Visitor<'_>, &str, Filters); 7] = [
        (&officer, "/contracts", &[("state", "lost"), ("region", "无此地"), ("year", "last"), ("year", "20266")]),
        (
            &finance,
            "/payments",
            &[("stage", "lost"), ("bureau", "无此局"), ("contractor", "无"), ("month", "13"), ("sort", "colour")],
        ),
        (&finance, "/ledger", &[("year", "x"), ("bureau", "无此局")]),
        (&finance, "/reports/execution", &[("year", "1999"), ("bureau", "无此局")]),
        (&auditor, "/events", &[("day", "2026-02-30")]),
        (&officer, &records, &[("state", "lost"), ("service", "NONE"), ("month", "十三月")]),
        (&anyone, "/public", &[("year", "x"), ("region", "999999")]),
    ];
    for (visitor, list, filters) in lists {
        for (field, typed) in filters {
            let value: String = form_urlencoded::byte_serialize(typed.as_bytes()).collect();
            let page = visitor.get(&format!("{list}?{field}={value}")).expect_status(200);
            let label = page.text_of(&format!("label[for={field}]"));
            let told = page.text_of(&format!("[id={field}-error]"));
            assert!(told.contains(label.split('（').next().unwrap_or_default()), "{list} {field}: {label}: {told}");
            assert!(page.has(&format!("[id={field}][aria-invalid=true]")), "{list} {field}: {}", page.text);
            let links = page.links_in("main");
            let leads = links.iter().any(|(to, words)| *to == format!("#{field}") && told.ends_with(words));
            assert!(leads, "{list} {field}: what is wrong leads to its field: {links:?}");
        }
    }
}

#[test]
fn a_filter_with_a_nul_is_left_out_and_named() {
    let test = TestApp::sqlite();
    let records = format!("/contracts/{}/records", programme::registered(&test, "Q-4"));
    let [officer, finance, auditor, admin] =
        ["justice", "finance-review", "audit", "admin"].map(|who| Visitor::signed_in(&test, who));
    let lists: [(&Visitor<'_>, &str, &str); 5] = [
        (&officer, "/contracts", "q"),
        (&officer, &records, "month"),
        (&finance, "/payments", "bureau"),
        (&auditor, "/events", "contract"),
        (&admin, "/registers/people", "q"),
    ];
    for (visitor, list, field) in lists {
        let page = visitor.get(&format!("{list}?{field}=a%00b")).expect_status(200);
        let told = page.text_of(&format!(".govuk-error-summary, [id={field}-error]"));
        assert!(!told.is_empty(), "{list}?{field}: {}", page.text);
    }
    // A program is told which parameter it was.
    let refused = test.by("justice").get("contracts?q=%00").expect_status(400);
    assert_eq!(refused["errors"][0]["path"], "q", "{refused}");
}

/// Addresses that cannot be read, as far as they are decoded at all.
const UNREADABLE: &[&str] = &[
    "/contracts/%00",
    "/%00",
    "/contracts/%FF",
    "/contracts/%c3%28/act/submit",
    "/drafts/%ff%fe/parties",
    "/files/%E4%B8",
    "/registers/%zz",
    "/public/%",
    "/nowhere",
];

#[test]
fn an_unreadable_address_is_unknown_in_the_language_and_to_the_person_who_reads_it() {
    let test = TestApp::sqlite();
    let officer = Visitor::signed_in(&test, "justice");
    let (stranger, english) = (Visitor::new(&test), Visitor::new(&test));
    english.get("/language/en?next=%2Fsign-in");
    for address in UNREADABLE {
        let page = officer.get(address).expect_status(404);
        assert!(page.has("html[lang^=zh]") && page.has("form[action='/sign-out']"), "{address}: {}", page.text);
        for (visitor, tag) in [(&stranger, "zh"), (&english, "en")] {
            let page = visitor.get(address);
            // Some pages ask anyone to sign in before they look.
            if page.status != 303 {
                assert_eq!(page.status, 404, "{address}: {}", page.text);
                assert!(page.has(&format!("html[lang^={tag}]")), "{address} in {tag}: {}", page.text);
                assert!(!page.has("form[action='/sign-out']"), "{address}: {}", page.text);
            }
        }
        // Without a cookie, the language of the browser counts.
        let browser = test.nobody().with("Accept", "text/html").with("Accept-Language", "en-GB,zh;q=0.5");
        let answer = String::from_utf8_lossy(&browser.get(address).bytes).into_owned();
        assert!(answer.is_empty() || answer.contains("<html lang=\"en\""), "{address}: {answer}");
    }
    // A chosen language counts more than that of the person and of the browser.
    officer.get("/language/en?next=%2Fwork");
    for address in UNREADABLE {
        let page = officer.get(address).expect_status(404);
        assert!(page.has("html[lang=en]") && page.has("form[action='/sign-out']"), "{address}: {}", page.text);
    }
    let refused = test.by("justice").with("Accept-Language", "en").get("contracts/%00").expect_status(404);
    assert!(refused["title"].as_str().is_some_and(|title| title.is_ascii()), "{refused}");
}

#[test]
fn the_address_of_every_form_leads_to_its_page() {
    let test = TestApp::sqlite();
    let officer = Visitor::signed_in(&test, "justice");
    let is_read = |pattern: &str| PAGES.iter().any(|(method, page, _)| *method == "get" && *page == pattern);
    let only_sent = PAGES.iter().filter(|(method, page, _)| *method == "post" && !is_read(page));
    let mut seen = 0;
    for (_, pattern, _) in only_sent {
        seen += 1;
        let parts: Vec<&str> = pattern.split('/').collect();
        let concrete = |length: usize| {
            parts[..length]
                .iter()
                .map(|part| if part.starts_with('{') { "x" } else { part })
                .collect::<Vec<_>>()
                .join("/")
        };
        let page = (2..parts.len()).rev().find(|length| is_read(&parts[..*length].join("/")));
        let led = officer.get(&format!("{}?subject=a%2Fb", concrete(parts.len()))).expect_status(303);
        let expected = page.map_or("/".to_owned(), |length| format!("{}?subject=a%2Fb", concrete(length)));
        assert_eq!(led.location, expected, "{pattern}");
    }
    assert!(seen > 10, "{seen}");
    // A refused form with files leads back to what it was about, also to someone who has to sign in first.
    let id = programme::registered(&test, "Q-3");
    let act = format!("/contracts/{id}/act/submission");
    let led = Visitor::new(&test).get(&format!("{act}/files?subject=VISIT-H1")).expect_status(303);
    assert_eq!(led.location, format!("{act}?subject=VISIT-H1"));
}

#[test]
fn a_query_that_cannot_be_read_is_told_to_the_person_who_reads_it() {
    let test = TestApp::sqlite();
    let id = programme::registered(&test, "Q-2");
    let officer = Visitor::signed_in(&test, "justice");
    for address in [
        "/sessions?done=a&done=b".to_owned(),
        "/change-password?done=a&done=b".to_owned(),
        "/forgotten-password?done=a&done=b".to_owned(),
        format!("/contracts/{id}/summary.pdf?lang=zh&lang=en"),
        format!("/contracts/{id}/act/submit?subject=a&subject=b"),
        format!("/contracts/{id}/receipt?no=x&subject=VISIT-H1"),
    ] {
        let page = officer.get(&address);
        assert!([400, 404].contains(&page.status), "{address}: {} {}", page.status, page.text);
        assert!(page.has("html[lang^=zh]") && page.has("form[action='/sign-out']"), "{address}: {}", page.text);
    }
}

#[test]
fn several_filters_that_cannot_be_read_are_all_marked() {
    let test = TestApp::sqlite();
    let [officer, finance] = ["justice", "finance-review"].map(|who| Visitor::signed_in(&test, who));
    for (visitor, address, fields) in [
        (&officer, "/contracts?region=nowhere&year=last&q=A", &["region", "year"][..]),
        (&finance, "/payments?bureau=none&contractor=none&month=13", &["bureau", "contractor", "month"]),
        (&finance, "/ledger?year=x&bureau=none", &["year", "bureau"]),
        (&finance, "/reports/arrears?year=x&bureau=none", &["year", "bureau"]),
    ] {
        let page = visitor.get(address).expect_status(200);
        for field in fields {
            assert!(page.has(&format!("[id={field}][aria-invalid=true]")), "{address} {field}: {}", page.text);
        }
    }
}

#[test]
fn a_parameter_without_a_field_is_told_and_the_page_stays() {
    let test = TestApp::sqlite();
    let contract = programme::registered(&test, "Q-2");
    programme::activate(&test, &contract);
    let [officer, finance, auditor] = ["justice", "finance-review", "audit"].map(|who| Visitor::signed_in(&test, who));
    let anyone = Visitor::new(&test);
    let of = |rest: &str| format!("/contracts/{contract}{rest}");
    for (visitor, address, name) in [
        (&officer, "/contracts?format=pdf".to_owned(), "format"),
        (&officer, "/contracts?year=2026&year=2027".to_owned(), "year"),
        (&officer, "/work?format=pdf".to_owned(), "format"),
        (&officer, "/drafts?format=pdf".to_owned(), "format"),
        (&officer, "/drafts?cursor=x".to_owned(), "cursor"),
        (&officer, "/drafts/copy?cursor=x".to_owned(), "cursor"),
        (&officer, "/calendar?done=1&done=2".to_owned(), "done"),
        (&officer, of("?as_of=2026-01-06&as_of=2026-01-07"), "as_of"),
        (&officer, of("/records?number=many"), "number"),
        (&officer, of("/messages?after=x"), "cursor"),
        (&finance, of("/ledger?cursor=x"), "cursor"),
        (&finance, "/payments?format=pdf".to_owned(), "format"),
        (&finance, "/ledger?format=pdf".to_owned(), "format"),
        (&finance, "/reports/execution?format=pdf".to_owned(), "format"),
        (&auditor, "/events?format=pdf".to_owned(), "format"),
        (&auditor, "/registers/contractors?format=pdf".to_owned(), "format"),
        (&auditor, "/registers/contractors?cursor=x".to_owned(), "cursor"),
        (&anyone, "/public?q=a&q=b".to_owned(), "q"),
        (&anyone, "/verify?code=%00".to_owned(), "code"),
    ] {
        let page = visitor.get(&address).expect_status(200);
        let told = page.texts(".govuk-error-summary li");
        assert_eq!(told, [format!("网址中的“{name}”无法识别，已忽略")], "{address}");
        let path = address.split('?').next().unwrap_or_default();
        let plain = visitor.get(path).expect_status(200);
        assert_eq!(page.text_of("h1"), plain.text_of("h1"), "{address}: the page stays");
        assert!(!plain.has(".govuk-error-summary"), "{path}");
    }
    // A long row of them is refused: it is not the address of a page.
    let many = "year=1&".repeat(40);
    officer.get(&format!("/contracts?{many}")).expect_status(400);
}
