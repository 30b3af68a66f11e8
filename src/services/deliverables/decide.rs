//! Deciding on a submission: the purchaser accepts it, accepts it in part, or rejects it. The decision becomes a fact
//! and cannot be changed afterwards; only a granted reversal undoes it.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::FactKind;
use crate::domain::details::Details;
use crate::domain::facts::{Acceptance, Decision, DecisionWord, Submission, Verdict};
use crate::domain::numbers::{Code, Measured, Quantity};
use crate::domain::policy::Action;
use crate::domain::shape::optional_date;
use crate::domain::standing::Trails;
use crate::domain::statutes;
use crate::domain::terms::Deliverable;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::indicators;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::{acts, append, repeats};
use crate::services::deliverables::inspection::{
    self, GroupMember, InspectionGroupInput, MEMBER_COUNT, StandardResult, StandardResults,
};
use crate::services::deliverables::invoice_rules::combine_faults;
use crate::services::deliverables::{DecisionWords, DeliverableStatus, confirm_quantity, note_fault};
use crate::services::identity::caller::Caller;
use crate::services::notifications::alerts::{self, Alert};
use crate::services::shared::inputs::hidden_fault;
use crate::storage::contracts::facts::{FactRow, NewFact};
use crate::storage::write::Tx;

/// Maximum length of a member's name and office, in characters.
const MEMBER_LENGTH: usize = 100;

/// A decision on a submission.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SubmissionDecisionInput {
    /// Accepted, partial or rejected.
    pub decision: DecisionWord,
    /// Quantity accepted; required unless rejected.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub quantity: Option<Quantity>,
    /// Measured values by indicator; under procurement law every indicator must be measured (实施条例 45).
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, String>>)]
    pub measured: Option<BTreeMap<Code, Measured>>,
    /// Remarks; required to reject.
    #[serde(default)]
    pub note: Option<String>,
    /// People who inspected the submission and are not in `group`; at least one unless rejected or there is a group.
    #[serde(default)]
    pub members: Vec<String>,
    /// Inspection group (验收小组) with its votes.
    #[serde(default)]
    pub group: Option<InspectionGroupInput>,
    /// Result for each standard in words, by `service` and `evidence`; a group that accepts must give all.
    #[serde(default)]
    #[schema(value_type = BTreeMap<String, StandardResult>)]
    pub results: StandardResults,
    /// Day from which the decision counts. Defaults to today.
    #[serde(default, deserialize_with = "optional_date")]
    pub on: Option<NaiveDate>,
    /// True to confirm an accepted quantity over the agreed one, or a measured value that looks like a share.
    #[serde(default)]
    pub confirmed: bool,
}

impl SubmissionDecisionInput {
    /// Builds a decision with the values that its effects depend on.
    pub fn of_effects(
        decision: DecisionWord,
        quantity: Option<Quantity>,
        measured: Option<BTreeMap<Code, Measured>>,
        on: Option<NaiveDate>,
    ) -> Self {
        let (note, members, group, results) = (None, Vec::new(), None, StandardResults::new());
        Self { decision, quantity, measured, note, members, group, results, on, confirmed: false }
    }

    /// Returns whether the submission is rejected.
    pub(in crate::services) fn is_rejection(&self) -> bool {
        self.decision == DecisionWord::Rejected
    }

    /// Returns the verdict; `None` if the accepted quantity is missing.
    pub(in crate::services) fn verdict(&self) -> Option<Verdict> {
        let accepted = || {
            let quantity = self.quantity?;
            Some(Acceptance { quantity, measured: self.measured.clone().unwrap_or_default() })
        };
        match self.decision {
            DecisionWord::Accepted => accepted().map(Verdict::Accepted),
            DecisionWord::Partial => accepted().map(Verdict::Partial),
            DecisionWord::Rejected => Some(Verdict::Rejected),
        }
    }
}

/// Decides on a submission and notifies the contractor.
///
/// # Errors
/// `NotFound`; `Duplicate` if the submission was decided already; `Conflict` in another state; `Forbidden`, also
/// for the caller's own submission; `Refused` if the acceptance record is incomplete or a rule of standing forbids the
/// fact.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    (code, no): (&str, u64),
    input: &SubmissionDecisionInput,
) -> Result<DeliverableStatus, Error> {
    acts::write_contract(app, caller, id, Action::DecideDeliverable, |tx, record, _| {
        let (submission, row) = find_submission(record, code, no)?;
        reject_own_submission(&row, caller)?;
        refuse_decided(record, &submission)?;
        let agreed = record
            .terms_on(tx.context.today())
            .deliverables
            .iter()
            .find(|agreed| agreed.code == submission.deliverable);
        let verdict = parse_verdict(tx, (input, record), agreed.ok_or(Error::NotFound)?)?;
        let senders: Vec<i64> = std::iter::once(row.actor_id.0).chain(row.for_id).collect();
        let members = inspection::find_members(tx.connection, (record, &senders), input, tx.context.today())?;
        let on = append::effective_day(tx, input.on);
        let decision = Decision { deliverable: submission.deliverable, no: submission.no, on, verdict };
        let words = decision_words(input, members);
        let json = |error: serde_json::Error| Error::Internal(error.to_string());
        let fact = NewFact {
            kind: FactKind::Decision,
            on,
            body: serde_json::to_value(&decision).map_err(json)?,
            words: serde_json::to_value(&words).map_err(json)?,
        };
        append::append_fact(tx, record, &fact)?;
        let standing = record.standing(tx.context.today(), Trails::Off)?;
        let own = standing.deliverables.iter().find(|stands| stands.code == decision.deliverable);
        let own = own.ok_or(Error::NotFound)?;
        alerts::enqueue(tx, record, &[Alert::deliverable_decided(record, &decision, (&words.note, own.cure_until))])?;
        Ok(DeliverableStatus::from(own))
    })
}

/// Refuses a further act on a submission that was decided, leading to the decision.
///
/// # Errors
/// `Duplicate`; `Internal` for a row that this program did not write.
pub(super) fn refuse_decided(record: &ContractRecord, submission: &Submission) -> Result<(), Error> {
    let decisions = record.live::<Decision>(FactKind::Decision)?;
    let is_same =
        |decision: &Decision| (&decision.deliverable, decision.no) == (&submission.deliverable, submission.no);
    let Some((_, row)) = decisions.into_iter().find(|(decision, _)| is_same(decision)) else { return Ok(()) };
    let part = format!("record-{}", row.seq);
    Err(repeats::duplicate(&record.contract, None, part, Message::new("decided-already"), false))
}

/// Finds a submission that was not reversed, and its fact.
pub(super) fn find_submission(record: &ContractRecord, code: &str, no: u64) -> Result<(Submission, FactRow), Error> {
    record
        .live::<Submission>(FactKind::Submission)?
        .into_iter()
        .find(|(submission, _)| submission.deliverable.as_str() == code && submission.no.get() == no)
        .map(|(submission, row)| (submission, row.clone()))
        .ok_or(Error::NotFound)
}

/// Rejects a decision on a submission by the caller, or by a person for whom the caller acts.
fn reject_own_submission(row: &FactRow, caller: &Caller) -> Result<(), Error> {
    let people: Vec<i64> = caller.seats.iter().map(|seat| seat.holder.0).chain([caller.person.0]).collect();
    let is_own = people.contains(&row.actor_id.0) || row.for_id.is_some_and(|holder| people.contains(&holder));
    if is_own { Err(Error::forbidden("self-approval")) } else { Ok(()) }
}

/// Returns the texts recorded with the decision, with the chair first and each person once.
fn decision_words(input: &SubmissionDecisionInput, mut group: Vec<GroupMember>) -> DecisionWords {
    group.sort_by_key(|member| !member.is_chair);
    let mut members: Vec<String> = Vec::new();
    for member in input.members.iter().map(|member| member.trim()) {
        if !members.iter().any(|known| known == member) && !group.iter().any(|known| known.name == member) {
            members.push(member.to_owned());
        }
    }
    let trimmed = |result: &StandardResult| StandardResult { note: result.note.trim().to_owned(), ..result.clone() };
    DecisionWords {
        note: input.note.as_deref().unwrap_or_default().trim().to_owned(),
        members,
        group,
        results: input.results.iter().map(|(kind, result)| (*kind, trimmed(result))).collect(),
    }
}

/// Checks that the decision has everything that its kind requires.
///
/// # Errors
/// `Refused` with every fault.
pub fn check_acceptance_record(input: &SubmissionDecisionInput) -> Result<(), Error> {
    let mut faults = inspection::faults(input);
    let mut add = |path: &str, message: Message| faults.push(FieldError { path: path.to_owned(), message });
    let words = decision_words(input, Vec::new());
    if let Some(message) = note_fault(&words.note) {
        add("note", message);
    }
    let is_invalid = |member: &String| {
        member.is_empty() || member.chars().count() > MEMBER_LENGTH || member.chars().any(char::is_control)
    };
    if let Some(message) = words.members.iter().find_map(|member| hidden_fault(member)) {
        add("members", message);
    }
    if words.members.len() > MEMBER_COUNT || words.members.iter().any(is_invalid) {
        add(
            "members",
            Message::new("acceptance-member-names").with("limit", MEMBER_COUNT).with("length", MEMBER_LENGTH),
        );
    }
    if input.is_rejection() {
        if words.note.is_empty() {
            add("note", Message::new("rejection-without-reason"));
        }
        if input.quantity.is_some() {
            add("quantity", Message::new("rejection-with-quantity"));
        }
        if input.measured.as_ref().is_some_and(|measured| !measured.is_empty()) {
            add("measured", Message::new("rejection-with-quantity"));
        }
    } else {
        if words.members.is_empty() && input.group.is_none() {
            add("members", Message::new("acceptance-without-members"));
        }
        if input.quantity.is_none() {
            add("quantity", Message::new("acceptance-without-quantity"));
        }
    }
    if faults.is_empty() {
        return Ok(());
    }
    Err(incomplete(faults))
}

fn incomplete(faults: Vec<FieldError>) -> Error {
    Error::Refused { rule: "acceptance-record".to_owned(), errors: faults }
}

/// Requires a confirmation for a quantity over the agreed one, and for measured values that look like shares.
///
/// # Errors
/// `Refused` under the rule `unconfirmed` with all that is to be confirmed.
fn confirm(acceptance: &Acceptance, agreed: &Deliverable, details: &Details) -> Result<(), Error> {
    let shares = acceptance.measured.iter().filter_map(|(code, value)| {
        let message = indicators::share_doubt(details, agreed, code, *value)?;
        Some(Error::refused_at("unconfirmed", format!("measured.{code}"), message))
    });
    let quantity = confirm_quantity(acceptance.quantity, agreed.quantity, false);
    shares.fold(quantity, |doubts, share| combine_faults(doubts, Err(share)))
}

/// Checks the acceptance record and its quantity and standards, and builds the verdict.
fn parse_verdict(
    tx: &mut Tx<'_>,
    (input, record): (&SubmissionDecisionInput, &ContractRecord),
    agreed: &Deliverable,
) -> Result<Verdict, Error> {
    let today = tx.context.today();
    check_acceptance_record(input)?;
    let verdict = input.verdict().ok_or_else(|| incomplete(Vec::new()))?;
    let details = record.details_on(today);
    if let Some(acceptance) = verdict.acceptance().filter(|_| !input.confirmed) {
        confirm(acceptance, agreed, details)?;
    }
    let settings = &record.settings;
    let regime = record.contract.regime;
    let breached = statutes::acceptance_every_standard(regime, (agreed, &verdict), (today, settings));
    let rule = breached.first().map_or("measured", |breach| breach.rule).to_owned();
    let missing = breached
        .into_iter()
        .map(|breach| FieldError { path: breach.path, message: Message { key: breach.code, args: breach.args } });
    let mut errors: Vec<FieldError> =
        missing.map(|fault| FieldError { message: record.named(fault.message, today), ..fault }).collect();
    let measured = verdict.acceptance().map(|acceptance| &acceptance.measured);
    errors.extend(measured.into_iter().flatten().filter_map(|(code, value)| {
        let message = indicators::value_fault(details, code.as_str(), *value)?;
        Some(FieldError { path: format!("measured.{code}"), message })
    }));
    let of_results = inspection::faults_of_results(input, details, agreed);
    let rule = if errors.is_empty() && !of_results.is_empty() { inspection::RULE.to_owned() } else { rule };
    errors.extend(of_results);
    if errors.is_empty() { Ok(verdict) } else { Err(Error::Refused { rule, errors }) }
}
