//! Work lists: what waits for the caller, most urgent first, and what others hold on the contracts that they see.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::{ChangeRequestKind, Role};
use crate::domain::details::Details;
use crate::domain::duties::DutyKind;
use crate::domain::money::Money;
use crate::domain::policy::Action;
use crate::domain::subject::Target;
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::services::identity::caller::Caller;
use crate::services::payments::stored_money;
use crate::storage::contracts::list::{self as rows, WorkRow};
use crate::storage::contracts::{Contract, due};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::organisations;
use crate::storage::{AnyConnection, change_requests, payments};

/// Duties that a work list shows.
const OWN: i64 = 200;
/// Duties of others that a page shows; one more is read, to tell whether there are more.
pub const OTHERS: usize = 20;

/// Something that waits for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkItem {
    /// What is to be done.
    pub kind: String,
    /// The deliverable, milestone, payment or request; empty for the contract.
    pub subject: String,
    /// What the subject is called: a deliverable or milestone; of a payment its milestone.
    pub name: String,
    /// The amount of a payment.
    #[schema(value_type = Option<String>)]
    pub amount: Option<Money>,
    /// What is asked for, where it is to be decided.
    pub ask: Option<ChangeRequestKind>,
    /// Identifier of the contract.
    pub contract: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// In which role.
    pub role: Role,
    /// Whether it is the caller's own.
    pub own: bool,
    /// Name of the organisation whose duty it is.
    pub organisation: String,
    /// By when.
    pub due_on: NaiveDate,
    /// Days that are left; negative when it is overdue.
    pub days_left: i64,
    /// Since when it waits.
    pub since: NaiveDate,
}

/// What waits for somebody.
#[derive(Debug, Serialize, ToSchema)]
pub struct WorkPage {
    /// The items, most urgent first.
    pub items: Vec<WorkItem>,
    /// Always none: of a work list all is shown that is read.
    pub next: Option<String>,
}

/// How much waits for the caller, counted no further than a work list shows.
///
/// # Errors
/// The database's.
pub fn count(app: &App, caller: &Caller) -> Result<usize, Error> {
    caller.may(Action::ListWork)?;
    Ok(app.pool.read(|connection| rows::work(connection, &seats(caller), OWN))?.len())
}

/// What waits for the caller, most urgent first.
///
/// # Errors
/// The database's.
pub fn own(app: &App, caller: &Caller) -> Result<WorkPage, Error> {
    caller.may(Action::ListWork)?;
    app.pool.read(|connection| {
        let found = rows::work(connection, &seats(caller), OWN)?;
        page(connection, caller, found)
    })
}

/// What others must do on the contracts that the caller sees, most urgent first.
///
/// # Errors
/// The database's.
pub fn of_others(app: &App, caller: &Caller) -> Result<WorkPage, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let found = rows::work_of_others(connection, &caller.organisations(), &seats(caller), OTHERS as i64 + 1)?;
        page(connection, caller, found)
    })
}

/// What is to be done on one contract that the caller sees, most urgent first.
///
/// # Errors
/// The database's.
pub(crate) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: ContractId,
) -> Result<Vec<WorkItem>, Error> {
    let found = rows::work_of_contract(connection, contract)?;
    Ok(page(connection, caller, found)?.items)
}

fn seats(caller: &Caller) -> Vec<(OrganisationId, Role)> {
    caller.seats.iter().map(|seat| (seat.organisation, seat.role)).collect()
}

/// The duties with the words by which people know them: one query for each kind of words, however many there are.
fn page(connection: &mut AnyConnection, caller: &Caller, found: Vec<WorkRow>) -> Result<WorkPage, Error> {
    let words = Words::load(connection, &found)?;
    let own = seats(caller);
    let items = found
        .into_iter()
        .filter_map(|row| {
            let own = own.contains(&(row.duty.organisation_id, row.duty.role));
            words.item(row, own, caller.today())
        })
        .collect();
    Ok(WorkPage { items, next: None })
}

/// What the duties of a list are about, in words.
struct Words {
    contracts: BTreeMap<ContractId, (Contract, Details)>,
    payments: BTreeMap<String, (String, Money)>,
    asks: BTreeMap<String, ChangeRequestKind>,
    organisations: BTreeMap<OrganisationId, String>,
}

impl Words {
    fn load(connection: &mut AnyConnection, found: &[WorkRow]) -> Result<Self, Error> {
        let mut ids: Vec<ContractId> = found.iter().map(|row| row.contract).collect();
        ids.sort_unstable();
        ids.dedup();
        let mut holders: Vec<OrganisationId> = found.iter().map(|row| row.duty.organisation_id).collect();
        holders.sort_unstable();
        holders.dedup();
        let (mut payment_ids, mut change_request_ids) = (Vec::new(), Vec::new());
        for duty in found.iter().map(|row| &row.duty) {
            match DutyKind::parse(&duty.kind).map(|kind| kind.target(duty.subject.as_str())) {
                Some(Target::PaymentRequest(id)) => payment_ids.push(id),
                Some(Target::ChangeRequest(id)) => change_request_ids.push(id),
                Some(Target::Deliverable(_) | Target::Milestone(_) | Target::Contract) | None => {}
            }
        }
        let contracts = due::contracts_with_words(connection, &ids)?
            .into_iter()
            .map(|(contract, details)| Ok((contract.id, (contract, stored(&details)?))))
            .collect::<Result<_, Error>>()?;
        let payments = payments::by_public_ids(connection, &payment_ids)?
            .into_iter()
            .map(|payment| Ok((payment.public_id, (payment.milestone, stored_money(payment.amount_fen)?))))
            .collect::<Result<_, Error>>()?;
        let asks = change_requests::by_public_ids(connection, &change_request_ids)?;
        let organisations = organisations::by_ids(connection, &holders)?;
        Ok(Self {
            contracts,
            payments,
            asks: asks.into_iter().map(|ask| (ask.public_id, ask.kind)).collect(),
            organisations: organisations.into_iter().map(|holder| (holder.id, holder.name)).collect(),
        })
    }

    fn item(&self, row: WorkRow, own: bool, today: NaiveDate) -> Option<WorkItem> {
        let (contract, details) = self.contracts.get(&row.contract)?;
        let duty = row.duty;
        let payment = self.payments.get(&duty.subject);
        let code = payment.map_or(duty.subject.as_str(), |(milestone, _)| milestone.as_str());
        let name = match details.deliverable(code) {
            found if found != code => found,
            _ => details.milestone(code),
        };
        Some(WorkItem {
            name: name.to_owned(),
            amount: payment.map(|(_, amount)| *amount),
            ask: self.asks.get(&duty.subject).copied(),
            contract: contract.public_id.clone(),
            number: contract.number.clone(),
            title: contract.title.clone(),
            role: duty.role,
            own,
            organisation: self.organisations.get(&duty.organisation_id).cloned().unwrap_or_default(),
            due_on: duty.due_on,
            days_left: (duty.due_on - today).num_days(),
            since: duty.since,
            kind: duty.kind,
            subject: duty.subject,
        })
    }
}
