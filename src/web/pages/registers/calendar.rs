//! The working calendar as a page: a year's days, what is known, and the import of a year from a file, which is shown with what
//! it would change before it is done.

use std::collections::BTreeMap;

use actix_multipart::Multipart;
use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Query};
use askama::Template;
use chrono::{Datelike, NaiveDate};
use serde::Deserialize;

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::calendar::{
    self, CalendarChange, CalendarDay, CalendarInput, CalendarYear, CalendarYears,
};
use crate::web::api::multipart;
use crate::web::pages::forms::Form;
use crate::web::pages::request::{Page, PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::request::read_json;

/// Most bytes of a file with a year, and the form around it.
const MOST_BYTES: usize = 64 * 1024;

/// Which year, and whether it was just imported.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Shown {
    year: String,
    done: String,
}

/// What stands in the address of a form with a file.
#[derive(Debug, Deserialize)]
pub struct Tied {
    form: String,
    key: String,
}

/// An import that was looked at and is not done yet.
struct Checked {
    change: CalendarChange,
    /// What was read, for the form that does it.
    content: String,
}

/// A month's days that are not as the week has them.
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
    /// The year that is shown, if it is known.
    year: Option<CalendarYear>,
    months: Vec<Month>,
    may_import: bool,
    form: Form,
    checked: Option<Checked>,
    done: bool,
}

impl CalendarPage {
    fn new(app: &App, caller: &Caller, page: Shell, year: Option<i32>, form: Form) -> Result<Self, Error> {
        let held = calendar::list(app, caller)?;
        let wanted = year.unwrap_or(page.today.year());
        let year = held.years.iter().find(|year| year.year == wanted).cloned();
        let months = year.as_ref().map(months).unwrap_or_default();
        let may_import = caller.may(Action::ManageCalendar).is_ok();
        Ok(Self { page, held, year, months, may_import, form, checked: None, done: false })
    }

    /// Whether it is the year that is shown.
    fn is_shown(&self, other: &CalendarYear) -> bool {
        self.year.as_ref().is_some_and(|year| year.year == other.year)
    }

    /// Days with their weekdays.
    fn days(&self, days: &[CalendarDay]) -> Vec<String> {
        days.iter().map(|CalendarDay(day)| self.page.day(day)).collect()
    }

    /// The address of the form with a file.
    fn target(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs([("form", &self.page.csrf_token), ("key", &self.page.key)]);
        format!("/calendar/files?{}", query.finish())
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

/// A year of the calendar.
pub async fn show(request: PageRequest, shown: Query<Shown>) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            let year = shown.year.trim().parse().ok();
            let found = CalendarPage::new(app, caller, page, year, Form::default())?;
            Ok(CalendarPage { done: shown.done == "yes", ..found })
        })
        .await
}

/// Takes a file with a year, and shows what importing it would change.
pub async fn take(request: PageRequest, tied: Query<Tied>, body: Multipart) -> PageAnswer {
    let tied = tied.into_inner();
    request.admit(&tied.form, tied.key, calendar::authorize_import).await?;
    let parts = multipart::read_small_form(body, MOST_BYTES).await;
    request
        .answer(move |request, caller| {
            let (app, page) = (request.app(), request.shell(Some(caller)));
            let nonce = page.nonce.clone();
            let part = |parts: &[(String, Vec<u8>)], name: &str| {
                parts.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.clone()).unwrap_or_default()
            };
            let mut typed = Form::default();
            let found = parts.and_then(|parts| {
                let notice = String::from_utf8_lossy(&part(&parts, "notice")).into_owned();
                typed.set("notice", notice.trim());
                let input = calendar::read_file(app, caller, &notice, &part(&parts, "file"))?;
                Ok((calendar::check(app, caller, &input)?, input))
            });
            match found {
                Ok((change, input)) => {
                    let content = serde_json::to_string(&input).unwrap_or_default();
                    let shown = CalendarPage::new(app, caller, page, Some(change.year), typed)?;
                    let checked = Some(Checked { change, content });
                    Ok(Page::html(StatusCode::OK, &nonce, &CalendarPage { checked, ..shown }))
                }
                Err(error) => {
                    let (status, form) = refused(typed, error, &page)?;
                    Ok(Page::html(status, &nonce, &CalendarPage::new(app, caller, page, None, form)?))
                }
            }
        })
        .await
}

/// Imports a year that was looked at.
pub async fn import(request: PageRequest, body: Bytes) -> PageAnswer {
    request
        .write(body, |app, caller, page, form| {
            let nonce = page.nonce.clone();
            let done = read_json::<CalendarInput>(form.value("content").as_bytes())
                .and_then(|input| calendar::import(app, caller, &input));
            match done {
                Ok(done) => Ok(Page::see_other(&format!("/calendar?year={}&done=yes", done.year))),
                Err(error) => {
                    let (status, form) = refused(form, error, &page)?;
                    Ok(Page::html(status, &nonce, &CalendarPage::new(app, caller, page, None, form)?))
                }
            }
        })
        .await
}

/// The form with what is wrong: all but the notice is wrong in the file.
fn refused(form: Form, error: Error, page: &Shell) -> Result<(StatusCode, Form), Error> {
    let (status, mut form) = form.refused(error, page.language)?;
    for (name, _) in form.faults.iter_mut().filter(|(name, _)| !name.is_empty() && name != "notice") {
        *name = "file".to_owned();
    }
    Ok((StatusCode::from_u16(status).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY), form))
}
