//! The open side: the public view of a published contract, and the list of all published contracts.
//!
//! [`PublicContract`] is the allow-list. Pages, API, spreadsheets and OCDS packages are made only from it, so a field
//! that is missing here is not public. It has no note, reason, file, place, person or account. Figures are those of the
//! standing today, from the projections.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::clock::civil_day;
use crate::domain::codes::ContractState;
use crate::domain::details::Details;
use crate::domain::money::{Money, Sum};
use crate::domain::numbers::{Quantity, Score};
use crate::domain::publications::NoticeAddress;
use crate::domain::standing::{DeliverableState, Standing, Trails};
use crate::domain::terms::Terms;
use crate::domain::text_input::clean;
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::registration::Party;
use crate::services::registry;
use crate::services::shared::paging::{MAX_PAGE_SIZE, Named, Page, Paged, Suggestions};
use crate::storage::AnyConnection;
use crate::storage::audit::hash_chains::digest_bytes;
use crate::storage::contracts::{Contract, search};
use crate::storage::ids::{OrganisationId, RegionId};
use crate::storage::publications::{self as rows, Filter, Publication};
use crate::storage::registry::organisations::{self, Region};

/// Filters and page of the list of published contracts.
#[derive(Debug, Default, Clone, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PublicQuery {
    /// Search words in number, title, contractor (name or credit code) or milestones, all of which must occur.
    pub q: Option<String>,
    /// Only contracts of the region with this code or of regions below it.
    pub region: Option<String>,
    /// Only contracts of the contractor with this credit code.
    pub contractor: Option<String>,
    /// Only contracts that start in this year.
    pub year: Option<i32>,
    /// Maximum number of items, 1 to 200; by default 50.
    pub limit: Option<i64>,
    /// Cursor: `next` of the previous page.
    pub cursor: Option<String>,
}

/// A published contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicContract {
    /// Random identifier, used in addresses.
    pub id: String,
    pub number: String,
    pub title: String,
    pub state: ContractState,
    pub purchaser: Party,
    pub contractor: Party,
    /// The finance bureau, which pays.
    pub funder: Party,
    pub region: PublicRegion,
    /// Procurement method, as the award notice words it.
    pub method: String,
    /// Amount of the terms in force, in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    pub signed_on: Option<NaiveDate>,
    /// First day of the term.
    pub starts_on: NaiveDate,
    /// Last day of the term.
    pub ends_on: NaiveDate,
    pub notice: PublicNotice,
    /// Day on which the contract was published here.
    pub published_on: NaiveDate,
    /// Time of the last change, in UTC.
    pub changed_at: DateTime<Utc>,
    /// Services that were bought.
    pub services: Vec<PublicService>,
    /// Number of deliverables that were accepted, wholly or in part.
    pub accepted: usize,
    /// Deliverables with the agreed and the accepted quantity.
    pub deliverables: Vec<PublicDeliverable>,
    /// Money paid so far, in yuan.
    #[schema(value_type = String)]
    pub paid: Sum,
    /// Parts that are paid separately, each with its score.
    pub milestones: Vec<PublicMilestone>,
    /// Payments made, in the order of their recording.
    pub payments: Vec<PublicPayment>,
    /// Performance score of the whole contract so far, 0.00 to 100.00.
    pub score: Option<String>,
}

/// A region.
#[derive(Debug, Clone, Default, Serialize, ToSchema)]
pub struct PublicRegion {
    /// Administrative division code (GB/T 2260, GB/T 10114).
    pub code: String,
    pub name: String,
}

/// The official notice of a contract.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicNotice {
    /// Address, always `https`.
    pub url: String,
    /// Host of the address.
    pub host: String,
    /// Day of the notice.
    pub on: NaiveDate,
}

/// A service that was bought.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicService {
    pub code: String,
    pub name: String,
    /// Unit of the quantity; empty if none was agreed.
    pub unit: String,
    #[schema(value_type = String)]
    pub quantity: Quantity,
    /// Price of one unit in yuan.
    #[schema(value_type = String)]
    pub unit_price: Money,
}

/// A deliverable.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicDeliverable {
    pub code: String,
    pub name: String,
    /// Agreed quantity.
    #[schema(value_type = String)]
    pub quantity: Quantity,
    /// Due day, with extensions.
    pub due_on: NaiveDate,
    #[schema(value_type = String)]
    pub state: DeliverableState,
    /// Accepted quantity, once final.
    #[schema(value_type = Option<String>)]
    pub accepted: Option<Quantity>,
    /// Day of the acceptance.
    pub accepted_on: Option<NaiveDate>,
}

/// A part of a contract that is paid separately.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicMilestone {
    pub code: String,
    pub name: String,
    /// Money paid so far, in yuan.
    #[schema(value_type = String)]
    pub paid: Money,
    /// Score that the purchaser gave, 0 to 100.
    #[schema(value_type = Option<String>)]
    pub score: Option<Score>,
    /// Day of the score.
    pub scored_on: Option<NaiveDate>,
}

/// A payment.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct PublicPayment {
    /// Code of the milestone.
    pub milestone: String,
    /// Amount in yuan.
    #[schema(value_type = String)]
    pub amount: Money,
    /// Day on which the bank paid.
    pub on: NaiveDate,
}

/// Lists a page of the published contracts that match, newest publication first.
///
/// # Errors
/// `Malformed` for an unknown cursor.
pub fn list(app: &App, query: &PublicQuery, page: &Page) -> Result<Paged<PublicContract>, Error> {
    app.pool.read(|connection| list_on(connection, query, page, civil_day(app.clock.now())))
}

/// Lists up to `most` published contracts from a cursor on, in batches, so that only few records are in memory.
///
/// # Errors
/// As [`list`].
pub fn list_many(app: &App, query: &PublicQuery, page: &Page, most: usize) -> Result<Paged<PublicContract>, Error> {
    let mut found: Paged<PublicContract> = Paged { items: Vec::new(), next: page.after.clone() };
    loop {
        let batch = Page { limit: MAX_PAGE_SIZE, after: found.next.take() };
        let more = list(app, query, &batch)?;
        found.items.extend(more.items);
        found.next = more.next;
        if found.next.is_none() || found.items.len() >= most {
            return Ok(found);
        }
    }
}

/// Shows one published contract.
///
/// # Errors
/// `NotFound` for a contract that is not published.
pub fn show(app: &App, contract: &str) -> Result<PublicContract, Error> {
    app.pool.read(|connection| {
        let found = rows::published_contract(connection, contract)?.ok_or(Error::NotFound)?;
        let mut shown = describe(connection, vec![found], civil_day(app.clock.now()))?;
        shown.pop().ok_or(Error::NotFound)
    })
}

/// Suggests regions by part of the name or code.
///
/// # Errors
/// Database errors.
pub fn suggest_regions(app: &App, q: &str) -> Result<Suggestions<PublicRegion>, Error> {
    Ok(app.pool.read(|connection| registry::organisations::regions_like(connection, q))?.map(public_region))
}

/// Finds the region that a person names by its code or, where no other region has it, by its full name; otherwise the
/// regions that [`suggest_regions`] suggests.
///
/// # Errors
/// Database errors.
pub fn find_region(app: &App, named: &str) -> Result<Named<PublicRegion>, Error> {
    Ok(app.pool.read(|connection| registry::organisations::region_named(connection, named))?.map(public_region))
}

/// Returns the name of the publisher: that of the outermost region, or the program's own.
///
/// # Errors
/// Database errors.
pub(super) fn publisher(app: &App) -> Result<String, Error> {
    let first = app.pool.read(|connection| organisations::list_regions(connection, &[], "", 1))?;
    Ok(first.into_iter().next().map_or_else(|| "Luyue".to_owned(), |region| region.name))
}

/// Returns the SHA-256 of an answer, from which `web` makes its weak entity tag.
pub fn content_digest(body: &[u8]) -> String {
    digest_bytes(body)
}

fn public_region(region: Region) -> PublicRegion {
    PublicRegion { code: region.code, name: region.name }
}

fn list_on(
    connection: &mut AnyConnection,
    query: &PublicQuery,
    page: &Page,
    today: NaiveDate,
) -> Result<Paged<PublicContract>, Error> {
    let Some(filter) = read_filter(connection, query)? else { return Ok(Paged::default()) };
    let before = page.after_item(|id| Ok(rows::published_contract(connection, id)?.map(|(row, _)| row.id.0)))?;
    let found = rows::published(connection, &filter, before.unwrap_or(i64::MAX), page.rows())?;
    let cut = page.cut(found, |(_, contract)| &contract.public_id);
    Ok(Paged { items: describe(connection, cut.items, today)?, next: cut.next })
}

/// Reads the filters; `None` for a query that finds nothing. Numbers of invoices and vouchers are stored with a mark
/// and are not public, so search words with such a mark are left out.
fn read_filter(connection: &mut AnyConnection, query: &PublicQuery) -> Result<Option<Filter>, Error> {
    let q = query.q.as_deref().map(clean).unwrap_or_default();
    let mut pairs = search::query_pairs(&q);
    pairs.retain(|pair| !pair.contains(search::MARKS));
    if !q.is_empty() && pairs.is_empty() {
        return Ok(None);
    }
    let contractor = match &query.contractor {
        Some(code) => Some(organisations::by_code(connection, code)?.map_or(OrganisationId(0), |found| found.id)),
        None => None,
    };
    let regions = match &query.region {
        Some(code) => Some(organisations::regions_under(connection, code)?),
        None => None,
    };
    Ok(Some(Filter { pairs, contractor, regions, year: query.year }))
}

/// Builds the public view of published contracts, with a fixed number of queries.
fn describe(
    connection: &mut AnyConnection,
    found: Vec<(Publication, Contract)>,
    today: NaiveDate,
) -> Result<Vec<PublicContract>, Error> {
    let (publications, contracts): (Vec<Publication>, Vec<Contract>) = found.into_iter().unzip();
    let records = ContractRecord::load_all(connection, contracts)?;
    let names = Names::load(connection, &records)?;
    let both = publications.iter().zip(&records);
    both.map(|(publication, record)| names.describe(publication, record, today)).collect()
}

/// Names of the organisations and regions of some contracts.
struct Names {
    organisations: BTreeMap<OrganisationId, Party>,
    regions: BTreeMap<RegionId, PublicRegion>,
}

impl Names {
    fn load(connection: &mut AnyConnection, records: &[ContractRecord]) -> Result<Self, Error> {
        let Some(first) = records.first() else {
            return Ok(Self { organisations: BTreeMap::new(), regions: BTreeMap::new() });
        };
        let heads = || records.iter().map(|record| &record.contract);
        let parties = |head: &Contract| [head.purchaser_id, head.contractor_id, head.funder_id];
        let mut involved: Vec<OrganisationId> = heads().flat_map(parties).collect();
        involved.sort_unstable();
        involved.dedup();
        let mut places: Vec<RegionId> = heads().map(|head| head.region_id).collect();
        places.sort_unstable();
        places.dedup();
        let organisations = organisations::remembered(connection, &first.registers, &involved)?;
        let regions = organisations::regions_by_ids(connection, &places)?;
        Ok(Self {
            organisations: organisations
                .into_iter()
                .map(|found| (found.id, Party { code: found.code, name: found.name }))
                .collect(),
            regions: regions.into_iter().map(|region| (region.id, public_region(region))).collect(),
        })
    }

    fn party(&self, id: OrganisationId) -> Party {
        let unknown = || Party { code: String::new(), name: String::new() };
        self.organisations.get(&id).cloned().unwrap_or_else(unknown)
    }

    fn describe(
        &self,
        publication: &Publication,
        record: &ContractRecord,
        today: NaiveDate,
    ) -> Result<PublicContract, Error> {
        let standing = record.standing(today, Trails::Off)?;
        let (head, terms, words) = (&record.contract, record.terms_on(today), record.all_names_on(today));
        let unreadable = || Error::Internal(format!("the notice of publication {}", publication.public_id));
        let notice = NoticeAddress::parse(&publication.notice_url).ok_or_else(unreadable)?;
        let published_at = publication.decided_at.unwrap_or(publication.proposed_at);
        let deliverables = deliverables(record, &standing, terms, &words);
        let payments = record.facts.payments.iter();
        Ok(PublicContract {
            id: head.public_id.clone(),
            number: head.number.clone(),
            title: head.title.clone(),
            state: head.state,
            purchaser: self.party(head.purchaser_id),
            contractor: self.party(head.contractor_id),
            funder: self.party(head.funder_id),
            region: self.regions.get(&head.region_id).cloned().unwrap_or_default(),
            method: head.method.clone(),
            amount: terms.amount,
            award_on: head.award_on,
            signed_on: head.signed_on,
            starts_on: terms.starts_on,
            ends_on: terms.ends_on,
            notice: PublicNotice { url: notice.url, host: notice.host, on: publication.notice_on },
            published_on: civil_day(published_at),
            changed_at: head.recorded_at.max(published_at).and_utc(),
            services: services(terms, &words),
            accepted: deliverables.iter().filter(|one| is_accepted(one.state)).count(),
            deliverables,
            paid: standing.totals.paid,
            milestones: milestones(record, &standing, &words),
            payments: payments
                .map(|paid| PublicPayment { milestone: paid.milestone.to_string(), amount: paid.amount, on: paid.on })
                .collect(),
            score: standing.performance.score.map(|score| score.to_string()),
        })
    }
}

fn services(terms: &Terms, words: &Details) -> Vec<PublicService> {
    let items = terms.items.iter();
    items
        .map(|item| PublicService {
            code: item.code.to_string(),
            name: words.item(item.code.as_str()).to_owned(),
            unit: words.unit(item.code.as_str()).to_owned(),
            quantity: item.quantity,
            unit_price: item.unit_price,
        })
        .collect()
}

fn deliverables(
    record: &ContractRecord,
    standing: &Standing,
    terms: &Terms,
    words: &Details,
) -> Vec<PublicDeliverable> {
    let each = standing.deliverables.iter();
    each.map(|stands| {
        let agreed = terms.deliverables.iter().find(|agreed| agreed.code == stands.code);
        let accepting = record
            .facts
            .decisions
            .iter()
            .rfind(|decision| decision.deliverable == stands.code && decision.verdict.acceptance().is_some());
        PublicDeliverable {
            name: words.deliverable(stands.code.as_str()).to_owned(),
            code: stands.code.to_string(),
            quantity: agreed.map(|agreed| agreed.quantity).unwrap_or_default(),
            due_on: stands.due_on,
            state: stands.state,
            accepted: stands.accepted,
            accepted_on: accepting.map(|decision| decision.on).filter(|_| is_accepted(stands.state)),
        }
    })
    .collect()
}

fn milestones(record: &ContractRecord, standing: &Standing, words: &Details) -> Vec<PublicMilestone> {
    let each = standing.milestones.iter();
    each.map(|stands| {
        let score = record.facts.scores.iter().rfind(|score| score.milestone == stands.code);
        PublicMilestone {
            code: stands.code.to_string(),
            name: words.milestone(stands.code.as_str()).to_owned(),
            paid: stands.paid,
            score: score.map(|score| score.score),
            scored_on: score.map(|score| score.on),
        }
    })
    .collect()
}

/// Returns whether a deliverable was accepted, wholly or in part.
pub(super) fn is_accepted(state: DeliverableState) -> bool {
    matches!(state, DeliverableState::Accepted | DeliverableState::Partial)
}
