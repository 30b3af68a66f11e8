//! The act of submitting a deliverable. Its form carries files, so `uploads` handles the POST. After a rejection the
//! form shows the reason and is filled in with the last submission.

use crate::domain::facts::DecisionWord;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::history::Entry;
use crate::services::deliverables::{DecisionView, DeliverableView, SubmissionView};
use crate::web::pages::actions::act::{Act, ActContext};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::fields::{note, number};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::actions::uploads;
use crate::web::pages::forms::field::Field;

/// The act.
pub const ACT: Act = Act {
    files: Some("files"),
    summary: show_deliverable,
    checks: checks::submittable,
    fields,
    ..Act::new("submission", &[Action::SubmitDeliverable], uploads::reject_without_files)
};

/// A deliverable, its rejected submission and the decision that rejected it.
type LastRejected<'a> = (&'a DeliverableView, &'a SubmissionView, &'a DecisionView);

/// Returns the last submission of the deliverable, if it was rejected.
fn last_rejected<'a>(context: &'a ActContext<'_>) -> Option<LastRejected<'a>> {
    let deliverable = context.contract.deliverables.iter().find(|found| found.code == context.subject())?;
    let last = deliverable.submissions.last()?;
    let decision = last.decision.as_ref().filter(|decision| decision.decision == DecisionWord::Rejected)?;
    Some((deliverable, last, decision))
}

fn show_deliverable(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let mut all = summary::deliverable(context)?;
    let Some((deliverable, last, decision)) = last_rejected(context) else { return Ok(all) };
    let page = context.page;
    let is_it = |entry: &&Entry| {
        entry.what == "fact-decision"
            && entry.about.contains(&deliverable.code)
            && entry.at == decision.recorded_at.and_utc()
    };
    let by = context.contract_overview().history.iter().find(is_it).and_then(|entry| entry.by.as_ref());
    all.extend(summary::rows(
        page,
        [
            ("returned-reason", decision.note.clone()),
            ("returned-by", by.map(|by| page.noted(by, page.day(&decision.on))).unwrap_or_default()),
            ("cure-until", deliverable.cure_until.map(|day| page.day(&day)).unwrap_or_default()),
        ],
    ));
    if !last.files.is_empty() {
        let files = last.files.iter().map(|file| (file.id.as_str(), file.name.as_str(), file.flags.as_slice()));
        all.push(SummaryRow::new(page, "returned-files", String::new()).with_files(files));
    }
    Ok(all)
}

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let terms = &context.contract_overview().snapshot.terms;
    let agreed = terms.deliverables.iter().find(|d| d.code.as_str() == context.subject()).ok_or(Error::NotFound)?;
    let quantity = number(context, "quantity").hint(context.page.say("field-submitted-hint"));
    let (quantity, note) = match last_rejected(context) {
        Some((_, last, _)) => (quantity.propose(&last.quantity), note(context).propose(&last.note)),
        None => {
            let deliverable = context.contract.deliverables.iter().find(|found| found.code == context.subject());
            let withdrawn = deliverable.and_then(|found| found.withdrawn_note.as_deref()).unwrap_or_default();
            (quantity.propose(agreed.quantity), note(context).propose(withdrawn))
        }
    };
    Ok(vec![quantity, note])
}
