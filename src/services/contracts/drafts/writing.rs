//! Fields from a contract: the inverse of `reading`, so that a draft contract can be edited again.

use crate::domain::details::Details;
use crate::domain::terms::{BreachTerm, Clause, Terms};
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::registration::ContractView;

/// Returns the fields that `reading` reads as this contract.
pub fn fields_of(contract: &ContractView) -> Fields {
    let mut fields = Fields::default();
    let day = |day: Option<chrono::NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    for (name, value) in [
        ("number", contract.number.clone()),
        ("title", contract.title.clone()),
        ("purchaser", contract.purchaser.code.clone()),
        ("funder", contract.funder.code.clone()),
        ("contractor", contract.contractor.code.clone()),
        ("regime", contract.regime.to_string()),
        ("method", contract.method.clone()),
        ("plan_no", contract.plan_no.clone()),
        ("award_on", day(contract.award_on)),
        ("signed_on", day(contract.signed_on)),
        ("appropriation", contract.appropriation.clone().unwrap_or_default()),
        ("notes", contract.details.notes.clone()),
    ] {
        fields.set(name, value);
    }
    scalars(&mut fields, &contract.terms);
    rows(&mut fields, &contract.terms, &contract.details);
    for (row, term) in contract.terms.breach_terms.iter().enumerate() {
        clause(&mut fields, &format!("clauses.{row}"), term, &contract.details);
    }
    fields
}

fn optional(value: Option<impl ToString>) -> String {
    value.map(|value| value.to_string()).unwrap_or_default()
}

fn ticked(is: bool) -> &'static str {
    if is { "yes" } else { "" }
}

fn scalars(fields: &mut Fields, terms: &Terms) {
    let termination = terms.termination.clone().unwrap_or_default();
    let (card, weights) = (&terms.scorecard, &terms.scorecard.weights);
    for (name, value) in [
        ("amount", terms.amount.to_string()),
        ("starts_on", terms.starts_on.to_string()),
        ("ends_on", terms.ends_on.to_string()),
        ("penalty_cap", optional(terms.penalty_cap.map(|rate| rate.percent().to_string()))),
        ("late_payment_daily_rate", terms.late_payment_daily_rate.percent().to_string()),
        ("payment_from", terms.payment_from.to_string()),
        ("inspection_days", optional(terms.inspection_days)),
        ("deemed_acceptance", ticked(terms.deemed_acceptance).to_owned()),
        ("cure_days", terms.cure_days.to_string()),
        ("termination.penalty_fraction", optional(termination.penalty_fraction.map(|rate| rate.percent().to_string()))),
        ("termination.days_late", optional(termination.days_late)),
        ("termination.breaches", optional(termination.breaches)),
        ("scorecard.points_per_late_day", card.points_per_late_day.to_string()),
        ("scorecard.weights.quantity", weights.quantity.to_string()),
        ("scorecard.weights.timeliness", weights.timeliness.to_string()),
        ("scorecard.weights.first_pass", weights.first_pass.to_string()),
        ("scorecard.weights.quality", weights.quality.to_string()),
        ("scorecard.weights.compliance", weights.compliance.to_string()),
        ("scorecard.weights.satisfaction", weights.satisfaction.to_string()),
    ] {
        fields.set(name, value);
    }
}

fn rows(fields: &mut Fields, terms: &Terms, details: &Details) {
    for (row, item) in terms.items.iter().enumerate() {
        let at = format!("items.{row}");
        let words = details.items.get(item.code.as_str()).cloned().unwrap_or_default();
        fields.set(format!("{at}.code"), &item.code);
        fields.set(format!("{at}.quantity"), item.quantity);
        fields.set(format!("{at}.unit_price"), item.unit_price);
        fields.set(format!("{at}.name"), words.name);
        fields.set(format!("{at}.unit"), words.unit);
        fields.set(format!("{at}.service"), words.service);
        fields.set(format!("{at}.standard"), words.standard);
    }
    for (row, deliverable) in terms.deliverables.iter().enumerate() {
        let at = format!("deliverables.{row}");
        let words = details.deliverables.get(deliverable.code.as_str()).cloned().unwrap_or_default();
        let pays = terms.milestones.iter().find(|milestone| milestone.requires.contains(&deliverable.code));
        fields.set(format!("{at}.code"), &deliverable.code);
        fields.set(format!("{at}.item"), &deliverable.item);
        fields.set(format!("{at}.quantity"), deliverable.quantity);
        fields.set(format!("{at}.due_on"), deliverable.due_on);
        fields.set(format!("{at}.milestone"), optional(pays.map(|milestone| &milestone.code)));
        fields.set(format!("{at}.name"), words.name);
        fields.set(format!("{at}.place"), words.place);
        fields.set(format!("{at}.evidence"), words.evidence);
        for (number, indicator) in deliverable.indicators.iter().enumerate() {
            let at = format!("{at}.indicators.{number}");
            let named = details.indicators.get(indicator.code.as_str());
            fields.set(format!("{at}.code"), &indicator.code);
            fields.set(format!("{at}.name"), named.map(|words| words.name.as_str()).unwrap_or_default());
            fields.set(format!("{at}.unit"), optional(named.and_then(|words| words.unit)));
            fields.set(format!("{at}.target"), indicator.target);
            fields.set(format!("{at}.direction"), indicator.direction);
        }
    }
    for (row, milestone) in terms.milestones.iter().enumerate() {
        let at = format!("milestones.{row}");
        fields.set(format!("{at}.code"), &milestone.code);
        fields.set(format!("{at}.amount"), optional(milestone.amount));
        fields.set(format!("{at}.not_before"), optional(milestone.not_before));
        fields.set(format!("{at}.requires_score"), ticked(milestone.requires_score));
        fields.set(format!("{at}.payment_days"), milestone.payment_days);
        let words = details.milestones.get(milestone.code.as_str()).cloned().unwrap_or_default();
        fields.set(format!("{at}.name"), words.name);
    }
}

fn clause(fields: &mut Fields, at: &str, term: &BreachTerm, details: &Details) {
    let words = details.clauses.get(term.code.as_str()).cloned().unwrap_or_default();
    let mut set = |name: &str, value: String| fields.set(format!("{at}.{name}"), value);
    set("code", term.code.to_string());
    set("kind", term.clause.kind().to_string());
    set("severity", term.severity.to_string());
    set("outside_cap", ticked(term.outside_cap).to_owned());
    set("name", words.name);
    set("text", words.text);
    match &term.clause {
        Clause::LateDelivery { grace_days, daily_rate, base, cap, .. } => {
            set("grace_days", grace_days.to_string());
            set("daily_rate", daily_rate.percent().to_string());
            set("base", base.to_string());
            set("cap", optional(cap.map(|rate| rate.percent().to_string())));
        }
        Clause::NonDelivery { after_days, rate, base, .. } => {
            set("after_days", after_days.to_string());
            set("rate", rate.percent().to_string());
            set("base", base.to_string());
        }
        Clause::QuantityShortfall { tolerance, rate, .. } => {
            set("tolerance", tolerance.percent().to_string());
            set("rate", rate.percent().to_string());
        }
        Clause::QualityShortfall { indicator, base, tiers, .. } => {
            set("indicator", indicator.to_string());
            set("base", base.to_string());
            for (number, tier) in tiers.iter().enumerate() {
                set(&format!("tiers.{number}.limit"), tier.beyond.to_string());
                set(&format!("tiers.{number}.rate"), tier.rate.percent().to_string());
            }
        }
        Clause::LowScore { tiers } => {
            for (number, tier) in tiers.iter().enumerate() {
                set(&format!("tiers.{number}.limit"), tier.below.to_string());
                set(&format!("tiers.{number}.rate"), tier.rate.percent().to_string());
            }
        }
        Clause::Staffing { clients_per_worker, amount_per_worker } => {
            set("clients_per_worker", clients_per_worker.to_string());
            set("amount_per_worker", amount_per_worker.to_string());
        }
        Clause::Incident { amount, rate } => {
            set("amount", optional(*amount));
            set("rate", optional(rate.map(|rate| rate.percent().to_string())));
        }
    }
    let named: Vec<&str> = term.clause.deliverables().iter().map(|code| code.as_str()).collect();
    set("deliverables", named.join("\n"));
}
