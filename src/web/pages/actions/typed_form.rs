//! A typed form on the confirmation page of its act: the values in their fields, the faults at them, and what the page
//! has no field for.

use crate::error::Message;
use crate::services::contracts::view::ContractOverview;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::parse_date;
use crate::web::pages::actions::act::Act;
use crate::web::pages::actions::uploads::UploadAct;
use crate::web::pages::failure::typed_words;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind, fill, sort_faults};
use crate::web::pages::shell::Shell;

/// Fills the fields with what was typed, and returns the form with its faults. A barred act shows no form to be sent.
pub(super) fn show(
    mut typed: Form,
    page: &mut Shell,
    overview: &ContractOverview,
    act: &Act,
    (fields, is_barred): (&mut [Field], bool),
) -> Form {
    tell_future_day(&mut typed, page, act);
    let form = attach_faults(typed, overview, page, act, fields);
    fill(fields, &form);
    page.typed = unshown(page, &form, fields, is_barred);
    if is_barred {
        page.notice = None;
    }
    form
}

/// Returns what was typed and the page does not show again: words for which there is no field any more and, where the
/// act is barred, everything.
fn unshown(page: &Shell, form: &Form, fields: &[Field], is_barred: bool) -> Vec<String> {
    let is_secret = |field: &Field| matches!(field.kind, FieldKind::Hidden | FieldKind::Password | FieldKind::Code);
    let held = fields.iter().filter(|field| is_barred && !is_secret(field) && !field.value.is_empty());
    let held = held.map(|field| page.labelled(&field.label, field.words()));
    let has_field = |name: &str| fields.iter().any(|field| field.name == name);
    let others = form.values().iter().filter(|(name, _)| !has_field(name)).cloned().collect::<Vec<_>>();
    held.chain(typed_words(&others)).collect()
}

/// Adds a fault for a future day to the other faults of a form; services only report it once the form can be read. An
/// early end may be proposed for a future day.
fn tell_future_day(form: &mut Form, page: &Shell, act: &Act) {
    let is_refused = !form.faults.is_empty() && !form.is_unseen && act.name != "terminate";
    if !is_refused || form.fault("on").is_some() {
        return;
    }
    if FormReader::new(form).optional("on", parse_date).is_some_and(|day| day > page.today) {
        let message = Message::new("day-in-the-future").with("today", page.today);
        form.faults.push(("on".to_owned(), message.text(page.language)));
    }
}

/// Attaches the faults of a form to the act's fields, in their order.
fn attach_faults(mut form: Form, overview: &ContractOverview, page: &Shell, act: &Act, fields: &[Field]) -> Form {
    for (path, words) in &mut form.faults {
        if let Some(code) = path.strip_prefix("milestones.") {
            *words = format!("{} · {words}", overview.snapshot.details.milestone(code));
        }
    }
    let field = |name: &str| fields.iter().find(|field| field.name == name).map(|field| field.label.clone());
    let upload = UploadAct::parse(act.name).filter(|_| act.files.is_some());
    let files =
        |name: &str| upload.filter(|_| act.files == Some(name)).map(|upload| page.say(upload.words_of_files().0));
    let mut form = form.attach_faults(page, |name| field(name).or_else(|| files(name)));
    sort_faults(&mut form, fields);
    form
}
