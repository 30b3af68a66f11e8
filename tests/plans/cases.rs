//! The cases of the query plan tests: routes and pages that read lists, steps of jobs, passes over the registers.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use diesel::prelude::*;
use luyue::domain::codes::ContractState;
use luyue::domain::payments::PaymentStep;
use luyue::jobs::{CALENDAR, MAIL, Step};
use luyue::schema::{contracts, facts, files, payments};
use luyue::services::contracts::drafts::choices::{SEARCH, choices};
use luyue::services::contracts::drafts::fields::Fields;
use luyue::services::contracts::list;
use luyue::services::identity::sessions;
use luyue::services::notifications::tasks;
use luyue::services::shared::paging::Page;
use luyue::storage::audit::recorded_rows::{self, ObjectKind};
use luyue::storage::audit::{hash_chains, row_records, seals};
use luyue::storage::contracts::drafts;
use luyue::storage::contracts::titles::{self, SameTerm};
use luyue::storage::deliverables::files as stored_files;
use luyue::storage::identity::{kept_forms, links};
use luyue::storage::ids::{AppropriationId, ContractId, OrganisationId, PersonId};
use luyue::storage::notifications::{notices, posts, signed_emails, undelivered};
use luyue::storage::payments::returned;
use luyue::storage::registry::{calendar, organisations};
use luyue::storage::{idempotency_keys, ledger};

use crate::support::app::TestApp;
use crate::support::visitor::Visitor;

/// One case that reads lists.
pub struct Case {
    /// The name: `GET operation` for a route, the address for a page, followed by its special condition if any.
    pub name: &'static str,
    /// The requests or queries to run.
    pub does: fn(&Trial<'_>),
}

/// The synthetic register with one object of each kind from it.
pub struct Trial<'a> {
    pub test: &'a TestApp,
    visitors: Vec<(&'static str, Visitor<'a>)>,
    contract: String,
    /// Calendar year in which the contract starts.
    year: i32,
    milestone: String,
    payment: String,
    file: String,
    contractor: String,
    cursor: String,
    number: String,
    fact: String,
    /// Amount of the payment, and a voucher's number.
    amount: String,
    voucher: String,
}

/// The users who open pages: an auditor who sees all contracts, an officer, a contractor, an administrator, a reviewer.
const VISITORS: &[&str] = &["audit", "officer-341821-mz", "contractor-1", "admin", "reviewer-341800"];

impl<'a> Trial<'a> {
    pub fn new(test: &'a TestApp) -> Self {
        let connection = &mut *test.app.pool.get().expect("a connection");
        let running = contracts::table
            .filter(contracts::state.eq(ContractState::Active.as_str()))
            .inner_join(payments::table)
            .order(contracts::id.desc())
            .select((
                (contracts::public_id, contracts::contractor_id, contracts::id, contracts::year),
                (payments::milestone, payments::public_id, payments::amount_fen),
            ));
        type Running = ((String, i64, i64, i32), (String, String, i64));
        let ((contract, contractor, id, year), (milestone, payment, fen)): Running =
            running.first(connection).expect("a running contract with a payment");
        let file = files::table.filter(files::contract_id.eq(id)).select(files::public_id).first(connection);
        let half: i64 = contracts::table.count().get_result::<i64>(connection).expect("a count") / 2;
        let number = contracts::table.find(half).select(contracts::number).first(connection).expect("it is there");
        let cursor = contracts::table.find(half).select(contracts::public_id).first(connection).expect("it is there");
        let fact = facts::table
            .inner_join(contracts::table)
            .order((facts::contract_id.desc(), facts::seq))
            .select(contracts::public_id)
            .first::<String>(connection);
        let fact = fact.expect("a contract with a fact");
        let contractor = organisations::by_ids(connection, &[OrganisationId(contractor)]).expect("read");
        let paid = payments::table.filter(payments::voucher.ne("")).order(payments::id.desc());
        let voucher = paid.select(payments::voucher).first(connection).expect("a voucher");
        // All users of the synthetic register already have the same password.
        let visitors = VISITORS.iter().map(|name| (*name, Visitor::signed_in(test, name))).collect();
        Self {
            test,
            visitors,
            contract,
            year,
            milestone,
            payment,
            file: file.expect("a file"),
            contractor: contractor[0].code.clone(),
            cursor,
            number,
            fact: format!("facts:{fact}~1"),
            amount: format!("{}.{:02}", fen / 100, fen % 100),
            voucher,
        }
    }

    fn put_in(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for (name, value) in [
            ("{contract}", &self.contract),
            ("{milestone}", &self.milestone),
            ("{payment}", &self.payment),
            ("{file}", &self.file),
            ("{contractor}", &self.contractor),
            ("{cursor}", &URL_SAFE_NO_PAD.encode(&self.cursor)),
            ("{number}", &self.number),
            ("{fact}", &self.fact),
            ("{amount}", &self.amount),
            ("{voucher}", &self.voucher),
        ] {
            path = path.replace(name, value);
        }
        path
    }

    /// Returns a cursor into the audit log.
    fn event(&self) -> String {
        URL_SAFE_NO_PAD.encode(format!("contract:{}~1", self.cursor))
    }

    /// Sends a GET request to the API.
    pub(super) fn api(&self, who: &str, path: &str) {
        let path = self.put_in(path);
        let reply = self.test.by(who).get(&path);
        assert_eq!(reply.status, 200, "{path}: {}", String::from_utf8_lossy(&reply.bytes));
    }

    /// Opens a page.
    pub(super) fn page(&self, who: &str, path: &str) {
        let (_, visitor) = self.visitors.iter().find(|(name, _)| *name == who).expect("a visitor");
        visitor.get(&self.put_in(path)).expect_status(200);
    }

    /// Lists contracts as a user with several seats.
    fn several(&self, query: &list::ContractQuery) {
        let page = Page { limit: 50, after: None };
        list::contracts(&self.test.app, &self.caller_of_three(), query, &page).expect("a list");
    }

    fn caller_of_three(&self) -> luyue::services::identity::caller::Caller {
        let app = &self.test.app;
        let mut caller = sessions::local_caller(app, "officer-341821-mz").expect("there");
        for other in ["leader-341802-sf", "reviewer-341881"] {
            caller.seats.extend(sessions::local_caller(app, other).expect("there").seats);
        }
        assert!(caller.organisations().len() >= 3);
        caller
    }

    /// Runs one step of the jobs.
    fn step(&self, steps: &[(&str, Step)], name: &str) {
        let (_, step) = steps.iter().find(|(known, _)| *known == name).expect("a step");
        step(&self.test.app).expect("the step is taken");
    }

    /// Queries the tables directly.
    fn ask<T>(&self, work: impl FnOnce(&mut luyue::storage::AnyConnection) -> Result<T, luyue::error::Error>) {
        self.test.app.pool.read(work).expect("an answer");
    }
}

pub(super) const fn case(name: &'static str, does: fn(&Trial<'_>)) -> Case {
    Case { name, does }
}

/// All cases.
pub const CASES: &[Case] = &[
    case("GET list_contracts", |t| t.api("audit", "contracts")),
    case("GET list_contracts of a county", |t| t.api("officer-341821-mz", "contracts")),
    case("GET list_contracts of a contractor", |t| t.api("contractor-1", "contracts")),
    case("GET list_contracts, a later page", |t| t.api("audit", "contracts?cursor={cursor}")),
    case("GET list_contracts in a state", |t| t.api("audit", "contracts?state=funded")),
    case("GET list_contracts in a state, none left", |t| t.api("audit", "contracts?state=submitted&cursor={cursor}")),
    case("GET list_contracts by two common characters", |t| t.api("audit", "contracts?q=%E5%BF%83%E7%90%86")),
    case("GET list_contracts by two common characters of a contractor", |t| {
        t.api("contractor-1", "contracts?q=%E6%9C%8D%E5%8A%A1")
    }),
    case("GET list_contracts by a number", |t| t.api("audit", "contracts?q={number}")),
    case("GET list_contracts by words, a later page", |t| {
        t.api("audit", "contracts?q=%E5%BF%83%E7%90%86&cursor={cursor}")
    }),
    case("GET list_contracts by words that are nowhere", |t| {
        t.api("audit", "contracts?q=%E9%BB%84%E5%B1%B1%E5%BF%83%E7%90%86")
    }),
    case("GET list_contracts of one contractor", |t| t.api("audit", "contracts?contractor={contractor}")),
    case("GET list_contracts of one purchaser", |t| t.api("audit", "contracts?purchaser=341821-MZ")),
    case("GET list_contracts of a purchaser that is not there", |t| t.api("audit", "contracts?purchaser=nobody")),
    case("GET list_contracts of a region", |t| t.api("audit", "contracts?region=341824")),
    case("GET list_contracts of a region that is not there", |t| t.api("audit", "contracts?region=1")),
    case("GET list_contracts with a duty", |t| t.api("audit", "contracts?duty_before=2026-09-30")),
    case("GET list_contracts with an old duty", |t| t.api("audit", "contracts?duty_before=2018-03-01")),
    case("GET list_contracts of a year", |t| t.api("audit", "contracts?year=2018")),
    case("GET list_contracts of a year, of a county", |t| t.api("officer-341821-mz", "contracts?year=2018")),
    case("GET list_contracts of a year without any", |t| t.api("audit", "contracts?year=2005")),
    case("GET list_contracts by all filters", |t| {
        t.api("audit",
        "contracts?year=2026&state=active&region=341821&purchaser=341821-MZ&duty_before=2026-12-01&q=%E6%9C%8D%E5%8A%A1")
    }),
    case("GET list_contracts of several seats", |t| t.several(&list::ContractQuery::default())),
    case("GET list_contracts of several seats, a state", |t| {
        t.several(&list::ContractQuery { state: Some("completed".to_owned()), ..list::ContractQuery::default() })
    }),
    case("GET list_contracts of several seats, a year", |t| {
        t.several(&list::ContractQuery { year: Some(2020), ..list::ContractQuery::default() })
    }),
    case("GET list_contracts of several seats, words", |t| {
        t.several(&list::ContractQuery { q: Some("心理".to_owned()), ..list::ContractQuery::default() })
    }),
    case("GET list_tasks", |t| t.api("reviewer-341800", "worklist")),
    case("GET list_tasks of a contractor", |t| t.api("contractor-1", "worklist")),
    case("GET list_tasks of several seats", |t| {
        drop(tasks::list_own_tasks(&t.test.app, &t.caller_of_three()).expect("a list"))
    }),
    case("GET show_contract", |t| t.api("audit", "contracts/{contract}")),
    case("GET show_standing", |t| t.api("audit", "contracts/{contract}/standing")),
    case("GET show_terms", |t| t.api("audit", "contracts/{contract}/terms")),
    case("GET show_settlement", |t| t.api("audit", "contracts/{contract}/settlement")),
    case("GET print_summary", |t| t.api("audit", "contracts/{contract}/documents/summary.pdf")),
    case("GET print_form", |t| t.api("audit", "contracts/{contract}/documents/settlement.pdf")),
    case("GET list_deliverables", |t| t.api("audit", "contracts/{contract}/deliverables")),
    case("GET show_score", |t| t.api("audit", "contracts/{contract}/milestones/{milestone}/score")),
    case("GET list_payments", |t| t.api("audit", "contracts/{contract}/payments")),
    case("GET list_all_payments", |t| t.api("audit", "payments")),
    case("GET list_all_payments of a stage by chains", |t| t.api("audit", "payments?stage=reviewed&sort=newest")),
    case("GET list_all_payments of a month", |t| t.api("audit", "payments?stage=paid&month=2026-03")),
    case("GET list_all_payments of a contractor", |t| t.api("contractor-1", "payments?sort=amount")),
    case("GET list_all_payments of one purchaser", |t| t.api("audit", "payments?bureau=341821-MZ")),
    case("GET report_execution", |t| t.api("reviewer-341800", "reports/execution.json?year=2026")),
    case("GET report_forecast", |t| t.api("audit", "reports/forecast.json")),
    case("GET report_ageing", |t| t.api("audit", "reports/ageing.json?bureau=341821-MZ")),
    case("GET report_payment_time", |t| t.api("audit", "reports/payment-time.json?year=2025")),
    case("GET report_arrears", |t| t.api("reviewer-341881", "reports/arrears.json?year=2025")),
    case("GET print_arrears", |t| t.api("reviewer-341881", "reports/arrears.pdf?year=2025&bureau=341881-SF")),
    case("GET show_payment", |t| t.api("audit", "payments/{payment}")),
    case("GET list_amendments", |t| t.api("audit", "contracts/{contract}/amendments")),
    case("GET list_objections", |t| t.api("audit", "contracts/{contract}/objections")),
    case("GET download_dossier", |t| t.api("audit", "contracts/{contract}/dossier.zip")),
    case("GET list_annexes", |t| t.api("audit", "contracts/{contract}/annexes")),
    case("page /contracts/{id}/annexes", |t| t.page("audit", "/contracts/{contract}/annexes")),
    case("GET list_messages", |t| t.api("audit", "contracts/{contract}/messages")),
    case("GET list_records", |t| t.api("audit", "contracts/{contract}/records?state=waiting&month=2026-01")),
    case("page /contracts/{id}/records", |t| t.page("audit", "/contracts/{contract}/records")),
    case("GET list_publications", |t| t.api("audit", "contracts/{contract}/publications")),
    case("GET list_guarantees", |t| t.api("audit", "contracts/{contract}/guarantees")),
    case("GET list_recoveries", |t| t.api("audit", "contracts/{contract}/recoveries")),
    case("GET list_evaluations", |t| t.api("audit", "contracts/{contract}/evaluations")),
    case("GET show_contractor_record", |t| t.api("audit", "contractors/{contractor}/record")),
    case("page /contractors/{credit_code}/record", |t| t.page("audit", "/contractors/{contractor}/record")),
    case("GET list_public_contracts", |t| t.api("audit", "public/contracts")),
    case("GET list_public_contracts by all filters", |t| {
        t.api("audit", "public/contracts?q=%E6%9C%8D%E5%8A%A1&region=341821&contractor={contractor}&year=2026");
    }),
    case("GET export_public_csv", |t| t.api("audit", "public/contracts.csv")),
    case("GET export_public_xlsx", |t| t.api("audit", "public/contracts.xlsx")),
    case("GET list_ocds_releases", |t| t.api("audit", "public/ocds/releases.json")),
    case("GET list_ocds_records", |t| t.api("audit", "public/ocds/records.json")),
    case("page /public", |t| t.page("audit", "/public")),
    case("GET list_change_requests", |t| t.api("audit", "contracts/{contract}/change-requests")),
    case("GET list_regions", |t| t.api("audit", "regions")),
    case("GET list_organisations", |t| t.api("audit", "organisations")),
    case("GET list_organisations narrowed", |t| t.api("audit", "organisations?function=justice&region=341821")),
    case("GET list_services", |t| t.api("audit", "services")),
    case("GET list_contractors", |t| t.api("audit", "contractors")),
    case("GET list_contractors by words", |t| t.api("audit", "contractors?q=%E5%BF%83%E7%90%86")),
    case("GET list_contractors by one character", |t| t.api("audit", "contractors?q=%E5%AE%A3")),
    case("GET show_contractor", |t| t.api("audit", "contractors/{contractor}")),
    case("GET list_accounts", |t| t.api("reviewer-341800", "accounts")),
    case("GET list_appropriations", |t| t.api("reviewer-341800", "appropriations")),
    case("GET list_approval_rules", |t| t.api("reviewer-341800", "approval-rules")),
    case("GET list_approval_chains", |t| t.api("reviewer-341800", "approval-chains")),
    case("GET list_statute_settings", |t| t.api("reviewer-341800", "statute-settings")),
    case("GET list_calendar_imports", |t| t.api("reviewer-341800", "calendar-imports")),
    case("GET list_ledger_imports", |t| t.api("reviewer-341800", "ledger-imports")),
    case("GET list_loan_rates", |t| t.api("reviewer-341800", "loan-rates")),
    case("GET list_suspensions", |t| t.api("reviewer-341800", "suspensions")),
    case("GET list_work_stations", |t| t.api("reviewer-341800", "work-stations")),
    case("GET list_station_funds", |t| t.api("reviewer-341800", "station-funds")),
    case("GET list_correction_groups", |t| t.api("audit", "correction-groups")),
    case("GET list_matters", |t| t.api("contractor-1", "matters")),
    case("GET list_workers", |t| t.api("reviewer-341800", "workers?name=%E6%9E%97")),
    case("page /contracts/{id}/opinions", |t| t.page("audit", "/contracts/{contract}/opinions")),
    case("GET list_yearly_shares", |t| t.api("reviewer-341800", "yearly-shares")),
    case("GET list_purchase_plans", |t| t.api("reviewer-341800", "purchase-plans")),
    case("GET list_budget_changes", |t| t.api("reviewer-341800", "budget-changes")),
    case("GET list_appropriations of a year", |t| t.api("reviewer-341800", "appropriations?year=2026")),
    case("GET show_ledger", |t| t.api("audit", "ledger")),
    case("GET show_ledger of a county's year", |t| t.api("reviewer-341800", "ledger?year=2025&bureau=341821-MZ")),
    case("GET show_ledger, a later page", |t| {
        let cursor = URL_SAFE_NO_PAD.encode(format!("{}~1", t.contract));
        t.api("audit", &format!("ledger?year={}&cursor={cursor}", t.year));
    }),
    case("GET show_contract_ledger", |t| t.api("audit", "contracts/{contract}/ledger")),
    case("page /ledger", |t| t.page("audit", "/ledger")),
    case("page /contracts/{id}/ledger", |t| t.page("audit", "/contracts/{contract}/ledger")),
    case("job ledger", |t| t.step(CALENDAR, "ledger")),
    case("GET show_me", |t| t.api("contractor-1", "me")),
    case("GET list_emails", |t| t.api("admin", "emails")),
    case("GET list_emails in a state", |t| t.api("admin", "emails?state=dead")),
    case("GET list_contract_emails", |t| t.ask(|c| notices::newest_of_contract(c, ContractId(5_000), i64::MAX, 50))),
    case("GET list_notices", |t| t.api("officer-341821-mz", "notices")),
    case("GET list_notices that are unread", |t| t.api("officer-341821-mz", "notices?unread=true")),
    case("page /notices", |t| t.page("officer-341821-mz", "/notices")),
    case("GET list_undelivered", |t| {
        t.ask(|c| undelivered::page_of_contract(c, ContractId(5_000), 0, 50));
        t.ask(|c| undelivered::of_purchasers(c, &[OrganisationId(100), OrganisationId(101)], 50));
    }),
    case("GET list_people", |t| t.api("admin", "people")),
    case("GET list_delegations", |t| t.api("admin", "delegations")),
    case("GET list_delegations of one person", |t| t.api("reviewer-341800", "delegations")),
    case("GET list_events", |t| t.api("audit", "events")),
    case("GET list_events of everything", |t| t.api("admin", "events")),
    case("GET list_events, a later page", |t| t.api("audit", &format!("events?cursor={}", t.event()))),
    case("GET list_events of a contract", |t| t.api("audit", "events?contract={number}")),
    case("GET list_events of a person", |t| t.api("audit", "events?person=officer-341821-mz")),
    case("GET list_events of a person, a later page", |t| {
        t.api("admin", &format!("events?person=officer-341821-mz&cursor={}", t.event()))
    }),
    case("GET list_events of a day", |t| t.api("audit", "events?day=2024-05-20")),
    case("GET list_events of a person and a day", |t| t.api("admin", "events?person=officer-341821-mz&day=2024-05-20")),
    case("GET show_event", |t| t.api("audit", "events/contract:{contract}~1")),
    case("GET show_event of a fact", |t| t.api("audit", "events/{fact}")),
    case("GET check_chain", |t| t.api("audit", "hash-chains?contract={number}")),
    case("GET show_calendar", |t| t.api("audit", "calendar")),
    case("page /calendar", |t| t.page("admin", "/calendar")),
    case("job calendar", |t| t.step(CALENDAR, "calendar")),
    case("job calendar after an import", |t| {
        t.ask(|c| calendar::contracts_behind(c, 1, calendar::ContractBehind::before_all(), 200));
        t.ask(|c| calendar::count_contracts_behind(c, 0));
    }),
    case("page /events", |t| t.page("audit", "/events")),
    case("page /events/{id}", |t| t.page("audit", "/events/{fact}")),
    case("page /events/chain", |t| t.page("audit", "/events/chain?contract={number}")),
    case("page /", |t| t.page("audit", "/registers")),
    case("page /sessions", |t| t.page("audit", "/sessions")),
    case("page /drafts", |t| t.page("officer-341821-mz", "/drafts")),
    case("page /templates", |t| t.page("officer-341821-mz", "/templates")),
    case("page /drafts/copy", |t| {
        t.page("officer-341821-mz", "/drafts/copy?q=%E6%9C%8D%E5%8A%A1");
        let own = t.test.by("officer-341821-mz").get("contracts?limit=1").expect_status(200);
        t.page("officer-341821-mz", &format!("/drafts/copy?contract={}", own["items"][0]["id"].as_str().expect("one")));
    }),
    case("page /contracts/{id}/messages", |t| t.page("audit", "/contracts/{contract}/messages")),
    case("page /work", |t| t.page("reviewer-341800", "/work")),
    case("page /work of a month", |t| t.page("reviewer-341800", "/work?view=calendar&month=2026-06")),
    case("page /work of a contractor", |t| t.page("contractor-1", "/work")),
    case("page /work of who keeps forms", |t| {
        t.ask(|c| titles::titles_of(c, &[t.cursor.as_str()], &[OrganisationId(100), OrganisationId(101)]));
        t.ask(|c| drafts::fields_of(c, &[t.cursor.as_str()], &[OrganisationId(100)]));
        t.ask(|c| kept_forms::of_path(c, PersonId(100), "/drafts"));
    }),
    case("page /work after returns", |t| {
        t.ask(|c| returned::last_returned(c, &[ContractId(100), ContractId(101)]));
        t.ask(|c| returned::whose_last_step_is(c, &[t.cursor.as_str()], PaymentStep::Disallow));
        let actions = ["contracts.return_submitted", "contracts.return_funded"];
        t.ask(|c| hash_chains::acts_of(c, &["contract:100".to_owned()], &actions));
    }),
    case("page /work of who sees all", |t| t.page("audit", "/work")),
    case("page /search by a number", |t| t.page("audit", "/search?q={number}")),
    case("page /search by words", |t| t.page("audit", "/search?q=%E5%BF%83%E7%90%86")),
    case("page /search by words, of a county", |t| t.page("officer-341821-mz", "/search?q=%E5%BF%83%E7%90%86")),
    case("page /search by an amount", |t| t.page("officer-341821-mz", "/search?q={amount}")),
    case("page /search by a voucher", |t| t.page("audit", "/search?q={voucher}")),
    case("page /search by the beginning of a voucher", |t| {
        t.page(
            "contractor-1",
            &t.put_in("/search?q={voucher}").chars().take("/search?q=".len() + 6).collect::<String>(),
        );
    }),
    case("page /search of an administrator", |t| t.page("admin", "/search?q=officer-34")),
    case("page /payments", |t| t.page("reviewer-341800", "/payments")),
    case("page /reports/{name}", |t| t.page("audit", "/reports/ageing")),
    case("page /contracts", |t| t.page("audit", "/contracts")),
    case("page /contracts of a county", |t| t.page("officer-341821-mz", "/contracts")),
    case("page /contracts of a contractor", |t| t.page("contractor-1", "/contracts")),
    case("page /contracts of a year", |t| t.page("audit", "/contracts?year=2018")),
    case("page /contracts in a state of a region", |t| t.page("audit", "/contracts?state=active&region=341821")),
    case("page /contracts by a number", |t| t.page("audit", "/contracts?q={number}")),
    case("page /contracts by words of a year", |t| t.page("audit", "/contracts?year=2026&q=%E5%BF%83%E7%90%86")),
    case("page /contracts by words", |t| t.page("audit", "/contracts?q=%E5%BF%83%E7%90%86")),
    case("page /contracts/{id}", |t| t.page("audit", "/contracts/{contract}")),
    case("page /contracts/{id}/terms", |t| t.page("audit", "/contracts/{contract}/terms")),
    case("page /contracts/{id}/settlement", |t| t.page("audit", "/contracts/{contract}/settlement")),
    case("page /registers/{name} people", |t| t.page("admin", "/registers/people")),
    case("page /registers/{name} emails", |t| t.page("admin", "/registers/emails")),
    case("job projections", |t| t.step(CALENDAR, "projections")),
    case("job expectations", |t| t.step(CALENDAR, "expectations")),
    case("job reminders", |t| t.step(CALENDAR, "reminders")),
    case("job housekeeping", |t| t.step(CALENDAR, "housekeeping")),
    case("job mail", |t| t.step(MAIL, "mail")),
    case("job gateway", |t| {
        t.ask(|c| posts::unposted(c, 20));
        t.ask(|c| posts::due(c, t.test.now(), 20));
        t.ask(|c| posts::by_ids(c, &[100, 101]));
    }),
    case("pass over contracts", |t| t.ask(|c| recorded_rows::after(c, ObjectKind::Contract, 5_000, 100))),
    case("pass over events", |t| t.ask(|c| hash_chains::events_after(c, (&format!("contract:{}", t.cursor), 3), 1000))),
    case("pass over row records", |t| {
        t.ask(|c| row_records::records_after(c, (&format!("contract:{}", t.cursor), 1), 1000))
    }),
    case("pass over signed rows", |t| {
        t.ask(|c| signed_emails::after(c, 5_000, 500));
        t.ask(|c| idempotency_keys::after(c, (100, ""), 500));
        t.ask(|c| links::after(c, "5", 500));
    }),
    case("sweep of files", |t| {
        t.ask(|c| stored_files::keys_with_row(c, &(0..500).map(|n| format!("key-{n}")).collect::<Vec<_>>()))
    }),
    case("contracts of the same parties", |t| {
        t.ask(|c| {
            let day = |day: &str| day.parse().expect("a day");
            let (purchaser, contractor) = (OrganisationId(100), OrganisationId(900));
            let (starts_on, ends_on) = (day("2026-01-01"), day("2026-12-31"));
            titles::in_same_term(c, &SameTerm { purchaser, contractor, starts_on, ends_on, except: None })
        });
    }),
    case("files of an owner", |t| t.ask(|c| stored_files::total_bytes(c, OrganisationId(100)))),
    case("pass over seals", |t| t.ask(|c| seals::lost_heads(c, 10))),
    case("choices of a draft", |t| {
        let app = &t.test.app;
        let officer = sessions::local_caller(app, "officer-341821-mz").expect("there");
        let (mut fields, mut searches) = (Fields::default(), Fields::default());
        fields.set("purchaser", "341821-MZ");
        fields.set("items.0.service", "走访");
        for step in ["parties", "items"] {
            choices(app, &officer, (step, &fields), &searches).expect("choices");
        }
        for (field, text) in [("funder", "财政"), ("contractor", "心理"), ("appropriation", "2026 社区")] {
            searches.set(format!("{SEARCH}{field}"), text);
        }
        choices(app, &officer, ("parties", &fields), &searches).expect("choices");
    }),
    case("GET list_organisations by words", |t| t.api("audit", "organisations?q=%E8%B4%A2%E6%94%BF")),
    case("GET list_regions by words", |t| t.api("audit", "regions?q=%E5%AE%A3")),
    case("GET list_services by words", |t| t.api("audit", "services?q=%E8%B5%B0%E8%AE%BF")),
    case("GET list_appropriations, available by words", |t| {
        t.api("reviewer-341800", "appropriations?year=2026&available=true&q=2026")
    }),
    case("money committed", |t| t.ask(|c| ledger::sums(c, &[AppropriationId(5)]))),
];
