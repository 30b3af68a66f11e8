//! The tables of API routes and pages. The router, the OpenAPI document and the tests of rights are generated from
//! them.
//!
//! Methods and paths of API routes are declared at their handlers; this table adds the right that each route needs. A
//! handler that is missing here is not served.

use actix_web::web;
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
use crate::web::{openapi, pages};

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

/// Right that a page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageNeeds {
    /// None: the page is public.
    Public,
    /// One right.
    Allowed(Action),
    /// The right of the action in the path (`pages::actions`).
    Acting,
    /// The right of the register in the path (`pages::registers`).
    Register,
}

macro_rules! routes {
    ($($module:ident::$handler:ident => $needs:expr;)+) => {
        /// Adds every API route to the groups of an application.
        pub fn add_routes(groups: &mut Groups) {
            $(groups.add(&<$module::$handler as utoipa::Path>::path(), |group| group.service($module::$handler));)+
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

macro_rules! kept_form {
    ($groups:ident post $path:literal $($handler:ident)::+) => {
        let names_kept_form = actix_web::guard::fn_guard(pages::request::names_kept_form);
        $groups.add($path, |group| group.route($path, web::get().guard(names_kept_form).to($($handler)::+)));
    };
    ($groups:ident $method:ident $path:literal $($handler:ident)::+) => {};
}

/// Adds the route by which the address that takes a form leads to the page of the form. A form that was refused leaves
/// its address in the address bar; where a page is read at that address, the page was added before.
macro_rules! form_address {
    ($groups:ident post $path:literal) => {
        $groups.add($path, |group| group.route($path, web::get().to(pages::request::lead_to_form)));
    };
    ($groups:ident get $path:literal) => {};
}

macro_rules! pages {
    ($($method:ident $path:literal $($handler:ident)::+ => $needs:expr;)+) => {
        /// Adds every page to the groups of an application. The handler of a form also shows a kept form, at the form's
        /// address. Any page is read in another language by a query that names the language.
        pub fn add_pages(groups: &mut Groups) {
            $(
                let chooses_language = actix_web::guard::fn_guard(pages::request::chooses_language);
                let show_in = web::get().guard(chooses_language).to(pages::identity::session::show_in);
                groups.add($path, |group| group.route($path, show_in));
            )+
            $(kept_form!(groups $method $path pages::$($handler)::+);)+
            $(
                groups.add($path, |group| group.route($path, web::$method().to(pages::$($handler)::+)));
                form_address!(groups $method $path);
            )+
        }

        /// Every page by method and path, with its right.
        pub const PAGES: &[(&str, &str, PageNeeds)] = &[$((stringify!($method), $path, $needs)),+];
    };
}

use PageNeeds::{Acting, Allowed, Public, Register};
pages! {
    get "/" identity::session::home => Public;
    get "/api/docs" api_docs::docs => Public;
    get "/assets/{version}/{name}" assets::show => Public;
    get "/language/{code}" identity::session::choose_language => Public;
    get "/sign-in" identity::session::sign_in => Public;
    post "/sign-in" identity::session::open_session => Public;
    get "/sign-in/provider" identity::provider::leave => Public;
    get "/sign-in/provider/return" identity::provider::come_back => Public;
    get "/sign-in/provider/code" identity::provider::ask_code => Public;
    post "/sign-in/provider/code" identity::provider::submit_code => Public;
    get "/sign-out/provider" identity::provider::sign_out => Public;
    post "/sign-out" identity::session::close_session => Allowed(Action::OwnSession);
    get "/sessions" identity::session::list_sessions => Allowed(Action::OwnSession);
    post "/sessions/{id}/end" identity::session::end_session => Allowed(Action::OwnSession);
    post "/sessions/end-others" identity::session::end_other_sessions => Allowed(Action::OwnSession);
    post "/calendar-feed" notifications::calendar_feed::renew => Allowed(Action::OwnSession);
    post "/calendar-feed/end" notifications::calendar_feed::end => Allowed(Action::OwnSession);
    get "/calendar-feed/{token}/tasks.ics" notifications::calendar_feed::show => Public;
    get "/notices" notifications::notices::list => Allowed(Action::OwnSession);
    post "/notices/read" notifications::notices::mark_all_read => Allowed(Action::OwnSession);
    post "/notices/{id}/read" notifications::notices::mark_one_read => Allowed(Action::OwnSession);
    get "/notices/choices" notifications::notices::choices => Allowed(Action::OwnSession);
    post "/notices/choices" notifications::notices::choose => Allowed(Action::OwnSession);
    get "/one-time-codes" identity::totp::show => Allowed(Action::SetUpSecondFactor);
    post "/one-time-codes/begin" identity::totp::begin => Allowed(Action::SetUpSecondFactor);
    post "/one-time-codes/confirm" identity::totp::confirm => Allowed(Action::SetUpSecondFactor);
    post "/one-time-codes/recovery" identity::totp::renew_recovery_codes => Allowed(Action::OwnSession);
    post "/one-time-codes/remove" identity::totp::remove => Allowed(Action::OwnSession);
    get "/forgotten-password" identity::passwords::forgotten => Public;
    post "/forgotten-password" identity::passwords::send_forgotten => Public;
    get "/change-password" identity::passwords::change => Allowed(Action::OwnSession);
    post "/change-password" identity::passwords::submit_change => Allowed(Action::OwnSession);
    post "/kept-forms/{id}/discard" identity::kept_forms::discard => Allowed(Action::OwnSession);
    get "/saved-views/{list}" identity::saved_views::list => Allowed(Action::OwnSession);
    post "/saved-views/{list}" identity::saved_views::save => Allowed(Action::OwnSession);
    get "/saved-views/{list}/{id}" identity::saved_views::edit => Allowed(Action::OwnSession);
    post "/saved-views/{list}/{id}" identity::saved_views::rename => Allowed(Action::OwnSession);
    post "/saved-views/{list}/{id}/delete" identity::saved_views::delete => Allowed(Action::OwnSession);
    get "/work" notifications::tasks::list => Allowed(Action::ListTasks);
    get "/search" search::show => Allowed(Action::OwnSession);
    get "/payments" payments::list => Allowed(Action::ReadContract);
    get "/payments/check" payments::batch::check => Allowed(Action::ReadContract);
    post "/payments/decide" payments::batch::decide => Allowed(Action::ReadContract);
    get "/payments/vouchers" payments::vouchers::form => Allowed(Action::PayPayment);
    post "/payments/vouchers" payments::vouchers::check => Allowed(Action::PayPayment);
    get "/boards" boards::home => Allowed(Action::ReadBoards);
    get "/boards/justice" boards::show_justice => Allowed(Action::ReadBoards);
    get "/boards/finance" boards::show_finance => Allowed(Action::ReadReports);
    get "/boards/counties" boards::show_counties => Allowed(Action::ReadReports);
    get "/reports" reports::home => Allowed(Action::ReadReports);
    get "/reports/annual.pdf" documents::annual => Allowed(Action::ReadBoards);
    get "/reports/annual.docx" documents::annual_word => Allowed(Action::ReadBoards);
    get "/reports/arrears.pdf" documents::arrears => Allowed(Action::ReadReports);
    get "/reports/{name}" reports::show => Allowed(Action::ReadReports);
    get "/contracts" contracts::list::list => Allowed(Action::ReadContract);
    get "/contracts/{id}" contracts::show::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/receipt" deliverables::receipt::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/decisions" deliverables::decisions::show => Allowed(Action::DecideDeliverable);
    post "/contracts/{id}/decisions" deliverables::decisions::decide => Allowed(Action::DecideDeliverable);
    get "/contracts/{id}/ledger" ledger::of_contract => Allowed(Action::ReadContractLedger);
    get "/contracts/{id}/terms" contracts::versions::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/settlement" contracts::settlement::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/notices" notifications::notices::of_contract => Allowed(Action::ReadUndelivered);
    get "/contracts/{id}/messages" contracts::messages::show => Allowed(Action::ReadMessages);
    get "/contracts/{id}/dossier.zip" documents::dossier => Allowed(Action::ReadDossier);
    get "/contracts/{id}/opinions" opinions::show => Allowed(Action::ReadOpinions);
    get "/contracts/{id}/files.zip" documents::files => Allowed(Action::ReadContract);
    post "/contracts/{id}/opinions" opinions::issue => Allowed(Action::IssueOpinionCodes);
    get "/contracts/{id}/annexes" contracts::annexes::show => Allowed(Action::ReadContract);
    get "/contracts/{id}/amendments/{amendment}" contracts::amendment::show => Allowed(Action::ReadContract);
    post "/contracts/{id}/amend" contracts::drafts::amend => Allowed(Action::ProposeAmendment);
    get "/contracts/{id}/act/{name}" actions::show => Acting;
    post "/contracts/{id}/act/{name}" actions::submit => Acting;
    post "/contracts/{id}/act/{name}/files" actions::uploads::submit => Acting;
    get "/contracts/{id}/records" records::list => Allowed(Action::ReadContract);
    post "/contracts/{id}/records" records::step => Allowed(Action::ReadContract);
    get "/contracts/{id}/records/import" records::import_form => Allowed(Action::RecordService);
    post "/contracts/{id}/records/import" records::import => Allowed(Action::RecordService);
    get "/contracts/{id}/records/template.xlsx" records::template => Allowed(Action::RecordService);
    get "/contracts/{id}/summary.pdf" documents::summary => Allowed(Action::ReadContract);
    get "/contracts/{id}/documents/{kind}.pdf" documents::form => Allowed(Action::ReadContract);
    get "/verify" documents::ask_code => Public;
    get "/verify/{code}" documents::verify => Public;
    get "/contractors/{credit_code}/record" evaluations::record => Allowed(Action::ReadContractorRecord);
    get "/opinion" opinions::form => Public;
    post "/opinion" opinions::give => Public;
    get "/public" publications::list => Public;
    get "/public/{id}" publications::show => Public;
    get "/registers" registers::home => Allowed(Action::OwnSession);
    get "/registers/{name}" registers::list => Register;
    post "/registers/{name}" registers::add => Register;
    post "/registers/{name}/{id}/{action}" registers::act_on_row => Register;
    get "/ledger" ledger::list => Allowed(Action::ReadLedger);
    get "/import-ledger" imports::show => Allowed(Action::ProposeLedgerImport);
    post "/import-ledger" imports::propose => Allowed(Action::ProposeLedgerImport);
    post "/import-ledger/files" imports::check => Allowed(Action::ProposeLedgerImport);
    get "/import-ledger/template.xlsx" imports::template => Allowed(Action::ProposeLedgerImport);
    get "/ledger-imports/{id}/workbook.xlsx" imports::workbook => Allowed(Action::ListLedgerImports);
    get "/calendar" registers::calendar::show => Allowed(Action::ReadRules);
    post "/calendar" registers::calendar::propose => Allowed(Action::ManageCalendar);
    post "/calendar/files" registers::calendar::check => Allowed(Action::ManageCalendar);
    get "/mail-templates" notifications::mail_templates::list => Allowed(Action::ManageMailTemplates);
    get "/mail-templates/{kind}" notifications::mail_templates::edit => Allowed(Action::ManageMailTemplates);
    post "/mail-templates/{kind}" notifications::mail_templates::submit => Allowed(Action::ManageMailTemplates);
    get "/events" audit::list => Allowed(Action::ReadEvents);
    get "/events/chain" audit::chain => Allowed(Action::ReadEvents);
    get "/events/{id}" audit::show => Allowed(Action::ReadEvents);
    get "/understood/{kind}" forms::understood::show => Allowed(Action::OwnSession);
    get "/statutes" registers::statutes::show => Allowed(Action::ReadRules);
    get "/password/{token}" identity::session::password => Public;
    post "/password/{token}" identity::session::set_password => Public;
    get "/drafts" contracts::drafts::list => Allowed(Action::CreateContract);
    post "/drafts" contracts::drafts::create => Allowed(Action::CreateContract);
    post "/contracts/{id}/draft" contracts::drafts::edit => Allowed(Action::EditContract);
    get "/drafts/copy" contracts::drafts::copying::show => Allowed(Action::CreateContract);
    post "/drafts/copy" contracts::drafts::copying::submit => Allowed(Action::CreateContract);
    get "/templates" contracts::templates::list => Allowed(Action::ListContractTemplates);
    post "/templates" contracts::templates::save => Allowed(Action::SaveContractTemplate);
    get "/templates/new" contracts::templates::new => Allowed(Action::SaveContractTemplate);
    get "/templates/{id}" contracts::templates::show => Allowed(Action::ListContractTemplates);
    post "/templates/{id}" contracts::templates::change => Allowed(Action::ManageContractTemplates);
    post "/templates/{id}/draft" contracts::templates::begin => Allowed(Action::CreateContract);
    get "/drafts/{id}" contracts::drafts::tasks => Allowed(Action::CreateContract);
    post "/drafts/{id}/discard" contracts::drafts::discard => Allowed(Action::CreateContract);
    get "/drafts/{id}/check" contracts::drafts::check => Allowed(Action::CreateContract);
    post "/drafts/{id}/check" contracts::drafts::register => Allowed(Action::CreateContract);
    get "/drafts/{id}/try" contracts::drafts::trial::show => Allowed(Action::CreateContract);
    post "/drafts/{id}/try" contracts::drafts::trial::submit => Allowed(Action::CreateContract);
    get "/drafts/{id}/{step}" contracts::drafts::step::show => Allowed(Action::CreateContract);
    post "/drafts/{id}/{step}" contracts::drafts::step::save => Allowed(Action::CreateContract);
    get "/files/{id}" documents::file => Allowed(Action::ReadContract);
    get "/files/{id}/original" documents::original_file => Allowed(Action::ReadOriginalFile);
}

/// Returns whether a page is read at an address pattern.
pub fn is_read_at(pattern: &str) -> bool {
    PAGES.iter().any(|(method, path, _)| *method == "get" && *path == pattern)
}

/// Builds the OpenAPI document of every API route.
pub fn document() -> utoipa::openapi::OpenApi {
    let mut document = Document::openapi();
    openapi::complete(&mut document, ROUTES);
    document
}
