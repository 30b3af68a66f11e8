//! Every operation that reads, by everyone, with every query parameter that it documents.

use luyue::domain::codes::FileFormat;
use luyue::services::shared::tables::media_type;

use crate::matrix::prepared::Prepared;
use crate::matrix::rows;
use crate::openapi::document::{DOCUMENT, Operation};
use crate::support::app::{CONTRACTOR, PEOPLE, Reply, Somebody, TestApp};

const METRICS_TOKEN: &str = "a token of the operators";

/// Query of the lists of published contracts.
const PUBLIC: &str = "q=a&region=341800&contractor={contractor}&year=2026&limit=1";

/// A value for every documented query parameter except `cursor`, which is followed where there is a next page, and
/// `format`, which is tried with each of its values.
const QUERIES: &[(&str, &str)] = &[
    ("check_chain", "contract=M-1"),
    ("list_accounts", "limit=1"),
    ("list_own_organisations", "limit=1"),
    ("list_amendments", "limit=1"),
    ("list_annexes", "limit=1"),
    ("list_appropriations", "year=2026&q=a&available=true&limit=1"),
    ("list_approval_rules", "limit=1"),
    ("list_approval_chains", "limit=1"),
    ("list_budget_changes", "limit=1"),
    ("list_purchase_plans", "limit=1"),
    ("list_yearly_shares", "limit=1"),
    ("list_suspensions", "limit=1"),
    ("list_matters", "kind=demand&limit=1"),
    ("list_work_stations", "limit=1"),
    ("list_station_funds", "limit=1"),
    ("list_correction_groups", "limit=1"),
    ("list_workers", "contract=M-1&name=a&limit=1"),
    ("show_staffing", "month=2026-01"),
    ("list_loan_rates", "limit=1"),
    ("list_calendar_imports", "limit=1"),
    ("download_files", "deliverable=VISIT-H1"),
    ("list_ledger_imports", "limit=1"),
    ("list_statute_settings", "limit=1"),
    ("list_change_requests", "limit=1"),
    (
        "list_contracts",
        "state=active&q=M-1&contractor={contractor}&purchaser=XC-JUSTICE&region=341800&duty_before=2026-12-31&year=2026&alone=true&service=a&having=breach&having_year=2026&limit=1",
    ),
    ("list_contract_emails", "limit=1"),
    ("list_contract_templates", "limit=1"),
    ("show_contract_template", "starts_on=2027-01-05"),
    ("list_contractors", "q=52&limit=1"),
    ("list_delegations", "limit=1"),
    ("list_emails", "state=queued&limit=1"),
    ("list_evaluations", "limit=1"),
    ("list_events", "contract=M-1&person=justice&day=2026-01-05&limit=1"),
    ("list_guarantees", "limit=1"),
    ("list_messages", "limit=1"),
    ("list_notices", "unread=true&limit=1"),
    ("list_objections", "limit=1"),
    ("list_organisations", "function=justice&region=341800&q=XC&limit=1"),
    ("list_all_payments", "stage=open&bureau=XC-JUSTICE&contractor={contractor}&month=2026-01&sort=amount&limit=1"),
    ("list_payments", "limit=1"),
    ("list_public_contracts", PUBLIC),
    ("export_public_csv", PUBLIC),
    ("export_public_xlsx", PUBLIC),
    ("list_ocds_releases", PUBLIC),
    ("list_ocds_records", PUBLIC),
    ("list_publications", "limit=1"),
    ("list_people", "limit=1"),
    ("list_records", "state=waiting&service=VISIT&deliverable=VISIT-H1&month=2026-01&limit=1"),
    ("list_recoveries", "limit=1"),
    ("list_regions", "q=XC&limit=1"),
    ("list_tasks", "limit=1"),
    ("list_undelivered", "limit=1"),
    ("list_saved_views", "list=contracts"),
    ("list_services", "q=a&limit=1"),
    ("print_annual_report", "year=2026&lang=both"),
    ("write_annual_report", "year=2026&lang=en"),
    ("print_arrears", "year=2025&bureau=XC-JUSTICE&lang=both"),
    ("print_form", "lang=both&as_of=2026-07-20&subject=LATE%2FCOUNSEL-H1"),
    ("print_summary", "lang=both&as_of=2026-01-05"),
    ("show_contract_ledger", "limit=1"),
    ("show_ledger", "year=2026&bureau=XC-JUSTICE&line=2040607&limit=1"),
    ("report_ageing", "year=2026&bureau=XC-JUSTICE"),
    ("show_finance_board", "year=2026&bureau=XC-JUSTICE"),
    ("show_counties_board", "year=2026"),
    ("show_justice_board", "by=service&year=2026&region=341800"),
    ("report_arrears", "year=2025&bureau=XC-JUSTICE"),
    ("report_execution", "year=2026&bureau=XC-JUSTICE"),
    ("report_forecast", "year=2026&bureau=XC-JUSTICE"),
    ("report_payment_time", "year=2026&bureau=XC-JUSTICE"),
    ("show_standing", "as_of=2026-01-05"),
    ("show_terms", "on=2026-01-05"),
];

/// Sends a documented request with and without its query, checks the answers and returns whether one succeeded.
fn read(operation: &Operation, address: &str, who: &Somebody<'_>, faults: &mut Vec<String>) -> bool {
    let mut check = |reply: &Reply| {
        faults.extend(DOCUMENT.check_answer(operation, reply).err());
        reply.status < 300
    };
    let mut succeeded = check(&who.get(address));
    let query = QUERIES.iter().find(|(id, _)| *id == operation.id).map(|(_, query)| *query);
    let Some(query) = query.map(|query| query.replace("{contractor}", CONTRACTOR)) else { return succeeded };
    let reply = who.get(&format!("{address}?{query}"));
    succeeded |= check(&reply);
    if let Some(cursor) = reply.json["next"].as_str() {
        assert!(check(&who.get(&format!("{address}?{query}&cursor={cursor}"))), "{}: the next page", operation.id);
    }
    succeeded
}

/// Sends a request with parameters that cannot be read.
fn read_wrongly(operation: &Operation, address: &str, who: &Somebody<'_>, faults: &mut Vec<String>) {
    for wrong in [
        "limit=0",
        "limit=many",
        "cursor=%21",
        "as_of=2026-13-01",
        "on=2026-02-30",
        "no-such-parameter=1",
        "contract=%00",
    ] {
        faults.extend(DOCUMENT.check_answer(operation, &who.get(&format!("{address}?{wrong}"))).err());
    }
}

/// Requests a list as a file of each format.
fn read_files(operation: &Operation, address: &str, who: &Somebody<'_>, faults: &mut Vec<String>) {
    let has_files = operation.parameters("query").contains(&"format");
    for format in FileFormat::ALL.iter().filter(|_| has_files) {
        let reply = who.get(&format!("{address}?format={format}"));
        faults.extend(DOCUMENT.check_answer(operation, &reply).err());
        if reply.status != 200 || !media_type(*format).starts_with(reply.header("content-type")) {
            let kind = reply.header("content-type");
            faults.push(format!("{}: {format} is answered with {} as {kind}", operation.id, reply.status));
        }
    }
}

#[test]
fn every_reading_operation_answers_as_documented() {
    let test = TestApp::sqlite_with(|settings| settings.metrics_token = Some(METRICS_TOKEN.to_owned()));
    let place = Prepared::new(&test);
    let routes = rows::routes();
    let mut everybody: Vec<Somebody<'_>> = PEOPLE.iter().map(|(name, ..)| test.by(name)).collect();
    everybody.push(test.nobody());
    everybody.push(test.nobody().with("Authorization", &format!("Bearer {METRICS_TOKEN}")));
    let mut faults = Vec::new();
    for operation in DOCUMENT.operations.iter().filter(|operation| operation.method == "GET") {
        let row = rows::row_of(&operation.id);
        let address = row.address(&routes[&operation.id], &place, "");
        let succeeded: Vec<bool> = everybody.iter().map(|who| read(operation, &address, who, &mut faults)).collect();
        match succeeded.iter().position(|done| *done) {
            Some(place) => {
                read_wrongly(operation, &address, &everybody[place], &mut faults);
                read_files(operation, &address, &everybody[place], &mut faults);
            }
            None => faults.push(format!("{}: nobody gets an answer from {address}", operation.id)),
        }
        let missing = row.address_of(&routes[&operation.id], "no-such-id", "");
        read(operation, &missing, &everybody[0], &mut faults);
    }
    faults.sort();
    faults.dedup();
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_query_parameter_is_tried() {
    for operation in &DOCUMENT.operations {
        let query = QUERIES.iter().find(|(id, _)| *id == operation.id).map_or("", |(_, query)| query);
        let mut tried: Vec<&str> = query.split('&').filter_map(|pair| Some(pair.split_once('=')?.0)).collect();
        let mut documented = operation.parameters("query");
        documented.retain(|name| !["cursor", "format"].contains(name));
        tried.sort_unstable();
        documented.sort_unstable();
        assert_eq!(tried, documented, "{}", operation.id);
    }
}
