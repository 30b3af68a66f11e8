//! The table of API routes. The router, the OpenAPI document and the tests of rights are generated from it.
//!
//! Methods and paths of API routes are declared at their handlers; this table adds the right that each route needs. A
//! handler that is missing here is not served.

use utoipa::OpenApi;

use crate::domain::amendments::AMENDMENT_ACTIONS;
use crate::domain::change_requests::{CHANGE_REQUEST_ACTIONS, PURCHASER_REQUEST_ACTIONS, REVERSAL_ACTIONS};
use crate::domain::coordination::MATTER_ACTIONS;
use crate::domain::evaluations::EVALUATION_ACTIONS;
use crate::domain::guarantees::GUARANTEE_ACTIONS;
use crate::domain::ledger::{BUDGET_CHANGE_ACTIONS, LEDGER_IMPORT_ACTIONS};
use crate::domain::objections::OBJECTION_ACTIONS;
use crate::domain::payments::PAYMENT_ACTIONS;
use crate::domain::policy::Action;
use crate::domain::publications::PUBLICATION_ACTIONS;
use crate::domain::recoveries::RECOVERY_ACTIONS;
use crate::domain::service_records::RECORD_ACTIONS;
use crate::domain::workers::WORKER_ACTIONS;
use crate::services::contracts::preview::PREVIEWED_ACTIONS;
use crate::services::contracts::transitions::ACTIONS_BY_NAME;
use crate::services::notifications::email_queue::EMAIL_ACTIONS;
use crate::web::api::contracts::templates as contract_templates;
use crate::web::api::deliverables::{self, files};
use crate::web::api::identity::{people, saved_views, session, totp};
use crate::web::api::operations::{health, metrics};
use crate::web::api::publications::open;
use crate::web::api::registry::{appropriations, calendar, contractors, organisations, statutes};
use crate::web::api::{
    amendments, annexes, audit, boards, change_requests, contracts, coordination, dossier, evaluations, guarantees,
    imports,
    ledger::{self, budget_changes, purchase_plans, yearly_shares},
    messages,
    notifications::{email_queue, mail_templates, notices},
    objections, opinions,
    payments::{self, approval_chains, approval_rules},
    performance, publications, records, recoveries,
    registry::{loan_rates, statute_settings},
    reports, suspensions, work_stations, workers,
};
use crate::web::failure::{Problem, ProblemConflict, ProblemField};
use crate::web::groups::Groups;
use crate::web::openapi;

/// Right that an API route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// None: the route is public or authenticates by itself.
    Nothing,
    /// One right.
    Right(Action),
    /// Any one of several rights.
    AnyOf(&'static [Action]),
    /// The right that belongs to the action in the path.
    ByName(&'static [(&'static str, Action)]),
}

macro_rules! routes {
    ($($module:ident::$handler:ident => $needs:expr;)+) => {
        /// Adds every API route to the groups of an application.
        pub fn add_routes(groups: &mut Groups) {
            $(groups.add(&<$module::$handler as utoipa::Path>::path(), |group| group.service($module::$handler));)+
        }

        /// Returns the pattern of the path of every API route.
        pub fn paths() -> Vec<String> {
            vec![$(<$module::$handler as utoipa::Path>::path()),+]
        }

        /// Every API route by operation ID, with its right.
        pub const ROUTES: &[(&str, Needs)] = &[$((stringify!($handler), $needs)),+];

        #[derive(OpenApi)]
        #[openapi(
            info(title = "Luyue", description = "Service contracts of public bureaus: terms, deliverables, payments, breaches, standing."),
            paths($($module::$handler),+),
            components(schemas(Problem, ProblemConflict, ProblemField))
        )]
        struct Document;
    };
}

use Needs::{AnyOf, ByName, Nothing, Right};
routes! {
    health::check_liveness => Nothing;
    health::check_readiness => Nothing;
    health::show_openapi => Nothing;
    metrics::read_metrics => Nothing;
    session::create_session => Nothing;
    contracts::create_contract => Right(Action::CreateContract);
    contracts::copy_contract => Right(Action::CreateContract);
    contract_templates::list_contract_templates => Right(Action::ListContractTemplates);
    contract_templates::save_contract_template => Right(Action::SaveContractTemplate);
    contract_templates::show_contract_template => Right(Action::ListContractTemplates);
    contract_templates::act_on_contract_template => Right(Action::ManageContractTemplates);
    contract_templates::begin_from_contract_template => Right(Action::CreateContract);
    contracts::update_contract => Right(Action::EditContract);
    contracts::list_contracts => Right(Action::ReadContract);
    contracts::list_tasks => Right(Action::ListTasks);
    contracts::print_summary => Right(Action::ReadContract);
    contracts::print_form => Right(Action::ReadContract);
    contracts::show_contract => Right(Action::ReadContract);
    contracts::show_standing => Right(Action::ReadContract);
    contracts::preview_action => ByName(PREVIEWED_ACTIONS);
    contracts::show_terms => Right(Action::ReadContract);
    contracts::show_settlement => Right(Action::ReadContract);
    deliverables::submit_deliverable => Right(Action::SubmitDeliverable);
    deliverables::decide_submission => Right(Action::DecideDeliverable);
    deliverables::decide_submissions => Right(Action::DecideDeliverable);
    deliverables::withdraw_submission => Right(Action::WithdrawSubmission);
    deliverables::list_deliverables => Right(Action::ReadContract);
    deliverables::list_reused_files => Right(Action::OpenSubmission);
    deliverables::submit_invoice => Right(Action::ReceiveInvoice);
    files::download_file => Right(Action::ReadContract);
    files::download_original_file => Right(Action::ReadOriginalFile);
    contracts::act_on_contract => ByName(ACTIONS_BY_NAME);
    payments::request_payment => Right(Action::RequestPayment);
    payments::request_interest => Right(Action::RequestInterest);
    payments::waive_interest => Right(Action::WaiveInterest);
    payments::act_on_payment => ByName(PAYMENT_ACTIONS);
    payments::act_on_payments => ByName(PAYMENT_ACTIONS);
    payments::match_vouchers => Right(Action::PayPayment);
    payments::list_payments => Right(Action::ReadContract);
    payments::list_all_payments => Right(Action::ReadContract);
    payments::show_payment => Right(Action::ReadContract);
    boards::show_justice_board => Right(Action::ReadBoards);
    boards::show_finance_board => Right(Action::ReadReports);
    boards::show_counties_board => Right(Action::ReadReports);
    boards::print_annual_report => Right(Action::ReadBoards);
    boards::write_annual_report => Right(Action::ReadBoards);
    reports::report_execution => Right(Action::ReadReports);
    reports::report_forecast => Right(Action::ReadReports);
    reports::report_ageing => Right(Action::ReadReports);
    reports::report_payment_time => Right(Action::ReadReports);
    reports::print_arrears => Right(Action::ReadReports);
    reports::report_arrears => Right(Action::ReadReports);
    performance::show_score => Right(Action::ReadContract);
    performance::decide_score => Right(Action::ScoreMilestone);
    performance::record_headcount => Right(Action::RecordHeadcount);
    performance::record_survey => Right(Action::RecordSurvey);
    change_requests::request_extension => AnyOf(&[Action::RequestExtension, Action::ApplyForExtension]);
    change_requests::request_waiver => AnyOf(&[Action::RequestWaiver, Action::ApplyForWaiver]);
    change_requests::propose_incident => Right(Action::ProposeIncident);
    change_requests::request_reversal => Right(Action::RequestReversal);
    change_requests::list_change_requests => Right(Action::ReadContract);
    change_requests::decide_extension => ByName(CHANGE_REQUEST_ACTIONS);
    change_requests::decide_waiver => ByName(CHANGE_REQUEST_ACTIONS);
    change_requests::decide_incident => ByName(PURCHASER_REQUEST_ACTIONS);
    change_requests::decide_reversal => ByName(REVERSAL_ACTIONS);
    amendments::propose_amendment => Right(Action::ProposeAmendment);
    amendments::act_on_amendment => ByName(AMENDMENT_ACTIONS);
    amendments::list_amendments => Right(Action::ReadContract);
    objections::raise_objection => Right(Action::RaiseObjection);
    objections::answer_objection => ByName(OBJECTION_ACTIONS);
    objections::list_objections => Right(Action::ReadContract);
    dossier::download_dossier => Right(Action::ReadDossier);
    dossier::download_files => Right(Action::ReadContract);
    annexes::add_annex => Right(Action::AddAnnex);
    annexes::list_annexes => Right(Action::ReadContract);
    annexes::remove_annex => Right(Action::RemoveAnnex);
    messages::send_message => Right(Action::SendMessage);
    messages::list_messages => Right(Action::ReadMessages);
    messages::mark_messages_read => Right(Action::ReadMessages);
    records::enter_records => Right(Action::RecordService);
    records::import_records => Right(Action::RecordService);
    records::make_record_template => Right(Action::RecordService);
    records::list_records => Right(Action::ReadContract);
    records::act_on_record => ByName(RECORD_ACTIONS);
    publications::propose_publication => Right(Action::ProposePublication);
    publications::act_on_publication => ByName(PUBLICATION_ACTIONS);
    publications::list_publications => Right(Action::ReadContract);
    guarantees::record_guarantee => Right(Action::RecordGuarantee);
    guarantees::act_on_guarantee => ByName(GUARANTEE_ACTIONS);
    guarantees::list_guarantees => Right(Action::ReadContract);
    recoveries::demand_recovery => Right(Action::DemandRecovery);
    recoveries::receive_recovery => Right(Action::ReceiveRecovery);
    recoveries::propose_write_off => Right(Action::ProposeWriteOff);
    recoveries::act_on_recovery => ByName(RECOVERY_ACTIONS);
    recoveries::list_recoveries => Right(Action::ReadContract);
    evaluations::open_evaluation => Right(Action::OpenEvaluation);
    evaluations::act_on_evaluation => ByName(EVALUATION_ACTIONS);
    evaluations::list_evaluations => Right(Action::ReadContract);
    evaluations::show_contractor_record => Right(Action::ReadContractorRecord);
    open::list_public_contracts => Nothing;
    open::export_public_csv => Nothing;
    open::export_public_xlsx => Nothing;
    open::list_ocds_releases => Nothing;
    open::list_ocds_records => Nothing;
    organisations::list_regions => Right(Action::ListOrganisations);
    organisations::add_region => Right(Action::ManageOrganisations);
    organisations::list_organisations => Right(Action::ListOrganisations);
    organisations::add_organisation => Right(Action::ManageOrganisations);
    organisations::list_services => Right(Action::ListServices);
    organisations::add_service => Right(Action::ManageServices);
    contractors::list_contractors => Right(Action::ListContractors);
    contractors::show_contractor => Right(Action::ShowContractor);
    contractors::add_contractor => Right(Action::ManageOrganisations);
    contractors::propose_account => Right(Action::ProposeAccount);
    contractors::list_own_organisations => Right(Action::ProposeAccount);
    contractors::list_accounts => Right(Action::ApproveAccount);
    contractors::act_on_account => Right(Action::ApproveAccount);
    appropriations::list_appropriations => Right(Action::ListAppropriations);
    appropriations::propose_appropriation => Right(Action::ProposeAppropriation);
    appropriations::act_on_appropriation => Right(Action::ApproveAppropriation);
    budget_changes::list_budget_changes => Right(Action::ListBudgetChanges);
    budget_changes::propose_budget_change => Right(Action::ProposeBudgetChange);
    budget_changes::act_on_budget_change => ByName(BUDGET_CHANGE_ACTIONS);
    approval_rules::list_approval_rules => Right(Action::ListApprovalRules);
    approval_rules::propose_approval_rule => Right(Action::ProposeApprovalRule);
    approval_rules::act_on_approval_rule => Right(Action::ApproveApprovalRule);
    approval_chains::list_approval_chains => Right(Action::ListChains);
    approval_chains::propose_approval_chain => Right(Action::ProposeChain);
    approval_chains::act_on_approval_chain => Right(Action::ApproveChain);
    purchase_plans::list_purchase_plans => Right(Action::ListPurchasePlans);
    purchase_plans::enter_purchase_plan => Right(Action::PlanPurchase);
    purchase_plans::act_on_purchase_plan => Right(Action::PlanPurchase);
    suspensions::list_suspensions => Right(Action::ListSuspensions);
    suspensions::propose_suspension => Right(Action::ProposeSuspension);
    suspensions::act_on_suspension => Right(Action::DecideSuspension);
    opinions::issue_opinion_codes => Right(Action::IssueOpinionCodes);
    opinions::count_opinions => Right(Action::ReadContract);
    opinions::give_opinion => Nothing;
    workers::list_workers => Right(Action::ListWorkers);
    workers::propose_worker => Right(Action::ProposeWorker);
    workers::act_on_worker => ByName(WORKER_ACTIONS);
    workers::show_staffing => Right(Action::ReadContract);
    coordination::list_matters => Right(Action::ListMatters);
    coordination::issue_matter => AnyOf(&[Action::IssueDemand, Action::RecordMeeting]);
    coordination::act_on_matter => ByName(MATTER_ACTIONS);
    work_stations::list_work_stations => Right(Action::ListWorkStations);
    work_stations::enter_work_station => Right(Action::KeepWorkStation);
    work_stations::act_on_work_station => Right(Action::KeepWorkStation);
    work_stations::list_station_funds => Right(Action::ListWorkStations);
    work_stations::record_station_funds => Right(Action::RecordStationFunds);
    work_stations::list_correction_groups => Right(Action::ListCorrectionGroups);
    work_stations::form_correction_group => Right(Action::KeepCorrectionGroup);
    work_stations::act_on_correction_group => Right(Action::KeepCorrectionGroup);
    yearly_shares::list_yearly_shares => Right(Action::ListYearlyShares);
    yearly_shares::assign_yearly_share => Right(Action::AssignYearlyShare);
    ledger::show_ledger => Right(Action::ReadLedger);
    ledger::show_contract_ledger => Right(Action::ReadContractLedger);
    people::show_me => Right(Action::OwnSession);
    saved_views::list_saved_views => Right(Action::OwnSession);
    saved_views::add_saved_view => Right(Action::OwnSession);
    saved_views::rename_saved_view => Right(Action::OwnSession);
    saved_views::delete_saved_view => Right(Action::OwnSession);
    totp::begin_totp => Right(Action::SetUpSecondFactor);
    totp::confirm_totp => Right(Action::SetUpSecondFactor);
    totp::renew_recovery_codes => Right(Action::OwnSession);
    totp::remove_totp => Right(Action::OwnSession);
    audit::list_events => Right(Action::ReadEvents);
    audit::show_event => Right(Action::ReadEvents);
    audit::check_chain => Right(Action::ReadEvents);
    calendar::show_calendar => Right(Action::ReadRules);
    calendar::check_calendar => Right(Action::ManageCalendar);
    calendar::list_calendar_imports => Right(Action::ReadRules);
    calendar::propose_calendar_import => Right(Action::ManageCalendar);
    calendar::act_on_calendar_import => Right(Action::ApproveCalendar);
    imports::list_ledger_imports => Right(Action::ListLedgerImports);
    imports::check_ledger_import => Right(Action::ProposeLedgerImport);
    imports::propose_ledger_import => Right(Action::ProposeLedgerImport);
    imports::act_on_ledger_import => ByName(LEDGER_IMPORT_ACTIONS);
    loan_rates::list_loan_rates => Right(Action::ListLoanRates);
    loan_rates::propose_loan_rate => Right(Action::ProposeLoanRate);
    loan_rates::act_on_loan_rate => Right(Action::ApproveLoanRate);
    statute_settings::list_statute_settings => Right(Action::ReadRules);
    statute_settings::propose_statute_setting => Right(Action::ProposeStatuteSetting);
    statute_settings::act_on_statute_setting => Right(Action::ApproveStatuteSetting);
    statutes::list_statutes => Right(Action::ReadRules);
    email_queue::list_emails => Right(Action::ManageEmails);
    email_queue::act_on_email => ByName(EMAIL_ACTIONS);
    email_queue::list_contract_emails => Right(Action::ReadUndelivered);
    email_queue::list_undelivered => Right(Action::ReadUndelivered);
    mail_templates::list_mail_templates => Right(Action::ManageMailTemplates);
    mail_templates::show_mail_template => Right(Action::ManageMailTemplates);
    mail_templates::save_mail_template => Right(Action::ManageMailTemplates);
    mail_templates::preview_mail_template => Right(Action::ManageMailTemplates);
    mail_templates::restore_mail_template => Right(Action::ManageMailTemplates);
    notices::list_notices => Right(Action::OwnSession);
    notices::mark_notices_read => Right(Action::OwnSession);
    notices::show_notice_choices => Right(Action::OwnSession);
    notices::choose_notices => Right(Action::OwnSession);
    people::set_password => Nothing;
    people::list_people => Right(Action::ManagePeople);
    people::add_person => Right(Action::ManagePeople);
    people::act_on_person => Right(Action::ManagePeople);
    people::give_seat => Right(Action::ManagePeople);
    people::end_seat => Right(Action::ManagePeople);
    people::list_delegations => Right(Action::Delegate);
    people::add_delegation => Right(Action::Delegate);
    people::end_delegation => Right(Action::Delegate);
}

/// Builds the OpenAPI document of every API route.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    openapi::complete(&mut document, ROUTES);
    document
}
