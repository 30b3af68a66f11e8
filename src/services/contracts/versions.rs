//! The versions of a contract's terms: who recorded which when, and what two of them say differently, sentence by sentence.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::record::stored;
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::storage::contracts::{self, TermsRow};
use crate::storage::identity::people;

/// A version of the terms.
#[derive(Debug)]
pub struct Version {
    /// Its number, from 1.
    pub no: i64,
    /// Who recorded it.
    pub by: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// A sentence of a term.
#[derive(Debug, PartialEq, Eq)]
pub struct Sentence {
    /// Its words.
    pub words: String,
    /// Whether the other version does not have it.
    pub alone: bool,
}

/// One of the five terms in two versions.
#[derive(Debug)]
pub struct Compared {
    /// Key of the term's name.
    pub name: &'static str,
    /// What the earlier one says.
    pub before: Vec<Sentence>,
    /// What the later one says.
    pub after: Vec<Sentence>,
}

impl Compared {
    /// Whether they say different things.
    pub fn differs(&self) -> bool {
        self.before.iter().chain(&self.after).any(|sentence| sentence.alone)
    }
}

/// Two versions of a contract's terms beside each other.
#[derive(Debug)]
pub struct Comparison {
    /// Identifier of the contract.
    pub id: String,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// Every version, in order.
    pub versions: Vec<Version>,
    /// Number of the earlier one.
    pub before: i64,
    /// Number of the later one.
    pub after: i64,
    /// The five terms.
    pub terms: Vec<Compared>,
}

/// Two versions of a contract's terms; the last two, where none is named.
///
/// # Errors
/// `NotFound` for a contract that the caller may not know of, and for a version that is not there.
pub fn compare(
    app: &App,
    caller: &Caller,
    id: &str,
    (before, after): (Option<i64>, Option<i64>),
    language: Language,
) -> Result<Comparison, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let rows = contracts::recorded_terms(connection, contract.id)?;
        let names = people::names(connection, &rows.iter().map(|(_, by, _)| *by).collect::<Vec<_>>())?;
        let after = after.unwrap_or(contract.terms_version);
        let before = before.unwrap_or(after.saturating_sub(1).max(1));
        let (before, after) = (before.min(after), before.max(after));
        let of = |no: i64| rows.iter().map(|(row, ..)| row).find(|row| row.version == no).ok_or(Error::NotFound);
        let terms = differences(&said(of(before)?, language)?, &said(of(after)?, language)?);
        let name = |by| names.iter().find(|(known, _)| *known == by).map(|(_, name)| name.clone());
        Ok(Comparison {
            versions: rows
                .iter()
                .map(|(row, by, at)| Version { no: row.version, by: name(*by).unwrap_or_default(), at: at.and_utc() })
                .collect(),
            id: contract.public_id,
            number: contract.number,
            title: contract.title,
            before,
            after,
            terms,
        })
    })
}

/// The five terms, each with its sentences.
type Said = Vec<(&'static str, Vec<String>)>;

fn said(row: &TermsRow, language: Language) -> Result<Said, Error> {
    Ok(words::five_terms(&stored(&row.terms)?, &stored(&row.details)?, language))
}

fn differences(before: &Said, after: &Said) -> Vec<Compared> {
    let marked = |own: &[String], other: &[String]| {
        own.iter().map(|words| Sentence { words: words.clone(), alone: !other.contains(words) }).collect()
    };
    before
        .iter()
        .zip(after)
        .map(|((name, before), (_, after))| Compared {
            name,
            before: marked(before, after),
            after: marked(after, before),
        })
        .collect()
}
