//! Downloads of the lists that pages show: every row, not those of one page, with the headings and texts of the page.

use crate::app::App;
use crate::domain::codes::FileFormat;
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::tables::{Cell, MAX_ROWS, Table, TableFile, load_all, write_file};
use crate::web::files::table_response;
use crate::web::pages::request::{PageAnswer, PageRequest};
use crate::web::pages::shell::Shell;

/// Answers a signed-in person with a file, and counts towards their rate limit.
///
/// # Errors
/// Not signed in; `TooMany`; errors of `work`.
pub async fn answer(
    request: PageRequest,
    work: impl FnOnce(&App, &Caller, &Shell) -> Result<TableFile, Error> + Send + 'static,
) -> PageAnswer {
    let own = request.clone();
    let make = move |caller: Caller| work(own.app(), &caller, &own.shell(Some(&caller)));
    Ok(table_response(request.run_rate_limited(make).await?))
}

/// Writes a whole list as a file. `columns` are message keys; `cells` turns an item into one cell for each column.
///
/// # Errors
/// `Refused` for a list that is too long; errors of `load`.
pub fn list_file<T>(
    page: &Shell,
    (title, format): (&str, FileFormat),
    columns: &[&str],
    load: impl FnMut(&Page) -> Result<Paged<T>, Error>,
    cells: impl FnMut(T) -> Vec<Cell>,
) -> Result<TableFile, Error> {
    let rows = load_all(MAX_ROWS, load)?.into_iter().map(cells).collect();
    let columns = columns.iter().map(|key| page.say(key)).collect();
    write_file(&Table { title: page.say(title), columns, rows, total: Vec::new() }, format, page.today)
}

/// Returns the addresses of a list as a file in each format, derived from the address of its first page.
pub fn links(address: &str) -> Vec<(FileFormat, String)> {
    let joint = match address.split_once('?') {
        None => "?",
        Some((_, "")) => "",
        Some(_) => "&",
    };
    FileFormat::ALL.iter().map(|format| (*format, format!("{address}{joint}format={format}"))).collect()
}
