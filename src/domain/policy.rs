//! The table of rights: for each action, the roles that may take it and the contract states in which it may be taken.
//!
//! Every service checks it twice: first against the caller's roles, then, with the contract loaded, against the
//! contract's side and state (`side_may`, `state_allows`) and against earlier steps (`payments::may_follow`). No role
//! is exempt, administrators included. `tests/snapshots` holds the whole table of role × action × state.

use crate::domain::codes::ContractState::{self, Active, Closed, Completed, Draft, Funded, Submitted, Terminated};
use crate::domain::codes::Role::{
    self, Accountant, Administrator, Approver, Cashier, Contractor, Leader, Officer, Reviewer, Station, Supervisor,
};

/// The relation of an organisation to a contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Buys the service.
    Purchaser,
    /// Funds and pays the contract.
    Funder,
    /// Delivers the service.
    Contractor,
    /// May see the contract, as a party or by its region.
    Sees,
    /// The action does not concern a contract.
    Any,
}

/// One row of the table: the roles that may take an action, and the states in which they may.
#[derive(Debug)]
pub struct Right {
    pub action: Action,
    /// Name in the audit log, the snapshot and the OpenAPI document.
    pub name: &'static str,
    /// Roles, each with the side on which its organisation must be.
    pub who: &'static [(Role, Side)],
    /// States of the contract in which the action may be taken; empty if no contract is concerned.
    pub states: &'static [ContractState],
}

const ANY_STATE: &[ContractState] = ContractState::ALL;
/// The contract is in force, or has ended early and is being settled.
const RUNNING: &[ContractState] = &[Active, Terminated];
/// Money can still be paid: a completed contract may still owe late interest.
const PAYING: &[ContractState] = &[Active, Completed, Terminated];
/// The contract was signed and is not closed.
const SIGNED: &[ContractState] = &[Active, Completed, Terminated];
/// The contract has ended and is being settled.
const ENDED: &[ContractState] = &[Completed, Terminated];
/// The contract was signed, whatever its state now.
const ONCE_SIGNED: &[ContractState] = &[Active, Completed, Terminated, Closed];
const EVERYBODY: &[(Role, Side)] = &[
    (Officer, Side::Sees),
    (Leader, Side::Sees),
    (Station, Side::Sees),
    (Reviewer, Side::Sees),
    (Approver, Side::Sees),
    (Cashier, Side::Sees),
    (Accountant, Side::Sees),
    (Contractor, Side::Contractor),
    (Supervisor, Side::Sees),
];
/// Roles that see the registers of contractors and appropriations.
const BUREAUS: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Accountant, Side::Any),
    (Supervisor, Side::Any),
];
const BUREAUS_AND_CONTRACTOR: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Accountant, Side::Any),
    (Contractor, Side::Any),
    (Supervisor, Side::Any),
];
const FINANCE_AND_SUPERVISOR: &[(Role, Side)] =
    &[(Reviewer, Side::Any), (Approver, Side::Any), (Cashier, Side::Any), (Supervisor, Side::Any)];
const FINANCE_AND_SUPERVISOR_OF_CONTRACT: &[(Role, Side)] =
    &[(Reviewer, Side::Sees), (Approver, Side::Sees), (Cashier, Side::Sees), (Supervisor, Side::Sees)];
const BUREAUS_AND_ADMINISTRATOR: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Station, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Accountant, Side::Any),
    (Supervisor, Side::Any),
    (Administrator, Side::Any),
];
const ALL_ROLES: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Station, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Accountant, Side::Any),
    (Contractor, Side::Any),
    (Supervisor, Side::Any),
    (Administrator, Side::Any),
];

const BUREAUS_AND_STATION: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Station, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Accountant, Side::Any),
    (Supervisor, Side::Any),
];
/// Roles of those who see demand notices and joint meetings.
const ALL_BUT_ADMINISTRATOR: &[(Role, Side)] = &[
    (Officer, Side::Any),
    (Leader, Side::Any),
    (Station, Side::Any),
    (Reviewer, Side::Any),
    (Approver, Side::Any),
    (Cashier, Side::Any),
    (Accountant, Side::Any),
    (Contractor, Side::Any),
    (Supervisor, Side::Any),
];

macro_rules! rights {
    ($($(#[$meta:meta])* $action:ident $name:literal $who:expr, $states:expr;)+) => {
        /// The actions that require a right.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum Action { $($(#[$meta])* $action),+ }

        /// The table of rights.
        pub const RIGHTS: &[Right] = &[$(Right { action: Action::$action, name: $name, who: $who, states: $states }),+];

        impl Action {
            /// Returns the action's row of the table.
            pub const fn right(self) -> &'static Right {
                &RIGHTS[self as usize]
            }
        }
    };
}

rights! {
    /// Use one's own session.
    OwnSession "session.own" ALL_ROLES, &[];
    /// Set up one's own second factor, also while a role requires it and nothing else is open.
    SetUpSecondFactor "second-factor.set-up" ALL_ROLES, &[];
    ListTasks "worklist.read" ALL_ROLES, &[];
    ListOrganisations "organisations.read" ALL_ROLES, &[];
    ListContractors "contractors.read" BUREAUS_AND_ADMINISTRATOR, &[];
    /// Read one contractor: any for bureaus, their own organisation for a contractor's staff.
    ShowContractor "contractors.show" ALL_ROLES, &[];
    /// Read a contractor's final evaluations over all contracts: any for bureaus, their own for a contractor's staff.
    ReadContractorRecord "contractors.record" BUREAUS_AND_CONTRACTOR, &[];
    ListServices "services.read" ALL_ROLES, &[];
    ListAppropriations "appropriations.read" BUREAUS, &[];
    /// Read budget execution, forecast, ageing, payment time and arrears of the contracts that the organisation sees.
    ReadReports "reports.read" &[(Reviewer, Side::Any), (Approver, Side::Any), (Cashier, Side::Any), (Supervisor, Side::Any)], &[];
    /// Read boards: sums over the contracts that the organisation sees.
    ReadBoards "boards.read" &[(Officer, Side::Any), (Leader, Side::Any), (Reviewer, Side::Any), (Approver, Side::Any), (Cashier, Side::Any), (Supervisor, Side::Any)], &[];
    ProposeAppropriation "appropriations.propose" &[(Reviewer, Side::Any)], &[];
    ApproveAppropriation "appropriations.approve" &[(Approver, Side::Any)], &[];
    ListBudgetChanges "budget_changes.read" BUREAUS, &[];
    /// Propose an adjustment or transfer between appropriations, or the carry-over of one.
    ProposeBudgetChange "budget_changes.propose" &[(Reviewer, Side::Any)], &[];
    ApproveBudgetChange "budget_changes.approve" &[(Approver, Side::Any)], &[];
    /// Recall a proposed budget change that no approver has opened.
    RecallBudgetChange "budget_changes.recall" &[(Reviewer, Side::Any)], &[];
    ListApprovalRules "approval_rules.read" &[(Reviewer, Side::Any), (Approver, Side::Any), (Cashier, Side::Any)], &[];
    /// Propose how many people approve a payment request of an amount, from a day on.
    ProposeApprovalRule "approval_rules.propose" &[(Reviewer, Side::Any)], &[];
    ApproveApprovalRule "approval_rules.approve" &[(Approver, Side::Any)], &[];
    ListChains "approval_chains.read" &[(Officer, Side::Any), (Leader, Side::Any), (Reviewer, Side::Any), (Approver, Side::Any), (Cashier, Side::Any)], &[];
    /// Propose the steps that payment requests or contracts pass, from a day on.
    ProposeChain "approval_chains.propose" &[(Officer, Side::Any), (Reviewer, Side::Any)], &[];
    ApproveChain "approval_chains.approve" &[(Leader, Side::Any), (Approver, Side::Any)], &[];
    ListPurchasePlans "purchase_plans.read" BUREAUS, &[];
    /// Plan a purchase of the caller's bureau, for which its appropriation reserves the amount, or give the plan up.
    PlanPurchase "purchase_plans.enter" &[(Officer, Side::Any)], &[];
    ListSuspensions "suspensions.read" BUREAUS_AND_CONTRACTOR, &[];
    ListWorkers "workers.read" BUREAUS_AND_CONTRACTOR, &[];
    ListYearlyShares "yearly_shares.read" BUREAUS, &[];
    ListMatters "matters.read" ALL_BUT_ADMINISTRATOR, &[];
    IssueDemand "matters.demand" &[(Officer, Side::Any), (Station, Side::Any)], &[];
    /// Record the minutes of a joint meeting, or one of its decisions.
    RecordMeeting "matters.meeting" &[(Officer, Side::Any)], &[];
    /// Answer a demand notice or a decision (`services::coordination`).
    AnswerMatter "matters.answer" &[(Officer, Side::Any), (Station, Side::Any), (Reviewer, Side::Any), (Contractor, Side::Any)], &[];
    CloseMatter "matters.close" &[(Officer, Side::Any), (Station, Side::Any)], &[];
    ListWorkStations "work_stations.read" BUREAUS_AND_STATION, &[];
    /// Enter or close a work station, as a justice station or a justice bureau.
    KeepWorkStation "work_stations.keep" &[(Officer, Side::Any), (Station, Side::Any)], &[];
    /// Record the funds that were assigned to a work station.
    RecordStationFunds "station_funds.record" &[(Officer, Side::Any)], &[];
    ListCorrectionGroups "correction_groups.read" &[(Officer, Side::Any), (Leader, Side::Any), (Station, Side::Any), (Supervisor, Side::Any)], &[];
    /// Form or dissolve a correction group, as a justice station or a justice bureau.
    KeepCorrectionGroup "correction_groups.keep" &[(Officer, Side::Any), (Station, Side::Any)], &[];
    /// Read the ledger of the appropriations that the caller's bureau sees.
    ReadLedger "ledger.read" FINANCE_AND_SUPERVISOR, &[];
    ManageOrganisations "organisations.manage" &[(Administrator, Side::Any)], &[];
    ManagePeople "people.manage" &[(Administrator, Side::Any)], &[];
    /// See and requeue emails, without their content.
    ManageEmails "letters.manage" &[(Administrator, Side::Any)], &[];
    /// Edit the texts of emails.
    ManageMailTemplates "mail_templates.manage" &[(Administrator, Side::Any)], &[];
    ManageServices "services.manage" &[(Administrator, Side::Any)], &[];
    /// Read the statutes and the working calendar.
    ReadRules "rules.read" ALL_ROLES, &[];
    /// Read the audit log: a supervisor for the contracts their organisation sees, an administrator for everything.
    ReadEvents "events.read" &[(Supervisor, Side::Any), (Administrator, Side::Any)], &[];
    ListLoanRates "loan_rates.read" &[(Reviewer, Side::Any), (Approver, Side::Any), (Cashier, Side::Any), (Supervisor, Side::Any), (Administrator, Side::Any)], &[];
    /// Propose the one-year loan prime rate from a day on.
    ProposeLoanRate "loan_rates.propose" &[(Administrator, Side::Any)], &[];
    ApproveLoanRate "loan_rates.approve" &[(Approver, Side::Any)], &[];
    /// Propose from which day on a statute has another limit or no longer applies.
    ProposeStatuteSetting "statutes.propose" &[(Administrator, Side::Any)], &[];
    ApproveStatuteSetting "statutes.approve" &[(Approver, Side::Any)], &[];
    /// Propose years of the working calendar.
    ManageCalendar "calendar.manage" &[(Administrator, Side::Any)], &[];
    /// Put a proposed year of the working calendar in force.
    ApproveCalendar "calendar.approve" &[(Approver, Side::Any)], &[];
    /// See which ledgers of running contracts were proposed for import, and their workbooks.
    ListLedgerImports "ledger_imports.read" &[(Officer, Side::Any), (Leader, Side::Any), (Reviewer, Side::Any), (Approver, Side::Any)], &[];
    /// Check a ledger of running contracts of the caller's bureau, and propose its import.
    ProposeLedgerImport "ledger_imports.propose" &[(Officer, Side::Any)], &[];
    /// Import a ledger that finance funds, all of its contracts or none.
    ApproveLedgerImport "ledger_imports.approve" &[(Approver, Side::Any)], &[];
    Delegate "delegations.manage" ALL_ROLES, &[];
    /// Propose a payee account. It takes effect when a finance reviewer approves it.
    ProposeAccount "accounts.propose" &[(Contractor, Side::Any)], &[];
    ApproveAccount "accounts.approve" &[(Reviewer, Side::Any)], &[];

    ReadContract "contracts.read" EVERYBODY, ANY_STATE;
    /// Download the file of the contract, with every document, upload and record that the caller may read.
    ReadDossier "contracts.dossier" &[(Officer, Side::Sees), (Leader, Side::Sees), (Accountant, Side::Sees), (Reviewer, Side::Sees), (Approver, Side::Sees), (Cashier, Side::Sees), (Contractor, Side::Contractor), (Supervisor, Side::Sees)], ANY_STATE;
    ReadContractLedger "contracts.ledger" FINANCE_AND_SUPERVISOR_OF_CONTRACT, ANY_STATE;
    /// See which emails about a contract were not delivered, without their content.
    ReadUndelivered "letters.read" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser)], ANY_STATE;
    /// Record that the recipient of an email that was given up was informed by other means.
    SettleUndelivered "letters.settle" &[(Officer, Side::Purchaser)], ANY_STATE;
    /// Read a file as it was uploaded, with the location, device and author that programs wrote into it.
    ReadOriginalFile "files.original" &[(Supervisor, Side::Sees)], ANY_STATE;
    CreateContract "contracts.create" &[(Officer, Side::Any)], &[];
    /// See the contract templates of the caller's bureau and of all bureaus.
    ListContractTemplates "contract_templates.read" &[(Officer, Side::Any), (Leader, Side::Any), (Administrator, Side::Any)], &[];
    /// Save the terms of a contract or draft as a template of the caller's bureau.
    SaveContractTemplate "contract_templates.save" &[(Officer, Side::Any), (Leader, Side::Any)], &[];
    /// Rename and retire the templates of the caller's bureau, or as an administrator those of all bureaus.
    ManageContractTemplates "contract_templates.manage" &[(Officer, Side::Any), (Leader, Side::Any), (Administrator, Side::Any)], &[];
    EditContract "contracts.edit" &[(Officer, Side::Purchaser)], &[Draft];
    SubmitContract "contracts.submit" &[(Officer, Side::Purchaser)], &[Draft];
    WithdrawContract "contracts.withdraw" &[(Officer, Side::Purchaser)], &[Draft];
    /// Recall a contract that finance has not opened.
    RecallContract "contracts.recall" &[(Officer, Side::Purchaser)], &[Submitted];
    // A chain names the role of each step before finance (`approval_chains`).
    SignOffContract "contracts.sign_off" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser), (Accountant, Side::Purchaser)], &[Submitted];
    ReturnInChain "contracts.return_in_chain" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser), (Accountant, Side::Purchaser)], &[Submitted];
    FundContract "contracts.fund" &[(Reviewer, Side::Funder)], &[Submitted];
    /// Assign what falls due of a contract from a later year on to an appropriation of that year.
    AssignYearlyShare "yearly_shares.assign" &[(Reviewer, Side::Funder)], &[Submitted, Funded, Active];
    ReturnSubmitted "contracts.return_submitted" &[(Reviewer, Side::Funder)], &[Submitted];
    ReturnFunded "contracts.return_funded" &[(Leader, Side::Purchaser)], &[Funded];
    ActivateContract "contracts.activate" &[(Leader, Side::Purchaser)], &[Funded];
    CompleteContract "contracts.complete" &[(Leader, Side::Purchaser)], &[Active];
    TerminateContract "contracts.terminate" &[(Leader, Side::Purchaser)], &[Active];
    ConsentToTermination "contracts.consent" &[(Reviewer, Side::Funder)], &[Active];
    DeclineTermination "contracts.decline" &[(Reviewer, Side::Funder)], &[Active];
    CloseContract "contracts.close" &[(Reviewer, Side::Funder)], &[Completed, Terminated];
    /// Record the announcement of the contract (statute publish-2wd).
    RecordPublication "contracts.publish" &[(Officer, Side::Purchaser)], ONCE_SIGNED;
    /// Propose that the contract be shown to the public, after a secrecy review.
    ProposePublication "publications.propose" &[(Officer, Side::Purchaser)], ONCE_SIGNED;
    /// Grant or refuse a proposed publication.
    DecidePublication "publications.decide" &[(Leader, Side::Purchaser)], ONCE_SIGNED;
    WithdrawPublication "publications.withdraw" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser)], ONCE_SIGNED;

    /// Add a document to the contract or one of its amendments.
    AddAnnex "annexes.add" &[(Officer, Side::Purchaser)], &[Draft, Submitted, Funded, Active, Completed, Terminated];
    /// Remove a document before it is signed or consented to.
    RemoveAnnex "annexes.remove" &[(Officer, Side::Purchaser)], &[Draft, Submitted, Funded, Active];
    /// Read the documents that are kept from the contractor.
    ReadInternalAnnex "annexes.internal" &[(Officer, Side::Sees), (Leader, Side::Sees), (Accountant, Side::Sees), (Reviewer, Side::Sees), (Approver, Side::Sees), (Cashier, Side::Sees), (Supervisor, Side::Sees)], ANY_STATE;

    /// Propose that the contract be suspended or resumed.
    ProposeSuspension "suspensions.propose" &[(Officer, Side::Purchaser)], &[Active];
    DecideSuspension "suspensions.approve" &[(Leader, Side::Purchaser)], &[Active];

    /// Propose a worker for the contract's roster, also in the place of another.
    ProposeWorker "workers.propose" &[(Contractor, Side::Contractor)], &[Active];
    /// Consent to a worker, or refuse them.
    DecideWorker "workers.approve" &[(Officer, Side::Purchaser)], &[Active];
    /// Record that a worker has left.
    RecordLeave "workers.leave" &[(Contractor, Side::Contractor)], &[Active];

    /// Record a performance guarantee that the contractor provides.
    RecordGuarantee "guarantees.create" &[(Officer, Side::Purchaser)], &[Submitted, Funded, Active];
    /// Return a guarantee to the contractor.
    ReturnGuarantee "guarantees.return" &[(Officer, Side::Purchaser)], &[Draft, Submitted, Funded, Active, Completed, Terminated];
    ProposeClaim "guarantees.claim" &[(Officer, Side::Purchaser)], SIGNED;
    /// Grant or refuse a claim on a guarantee.
    DecideClaim "guarantees.decide" &[(Leader, Side::Purchaser)], SIGNED;
    /// Demand the penalties that deductions could not bear.
    DemandRecovery "recoveries.demand" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser)], ENDED;
    /// Record an amount that the contractor paid back.
    ReceiveRecovery "recoveries.receive" &[(Cashier, Side::Funder)], ENDED;
    ProposeWriteOff "recoveries.write_off" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser)], ENDED;
    /// Grant or refuse a write-off.
    DecideWriteOff "recoveries.decide" &[(Approver, Side::Funder)], ENDED;
    /// Open an evaluation of a period, with the measures of the standing.
    OpenEvaluation "evaluations.open" &[(Officer, Side::Purchaser)], ONCE_SIGNED;
    /// Assess one's own work in an evaluation.
    AssessEvaluation "evaluations.assess" &[(Contractor, Side::Contractor)], ONCE_SIGNED;
    /// Propose the result of an evaluation, with adjusted measures.
    ProposeEvaluation "evaluations.propose" &[(Officer, Side::Purchaser)], ONCE_SIGNED;
    CommentEvaluation "evaluations.comment" &[(Contractor, Side::Contractor)], ONCE_SIGNED;
    /// Make the result of an evaluation final.
    FinaliseEvaluation "evaluations.finalise" &[(Leader, Side::Purchaser)], ONCE_SIGNED;
    WithdrawEvaluation "evaluations.withdraw" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser)], ONCE_SIGNED;

    SubmitDeliverable "submissions.create" &[(Contractor, Side::Contractor)], &[Active];
    /// Take back a submission that the purchaser has not opened.
    WithdrawSubmission "submissions.withdraw" &[(Contractor, Side::Contractor)], &[Active];
    /// Open a submission for the purchaser; it can no longer be withdrawn then.
    OpenSubmission "submissions.open" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser)], ANY_STATE;
    DecideDeliverable "decisions.create" &[(Officer, Side::Purchaser)], RUNNING;
    ReceiveInvoice "invoices.create" &[(Contractor, Side::Contractor)], RUNNING;
    ScoreMilestone "scores.create" &[(Leader, Side::Purchaser)], RUNNING;
    /// Propose an incident; the leader grants or refuses it.
    ProposeIncident "incidents.propose" &[(Officer, Side::Purchaser), (Station, Side::Sees)], RUNNING;
    RecordHeadcount "headcounts.create" &[(Officer, Side::Purchaser), (Station, Side::Sees)], RUNNING;
    RecordSurvey "surveys.create" &[(Officer, Side::Purchaser), (Station, Side::Sees)], RUNNING;
    /// Issue codes with which recipients give their opinion.
    IssueOpinionCodes "opinions.issue" &[(Officer, Side::Purchaser), (Station, Side::Sees)], RUNNING;
    ReadOpinions "opinions.read" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser), (Station, Side::Sees), (Supervisor, Side::Sees)], ANY_STATE;
    RequestExtension "extensions.ask" &[(Officer, Side::Purchaser)], &[Active];
    RequestWaiver "waivers.ask" &[(Officer, Side::Purchaser)], RUNNING;
    /// Request an extension as the contractor; the officer endorses it before the leader decides.
    ApplyForExtension "extensions.apply" &[(Contractor, Side::Contractor)], &[Active];
    ApplyForWaiver "waivers.apply" &[(Contractor, Side::Contractor)], RUNNING;
    /// Endorse an extension or a waiver that the contractor requests, or refuse it.
    EndorseChangeRequest "asks.endorse" &[(Officer, Side::Purchaser)], RUNNING;
    RequestReversal "reversals.ask" &[(Officer, Side::Purchaser), (Cashier, Side::Funder), (Accountant, Side::Purchaser)], RUNNING;
    /// Grant or refuse a reversal that finance requests, or that of a payment that finance made.
    DecideFinanceReversal "reversals.decide" &[(Approver, Side::Funder)], RUNNING;
    GrantChangeRequest "asks.grant" &[(Leader, Side::Purchaser)], RUNNING;

    /// Propose new terms, drafted from those in force.
    ProposeAmendment "amendments.propose" &[(Officer, Side::Purchaser)], &[Active];
    ConsentToAmendment "amendments.consent" &[(Contractor, Side::Contractor)], &[Active];
    ApproveAmendment "amendments.approve" &[(Leader, Side::Purchaser)], &[Active];
    /// Commit the increase of the amount.
    FundAmendment "amendments.fund" &[(Reviewer, Side::Funder)], &[Active];
    WithdrawAmendment "amendments.withdraw" &[(Officer, Side::Purchaser)], RUNNING;
    RefuseAmendment "amendments.refuse" &[(Contractor, Side::Contractor), (Leader, Side::Purchaser), (Reviewer, Side::Funder)], RUNNING;

    /// Disagree with a breach, decision, score or deduction.
    RaiseObjection "objections.raise" &[(Contractor, Side::Contractor)], RUNNING;
    /// Answer an objection: the leader, or finance where the leader decided (`domain::objections`).
    AnswerObjection "objections.answer" &[(Leader, Side::Purchaser), (Approver, Side::Funder)], RUNNING;

    /// Send a message to the other parties.
    SendMessage "messages.send" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser), (Reviewer, Side::Funder), (Contractor, Side::Contractor)], SIGNED;
    ReadMessages "messages.read" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser), (Accountant, Side::Purchaser), (Reviewer, Side::Funder), (Approver, Side::Funder), (Cashier, Side::Funder), (Contractor, Side::Contractor), (Supervisor, Side::Sees)], ANY_STATE;
    /// Enter service records.
    RecordService "records.create" &[(Contractor, Side::Contractor)], RUNNING;
    /// Take back service records that no one has decided on.
    WithdrawRecords "records.withdraw" &[(Contractor, Side::Contractor)], RUNNING;
    /// Confirm service records of one's own township (`services::records`).
    ConfirmRecords "records.confirm" &[(Station, Side::Sees)], RUNNING;
    RefuseRecords "records.refuse" &[(Station, Side::Sees)], RUNNING;

    RequestPayment "payments.request" &[(Contractor, Side::Contractor), (Officer, Side::Purchaser)], RUNNING;
    /// Recall a payment request that the one whose turn it is has not opened.
    RecallPayment "payments.recall" &[(Contractor, Side::Contractor), (Officer, Side::Purchaser)], PAYING;
    /// Request interest on late payment.
    RequestInterest "interest.request" &[(Contractor, Side::Contractor), (Officer, Side::Purchaser)], PAYING;
    /// Waive interest on late payment, in writing.
    WaiveInterest "interest.waive" &[(Contractor, Side::Contractor)], PAYING;
    // The first role of each step takes it where no chain names another (`approval_chains`).
    ConfirmPayment "payments.confirm" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser)], PAYING;
    ReviewPayment "payments.review" &[(Reviewer, Side::Funder)], PAYING;
    ApprovePayment "payments.approve" &[(Approver, Side::Funder), (Reviewer, Side::Funder)], PAYING;
    PayPayment "payments.pay" &[(Cashier, Side::Funder), (Accountant, Side::Purchaser)], PAYING;
    /// Agree, or not, that a recorded payment counts from a day before yesterday.
    AllowPaymentDay "payments.allow" &[(Approver, Side::Funder), (Reviewer, Side::Funder)], PAYING;
    /// Send a payment request back, in the role that would take the next step.
    ReturnPayment "payments.return" &[(Officer, Side::Purchaser), (Leader, Side::Purchaser), (Reviewer, Side::Funder), (Approver, Side::Funder), (Cashier, Side::Funder), (Accountant, Side::Purchaser)], PAYING;
}

/// Returns whether a role may take an action on some side.
pub fn role_may(role: Role, action: Action) -> bool {
    action.right().who.iter().any(|(r, _)| *r == role)
}

/// Returns whether a role may take an action, given the sides of its organisation. `sides` includes `Sees` for a party.
pub fn side_may(role: Role, sides: &[Side], action: Action) -> bool {
    action.right().who.iter().any(|(r, side)| *r == role && (*side == Side::Any || sides.contains(side)))
}

/// Returns whether an action may be taken in a state of its contract.
pub fn state_allows(state: ContractState, action: Action) -> bool {
    action.right().states.contains(&state)
}
