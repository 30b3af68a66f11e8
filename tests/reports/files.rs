//! Reports and lists as files: the rows of what is shown, for those who may see it, and no formula in any of them.

use luyue::error::Error;
use luyue::services::shared::paging::Paged;
use luyue::services::shared::tables::load_all;
use serde_json::json;

use crate::adapters::spreadsheet::part;
use crate::on_both_engines;
use crate::reports::figures::two_contracts;
use crate::support::app::{Reply, TestApp};
use crate::support::programme;
use crate::support::visitor::Visitor;

on_both_engines! {
    a_report_has_the_same_rows_in_every_format
    lists_are_files_for_those_who_may_see_them
}

/// Returns the records of a CSV file, headings first.
fn records(bytes: &[u8]) -> Vec<Vec<String>> {
    let text = bytes.strip_prefix("\u{feff}".as_bytes()).expect("a byte order mark");
    let reader = csv::ReaderBuilder::new().has_headers(false).from_reader(text).into_records();
    reader.map(|record| record.expect("a record").iter().map(str::to_owned).collect()).collect()
}

/// Returns the records of a list of the API as CSV.
fn list(test: &TestApp, who: &str, path: &str) -> Vec<Vec<String>> {
    let reply: Reply = test.by(who).get(path);
    assert_eq!(reply.status, 200, "{path}");
    assert_eq!(reply.header("content-type"), "text/csv; charset=utf-8");
    assert!(reply.header("content-disposition").starts_with("attachment; "));
    records(&reply.bytes)
}

fn a_report_has_the_same_rows_in_every_format(test: &TestApp) {
    two_contracts(test);
    for name in ["execution", "forecast", "ageing", "payment-time"] {
        has_the_same_rows_in_every_format(test, name);
    }
    headings_and_ages_are_in_a_file(test);
    // Arrears of 2026 are shown once the year is over.
    test.at("2027-01-05", 9);
    has_the_same_rows_in_every_format(test, "arrears");
}

fn has_the_same_rows_in_every_format(test: &TestApp, name: &str) {
    let audit = Visitor::signed_in(test, "audit");
    let query = "year=2026";
    let rows = records(&test.by("audit").get(&format!("reports/{name}.csv?{query}")).bytes);
    let reply = test.by("audit").get(&format!("reports/{name}.json?{query}")).expect_status(200);
    let count = reply["rows"].as_array().map_or(0, Vec::len);
    assert_eq!(rows.len(), count + 2, "{name}: headings, rows and totals");
    let page = audit.get(&format!("/reports/{name}?{query}")).expect_status(200);
    assert_eq!(page.rows("#report-table").len(), count, "{name}");
    assert_eq!(page.attrs("[data-chart]", "data-chart"), ["report-table"], "{name}");
    assert_eq!(page.has("#year"), name != "ageing", "{name} asks for a year");
    let title = if name == "ageing" { "截至 2026-" } else { "2026 年" };
    assert!(page.texts("main h2").iter().any(|heading| heading.starts_with(title)), "{name}: {}", page.text);
    let workbook = test.by("audit").get(&format!("reports/{name}.xlsx?{query}")).bytes;
    let sheet = part(&workbook, "xl/worksheets/sheet1.xml");
    assert_eq!(sheet.matches("<row ").count(), rows.len(), "{name}");
}

fn headings_and_ages_are_in_a_file(test: &TestApp) {
    let execution = test.by("audit").with("Accept-Language", "en").get("reports/execution.csv?year=2026");
    let headings = &records(&execution.bytes)[0];
    assert_eq!((headings[7].as_str(), headings[18].as_str()), ("January", "December"));
    let ageing = test.by("audit").with("Accept-Language", "en").get("reports/ageing.csv");
    let rows = records(&ageing.bytes);
    assert_eq!(rows[0][..2], ["Purchaser", "Not overdue"]);
    assert_eq!(rows[1][1..], ["0.00", "90000.00", "0.00", "0.00", "0.00", "90000.00", "90000.00", "1", "2026-02-11"]);
    assert_eq!((rows[2][0].as_str(), &rows[2][1..]), ("Total", &rows[1][1..]));
    let workbook = test.by("audit").get("reports/ageing.xlsx").bytes;
    assert!(part(&workbook, "xl/worksheets/sheet1.xml").contains("<v>90000</v>"), "an amount is a number");
}

fn lists_are_files_for_those_who_may_see_them(test: &TestApp) {
    let [first, _] = two_contracts(test);
    let mut input = programme::input(test, "XCSF-2026-003");
    input["title"] = json!("=HYPERLINK(\"http://a.example\")");
    test.by("justice").post("contracts", &input).expect_status(201);
    for (who, path, count) in [
        ("audit", "contracts?format=csv", 3),
        ("audit", "contracts?format=csv&state=draft", 1),
        ("audit", "contracts?format=csv&limit=1", 3),
        ("contractor-2", "contracts?format=csv", 0),
        ("audit", "payments?format=csv&stage=paid", 2),
        ("audit", "payments?format=csv", 0),
        ("audit", "appropriations?format=csv", 3),
        ("admin", "people?format=csv", 15),
        ("audit", &format!("contracts/{first}/payments?format=csv"), 1),
        ("audit", &format!("contracts/{first}/amendments?format=csv"), 0),
    ] {
        assert_eq!(list(test, who, path).len().saturating_sub(1), count, "{who}: {path}");
    }
    let contracts = list(test, "audit", "contracts?format=csv");
    let column = |name: &str| contracts[0].iter().position(|known| known == name).expect("a column");
    assert_eq!(contracts[1][column("title")], "'=HYPERLINK(\"http://a.example\")", "newest first, as text");
    assert_eq!(contracts[1][column("amount")], "468000.00");
    assert_eq!(contracts[1][column("purchaser.code")], "XC-JUSTICE");
    assert_eq!(test.by("justice").get("people?format=csv").status, 403);
    assert_eq!(test.by("audit").get("contracts?format=pdf").status, 400);

    let audit = Visitor::signed_in(test, "audit");
    // Late interest has a milestone as well, and another kind.
    let paid = records(&audit.get("/payments?stage=paid&format=csv").expect_status(200).reply.bytes);
    let kind = paid[0].iter().position(|known| known == "款项").expect("a column of kinds");
    assert_eq!(paid[1..].iter().filter(|row| row[kind] == "节点款项").count(), 2, "{paid:?}");
    for (visitor, path) in [
        (&audit, "/contracts?year=2026"),
        (&audit, "/payments?stage=paid"),
        (&audit, "/events"),
        (&audit, "/ledger?year=2026"),
        (&audit, "/registers/appropriations"),
        (&audit, "/registers/contractors"),
        (&audit, "/registers/organisations"),
        (&Visitor::signed_in(test, "justice"), "/work"),
        (&Visitor::signed_in(test, "admin"), "/registers/people"),
    ] {
        let shown = visitor.get(path).expect_status(200);
        let links = shown.attrs("a[download]", "href");
        assert_eq!(links.len(), 2, "{path} has a link for each format");
        for link in links {
            assert_eq!(visitor.get(&link).status, 200, "{link}");
        }
    }
    assert_eq!(audit.get("/registers/people?format=csv").status, 403);
    let unknown = audit.get("/registers/contractors?format=pdf").expect_status(200);
    assert!(unknown.text_of(".govuk-error-summary li").contains("format"), "{}", unknown.text);
}

#[test]
fn a_file_never_lacks_rows() {
    let numbers = |most: usize, there_are: usize| {
        load_all(most, |page| {
            let from = page.after.as_ref().map_or(0, |after| after.parse().expect("a number"));
            let until = there_are.min(from + usize::try_from(page.limit).expect("a limit"));
            Ok(Paged { items: (from..until).collect(), next: (until < there_are).then(|| until.to_string()) })
        })
    };
    assert_eq!(numbers(500, 500).expect("all of them").len(), 500);
    assert!(matches!(numbers(500, 501), Err(Error::Refused { .. })), "a longer list is refused");
}
