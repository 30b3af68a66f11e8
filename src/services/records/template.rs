//! The workbook in which a contractor fills in service records: one column for each field, with a note at its heading,
//! and a drop-down where the contract has the choices.

use crate::adapters::workbooks::{Takes, Template, TemplateColumn, write_template};
use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::service_records::{GROUP_SIZE, MINUTES};
use crate::error::Error;
use crate::services::contracts::record::ContractRecord;
use crate::services::identity::caller::{Caller, in_state};
use crate::services::records::rows::COLUMNS;
use crate::text::message;

/// Number of rows with drop-downs; rows below can be filled in as well.
const PREPARED_ROWS: u32 = 500;
/// Width of columns with texts and of all others, in characters.
const WIDE: u32 = 24;
const NARROW: u32 = 12;

/// A workbook to download.
#[derive(Debug)]
pub struct TemplateFile {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// Builds the template of a contract, in the caller's language.
///
/// # Errors
/// `Forbidden`; `NotFound`; `Conflict` in another state of the contract; `Internal` if the workbook cannot be written.
pub fn make(app: &App, caller: &Caller, contract: &str) -> Result<TemplateFile, Error> {
    let action = Action::RecordService;
    caller.may(action)?;
    let record = app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, contract, action)?;
        in_state(&contract, action)?;
        ContractRecord::load(connection, contract)
    })?;
    let today = caller.today();
    let (terms, details) = (record.terms_on(today), record.details_on(today));
    let services = choices(terms.items.iter().map(|item| item.code.as_str()), |code| details.item(code));
    let deliverables = terms.deliverables.iter().map(|deliverable| deliverable.code.as_str());
    let deliverables = choices(deliverables, |code| details.deliverable(code));
    let say = |key: &str| message(caller.language, key, &[]);
    let bounds = |range: std::ops::RangeInclusive<i64>| {
        let end = |number: i64| i32::try_from(number).unwrap_or(i32::MAX);
        Takes::Number(end(*range.start()), end(*range.end()))
    };
    let column = |(field, label): &(&str, &str)| {
        let takes = match *field {
            "on" => Takes::Day,
            "service" => Takes::OneOf(services.clone()),
            "deliverable" => Takes::OneOf(deliverables.clone()),
            "group_size" => bounds(GROUP_SIZE),
            "minutes" => bounds(MINUTES),
            _ => Takes::Text,
        };
        let width = if matches!(takes, Takes::Text | Takes::OneOf(_)) { WIDE } else { NARROW };
        TemplateColumn { title: say(label), note: say(&format!("record-says-{field}")), width, takes }
    };
    let template = Template {
        sheet: say("record-sheet"),
        choices: say("record-choices"),
        refused: say("record-cell-refused"),
        columns: COLUMNS.iter().map(column).collect(),
        rows: PREPARED_ROWS,
        made_on: today,
    };
    let bytes = write_template(&template).map_err(Error::Internal)?;
    Ok(TemplateFile { name: format!("{}-{}.xlsx", record.contract.number, say("record-sheet")), bytes })
}

/// Returns the name for each code, or the code if several have the same name.
fn choices<'a>(codes: impl Iterator<Item = &'a str>, name: impl Fn(&'a str) -> &'a str) -> Vec<String> {
    let named: Vec<(&str, &str)> = codes.map(|code| (code, name(code))).collect();
    let is_shared = |name: &str| named.iter().filter(|(_, other)| *other == name).count() > 1;
    named.iter().map(|(code, name)| if is_shared(name) { *code } else { *name }.to_owned()).collect()
}
