//! Rows of a synthetic city: organisations, people and appropriations, written with the storage functions.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::clock::civil_day;
use crate::domain::codes::{ContractorKind, Function, Language, ProposalState, Role};
use crate::domain::text_input;
use crate::error::Error;
use crate::services::registry::organisations::STREAM;
use crate::storage::audit::event_action::EventAction;
use crate::storage::audit::recorded_rows::ObjectKind;
use crate::storage::contracts::access;
use crate::storage::identity::people::{self, NewPerson};
use crate::storage::ids::{AppropriationId, OrganisationId, PersonId, RegionId};
use crate::storage::registry::appropriations::{self, NewAppropriation};
use crate::storage::registry::organisations::{self, Account, NewContractor};
use crate::storage::registry::payee_accounts;
use crate::storage::write::{Event, Tx};

/// A made-up bureau.
#[derive(Debug, Clone)]
pub struct Bureau {
    pub code: String,
    pub name: String,
    pub function: Function,
    /// Region code.
    pub region: String,
}

/// A made-up contractor.
#[derive(Debug, Clone)]
pub struct ContractorOf {
    /// Unified social credit code (GB 32100-2015).
    pub credit_code: String,
    pub name: String,
    pub kind: ContractorKind,
    /// Small or medium enterprise.
    pub sme: bool,
    /// Username of its person.
    pub person: String,
    pub account: Account,
}

/// A made-up user.
#[derive(Debug, Clone)]
pub struct PersonOf {
    pub username: String,
    pub name: String,
    pub role: Role,
    /// Organisation code.
    pub organisation: String,
}

/// A made-up appropriation.
#[derive(Debug, Clone)]
pub struct Appropriated {
    pub year: i32,
    /// Number of the desk whose contracts it funds.
    pub desk: usize,
    pub amount_fen: i64,
    /// Budget line (功能科目).
    pub line: &'static str,
}

/// Bureaus of a contract and their people, by organisation code and username.
#[derive(Debug, Clone)]
pub struct Desk {
    pub purchaser: String,
    pub funder: String,
    /// Region code of the purchaser.
    pub region: String,
    /// Officer, leader, reviewer, approver, cashier.
    pub people: [String; 5],
}

/// Everything that exists before the first contract.
#[derive(Debug, Clone)]
pub struct City {
    /// First day of the register.
    pub since: NaiveDate,
    /// Regions: code, name, code of the parent region.
    pub regions: Vec<(String, String, Option<String>)>,
    pub bureaus: Vec<Bureau>,
    pub contractors: Vec<ContractorOf>,
    pub people: Vec<PersonOf>,
    pub desks: Vec<Desk>,
    pub money: Vec<Appropriated>,
    /// Hash of everyone's password.
    pub password_hash: String,
}

/// Database keys of a desk.
pub(crate) struct DeskKeys {
    pub purchaser: OrganisationId,
    pub funder: OrganisationId,
    pub region: RegionId,
    people: [PersonId; 5],
}

/// Database keys of a contractor.
pub(crate) struct Supplier {
    pub organisation: OrganisationId,
    pub person: PersonId,
    pub name: String,
    pub credit_code: String,
    /// Payee account as JSON.
    pub account: String,
}

/// Database keys of a written city.
pub struct World {
    pub(crate) desks: Vec<DeskKeys>,
    pub(crate) contractors: Vec<Supplier>,
    pub(crate) money: BTreeMap<(usize, i32), AppropriationId>,
    bureaus: Vec<access::Bureau>,
}

impl World {
    /// Returns the organisations that may see a contract between a desk and a contractor, in key order.
    pub(crate) fn viewers(&self, desk: &DeskKeys, contractor: &Supplier) -> Vec<OrganisationId> {
        let parties = (desk.purchaser, desk.funder, contractor.organisation);
        let mut seeing = access::viewers_among(&self.bureaus, parties);
        // The bureaus include no contractor.
        seeing.push(contractor.organisation);
        seeing.sort_unstable();
        seeing
    }
}

impl DeskKeys {
    /// Returns the person who acts in a role for contracts of this desk.
    pub fn person(&self, role: Role, contractor: &Supplier) -> PersonId {
        let [officer, leader, reviewer, approver, cashier] = self.people;
        match role {
            Role::Contractor => contractor.person,
            Role::Leader => leader,
            Role::Reviewer => reviewer,
            Role::Approver => approver,
            Role::Cashier => cashier,
            Role::Officer | Role::Accountant | Role::Station | Role::Supervisor | Role::Administrator => officer,
        }
    }
}

/// Writes a city.
pub(crate) fn write(tx: &mut Tx<'_>, city: &City) -> Result<World, Error> {
    for (code, name, parent) in &city.regions {
        let above = match parent {
            Some(code) => organisations::region(tx.connection, code)?,
            None => None,
        };
        organisations::insert_region(tx.connection, code, name, above.as_ref().map(|(id, path)| (*id, path.as_str())))?;
        note(tx, EventAction::RegionAdd, code, serde_json::json!({ "code": code, "name": name, "parent": parent }))?;
    }
    let mut keys: BTreeMap<&str, OrganisationId> = BTreeMap::new();
    for bureau in &city.bureaus {
        let public_id = tx.context.ids.uuid();
        let region = organisations::region(tx.connection, &bureau.region)?.map(|(id, _)| id);
        let key =
            organisations::insert(tx.connection, &public_id, &bureau.code, &bureau.name, bureau.function, region)?;
        keys.insert(&bureau.code, key);
        let body = serde_json::json!({ "code": bureau.code, "name": bureau.name, "function": bureau.function, "region": bureau.region });
        note(tx, EventAction::OrganisationAdd, &public_id, body)?;
    }
    let bureaus = access::bureaus(tx.connection, OrganisationId(0))?;
    for contractor in &city.contractors {
        keys.insert(&contractor.credit_code, add_contractor(tx, contractor)?);
    }
    let people = people_of(tx, city, &keys)?;
    let unknown = |what: &str| Error::Internal(format!("the synthetic city has no {what}"));
    let organisation = |code: &str| keys.get(code).copied().ok_or_else(|| unknown(code));
    let person = |name: &str| people.get(name).copied().ok_or_else(|| unknown(name));
    let mut desks = Vec::new();
    for desk in &city.desks {
        let [a, b, c, d, e] = &desk.people;
        desks.push(DeskKeys {
            purchaser: organisation(&desk.purchaser)?,
            funder: organisation(&desk.funder)?,
            region: organisations::region(tx.connection, &desk.region)?.ok_or_else(|| unknown(&desk.region))?.0,
            people: [person(a)?, person(b)?, person(c)?, person(d)?, person(e)?],
        });
    }
    let mut contractors = Vec::new();
    for contractor in &city.contractors {
        contractors.push(Supplier {
            organisation: organisation(&contractor.credit_code)?,
            person: person(&contractor.person)?,
            name: contractor.name.clone(),
            credit_code: contractor.credit_code.clone(),
            account: serde_json::to_string(&contractor.account).map_err(|error| Error::Internal(error.to_string()))?,
        });
    }
    let mut money = BTreeMap::new();
    for given in &city.money {
        let desk = desks.get(given.desk).ok_or_else(|| unknown("such desk"))?;
        money.insert((given.desk, given.year), appropriate(tx, given, desk)?);
    }
    Ok(World { desks, contractors, money, bureaus })
}

fn add_contractor(tx: &mut Tx<'_>, contractor: &ContractorOf) -> Result<OrganisationId, Error> {
    let public_id = tx.context.ids.uuid();
    let (code, name) = (contractor.credit_code.as_str(), contractor.name.as_str());
    let key = organisations::insert(tx.connection, &public_id, code, name, Function::Contractor, None)?;
    let new = NewContractor {
        organisation_id: key,
        credit_code: code,
        kind: contractor.kind,
        sme: contractor.sme,
        name_key: &text_input::key(name),
        qualifications: "社会工作服务资质",
        changed_at: tx.context.now,
    };
    organisations::insert_contractor(tx.connection, &new)?;
    payee_accounts::set(tx.connection, key, &contractor.account, tx.context.now)?;
    let body = serde_json::json!({ "credit_code": code, "name": name, "kind": contractor.kind, "sme": contractor.sme });
    note(tx, EventAction::ContractorAdd, &public_id, body)?;
    Ok(key)
}

fn people_of<'a>(
    tx: &mut Tx<'_>,
    city: &'a City,
    organisations: &BTreeMap<&str, OrganisationId>,
) -> Result<BTreeMap<&'a str, PersonId>, Error> {
    let mut found = BTreeMap::new();
    let since = civil_day(tx.context.now);
    for person in &city.people {
        let public_id = tx.context.ids.uuid();
        let email = format!("{}@load.example", person.username);
        let new = NewPerson {
            public_id: &public_id,
            username: &person.username,
            name: &person.name,
            email: &email,
            language: Language::Zh,
            password_hash: &city.password_hash,
            created_at: tx.context.now,
        };
        let key = people::insert(tx.connection, &new)?;
        if let Some(organisation) = organisations.get(person.organisation.as_str()) {
            people::insert_seat(tx.connection, key, *organisation, person.role, since)?;
        }
        let body = serde_json::json!({ "username": person.username, "role": person.role, "organisation": person.organisation });
        tx.event(&Event {
            stream: &format!("person:{public_id}"),
            action: EventAction::PersonAdd,
            object: &public_id,
            body,
        })?;
        found.insert(person.username.as_str(), key);
    }
    Ok(found)
}

fn appropriate(tx: &mut Tx<'_>, given: &Appropriated, desk: &DeskKeys) -> Result<AppropriationId, Error> {
    let public_id = tx.context.ids.uuid();
    let [_, _, reviewer, approver, _] = desk.people;
    let number = format!("{}-{}", given.year, given.desk + 1);
    let document = format!("财指〔{}〕{}号", given.year, given.desk + 1);
    appropriations::insert(
        tx.connection,
        &NewAppropriation {
            public_id: &public_id,
            year: given.year,
            bureau_id: desk.purchaser,
            words: [given.line, "30227 委托业务费", &number, &document, "一般公共预算"],
            amount_fen: given.amount_fen,
            proposed_by: reviewer,
            proposed_for: None,
            proposed_at: tx.context.now,
        },
    )?;
    let written = appropriations::by_public_id(tx.connection, &public_id)?.ok_or(Error::NotFound)?;
    appropriations::decide(tx.connection, written.id, ProposalState::Approved, approver, tx.context.now)?;
    tx.touch(ObjectKind::Appropriation, written.id.0);
    Ok(written.id)
}

fn note(tx: &mut Tx<'_>, action: EventAction, object: &str, body: serde_json::Value) -> Result<(), Error> {
    tx.event(&Event { stream: STREAM, action, object, body })
}
