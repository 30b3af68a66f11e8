//! Boards as pages: panels with a chart, a table beside it, and links into the lists.

mod counties;
mod finance;
mod justice;
mod panel;

use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::boards::{BoardName, Grouping};
use crate::domain::codes::{FileFormat, Role};
use crate::domain::policy::{Action, role_may};
use crate::error::Error;
use crate::services::boards::counties::CountiesQuery;
use crate::services::boards::{self, BoardQuery};
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations;
use crate::services::reports::{Report, ReportQuery};
use crate::services::shared::tables::{Cell, write_file};
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::boards::panel::{Panel, address};
use crate::web::pages::exports;
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] =
    &[("by", "board-by"), ("year", "report-year"), ("region", "contracts-region"), ("bureau", "report-bureau")];

/// Filters of a board, as the form sends them; an empty field is the default.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    by: String,
    year: String,
    region: String,
    bureau: String,
    format: Option<FileFormat>,
    #[serde(skip)]
    understood: Understood,
}

impl FilterForm {
    /// Reads the typed filters.
    fn query(&mut self, app: &App, caller: &Caller) -> Result<Filters, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut faults = FilterFaults::default();
        let year = filled(&self.year).map(|year| parse_year(&year)).transpose();
        let year = faults.collect(year.map_err(|message| Error::malformed("year", message)))?;
        let region = faults.named(("region", &self.region), &mut self.understood, |named| {
            Ok(organisations::find_named_region(app, caller, named)?.map(|region| (region.code, region.name)))
        })?;
        let bureau = faults.named(("bureau", &self.bureau), &mut self.understood, |named| {
            Ok(organisations::find_named(app, caller, named)?.map(|bureau| (bureau.code, bureau.name)))
        })?;
        // The choice comes from a list; anything else is the default.
        faults.finish(Filters { by: Grouping::parse(&self.by), year, region, bureau })
    }

    /// Returns the address of a board with these filters.
    fn address(&self, name: BoardName) -> String {
        let fields =
            [("by", self.by.as_str()), ("year", &self.year), ("region", &self.region), ("bureau", &self.bureau)];
        address(&format!("/boards/{name}"), &fields)
    }
}

/// Filters as they were understood. Each board reads those that it has.
#[derive(Debug, Default)]
struct Filters {
    by: Option<Grouping>,
    year: Option<i32>,
    region: Option<String>,
    bureau: Option<String>,
}

impl Filters {
    fn of_justice(self) -> BoardQuery {
        BoardQuery { by: self.by, year: self.year, region: self.region }
    }

    fn of_finance(self) -> ReportQuery {
        ReportQuery { year: self.year, bureau: self.bureau }
    }

    fn of_counties(self) -> CountiesQuery {
        CountiesQuery { year: self.year }
    }
}

/// The content of a board.
#[derive(Default)]
struct Content {
    panels: Vec<Panel>,
    /// Sentence with the day and the year.
    title: String,
    /// Year of the figures.
    year: i32,
}

#[derive(Template)]
#[template(path = "boards/show.html")]
struct BoardPage {
    page: Shell,
    name: BoardName,
    /// Boards that the reader may see.
    names: Vec<BoardName>,
    filter: FilterForm,
    by: Grouping,
    groupings: &'static [Grouping],
    content: Content,
    /// Faults of the filters.
    form: Form,
}

impl BoardPage {
    /// Returns the addresses of the board as files; the panels of finance have reports instead.
    fn files(&self) -> Vec<(FileFormat, String)> {
        match self.name {
            BoardName::Finance => Vec::new(),
            BoardName::Justice | BoardName::Counties => exports::links(&self.filter.address(self.name)),
        }
    }

    /// Returns the address of the annual report of the shown year with an ending.
    fn annual(&self, ending: &str) -> String {
        format!("/reports/annual.{ending}?year={}", self.content.year)
    }

    /// Returns a figure as text.
    fn words(&self, cell: &Cell) -> String {
        match cell {
            Cell::Empty => "–".to_owned(),
            Cell::Number(_) | Cell::Amount(_) | Cell::Tenths(_) => self.page.money(cell.plain()),
            Cell::Text(_) | Cell::Day(_) | Cell::Time(_) => cell.plain(),
        }
    }
}

/// Computes the panels of a board.
fn content(app: &App, caller: &Caller, page: &Shell, (name, filters): (BoardName, Filters)) -> Result<Content, Error> {
    Ok(match name {
        BoardName::Justice => {
            let query = filters.of_justice();
            let board = boards::justice::board(app, caller, &query)?;
            let region = query.region.as_deref().unwrap_or_default();
            let title = page.with2("board-of-day", "day", page.day(&board.as_of), "year", board.year);
            Content { panels: justice::Shown { page, board: &board, region }.panels(), title, year: board.year }
        }
        BoardName::Finance => {
            let query = filters.of_finance();
            let board = boards::finance::board(app, caller, &query)?;
            let (day, year) = (page.day(&board.ageing.as_of), board.execution.year);
            let title = page.with2("board-finance-of-day", "day", day, "year", year);
            Content { panels: finance::Shown { page, board: &board, query: &query }.panels(), title, year }
        }
        BoardName::Counties => {
            let board = boards::counties::board(app, caller, &filters.of_counties())?;
            let title = page.with2("board-counties-of-day", "day", page.day(&board.as_of), "year", board.year);
            Content { panels: counties::Shown { page, board: &board }.panels(), title, year: board.year }
        }
    })
}

/// Returns the boards that a person may read, first the one that they look at first.
fn boards_of(caller: &Caller) -> Vec<BoardName> {
    let mut names: Vec<BoardName> =
        BoardName::ALL.iter().copied().filter(|name| caller.may(name.right()).is_ok()).collect();
    let has = |role: fn(Role) -> bool| caller.seats.iter().any(|seat| role(seat.role));
    let first = if has(|role| role == Role::Supervisor) {
        BoardName::Counties
    } else if has(|role| role_may(role, Action::ReadReports)) {
        BoardName::Finance
    } else {
        BoardName::Justice
    };
    names.sort_by_key(|name| *name != first);
    names
}

/// Shows the board that the reader looks at first.
pub async fn home(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    show_board(request, None, query.into_inner()).await
}

/// Shows the board of the justice bureau, or downloads it as a file.
pub async fn show_justice(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    show(request, BoardName::Justice, query.into_inner()).await
}

/// Shows the board of finance.
pub async fn show_finance(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    show(request, BoardName::Finance, query.into_inner()).await
}

/// Shows counties side by side, or downloads them as a file.
pub async fn show_counties(request: PageRequest, query: PageQuery<FilterForm>) -> PageAnswer {
    show(request, BoardName::Counties, query.into_inner()).await
}

async fn show(request: PageRequest, name: BoardName, mut filter: FilterForm) -> PageAnswer {
    let Some(format) = filter.format else { return show_board(request, Some(name), filter).await };
    let work = move |app: &App, caller: &Caller, page: &Shell| {
        let filters = filter.query(app, caller)?;
        let table = match name {
            BoardName::Justice => boards::justice::board(app, caller, &filters.of_justice())?.table(page.language),
            BoardName::Counties => boards::counties::board(app, caller, &filters.of_counties())?.table(page.language),
            BoardName::Finance => return Err(Error::NotFound),
        };
        write_file(&table, format, page.today)
    };
    exports::answer(request, work).await
}

async fn show_board(request: PageRequest, name: Option<BoardName>, mut filter: FilterForm) -> PageAnswer {
    request
        .show(move |app, caller, page| {
            caller.may(Action::ReadBoards)?;
            let names = boards_of(caller);
            let name = name.or(names.first().copied()).unwrap_or(BoardName::Justice);
            let filters = filter.query(app, caller);
            let by = filters.as_ref().ok().and_then(|filters| filters.by).unwrap_or(Grouping::County);
            let found = filters.and_then(|filters| content(app, caller, &page, (name, filters)));
            let (content, mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            Ok(BoardPage { page, name, names, filter, by, groupings: Grouping::ALL, content, form })
        })
        .await
}
