//! Change requests in words: the deliverable and its days, the breach, the incident, the record, the day of the end.

use crate::domain::codes::ChangeRequestKind;
use crate::services::change_requests::ChangeRequestView;
use crate::services::contracts::view::ContractOverview;
use crate::services::documents::words;
use crate::web::pages::shell::Shell;

/// Describes what a change request would change.
pub fn describe(page: &Shell, overview: &ContractOverview, request: &ChangeRequestView) -> String {
    let input = &overview.snapshot;
    let text = |name: &str| request.fact[name].as_str().unwrap_or_default();
    match request.kind {
        ChangeRequestKind::Waiver => {
            let clause = words::clause(text("clause"), input, page.language);
            format!("{clause} · {}", words::breach_subject_name(text("subject"), input))
        }
        ChangeRequestKind::Extension => {
            let days = page.with("change-request-days", "days", &request.fact["days"]);
            format!("{} · {days}", words::breach_subject_name(text("deliverable"), input))
        }
        ChangeRequestKind::Incident => {
            let clause = words::clause(text("clause"), input, page.language);
            format!("{clause} · {} · {}", text("id"), text("on"))
        }
        ChangeRequestKind::Reversal => {
            let seq = &request.fact["seq"];
            let reversed = overview.history.iter().find(|entry| entry.seq.is_some() && entry.seq == seq.as_i64());
            let described = reversed.map(|entry| {
                let of = entry.about.iter().map(|code| words::subject_name(code, input, page.language));
                let on = entry.on.map(|day| day.to_string());
                std::iter::once(page.say(&entry.what)).chain(of).chain(on).collect::<Vec<_>>().join(" · ")
            });
            described.unwrap_or_else(|| page.with("change-request-fact", "seq", seq))
        }
        ChangeRequestKind::Termination => text("on").to_owned(),
    }
}
