//! Inspection groups (验收小组) and their results: the vote of each member, and a result for every standard that the
//! contract states in words. Members are people of the purchaser in the register; other people who took part are
//! recorded only by name.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{StandardKind, StandardOutcome};
use crate::domain::details::Details;
use crate::domain::facts::DecisionWord;
use crate::domain::terms::Deliverable;
use crate::domain::text_input;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::deliverables::SubmissionDecisionInput;
use crate::services::identity::provider_identities;
use crate::services::shared::inputs::text_fault;
use crate::storage::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::identity::people::{self, Person};
use crate::storage::ids::PersonId;

/// Maximum number of people who inspect.
pub(super) const MEMBER_COUNT: usize = 50;
/// Rule under which an incomplete group is refused.
pub(super) const RULE: &str = "inspection-group";

/// An inspection group with its votes.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InspectionGroupInput {
    /// Username of the chair, who is one of the members.
    pub chair: String,
    /// Vote of each member, the chair included.
    pub votes: Vec<VoteInput>,
}

/// The vote of a member of an inspection group.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct VoteInput {
    /// Username of the member, a person of the purchaser.
    pub person: String,
    /// Decision for which the member voted.
    pub vote: DecisionWord,
    /// Reason; required if the vote differs from the decision.
    #[serde(default)]
    pub reason: String,
}

/// A member of an inspection group, as recorded with the decision.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GroupMember {
    /// Random identifier of the person.
    pub person: String,
    /// Name of the person on the day of the decision.
    pub name: String,
    /// True for the chair.
    pub is_chair: bool,
    /// Decision for which the member voted.
    pub vote: DecisionWord,
    /// Reason; empty for none.
    pub reason: String,
}

/// Result of a group for a standard.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StandardResult {
    /// Met or missed.
    pub outcome: StandardOutcome,
    /// Note; required for a standard that was missed.
    #[serde(default)]
    pub note: String,
}

/// Results by standard.
pub type StandardResults = BTreeMap<StandardKind, StandardResult>;

/// Returns the standards of a deliverable that are stated in words, each with its text.
pub fn standards_in_words<'a>(details: &'a Details, agreed: &Deliverable) -> Vec<(StandardKind, &'a str)> {
    let service = details.items.get(agreed.item.as_str()).map(|item| item.standard.as_str());
    let evidence = details.deliverables.get(agreed.code.as_str()).map(|deliverable| deliverable.evidence.as_str());
    let stated = [(StandardKind::Service, service), (StandardKind::Evidence, evidence)];
    stated.into_iter().filter_map(|(kind, text)| Some((kind, text.filter(|text| !text.is_empty())?))).collect()
}

/// A person who can be chosen as a member of a group.
#[derive(Debug, Clone)]
pub struct Candidate {
    /// Username for signing in.
    pub username: String,
    /// Display name.
    pub name: String,
    /// False until the person has set a password, unless the identity provider knows them.
    pub has_signed_up: bool,
}

/// Lists the people from whom the group of a contract can be formed: those of its purchaser.
pub(in crate::services) fn candidates(
    app: &App,
    connection: &mut AnyConnection,
    contract: &Contract,
    today: NaiveDate,
) -> Result<Vec<Candidate>, Error> {
    let people = people::of_organisation(connection, contract.purchaser_id, today)?;
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let known = provider_identities::subjects(app, connection, &ids)?;
    let candidate = |person: Person| Candidate {
        has_signed_up: !person.password_hash.is_empty() || known.iter().any(|(id, _)| *id == person.id),
        username: person.username,
        name: person.name,
    };
    Ok(people.into_iter().map(candidate).collect())
}

/// Returns the faults of group and results that can be found without the contract.
pub(super) fn faults(input: &SubmissionDecisionInput) -> Vec<FieldError> {
    let mut faults = Vec::new();
    let mut add = |path: String, message: Message| faults.push(FieldError { path, message });
    for (kind, result) in &input.results {
        let is_unexplained = result.outcome == StandardOutcome::Missed && result.note.trim().is_empty();
        let missing = is_unexplained.then(|| Message::new("standard-missed-without-note"));
        if let Some(message) = missing.or_else(|| text_fault(&result.note)) {
            add(format!("results.{kind}.note"), message);
        }
    }
    let Some(group) = &input.group else { return faults };
    let names: Vec<String> = group.votes.iter().map(|vote| text_input::username(&vote.person)).collect();
    if !names.contains(&text_input::username(&group.chair)) {
        add("group.chair".to_owned(), Message::new("inspection-chair-outside"));
    }
    if names.len() > MEMBER_COUNT {
        add("group.votes".to_owned(), Message::new("inspection-too-many").with("limit", MEMBER_COUNT));
    }
    for (index, vote) in group.votes.iter().take(MEMBER_COUNT).enumerate() {
        if names.iter().take(index).any(|earlier| *earlier == names[index]) {
            add(format!("group.votes[{index}].person"), Message::new("inspection-member-twice"));
        }
        let is_unexplained = vote.vote != input.decision && vote.reason.trim().is_empty();
        let missing = is_unexplained.then(|| Message::new("inspection-dissent-without-reason"));
        if let Some(message) = missing.or_else(|| text_fault(&vote.reason)) {
            add(format!("group.votes[{index}].reason"), message);
        }
    }
    // The words are declared from the best for the contractor to the worst.
    let against = group.votes.iter().filter(|vote| vote.vote > input.decision).count();
    if against * 2 > group.votes.len() && input.note.as_deref().unwrap_or_default().trim().is_empty() {
        let count = Message::new("inspection-majority-against").with("against", against);
        add("note".to_owned(), count.with("members", group.votes.len()));
    }
    faults
}

/// Returns the faults of the results, given the standards of the deliverable. A group that accepts must give a result
/// for each of them (实施条例 45).
pub(super) fn faults_of_results(
    input: &SubmissionDecisionInput,
    details: &Details,
    agreed: &Deliverable,
) -> Vec<FieldError> {
    let stated = standards_in_words(details, agreed);
    let is_stated = |kind: StandardKind| stated.iter().any(|(one, _)| *one == kind);
    let fault =
        |kind: StandardKind, key| FieldError { path: format!("results.{kind}.outcome"), message: Message::new(key) };
    let unknown =
        input.results.keys().filter(|kind| !is_stated(**kind)).map(|kind| fault(*kind, "standard-not-agreed"));
    let must_cover = input.group.is_some() && !input.is_rejection();
    let missing = stated.iter().filter(|(kind, _)| must_cover && !input.results.contains_key(kind));
    unknown.chain(missing.map(|(kind, _)| fault(*kind, "standard-without-finding"))).collect()
}

/// Finds the members of a group in the register; empty for a decision without a group. `senders` are the people who
/// made the submission, or for whom it was made.
///
/// # Errors
/// `Refused` for a person of the contractor, one of the senders, or a person of another organisation.
pub(super) fn find_members(
    connection: &mut AnyConnection,
    (record, senders): (&ContractRecord, &[i64]),
    input: &SubmissionDecisionInput,
    today: NaiveDate,
) -> Result<Vec<GroupMember>, Error> {
    let Some(group) = &input.group else { return Ok(Vec::new()) };
    let known = people::of_organisation(connection, record.contract.purchaser_id, today)?;
    let adverse = people::of_organisation(connection, record.contract.contractor_id, today)?;
    let chair = text_input::username(&group.chair);
    let mut faults = Vec::new();
    let mut members = Vec::new();
    for (index, vote) in group.votes.iter().enumerate() {
        let username = text_input::username(&vote.person);
        let person = known.iter().find(|person| person.username == username);
        let is_sender = person.is_some_and(|person| senders.contains(&person.id.0));
        let is_adverse = is_sender || adverse.iter().any(|person| person.username == username);
        let Some(person) = person.filter(|_| !is_adverse) else {
            let key = if is_adverse { "inspection-member-of-contractor" } else { "inspection-member-unknown" };
            faults.push(FieldError { path: format!("group.votes[{index}].person"), message: Message::new(key) });
            continue;
        };
        members.push(GroupMember {
            person: person.public_id.clone(),
            name: person.name.clone(),
            is_chair: username == chair,
            vote: vote.vote,
            reason: vote.reason.trim().to_owned(),
        });
    }
    if faults.is_empty() { Ok(members) } else { Err(Error::Refused { rule: RULE.to_owned(), errors: faults }) }
}
