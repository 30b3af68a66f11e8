//! An act: a step that a person takes on a contract after a confirmation page. The parts of an act are defined here;
//! the acts themselves are in `table`.

use crate::app::App;
use crate::domain::opinions::OpinionTotals;
use crate::domain::policy::Action;
use crate::error::{Error, Message};
use crate::services::contracts::effects::Proposal;
use crate::services::contracts::funding::Funding;
use crate::services::contracts::settlement::OpenThing;
use crate::services::contracts::view::{ActionData, ContractOverview, ContractPageData};
use crate::services::deliverables::inspection::Candidate;
use crate::services::deliverables::reused::ReusedFile;
use crate::services::identity::caller::Caller;
use crate::services::payments::checks::PaymentRequestChecks;
use crate::services::workers::staffing::Staffing;
use crate::web::pages::actions::checks::Checks;
use crate::web::pages::actions::summary::SummaryRow;
use crate::web::pages::forms::Form;
use crate::web::pages::forms::field::Field;
use crate::web::pages::shell::Shell;

/// Reads the fact or request that the form of an act describes.
pub type ReadProposal = fn(&ActTarget, &Form) -> Result<Proposal, Error>;

/// An act on a contract. Its messages are `act-NAME` (button), `act-NAME-says` (announcement) and `done-NAME`
/// (confirmation).
pub struct Act {
    /// Name in addresses.
    pub name: &'static str,
    /// Rights, any of which opens the act.
    pub rights: &'static [Action],
    /// True for an act that is offered at the head of the contract's page.
    pub of_contract: bool,
    /// Builds the summary of the subject.
    pub summary: fn(&ActContext<'_>) -> Result<Vec<SummaryRow>, Error>,
    /// Checks the conditions that should be met before the act.
    pub checks: fn(&ActContext<'_>) -> Result<Checks, Error>,
    /// Reads the fact or request of the form, to show its effects first.
    pub proposal: Option<ReadProposal>,
    /// The act that refuses instead.
    pub alternative: Option<&'static str>,
    /// True if a reason is required, in the first field.
    pub needs_reason: bool,
    /// Names of the further required fields that do not change the effects.
    pub required: &'static [&'static str],
    /// Builds the remaining fields.
    pub fields: fn(&ActContext<'_>) -> Result<Vec<Field>, Error>,
    /// Name of the file field, for an act that is uploaded.
    pub files: Option<&'static str>,
    /// Set for an act that refuses or ends something.
    pub is_adverse: bool,
    /// Records that the page is about to be shown.
    pub before_show: fn(&App, &Caller, &ActTarget) -> Result<(), Error>,
    /// Reads the form and calls the service.
    pub submit: fn(&App, &Caller, &ActTarget, &Form) -> Result<(), Error>,
}

impl Act {
    /// Creates an act without summary, checks and fields.
    pub const fn new(
        name: &'static str,
        rights: &'static [Action],
        submit: fn(&App, &Caller, &ActTarget, &Form) -> Result<(), Error>,
    ) -> Self {
        Self {
            name,
            rights,
            of_contract: false,
            summary: |_| Ok(Vec::new()),
            checks: |_| Ok(Checks::default()),
            proposal: None,
            alternative: None,
            needs_reason: false,
            required: &[],
            fields: |_| Ok(Vec::new()),
            files: None,
            is_adverse: false,
            before_show: |_, _, _| Ok(()),
            submit,
        }
    }

    /// Returns whether the caller now has one of the act's rights.
    pub fn is_open(&self, overview: &ContractOverview) -> bool {
        self.rights.iter().any(|right| overview.open.contains(right))
    }
}

/// The subject of an act.
pub struct ActTarget {
    /// The act.
    pub act: &'static Act,
    /// Identifier of the contract.
    pub contract: String,
    /// Deliverable, milestone, payment, change request, objection, publication, guarantee, evaluation, breach or fact;
    /// empty for the contract.
    pub subject: String,
    /// Number of a submission; empty for other subjects.
    pub no: String,
}

/// An act that a person is about to take, with the contract as it stands today.
pub struct ActContext<'a> {
    /// The act and its subject.
    pub target: &'a ActTarget,
    /// The person.
    pub caller: &'a Caller,
    /// The page, for its messages.
    pub page: &'a Shell,
    /// The contract with its lists.
    pub contract: &'a ContractPageData,
    /// Checks of the payment request, if the subject is one.
    pub payment: Option<&'a PaymentRequestChecks>,
    /// The appropriation before and after funding; `None` once the contract is funded.
    pub funding: Option<&'a Funding>,
    /// Identifier of the draft with saved changes to a draft contract that the caller may submit.
    pub open_change: Option<&'a str>,
    /// Everything that keeps the contract from being closed; empty for a caller who may neither complete nor close the
    /// contract.
    pub open: &'a [OpenThing],
    /// People who can inspect.
    pub inspectors: &'a [Candidate],
    /// Reason why the caller cannot recall the contract or the payment request.
    pub recall_bar: Option<&'a Message>,
    /// Opinions of recipients by deliverable.
    pub opinions: &'a [OpinionTotals],
    /// Files that were submitted for another deliverable as well.
    pub reused: &'a [ReusedFile],
    /// Staffing of the month by the roster, if the caller may record a headcount under a staffing clause.
    pub staffing: Option<&'a Staffing>,
}

impl<'a> ActContext<'a> {
    /// Returns what the page of an act shows of its contract.
    pub fn of(data: &'a ActionData, caller: &'a Caller, page: &'a Shell, target: &'a ActTarget) -> Self {
        Self {
            target,
            caller,
            page,
            contract: &data.contract,
            payment: data.payment.as_ref(),
            funding: data.funding.as_ref(),
            open_change: data.open_change.as_deref(),
            open: &data.open,
            inspectors: &data.inspectors,
            recall_bar: data.recall_bar.as_ref(),
            opinions: &data.opinions,
            reused: &data.reused,
            staffing: data.staffing.as_ref(),
        }
    }

    /// Returns the contract without its lists.
    pub fn contract_overview(&self) -> &ContractOverview {
        &self.contract.overview
    }

    /// Returns the subject.
    pub fn subject(&self) -> &str {
        &self.target.subject
    }
}
