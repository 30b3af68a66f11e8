//! What an act is about, as rows of a name and a value, and what is to hold before it: the reader checks them before acting.

use crate::domain::codes::{ChangeRequestKind, ChangeRequestState};
use crate::domain::subject::BreachKey;
use crate::error::{Error, FieldError, Message};
use crate::services::change_requests::ChangeRequestView;
use crate::services::contracts::transitions;
use crate::services::documents::words;
use crate::services::payments::checks;
use crate::web::pages::actions::fields::{payment, request_of, requests, submitted};
use crate::web::pages::actions::{Setting, change_request};

/// Something that is said about an act: its name, a text, and where one can look closer.
pub struct Said {
    /// What it is.
    pub name: String,
    /// The text.
    pub value: String,
    /// Address and words of each link.
    pub links: Vec<(String, String)>,
}

/// What is said, in order.
pub type Rows = Vec<Said>;

/// What is said about an act.
pub type Say = fn(&Setting<'_>) -> Result<Rows, Error>;

fn rows<const N: usize>(setting: &Setting<'_>, rows: [(&str, String); N]) -> Rows {
    let filled = rows.into_iter().filter(|(_, value)| !value.is_empty());
    filled.map(|(key, value)| said(setting, key, value, &[])).collect()
}

fn said(setting: &Setting<'_>, key: &str, value: String, files: &[(&str, &str)]) -> Said {
    let links = files.iter().map(|(id, name)| (format!("/files/{id}"), (*name).to_owned())).collect();
    Said { name: setting.page.say(key), value, links }
}

/// The contract's parties, term and amount.
pub fn contract(setting: &Setting<'_>) -> Result<Rows, Error> {
    let input = &setting.dossier.input;
    let page = setting.page;
    let mut all = rows(
        setting,
        [
            ("document-purchaser", input.purchaser.clone()),
            ("document-contractor", input.contractor.clone()),
            ("document-funder", input.funder.clone()),
            ("contracts-column-term", format!("{} – {}", input.terms.starts_on, input.terms.ends_on)),
            ("contracts-column-amount", page.money(input.terms.amount)),
        ],
    );
    let version = setting.dossier.terms_version;
    if version > 1 {
        let mut row = said(setting, "contract-terms", page.with("versions-no", "no", version), &[]);
        row.links.push((format!("/contracts/{}/terms", setting.dossier.id), page.say("versions-look")));
        all.push(row);
    }
    Ok(all)
}

/// Nothing.
pub fn nothing(_: &Setting<'_>) -> Result<Rows, Error> {
    Ok(Vec::new())
}

/// The payment with claim, standing of its milestone, invoices, account, money and what is left.
pub fn claim(setting: &Setting<'_>) -> Result<Rows, Error> {
    let payment = payment(setting)?;
    let page = setting.page;
    let mut all = rows(setting, [("claim-amount", page.money(payment.amount))]);
    all.extend(milestone_rows(setting, &payment.milestone));
    for invoice in setting.dossier.invoices.iter().filter(|invoice| invoice.milestone == payment.milestone) {
        let on = invoice.on.map(|day| day.to_string()).unwrap_or_default();
        let value = format!("{} · {} · {on}", invoice.number, page.money(&invoice.amount));
        let files: Vec<_> = invoice.files.iter().map(|file| (file.id.as_str(), file.name.as_str())).collect();
        all.push(said(setting, "claim-invoice", value, &files));
    }
    if let Some(account) = &payment.account {
        let text = format!("{} · {} · {}", account.name, account.bank, account.number);
        all.push(said(setting, "claim-account", text, &[]));
    }
    let claim = checks::load_checks(setting.app, setting.caller, &payment.id)?;
    let budget = claim.budget.map(|(document, committed)| format!("{document} · {}", page.money(committed)));
    all.extend(rows(setting, [("claim-budget", budget.unwrap_or_default()), ("claim-left", page.money(claim.left))]));
    let steps = payment.steps.iter().map(|step| {
        let who = match &step.on_behalf_of {
            Some(holder) => page.with2("by-deputy", "by", &step.by, "holder", holder),
            None => step.by.clone(),
        };
        page.told(page.word("payment-step", &step.step), page.noted(who, page.time(&step.at)))
    });
    all.push(said(setting, "claim-steps", page.joined("document-semicolon", &steps.collect::<Vec<_>>()), &[]));
    Ok(all)
}

/// What is to hold before an act is taken.
#[derive(Debug, Default)]
pub struct Checked {
    /// Whether each holds, and its words.
    pub all: Vec<(bool, String)>,
    /// Whether one fails without which the service refuses the act.
    pub bars: bool,
    /// Whether saying no instead mends nothing: it waits for somebody else, or for nobody.
    pub is_elsewhere: bool,
}

impl Checked {
    /// Whether somebody should think again: something does not hold.
    pub fn is_doubtful(&self) -> bool {
        self.all.iter().any(|(holds, _)| !holds)
    }
}

/// Looks at what is to hold before an act is taken.
pub type Checks = fn(&Setting<'_>) -> Result<Checked, Error>;

/// Nothing is looked at beforehand.
pub fn unchecked(_: &Setting<'_>) -> Result<Checked, Error> {
    Ok(Checked::default())
}

/// What is to hold before a payment goes on.
pub fn claim_checks(setting: &Setting<'_>) -> Result<Checked, Error> {
    let claim = checks::load_checks(setting.app, setting.caller, &payment(setting)?.id)?;
    let words = |check: &checks::Check| {
        let suffix = if check.holds { "" } else { "-not" };
        (check.holds, setting.page.say(&format!("claim-check-{}{suffix}", check.name)))
    };
    if !claim.next.is_some_and(|next| setting.act.rights.contains(&next)) {
        let state = Message::new("payment-wrong-state").with("state", payment(setting)?.state);
        let all = vec![(false, state.text(setting.page.language))];
        return Ok(Checked { all, bars: true, is_elsewhere: true });
    }
    let failing: Vec<_> = claim.checks.iter().filter(|check| check.is_needed && !check.holds).collect();
    // Where only the reader may not, the claim itself is good for somebody else.
    let is_elsewhere = !failing.is_empty() && failing.iter().all(|check| check.name == "hands");
    Ok(Checked { all: claim.checks.iter().map(words).collect(), bars: !failing.is_empty(), is_elsewhere })
}

/// What is to be paid and decided before a contract is completed or closed.
pub fn payment_checks(setting: &Setting<'_>) -> Result<Checked, Error> {
    let input = &setting.dossier.input;
    let words = |fault: FieldError| {
        let milestone = input.details.milestone(fault.path.trim_start_matches("milestones."));
        (false, setting.page.told(milestone, fault.message.text(setting.page.language)))
    };
    let mut all: Vec<_> = transitions::unpaid(&input.standing, setting.act.name).into_iter().map(words).collect();
    if transitions::has_open(setting.app, setting.caller, &setting.dossier.id)? {
        all.push((false, Message::new("something-is-open").text(setting.page.language)));
    }
    Ok(Checked { bars: !all.is_empty(), all, is_elsewhere: false })
}

/// The milestone with its sums and its day.
pub fn milestone(setting: &Setting<'_>) -> Result<Rows, Error> {
    let all = milestone_rows(setting, &setting.about.subject);
    if all.is_empty() { Err(Error::NotFound) } else { Ok(all) }
}

fn milestone_rows(setting: &Setting<'_>, code: &str) -> Rows {
    let input = &setting.dossier.input;
    let Some(milestone) = input.standing.milestones.iter().find(|m| m.code.as_str() == code) else { return Vec::new() };
    let page = setting.page;
    let agreed = input.terms.milestones.iter().find(|m| m.code.as_str() == code);
    let required = agreed.map(|m| m.requires.iter()).into_iter().flatten().filter_map(|code| {
        let standing = input.standing.deliverables.iter().find(|d| d.code == *code)?;
        let name = input.details.deliverable(code.as_str());
        Some(page.noted(name, words::word("deliverable", standing.state, page.language)))
    });
    let is_late = milestone.late_interest.fen() != 0;
    let interest = if is_late { page.money(milestone.late_interest) } else { String::new() };
    rows(
        setting,
        [
            ("document-column-milestone", input.details.milestone(code).to_owned()),
            ("claim-deliverables", page.joined("document-list", &required.collect::<Vec<_>>())),
            ("document-column-gross", page.money(milestone.gross)),
            ("document-column-deductions", page.money(milestone.deductions)),
            ("document-column-payable", page.money(milestone.payable)),
            ("document-column-paid", page.money(milestone.paid)),
            (
                "document-column-pay-by",
                milestone.due_on.map(|day| format!("{} {}", page.day(&day), page.left(&day))).unwrap_or_default(),
            ),
            ("document-column-interest", interest),
        ],
    )
}

/// The deliverable: how much was agreed, by when.
pub fn deliverable(setting: &Setting<'_>) -> Result<Rows, Error> {
    let input = &setting.dossier.input;
    let code = setting.about.subject.as_str();
    let agreed = input.terms.deliverables.iter().find(|d| d.code.as_str() == code).ok_or(Error::NotFound)?;
    let standing = input.standing.deliverables.iter().find(|d| d.code.as_str() == code).ok_or(Error::NotFound)?;
    let words = input.details.deliverables.get(code);
    let item = agreed.item.as_str();
    let standard = input.details.items.get(item).map(|item| item.standard.clone()).unwrap_or_default();
    Ok(rows(
        setting,
        [
            ("document-column-deliverable", input.details.deliverable(code).to_owned()),
            (
                "document-column-planned",
                format!("{} {}", setting.page.money(agreed.quantity), input.details.unit(item)),
            ),
            (
                "document-column-due",
                format!("{} {}", setting.page.day(&standing.due_on), setting.page.left(&standing.due_on)),
            ),
            ("deliverable-place", words.map(|words| words.place.clone()).unwrap_or_default()),
            ("deliverable-evidence", words.map(|words| words.evidence.clone()).unwrap_or_default()),
            ("deliverable-standard", standard),
        ],
    ))
}

/// The deliverable and what was handed over.
pub fn submission(setting: &Setting<'_>) -> Result<Rows, Error> {
    let mut all = deliverable(setting)?;
    let handed = submitted(setting)?;
    all.extend(rows(
        setting,
        [
            ("submission-on", handed.on.to_string()),
            ("submission-quantity", setting.page.money(&handed.quantity)),
            ("submission-note", handed.note),
        ],
    ));
    if !handed.files.is_empty() {
        let files: Vec<_> = handed.files.iter().map(|file| (file.id.as_str(), file.name.as_str())).collect();
        all.push(said(setting, "submission-files", String::new(), &files));
    }
    Ok(all)
}

/// The breach that is to be waived.
pub fn breach(setting: &Setting<'_>) -> Result<Rows, Error> {
    let input = &setting.dossier.input;
    let BreachKey { clause, subject } = setting.about.subject.parse::<BreachKey>().map_err(|_| Error::NotFound)?;
    let breaches = &input.standing.breaches;
    let breach =
        breaches.iter().find(|b| b.clause.as_str() == clause && b.subject == subject).ok_or(Error::NotFound)?;
    Ok(rows(
        setting,
        [
            ("document-column-clause", words::clause(&clause, input, setting.page.language)),
            ("document-column-subject", words::subject(&subject, input)),
            ("document-column-since", breach.since.to_string()),
            ("document-column-amount", setting.page.money(breach.amount)),
            ("document-column-charged", setting.page.money(breach.charged)),
        ],
    ))
}

/// The fact that is to be undone.
pub fn fact(setting: &Setting<'_>) -> Result<Rows, Error> {
    let seq: i64 = setting.about.subject.parse().map_err(|_| Error::NotFound)?;
    let entry = setting.dossier.history.iter().find(|entry| entry.seq == Some(seq)).ok_or(Error::NotFound)?;
    let subjects = entry.about.iter().map(|code| words::anything(code, &setting.dossier.input, setting.page.language));
    Ok(rows(
        setting,
        [
            ("history-what", setting.page.say(&entry.what)),
            ("history-subject", subjects.collect::<Vec<_>>().join(" · ")),
            ("history-on", entry.on.map(|day| day.to_string()).unwrap_or_default()),
            ("history-who", entry.by.clone().unwrap_or_default()),
            ("history-note", entry.note.clone()),
        ],
    ))
}

/// What was asked for, by whom and why.
pub fn asked(setting: &Setting<'_>) -> Result<Rows, Error> {
    Ok(ask_rows(setting, &request_of(setting)?))
}

/// The contract, and who wants to end it early, from which day and why.
pub fn early_end(setting: &Setting<'_>) -> Result<Rows, Error> {
    let mut all = contract(setting)?;
    let open = requests(setting)?
        .into_iter()
        .find(|ask| ask.kind == ChangeRequestKind::Termination && ask.state == ChangeRequestState::Asked);
    all.extend(open.map(|ask| ask_rows(setting, &ask)).into_iter().flatten());
    Ok(all)
}

fn ask_rows(setting: &Setting<'_>, ask: &ChangeRequestView) -> Rows {
    rows(
        setting,
        [
            ("ask-kind", setting.page.word("asked", ask.kind)),
            ("ask-what", change_request::about(setting.page, setting.dossier, ask)),
            ("ask-reason", ask.reason.clone()),
            ("ask-by", setting.page.noted(&ask.asked_by, setting.page.time(&ask.asked_at))),
        ],
    )
}
