//! Primary keys, one type per table. They never leave the program; URLs use random identifiers (`public_id`).

use diesel_derive_newtype::DieselNewType;

macro_rules! keys {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, DieselNewType)]
        pub struct $name(pub i64);
    )+};
}

keys! {
    /// Key of a row of `organisations`.
    OrganisationId,
    /// Key of a row of `people`.
    PersonId,
    /// Key of a row of `seats`: a person's role within an organisation.
    SeatId,
    /// Key of a row of `contracts`.
    ContractId,
    /// Key of a row of `appropriations`.
    AppropriationId,
    /// Key of a row of `budget_changes`.
    BudgetChangeId,
    /// Key of a row of `purchase_plans`.
    PurchasePlanId,
    /// Key of a row of `yearly_shares`.
    YearlyShareId,
    /// Key of a row of `loan_rates`.
    LoanRateId,
    /// Key of a row of `calendar_imports`.
    CalendarImportId,
    /// Key of a row of `ledger_imports`.
    LedgerImportId,
    /// Key of a row of `statute_settings`.
    StatuteSettingId,
    /// Key of a row of `suspensions`.
    SuspensionId,
    /// Key of a row of `opinions`.
    OpinionId,
    /// Key of a row of `matters`.
    MatterId,
    /// Key of a row of `work_stations`.
    WorkStationId,
    /// Key of a row of `station_funds`.
    StationFundId,
    /// Key of a row of `correction_groups`.
    CorrectionGroupId,
    /// Key of a row of `workers`.
    WorkerId,
    /// Key of a row of `payments`.
    PaymentId,
    /// Key of a row of `amendments`.
    AmendmentId,
    /// Key of a row of `annexes`.
    AnnexId,
    /// A row of `change_requests`.
    ChangeRequestId,
    /// Key of a row of `objections`.
    ObjectionId,
    /// Key of a row of `messages`.
    MessageId,
    /// Key of a row of `record_batches`.
    RecordBatchId,
    /// Key of a row of `service_records`.
    ServiceRecordId,
    /// Key of a row of `publications`.
    PublicationId,
    /// Key of a row of `guarantees`.
    GuaranteeId,
    /// Key of a row of `guarantee_claims`.
    GuaranteeClaimId,
    /// Key of a row of `recoveries`.
    RecoveryId,
    /// Key of a row of `evaluations`.
    EvaluationId,
    /// A row of `emails`.
    EmailId,
    /// A row of `files`.
    FileId,
    /// Key of a row of `regions`.
    RegionId,
    /// Key of a row of `drafts`.
    DraftId,
    /// Key of a row of `contract_templates`.
    ContractTemplateId,
    /// Key of a row of `account_changes`.
    AccountChangeId,
}
