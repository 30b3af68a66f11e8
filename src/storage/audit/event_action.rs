//! Actions of the events in the audit log, each with its stored text.
//!
//! The text is part of every event's hash, so an existing text must never change; some therefore keep words that are
//! retired elsewhere (`asks` for change requests, `letters` for emails). A new action needs a new text, and a message
//! `event-<text with hyphens>` in `locales/*/events.ftl`.

use crate::domain::policy::Action;

/// Action that an event records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum EventAction {
    /// A step on a contract, stored under its name in the table of rights.
    Step(Action),
    AccountPropose,
    AccountApprove,
    AccountRefuse,
    /// A rule on approvals was refused. Its proposal and approval are steps.
    ApprovalRuleRefuse,
    AppropriationPropose,
    AppropriationApprove,
    AppropriationRefuse,
    /// A budget change was refused. Its proposal and approval are steps.
    /// The approver first looked at a budget change.
    BudgetChangeOpen,
    BudgetChangeRefuse,
    /// A change request was refused. Its endorsement and grant are steps.
    ChainRefuse,
    ChangeRequestRefuse,
    /// A breach began to count.
    BreachFound,
    /// A breach no longer counts, for example after a reversal.
    BreachGone,
    CalendarImport,
    /// A due day moved because a year of the working calendar was imported.
    DueDayMoved,
    /// Finance first looked at a contract that was submitted.
    ContractOpen,
    ContractCreate,
    ContractEdit,
    /// Another appropriation, of the next year, bears a contract from now on.
    ContractCarryOver,
    /// A contract of an earlier ledger was registered with its state and history.
    ContractImport,
    ContractorAdd,
    DelegationAdd,
    DelegationEnd,
    DraftCreate,
    DraftSave,
    DraftDiscard,
    DraftRegister,
    /// An email came back after a mail server had accepted it.
    EmailBounce,
    /// An email that delivery gave up on was requeued.
    EmailRequeue,
    /// A stored file no longer had its digest when it was downloaded.
    FileDamaged,
    /// A claim on a guarantee was granted.
    GuaranteeClaimGrant,
    GuaranteeClaimRefuse,
    /// An identity at the identity provider was bound to a person.
    IdentityBind,
    /// An administrator requested a binding that a second one must confirm.
    IdentityBindAsk,
    IdentityUnbind,
    /// The document of an invoice was uploaded.
    InvoiceDocument,
    /// A one-time password link was issued on the command line.
    LinkCreate,
    LoanRateRefuse,
    MailTemplateSave,
    /// The program's own texts of a kind of email were restored.
    MailTemplateRestore,
    /// A person chose how they are notified.
    NoticesChoose,
    /// An objection was upheld.
    ObjectionUphold,
    /// An objection was rejected.
    ObjectionReject,
    OrganisationAdd,
    /// A payment of an earlier day was recorded and waits for consent.
    /// The person whose turn it is first looked at payment requests.
    PaymentOpen,
    PaymentBackdate,
    /// The earlier day of a payment was not agreed to.
    PaymentDisallow,
    PasswordSet,
    /// A person changed their own password.
    PasswordChange,
    /// A link was requested on the page for forgotten passwords.
    PasswordForgotten,
    PersonAdd,
    PersonDisable,
    PersonEnable,
    /// A one-time password link was issued by an administrator.
    PersonLink,
    /// An administrator requested a link that a second one must confirm.
    PersonLinkAsk,
    /// A publication was granted: the contract became public.
    PublicationGrant,
    PublicationRefuse,
    /// A contract was funded from the amount that its purchase plan reserved.
    PurchasePlanUse,
    /// The part of a purchase plan that its contract did not need was released when the contract was signed.
    PurchasePlanSave,
    PurchasePlanCancel,
    /// A write-off of an amount to be recovered was granted.
    RecoveryWriteOffGrant,
    RecoveryWriteOffRefuse,
    /// A set of recovery codes was generated.
    RecoveryCodesDraw,
    /// A recovery code was used in place of a one-time code.
    RecoveryCodeUse,
    RegionAdd,
    SeatGive,
    SeatEnd,
    ServiceAdd,
    SuspensionRefuse,
    SessionCreate,
    /// A person ended one of their sessions.
    SessionEnd,
    /// A person ended all of their sessions but one.
    SessionsEndOthers,
    /// A person who was signed in gave password and code again.
    SessionProve,
    /// A sign-in was refused.
    SessionRefuse,
    TotpBegin,
    TotpConfirm,
    TotpRemove,
    TotpReset,
    /// An administrator requested a reset of codes that a second one must confirm.
    TotpResetAsk,
}

impl EventAction {
    /// Returns whether a person acts; false for what the program records by itself about a standing or a calendar.
    pub const fn is_act(self) -> bool {
        !matches!(self, Self::BreachFound | Self::BreachGone | Self::DueDayMoved | Self::EmailBounce)
    }

    /// Returns the stored text.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Step(action) => action.right().name,
            Self::AccountPropose => "account.propose",
            Self::AccountApprove => "account.approve",
            Self::AccountRefuse => "account.refuse",
            Self::ApprovalRuleRefuse => "approval_rules.refuse",
            Self::AppropriationPropose => "appropriation.propose",
            Self::AppropriationApprove => "appropriation.approve",
            Self::AppropriationRefuse => "appropriation.refuse",
            Self::BudgetChangeOpen => "budget_changes.open",
            Self::BudgetChangeRefuse => "budget_changes.refuse",
            Self::ChainRefuse => "approval_chains.refuse",
            Self::ChangeRequestRefuse => "asks.refuse",
            Self::BreachFound => "breach.found",
            Self::BreachGone => "breach.gone",
            Self::CalendarImport => "calendar.import",
            Self::DueDayMoved => "calendar.moved",
            Self::ContractOpen => "contracts.open",
            Self::ContractCreate => "contract.create",
            Self::ContractEdit => "contract.edit",
            Self::ContractCarryOver => "contract.carry_over",
            Self::ContractImport => "contract.import",
            Self::ContractorAdd => "contractor.add",
            Self::DelegationAdd => "delegation.add",
            Self::DelegationEnd => "delegation.end",
            Self::DraftCreate => "draft.create",
            Self::DraftSave => "draft.save",
            Self::DraftDiscard => "draft.discard",
            Self::DraftRegister => "draft.register",
            Self::EmailBounce => "letters.bounce",
            Self::EmailRequeue => "letters.retry",
            Self::FileDamaged => "file.damaged",
            Self::GuaranteeClaimGrant => "guarantees.grant",
            Self::GuaranteeClaimRefuse => "guarantees.refuse",
            Self::IdentityBind => "identity.bind",
            Self::IdentityBindAsk => "identity.ask-bind",
            Self::IdentityUnbind => "identity.unbind",
            Self::InvoiceDocument => "invoices.document",
            Self::LinkCreate => "link.create",
            Self::LoanRateRefuse => "loan_rates.refuse",
            Self::MailTemplateSave => "mail_templates.save",
            Self::MailTemplateRestore => "mail_templates.restore",
            Self::NoticesChoose => "notices.choose",
            Self::ObjectionUphold => "objections.uphold",
            Self::ObjectionReject => "objections.reject",
            Self::OrganisationAdd => "organisation.add",
            Self::PaymentOpen => "payments.open",
            Self::PaymentBackdate => "payments.backdate",
            Self::PaymentDisallow => "payments.disallow",
            Self::PasswordSet => "password.set",
            Self::PasswordChange => "password.change",
            Self::PasswordForgotten => "password.forgotten",
            Self::PersonAdd => "person.add",
            Self::PersonDisable => "person.disable",
            Self::PersonEnable => "person.enable",
            Self::PersonLink => "person.link",
            Self::PersonLinkAsk => "person.ask-link",
            Self::PublicationGrant => "publications.grant",
            Self::PublicationRefuse => "publications.refuse",
            Self::PurchasePlanUse => "purchase_plans.use",
            Self::PurchasePlanSave => "purchase_plans.save",
            Self::PurchasePlanCancel => "purchase_plans.cancel",
            Self::RecoveryWriteOffGrant => "recoveries.grant",
            Self::RecoveryWriteOffRefuse => "recoveries.refuse",
            Self::RecoveryCodesDraw => "recovery-codes.draw",
            Self::RecoveryCodeUse => "recovery-codes.use",
            Self::RegionAdd => "region.add",
            Self::SeatGive => "seat.give",
            Self::SeatEnd => "seat.end",
            Self::ServiceAdd => "service.add",
            Self::SuspensionRefuse => "suspensions.refuse",
            Self::SessionCreate => "session.create",
            Self::SessionEnd => "session.end",
            Self::SessionsEndOthers => "session.end-others",
            Self::SessionProve => "session.prove",
            Self::SessionRefuse => "session.refuse",
            Self::TotpBegin => "totp.begin",
            Self::TotpConfirm => "totp.confirm",
            Self::TotpRemove => "totp.remove",
            Self::TotpReset => "totp.reset",
            Self::TotpResetAsk => "totp.ask-reset",
        }
    }
}

impl From<Action> for EventAction {
    fn from(action: Action) -> Self {
        Self::Step(action)
    }
}
