//! A claim as whoever takes its next step checks it: what is left, what is committed, and one by one what would stand
//! in the way. It decides nothing: the step itself looks again, in its own transaction.

use crate::domain::money::Money;
use crate::domain::payments::{self as chain, Actor, Link};
use crate::domain::policy::Action;
use crate::domain::standing::Standing;
use crate::error::Error;
use crate::services::contracts::record::Ledger;
use crate::services::deliverables::invoices;
use crate::services::identity::caller::Caller;
use crate::services::payments::{money, open_fen};
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains as chain_events;
use crate::storage::payments::{self as rows, Payment};
use crate::storage::registry::{appropriations, organisations};

/// A claim with what it is measured by.
#[derive(Debug)]
pub struct ClaimView {
    /// What can still be asked for of its milestone once it is paid.
    pub left: Money,
    /// Number of the document by which the money was granted, and what of it is committed to the contract.
    pub budget: Option<(String, Money)>,
    /// The right to the step that it waits for; none once it is paid or returned.
    pub next: Option<Action>,
    /// What is to hold before the next step, in the order in which people look at it.
    pub checks: Vec<Check>,
}

/// Something that is to hold. Its words are `claim-check-NAME`, and `claim-check-NAME-not` where it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Check {
    /// Which.
    pub name: &'static str,
    /// Whether it does.
    pub holds: bool,
    /// Whether the step is refused where it does not; else whoever takes it decides.
    pub is_needed: bool,
}

impl Check {
    fn needed(name: &'static str, holds: bool) -> Self {
        Self { name, holds, is_needed: true }
    }

    fn advised(name: &'static str, holds: bool) -> Self {
        Self { name, holds, is_needed: false }
    }
}

/// Checks a payment request of a contract against the contract's standing today; nothing if the contract has no payment
/// request with this identifier.
///
/// # Errors
/// The database's.
pub(crate) fn of_contract(
    connection: &mut AnyConnection,
    caller: &Caller,
    (ledger, standing): (&Ledger, &Standing),
    id: &str,
) -> Result<Option<ClaimView>, Error> {
    let contract = &ledger.contract;
    let Some(payment) = rows::by_public_id(connection, id)?.filter(|payment| payment.contract_id == contract.id) else {
        return Ok(None);
    };
    let milestone = standing.milestones.iter().find(|milestone| milestone.code.as_str() == payment.milestone);
    let milestone = milestone.ok_or(Error::NotFound)?;
    let others = open_fen(connection, ledger, &payment.milestone, Some(&payment))?;
    let left = chain::left(milestone.payable.fen(), milestone.paid.fen(), others);
    let committed = appropriations::committed_to(connection, contract.id, contract.appropriation_id)?;
    let budget = match contract.appropriation_id {
        Some(id) => appropriations::by_id(connection, id)?,
        None => None,
    };
    let contractor = organisations::contractor(connection, contract.contractor_id)?.ok_or(Error::NotFound)?;
    let account = serde_json::to_value(&contractor.account).ok();
    let events = chain_events::events_of(connection, &format!("contract:{}", contract.public_id))?;
    let invoiced = invoices::of_contract(ledger, &events)?
        .iter()
        .filter(|invoice| invoice.milestone == payment.milestone)
        .fold(0_i64, |sum, invoice| sum.saturating_add(invoice.fen()));
    let total = standing.totals.paid.fen();
    let mut checks = vec![
        Check::advised("satisfied", milestone.satisfied_on.is_some()),
        Check::needed("within", payment.amount_fen <= left),
        Check::advised("invoice", invoiced >= milestone.paid.fen().saturating_add(payment.amount_fen)),
        Check::advised("account", account == serde_json::from_str(&payment.account).ok()),
        Check::advised("budget", i128::from(committed) >= total.saturating_add(payment.amount_fen.into())),
    ];
    if let Some(link) = chain::next(payment.state) {
        checks.extend(own_hands(connection, caller, &contract.public_id, &payment, link)?);
    }
    Ok(Some(ClaimView {
        left: money(left.saturating_sub(payment.amount_fen).max(0))?,
        budget: budget.map(|found| Ok::<_, Error>((found.document_no, money(committed)?))).transpose()?,
        next: chain::next(payment.state).map(|link| link.action),
        checks,
    }))
}

/// Whether the caller, for whom the next step waits, has taken none before; nothing for anybody else.
fn own_hands(
    connection: &mut AnyConnection,
    caller: &Caller,
    contract: &str,
    payment: &Payment,
    link: &Link,
) -> Result<Option<Check>, Error> {
    let Ok((_, seat)) = caller.contract(connection, contract, link.action) else { return Ok(None) };
    let before: Vec<_> = rows::steps(connection, payment.id)?
        .into_iter()
        .map(|step| Actor { person: step.person_id.0, on_behalf_of: step.for_id })
        .collect();
    let next = Actor { person: caller.person.0, on_behalf_of: (seat.holder != caller.person).then_some(seat.holder.0) };
    Ok(Some(Check::needed("hands", chain::may_follow(&before, &next))))
}
