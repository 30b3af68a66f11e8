//! Previews: the changes in a contract's money and dates that an action would cause, for clients to show beforehand.
//!
//! Only actions whose fact changes the standing have a preview. The figures are those of the confirmation page
//! (`effects`); nothing is recorded.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::facts::{DecisionWord, Month};
use crate::domain::numbers::{Code, Days, Measured, Quantity, Score, Whole};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::error::{Error, Message};
use crate::services::change_requests::{ExtensionInput, IncidentInput, WaiverInput};
use crate::services::contracts::effect_views::{EffectView, view_of};
use crate::services::contracts::effects::{self, Proposal};
use crate::services::contracts::view;
use crate::services::deliverables::SubmissionDecisionInput;
use crate::services::deliverables::batch::{self, DecisionLineInput};
use crate::services::identity::caller::{Caller, in_state};
use crate::services::performance::observations::{HeadcountInput, SurveyInput};

/// Name of the preview of decisions on several submissions together.
const DECISIONS: &str = "decisions";

/// Names of the previews of what a contractor requests.
const APPLY_EXTENSION: &str = "apply-extension";
const APPLY_WAIVER: &str = "apply-waiver";

/// The actions that have a preview, by name, with the right to take each.
pub const PREVIEWED_ACTIONS: &[(&str, Action)] = &[
    ("decision", Action::DecideDeliverable),
    (DECISIONS, Action::DecideDeliverable),
    ("incident", Action::ProposeIncident),
    ("headcount", Action::RecordHeadcount),
    ("survey", Action::RecordSurvey),
    ("extension", Action::RequestExtension),
    ("waiver", Action::RequestWaiver),
    (APPLY_EXTENSION, Action::ApplyForExtension),
    (APPLY_WAIVER, Action::ApplyForWaiver),
    ("endorse", Action::EndorseChangeRequest),
    ("grant", Action::GrantChangeRequest),
    ("terminate", Action::TerminateContract),
    ("consent", Action::ConsentToTermination),
    ("pay", Action::PayPayment),
    ("allow", Action::AllowPaymentDay),
];

/// Input of a preview. Each action reads the fields that it needs and ignores the others.
#[derive(Debug, Clone, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PreviewInput {
    /// Code of the deliverable; read by decision, extension and apply-extension.
    #[schema(value_type = Option<String>)]
    pub deliverable: Option<Code>,
    /// Number of the submission; read by decision.
    pub no: Option<u64>,
    /// Accepted, partial or rejected; read by decision.
    pub decision: Option<DecisionWord>,
    /// Quantity accepted; read by decision, required unless rejected.
    #[schema(value_type = Option<String>)]
    pub quantity: Option<Quantity>,
    /// Measured values by indicator; read by decision.
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub measured: Option<BTreeMap<Code, Measured>>,
    /// Decisions on 1 to 200 submissions; read by decisions, whose effects leave out state and accepted quantity of
    /// their deliverables.
    pub lines: Option<Vec<DecisionLineInput>>,
    /// Code of the incident; read by incident.
    #[schema(value_type = Option<String>)]
    pub incident: Option<Code>,
    /// Code of the clause; read by incident, waiver and apply-waiver.
    #[schema(value_type = Option<String>)]
    pub clause: Option<Code>,
    /// Subject of the breach; read by waiver and apply-waiver.
    #[schema(value_type = Option<String>)]
    pub subject: Option<Code>,
    /// Number of additional days; read by extension and apply-extension.
    #[schema(value_type = Option<u16>)]
    pub days: Option<Days>,
    /// Month, as `YYYY-MM`; read by headcount.
    #[schema(value_type = Option<String>)]
    pub month: Option<Month>,
    /// Number of clients; read by headcount.
    #[schema(value_type = Option<u64>)]
    pub clients: Option<Whole>,
    /// Number of workers; read by headcount.
    #[schema(value_type = Option<u64>)]
    pub workers: Option<Whole>,
    /// Satisfaction score, 0 to 100; read by survey.
    #[schema(value_type = Option<String>)]
    pub score: Option<Score>,
    /// Identifier of the change request; read by endorse and grant.
    pub change_request: Option<String>,
    /// Identifier of the payment request; read by pay and allow.
    pub payment: Option<String>,
    /// Day from which the action would count; today by default.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
}

/// Returns the changes that an action of the caller would cause in the standing today.
///
/// # Errors
/// `NotFound` for an unknown action, contract or subject; `Forbidden` and `Conflict` if the caller could not take the
/// action; `Malformed` for a missing field; `Refused` if a rule of standing forbids the fact.
pub fn preview(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &PreviewInput,
) -> Result<Vec<EffectView>, Error> {
    let (_, action) = PREVIEWED_ACTIONS.iter().find(|(known, _)| *known == name).ok_or(Error::NotFound)?;
    caller.may(*action)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, *action)?;
        in_state(&contract, *action)
    })?;
    let load = || view::for_action(app, caller, id, "");
    let (data, effects) = if name == DECISIONS {
        let lines = needed("lines", &input.lines)?;
        batch::check_number(&lines)?;
        let data = load()?;
        let effects = effects::of_decisions(&data, caller.today(), &batch::proposals(&lines))?;
        (data, effects)
    } else {
        let proposal = proposal(name, input)?;
        let data = load()?;
        let effects = effects::of_proposal(&data, caller.today(), &proposal)?;
        (data, effects)
    };
    Ok(effects.iter().map(|effect| view_of(effect, &data.record.days)).collect())
}

/// Returns a field that the action requires.
fn needed<T: Clone>(name: &'static str, field: &Option<T>) -> Result<T, Error> {
    let missing = || Error::malformed(name, Message::new("malformed-missing-key").with("key", name));
    field.clone().ok_or_else(missing)
}

/// Reads the fact that the action would record or request.
fn proposal(name: &str, input: &PreviewInput) -> Result<Proposal, Error> {
    Ok(match name {
        "decision" => {
            let decision = needed("decision", &input.decision)?;
            if decision != DecisionWord::Rejected {
                needed("quantity", &input.quantity)?;
            }
            Proposal::Decision {
                deliverable: needed("deliverable", &input.deliverable)?.as_str().to_owned(),
                no: needed("no", &input.no)?,
                input: SubmissionDecisionInput::of_effects(decision, input.quantity, input.measured.clone(), input.on),
            }
        }
        "incident" => Proposal::Incident(IncidentInput {
            id: needed("incident", &input.incident)?,
            clause: needed("clause", &input.clause)?,
            on: input.on,
            note: String::new(),
            another: false,
        }),
        "headcount" => Proposal::Headcount(HeadcountInput {
            month: needed("month", &input.month)?,
            clients: needed("clients", &input.clients)?,
            workers: needed("workers", &input.workers)?,
            on: input.on,
            note: String::new(),
            another: false,
        }),
        "survey" => Proposal::Survey(SurveyInput {
            score: needed("score", &input.score)?,
            on: input.on,
            note: String::new(),
            another: false,
            confirmed: false,
        }),
        "extension" | APPLY_EXTENSION => Proposal::Extension(ExtensionInput {
            deliverable: needed("deliverable", &input.deliverable)?,
            days: needed("days", &input.days)?,
            reason: String::new(),
            another: false,
            on: input.on,
        }),
        "waiver" | APPLY_WAIVER => Proposal::Waiver(WaiverInput {
            clause: needed("clause", &input.clause)?,
            subject: needed("subject", &input.subject)?,
            reason: String::new(),
            another: false,
            on: input.on,
        }),
        "endorse" | "grant" => Proposal::ChangeRequest(needed("change_request", &input.change_request)?),
        "terminate" => Proposal::Termination(input.on),
        "consent" => Proposal::RequestedTermination,
        "pay" | "allow" => Proposal::Payment { id: needed("payment", &input.payment)?, on: input.on },
        _ => return Err(Error::NotFound),
    })
}
