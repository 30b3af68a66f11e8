//! Tasks: what a person in a role must do by a day, derived from a contract's state, terms, facts and standing.
//!
//! A task stores its due day and not the days left, so that it does not change as days pass. `storage` keeps tasks in
//! the table `tasks`; `luyue check` derives them again and compares.

mod groups;
mod guarantees;
mod notice;
mod recoveries;
mod reminders;
mod scores;
mod statutory;

use chrono::{Days as Span, NaiveDate};

use crate::domain::amendments::{OpenAmendment, next_consent};
use crate::domain::calendar::Calendar;
use crate::domain::codes::{ChangeRequestKind, ContractState, PaymentKind, Regime, Role};
use crate::domain::evaluations::OpenEvaluation;
use crate::domain::facts::Facts;
use crate::domain::guarantees::Guarantee;
use crate::domain::interest::{RecordedInterest, pay_by};
use crate::domain::money::Sum;
use crate::domain::objections::{ANSWER_WORKING_DAYS, OpenObjection};
use crate::domain::payments::{ApprovalStep, remaining_fen};
use crate::domain::publications::OpenPublication;
use crate::domain::recoveries::Recovery;
use crate::domain::service_records::WaitingRecords;
use crate::domain::standing::{DeliverableState, MilestoneState, Standing};
use crate::domain::statute_settings::StatuteSettings;
use crate::domain::suspensions::OpenSuspension;
use crate::domain::terms::Terms;

pub use groups::WorkGroup;
pub use reminders::{next_reminder, reminder_stage};
pub use statutory::right_to_end_lapses;

/// Days allowed for a decision on which neither a law nor a clause sets a day.
pub(super) const CUSTOMARY_DAYS: u64 = 7;
/// Days allowed for each consent to an amendment, if that many are left before its effective day.
const AMENDMENT_DAYS: u64 = 10;

codes! {
    /// The kinds of task.
    pub enum TaskKind {
        /// Complete and submit a draft.
        Submit = "submit",
        /// Sign within 30 days of the award (政府采购法 46).
        Sign = "sign",
        /// Sign off a submitted contract before finance sees it.
        SignOff = "sign_off",
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
        /// Agree to the earlier day of a recorded payment.
        AllowPayment = "allow_payment",
        /// Request or waive the late interest of a milestone that is paid.
        RequestInterest = "request_interest",
        /// Grant or refuse a change request.
        Decide = "decide",
        /// Endorse or refuse a request of the contractor, before the leader decides.
        Endorse = "endorse",
        /// End the contract, if at all, before the right to do so lapses (民法典 564).
        EndContract = "end_contract",
        /// Consent to an early end.
        Consent = "consent",
        /// Consent to an amendment as the contractor.
        ConsentAmendment = "consent_amendment",
        ApproveAmendment = "approve_amendment",
        /// Commit the increase of an amendment.
        FundAmendment = "fund_amendment",
        AnswerObjection = "answer_objection",
        /// Take the act that corrects the matter of an upheld objection.
        CorrectObjection = "correct_objection",
        /// Confirm or refuse service records, as a justice station.
        ConfirmRecords = "confirm_records",
        /// Grant or refuse a publication.
        DecidePublication = "decide_publication",
        /// Approve or refuse a suspension or resumption.
        DecideSuspension = "decide_suspension",
        /// Grant or refuse a claim on a guarantee.
        DecideClaim = "decide_claim",
        /// Have a guarantee renewed that would expire before the contract ends.
        RenewGuarantee = "renew_guarantee",
        /// Return a guarantee to the contractor.
        ReturnGuarantee = "return_guarantee",
        /// Recover penalties that deductions could not bear.
        Recover = "recover",
        /// Grant or refuse a write-off.
        DecideWriteOff = "decide_write_off",
        /// Assess one's own work, as the contractor.
        AssessEvaluation = "assess_evaluation",
        ProposeEvaluation = "propose_evaluation",
        /// Comment on a proposed result, as the contractor.
        CommentEvaluation = "comment_evaluation",
        FinaliseEvaluation = "finalise_evaluation",
        Complete = "complete",
        Close = "close",
    }
}

impl TaskKind {
    /// Returns whether the day of the task is that of a payment, which may have been late before the task arose.
    pub const fn is_step_of_payment(self) -> bool {
        self.payment_step().is_some()
    }
}

/// A task for people in a role, due by a working day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    pub kind: TaskKind,
    /// Code of the deliverable, milestone or justice station, or id of the payment or change request; empty for the
    /// contract as a whole.
    pub subject: String,
    pub role: Role,
    pub due_on: NaiveDate,
}

/// A payment request that is neither paid nor returned.
#[derive(Debug, Clone)]
pub struct OpenPayment {
    /// Random identifier.
    pub id: String,
    /// Code of the milestone.
    pub milestone: String,
    pub kind: PaymentKind,
    /// The step for which it waits.
    pub next: Option<ApprovalStep>,
    pub amount_fen: i64,
    pub requested_on: NaiveDate,
}

/// A change request that has not been decided.
#[derive(Debug, Clone)]
pub struct OpenChangeRequest {
    /// Random identifier.
    pub id: String,
    pub kind: ChangeRequestKind,
    /// True for a request of the contractor that the officer has not endorsed yet.
    pub is_applied: bool,
    /// True for a reversal that finance decides on.
    pub is_at_finance: bool,
    /// Day on which the request was made or, later, endorsed.
    pub since: NaiveDate,
}

/// The state of a contract from which its tasks are derived.
#[derive(Debug)]
pub struct Situation<'a> {
    pub state: ContractState,
    pub regime: Regime,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day from which a statute counts the days to the announcement: of the signing or, later, on which an amendment came
    /// into force.
    pub to_announce_from: Option<NaiveDate>,
    /// Day of the last announcement.
    pub published_on: Option<NaiveDate>,
    /// Settings of statutes that were approved.
    pub statutes: &'a StatuteSettings,
    pub terms: &'a Terms,
    pub facts: &'a Facts,
    /// The standing of `terms` and `facts` on the day.
    pub standing: &'a Standing,
    /// Role whose sign-off a submitted contract waits for, before finance sees it.
    pub sign_off: Option<Role>,
    pub payments: &'a [OpenPayment],
    pub interest: &'a RecordedInterest,
    pub change_requests: &'a [OpenChangeRequest],
    pub amendments: &'a [OpenAmendment],
    pub objections: &'a [OpenObjection],
    pub records: &'a [WaitingRecords],
    pub publication: Option<&'a OpenPublication>,
    pub suspension: Option<&'a OpenSuspension>,
    pub guarantees: &'a [Guarantee],
    pub recoveries: &'a [Recovery],
    pub evaluations: &'a [OpenEvaluation],
    pub calendar: &'a Calendar,
}

impl Situation<'_> {
    /// Derives the open tasks, in the order of a contract's life.
    pub fn tasks(&self) -> Vec<Task> {
        let mut tasks = Vec::new();
        match self.state {
            ContractState::Draft => tasks.push(self.task(TaskKind::Submit, "", Role::Officer, self.terms.starts_on)),
            ContractState::Submitted => {
                let (kind, role) = self.sign_off.map_or((TaskKind::Fund, Role::Reviewer), |by| (TaskKind::SignOff, by));
                tasks.push(self.task(kind, "", role, self.terms.starts_on));
            }
            ContractState::Funded => tasks.push(self.task(TaskKind::Activate, "", Role::Leader, self.terms.starts_on)),
            ContractState::Active => {
                self.add_running(&mut tasks);
                self.add_amendments(&mut tasks);
                self.add_guarantees(&mut tasks);
                if let Some(OpenSuspension { id, proposed_on }) = self.suspension {
                    let due_on = days_after(*proposed_on, CUSTOMARY_DAYS);
                    tasks.push(self.task(TaskKind::DecideSuspension, id, Role::Leader, due_on));
                }
            }
            ContractState::Terminated => {
                self.add_running(&mut tasks);
                self.add_guarantees(&mut tasks);
                self.add_closing(&mut tasks);
            }
            ContractState::Completed => {
                self.add_interest(&mut tasks);
                self.add_guarantees(&mut tasks);
                self.add_closing(&mut tasks);
            }
            ContractState::Closed | ContractState::Withdrawn => {}
        }
        self.add_statutory(&mut tasks);
        if let Some(OpenPublication { id, proposed_on }) = self.publication {
            tasks.push(self.task(
                TaskKind::DecidePublication,
                id,
                Role::Leader,
                days_after(*proposed_on, CUSTOMARY_DAYS),
            ));
        }
        for evaluation in self.evaluations {
            let awaited = evaluation.awaited().into_iter();
            tasks.extend(awaited.map(|(kind, role, due_on)| self.task(kind, &evaluation.id, role, due_on)));
        }
        tasks
    }

    /// Builds a task, with its due day moved to a working day.
    fn task(&self, kind: TaskKind, subject: &str, role: Role, due_on: NaiveDate) -> Task {
        Task { kind, subject: subject.to_owned(), role, due_on: self.calendar.roll(due_on) }
    }

    /// Adds the tasks of a contract that is in force or ended early.
    fn add_running(&self, tasks: &mut Vec<Task>) {
        self.add_deliverables(tasks);
        self.add_payments(tasks);
        self.add_interest(tasks);
        for request in self.change_requests {
            use ChangeRequestKind::{Extension, Incident, Reversal, Termination, Waiver};
            let (kind, role) = match request.kind {
                _ if request.is_applied => (TaskKind::Endorse, Role::Officer),
                _ if request.is_at_finance => (TaskKind::Decide, Role::Approver),
                Termination => (TaskKind::Consent, Role::Reviewer),
                Extension | Waiver | Reversal | Incident => (TaskKind::Decide, Role::Leader),
            };
            tasks.push(self.task(kind, &request.id, role, days_after(request.since, CUSTOMARY_DAYS)));
        }
        self.add_right_to_end(tasks);
        self.add_objections(tasks);
        for waiting in self.records {
            let due_on = days_after(waiting.since, CUSTOMARY_DAYS);
            tasks.push(self.task(TaskKind::ConfirmRecords, &waiting.station, Role::Station, due_on));
        }
        let paid = self.standing.milestones.iter().all(|m| m.state == MilestoneState::Paid);
        if self.state == ContractState::Active && paid {
            tasks.push(self.task(TaskKind::Complete, "", Role::Leader, days_after(self.terms.ends_on, CUSTOMARY_DAYS)));
        }
    }

    fn add_objections(&self, tasks: &mut Vec<Task>) {
        for objection in self.objections {
            let (kind, role, due_on) = if objection.is_upheld {
                (TaskKind::CorrectObjection, Role::Officer, days_after(objection.since, CUSTOMARY_DAYS))
            } else {
                let due_on = working_days_after(self.calendar, objection.since, ANSWER_WORKING_DAYS);
                (TaskKind::AnswerObjection, objection.answering, due_on)
            };
            tasks.push(self.task(kind, &objection.id, role, due_on));
        }
    }

    fn add_amendments(&self, tasks: &mut Vec<Task>) {
        for amendment in self.amendments {
            let Some((role, kind)) = next_consent(amendment.state).and_then(|step| step.waits_for) else { continue };
            let due_on = days_after(amendment.since, AMENDMENT_DAYS).min(amendment.effective_on);
            tasks.push(self.task(kind, &amendment.id, role, due_on));
        }
    }

    fn add_deliverables(&self, tasks: &mut Vec<Task>) {
        use DeliverableState as State;
        for deliverable in &self.standing.deliverables {
            let code = deliverable.code.as_str();
            match deliverable.state {
                State::Open | State::Overdue | State::Rejected => {
                    if self.state == ContractState::Active {
                        // No delay is counted while the contractor puts right what was returned.
                        let due_on =
                            deliverable.cure_until.map_or(deliverable.due_on, |day| day.max(deliverable.due_on));
                        tasks.push(self.task(TaskKind::Deliver, code, Role::Contractor, due_on));
                    }
                }
                State::Submitted => {
                    let days = self.terms.inspection_days.map_or(CUSTOMARY_DAYS, |days| u64::from(days.get()));
                    let last = self.facts.submissions.iter().rev().find(|s| s.deliverable == deliverable.code);
                    let from = last.map_or(self.standing.as_of, |submission| submission.on);
                    tasks.push(self.task(TaskKind::Inspect, code, Role::Officer, days_after(from, days)));
                }
                State::Accepted | State::Partial | State::Cancelled => {}
            }
        }
    }

    fn add_payments(&self, tasks: &mut Vec<Task>) {
        for (milestone, agreed) in self.standing.milestones.iter().zip(&self.terms.milestones) {
            let code = milestone.code.as_str();
            let days = u64::from(agreed.payment_days.get());
            if let Some(decided) = self.unscored_since(code) {
                tasks.push(self.task(TaskKind::Score, code, Role::Leader, days_after(decided, days)));
            }
            let Some(satisfied) = milestone.satisfied_on else { continue };
            let due = milestone.due_on.unwrap_or_else(|| days_after(satisfied, days));
            if milestone.state == MilestoneState::Earned {
                tasks.push(self.task(TaskKind::Invoice, code, Role::Contractor, due));
            }
            let open = self.open_payments(code, PaymentKind::Principal);
            let requested = sum_of(&open);
            if remaining_fen(milestone.payable.fen(), milestone.paid.fen(), requested) > 0 {
                tasks.push(self.task(TaskKind::RequestPayment, code, Role::Contractor, due));
            }
            for payment in open {
                if let Some(step) = &payment.next {
                    tasks.push(self.task(step.task, &payment.id, step.role, due));
                }
            }
        }
    }

    /// Adds the steps of requested interest and, once a milestone is paid so that its interest grows no more, the
    /// request or waiver of the rest.
    fn add_interest(&self, tasks: &mut Vec<Task>) {
        for (milestone, agreed) in self.standing.milestones.iter().zip(&self.terms.milestones) {
            let code = milestone.code.as_str();
            let by = |day| pay_by(self.calendar, day, agreed.payment_days);
            let open = self.open_payments(code, PaymentKind::Interest);
            let interest = self.interest.of(milestone, sum_of(&open));
            if milestone.state == MilestoneState::Paid && interest.requestable() != Sum::ZERO {
                let paid = self.facts.payments.iter().filter(|payment| payment.milestone == milestone.code);
                let since = paid.map(|payment| payment.on).max().or(milestone.due_on).unwrap_or(self.standing.as_of);
                tasks.push(self.task(TaskKind::RequestInterest, code, Role::Contractor, by(since)));
            }
            for payment in open {
                if let Some(step) = &payment.next {
                    tasks.push(self.task(step.task, &payment.id, step.role, by(payment.requested_on)));
                }
            }
        }
    }

    fn open_payments(&self, milestone: &str, kind: PaymentKind) -> Vec<&OpenPayment> {
        self.payments.iter().filter(|payment| payment.milestone == milestone && payment.kind == kind).collect()
    }
}

/// Sums the amounts of payment requests, in fen.
fn sum_of(payments: &[&OpenPayment]) -> i64 {
    payments.iter().fold(0, |sum: i64, payment| sum.saturating_add(payment.amount_fen))
}

/// Returns the day so many days after another.
pub(super) fn days_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Span::new(days)).unwrap_or(NaiveDate::MAX)
}

/// Returns the day `working_days` working days after `day`, which itself is not counted (民法典 201).
pub fn working_days_after(calendar: &Calendar, day: NaiveDate, working_days: u32) -> NaiveDate {
    (0..working_days).fold(day, |day, _| calendar.roll(days_after(day, 1)))
}
