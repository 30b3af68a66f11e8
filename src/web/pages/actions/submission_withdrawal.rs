//! Withdrawing a submission that the purchaser has not opened. The subject is the deliverable; the number names the
//! submission.

use crate::app::App;
use crate::domain::policy::Action;
use crate::error::Error;
use crate::services::deliverables::{self, WithdrawalInput};
use crate::services::identity::caller::Caller;
use crate::web::pages::actions::act::{Act, ActTarget};
use crate::web::pages::actions::{checks, decision};
use crate::web::pages::forms::Form;

/// The act.
pub const ACT: Act = Act {
    summary: decision::show_submission,
    checks: checks::withdrawable,
    is_adverse: true,
    ..Act::new("submission-withdraw", &[Action::WithdrawSubmission], submit)
};

fn submit(app: &App, caller: &Caller, target: &ActTarget, _: &Form) -> Result<(), Error> {
    let of = (target.subject.as_str(), decision::number_of(target)?);
    deliverables::withdraw(app, caller, &target.contract, of, &WithdrawalInput::default())?;
    Ok(())
}
