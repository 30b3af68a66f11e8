//! Names the subject of a change request or objection for task lists and emails.

use serde_json::Value;

use crate::domain::details::Details;

/// Values of the messages `mail-change-request-KIND`.
pub(super) struct ChangeRequestSubject {
    /// Name of the deliverable, milestone or breach's subject, or number of the incident; empty for a recorded fact or
    /// an early end.
    pub name: String,
    /// Code of the breached clause.
    pub clause: Option<String>,
    /// Number of additional days.
    pub days: Option<i64>,
    /// Number of the fact to be reversed.
    pub seq: Option<i64>,
}

impl ChangeRequestSubject {
    /// Names the subject of a change request, given its fact and the names of its contract.
    pub fn new(fact: &Value, details: &Details) -> Self {
        let names = ["deliverable", "subject", "milestone", "id"];
        let subject = names.iter().find_map(|name| fact[*name].as_str()).unwrap_or_default();
        let name = match details.deliverable(subject) {
            same if same == subject => details.milestone(subject),
            name => name,
        };
        Self {
            name: name.to_owned(),
            clause: fact["clause"].as_str().map(str::to_owned),
            days: fact["days"].as_i64(),
            seq: fact["seq"].as_i64(),
        }
    }

    /// Returns the values for an email. A clause without a name is shown by its code.
    pub fn email_args(&self, details: &Details) -> Vec<(&'static str, String)> {
        let clause = self.clause.as_deref().map(|code| details.clause(code).unwrap_or(code).to_owned());
        let number = |number: Option<i64>| number.map(|number| number.to_string()).unwrap_or_default();
        vec![
            ("subject", self.name.clone()),
            ("clause", clause.unwrap_or_default()),
            ("more_days", number(self.days)),
            ("seq", number(self.seq)),
        ]
    }
}
