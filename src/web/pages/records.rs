//! Service records of a contract as pages: the list with its filters and steps, and the input of a whole table.

use actix_multipart::Multipart;
use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::{FileFormat, RecordState};
use crate::error::Error;
use crate::services::contracts::view::{self as contract_view, ContractOverview};
use crate::services::identity::caller::Caller;
use crate::services::records::decide::{self, RecordStepInput};
use crate::services::records::import::{self, MAX_BYTES, SentTable};
use crate::services::records::rows::COLUMNS;
use crate::services::records::template;
use crate::services::records::totals::RecordTotals;
use crate::services::records::view::{self, RecordQuery, ServiceRecordView};
use crate::services::shared::paging::{Page as Part, Paged};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_month;
use crate::text;
use crate::web::api::page::{encode_cursor, parse_page};
use crate::web::api::records::workbook_response;
use crate::web::pages::exports;
use crate::web::pages::forms::{Form, or_faults};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Records on a page of the list.
const PAGE_SIZE: i64 = 100;
/// Beginning of the names of checkboxes and of hidden fields; the identifier of a record follows.
const CHOSEN: &str = "record.";
const LISTED: &str = "listed.";
/// Name of the checkbox that chooses all records shown.
const ALL: &str = "all";
/// Maximum size of an uploaded file, in MB.
const MAX_MB: usize = MAX_BYTES / (1024 * 1024);
/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] =
    &[("state", "document-column-state"), ("service", "record-service"), ("month", "records-month")];

/// Filters of the list, as the form sends them; an empty field does not filter.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    state: String,
    service: String,
    month: String,
    cursor: String,
    done: String,
    /// Number of records that were just entered.
    number: Option<usize>,
    format: Option<FileFormat>,
}

/// Columns of the list as a file.
const FILE_COLUMNS: &[&str] = &[
    "record-on",
    "record-service",
    "record-deliverable",
    "record-place",
    "role-station",
    "record-worker",
    "roster-fault",
    "record-subject",
    "record-group_size",
    "record-minutes",
    "record-note",
    "document-column-state",
];

fn cells(page: &Shell, record: ServiceRecordView) -> Vec<Cell> {
    vec![
        record.on.into(),
        record.service_name.into(),
        record.deliverable_name.into(),
        record.place.into(),
        record.station.into(),
        record.worker.into(),
        record.roster_fault.map(|fault| page.word("roster-fault", fault)).into(),
        record.subject.into(),
        Cell::Number(record.group_size.into()),
        Cell::Number(record.minutes.into()),
        record.note.into(),
        page.word("record-state", record.state).into(),
    ]
}

fn filled(text: &str) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

impl FilterForm {
    fn query(&self) -> Result<RecordQuery, Error> {
        let month = filled(&self.month).map(|month| parse_month(&month)).transpose();
        let month = month.map_err(|message| Error::malformed("month", message))?;
        Ok(RecordQuery {
            state: filled(&self.state),
            service: filled(&self.service),
            deliverable: None,
            month: month.map(|month| month.to_string()),
        })
    }

    fn part(&self) -> Result<Part, Error> {
        parse_page(Some(PAGE_SIZE), filled(&self.cursor).as_deref())
    }
}

#[derive(Template)]
#[template(path = "records/list.html")]
struct ListPage {
    page: Shell,
    overview: ContractOverview,
    filter: FilterForm,
    list: Paged<ServiceRecordView>,
    /// Faults of the filters or of a step.
    form: Form,
}

impl ListPage {
    fn load(app: &App, caller: &Caller, page: Shell, contract: &str, filter: FilterForm) -> Result<Self, Error> {
        let overview = contract_view::load_overview(app, caller, contract, None)?;
        let found = filter
            .query()
            .and_then(|query| Ok((query, filter.part()?)))
            .and_then(|(query, part)| view::list(app, caller, contract, &query, &part));
        let (list, form) = or_faults(found, &page, LABELS)?;
        let mut shown = Self { page, overview, filter, list, form };
        let asked = shown.filter.service.as_str();
        if !asked.is_empty() && shown.services().iter().all(|(code, _)| *code != asked) {
            let words = shown.page.labelled(shown.page.say("record-service"), shown.page.say("unknown-filter"));
            shown.form.faults.push(("service".to_owned(), words));
        }
        Ok(shown)
    }

    /// Returns the steps that the reader may take on records of the list.
    fn steps(&self) -> Vec<&'static str> {
        let steps = [("confirm", "records.confirm"), ("refuse", "records.refuse"), ("withdraw", "records.withdraw")];
        let is_open = self.list.items.iter().any(|record| record.is_open_to_caller);
        steps.into_iter().filter(|(_, right)| is_open && self.overview.may(right)).map(|(step, _)| step).collect()
    }

    /// Returns the address of the list after an item; an empty item is the beginning.
    fn address_at(&self, after: &str) -> String {
        let cursor = if after.is_empty() { String::new() } else { encode_cursor(after) };
        let FilterForm { state, service, month, .. } = &self.filter;
        let fields = [("state", state), ("service", service), ("month", month), ("cursor", &cursor)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("/contracts/{}/records?{}", self.overview.id, query.finish())
    }

    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.address_at(""))
    }

    /// Returns the services of the filter, each with its name.
    fn services(&self) -> Vec<(&str, &str)> {
        let input = &self.overview.snapshot;
        input.terms.items.iter().map(|item| (item.code.as_str(), input.details.item(item.code.as_str()))).collect()
    }

    /// Describes how often and how long the service was rendered.
    fn extent(&self, record: &ServiceRecordView) -> String {
        self.page.with2("record-extent", "people", record.group_size, "minutes", record.minutes)
    }

    /// Returns the filters and the current position in the list, by field name.
    fn shown(&self) -> [(&'static str, &str); 4] {
        let FilterForm { state, service, month, cursor, .. } = &self.filter;
        let fields = [("state", state), ("service", service), ("month", month), ("cursor", cursor)];
        fields.map(|(name, value)| (name, value.as_str()))
    }

    /// Returns whether a refused step was to be taken on a record.
    fn is_chosen(&self, record: &ServiceRecordView) -> bool {
        !self.form.value(&format!("{CHOSEN}{}", record.id)).is_empty()
    }

    fn is_done(&self) -> bool {
        !self.filter.done.is_empty() && self.form.faults.is_empty()
    }

    /// Confirms the last step; states the number of records entered.
    fn done_words(&self) -> String {
        match self.filter.number.filter(|_| self.filter.done == "enter") {
            Some(number) => self.page.with("records-entered", "number", number),
            None => self.page.word("records-done", &self.filter.done),
        }
    }

    /// Returns whether the page has the form of the steps.
    fn has_form(&self) -> bool {
        !self.list.items.is_empty() && !self.steps().is_empty()
    }

    /// Returns whether any filter is set.
    fn is_filtered(&self) -> bool {
        let FilterForm { state, service, month, .. } = &self.filter;
        [state, service, month].iter().any(|text| !text.trim().is_empty())
    }

    /// States the order of the records and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        let is_first = self.filter.cursor.is_empty();
        self.page.counted(self.list.items.len(), is_first, self.list.next.is_some(), "records-order")
    }
}

impl Shell {
    /// Describes the service records of a deliverable next to the claimed quantity; `None` without records.
    pub fn record_totals(&self, totals: &RecordTotals) -> Option<String> {
        if totals.confirmed == 0 && totals.waiting == 0 {
            return None;
        }
        let days = [("from", totals.from), ("until", totals.until)];
        let days = days.map(|(name, day)| (name, day.map(|day| day.to_string()).unwrap_or_default()));
        let numbers = [
            ("confirmed", totals.confirmed),
            ("people", totals.people),
            ("minutes", totals.minutes),
            ("waiting", totals.waiting),
            ("off", totals.off_roster),
        ];
        let numbers = numbers.map(|(name, number)| (name, number.to_string()));
        let values: Vec<(&'static str, String)> = days.into_iter().chain(numbers).collect();
        Some(text::message(self.language, "record-totals", &values))
    }
}

/// Shows the service records of a contract.
pub async fn list(request: PageRequest, id: Path<String>, query: PageQuery<FilterForm>) -> PageAnswer {
    let filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let query = filter.query()?;
            let load = |part: &Part| view::list(app, caller, &id, &query, part);
            exports::list_file(page, ("records-title", format), FILE_COLUMNS, load, |record| cells(page, record))
        };
        return exports::answer(request, work).await;
    }
    request.show(move |app, caller, page| ListPage::load(app, caller, page, &id, filter)).await
}

/// Takes a step on the records chosen in the list; a refused form is shown again with the same part of the list and the
/// same choice.
pub async fn step(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    let id = id.into_inner();
    let again = id.clone();
    request
        .submit(
            body,
            move |app, caller, form| {
                let prefix = if form.value(ALL).is_empty() { CHOSEN } else { LISTED };
                let chosen: Vec<String> = form.with_prefix(prefix).map(|(record, _)| record.to_owned()).collect();
                let input = RecordStepInput { reason: form.filled("reason") };
                decide::take_steps(app, caller, &id, form.value("do"), (&chosen, &input))?;
                Ok(format!("/contracts/{id}/records?done={}", form.value("do")))
            },
            move |app, caller, page, form| {
                let field = |name: &str| form.value(name).to_owned();
                let (state, service, month, cursor) =
                    (field("state"), field("service"), field("month"), field("cursor"));
                let filter = FilterForm { state, service, month, cursor, ..FilterForm::default() };
                let shown = ListPage::load(app, caller, page, &again, filter)?;
                let reason = |name: &str| (name == "reason").then(|| shown.page.say("field-reason"));
                let form = form.attach_faults(&shown.page, reason);
                Ok(ListPage { form, ..shown })
            },
        )
        .await
}

#[derive(Template)]
#[template(path = "records/import.html")]
struct ImportPage {
    page: Shell,
    overview: ContractOverview,
    form: Form,
}

impl ImportPage {
    fn load(app: &App, caller: &Caller, page: Shell, contract: &str, form: Form) -> Result<Self, Error> {
        let overview = contract_view::load_overview(app, caller, contract, None)?;
        Ok(Self { page, overview, form })
    }

    /// Returns the columns in their order.
    fn columns(&self) -> String {
        let labels: Vec<String> = COLUMNS.iter().map(|(_, label)| self.page.say(label)).collect();
        self.page.joined("document-list", &labels)
    }

    fn max_mb(&self) -> usize {
        MAX_MB
    }

    fn max_bytes(&self) -> usize {
        MAX_BYTES
    }
}

/// Shows the form for a table of service records.
pub async fn import_form(request: PageRequest, id: Path<String>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let caller = import::permit(app, caller.clone(), &id)?;
            ImportPage::load(app, &caller, page, &id, Form::default())
        })
        .await
}

/// Imports a table.
pub async fn import(request: PageRequest, id: Path<String>, body: Multipart) -> PageAnswer {
    let (app, contract) = (request.app().clone(), id.into_inner());
    let (permitted, again) = (contract.clone(), contract.clone());
    let take = move |request: &PageRequest, caller: &Caller, table: &SentTable| {
        let number = import::import_table(request.app(), caller.clone(), &contract, table)?.ids.len();
        Ok(request.redirect(&format!("/contracts/{contract}/records?done=enter&number={number}")))
    };
    let permit = move |caller| import::permit(&app, caller, &permitted);
    let show = move |app: &App, caller: &Caller, page, form| ImportPage::load(app, caller, page, &again, form);
    request.take_table(body, ["records-file", "records-rows"], permit, take, show).await
}

/// Downloads the template of an import.
pub async fn template(request: PageRequest, id: Path<String>) -> PageAnswer {
    let app = request.app().clone();
    let file = request.run_rate_limited(move |caller| template::make(&app, &caller, &id)).await?;
    Ok(workbook_response(file))
}
