//! Boards as pages: panels with a chart, a table beside it, and links into the lists.

mod justice;
mod panel;

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::boards::{BoardName, Grouping};
use crate::domain::codes::FileFormat;
use crate::error::Error;
use crate::services::boards::{self, BoardQuery};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations;
use crate::services::reports::Report;
use crate::services::shared::tables::{Cell, write_file};
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::boards::panel::Panel;
use crate::web::pages::exports;
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[("by", "board-by"), ("year", "report-year"), ("region", "contracts-region")];

/// Filters of a board, as the form sends them; an empty field is the default.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    by: String,
    year: String,
    region: String,
    format: Option<FileFormat>,
    #[serde(skip)]
    understood: Understood,
}

impl FilterForm {
    /// Reads the typed filters.
    fn query(&mut self, app: &App, caller: &Caller) -> Result<BoardQuery, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut faults = FilterFaults::default();
        let year = filled(&self.year).map(|year| parse_year(&year)).transpose();
        let year = faults.collect(year.map_err(|message| Error::malformed("year", message)))?;
        let region = faults.named(("region", &self.region), &mut self.understood, |named| {
            Ok(organisations::find_named_region(app, caller, named)?.map(|region| (region.code, region.name)))
        })?;
        // The choice comes from a list; anything else is the default.
        faults.finish(BoardQuery { by: Grouping::parse(&self.by), year, region })
    }

    /// Returns the address of the board with these filters, but other rows.
    fn address(&self, name: BoardName, by: &str) -> String {
        let fields = [("by", by), ("year", &self.year), ("region", &self.region)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        format!("/boards/{name}?{}", query.finish())
    }
}

/// The content of a board.
#[derive(Default)]
struct Content {
    panels: Vec<Panel>,
    /// Heading with the day and the year.
    title: String,
}

#[derive(Template)]
#[template(path = "boards/show.html")]
struct BoardPage {
    page: Shell,
    name: BoardName,
    filter: FilterForm,
    by: Grouping,
    groupings: &'static [Grouping],
    content: Content,
    /// Faults of the filters.
    form: Form,
}

impl BoardPage {
    /// Returns the addresses of the board as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        exports::links(&self.filter.address(self.name, self.by.as_str()))
    }

    /// Returns a figure as text.
    fn words(&self, cell: &Cell) -> String {
        if *cell == Cell::Empty { "–".to_owned() } else { self.page.money(cell.plain()) }
    }
}

/// Computes the panels of a board.
fn content(app: &App, caller: &Caller, page: &Shell, query: &BoardQuery) -> Result<Content, Error> {
    let board = boards::justice::board(app, caller, query)?;
    let region = query.region.as_deref().unwrap_or_default();
    let panels = justice::Shown { page, board: &board, region }.panels();
    let title = page.with2("board-of-day", "day", page.day(&board.as_of), "year", board.year);
    Ok(Content { panels, title })
}

/// Shows the board that is first for the reader.
pub async fn home(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    answer(request, BoardName::Justice, query.into_inner()).await
}

/// Shows a board, or downloads it as a file.
pub async fn show(request: PageRequest, name: Path<String>, query: PageQuery<FilterForm>) -> PageAnswer {
    let Some(name) = BoardName::parse(&name) else { return request.not_found().await };
    answer(request, name, query.into_inner()).await
}

async fn answer(request: PageRequest, name: BoardName, mut filter: FilterForm) -> PageAnswer {
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let table = boards::justice::board(app, caller, &filter.query(app, caller)?)?.table(page.language);
            write_file(&table, format, page.today)
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let query = filter.query(app, caller);
            let by = query.as_ref().map_or(Grouping::County, BoardQuery::grouping);
            let found = query.and_then(|query| content(app, caller, &page, &query));
            let (content, mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            Ok(BoardPage { page, name, filter, by, groupings: Grouping::ALL, content, form })
        })
        .await
}
