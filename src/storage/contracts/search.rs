//! Search words of contracts: every character and every pair of neighbouring characters of the searchable texts, in the
//! folded spelling of [`key`], so that a single Chinese character already finds a contract.
//!
//! Engine-specific full text fails on words of two characters; these words need the same query on both engines. Numbers
//! and titles are also stored whole behind a mark, so that a complete one finds its contract before all others. Pairs of
//! the names of deliverables have a mark too: lists of contracts do not look for them, the search for deliverables does.

use std::collections::{BTreeMap, BTreeSet};

use diesel::pg::Pg;
use diesel::prelude::*;
use diesel::query_builder::{AstPass, QueryFragment, QueryId};
use diesel::sql_types::{Array, BigInt, Text};
use diesel::sqlite::Sqlite;

use crate::domain::text_input::key;
use crate::error::Error;
use crate::schema::contract_pairs;
use crate::storage::Result;
use crate::storage::backend::{AnyConnection, insert_rows};
use crate::storage::ids::ContractId;
use crate::storage::statements::on_engine;

/// Maximum number of words in a query, and of pairs looked up for it; more would not narrow the result further.
const MOST_WORDS: usize = 6;
const MOST_PAIRS: usize = 24;
/// Maximum number of contracts considered because they have a whole number of a query.
const MOST_NUMBERED: i64 = 100;
/// Length from which on the beginning of a recorded number suffices.
const LONG: usize = 6;

/// Mark of the contract's own number and title, and of numbers recorded with it: invoices and vouchers.
const OWN: char = '=';
const RECORDED: char = '#';
/// Mark of pairs of a deliverable's code or name. With it a word is longer than any pair of a query.
const DELIVERED: char = '~';
/// First characters of marked words; a query that must not find numbers is searched without such words.
pub const MARKS: [char; 2] = [OWN, RECORDED];

/// Texts by which a contract is found.
#[derive(Debug, Clone, Default)]
pub struct SearchTexts<'a> {
    pub number: &'a str,
    pub title: &'a str,
    /// Name of the contractor.
    pub contractor: &'a str,
    /// Credit code of the contractor.
    pub credit_code: &'a str,
    /// Names of the milestones.
    pub milestones: Vec<&'a str>,
    /// Codes and names of the deliverables.
    pub deliverables: Vec<&'a str>,
    /// Numbers of invoices and vouchers.
    pub recorded: Vec<&'a str>,
}

impl SearchTexts<'_> {
    /// Returns the distinct search words.
    pub fn words(&self) -> Vec<String> {
        let texts = [self.number, self.title, self.contractor, self.credit_code];
        let mut found: BTreeSet<String> = BTreeSet::new();
        for text in texts.iter().chain(&self.milestones) {
            let text = key(text);
            found.extend(pairs(&text));
            found.extend(text.chars().map(String::from));
        }
        found.extend([self.number, self.title].map(|whole| format!("{OWN}{}", key(whole))));
        found.extend(self.recorded.iter().map(|number| format!("{RECORDED}{}", key(number))));
        found.extend(self.deliverables.iter().flat_map(|text| deliverable_pairs(text)));
        found.into_iter().collect()
    }
}

/// Returns the distinct pairs of neighbouring characters of a text, in its folded spelling.
pub fn pairs(text: &str) -> Vec<String> {
    let characters: Vec<char> = key(text).chars().collect();
    let found: BTreeSet<String> = characters.windows(2).map(|pair| pair.iter().collect()).collect();
    found.into_iter().collect()
}

/// Returns the search words for a word of a query: its pairs, or the word itself if it is a single character.
pub fn pairs_of_word(word: &str) -> Vec<String> {
    let word = key(word);
    if word.chars().count() == 1 { vec![word] } else { pairs(&word) }
}

/// Returns the search words for all words of a query.
pub fn query_pairs(q: &str) -> Vec<String> {
    let found: BTreeSet<String> = q.split_whitespace().take(MOST_WORDS).flat_map(pairs_of_word).collect();
    found.into_iter().take(MOST_PAIRS).collect()
}

/// Returns the marked pairs of a deliverable's code or name. Those with a digit are left out: they only count the
/// deliverables of a contract.
fn deliverable_pairs(text: &str) -> Vec<String> {
    let has_digit = |pair: &String| pair.contains(|c: char| c.is_ascii_digit());
    pairs(text).into_iter().filter(|pair| !has_digit(pair)).map(|pair| format!("{DELIVERED}{pair}")).collect()
}

/// Returns the search words by which a query finds contracts with such a deliverable; none if it has no pair without
/// digits.
pub fn query_deliverables(q: &str) -> Vec<String> {
    let found: BTreeSet<String> = q.split_whitespace().take(MOST_WORDS).flat_map(deliverable_pairs).collect();
    found.into_iter().take(MOST_PAIRS).collect()
}

/// Returns the folded words of a query.
pub fn query_words(q: &str) -> Vec<String> {
    q.split_whitespace().take(MOST_WORDS).map(key).collect()
}

/// Returns whether a text is long enough to find the recorded numbers that begin with it.
pub fn is_long(text: &str) -> bool {
    key(text).chars().count() >= LONG
}

/// Returns whether a recorded number is a text or, if that is long enough, begins with it.
pub fn is_recorded_as(number: &str, text: &str) -> bool {
    let (number, text) = (key(number), key(text));
    number == text || (is_long(&text) && number.starts_with(&text))
}

/// Returns contracts with a recorded number that [is recorded as](is_recorded_as) a text, the whole number first.
pub fn with_recorded(connection: &mut AnyConnection, text: &str) -> Result<Vec<ContractId>> {
    let text = key(text);
    if text.is_empty() {
        return Ok(Vec::new());
    }
    let last = if is_long(&text) { "\u{10FFFF}" } else { "" };
    let found: Vec<i64> = contract_pairs::table
        .filter(contract_pairs::pair.ge(format!("{RECORDED}{text}")))
        .filter(contract_pairs::pair.le(format!("{RECORDED}{text}{last}")))
        .order((contract_pairs::pair, contract_pairs::contract_id))
        .limit(MOST_NUMBERED)
        .select(contract_pairs::contract_id)
        .load(connection)?;
    Ok(found.into_iter().map(ContractId).collect())
}

/// Returns the contracts that have a whole number or title of a query and all its other words, those whose own number or
/// title is the query first, then the newest.
pub fn numbered(connection: &mut AnyConnection, q: &str) -> Result<Vec<ContractId>> {
    let whole = key(q);
    let words = query_words(q);
    let marked = |word: &String| [OWN, RECORDED].map(|mark| format!("{mark}{word}"));
    let numbers: Vec<String> = words.iter().chain([&whole]).flat_map(marked).collect();
    let hits: Vec<i64> = contract_pairs::table
        .filter(contract_pairs::pair.eq_any(&numbers))
        .limit(MOST_NUMBERED)
        .select(contract_pairs::contract_id)
        .load(connection)?;
    if hits.is_empty() {
        return Ok(Vec::new());
    }
    let mut wanted = numbers;
    wanted.extend(words.iter().flat_map(|word| pairs_of_word(word)));
    let rows: Vec<(i64, String)> = contract_pairs::table
        .filter(contract_pairs::contract_id.eq_any(hits))
        .filter(contract_pairs::pair.eq_any(wanted))
        .select((contract_pairs::contract_id, contract_pairs::pair))
        .load(connection)?;
    let mut found: BTreeMap<i64, BTreeSet<String>> = BTreeMap::new();
    for (contract, word) in rows {
        found.entry(contract).or_default().insert(word);
    }
    let has_number = |known: &BTreeSet<String>, word: &String| marked(word).iter().any(|number| known.contains(number));
    let has_all = |known: &BTreeSet<String>| {
        let has =
            |word: &String| has_number(known, word) || pairs_of_word(word).iter().all(|pair| known.contains(pair));
        has_number(known, &whole) || words.iter().all(has)
    };
    let own = format!("{OWN}{whole}");
    let mut all: Vec<(bool, i64)> =
        found.iter().filter(|(_, known)| has_all(known)).map(|(id, known)| (known.contains(&own), *id)).collect();
    all.sort_unstable_by(|a, b| b.cmp(a));
    Ok(all.into_iter().map(|(_, id)| ContractId(id)).collect())
}

/// Counts the words of these texts that are not among the search words of a contract.
pub fn count_lacking(connection: &mut AnyConnection, contract: ContractId, texts: &SearchTexts<'_>) -> Result<usize> {
    let own = contract_pairs::table.filter(contract_pairs::contract_id.eq(contract.0));
    let known: BTreeSet<String> = own.select(contract_pairs::pair).load(connection)?.into_iter().collect();
    Ok(texts.words().iter().filter(|word| !known.contains(*word)).count())
}

/// Replaces the search words of a contract; numbers recorded with it stay.
pub fn replace(connection: &mut AnyConnection, contract: ContractId, texts: &SearchTexts<'_>) -> Result<()> {
    let own = contract_pairs::contract_id.eq(contract.0);
    let recorded = contract_pairs::pair.like(format!("{RECORDED}%"));
    let kept: Vec<String> =
        contract_pairs::table.filter(own).filter(recorded).select(contract_pairs::pair).load(connection)?;
    diesel::delete(contract_pairs::table.filter(own)).execute(connection)?;
    let mut words: BTreeSet<String> = texts.words().into_iter().collect();
    words.extend(kept);
    add(connection, contract, &words.into_iter().collect::<Vec<_>>())
}

/// Adds the number of an invoice or voucher to the search words of a contract.
pub fn add_recorded(connection: &mut AnyConnection, contract: ContractId, number: &str) -> Result<()> {
    let word = format!("{RECORDED}{}", key(number));
    let known = contract_pairs::table.find((&word, contract.0)).select(contract_pairs::contract_id);
    if known.first::<i64>(connection).optional()?.is_some() {
        return Ok(());
    }
    add(connection, contract, &[word])
}

/// Adds the names of new milestones and deliverables to the search words of a contract.
pub fn add_names(
    connection: &mut AnyConnection,
    contract: ContractId,
    (milestones, deliverables): (Vec<&str>, Vec<&str>),
) -> Result<()> {
    let own = contract_pairs::contract_id.eq(contract.0);
    let known: BTreeSet<String> =
        contract_pairs::table.filter(own).select(contract_pairs::pair).load(connection)?.into_iter().collect();
    let words = SearchTexts { milestones, deliverables, ..SearchTexts::default() }.words();
    let is_new = |word: &String| !known.contains(word) && *word != OWN.to_string();
    add(connection, contract, &words.into_iter().filter(is_new).collect::<Vec<_>>())
}

/// Search words of one contract. They are bound as one value, so that a connection keeps the statement prepared, however
/// many there are.
struct Words<'a> {
    words: &'a [String],
    contract: i64,
    /// The words in JSON, for SQLite.
    json: &'a str,
}

impl QueryId for Words<'_> {
    type QueryId = Words<'static>;

    const HAS_STATIC_QUERY_ID: bool = true;
}

impl QueryFragment<Sqlite> for Words<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Sqlite>) -> QueryResult<()> {
        pass.push_sql("INSERT INTO contract_pairs (contract_id, pair) SELECT ");
        pass.push_bind_param::<BigInt, _>(&self.contract)?;
        pass.push_sql(", value FROM json_each(");
        pass.push_bind_param::<Text, _>(self.json)?;
        pass.push_sql(")");
        Ok(())
    }
}

impl QueryFragment<Pg> for Words<'_> {
    fn walk_ast<'b>(&'b self, mut pass: AstPass<'_, 'b, Pg>) -> QueryResult<()> {
        pass.push_sql("INSERT INTO contract_pairs (contract_id, pair) SELECT ");
        pass.push_bind_param::<BigInt, _>(&self.contract)?;
        pass.push_sql(", unnest(");
        pass.push_bind_param::<Array<Text>, _>(self.words)?;
        pass.push_sql(")");
        Ok(())
    }
}

impl<C> RunQueryDsl<C> for Words<'_> {}

/// Adds search words that a contract does not have.
pub fn add(connection: &mut AnyConnection, contract: ContractId, words: &[String]) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let json = serde_json::to_string(words).map_err(|error| Error::Internal(error.to_string()))?;
    let insert = Words { words, contract: contract.0, json: &json };
    on_engine!(connection, own => insert.execute(own))?;
    Ok(())
}

/// Inserts search words of many contracts.
pub fn insert(connection: &mut AnyConnection, rows: &[(String, ContractId)]) -> Result<()> {
    insert_rows!(connection, contract_pairs::table, rows, |(pair, contract)| {
        (contract_pairs::pair.eq(pair), contract_pairs::contract_id.eq(contract.0))
    });
    Ok(())
}
