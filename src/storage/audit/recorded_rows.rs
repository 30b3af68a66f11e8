//! Rows protected by the audit log, grouped by object: a contract, a person, an entry of a register. The object's row
//! record (`row_records`) has one digest for each table, over all rows that belong to the object.
//!
//! Names, order and values of the columns are hashed, so none may be renamed, moved or removed. A column added later
//! must be nullable and left out while it is null (`skip_serializing_if`), or every earlier record would appear wrong.
//! Derived columns and counters are left out; `tests/audit/check/untold.rs` lists them with the reasons.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{NaiveDate, NaiveDateTime};
use diesel::prelude::*;
use serde::Serialize;

use crate::schema::{
    account_changes, amendment_steps, amendments, annexes, appropriations, budget_changes, calendar_feeds,
    change_requests, commitments, contract_terms, contractors, contracts, delegations, documents, drafts,
    evaluation_steps, evaluations, files, guarantee_claims, guarantees, invoice_numbers, messages, objections,
    opinions, organisations, payment_steps, payments, people, provider_identities, publications, purchase_plans,
    record_batches, recoveries, recovery_codes, regions, seats, services, signed_scans, suspensions, vouchers, workers,
};
use crate::storage::Result;
use crate::storage::audit::collected_rows::Collected;
use crate::storage::backend::AnyConnection;

/// Kind of an object whose rows are recorded together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ObjectKind {
    Contract,
    Person,
    /// A bureau or contractor, with its payee account and the proposed changes of the account.
    Organisation,
    Appropriation,
    Service,
    Region,
    Draft,
    /// Service records that were entered together. They are apart from their contract because there can be thousands,
    /// which every change of the contract would read.
    RecordBatch,
}

impl ObjectKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Contract,
        Self::Person,
        Self::Organisation,
        Self::Appropriation,
        Self::Service,
        Self::Region,
        Self::Draft,
        Self::RecordBatch,
    ];

    /// Returns the first part of the names of this kind's chains.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Contract => "contract",
            Self::Person => "person",
            Self::Organisation => "organisation",
            Self::Appropriation => "appropriation",
            Self::Service => "service",
            Self::Region => "region",
            Self::Draft => "draft",
            Self::RecordBatch => "records",
        }
    }

    /// Splits the name of a chain into the kind and the name of its object; `None` for a chain of no object.
    pub fn of_stream(stream: &str) -> Option<(Self, &str)> {
        let (kind, name) = stream.split_once(':')?;
        Some((Self::ALL.into_iter().find(|known| known.as_str() == kind)?, name))
    }

    /// Returns the name of an object's chain.
    pub fn stream(self, name: &str) -> String {
        format!("{}:{name}", self.as_str())
    }
}

/// An object: the key of its row, and the name used outside the program.
pub type Object = (i64, String);
/// Digests of an object's rows by table; tables without rows are absent.
pub type RowDigests = BTreeMap<String, String>;

/// Runs a macro with the table of a kind's objects and the column of their names.
macro_rules! with_table {
    ($kind:expr, $run:ident($($argument:expr),*)) => {
        match $kind {
            ObjectKind::Contract => $run!(contracts, public_id, $($argument),*),
            ObjectKind::Person => $run!(people, public_id, $($argument),*),
            ObjectKind::Organisation => $run!(organisations, public_id, $($argument),*),
            ObjectKind::Appropriation => $run!(appropriations, public_id, $($argument),*),
            ObjectKind::Service => $run!(services, public_id, $($argument),*),
            ObjectKind::Region => $run!(regions, code, $($argument),*),
            ObjectKind::Draft => $run!(drafts, public_id, $($argument),*),
            ObjectKind::RecordBatch => $run!(record_batches, public_id, $($argument),*),
        }
    };
}

/// Loads the objects of a kind with these keys.
pub fn by_ids(connection: &mut AnyConnection, kind: ObjectKind, ids: &[i64]) -> Result<Vec<Object>> {
    macro_rules! load {
        ($table:ident, $name:ident,) => {
            $table::table.filter($table::id.eq_any(ids)).select(($table::id, $table::$name)).load(connection)?
        };
    }
    Ok(with_table!(kind, load()))
}

/// Loads the objects of a kind with these names.
pub fn by_names(connection: &mut AnyConnection, kind: ObjectKind, names: &[String]) -> Result<Vec<Object>> {
    macro_rules! load {
        ($table:ident, $name:ident,) => {
            $table::table.filter($table::$name.eq_any(names)).select(($table::id, $table::$name)).load(connection)?
        };
    }
    Ok(with_table!(kind, load()))
}

/// Loads objects of a kind in the order of their keys, after a key.
pub fn after(connection: &mut AnyConnection, kind: ObjectKind, key: i64, limit: i64) -> Result<Vec<Object>> {
    macro_rules! load {
        ($table:ident, $name:ident,) => {
            $table::table
                .filter($table::id.gt(key))
                .order($table::id)
                .limit(limit)
                .select(($table::id, $table::$name))
                .load(connection)?
        };
    }
    Ok(with_table!(kind, load()))
}

/// Defines the row of a table in the form that is hashed, private to this module unless it has a visibility.
macro_rules! recorded_rows {
    ($($vis:vis $row:ident of $table:ident { $($(#[$meta:meta])* $column:ident: $type:ty),+ $(,)? })+) => {$(
        #[derive(Debug, Queryable, Selectable, Serialize)]
        #[diesel(table_name = $table)]
        $vis struct $row { $($(#[$meta])* $column: $type),+ }
    )+};
}

/// Collects the rows of tables, except those that are left out: by a column that holds the object's key, or by such a
/// column of the table that they belong to.
macro_rules! collect {
    ($connection:ident, $collected:ident, $ids:ident, $asked:ident,
     $($row:ident of $table:ident $(through $parent:ident)? by $owner:ident),+ $(,)?) => {{$(
        if $asked(stringify!($table)) {
            let rows: Vec<(i64, $row)> = $crate::storage::statements::on_engine!(&mut *$connection, own => {
                let query = collect!(@query $table $($parent)? $owner $ids $row);
                if $ids.len() > $crate::storage::statements::KEPT_ROWS {
                    $crate::storage::statements::Reading::rows(query, own)
                } else {
                    $crate::storage::statements::Reading::rows($crate::storage::statements::Kept(query), own)
                }
            })?;
            $collected.add(stringify!($table), rows)?;
        }
    )+}};
    (@query $table:ident $owner:ident $ids:ident $row:ident) => {
        $table::table.filter($table::$owner.eq_any($ids)).select(($table::$owner, $row::as_select()))
    };
    (@query $table:ident $parent:ident $owner:ident $ids:ident $row:ident) => {
        $table::table
            .inner_join($parent::table)
            .filter($parent::$owner.eq_any($ids))
            .select(($parent::$owner, $row::as_select()))
    };
}

mod batches;
mod ledger;
mod settings;
mod written;

pub use ledger::digests_of_balances;
pub(in crate::storage) use ledger::digests_of_postings;
pub(in crate::storage) use written::{digests_of_commitment, digests_of_head};
pub use written::{digests_of_new_contract, digests_of_payments};

recorded_rows! {
    pub(in crate::storage) ContractRow of contracts {
        id: i64, public_id: String, number: String, title: String, purchaser_id: i64, funder_id: i64,
        contractor_id: i64, region_id: i64, appropriation_id: Option<i64>, regime: String, method: String, plan_no: String,
        award_on: Option<NaiveDate>, signed_on: Option<NaiveDate>, published_on: Option<NaiveDate>, state: String,
        terms_version: i64, amount_fen: i64, year: i32, starts_on: NaiveDate, ends_on: NaiveDate, created_by: i64,
        created_at: NaiveDateTime, number_key: Option<String>,
    }
    TermsRow of contract_terms {
        contract_id: i64, version: i64, effective_on: NaiveDate, hash: String, recorded_by: i64,
        recorded_at: NaiveDateTime,
    }
    PaymentRow of payments {
        id: i64, public_id: String, contract_id: i64, milestone: String, amount_fen: i64, state: String,
        requested_at: NaiveDateTime, voucher: String, paid_on: Option<NaiveDate>, account: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        kind: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        borne_by: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reversed_in: Option<i64>,
    }
    StepRow of payment_steps {
        payment_id: i64, seq: i64, action: String, person_id: i64, for_id: Option<i64>, at: NaiveDateTime, note: String,
    }
    ChangeRequestRow of change_requests {
        id: i64, public_id: String, contract_id: i64, kind: String, body: String, reason: String, state: String,
        requested_by: i64, requested_for: Option<i64>, requested_at: NaiveDateTime, decided_by: Option<i64>,
        decided_at: Option<NaiveDateTime>, decision_note: String,
        #[serde(skip_serializing_if = "Option::is_none")] endorsed_by: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")] endorsed_for: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")] endorsed_at: Option<NaiveDateTime>,
        #[serde(skip_serializing_if = "Option::is_none")] endorsement: Option<String>,
    }
    AnnexRow of annexes {
        id: i64, public_id: String, contract_id: i64, amendment_id: Option<i64>, kind: String, title: String, internal: bool,
        added_by: i64, added_for: Option<i64>, added_at: NaiveDateTime, removed_by: Option<i64>, removed_for: Option<i64>,
        removed_at: Option<NaiveDateTime>,
    }
    MessageRow of messages {
        id: i64, public_id: String, contract_id: i64, organisation_id: i64, about: String, text: String, sent_by: i64,
        sent_for: Option<i64>, sent_at: NaiveDateTime,
    }
    ObjectionRow of objections {
        id: i64, public_id: String, contract_id: i64, against: String, subject: String, text: String,
        fact_seq: Option<i64>, deciders: String, state: String, raised_by: i64, raised_for: Option<i64>,
        raised_at: NaiveDateTime, answered_by: Option<i64>, answered_for: Option<i64>,
        answered_at: Option<NaiveDateTime>, answer: String,
    }
    PublicationRow of publications {
        id: i64, public_id: String, contract_id: i64, notice_url: String, notice_on: NaiveDate, review: String, state: String,
        proposed_by: i64, proposed_for: Option<i64>, proposed_at: NaiveDateTime, decided_by: Option<i64>, decided_for: Option<i64>,
        decided_at: Option<NaiveDateTime>, decision_note: String, withdrawn_by: Option<i64>, withdrawn_for: Option<i64>, withdrawn_at: Option<NaiveDateTime>, withdrawal_note: String,
    }
    GuaranteeRow of guarantees {
        id: i64, public_id: String, contract_id: i64, kind: String, amount_fen: i64, issuer: String, issuer_key: String,
        number: String, number_key: String, valid_from: NaiveDate, valid_until: NaiveDate, return_on: NaiveDate, state: String,
        recorded_by: i64, recorded_for: Option<i64>, recorded_at: NaiveDateTime, returned_on: Option<NaiveDate>,
        returned_by: Option<i64>, returned_for: Option<i64>, returned_at: Option<NaiveDateTime>, return_note: String,
    }
    GuaranteeClaimRow of guarantee_claims {
        id: i64, guarantee_id: i64, amount_fen: i64, purpose: String, reason: String, state: String, proposed_by: i64,
        proposed_for: Option<i64>, proposed_at: NaiveDateTime, decided_by: Option<i64>, decided_for: Option<i64>,
        decided_at: Option<NaiveDateTime>, decision_note: String,
    }
    RecoveryRow of recoveries {
        id: i64, public_id: String, contract_id: i64, kind: String, state: String, amount_fen: i64, reason: String,
        due_on: Option<NaiveDate>, received_on: Option<NaiveDate>, funder_id: i64, receipt: Option<String>,
        receipt_key: Option<String>, recorded_by: i64, recorded_for: Option<i64>, recorded_at: NaiveDateTime,
        decided_by: Option<i64>, decided_for: Option<i64>, decided_at: Option<NaiveDateTime>, decision_note: String,
    }
    EvaluationRow of evaluations {
        id: i64, public_id: String, contract_id: i64, contractor_id: i64, region_id: i64, from_on: NaiveDate,
        to_on: NaiveDate, measured_on: NaiveDate, inputs: String, services: String, state: String,
        answer_by: NaiveDate, views: String, adjustments: String, outcome: Option<String>, score: Option<String>,
    }
    EvaluationStepRow of evaluation_steps {
        evaluation_id: i64, seq: i64, action: String, person_id: i64, for_id: Option<i64>, at: NaiveDateTime,
        note: String,
    }
    AmendmentRow of amendments {
        id: i64, public_id: String, contract_id: i64, base_version: i64, ground: String, effective_on: NaiveDate,
        reason: String, terms: String, details: String, hash: String, grows: bool, state: String,
    }
    AmendmentStepRow of amendment_steps {
        amendment_id: i64, seq: i64, action: String, person_id: i64, for_id: Option<i64>, at: NaiveDateTime,
        note: String,
    }
    FileRow of files {
        id: i64, public_id: String, storage_key: String, name: String, media_type: String, bytes: i64, sha256: String,
        hash_alg: String, flags: String, state: String, owner_id: i64, contract_id: i64, kind: String, subject: String,
        no: i32, uploaded_by: i64, uploaded_at: NaiveDateTime, shown_key: Option<String>, shown_bytes: Option<i64>,
        shown_sha256: Option<String>,
    }
    CommitmentRow of commitments {
        id: i64, appropriation_id: i64, contract_id: i64, amount_fen: i64, committed_at: NaiveDateTime,
        released_at: Option<NaiveDateTime>,
    }
    InvoiceNumberRow of invoice_numbers {
        number_key: String, colour: String, seller_id: i64, contract_id: i64, milestone: String, no: i32,
    }
    VoucherRow of vouchers {
        payer_id: i64, year: i32, voucher_key: String, payment_id: i64,
    }
    DocumentRow of documents {
        code: String, contract_id: i64, kind: String, as_of: NaiveDate, fingerprint: String, made_at: NaiveDateTime,
    }
    PersonRow of people {
        id: i64, public_id: String, username: String, name: String, email: String, language: String,
        password_hash: String, totp_secret: Option<String>, disabled: bool, created_at: NaiveDateTime,
    }
    SeatRow of seats {
        id: i64, person_id: i64, organisation_id: i64, role: String, from_on: NaiveDate, until_on: NaiveDate,
    }
    DelegationRow of delegations {
        id: i64, public_id: String, seat_id: i64, deputy_id: i64, from_on: NaiveDate, until_on: NaiveDate,
        created_by: i64, created_at: NaiveDateTime,
    }
    ProviderIdentityRow of provider_identities {
        person_id: i64, issuer: String, subject: String, bound_by: Option<i64>, bound_at: NaiveDateTime,
    }
    CalendarFeedRow of calendar_feeds {
        person_id: i64, nonce: String, token_hash: String, made_at: NaiveDateTime,
    }
    RecoveryCodeRow of recovery_codes {
        person_id: i64, code_hash: String, used_at: Option<NaiveDateTime>,
    }
    OrganisationRow of organisations {
        id: i64, public_id: String, code: String, name: String, function: String, region_id: Option<i64>,
        search_key: Option<String>,
    }
    ContractorRow of contractors {
        organisation_id: i64, credit_code: String, kind: String, sme: bool, name_key: String, qualifications: String,
        account_name: String, account_bank: String, account_number: String, changed_at: NaiveDateTime,
    }
    AccountChangeRow of account_changes {
        id: i64, public_id: String, contractor_id: i64, account_name: String, account_bank: String,
        account_number: String, state: String, proposed_by: i64, proposed_at: NaiveDateTime, decided_by: Option<i64>,
        decided_at: Option<NaiveDateTime>, proposed_for: Option<i64>,
    }
    AppropriationRow of appropriations {
        id: i64, public_id: String, year: i32, bureau_id: i64, line: String, economic: String, project: String,
        document_no: String, source: String, amount_fen: i64, state: String, proposed_by: i64,
        proposed_at: NaiveDateTime, approved_by: Option<i64>, approved_at: Option<NaiveDateTime>,
        proposed_for: Option<i64>, search_key: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reclaimed_fen: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        reserved_fen: Option<i64>,
    }
    PurchasePlanRow of purchase_plans {
        id: i64, public_id: String, appropriation_id: i64, number: String, number_key: String, title: String,
        amount_fen: i64, reserved_fen: i64, state: String, contract_id: Option<i64>, planned_by: i64,
        planned_for: Option<i64>, planned_at: NaiveDateTime,
    }
    SuspensionRow of suspensions {
        id: i64, public_id: String, contract_id: i64, step: String, on_day: NaiveDate, reason: String, state: String,
        proposed_by: i64, proposed_for: Option<i64>, proposed_at: NaiveDateTime, decided_by: Option<i64>,
        decided_at: Option<NaiveDateTime>,
    }
    SignedScanRow of signed_scans {
        annex_id: i64, contract_id: i64, document: String, code: String, fingerprint: String, as_of: NaiveDate,
    }
    OpinionRow of opinions {
        id: i64, public_id: String, contract_id: i64, deliverable: String, code_hash: String, expires_on: NaiveDate,
        issued_by: i64, issued_for: Option<i64>, issued_at: NaiveDateTime, answered_on: Option<NaiveDate>,
        received: Option<bool>, satisfaction: Option<String>, remark: Option<String>,
    }
    WorkerRow of workers {
        id: i64, public_id: String, contract_id: i64, name: String, role: String, certificate: String,
        certificate_until: Option<NaiveDate>, from_on: NaiveDate, until_on: Option<NaiveDate>,
        replaces_id: Option<i64>, reason: String, state: String, proposed_by: i64, proposed_for: Option<i64>,
        proposed_at: NaiveDateTime, decided_by: Option<i64>, decided_at: Option<NaiveDateTime>,
        #[serde(skip_serializing_if = "Option::is_none")]
        end_reason: Option<String>,
    }
    BudgetChangeRow of budget_changes {
        id: i64, public_id: String, kind: String, from_id: i64, to_id: Option<i64>, amount_fen: Option<i64>,
        document_no: String, reason: String, state: String, proposed_by: i64, proposed_for: Option<i64>,
        proposed_at: NaiveDateTime, decided_by: Option<i64>, decided_at: Option<NaiveDateTime>,
        #[serde(skip_serializing_if = "Option::is_none")]
        opened_by: Option<i64>,
        #[serde(skip_serializing_if = "Option::is_none")]
        opened_at: Option<NaiveDateTime>,
    }
    ServiceRow of services {
        id: i64, public_id: String, code: String, name: String, unit: String, standard: String, basis: String,
        search_key: Option<String>,
    }
    RegionRow of regions {
        id: i64, code: String, name: String, path: String, parent_id: Option<i64>, search_key: Option<String>,
    }
    DraftRow of drafts {
        id: i64, public_id: String, organisation_id: i64, contract_id: Option<i64>, contract_version: i64,
        fields: String, version: i64, created_by: i64, created_at: NaiveDateTime, changed_by: i64,
        changed_at: NaiveDateTime,
        #[serde(skip_serializing_if = "Option::is_none")]
        amends_id: Option<i64>,
    }
}

/// Computes the digests of the rows of objects of one kind, by the objects' keys, for all tables or the named ones.
pub fn digests(
    connection: &mut AnyConnection,
    kind: ObjectKind,
    ids: &[i64],
    tables: Option<&BTreeSet<String>>,
) -> Result<BTreeMap<i64, RowDigests>> {
    let asked = |table: &str| tables.is_none_or(|tables| tables.contains(table));
    let mut collected = Collected::default();
    match kind {
        ObjectKind::Contract => {
            collect!(connection, collected, ids, asked, ContractRow of contracts by id,
                TermsRow of contract_terms by contract_id, PaymentRow of payments by contract_id,
                ChangeRequestRow of change_requests by contract_id, FileRow of files by contract_id,
                CommitmentRow of commitments by contract_id, DocumentRow of documents by contract_id,
                AmendmentRow of amendments by contract_id, InvoiceNumberRow of invoice_numbers by contract_id,
                ObjectionRow of objections by contract_id, AnnexRow of annexes by contract_id,
                MessageRow of messages by contract_id, PublicationRow of publications by contract_id,
                GuaranteeRow of guarantees by contract_id, RecoveryRow of recoveries by contract_id,
                EvaluationRow of evaluations by contract_id, SuspensionRow of suspensions by contract_id,
                WorkerRow of workers by contract_id, OpinionRow of opinions by contract_id,
                SignedScanRow of signed_scans by contract_id,
                GuaranteeClaimRow of guarantee_claims through guarantees by contract_id,
                AmendmentStepRow of amendment_steps through amendments by contract_id,
                EvaluationStepRow of evaluation_steps through evaluations by contract_id,
                StepRow of payment_steps through payments by contract_id,
                VoucherRow of vouchers through payments by contract_id);
            ledger::of_contracts(connection, ids, asked, &mut collected)?;
        }
        ObjectKind::Person => collect!(connection, collected, ids, asked, PersonRow of people by id,
            SeatRow of seats by person_id, RecoveryCodeRow of recovery_codes by person_id,
            ProviderIdentityRow of provider_identities by person_id, CalendarFeedRow of calendar_feeds by person_id,
            DelegationRow of delegations through seats by person_id),
        ObjectKind::Organisation => {
            collect!(connection, collected, ids, asked, OrganisationRow of organisations by id,
                ContractorRow of contractors by organisation_id, AccountChangeRow of account_changes by contractor_id);
            settings::of_organisations(connection, ids, asked, &mut collected)?;
        }
        ObjectKind::Appropriation => {
            collect!(connection, collected, ids, asked, AppropriationRow of appropriations by id,
                BudgetChangeRow of budget_changes by from_id, PurchasePlanRow of purchase_plans by appropriation_id);
            if asked("ledger_postings") {
                ledger::of_appropriations(connection, ids, &mut collected)?;
            }
        }
        ObjectKind::Service => collect!(connection, collected, ids, asked, ServiceRow of services by id),
        ObjectKind::Region => collect!(connection, collected, ids, asked, RegionRow of regions by id),
        ObjectKind::Draft => collect!(connection, collected, ids, asked, DraftRow of drafts by id),
        ObjectKind::RecordBatch => batches::of_batches(connection, ids, asked, &mut collected)?,
    }
    Ok(collected.digests())
}
