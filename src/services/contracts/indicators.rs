//! Values of quality indicators outside the bounds of their units, each with the indicator's name.

use rust_decimal::Decimal;

use crate::domain::details::Details;
use crate::domain::indicators::IndicatorUnit;
use crate::domain::numbers::{Code, Measured};
use crate::domain::terms::{Deliverable, Terms};
use crate::error::{FieldError, Message};

/// Returns the fault of a value outside the bounds of the indicator's unit; `None` if it is within them.
pub(in crate::services) fn value_fault(details: &Details, code: &str, value: Measured) -> Option<Message> {
    let unit = details.indicator_unit(code);
    let key = match unit {
        IndicatorUnit::Percent => "value-percent",
        IndicatorUnit::Points => "value-points",
        IndicatorUnit::Ratio => "value-ratio",
        IndicatorUnit::Count => "value-count",
        IndicatorUnit::Other => return None,
    };
    let message = Message::new(key).with("indicator", details.indicator(code)).with("value", value);
    (!unit.admits(value)).then_some(message)
}

/// Returns the question about a value of at most 1 where the target shows that 100 is the whole, such as 0.84 for 84 %;
/// `None` for another value.
pub(in crate::services) fn share_doubt(
    details: &Details,
    agreed: &Deliverable,
    code: &Code,
    value: Measured,
) -> Option<Message> {
    let target = agreed.indicators.iter().find(|indicator| indicator.code == *code)?.target;
    if !matches!(details.indicator_unit(code.as_str()), IndicatorUnit::Percent | IndicatorUnit::Points) {
        return None;
    }
    let number = |measured: Measured| measured.to_string().parse::<Decimal>().unwrap_or_default();
    let (points, target) = (number(value), number(target));
    let is_share = !points.is_zero() && points < Decimal::ONE && target > Decimal::ONE;
    if !(is_share || points == Decimal::ONE && target >= Decimal::TEN) {
        return None;
    }
    let percent = (points * Decimal::ONE_HUNDRED).normalize();
    let message = Message::new("measured-as-share").with("indicator", details.indicator(code.as_str()));
    Some(message.with("value", value).with("percent", percent))
}

/// Returns the faults of targets, each at its path within a contract's input.
pub(in crate::services) fn target_faults(terms: &Terms, details: &Details) -> Vec<FieldError> {
    let rows = terms.deliverables.iter().enumerate().flat_map(|(row, deliverable)| {
        deliverable.indicators.iter().enumerate().map(move |(inner, indicator)| (row, inner, indicator))
    });
    let faults = rows.filter_map(|(row, inner, indicator)| {
        let message = value_fault(details, indicator.code.as_str(), indicator.target)?;
        Some(FieldError { path: format!("terms.deliverables[{row}].indicators[{inner}].target"), message })
    });
    faults.collect()
}
