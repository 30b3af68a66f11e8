//! Folded keys and search words of rows that were written before the program stored them.
//!
//! They depend on Unicode tables that the engines do not have, so the program fills them after the migrations, in
//! batches of one transaction each, and continues after an interruption. Numbers that only now turn out to be the same
//! stay in use: all but the oldest contract get a key with their row's number, which no typed number has.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use diesel::prelude::*;

use crate::domain::details::Details;
use crate::domain::text_input::key;
use crate::error::Error;
use crate::schema::{appropriations, contract_pairs, contract_terms, contractors, contracts, events, facts};
use crate::schema::{organisations, payments, regions, services};
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, begin_write, commit, roll_back};
use crate::storage::contracts::search::{self, SearchTexts};
use crate::storage::ids::{ContractId, OrganisationId};
use crate::storage::registry::contractors::replace_pairs;

/// Rows of a transaction.
const BATCH: i64 = 500;

/// Joins the folded words of a register's row, each between spaces, which no folded word contains.
pub fn search_key(words: &[&str]) -> String {
    let folded: Vec<String> = words.iter().map(|word| key(word)).collect();
    format!(" {} ", folded.join(" "))
}

/// Returns the range of search keys whose first word is the folded spelling of a code.
pub fn keys_of_code(code: &str) -> Range<String> {
    keys_of_words(&[code])
}

/// Returns the range of search keys that begin with the folded spellings of these words.
pub fn keys_of_words(words: &[&str]) -> Range<String> {
    let first = search_key(words);
    // The exclamation mark follows the space in the order of bytes.
    let end = format!("{}!", first.trim_end());
    first..end
}

/// Fills the keys that are missing.
///
/// # Errors
/// Database errors.
pub fn fill_missing(connection: &mut AnyConnection) -> Result<()> {
    for fill in [
        fill_regions,
        fill_organisations,
        fill_services,
        fill_appropriations,
        fill_contracts,
        fill_services_of_contracts,
    ] {
        while in_transaction(connection, fill)? {}
    }
    Ok(())
}

fn in_transaction(connection: &mut AnyConnection, work: fn(&mut AnyConnection) -> Result<bool>) -> Result<bool> {
    begin_write(connection)?;
    match work(connection) {
        Ok(more) => {
            commit(connection)?;
            Ok(more)
        }
        Err(error) => {
            roll_back(connection)?;
            Err(error)
        }
    }
}

fn fill_regions(connection: &mut AnyConnection) -> Result<bool> {
    let rows: Vec<(i64, String, String)> = regions::table
        .filter(regions::search_key.is_null())
        .limit(BATCH)
        .select((regions::id, regions::code, regions::name))
        .load(connection)?;
    for (id, code, name) in &rows {
        diesel::update(regions::table.find(id))
            .set(regions::search_key.eq(search_key(&[code, name])))
            .execute(connection)?;
    }
    Ok(!rows.is_empty())
}

fn fill_organisations(connection: &mut AnyConnection) -> Result<bool> {
    let rows: Vec<(i64, String, String, Option<String>)> = organisations::table
        .left_join(contractors::table)
        .filter(organisations::search_key.is_null())
        .limit(BATCH)
        .select((organisations::id, organisations::code, organisations::name, contractors::credit_code.nullable()))
        .load(connection)?;
    for (id, code, name, credit_code) in &rows {
        diesel::update(organisations::table.find(id))
            .set(organisations::search_key.eq(search_key(&[code, name])))
            .execute(connection)?;
        if let Some(credit_code) = credit_code {
            replace_pairs(connection, OrganisationId(*id), name, credit_code)?;
        }
    }
    Ok(!rows.is_empty())
}

fn fill_services(connection: &mut AnyConnection) -> Result<bool> {
    let rows: Vec<(i64, String, String)> = services::table
        .filter(services::search_key.is_null())
        .limit(BATCH)
        .select((services::id, services::code, services::name))
        .load(connection)?;
    for (id, code, name) in &rows {
        diesel::update(services::table.find(id))
            .set(services::search_key.eq(search_key(&[code, name])))
            .execute(connection)?;
    }
    Ok(!rows.is_empty())
}

fn fill_appropriations(connection: &mut AnyConnection) -> Result<bool> {
    let rows: Vec<(i64, [String; 5])> = appropriations::table
        .filter(appropriations::search_key.is_null())
        .limit(BATCH)
        .select((
            appropriations::id,
            (
                appropriations::document_no,
                appropriations::project,
                appropriations::line,
                appropriations::economic,
                appropriations::source,
            ),
        ))
        .load::<(i64, (String, String, String, String, String))>(connection)?
        .into_iter()
        .map(|(id, (a, b, c, d, e))| (id, [a, b, c, d, e]))
        .collect();
    for (id, words) in &rows {
        let words = words.each_ref().map(String::as_str);
        diesel::update(appropriations::table.find(id))
            .set(appropriations::search_key.eq(search_key(&words)))
            .execute(connection)?;
    }
    Ok(!rows.is_empty())
}

/// A contract without a key.
#[derive(Queryable)]
struct Unkeyed {
    id: i64,
    public_id: String,
    number: String,
    title: String,
    contractor_id: i64,
    terms_version: i64,
}

fn fill_contracts(connection: &mut AnyConnection) -> Result<bool> {
    let rows: Vec<Unkeyed> = contracts::table
        .filter(contracts::number_key.is_null())
        .order(contracts::id)
        .limit(BATCH)
        .select((
            contracts::id,
            contracts::public_id,
            contracts::number,
            contracts::title,
            contracts::contractor_id,
            contracts::terms_version,
        ))
        .load(connection)?;
    let keys: Vec<String> = rows.iter().map(|row| key(&row.number)).collect();
    let taken: Vec<Option<String>> =
        contracts::table.filter(contracts::number_key.eq_any(&keys)).select(contracts::number_key).load(connection)?;
    let mut taken: BTreeSet<String> = taken.into_iter().flatten().collect();
    for (row, folded) in rows.iter().zip(keys) {
        let own = if taken.insert(folded.clone()) { folded } else { format!("{folded} {}", row.id) };
        diesel::update(contracts::table.find(row.id)).set(contracts::number_key.eq(own)).execute(connection)?;
    }
    fill_search_words(connection, &rows)?;
    Ok(!rows.is_empty())
}

fn fill_search_words(connection: &mut AnyConnection, rows: &[Unkeyed]) -> Result<()> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let parties: Vec<(i64, String, Option<String>)> = organisations::table
        .left_join(contractors::table)
        .filter(organisations::id.eq_any(rows.iter().map(|row| row.contractor_id)))
        .select((organisations::id, organisations::name, contractors::credit_code.nullable()))
        .load(connection)?;
    let terms: Vec<(i64, i64, String)> = contract_terms::table
        .filter(contract_terms::contract_id.eq_any(&ids))
        .select((contract_terms::contract_id, contract_terms::version, contract_terms::details))
        .load(connection)?;
    let recorded = recorded_numbers(connection, rows)?;
    diesel::delete(contract_pairs::table.filter(contract_pairs::contract_id.eq_any(&ids))).execute(connection)?;
    let mut words: Vec<(String, ContractId)> = Vec::new();
    for row in rows {
        let party = parties.iter().find(|(id, ..)| *id == row.contractor_id);
        let details = terms.iter().find(|(id, version, _)| *id == row.id && *version == row.terms_version);
        let details: Details = details.and_then(|(.., details)| serde_json::from_str(details).ok()).unwrap_or_default();
        let texts = SearchTexts {
            number: &row.number,
            title: &row.title,
            contractor: party.map_or("", |(_, name, _)| name),
            credit_code: party.and_then(|(.., code)| code.as_deref()).unwrap_or_default(),
            milestones: details.milestones.values().map(|milestone| milestone.name.as_str()).collect(),
            deliverables: details.deliverable_texts(),
            recorded: recorded.get(&row.id).into_iter().flatten().map(String::as_str).collect(),
        };
        words.extend(texts.words().into_iter().map(|word| (word, ContractId(row.id))));
    }
    search::insert(connection, &words)
}

/// Lists the services of contracts by their newest terms.
fn fill_services_of_contracts(connection: &mut AnyConnection) -> Result<bool> {
    let ids: Vec<i64> =
        contracts::table.filter(contracts::services.is_null()).limit(BATCH).select(contracts::id).load(connection)?;
    let terms: Vec<(i64, String)> = contract_terms::table
        .filter(contract_terms::contract_id.eq_any(&ids))
        .order((contract_terms::contract_id, contract_terms::version))
        .select((contract_terms::contract_id, contract_terms::details))
        .load(connection)?;
    // The last version of a contract stays.
    let newest: BTreeMap<i64, String> = terms.into_iter().collect();
    for id in &ids {
        let details: Details = newest.get(id).and_then(|json| serde_json::from_str(json).ok()).unwrap_or_default();
        diesel::update(contracts::table.find(id))
            .set(contracts::services.eq(details.listed_services()))
            .execute(connection)?;
    }
    Ok(!ids.is_empty())
}

/// Returns the numbers of invoices and vouchers by contract.
fn recorded_numbers(connection: &mut AnyConnection, rows: &[Unkeyed]) -> Result<BTreeMap<i64, Vec<String>>> {
    let ids: Vec<i64> = rows.iter().map(|row| row.id).collect();
    let mut found: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let vouchers: Vec<(i64, String)> = payments::table
        .filter(payments::contract_id.eq_any(&ids))
        .filter(payments::voucher.ne(""))
        .select((payments::contract_id, payments::voucher))
        .load(connection)?;
    let first: Vec<(i64, String)> = facts::table
        .filter(facts::contract_id.eq_any(&ids))
        .filter(facts::kind.eq("invoice"))
        .select((facts::contract_id, facts::words))
        .load(connection)?;
    let streams: Vec<String> = rows.iter().map(|row| format!("contract:{}", row.public_id)).collect();
    let later: Vec<(String, String)> = events::table
        .filter(events::stream.eq_any(&streams))
        .filter(events::action.eq("invoices.document"))
        .select((events::stream, events::body))
        .load(connection)?;
    for (id, voucher) in vouchers {
        found.entry(id).or_default().push(voucher);
    }
    let contract_of =
        |stream: &String| rows.iter().zip(&streams).find(|(_, own)| *own == stream).map(|(row, _)| row.id);
    let later = later.iter().filter_map(|(stream, body)| Some((contract_of(stream)?, body.as_str())));
    for (id, json) in first.iter().map(|(id, words)| (*id, words.as_str())).chain(later) {
        let words: serde_json::Value = serde_json::from_str(json).unwrap_or_default();
        if let Some(number) = words.get("number").and_then(serde_json::Value::as_str) {
            found.entry(id).or_default().push(number.to_owned());
        }
    }
    Ok(found)
}

/// Wraps a failure of the fill, so that it is not mistaken for a failure of a request.
pub(super) fn failed(error: Error) -> Error {
    Error::Internal(format!("cannot compute keys for older rows: {error}"))
}
