//! The one table of routes: from it the router, the OpenAPI document and the matrix of rights are made.
//!
//! Method and path stand at the handler; here stands which right it needs. A route that is missing here does not exist.

use actix_web::web::ServiceConfig;
use utoipa::OpenApi;

use super::api::{contracts, deliverables, files, health, session};
use super::failure::{Problem, ProblemField};
use crate::domain::policy::{Action, CONTRACT_ACTIONS};

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
}

/// The OpenAPI document of every route.
pub fn document() -> utoipa::openapi::OpenApi {
    Document::openapi()
}
