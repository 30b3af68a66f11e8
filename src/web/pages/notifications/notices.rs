//! Pages of the notices to the signed-in person, and of the ways in which they choose to be notified.

use actix_web::web::{Bytes, Path};
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::alerts::Topic;
use crate::domain::codes::FileFormat;
use crate::domain::notice_choices::{DIGEST_HOURS, Way};
use crate::error::Error;
use crate::services::contracts::view::{self, ContractPageData};
use crate::services::identity::caller::Caller;
use crate::services::notifications::notices::{self, NoticeChoices, NoticeView, ReadInput};
use crate::services::notifications::sent::{self, ContractEmail};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{DEFAULT_PAGE_SIZE, Page as Part, Paged};
use crate::services::shared::tables::Cell;
use crate::services::shared::typed_values::parse_choice;
use crate::web::pages::exports;
use crate::web::pages::forms::field::{Field, FieldKind, attached, fill};
use crate::web::pages::forms::{Form, part_or_first};
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Query of the list: the notice after which it starts, a filter, the change to confirm, and the format of a file.
#[derive(Debug, Deserialize)]
pub struct NoticesQuery {
    after: Option<String>,
    unread: Option<String>,
    done: Option<String>,
    format: Option<FileFormat>,
}

/// Columns of the list as a file.
const COLUMNS: &[&str] = &["notice-what", "report-number", "report-contract", "notice-when", "notice-mark"];

fn cells(page: &Shell, notice: NoticeView) -> Vec<Cell> {
    let mark = match notice.open {
        Some(true) => "nav-work",
        Some(false) => "notice-done",
        None if notice.is_unread() => "notice-new",
        None => "notice-was-read",
    };
    vec![
        notice.subject.into(),
        notice.number.into(),
        notice.title.into(),
        notice.created_at.into(),
        page.say(mark).into(),
    ]
}

/// Loads a part of the caller's notices, all or only unread ones.
fn load(app: &App, caller: &Caller, is_unread: bool, part: &Part) -> Result<Paged<NoticeView>, Error> {
    let mut found = notices::list(app, caller, is_unread, part)?;
    found.items.retain(|notice| !is_unread || notice.is_unread());
    Ok(found)
}

#[derive(Template)]
#[template(path = "notices/list.html")]
struct NoticesPage {
    page: Shell,
    /// Notices of each contract, and of the account; first that with the newest.
    groups: Vec<NoticeGroup>,
    /// Number of notices on the page.
    count: usize,
    /// Cursor of the older notices; `None` on the last page.
    next: Option<String>,
    /// True for the newest notices.
    is_first: bool,
    is_unread: bool,
    is_done: bool,
}

/// The notices of a contract on a page.
struct NoticeGroup {
    /// Identifier of the contract; empty for the account.
    contract: String,
    number: String,
    title: String,
    notices: Vec<NoticeView>,
}

impl NoticeGroup {
    /// Sorts notices by contract, in the order in which the contracts come first.
    fn sort(notices: Vec<NoticeView>) -> Vec<Self> {
        let mut groups: Vec<Self> = Vec::new();
        for notice in notices {
            let contract = notice.contract.clone().unwrap_or_default();
            match groups.iter_mut().find(|group| group.contract == contract) {
                Some(group) => group.notices.push(notice),
                None => groups.push(Self {
                    contract,
                    number: notice.number.clone().unwrap_or_default(),
                    title: notice.title.clone().unwrap_or_default(),
                    notices: vec![notice],
                }),
            }
        }
        groups
    }

    /// Returns the identifiers of the unread notices.
    fn unread(&self) -> Vec<&str> {
        self.notices.iter().filter(|notice| notice.is_unread()).map(|notice| notice.id.as_str()).collect()
    }
}

impl NoticesPage {
    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(if self.is_unread { "/notices?unread=yes" } else { "/notices" })
    }

    /// States the order of the notices and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        self.page.counted(self.count, self.is_first, self.next.is_some(), "notices-order")
    }
}

/// Shows the notices of the signed-in person.
pub async fn list(request: PageRequest, query: PageQuery<NoticesQuery>) -> PageAnswer {
    let (is_first, is_unread, is_done) = (query.after.is_none(), query.unread.is_some(), query.done.is_some());
    if let Some(format) = query.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let load = |part: &Part| load(app, caller, is_unread, part);
            exports::list_file(page, ("notices-title", format), COLUMNS, load, |notice| cells(page, notice))
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, mut page| {
            let mut part = Part { limit: DEFAULT_PAGE_SIZE, after: query.after.clone() };
            let load = |_: &Shell, part: &Part| load(app, caller, is_unread, part);
            let Paged { items: notices, next } = part_or_first(&mut page, &mut part, load)?;
            let count = notices.len();
            Ok(NoticesPage { page, groups: NoticeGroup::sort(notices), count, next, is_first, is_unread, is_done })
        })
        .await
}

/// Marks one notice as read.
pub async fn mark_one_read(request: PageRequest, id: Path<String>, body: Bytes) -> PageAnswer {
    mark(request, body, Some(vec![id.into_inner()])).await
}

/// Marks the notices named in the form as read, or all if it names none.
pub async fn mark_all_read(request: PageRequest, body: Bytes) -> PageAnswer {
    mark(request, body, None).await
}

async fn mark(request: PageRequest, body: Bytes, ids: Option<Vec<String>>) -> PageAnswer {
    request
        .answer(move |request, caller| {
            let form = request.form(&body)?;
            let named = form.values().iter().filter(|(name, _)| name == "id").map(|(_, id)| id.clone());
            let ids = ids.or_else(|| Some(named.collect::<Vec<_>>()).filter(|named| !named.is_empty()));
            notices::mark_read(request.app(), caller, &ReadInput { ids })?;
            Ok(Page::see_other("/notices?done=read"))
        })
        .await
}

#[derive(Template)]
#[template(path = "notices/choices.html")]
struct ChoicesPage {
    page: Shell,
    form: Form,
    fields: Vec<Field>,
    is_saved: bool,
}

impl ChoicesPage {
    fn new(page: Shell, chosen: &NoticeChoices, form: Form, is_saved: bool) -> Self {
        let mut fields = fields(&page, chosen);
        let form = attached(form, &page, &fields);
        // Before anything is typed, the fields show what was chosen.
        if !form.values().is_empty() {
            fill(&mut fields, &form);
        }
        Self { page, form, fields, is_saved }
    }
}

fn fields(page: &Shell, chosen: &NoticeChoices) -> Vec<Field> {
    let ways: Vec<(String, String)> =
        Way::ALL.iter().map(|way| (way.to_string(), page.word("notice-way", way))).collect();
    let of_topic = |topic: &Topic| {
        let way = chosen.ways.get(topic).copied().unwrap_or(Way::AtOnce);
        Field::new(format!("ways.{topic}"), FieldKind::Choice, page.word("notice-topic", topic))
            .options(ways.clone())
            .propose(way)
    };
    let hours = DIGEST_HOURS.map(|hour| (hour.to_string(), format!("{hour}:00")));
    let hour = Field::new("digest_hour", FieldKind::Choice, page.say("notice-digest-hour"));
    let quiet = Field::new("quiet", FieldKind::Tick, page.say("notice-quiet"));
    let mut fields: Vec<Field> = Topic::ALL.iter().filter(|topic| topic.is_optional()).map(of_topic).collect();
    fields.push(hour.options(hours.collect()).propose(chosen.digest_hour));
    fields.push(quiet.hint(page.say("notice-quiet-hint")).propose(if chosen.quiet { "yes" } else { "" }));
    fields
}

/// Shows the form for choosing how one is notified.
pub async fn choices(request: PageRequest, query: PageQuery<NoticesQuery>) -> PageAnswer {
    let is_saved = query.done.is_some();
    request
        .show(move |app, caller, page| {
            let chosen = notices::show_choices(app, caller)?;
            Ok(ChoicesPage::new(page, &chosen, Form::default(), is_saved))
        })
        .await
}

/// Saves how one is notified.
pub async fn choose(request: PageRequest, body: Bytes) -> PageAnswer {
    let act = |app: &App, caller: &Caller, form: &Form| {
        notices::choose(app, caller, &parse(form)?)?;
        Ok("/notices/choices?done=saved".to_owned())
    };
    let again = |app: &App, caller: &Caller, page: Shell, form: Form| {
        Ok(ChoicesPage::new(page, &notices::show_choices(app, caller)?, form, false))
    };
    request.submit(body, act, again).await
}

fn parse(form: &Form) -> Result<NoticeChoices, Error> {
    let mut reader = FormReader::new(form);
    let optional = Topic::ALL.iter().filter(|topic| topic.is_optional());
    let ways = optional
        .filter_map(|topic| Some((*topic, reader.required(&format!("ways.{topic}"), parse_choice::<Way>)?)))
        .collect();
    let hour = reader.required("digest_hour", parse_hour);
    let quiet = reader.is_ticked("quiet");
    let input = hour.map(|digest_hour| NoticeChoices { ways, digest_hour, quiet });
    reader.finish(input)
}

/// Parses an hour that the form offers.
fn parse_hour(typed: &str) -> Result<u32, crate::error::Message> {
    let offered = |hour: &u32| DIGEST_HOURS.contains(hour);
    typed.trim().parse().ok().filter(offered).ok_or_else(|| crate::error::Message::new("notices-hour"))
}

#[derive(Template)]
#[template(path = "notices/of_contract.html")]
struct ContractNoticesPage {
    page: Shell,
    data: ContractPageData,
    emails: Vec<ContractEmail>,
    /// Cursor of the older emails; `None` on the last page.
    next: Option<String>,
    /// True for the newest emails.
    is_first: bool,
}

impl ContractNoticesPage {
    /// Returns the addresses of the list as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&format!("/contracts/{}/notices", self.data.overview.id))
    }

    /// States the order of the emails and, on the first page, their number or that there are more than it shows.
    fn summary(&self) -> String {
        self.page.counted(self.emails.len(), self.is_first, self.next.is_some(), "notices-order")
    }
}

/// Columns of the emails about a contract as a file.
const EMAIL_COLUMNS: &[&str] =
    &["notice-what", "notice-to", "notice-when", "notice-state", "notice-sent-at", "notice-read-at"];

fn email_cells(page: &Shell, email: ContractEmail) -> Vec<Cell> {
    vec![
        page.word("email-kind", email.kind).into(),
        email.to.into(),
        email.created_at.into(),
        page.word("email-state", email.state.as_str()).into(),
        email.sent_at.into(),
        email.read_at.into(),
    ]
}

/// Shows the emails about a contract to its purchaser: to whom, whether sent, and when read.
pub async fn of_contract(request: PageRequest, id: Path<String>, query: PageQuery<NoticesQuery>) -> PageAnswer {
    let is_first = query.after.is_none();
    if let Some(format) = query.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let load = |part: &Part| sent::list(app, caller, &id, part);
            exports::list_file(page, ("contract-notices", format), EMAIL_COLUMNS, load, |email| {
                email_cells(page, email)
            })
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, mut page| {
            let mut part = Part { limit: DEFAULT_PAGE_SIZE, after: query.after.clone() };
            let load = |_: &Shell, part: &Part| sent::list(app, caller, &id, part);
            let found = part_or_first(&mut page, &mut part, load)?;
            let data = view::load_page_data(app, caller, &id, None)?;
            Ok(ContractNoticesPage { page, data, emails: found.items, next: found.next, is_first })
        })
        .await
}
