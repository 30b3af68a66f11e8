//! What somebody asked for, in words: the deliverable and its days, the breach, the record, the day of the end.

use crate::domain::codes::ChangeRequestKind;
use crate::services::change_requests::ChangeRequestView;
use crate::services::contracts::view::Dossier;
use crate::services::documents::words;
use crate::web::pages::shell::Shell;

/// What a request is about.
pub fn about(page: &Shell, dossier: &Dossier, ask: &ChangeRequestView) -> String {
    let input = &dossier.input;
    let text = |name: &str| ask.fact[name].as_str().unwrap_or_default();
    match ask.kind {
        ChangeRequestKind::Waiver => {
            let clause = words::clause(text("clause"), input, page.language);
            format!("{clause} · {}", words::subject(text("subject"), input))
        }
        ChangeRequestKind::Extension => {
            let days = page.with("ask-days", "days", &ask.fact["days"]);
            format!("{} · {days}", words::subject(text("deliverable"), input))
        }
        ChangeRequestKind::Reversal => {
            let undone =
                dossier.history.iter().find(|entry| entry.seq.is_some() && entry.seq == ask.fact["seq"].as_i64());
            let named = undone.map(|entry| {
                let of = entry.about.iter().map(|code| words::anything(code, input, page.language));
                let on = entry.on.map(|day| day.to_string());
                std::iter::once(page.say(&entry.what)).chain(of).chain(on).collect::<Vec<_>>().join(" · ")
            });
            named.unwrap_or_else(|| page.with("ask-fact", "seq", &ask.fact["seq"]))
        }
        ChangeRequestKind::Termination => text("on").to_owned(),
    }
}
