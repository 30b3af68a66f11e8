//! The search over everything, as a page: what was found in groups, first those with an exact match. The field for it
//! is in the bar of every page, whose script shows the same groups while a person types.

use askama::Template;
use serde::Deserialize;

use crate::domain::policy::Action;
use crate::domain::text_input::key;
use crate::services::contracts::drafts::DraftItem;
use crate::services::contracts::list::{ContractItem, ContractName};
use crate::services::identity::caller::Caller;
use crate::services::payments::desk::DeskItem;
use crate::services::registry::contractors::ContractorView;
use crate::services::search::{self, Found, FoundDeliverable, FoundInvoice, FoundPerson};
use crate::services::workers::WorkerView;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Query of the search.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct SearchQuery {
    q: String,
}

/// A result: address (empty without a page of its own), title, what it belongs to, and a note.
struct Hit {
    address: String,
    title: String,
    about: String,
    note: String,
    /// True if a whole number or name of it is the query.
    is_exact: bool,
}

/// The results of one kind; its heading is the message `search-NAME`.
struct Group {
    name: &'static str,
    hits: Vec<Hit>,
    /// Address and words of the link to all results.
    more: Option<(String, String)>,
}

#[derive(Template)]
#[template(path = "search/show.html")]
struct SearchPage {
    page: Shell,
    q: String,
    groups: Vec<Group>,
}

/// Shows what a text finds.
pub async fn show(request: PageRequest, query: PageQuery<SearchQuery>) -> PageAnswer {
    let q = query.into_inner().q.trim().to_owned();
    request
        .show(move |app, caller, page| {
            let found = search::find(app, caller, &q)?;
            let groups = Hits { page: &page, caller, q: key(&q) }.groups(found, &q);
            Ok(SearchPage { page, q, groups })
        })
        .await
}

/// Builds the results.
struct Hits<'a> {
    page: &'a Shell,
    caller: &'a Caller,
    /// The folded query.
    q: String,
}

impl Hits<'_> {
    /// Returns the groups that are not empty, those with an exact match first.
    fn groups(&self, found: Found, typed: &str) -> Vec<Group> {
        let query = form_urlencoded::Serializer::new(String::new()).append_pair("q", typed).finish();
        let all = || (format!("/contracts?{query}"), self.page.say("search-more-contracts"));
        let group = |name, hits| Group { name, hits, more: None };
        let contracts = found.contracts.iter().map(|item| self.contract(item)).collect();
        let mut groups = vec![
            Group { more: found.has_more_contracts.then(all), ..group("contracts", contracts) },
            group("drafts", found.drafts.iter().map(|item| self.draft(item)).collect()),
            group("invoices", found.invoices.iter().map(|item| self.invoice(item)).collect()),
            group("vouchers", found.vouchers.iter().map(|item| self.payment(item)).collect()),
            group("deliverables", found.deliverables.iter().map(|item| self.deliverable(item)).collect()),
            group("payments", found.payments.iter().map(|item| self.payment(item)).collect()),
            group("contractors", found.contractors.iter().map(|item| self.contractor(item)).collect()),
            group("workers", found.workers.iter().map(|item| self.worker(item)).collect()),
            group("people", found.people.iter().map(|item| self.person(item)).collect()),
        ];
        groups.retain(|group| !group.hits.is_empty());
        groups.sort_by_key(|group| !group.hits.iter().any(|hit| hit.is_exact));
        groups
    }

    fn is_exact(&self, names: &[&str]) -> bool {
        names.iter().any(|name| key(name) == self.q)
    }

    fn titled(&self, contract: &ContractName) -> String {
        self.page.noted(&contract.title, &contract.number)
    }

    fn contract(&self, item: &ContractItem) -> Hit {
        Hit {
            address: format!("/contracts/{}", item.id),
            title: item.title.clone(),
            about: self.page.joined("document-semicolon", &[&item.number, &item.contractor.name]),
            note: self.page.joined(
                "document-semicolon",
                &[
                    self.page.word("document-state", item.state),
                    self.page.with("search-amount", "amount", self.page.money(item.amount)),
                ],
            ),
            is_exact: self.is_exact(&[&item.number, &item.title]),
        }
    }

    fn draft(&self, item: &DraftItem) -> Hit {
        Hit {
            address: format!("/drafts/{}", item.id),
            title: if item.title.is_empty() { self.page.say("draft-untitled") } else { item.title.clone() },
            about: item.number.clone(),
            note: String::new(),
            is_exact: self.is_exact(&[&item.number, &item.title]),
        }
    }

    fn worker(&self, item: &WorkerView) -> Hit {
        let role = self.page.word("worker-role", item.role);
        Hit {
            address: format!("/registers/workers?at={0}#row-{0}", item.id),
            title: item.name.clone(),
            about: self.page.noted(&item.title, &item.number),
            note: self.page.joined("document-semicolon", &[role, self.page.word("worker-state", item.state)]),
            is_exact: self.is_exact(&[&item.name]),
        }
    }

    fn deliverable(&self, item: &FoundDeliverable) -> Hit {
        Hit {
            address: format!("/contracts/{}#deliverables", item.contract.id),
            title: self.page.noted(&item.name, &item.code),
            about: self.titled(&item.contract),
            note: self.page.with("search-due", "day", item.due_on),
            is_exact: self.is_exact(&[&item.code, &item.name]),
        }
    }

    fn payment(&self, item: &DeskItem) -> Hit {
        let amount = self.page.with("search-amount", "amount", self.page.money(item.amount));
        let voucher = item.voucher.as_ref().map(|voucher| self.page.with("search-voucher", "number", voucher));
        let state = self.page.word("payment", item.stage);
        let note: Vec<String> = std::iter::once(state).chain(voucher).collect();
        Hit {
            address: format!("/contracts/{}#payment-{}", item.contract, item.id),
            title: self.page.labelled(&item.name, amount),
            about: self.page.noted(&item.title, &item.number),
            note: self.page.joined("document-semicolon", &note),
            is_exact: item.voucher.as_deref().is_some_and(|voucher| self.is_exact(&[voucher])),
        }
    }

    fn invoice(&self, item: &FoundInvoice) -> Hit {
        Hit {
            address: format!("/contracts/{}#milestones", item.contract.id),
            title: item.number.clone(),
            about: self.titled(&item.contract),
            note: String::new(),
            is_exact: self.is_exact(&[&item.number]),
        }
    }

    fn contractor(&self, item: &ContractorView) -> Hit {
        // Who may not read the record of a contractor finds it in the register.
        let reads_record = self.caller.may(Action::ReadContractorRecord).is_ok();
        let record = format!("/contractors/{}/record", item.credit_code);
        Hit {
            address: if reads_record { record } else { "/registers/contractors".to_owned() },
            title: item.name.clone(),
            about: item.credit_code.clone(),
            note: String::new(),
            is_exact: self.is_exact(&[&item.name, &item.credit_code]),
        }
    }

    fn person(&self, item: &FoundPerson) -> Hit {
        let seats = item.seats.iter();
        let seats: Vec<String> =
            seats.map(|seat| format!("{} · {}", seat.organisation_name, self.page.word("role", seat.role))).collect();
        Hit {
            address: format!("/registers/people?at={0}#row-{0}", item.id),
            title: item.name.clone(),
            about: item.username.clone(),
            note: self.page.joined("document-semicolon", &seats),
            is_exact: self.is_exact(&[&item.name, &item.username]),
        }
    }
}
