//! Funding: the commitments of contracts never exceed their appropriation (支付条例 8, 预算法 13).
//!
//! [`figures`] returns the amounts of an appropriation and the reason why it cannot be committed, for pages and for the
//! commitment alike. Every commitment is made here, in the transaction of the step that causes it.

use chrono::{Datelike, NaiveDate};

use crate::domain::codes::{ContractState, ProposalState};
use crate::domain::ledger::Balances;
use crate::domain::money::{Money, Sum};
use crate::error::{Error, Message};
use crate::services::contracts::record::ContractRecord;
use crate::services::ledger::yearly_shares::{self, LaterShare};
use crate::services::ledger::{balances, plans};
use crate::services::registry::appropriations::{AppropriationView, view};
use crate::storage::AnyConnection;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::ids::{AppropriationId, OrganisationId};
use crate::storage::ledger::changes;
use crate::storage::registry::appropriations::{self, Appropriation};
use crate::storage::write::Tx;

/// The appropriation of a contract, and its free amount after a commitment.
#[derive(Debug, Clone)]
pub struct Funding {
    /// The appropriation that the contract names.
    pub appropriation: Option<AppropriationView>,
    /// Amount to commit, in yuan.
    pub needed: Money,
    /// Free amount after the commitment; `None` if it cannot be made.
    pub left: Option<Money>,
    /// The reason why the amount cannot be committed.
    pub fault: Option<Message>,
    /// The yearly shares of the contract, which commit the rest of its amount.
    pub later: Vec<LaterShare>,
}

/// Returns whether the amount of a contract in this state is committed.
pub(in crate::services) const fn is_funded(state: ContractState) -> bool {
    !matches!(state, ContractState::Draft | ContractState::Submitted | ContractState::Withdrawn)
}

/// Computes what a commitment, in fen, for a contract of a purchaser on a day would leave of an appropriation, which
/// may have reserved the amount for the purchase plan that the contract names. Without a day, for a contract that was
/// funded before it was registered, the appropriation's year may have ended.
///
/// # Errors
/// Database errors.
pub fn figures(
    connection: &mut AnyConnection,
    (appropriation, purchaser, plan_no): (Option<AppropriationId>, OrganisationId, &str),
    amount_fen: i64,
    on: Option<NaiveDate>,
) -> Result<Funding, Error> {
    let found = match appropriation {
        Some(id) => appropriations::by_id(connection, id)?,
        None => None,
    };
    Ok(figures_of(connection, (found, purchaser, plan_no), amount_fen, on)?.0)
}

/// Computes [`figures`] of a loaded appropriation; also returns its balances.
fn figures_of(
    connection: &mut AnyConnection,
    (found, purchaser, plan_no): (Option<Appropriation>, OrganisationId, &str),
    amount_fen: i64,
    on: Option<NaiveDate>,
) -> Result<(Funding, Balances), Error> {
    let needed = Money::from_fen(amount_fen).unwrap_or_default();
    let Some(row) = found else {
        let fault = Some(Message::new("appropriation-missing"));
        return Ok((
            Funding { appropriation: None, needed, left: None, fault, later: Vec::new() },
            Balances::default(),
        ));
    };
    let is_own = row.bureau_id == purchaser;
    let lapsed = match on {
        Some(day) if row.year < day.year() => Some(lapse_of(connection, &row)?),
        _ => None,
    };
    let balances = balances(connection, std::slice::from_ref(&row))?.pop().unwrap_or_default();
    let drawn = plans::reserved_for(connection, row.id, plan_no)?.min(amount_fen);
    let appropriation = view(row, &balances);
    let available = Money::from_fen(appropriation.free.fen().saturating_add(drawn)).unwrap_or_default();
    let left = available.fen().checked_sub(amount_fen).and_then(Money::from_fen);
    let fault = if appropriation.state != ProposalState::Approved {
        Some(Message::new("appropriation-not-approved"))
    } else if !is_own {
        Some(Message::new("appropriation-of-another"))
    } else if lapsed.is_some() {
        lapsed
    } else if left.is_none() {
        let yuan = |amount: Money| Sum::from(amount).to_string();
        Some(Message::new("budget-exceeded").with("amount", yuan(needed)).with("free", yuan(available)))
    } else {
        None
    };
    let left = left.filter(|_| fault.is_none());
    Ok((Funding { left, appropriation: Some(appropriation), needed, fault, later: Vec::new() }, balances))
}

/// Returns the message that an appropriation has lapsed, with the document by which it was carried over, if any.
fn lapse_of(connection: &mut AnyConnection, of: &Appropriation) -> Result<Message, Error> {
    let year = of.year.to_string();
    Ok(match changes::carry_over_of(connection, of.id)? {
        Some(carried) => {
            Message::new("appropriation-carried-over").with("year", year).with("document", carried.document_no)
        }
        None => Message::new("appropriation-lapsed").with("year", year),
    })
}

/// Computes [`figures`] for a contract that waits for its funding, with its yearly shares.
///
/// # Errors
/// Database errors.
pub fn figures_with_shares(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    today: NaiveDate,
) -> Result<Funding, Error> {
    let head = &record.contract;
    let later = yearly_shares::later(connection, record, today)?;
    let of = (head.appropriation_id, head.purchaser_id, head.plan_no.as_str());
    let own = head.amount_fen.saturating_sub(later_fen(&later)).max(0);
    let found = figures(connection, of, own, Some(today))?;
    let short = later.iter().find(|share| share.needed > Sum::from(share.appropriation.free));
    let short = short.map(|share| {
        Message::new("yearly-share-exceeded")
            .with("year", share.from_year.to_string())
            .with("amount", share.needed.to_string())
            .with("free", share.appropriation.free.to_string())
    });
    let fault = found.fault.or(short);
    Ok(Funding { left: found.left.filter(|_| fault.is_none()), fault, later, ..found })
}

/// Sums what yearly shares commit, in fen.
fn later_fen(later: &[LaterShare]) -> i64 {
    let sum: i128 = later.iter().map(|share| share.needed.fen()).sum();
    i64::try_from(sum).unwrap_or(i64::MAX)
}

/// Commits an amount in fen to a contract, from its appropriation.
///
/// # Errors
/// `Refused` (budget-first) without an approved appropriation of the purchaser, for one that has lapsed, or beyond its
/// free amount; database errors.
pub fn commit(tx: &mut Tx<'_>, record: &ContractRecord, amount_fen: i64) -> Result<(), Error> {
    let contract = &record.contract;
    let refused = |message| Error::refused_at("budget-first", "appropriation", message);
    let Some(id) = contract.appropriation_id else { return Err(refused(Message::new("appropriation-missing"))) };
    let found = appropriations::lock_appropriation(tx.connection, id)?;
    let found = match found {
        Some(found) => Some(plans::draw(tx, contract, found, amount_fen)?),
        None => None,
    };
    let of = (found, contract.purchaser_id, "");
    let today = tx.context.today();
    let (mut funding, balances) = figures_of(tx.connection, of.clone(), amount_fen, Some(today))?;
    if funding.fault.is_some() {
        // The ledger commits what falls to yearly shares, and refuses what is not free for them.
        let later = later_fen(&yearly_shares::later(tx.connection, record, today)?);
        if later > 0 {
            let own = amount_fen.saturating_sub(later).max(0);
            funding = figures_of(tx.connection, of, own, Some(today))?.0;
        }
    }
    if let Some(fault) = funding.fault {
        return Err(refused(fault));
    }
    // The ledger posts the commitment in this transaction, from the same balances.
    tx.remember_budget(id, balances);
    let committed = appropriations::commit(tx.connection, id, contract.id, amount_fen, tx.context.now)?;
    tx.know_inserted(ObjectKind::Contract, &contract.public_id, committed);
    Ok(())
}
