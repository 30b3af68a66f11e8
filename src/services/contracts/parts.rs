//! Lists of the parts of one contract: amendments, payment requests, guarantees and the like. Each feature builds its
//! own views; the right to read, the contract and the page are handled here.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::storage::AnyConnection;
use crate::storage::contract_rows::PartRow;
use crate::storage::contracts::Contract;

/// Lists the parts of a contract, oldest first, in the form that `views` gives them.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see; `Malformed` for an unknown cursor; errors of `views`.
pub(in crate::services) fn list<R: PartRow, V>(
    app: &App,
    caller: &Caller,
    contract: &str,
    page: &Page,
    views: impl FnOnce(&mut AnyConnection, Contract, Vec<R>) -> Result<Vec<V>, Error>,
) -> Result<Paged<V>, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let after = page.after_key(|id| Ok(R::one(connection, contract.id, id)?.map(|row| row.key())))?;
        let cut = page.cut(R::page(connection, contract.id, after, page.rows())?, R::public_id);
        Ok(Paged { items: views(connection, contract, cut.items)?, next: cut.next })
    })
}

/// Returns one part of a contract, in the form that `views` gives it.
///
/// # Errors
/// `NotFound` for a contract that the caller may not see, or a part of another contract; errors of `views`.
pub(in crate::services) fn find<R: PartRow, V>(
    app: &App,
    caller: &Caller,
    (contract, id): (&str, &str),
    views: impl FnOnce(&mut AnyConnection, Contract, Vec<R>) -> Result<Vec<V>, Error>,
) -> Result<V, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, Action::ReadContract)?;
        let row = R::one(connection, contract.id, id)?.ok_or(Error::NotFound)?;
        views(connection, contract, vec![row])?.pop().ok_or(Error::NotFound)
    })
}
