//! Lines of the check of a batch: the display of each payment request, and the fields of its decision.

use crate::domain::payments::PaymentStep;
use crate::services::contracts::effect_views;
use crate::services::payments::batch::BatchLine;
use crate::web::pages::actions::checks::Condition;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// Decisions on a line beside the step itself.
pub(super) const RETURN: &str = "return";
pub(super) const LEAVE: &str = "leave";

/// A line of the check with its fields.
pub(super) struct ShownLine {
    pub line: BatchLine,
    /// Names and values of its summary.
    pub rows: Vec<(String, String)>,
    /// Reason for which the step cannot be taken, whatever the result of the checks.
    pub barred: Option<String>,
    pub conditions: Vec<Condition>,
    /// Fields of the line; empty if no decision is possible.
    pub fields: Vec<Field>,
}

impl ShownLine {
    /// Returns the names of the failed checks on the page, in the format of its form.
    pub fn seen(&self) -> String {
        [SEEN].into_iter().chain(self.line.failing()).collect::<Vec<_>>().join(" ")
    }
}

/// Returns the name of a field of a line, which is counted from 0.
pub(super) fn name_of(place: usize, field: &str) -> String {
    format!("lines.{place}.{field}")
}

/// Mark before the names of the failed checks on a page, which distinguishes a form without the field from one without
/// failed checks.
const SEEN: &str = "seen";

/// Reads the names of the failed checks on the page of a form; `None` for a form without the field.
pub(super) fn seen(value: &str) -> Option<Vec<String>> {
    let mut names = value.split(' ');
    (names.next() == Some(SEEN)).then(|| names.map(str::to_owned).collect())
}

/// Builds the summary of a line.
pub(super) fn rows(page: &Shell, line: &BatchLine) -> Vec<(String, String)> {
    let item = &line.item;
    let parties = [item.purchaser.name.as_str(), &item.contractor.name];
    let account = line.account.as_ref().map(|account| {
        (page.say("payment-account"), format!("{} · {} · {}", account.name, account.bank, account.number))
    });
    let due = item.due_on.map(|day| (page.say("payments-due"), page.day(&day)));
    let first = [
        (page.say("contracts-column-contract"), page.noted(&item.title, &item.number)),
        (page.say("contracts-column-parties"), page.joined("document-list", &parties)),
        (page.say("payment-kind"), page.word("payment-kind", item.kind)),
        (page.say("payment-amount"), page.money(item.amount)),
    ];
    let changed = line.day_effects.effects.iter().filter_map(|effect| {
        let (terms, details) = line.day_effects.names.as_ref()?;
        let effect = effect_views::words(effect, (terms, details), page.language, &|day| day.to_string());
        Some((effect.name, format!("{} → {}", effect.before, effect.after)))
    });
    first.into_iter().chain(account).chain(due).chain(changed).collect()
}

/// Builds the fields of a line.
pub(super) fn fields(page: &Shell, step: PaymentStep, place: usize, line: &BatchLine) -> Vec<Field> {
    let mut decisions: Vec<(String, String)> = Vec::new();
    if line.may_be_taken() {
        decisions.push((step.to_string(), page.word("act", step)));
    }
    if line.is_returnable {
        decisions.push((RETURN.to_owned(), page.say("act-payment-return")));
    }
    if decisions.is_empty() {
        return Vec::new();
    }
    decisions.push((LEAVE.to_owned(), page.say("batch-leave")));
    let proposed = if line.may_be_taken() { step.as_str() } else { LEAVE };
    let field = |name: &str, kind: FieldKind, label: &str| Field::new(name_of(place, name), kind, page.say(label));
    let reason = field("reason", FieldKind::Line, "field-reason");
    let hint = if line.may_be_taken() && line.needs_reason() { "batch-reason-needed" } else { "batch-reason-hint" };
    let mut fields = vec![
        field("do", FieldKind::Choice, "batch-decision").options(decisions).propose(proposed),
        reason.hint(page.say(hint)),
    ];
    if line.may_be_taken() && step == PaymentStep::Pay {
        fields.push(field("voucher", FieldKind::Line, "field-voucher"));
        fields.push(field("on", FieldKind::Day, "field-on-pay").propose(page.today));
    }
    fields
}

/// Returns the label of a field in the list of faults, with the name of its line.
pub(super) fn label(page: &Shell, lines: &[ShownLine], proof: &[Field], name: &str) -> Option<String> {
    if let Some(field) = proof.iter().find(|field| field.name == name) {
        return Some(field.label.clone());
    }
    lines.iter().find_map(|shown| {
        let field = shown.fields.iter().find(|field| field.name == name)?;
        let item = &shown.line.item;
        Some(page.noted(&field.label, format!("{} {}", item.number, item.name)))
    })
}
