//! The payment requests of all contracts that organisations may see, with the filters of the payments desk. Open
//! requests are few compared to paid ones, so lists and sums without a month walk the index by state.

use chrono::{NaiveDate, NaiveDateTime};
use diesel::dsl::{exists, sql};
use diesel::prelude::*;
use diesel::sql_types::{BigInt, Bool};

use crate::domain::codes::PaymentState;
use crate::schema::{contract_access, contracts, milestones, payments};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::Contract;
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::payments::PaymentRequest;

/// Maximum number of payment requests of one amount that are considered.
const FEW: i64 = 1000;

/// The order of the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// Oldest request first.
    Oldest,
    /// Newest request first.
    Newest,
    /// Largest amount first.
    Amount,
}

/// Filters of the list; absent filters do not narrow the list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Only payment requests in these states.
    pub states: Vec<PaymentState>,
    /// Of those in `states`, only requests that wait for one step, where chains of finance bureaus differ in it.
    pub stage: Option<Stage>,
    /// Only contracts of this purchaser.
    pub purchaser: Option<OrganisationId>,
    /// Only contracts of this contractor.
    pub contractor: Option<OrganisationId>,
    /// Only requests made from the first time until before the second, in UTC.
    pub requested: Option<(NaiveDateTime, NaiveDateTime)>,
    /// Only payments that the bank made on these days, first and last.
    pub paid: Option<(NaiveDate, NaiveDate)>,
    pub order: Order,
}

/// Payment requests that wait for the same step.
#[derive(Debug, Clone)]
pub struct Stage {
    /// State in which they are at bureaus whose chain does not differ.
    pub state: PaymentState,
    /// Finance bureaus whose chain differs.
    pub differing: Vec<OrganisationId>,
    /// The requests that wait for the step at those bureaus.
    pub waiting: Vec<Waiting>,
}

/// Payment requests of a finance bureau in a state, of times of the request in UTC and amounts in fen, each from the
/// first until before the second.
#[derive(Debug, Clone)]
pub struct Waiting {
    pub funder: OrganisationId,
    pub state: PaymentState,
    pub requested: (Option<NaiveDateTime>, Option<NaiveDateTime>),
    pub amounts_fen: (i64, Option<i64>),
}

impl Stage {
    /// Writes the condition on a payment request and its contract. It has only codes, numbers and times.
    fn condition(&self) -> String {
        let differing: Vec<String> = self.differing.iter().map(|funder| funder.0.to_string()).collect();
        let others =
            format!("(payments.state = '{}' AND contracts.funder_id NOT IN ({}))", self.state, differing.join(", "));
        let waiting = self.waiting.iter().map(|one| {
            let ((from, until), (least, below)) = (one.requested, one.amounts_fen);
            let mut all = vec![
                format!("payments.state = '{}'", one.state),
                format!("contracts.funder_id = {}", one.funder.0),
                format!("payments.amount_fen >= {least}"),
            ];
            all.extend(below.map(|fen| format!("payments.amount_fen < {fen}")));
            all.extend(from.map(|time| format!("payments.requested_at >= '{time}'")));
            all.extend(until.map(|time| format!("payments.requested_at < '{time}'")));
            format!("({})", all.join(" AND "))
        });
        let parts: Vec<String> = std::iter::once(others).chain(waiting).collect();
        format!("({})", parts.join(" OR "))
    }
}

/// A payment request with its contract and the last day to pay its milestone on time.
pub type DeskRow = (PaymentRequest, Contract, Option<NaiveDate>);

/// Joins payment requests with their contracts and milestones.
macro_rules! joined {
    () => {
        payments::table.inner_join(contracts::table).left_join(
            milestones::table
                .on(milestones::contract_id.eq(payments::contract_id).and(milestones::code.eq(payments::milestone))),
        )
    };
}

/// Holds for contracts that one of the organisations may see.
macro_rules! is_seen {
    ($organisations:expr) => {
        exists(
            contract_access::table
                .filter(
                    contract_access::organisation_id.eq_any($organisations.iter().map(|id| id.0).collect::<Vec<_>>()),
                )
                .filter(contract_access::contract_id.eq(contracts::id)),
        )
    };
}

/// Restricts a query over payments and contracts to those that organisations may see and that match the filter, in any
/// of its states.
macro_rules! narrowed {
    ($query:expr, $organisations:expr, $filter:expr) => {{
        let filter: &Filter = $filter;
        let mut query = $query.filter(is_seen!($organisations));
        if let Some(purchaser) = filter.purchaser {
            query = query.filter(contracts::purchaser_id.eq(purchaser.0));
        }
        if let Some(contractor) = filter.contractor {
            query = query.filter(contracts::contractor_id.eq(contractor.0));
        }
        if let Some((from, until)) = filter.requested {
            query = query.filter(payments::requested_at.ge(from)).filter(payments::requested_at.lt(until));
        }
        if let Some((first, last)) = filter.paid {
            query = query.filter(payments::paid_on.ge(first)).filter(payments::paid_on.le(last));
        }
        if let Some(stage) = &filter.stage {
            query = query.filter(sql::<Bool>(&stage.condition()));
        }
        query
    }};
}

impl Filter {
    /// Compares two rows in the order of the list: by amount, or by the day of the payment if a month of payments is
    /// listed, then by key.
    fn compare(&self, (one, ..): &DeskRow, (other, ..): &DeskRow) -> std::cmp::Ordering {
        let by_age = || {
            let day = |payment: &PaymentRequest| payment.paid_on.filter(|_| self.paid.is_some());
            (day(one), one.id).cmp(&(day(other), other.id))
        };
        match self.order {
            Order::Oldest => by_age(),
            Order::Newest => by_age().reverse(),
            Order::Amount => (other.amount_fen, one.id).cmp(&(one.amount_fen, other.id)),
        }
    }
}

/// Loads a page of the list, after a payment request: reads each state by its own index, since a planner cannot know
/// that few requests are open, and merges.
pub fn page(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
    after: Option<&PaymentRequest>,
    limit: i64,
) -> Result<Vec<DeskRow>> {
    let mut found: Vec<DeskRow> = Vec::new();
    for state in &filter.states {
        found.extend(page_of_state(connection, organisations, (filter, *state), after, limit)?);
    }
    found.sort_by(|one, other| filter.compare(one, other));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

fn page_of_state(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    (filter, state): (&Filter, PaymentState),
    after: Option<&PaymentRequest>,
    limit: i64,
) -> Result<Vec<DeskRow>> {
    let query = joined!()
        .filter(payments::state.eq(state.as_str()))
        .select((PaymentRequest::as_select(), Contract::as_select(), milestones::due_on.nullable()))
        .limit(limit)
        .into_boxed();
    let query = narrowed!(query, organisations, filter);
    let by_day = filter.paid.is_some();
    let query = match (filter.order, by_day) {
        (Order::Oldest, false) => query.order(payments::id),
        (Order::Newest, false) => query.order(payments::id.desc()),
        (Order::Oldest, true) => query.order((payments::paid_on, payments::id)),
        (Order::Newest, true) => query.order((payments::paid_on.desc(), payments::id.desc())),
        (Order::Amount, _) => query.order((payments::amount_fen.desc(), payments::id)),
    };
    let Some(last) = after else { return Ok(query.load(connection)?) };
    let (id, day, amount) = (last.id.0, last.paid_on, last.amount_fen);
    let same_day = payments::paid_on.eq(day);
    let query = match (filter.order, by_day) {
        (Order::Oldest, false) => query.filter(payments::id.gt(id)),
        (Order::Newest, false) => query.filter(payments::id.lt(id)),
        (Order::Oldest, true) => query.filter(payments::paid_on.gt(day).or(same_day.and(payments::id.gt(id)))),
        (Order::Newest, true) => query.filter(payments::paid_on.lt(day).or(same_day.and(payments::id.lt(id)))),
        (Order::Amount, _) => {
            query.filter(payments::amount_fen.lt(amount).or(payments::amount_fen.eq(amount).and(payments::id.gt(id))))
        }
    };
    Ok(query.load(connection)?)
}

/// Loads payment requests by random identifier that the organisations may see.
pub fn chosen(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    public_ids: &[&str],
) -> Result<Vec<DeskRow>> {
    Ok(joined!()
        .filter(payments::public_id.eq_any(public_ids))
        .filter(is_seen!(organisations))
        .select((PaymentRequest::as_select(), Contract::as_select(), milestones::due_on.nullable()))
        .load(connection)?)
}

/// Loads the newest payment requests of an amount in fen that the organisations may see, out of the newest of that
/// amount.
pub fn of_amount(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    amount_fen: i64,
    limit: i64,
) -> Result<Vec<DeskRow>> {
    let newest: Vec<i64> = payments::table
        .filter(payments::amount_fen.eq(amount_fen))
        .order(payments::id.desc())
        .limit(FEW)
        .select(payments::id)
        .load(connection)?;
    if newest.is_empty() {
        return Ok(Vec::new());
    }
    Ok(joined!()
        .filter(payments::id.eq_any(newest))
        .filter(is_seen!(organisations))
        .order(payments::id.desc())
        .limit(limit)
        .select((PaymentRequest::as_select(), Contract::as_select(), milestones::due_on.nullable()))
        .load(connection)?)
}

/// Loads the newest payment requests of a contract that the organisations may see.
pub fn of_contract(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    public_id: &str,
    limit: i64,
) -> Result<Vec<DeskRow>> {
    Ok(joined!()
        .filter(contracts::public_id.eq(public_id))
        .filter(is_seen!(organisations))
        .order(payments::id.desc())
        .limit(limit)
        .select((PaymentRequest::as_select(), Contract::as_select(), milestones::due_on.nullable()))
        .load(connection)?)
}

/// Loads the newest payment requests of these contracts that the organisations may see.
pub fn of_contracts(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    contracts: &[ContractId],
    limit: i64,
) -> Result<Vec<DeskRow>> {
    if contracts.is_empty() {
        return Ok(Vec::new());
    }
    Ok(joined!()
        .filter(payments::contract_id.eq_any(contracts.iter().map(|id| id.0)))
        .filter(is_seen!(organisations))
        .order(payments::id.desc())
        .limit(limit)
        .select((PaymentRequest::as_select(), Contract::as_select(), milestones::due_on.nullable()))
        .load(connection)?)
}

/// Loads the approved payment requests of these amounts in fen that the organisations may see, oldest first.
pub fn approved(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    amounts: &[i64],
) -> Result<Vec<DeskRow>> {
    Ok(joined!()
        .filter(payments::state.eq(PaymentState::Approved.as_str()))
        .filter(payments::amount_fen.eq_any(amounts))
        .filter(is_seen!(organisations))
        .order(payments::id)
        .select((PaymentRequest::as_select(), Contract::as_select(), milestones::due_on.nullable()))
        .load(connection)?)
}

/// Counts the payment requests of the list, and sums their amounts and those of late interest, in fen.
pub fn totals(
    connection: &mut AnyConnection,
    organisations: &[OrganisationId],
    filter: &Filter,
) -> Result<(i64, i64, i64)> {
    let interest =
        "CAST(COALESCE(SUM(CASE WHEN payments.kind = 'interest' THEN payments.amount_fen END), 0) AS BIGINT)";
    let columns = (
        sql::<BigInt>("COUNT(*)"),
        sql::<BigInt>("CAST(COALESCE(SUM(payments.amount_fen), 0) AS BIGINT)"),
        sql::<BigInt>(interest),
    );
    let states = filter.states.iter().map(|state| state.as_str());
    let query = payments::table
        .inner_join(contracts::table)
        .filter(payments::state.eq_any(states))
        .select(columns)
        .into_boxed();
    Ok(narrowed!(query, organisations, filter).get_result(connection)?)
}
