//! Effects of a fact that is about to be recorded: the contract's standing today without the fact and with it, compared
//! figure by figure, so that people see money and dates before and after.
//!
//! Nothing is recorded here; the service that records the fact decides if it may be recorded. That service also calls
//! [`require_seen`], which refuses a form whose sender was shown other effects.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, FactKind, FigureName, PaymentKind};
use crate::domain::facts::{Decision, End, Extension, Facts, Incident, MilestoneScore, Payment, Submission, Waiver};
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Code, Quantity, Rate, Score};
use crate::domain::policy::Action;
use crate::domain::standing::{BreachStanding, DeliverableStanding, MilestoneStanding, Standing, Trails, standing};
use crate::error::{Error, Message};
use crate::services::change_requests::{ChangeRequestView, ExtensionInput, IncidentInput, WaiverInput};
use crate::services::contracts::append;
use crate::services::contracts::effect_views::digest;
use crate::services::contracts::record::{ContractRecord, add, refusal};
use crate::services::contracts::score_effects;
use crate::services::contracts::transitions::to_value;
use crate::services::contracts::view::ActionData;
use crate::services::deliverables::{SubmissionDecisionInput, check_acceptance_record};
use crate::services::identity::caller::Caller;
use crate::services::performance::observations::{HeadcountInput, SurveyInput};
use crate::storage::contracts::facts::NewFact;
use crate::storage::write::stored_answer;

/// A fact that a person is about to record or to request.
#[derive(Debug)]
pub enum Proposal {
    /// A decision on a submission, by deliverable and number.
    Decision { deliverable: String, no: u64, input: SubmissionDecisionInput },
    /// An incident.
    Incident(IncidentInput),
    /// An extension.
    Extension(ExtensionInput),
    /// A waiver.
    Waiver(WaiverInput),
    /// An early end from a day; `None` for today.
    Termination(Option<NaiveDate>),
    /// The early end that was requested.
    RequestedTermination,
    /// The fact of a change request, by identifier.
    ChangeRequest(String),
    /// The new terms of an amendment, by identifier.
    Amendment(String),
    /// A waiver of a milestone's late interest.
    InterestWaiver { milestone: String, amount: Money },
    /// A headcount of a month.
    Headcount(HeadcountInput),
    /// A survey.
    Survey(SurveyInput),
    /// A score of a milestone, from a day; `None` for today.
    Score { milestone: String, score: Score, on: Option<NaiveDate> },
    /// The final result of an evaluation, by identifier.
    Evaluation(String),
    /// The payment of a request, by identifier, on a day; `None` for the recorded day or else today.
    Payment { id: String, on: Option<NaiveDate> },
}

/// The part of a contract to which a figure belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Part {
    /// The contract as a whole.
    Contract,
    /// Everything that falls due in a year as agreed.
    Year(i32),
    /// A deliverable, by code.
    Deliverable(String),
    /// A milestone, by code.
    Milestone(String),
    /// A milestone, by code, as it would be with the result of an evaluation as its score.
    MilestoneOnceScored(String),
    /// A breach, by the codes of its clause and subject.
    Breach(String, String),
}

/// A figure of the standing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Figure {
    /// An amount in yuan.
    Amount(Sum),
    /// A day; `None` while there is none.
    Day(Option<NaiveDate>),
    /// A quantity; `None` while there is none.
    Quantity(Option<Quantity>),
    /// A state by its code; its words are the message `KIND-CODE`.
    State { kind: &'static str, code: String },
    /// A rate, such as the cap on penalties; `None` while there is none.
    Rate(Option<Rate>),
    /// A score; `None` while there is none.
    Score(Option<Score>),
    /// The part does not exist.
    Absent,
}

/// A figure that the fact changes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effect {
    /// Part of the contract.
    pub part: Part,
    /// Name of the figure in the standing.
    pub figure: FigureName,
    /// Figure without the fact.
    pub before: Figure,
    /// Figure with the fact.
    pub after: Figure,
}

/// Computes the effects of a proposal on the standing today; empty if nothing changes.
///
/// # Errors
/// `NotFound` for something that the contract does not have; `Refused` if a rule of standing forbids the fact.
pub fn of_proposal(data: &ActionData, today: NaiveDate, proposal: &Proposal) -> Result<Vec<Effect>, Error> {
    let of_recorded = || of_fact(data, today, &fact_of(data, today, proposal)?);
    match proposal {
        Proposal::Amendment(id) => {
            let amendment = data.contract.amendments.iter().find(|amendment| amendment.id == *id);
            amendment.map(|amendment| amendment.figures.clone()).ok_or(Error::NotFound)
        }
        Proposal::Evaluation(id) => score_effects::of_evaluation(data, today, id),
        Proposal::InterestWaiver { milestone, amount } => {
            Ok(vec![interest_effect(data, FigureName::InterestWaived, milestone, *amount)?])
        }
        Proposal::Payment { id, .. } => {
            let payment = data.contract.payments.iter().find(|payment| payment.id == *id).ok_or(Error::NotFound)?;
            match payment.kind {
                PaymentKind::Principal => of_recorded(),
                PaymentKind::Interest => {
                    Ok(vec![interest_effect(data, FigureName::InterestPaid, &payment.milestone, payment.amount)?])
                }
            }
        }
        Proposal::Score { milestone, score, .. } => {
            let scored = score_effects::of_score(data, milestone, *score);
            Ok(scored.into_iter().chain(of_recorded()?).collect())
        }
        Proposal::Decision { .. }
        | Proposal::Incident(_)
        | Proposal::Extension(_)
        | Proposal::Waiver(_)
        | Proposal::Termination(_)
        | Proposal::RequestedTermination
        | Proposal::ChangeRequest(_)
        | Proposal::Headcount(_)
        | Proposal::Survey(_) => of_recorded(),
    }
}

/// Computes the effects of a fact on the standing today.
///
/// # Errors
/// `Refused` if a rule of standing forbids the fact.
pub(super) fn of_fact(data: &ActionData, today: NaiveDate, fact: &NewFact) -> Result<Vec<Effect>, Error> {
    let record = &data.record;
    let facts = append::with(record, fact)?;
    Ok(compare(data.standing(), &stand(record, &facts, today)?))
}

/// Computes the effects on money and dates today of decisions on several submissions together. What each decision says
/// itself is left out: state and accepted quantity of its deliverable. A decision that a rule of standing forbids has
/// none.
///
/// # Errors
/// `Internal` for a decision that cannot be stored.
pub fn of_decisions(data: &ActionData, today: NaiveDate, decisions: &[Proposal]) -> Result<Vec<Effect>, Error> {
    let record = &data.record;
    let (mut facts, mut after) = (record.facts.clone(), None);
    for decision in decisions {
        let Ok(fact) = fact_of(data, today, decision) else { continue };
        let mut more = facts.clone();
        add(&mut more, fact.kind, &fact.body.to_string())?;
        if let Ok(standing) = stand(record, &more, today) {
            (facts, after) = (more, Some(standing));
        }
    }
    let is_said = |effect: &Effect| {
        matches!((&effect.part, effect.figure), (Part::Deliverable(_), FigureName::State | FigureName::Accepted))
    };
    let mut effects = after.map(|after| compare(data.standing(), &after)).unwrap_or_default();
    effects.retain(|effect| !is_said(effect));
    Ok(effects)
}

fn stand(record: &ContractRecord, facts: &Facts, today: NaiveDate) -> Result<Standing, Error> {
    standing(record.agreement(), facts, &record.days.calendar, today, Trails::Off).map_err(refusal)
}

/// Returns the effect of a payment or waiver of a milestone's late interest, which is outside the standing.
fn interest_effect(data: &ActionData, figure: FigureName, milestone: &str, amount: Money) -> Result<Effect, Error> {
    let mut known = data.contract.interest.iter();
    let (_, interest) = known.find(|(code, _)| code.as_str() == milestone).ok_or(Error::NotFound)?;
    let before = if figure == FigureName::InterestPaid { interest.paid } else { interest.waived };
    let after = Sum::from_fen(before.fen() + Sum::from(amount).fen());
    let part = Part::Milestone(milestone.to_owned());
    Ok(Effect { part, figure, before: Figure::Amount(before), after: Figure::Amount(after) })
}

/// Returns the deliverables whose due day effects move past the end of the service, each with its new due day.
pub fn due_past(effects: &[Effect], ends_on: NaiveDate) -> Vec<(&str, NaiveDate)> {
    let moved = effects.iter().filter_map(|effect| match (&effect.part, &effect.after) {
        (Part::Deliverable(code), Figure::Day(Some(day))) if *day > ends_on => Some((code.as_str(), *day)),
        _ => None,
    });
    moved.collect()
}

/// Checks that the person was shown the effects of what they submit. Passed without a check: a repeated request, and an
/// incomplete acceptance record, which its service refuses.
///
/// # Errors
/// `Refused` if the digest of the effects is not `seen`.
pub fn require_seen(
    app: &App,
    caller: &Caller,
    data: &ActionData,
    proposal: &Proposal,
    seen: &str,
) -> Result<(), Error> {
    // If something is missing in the proposal, its service refuses it with the reason.
    let effects = of_proposal(data, caller.today(), proposal).unwrap_or_default();
    let is_incomplete = matches!(proposal, Proposal::Decision { input, .. } if check_acceptance_record(input).is_err());
    if is_incomplete { Ok(()) } else { require_shown(app, caller, data, (&effects, seen)) }
}

/// Checks that the person was shown these effects, if there are any. A repeated request passes.
///
/// # Errors
/// `Refused` if the effects differ from those with the digest `seen`.
pub fn require_shown(
    app: &App,
    caller: &Caller,
    data: &ActionData,
    (effects, seen): (&[Effect], &str),
) -> Result<(), Error> {
    if effects.is_empty() || digest(effects, &data.record.days) == seen {
        return Ok(());
    }
    let context = caller.context(app, caller.seat(Action::ReadContract)?);
    match stored_answer::<serde_json::Value>(&app.pool, &context) {
        Ok(None) => Err(Error::refused("effects", Message::new("effects-unseen"))),
        _ => Ok(()),
    }
}

/// Builds the fact of a proposal.
fn fact_of(data: &ActionData, today: NaiveDate, proposal: &Proposal) -> Result<NewFact, Error> {
    let made = |kind, on: NaiveDate, body: Result<serde_json::Value, Error>| {
        Ok(NewFact { kind, on, body: body?, words: serde_json::Value::Null })
    };
    match proposal {
        Proposal::Decision { deliverable, no, input } => {
            let on = input.on.unwrap_or(today);
            made(FactKind::Decision, on, to_value(&decision_on(data, (deliverable, *no), input, on)?))
        }
        Proposal::Incident(input) => {
            let on = input.on.unwrap_or(today);
            let incident = Incident { id: input.id.clone(), clause: input.clause.clone(), on };
            made(FactKind::Incident, on, to_value(&incident))
        }
        Proposal::Extension(input) => {
            let on = input.on.unwrap_or(today);
            let extension = Extension { deliverable: input.deliverable.clone(), on, days: input.days };
            made(FactKind::Extension, on, to_value(&extension))
        }
        Proposal::Waiver(input) => {
            let on = input.on.unwrap_or(today);
            let waiver = Waiver { clause: input.clause.clone(), subject: input.subject.clone(), on };
            made(FactKind::Waiver, on, to_value(&waiver))
        }
        Proposal::Termination(on) => {
            let on = on.unwrap_or(today);
            made(FactKind::End, on, to_value(&End { on }))
        }
        Proposal::RequestedTermination => {
            let is_open = |request: &&ChangeRequestView| {
                request.kind == ChangeRequestKind::Termination && request.state == ChangeRequestState::Requested
            };
            let asked = data.contract.change_requests.iter().find(is_open);
            let request = asked.ok_or_else(|| Error::conflict("no-termination-asked"))?;
            let end: End = serde_json::from_value(request.fact.clone()).map_err(|_| Error::NotFound)?;
            made(FactKind::End, end.on, to_value(&end))
        }
        Proposal::ChangeRequest(id) => fact_of_request(data, today, id),
        Proposal::Headcount(input) => {
            let on = input.on.unwrap_or(today);
            made(FactKind::Headcount, on, to_value(&input.fact(on)))
        }
        Proposal::Survey(input) => {
            let on = input.on.unwrap_or(today);
            made(FactKind::Survey, on, to_value(&input.fact(on)))
        }
        Proposal::Score { milestone, score, on } => {
            let (milestone, on) = (Code::new(milestone.as_str()).map_err(|_| Error::NotFound)?, on.unwrap_or(today));
            made(FactKind::Score, on, to_value(&MilestoneScore { milestone, on, score: *score }))
        }
        // Amendments and evaluations are not facts, and waivers of late interest are outside the standing.
        Proposal::Amendment(_) | Proposal::Evaluation(_) | Proposal::InterestWaiver { .. } => Err(Error::NotFound),
        Proposal::Payment { id, on } => {
            let payment = data.contract.payments.iter().find(|payment| payment.id == *id).ok_or(Error::NotFound)?;
            let on = on.or(payment.paid_on).unwrap_or(today);
            let milestone = Code::new(payment.milestone.as_str()).map_err(|_| Error::NotFound)?;
            made(FactKind::Payment, on, to_value(&Payment { milestone, on, amount: payment.amount }))
        }
    }
}

fn decision_on(
    data: &ActionData,
    (deliverable, no): (&str, u64),
    input: &SubmissionDecisionInput,
    on: NaiveDate,
) -> Result<Decision, Error> {
    let mut submissions = data.record.facts.submissions.iter();
    let is_it = |one: &&Submission| one.deliverable.as_str() == deliverable && one.no.get() == no;
    let submission = submissions.find(is_it).ok_or(Error::NotFound)?;
    let verdict = input.verdict().ok_or(Error::NotFound)?;
    Ok(Decision { deliverable: submission.deliverable.clone(), no: submission.no, on, verdict })
}

/// Builds the fact that a change request would record; one without a day counts from `today`.
fn fact_of_request(data: &ActionData, today: NaiveDate, id: &str) -> Result<NewFact, Error> {
    let request = data.contract.change_requests.iter().find(|request| request.id == id).ok_or(Error::NotFound)?;
    let kind = match request.kind {
        ChangeRequestKind::Extension => FactKind::Extension,
        ChangeRequestKind::Waiver => FactKind::Waiver,
        ChangeRequestKind::Reversal => FactKind::Reversal,
        ChangeRequestKind::Incident => FactKind::Incident,
        ChangeRequestKind::Termination => FactKind::End,
    };
    let mut body = request.fact.clone();
    let on = body.get("on").and_then(|on| serde_json::from_value(on.clone()).ok()).unwrap_or(today);
    if let (Some(object), true) = (body.as_object_mut(), kind != FactKind::Reversal) {
        object.insert("on".to_owned(), serde_json::json!(on));
    }
    Ok(NewFact { kind, on, body, words: serde_json::Value::Null })
}

/// Compares two standings of one contract on the same day. A part that only one of them has is listed with all figures.
pub(in crate::services) fn compare(before: &Standing, after: &Standing) -> Vec<Effect> {
    let mut effects = Vec::new();
    let deliverables = (before.deliverables.iter(), after.deliverables.iter());
    for (code, old, new) in pairs(deliverables, |standing| &standing.code) {
        let figures = (old.map(deliverable_figures), new.map(deliverable_figures));
        add_differences(&mut effects, &Part::Deliverable(code.as_str().to_owned()), figures);
    }
    let milestones = (before.milestones.iter(), after.milestones.iter());
    for (code, old, new) in pairs(milestones, |standing| &standing.code) {
        let figures = (old.map(milestone_figures), new.map(milestone_figures));
        add_differences(&mut effects, &Part::Milestone(code.as_str().to_owned()), figures);
    }
    let find = |all: &[BreachStanding], key: &(Code, String)| {
        let found = all.iter().find(|breach| breach.clause == key.0 && breach.subject == key.1);
        vec![(FigureName::Charged, Figure::Amount(found.map_or(Sum::ZERO, |breach| breach.charged)))]
    };
    let keys =
        before.breaches.iter().chain(&after.breaches).map(|breach| (breach.clause.clone(), breach.subject.clone()));
    let keys: BTreeSet<(Code, String)> = keys.collect();
    for key in &keys {
        let part = Part::Breach(key.0.as_str().to_owned(), key.1.clone());
        add_differences(&mut effects, &part, (Some(find(&before.breaches, key)), Some(find(&after.breaches, key))));
    }
    let days = [before, after]
        .map(|standing| vec![(FigureName::TerminationRightSince, Figure::Day(standing.termination_right_since))]);
    let [old, new] = days;
    add_differences(&mut effects, &Part::Contract, (Some(old), Some(new)));
    effects
}

/// Figures of a part, each with its name.
pub(in crate::services) type Figures = Vec<(FigureName, Figure)>;

/// Adds the figures of a part that differ. At least one side must have the part.
pub(in crate::services) fn add_differences(
    effects: &mut Vec<Effect>,
    part: &Part,
    (before, after): (Option<Figures>, Option<Figures>),
) {
    let names =
        before.as_ref().or(after.as_ref()).map(|figures| figures.iter().map(|(name, _)| *name).collect::<Vec<_>>());
    for (place, name) in names.unwrap_or_default().into_iter().enumerate() {
        let figure = |figures: &Option<Figures>| {
            figures.as_ref().and_then(|figures| figures.get(place)).map_or(Figure::Absent, |(_, figure)| figure.clone())
        };
        let (before, after) = (figure(&before), figure(&after));
        if before != after {
            effects.push(Effect { part: part.clone(), figure: name, before, after });
        }
    }
}

/// Pairs the elements of two lists by their codes, those of the first list first.
fn pairs<'a, T: 'a>(
    (before, after): (std::slice::Iter<'a, T>, std::slice::Iter<'a, T>),
    code: fn(&T) -> &Code,
) -> Vec<(&'a Code, Option<&'a T>, Option<&'a T>)> {
    let (before, after): (Vec<&T>, Vec<&T>) = (before.collect(), after.collect());
    let find = |all: &[&'a T], wanted: &Code| all.iter().copied().find(|one| code(one) == wanted);
    let kept = before.iter().map(|old| (code(old), Some(*old), find(&after, code(old))));
    let added = after.iter().filter(|new| find(&before, code(new)).is_none()).map(|new| (code(new), None, Some(*new)));
    kept.chain(added).collect()
}

fn deliverable_figures(standing: &DeliverableStanding) -> Figures {
    vec![
        (FigureName::State, Figure::State { kind: "document-deliverable", code: standing.state.to_string() }),
        (FigureName::DueOn, Figure::Day(Some(standing.due_on))),
        (FigureName::Accepted, Figure::Quantity(standing.accepted)),
    ]
}

fn milestone_figures(standing: &MilestoneStanding) -> Figures {
    vec![
        (FigureName::State, Figure::State { kind: "document-milestone", code: standing.state.to_string() }),
        (FigureName::Gross, Figure::Amount(standing.gross.into())),
        (FigureName::Deductions, Figure::Amount(standing.deductions.into())),
        (FigureName::Payable, Figure::Amount(standing.payable.into())),
        (FigureName::Paid, Figure::Amount(standing.paid.into())),
        (FigureName::LateInterest, Figure::Amount(standing.late_interest)),
        (FigureName::DueOn, Figure::Day(standing.due_on)),
    ]
}
