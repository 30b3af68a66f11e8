//! Panels of a board: a chart that the page's script draws, and beside it the table of its figures, which lead to the
//! lists of what they count.

use crate::services::shared::tables::Cell;

/// Rows of a table at most; a file has all of them.
const MOST: usize = 20;

/// A figure with the address of what it counts.
pub struct Figure {
    pub cell: Cell,
    pub address: Option<String>,
}

impl Figure {
    /// Returns a number that leads to what it counts, unless it is none.
    pub fn count(number: i64, address: Option<String>) -> Self {
        Self { cell: Cell::Number(number), address: address.filter(|_| number > 0) }
    }

    /// Returns a figure that leads to what it is about.
    pub fn led(cell: Cell, address: String) -> Self {
        Self { cell, address: Some(address) }
    }

    /// Returns a figure that leads nowhere.
    pub fn of(cell: Cell) -> Self {
        Self { cell, address: None }
    }
}

/// A row of a panel.
pub struct PanelRow {
    pub name: String,
    /// Address of more about the row.
    pub address: Option<String>,
    pub figures: Vec<Figure>,
}

/// A chart with its table.
pub struct Panel {
    /// Identifier of the table in the page, and part of the keys of its heading and explanation.
    pub name: &'static str,
    /// Headings of the table.
    pub columns: Vec<String>,
    pub rows: Vec<PanelRow>,
    /// Figures of the line of totals.
    pub total: Vec<Figure>,
    /// Columns of the chart, counted from the names.
    pub series: &'static [usize],
    /// True if the figures of a row add up to a whole.
    pub is_stacked: bool,
    /// True for rows in time order, drawn from left to right.
    pub is_upright: bool,
    /// Number of rows that are left out.
    pub left_out: usize,
    /// Address of the whole report, if there is one.
    pub report: Option<String>,
}

impl Panel {
    /// Builds a panel of the first rows.
    pub fn new(
        name: &'static str,
        columns: Vec<String>,
        mut rows: Vec<PanelRow>,
        total: Vec<Figure>,
        series: &'static [usize],
    ) -> Self {
        let left_out = rows.len().saturating_sub(MOST);
        rows.truncate(MOST);
        Self { name, columns, rows, total, series, is_stacked: false, is_upright: false, left_out, report: None }
    }

    /// Draws the figures of a row as parts of one bar.
    #[must_use]
    pub fn stacked(self) -> Self {
        Self { is_stacked: true, ..self }
    }

    /// Draws the rows from left to right, in time order.
    #[must_use]
    pub fn upright(self) -> Self {
        Self { is_upright: true, ..self }
    }

    /// Returns the columns of the chart in the format of the script.
    pub fn drawn(&self) -> String {
        self.series.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }
}

/// Returns the address of a page with these filters; an empty one does not filter.
pub fn address(path: &str, filters: &[(&str, &str)]) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.extend_pairs(filters.iter().filter(|(_, value)| !value.is_empty()));
    format!("{path}?{}", query.finish())
}

/// Returns the address of the list of contracts with these filters.
pub fn contracts(filters: &[(&str, &str)]) -> String {
    address("/contracts", filters)
}
