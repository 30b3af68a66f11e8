//! Actions of the events in the audit log, each with its stored text.
//!
//! The text is part of every event's hash, so an existing text must never change; some therefore keep words that are
//! retired elsewhere (`asks` for change requests, `letters` for emails). A new action needs a new text, and a message
//! `event-<text with hyphens>` in `locales/*/events.ftl`.

use crate::domain::policy::Action;

macro_rules! event_actions {
    ($($(#[$meta:meta])* $variant:ident = $text:literal,)+) => {
        /// Action that an event records.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        pub enum EventAction {
            /// A step on a contract, stored under its name in the table of rights.
            Step(Action),
            $($(#[$meta])* $variant),+
        }

        impl EventAction {
            /// Returns the stored text.
            pub const fn as_str(self) -> &'static str {
                match self {
                    Self::Step(action) => action.right().name,
                    $(Self::$variant => $text),+
                }
            }
        }
    };
}

event_actions! {
    AccountPropose = "account.propose",
    /// The whole number of a payee account was shown to a finance officer.
    AccountShow = "account.show",
    AccountApprove = "account.approve",
    AccountRefuse = "account.refuse",
    /// A rule on approvals was refused. Its proposal and approval are steps.
    ApprovalRuleRefuse = "approval_rules.refuse",
    AppropriationPropose = "appropriation.propose",
    AppropriationApprove = "appropriation.approve",
    AppropriationRefuse = "appropriation.refuse",
    /// The approver first looked at a budget change.
    BudgetChangeOpen = "budget_changes.open",
    /// A budget change was refused. Its proposal and approval are steps.
    BudgetChangeRefuse = "budget_changes.refuse",
    ChainRefuse = "approval_chains.refuse",
    /// A change request was refused. Its endorsement and grant are steps.
    ChangeRequestRefuse = "asks.refuse",
    /// A breach began to count.
    BreachFound = "breach.found",
    /// A breach no longer counts, for example after a reversal.
    BreachGone = "breach.gone",
    /// A person made a new address for their calendar feed.
    CalendarFeedMake = "calendar_feed.make",
    CalendarFeedEnd = "calendar_feed.end",
    CalendarImport = "calendar.import",
    /// A year of the working calendar was proposed. Its approval is a step.
    CalendarPropose = "calendar.propose",
    CalendarRefuse = "calendar.refuse",
    /// A due day moved because a year of the working calendar was imported.
    DueDayMoved = "calendar.moved",
    /// A ledger was not imported. Its proposal and approval are steps.
    LedgerImportRefuse = "ledger_imports.refuse",
    /// The proposal of a ledger was taken back.
    LedgerImportRecall = "ledger_imports.recall",
    /// Finance first looked at a contract that was submitted.
    ContractOpen = "contracts.open",
    ContractCreate = "contract.create",
    ContractEdit = "contract.edit",
    /// A template of a bureau was offered to all bureaus.
    ContractTemplateOffer = "contract_templates.offer",
    ContractTemplateRename = "contract_templates.rename",
    ContractTemplateRetire = "contract_templates.retire",
    /// Another appropriation, of the next year, bears a contract from now on.
    ContractCarryOver = "contract.carry_over",
    /// A contract of an earlier ledger was registered with its state and history.
    ContractImport = "contract.import",
    ContractorAdd = "contractor.add",
    DelegationAdd = "delegation.add",
    DelegationEnd = "delegation.end",
    DraftCreate = "draft.create",
    DraftSave = "draft.save",
    DraftDiscard = "draft.discard",
    DraftRegister = "draft.register",
    /// An email came back after a mail server had accepted it.
    EmailBounce = "letters.bounce",
    /// An email that delivery gave up on was requeued.
    EmailRequeue = "letters.retry",
    /// A stored file no longer had its digest when it was downloaded.
    FileDamaged = "file.damaged",
    /// A claim on a guarantee was granted.
    GuaranteeClaimGrant = "guarantees.grant",
    GuaranteeClaimRefuse = "guarantees.refuse",
    /// An identity at the identity provider was bound to a person.
    IdentityBind = "identity.bind",
    /// An administrator requested a binding that a second one must confirm.
    IdentityBindAsk = "identity.ask-bind",
    IdentityUnbind = "identity.unbind",
    /// The document of an invoice was uploaded.
    InvoiceDocument = "invoices.document",
    /// A one-time password link was issued on the command line.
    LinkCreate = "link.create",
    LoanRateRefuse = "loan_rates.refuse",
    MailTemplateSave = "mail_templates.save",
    /// The program's own texts of a kind of email were restored.
    MailTemplateRestore = "mail_templates.restore",
    /// A person chose how they are notified.
    NoticesChoose = "notices.choose",
    /// An objection was upheld.
    ObjectionUphold = "objections.uphold",
    /// An objection was rejected.
    ObjectionReject = "objections.reject",
    OrganisationAdd = "organisation.add",
    /// The person whose turn it is first looked at payment requests.
    PaymentOpen = "payments.open",
    /// A payment of an earlier day was recorded and waits for consent.
    PaymentBackdate = "payments.backdate",
    /// The earlier day of a payment was not agreed to.
    PaymentDisallow = "payments.disallow",
    PasswordSet = "password.set",
    /// A person changed their own password.
    PasswordChange = "password.change",
    /// A link was requested on the page for forgotten passwords.
    PasswordForgotten = "password.forgotten",
    PersonAdd = "person.add",
    PersonDisable = "person.disable",
    PersonEnable = "person.enable",
    /// A one-time password link was issued by an administrator.
    PersonLink = "person.link",
    /// An administrator requested a link that a second one must confirm.
    PersonLinkAsk = "person.ask-link",
    /// A publication was granted: the contract became public.
    PublicationGrant = "publications.grant",
    PublicationRefuse = "publications.refuse",
    /// A contract was funded from the amount that its purchase plan reserved.
    PurchasePlanUse = "purchase_plans.use",
    /// The part of a purchase plan that its contract did not need was released when the contract was signed.
    PurchasePlanSave = "purchase_plans.save",
    PurchasePlanCancel = "purchase_plans.cancel",
    /// A write-off of an amount to be recovered was granted.
    RecoveryWriteOffGrant = "recoveries.grant",
    RecoveryWriteOffRefuse = "recoveries.refuse",
    /// A set of recovery codes was generated.
    RecoveryCodesDraw = "recovery-codes.draw",
    /// A recovery code was used in place of a one-time code.
    RecoveryCodeUse = "recovery-codes.use",
    RegionAdd = "region.add",
    /// A person saved the filters of a list under a name.
    SavedViewAdd = "saved_views.add",
    SavedViewRename = "saved_views.rename",
    SavedViewDelete = "saved_views.delete",
    SeatGive = "seat.give",
    SeatEnd = "seat.end",
    ServiceAdd = "service.add",
    StatuteSettingRefuse = "statutes.refuse",
    SuspensionRefuse = "suspensions.refuse",
    /// A recipient gave an opinion with a code.
    OpinionGive = "opinions.give",
    WorkerRefuse = "workers.refuse",
    WorkerRecall = "workers.recall",
    WorkStationClose = "work_stations.close",
    CorrectionGroupDissolve = "correction_groups.dissolve",
    SessionCreate = "session.create",
    /// A person ended one of their sessions.
    SessionEnd = "session.end",
    /// A person ended all of their sessions but one.
    SessionsEndOthers = "session.end-others",
    /// A person who was signed in gave password and code again.
    SessionProve = "session.prove",
    /// A sign-in was refused.
    SessionRefuse = "session.refuse",
    TotpBegin = "totp.begin",
    TotpConfirm = "totp.confirm",
    TotpRemove = "totp.remove",
    TotpReset = "totp.reset",
    /// An administrator requested a reset of codes that a second one must confirm.
    TotpResetAsk = "totp.ask-reset",
}

impl EventAction {
    /// Returns whether a person acts; false for what the program records by itself about a standing or a calendar.
    pub const fn is_act(self) -> bool {
        !matches!(self, Self::BreachFound | Self::BreachGone | Self::DueDayMoved | Self::EmailBounce)
    }
}

impl From<Action> for EventAction {
    fn from(action: Action) -> Self {
        Self::Step(action)
    }
}
