//! The payments desk: the payment requests of all contracts that the caller may see, by stage, bureau, contractor and
//! month, with their sum. Nothing is decided here, and no standing is computed: due days are those of the last
//! projection.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::clock::{at_hour, civil_day};
use crate::domain::approval_chains::passages;
use crate::domain::codes::{FileFormat, PaymentKind, PaymentState, Role};
use crate::domain::facts::Month;
use crate::domain::money::{Money, Sum};
use crate::domain::payments::{self as approvals, PaymentStep};
use crate::domain::policy::Action;
use crate::domain::terms::Terms;
use crate::error::{Error, Message};
use crate::services::contracts::record::stored;
use crate::services::contracts::registration::Party;
use crate::services::identity::caller::Caller;
use crate::services::payments::{approval_chains, interest_pay_day, step_open_to, stored_money};
use crate::services::registry::working_days::WorkingDays;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::contracts::due;
use crate::storage::identity::people::FOR_EVER;
use crate::storage::ids::OrganisationId;
use crate::storage::payments::approval_chains::{self as stored_chains, ApprovalChains};
use crate::storage::payments::desk::{self as rows, DeskRow, Filter, Order, Stage, Waiting};
use crate::storage::payments::{self as payment_rows, PaymentRequest};
use crate::storage::registry::organisations;
use crate::text::names;

/// Stage of all states in which a step is still to be taken.
pub const OPEN: &str = "open";

/// Filters, order and page of the payments desk.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DeskQuery {
    /// `open` (the default) for every request that waits for a step, or a state. Under a chain without a step, a request
    /// counts as being in the state from which its next step is usually taken: without a review, one that is confirmed
    /// waits for the approval and is listed as `reviewed`.
    pub stage: Option<String>,
    /// Only contracts of the purchaser with this code.
    pub bureau: Option<String>,
    /// Only contracts of the contractor with this credit code.
    pub contractor: Option<String>,
    /// Only this month, such as `2026-09`: of the payment for the stage `paid`, otherwise of the request.
    pub month: Option<String>,
    /// `oldest` (the default), `newest` or `amount`, the largest first.
    pub sort: Option<String>,
    /// Maximum number of items, 1 to 200; by default 50.
    pub limit: Option<i64>,
    /// Cursor: `next` of the previous page.
    pub cursor: Option<String>,
    /// `csv` or `xlsx`: all items, at most 20,000, as a file whose columns are the properties of an item.
    #[param(value_type = Option<String>)]
    pub format: Option<FileFormat>,
}

/// A payment request on the desk.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeskItem {
    /// Random identifier of the payment request.
    pub id: String,
    /// Identifier of the contract.
    pub contract: String,
    pub number: String,
    pub title: String,
    /// Code of the milestone.
    pub milestone: String,
    /// Name of the milestone.
    pub name: String,
    pub purchaser: Party,
    pub contractor: Party,
    pub kind: PaymentKind,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    pub state: PaymentState,
    /// State whose name says for which step the request waits.
    #[serde(skip)]
    pub stage: PaymentState,
    /// Role that takes the next step; absent once the request is paid or returned.
    pub role: Option<Role>,
    pub requested_at: DateTime<Utc>,
    /// Days since the request.
    pub age_days: i64,
    /// Last day to pay the milestone, or the requested interest, on time.
    pub due_on: Option<NaiveDate>,
    /// True if `due_on` is in a year whose holidays have not been announced, so that it may still move.
    pub provisional: bool,
    pub paid_on: Option<NaiveDate>,
    /// Number of the bank voucher, once a payment is recorded.
    pub voucher: Option<String>,
    /// Step that the caller may take now.
    #[serde(skip)]
    pub open_step: Option<PaymentStep>,
}

/// Sums over everything that matches the filters, not only over the page.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct DeskSums {
    /// Sum of the amounts in yuan.
    #[schema(value_type = String)]
    pub amount: Sum,
    /// Part of `amount` that is late interest, in yuan.
    #[schema(value_type = String)]
    pub interest: Sum,
}

/// A page of the payments desk.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Desk {
    pub items: Vec<DeskItem>,
    pub sums: DeskSums,
    /// Number of payment requests that match the filters.
    pub count: i64,
    /// `cursor` of the next page; null on the last page.
    pub next: Option<String>,
}

/// Lists payment requests of the contracts that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an invalid filter or cursor.
pub fn list(app: &App, caller: &Caller, query: &DeskQuery, page: &Page) -> Result<Desk, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let filter = read_filter(connection, caller, query)?;
        let Paged { items, next } = load_page(connection, caller, &filter, page)?;
        let (count, amount_fen, interest_fen) = rows::totals(connection, &caller.organisations(), &filter)?;
        let sums = DeskSums { amount: Sum::from_fen(amount_fen.into()), interest: Sum::from_fen(interest_fen.into()) };
        Ok(Desk { items, sums, count, next })
    })
}

/// Lists payment requests as [`list`], without their number and sum.
///
/// # Errors
/// As [`list`].
pub fn items(app: &App, caller: &Caller, query: &DeskQuery, page: &Page) -> Result<Paged<DeskItem>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let filter = read_filter(connection, caller, query)?;
        load_page(connection, caller, &filter, page)
    })
}

fn load_page(
    connection: &mut AnyConnection,
    caller: &Caller,
    filter: &Filter,
    page: &Page,
) -> Result<Paged<DeskItem>, Error> {
    let seeing = caller.organisations();
    let after = page.after_item(|id| find_seen(connection, &seeing, id))?;
    let found = rows::page(connection, &seeing, filter, after.as_ref(), page.rows())?;
    let Paged { items, next } = page.cut(found, |(payment, ..)| &payment.public_id);
    Ok(Paged { items: show(connection, caller, items)?, next })
}

/// Finds the payment request of a cursor among those that the organisations may see.
fn find_seen(
    connection: &mut AnyConnection,
    seeing: &[OrganisationId],
    id: &str,
) -> Result<Option<PaymentRequest>, Error> {
    Ok(payment_rows::with_contract(connection, id, seeing)?.map(|(payment, _)| payment))
}

/// Reads the filters.
fn read_filter(connection: &mut AnyConnection, caller: &Caller, query: &DeskQuery) -> Result<Filter, Error> {
    let unknown = |field: &str| Error::malformed(field, Message::new("unknown-filter"));
    let named = Some(query.stage.as_deref().unwrap_or(OPEN)).filter(|stage| *stage != OPEN);
    let named = named.map(|stage| PaymentState::parse(stage).ok_or_else(|| unknown("stage"))).transpose()?;
    let chains = stored_chains::remembered(connection, &caller.registers)?;
    let stage = named.and_then(|state| stage_by_chains(&chains, state));
    let states = open_states().filter(|state| {
        let is_waiting = |stage: &Stage| stage.waiting.iter().any(|one| one.state == *state);
        named.is_none_or(|named| named == *state) || stage.as_ref().is_some_and(is_waiting)
    });
    let states = match named {
        Some(state) if !approvals::is_open(state) => vec![state],
        _ => states.collect::<Vec<_>>(),
    };
    let order = match query.sort.as_deref().unwrap_or("oldest") {
        "oldest" => Order::Oldest,
        "newest" => Order::Newest,
        "amount" => Order::Amount,
        _ => return Err(unknown("sort")),
    };
    let month = query.month.as_deref().map(str::parse::<Month>).transpose();
    let month = month.map_err(|_| Error::malformed("month", Message::new("draft-month")))?;
    let is_paid = states == [PaymentState::Paid];
    let days = month.map(|month| (month.first_day(), month.last_day()));
    let next_day = |day: NaiveDate| day.succ_opt().unwrap_or(day);
    let mut organisation = |code: &Option<String>| match code {
        // An organisation that does not exist has no payments.
        Some(code) => Ok(Some(organisations::by_code(connection, code)?.map_or(OrganisationId(0), |found| found.id))),
        None => Ok::<_, Error>(None),
    };
    Ok(Filter {
        purchaser: organisation(&query.bureau)?,
        contractor: organisation(&query.contractor)?,
        requested: days.filter(|_| !is_paid).map(|(first, last)| (at_hour(first, 0), at_hour(next_day(last), 0))),
        paid: days.filter(|_| is_paid),
        states,
        stage,
        order,
    })
}

fn open_states() -> impl Iterator<Item = PaymentState> {
    PaymentState::ALL.iter().copied().filter(|state| approvals::is_open(*state))
}

/// Returns the payment requests of a stage by the chains of their finance bureaus; `None` if those are the requests in
/// the state of that name.
fn stage_by_chains(chains: &ApprovalChains, stage: PaymentState) -> Option<Stage> {
    let mut found = Stage { state: stage, differing: Vec::new(), waiting: Vec::new() };
    for (funder, own) in chains.all() {
        let waiting = passages(own).into_iter().flat_map(|passage| {
            let (from, until) = passage.days;
            let requested = (from.map(|day| at_hour(day, 0)), until.map(|day| at_hour(day, 0)));
            open_states().map(move |state| {
                let one = Waiting { funder, state, requested, amounts_fen: passage.amounts_fen };
                (passage.chain.stage(state) == stage, one)
            })
        });
        let waiting: Vec<(bool, Waiting)> = waiting.collect();
        if waiting.iter().any(|(is_there, one)| *is_there != (one.state == stage)) {
            found.differing.push(funder);
            found.waiting.extend(waiting.into_iter().filter(|(is_there, _)| *is_there).map(|(_, one)| one));
        }
    }
    (!found.differing.is_empty()).then_some(found)
}

/// Adds the names that people use for the requests, with one query for each kind of name.
pub(in crate::services) fn show(
    connection: &mut AnyConnection,
    caller: &Caller,
    found: Vec<DeskRow>,
) -> Result<Vec<DeskItem>, Error> {
    let today = caller.today();
    let mut ids: Vec<_> = found.iter().map(|(_, contract, _)| contract.id).collect();
    ids.sort_unstable();
    ids.dedup();
    let mut parties: Vec<OrganisationId> =
        found.iter().flat_map(|(_, contract, _)| [contract.purchaser_id, contract.contractor_id]).collect();
    parties.sort_unstable();
    parties.dedup();
    let organisations = organisations::remembered(connection, &caller.registers, &parties)?;
    let party = |id| {
        let known = organisations.iter().find(|organisation| organisation.id == id);
        let (code, name) = known.map(|known| (known.code.clone(), known.name.clone())).unwrap_or_default();
        Party { code, name }
    };
    let mut details = std::collections::BTreeMap::new();
    for (contract, terms, words) in due::contracts_with_words(connection, &ids, today)? {
        let terms: Terms = stored(&terms)?;
        details.insert(contract.id, (names::complete(stored(&words)?, &terms), terms));
    }
    let days = WorkingDays::remembered(connection, &caller.registers)?;
    let chains = stored_chains::remembered(connection, &caller.registers)?;
    let item = |(payment, contract, due_on): DeskRow| {
        let agreed = details.get(&contract.id);
        let chain = approval_chains::of_payment(&chains, &contract, &payment);
        let name = agreed.map_or(payment.milestone.as_str(), |(of, _)| of.milestone(&payment.milestone));
        let due_on = match payment.kind {
            PaymentKind::Principal => due_on.filter(|day| *day != FOR_EVER),
            PaymentKind::Interest => agreed.and_then(|(_, terms)| interest_pay_day(&days, terms, &payment)),
        };
        Ok(DeskItem {
            name: name.to_owned(),
            purchaser: party(contract.purchaser_id),
            contractor: party(contract.contractor_id),
            amount: stored_money(payment.amount_fen)?,
            stage: chain.stage(payment.state),
            role: chain.next(payment.state).map(|step| step.role),
            age_days: (today - civil_day(payment.requested_at)).num_days(),
            provisional: due_on.is_some_and(|day| days.is_provisional(day)),
            open_step: step_open_to(caller, &payment, (&contract, &chain)).ok().map(|step| step.kind),
            voucher: Some(payment.voucher).filter(|voucher| !voucher.is_empty()),
            id: payment.public_id,
            contract: contract.public_id,
            number: contract.number,
            title: contract.title,
            milestone: payment.milestone,
            kind: payment.kind,
            state: payment.state,
            requested_at: payment.requested_at.and_utc(),
            paid_on: payment.paid_on,
            due_on,
        })
    };
    found.into_iter().map(item).collect()
}
