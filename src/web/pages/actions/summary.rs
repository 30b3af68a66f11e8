//! Summaries on confirmation pages: the subject of an act as rows of a name and a value, taken from the contract's
//! views without any computation.

use chrono::NaiveDate;

use crate::domain::codes::{ChangeRequestKind, ChangeRequestState, PaymentKind};
use crate::domain::standing::{DeliverableStanding, DeliverableState, MilestoneStanding, MilestoneState};
use crate::error::Error;
use crate::services::change_requests::ChangeRequestView;
use crate::services::deliverables::files::FileView;
use crate::services::deliverables::invoices::InvoiceView;
use crate::services::documents::words;
use crate::services::payments::PaymentRequestView;
use crate::web::pages::actions::act::ActContext;
use crate::web::pages::actions::change_request as request_words;
use crate::web::pages::shell::Shell;

/// A row of a summary.
pub struct SummaryRow {
    /// Name in the page's language.
    pub name: String,
    /// Text of the value; empty for a row with links only.
    pub value: String,
    /// Links after the value.
    pub links: Vec<SummaryLink>,
}

/// A link in a summary.
pub struct SummaryLink {
    /// Address within this site.
    pub address: String,
    /// Text in the page's language.
    pub words: String,
    /// Notes on the linked file, as codes.
    pub flags: Vec<String>,
}

impl SummaryRow {
    /// Creates a row without links; `key` is the message key of its name.
    pub fn new(page: &Shell, key: &str, value: String) -> Self {
        Self { name: page.say(key), value, links: Vec::new() }
    }

    /// Adds links to files, each given by identifier, name and notes.
    pub fn with_files<'a>(mut self, files: impl Iterator<Item = (&'a str, &'a str, &'a [String])>) -> Self {
        self.links.extend(files.map(|(id, name, flags)| SummaryLink {
            address: format!("/files/{id}"),
            words: name.to_owned(),
            flags: flags.to_vec(),
        }));
        self
    }
}

/// Builds rows of keys and values; drops empty values.
pub fn rows<const N: usize>(page: &Shell, rows: [(&str, String); N]) -> Vec<SummaryRow> {
    let filled = rows.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| SummaryRow::new(page, key, value)).collect()
}

/// Shows the contract's parties, term and amount.
pub fn contract(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (overview, page) = (context.contract_overview(), context.page);
    let input = &overview.snapshot;
    let mut all = rows(
        page,
        [
            ("document-purchaser", input.purchaser.clone()),
            ("document-contractor", input.contractor.clone()),
            ("document-funder", input.funder.clone()),
            ("contracts-column-term", format!("{} – {}", input.terms.starts_on, input.terms.ends_on)),
            ("contracts-column-amount", page.money(input.terms.amount)),
        ],
    );
    if overview.terms_version > 1 {
        let mut row = SummaryRow::new(page, "contract-terms", page.with("versions-no", "no", overview.terms_version));
        let address = format!("/contracts/{}/terms", overview.id);
        row.links.push(SummaryLink { address, words: page.say("versions-look"), flags: Vec::new() });
        all.push(row);
    }
    Ok(all)
}

/// Shows the contract, with a link to its settlement sheet.
pub fn settlement(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let mut all = contract(context)?;
    let mut row = SummaryRow::new(context.page, "settlement-title", String::new());
    let address = format!("/contracts/{}/settlement", context.contract_overview().id);
    row.links.push(SummaryLink { address, words: context.page.say("settlement-look"), flags: Vec::new() });
    all.push(row);
    Ok(all)
}

/// Shows the contract, and the remainder of its appropriation after funding.
pub fn funding(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let page = context.page;
    let mut all = contract(context)?;
    let Some(found) = context.funding else { return Ok(all) };
    let Some(appropriation) = &found.appropriation else {
        let missing = page.say("fund-no-appropriation");
        all.push(SummaryRow { name: page.say("fund-appropriation"), value: missing, links: Vec::new() });
        return Ok(all);
    };
    let free = page.money(appropriation.free);
    let left = found.left.map(|left| page.with2("fund-free", "before", &free, "after", page.money(left)));
    let values = [
        ("document_no", page.noted(&appropriation.document_no, &appropriation.source)),
        ("year", appropriation.year.to_string()),
        ("bureau", appropriation.bureau_name.clone()),
        ("line", format!("{} / {}", appropriation.line, appropriation.economic)),
        ("project", appropriation.project.clone()),
        ("amount", page.money(appropriation.amount)),
        ("reserved", page.money(appropriation.reserved)),
        ("committed", page.money(appropriation.committed)),
        ("paid", page.money(appropriation.paid)),
        ("released", page.money(appropriation.released)),
        ("free", left.unwrap_or(free)),
        ("state", page.word("proposal", appropriation.state)),
    ];
    let row = |(name, value): (&str, String)| SummaryRow { name: page.word("column", name), value, links: Vec::new() };
    all.extend(values.map(row));
    all.extend(found.later.iter().map(|share| {
        let of = &share.appropriation;
        let words = format!("{} {}", of.document_no, of.project);
        let year = share.from_year.to_string();
        let (needed, free) = (page.money(share.needed), page.money(of.free));
        let value = page.with2("fund-share", "needed", &needed, "free", &free);
        SummaryRow {
            name: page.with("fund-share-year", "year", &year),
            value: page.noted(&value, &words),
            links: Vec::new(),
        }
    }));
    Ok(all)
}

/// Returns the payment request that the act is about.
pub fn payment_of<'a>(context: &'a ActContext<'_>) -> Result<&'a PaymentRequestView, Error> {
    context.contract.payments.iter().find(|payment| payment.id == context.subject()).ok_or(Error::NotFound)
}

/// Shows a payment request: amount, standing of its milestone, invoices, account, budget, the steps so far.
pub fn payment_request(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let page = context.page;
    let payment = payment_of(context)?;
    let checked = context.payment.ok_or(Error::NotFound)?;
    let is_interest = payment.kind == PaymentKind::Interest;
    let kind = if is_interest { page.word("payment-kind", payment.kind) } else { String::new() };
    let mut all = rows(
        page,
        [
            ("payment-kind", kind),
            ("payment-amount", page.money(payment.amount)),
            ("field-voucher", payment.voucher.clone().unwrap_or_default()),
            ("field-on-pay", payment.paid_on.map(|day| page.day(&day)).unwrap_or_default()),
        ],
    );
    all.extend(milestone_rows(context, &payment.milestone));
    let of_milestone = |invoice: &&InvoiceView| !is_interest && invoice.milestone == payment.milestone;
    for invoice in context.contract_overview().invoices.iter().filter(of_milestone) {
        let days = invoice_days(page, invoice);
        let mut value = format!("{} · {} · {days}", invoice.number, page.money(&invoice.amount));
        if !invoice.blue.is_empty() {
            value = page.noted(value, page.with("payment-invoice-cancels", "number", &invoice.blue));
        }
        if !invoice.reason.is_empty() {
            value = format!("{value} · {}", invoice.reason);
        }
        let files = invoice.files.iter().map(|file| (file.id.as_str(), file.name.as_str(), file.flags.as_slice()));
        all.push(SummaryRow::new(page, "payment-invoice", value).with_files(files));
    }
    if let Some(account) = &payment.account {
        let text = format!("{} · {} · {}", account.name, account.bank, account.number);
        all.push(SummaryRow::new(page, "payment-account", text));
    }
    let budget = checked.budget.as_ref().filter(|_| !is_interest);
    let budget = budget.map(|(document, committed)| format!("{document} · {}", page.money(committed)));
    let left = if is_interest { "interest-left-after" } else { "payment-left" };
    all.extend(rows(page, [("payment-budget", budget.unwrap_or_default()), (left, page.money(checked.left))]));
    let steps = payment.steps.iter().map(|step| {
        let who = match &step.on_behalf_of {
            Some(holder) => page.with2("by-deputy", "by", &step.by, "holder", holder),
            None => step.by.clone(),
        };
        page.labelled(page.word("payment-step", &step.step), page.noted(who, page.time(&step.at)))
    });
    let steps = page.joined("document-semicolon", &steps.collect::<Vec<_>>());
    all.push(SummaryRow::new(page, "payment-steps", steps));
    Ok(all)
}

/// States the date printed on an invoice, and the day on which it was received.
pub fn invoice_days(page: &Shell, invoice: &InvoiceView) -> String {
    let Some(on) = invoice.on else { return String::new() };
    match invoice.dated {
        Some(dated) => page.with2("invoice-days", "dated", dated, "on", on),
        None => page.with("invoice-day", "on", on),
    }
}

/// Shows the milestone with its sums and its due day.
pub fn milestone(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let all = milestone_rows(context, context.subject());
    if all.is_empty() { Err(Error::NotFound) } else { Ok(all) }
}

/// Shows the milestone with its sums and its due day.
pub fn milestone_rows(context: &ActContext<'_>, code: &str) -> Vec<SummaryRow> {
    let (input, page) = (&context.contract_overview().snapshot, context.page);
    let Some(milestone) = input.standing.milestones.iter().find(|m| m.code.as_str() == code) else { return Vec::new() };
    let agreed = input.terms.milestones.iter().find(|m| m.code.as_str() == code);
    let required = agreed.map(|m| m.requires.iter()).into_iter().flatten().filter_map(|code| {
        let standing = input.standing.deliverables.iter().find(|d| d.code == *code)?;
        let name = input.details.deliverable(code.as_str());
        Some(page.noted(name, words::word("deliverable", standing.state, page.language)))
    });
    let never = || words::word("milestone", "never", page.language);
    let gross = if input.is_never_due(milestone) { never() } else { page.money(milestone.gross) };
    let is_late = milestone.late_interest.fen() != 0;
    let interest = if is_late { page.money(milestone.late_interest) } else { String::new() };
    let pay_by =
        milestone.due_on.map(|day| format_due_day(context, &day, &describe_payment_due(page, milestone, &day)));
    rows(
        page,
        [
            ("document-column-milestone", input.details.milestone(code).to_owned()),
            ("payment-deliverables", page.joined("document-list", &required.collect::<Vec<_>>())),
            ("document-column-gross", gross),
            ("document-column-deductions", page.money(milestone.deductions)),
            ("document-column-payable", page.money(milestone.payable)),
            ("document-column-paid", page.money(milestone.paid)),
            ("document-column-pay-by", pay_by.unwrap_or_default()),
            ("document-column-interest", interest),
        ],
    )
}

/// Formats a due day with its status, and marks a provisional day.
fn format_due_day(context: &ActContext<'_>, day: &NaiveDate, status: &str) -> String {
    let page = context.page;
    let words = format!("{} {status}", page.day(day)).trim_end().to_owned();
    if !context.contract_overview().snapshot.is_provisional(day) {
        return words;
    }
    page.joined("document-semicolon", &[words, page.provisional(day)])
}

/// Formats the time left until a payment is due; empty for a fully paid milestone.
fn describe_payment_due(page: &Shell, milestone: &MilestoneStanding, day: &NaiveDate) -> String {
    match milestone.state {
        MilestoneState::Paid => String::new(),
        MilestoneState::Waiting | MilestoneState::Earned | MilestoneState::Due | MilestoneState::Overdue => {
            page.time_left(day)
        }
    }
}

/// Formats the time left until a deliverable is due or, after its submission, whether the submission was on time.
fn describe_delivery_due(page: &Shell, standing: &DeliverableStanding) -> String {
    match standing.state {
        DeliverableState::Open | DeliverableState::Overdue | DeliverableState::Rejected => {
            page.time_left(&standing.due_on)
        }
        DeliverableState::Submitted | DeliverableState::Accepted | DeliverableState::Partial => {
            if standing.days_late > 0 {
                page.with("contract-days-late", "days", standing.days_late)
            } else {
                page.say("due-met")
            }
        }
        DeliverableState::Cancelled => String::new(),
    }
}

/// Shows the deliverable: the agreed quantity, the due day, the place and the required evidence.
pub fn deliverable(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let (input, page) = (&context.contract_overview().snapshot, context.page);
    let code = context.subject();
    let agreed = input.terms.deliverables.iter().find(|d| d.code.as_str() == code).ok_or(Error::NotFound)?;
    let standing = input.standing.deliverables.iter().find(|d| d.code.as_str() == code).ok_or(Error::NotFound)?;
    let details = input.details.deliverables.get(code);
    let item = agreed.item.as_str();
    let standard = input.details.items.get(item).map(|item| item.standard.clone()).unwrap_or_default();
    Ok(rows(
        page,
        [
            ("document-column-deliverable", input.details.deliverable(code).to_owned()),
            ("document-column-planned", words::with_unit(agreed.quantity, input.details.unit(item), page.language)),
            ("document-column-due", format_due_day(context, &standing.due_on, &describe_delivery_due(page, standing))),
            ("deliverable-place", details.map(|words| words.place.clone()).unwrap_or_default()),
            ("deliverable-evidence", details.map(|words| words.evidence.clone()).unwrap_or_default()),
            ("deliverable-standard", standard),
        ],
    ))
}

/// Shows the contract and the open request to end it early.
pub fn early_end(context: &ActContext<'_>) -> Result<Vec<SummaryRow>, Error> {
    let mut all = contract(context)?;
    let mut requests = context.contract.change_requests.iter();
    let open = requests.find(|request| {
        request.kind == ChangeRequestKind::Termination && request.state == ChangeRequestState::Requested
    });
    all.extend(open.map(|request| change_request(context, request)).into_iter().flatten());
    Ok(all)
}

/// Shows files given as proof; `None` without files.
pub fn files(page: &Shell, files: &[FileView]) -> Option<SummaryRow> {
    let named = files.iter().map(|file| (file.id.as_str(), file.name.as_str(), file.flags.as_slice()));
    (!files.is_empty()).then(|| SummaryRow::new(page, "field-files", String::new()).with_files(named))
}

/// Shows a change request: kind, effect, reason and proof, requester and endorser.
pub fn change_request(context: &ActContext<'_>, request: &ChangeRequestView) -> Vec<SummaryRow> {
    let page = context.page;
    let endorsed = request.endorsed_by.as_ref().zip(request.endorsed_at.as_ref());
    let mut all = rows(
        page,
        [
            ("change-request-kind", page.word("change-request", request.kind)),
            ("change-request-what", request_words::describe(page, context.contract_overview(), request)),
            ("change-request-reason", request.reason.clone()),
            ("change-request-by", page.noted(&request.requested_by, page.time(&request.requested_at))),
            ("change-request-endorsed-by", endorsed.map(|(by, at)| page.noted(by, page.time(at))).unwrap_or_default()),
        ],
    );
    all.extend(files(page, &request.files));
    all
}
