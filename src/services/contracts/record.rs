//! The contract as one aggregate: its head, the versions of its terms, its facts and the working calendar.
//!
//! A record is loaded whole, within the transaction that reads or changes the contract, and gives the domain what
//! standing needs. Only here is decided which terms are in force on a day. Nothing is written; facts are recorded
//! through `append`.

use std::sync::Arc;

use chrono::NaiveDate;

use crate::domain::codes::FactKind;
use crate::domain::details::Details;
use crate::domain::facts::Facts;
use crate::domain::interest::RecordedInterest;
use crate::domain::invalid::Invalid;
use crate::domain::standing::{AmendmentConflict, Standing, Trails, amendments_in_force, next_change, standing};
use crate::domain::statute_settings::StatuteSettings;
use crate::domain::terms::{Agreement, BreachTerm, Terms};
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::registered::{Registered, registered};
use crate::services::registry::working_days::WorkingDays;
use crate::storage::AnyConnection;
use crate::storage::contracts::facts::FactRow;
use crate::storage::contracts::{Contract, TermsRow, batches, terms_with_facts};
use crate::storage::ids::ContractId;
use crate::storage::payments::approval_chains::ApprovalChains;
use crate::storage::registry::version::{self, RegisterVersion};
use crate::text::names;

/// A contract: its head, the versions of its terms from the signed one on, its facts and its calendar.
#[derive(Debug, Clone)]
pub struct ContractRecord {
    /// Row of the head.
    pub contract: Contract,
    /// The signed terms (the newest ones of a draft), then the amendments by effective day. Never empty.
    versions: Vec<TermsVersion>,
    /// Facts that are not reversed.
    pub facts: Facts,
    /// Every recorded fact, reversals and reversed ones included.
    pub rows: Vec<FactRow>,
    /// The working calendar of the contract's days.
    pub days: Arc<WorkingDays>,
    /// Approved chains of finance bureaus.
    pub(in crate::services) chains: Arc<ApprovalChains>,
    /// Approved settings of statutes.
    pub(in crate::services) settings: Arc<StatuteSettings>,
    /// Version of the registers when the record was loaded.
    pub registers: RegisterVersion,
}

/// A version of the terms, with its details (names and texts).
#[derive(Debug, Clone)]
struct TermsVersion {
    effective_on: NaiveDate,
    /// False for an amendment that does not come into force, because it would change what was settled.
    in_force: bool,
    terms: Terms,
    details: Details,
}

impl ContractRecord {
    /// Loads a contract's terms, facts and calendar.
    ///
    /// Versions before `contract.terms_version` are rewritten drafts: no one signed them, so they are never in force.
    ///
    /// # Errors
    /// Database errors; `Internal` for a row that this program did not write.
    pub fn load(connection: &mut AnyConnection, contract: Contract) -> Result<Self, Error> {
        let (terms, rows, registers) = terms_with_facts::load(connection, contract.id, contract.terms_version)?;
        let parts = registered(connection, registers)?;
        Self::from_rows(contract, &terms, rows, parts)
    }

    /// Loads several contracts with two queries for all of them and two for the calendar, in the given order.
    ///
    /// # Errors
    /// As [`Self::load`].
    pub fn load_all(connection: &mut AnyConnection, contracts: Vec<Contract>) -> Result<Vec<Self>, Error> {
        if contracts.is_empty() {
            return Ok(Vec::new());
        }
        let ids: Vec<ContractId> = contracts.iter().map(|contract| contract.id).collect();
        let (mut terms, mut rows) = (batches::signed_terms(connection, &ids)?, batches::facts(connection, &ids)?);
        let version = version::load(connection)?;
        let parts = registered(connection, version)?;
        let records = contracts.into_iter().map(|contract| {
            let (terms, rows) = (terms.remove(&contract.id), rows.remove(&contract.id));
            Self::from_rows(contract, &terms.unwrap_or_default(), rows.unwrap_or_default(), parts.clone())
        });
        records.collect()
    }

    /// Assembles a contract from its stored terms and facts.
    fn from_rows(
        contract: Contract,
        terms: &[TermsRow],
        rows: Vec<FactRow>,
        (days, chains, settings, registers): Registered,
    ) -> Result<Self, Error> {
        let versions: Vec<TermsVersion> = terms
            .iter()
            .map(|row| {
                let terms: Terms = stored(&row.terms)?;
                let details = names::complete(stored(&row.details)?, &terms);
                Ok(TermsVersion { effective_on: row.effective_on, in_force: true, terms, details })
            })
            .collect::<Result<_, Error>>()?;
        if versions.is_empty() {
            return Err(Error::Internal(format!("contract {} has no terms", contract.number)));
        }
        let facts = assemble(&rows)?;
        let mut record = Self { contract, versions, facts, rows, days, chains, settings, registers };
        record.decide_amendments()?;
        Ok(record)
    }

    /// Assembles a contract that was never amended, from parts that are not stored yet.
    pub fn unamended(
        contract: Contract,
        (terms, details): (Terms, Details),
        (facts, rows): (Facts, Vec<FactRow>),
        (days, settings): (Arc<WorkingDays>, Arc<StatuteSettings>),
    ) -> Self {
        let versions = vec![TermsVersion { effective_on: terms.starts_on, in_force: true, terms, details }];
        let (chains, registers) = (Arc::default(), RegisterVersion::default());
        Self { contract, versions, facts, rows, days, chains, settings, registers }
    }

    /// Replaces the working calendar, to derive figures by an earlier version of it.
    ///
    /// # Errors
    /// `Internal`, although stored terms and facts were validated before they were written.
    pub fn with_days(self, days: WorkingDays) -> Result<Self, Error> {
        let mut record = Self { days: Arc::new(days), ..self };
        record.decide_amendments()?;
        Ok(record)
    }

    /// Decides by the facts which amendments come into force. Must be called after every change of the facts.
    ///
    /// # Errors
    /// `Internal`, although stored terms and facts were validated before they were written.
    pub fn decide_amendments(&mut self) -> Result<(), Error> {
        if self.versions.len() == 1 {
            return Ok(());
        }
        let decided = self.amendments_in_force(&self.facts).map_err(|invalid| self.broken(&invalid))?;
        for (version, in_force) in self.versions.iter_mut().skip(1).zip(decided) {
            version.in_force = in_force;
        }
        Ok(())
    }

    /// Returns for each amendment whether it comes into force with these facts.
    fn amendments_in_force(&self, facts: &Facts) -> Result<Vec<bool>, Invalid> {
        let decided = amendments_in_force(self.agreement(), facts, &self.days.calendar)?;
        Ok(decided.into_iter().map(|(_, conflict)| conflict.is_none()).collect())
    }

    /// Returns the effective day of the first amendment that is in force by a day and would not be with other facts.
    ///
    /// # Errors
    /// The first broken rule of 1 to 15.
    pub fn amendment_undone_by(&self, facts: &Facts, today: NaiveDate) -> Result<Option<NaiveDate>, Invalid> {
        if self.versions.len() == 1 {
            return Ok(None);
        }
        let decided = self.amendments_in_force(facts)?;
        let mut amendments = self.versions[1..].iter().zip(decided);
        let undone = amendments.find(|(version, stays)| version.in_force && !stays && version.effective_on <= today);
        Ok(undone.map(|(version, _)| version.effective_on))
    }

    /// Returns the reason why further terms would not come into force on a day, given today's facts; `None` if they
    /// would.
    ///
    /// # Errors
    /// The first broken rule of 1 to 15, with paths that begin with `amendments[n]` for the further terms.
    pub fn amendment_conflict(
        &self,
        effective_on: NaiveDate,
        terms: &Terms,
    ) -> Result<Option<AmendmentConflict>, Invalid> {
        let decided =
            amendments_in_force(self.amended_agreement(effective_on, terms), &self.facts, &self.days.calendar)?;
        Ok(decided.into_iter().next_back().and_then(|(_, conflict)| conflict))
    }

    /// Computes the standing as of a day as if further terms had been agreed on.
    ///
    /// # Errors
    /// `Refused` by the rule that the further terms break.
    pub fn amended_standing(
        &self,
        (effective_on, terms): (NaiveDate, &Terms),
        as_of: NaiveDate,
    ) -> Result<Standing, Error> {
        let agreement = self.amended_agreement(effective_on, terms);
        standing(agreement, &self.facts, &self.days.calendar, as_of, Trails::Off).map_err(refusal)
    }

    /// Returns the agreement with further terms added.
    fn amended_agreement<'a>(&'a self, effective_on: NaiveDate, terms: &'a Terms) -> Agreement<'a> {
        let mut agreement = self.agreement();
        agreement.amendments.push((effective_on, terms));
        agreement
    }

    /// Returns the signed terms with all amendments, as standing reads them.
    pub fn agreement(&self) -> Agreement<'_> {
        let amendments = self.versions[1..].iter().map(|version| (version.effective_on, &version.terms));
        Agreement { terms: self.signed_terms(), amendments: amendments.collect() }
    }

    /// Returns the terms in force on a day (docs/standing.md, "Amendments"): those of the last amendment in force that
    /// is effective by then, otherwise the signed terms. Nothing else decides this.
    pub fn terms_on(&self, day: NaiveDate) -> &Terms {
        &self.version_on(day).terms
    }

    /// Returns the details (names and texts) of the terms in force on a day.
    pub fn details_on(&self, day: NaiveDate) -> &Details {
        &self.version_on(day).details
    }

    /// Returns the first day of the terms in force on a day: their effective day, or the first day of the contract's
    /// term.
    pub fn in_force_since(&self, day: NaiveDate) -> NaiveDate {
        self.version_on(day).effective_on
    }

    /// Returns the details of the terms in force on a day, with the names that only earlier terms have.
    pub fn all_names_on(&self, day: NaiveDate) -> Details {
        let earlier = self.versions.iter().rev().filter(|version| version.effective_on <= day);
        earlier.fold(self.details_on(day).clone(), |names, version| names.with_names_of(&version.details))
    }

    /// Returns the terms that both sides signed; of a draft, the newest.
    pub fn signed_terms(&self) -> &Terms {
        &self.versions[0].terms
    }

    /// Returns the newest terms that are or will be in force, and their details.
    pub fn newest_in_force(&self) -> (&Terms, &Details) {
        let newest = self.version_on(NaiveDate::MAX);
        (&newest.terms, &newest.details)
    }

    /// Returns the sum, in fen, by which the amendments in force raise the amount.
    pub fn increases_fen(&self) -> i64 {
        let in_force = self.versions.iter().filter(|version| version.in_force);
        let amounts: Vec<i64> = in_force.map(|version| version.terms.amount.fen()).collect();
        let grown = amounts.iter().zip(amounts.iter().skip(1)).map(|(one, next)| next.saturating_sub(*one).max(0));
        grown.fold(0, i64::saturating_add)
    }

    /// Returns the day of an early end on or before a day; `None` without one.
    pub fn ended_by(&self, day: NaiveDate) -> Option<NaiveDate> {
        self.facts.end.as_ref().map(|end| end.on).filter(|on| *on <= day)
    }

    /// Returns the largest amount, in fen, of the signed terms and their amendments, in force or not. This is what is
    /// committed to the contract.
    pub fn largest_amount_fen(&self) -> i64 {
        self.versions.iter().map(|version| version.terms.amount.fen()).max().unwrap_or_default()
    }

    /// Returns whether the amendment that was recorded as a version of the terms is or will be in force.
    pub fn is_in_force(&self, version: i64) -> bool {
        let place = usize::try_from(version.saturating_sub(self.contract.terms_version)).ok();
        place.and_then(|place| self.versions.get(place)).is_some_and(|version| version.in_force)
    }

    /// Returns the number of the newest version of the terms, in force or not.
    pub fn newest_version(&self) -> i64 {
        let amendments = i64::try_from(self.versions.len() - 1).unwrap_or(i64::MAX);
        self.contract.terms_version.saturating_add(amendments)
    }

    /// Returns the day from which what was agreed is to be announced: of the signing or, later, of the newest terms in force.
    pub fn to_announce_from(&self, day: NaiveDate) -> Option<NaiveDate> {
        let newest = self.version_on(day);
        let is_amended = !std::ptr::eq(newest, &raw const self.versions[0]);
        self.contract.signed_on.map(|signed| if is_amended { signed.max(newest.effective_on) } else { signed })
    }

    /// Returns the details of the newest version, for names that all versions share.
    pub fn newest_details(&self) -> &Details {
        &self.versions[self.versions.len() - 1].details
    }

    /// Returns the version of the terms in force on a day.
    fn version_on(&self, day: NaiveDate) -> &TermsVersion {
        let amendments = &self.versions[1..];
        amendments.iter().rfind(|version| version.in_force && version.effective_on <= day).unwrap_or(&self.versions[0])
    }

    /// Returns the clause with a code and the details that name it: of the terms in force on a day or, if they lack the
    /// clause, of the newest terms that have it.
    pub fn clause(&self, code: &str, day: NaiveDate) -> Option<(&BreachTerm, &Details)> {
        let mut versions = [self.version_on(day)].into_iter().chain(self.versions.iter().rev());
        versions.find_map(|version| {
            let term = version.terms.breach_terms.iter().find(|term| term.code.as_str() == code)?;
            Some((term, &version.details))
        })
    }

    /// Returns the next day after `today` on which the standing changes if nothing more happens.
    ///
    /// # Errors
    /// `Refused` for stored facts that break a rule.
    pub fn next_change(&self, today: NaiveDate) -> Result<Option<NaiveDate>, Error> {
        next_change(self.agreement(), &self.facts, &self.days.calendar, today).map_err(refusal)
    }

    /// Returns the facts of a kind that are not reversed, in recording order, each with its row.
    ///
    /// # Errors
    /// `Internal` for a row that this program did not write.
    pub fn live<T: serde::de::DeserializeOwned>(&self, kind: FactKind) -> Result<Vec<(T, &FactRow)>, Error> {
        let reversals = self.rows.iter().filter(|row| row.kind == FactKind::Reversal);
        let undone: Vec<i64> = reversals
            .map(|row| stored::<Reversal>(&row.body).map(|reversal| reversal.seq))
            .collect::<Result<_, _>>()?;
        let live = self.rows.iter().filter(|row| row.kind == kind && !undone.contains(&row.seq));
        live.map(|row| stored(&row.body).map(|fact| (fact, row))).collect()
    }

    /// Returns the payments and waivers of late interest, which the standing leaves out.
    ///
    /// # Errors
    /// `Internal` for a row that this program did not write.
    pub fn interest(&self) -> Result<RecordedInterest, Error> {
        let of = |kind| Ok::<_, Error>(self.live(kind)?.into_iter().map(|(record, _)| record).collect());
        Ok(RecordedInterest { paid: of(FactKind::Interest)?, waived: of(FactKind::InterestWaiver)? })
    }

    /// Computes the standing as of a day, under the terms in force on it.
    ///
    /// # Errors
    /// `Internal`, although stored terms and facts were validated before they were written.
    pub fn standing(&self, as_of: NaiveDate, trails: Trails) -> Result<Standing, Error> {
        tracing::trace!(contract = self.contract.id.0, %as_of, "computing a standing");
        standing(self.agreement(), &self.facts, &self.days.calendar, as_of, trails)
            .map_err(|invalid| self.broken(&invalid))
    }

    /// Returns a message in which names replace the codes of this contract, since people do not know the codes.
    pub fn named(&self, message: Message, day: NaiveDate) -> Message {
        let details = self.all_names_on(day);
        let name = |code: &str| {
            let names =
                [details.deliverable(code), details.milestone(code), details.indicator(code), details.item(code)];
            let clause = details.clause(code);
            names.into_iter().chain(clause).find(|name| *name != code).unwrap_or(code).to_owned()
        };
        let args = message.args.into_iter().map(|(key, value)| match key {
            "code" | "indicator" => (key, name(&value)),
            _ => (key, value),
        });
        Message { args: args.collect(), ..message }
    }

    /// Returns the error for a stored contract that breaks a rule.
    fn broken(&self, invalid: &Invalid) -> Error {
        Error::Internal(format!("stored facts of {} are invalid: {invalid:?}", self.contract.number))
    }
}

/// Collects facts in recording order, leaving out reversed ones.
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
        // `RecordedInterest` has payments and waivers of interest.
        FactKind::Interest | FactKind::InterestWaiver | FactKind::Reversal => {}
    }
    Ok(())
}

/// Reversal of an earlier fact.
#[derive(Debug, serde::Serialize, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reversal {
    /// Number of the reversed fact.
    pub seq: i64,
}

/// Parses the stored details of terms and completes missing names.
///
/// # Errors
/// `Internal` for anything else than stored terms and details.
pub fn stored_details(terms: &str, details: &str) -> Result<Details, Error> {
    Ok(names::complete(stored(details)?, &stored(terms)?))
}

/// Parses JSON that this program stored.
///
/// # Errors
/// `Internal` for anything else.
pub fn stored<T: serde::de::DeserializeOwned>(json: &str) -> Result<T, Error> {
    serde_json::from_str(json).map_err(|error| Error::Internal(format!("cannot parse stored JSON: {error}")))
}

/// Writes a value as JSON for storage; [`stored`] parses it.
///
/// # Errors
/// `Internal` for a value that JSON cannot hold.
pub fn to_stored<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| Error::Internal(error.to_string()))
}

/// Converts a broken rule of standing into a refusal. Paths into facts lose the list, which the caller did not write.
pub fn refusal(invalid: Invalid) -> Error {
    let path = match invalid.path.strip_prefix("facts.") {
        Some(rest) => rest.split_once("].").map_or(rest, |(_, field)| field).to_owned(),
        None => invalid.path,
    };
    let message = Message { key: invalid.code, args: invalid.args };
    Error::Refused { rule: invalid.code.to_owned(), errors: vec![FieldError { path, message }] }
}
