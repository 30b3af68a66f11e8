//! Sample requests for each route: the objects that its address names, and a valid body.

use std::collections::BTreeMap;

use luyue::web::routes;
use serde_json::{Value, json};

use crate::coordination::demand;
use crate::guarantees::setup::guarantee;
use crate::identity::saved_views::saved_view;
pub use crate::matrix::bodies::{
    BY_ACCOUNTANT, amendment, appropriation, approval_chain, approval_rule, budget_change, loan_rate, purchase_plan,
    statute_setting, suspension, template, yearly_share,
};
use crate::matrix::prepared::Prepared;
pub use crate::matrix::things::Thing;
use crate::opinions::opinion;
use crate::records::setup::body;
use crate::support::app::{CONTRACTOR, Reply, Somebody};
use crate::work_stations::{funds, group, work_station};
use crate::workers::worker;

/// The kind of body that a route reads.
#[derive(Clone, Copy)]
pub enum Body {
    Empty,
    /// A JSON body.
    Json(fn(&Prepared) -> Value),
    /// A form with one field that the route does not expect.
    Form(&'static str),
}

/// Parameters of an address by name.
type Parts = &'static [(&'static str, &'static str)];

/// A sample request for one route.
pub struct Row {
    /// The name of the operation in the API description.
    pub operation: &'static str,
    /// The kind of object that its `{id}` names.
    pub thing: Thing,
    /// The other parameters of the address.
    pub parts: Parts,
    pub body: Body,
}

const fn row(operation: &'static str, thing: Thing, body: Body) -> Row {
    Row { operation, thing, parts: &[], body }
}

const fn part(operation: &'static str, thing: Thing, parts: Parts, body: Body) -> Row {
    Row { operation, thing, parts, body }
}

use Body::{Empty, Form, Json};
use Thing::{
    Account, Amendment, Annex, Appropriation, ApprovalChain, ApprovalRule, BudgetChange, CalendarImport, Contract,
    CorrectionGroup, Delegation, Evaluation, Event, Extension, File, Guarantee, Incident, LedgerImport, Letter,
    LoanRate, Matter, Nothing, Objection, Payment, Person, Publication, PurchasePlan, Record, Recovery, Reversal,
    SavedView, StatuteSetting, Suspension, Waiver, WorkStation, Worker,
};

const NONE: Body = Json(|_| json!({}));
const YEAR: Body = Json(|_| json!({"year": 2027, "notice": "", "holidays": [], "version": 0}));
const DELIVERABLE: Parts = &[("code", "VISIT-H1"), ("no", "1")];
const MILESTONE: &[(&str, &str)] = &[("code", "MIDYEAR")];
const OWN: &[(&str, &str)] = &[("credit_code", CONTRACTOR)];
const AS_JSON: &[(&str, &str)] = &[("format", "json")];
const BREACH: &[(&str, &str)] = &[("kind", "breach")];
const APPROVE: &[(&str, &str)] = &[("name", "approve")];
const TEMPLATE: &[(&str, &str)] = &[("kind", "payment-paid")];
const CANCEL: &[(&str, &str)] = &[("name", "cancel")];
const CLOSE: &[(&str, &str)] = &[("name", "close")];
const DISSOLVE: &[(&str, &str)] = &[("name", "dissolve")];

/// One row per route; a test compares the rows with the table of routes.
pub const ROWS: &[Row] = &[
    row("check_liveness", Nothing, Empty),
    row("check_readiness", Nothing, Empty),
    row("show_openapi", Nothing, Empty),
    row("read_metrics", Nothing, Empty),
    row("create_session", Nothing, Json(|_| json!({"username": "justice", "password": "not the one"}))),
    row("create_contract", Nothing, Json(|place| place.input.clone())),
    row("copy_contract", Nothing, Json(|place| json!({"contract": place.id(Contract)}))),
    row("list_contract_templates", Nothing, Empty),
    row("save_contract_template", Nothing, Json(|_| json!({"name": "走访"}))),
    part("show_contract_template", Nothing, &[("id", "notice-2017-43")], Empty),
    part("act_on_contract_template", Nothing, &[("id", "notice-2017-43"), ("name", "retire")], NONE),
    part(
        "begin_from_contract_template",
        Nothing,
        &[("id", "notice-2017-43")],
        Json(|_| json!({"starts_on": "2027-01-05"})),
    ),
    row("update_contract", Contract, Json(|place| place.input.clone())),
    row("list_contracts", Nothing, Empty),
    row("list_tasks", Nothing, Empty),
    row("print_summary", Contract, Empty),
    part("print_form", Contract, BREACH, Empty),
    row("show_contract", Contract, Empty),
    row("show_standing", Contract, Empty),
    row("show_terms", Contract, Empty),
    row("show_settlement", Contract, Empty),
    part("submit_deliverable", Contract, DELIVERABLE, Form("quantity")),
    part(
        "decide_submission",
        Contract,
        DELIVERABLE,
        Json(|_| json!({"decision": "rejected", "note": "缺照片", "members": ["张敏"]})),
    ),
    row(
        "decide_submissions",
        Contract,
        Json(|_| {
            let rejected = json!({"decision": "rejected", "note": "缺照片"});
            json!({"lines": [{"deliverable": "VISIT-H1", "no": 1, "decision": rejected}]})
        }),
    ),
    part("withdraw_submission", Contract, DELIVERABLE, NONE),
    row("list_deliverables", Contract, Empty),
    row("list_reused_files", Contract, Empty),
    part("submit_invoice", Contract, MILESTONE, Form("number")),
    row("download_file", File, Empty),
    row("download_original_file", File, Empty),
    row("act_on_contract", Contract, NONE),
    row("preview_action", Contract, NONE),
    part("request_payment", Contract, MILESTONE, NONE),
    part("request_interest", Contract, MILESTONE, NONE),
    part("waive_interest", Contract, MILESTONE, Json(|_| json!({"amount": "1.00", "reason": "协商一致"}))),
    row("act_on_payment", Payment, NONE),
    row("act_on_payments", Nothing, Json(|_| json!({"lines": [{"id": "no-such-payment", "reason": "同意"}]}))),
    row("match_vouchers", Nothing, Form("file")),
    row("list_payments", Contract, Empty),
    row("list_all_payments", Nothing, Empty),
    part("show_justice_board", Nothing, AS_JSON, Empty),
    row("show_finance_board", Nothing, Empty),
    part("show_counties_board", Nothing, AS_JSON, Empty),
    row("print_annual_report", Nothing, Empty),
    row("write_annual_report", Nothing, Empty),
    part("report_execution", Nothing, AS_JSON, Empty),
    part("report_forecast", Nothing, AS_JSON, Empty),
    part("report_ageing", Nothing, AS_JSON, Empty),
    part("report_payment_time", Nothing, AS_JSON, Empty),
    row("print_arrears", Nothing, Empty),
    part("report_arrears", Nothing, AS_JSON, Empty),
    row("show_payment", Payment, Empty),
    part("show_score", Contract, MILESTONE, Empty),
    part("decide_score", Contract, MILESTONE, Json(|_| json!({"score": "80", "note": ""}))),
    row("propose_incident", Contract, Json(|_| json!({"id": "I-1", "clause": "LEAK", "note": ""}))),
    row("record_headcount", Contract, Json(|_| json!({"month": "2026-01", "clients": 20, "workers": 1, "note": ""}))),
    row("record_survey", Contract, Json(|_| json!({"score": "90", "note": ""}))),
    row("request_extension", Contract, Json(|_| json!({"deliverable": "EDU-H2", "days": 7, "reason": "汛期"}))),
    row("request_waiver", Contract, Json(|_| json!({"clause": "LATE", "subject": "EDU-H2", "reason": "汛期"}))),
    row("request_reversal", Contract, Json(|_| json!({"seq": 1, "reason": "误录"}))),
    row("list_change_requests", Contract, Empty),
    row("decide_extension", Extension, Json(|_| json!({"reason": "同意"}))),
    row("decide_waiver", Waiver, Json(|_| json!({"reason": "同意"}))),
    row("decide_incident", Incident, Json(|_| json!({"reason": "同意"}))),
    row("decide_reversal", Reversal, Json(|_| json!({"reason": "同意"}))),
    row("propose_amendment", Contract, Json(|place| amendment(&place.input, "2026-11-17"))),
    row("act_on_amendment", Amendment, Json(|_| json!({"reason": "同意"}))),
    row("list_amendments", Contract, Empty),
    row(
        "raise_objection",
        Contract,
        Json(|_| json!({"against": "breach", "subject": "LATE/EDU-H2", "text": "资料已按期送达"})),
    ),
    row("answer_objection", Objection, Json(|_| json!({"reason": "情况属实"}))),
    row("list_objections", Contract, Empty),
    row("download_dossier", Contract, Empty),
    row("download_files", Contract, Empty),
    row("add_annex", Contract, Form("kind")),
    row("list_annexes", Contract, Empty),
    row("remove_annex", Annex, Json(|_| json!({"reason": "有误"}))),
    row("send_message", Contract, Json(|_| json!({"text": "请核对签到表"}))),
    row("list_messages", Contract, Empty),
    row("mark_messages_read", Contract, NONE),
    row("enter_records", Contract, Json(|_| body(9))),
    row("import_records", Contract, Form("file")),
    row("make_record_template", Contract, Empty),
    row("list_records", Contract, Empty),
    row("act_on_record", Record, Json(|_| json!({"reason": "情况属实"}))),
    row(
        "propose_publication",
        Contract,
        Json(|_| json!({"notice_url": "https://www.ccgp.gov.cn/1", "notice_on": "2026-01-05", "review": "不涉密"})),
    ),
    row("act_on_publication", Publication, Json(|_| json!({"reason": "经研究"}))),
    row("list_publications", Contract, Empty),
    row("record_guarantee", Contract, Json(|_| guarantee(&[("amount", "2.00"), ("number", "HS-2")]))),
    row("act_on_guarantee", Guarantee, Json(|_| json!({"amount": "0.10", "reason": "经研究"}))),
    row("list_guarantees", Contract, Empty),
    row(
        "demand_recovery",
        Contract,
        Json(|_| json!({"amount": "1.00", "reason": "违约金未能扣减", "due_on": "2026-12-31"})),
    ),
    row("receive_recovery", Contract, Json(|_| json!({"amount": "1.00", "receipt": "SK-1"}))),
    row("propose_write_off", Contract, Json(|_| json!({"amount": "1.00", "reason": "无财产可供执行"}))),
    row("act_on_recovery", Recovery, Json(|_| json!({"reason": "经研究"}))),
    row("list_recoveries", Contract, Empty),
    row("open_evaluation", Contract, Json(|_| json!({"from": "2026-01-05", "to": "2026-01-05"}))),
    row("act_on_evaluation", Evaluation, Json(|_| json!({"text": "已按约定完成", "reason": "经研究"}))),
    row("list_evaluations", Contract, Empty),
    part("show_contractor_record", Nothing, OWN, Empty),
    row("list_public_contracts", Nothing, Empty),
    row("export_public_csv", Nothing, Empty),
    row("export_public_xlsx", Nothing, Empty),
    row("list_ocds_releases", Nothing, Empty),
    row("list_ocds_records", Nothing, Empty),
    row("list_regions", Nothing, Empty),
    row("add_region", Nothing, Json(|_| json!({"code": "", "name": "某县"}))),
    row("list_organisations", Nothing, Empty),
    row("add_organisation", Nothing, Json(|_| json!({"code": "", "name": "某局", "function": "other"}))),
    row("list_services", Nothing, Empty),
    row("add_service", Nothing, Json(|_| json!({"code": "", "name": "走访", "unit": "次"}))),
    row("list_contractors", Nothing, Empty),
    part("show_contractor", Nothing, OWN, Empty),
    row(
        "add_contractor",
        Nothing,
        Json(|_| json!({"credit_code": "", "name": "某中心", "kind": "company", "sme": true})),
    ),
    part(
        "propose_account",
        Nothing,
        OWN,
        Json(|_| json!({"name": "户名", "bank": "徽商银行", "number": "6222000011113333"})),
    ),
    row("list_own_organisations", Nothing, Empty),
    row("list_accounts", Nothing, Empty),
    part("act_on_account", Account, APPROVE, NONE),
    row("list_appropriations", Nothing, Empty),
    row("propose_appropriation", Nothing, Json(|_| appropriation("NOWHERE"))),
    part("act_on_appropriation", Appropriation, APPROVE, NONE),
    row("list_approval_rules", Nothing, Empty),
    row("propose_approval_rule", Nothing, Json(|_| approval_rule("200000.00", 0, "2026-02-01"))),
    part("act_on_approval_rule", ApprovalRule, APPROVE, NONE),
    row("list_approval_chains", Nothing, Empty),
    row("propose_approval_chain", Nothing, Json(|_| approval_chain(&[], "2026-02-01"))),
    part("act_on_approval_chain", ApprovalChain, APPROVE, NONE),
    row("list_purchase_plans", Nothing, Empty),
    row("enter_purchase_plan", Nothing, Json(|_| purchase_plan("nothing", ("", "1.00")))),
    row("list_yearly_shares", Nothing, Empty),
    row("list_suspensions", Nothing, Empty),
    row("propose_suspension", Nothing, Json(|_| suspension("nothing", "force_majeure", "2026-01-05"))),
    part("act_on_suspension", Suspension, APPROVE, NONE),
    row(
        "issue_opinion_codes",
        Contract,
        Json(|_| json!({"deliverable": "NOTHING", "number": 1, "expires_on": "2026-01-31"})),
    ),
    row("count_opinions", Contract, Empty),
    row("give_opinion", Nothing, Json(|_| opinion("aaaa-bbbb-cccc"))),
    row("list_work_stations", Nothing, Empty),
    row("enter_work_station", Nothing, Json(|_| work_station(""))),
    part("act_on_work_station", WorkStation, CLOSE, NONE),
    row("list_station_funds", Nothing, Empty),
    row("record_station_funds", Nothing, Json(|_| funds("", "1.00"))),
    row("list_correction_groups", Nothing, Empty),
    row("form_correction_group", Nothing, Json(|_| group(""))),
    part("act_on_correction_group", CorrectionGroup, DISSOLVE, NONE),
    row("list_matters", Nothing, Empty),
    row("issue_matter", Nothing, Json(|_| demand(""))),
    row("act_on_matter", Matter, NONE),
    row("list_workers", Nothing, Empty),
    row("propose_worker", Nothing, Json(|_| worker("nothing", "周雯"))),
    row("act_on_worker", Worker, NONE),
    row("show_staffing", Contract, Empty),
    row("list_loan_rates", Nothing, Empty),
    row("propose_loan_rate", Nothing, Json(|_| loan_rate("2026-01-01", "0.00001"))),
    part("act_on_loan_rate", LoanRate, APPROVE, NONE),
    row("list_statute_settings", Nothing, Empty),
    row("propose_statute_setting", Nothing, Json(|_| statute_setting(("bond-10pct", Some("2")), "2026-02-01"))),
    part("act_on_statute_setting", StatuteSetting, APPROVE, NONE),
    row("assign_yearly_share", Nothing, Json(|_| yearly_share("nothing", "nothing"))),
    part("act_on_purchase_plan", PurchasePlan, CANCEL, NONE),
    row("list_budget_changes", Nothing, Empty),
    row("propose_budget_change", Nothing, Json(|_| budget_change(("nothing", "nothing"), "1.00"))),
    row("act_on_budget_change", BudgetChange, NONE),
    row("list_ledger_imports", Nothing, Empty),
    row("check_ledger_import", Nothing, Form("file")),
    row("propose_ledger_import", Nothing, Form("file")),
    row("act_on_ledger_import", LedgerImport, NONE),
    row("show_ledger", Nothing, Empty),
    row("show_contract_ledger", Contract, Empty),
    row("show_me", Nothing, Empty),
    row("begin_totp", Nothing, NONE),
    row("confirm_totp", Nothing, Json(|_| json!({"code": "000000"}))),
    row("renew_recovery_codes", Nothing, Json(|_| json!({"password": "not the one", "code": "000000"}))),
    row("remove_totp", Nothing, Json(|_| json!({"password": "not the one", "code": "000000"}))),
    row("list_statutes", Nothing, Empty),
    row("show_calendar", Nothing, Empty),
    row("check_calendar", Nothing, YEAR),
    row("list_calendar_imports", Nothing, Empty),
    row("propose_calendar_import", Nothing, YEAR),
    part("act_on_calendar_import", CalendarImport, APPROVE, NONE),
    row("list_events", Nothing, Empty),
    row("show_event", Event, Empty),
    row("check_chain", Nothing, Empty),
    row("list_emails", Nothing, Empty),
    row("act_on_email", Letter, NONE),
    row("list_undelivered", Contract, Empty),
    row("list_contract_emails", Contract, Empty),
    row("list_mail_templates", Nothing, Empty),
    part("show_mail_template", Nothing, TEMPLATE, Empty),
    part("save_mail_template", Nothing, TEMPLATE, Json(|_| template())),
    part("preview_mail_template", Nothing, TEMPLATE, Json(|_| template())),
    part("restore_mail_template", Nothing, TEMPLATE, NONE),
    row("list_notices", Nothing, Empty),
    row("mark_notices_read", Nothing, NONE),
    row("show_notice_choices", Nothing, Empty),
    row("choose_notices", Nothing, Json(|_| json!({"digest_hour": 8, "quiet": true}))),
    row("list_saved_views", Nothing, Empty),
    row("add_saved_view", Nothing, Json(|_| saved_view(("work", "矩阵"), json!({"topic": "payments"})))),
    row("rename_saved_view", SavedView, Json(|_| json!({"name": "改名"}))),
    row("delete_saved_view", SavedView, NONE),
    row("set_password", Nothing, Json(|_| json!({"link": "no-such-link", "password": "司法社工 2026 走访登记"}))),
    row("list_people", Nothing, Empty),
    row(
        "add_person",
        Nothing,
        Json(|_| {
            json!({"username": "", "name": "某", "email": "x@luyue.test", "language": "zh",
                "seats": [{"organisation": "XC-JUSTICE", "role": "officer"}]})
        }),
    ),
    part("act_on_person", Person, &[("name", "link")], NONE),
    row("give_seat", Person, Json(|_| json!({"organisation": "XC-JUSTICE", "role": "leader"}))),
    row("end_seat", Person, Json(|_| json!({"organisation": "XC-JUSTICE", "role": "officer"}))),
    row("list_delegations", Nothing, Empty),
    row(
        "add_delegation",
        Nothing,
        Json(
            |_| json!({"organisation": "XC-JUSTICE", "role": "officer", "deputy": "justice-leader", "until_on": "2026-01-31"}),
        ),
    ),
    row("end_delegation", Delegation, NONE),
];

/// A route of the API.
#[derive(Debug, Clone)]
pub struct Route {
    /// The method in capital letters.
    pub method: String,
    /// The address with `{parameters}`.
    pub path: String,
}

/// Returns the method and address of every route by the name of its operation, read from the OpenAPI document.
pub fn routes() -> BTreeMap<String, Route> {
    let document = serde_json::to_value(routes::document()).expect("the document is JSON");
    let mut routes = BTreeMap::new();
    for (path, methods) in document["paths"].as_object().expect("paths") {
        for (method, operation) in methods.as_object().expect("methods") {
            let id = operation["operationId"].as_str().expect("an operation has its name");
            let route = Route { method: method.to_uppercase(), path: path.clone() };
            assert!(routes.insert(id.to_owned(), route).is_none(), "{id} twice");
        }
    }
    routes
}

/// Returns the row of an operation.
pub fn row_of(operation: &str) -> &'static Row {
    ROWS.iter().find(|row| row.operation == operation).unwrap_or_else(|| panic!("no row for the route {operation}"))
}

impl Row {
    /// Returns the address, with `name` as the action that it names.
    pub fn address(&self, route: &Route, place: &Prepared, name: &str) -> String {
        self.address_of(route, place.id(self.thing), name)
    }

    /// Returns the address with the identifier of another object of the same kind.
    pub fn address_of(&self, route: &Route, id: &str, name: &str) -> String {
        let mut address = route.path.clone();
        for (part, value) in self.parts {
            address = address.replace(&format!("{{{part}}}"), value);
        }
        address = address.replace("{id}", id).replace("{name}", name);
        assert!(!address.contains('{'), "{}: {address}", self.operation);
        address
    }

    /// Sends the request.
    pub fn send(&self, route: &Route, address: &str, who: &Somebody<'_>, place: &Prepared) -> Reply {
        match self.body {
            Empty => who.send(&route.method, address, None, b""),
            Json(body) => {
                who.send(&route.method, address, Some("application/json"), body(place).to_string().as_bytes())
            }
            Form(field) => who.upload(address, &[(field, "-")], &[]),
        }
    }
}
