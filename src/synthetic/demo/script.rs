//! The script of the demonstration: performs the plans' events in order of time, each by the responsible person.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::domain::codes::{ChangeRequestKind, Role};
use crate::domain::facts::{Decision, Facts, Payment, Submission};
use crate::domain::money::Sum;
use crate::domain::standing::{MilestoneState, Standing};
use crate::error::Error;
use crate::services::contracts::transitions::{self, ActionInput};
use crate::services::contracts::{registration, view};
use crate::services::payments::interest::{self, InterestWaiverInput};
use crate::services::performance::{observations, scores};
use crate::services::{change_requests, deliverables, payments};
use crate::synthetic::days::day;
use crate::synthetic::demo::city::{contractor_person, person};
use crate::synthetic::demo::input::from;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::papers;
use crate::synthetic::demo::plan::{Fate, OpenRequest, Plan};
use crate::synthetic::demo::scenes::{self, CITY_SCENES, Scene};

/// An event of a contract.
enum Step<'a> {
    Register,
    Act(&'static str, Role, Value),
    RequestChange(ChangeRequestKind, Value),
    Submit(&'a Submission),
    Decide(&'a Decision),
    Score(Value),
    Invoice(&'a str),
    Observe(&'static str, Value),
    Pay(&'a Payment, bool),
    /// Requests a payment and takes that many approval steps.
    Begin(&'a Payment, usize),
    RequestOpen(&'a OpenRequest),
    Scene(Scene),
    /// Completes and closes the contract if everything is paid.
    Finish,
}

/// Performs all events up to and including a day.
pub(super) fn perform(narrator: &mut Narrator<'_>, plans: &[Plan], until: NaiveDate) -> Result<(), Error> {
    let mut story: Vec<(NaiveDate, usize, Step<'_>)> = Vec::new();
    for (place, plan) in plans.iter().enumerate() {
        story.extend(steps(plan, until).into_iter().map(|(day, step)| (day, place, step)));
    }
    story.retain(|(day, _, _)| *day <= until);
    // A stable sort: steps of one contract and day keep their order.
    story.sort_by_key(|(day, _, _)| *day);
    let mut ids: Vec<Option<String>> = plans.iter().map(|_| None).collect();
    let mut today = None;
    let mut town = CITY_SCENES.iter().filter(|(day, _)| *day <= until).peekable();
    for (day, place, step) in story {
        while let Some((on, scene)) = town.next_if(|(on, _)| *on <= day) {
            narrator.on(*on)?;
            scene(narrator)?;
        }
        narrator.on(day)?;
        if today != Some(day) {
            crate::jobs::run_until_idle(narrator.app)?;
            today = Some(day);
        }
        let Some(plan) = plans.get(place) else { continue };
        match ids.get(place).cloned().flatten() {
            None => {
                if let (Step::Register, Some(id)) = (&step, ids.get_mut(place)) {
                    *id = Some(register(narrator, plan)?);
                }
            }
            Some(id) => play(narrator, plan, &id, &step)?,
        }
    }
    for (on, scene) in town {
        narrator.on(*on)?;
        scene(narrator)?;
    }
    // Advances the clock to the last day, even if nothing happens on it.
    narrator.on(until)
}

fn steps(plan: &Plan, until: NaiveDate) -> Vec<(NaiveDate, Step<'_>)> {
    let begin = plan.registered_on;
    let act = |name, role| (begin, Step::Act(name, role, json!({})));
    let mut steps = vec![(begin, Step::Register)];
    match plan.fate {
        Fate::Draft => return steps,
        Fate::Withdrawn => {
            steps.push((begin, Step::Act("withdraw", Role::Officer, json!({"reason": "需求调整，另行采购"}))));
            return steps;
        }
        Fate::Submitted | Fate::Funded | Fate::Runs => steps.push(act("submit", Role::Officer)),
    }
    if plan.fate != Fate::Submitted {
        steps.push(act("fund", Role::Reviewer));
    }
    if plan.fate != Fate::Runs {
        return steps;
    }
    steps.push((plan.signed_on, Step::Act("activate", Role::Leader, json!({"signed_on": plan.signed_on}))));
    steps.push((plan.signed_on, Step::Act("publish", Role::Officer, json!({}))));
    append_facts(&plan.facts, plan.number == "XCSF-2026-001", &mut steps);
    steps.extend(plan.open_requests.iter().map(|open| (open.on, Step::RequestOpen(open))));
    steps.extend(scenes::of(&plan.number).map(|(on, scene)| (on, Step::Scene(scene))));
    if let Some(on) = plan.ends {
        let why = json!({"reason": "承接主体停止服务，经催告仍未履行", "on": on});
        steps.push((on, Step::Act("terminate", Role::Leader, why)));
        steps.push((on, Step::Act("consent", Role::Reviewer, json!({}))));
        return steps;
    }
    // Payments to be made soon are in progress, at different approval steps.
    let soon = until.checked_add_days(chrono::Days::new(SOON)).unwrap_or(until);
    for (place, fact) in plan.facts.payments.iter().enumerate().filter(|(_, fact)| fact.on > until && fact.on <= soon) {
        steps.push((
            until,
            Step::Begin(fact, (plan.number.len() + place + fact.on.day() as usize) % APPROVAL_STEPS.len()),
        ));
    }
    let last = plan.facts.payments.iter().map(|payment| payment.on).max();
    // A contract that is not closed yet was completed recently.
    let last = if plan.closes { last } else { Some(COMPLETED_LATELY) };
    steps.extend(last.map(|last| (last, Step::Finish)));
    steps
}

/// Appends the facts in the order of a day's work. `exact` requests the planned amounts instead of everything payable.
fn append_facts<'a>(facts: &'a Facts, exact: bool, steps: &mut Vec<(NaiveDate, Step<'a>)>) {
    for fact in &facts.extensions {
        steps.push((fact.on, Step::RequestChange(ChangeRequestKind::Extension, written(fact))));
    }
    for fact in &facts.submissions {
        steps.push((fact.on, Step::Submit(fact)));
    }
    for fact in &facts.decisions {
        steps.push((fact.on, Step::Decide(fact)));
    }
    for fact in &facts.scores {
        steps.push((fact.on, Step::Score(written(fact))));
    }
    for fact in &facts.invoices {
        steps.push((fact.on, Step::Invoice(fact.milestone.as_str())));
    }
    for fact in &facts.headcounts {
        steps.push((fact.on, Step::Observe("headcount", written(fact))));
    }
    for fact in &facts.incidents {
        steps.push((fact.on, Step::RequestChange(ChangeRequestKind::Incident, written(fact))));
    }
    for fact in &facts.surveys {
        steps.push((fact.on, Step::Observe("survey", written(fact))));
    }
    for fact in &facts.waivers {
        steps.push((fact.on, Step::RequestChange(ChangeRequestKind::Waiver, written(fact))));
    }
    for fact in &facts.payments {
        steps.push((fact.on, Step::Pay(fact, exact)));
    }
}

fn register(narrator: &mut Narrator<'_>, plan: &Plan) -> Result<String, Error> {
    let input = plan.registration(narrator.appropriation_of(plan));
    let done = narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| registration::create(app, caller, &from(input)?))?;
    Ok(done.id)
}

fn play(narrator: &mut Narrator<'_>, plan: &Plan, id: &str, step: &Step<'_>) -> Result<(), Error> {
    let of = |role| person(plan.region, role);
    match step {
        Step::Register => Ok(()),
        Step::Act(name, role, body) => {
            let input: ActionInput = from(body.clone())?;
            narrator
                .act_as(&of(*role), |app, caller| transitions::take_action(app, caller, id, name, &input))
                .map(|_| ())
        }
        Step::RequestChange(kind, fact) => request_change(narrator, plan, id, *kind, fact),
        Step::Submit(fact) => papers::submit(narrator, &contractor_person(plan.contractor), id, plan, fact),
        Step::Decide(fact) => {
            let body = json!({"note": "按验收标准逐项核对", "members": ["王建国", "李敏", "赵倩"]});
            let input = from(merged(without(written(fact), &["deliverable", "no", "on"]), body))?;
            narrator
                .act_as(&of(Role::Officer), |app, caller| {
                    deliverables::decide(app, caller, id, (fact.deliverable.as_str(), fact.no.get()), &input)
                })
                .map(|_| ())
        }
        Step::Score(fact) => {
            let milestone = fact["milestone"].as_str().unwrap_or_default().to_owned();
            let input = from(without(fact.clone(), &["milestone", "on"]))?;
            narrator
                .act_as(&of(Role::Leader), |app, caller| scores::record_score(app, caller, id, &milestone, &input))
                .map(|_| ())
        }
        Step::Invoice(milestone) => papers::invoice(narrator, &contractor_person(plan.contractor), id, plan, milestone),
        Step::Observe(kind, fact) => {
            let fact = without(fact.clone(), &["on"]);
            narrator
                .act_as(&of(Role::Officer), |app, caller| match *kind {
                    "headcount" => observations::record_headcount(app, caller, id, &from(fact)?),
                    _ => observations::record_survey(app, caller, id, &from(fact)?),
                })
                .map(|_| ())
        }
        Step::Pay(fact, exact) => {
            let input = payments::PaymentRequestInput { amount: exact.then_some(fact.amount), another: false };
            pay(narrator, plan, id, (fact.milestone.as_str(), fact.on), &input, APPROVAL_STEPS.len()).map(|_| ())
        }
        Step::Begin(fact, taken) => begin(narrator, plan, id, fact, *taken),
        Step::RequestOpen(open) => request_open(narrator, plan, id, open),
        Step::Scene(scene) => scene(narrator, plan, id),
        Step::Finish => finish(narrator, plan, id),
    }
}

fn request_change(
    narrator: &mut Narrator<'_>,
    plan: &Plan,
    id: &str,
    kind: ChangeRequestKind,
    fact: &Value,
) -> Result<(), Error> {
    let words = match kind {
        ChangeRequestKind::Incident => json!({}),
        ChangeRequestKind::Extension
        | ChangeRequestKind::Waiver
        | ChangeRequestKind::Termination
        | ChangeRequestKind::Reversal => json!({"reason": "经核实，非承接主体原因"}),
    };
    let body = merged(without(fact.clone(), &["on"]), words);
    let asked = narrator.act_as(&person(plan.region, Role::Officer), |app, caller| match kind {
        ChangeRequestKind::Extension => change_requests::request_extension(app, caller, id, &from(body)?),
        ChangeRequestKind::Incident => change_requests::propose_incident(app, caller, id, &from(body)?),
        ChangeRequestKind::Waiver => change_requests::request_waiver(app, caller, id, &from(body)?),
        ChangeRequestKind::Termination | ChangeRequestKind::Reversal => {
            Err(Error::Internal("the script requests no such change".to_owned()))
        }
    })?;
    narrator
        .act_as(&person(plan.region, Role::Leader), |app, caller| {
            change_requests::decide(
                app,
                caller,
                kind,
                &asked.id,
                "grant",
                &change_requests::ChangeRequestDecisionInput::default(),
            )
        })
        .map(|_| ())
}

/// Approval steps of a payment request, each with its role.
const APPROVAL_STEPS: [(&str, Role); 4] =
    [("confirm", Role::Officer), ("review", Role::Reviewer), ("approve", Role::Approver), ("pay", Role::Cashier)];
/// Completion date of the contract that finance has not closed.
const COMPLETED_LATELY: NaiveDate = day(2026, 9, 22);
/// Number of days before its date from which a payment is in progress.
const SOON: u64 = 20;

/// Requests a payment that is not made yet, if its milestone is due.
fn begin(narrator: &mut Narrator<'_>, plan: &Plan, id: &str, fact: &Payment, taken: usize) -> Result<(), Error> {
    let standing =
        narrator.act_as(&person(plan.region, Role::Leader), |app, caller| view::standing(app, caller, id, None))?;
    let waits = standing.milestones.iter().any(|milestone| {
        milestone.code == fact.milestone && matches!(milestone.state, MilestoneState::Due | MilestoneState::Overdue)
    });
    if waits {
        let of = (fact.milestone.as_str(), fact.on);
        pay(narrator, plan, id, of, &payments::PaymentRequestInput::default(), taken)?;
    }
    Ok(())
}

/// Requests a payment that stays open.
fn request_open(narrator: &mut Narrator<'_>, plan: &Plan, id: &str, open: &OpenRequest) -> Result<(), Error> {
    let of = (open.milestone, open.on);
    let payment = pay(narrator, plan, id, of, &payments::PaymentRequestInput::default(), open.taken)?;
    let next = APPROVAL_STEPS.get(open.taken).filter(|_| !open.returned.is_empty());
    let Some((_, role)) = next else { return Ok(()) };
    let input =
        payments::PaymentStepInput { reason: Some(open.returned.to_owned()), ..payments::PaymentStepInput::default() };
    narrator
        .act_as(&person(plan.region, *role), |app, caller| payments::take_step(app, caller, &payment, "return", &input))
        .map(|_| ())
}

/// Requests payment of a milestone and takes `taken` approval steps; returns the request's id.
fn pay(
    narrator: &mut Narrator<'_>,
    plan: &Plan,
    id: &str,
    (milestone, on): (&str, NaiveDate),
    input: &payments::PaymentRequestInput,
    taken: usize,
) -> Result<String, Error> {
    let asked = narrator.act_as(&contractor_person(plan.contractor), |app, caller| {
        payments::request_payment(app, caller, id, milestone, input)
    })?;
    take_steps(narrator, plan, &asked.id, &voucher(plan, milestone, on), taken)?;
    Ok(asked.id)
}

/// Takes the first `taken` approval steps of a payment request.
fn take_steps(
    narrator: &mut Narrator<'_>,
    plan: &Plan,
    payment: &str,
    voucher: &str,
    taken: usize,
) -> Result<(), Error> {
    for (name, role) in APPROVAL_STEPS.into_iter().take(taken) {
        let input = payments::PaymentStepInput {
            voucher: (name == "pay").then(|| voucher.to_owned()),
            ..payments::PaymentStepInput::default()
        };
        narrator.act_as(&person(plan.region, role), |app, caller| {
            payments::take_step(app, caller, payment, name, &input)
        })?;
    }
    Ok(())
}

/// Settles late interest: the contractor waives that of every other milestone and is paid the rest.
fn settle_interest(narrator: &mut Narrator<'_>, plan: &Plan, id: &str, standing: &Standing) -> Result<(), Error> {
    let contractor = contractor_person(plan.contractor);
    let late = standing.milestones.iter().enumerate().filter(|(_, one)| one.late_interest != Sum::ZERO);
    for (place, milestone) in late {
        let code = milestone.code.as_str();
        if place.is_multiple_of(2) {
            let amount = milestone.late_interest.money().unwrap_or_default();
            let reason = "逾期付款系财政年终结账所致，我方自愿放弃".to_owned();
            let input = InterestWaiverInput { amount, reason, another: false };
            narrator.act_as(&contractor, |app, caller| interest::waive_interest(app, caller, id, code, &input))?;
            continue;
        }
        let input = payments::PaymentRequestInput::default();
        let asked =
            narrator.act_as(&contractor, |app, caller| payments::request_interest(app, caller, id, code, &input))?;
        let voucher = voucher(plan, &format!("{code}LX"), standing.as_of);
        take_steps(narrator, plan, &asked.id, &voucher, APPROVAL_STEPS.len())?;
    }
    Ok(())
}

/// Generates the number of a bank voucher, unique for a payer within a year.
pub(super) fn voucher(plan: &Plan, milestone: &str, on: NaiveDate) -> String {
    let contract = plan.number.rsplit('-').next().unwrap_or_default();
    format!("ZF{}-{contract}-{milestone}", on.format("%Y%m%d"))
}

/// Completes a contract whose milestones are all paid, and settles its late interest and closes it if the plan says so.
fn finish(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let standing =
        narrator.act_as(&person(plan.region, Role::Leader), |app, caller| view::standing(app, caller, id, None))?;
    if standing.milestones.iter().any(|milestone| milestone.state != MilestoneState::Paid) {
        return Ok(());
    }
    let act = |narrator: &mut Narrator<'_>, name: &str, role| {
        let input = ActionInput::default();
        narrator
            .act_as(&person(plan.region, role), |app, caller| transitions::take_action(app, caller, id, name, &input))
    };
    act(narrator, "complete", Role::Leader)?;
    if plan.closes {
        settle_interest(narrator, plan, id, &standing)?;
        act(narrator, "close", Role::Reviewer)?;
    }
    Ok(())
}

/// Serialises a fact; none of these types can fail.
fn written(fact: &impl serde::Serialize) -> Value {
    serde_json::to_value(fact).unwrap_or_default()
}

fn without(mut value: Value, keys: &[&str]) -> Value {
    if let Some(object) = value.as_object_mut() {
        object.retain(|key, _| !keys.contains(&key.as_str()));
    }
    value
}

fn merged(mut value: Value, more: Value) -> Value {
    if let (Some(object), Value::Object(more)) = (value.as_object_mut(), more) {
        object.extend(more);
    }
    value
}
