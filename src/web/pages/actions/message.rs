//! Sending a message to the other parties. The subject is the topic of the message; the form is uploaded, so `uploads`
//! submits it.

use crate::domain::messages::Topic;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::view::ContractPageData;
use crate::web::pages::actions::act::Act;
use crate::web::pages::actions::uploads::reject_without_files;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// The act.
pub const ACT: Act = Act {
    files: Some("files"),
    fields: |context| fields(context.page, context.contract, context.subject()),
    ..Act::new("message", &[Action::SendMessage], reject_without_files)
};

/// Builds the fields of a message, with a proposed topic.
///
/// # Errors
/// `NotFound` for a topic that the contract does not have.
pub fn fields(page: &Shell, data: &ContractPageData, about: &str) -> Result<Vec<Field>, Error> {
    let topic = Topic::parse(about).ok_or(Error::NotFound)?;
    let terms = &data.overview.snapshot.terms;
    let deliverables = terms.deliverables.iter().map(|one| Topic::Deliverable(one.code.as_str().to_owned()));
    let milestones = terms.milestones.iter().map(|one| Topic::Milestone(one.code.as_str().to_owned()));
    let mut topics: Vec<Topic> = std::iter::once(Topic::Contract).chain(deliverables).chain(milestones).collect();
    if let Topic::Payment(id) = &topic {
        data.payments.iter().find(|payment| payment.id == *id).ok_or(Error::NotFound)?;
        topics.push(topic.clone());
    }
    if !topics.contains(&topic) {
        return Err(Error::NotFound);
    }
    let options = topics.iter().map(|topic| (topic.to_string(), describe(page, data, topic))).collect();
    let about = Field::named(page, "about", FieldKind::Choice).options(options).propose(topic);
    let text = Field::new("text", FieldKind::Text, page.say("field-message")).hint(page.say("field-message-hint"));
    Ok(vec![about, text])
}

/// Describes the topic of a message.
pub fn describe(page: &Shell, data: &ContractPageData, topic: &Topic) -> String {
    let details = &data.overview.snapshot.details;
    match topic {
        Topic::Contract => page.say("message-about-contract"),
        Topic::Deliverable(code) => page.labelled(page.say("document-column-deliverable"), details.deliverable(code)),
        Topic::Milestone(code) => page.labelled(page.say("document-column-milestone"), details.milestone(code)),
        Topic::Payment(id) => {
            let payment = data.payments.iter().find(|payment| payment.id == *id);
            let named = |milestone: &str, amount: String| format!("{} · {amount}", details.milestone(milestone));
            let named = payment.map(|payment| named(&payment.milestone, page.money(payment.amount)));
            page.labelled(page.say("said-payment"), named.unwrap_or_default())
        }
    }
}
