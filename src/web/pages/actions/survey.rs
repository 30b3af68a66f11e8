//! Recording the score of a satisfaction survey, 0 to 100, which clauses and evaluations read. Single answers are not
//! stored.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::contracts::effects::Proposal;
use crate::services::identity::caller::Caller;
use crate::services::performance::observations::{self, SurveyInput};
use crate::services::shared::form_reader::FormReader;
use crate::services::shared::typed_values::{parse_date, parse_score};
use crate::web::pages::actions::act::{Act, ActContext, ActTarget};
use crate::web::pages::actions::fields::{effective_day, note, number};
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;

/// The act.
pub const ACT: Act = Act { fields, proposal: Some(propose), ..Act::new("survey", &[Action::RecordSurvey], submit) };

fn fields(context: &ActContext<'_>) -> Result<Vec<Field>, Error> {
    Ok(vec![number(context, "score"), note(context), effective_day(context, "field-on-survey")])
}

fn propose(_: &ActTarget, form: &Form) -> Result<Proposal, Error> {
    read_input(form).map(Proposal::Survey)
}

fn submit(app: &App, caller: &Caller, target: &ActTarget, form: &Form) -> Result<(), Error> {
    observations::record_survey(app, caller, &target.contract, &read_input(form)?)?;
    Ok(())
}

fn read_input(form: &Form) -> Result<SurveyInput, Error> {
    let mut reader = FormReader::new(form);
    let (score, on) = (reader.required("score", parse_score), reader.prefilled("on", parse_date));
    let note = reader.lines("note");
    let (another, confirmed) = (form.wants_another(), form.is_confirmed());
    let input = score.map(|score| SurveyInput { score, on, note, another, confirmed });
    reader.finish(input)
}
