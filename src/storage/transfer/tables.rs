//! Every table of the schema with its columns and key, and the values of a row.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::sql_types::{BigInt, Bool, Date, Integer, Nullable, SingleValue, Text, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::schema;

/// Format of a time in a line.
const TIME: &str = "%Y-%m-%dT%H:%M:%S%.6f";

/// A table as described in a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    pub name: String,
    /// Columns in the order of the values of a row.
    pub columns: Vec<Column>,
    /// Columns of the primary key, by which rows are ordered.
    pub key: Vec<String>,
}

impl Table {
    /// Returns true if every name may be used in a statement: ASCII letters, digits and underscores.
    pub fn has_plain_names(&self) -> bool {
        let plain = |name: &str| {
            !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
        };
        let columns = || self.columns.iter().map(|column| column.name.as_str());
        plain(&self.name)
            && !self.columns.is_empty()
            && columns().all(plain)
            && !self.key.is_empty()
            && self.key.iter().all(|key| columns().any(|column| column == key))
    }
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    pub name: String,
    pub kind: Kind,
}

/// Type of a column's values. Every column may also be NULL here; the database knows which must not be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    Integer,
    Bigint,
    Text,
    Boolean,
    Date,
    Timestamp,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Cell {
    Null,
    Number(i64),
    Text(String),
    Boolean(bool),
    Date(NaiveDate),
    Timestamp(NaiveDateTime),
}

impl Cell {
    /// Parses a value in the form of a line or of an engine's output; `None` for a value of another type.
    pub fn parse(kind: Kind, value: Value) -> Option<Self> {
        match (kind, value) {
            (_, Value::Null) => Some(Self::Null),
            (Kind::Integer, Value::Number(number)) => {
                number.as_i64().filter(|number| i32::try_from(*number).is_ok()).map(Self::Number)
            }
            (Kind::Bigint, Value::Number(number)) => number.as_i64().map(Self::Number),
            (Kind::Text, Value::String(text)) => Some(Self::Text(text)),
            (Kind::Boolean, Value::Bool(truth)) => Some(Self::Boolean(truth)),
            // SQLite's.
            (Kind::Boolean, Value::Number(number)) => match number.as_i64() {
                Some(0) => Some(Self::Boolean(false)),
                Some(1) => Some(Self::Boolean(true)),
                _ => None,
            },
            (Kind::Date, Value::String(text)) => text.parse().ok().map(Self::Date),
            (Kind::Timestamp, Value::String(text)) => {
                let forms = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
                let parsed = forms.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
                parsed.map(Self::Timestamp)
            }
            _ => None,
        }
    }

    /// Returns the value in the form of a line.
    pub fn to_json(&self) -> Value {
        match self {
            Self::Null => Value::Null,
            Self::Number(number) => Value::from(*number),
            Self::Text(text) => Value::from(text.as_str()),
            Self::Boolean(truth) => Value::from(*truth),
            Self::Date(day) => Value::from(day.to_string()),
            Self::Timestamp(at) => Value::from(at.format(TIME).to_string()),
        }
    }
}

/// A column's type in diesel's terms.
trait ColumnType {
    const KIND: Kind;
}

macro_rules! column_types {
    ($($sql:ident $kind:ident)+) => {$(
        impl ColumnType for $sql {
            const KIND: Kind = Kind::$kind;
        }
    )+};
}

column_types! { Integer Integer BigInt Bigint Text Text Bool Boolean Date Date Timestamp Timestamp }

impl<T: ColumnType + SingleValue> ColumnType for Nullable<T> {
    const KIND: Kind = T::KIND;
}

/// Columns of a table, which diesel lists as a tuple.
trait Columns {
    fn list() -> Vec<Column>;
}

macro_rules! columns_of_tuples {
    () => {};
    ($first:ident $($rest:ident)*) => {
        impl<$first, $($rest,)*> Columns for ($first, $($rest,)*)
        where
            $first: diesel::Column,
            $first::SqlType: ColumnType,
            $($rest: diesel::Column, $rest::SqlType: ColumnType,)*
        {
            fn list() -> Vec<Column> {
                let column = |name: &str, kind| Column { name: name.to_owned(), kind };
                vec![column($first::NAME, <$first::SqlType>::KIND), $(column($rest::NAME, <$rest::SqlType>::KIND)),*]
            }
        }
        columns_of_tuples! { $($rest)* }
    };
}

columns_of_tuples! {
    C1 C2 C3 C4 C5 C6 C7 C8 C9 C10 C11 C12 C13 C14 C15 C16 C17 C18 C19 C20 C21 C22 C23 C24 C25 C26 C27 C28 C29 C30 C31 C32
}

macro_rules! tables {
    ($($table:ident($($key:ident),+))+) => {
        /// Returns every table, in an order in which each follows the tables that its rows refer to.
        pub fn all_tables() -> Vec<Table> {
            vec![$(Table {
                name: stringify!($table).to_owned(),
                columns: <<schema::$table::table as diesel::Table>::AllColumns as Columns>::list(),
                key: vec![$(<schema::$table::$key as diesel::Column>::NAME.to_owned()),+],
            }),+]
        }
    };
}

tables! {
    regions(id)
    organisations(id)
    contractors(organisation_id)
    contractor_pairs(pair, contractor_id)
    people(id)
    account_changes(id)
    administrator_requests(person_id, kind)
    seats(id)
    delegations(id)
    links(token_hash)
    provider_identities(person_id, issuer)
    calendar_feeds(person_id)
    recovery_codes(person_id, code_hash)
    sessions(token_hash)
    register_version(id)
    services(id)
    calendars(version)
    calendar_imports(id)
    ledger_imports(id)
    statute_settings(id)
    approval_rules(id)
    approval_chains(id)
    appropriations(id)
    budget_changes(id)
    contracts(id)
    contract_terms(contract_id, version)
    contract_access(organisation_id, contract_id)
    contract_pairs(pair, contract_id)
    commitments(id)
    purchase_plans(id)
    yearly_shares(id)
    loan_rates(id)
    suspensions(id)
    workers(id)
    matters(id)
    matter_answers(id)
    work_stations(id)
    station_funds(id)
    correction_groups(id)
    opinions(id)
    ledger_postings(id)
    ledger_balances(contract_id, appropriation_id)
    amendments(id)
    amendment_steps(amendment_id, seq)
    facts(contract_id, seq)
    events(stream, seq)
    hash_chains(stream)
    seals(day)
    sealed_heads(kind, stream)
    row_records(stream, seq)
    row_heads(stream)
    change_requests(id)
    objections(id)
    annexes(id)
    signed_scans(annex_id)
    messages(id)
    unread_messages(person_id, contract_id, message_id)
    record_batches(id)
    service_records(id)
    publications(id)
    guarantees(id)
    guarantee_claims(id)
    recoveries(id)
    evaluations(id)
    evaluation_steps(evaluation_id, seq)
    payments(id)
    payment_steps(payment_id, seq)
    vouchers(payer_id, year, voucher_key)
    invoice_numbers(number_key, colour, seller_id)
    tasks(id)
    milestones(contract_id, code)
    breaches(contract_id, clause, subject)
    documents(code)
    drafts(id)
    contract_templates(id)
    files(id)
    kept_files(id)
    kept_forms(public_id)
    emails(id)
    mail_templates(kind, language)
    notice_choices(person_id)
    saved_views(id)
    bounced_addresses(person_id)
    undelivered(email_id)
    idempotency(person_id, request_key)
}
