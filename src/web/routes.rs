//! The one table of routes: from it the router, the OpenAPI document and the matrix of rights are made. Pages stand in a
//! table of their own, with their addresses.
//!
//! Method and path stand at the handler; here stands which right it needs. A route that is missing here does not exist.

use actix_web::web::{self, ServiceConfig};
use utoipa::OpenApi;

use crate::domain::payments::PAYMENT_ACTIONS;
use crate::domain::policy::{Action, CONTRACT_ACTIONS};
use crate::services::change_requests::ASK_ACTIONS;
use crate::web::api::deliverables::{self, files};
use crate::web::api::identity::{people, session, totp};
use crate::web::api::operations::{health, metrics};
use crate::web::api::registry::{appropriations, calendar, contractors, organisations, statutes};
use crate::web::api::{audit, change_requests, contracts, email_queue, payments, performance};
use crate::web::failure::{Problem, ProblemField};
use crate::web::pages;

/// What a route needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: anybody may.
    Nothing,
    /// A right of the table of rights.
    Right(Action),
    /// The right that the last part of the address names.
    ByName(&'static [(&'static str, Action)]),
}

/// What a page needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageNeeds {
    /// Nothing: anybody may see it.
    Nobody,
    /// A right of the table of rights.
    Somebody(Action),
    /// The right of the act that the address names (`pages::acting`).
    Acting,
    /// The right of the register that the address names (`pages::registers`).
    Register,
}

macro_rules! routes {
    ($($module:ident::$handler:ident => $needs:expr;)+) => {
        /// Adds every route to an application.
        pub fn configure(config: &mut ServiceConfig) {
            $(config.service($module::$handler);)+
        }

        /// Every route by the name of its operation, with what it needs.
        pub const ROUTES: &[(&str, Needs)] = &[$((stringify!($handler), $needs)),+];

        #[derive(OpenApi)]
        #[openapi(
            info(title = "Luyue", description = "Service contracts of public bureaus: terms, deliverables, payments, breaches, standing"),
            paths($($module::$handler),+),
            components(schemas(Problem, ProblemField))
        )]
        struct Document;
    };
}

use Needs::{ByName, Nothing, Right};
routes! {
    health::healthz => Nothing;
    health::readyz => Nothing;
    health::openapi => Nothing;
    metrics::read_metrics => Nothing;
    session::create_session => Nothing;
    contracts::create_contract => Right(Action::CreateContract);
    contracts::update_contract => Right(Action::EditContract);
    contracts::list_contracts => Right(Action::ReadContract);
    contracts::worklist => Right(Action::ListWork);
    contracts::print_summary => Right(Action::ReadContract);
    contracts::show_contract => Right(Action::ReadContract);
    contracts::show_standing => Right(Action::ReadContract);
    deliverables::create_submission => Right(Action::SubmitDeliverable);
    deliverables::create_decision => Right(Action::DecideDeliverable);
    deliverables::list_deliverables => Right(Action::ReadContract);
    deliverables::create_invoice => Right(Action::ReceiveInvoice);
    files::show_file => Right(Action::ReadContract);
    contracts::act_on_contract => ByName(CONTRACT_ACTIONS);
    payments::request_payment => Right(Action::RequestPayment);
    payments::act_on_payment => ByName(PAYMENT_ACTIONS);
    payments::list_payments => Right(Action::ReadContract);
    payments::show_payment => Right(Action::ReadContract);
    performance::show_score => Right(Action::ReadContract);
    performance::decide_score => Right(Action::ScoreMilestone);
    performance::record_incident => Right(Action::RecordIncident);
    performance::record_headcount => Right(Action::RecordHeadcount);
    performance::record_survey => Right(Action::RecordSurvey);
    change_requests::ask_extension => Right(Action::AskExtension);
    change_requests::ask_waiver => Right(Action::AskWaiver);
    change_requests::ask_reversal => Right(Action::AskReversal);
    change_requests::list_asks => Right(Action::ReadContract);
    change_requests::decide_extension => ByName(ASK_ACTIONS);
    change_requests::decide_waiver => ByName(ASK_ACTIONS);
    change_requests::decide_reversal => ByName(ASK_ACTIONS);
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
    contractors::list_accounts => Right(Action::ApproveAccount);
    contractors::act_on_account => Right(Action::ApproveAccount);
    appropriations::list_appropriations => Right(Action::ListAppropriations);
    appropriations::propose_appropriation => Right(Action::ProposeAppropriation);
    appropriations::act_on_appropriation => Right(Action::ApproveAppropriation);
    people::show_me => Right(Action::OwnSession);
    totp::begin_totp => Right(Action::OwnSession);
    totp::confirm_totp => Right(Action::OwnSession);
    totp::remove_totp => Right(Action::OwnSession);
    audit::list_events => Right(Action::ReadEvents);
    audit::show_event => Right(Action::ReadEvents);
    audit::check_chain => Right(Action::ReadEvents);
    calendar::show_calendar => Right(Action::ReadRules);
    calendar::check_calendar => Right(Action::ManageCalendar);
    calendar::import_calendar => Right(Action::ManageCalendar);
    statutes::list_statutes => Right(Action::ReadRules);
    email_queue::list_letters => Right(Action::ManageLetters);
    email_queue::act_on_letter => Right(Action::ManageLetters);
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

macro_rules! pages {
    ($($method:ident $path:literal $($handler:ident)::+ => $needs:expr;)+) => {
        /// Adds every page to an application.
        pub fn configure_pages(config: &mut ServiceConfig) {
            $(config.route($path, web::$method().to(pages::$($handler)::+));)+
        }

        /// Every page by method and address, with what it needs.
        pub const PAGES: &[(&str, &str, PageNeeds)] = &[$((stringify!($method), $path, $needs)),+];
    };
}

use PageNeeds::{Acting, Nobody, Register, Somebody};
pages! {
    get "/" identity::session::home => Nobody;
    get "/api/docs" api_docs::docs => Nobody;
    get "/assets/{version}/{name}" assets::show => Nobody;
    get "/language/{code}" identity::session::choose_language => Nobody;
    get "/sign-in" identity::session::sign_in => Nobody;
    post "/sign-in" identity::session::open_session => Nobody;
    post "/sign-out" identity::session::close_session => Somebody(Action::OwnSession);
    get "/sessions" identity::session::list_sessions => Somebody(Action::OwnSession);
    post "/sessions/{id}/end" identity::session::end_session => Somebody(Action::OwnSession);
    get "/one-time-codes" identity::totp::show => Somebody(Action::OwnSession);
    post "/one-time-codes/begin" identity::totp::begin => Somebody(Action::OwnSession);
    post "/one-time-codes/confirm" identity::totp::confirm => Somebody(Action::OwnSession);
    post "/one-time-codes/remove" identity::totp::remove => Somebody(Action::OwnSession);
    get "/work" tasks::list => Somebody(Action::ListWork);
    get "/contracts" contracts::list::list => Somebody(Action::ReadContract);
    get "/contracts/{id}" contracts::show::show => Somebody(Action::ReadContract);
    get "/contracts/{id}/receipt" deliverables::receipt::show => Somebody(Action::ReadContract);
    get "/contracts/{id}/terms" contracts::versions::show => Somebody(Action::ReadContract);
    get "/contracts/{id}/act/{name}" actions::show => Acting;
    post "/contracts/{id}/act/{name}" actions::submit => Acting;
    post "/contracts/{id}/act/{name}/files" actions::uploads::submit => Acting;
    get "/contracts/{id}/summary.pdf" documents::summary => Somebody(Action::ReadContract);
    get "/verify" documents::ask_code => Nobody;
    get "/verify/{code}" documents::verify => Nobody;
    get "/registers" registers::home => Somebody(Action::OwnSession);
    get "/registers/{name}" registers::list => Register;
    post "/registers/{name}" registers::add => Register;
    post "/registers/{name}/{id}/{action}" registers::act_on_row => Register;
    get "/calendar" registers::calendar::show => Somebody(Action::ReadRules);
    post "/calendar" registers::calendar::import => Somebody(Action::ManageCalendar);
    post "/calendar/files" registers::calendar::check => Somebody(Action::ManageCalendar);
    get "/events" audit::list => Somebody(Action::ReadEvents);
    get "/events/chain" audit::chain => Somebody(Action::ReadEvents);
    get "/events/{id}" audit::show => Somebody(Action::ReadEvents);
    get "/statutes" registers::statutes::show => Somebody(Action::ReadRules);
    get "/password/{token}" identity::session::password => Nobody;
    post "/password/{token}" identity::session::set_password => Nobody;
    get "/drafts" contracts::drafts::list => Somebody(Action::CreateContract);
    post "/drafts" contracts::drafts::create => Somebody(Action::CreateContract);
    post "/contracts/{id}/draft" contracts::drafts::edit => Somebody(Action::EditContract);
    get "/drafts/{id}" contracts::drafts::tasks => Somebody(Action::CreateContract);
    post "/drafts/{id}/discard" contracts::drafts::discard => Somebody(Action::CreateContract);
    get "/drafts/{id}/check" contracts::drafts::check => Somebody(Action::CreateContract);
    post "/drafts/{id}/check" contracts::drafts::register => Somebody(Action::CreateContract);
    get "/drafts/{id}/try" contracts::drafts::trial::show => Somebody(Action::CreateContract);
    post "/drafts/{id}/try" contracts::drafts::trial::submit => Somebody(Action::CreateContract);
    get "/drafts/{id}/{step}" contracts::drafts::show_step => Somebody(Action::CreateContract);
    post "/drafts/{id}/{step}" contracts::drafts::save_step => Somebody(Action::CreateContract);
    get "/files/{id}" documents::file => Somebody(Action::ReadContract);
}

/// The OpenAPI document of every route.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
