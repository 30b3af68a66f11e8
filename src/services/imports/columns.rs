//! The sheets of a ledger's workbook and their columns: the one table from which the template, the import and the
//! export are made.
//!
//! A field is a path within the JSON of a contract's input or of a fact (docs/standing.md); `details.` marks names and
//! texts, which are stored apart from the terms.

use crate::domain::clauses::{Base, ClauseKind, Severity};
use crate::domain::codes::{ContractState, PaymentKind, Regime};
use crate::domain::facts::DecisionWord;
use crate::domain::indicators::IndicatorUnit;
use crate::domain::terms::{Direction, PaymentFrom};
use crate::services::shared::number_spelling::NumberKind;

/// The kinds of values in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One line of text.
    Line,
    /// Text of several lines.
    Prose,
    Code,
    /// Several codes.
    Codes,
    Money,
    Quantity,
    Whole,
    Days,
    /// A rate, written as a percentage.
    Percent,
    Measured,
    Score,
    Day,
    Month,
    /// One code of a closed list.
    Choice(Choice),
    /// Limits and rates: `90=1%; 80=2%`.
    Tiers,
    /// Measured values by the codes of their indicators: `SAT=92; COVERAGE=100`.
    Measures,
}

impl Kind {
    /// Returns the kind of numbers that a heading may give in a unit of its own.
    pub fn of_numbers(self) -> Option<NumberKind> {
        match self {
            Self::Money => Some(NumberKind::Money),
            Self::Quantity => Some(NumberKind::Quantity),
            Self::Whole => Some(NumberKind::Whole),
            Self::Days => Some(NumberKind::Days),
            Self::Line
            | Self::Prose
            | Self::Code
            | Self::Codes
            | Self::Percent
            | Self::Measured
            | Self::Score
            | Self::Day
            | Self::Month
            | Self::Choice(_)
            | Self::Tiers
            | Self::Measures => None,
        }
    }
}

/// Closed lists, with the words that pages use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    State,
    Regime,
    PaymentFrom,
    Unit,
    Direction,
    Clause,
    Severity,
    Base,
    Decision,
    PaymentKind,
    Event,
    /// Yes or no.
    Answer,
}

/// Kinds of fact on the sheet of other facts.
pub(super) const EVENTS: [&str; 8] =
    ["extension", "score", "headcount", "incident", "waiver", "survey", "interest_waiver", "end"];

impl Choice {
    /// Returns the codes of the list.
    pub fn codes(self) -> Vec<&'static str> {
        match self {
            Self::State => ContractState::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Regime => Regime::ALL.iter().map(|code| code.as_str()).collect(),
            Self::PaymentFrom => PaymentFrom::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Unit => IndicatorUnit::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Direction => Direction::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Clause => ClauseKind::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Severity => Severity::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Base => Base::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Decision => DecisionWord::ALL.iter().map(|code| code.as_str()).collect(),
            Self::PaymentKind => PaymentKind::ALL.iter().map(|code| code.as_str()).collect(),
            Self::Event => EVENTS.to_vec(),
            Self::Answer => vec!["yes", "no"],
        }
    }

    /// Returns the message key of the word for a code.
    pub fn key(self, code: &str) -> String {
        match self {
            Self::State => format!("document-state-{code}"),
            Self::Regime => format!("draft-regime-{code}"),
            Self::PaymentFrom => format!("draft-payment-from-{code}"),
            Self::Unit => format!("indicator-unit-{code}"),
            Self::Direction => format!("direction-{code}"),
            Self::Clause => format!("document-kind-{code}"),
            Self::Severity => format!("document-severity-{code}"),
            Self::Base => format!("document-base-{code}"),
            Self::Decision => format!("decision-{code}"),
            Self::PaymentKind => format!("payment-kind-{code}"),
            Self::Event => format!("fact-{code}"),
            Self::Answer => format!("import-answer-{code}"),
        }
    }
}

/// A column of a sheet.
#[derive(Debug)]
pub(super) struct Column {
    pub field: &'static str,
    /// Key of the heading.
    pub label: &'static str,
    pub kind: Kind,
    /// True if the cell must be filled in each row.
    pub is_required: bool,
}

/// Builds a column that must be filled.
const fn must(field: &'static str, label: &'static str, kind: Kind) -> Column {
    Column { field, label, kind, is_required: true }
}

/// Builds a column that may be empty.
const fn may(field: &'static str, label: &'static str, kind: Kind) -> Column {
    Column { field, label, kind, is_required: false }
}

/// Names of the sheets, in their order in the workbook.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum SheetName {
    Contracts,
    Services,
    Deliverables,
    Indicators,
    Milestones,
    Clauses,
    Deliveries,
    Invoices,
    Payments,
    Events,
}

/// A sheet and its columns.
#[derive(Debug)]
pub(super) struct Sheet {
    pub name: SheetName,
    /// Key of the sheet's title.
    pub title: &'static str,
    /// Key of the sheet's explanation in the template.
    pub note: &'static str,
    pub columns: &'static [Column],
}

impl Sheet {
    /// Returns the sheet with a name.
    pub fn of(name: SheetName) -> &'static Self {
        SHEETS.get(name as usize).unwrap_or(&SHEETS[0])
    }

    /// Returns the position of a field's column; `None` if the sheet does not have it.
    pub fn place_of(&self, field: &str) -> Option<usize> {
        self.columns.iter().position(|column| column.field == field)
    }
}

/// Column of a contract's number on every sheet but the first.
const CONTRACT: Column = must("contract", "draft-field-number", Kind::Line);
const CODE: Column = must("code", "draft-field-code", Kind::Code);
const NAME: Column = must("details.name", "draft-field-name", Kind::Line);

use Choice::{Answer, PaymentKind as PaidFor};
use Kind::{Choice as OneOf, Code, Codes, Day, Days, Line, Measured, Measures, Money, Percent, Prose, Quantity, Whole};

/// All sheets, in the order of [`SheetName`].
pub(super) const SHEETS: &[Sheet] = &[
    Sheet {
        name: SheetName::Contracts,
        title: "import-sheet-contracts",
        note: "import-says-contracts",
        columns: &[
            must("number", "draft-field-number", Line),
            must("title", "draft-field-title", Line),
            may("state", "contracts-column-state", OneOf(Choice::State)),
            must("purchaser", "draft-field-purchaser", Line),
            must("funder", "draft-field-funder", Line),
            must("contractor", "draft-field-contractor", Line),
            must("regime", "draft-field-regime", OneOf(Choice::Regime)),
            must("method", "draft-field-method", Line),
            may("plan_no", "draft-field-plan_no", Line),
            may("award_on", "draft-field-award_on", Day),
            may("signed_on", "draft-field-signed_on", Day),
            may("published_on", "import-published_on", Day),
            may("appropriation", "draft-field-appropriation", Line),
            must("terms.amount", "draft-field-amount", Money),
            must("terms.starts_on", "draft-field-starts_on", Day),
            must("terms.ends_on", "draft-field-ends_on", Day),
            may("terms.payment_from", "draft-field-payment_from", OneOf(Choice::PaymentFrom)),
            may("terms.late_payment_daily_rate", "draft-field-late_payment_daily_rate", Percent),
            may("terms.inspection_days", "draft-field-inspection_days", Days),
            may("terms.deemed_acceptance", "draft-field-deemed_acceptance", OneOf(Answer)),
            may("terms.cure_days", "draft-field-cure_days", Days),
            may("terms.penalty_cap", "draft-field-penalty_cap", Percent),
            may("terms.termination.penalty_fraction", "draft-field-penalty_fraction", Percent),
            may("terms.termination.days_late", "draft-field-days_late", Days),
            may("terms.termination.breaches", "draft-field-breaches", Whole),
            may("terms.scorecard.points_per_late_day", "draft-field-points_per_late_day", Whole),
            may("terms.scorecard.weights.quantity", "import-weight-quantity", Whole),
            may("terms.scorecard.weights.timeliness", "import-weight-timeliness", Whole),
            may("terms.scorecard.weights.first_pass", "import-weight-first_pass", Whole),
            may("terms.scorecard.weights.quality", "import-weight-quality", Whole),
            may("terms.scorecard.weights.compliance", "import-weight-compliance", Whole),
            may("terms.scorecard.weights.satisfaction", "import-weight-satisfaction", Whole),
            may("details.notes", "draft-field-notes", Prose),
        ],
    },
    Sheet {
        name: SheetName::Services,
        title: "import-sheet-services",
        note: "import-says-services",
        columns: &[
            CONTRACT,
            CODE,
            NAME,
            may("details.unit", "draft-field-unit", Line),
            may("details.service", "draft-field-service", Line),
            may("details.standard", "draft-field-standard", Prose),
            must("quantity", "draft-field-quantity", Quantity),
            must("unit_price", "draft-field-unit_price", Money),
        ],
    },
    Sheet {
        name: SheetName::Deliverables,
        title: "import-sheet-deliverables",
        note: "import-says-deliverables",
        columns: &[
            CONTRACT,
            CODE,
            NAME,
            must("item", "draft-field-item", Code),
            must("quantity", "draft-field-quantity", Quantity),
            must("due_on", "draft-field-due_on", Day),
            may("details.place", "draft-field-place", Line),
            may("details.evidence", "draft-field-evidence", Prose),
        ],
    },
    Sheet {
        name: SheetName::Indicators,
        title: "import-sheet-indicators",
        note: "import-says-indicators",
        columns: &[
            CONTRACT,
            must("deliverable", "record-deliverable", Code),
            CODE,
            NAME,
            may("details.unit", "draft-field-unit", OneOf(Choice::Unit)),
            must("direction", "draft-field-direction", OneOf(Choice::Direction)),
            must("target", "draft-field-target", Measured),
        ],
    },
    Sheet {
        name: SheetName::Milestones,
        title: "import-sheet-milestones",
        note: "import-says-milestones",
        columns: &[
            CONTRACT,
            CODE,
            NAME,
            may("amount", "draft-field-milestone-amount", Money),
            may("requires", "import-requires", Codes),
            may("not_before", "draft-field-not_before", Day),
            may("requires_score", "draft-field-requires_score", OneOf(Answer)),
            may("payment_days", "draft-field-payment_days", Days),
        ],
    },
    Sheet {
        name: SheetName::Clauses,
        title: "import-sheet-clauses",
        note: "import-says-clauses",
        columns: &[
            CONTRACT,
            CODE,
            NAME,
            must("kind", "draft-field-kind", OneOf(Choice::Clause)),
            may("severity", "draft-field-severity", OneOf(Choice::Severity)),
            may("outside_cap", "draft-field-outside_cap", OneOf(Answer)),
            may("deliverables", "draft-field-deliverables", Codes),
            may("indicator", "draft-field-indicator", Code),
            may("grace_days", "draft-field-grace_days", Days),
            may("daily_rate", "draft-field-daily_rate", Percent),
            may("after_days", "draft-field-after_days", Days),
            may("tolerance", "draft-field-tolerance", Percent),
            may("rate", "draft-field-rate", Percent),
            may("base", "draft-field-base", OneOf(Choice::Base)),
            may("cap", "draft-field-cap", Percent),
            may("tiers", "import-tiers", Kind::Tiers),
            may("clients_per_worker", "draft-field-clients_per_worker", Whole),
            may("amount_per_worker", "draft-field-amount_per_worker", Money),
            may("amount", "draft-field-incident-amount", Money),
            may("details.text", "draft-field-text", Prose),
        ],
    },
    Sheet {
        name: SheetName::Deliveries,
        title: "import-sheet-deliveries",
        note: "import-says-deliveries",
        columns: &[
            CONTRACT,
            must("deliverable", "record-deliverable", Code),
            may("no", "import-no", Whole),
            must("submitted_on", "draft-field-on", Day),
            must("submitted", "import-submitted", Quantity),
            may("decided_on", "import-decided_on", Day),
            may("decision", "import-decision", OneOf(Choice::Decision)),
            may("accepted", "import-accepted", Quantity),
            may("measured", "draft-field-measured", Measures),
        ],
    },
    Sheet {
        name: SheetName::Invoices,
        title: "import-sheet-invoices",
        note: "import-says-invoices",
        columns: &[
            CONTRACT,
            must("milestone", "draft-field-milestone", Code),
            must("on", "import-received_on", Day),
            may("number", "import-invoice-number", Line),
            may("amount", "import-invoice-amount", Money),
            may("reason", "import-invoice-reason", Line),
        ],
    },
    Sheet {
        name: SheetName::Payments,
        title: "import-sheet-payments",
        note: "import-says-payments",
        columns: &[
            CONTRACT,
            must("milestone", "draft-field-milestone", Code),
            may("kind", "payment-kind", OneOf(PaidFor)),
            must("amount", "draft-field-milestone-amount", Money),
            must("on", "download-paid-on", Day),
            must("voucher", "download-voucher", Line),
        ],
    },
    Sheet {
        name: SheetName::Events,
        title: "import-sheet-events",
        note: "import-says-events",
        columns: &[
            CONTRACT,
            must("kind", "draft-field-kind", OneOf(Choice::Event)),
            must("on", "import-on", Day),
            may("deliverable", "record-deliverable", Code),
            may("milestone", "draft-field-milestone", Code),
            may("clause", "import-clause", Code),
            may("subject", "import-subject", Code),
            may("month", "import-month", Kind::Month),
            may("days", "import-days", Days),
            may("clients", "import-clients", Whole),
            may("workers", "import-workers", Whole),
            may("score", "import-score", Kind::Score),
            may("amount", "import-amount", Money),
        ],
    },
];
