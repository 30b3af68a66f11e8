//! The register entries that an import refers to: parties, appropriations, and the numbers of vouchers and invoices
//! that are already used, in the database or by an earlier row.

use std::collections::BTreeMap;

use chrono::Datelike;

use crate::domain::codes::ProposalState;
use crate::domain::credit_code::CreditCode;
use crate::domain::invoices::InvoiceColour;
use crate::domain::text_input::{identifier, key};
use crate::error::{Error, Message};
use crate::services::contracts::imported::Paper;
use crate::services::imports::faults::{At, CellFaults};
use crate::services::imports::plan::Planned;
use crate::services::shared::identifiers::{fold_identifier, fold_number};
use crate::storage::AnyConnection;
use crate::storage::deliverables::invoice_numbers::{self, InvoiceNumber};
use crate::storage::ids::OrganisationId;
use crate::storage::payments::vouchers::{self, HeldVoucher};
use crate::storage::registry::appropriations::{self, Appropriation};
use crate::storage::registry::organisations::{self, Organisation};
use crate::storage::registry::version;

/// The register entries that an import refers to.
pub(super) struct Registers {
    /// Bureaus by their code.
    bureaus: BTreeMap<String, Organisation>,
    /// Contractors by their credit code.
    contractors: BTreeMap<String, OrganisationId>,
    appropriations: Vec<Appropriation>,
    vouchers: Vec<HeldVoucher>,
    invoices: Vec<(InvoiceNumber, String)>,
}

impl Registers {
    /// Loads the entries that the contracts of a workbook name.
    ///
    /// # Errors
    /// Database errors.
    pub fn load(connection: &mut AnyConnection, planned: &[Planned]) -> Result<Self, Error> {
        let registers = version::load(connection)?;
        let (mut bureaus, mut contractors) = (BTreeMap::new(), BTreeMap::new());
        for one in planned {
            for code in [&one.input.purchaser, &one.input.funder] {
                if !bureaus.contains_key(code) {
                    let found = organisations::remembered_by_code(connection, &registers, code)?;
                    bureaus.extend(found.map(|bureau| (code.clone(), bureau)));
                }
            }
            let Ok(code) = CreditCode::parse(&one.input.contractor) else { continue };
            if !contractors.contains_key(&one.input.contractor) {
                let found = organisations::remembered_contractor(connection, &registers, code.as_str())?;
                contractors.extend(found.map(|found| (one.input.contractor.clone(), found.organisation_id)));
            }
        }
        let papers = || planned.iter().flat_map(|one| &one.facts).filter_map(|fact| fact.paper.as_ref());
        let of_vouchers = papers().filter_map(|paper| match paper {
            Paper::Voucher { number, .. } => Some(fold_identifier(number)),
            Paper::Invoice { .. } => None,
        });
        let of_invoices = papers().filter_map(|paper| match paper {
            Paper::Invoice { number, .. } if !number.is_empty() => Some(fold_number(number)),
            Paper::Invoice { .. } | Paper::Voucher { .. } => None,
        });
        Ok(Self {
            bureaus,
            contractors,
            appropriations: appropriations::all(connection)?.into_iter().map(|(row, _)| row).collect(),
            vouchers: vouchers::held_by_contracts(connection, &of_vouchers.collect::<Vec<_>>())?,
            invoices: invoice_numbers::held(connection, &of_invoices.collect::<Vec<_>>())?,
        })
    }

    /// Returns the purchaser of a contract; `None` if it is unknown.
    pub fn purchaser(&self, one: &Planned) -> Option<&Organisation> {
        self.bureaus.get(&one.input.purchaser)
    }

    /// Reports contracts of other purchasers, and of another funder than the first, which one person of finance could not
    /// decide on. Returns the funder of the first.
    pub fn check_parties(
        &self,
        planned: &[Planned],
        own: OrganisationId,
        faults: &mut CellFaults,
    ) -> Option<OrganisationId> {
        let first = planned.iter().find_map(|one| self.bureaus.get(&one.input.funder));
        for one in planned {
            if self.purchaser(one).is_some_and(|purchaser| purchaser.id != own) {
                faults.add(one.origins.find("purchaser"), &Message::new("import-other-purchaser"));
            }
            let funder = self.bureaus.get(&one.input.funder);
            if let Some((_, first)) = funder.zip(first).filter(|(funder, first)| funder.id != first.id) {
                let message = Message::new("import-other-funder").with("code", &first.code);
                faults.add(one.origins.find("funder"), &message);
            }
        }
        first.map(|funder| funder.id)
    }

    /// Returns the identifier of the appropriation that a contract names, by identifier or by the number of its budget
    /// document; `None` if the contract names none.
    ///
    /// # Errors
    /// No approved appropriation of the purchaser, or more than one, has the number.
    pub fn find_appropriation(&self, one: &Planned) -> Result<Option<String>, Message> {
        if one.appropriation.is_empty() {
            return Ok(None);
        }
        let is_own = |row: &&Appropriation| row.bureau == one.input.purchaser;
        let (id, document) = (identifier(&one.appropriation), key(&one.appropriation));
        let is_named = |row: &&Appropriation| {
            row.public_id == id || (row.state == ProposalState::Approved && key(&row.document_no) == document)
        };
        let mut found = self.appropriations.iter().filter(is_own).filter(is_named);
        let message = |key| Message::new(key).with("number", &one.appropriation);
        match (found.next(), found.next()) {
            (Some(row), None) => Ok(Some(row.public_id.clone())),
            (Some(_), Some(_)) => Err(message("import-appropriation-several")),
            (None, _) => Err(message("import-appropriation-unknown")),
        }
    }

    /// Reports numbers of vouchers and invoices that are used twice: within the workbook, or in it and the database.
    pub fn check_numbers(&self, planned: &[Planned], faults: &mut CellFaults) {
        let mut vouchers = BTreeMap::new();
        let mut invoices = BTreeMap::new();
        for one in planned {
            let payer = self.bureaus.get(&one.input.funder).map(|bureau| bureau.id);
            let seller = self.contractors.get(&one.input.contractor).copied();
            for (fact, (sheet, row, _)) in one.facts.iter().zip(&one.origins.facts) {
                let (found, field) = match &fact.paper {
                    Some(Paper::Voucher { number, .. }) => {
                        let Some(payer) = payer else { continue };
                        let key = (payer, fact.on.year(), fold_identifier(number));
                        let known = self.holder_of_voucher(&key, number);
                        (known.or_else(|| twice(vouchers.insert(key, *row))), "voucher")
                    }
                    Some(Paper::Invoice { number, .. }) if !number.is_empty() => {
                        let Some(seller) = seller else { continue };
                        let key = (seller, fold_number(number));
                        let known = self.holder_of_invoice(&key, number);
                        (known.or_else(|| twice(invoices.insert(key, *row))), "number")
                    }
                    Some(Paper::Invoice { .. }) | None => continue,
                };
                if let Some(message) = found {
                    faults.add(At::field(*sheet, *row, field), &message);
                }
            }
        }
    }

    fn holder_of_voucher(&self, key: &(OrganisationId, i32, String), number: &str) -> Option<Message> {
        let is_same = |held: &&HeldVoucher| (held.0, held.1) == (key.0, key.1) && held.2 == key.2;
        let (_, year, _, contract) = self.vouchers.iter().find(is_same)?;
        Some(Message::new("voucher-known").with("voucher", number).with("year", year).with("contract", contract))
    }

    fn holder_of_invoice(&self, key: &(OrganisationId, String), number: &str) -> Option<Message> {
        let is_same = |(held, _): &&(InvoiceNumber, String)| {
            held.colour == InvoiceColour::Blue && held.seller_id == key.0 && held.number_key == key.1
        };
        let (held, contract) = self.invoices.iter().find(is_same)?;
        let message = Message::new("invoice-known").with("number", number).with("contract", contract);
        Some(message.with("milestone", &held.milestone).with("no", held.no))
    }
}

fn twice(first: Option<usize>) -> Option<Message> {
    first.map(|row| Message::new("import-twice").with("row", row))
}
