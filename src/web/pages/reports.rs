//! Reports of finance as pages: their index, and each report as a table with a chart that the page's script draws from
//! the table.

use actix_web::web::Path;
use askama::Template;
use serde::Deserialize;

use crate::app::App;
use crate::domain::codes::{FileFormat, ReportName};
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::organisations;
use crate::services::reports::{self, ReportQuery};
use crate::services::shared::tables::{Cell, Table, write_file};
use crate::services::shared::typed_values::parse_year;
use crate::web::pages::exports;
use crate::web::pages::forms::named::Understood;
use crate::web::pages::forms::{FilterFaults, Form, or_faults};
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;
use crate::web::query::PageQuery;

/// Fields of the filters, each with the key of its label.
const LABELS: &[(&str, &str)] = &[("year", "report-year"), ("bureau", "report-bureau")];

/// Year and bureau of a report, as the form sends them; an empty field is the default.
#[derive(Debug, Default, Clone, Deserialize)]
#[serde(default)]
pub struct FilterForm {
    year: String,
    bureau: String,
    format: Option<FileFormat>,
    #[serde(skip)]
    understood: Understood,
}

impl FilterForm {
    /// Reads the typed filter.
    ///
    /// # Errors
    /// `Malformed` for a year that cannot be read, or a bureau that does not exist.
    pub fn query(&mut self, app: &App, caller: &Caller) -> Result<ReportQuery, Error> {
        let filled = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let mut faults = FilterFaults::default();
        let year = filled(&self.year).map(|year| parse_year(&year)).transpose();
        let year = faults.collect(year.map_err(|message| Error::malformed("year", message)))?;
        let bureau = faults.named(("bureau", &self.bureau), &mut self.understood, |named| {
            Ok(organisations::find_named(app, caller, named)?.map(|bureau| (bureau.code, bureau.name)))
        })?;
        faults.finish(ReportQuery { year, bureau })
    }
}

/// The chart of a report, drawn from columns of its table. Rows with the same label are added up.
struct Chart {
    /// Column of the labels.
    label: usize,
    /// Columns of the figures.
    series: &'static [usize],
    /// True if the figures of a label add up to a whole.
    is_stacked: bool,
    /// True for labels from left to right, in time order; otherwise they are stacked vertically.
    is_upright: bool,
}

/// Returns the chart of a report; its columns refer to the report's table.
fn chart(name: ReportName) -> Chart {
    let chart = |label, series, is_stacked| Chart { label, series, is_stacked, is_upright: false };
    match name {
        ReportName::Execution => chart(0, &[2, 3, 5], false),
        ReportName::Forecast => Chart { is_upright: true, ..chart(0, &[1, 2], true) },
        ReportName::Ageing => chart(0, &[1, 2, 3, 4, 5], true),
        ReportName::PaymentTime => chart(0, &[4, 5, 6], true),
        ReportName::Arrears => chart(0, &[7, 8], true),
    }
}

#[derive(Template)]
#[template(path = "reports/home.html")]
struct HomePage {
    page: Shell,
    reports: &'static [ReportName],
}

#[derive(Template)]
#[template(path = "reports/show.html")]
struct ReportPage {
    page: Shell,
    name: ReportName,
    filter: FilterForm,
    chart: Chart,
    /// The report; `None` if the filter cannot be read.
    table: Option<Table>,
    /// Faults of the filter.
    form: Form,
}

impl ReportPage {
    /// Returns whether a year can be chosen; ageing is always of today.
    fn takes_year(&self) -> bool {
        self.name != ReportName::Ageing
    }

    /// States how many rows there are and how they are sorted.
    fn summary(&self, table: &Table) -> String {
        self.page.counted(table.rows.len(), true, false, &format!("report-{}-order", self.name))
    }

    /// Returns the columns of the chart in the format of the script.
    fn series(&self) -> String {
        self.chart.series.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// Returns the addresses of the report as files.
    fn files(&self) -> Vec<(FileFormat, String)> {
        let fields = [("year", self.filter.year.as_str()), ("bureau", &self.filter.bureau)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields.iter().filter(|(_, value)| !value.is_empty()));
        exports::links(&format!("/reports/{}?{}", self.name, query.finish()))
    }

    /// Returns the address of the printed report without its language; empty for a report that is not printed.
    fn print(&self) -> String {
        if self.name != ReportName::Arrears {
            return String::new();
        }
        let fields = [("year", self.filter.year.as_str()), ("bureau", &self.filter.bureau)];
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.extend_pairs(fields);
        format!("/reports/arrears.pdf?{}", query.finish())
    }

    /// Returns whether a column has figures, which are aligned to the right.
    fn is_figure(&self, table: &Table, column: &usize) -> bool {
        table.rows.iter().any(|row| row.get(*column).is_some_and(Cell::is_figure))
    }

    /// Returns a value as text.
    fn words(&self, cell: &Cell) -> String {
        if cell.is_figure() { self.page.money(cell.plain()) } else { cell.plain() }
    }
}

/// Shows the index of the reports.
pub async fn home(request: PageRequest) -> PageAnswer {
    request
        .show(|_, caller, page| {
            caller.may(Action::ReadReports)?;
            Ok(HomePage { page, reports: ReportName::ALL })
        })
        .await
}

/// Shows a report, or downloads it as a file.
pub async fn show(request: PageRequest, name: Path<String>, query: PageQuery<FilterForm>) -> PageAnswer {
    let Some(name) = ReportName::parse(&name) else { return request.not_found().await };
    let mut filter = query.into_inner();
    if let Some(format) = filter.format {
        let work = move |app: &App, caller: &Caller, page: &Shell| {
            let table = reports::table(app, caller, name, &filter.query(app, caller)?, page.language)?;
            write_file(&table, format, page.today)
        };
        return exports::answer(request, work).await;
    }
    request
        .show(move |app, caller, page| {
            let found = filter
                .query(app, caller)
                .and_then(|query| reports::table(app, caller, name, &query, page.language))
                .map(Some);
            let (table, mut form) = or_faults(found, &page, LABELS)?;
            form.understood = std::mem::take(&mut filter.understood);
            Ok(ReportPage { page, name, filter, chart: chart(name), table, form })
        })
        .await
}
