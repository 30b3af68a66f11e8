//! The life of a signed synthetic contract: most deliveries are on time and complete; some are late, short, rejected,
//! paid late or not at all, and some contracts end early. Payable amounts come from the standing.

use chrono::NaiveDate;
use serde_json::json;

use crate::domain::calendar::Calendar;
use crate::domain::codes::{ChangeRequestKind, ContractState, Regime, Role};
use crate::domain::facts::{
    Acceptance, Decision, End, Extension, Facts, Headcount, Incident, Invoice, MilestoneScore, Month, Submission,
    Survey, Verdict, Waiver,
};
use crate::domain::numbers::Code;
use crate::domain::payments::APPROVAL_CHAIN;
use crate::domain::policy::Action;
use crate::domain::standing::{MilestoneStanding, Standing, Trails, standing};
use crate::domain::terms::{Deliverable, PaymentFrom};
use crate::error::Error;
use crate::synthetic::days::{after, before, working};
use crate::synthetic::load::chance::Chance;
use crate::synthetic::load::rows::{Act, Paid, Recorded, Requested, Story, moment};
use crate::synthetic::load::setting::Setting;
use crate::synthetic::load::shapes;

/// A signed contract whose life is being generated.
pub(super) struct Life<'a> {
    setting: &'a Setting,
    chance: Chance,
    story: &'a mut Story,
    created_on: NaiveDate,
    /// Day of early termination, if any.
    ends: Option<NaiveDate>,
    waived_on: Option<NaiveDate>,
    /// True if something is payable that was never requested.
    unasked: bool,
}

impl<'a> Life<'a> {
    /// Starts from a registered contract to which nothing has happened yet.
    pub fn new(setting: &'a Setting, chance: Chance, story: &'a mut Story, created_on: NaiveDate) -> Self {
        Self { setting, chance, story, created_on, ends: None, waived_on: None, unasked: false }
    }

    /// Generates its life up to yesterday.
    ///
    /// # Errors
    /// `Internal` for an inconsistent story.
    pub fn live(mut self) -> Result<(), Error> {
        self.sign();
        self.end_early();
        let deliverables = self.story.terms.deliverables.clone();
        let mut decided = Vec::new();
        for (place, deliverable) in deliverables.iter().enumerate() {
            decided.push(self.deliver(place, deliverable)?);
        }
        self.judge(&deliverables, &decided)?;
        self.observe()?;
        let mut standing = self.standing()?;
        if self.waive(&standing)? {
            standing = self.standing()?;
        }
        let settled = self.pay(&standing);
        self.finish(settled);
        Ok(())
    }

    fn is_past(&self, day: NaiveDate) -> bool {
        day <= self.setting.yesterday()
    }

    fn record_action(&mut self, day: NaiveDate, n: usize, role: Role, action: Action, body: serde_json::Value) {
        self.story.acts.push(Act { at: moment(day, n), role, action, body });
    }

    fn record(&mut self, day: NaiveDate, n: usize, fact: Recorded) {
        self.story.facts.push((moment(day, n), fact));
    }

    fn sign(&mut self) {
        let signed_on = before(self.story.terms.starts_on, 3);
        self.story.signed_on = Some(signed_on);
        self.story.state = ContractState::Active;
        self.record_action(self.created_on, 1, Role::Officer, Action::SubmitContract, json!({}));
        self.record_action(after(self.created_on, 2), 0, Role::Reviewer, Action::FundContract, json!({}));
        self.record_action(signed_on, 0, Role::Leader, Action::ActivateContract, json!({ "signed_on": signed_on }));
        if self.story.regime == Regime::ProcurementLaw && !self.chance.one_in(40) {
            let on = after(signed_on, 1);
            self.story.published_on = Some(on);
            self.record_action(on, 0, Role::Officer, Action::RecordPublication, json!({ "on": on }));
        }
    }

    /// Terminates one contract in thirty, some days after a deliverable was due.
    fn end_early(&mut self) {
        let terms = &self.story.terms;
        let Some(middle) = terms.deliverables.get(terms.deliverables.len() / 2) else { return };
        let on = working(after(middle.due_on, self.chance.between(5, 40)));
        if !self.chance.one_in(30) || !self.is_past(on) {
            return;
        }
        self.ends = Some(on);
        self.story.state = ContractState::Terminated;
        let (asked_on, end) = (before(on, 2), End { on });
        let reason = json!({ "reason": "承接主体停止服务，经催告仍未履行", "on": on });
        self.record_action(asked_on, 300, Role::Leader, Action::TerminateContract, reason);
        self.record_action(on, 300, Role::Reviewer, Action::ConsentToTermination, json!({}));
        let body = json!({ "on": on }).to_string();
        let granted_at = Some(moment(on, 300));
        self.story.change_requests.push(Requested {
            kind: ChangeRequestKind::Termination,
            body,
            at: moment(asked_on, 300),
            granted_at,
        });
        self.record(on, 301, Recorded::End(end));
    }

    /// Returns whether the contractor can still act on a day.
    fn is_open_on(&self, day: NaiveDate) -> bool {
        self.is_past(day) && self.ends.is_none_or(|end| day <= end)
    }

    /// Submits a deliverable and rejects it; returns the day on which it is submitted again, unless the decision is still
    /// to come.
    fn reject(
        &mut self,
        n: usize,
        (deliverable, planned): (&Deliverable, u64),
        on: NaiveDate,
    ) -> Result<Option<NaiveDate>, Error> {
        let rejected = working(after(on, self.chance.between(1, 5)));
        let again = working(after(rejected, self.chance.between(2, 9)));
        self.record(on, n, submission(deliverable, 1, on, planned)?);
        if !self.is_past(rejected) {
            return Ok(None);
        }
        let (deliverable, no) = (deliverable.code.clone(), shapes::count(1)?);
        let decision = Decision { deliverable, no, on: rejected, verdict: Verdict::Rejected };
        self.record(rejected, n + 1, Recorded::Decision(decision));
        Ok(Some(again))
    }

    /// Submits a deliverable and decides on it; returns the day of acceptance, if any.
    fn deliver(&mut self, place: usize, deliverable: &Deliverable) -> Result<Option<NaiveDate>, Error> {
        let n = 10 + place * 8;
        let due = self.extend(deliverable, n)?;
        let late = match self.chance.below(20) {
            0..=15 => 0,
            16..=17 => self.chance.between(3, 12),
            18 => self.chance.between(13, 30),
            _ => self.chance.between(31, 60),
        };
        let mut on = working(after(before(due, self.chance.between(1, 6)), late));
        if self.chance.one_in(150) || !self.is_open_on(on) {
            return Ok(None);
        }
        let planned = deliverable.quantity.units() / 10_000;
        let mut no = 1;
        if self.chance.one_in(12) {
            let again = self.reject(n, (deliverable, planned), on)?;
            let Some(again) = again.filter(|again| self.is_open_on(*again)) else { return Ok(None) };
            (on, no) = (again, 2);
        }
        let share = [100, 100, 100, 100, 100, 97, 92, 85][self.chance.below(8)];
        let quantity = (planned * share / 100).max(1);
        self.record(on, n + 2, submission(deliverable, no, on, quantity)?);
        // Deemed accepted without a decision.
        if self.story.terms.deemed_acceptance && self.chance.one_in(8) {
            return Ok(None);
        }
        let decided = working(after(on, self.chance.between(1, 6)));
        if !self.is_past(decided) {
            return Ok(None);
        }
        let satisfied = shapes::measured(if self.chance.one_in(10) {
            self.chance.between(70, 84)
        } else {
            self.chance.between(85, 99)
        } as u64)?;
        let measured = std::iter::once((shapes::code("SAT")?, satisfied)).collect();
        let acceptance = Acceptance { quantity: shapes::whole(quantity)?, measured };
        let verdict = if share < 100 { Verdict::Partial(acceptance) } else { Verdict::Accepted(acceptance) };
        let decision = Decision { deliverable: deliverable.code.clone(), no: shapes::count(no)?, on: decided, verdict };
        self.record(decided, n + 3, Recorded::Decision(decision));
        Ok(Some(decided))
    }

    /// Extends one deliverable in twenty, ten days before it is due, and leaves some requests pending; returns the due
    /// date.
    fn extend(&mut self, deliverable: &Deliverable, n: usize) -> Result<NaiveDate, Error> {
        let due = deliverable.due_on;
        let on = before(due, 10);
        let body = json!({ "deliverable": deliverable.code, "days": 15 }).to_string();
        if self.chance.one_in(20) && self.is_open_on(on) {
            let at = moment(before(on, 1), n);
            self.story.change_requests.push(Requested {
                kind: ChangeRequestKind::Extension,
                body,
                at,
                granted_at: Some(moment(on, n + 4)),
            });
            let extension = Extension { deliverable: deliverable.code.clone(), on, days: shapes::days(15)? };
            self.record(on, n + 4, Recorded::Extension(extension));
            return Ok(after(due, 15));
        }
        if due > self.setting.today && self.ends.is_none() && self.chance.one_in(15) {
            let at = moment(self.setting.yesterday(), n);
            self.story.change_requests.push(Requested {
                kind: ChangeRequestKind::Extension,
                body,
                at,
                granted_at: None,
            });
        }
        Ok(due)
    }

    /// Records scores and invoices after acceptance.
    fn judge(&mut self, deliverables: &[Deliverable], decided: &[Option<NaiveDate>]) -> Result<(), Error> {
        let by_invoice = self.story.terms.payment_from == PaymentFrom::Invoice;
        for (place, milestone) in self.story.terms.milestones.clone().into_iter().enumerate() {
            let of = |code: &Code| {
                deliverables.iter().position(|d| d.code == *code).and_then(|at| decided.get(at).copied().flatten())
            };
            let days: Option<Vec<NaiveDate>> = milestone.requires.iter().map(of).collect();
            let Some(last) = days.and_then(|days| days.into_iter().max()) else { continue };
            let on = working(after(last, self.chance.between(1, 4)));
            if !self.is_past(on) || self.chance.one_in(60) {
                continue;
            }
            if milestone.requires_score {
                let score = shapes::points(self.chance.between(70, 98) as u64)?;
                let fact = MilestoneScore { milestone: milestone.code.clone(), on, score };
                self.record(on, 80 + place, Recorded::Score(fact));
            }
            if by_invoice {
                self.record(on, 90 + place, Recorded::Invoice(Invoice { milestone: milestone.code, on }));
            }
        }
        Ok(())
    }

    /// Records a headcount, an incident that is granted on the same day, and a survey.
    fn observe(&mut self) -> Result<(), Error> {
        let starts_on = self.story.terms.starts_on;
        let on = working(after(starts_on, self.chance.between(31, 60)));
        if !self.is_open_on(on) {
            return Ok(());
        }
        if self.story.terms.deemed_acceptance {
            let workers = shapes::count(self.chance.between(4, 6) as u64)?;
            let fact = Headcount { on, month: Month::of(on), clients: shapes::count(100)?, workers };
            self.record(on, 100, Recorded::Headcount(fact));
            if self.chance.one_in(15) {
                let fact = Incident { id: shapes::code("I-1")?, clause: shapes::code("LEAK")?, on };
                self.story.change_requests.push(Requested {
                    kind: ChangeRequestKind::Incident,
                    body: json!(fact).to_string(),
                    at: moment(on, 100),
                    granted_at: Some(moment(on, 101)),
                });
                self.record(on, 101, Recorded::Incident(fact));
            }
        }
        if self.chance.one_in(3) {
            let score = shapes::points(self.chance.between(75, 99) as u64)?;
            self.record(on, 102, Recorded::Survey(Survey { on, score }));
        }
        Ok(())
    }

    /// Computes the standing before payments.
    fn standing(&mut self) -> Result<Standing, Error> {
        self.story.facts.sort_by_key(|(at, _)| *at);
        let mut facts = Facts::default();
        for (_, fact) in &self.story.facts {
            fact.clone().add_to(&mut facts);
        }
        standing(&self.story.terms, &facts, Calendar::prc(), self.setting.today, Trails::Off)
            .map_err(|fault| Error::Internal(format!("the synthetic contract {}: {fault:?}", self.story.number)))
    }

    /// Waives one breach in twenty-five.
    fn waive(&mut self, standing: &Standing) -> Result<bool, Error> {
        let Some(breach) = standing.breaches.first() else { return Ok(false) };
        let on = working(after(breach.since, 4));
        if !self.chance.one_in(25) || !self.is_past(on) {
            return Ok(false);
        }
        let body = json!({ "clause": breach.clause, "subject": breach.subject }).to_string();
        let (at, granted_at) = (moment(before(on, 1), 110), Some(moment(on, 110)));
        self.story.change_requests.push(Requested { kind: ChangeRequestKind::Waiver, body, at, granted_at });
        let waiver = Waiver { clause: breach.clause.clone(), subject: shapes::code(&breach.subject)?, on };
        self.record(on, 110, Recorded::Waiver(waiver));
        self.waived_on = Some(on);
        Ok(true)
    }

    /// Requests what is payable and takes the approval steps that are in the past; returns the day of the last payment,
    /// or `None` if something is left to pay.
    fn pay(&mut self, standing: &Standing) -> Option<NaiveDate> {
        let mut last = Some(self.story.terms.starts_on);
        for (place, milestone) in standing.milestones.iter().enumerate() {
            let paid = self.pay_milestone(place, milestone);
            last = last.zip(paid).map(|(a, b)| a.max(b));
        }
        last
    }

    /// Requests a milestone; returns the day on which it was paid in full, or `None`.
    fn pay_milestone(&mut self, place: usize, milestone: &MilestoneStanding) -> Option<NaiveDate> {
        let satisfied_on = milestone.satisfied_on?;
        if milestone.payable.fen() == 0 {
            return Some(satisfied_on);
        }
        // An amount restored by a waiver is requested together with the rest.
        let from = self.waived_on.map_or(satisfied_on, |waived| waived.max(satisfied_on));
        if self.chance.one_in(250) {
            self.unasked = true;
            return None;
        }
        let lag = if self.chance.one_in(7) { self.chance.between(35, 75) } else { self.chance.between(8, 28) };
        let asked_on = after(from, self.chance.between(1, 3));
        let paid_on = working(after(from, lag));
        let days = [asked_on, after(asked_on, 1), after(asked_on, 2), after(asked_on, 4), paid_on];
        let steps: Vec<_> = days
            .into_iter()
            .enumerate()
            .take_while(|(_, day)| self.is_past(*day))
            .map(|(step, day)| moment(day, 120 + place * 6 + step))
            .collect();
        if steps.is_empty() {
            self.unasked = true;
            return None;
        }
        let whole = steps.len() == APPROVAL_CHAIN.len() + 1;
        self.story.payments.push(Paid { milestone: milestone.code.clone(), amount: milestone.payable, steps });
        whole.then_some(paid_on)
    }

    /// Completes and closes a fully paid contract, except for some.
    fn finish(&mut self, settled: Option<NaiveDate>) {
        let nothing_asked = self.story.change_requests.iter().all(|asked| asked.granted_at.is_some());
        let keeps_open = self.chance.one_in(12);
        let ended = self.ends;
        // After an early end, unsatisfied milestones do not count.
        let paid = |paid: &Paid| paid.steps.len() == APPROVAL_CHAIN.len() + 1;
        let last = match ended {
            Some(end) if self.story.payments.iter().all(paid) && !self.unasked => {
                let days = self.story.payments.iter().filter_map(|paid| paid.steps.last()).map(|at| at.date());
                Some(days.chain([after(end, 20)]).max().unwrap_or(end))
            }
            Some(_) => None,
            None => settled,
        };
        let Some(last) = last.filter(|_| nothing_asked) else { return };
        let (completed, closed) = (after(last, 3), after(last, 12));
        if ended.is_none() {
            if !self.is_past(completed) {
                return;
            }
            self.story.state = ContractState::Completed;
            self.record_action(completed, 400, Role::Leader, Action::CompleteContract, json!({}));
        }
        if self.is_past(closed) && !keeps_open {
            self.story.state = ContractState::Closed;
            self.record_action(closed, 401, Role::Reviewer, Action::CloseContract, json!({}));
        }
    }
}

fn submission(deliverable: &Deliverable, no: u64, on: NaiveDate, quantity: u64) -> Result<Recorded, Error> {
    let (no, quantity) = (shapes::count(no)?, shapes::whole(quantity)?);
    Ok(Recorded::Submission(Submission { deliverable: deliverable.code.clone(), no, on, quantity }))
}
