//! Drafts of amendments: started from the newest terms in force, edited on the pages of a registration, and proposed.
//!
//! The parties and the rest of the head stay unchanged; ground, reason and effective day are added.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::amendments::{AmendmentGround, SupplementRoom};
use crate::domain::details::Details;
use crate::domain::facts::Extension;
use crate::domain::numbers::Code;
use crate::domain::policy::Action;
use crate::domain::terms::Terms;
use crate::error::{Error, FieldError, Message};
use crate::services::amendments::propose::{AmendmentInput, preview_within, propose_within};
use crate::services::amendments::view::{AmendmentChange, differing_terms};
use crate::services::amendments::{self, AmendmentSummary, figures};
use crate::services::contracts::drafts::fields::{DraftReader, Fields};
use crate::services::contracts::drafts::reading::{self, Reading, field_of};
use crate::services::contracts::drafts::{DraftSummary, begin, event, load as load_draft, seat_of, summary, writing};
use crate::services::contracts::effect_views::{self, EffectWords};
use crate::services::contracts::record::{ContractRecord, stored};
use crate::services::contracts::registration;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::shared::typed_values::{parse_choice, parse_date};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::contracts::drafts::{self as rows, Draft, DraftOf};
use crate::storage::contracts::{self, Contract};
use crate::storage::ids::ContractId;
use crate::storage::locks::Scope;
use crate::storage::write::write_in;
use crate::text::names;

/// The contract that a draft amends.
#[derive(Debug)]
pub struct Amended {
    /// Random identifier of the contract.
    pub id: String,
    /// Room for supplements; `None` where the law sets no limit.
    pub room: Option<SupplementRoom>,
    /// Newest terms in force.
    pub terms: Terms,
    /// Granted extensions.
    pub extensions: Vec<Extension>,
    /// Newest version of its terms.
    pub version: i64,
}

/// Changes that the draft of an amendment would make.
#[derive(Debug, Default)]
pub struct AmendmentPreview {
    /// Terms that differ, in words.
    pub changes: Vec<AmendmentChange>,
    /// Money and dates that move.
    pub effects: Vec<EffectWords>,
    /// Rules that refuse the amendment, each at its field.
    pub faults: Vec<FieldError>,
}

/// Opens the draft that amends a contract: the existing one, or a new one filled from the newest terms in force.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see; `Conflict` in a state without amendments.
pub fn open_amendment_draft(app: &App, caller: &Caller, contract: &str) -> Result<DraftSummary, Error> {
    let action = Action::ProposeAmendment;
    caller.may(action)?;
    let (seat, earlier, of, view) = app.pool.read(|connection| {
        let (contract, seat) = caller.contract(connection, contract, action)?;
        in_state(&contract, action)?;
        let record = ContractRecord::load(connection, contract)?;
        let of = DraftOf::Amended(record.contract.id, record.newest_version());
        let view = registration::build_view(connection, &record, NaiveDate::MAX)?;
        Ok((seat, rows::of_contract(connection, of)?, of, view))
    })?;
    match earlier {
        Some(draft) if draft.contract_version == of.version() => Ok(summary(&draft)),
        _ => {
            let mut fields = writing::fields_of(&view);
            // The amount follows from the deliverables.
            fields.set("amount", "");
            begin(app, caller, &seat, &app.ids.uuid(), of, &fields)
        }
    }
}

/// Loads the contract that a draft amends, with what holds on a day; `None` for a registration.
pub(super) fn load(
    connection: &mut AnyConnection,
    draft: &Draft,
    today: chrono::NaiveDate,
) -> Result<Option<Amended>, Error> {
    let Some(id) = draft.amends_id else { return Ok(None) };
    let contract = contracts::by_id(connection, ContractId(id))?;
    let record = ContractRecord::load(connection, contract)?;
    let room = amendments::supplement_room(&record, today);
    let (terms, version) = (record.newest_in_force().0.clone(), record.newest_version());
    let extensions = record.facts.extensions.clone();
    Ok(Some(Amended { id: record.contract.public_id, room, terms, version, extensions }))
}

/// Reads a draft. The draft of an amendment also needs a ground, a reason and an effective day, and keeps the order in
/// which each milestone names its deliverables.
pub(super) fn read_fields(fields: &Fields, amended: Option<&Amended>) -> Reading {
    let mut reading = reading::read_draft(fields, amended.map(|amended| &amended.terms));
    let Some(amended) = amended else { return reading };
    if let Some((terms, _)) = &mut reading.terms {
        for milestone in &mut terms.milestones {
            let Some(old) = amended.terms.milestones.iter().find(|old| old.code == milestone.code) else { continue };
            let place = |code: &Code| old.requires.iter().position(|known| known == code).unwrap_or(usize::MAX);
            milestone.requires.sort_by_key(place);
        }
    }
    let mut reader = DraftReader::new(fields);
    let _: Option<AmendmentGround> = reader.required("ground", parse_choice);
    reader.required("effective_on", parse_date);
    reader.required_lines("reason");
    reading.faults.extend(reader.into_problems());
    reading
}

/// Reads the amendment from its fields.
fn input_of(fields: &Fields, amended: &Amended) -> Result<AmendmentInput, Error> {
    let Reading { terms, faults, .. } = read_fields(fields, Some(amended));
    let mut reader = DraftReader::new(fields);
    let ground = reader.required("ground", parse_choice);
    let effective_on = reader.required("effective_on", parse_date);
    match (terms, ground, effective_on) {
        (Some((terms, details)), Some(ground), Some(effective_on)) if faults.is_empty() => {
            let reason = reader.text("reason");
            Ok(AmendmentInput { effective_on, terms, details: Some(details), reason, ground })
        }
        _ => Err(Error::Refused { rule: "draft".to_owned(), errors: faults }),
    }
}

/// Loads a draft of an amendment with its contract. The caller must still have the right to propose.
fn load_amended(
    connection: &mut AnyConnection,
    caller: &Caller,
    id: &str,
) -> Result<(Draft, Amended, Contract), Error> {
    let draft = load_draft(connection, caller, id)?;
    let amended = load(connection, &draft, caller.today())?.ok_or(Error::NotFound)?;
    let (contract, _) = caller.contract(connection, &amended.id, Action::ProposeAmendment)?;
    Ok((draft, amended, contract))
}

/// Shows the changes and effects of a drafted amendment, and the rules that refuse it. Empty while its terms have
/// faults.
///
/// # Errors
/// `NotFound` for any other draft.
pub fn preview(app: &App, caller: &Caller, id: &str) -> Result<AmendmentPreview, Error> {
    app.pool.read(|connection| {
        let (draft, amended, contract) = load_amended(connection, caller, id)?;
        let fields: Fields = stored(&draft.fields)?;
        let Reading { terms, .. } = read_fields(&fields, Some(&amended));
        let Some((terms, details)) = terms else { return Ok(AmendmentPreview::default()) };
        let record = ContractRecord::load(connection, contract)?;
        let (old, old_details) = record.newest_in_force();
        let details: Details = names::complete(details, &terms);
        let named = details.clone().with_names_of(old_details);
        let changes = differing_terms((old, old_details), (&terms, &details), caller.language);
        let effective_on = fields.value("effective_on").parse().unwrap_or_else(|_| caller.today());
        let effects = figures::of_terms(connection, &record, (effective_on, &terms)).unwrap_or_default();
        let faults = match input_of(&fields, &amended) {
            Ok(input) => preview_within(connection, &record, &input, caller.today()).err(),
            Err(_) => None,
        };
        Ok(AmendmentPreview {
            changes,
            effects: effects
                .iter()
                .map(|effect| effect_views::words(effect, (&terms, &named), caller.language, &|day| day.to_string()))
                .collect(),
            faults: faults.map(refusals).transpose()?.unwrap_or_default(),
        })
    })
}

/// Returns the faults of a refusal, each at the field of the draft.
fn refusals(error: Error) -> Result<Vec<FieldError>, Error> {
    match error {
        Error::Refused { errors, .. } => {
            Ok(errors.into_iter().map(|error| FieldError { path: field_of(&error.path), ..error }).collect())
        }
        Error::Conflict(message) => Ok(vec![FieldError { path: String::new(), message }]),
        other => Err(other),
    }
}

/// Proposes the drafted amendment and deletes the draft. Returns the contract's identifier and the amendment.
///
/// # Errors
/// `Refused` with every fault, each at its field; `VersionMismatch` if the draft changed since; `Conflict` if the terms
/// were amended since the draft was started.
pub fn propose(app: &App, caller: &Caller, id: &str, version: i64) -> Result<(String, AmendmentSummary), Error> {
    let (draft, amended, found) = app.pool.read(|connection| load_amended(connection, caller, id))?;
    let seat = seat_of(caller, &draft)?.clone();
    let done = write_in(&app.pool, Scope::Contract(found.id), &caller.context(app, &seat), |tx| {
        let (draft, amended, contract) = load_amended(tx.connection, caller, id)?;
        if draft.version != version {
            return Err(Error::VersionMismatch);
        }
        in_state(&contract, Action::ProposeAmendment)?;
        let input = input_of(&stored(&draft.fields)?, &amended)?;
        let mut record = ContractRecord::load(tx.connection, contract)?;
        if record.newest_version() != draft.contract_version {
            return Err(Error::Conflict(Message::new("amendment-outdated")));
        }
        let done = propose_within(tx, caller.language, &mut record, &input)?;
        rows::delete(tx.connection, draft.id)?;
        event(tx, id, EventAction::DraftRegister, serde_json::json!({ "amends": amended.id }))?;
        Ok(done)
    });
    let done = done.map_err(|error| match error {
        Error::Refused { rule, errors } => {
            let errors = errors.into_iter().map(|error| FieldError { path: field_of(&error.path), ..error }).collect();
            Error::Refused { rule, errors }
        }
        other => other,
    })?;
    Ok((amended.id, done))
}
