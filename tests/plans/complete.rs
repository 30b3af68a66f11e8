//! Completeness of the query plan tests: routes, pages, job steps and paginated queries are compared with the cases.

use std::collections::BTreeSet;

use luyue::jobs::{CALENDAR, GATEWAY, MAIL};
use luyue::web::page_routes::PAGES;
use luyue::web::routes::document;

use crate::plans::boards::BOARDS;
use crate::plans::cases::CASES;
use crate::support::files;

/// Routes that read no list of the registers, each with the reason.
const OTHER_ROUTES: &[(&str, &str)] = &[
    ("check_liveness", "asks the database nothing"),
    ("check_readiness", "asks for migrations alone"),
    ("show_openapi", "asks the database nothing"),
    ("read_metrics", "counts, and is asked by operations a few times a minute; needs the token of the settings"),
    ("show_notice_choices", "one row by its key"),
    ("list_saved_views", "the few rows of a person by its key"),
    ("list_contract_templates", "reads what the page /templates reads"),
    ("show_contract_template", "one template by its key"),
    ("list_mail_templates", "all texts, one for each kind of email and language at most"),
    ("show_mail_template", "reads what list_mail_templates reads"),
    ("list_statutes", "who asks, and the few approved loan prime rates"),
    ("show_staffing", "one contract, and the workers of its roster by its key"),
    ("count_opinions", "one contract, and its codes by its key"),
    ("list_reused_files", "the files of one contract, and those with their digests by an index"),
    ("list_own_organisations", "the contractor of the caller, and its people and proposed account by its key"),
    ("make_record_template", "reads one contract as GET show_terms does"),
    ("download_files", "what GET download_dossier reads"),
    ("download_file", "reads a file of the store; its row is found as that of the page /files/{id}"),
    ("download_original_file", "reads a file of the store; its row is found as that of the page /files/{id}"),
];
const OTHER_PAGES: &[(&str, &str)] = &[
    ("/api/docs", "asks the database nothing"),
    ("/assets/{version}/{name}", "asks the database nothing"),
    ("/language/{code}", "asks the database nothing"),
    ("/sign-in", "shows a form"),
    ("/sign-in/provider", "asks the database nothing"),
    ("/sign-in/provider/return", "one identity and one person by their keys"),
    ("/sign-in/provider/code", "shows a form"),
    ("/sign-out/provider", "asks the database nothing"),
    ("/contracts/{id}/act/{name}", "shows a form beside the contract of the page /contracts/{id}"),
    ("/payments/vouchers", "shows a form"),
    ("/payments/check", "the chosen payment requests by their keys, and what the pages of their steps read"),
    ("/contracts/{id}/decisions", "shows a form beside the contract of the page /contracts/{id}"),
    ("/contracts/{id}/amendments/{amendment}", "reads what the page /contracts/{id} reads"),
    ("/contracts/{id}/records/import", "shows a form"),
    ("/calendar-feed/{token}/tasks.ics", "one person by the digest of a token, and what GET list_tasks reads"),
    ("/import-ledger", "shows a form"),
    ("/import-ledger/template.xlsx", "the bureaus, at most a thousand"),
    ("/ledger-imports/{id}/workbook.xlsx", "one proposal by its key"),
    ("/contracts/{id}/records/template.xlsx", "reads one contract as GET show_terms does"),
    ("/contracts/{id}/notices", "what GET list_contract_emails and the page /contracts/{id} read"),
    ("/contracts/{id}/receipt", "reads what the page /contracts/{id} reads"),
    ("/contracts/{id}/dossier.zip", "what GET download_dossier reads"),
    ("/contracts/{id}/files.zip", "what GET download_dossier reads"),
    ("/contracts/{id}/summary.pdf", "what GET print_summary reads"),
    ("/contracts/{id}/documents/{kind}.pdf", "what GET print_form reads, or the page /contracts/{id}"),
    ("/reports/annual.pdf", "what GET print_annual_report reads"),
    ("/reports/annual.docx", "what GET write_annual_report reads"),
    ("/reports/arrears.pdf", "what GET print_arrears reads"),
    ("/verify", "shows a form"),
    ("/verify/{code}", "one document by its key"),
    ("/public/{id}", "one contract by its key"),
    ("/one-time-codes", "one person by their key"),
    ("/change-password", "shows a form"),
    ("/notices/choices", "one row by its key"),
    ("/saved-views/{list}", "the few rows of a person by its key"),
    ("/saved-views/{list}/{id}", "the few rows of a person by its key"),
    ("/mail-templates", "reads what GET list_mail_templates reads"),
    ("/mail-templates/{kind}", "reads what GET list_mail_templates reads"),
    ("/forgotten-password", "shows a form"),
    ("/opinion", "shows a form"),
    ("/templates/new", "one contract or draft by its key"),
    ("/templates/{id}", "one template by its key, and the choices that registers give"),
    ("/drafts/{id}", "one draft by its key"),
    ("/drafts/{id}/check", "one draft by its key"),
    ("/drafts/{id}/try", "one draft by its key"),
    ("/drafts/{id}/{step}", "one draft by its key, and the choices that registers give"),
    ("/registers", "names the registers"),
    ("/reports", "names the reports"),
    ("/statutes", "who asks, and the few approved loan prime rates"),
    ("/understood/{kind}", "asks the database nothing but who asks"),
    ("/password/{token}", "one link by its key"),
    ("/files/{id}", "one file by its key"),
    ("/files/{id}/original", "one file by its key"),
];
/// Storage functions that return a part of a list, each with the case that calls it.
const PAGED: &[(&str, &str)] = &[
    ("registry::payee_accounts::list_waiting", "GET list_accounts"),
    ("registry::appropriations::list", "GET list_appropriations"),
    ("ledger::changes::list", "GET list_budget_changes"),
    ("ledger::plans::list", "GET list_purchase_plans"),
    ("ledger::yearly_shares::list", "GET list_yearly_shares"),
    ("suspensions::list", "GET list_suspensions"),
    ("coordination::list", "GET list_matters"),
    ("work_stations::funds::list", "GET list_station_funds"),
    ("work_stations::groups::list", "GET list_correction_groups"),
    ("work_stations::list", "GET list_work_stations"),
    ("workers::list", "GET list_workers"),
    ("workers::beginning_with", "page /search by words"),
    ("workers::warnings_due", "job reminders"),
    ("registry::loan_rates::list", "GET list_loan_rates"),
    ("registry::calendar::list", "GET list_calendar_imports"),
    ("imports::list", "GET list_ledger_imports"),
    ("registry::statute_settings::list", "GET list_statute_settings"),
    ("payments::rules::list", "GET list_approval_rules"),
    ("payments::approval_chains::list", "GET list_approval_chains"),
    ("ledger::opening::opened", "job ledger"),
    ("ledger::page", "GET show_ledger"),
    ("ledger::page_of_contract", "GET show_contract_ledger"),
    ("registry::appropriations::list_newest", "choices of a draft"),
    ("amendments::page_of_contract", "GET list_amendments"),
    ("change_requests::page_of_contract", "GET list_change_requests"),
    ("objections::page_of_contract", "GET list_objections"),
    ("annexes::page_of_contract", "GET list_annexes"),
    ("messages::newest_of_contract", "GET list_messages"),
    ("messages::unread_by_contract", "GET list_tasks"),
    ("records::newest_of_contract", "GET list_records"),
    ("publications::page_of_contract", "GET list_publications"),
    ("guarantees::page_of_contract", "GET list_guarantees"),
    ("recoveries::page_of_contract", "GET list_recoveries"),
    ("evaluations::page_of_contract", "GET list_evaluations"),
    ("evaluations::final_of_contractor", "GET show_contractor_record"),
    ("publications::published", "GET list_public_contracts"),
    ("audit::log::events", "GET list_events"),
    ("audit::log::facts", "GET list_events"),
    ("registry::calendar::contracts_behind", "job calendar after an import"),
    ("registry::catalogue::list", "GET list_services"),
    ("audit::hash_chains::events_after", "pass over events"),
    ("registry::contractors::list", "GET list_contractors"),
    ("registry::contractors::list_by_prefix", "choices of a draft"),
    ("audit::recorded_rows::after", "pass over contracts"),
    ("audit::row_records::records_after", "pass over row records"),
    ("idempotency_keys::after", "pass over signed rows"),
    ("identity::links::after", "pass over signed rows"),
    ("notifications::signed_emails::after", "pass over signed rows"),
    ("identity::delegations::list", "GET list_delegations"),
    ("identity::delegations::list_of", "GET list_delegations of one person"),
    ("contracts::drafts::list", "page /drafts"),
    ("contracts::templates::list", "page /templates"),
    ("contracts::projections::contracts_without_expectation", "job expectations"),
    ("contracts::projections::count_work", "page /work"),
    ("contracts::due::changing", "job projections"),
    ("contracts::due::reminders_due", "job reminders"),
    ("notifications::leases::lease", "job mail"),
    ("notifications::email_queue::list", "GET list_emails"),
    ("notifications::posts::due", "job gateway"),
    ("notifications::posts::unposted", "job gateway"),
    ("notifications::notices::newest_of_contract", "GET list_contract_emails"),
    ("notifications::notices::newest_of_person", "GET list_notices"),
    ("notifications::leases::lease_others_of", "job mail"),
    ("notifications::undelivered::of_purchasers", "GET list_undelivered"),
    ("notifications::undelivered::page_of_contract", "GET list_undelivered"),
    ("contracts::list::contracts", "GET list_contracts"),
    ("contracts::list::of_amount", "page /search by an amount"),
    ("contracts::list::work", "GET list_tasks"),
    ("contracts::list::work_with_contracts", "page /work"),
    ("contracts::list::work_of_others", "page /work"),
    ("registry::organisations::list", "GET list_organisations"),
    ("registry::organisations::list_regions", "GET list_regions"),
    ("payments::page_of_contract", "GET list_payments"),
    ("payments::desk::page", "GET list_all_payments"),
    ("payments::desk::of_amount", "page /search by an amount"),
    ("payments::desk::of_contract", "page /search by a number"),
    ("payments::desk::of_contracts", "page /search by a voucher"),
    ("deliverables::invoice_numbers::of_contracts", "page /search by a voucher"),
    ("identity::people::beginning_with", "page /search of an administrator"),
    ("identity::people::list", "GET list_people"),
    ("idempotency_keys::delete_older", "job housekeeping"),
    ("audit::seals::lost_heads", "pass over seals"),
    ("audit::seals::newest", "page /events"),
];

/// Returns whether there is a case of that name.
fn tried(name: &str) -> bool {
    CASES.iter().chain(BOARDS).any(|case| {
        case.name.strip_prefix(name).is_some_and(|rest| {
            rest.is_empty() || !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_' || c == '/')
        })
    })
}

#[test]
fn every_route_that_reads_is_tried() {
    let document = document();
    let reading = document.paths.paths.values().filter_map(|item| item.get.as_ref());
    let names: BTreeSet<String> = reading.filter_map(|operation| operation.operation_id.clone()).collect();
    assert!(names.len() > 20, "{names:?}");
    let missing: Vec<&String> = names
        .iter()
        .filter(|name| OTHER_ROUTES.iter().all(|(other, _)| other != name) && !tried(&format!("GET {name}")))
        .collect();
    assert!(missing.is_empty(), "not tried: {missing:?}");
    let gone: Vec<_> = OTHER_ROUTES.iter().filter(|(other, _)| !names.contains(*other)).collect();
    assert!(gone.is_empty(), "no such route: {gone:?}");
}

#[test]
fn every_page_that_reads_is_tried() {
    let pages: BTreeSet<&str> =
        PAGES.iter().filter(|(method, ..)| *method == "get").map(|(_, path, _)| *path).collect();
    let missing: Vec<_> = pages
        .iter()
        .filter(|path| OTHER_PAGES.iter().all(|(other, _)| other != *path) && !tried(&format!("page {path}")))
        .collect();
    assert!(missing.is_empty(), "not tried: {missing:?}");
    let gone: Vec<_> = OTHER_PAGES.iter().filter(|(other, _)| !pages.contains(other)).collect();
    assert!(gone.is_empty(), "no such page: {gone:?}");
}

#[test]
fn every_step_of_the_jobs_is_tried() {
    for (name, _) in CALENDAR.iter().chain(MAIL).chain(GATEWAY) {
        // The seal passes over all chains once a day.
        assert!(*name == "seals" || tried(&format!("job {name}")), "{name}");
    }
}

#[test]
fn every_part_of_a_list_is_read_by_a_case() {
    let mut found = BTreeSet::new();
    for (path, source) in files::under("src/storage", &["rs"]) {
        let module =
            path.trim_start_matches("src/storage/").trim_end_matches(".rs").trim_end_matches("/mod").replace('/', "::");
        // The readers that these two define belong to the modules that call their macros.
        if ["contract_rows", "register_rows"].contains(&module.as_str()) {
            continue;
        }
        if source.contains("setting_rows!(") {
            found.insert(format!("{module}::list"));
        }
        if source.contains("contract_row_readers!(") {
            found.insert(format!("{module}::page_of_contract"));
        }
        for function in source.split("pub fn ").skip(1) {
            let head = function.split('{').next().unwrap_or_default();
            let name = head.split(['(', '<']).next().unwrap_or_default();
            if head.contains("limit: i64") {
                found.insert(format!("{module}::{name}"));
            }
        }
    }
    let known: BTreeSet<String> = PAGED.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(found, known);
    for (name, case) in PAGED {
        assert!(tried(case), "{name}: no case is called {case}");
    }
}
