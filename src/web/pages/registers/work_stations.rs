//! Registers of work stations, of their funds, and of correction groups.

use crate::app::App;
use crate::domain::policy::Action;
use crate::domain::work_stations::{CLOSE, DISSOLVE};
use crate::error::Error;
use crate::services::identity::caller::Caller;
use crate::services::registry::proposals::ProposalDecisionInput;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::paging::{Page, Paged};
use crate::services::shared::typed_values::{parse_amount, parse_date, parse_year};
use crate::services::work_stations::funds::{self, StationFundInput};
use crate::services::work_stations::groups::{self, CorrectionGroupInput};
use crate::services::work_stations::{self, WorkStationInput};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::registers::register::{AddForm, Cell, Column, Done, Register, Row, RowAction, RowActions};
use crate::web::pages::registers::table::{line, read_reason};
use crate::web::pages::shell::Shell;

/// Register of work stations.
pub const STATIONS: Register = Register {
    name: "work-stations",
    read: Action::ListWorkStations,
    columns: &[
        Column::text("work_station"),
        Column::text("work_station_address"),
        Column::text("work_station_keeper"),
        Column::text("justice_station"),
        Column::short("from_on"),
        Column::short("until_on"),
        Column::amount("funds_of_year"),
    ],
    named_by: "work_station",
    rows: stations,
    add: Some(AddForm { right: Action::KeepWorkStation, fields: station_fields, submit: enter_station }),
    act: Some(RowActions { rights: &[Action::KeepWorkStation], submit: close_station }),
};

/// Register of the funds of work stations.
pub const FUNDS: Register = Register {
    name: "station-funds",
    read: Action::ListWorkStations,
    columns: &[
        Column::text("work_station"),
        Column::short("year"),
        Column::amount("amount"),
        Column::text("fund_document"),
        Column::text("fund_bureau"),
    ],
    named_by: "work_station",
    rows: assigned,
    add: Some(AddForm { right: Action::RecordStationFunds, fields: fund_fields, submit: record_funds }),
    act: None,
};

/// Register of correction groups.
pub const GROUPS: Register = Register {
    name: "correction-groups",
    read: Action::ListCorrectionGroups,
    columns: &[
        Column::text("group_subject"),
        Column::text("group_members"),
        Column::text("justice_station"),
        Column::short("from_on"),
        Column::short("until_on"),
    ],
    named_by: "group_subject",
    rows: formed,
    add: Some(AddForm { right: Action::KeepCorrectionGroup, fields: group_fields, submit: form_group }),
    act: Some(RowActions { rights: &[Action::KeepCorrectionGroup], submit: dissolve_group }),
};

fn stations(app: &App, caller: &Caller, _: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let row = |found: work_stations::WorkStationView| {
        let is_open = found.is_own && found.until_on.is_none();
        let cells = [
            ("work_station", found.name.into()),
            ("work_station_address", found.address.into()),
            ("work_station_keeper", found.keeper.into()),
            ("justice_station", found.justice_station.into()),
            ("from_on", found.from_on.into()),
            ("until_on", found.until_on.map_or(Cell::Text(String::new()), Cell::from)),
            ("funds_of_year", found.funds.into()),
        ];
        Row::new(found.id, cells).with_actions(is_open.then_some(RowAction::with_reason(CLOSE)))
    };
    Ok(work_stations::list(app, caller, part)?.map(row))
}

fn station_fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "name").label(page.say("column-work_station")).hint(page.say("work-station-name-hint")),
        line(page, "address").label(page.say("column-work_station_address")),
        line(page, "keeper").label(page.say("column-work_station_keeper")),
        Field::new("from_on", FieldKind::Day, page.say("column-from_on")),
    ])
}

fn enter_station(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let (name, address) = (reader.required_text("name"), reader.required_text("address"));
    let keeper = reader.required_text("keeper");
    let from_on = reader.required("from_on", parse_date);
    let input = from_on.map(|from_on| WorkStationInput { name, address, keeper, from_on });
    Ok(Done::new(work_stations::enter(app, caller, &reader.finish(input)?)?.id))
}

fn close_station(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(work_stations::close(app, caller, id, action, &input)?.id))
}

fn assigned(app: &App, caller: &Caller, _: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let row = |found: funds::StationFundView| {
        let cells = [
            ("work_station", found.work_station.into()),
            ("year", found.year.to_string().into()),
            ("amount", found.amount.into()),
            ("fund_document", found.document_no.into()),
            ("fund_bureau", found.bureau.into()),
        ];
        Row::new(found.id, cells)
    };
    Ok(funds::list(app, caller, part)?.map(row))
}

fn fund_fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "work_station").label(page.say("column-work_station")).hint(page.say("fund-station-hint")),
        Field::new("year", FieldKind::Number, page.say("column-year")),
        Field::named(page, "amount", FieldKind::Number),
        line(page, "document_no").label(page.say("column-fund_document")),
    ])
}

fn record_funds(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let work_station = reader.required_text("work_station");
    let year = reader.required("year", parse_year);
    let amount = reader.required("amount", parse_amount);
    let document_no = reader.required_text("document_no");
    let input = year.zip(amount).map(|(year, amount)| StationFundInput { work_station, year, amount, document_no });
    Ok(Done::new(funds::record(app, caller, &reader.finish(input)?)?.id))
}

fn formed(app: &App, caller: &Caller, page: &Shell, part: &Page) -> Result<Paged<Row>, Error> {
    let row = |found: groups::CorrectionGroupView| {
        let is_open = found.is_own && found.until_on.is_none();
        let cells = [
            ("group_subject", found.subject.into()),
            ("group_members", page.joined("document-list", &found.members).into()),
            ("justice_station", found.justice_station.into()),
            ("from_on", found.from_on.into()),
            ("until_on", found.until_on.map_or(Cell::Text(String::new()), Cell::from)),
        ];
        Row::new(found.id, cells).with_actions(is_open.then_some(RowAction::with_reason(DISSOLVE)))
    };
    Ok(groups::list(app, caller, part)?.map(row))
}

fn group_fields(_: &App, _: &Caller, page: &Shell, _: &Form) -> Result<Vec<Field>, Error> {
    Ok(vec![
        line(page, "subject").label(page.say("column-group_subject")).hint(page.say("group-subject-hint")),
        Field::new("members", FieldKind::Text, page.say("column-group_members")).hint(page.say("group-members-hint")),
        Field::new("from_on", FieldKind::Day, page.say("column-from_on")),
    ])
}

fn form_group(app: &App, caller: &Caller, form: &Form) -> Result<Done, Error> {
    let mut reader = FormReader::new(form);
    let subject = reader.required_text("subject");
    let members = reader.required_lines("members").lines().map(str::to_owned).collect();
    let from_on = reader.required("from_on", parse_date);
    let input = from_on.map(|from_on| CorrectionGroupInput { subject, members, from_on });
    Ok(Done::new(groups::form(app, caller, &reader.finish(input)?)?.id))
}

fn dissolve_group(app: &App, caller: &Caller, id: &str, action: &str, form: &Form) -> Result<Done, Error> {
    let input = ProposalDecisionInput { reason: read_reason(form) };
    Ok(Done::new(groups::dissolve(app, caller, id, action, &input)?.id))
}
