//! Duties: who must do what by when, from a contract's state, terms, facts and standing.
//!
//! Thresholds are days, so that a duty need not be rewritten because a day passed. `storage` keeps them, `luyue check`
//! works them out anew.

use chrono::{Days as Span, NaiveDate};

use crate::domain::calendar::Calendar;
use crate::domain::codes::{ChangeRequestKind, ContractState, PaymentState, Regime, Role};
use crate::domain::facts::{Facts, Verdict};
use crate::domain::standing::{DeliverableState, MilestoneState, Standing};
use crate::domain::terms::Terms;

/// Days in which a decision that no law and no clause dates is expected.
const CUSTOMARY_DAYS: u64 = 7;
/// 政府采购法 46: days from the award notice to signing (statute sign-30d).
const SIGNING_DAYS: u64 = 30;
/// 实施条例 50: working days from signing to the announcement (statute publish-2wd).
const PUBLISHING_WORKING_DAYS: u32 = 2;
/// Days before a duty is due on which it is recalled, and the day after it.
pub const ALERT_STAGES: [i64; 4] = [7, 3, 1, -1];

codes! {
    /// What is to be done.
    pub enum DutyKind {
        /// Complete and submit a draft.
        Submit = "submit",
        /// Sign within 30 days of the award (政府采购法 46).
        Sign = "sign",
        /// Commit the budget.
        Fund = "fund",
        /// Sign and activate.
        Activate = "activate",
        /// Announce the contract within two working days of signing (实施条例 50).
        Publish = "publish",
        Deliver = "deliver",
        Inspect = "inspect",
        Score = "score",
        Invoice = "invoice",
        RequestPayment = "request_payment",
        ConfirmPayment = "confirm_payment",
        ReviewPayment = "review_payment",
        ApprovePayment = "approve_payment",
        PayPayment = "pay_payment",
        /// Grant or refuse what was asked for.
        Decide = "decide",
        /// Consent to a termination.
        Consent = "consent",
        Complete = "complete",
        Close = "close",
    }
}

/// Something that somebody in a role must do by a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duty {
    /// What.
    pub kind: DutyKind,
    /// About which deliverable, milestone, payment or request; empty for the contract.
    pub subject: String,
    /// In which role.
    pub role: Role,
    /// By when.
    pub due_on: NaiveDate,
}

/// A payment on its way.
#[derive(Debug, Clone)]
pub struct OpenPayment {
    /// Random identifier.
    pub id: String,
    /// Milestone's code.
    pub milestone: String,
    /// Where it stands.
    pub state: PaymentState,
    /// Amount in fen.
    pub amount_fen: i64,
    /// The day on which it was asked for.
    pub requested_on: NaiveDate,
}

/// Something that was asked for and not decided.
#[derive(Debug, Clone)]
pub struct OpenChangeRequest {
    /// Random identifier.
    pub id: String,
    /// What.
    pub kind: ChangeRequestKind,
    /// The day on which it was asked for.
    pub asked_on: NaiveDate,
}

/// What the duties of a contract follow from.
#[derive(Debug)]
pub struct Situation<'a> {
    /// The contract's state.
    pub state: ContractState,
    /// The law that it falls under.
    pub regime: Regime,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    /// What was agreed.
    pub terms: &'a Terms,
    /// What happened.
    pub facts: &'a Facts,
    /// What both come to.
    pub standing: &'a Standing,
    /// Payments that are asked for and not paid or returned.
    pub payments: &'a [OpenPayment],
    /// What waits for a decision.
    pub asks: &'a [OpenChangeRequest],
    /// Working days.
    pub calendar: &'a Calendar,
}

impl Situation<'_> {
    /// The duties, in the order of a contract's life.
    pub fn duties(&self) -> Vec<Duty> {
        let mut duties = Vec::new();
        match self.state {
            ContractState::Draft => duties.push(self.duty(DutyKind::Submit, "", Role::Officer, self.terms.starts_on)),
            ContractState::Submitted => {
                duties.push(self.duty(DutyKind::Fund, "", Role::Reviewer, self.terms.starts_on))
            }
            ContractState::Funded => duties.push(self.duty(DutyKind::Activate, "", Role::Leader, self.terms.starts_on)),
            ContractState::Active => self.running(&mut duties),
            ContractState::Terminated => {
                self.running(&mut duties);
                self.closing(&mut duties);
            }
            ContractState::Completed => self.closing(&mut duties),
            ContractState::Closed | ContractState::Withdrawn => {}
        }
        self.statutory(&mut duties);
        duties
    }

    fn duty(&self, kind: DutyKind, subject: &str, role: Role, due_on: NaiveDate) -> Duty {
        Duty { kind, subject: subject.to_owned(), role, due_on: self.calendar.roll(due_on) }
    }

    fn statutory(&self, duties: &mut Vec<Duty>) {
        if self.regime != Regime::ProcurementLaw {
            return;
        }
        let unsigned = matches!(self.state, ContractState::Draft | ContractState::Submitted | ContractState::Funded);
        if let (true, Some(award)) = (unsigned, self.award_on) {
            duties.push(self.duty(DutyKind::Sign, "", Role::Officer, later(award, SIGNING_DAYS)));
        }
        let running =
            matches!(self.state, ContractState::Active | ContractState::Completed | ContractState::Terminated);
        if let (true, Some(signed), None) = (running, self.signed_on, self.published_on) {
            let due = working_days_after(self.calendar, signed, PUBLISHING_WORKING_DAYS);
            duties.push(self.duty(DutyKind::Publish, "", Role::Officer, due));
        }
    }

    fn running(&self, duties: &mut Vec<Duty>) {
        self.delivering(duties);
        self.paying(duties);
        for ask in self.asks {
            let (kind, role) = match ask.kind {
                ChangeRequestKind::Termination => (DutyKind::Consent, Role::Reviewer),
                ChangeRequestKind::Extension | ChangeRequestKind::Waiver | ChangeRequestKind::Reversal => {
                    (DutyKind::Decide, Role::Leader)
                }
            };
            duties.push(self.duty(kind, &ask.id, role, later(ask.asked_on, CUSTOMARY_DAYS)));
        }
        let paid = self.standing.milestones.iter().all(|m| m.state == MilestoneState::Paid);
        if self.state == ContractState::Active && paid {
            duties.push(self.duty(DutyKind::Complete, "", Role::Leader, later(self.terms.ends_on, CUSTOMARY_DAYS)));
        }
    }

    fn delivering(&self, duties: &mut Vec<Duty>) {
        use DeliverableState as State;
        for deliverable in &self.standing.deliverables {
            let code = deliverable.code.as_str();
            match deliverable.state {
                State::Open | State::Overdue | State::Rejected if self.state == ContractState::Active => {
                    duties.push(self.duty(DutyKind::Deliver, code, Role::Contractor, deliverable.due_on));
                }
                State::Submitted => {
                    let days = self.terms.inspection_days.map_or(CUSTOMARY_DAYS, |days| u64::from(days.get()));
                    let last = self.facts.submissions.iter().rev().find(|s| s.deliverable == deliverable.code);
                    let from = last.map_or(self.standing.as_of, |submission| submission.on);
                    duties.push(self.duty(DutyKind::Inspect, code, Role::Officer, later(from, days)));
                }
                _ => {}
            }
        }
    }

    fn paying(&self, duties: &mut Vec<Duty>) {
        for (milestone, agreed) in self.standing.milestones.iter().zip(&self.terms.milestones) {
            let code = milestone.code.as_str();
            let days = u64::from(agreed.payment_days.get());
            if let Some(decided) = self.unscored(code) {
                duties.push(self.duty(DutyKind::Score, code, Role::Leader, later(decided, days)));
            }
            let Some(satisfied) = milestone.satisfied_on else { continue };
            let due = milestone.due_on.unwrap_or_else(|| later(satisfied, days));
            if milestone.state == MilestoneState::Earned {
                duties.push(self.duty(DutyKind::Invoice, code, Role::Contractor, due));
            }
            let open: Vec<_> = self.payments.iter().filter(|p| p.milestone == code).collect();
            let asked: i64 = open.iter().map(|p| p.amount_fen).sum();
            if milestone.payable.fen() > milestone.paid.fen() + asked {
                duties.push(self.duty(DutyKind::RequestPayment, code, Role::Contractor, due));
            }
            for payment in open {
                let (kind, role) = match payment.state {
                    PaymentState::Requested => (DutyKind::ConfirmPayment, Role::Officer),
                    PaymentState::Confirmed => (DutyKind::ReviewPayment, Role::Reviewer),
                    PaymentState::Reviewed => (DutyKind::ApprovePayment, Role::Approver),
                    PaymentState::Approved => (DutyKind::PayPayment, Role::Cashier),
                    PaymentState::Paid | PaymentState::Returned => continue,
                };
                duties.push(self.duty(kind, &payment.id, role, due));
            }
        }
    }

    /// The day since which a milestone lacks nothing but its score.
    fn unscored(&self, code: &str) -> Option<NaiveDate> {
        let agreed = self.terms.milestones.iter().find(|m| m.code.as_str() == code)?;
        let scored = self.facts.scores.iter().any(|score| score.milestone == agreed.code);
        if !agreed.requires_score || scored {
            return None;
        }
        let mut since = agreed.not_before.unwrap_or(self.terms.starts_on);
        for required in &agreed.requires {
            let standing = self.standing.deliverables.iter().find(|d| d.code == *required)?;
            if !matches!(standing.state, DeliverableState::Accepted | DeliverableState::Partial) {
                return None;
            }
            let decided = self.facts.decisions.iter().rfind(|d| d.deliverable == *required && accepts(&d.verdict));
            since = since.max(decided.map_or(since, |decision| decision.on));
        }
        (since <= self.standing.as_of).then_some(since)
    }

    fn closing(&self, duties: &mut Vec<Duty>) {
        let owed = self.standing.milestones.iter().any(|m| m.payable.fen() > m.paid.fen());
        if !owed {
            duties.push(self.duty(DutyKind::Close, "", Role::Reviewer, later(self.terms.ends_on, SIGNING_DAYS)));
        }
    }
}

fn accepts(verdict: &Verdict) -> bool {
    !matches!(verdict, Verdict::Rejected)
}

fn later(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Span::new(days)).unwrap_or(NaiveDate::MAX)
}

/// The day that lies so many working days after another; the first day is not counted (民法典 201).
pub fn working_days_after(calendar: &Calendar, day: NaiveDate, working_days: u32) -> NaiveDate {
    (0..working_days).fold(day, |day, _| calendar.roll(later(day, 1)))
}

/// The stage of recall that a duty has reached on a day, as days before it is due (-1: overdue), and the day of that stage.
pub fn alert_stage(due_on: NaiveDate, today: NaiveDate) -> Option<(i64, NaiveDate)> {
    ALERT_STAGES.iter().rev().map(|stage| (*stage, stage_day(due_on, *stage))).find(|(_, day)| *day <= today)
}

/// The next day on which a duty is to be recalled after a day.
pub fn next_alert(due_on: NaiveDate, today: NaiveDate) -> Option<NaiveDate> {
    ALERT_STAGES.iter().map(|stage| stage_day(due_on, *stage)).find(|day| *day > today)
}

fn stage_day(due_on: NaiveDate, stage: i64) -> NaiveDate {
    due_on.checked_sub_signed(chrono::TimeDelta::days(stage)).unwrap_or(due_on)
}
