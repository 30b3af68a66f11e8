//! Names the subject of a change request or objection for task lists and emails.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::domain::codes::{ChangeRequestKind, FactKind};
use crate::domain::details::Details;
use crate::domain::money::Money;
use crate::error::Error;
use crate::services::contracts::record::{Reversal, stored};
use crate::storage::AnyConnection;
use crate::storage::change_requests::ChangeRequest;
use crate::storage::contracts::facts::{self, FactRow};
use crate::storage::ids::ContractId;
use crate::text::money::group_thousands;

/// Member of a reversal with the kind of the reversed fact, whose other members it takes.
const REVERSED: &str = "reversed";

/// Values of the messages `mail-change-request-KIND`.
pub(super) struct ChangeRequestSubject {
    /// Name of the deliverable, milestone or breach's subject, or number of the incident, also of the reversed fact;
    /// empty for an early end.
    pub name: String,
    /// Code of the breached clause.
    pub clause: Option<String>,
    /// Number of additional days.
    pub days: Option<i64>,
    /// Number of the fact to be reversed.
    pub seq: Option<i64>,
    /// Kind of the fact to be reversed.
    pub reversed: Option<FactKind>,
    /// Amount of the payment to be reversed, in yuan.
    pub amount: Option<Money>,
}

/// Returns the fact of each change request with its kind, by the request's identifier. A reversal has the members of the
/// reversed fact beside its number, so that it is named by what it is about. `row` finds a fact of a contract.
pub(super) fn facts_of<'a>(
    requests: &[ChangeRequest],
    row: impl Fn(ContractId, i64) -> Option<&'a FactRow>,
) -> Result<BTreeMap<String, (ChangeRequestKind, Value)>, Error> {
    let fact = |request: &ChangeRequest| {
        let mut fact: Value = stored(&request.body)?;
        let seq = if request.kind == ChangeRequestKind::Reversal { fact["seq"].as_i64() } else { None };
        if let Some((seq, row)) = seq.and_then(|seq| Some((seq, row(request.contract_id, seq)?))) {
            fact = stored(&row.body)?;
            fact["seq"] = seq.into();
            fact[REVERSED] = row.kind.as_str().into();
        }
        Ok((request.public_id.clone(), (request.kind, fact)))
    };
    requests.iter().map(fact).collect()
}

/// Loads the facts that [`facts_of`] returns.
pub(super) fn load_facts(
    connection: &mut AnyConnection,
    requests: &[ChangeRequest],
) -> Result<BTreeMap<String, (ChangeRequestKind, Value)>, Error> {
    let reversals = requests.iter().filter(|request| request.kind == ChangeRequestKind::Reversal);
    let places = reversals.map(|request| Ok((request.contract_id, stored::<Reversal>(&request.body)?.seq)));
    let found = facts::numbered(connection, &places.collect::<Result<Vec<_>, Error>>()?)?;
    facts_of(requests, |contract, seq| {
        found.iter().find(|(of, row)| *of == contract && row.seq == seq).map(|(_, row)| row)
    })
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
            reversed: fact[REVERSED].as_str().and_then(FactKind::parse),
            amount: fact[REVERSED].as_str().and_then(|_| fact["amount"].as_str()?.parse().ok()),
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
            ("reversed", self.reversed.map(|kind| kind.to_string()).unwrap_or_default()),
            ("amount", self.amount.map(|amount| group_thousands(&amount.to_string())).unwrap_or_default()),
        ]
    }
}
