//! The working calendar as a page: the known years, the days of one year, and the import of a year from a file. An
//! import is first shown with its changes and proposed only after a confirmation.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::Bytes;
use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::identity::kept_forms::{self, SENT_FORM_FIELD};
use crate::services::registry::calendar::{
    self, CalendarChange, CalendarDay, CalendarInput, CalendarYear, CalendarYears,
};
use crate::services::registry::calendar_imports;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, filled};
use crate::web::pages::request::{FileForm, Page, PageAnswer, PageRequest, lead_to_page};
use crate::web::pages::shell::{Shell, Unsent};
use crate::web::query::PageQuery;
use crate::web::request::read_json;

/// Maximum size in bytes of an uploaded form with a year's file.
const MAX_BYTES: usize = 64 * 1024;

/// Query of the page: the year to show, and after a proposal the number of days that were read.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct YearQuery {
    year: String,
    done: String,
}

/// An import that waits for confirmation.
struct PendingImport {
    change: CalendarChange,
    /// The file as JSON, for the form that confirms the import.
    content: String,
}

/// The days of a month that differ from the usual week.
struct Month {
    name: String,
    off: Vec<CalendarDay>,
    worked: Vec<CalendarDay>,
}

#[derive(Template)]
#[template(path = "registers/calendar.html")]
struct CalendarPage {
    page: Shell,
    held: CalendarYears,
    /// The year shown, if it is known.
    year: Option<CalendarYear>,
    months: Vec<Month>,
    may_import: bool,
    form: Form,
    pending: Option<PendingImport>,
    /// Number of days read by the import just proposed.
    done: Option<usize>,
}

impl CalendarPage {
    fn new(app: &App, caller: &Caller, page: Shell, year: Option<i32>, form: Form) -> Result<Self, Error> {
        let held = calendar::list(app, caller)?;
        let wanted = year.unwrap_or(page.today.year());
        let year = held.years.iter().find(|year| year.year == wanted).cloned();
        let months = year.as_ref().map(months).unwrap_or_default();
        let may_import = caller.may(Action::ManageCalendar).is_ok();
        Ok(Self { page, held, year, months, may_import, form, pending: None, done: None })
    }

    /// Returns whether a year is the displayed one.
    fn is_shown(&self, other: &CalendarYear) -> bool {
        self.year.as_ref().is_some_and(|year| year.year == other.year)
    }

    /// Returns days with their weekdays.
    fn days(&self, days: &[CalendarDay]) -> Vec<String> {
        days.iter().map(|CalendarDay(day)| self.page.day(day)).collect()
    }

    /// Returns the limit on the form's file in KB and in bytes.
    fn max_kb(&self) -> usize {
        self.max_bytes() / 1024
    }

    fn max_bytes(&self) -> usize {
        MAX_BYTES
    }

    /// Builds the field for the notice that announces the year's holidays.
    fn notice_field(&self) -> Field {
        let notice = Field::new("notice", FieldKind::Line, self.page.say("calendar-notice"));
        filled(notice.hint(self.page.say("calendar-notice-hint")), &self.form)
    }
}

fn months(year: &CalendarYear) -> Vec<Month> {
    let mut months: BTreeMap<u32, Month> = BTreeMap::new();
    let month = |months: &mut BTreeMap<u32, Month>, day: NaiveDate, off: bool| {
        let name = day.format("%Y-%m").to_string();
        let month = months.entry(day.month()).or_insert(Month { name, off: Vec::new(), worked: Vec::new() });
        if off { month.off.push(CalendarDay(day)) } else { month.worked.push(CalendarDay(day)) }
    };
    year.holidays.iter().for_each(|day| month(&mut months, *day, true));
    year.workdays.iter().for_each(|day| month(&mut months, *day, false));
    months.into_values().collect()
}

/// Shows a year of the calendar.
pub async fn show(request: PageRequest, query: PageQuery<YearQuery>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let typed = Some(query.year.as_str()).filter(|typed| !typed.is_empty());
            let mut form = Form::default();
            let year = typed.map(parse_year).transpose().unwrap_or_else(|message| {
                form.faults.push((String::new(), message.text(page.language)));
                None
            });
            let found = CalendarPage::new(app, caller, page, year, form)?;
            Ok(CalendarPage { done: query.done.parse().ok(), ..found })
        })
        .await
}

/// Reads a file with a year and redirects to the changes that its import would make. A form for another language is
/// shown again without its file, which must be chosen again.
pub async fn check(mut request: PageRequest, body: Multipart) -> PageAnswer {
    let FileForm { file, form: typed, read, show_in, .. } =
        match request.read_file_form(body, ("/calendar", MAX_BYTES), calendar::authorize_import).await? {
            Ok(form) => form,
            Err(kept) => return Ok(kept),
        };
    request
        .answer(move |request, caller| {
            let (app, mut page) = (request.app(), request.shell(Some(caller)));
            let sent_form = typed.filled(SENT_FORM_FIELD);
            sent_form.iter().for_each(|id| page.show_kept_form(id));
            let nonce = page.nonce.clone();
            if show_in.is_some() {
                let shown = CalendarPage::new(app, caller, page, None, typed)?;
                return Ok(Page::html(StatusCode::OK, &nonce, &shown).in_language(app, show_in));
            }
            let found = read.and_then(|()| {
                let file = file.map(|file| file.bytes).unwrap_or_default();
                let input = calendar::read_file(app, caller, &FormReader::new(&typed).text("notice"), &file)?;
                calendar::check(app, caller, &input)?;
                Ok(input)
            });
            match found {
                Ok(input) => {
                    let content = serde_json::to_string(&input).map_err(|error| Error::Internal(error.to_string()))?;
                    sent_form.iter().try_for_each(|id| kept_forms::discard(app, caller, id))?;
                    lead_to_page(app, caller, "/calendar", &[("content".to_owned(), content)])
                }
                Err(error) => {
                    let (status, form) = refused(typed, error, &page)?;
                    Ok(Page::html(status, &nonce, &CalendarPage::new(app, caller, page, None, form)?))
                }
            }
        })
        .await
}

/// Proposes a year that was checked.
pub async fn propose(request: PageRequest, body: Bytes) -> PageAnswer {
    let act = |app: &App, caller: &Caller, page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        let done = read_json::<CalendarInput>(form.value("content").as_bytes()).and_then(|input| {
            calendar_imports::propose(app, caller, &input)?;
            Ok(input.holidays.len() + input.workdays.len())
        });
        match done {
            Ok(read) => Ok(Page::see_other(&format!("/calendar?done={read}"))),
            Err(error) => {
                let (status, form) = refused(form, error, &page)?;
                Ok(Page::html(status, &nonce, &CalendarPage::new(app, caller, page, None, form)?))
            }
        }
    };
    let show = |app: &App, caller: &Caller, mut page: Shell, form: Form| {
        let nonce = page.nonce.clone();
        if form.value("content").is_empty() {
            // The form of the file, which was kept when its session had ended.
            page.notice = page.notice.map(|_| Unsent::SessionEndedWithFiles);
            return Ok(Page::html(StatusCode::OK, &nonce, &CalendarPage::new(app, caller, page, None, form)?));
        }
        let input = read_json::<CalendarInput>(form.value("content").as_bytes())?;
        let change = calendar::check(app, caller, &input)?;
        let shown = CalendarPage::new(app, caller, page, Some(change.year), form.clone())?;
        let pending = Some(PendingImport { change, content: form.value("content").to_owned() });
        Ok(Page::html(StatusCode::OK, &nonce, &CalendarPage { pending, ..shown }))
    };
    request.take_form(body, act, show).await
}

/// Adds the faults to the form. Every fault except a fault of the notice is shown at the file.
fn refused(form: Form, error: Error, page: &Shell) -> Result<(StatusCode, Form), Error> {
    let (status, mut form) = form.refused(error, page.language)?;
    for (name, _) in form.faults.iter_mut().filter(|(name, _)| !name.is_empty() && name != "notice") {
        *name = "file".to_owned();
    }
    let labels = [("file", "calendar-file"), ("notice", "calendar-notice")];
    let label = |name: &str| labels.iter().find(|(field, _)| *field == name).map(|(_, key)| page.say(key));
    Ok((status, form.attach_faults(page, label)))
}
