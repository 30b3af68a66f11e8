//! Trails: the steps from which each figure of a standing can be recomputed by hand. They are recorded only on request,
//! from the same intermediate results as the figures; nothing is decided here.

use crate::domain::calendar::{Day, date};
use crate::domain::money::Sum;
use crate::domain::numbers::{Quantity, Rate};
use crate::domain::standing::agreed::AgreedDeliverable;
use crate::domain::standing::breaches::{Breach, Subject, late_amount, measured, quality_tier, score_tier};
use crate::domain::standing::payment::Payment;
use crate::domain::standing::performance::{cost, rating, weighed};
use crate::domain::standing::settlement::{Charge, MilestoneIx};
use crate::domain::standing::steps::{Step, Value};
use crate::domain::standing::{Measures, Points, Reckoning};
use crate::domain::terms::{Base, Clause, Severity};

/// The article that sets the due day of a payment.
const PAYMENT_ARTICLE: &str = "decree-802-art-9";
/// The article on interest for late payment.
const INTEREST_ARTICLE: &str = "decree-802-art-17";

type Inputs = Vec<(&'static str, Value)>;

impl Reckoning<'_, '_> {
    /// Returns the steps behind a breach's amount and charge.
    pub(super) fn breach_trail(&self, breach: &Breach, charge: &Charge) -> Vec<Step> {
        let mut steps = self.amount_trail(breach);
        steps.push(self.charge(breach, charge));
        steps
    }

    /// Returns the steps behind a breach's amount; for one settled before the terms in force, the steps of that time.
    pub(super) fn amount_trail(&self, breach: &Breach) -> Vec<Step> {
        let before = self.contract.before.as_ref().zip(breach.kept);
        match before.and_then(|(before, kept)| before.settled.get(kept)) {
            Some(settled) => settled.steps.clone(),
            None => self.lateness(breach).into_iter().chain(self.amount(breach)).collect(),
        }
    }

    /// Returns the step behind the days late of a breach's deliverable.
    fn lateness(&self, breach: &Breach) -> Option<Step> {
        let (Subject::Deliverable(place), Clause::LateDelivery { .. } | Clause::NonDelivery { .. }) =
            (breach.subject, &breach.term.clause)
        else {
            return None;
        };
        let progress = self.progress.get(place)?;
        let inputs = vec![("due_on", day(progress.due)), ("stop", day(progress.stop)), ("held", count(progress.held))];
        Some(Step::rule("days_late", inputs, count(progress.days_late)))
    }

    /// Returns the step behind a breach's amount.
    fn amount(&self, breach: &Breach) -> Option<Step> {
        let term = breach.term;
        let inputs = match breach.subject {
            Subject::Deliverable(place) => self.on_deliverable(place, &term.clause)?,
            Subject::Milestone(place) => self.on_score(place, &term.clause)?,
            Subject::Headcount(place) => self.on_headcount(place, &term.clause)?,
            Subject::Incident(place) => self.on_incident(place, &term.clause)?,
            Subject::Gone => return None,
        };
        let is_by_rate = matches!(term.clause, Clause::Incident { amount: None, .. });
        let kind = if is_by_rate { "incident_rate" } else { term.clause.kind().as_str() };
        Some(Step::with_rule(kind, term.code.as_str(), inputs, money(breach.amount)))
    }

    /// Returns the inputs of the amount of a breach by a deliverable.
    fn on_deliverable(&self, place: usize, clause: &Clause) -> Option<Inputs> {
        let (agreed, progress) = (self.contract.agreed.deliverables.get(place)?, self.progress.get(place)?);
        match clause {
            Clause::LateDelivery { grace_days, daily_rate, base, cap, .. } => {
                let base_amount = self.contract.agreed.base_amount(*base, agreed);
                let days = progress.days_late - i32::from(grace_days.get());
                let most = late_amount(base_amount, *daily_rate, days, *cap).1;
                let mut inputs = self.base(*base, agreed);
                inputs.extend([
                    ("daily_rate", (*daily_rate).into()),
                    ("days_late", count(progress.days_late)),
                    ("grace_days", count(i32::from(grace_days.get()))),
                    ("days", count(days)),
                    ("cap", (*cap).into()),
                    ("most", most.map(Sum).into()),
                ]);
                Some(inputs)
            }
            Clause::NonDelivery { after_days, rate, base, .. } => {
                let mut inputs = self.base(*base, agreed);
                inputs.extend([
                    ("rate", (*rate).into()),
                    ("days_late", count(progress.days_late)),
                    ("after_days", count(i32::from(after_days.get()))),
                ]);
                Some(inputs)
            }
            Clause::QuantityShortfall { tolerance, rate, .. } => {
                let accepted = progress.accepted.as_ref()?;
                Some(vec![
                    ("planned", quantity(agreed.planned)),
                    ("accepted", quantity(accepted.quantity)),
                    ("short", quantity(agreed.planned - accepted.quantity)),
                    ("tolerance", (*tolerance).into()),
                    ("unit_price", money(agreed.unit_price)),
                    ("rate", (*rate).into()),
                ])
            }
            Clause::QualityShortfall { indicator, base, tiers, .. } => {
                let (indicator, value) = measured(agreed, progress.accepted.as_ref()?.measured?, indicator)?;
                let tier = |beyond: Value, rate: Rate| Value::Row(vec![("beyond", beyond), ("rate", rate.into())]);
                let applied = quality_tier(tiers, indicator.direction, value);
                let mut inputs = self.base(*base, agreed);
                inputs.extend([
                    ("indicator", (&indicator.code).into()),
                    ("direction", Value::Word(indicator.direction.as_str())),
                    ("measured", value.into()),
                    ("limit", applied.map(|tier| tier.beyond).into()),
                    ("rate", applied.map(|tier| tier.rate).into()),
                    ("tiers", Value::List(tiers.iter().map(|t| tier(t.beyond.into(), t.rate)).collect())),
                ]);
                Some(inputs)
            }
            Clause::LowScore { .. } | Clause::Staffing { .. } | Clause::Incident { .. } => None,
        }
    }

    /// Returns the amount to which a clause's rate applies, as an input.
    fn base(&self, base: Base, agreed: &AgreedDeliverable) -> Inputs {
        vec![
            ("base", Value::Word(base.as_str())),
            ("base_amount", money(self.contract.agreed.base_amount(base, agreed))),
        ]
    }

    /// Returns the inputs of the amount of a breach by a low score.
    fn on_score(&self, place: usize, clause: &Clause) -> Option<Inputs> {
        let Clause::LowScore { tiers } = clause else { return None };
        let (_, score) = (*self.contract.scores.get(place)?)?;
        let tier = |below: Value, rate: Rate| Value::Row(vec![("below", below), ("rate", rate.into())]);
        let applied = score_tier(tiers, score);
        Some(vec![
            ("gross", money(self.milestones.get(place)?.gross)),
            ("score", score.into()),
            ("limit", applied.map(|tier| tier.below).into()),
            ("rate", applied.map(|tier| tier.rate).into()),
            ("tiers", Value::List(tiers.iter().map(|t| tier(t.below.into(), t.rate)).collect())),
        ])
    }

    /// Returns the inputs of the amount of a breach by a month with too few workers.
    fn on_headcount(&self, place: usize, clause: &Clause) -> Option<Inputs> {
        let Clause::Staffing { clients_per_worker, amount_per_worker } = clause else { return None };
        let headcount = self.contract.facts.headcounts.get(place)?;
        let short = crate::domain::standing::breaches::workers_short(headcount, clients_per_worker.get());
        Some(vec![
            ("clients", Value::Count(headcount.clients.get().into())),
            ("workers", Value::Count(headcount.workers.get().into())),
            ("clients_per_worker", Value::Count(clients_per_worker.get().into())),
            ("short", Value::Count(short)),
            ("amount_per_worker", Sum::from(*amount_per_worker).into()),
        ])
    }

    /// Returns the inputs of the amount of a breach by an incident.
    fn on_incident(&self, place: usize, clause: &Clause) -> Option<Inputs> {
        let Clause::Incident { amount, rate } = clause else { return None };
        let (version, _) = (*self.contract.incident_clauses.get(place)?)?;
        let contract = self.contract.versions.get(version)?.agreed.amount;
        match amount {
            Some(amount) => Some(vec![("amount", Sum::from(*amount).into())]),
            None => Some(vec![("contract", money(contract)), ("rate", (*rate).into())]),
        }
    }

    /// Returns the step behind a breach's charge.
    fn charge(&self, breach: &Breach, charge: &Charge) -> Step {
        let satisfied_on = charge.settled_in.and_then(|milestone| self.milestones.get(milestone.0)?.satisfied_on);
        let inputs = vec![
            ("amount", money(breach.amount)),
            ("outside_cap", Value::Yes(breach.term.outside_cap)),
            ("room", charge.room_under_cap.map(Sum).into()),
            ("waived_on", breach.waived_on.map(date).into()),
            ("satisfied_on", satisfied_on.map(date).into()),
        ];
        Step::rule("charge", inputs, money(charge.charged))
    }

    /// Returns the steps behind a milestone's gross, deductions, payable, due day and interest.
    pub(super) fn milestone_trail(&self, place: usize, payment: &Payment) -> Vec<Step> {
        let (Some(agreed), Some(reached)) = (self.contract.agreed.milestones.get(place), self.milestones.get(place))
        else {
            return Vec::new();
        };
        let gross = money(reached.gross);
        let mut steps = vec![match agreed.terms.amount {
            Some(amount) => Step::rule("gross", vec![("amount", Sum::from(amount).into())], gross.clone()),
            None => Step::with_rule(
                "gross_by_quantity",
                "gross",
                vec![("deliverables", self.accepted(&agreed.requires))],
                gross.clone(),
            ),
        }];
        if reached.satisfied_on.is_none() {
            let never = || vec![("satisfied_on", Value::None)];
            steps.push(Step::with_rule("unsatisfied", "deductions", never(), money(0)));
            steps.push(Step::with_rule("unsatisfied", "payable", never(), money(0)));
            return steps;
        }
        let (deductions, payable) = (money(payment.borne.deductions), money(payment.borne.payable));
        let inputs = vec![
            ("gross", gross.clone()),
            ("charges", self.charges_borne_by(place)),
            ("carried", money(payment.borne.carried)),
        ];
        steps.push(Step::rule("deductions", inputs, deductions.clone()));
        steps.push(Step::rule("payable", vec![("gross", gross), ("deductions", deductions)], payable));
        let days = payment.terms.map_or(0, |terms| terms.days);
        let inputs = vec![("clock", payment.clock.map(date).into()), ("payment_days", count(days))];
        steps.push(Step::with_rule("due_on", PAYMENT_ARTICLE, inputs, payment.due_on.map(date).into()));
        steps.push(self.interest(payment));
        steps
    }

    /// Returns the required deliverables that are final, with the inputs of gross.
    fn accepted(&self, requires: &[usize]) -> Value {
        let row = |place: &usize| {
            let (agreed, progress) = (self.contract.agreed.deliverables.get(*place)?, self.progress.get(*place)?);
            Some(Value::Row(vec![
                ("deliverable", (&agreed.terms.code).into()),
                ("accepted", quantity(progress.accepted.as_ref()?.quantity)),
                ("planned", quantity(agreed.planned)),
                ("unit_price", money(agreed.unit_price)),
            ]))
        };
        Value::List(requires.iter().filter_map(row).collect())
    }

    /// Returns the charges that the milestone at this index bears, as inputs of its deductions.
    fn charges_borne_by(&self, milestone: usize) -> Value {
        let borne = self
            .breaches
            .iter()
            .zip(&self.settlement.charges)
            .filter(|(_, charge)| charge.settled_in == Some(MilestoneIx(milestone)));
        let row = |(breach, charge): (&Breach, &Charge)| {
            Value::Row(vec![
                ("clause", (&breach.term.code).into()),
                ("subject", Value::Name(breach.code.to_owned())),
                ("charged", money(charge.charged)),
            ])
        };
        Value::List(borne.map(row).collect())
    }

    /// Returns the step behind a milestone's late interest.
    fn interest(&self, payment: &Payment) -> Step {
        let row = |owed: &crate::domain::standing::payment::Owed| {
            Value::Row(vec![
                ("from", day(owed.from)),
                ("to", day(owed.to)),
                ("days", count(owed.to - owed.from + 1)),
                ("owed", money(owed.owed)),
            ])
        };
        let inputs = vec![
            ("daily_rate", payment.terms.map(|terms| terms.daily_rate).into()),
            ("overdue", Value::List(payment.owed.iter().map(row).collect())),
        ];
        Step::with_rule("late_interest", INTEREST_ARTICLE, inputs, money(payment.late_interest))
    }

    /// Returns the steps behind each measure, the score and the rating.
    pub(super) fn performance_trail(&self, measures: &Measures, score: Option<Points>) -> Vec<Step> {
        let scorecard = &self.contract.agreed.terms.scorecard;
        let points = || Value::Count(scorecard.points_per_late_day.get().into());
        let steps = [
            measures.quantity.map(|result| ("quantity", vec![("deliverables", self.quantities())], result)),
            measures.timeliness.map(|result| {
                (
                    "timeliness",
                    vec![("points_per_late_day", points()), ("deliverables", self.lateness_of_each())],
                    result,
                )
            }),
            measures.first_pass.map(|result| {
                let (passed, of) = self.measuring().first_passes();
                ("first_pass", vec![("passed", Value::Count(passed)), ("decided", Value::Count(of))], result)
            }),
            measures.quality.map(|result| ("quality", vec![("indicators", self.indicators())], result)),
            measures.compliance.map(|result| ("compliance", vec![("breaches", self.severities())], result)),
            measures.satisfaction.map(|result| {
                let surveys = self.measuring().surveys().map(Value::Score).collect();
                ("satisfaction", vec![("surveys", Value::List(surveys))], result)
            }),
        ];
        let mut steps: Vec<Step> =
            steps.into_iter().flatten().map(|(kind, inputs, result)| Step::rule(kind, inputs, result.into())).collect();
        let row = |(measure, value, weight): (&'static str, Points, u64)| {
            let weight = Value::Count(weight.into());
            Value::Row(vec![("measure", Value::Word(measure)), ("value", value.into()), ("weight", weight)])
        };
        let weighed = weighed(measures, &scorecard.weights).map(row).collect();
        steps.push(Step::rule("score", vec![("measures", Value::List(weighed))], score.into()));
        if let Some(score) = score {
            let word = Value::Word(rating(score).as_str());
            steps.push(Step::rule("rating", vec![("score", score.into())], word));
        }
        steps
    }

    fn quantities(&self) -> Value {
        let row = |(place, accepted, planned): (usize, i128, i128)| {
            let agreed = self.contract.agreed.deliverables.get(place)?;
            Some(Value::Row(vec![
                ("deliverable", (&agreed.terms.code).into()),
                ("accepted", quantity(accepted)),
                ("planned", quantity(planned)),
                ("unit_price", money(agreed.unit_price)),
            ]))
        };
        Value::List(self.measuring().quantities().filter_map(row).collect())
    }

    fn lateness_of_each(&self) -> Value {
        let measuring = self.measuring();
        let rows = measuring.timed().filter_map(|(place, progress)| {
            let code = &self.contract.agreed.deliverables.get(place)?.terms.code;
            Some(Value::Row(vec![("deliverable", code.into()), ("days_late", count(progress.days_late))]))
        });
        Value::List(rows.collect())
    }

    fn indicators(&self) -> Value {
        let measuring = self.measuring();
        let rows = measuring.indicators().filter_map(|(place, indicator, value)| {
            let code = &self.contract.agreed.deliverables.get(place)?.terms.code;
            Some(Value::Row(vec![
                ("deliverable", code.into()),
                ("indicator", (&indicator.code).into()),
                ("measured", value.into()),
                ("target", indicator.target.into()),
                ("direction", Value::Word(indicator.direction.as_str())),
            ]))
        });
        Value::List(rows.collect())
    }

    fn severities(&self) -> Value {
        let row = |(severity, breaches): (Severity, i128)| {
            let points = Value::Count(cost(severity));
            Value::Row(vec![
                ("severity", Value::Word(severity.as_str())),
                ("count", Value::Count(breaches)),
                ("points", points),
            ])
        };
        Value::List(self.measuring().standing_breaches().into_iter().map(row).collect())
    }
}

fn money(fen: i128) -> Value {
    Value::Money(Sum(fen))
}

fn quantity(units: i128) -> Value {
    u64::try_from(units).ok().and_then(Quantity::from_units).into()
}

fn count(number: i32) -> Value {
    Value::Count(number.into())
}

fn day(day: Day) -> Value {
    Value::Date(date(day))
}
