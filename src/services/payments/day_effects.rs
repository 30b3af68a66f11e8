//! Effects of a payment's day on lateness and late interest, shown on the check of a batch before the payment is
//! recorded or its day is accepted.

use chrono::NaiveDate;

use crate::domain::codes::{FactKind, FigureName, PaymentKind};
use crate::domain::details::Details;
use crate::domain::facts::Payment;
use crate::domain::money::Money;
use crate::domain::numbers::Code;
use crate::domain::standing::{MilestoneState, Standing, Trails, standing};
use crate::domain::terms::Terms;
use crate::error::Error;
use crate::services::contracts::effects::{Effect, Figure, Part, compare};
use crate::services::contracts::record::{ContractRecord, add};
use crate::services::contracts::transitions::to_value;
use crate::storage::payments::PaymentRequest;

/// Effects of a payment's day, with the names to describe them.
#[derive(Debug, Default)]
pub struct DayEffects {
    /// Changes of late interest, and of the state of an overdue milestone.
    pub effects: Vec<Effect>,
    /// Terms and names in force; absent without effects.
    pub names: Option<(Terms, Details)>,
}

impl DayEffects {
    /// Compares the standing today with the standing after the payment on a day. A payment of late interest changes
    /// neither figure; nor does a payment that a rule of the standing forbids.
    ///
    /// # Errors
    /// `Internal` for a stored row that cannot be read.
    pub(super) fn of(
        (record, before): (&ContractRecord, &Standing),
        (payment, on): (&PaymentRequest, NaiveDate),
        today: NaiveDate,
    ) -> Result<Self, Error> {
        let milestone = Code::new(payment.milestone.as_str()).ok().zip(Money::from_fen(payment.amount_fen));
        let Some((milestone, amount)) = milestone.filter(|_| payment.kind == PaymentKind::Principal) else {
            return Ok(Self::default());
        };
        let mut facts = record.facts.clone();
        add(&mut facts, FactKind::Payment, &to_value(&Payment { milestone, on, amount })?.to_string())?;
        let Ok(after) = standing(record.agreement(), &facts, &record.days.calendar, today, Trails::Off) else {
            return Ok(Self::default());
        };
        let overdue = MilestoneState::Overdue.to_string();
        let is_of_day = |effect: &Effect| match (&effect.part, effect.figure, &effect.before) {
            (Part::Milestone(_), FigureName::LateInterest, _) => true,
            (Part::Milestone(_), FigureName::State, Figure::State { code, .. }) => *code == overdue,
            _ => false,
        };
        let mut effects = compare(before, &after);
        effects.retain(is_of_day);
        let names = (!effects.is_empty()).then(|| (record.terms_on(today).clone(), record.details_on(today).clone()));
        Ok(Self { effects, names })
    }
}
