//! The checks on service records before they are entered. Every fault of every row is reported, and nothing is entered
//! while there is one.

use std::collections::HashMap;

use crate::clock::civil_day;
use crate::domain::codes::{FactKind, Language};
use crate::domain::details::Details;
use crate::domain::personal_data;
use crate::domain::service_records::{GROUP_SIZE, MAX_ROWS, MINUTES, find_township, is_subject_code, repeat_key};
use crate::domain::terms::Terms;
use crate::error::{Error, FieldError, Message};
use crate::services::contracts::append::check_day;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::repeats;
use crate::services::records::rows::{Row, Rows};
use crate::services::shared::faults::LINE;
use crate::services::shared::inputs::line_fault;
use crate::storage::records::{self, NewRecord, RepeatedRecord, Station};
use crate::storage::write::Tx;

/// Maximum number of faults that are reported at once.
const MAX_FAULTS: usize = 500;
/// Maximum number of townships that a message lists.
const LISTED: usize = 10;

/// Checks rows and returns the records to insert.
///
/// # Errors
/// `Refused` with every fault; `TooLarge` for too many rows; database errors.
pub(super) fn check(
    tx: &mut Tx<'_>,
    record: &ContractRecord,
    rows: &Rows,
    language: Language,
) -> Result<Vec<NewRecord>, Error> {
    if rows.rows.is_empty() {
        return Err(Error::refused("record-none", Message::new("record-none")));
    }
    if rows.rows.len() > MAX_ROWS {
        return Err(Error::TooLarge(Message::new("record-too-many").with("most", MAX_ROWS)));
    }
    let stations = records::stations_of(tx.connection, record.contract.id)?;
    if stations.is_empty() {
        return Err(Error::refused("record-no-station", Message::new("record-no-station")));
    }
    let mut checking = Checking { record, stations: &stations, rows, language, tx, faults: Vec::new() };
    let checked: Vec<Option<NewRecord>> =
        rows.rows.iter().enumerate().map(|(place, row)| checking.row(place, row)).collect();
    checking.refuse_repeated(&checked)?;
    let mut faults = checking.faults;
    if faults.is_empty() {
        return Ok(checked.into_iter().flatten().collect());
    }
    let more = faults.len().saturating_sub(MAX_FAULTS);
    faults.truncate(MAX_FAULTS);
    if more > 0 {
        faults.push(FieldError { path: String::new(), message: Message::new("draft-paste-more").with("number", more) });
    }
    Err(Error::Refused { rule: "records".to_owned(), errors: faults })
}

struct Checking<'a, 'b> {
    record: &'a ContractRecord,
    stations: &'a [Station],
    rows: &'a Rows,
    language: Language,
    tx: &'a mut Tx<'b>,
    faults: Vec<FieldError>,
}

impl Checking<'_, '_> {
    fn reject(&mut self, row: usize, field: &str, reason: Message) {
        self.faults.push(self.rows.fault(row, field, reason, self.language));
    }

    /// Checks a row by itself; `None` for a row with a fault.
    fn row(&mut self, place: usize, row: &Row) -> Option<NewRecord> {
        let before = self.faults.len();
        for (field, reason) in &row.faults {
            self.reject(place, field, reason.clone());
        }
        self.texts(place, row);
        if let Some(on) = row.on
            && let Err(Error::Refused { errors, .. }) =
                check_day(self.record, FactKind::Headcount, on, self.tx.context.today())
        {
            errors.into_iter().for_each(|fault| self.reject(place, "on", fault.message));
        }
        let (item, deliverable) = self.service(place, row);
        let bounded = |number: i64, bounds: &std::ops::RangeInclusive<i64>| bounds.contains(&number);
        for (field, number, bounds) in [("minutes", row.minutes, MINUTES), ("group_size", row.group_size, GROUP_SIZE)] {
            if number.is_some_and(|number| !bounded(number, &bounds)) {
                let reason = Message::new("record-bounds").with("least", bounds.start()).with("most", bounds.end());
                self.reject(place, field, reason);
            }
        }
        let is_group = row.group_size.is_some_and(|size| size > 1);
        if !(is_subject_code(&row.subject) || is_group && row.subject.is_empty()) {
            self.reject(place, "subject", Message::new("record-subject-code"));
        }
        let station = self.station(place, &row.place);
        if self.faults.len() > before {
            return None;
        }
        let (on, minutes) = (row.on?, i32::try_from(row.minutes?).ok()?);
        Some(NewRecord {
            public_id: self.tx.context.ids.uuid(),
            on_day: on,
            repeat_key: repeat_key(on, &item, (&row.worker, &row.subject), minutes),
            item,
            deliverable,
            place: row.place.trim().to_owned(),
            station_id: station?,
            worker: row.worker.trim().to_owned(),
            subject: row.subject.clone(),
            group_size: i32::try_from(row.group_size?).ok()?,
            minutes,
            note: row.note.trim().to_owned(),
        })
    }

    /// Checks the texts of a row: lines of limited length without personal data.
    fn texts(&mut self, place: usize, row: &Row) {
        let texts = [
            ("service", &row.service, true),
            ("deliverable", &row.deliverable, false),
            ("place", &row.place, true),
            ("worker", &row.worker, true),
            ("subject", &row.subject, false),
            ("note", &row.note, false),
        ];
        for (field, text, is_required) in texts {
            if let Some(kind) = personal_data::find(text) {
                self.reject(place, field, Message::new("record-personal-data").with("kind", kind));
            } else if is_required && text.trim().is_empty() {
                self.reject(place, field, Message::new("draft-empty"));
            } else if let Some(reason) = line_fault(text, LINE) {
                self.reject(place, field, reason);
            }
        }
    }

    /// Returns the codes of the service and the deliverable, which a row names by code or name.
    fn service(&mut self, place: usize, row: &Row) -> (String, String) {
        let record = self.record;
        let day = row.on.unwrap_or_else(|| self.tx.context.today());
        let (terms, details) = (record.terms_on(day), record.details_on(day));
        let item = find_item(terms, details, row.service.trim());
        if item.is_none() && !row.service.trim().is_empty() && personal_data::find(&row.service).is_none() {
            let names: Vec<&str> = terms.items.iter().map(|item| details.item(item.code.as_str())).collect();
            let separator = crate::text::message(self.language, "document-list", &[]);
            let message = Message::new("record-service-unknown").with("services", names.join(&separator));
            self.reject(place, "service", message);
        }
        let named = row.deliverable.trim();
        if named.is_empty() || personal_data::find(named).is_some() {
            return (item.unwrap_or_default(), String::new());
        }
        let found = terms.deliverables.iter().find(|known| {
            let code = known.code.as_str();
            code == named || details.deliverable(code) == named
        });
        match (found, &item) {
            (None, _) => self.reject(place, "deliverable", Message::new("record-deliverable-unknown")),
            (Some(found), Some(item)) if found.item.as_str() != item => {
                let other = details.item(found.item.as_str());
                let reason = Message::new("record-deliverable-other").with("service", other);
                self.reject(place, "deliverable", reason);
            }
            (Some(_), _) => {}
        }
        (item.unwrap_or_default(), found.map(|found| found.code.to_string()).unwrap_or_default())
    }

    /// Returns the station of a place: the only station that sees the contract, or that of the township in the place.
    fn station(&mut self, row: usize, place: &str) -> Option<crate::storage::ids::OrganisationId> {
        if let [only] = self.stations {
            return Some(only.id);
        }
        let found = find_township(place, self.stations, |station| &station.township);
        if found.is_none() && !place.trim().is_empty() {
            let names: Vec<&str> = self.stations.iter().map(|station| station.township.as_str()).take(LISTED).collect();
            let reason = Message::new("record-township").with("townships", names.join("、"));
            self.reject(row, "place", reason);
        }
        found.map(|station| station.id)
    }

    /// Rejects the rows that repeat an earlier row or a record of the contract.
    fn refuse_repeated(&mut self, checked: &[Option<NewRecord>]) -> Result<(), Error> {
        let mut first: HashMap<&str, usize> = HashMap::new();
        let mut keys = Vec::new();
        for (place, row) in checked.iter().enumerate() {
            let Some(row) = row else { continue };
            match first.get(row.repeat_key.as_str()) {
                Some(earlier) => {
                    let reason = Message::new("record-repeated-row").with("row", self.rows.number(*earlier));
                    self.reject(place, "on", reason);
                }
                None => {
                    first.insert(&row.repeat_key, place);
                    keys.push(row.repeat_key.as_str());
                }
            }
        }
        let known = records::repeated(self.tx.connection, self.record.contract.id, &keys)?;
        if self.faults.is_empty() && known.len() == checked.len() {
            return Err(self.sent_before(checked, &known));
        }
        for RepeatedRecord { repeat_key, state, recorded_at, .. } in known {
            if let Some(place) = first.get(repeat_key.as_str()) {
                let at = civil_day(recorded_at);
                self.reject(*place, "on", Message::new("record-repeated").with("at", at).with("state", state));
            }
        }
        Ok(())
    }

    /// Builds the refusal of rows that are all records already: they were sent again. It leads to the first.
    fn sent_before(&self, checked: &[Option<NewRecord>], known: &[RepeatedRecord]) -> Error {
        let row = checked.iter().flatten().next();
        let first = row.and_then(|row| known.iter().find(|one| one.repeat_key == row.repeat_key));
        let (Some(row), Some(first)) = (row, first) else { return Error::NotFound };
        let page = format!("records?month={}#record-{}", row.on_day.format("%Y-%m"), first.public_id);
        let message = Message::new("records-repeated")
            .with("number", known.len())
            .with("at", civil_day(first.recorded_at))
            .with("state", first.state);
        repeats::duplicate_on_page(&self.record.contract, page, message, false)
    }
}

/// Finds a service by its code, or by its name if only one service has it.
fn find_item(terms: &Terms, details: &Details, named: &str) -> Option<String> {
    let by_code = terms.items.iter().find(|item| item.code.as_str() == named);
    let mut by_name = terms.items.iter().filter(|item| details.item(item.code.as_str()) == named);
    let only = by_name.next().filter(|_| by_name.next().is_none());
    by_code.or(only).map(|item| item.code.to_string())
}
