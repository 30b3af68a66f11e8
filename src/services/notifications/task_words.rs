//! Titles of tasks, for pages and calendars.

use crate::domain::codes::Language;
use crate::services::notifications::tasks::Task;
use crate::text;
use crate::text::money::group_thousands;

/// Writes the title of a task in full: what is to be done about which subject.
pub fn title(language: Language, item: &Task) -> String {
    let amount = item.amount.map(|amount| group_thousands(&amount.to_string())).unwrap_or_default();
    let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
    let asked = [
        ("subject", item.name.clone()),
        ("clause", item.clause.clone().unwrap_or_default()),
        ("more_days", number(item.days)),
        ("seq", number(item.seq)),
        ("reversed", item.reversed.map(|kind| kind.to_string()).unwrap_or_default()),
        ("amount", amount.clone()),
    ];
    let request = item.change_request.map(|kind| text::mail::change_request(language, kind.as_str(), &asked));
    let values = [("subject", item.name.clone()), ("amount", amount), ("change_request", request.unwrap_or_default())];
    let words = text::message(language, &format!("mail-task-in-full-{}", item.kind), &values);
    let mut rest = words.chars();
    rest.next().into_iter().flat_map(char::to_uppercase).chain(rest.as_str().chars()).collect()
}
