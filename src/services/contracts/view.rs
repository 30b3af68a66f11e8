//! A contract as its page shows it: parties, terms, standing on a day, permitted actions and history.
//!
//! Nothing is decided or computed here; documents share the snapshot.

use chrono::NaiveDate;

use crate::app::App;
use crate::domain::approval_chains::ChainStep;
use crate::domain::clauses::Clause;
use crate::domain::codes::{ContractState, PaymentKind, Regime};
use crate::domain::interest::MilestoneInterest;
use crate::domain::money::Sum;
use crate::domain::numbers::Code;
use crate::domain::opinions::OpinionTotals;
use crate::domain::policy::Action;
use crate::domain::standing::{Standing, Trails};
use crate::error::{Error, Message};
use crate::services::amendments::view::{self as amendments, AmendmentView};
use crate::services::annexes::view::{self as annexes, AnnexView};
use crate::services::change_requests::{self, ChangeRequestView};
use crate::services::contracts::drafts::rewriting;
use crate::services::contracts::funding::{self, Funding};
use crate::services::contracts::history::{Entry, history};
use crate::services::contracts::openings;
use crate::services::contracts::record::ContractRecord;
use crate::services::contracts::settlement::{self, OpenThing};
use crate::services::contracts::sign_offs;
use crate::services::deliverables::attachments::Attachments;
use crate::services::deliverables::inspection::{self, Candidate};
use crate::services::deliverables::invoices::{self, InvoiceView};
use crate::services::deliverables::reused::{self, ReusedFile};
use crate::services::deliverables::{self, DeliverableView};
use crate::services::documents::{ContractSnapshot, issue};
use crate::services::evaluations::view::{self as evaluations, EvaluationView};
use crate::services::guarantees::view::{self as guarantees, GuaranteeView};
use crate::services::identity::caller::Caller;
use crate::services::ledger::yearly_shares::{self, YearlyShareView};
use crate::services::messages::unread_of_contract;
use crate::services::notifications::tasks::{self, Task};
use crate::services::notifications::undelivered::{self, UndeliveredEmail};
use crate::services::objections::view::{self as objections, ObjectionView};
use crate::services::payments::checks::{self, PaymentRequestChecks};
use crate::services::payments::interest;
use crate::services::payments::view::{self, PaymentRequestView};
use crate::services::publications::view::{self as publications, PublicationView};
use crate::services::recoveries::left_to_recover;
use crate::services::recoveries::view::{self as recoveries, RecoveryView};
use crate::services::suspensions::{self, SuspensionView};
use crate::services::workers::staffing::{self, Staffing};
use crate::storage::audit::hash_chains::{self, EventRow};
use crate::storage::deliverables::files::FileRow;
use crate::storage::{
    AnyConnection, amendments as stored_amendments, annexes as stored_annexes, change_requests as stored_requests,
    evaluations as stored_evaluations, guarantees as stored_guarantees, objections as stored_objections,
    opinions as stored_opinions, payments as stored_payments, publications as stored_publications,
    recoveries as stored_recoveries,
};

/// A contract with its snapshot, permitted actions, invoices and history.
#[derive(Debug)]
pub struct ContractOverview {
    /// Random identifier, used in addresses.
    pub id: String,
    /// Version for `If-Match`.
    pub version: i64,
    /// Number of the newest version of its terms, in force or not.
    pub terms_version: i64,
    /// Procurement regime, which decides the applicable law.
    pub regime: Regime,
    /// Procurement method, as the award notice words it.
    pub method: String,
    /// Number of the procurement plan (采购计划编号).
    pub plan_no: String,
    /// Day of the award notice.
    pub award_on: Option<NaiveDate>,
    /// Day of signing.
    pub signed_on: Option<NaiveDate>,
    /// Day of the announcement.
    pub published_on: Option<NaiveDate>,
    /// Parties, terms and standing, shared with documents.
    pub snapshot: ContractSnapshot,
    /// Actions that the caller may take now.
    pub open: Vec<Action>,
    /// The step of the purchaser that a submitted contract waits for before finance sees it.
    pub turn: Option<ChainStep>,
    /// True if the caller has the role of that step.
    pub is_own_turn: bool,
    /// Invoices, by milestone.
    pub invoices: Vec<InvoiceView>,
    /// Facts and events, newest first.
    pub history: Vec<Entry>,
}

impl ContractOverview {
    /// Returns whether the caller may perform the action of this name.
    pub fn may(&self, name: &str) -> bool {
        self.open.iter().any(|action| action.right().name == name)
    }

    /// Returns whether the contract has a clause under which an incident can be proposed.
    pub fn charges_incidents(&self) -> bool {
        self.snapshot.terms.breach_terms.iter().any(|term| matches!(term.clause, Clause::Incident { .. }))
    }
}

/// Loads a contract as of a day, by default today.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see.
pub fn load_overview(
    app: &App,
    caller: &Caller,
    id: &str,
    as_of: Option<NaiveDate>,
) -> Result<ContractOverview, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        let as_of = as_of.unwrap_or_else(|| caller.today());
        let standing = record.standing(as_of, Trails::On)?;
        let files = Attachments::all(connection, record.contract.id)?;
        let events = hash_chains::events_of(connection, &format!("contract:{}", record.contract.public_id))?;
        overview(app, connection, caller, (record, files.rows(), &events), (standing, as_of))
    })
}

/// Computes the standing of a contract as of a day, by default today.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see.
pub fn standing(app: &App, caller: &Caller, id: &str, as_of: Option<NaiveDate>) -> Result<Standing, Error> {
    caller.may(Action::ReadContract)?;
    app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        ContractRecord::load(connection, contract)?.standing(as_of.unwrap_or_else(|| caller.today()), Trails::On)
    })
}

/// A contract with its lists, read in one transaction.
#[derive(Debug)]
pub struct ContractPageData {
    pub overview: ContractOverview,
    /// Open tasks, most urgent first.
    pub tasks: Vec<Task>,
    /// Deliverables with their submissions.
    pub deliverables: Vec<DeliverableView>,
    /// Payment requests.
    pub payments: Vec<PaymentRequestView>,
    /// Late interest of each milestone today.
    pub interest: Vec<(Code, MilestoneInterest)>,
    /// Change requests.
    pub change_requests: Vec<ChangeRequestView>,
    /// Amendments, oldest first.
    pub amendments: Vec<AmendmentView>,
    /// Objections of the contractor, oldest first.
    pub objections: Vec<ObjectionView>,
    /// Annexes that the caller may read, oldest first.
    pub annexes: Vec<AnnexView>,
    /// Publications, oldest first.
    pub publications: Vec<PublicationView>,
    /// Suspensions and resumptions that were not refused, oldest first.
    pub suspensions: Vec<SuspensionView>,
    /// Shares of later years, by year; empty for a caller who may not see them.
    pub shares: Vec<YearlyShareView>,
    pub securities: Securities,
    /// Evaluations, oldest first.
    pub evaluations: Vec<EvaluationView>,
    /// Emails that were not delivered; empty for a caller who may not see them.
    pub undelivered: Vec<UndeliveredEmail>,
    /// Number of messages that the caller has not opened yet.
    pub unread: usize,
}

/// Guarantees of a contract, and the recovery of what deductions could not bear.
#[derive(Debug)]
pub struct Securities {
    /// Performance guarantees, oldest first.
    pub guarantees: Vec<GuaranteeView>,
    /// Demands, amounts received and write-offs, oldest first.
    pub recoveries: Vec<RecoveryView>,
    /// Amount that is still to be recovered today.
    pub to_recover: Sum,
}

/// Loads a contract with its lists as of a day, by default today.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see.
pub fn load_page_data(
    app: &App,
    caller: &Caller,
    id: &str,
    as_of: Option<NaiveDate>,
) -> Result<ContractPageData, Error> {
    caller.may(Action::ReadContract)?;
    let (data, contract) = app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract.clone())?;
        let standing = record.standing(caller.today(), Trails::On)?;
        Ok::<_, Error>((with_lists(app, connection, caller, (record, standing), as_of)?, contract))
    })?;
    openings::open_contract(app, caller, &contract)?;
    Ok(data)
}

/// The data of a confirmation page, from one load of its contract.
#[derive(Debug)]
pub struct ActionData {
    /// The contract with its lists, today.
    pub contract: ContractPageData,
    /// Checks of the next step of the payment request, if the subject is one.
    pub payment: Option<PaymentRequestChecks>,
    /// The contract's terms and facts, from which the effects of an act are computed.
    pub record: ContractRecord,
    /// The appropriation before and after funding; `None` once the contract is funded.
    pub funding: Option<Funding>,
    /// Identifier of the draft with saved changes to a draft contract that the caller may submit.
    pub open_change: Option<String>,
    /// All open items, for a caller who may complete or close the contract.
    pub open: Vec<OpenThing>,
    /// People who can inspect, for a caller who may decide on submissions.
    pub inspectors: Vec<Candidate>,
    /// Reason why the caller cannot recall the contract or the payment request.
    pub recall_bar: Option<Message>,
    /// Opinions of recipients by deliverable, for a caller who may decide on submissions.
    pub opinions: Vec<OpinionTotals>,
    /// Files that were submitted for another deliverable as well, for a caller who may decide on submissions.
    pub reused: Vec<ReusedFile>,
    /// Staffing of the month by the roster, for a caller who may record a headcount under a staffing clause.
    pub staffing: Option<Staffing>,
}

impl ActionData {
    /// Returns the contract's standing today.
    pub(super) fn standing(&self) -> &Standing {
        &self.contract.overview.snapshot.standing
    }
}

/// Loads the data of a confirmation page: the contract with its lists today and, if the subject is a payment request,
/// the checks of its next step. All comes from one load of the contract and one standing.
///
/// # Errors
/// `NotFound`, also for a contract that the caller may not see.
pub fn for_action(app: &App, caller: &Caller, id: &str, subject: &str) -> Result<ActionData, Error> {
    caller.may(Action::ReadContract)?;
    let data = app.pool.read(|connection| {
        let (contract, _) = caller.contract(connection, id, Action::ReadContract)?;
        let record = ContractRecord::load(connection, contract)?;
        let standing = record.standing(caller.today(), Trails::On)?;
        let head = &record.contract;
        let payment = checks::of_contract(connection, caller, (&record, &standing), subject)?;
        let recall_bar = openings::recall_bar(connection, caller, head, subject)?;
        let funding = match head.state {
            ContractState::Draft | ContractState::Submitted => {
                Some(funding::figures_with_shares(connection, &record, caller.today())?)
            }
            _ => None,
        };
        let ends = [Action::CompleteContract, Action::CloseContract];
        let may = caller.open_actions(head);
        let open = if may.iter().any(|action| ends.contains(action)) {
            settlement::open_things(connection, &record, &standing)?
        } else {
            Vec::new()
        };
        let may_submit = may.contains(&Action::SubmitContract);
        let open_change = may_submit.then(|| rewriting::open_change(connection, head)).transpose()?.flatten();
        let (mut inspectors, mut opinions, mut reused) = (Vec::new(), Vec::new(), Vec::new());
        if may.contains(&Action::DecideDeliverable) {
            inspectors = inspection::candidates(app, connection, head, caller.today())?;
            opinions = stored_opinions::totals(connection, head.id)?;
            reused = reused::of_contract(connection, caller, head)?;
        }
        let counts = may.contains(&Action::RecordHeadcount);
        let staffing = staffing::for_headcount(connection, &record, caller.today(), counts)?;
        let contract = with_lists(app, connection, caller, (record.clone(), standing), None)?;
        Ok::<_, Error>(ActionData {
            contract,
            payment,
            record,
            funding,
            open_change,
            open,
            inspectors,
            recall_bar,
            opinions,
            reused,
            staffing,
        })
    })?;
    openings::open_contract(app, caller, &data.record.contract)?;
    let opened = data.payment.as_ref().filter(|payment| payment.is_own_turn);
    let opened: Vec<_> = opened.map(|payment| (&data.record.contract, &payment.request)).into_iter().collect();
    openings::open_payments(app, caller, &opened)?;
    Ok(data)
}

/// Adds the lists to a contract whose standing today is known.
fn with_lists(
    app: &App,
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, standing): (ContractRecord, Standing),
    as_of: Option<NaiveDate>,
) -> Result<ContractPageData, Error> {
    let id = record.contract.id;
    let asked = stored_requests::of_contract(connection, id)?;
    let requested = stored_payments::of_contract(connection, id)?;
    let raised = stored_objections::of_contract(connection, id)?;
    let tasks = tasks::of_contract(connection, caller, &record, (&requested, &asked, &raised))?;
    let files = Attachments::all(connection, id)?;
    let events = hash_chains::events_of(connection, &format!("contract:{}", record.contract.public_id))?;
    let deliverables = deliverables::views_with(connection, (&record, &standing), (&files, &events))?;
    let payments = view::views(connection, caller, (&record, &standing), requested)?;
    let requested = payments.iter().filter(|one| one.kind == PaymentKind::Interest && one.next.is_some());
    let requested: Vec<(&str, i64)> = requested.map(|one| (one.milestone.as_str(), one.amount.fen())).collect();
    let interest = interest::of_milestones(&record, &standing, &requested)?;
    let change_requests = change_requests::views(connection, (&record.registers, &files), asked)?;
    let amendments = stored_amendments::of_contract(connection, id)?;
    let amendments = amendments::views(connection, &record, amendments, caller.language)?;
    let objections = objections::views(connection, caller, (&record, &standing, &files), raised)?;
    let annexed = stored_annexes::of_contract(connection, id)?;
    let annexes = annexes::views(connection, caller, (&record.contract, &record.registers, &files), annexed)?;
    let published = stored_publications::of_contract(connection, id)?;
    let publications = publications::views(connection, caller, &record.registers, published)?;
    let suspensions = suspensions::of_contract(connection, &record.contract, &events)?;
    let shares = yearly_shares::of_contract(connection, caller, &record.contract, &events)?;
    let securities = securities(connection, &record, &standing)?;
    let evaluated = stored_evaluations::of_contract(connection, id)?;
    let evaluations = evaluations::views(connection, caller, &record.registers, evaluated)?;
    let may_read = caller.open_actions(&record.contract).contains(&Action::ReadUndelivered);
    let undelivered = if may_read { undelivered::of_contract(connection, id)? } else { Vec::new() };
    let unread = unread_of_contract(connection, caller, &record.contract)?;
    let shown = match as_of.filter(|day| *day != caller.today()) {
        Some(day) => (record.standing(day, Trails::On)?, day),
        None => (standing, caller.today()),
    };
    Ok(ContractPageData {
        overview: overview(app, connection, caller, (record, files.rows(), &events), shown)?,
        tasks,
        deliverables,
        payments,
        interest,
        change_requests,
        amendments,
        objections,
        annexes,
        publications,
        suspensions,
        shares,
        securities,
        evaluations,
        undelivered,
        unread,
    })
}

fn securities(
    connection: &mut AnyConnection,
    record: &ContractRecord,
    standing: &Standing,
) -> Result<Securities, Error> {
    let guarantees = stored_guarantees::of_contract(connection, record.contract.id)?;
    let ids: Vec<_> = guarantees.iter().map(|guarantee| guarantee.id).collect();
    let claims = stored_guarantees::claims_of(connection, &ids)?;
    let recoveries = stored_recoveries::of_contract(connection, record.contract.id)?;
    let to_recover = left_to_recover(record, standing, (&guarantees, &claims), &recoveries);
    Ok(Securities {
        guarantees: guarantees::views(connection, &record.registers, (guarantees, &claims))?,
        recoveries: recoveries::views(connection, &record.registers, recoveries)?,
        to_recover,
    })
}

fn overview(
    app: &App,
    connection: &mut AnyConnection,
    caller: &Caller,
    (record, files, events): (ContractRecord, &[FileRow], &[EventRow]),
    (standing, as_of): (Standing, NaiveDate),
) -> Result<ContractOverview, Error> {
    let reads_internal = caller.seat_on(&record.contract, Action::ReadInternalAnnex).is_ok();
    let history = history(connection, &record, &annexes::known_events(events, reads_internal), caller.language)?;
    let mut invoices = invoices::of_contract(&record, events)?;
    invoices::add_flags(&mut invoices, files);
    let contract = record.contract.clone();
    let turn = sign_offs::turn(connection, &record.chains, &contract)?.next;
    let terms_version = record.newest_version();
    Ok(ContractOverview {
        open: caller.open_actions(&contract),
        is_own_turn: turn.is_some_and(|next| caller.seat_as(&contract, Action::SignOffContract, next.role).is_ok()),
        turn,
        snapshot: issue::unsigned_snapshot(app, connection, record, standing, as_of)?,
        id: contract.public_id,
        version: contract.version,
        terms_version,
        regime: contract.regime,
        method: contract.method,
        plan_no: contract.plan_no,
        award_on: contract.award_on,
        signed_on: contract.signed_on,
        published_on: contract.published_on,
        invoices,
        history,
    })
}
