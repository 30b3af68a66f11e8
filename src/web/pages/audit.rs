//! The audit log as pages: the list of records, one record with its content, and the check of one contract's hash
//! chains.

use std::str::FromStr;

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;
use serde_json::Value;

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::domain::subject::BreachKey;
use crate::error::Error;
use crate::services::audit::hash_chains::{self, ChainBreakView, HashChainView, SealView};
use crate::services::audit::log::{self, LogFilter, RecordDetails, RecordView};
use crate::services::audit::named;
use crate::services::contracts::view;
use crate::services::documents::{ContractSnapshot, words};
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::exports;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Records on a page.
const PAGE_SIZE: i64 = 50;
/// Keys whose values are codes, each with the prefix of the messages for its codes.
const CODES: &[(&str, &str)] = &[
    ("role", "role"),
    ("function", "function"),
    ("language", "language"),
    ("sme", "yes"),
    ("decision", "decision"),
    ("pays", "payment-kind"),
];

/// Keys whose values are codes of the contract, which are shown with their names.
const NAMED: &[&str] = &["deliverable", "milestone", "clause", "subject"];

/// Columns of the list as a file.
const COLUMNS: &[&str] =
    &["history-at", "history-who", "download-username", "download-for", "history-what", "report-number"];

fn cells(page: &Shell, record: RecordView) -> Vec<Cell> {
    let (by, username) = match record.by {
        Some(by) => (by.name, by.username),
        None => (page.say("history-program"), String::new()),
    };
    vec![
        record.at.into(),
        by.into(),
        username.into(),
        record.on_behalf_of.map(|holder| holder.name).into(),
        action_word(page, &record.action).into(),
        record.number.into(),
    ]
}
/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[("contract", "events-contract"), ("person", "events-person"), ("day", "events-day")];

/// Filters of the list, as the form sends them; an empty field does not filter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    contract: String,
    person: String,
    day: String,
    cursor: String,
    format: Option<FileFormat>,
    /// Number of the contract that the filter names.
    #[serde(skip)]
    number: Option<String>,
    #[serde(skip)]
    understood: Understood,
}

impl FilterForm {
    fn criteria(&mut self, app: &App, caller: &Caller) -> Result<LogFilter, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut faults = FilterFaults::default();
        let find = |named: &str| named::find_contract(app, caller, named);
        let contract = faults.named(("contract", &self.contract), &mut self.understood, find)?;
        self.number.clone_from(&contract);
        let find = |named: &str| named::find_person(app, caller, named);
        let person = faults.named(("person", &self.person), &mut self.understood, find)?;
        let day = filled(&self.day).map(|day| parse_date(&day).map(|day| day.to_string())).transpose();
        let day = faults.collect(day.map_err(|message| Error::malformed("day", message)))?;
        faults.finish(LogFilter { contract, person, day })
    }

    /// Returns whether any filter is set.
    fn is_set(&self) -> bool {
        [&self.contract, &self.person, &self.day].iter().any(|text| !text.trim().is_empty())
    }

    /// Returns the address of the list from a cursor on.
    fn address_at(&self, cursor: &str) -> String {
        let fields =
            [("contract", self.contract.as_str()), ("person", &self.person), ("day", &self.day), ("cursor", cursor)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("/events?{}", query.finish())
    }

    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }
}

#[derive(Template)]
#[template(path = "events/list.html")]
struct ListPage {
    page: Shell,
    filter: FilterForm,
    list: Paged<RecordView>,
    seal: Option<SealView>,
    /// Faults of the filters; the list is empty if there are any.
    form: Form,
}

impl ListPage {
    /// States the order of the records and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        let is_first = self.filter.cursor.is_empty();
        self.page.counted(self.list.items.len(), is_first, self.list.next.is_some(), "events-order")
    }

    /// Builds the field for the day.
    fn day_field(&self) -> Field {
        let day = Field::new("day", FieldKind::Day, self.page.say("events-day")).propose(&self.filter.day);
        Field { fault: self.form.fault("day").map(str::to_owned), ..day }
    }
}

#[derive(Template)]
#[template(path = "events/record.html")]
struct RecordPage {
    page: Shell,
    found: RecordDetails,
    /// The record's content as names and values.
    content: Vec<(String, String)>,
    /// The contract's identifier, if the caller may open its page.
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
    /// Describes a break in a chain.
    fn describe_break(&self, found: &ChainBreakView) -> String {
        self.page.with(&format!("chain-break-{}", found.what), "number", found.number)
    }
}

/// Returns the text of an action.
fn action_word(page: &Shell, action: &str) -> String {
    match action.split_once("fact.") {
        Some(("", kind)) => page.word("fact", kind),
        _ => page.word("event", action.replace('.', "-")),
    }
}

/// Shows the list of records.
pub async fn list(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    let mut filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let criteria = filter.criteria(app, caller)?;
            let load = |part: &Page| log::list(app, caller, &criteria, part);
            exports::list_file(page, ("register-events", format), COLUMNS, load, |record| cells(page, record))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let part =
                Page { limit: PAGE_SIZE, after: Some(filter.cursor.clone()).filter(|cursor| !cursor.is_empty()) };
            let found = filter.criteria(app, caller).and_then(|criteria| log::list(app, caller, &criteria, &part));
            let (list, mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            Ok(ListPage { seal: hash_chains::latest_seal(app, caller)?, page, filter, list, form })
        })
        .await
}

/// Shows one record.
pub async fn show(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let found = log::show(app, caller, &id)?;
            let opens = found.record.contract.clone().filter(|_| found.readable);
            // Who may not open the contract's page reads the codes alone.
            let overview = opens.as_deref().and_then(|id| view::load_overview(app, caller, id, None).ok());
            let words = Words { page: &page, snapshot: overview.as_ref().map(|overview| &overview.snapshot) };
            let mut content = Vec::new();
            for value in [&found.said, &found.words] {
                words.flatten(value, "", &mut content);
            }
            Ok(RecordPage { page, found, content, opens })
        })
        .await
}

/// Query of the check.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ChainQuery {
    contract: String,
}

/// Verifies one contract's hash chains now and shows the result.
pub async fn chain(request: PageRequest, query: PageQuery<ChainQuery>) -> PageAnswer {
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

/// The words for a record's content: those of the page, and the names that its contract has today.
struct Words<'a> {
    page: &'a Shell,
    snapshot: Option<&'a ContractSnapshot>,
}

impl Words<'_> {
    /// Flattens content into names and values; nested names follow the outer one.
    fn flatten(&self, value: &Value, name: &str, content: &mut Vec<(String, String)>) {
        match value {
            Value::Null => {}
            Value::Object(fields) => {
                for (key, value) in fields {
                    let label = self.label(key);
                    let label = if name.is_empty() { label } else { format!("{name} · {label}") };
                    match CODES.iter().find(|(known, _)| known == key) {
                        Some((_, family)) if value.is_string() || value.is_boolean() => {
                            content.push((label, self.page.word(family, text_of(value))));
                        }
                        _ if NAMED.contains(&key.as_str()) && value.is_string() => {
                            content.push((label, self.named(&text_of(value))));
                        }
                        _ => self.flatten(value, &label, content),
                    }
                }
            }
            Value::Array(items) if items.iter().all(|item| !item.is_object() && !item.is_array()) => {
                let items: Vec<String> = items.iter().map(text_of).collect();
                if !items.is_empty() {
                    content.push((name.to_owned(), self.page.joined("document-semicolon", &items)));
                }
            }
            Value::Array(items) => {
                for (item, place) in items.iter().zip(1..) {
                    self.flatten(item, &format!("{name} {place}"), content);
                }
            }
            scalar => content.push((name.to_owned(), text_of(scalar))),
        }
    }

    /// Returns the name of something of the contract, with the code that was recorded.
    fn named(&self, code: &str) -> String {
        let Some(snapshot) = self.snapshot else { return code.to_owned() };
        let name = match BreachKey::from_str(code) {
            Ok(key) => {
                words::breach((&snapshot.terms, &snapshot.details), (&key.clause, &key.subject), self.page.language)
            }
            Err(_) => words::subject_name(code, snapshot, self.page.language),
        };
        self.with_code(name, code)
    }

    fn with_code(&self, name: String, code: &str) -> String {
        if name == code { name } else { self.page.noted(name, code) }
    }

    /// Returns the label of a key, or the name of an indicator; the key itself where it has neither.
    fn label(&self, key: &str) -> String {
        let names = [format!("said-{key}"), format!("field-{key}")];
        let words = names.iter().map(|name| (name, self.page.say(name)));
        let found = words.filter(|(name, word)| *name != word).map(|(_, word)| word).next();
        let indicator = || self.snapshot.map_or(key, |snapshot| snapshot.details.indicator(key)).to_owned();
        found.unwrap_or_else(|| self.with_code(indicator(), key))
    }
}

fn text_of(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
