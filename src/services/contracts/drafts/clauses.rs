//! Breach clauses of a draft: a library with one template for each kind, and the reading of typed rows.
//!
//! Rates are typed as percentages. Penalties are computed only in `domain::standing`.

use crate::domain::clauses::ClauseKind;
use crate::domain::codes::Language;
use crate::domain::numbers::{Code, Rate, Whole};
use crate::domain::shape::Bounded;
use crate::domain::terms::{BreachTerm, Clause, QualityTier, ScoreTier, Severity};
use crate::error::Message;
use crate::services::contracts::drafts::fields::{DraftReader, Fields};
use crate::services::shared::typed_values::{
    parse_amount, parse_choice, parse_code, parse_days, parse_measured, parse_score, parse_whole,
};
use crate::text::message;

/// A template of the library.
pub struct Sample {
    pub kind: ClauseKind,
    code: &'static str,
    fields: &'static [(&'static str, &'static str)],
}

/// Templates, in the order in which they are offered.
pub const LIBRARY: &[Sample] = &[
    Sample {
        kind: ClauseKind::LateDelivery,
        code: "LATE",
        fields: &[
            ("severity", "minor"),
            ("grace_days", "2"),
            ("daily_rate", "0.1"),
            ("base", "milestone"),
            ("cap", "5"),
        ],
    },
    Sample {
        kind: ClauseKind::NonDelivery,
        code: "NONE",
        fields: &[("severity", "critical"), ("after_days", "30"), ("rate", "10"), ("base", "milestone")],
    },
    Sample {
        kind: ClauseKind::QuantityShortfall,
        code: "SHORT",
        fields: &[("severity", "major"), ("outside_cap", "yes"), ("tolerance", "2"), ("rate", "50")],
    },
    Sample {
        kind: ClauseKind::QualityShortfall,
        code: "QUALITY",
        fields: &[("severity", "major"), ("base", "deliverable"), ("tiers.0.rate", "2")],
    },
    Sample {
        kind: ClauseKind::LowScore,
        code: "SCORE",
        fields: &[
            ("severity", "major"),
            ("tiers.0.limit", "80"),
            ("tiers.0.rate", "5"),
            ("tiers.1.limit", "60"),
            ("tiers.1.rate", "20"),
        ],
    },
    Sample {
        kind: ClauseKind::Staffing,
        code: "STAFF",
        fields: &[("severity", "major"), ("clients_per_worker", "20"), ("amount_per_worker", "1500.00")],
    },
    Sample {
        kind: ClauseKind::Incident,
        code: "INCIDENT",
        fields: &[("severity", "critical"), ("amount", "20000.00")],
    },
];

/// Appends a template as the last row and returns the row's number, from 0.
pub fn append_template(fields: &mut Fields, kind: ClauseKind) -> usize {
    let row = fields.rows("clauses");
    let Some(sample) = LIBRARY.iter().find(|sample| sample.kind == kind) else { return row };
    let taken = |code: &str| fields.row_of("clauses", code).is_some();
    let mut code = sample.code.to_owned();
    let mut number = 2;
    while taken(&code) {
        code = format!("{}-{number}", sample.code);
        number += 1;
    }
    let at = format!("clauses.{row}");
    fields.set(format!("{at}.kind"), kind);
    fields.set(format!("{at}.code"), code);
    fields.set(format!("{at}.name"), message(Language::Zh, &format!("document-kind-{kind}"), &[]));
    sample.fields.iter().for_each(|(name, value)| fields.set(format!("{at}.{name}"), value));
    if kind == ClauseKind::QualityShortfall {
        // The first indicator without a clause; the usual breach is to miss its target.
        let about: Vec<String> = (0..row).map(|row| fields.of("clauses", row, "indicator").to_owned()).collect();
        let free = indicators(fields).into_iter().find(|indicator| !about.contains(&indicator.code));
        if let Some(indicator) = free {
            fields.set(format!("{at}.indicator"), indicator.code);
            fields.set(format!("{at}.tiers.0.limit"), indicator.target);
        }
    }
    row
}

/// An indicator of a draft, as typed.
pub struct DraftIndicator {
    pub code: String,
    /// Name, or the code of an indicator without a name.
    pub name: String,
    pub target: String,
}

/// Returns the distinct indicators of the deliverables.
pub fn indicators(fields: &Fields) -> Vec<DraftIndicator> {
    let mut found: Vec<DraftIndicator> = Vec::new();
    for row in 0..fields.rows("deliverables") {
        let list = format!("deliverables.{row}.indicators");
        for number in 0..fields.rows(&list) {
            let code = fields.of(&list, number, "code");
            if !code.is_empty() && !found.iter().any(|known| known.code == code) {
                let name = Some(fields.of(&list, number, "name")).filter(|name| !name.is_empty()).unwrap_or(code);
                let target = fields.of(&list, number, "target").to_owned();
                found.push(DraftIndicator { code: code.to_owned(), name: name.to_owned(), target });
            }
        }
    }
    found
}

/// Reads the clause in the row with the prefix `at`; `None` if it has faults, which are reported to `reader`.
pub fn read_clause(reader: &mut DraftReader<'_>, at: &str) -> Option<BreachTerm> {
    let field = |name: &str| format!("{at}.{name}");
    let code = reader.required(&field("code"), parse_code);
    let kind: Option<ClauseKind> = reader.required(&field("kind"), parse_choice);
    let severity: Option<Severity> = reader.optional(&field("severity"), parse_choice);
    let outside_cap = reader.is_ticked(&field("outside_cap"));
    let clause = clause(reader, at, kind?);
    Some(BreachTerm { code: code?, severity: severity.unwrap_or_default(), outside_cap, clause: clause? })
}

/// Reads the parameters of a clause of a kind.
fn clause(reader: &mut DraftReader<'_>, at: &str, kind: ClauseKind) -> Option<Clause> {
    let field = |name: &str| format!("{at}.{name}");
    let named = reader.fields().several(&field("deliverables"));
    let deliverables: Vec<Code> = named.into_iter().filter_map(|code| Code::new(code).ok()).collect();
    Some(match kind {
        ClauseKind::LateDelivery => {
            let grace_days = reader.optional(&field("grace_days"), parse_days);
            let daily_rate = reader.required_percent(&field("daily_rate"));
            let base = reader.required(&field("base"), parse_choice);
            let cap = reader.percent(&field("cap"));
            Clause::LateDelivery {
                deliverables,
                grace_days: grace_days.unwrap_or_default(),
                daily_rate: daily_rate?,
                base: base?,
                cap,
            }
        }
        ClauseKind::NonDelivery => {
            let after_days = reader.required(&field("after_days"), parse_days);
            let rate = reader.required_percent(&field("rate"));
            let base = reader.required(&field("base"), parse_choice);
            Clause::NonDelivery { deliverables, after_days: after_days?, rate: rate?, base: base? }
        }
        ClauseKind::QuantityShortfall => {
            let tolerance = reader.percent(&field("tolerance"));
            let rate = reader.required_percent(&field("rate"));
            Clause::QuantityShortfall { deliverables, tolerance: tolerance.unwrap_or_default(), rate: rate? }
        }
        ClauseKind::QualityShortfall => {
            let indicator = reader.required(&field("indicator"), parse_code);
            let base = reader.required(&field("base"), parse_choice);
            let tiers = tiers(reader, at, parse_measured, |beyond, rate| QualityTier { beyond, rate });
            Clause::QualityShortfall { deliverables, indicator: indicator?, base: base?, tiers: tiers? }
        }
        ClauseKind::LowScore => {
            Clause::LowScore { tiers: tiers(reader, at, parse_score, |below, rate| ScoreTier { below, rate })? }
        }
        ClauseKind::Staffing => {
            let name = field("clients_per_worker");
            let clients: Option<Whole> = reader.required(&name, parse_whole);
            if clients.is_some_and(|clients| !clients.is_positive()) {
                reader.reject(&name, Message::new("malformed-positive-whole"));
            }
            let amount = reader.required(&field("amount_per_worker"), parse_amount);
            Clause::Staffing { clients_per_worker: clients?, amount_per_worker: amount? }
        }
        ClauseKind::Incident => {
            let amount = reader.optional(&field("amount"), parse_amount);
            let rate = reader.percent(&field("rate"));
            Clause::Incident { amount, rate }
        }
    })
}

/// Reads the tiers of a clause; `None` if one has a fault.
fn tiers<L, T>(
    reader: &mut DraftReader<'_>,
    at: &str,
    parse_limit: fn(&str) -> Result<L, Message>,
    tier: impl Fn(L, Rate) -> T,
) -> Option<Vec<T>> {
    let list = format!("{at}.tiers");
    let mut tiers = Vec::new();
    for row in 0..reader.fields().rows(&list) {
        let limit = reader.required(&format!("{list}.{row}.limit"), parse_limit);
        let rate = reader.required_percent(&format!("{list}.{row}.rate"));
        tiers.push(limit.zip(rate).map(|(limit, rate)| tier(limit, rate)));
    }
    if tiers.is_empty() {
        reader.reject(&format!("{list}.0.limit"), Message::new("draft-empty"));
        return None;
    }
    tiers.into_iter().collect()
}
