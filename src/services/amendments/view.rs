//! Amendments as callers read them: changed terms in words, changed figures, the steps taken and the next step. Nothing
//! is decided here.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::amendments::{self as rules, AmendmentGround, AmendmentStepKind};
use crate::domain::codes::{AmendmentState, Language, Role};
use crate::domain::details::Details;
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::services::amendments::{AmendmentSummary, figures};
use crate::services::contracts::effect_views::{self, EffectWords};
use crate::services::contracts::effects::Effect;
use crate::services::contracts::parts;
use crate::services::contracts::record::{ContractRecord, stored, stored_details};
use crate::services::contracts::versions;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::amendments::{self as rows, Amendment, AmendmentStepRow};
use crate::storage::contracts::{self, TermsRow};
use crate::storage::identity::names::Names;
use crate::text::message;

/// One of the five terms of a contract, or the notes, with the sentences that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AmendmentChange {
    /// Name of the term.
    pub term: String,
    /// Sentences that the new terms drop.
    pub before: Vec<String>,
    /// Sentences that replace them.
    pub after: Vec<String>,
}

/// A step taken on an amendment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AmendmentStepView {
    pub step: AmendmentStepKind,
    /// Name of the person who took the step.
    pub by: String,
    /// Name of the person represented, if a deputy took the step.
    pub on_behalf_of: Option<String>,
    /// Time of the step, in UTC.
    pub at: DateTime<Utc>,
    /// Reason given with the step.
    pub note: String,
}

/// An amendment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AmendmentView {
    /// Random identifier of the amendment.
    pub id: String,
    pub ground: AmendmentGround,
    pub state: AmendmentState,
    /// First day on which the new terms are in force.
    pub effective_on: NaiveDate,
    pub reason: String,
    /// Number of the version of the terms that the amendment became, once agreed.
    pub terms_version: Option<i64>,
    /// True if the new terms are in force or come into force, by what is recorded so far.
    pub in_force_would: bool,
    /// Terms that differ from those before, in words.
    pub changes: Vec<AmendmentChange>,
    /// Money and dates that the amendment moves, before and after. Empty once it is agreed, withdrawn or refused.
    pub effects: Vec<EffectWords>,
    /// Steps taken, in order.
    pub steps: Vec<AmendmentStepView>,
    /// Role whose consent the amendment waits for; absent once it is agreed, withdrawn or refused.
    pub next: Option<Role>,
    /// Names and texts of the terms' details.
    pub details: Details,
    /// Terms in the format of docs/standing.md.
    #[schema(value_type = Object)]
    pub terms: Terms,
    /// The details, with the names that only earlier terms have.
    #[serde(skip)]
    pub names: Details,
    /// The effects as typed values.
    #[serde(skip)]
    pub figures: Vec<Effect>,
}

/// Lists the amendments of a contract, oldest first.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, contract: &str, page: &Page) -> Result<Paged<AmendmentView>, Error> {
    parts::list(app, caller, contract, page, |connection, contract, found| {
        let record = ContractRecord::load(connection, contract)?;
        views(connection, &record, found, caller.language)
    })
}

/// Builds the views of amendments of one contract.
pub(in crate::services) fn views(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    amendments: Vec<Amendment>,
    language: Language,
) -> Result<Vec<AmendmentView>, Error> {
    if amendments.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<_> = amendments.iter().map(|amendment| amendment.id).collect();
    let mut steps: BTreeMap<_, Vec<AmendmentStepRow>> = BTreeMap::new();
    for (id, step) in rows::load_steps(connection, &ids)? {
        steps.entry(id).or_default().push(step);
    }
    let involved = steps.values().flatten().flat_map(|step| [Some(step.person_id.0), step.for_id]);
    let names = Names::remembered(connection, &record.registers, involved)?;
    let versions = contracts::all_terms(connection, record.contract.id)?;
    let mut views = Vec::with_capacity(amendments.len());
    for amendment in amendments {
        let taken = steps.remove(&amendment.id).unwrap_or_default();
        let steps = taken.into_iter().map(|step| step_view(step, &names)).collect();
        views.push(view(connection, (record, &versions), amendment, steps, language)?);
    }
    Ok(views)
}

/// Builds the view of a step.
fn step_view(step: AmendmentStepRow, names: &Names) -> AmendmentStepView {
    AmendmentStepView {
        step: step.action,
        by: names.of(step.person_id),
        on_behalf_of: names.find(step.for_id),
        at: step.at.and_utc(),
        note: step.note,
    }
}

/// Builds the view of an amendment with its steps.
fn view(
    connection: &mut AnyConnection,
    (record, versions): (&ContractRecord, &[TermsRow]),
    amendment: Amendment,
    steps: Vec<AmendmentStepView>,
    language: Language,
) -> Result<AmendmentView, Error> {
    let terms: Terms = stored(&amendment.terms)?;
    let details = stored_details(&amendment.terms, &amendment.details)?;
    let (before, before_details) = base(record, versions, amendment.base_version)?;
    let is_open = rules::is_open(amendment.state);
    // Terms that break a rule with facts recorded since have no effects here; the next step refuses them.
    let figures = if is_open {
        figures::of_terms(connection, record, (amendment.effective_on, &terms)).unwrap_or_default()
    } else {
        Vec::new()
    };
    let names = details.clone().with_names_of(&before_details);
    let terms_version = (amendment.state == AmendmentState::Agreed).then_some(amendment.base_version + 1);
    let in_force_would = match terms_version {
        Some(version) => record.is_in_force(version),
        None if is_open => matches!(record.amendment_conflict(amendment.effective_on, &terms), Ok(None)),
        None => false,
    };
    Ok(AmendmentView {
        changes: differing_terms((&before, &before_details), (&terms, &details), language),
        effects: figures
            .iter()
            .map(|effect| effect_views::words(effect, (&terms, &names), language, &|day| day.to_string()))
            .collect(),
        next: rules::next_consent(amendment.state).and_then(|step| step.waits_for).map(|(role, _)| role),
        id: amendment.public_id,
        ground: amendment.ground,
        state: amendment.state,
        effective_on: amendment.effective_on,
        reason: amendment.reason,
        terms_version,
        in_force_would,
        steps,
        details,
        terms,
        names,
        figures,
    })
}

/// Returns the terms on which an amendment is based: the newest in force among those recorded before it.
fn base(record: &ContractRecord, versions: &[TermsRow], base_version: i64) -> Result<(Terms, Details), Error> {
    let signed = record.contract.terms_version;
    let is_before = |row: &&TermsRow| row.version <= base_version && row.version >= signed;
    let in_force = |row: &&TermsRow| row.version == signed || record.is_in_force(row.version);
    let row = versions.iter().filter(is_before).rfind(in_force).ok_or(Error::NotFound)?;
    Ok((stored(&row.terms)?, stored_details(&row.terms, &row.details)?))
}

/// Lists the terms that differ, with the sentences that only one side has.
pub fn differing_terms(
    before: rules::Worded<'_>,
    after: rules::Worded<'_>,
    language: Language,
) -> Vec<AmendmentChange> {
    let alone = |sentences: Vec<versions::Sentence>| {
        sentences.into_iter().filter(|sentence| sentence.alone).map(|sentence| sentence.words).collect()
    };
    let compared = versions::differences(before, after, language).into_iter();
    compared
        .map(|term| AmendmentChange {
            term: message(language, term.name, &[]),
            before: alone(term.before),
            after: alone(term.after),
        })
        .collect()
}

/// Summarises an amendment after a step.
pub(super) fn summary(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    amendment: &Amendment,
    language: Language,
) -> Result<AmendmentSummary, Error> {
    let versions = contracts::all_terms(connection, record.contract.id)?;
    let view = view(connection, (record, &versions), amendment.clone(), Vec::new(), language)?;
    Ok(AmendmentSummary {
        id: view.id,
        state: view.state,
        changes: view.changes,
        effects: view.effects,
        in_force_would: view.in_force_would,
        version: record.contract.version,
    })
}
