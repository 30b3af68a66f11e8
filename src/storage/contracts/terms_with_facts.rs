//! Terms and facts of a contract, which every reader and every act needs besides the head, read by one statement.

use chrono::NaiveDate;
use diesel::dsl::case_when;
use diesel::prelude::*;

use crate::schema::{contract_terms, facts as stored_facts};
use crate::storage::Result;
use crate::storage::backend::AnyConnection;
use crate::storage::contracts::TermsRow;
use crate::storage::contracts::facts::{self, FactRow};
use crate::storage::ids::ContractId;
use crate::storage::registry::version::{RegisterVersion, stored_version};
use crate::storage::statements::read_rows;

/// Versions of terms, facts, and the version of the registers.
pub type TermsWithFacts = (Vec<TermsRow>, Vec<FactRow>, RegisterVersion);

/// Loads a contract's versions of terms from `first` on and all its facts, each in order.
///
/// # Errors
/// Database errors.
pub fn load(connection: &mut AnyConnection, id: ContractId, first: i64) -> Result<TermsWithFacts> {
    type Texts = (Option<String>, Option<String>);
    type Version = ((i64, NaiveDate, String), Texts);
    // The facts stand beside the first version, and its texts, which are long, beside the first of them.
    let beside = stored_facts::contract_id.eq(contract_terms::contract_id).and(contract_terms::version.eq(first));
    let is_first = || stored_facts::seq.nullable().is_null().or(stored_facts::seq.nullable().eq(1_i64));
    let query = contract_terms::table
        .left_join(stored_facts::table.on(beside))
        .filter(contract_terms::contract_id.eq(id.0))
        .filter(contract_terms::version.ge(first))
        .order((contract_terms::version, stored_facts::seq));
    let columns = (
        (contract_terms::version, contract_terms::effective_on, contract_terms::hash),
        (case_when(is_first(), contract_terms::terms), case_when(is_first(), contract_terms::details)),
    );
    let found: Vec<(Version, Option<FactRow>, Option<String>)> =
        read_rows!(connection, query.select((columns, Option::<FactRow>::as_select(), stored_version!())))?;
    let (mut versions, mut rows): (Vec<TermsRow>, Vec<FactRow>) = (Vec::new(), Vec::new());
    let mut registers = None;
    for (((version, effective_on, hash), texts), fact, stored) in found {
        if versions.last().is_none_or(|last| last.version != version) {
            let (Some(terms), Some(details)) = texts else { return load_apart(connection, id, first) };
            versions.push(TermsRow { version, effective_on, terms, details, hash });
        }
        rows.extend(fact);
        registers = stored;
    }
    if versions.first().is_none_or(|found| found.version != first) {
        return load_apart(connection, id, first);
    }
    Ok((versions, rows, registers.into()))
}

/// Loads terms and facts by one statement each, for a contract whose first version or first fact was removed outside
/// the program: the other rows are still shown, and `luyue check` reports what is missing.
fn load_apart(connection: &mut AnyConnection, id: ContractId, first: i64) -> Result<TermsWithFacts> {
    let query = contract_terms::table
        .filter(contract_terms::contract_id.eq(id.0))
        .filter(contract_terms::version.ge(first))
        .order(contract_terms::version);
    let found: Vec<(TermsRow, Option<String>)> =
        query.select((TermsRow::as_select(), stored_version!())).load(connection)?;
    let (versions, mut registers): (Vec<TermsRow>, Vec<Option<String>>) = found.into_iter().unzip();
    Ok((versions, facts::of_contract(connection, id)?, registers.pop().flatten().into()))
}
