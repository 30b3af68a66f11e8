//! What happens on which day: the plans' facts in the order of time, each done by the person whose it is.

use chrono::{Datelike, NaiveDate};
use serde_json::{Value, json};

use crate::domain::codes::{AskKind, Role};
use crate::domain::facts::{Decision, Facts, Payment, Submission};
use crate::domain::standing::MilestoneState;
use crate::error::Error;
use crate::services::contracts::registration;
use crate::services::contracts::transitions::{self, ActionInput};
use crate::services::performance::{observations, scores};
use crate::services::{change_requests, deliverables, payments};
use crate::synthetic::demo::city::{contractor_person, from, person};
use crate::synthetic::demo::papers;
use crate::synthetic::demo::plans::{Claim, Fate, Plan, day};
use crate::synthetic::demo::scenes::{self, Scene, TOWN};
use crate::synthetic::demo::teller::Teller;

/// Something that is done on a day.
enum Step<'a> {
    Register,
    Act(&'static str, Role, Value),
    Ask(AskKind, Value),
    Submit(&'a Submission),
    Decide(&'a Decision),
    Score(Value),
    Invoice(&'a str),
    Observe(&'static str, Value),
    Pay(&'a Payment, bool),
    /// Asked for, and as many steps taken.
    Begin(&'a Payment, usize),
    Claim(&'a Claim),
    Scene(Scene),
    /// Completed and closed, if everything is paid.
    Finish,
}

/// Tells the story up to and with a day.
pub(super) fn tell(teller: &mut Teller<'_>, plans: &[Plan], until: NaiveDate) -> Result<(), Error> {
    let mut story: Vec<(NaiveDate, usize, Step<'_>)> = Vec::new();
    for (place, plan) in plans.iter().enumerate() {
        story.extend(steps(plan, until).into_iter().map(|(day, step)| (day, place, step)));
    }
    story.retain(|(day, _, _)| *day <= until);
    // Steps of one contract and day keep the order in which `steps` has them.
    story.sort_by_key(|(day, _, _)| *day);
    let mut ids: Vec<Option<String>> = plans.iter().map(|_| None).collect();
    let mut today = None;
    let mut town = TOWN.iter().filter(|(day, _)| *day <= until).peekable();
    for (day, place, step) in story {
        while let Some((on, scene)) = town.next_if(|(on, _)| *on <= day) {
            teller.on(*on);
            scene(teller)?;
        }
        teller.on(day);
        if today != Some(day) {
            crate::jobs::run_until_idle(teller.app)?;
            today = Some(day);
        }
        let Some(plan) = plans.get(place) else { continue };
        match ids.get(place).cloned().flatten() {
            None => {
                if let (Step::Register, Some(id)) = (&step, ids.get_mut(place)) {
                    *id = Some(register(teller, plan)?);
                }
            }
            Some(id) => play(teller, plan, &id, &step)?,
        }
    }
    for (on, scene) in town {
        teller.on(*on);
        scene(teller)?;
    }
    // The calendar goes on to the last day, even if nobody does anything on it.
    teller.on(until);
    Ok(())
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
    happened(&plan.facts, plan.number == "XCSF-2026-001", &mut steps);
    steps.extend(plan.claims.iter().map(|claim| (claim.on, Step::Claim(claim))));
    steps.extend(scenes::of(&plan.number).map(|(on, scene)| (on, Step::Scene(scene))));
    if let Some(on) = plan.ends {
        let why = json!({"reason": "承接主体停止服务，经催告仍未履行", "on": on});
        steps.push((on, Step::Act("terminate", Role::Leader, why)));
        steps.push((on, Step::Act("consent", Role::Reviewer, json!({}))));
        return steps;
    }
    // Payments that will be made soon are on their way, at different desks.
    let soon = until.checked_add_days(chrono::Days::new(SOON)).unwrap_or(until);
    for (place, fact) in plan.facts.payments.iter().enumerate().filter(|(_, fact)| fact.on > until && fact.on <= soon) {
        steps.push((until, Step::Begin(fact, (plan.number.len() + place + fact.on.day() as usize) % CHAIN.len())));
    }
    let last = plan.facts.payments.iter().map(|payment| payment.on).max();
    // What is not closed yet was completed lately.
    let last = if plan.closes { last } else { Some(COMPLETED_LATELY) };
    steps.extend(last.map(|last| (last, Step::Finish)));
    steps
}

/// The facts, in the order in which a day's work is done. Exact amounts are paid where the facts are an example's.
fn happened<'a>(facts: &'a Facts, exact: bool, steps: &mut Vec<(NaiveDate, Step<'a>)>) {
    for fact in &facts.extensions {
        steps.push((fact.on, Step::Ask(AskKind::Extension, written(fact))));
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
        steps.push((fact.on, Step::Observe("incident", written(fact))));
    }
    for fact in &facts.surveys {
        steps.push((fact.on, Step::Observe("survey", written(fact))));
    }
    for fact in &facts.waivers {
        steps.push((fact.on, Step::Ask(AskKind::Waiver, written(fact))));
    }
    for fact in &facts.payments {
        steps.push((fact.on, Step::Pay(fact, exact)));
    }
}

/// What is registered of a plan, as the API takes it.
pub(super) fn agreed(teller: &Teller<'_>, plan: &Plan) -> Value {
    let year = plan.terms.starts_on.year();
    json!({
        "number": plan.number, "title": plan.title,
        "purchaser": format!("{}-SF", plan.region), "funder": format!("{}-CZ", plan.region), "contractor": plan.contractor,
        "regime": plan.regime, "method": "竞争性磋商", "plan_no": format!("采购计划〔{year}〕{}", plan.number),
        "award_on": plan.registered_on,
        "appropriation": teller.appropriations.get(&(plan.region.to_owned(), year)),
        "details": plan.details, "terms": plan.terms,
    })
}

fn register(teller: &mut Teller<'_>, plan: &Plan) -> Result<String, Error> {
    let input = agreed(teller, plan);
    let done = teller
        .by(&person(plan.region, Role::Officer), |app, caller| registration::create(app, caller, &from(input)?))?;
    Ok(done.id)
}

fn play(teller: &mut Teller<'_>, plan: &Plan, id: &str, step: &Step<'_>) -> Result<(), Error> {
    let of = |role| person(plan.region, role);
    match step {
        Step::Register => Ok(()),
        Step::Act(name, role, body) => {
            let input: ActionInput = from(body.clone())?;
            teller.by(&of(*role), |app, caller| transitions::act(app, caller, id, name, &input)).map(|_| ())
        }
        Step::Ask(kind, fact) => ask(teller, plan, id, *kind, fact),
        Step::Submit(fact) => papers::submit(teller, &contractor_person(plan.contractor), id, plan, fact),
        Step::Decide(fact) => {
            let body = json!({"note": "按验收标准逐项核对", "members": ["王建国", "李敏", "赵倩"]});
            let input = from(merged(without(written(fact), &["deliverable", "no", "on"]), body))?;
            teller
                .by(&of(Role::Officer), |app, caller| {
                    deliverables::decide(app, caller, id, (fact.deliverable.as_str(), fact.no.get()), &input)
                })
                .map(|_| ())
        }
        Step::Score(fact) => {
            let milestone = fact["milestone"].as_str().unwrap_or_default().to_owned();
            let input = from(without(fact.clone(), &["milestone", "on"]))?;
            teller.by(&of(Role::Leader), |app, caller| scores::decide(app, caller, id, &milestone, &input)).map(|_| ())
        }
        Step::Invoice(milestone) => papers::invoice(teller, &contractor_person(plan.contractor), id, plan, milestone),
        Step::Observe(kind, fact) => {
            let fact = without(fact.clone(), &["on"]);
            teller
                .by(&of(Role::Officer), |app, caller| match *kind {
                    "headcount" => observations::headcount(app, caller, id, &from(fact)?),
                    "incident" => observations::incident(app, caller, id, &from(fact)?),
                    _ => observations::survey(app, caller, id, &from(fact)?),
                })
                .map(|_| ())
        }
        Step::Pay(fact, exact) => {
            let input = payments::RequestInput { amount: exact.then_some(fact.amount) };
            pay(teller, plan, id, (fact.milestone.as_str(), fact.on), &input, CHAIN.len()).map(|_| ())
        }
        Step::Begin(fact, taken) => begin(teller, plan, id, fact, *taken),
        Step::Claim(claim) => ask_for(teller, plan, id, claim),
        Step::Scene(scene) => scene(teller, plan, id),
        Step::Finish => finish(teller, plan, id),
    }
}

fn ask(teller: &mut Teller<'_>, plan: &Plan, id: &str, kind: AskKind, fact: &Value) -> Result<(), Error> {
    let body = merged(without(fact.clone(), &["on"]), json!({"reason": "经核实，非承接主体原因"}));
    let asked = teller.by(&person(plan.region, Role::Officer), |app, caller| match kind {
        AskKind::Extension => change_requests::extension(app, caller, id, &from(body)?),
        _ => change_requests::waiver(app, caller, id, &from(body)?),
    })?;
    teller
        .by(&person(plan.region, Role::Leader), |app, caller| {
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

/// The steps of a payment after it was asked for, each with the role that takes it.
const CHAIN: [(&str, Role); 4] =
    [("confirm", Role::Officer), ("review", Role::Reviewer), ("approve", Role::Approver), ("pay", Role::Cashier)];
/// The day on which a contract was completed that finance has not closed.
const COMPLETED_LATELY: NaiveDate = day(2026, 9, 22);
/// Days before it is made from which a payment is on its way.
const SOON: u64 = 20;

/// Asks for a payment that is not made yet, if its milestone has come so far.
fn begin(teller: &mut Teller<'_>, plan: &Plan, id: &str, fact: &Payment, taken: usize) -> Result<(), Error> {
    let standing =
        teller.by(&person(plan.region, Role::Leader), |app, caller| registration::standing(app, caller, id, None))?;
    let waits = standing.milestones.iter().any(|milestone| {
        milestone.code == fact.milestone && matches!(milestone.state, MilestoneState::Due | MilestoneState::Overdue)
    });
    if waits {
        let of = (fact.milestone.as_str(), fact.on);
        pay(teller, plan, id, of, &payments::RequestInput::default(), taken)?;
    }
    Ok(())
}

/// Asks for a payment that does not come to its end by the clock.
fn ask_for(teller: &mut Teller<'_>, plan: &Plan, id: &str, claim: &Claim) -> Result<(), Error> {
    let of = (claim.milestone, claim.on);
    let payment = pay(teller, plan, id, of, &payments::RequestInput::default(), claim.taken)?;
    let next = CHAIN.get(claim.taken).filter(|_| !claim.returned.is_empty());
    let Some((_, role)) = next else { return Ok(()) };
    let input = payments::StepInput { reason: Some(claim.returned.to_owned()), ..payments::StepInput::default() };
    teller
        .by(&person(plan.region, *role), |app, caller| payments::act(app, caller, &payment, "return", &input))
        .map(|_| ())
}

/// Asks for a payment of a milestone and takes as many steps with it; its identifier.
fn pay(
    teller: &mut Teller<'_>,
    plan: &Plan,
    id: &str,
    (milestone, on): (&str, NaiveDate),
    input: &payments::RequestInput,
    taken: usize,
) -> Result<String, Error> {
    let asked = teller
        .by(&contractor_person(plan.contractor), |app, caller| payments::request(app, caller, id, milestone, input))?;
    for (name, role) in CHAIN.into_iter().take(taken) {
        let input = payments::StepInput {
            voucher: (name == "pay").then(|| format!("ZF{}", on.format("%Y%m%d"))),
            ..payments::StepInput::default()
        };
        teller.by(&person(plan.region, role), |app, caller| payments::act(app, caller, &asked.id, name, &input))?;
    }
    Ok(asked.id)
}

/// A contract whose milestones are all paid is completed and, unless finance has not come to it, closed.
fn finish(teller: &mut Teller<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let standing =
        teller.by(&person(plan.region, Role::Leader), |app, caller| registration::standing(app, caller, id, None))?;
    if standing.milestones.iter().any(|milestone| milestone.state != MilestoneState::Paid) {
        return Ok(());
    }
    let ends = [("complete", Role::Leader), ("close", Role::Reviewer)];
    for (name, role) in ends.into_iter().take(1 + usize::from(plan.closes)) {
        let input = ActionInput::default();
        teller.by(&person(plan.region, role), |app, caller| transitions::act(app, caller, id, name, &input))?;
    }
    Ok(())
}

/// A fact in JSON; none of these types fails to be written.
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
