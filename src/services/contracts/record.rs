//! A contract with its terms and facts, as the domain wants them: loaded, reversals taken out, put to standing.

use chrono::NaiveDate;

use crate::domain::codes::FactKind;
use crate::domain::details::Details;
use crate::domain::facts::Facts;
use crate::domain::invalid::Invalid;
use crate::domain::standing::{Standing, Trails, standing};
use crate::domain::terms::Terms;
use crate::error::{Error, FieldError, Message};
use crate::services::registry::working_days::WorkingDays;
use crate::storage::AnyConnection;
use crate::storage::contracts::facts::{self, FactRow};
use crate::storage::contracts::{self, Contract};

/// A contract and everything that its standing follows from.
#[derive(Debug, Clone)]
pub struct Ledger {
    /// Its row.
    pub contract: Contract,
    /// What was agreed.
    pub terms: Terms,
    /// The words beside it.
    pub details: Details,
    /// What happened and was not undone.
    pub facts: Facts,
    /// Every row, also what was undone.
    pub rows: Vec<FactRow>,
    /// The working calendar that its days are reckoned by.
    pub days: WorkingDays,
}

impl Ledger {
    /// Loads the terms that hold and all facts.
    ///
    /// # Errors
    /// The database's; `Internal` for a row that no version of this program wrote.
    pub fn load(connection: &mut AnyConnection, contract: Contract) -> Result<Self, Error> {
        let row = contracts::terms(connection, contract.id, contract.terms_version)?;
        let rows = facts::of_contract(connection, contract.id)?;
        let facts = assemble(&rows)?;
        let days = WorkingDays::load(connection)?;
        Ok(Self { contract, terms: stored(&row.terms)?, details: stored(&row.details)?, facts, rows, days })
    }

    /// The facts of a kind that were not undone, in the order in which they were recorded, each with its row.
    ///
    /// # Errors
    /// `Internal` for a row that is not what the program wrote.
    pub fn live<T: serde::de::DeserializeOwned>(&self, kind: FactKind) -> Result<Vec<(T, &FactRow)>, Error> {
        let reversals = self.rows.iter().filter(|row| row.kind == FactKind::Reversal);
        let undone: Vec<i64> = reversals
            .map(|row| stored::<Reversal>(&row.body).map(|reversal| reversal.seq))
            .collect::<Result<_, _>>()?;
        let live = self.rows.iter().filter(|row| row.kind == kind && !undone.contains(&row.seq));
        live.map(|row| stored(&row.body).map(|fact| (fact, row))).collect()
    }

    /// The standing on a day.
    ///
    /// # Errors
    /// `Internal`: what is stored was checked on its way in.
    pub fn standing(&self, as_of: NaiveDate, trails: Trails) -> Result<Standing, Error> {
        standing(&self.terms, &self.facts, &self.days.calendar, as_of, trails)
            .map_err(|invalid| Error::Internal(format!("the stored facts of {}: {invalid:?}", self.contract.number)))
    }
}

/// Facts in the order of recording, without those that a reversal undid.
///
/// # Errors
/// `Internal` for a row that cannot be read.
pub fn assemble(rows: &[FactRow]) -> Result<Facts, Error> {
    let undone: Vec<i64> = rows
        .iter()
        .filter(|row| row.kind == FactKind::Reversal)
        .map(|row| stored::<Reversal>(&row.body).map(|reversal| reversal.seq))
        .collect::<Result<_, _>>()?;
    let mut facts = Facts::default();
    for row in rows.iter().filter(|row| !undone.contains(&row.seq)) {
        add(&mut facts, row.kind, &row.body)?;
    }
    Ok(facts)
}

/// Adds one fact to the list of its kind.
///
/// # Errors
/// `Internal` for a body that cannot be read.
pub fn add(facts: &mut Facts, kind: FactKind, body: &str) -> Result<(), Error> {
    match kind {
        FactKind::Extension => facts.extensions.push(stored(body)?),
        FactKind::Submission => facts.submissions.push(stored(body)?),
        FactKind::Decision => facts.decisions.push(stored(body)?),
        FactKind::Invoice => facts.invoices.push(stored(body)?),
        FactKind::Score => facts.scores.push(stored(body)?),
        FactKind::Payment => facts.payments.push(stored(body)?),
        FactKind::Headcount => facts.headcounts.push(stored(body)?),
        FactKind::Incident => facts.incidents.push(stored(body)?),
        FactKind::Waiver => facts.waivers.push(stored(body)?),
        FactKind::Survey => facts.surveys.push(stored(body)?),
        FactKind::End => facts.end = Some(stored(body)?),
        FactKind::Reversal => {}
    }
    Ok(())
}

/// The undoing of a fact.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reversal {
    /// Number of the fact that is undone.
    pub seq: i64,
}

/// Reads JSON that this program stored.
///
/// # Errors
/// `Internal`.
pub fn stored<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::Internal(format!("stored JSON: {error}")))
}

/// A broken rule of standing as a refusal. Paths into facts lose the list that the caller has not written.
pub fn refusal(invalid: Invalid) -> Error {
    let path = match invalid.path.strip_prefix("facts.") {
        Some(rest) => rest.split_once("].").map_or(rest, |(_, field)| field).to_owned(),
        None => invalid.path,
    };
    let message = Message { key: invalid.code, args: invalid.args };
    Error::Refused { rule: invalid.code.to_owned(), errors: vec![FieldError { path, message }] }
}
