//! Appropriations: amounts of a year's budget for one line of one bureau. A finance reviewer proposes them; they count
//! once another person, an approver of a finance bureau, has approved them.
//!
//! The rights to decide on them and to see them are in `appropriation_authority`.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::app::App;
use crate::domain::codes::ProposalState;
use crate::domain::ledger::{Balances, LedgerAccount};
use crate::domain::money::{Money, Sum};
use crate::domain::policy::Action;
use crate::domain::shape::YEARS;
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::identity::caller::Caller;
use crate::services::ledger;
use crate::services::registry::appropriation_authority::{bureaus_visible_from, finance_seat_over, finance_seats};
use crate::services::registry::organisations::event_body;
use crate::services::registry::proposals::{self, ProposalDecisionInput, ProposalSummary, parse_decision};
use crate::services::shared::faults::Faults;
use crate::services::shared::paging::{
    MAX_PAGE_SIZE, MAX_SUGGESTIONS, Named, Page, Paged, SUGGESTION_ROWS, Suggestions,
};
use crate::storage::AnyConnection;
use crate::storage::audit::event_action::EventAction;
use crate::storage::ids::OrganisationId;
use crate::storage::registry::appropriations::{self as rows, Appropriation, Filter, NewAppropriation};
use crate::storage::registry::organisations;
use crate::storage::registry::text_match::{containing_all, exactly};
use crate::storage::write::{Event, Tx, write};

/// Name of the register in addresses.
const REGISTER: &str = "appropriations";

/// An appropriation to propose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AppropriationInput {
    /// Budget year.
    pub year: i32,
    /// Code of the bureau that has the budget.
    pub bureau: String,
    /// Functional budget line, 功能科目.
    pub line: String,
    /// Economic classification, 经济分类.
    pub economic: String,
    /// Project code, 项目编码.
    pub project: String,
    /// Number of the budget document, 指标文号.
    pub document_no: String,
    /// Source of funds, 资金来源.
    pub source: String,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
}

impl AppropriationInput {
    /// Returns the input with its identifiers in their stored form.
    pub(crate) fn folded(&self) -> Self {
        Self { document_no: identifier(&self.document_no), ..self.clone() }
    }
}

/// An appropriation with its balances in the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AppropriationView {
    /// Public identifier of the appropriation.
    pub id: String,
    /// Budget year.
    pub year: i32,
    /// Code of the bureau that has the budget.
    pub bureau: String,
    /// Name of the bureau.
    pub bureau_name: String,
    /// Functional budget line, 功能科目.
    pub line: String,
    /// Economic classification, 经济分类.
    pub economic: String,
    /// Project code, 项目编码.
    pub project: String,
    /// Number of the budget document, 指标文号.
    pub document_no: String,
    /// Source of funds, 资金来源.
    pub source: String,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Amount reserved for purchases, in yuan.
    #[schema(value_type = String)]
    pub reserved: Money,
    /// Amount committed to contracts, in yuan, including what was paid.
    #[schema(value_type = String)]
    pub committed: Money,
    /// Amount paid, in yuan; below zero if more was reversed of earlier years than was paid.
    #[schema(value_type = String)]
    pub paid: Sum,
    /// Amount released by contracts that did not use it, in yuan; free for other contracts.
    #[schema(value_type = String)]
    pub released: Money,
    /// Amount that can still be committed, in yuan; zero until approved.
    #[schema(value_type = String)]
    pub free: Money,
    /// State of the proposal; the appropriation counts once approved.
    pub state: ProposalState,
}

/// Filter of a list of appropriations.
#[derive(Debug, Default)]
pub struct AppropriationFilter<'a> {
    /// Budget year.
    pub year: Option<i32>,
    /// Search words that occur in the document number, project, budget line, classification or source.
    pub q: Option<&'a str>,
    /// True to list only approved appropriations with a free amount.
    pub available: bool,
}

/// Lists the appropriations that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(
    app: &App,
    caller: &Caller,
    filter: &AppropriationFilter<'_>,
    page: &Page,
) -> Result<Paged<AppropriationView>, Error> {
    let seats = caller.may(Action::ListAppropriations)?;
    let (years, patterns) = (filter.year.into_iter().collect::<Vec<_>>(), containing_all(filter.q.unwrap_or_default()));
    app.pool.read(|connection| {
        let bureaus = bureaus_visible_from(connection, &seats)?;
        let mut after = page.after_key(|id| {
            let found = rows::by_public_id(connection, id)?;
            Ok(found.filter(|found| bureaus.contains(&found.bureau_id)).map(|found| found.id.0))
        })?;
        let rows_filter = Filter { bureaus: &bureaus, years: &years, patterns: &patterns, approved: filter.available };
        if !filter.available {
            let found = rows::list(connection, &rows_filter, after, page.rows())?;
            return Ok(page.cut(views(connection, found)?, |found| &found.id));
        }
        // Free amounts are sums of balances, so rows without a free amount are dropped after each query.
        let (mut found, wanted) = (Vec::new(), usize::try_from(page.rows()).unwrap_or_default());
        while found.len() < wanted {
            let batch = rows::list(connection, &rows_filter, after, MAX_PAGE_SIZE)?;
            let Some(last) = batch.last() else { break };
            after = last.id.0;
            found.extend(views(connection, batch)?.into_iter().filter(|view| view.free != Money::ZERO));
        }
        found.truncate(wanted);
        Ok(page.cut(found, |found| &found.id))
    })
}

/// A search for an appropriation that can fund a contract.
#[derive(Debug)]
pub struct FundingSearch<'a> {
    /// Purchasing bureaus; only their own appropriations are found.
    pub bureaus: &'a [OrganisationId],
    /// Budget years.
    pub years: &'a [i32],
    /// Search words that occur in the document number, project, budget line, classification or source.
    pub q: &'a str,
}

/// Searches approved appropriations with a free amount: first the one with the query as document number or project
/// code, then all that match the words of the query, newest first.
///
/// # Errors
/// `Forbidden` for a caller without the right to list appropriations.
pub fn suggest(
    app: &App,
    caller: &Caller,
    search: &FundingSearch<'_>,
) -> Result<Suggestions<AppropriationView>, Error> {
    caller.may(Action::ListAppropriations)?;
    let (patterns, q) = (containing_all(search.q), search.q.trim());
    let named = [exactly(q)];
    let filter = Filter { bureaus: search.bureaus, years: search.years, patterns: &patterns, approved: true };
    let exact = Filter { patterns: &named, ..filter };
    app.pool.read(|connection| {
        let filters = [Some(&exact).filter(|_| !q.is_empty()), Some(&filter)];
        let found = filters.into_iter().flatten().map(|filter| newest_available(connection, filter));
        Suggestions::collect(found, |found| found.id.clone())
    })
}

/// Lists the newest appropriations with a free amount, up to one more than a search may suggest.
fn newest_available(connection: &mut AnyConnection, filter: &Filter<'_>) -> Result<Vec<AppropriationView>, Error> {
    let (mut found, mut before) = (Vec::new(), i64::MAX);
    while found.len() <= MAX_SUGGESTIONS {
        let batch = rows::list_newest(connection, filter, before, MAX_PAGE_SIZE)?;
        let Some(last) = batch.last() else { break };
        before = last.id.0;
        found.extend(views(connection, batch)?.into_iter().filter(|view| view.free != Money::ZERO));
    }
    Ok(found)
}

/// Suggests approved appropriations that the caller may see and that match the words of a query, newest first.
///
/// # Errors
/// `Forbidden` for a caller without the right to list appropriations.
pub fn suggest_named(app: &App, caller: &Caller, q: &str) -> Result<Suggestions<AppropriationView>, Error> {
    let seats = caller.may(Action::ListAppropriations)?;
    let patterns = containing_all(q);
    app.pool.read(|connection| {
        let bureaus = bureaus_visible_from(connection, &seats)?;
        let filter = Filter { bureaus: &bureaus, years: &[], patterns: &patterns, approved: true };
        let found = rows::list_newest(connection, &filter, i64::MAX, SUGGESTION_ROWS)?;
        Suggestions::collect([views(connection, found)], |found| found.id.clone())
    })
}

/// Finds the approved appropriation that a person names by its identifier or by words that no other has; otherwise
/// those that [`suggest_named`] suggests.
///
/// # Errors
/// `Forbidden` for a caller without the right to list appropriations.
pub fn find_named(app: &App, caller: &Caller, named: &str) -> Result<Named<AppropriationView>, Error> {
    if let Some(found) = find(app, caller, named)? {
        return Ok(Named::Exact(found));
    }
    let mut similar = suggest_named(app, caller, named)?;
    let only = if similar.items.len() == 1 { similar.items.pop() } else { None };
    Ok(only.map_or(Named::Similar(similar), Named::Exact))
}

/// Finds an appropriation that the caller may see.
///
/// # Errors
/// `Forbidden` for a caller without the right to list appropriations.
pub fn find(app: &App, caller: &Caller, id: &str) -> Result<Option<AppropriationView>, Error> {
    let seats = caller.may(Action::ListAppropriations)?;
    app.pool.read(|connection| {
        let Some(found) = rows::by_public_id(connection, id)? else { return Ok(None) };
        let is_visible = bureaus_visible_from(connection, &seats)?.contains(&found.bureau_id);
        Ok(if is_visible { views(connection, vec![found])?.pop() } else { None })
    })
}

/// Proposes an appropriation.
///
/// # Errors
/// `Forbidden`; `Refused` for malformed input, a bureau outside the region of the caller's finance bureau, or document
/// number and project that the bureau already has; `Conflict` while the same one waits for its approval.
pub fn propose(app: &App, caller: &Caller, input: &AppropriationInput) -> Result<ProposalSummary, Error> {
    finance_seats(caller, Action::ProposeAppropriation)?;
    let input = &input.folded();
    check(input)?;
    let unknown = || Error::refused_at("register", "bureau", Message::new("register-unknown-bureau"));
    let (bureau, seat) = app.pool.read(|connection| {
        let bureau = organisations::by_code(connection, &input.bureau)?.ok_or_else(unknown)?;
        let seat = finance_seat_over(connection, caller, Action::ProposeAppropriation, &bureau)?.ok_or_else(unknown)?;
        Ok((bureau, seat))
    })?;
    let public_id = app.ids.uuid();
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let new = NewAppropriation {
            public_id: &public_id,
            year: input.year,
            bureau_id: bureau.id,
            words: [&input.line, &input.economic, &input.project, &input.document_no, &input.source].map(|w| w.trim()),
            amount_fen: input.amount.fen(),
            proposed_by: tx.person()?,
            proposed_for: tx.context.on_behalf_of,
            proposed_at: tx.context.now,
        };
        refuse_waiting(tx, &new)?;
        refuse_known(tx.connection, bureau.id, (&input.document_no, &input.project))?;
        rows::insert(tx.connection, &new)?;
        let stream = stream(&public_id);
        tx.event(&Event {
            stream: &stream,
            action: EventAction::AppropriationPropose,
            object: &public_id,
            body: event_body(input)?,
        })?;
        Ok(ProposalSummary { id: public_id.clone(), state: ProposalState::Proposed })
    })
}

/// Refuses an appropriation while one of the same words and amount waits for its approval: the form was sent again.
fn refuse_waiting(tx: &mut Tx<'_>, new: &NewAppropriation<'_>) -> Result<(), Error> {
    let words = new.words.map(key);
    let [.., document_no, _] = new.words;
    let patterns = containing_all(document_no);
    let filter = Filter { bureaus: &[new.bureau_id], years: &[new.year], patterns: &patterns, approved: false };
    let known = rows::list_newest(tx.connection, &filter, i64::MAX, MAX_PAGE_SIZE)?;
    let is_same = |row: &Appropriation| {
        let own = [&row.line, &row.economic, &row.project, &row.document_no, &row.source].map(|text| key(text));
        row.state == ProposalState::Proposed && row.amount_fen == new.amount_fen && own == words
    };
    let Some(first) = known.into_iter().find(is_same) else { return Ok(()) };
    let address = proposals::address(REGISTER, &first.public_id);
    Err(proposals::repeated(address, Message::new("proposal-waiting")))
}

/// Refuses document number and project of an appropriation that the bureau already has, in any spelling, unless that
/// one was refused. The message names the first.
///
/// # Errors
/// `Refused` at `document_no`; database errors.
pub(in crate::services) fn refuse_known(
    connection: &mut AnyConnection,
    bureau: OrganisationId,
    words: (&str, &str),
) -> Result<(), Error> {
    let Some(first) = rows::of_document(connection, bureau, words)? else { return Ok(()) };
    let message = Message::new("appropriation-known")
        .with("document", first.document_no)
        .with("project", first.project)
        .with("year", first.year.to_string())
        .with("amount", Sum::from_fen(first.amount_fen.into()).to_string());
    Err(Error::refused_at("register", "document_no", message))
}

/// Approves or refuses a proposed appropriation. The proposer, and anyone on whose behalf it was proposed, may do
/// neither.
///
/// # Errors
/// `Forbidden`; `NotFound` for an appropriation outside the caller's region; `Duplicate` if already decided.
pub fn decide(
    app: &App,
    caller: &Caller,
    id: &str,
    name: &str,
    input: &ProposalDecisionInput,
) -> Result<ProposalSummary, Error> {
    finance_seats(caller, Action::ApproveAppropriation)?;
    let state = parse_decision(name, input)?;
    let find = |connection: &mut AnyConnection| {
        let found = rows::by_public_id(connection, id)?.ok_or(Error::NotFound)?;
        let bureau = organisations::by_ids(connection, &[found.bureau_id])?.pop().ok_or(Error::NotFound)?;
        let seat =
            finance_seat_over(connection, caller, Action::ApproveAppropriation, &bureau)?.ok_or(Error::NotFound)?;
        Ok((found, seat))
    };
    let (_, seat) = app.pool.read(find)?;
    write(&app.pool, &caller.context(app, &seat), |tx| {
        let (found, seat) = find(tx.connection)?;
        let proposed = (found.proposed_by, found.proposed_for);
        let by = proposals::decider(tx, (caller, &seat), proposals::address(REGISTER, id), (proposed, found.state))?;
        rows::decide(tx.connection, found.id, state, by, tx.context.now)?;
        let action = if state == ProposalState::Approved {
            EventAction::AppropriationApprove
        } else {
            EventAction::AppropriationRefuse
        };
        tx.event(&Event { stream: &stream(id), action, object: id, body: event_body(input)? })?;
        Ok(ProposalSummary { id: id.to_owned(), state })
    })
}

fn stream(id: &str) -> String {
    format!("appropriation:{id}")
}

/// Checks the form of an appropriation's input.
///
/// # Errors
/// `Refused` with every fault found.
pub fn check(input: &AppropriationInput) -> Result<(), Error> {
    let mut faults = Faults::new("register");
    if !YEARS.contains(&input.year) {
        faults.add("year", Message::new("register-year"));
    }
    for (path, text) in [
        ("line", &input.line),
        ("economic", &input.economic),
        ("project", &input.project),
        ("document_no", &input.document_no),
        ("source", &input.source),
    ] {
        faults.line(path, text);
    }
    if input.amount == Money::ZERO {
        faults.add("amount", Message::new("malformed-positive-money"));
    }
    faults.finish()
}

/// Adds the balances of the ledger to stored appropriations.
fn views(connection: &mut AnyConnection, found: Vec<Appropriation>) -> Result<Vec<AppropriationView>, Error> {
    let balances = ledger::balances(connection, &found)?;
    Ok(found.into_iter().zip(balances).map(|(row, balances)| view(row, &balances)).collect())
}

/// Adds the balances of the ledger to a stored appropriation.
///
/// # Errors
/// Database errors.
pub(in crate::services) fn view_of(
    connection: &mut AnyConnection,
    found: Appropriation,
) -> Result<AppropriationView, Error> {
    let balances = ledger::balances(connection, std::slice::from_ref(&found))?;
    Ok(view(found, &balances.first().copied().unwrap_or_default()))
}

/// Builds the view of an appropriation with its balances.
pub(in crate::services) fn view(row: Appropriation, balances: &Balances) -> AppropriationView {
    // Amounts are validated on input, and contracts never use more than is approved, so the conversion cannot fail.
    let money = |fen: i64| Money::from_fen(fen).unwrap_or_default();
    AppropriationView {
        id: row.public_id,
        year: row.year,
        bureau: row.bureau,
        bureau_name: row.bureau_name,
        line: row.line,
        economic: row.economic,
        project: row.project,
        document_no: row.document_no,
        source: row.source,
        amount: money(row.amount_fen),
        reserved: money(balances.of(LedgerAccount::Reserved)),
        committed: money(balances.in_use_fen()),
        paid: Sum::from_fen(balances.of(LedgerAccount::Paid).into()),
        released: money(balances.of(LedgerAccount::Released)),
        free: money(balances.free_fen()),
        state: row.state,
    }
}
