//! Accepting or rejecting a submission, with the accepted quantity and the measured indicators.

use std::collections::BTreeMap;

use crate::app::App;
use crate::domain::codes::{StandardKind, StandardOutcome};
use crate::domain::facts::DecisionWord;
use crate::domain::numbers::{Code, Measured, Quantity};
use crate::domain::policy::Action;
use crate::domain::standing::DeliverableState;
use crate::domain::terms::Deliverable;
use crate::error::{Error, FieldError};
use crate::services::contracts::effects::Proposal;
use crate::services::contracts::view::{ActionData, ContractPageData};
use crate::services::deliverables::inspection::{
    self, Candidate, InspectionGroupInput, StandardResult, StandardResults, VoteInput,
};
use crate::services::deliverables::reused::ReusedFile;
use crate::services::deliverables::{self, SubmissionDecisionInput, SubmissionView};
use crate::services::identity::caller::Caller;
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_choice, parse_code, parse_date, parse_measured, parse_quantity};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::checks;
use crate::web::pages::actions::fields::{effective_day, note, number};
use crate::web::pages::actions::summary::{self, SummaryRow};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::{Field, FieldKind};
use crate::web::pages::shell::Shell;

/// The act.
pub const ACT: Act = Act {
    summary: show_submission,
    checks: checks::acceptable,
    fields,
    proposal: Some(propose),
    before_show: record_opening,
    ..Act::new("decision", &[Action::DecideDeliverable], submit)
};

/// Prefix of the fields for measured values; an indicator's code follows.
const MEASURED: &str = "measured.";
/// Number of inspection group members with fields in the form; the first member is the chair.
const GROUP: usize = 5;
/// Separators between the names of the people who took part.
const SEPARATORS: [char; 6] = ['、', ',', '，', ';', '；', '\n'];

/// Returns the number of the last submission of a deliverable, for addresses without a number; empty if there is no
/// submission.
pub fn last_submission(contract: &ContractPageData, deliverable: &str) -> String {
    let found = contract.deliverables.iter().find(|found| found.code == deliverable);
    found.and_then(|found| found.submissions.last()).map(|last| last.no.to_string()).unwrap_or_default()
}

/// Returns the submission that an act is about.
pub fn submission<'a>(context: &'a ActContext<'_>) -> Result<&'a SubmissionView, Error> {
    let deliverables = &context.contract.deliverables;
    let deliverable = deliverables.iter().find(|found| found.code == context.subject()).ok_or(Error::NotFound)?;
    deliverable.submissions.iter().find(|found| found.no.to_string() == context.target.no).ok_or(Error::NotFound)
}

/// Records that an officer opens the submission, which the contractor can then no longer withdraw.
fn record_opening(app: &App, caller: &Caller, target: &ActTarget) -> Result<(), Error> {
    if caller.may(Action::DecideDeliverable).is_err() {
        return Ok(());
    }
    let no = if target.no.is_empty() { None } else { Some(number_of(target)?) };
    deliverables::record_opening(app, caller, &target.contract, (&target.subject, no))
}

/// Shows a submission: its deliverable, day, quantity, note, records and files.
pub fn show_submission(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let mut rows = summary::deliverable(context)?;
    let submission = submission(context)?;
    rows.extend(summary::rows(
        context.page,
        [
            ("submission-on", submission.on.to_string()),
            ("submission-quantity", context.page.money(&submission.quantity)),
            ("submission-note", submission.note.clone()),
        ],
    ));
    let deliverable = context.contract.deliverables.iter().find(|found| found.code == context.subject());
    let counted = deliverable.and_then(|found| context.page.record_totals(&found.records));
    rows.extend(counted.map(|words| SummaryRow::new(context.page, "record-beside", words)));
    let opinions = context.opinions.iter().find(|found| found.deliverable == context.subject());
    rows.extend(
        opinions.map(|found| SummaryRow::new(context.page, "opinions-beside", context.page.opinion_totals(found))),
    );
    let reused: Vec<String> = reused(context).collect();
    if !reused.is_empty() {
        rows.push(SummaryRow::new(context.page, "reused-files", reused.join("\n")));
    }
    if !submission.files.is_empty() {
        let files = submission.files.iter().map(|file| (file.id.as_str(), file.name.as_str(), file.flags.as_slice()));
        rows.push(SummaryRow::new(context.page, "submission-files", String::new()).with_files(files));
    }
    Ok(rows)
}

/// Describes the files of the submission that were submitted for another deliverable as well.
fn reused<'a>(context: &'a ActContext<'_>) -> impl Iterator<Item = String> + 'a {
    let page = context.page;
    let is_own =
        move |file: &&ReusedFile| file.deliverable == context.subject() && file.no.to_string() == context.target.no;
    context.reused.iter().filter(is_own).map(move |file| {
        let details = &context.contract_overview().snapshot.details;
        let place = match (&file.other_contract, &file.other_deliverable) {
            (Some(number), _) => page.with("reused-there", "number", number),
            (None, Some(code)) => details.deliverable(code).to_owned(),
            (None, None) => page.say("reused-unseen"),
        };
        let place = page.with2("reused-on", "place", place, "on", file.other_on);
        page.with2("reused-file", "name", &file.name, "place", place)
    })
}

/// Builds the fields of a decision on a submission.
///
/// # Errors
/// `NotFound` for a submission that does not exist.
pub fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    let page = context.page;
    let submission = submission(context)?;
    let input = &context.contract_overview().snapshot;
    let agreed =
        input.terms.deliverables.iter().find(|d| d.code.as_str() == context.subject()).ok_or(Error::NotFound)?;
    let quantity = number(context, "quantity").propose(&submission.quantity);
    let mut fields = vec![
        Field::choice(page, "decision", "decision", DecisionWord::ALL).propose(DecisionWord::Accepted),
        quantity.hint(page.say("field-accepted-hint")),
    ];
    fields.extend(agreed.indicators.iter().map(|indicator| {
        let target = format!("{} {}", page.word("direction", indicator.direction), indicator.target);
        let label =
            page.with2("field-measured", "name", input.details.indicator(indicator.code.as_str()), "target", target);
        Field::new(format!("{MEASURED}{}", indicator.code), FieldKind::Number, label)
    }));
    let members = Field::named(page, "members", FieldKind::Line).propose(&context.caller.name);
    fields.extend(standard_fields(context, agreed));
    fields.extend((0..GROUP).flat_map(|row| vote_fields(context, row)));
    fields.push(note(context).hint(page.say("field-decision-note-hint")));
    fields.push(members.hint(page.say("field-members-hint")));
    fields.push(effective_day(context, "field-on-decision"));
    Ok(fields)
}

/// Builds the fields for the result of each standard that is stated in words.
fn standard_fields(context: &ActContext<'_>, agreed: &Deliverable) -> Vec<Field> {
    let page = context.page;
    let stated = inspection::standards_in_words(&context.contract_overview().snapshot.details, agreed);
    let rows = stated.into_iter().flat_map(|(kind, text)| {
        let outcomes = StandardOutcome::ALL.iter();
        let outcomes = outcomes.map(|one| (one.to_string(), page.word("document-standard", one))).collect();
        let [outcome, note] = result_names(kind);
        let outcome = Field::new(outcome, FieldKind::Choice, page.say("document-column-conclusion"));
        let note = Field::new(note, FieldKind::Line, page.say("field-standard-note"));
        let legend = page.labelled(page.word("document-standard", kind), text);
        Field::row(&legend, [outcome.options(outcomes).with_empty_choice(page.say("draft-choose")), note])
    });
    rows.collect()
}

/// Returns the names of the fields for outcome and note of a standard.
fn result_names(kind: StandardKind) -> [String; 2] {
    ["outcome", "note"].map(|part| format!("results.{kind}.{part}"))
}

/// Builds the fields for a member of the inspection group.
fn vote_fields(context: &ActContext<'_>, row: usize) -> [Field; 3] {
    let page = context.page;
    let [person, vote, reason] = vote_names(row);
    let name = |person: &Candidate| match person.has_signed_up {
        true => person.name.clone(),
        false => page.noted(&person.name, page.word("person", "invited")),
    };
    let people = context.inspectors.iter().map(|person| (person.username.clone(), name(person))).collect();
    let words = DecisionWord::ALL.iter().map(|word| (word.to_string(), page.word("decision", word))).collect();
    let choice = |name, label, options| {
        Field::new(name, FieldKind::Choice, page.say(label))
            .options(options)
            .with_empty_choice(page.say("draft-choose"))
    };
    let legend = if row == 0 { page.say("inspection-chair") } else { page.with("inspection-member-no", "no", row + 1) };
    let fields = [
        choice(person, "document-column-member", people),
        choice(vote, "document-column-vote", words),
        Field::new(reason, FieldKind::Line, page.say("field-vote-reason")),
    ];
    Field::row(&legend, fields)
}

/// Returns the names of the fields for a member of the inspection group.
fn vote_names(row: usize) -> [String; 3] {
    ["person", "vote", "reason"].map(|part| format!("group.votes[{row}].{part}"))
}

/// Returns the number of the submission.
pub fn number_of(target: &ActTarget) -> Result<u64, Error> {
    target.no.parse().map_err(|_| Error::NotFound)
}

fn propose(target: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    let deliverable = target.subject.clone();
    Ok(Proposal::Decision { deliverable, no: number_of(target)?, input: read_input(form)? })
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    let input = read_input(form)?;
    deliverables::decide(app, caller, &target.contract, (&target.subject, number_of(target)?), &input)
        .map_err(|refused| at_rows(refused, form))?;
    Ok(())
}

/// Reads a decision.
///
/// # Errors
/// `Malformed` with every fault.
pub fn read_input(form: &Form) -> Result<SubmissionDecisionInput, Error> {
    let mut reader = FormReader::new(form);
    let decision = reader.required("decision", parse_choice::<DecisionWord>);
    // A rejected submission has no accepted quantity and no measured values, whatever the form proposed.
    let is_rejected = decision == Some(DecisionWord::Rejected);
    let quantity = if is_rejected { None } else { reader.optional("quantity", parse_quantity) };
    let measured = (!is_rejected).then(|| read_measured(&mut reader, form));
    let members = reader.text("members");
    let members = members.split(SEPARATORS).map(str::trim).filter(|name| !name.is_empty());
    let results = read_results(&mut reader);
    let group = read_group(&mut reader);
    let input = decision.map(|decision| SubmissionDecisionInput {
        decision,
        quantity,
        measured,
        note: reader.optional_text("note"),
        members: members.map(str::to_owned).collect(),
        group,
        results,
        on: reader.prefilled("on", parse_date),
        confirmed: form.is_confirmed(),
    });
    match input {
        Some(input) => reader.finish_checked(input, |input| {
            deliverables::check_acceptance_record(input).map_err(|refused| at_rows(refused, form))
        }),
        None => reader.finish(None),
    }
}

fn read_measured(reader: &mut FormReader<'_, Form>, form: &Form) -> BTreeMap<Code, Measured> {
    let filled = form.with_prefix(MEASURED).filter(|(_, value)| !value.is_empty());
    let values = filled.filter_map(|(code, _)| {
        let name = format!("{MEASURED}{code}");
        reader.optional(&name, |typed| Ok((parse_code(code)?, parse_measured(typed)?)))
    });
    values.collect()
}

/// Returns the decision that a form takes, in words; empty for another act.
pub fn chosen(page: &Shell, target: &ActTarget, form: &Form) -> String {
    let decision = FormReader::new(form).optional_text("decision").filter(|_| target.act.name == ACT.name);
    decision.map(|decision| page.word("decision", decision)).unwrap_or_default()
}

/// Returns the quantity that a submission lacks, and the proposals to accept it in part and to return it. The accepted
/// quantity is the typed one or, at first, the submitted one. `None` if nothing is missing or the due day has passed.
pub fn choices(data: &ActionData, page: &Shell, target: &ActTarget, form: &Form) -> Option<(Quantity, [Proposal; 2])> {
    let snapshot = &data.contract.overview.snapshot;
    let deliverable = data.contract.deliverables.iter().find(|found| found.code == target.subject)?;
    let submission = deliverable.submissions.iter().find(|found| found.no.to_string() == target.no)?;
    let agreed = snapshot.terms.deliverables.iter().find(|agreed| agreed.code.as_str() == target.subject)?;
    let mut reader = FormReader::new(form);
    let given = reader.optional("quantity", parse_quantity).or_else(|| submission.quantity.parse().ok())?;
    let missing = agreed.quantity.units().checked_sub(given.units()).filter(|units| *units > 0)?;
    if deliverable.standing.state != DeliverableState::Submitted || deliverable.standing.due_on < page.today {
        return None;
    }
    let measured = read_measured(&mut reader, form);
    let proposal = |decision, quantity, measured| Proposal::Decision {
        deliverable: target.subject.clone(),
        no: submission.no,
        input: SubmissionDecisionInput::of_effects(decision, quantity, measured, None),
    };
    let both =
        [proposal(DecisionWord::Partial, Some(given), Some(measured)), proposal(DecisionWord::Rejected, None, None)];
    Some((Quantity::from_units(missing)?, both))
}

fn read_results(reader: &mut FormReader<'_, Form>) -> StandardResults {
    let results = StandardKind::ALL.iter().filter_map(|kind| {
        let [outcome, note] = result_names(*kind);
        let note = reader.text(&note);
        let outcome = if note.is_empty() {
            reader.optional(&outcome, parse_choice::<StandardOutcome>)
        } else {
            reader.required(&outcome, parse_choice::<StandardOutcome>)
        };
        outcome.map(|outcome| (*kind, StandardResult { outcome, note }))
    });
    results.collect()
}

/// Returns the rows of the inspection group in which something was typed.
fn filled_rows(form: &Form) -> Vec<usize> {
    let is_filled = |row: &usize| vote_names(*row).iter().any(|name| !form.value(name).is_empty());
    (0..GROUP).filter(is_filled).collect()
}

fn read_group(reader: &mut FormReader<'_, Form>) -> Option<InspectionGroupInput> {
    let rows = filled_rows(reader.fields());
    let votes: Vec<VoteInput> = rows
        .iter()
        .filter_map(|row| {
            let [person, vote, reason] = vote_names(*row);
            let person = reader.required_text(&person);
            let vote = reader.required(&vote, parse_choice::<DecisionWord>);
            Some(VoteInput { person, vote: vote?, reason: reader.text(&reason) })
        })
        .collect();
    let [chair, ..] = vote_names(0);
    (!rows.is_empty()).then(|| InspectionGroupInput { chair: reader.text(&chair), votes })
}

/// Moves faults of the inspection group to the rows of the members that they are about.
pub fn at_rows(refused: Error, form: &Form) -> Error {
    let rows = filled_rows(form);
    let moved = |path: &str| {
        if path == "group.chair" || path == "group.votes" {
            return vote_names(0)[0].clone();
        }
        let at = path.strip_prefix("group.votes[").and_then(|rest| rest.split_once(']'));
        let row = at.and_then(|(index, part)| Some((rows.get(index.parse::<usize>().ok()?)?, part)));
        row.map_or_else(|| path.to_owned(), |(row, part)| format!("group.votes[{row}]{part}"))
    };
    match refused {
        Error::Refused { rule, errors } => {
            let at = |fault: FieldError| FieldError { path: moved(&fault.path), ..fault };
            Error::Refused { rule, errors: errors.into_iter().map(at).collect() }
        }
        other => other,
    }
}
