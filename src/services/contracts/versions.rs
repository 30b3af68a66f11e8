//! Versions of a contract's terms: author and time of each, and the sentences in which two of them differ.

use chrono::{DateTime, Utc};

use crate::app::App;
use crate::domain::codes::Language;
use crate::domain::details::Details;
use crate::domain::policy::Action;
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::services::contracts::record::{stored, stored_details};
use crate::services::documents::words;
use crate::services::identity::caller::Caller;
use crate::storage::contracts::{self, TermsRow};
use crate::storage::identity::names::Names;

/// A version of the terms.
#[derive(Debug)]
pub struct Version {
    /// Number, from 1.
    pub no: i64,
    /// Name of the person who recorded the version.
    pub by: String,
    /// Time of recording.
    pub at: DateTime<Utc>,
}

/// A sentence of one of the five terms.
#[derive(Debug, PartialEq, Eq)]
pub struct Sentence {
    pub words: String,
    /// True if the other version lacks it.
    pub alone: bool,
}

/// One of the five terms in two versions.
#[derive(Debug)]
pub struct Compared {
    /// Key of the term's name.
    pub name: &'static str,
    /// Sentences of the earlier version.
    pub before: Vec<Sentence>,
    /// Sentences of the later version.
    pub after: Vec<Sentence>,
}

impl Compared {
    /// Returns whether the two versions differ in this term.
    pub fn differs(&self) -> bool {
        self.before.iter().chain(&self.after).any(|sentence| sentence.alone)
    }
}

/// Two versions of a contract's terms, compared.
#[derive(Debug)]
pub struct Comparison {
    /// Random identifier of the contract.
    pub id: String,
    /// The contract's number.
    pub number: String,
    /// The contract's title.
    pub title: String,
    /// All versions, in order.
    pub versions: Vec<Version>,
    /// Number of the earlier version.
    pub before: i64,
    /// Number of the later version.
    pub after: i64,
    /// The five terms and the notes, in their fixed order.
    pub terms: Vec<Compared>,
}

/// Compares two versions of a contract's terms, by default the newest with the one before it.
///
/// # Errors
/// `NotFound` for an unknown version, and for a contract that the caller may not see.
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
        let names = Names::load(connection, rows.iter().map(|(_, by, _)| Some(by.0)))?;
        let newest = rows.iter().map(|(row, ..)| row.version).max().unwrap_or(contract.terms_version);
        let after = after.unwrap_or(newest);
        let before = before.unwrap_or(after.saturating_sub(1).max(1));
        let (before, after) = (before.min(after), before.max(after));
        let of = |no: i64| rows.iter().map(|(row, ..)| row).find(|row| row.version == no).ok_or(Error::NotFound);
        let terms = compare_terms(&row_sentences(of(before)?, language)?, &row_sentences(of(after)?, language)?);
        Ok(Comparison {
            versions: rows
                .iter()
                .map(|(row, by, at)| Version { no: row.version, by: names.of(*by), at: at.and_utc() })
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

/// The five terms and the notes by key, each with its sentences.
type TermSentences = Vec<(&'static str, Vec<String>)>;

/// Returns the sentences of a stored version.
fn row_sentences(row: &TermsRow, language: Language) -> Result<TermSentences, Error> {
    let details = stored_details(&row.terms, &row.details)?;
    Ok(term_sentences((&stored(&row.terms)?, &details), language))
}

/// Returns the sentences of terms.
fn term_sentences((terms, details): (&Terms, &Details), language: Language) -> TermSentences {
    let mut five = words::five_terms(terms, details, language);
    // Quantities and days of each deliverable are also shown in a table; here any change must be visible.
    if let Some((_, sentences)) = five.iter_mut().find(|(name, _)| *name == "document-terms-period") {
        sentences.extend(words::deliverables(terms, details, language));
    }
    let notes = details.notes.lines().map(str::trim).filter(|line| !line.is_empty());
    five.push(("draft-step-notes", notes.map(ToOwned::to_owned).collect()));
    five
}

/// Lists the terms, and the notes on them, in which two versions differ.
pub fn differences(before: (&Terms, &Details), after: (&Terms, &Details), language: Language) -> Vec<Compared> {
    let mut compared = compare_terms(&term_sentences(before, language), &term_sentences(after, language));
    compared.retain(Compared::differs);
    compared
}

/// Compares the sentences of each term, marking those that only one side has.
fn compare_terms(before: &TermSentences, after: &TermSentences) -> Vec<Compared> {
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
