//! The ledger as finance and supervisors read it: by year, bureau and budget line, or of one contract.
//!
//! The cursor in a list of postings names the last posting by the public identifier of its contract (or of its
//! appropriation, for an approved amount) and its number there, so that no key of a row leaves the program.

use chrono::{Datelike, NaiveDate};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::ledger::{Balances, LedgerAccount};
use crate::domain::money::{Money, Sum};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::ledger::balances;
use crate::services::payments::stored_money;
use crate::services::registry::appropriation_authority::bureaus_visible_from;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::ids::AppropriationId;
use crate::storage::ledger::{self as rows, NamedPosting};
use crate::storage::registry::{appropriations, organisations};

/// Separator of identifier and number of a posting in a cursor.
const NUMBER: char = '~';

/// Filters and page of the ledger.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct LedgerQuery {
    /// Budget year; by default the present one.
    pub year: Option<i32>,
    /// Only appropriations of the bureau with this code.
    pub bureau: Option<String>,
    /// Only budget lines that begin with this text, such as `2040607`.
    pub line: Option<String>,
    /// Maximum number of postings, 1 to 200; by default 50.
    pub limit: Option<i64>,
    /// Cursor: `next` of the previous page.
    pub cursor: Option<String>,
    /// `csv` or `xlsx`: all postings, at most 20,000, as a file whose columns are the properties of a posting.
    #[param(value_type = Option<String>)]
    pub format: Option<FileFormat>,
}

/// Balances by account in yuan: debits less credits, so that they add up to 0.00.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct AccountBalances {
    #[schema(value_type = String)]
    pub appropriated: Sum,
    #[schema(value_type = String)]
    pub unassigned: Sum,
    #[schema(value_type = String)]
    pub reserved: Sum,
    #[schema(value_type = String)]
    pub committed: Sum,
    #[schema(value_type = String)]
    pub earned: Sum,
    #[schema(value_type = String)]
    pub held: Sum,
    #[schema(value_type = String)]
    pub deducted: Sum,
    #[schema(value_type = String)]
    pub payable: Sum,
    #[schema(value_type = String)]
    pub paid: Sum,
    #[schema(value_type = String)]
    pub interest: Sum,
    #[schema(value_type = String)]
    pub recovered: Sum,
    #[schema(value_type = String)]
    pub released: Sum,
    /// Other side of `interest` and `recovered`, which are not charged to an appropriation.
    #[schema(value_type = String)]
    pub outside: Sum,
}

impl AccountBalances {
    fn new(balances: &Balances) -> Self {
        let of = |account| Sum::from_fen(balances.of(account).into());
        Self {
            appropriated: of(LedgerAccount::Appropriated),
            unassigned: of(LedgerAccount::Unassigned),
            reserved: of(LedgerAccount::Reserved),
            committed: of(LedgerAccount::Committed),
            earned: of(LedgerAccount::Earned),
            held: of(LedgerAccount::Held),
            deducted: of(LedgerAccount::Deducted),
            payable: of(LedgerAccount::Payable),
            paid: of(LedgerAccount::Paid),
            interest: of(LedgerAccount::Interest),
            recovered: of(LedgerAccount::Recovered),
            released: of(LedgerAccount::Released),
            outside: of(LedgerAccount::Outside),
        }
    }

    /// Lists the accounts with a balance.
    pub fn listed(&self) -> Vec<(LedgerAccount, Sum)> {
        let of = |account: &LedgerAccount| match account {
            LedgerAccount::Appropriated => self.appropriated,
            LedgerAccount::Unassigned => self.unassigned,
            LedgerAccount::Reserved => self.reserved,
            LedgerAccount::Committed => self.committed,
            LedgerAccount::Earned => self.earned,
            LedgerAccount::Held => self.held,
            LedgerAccount::Deducted => self.deducted,
            LedgerAccount::Payable => self.payable,
            LedgerAccount::Paid => self.paid,
            LedgerAccount::Interest => self.interest,
            LedgerAccount::Recovered => self.recovered,
            LedgerAccount::Released => self.released,
            LedgerAccount::Outside => self.outside,
        };
        let all = LedgerAccount::ALL.iter().map(|account| (*account, of(account)));
        all.filter(|(_, balance)| *balance != Sum::ZERO).collect()
    }
}

/// The contract of a posting.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostedContract {
    /// Random identifier of the contract.
    pub id: String,
    pub number: String,
}

/// The names of a contract on the page of its ledger.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerContract {
    pub id: String,
    pub number: String,
    pub title: String,
}

/// A posting of the ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct PostingView {
    pub day: NaiveDate,
    /// Account debited.
    pub debit: LedgerAccount,
    /// Account credited.
    pub credit: LedgerAccount,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Name of the event, such as `contracts.fund`, or of the fact, such as `fact.payment`; `day` if only a day had
    /// come; `opening` for the balances with which an upgrade or a synthetic register began.
    pub cause: String,
    /// Number of the event or fact in the history of the contract or, without one, of the appropriation; null for
    /// `day`, `opening` and approved amounts.
    pub cause_no: Option<i64>,
    /// Identifier of the appropriation.
    pub appropriation: String,
    /// Number of the appropriation's budget document.
    pub document_no: String,
    /// Contract whose money it is; null for an appropriation's own money, such as its approved amount.
    pub contract: Option<PostedContract>,
}

/// Balances and postings of appropriations or of a contract.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Ledger {
    /// Budget year; null for the ledger of one contract.
    pub year: Option<i32>,
    pub balances: AccountBalances,
    /// Amount that can still be committed, in yuan.
    #[schema(value_type = String)]
    pub free: Sum,
    /// Postings, oldest first; for several appropriations, one appropriation after the other.
    pub postings: Vec<PostingView>,
    /// `cursor` of the next page; null on the last page.
    pub next: Option<String>,
}

impl Ledger {
    /// Returns only the page of postings.
    pub fn into_postings(self) -> Paged<PostingView> {
        Paged { items: self.postings, next: self.next }
    }
}

/// Shows the ledger of a year's appropriations that the caller may see.
///
/// # Errors
/// `Forbidden`; `Malformed` for an unknown cursor.
pub fn list(app: &App, caller: &Caller, query: &LedgerQuery, page: &Page) -> Result<Ledger, Error> {
    let seats = caller.may(Action::ReadLedger)?;
    let year = query.year.unwrap_or_else(|| caller.today().year());
    app.pool.read(|connection| {
        let mut bureaus = bureaus_visible_from(connection, &seats)?;
        if let Some(code) = &query.bureau {
            let named = organisations::by_code(connection, code)?.map(|bureau| bureau.id);
            bureaus.retain(|bureau| Some(*bureau) == named);
        }
        let line = query.line.as_deref().unwrap_or_default().trim();
        let found = appropriations::of_line(connection, &bureaus, year, line)?;
        let mut sum = Balances::default();
        for balances in balances(connection, &found)? {
            sum.add(&balances);
        }
        let ids: Vec<AppropriationId> = found.iter().map(|row| row.id).collect();
        let after = page.after_item(|cursor| find_place(connection, &ids, cursor))?;
        let postings = rows::page(connection, &ids, after, page.rows())?;
        ledger(Some(year), &sum, cut(page, postings))
    })
}

/// Shows the ledger of a contract.
///
/// # Errors
/// `Forbidden`; `NotFound`, also for a contract that the caller may not see; `Malformed` for an unknown cursor.
pub fn of_contract(app: &App, caller: &Caller, id: &str, page: &Page) -> Result<(Ledger, LedgerContract), Error> {
    caller.may(Action::ReadContractLedger)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContractLedger)?;
        let mut sum = Balances::default();
        for row in rows::of_contract(connection, contract.id)? {
            sum.add(&row.balances);
        }
        let own = |cursor: &str| {
            let number = cursor.strip_prefix(&contract.public_id).and_then(|rest| rest.strip_prefix(NUMBER));
            Ok(number.and_then(|number| number.parse().ok()))
        };
        let after: i64 = page.after_item(own)?.unwrap_or_default();
        let postings = rows::page_of_contract(connection, contract.id, after, page.rows())?;
        let shown = ledger(None, &sum, cut(page, postings))?;
        Ok((shown, LedgerContract { id: contract.public_id, number: contract.number, title: contract.title }))
    })
}

/// Finds the place of a cursor among the postings of appropriations.
fn find_place(
    connection: &mut AnyConnection,
    ids: &[AppropriationId],
    cursor: &str,
) -> Result<Option<(AppropriationId, i64)>, Error> {
    let Some((of, number)) = cursor.split_once(NUMBER) else { return Ok(None) };
    let Ok(number) = number.parse() else { return Ok(None) };
    let found = rows::find(connection, of, number)?.filter(|row| ids.contains(&row.appropriation_id));
    Ok(found.map(|row| (row.appropriation_id, row.id)))
}

/// Cuts postings to a page, each with its cursor.
fn cut(page: &Page, postings: Vec<NamedPosting>) -> Paged<(String, NamedPosting)> {
    let named = postings.into_iter().map(|posting| {
        let (row, (appropriation, _), (contract, _)) = &posting;
        (format!("{}{NUMBER}{}", contract.as_ref().unwrap_or(appropriation), row.seq), posting)
    });
    page.cut(named.collect(), |(cursor, _)| cursor)
}

fn ledger(year: Option<i32>, sum: &Balances, found: Paged<(String, NamedPosting)>) -> Result<Ledger, Error> {
    let found = found.try_map(|(_, posting)| view(posting))?;
    Ok(Ledger {
        year,
        balances: AccountBalances::new(sum),
        free: Sum::from_fen(sum.free_fen().max(0).into()),
        postings: found.items,
        next: found.next,
    })
}

fn view((row, (appropriation, document_no), contract): NamedPosting) -> Result<PostingView, Error> {
    let contract = match contract {
        (Some(id), Some(number)) => Some(PostedContract { id, number }),
        _ => None,
    };
    Ok(PostingView {
        day: row.day,
        debit: row.debit,
        credit: row.credit,
        amount: stored_money(row.amount_fen)?,
        cause: row.cause,
        cause_no: row.cause_seq,
        appropriation,
        document_no,
        contract,
    })
}
