//! The audit log as pages: who did what, one record with what was said, and one contract's chains followed on demand.

use actix_web::web::{Path, Query};
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use crate::error::Error;
use crate::services::audit::hash_chains::{self, ChainBreakView, HashChainView, SealView};
use crate::services::audit::log::{self, LogFilter, RecordDetails, RecordView};
use crate::services::shared::paging::{Page, Paged};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Records on a page.
const SHOWN: i64 = 50;
/// Keys whose values are codes, with the family of the words for them.
const CODES: &[(&str, &str)] =
    &[("role", "role"), ("function", "function"), ("language", "language"), ("sme", "yes"), ("decision", "decision")];

/// What the log is narrowed to, as the form sends it: what was left empty narrows nothing.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct Narrowed {
    contract: String,
    person: String,
    day: String,
    cursor: String,
}

impl Narrowed {
    fn filter(&self) -> LogFilter {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        LogFilter { contract: filled(&self.contract), person: filled(&self.person), day: filled(&self.day) }
    }

    /// Whether anything is left out.
    fn is_narrow(&self) -> bool {
        [&self.contract, &self.person, &self.day].iter().any(|text| !text.trim().is_empty())
    }

    /// The address of the page that begins at a cursor.
    fn at(&self, cursor: &str) -> String {
        let fields =
            [("contract", self.contract.as_str()), ("person", &self.person), ("day", &self.day), ("cursor", cursor)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("/events?{}", query.finish())
    }
}

#[derive(Template)]
#[template(path = "events/list.html")]
struct ListPage {
    page: Shell,
    narrowed: Narrowed,
    list: Paged<RecordView>,
    seal: Option<SealView>,
}

#[derive(Template)]
#[template(path = "events/record.html")]
struct RecordPage {
    page: Shell,
    found: RecordDetails,
    /// What was said: names and values.
    said: Vec<(String, String)>,
    /// The contract, where its page is open to the caller.
    opens: Option<String>,
}

#[derive(Template)]
#[template(path = "events/chain.html")]
struct ChainPage {
    page: Shell,
    contract: String,
    chain: Option<HashChainView>,
    seal: Option<SealView>,
    unknown: bool,
}

impl ChainPage {
    /// What does not follow, in words.
    fn broken(&self, found: &ChainBreakView) -> String {
        self.page.with(&format!("chain-break-{}", found.what), "number", found.number)
    }
}

/// The word for what was done.
fn what(page: &Shell, action: &str) -> String {
    match action.split_once("fact.") {
        Some(("", kind)) => page.word("fact", kind),
        _ => page.word("event", action.replace('.', "-")),
    }
}

/// The log.
pub async fn list(request: PageRequest, query: Query<Narrowed>) -> PageAnswer {
    let narrowed = query.into_inner();
    request
        .show(move |app, caller, page| {
            let part = Page { limit: SHOWN, after: Some(narrowed.cursor.clone()).filter(|cursor| !cursor.is_empty()) };
            let list = log::list(app, caller, &narrowed.filter(), &part)?;
            Ok(ListPage { seal: hash_chains::latest_seal(app, caller)?, page, narrowed, list })
        })
        .await
}

/// One record.
pub async fn show(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let found = log::show(app, caller, &id)?;
            let mut said = Vec::new();
            for value in [&found.said, &found.words] {
                spread(&page, value, "", &mut said);
            }
            let opens = found.record.contract.clone().filter(|_| found.readable);
            Ok(RecordPage { page, found, said, opens })
        })
        .await
}

/// Which contract.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct OfContract {
    contract: String,
}

/// One contract's chains, followed now.
pub async fn chain(request: PageRequest, query: Query<OfContract>) -> PageAnswer {
    let contract = query.into_inner().contract.trim().to_owned();
    request
        .show(move |app, caller, page| {
            let seal = hash_chains::latest_seal(app, caller)?;
            if contract.is_empty() {
                return Ok(ChainPage { page, contract, chain: None, seal, unknown: false });
            }
            match hash_chains::check_contract_chains(app, caller, Some(&contract)) {
                Ok(chain) => Ok(ChainPage { page, contract, chain: Some(chain), seal, unknown: false }),
                Err(Error::NotFound) => Ok(ChainPage { page, contract, chain: None, seal, unknown: true }),
                Err(error) => Err(error),
            }
        })
        .await
}

/// What was said as names and values, what is within something else after it.
fn spread(page: &Shell, value: &Value, name: &str, said: &mut Vec<(String, String)>) {
    match value {
        Value::Null => {}
        Value::Object(fields) => {
            for (key, value) in fields {
                let label = label(page, key);
                let label = if name.is_empty() { label } else { format!("{name} · {label}") };
                match CODES.iter().find(|(known, _)| known == key) {
                    Some((_, family)) if value.is_string() || value.is_boolean() => {
                        said.push((label, page.word(family, plain(value))));
                    }
                    _ => spread(page, value, &label, said),
                }
            }
        }
        Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
            let items: Vec<String> = items.iter().map(plain).collect();
            if !items.is_empty() {
                said.push((name.to_owned(), page.joined("document-semicolon", &items)));
            }
        }
        Value::Array(items) => {
            for (item, place) in items.iter().zip(1..) {
                spread(page, item, &format!("{name} {place}"), said);
            }
        }
        plainly => said.push((name.to_owned(), plain(plainly))),
    }
}

fn plain(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The name of a key, as forms name it; one that has no name is shown as it is.
fn label(page: &Shell, key: &str) -> String {
    let names = [format!("said-{key}"), format!("field-{key}")];
    let words = names.iter().map(|name| (name, page.say(name)));
    words.filter(|(name, word)| *name != word).map(|(_, word)| word).next().unwrap_or_else(|| key.to_owned())
}
