//! What an act is about, as rows of a name and a value: the reader checks them before acting.

use super::Setting;
use super::fields::{payment, request_of, submitted};
use crate::domain::codes::AskKind;
use crate::error::Error;
use crate::services::documents::words;

/// Rows of a name and a value.
pub type Rows = Vec<(String, String)>;

/// What is said about an act.
pub type Say = fn(&Setting<'_>) -> Result<Rows, Error>;

fn rows<const N: usize>(setting: &Setting<'_>, rows: [(&str, String); N]) -> Rows {
    rows.into_iter().map(|(key, value)| (setting.page.say(key), value)).filter(|(_, value)| !value.is_empty()).collect()
}

/// The contract's parties, term and amount.
pub fn contract(setting: &Setting<'_>) -> Result<Rows, Error> {
    let input = &setting.dossier.input;
    let page = setting.page;
    Ok(rows(
        setting,
        [
            ("document-purchaser", input.purchaser.clone()),
            ("document-contractor", input.contractor.clone()),
            ("document-funder", input.funder.clone()),
            ("contracts-column-term", format!("{} – {}", input.terms.starts_on, input.terms.ends_on)),
            ("contracts-column-amount", page.money(input.terms.amount)),
        ],
    ))
}

/// Nothing.
pub fn nothing(_: &Setting<'_>) -> Result<Rows, Error> {
    Ok(Vec::new())
}

/// The payment with claim, standing of its milestone, account and what is left.
pub fn claim(setting: &Setting<'_>) -> Result<Rows, Error> {
    let payment = payment(setting)?;
    let page = setting.page;
    let mut said = rows(setting, [("claim-amount", page.money(payment.amount))]);
    said.extend(milestone_rows(setting, &payment.milestone));
    if let Some(account) = &payment.account {
        let text = format!("{}　{}　{}", account.name, account.bank, account.number);
        said.push((page.say("claim-account"), text));
    }
    let steps = payment.steps.iter().map(|step| {
        let who = match &step.on_behalf_of {
            Some(holder) => page.with2("by-deputy", "by", &step.by, "holder", holder),
            None => step.by.clone(),
        };
        format!("{}：{who}（{}）", page.word("payment-step", &step.step), page.time(&step.at))
    });
    said.push((page.say("claim-steps"), steps.collect::<Vec<_>>().join("；")));
    Ok(said)
}

/// The milestone with its sums and its day.
pub fn milestone(setting: &Setting<'_>) -> Result<Rows, Error> {
    let said = milestone_rows(setting, &setting.about.subject);
    if said.is_empty() { Err(Error::NotFound) } else { Ok(said) }
}

fn milestone_rows(setting: &Setting<'_>, code: &str) -> Rows {
    let input = &setting.dossier.input;
    let Some(milestone) = input.standing.milestones.iter().find(|m| m.code.as_str() == code) else { return Vec::new() };
    let page = setting.page;
    let agreed = input.terms.milestones.iter().find(|m| m.code.as_str() == code);
    let required = agreed.map(|m| m.requires.iter()).into_iter().flatten().filter_map(|code| {
        let standing = input.standing.deliverables.iter().find(|d| d.code == *code)?;
        let name = input.details.deliverable(code.as_str());
        Some(format!("{name}（{}）", words::word("deliverable", standing.state, page.language)))
    });
    rows(
        setting,
        [
            ("document-column-milestone", input.details.milestone(code).to_owned()),
            ("claim-deliverables", required.collect::<Vec<_>>().join("、")),
            ("document-column-gross", page.money(milestone.gross)),
            ("document-column-deductions", page.money(milestone.deductions)),
            ("document-column-payable", page.money(milestone.payable)),
            ("document-column-paid", page.money(milestone.paid)),
            (
                "document-column-pay-by",
                milestone.due_on.map(|day| format!("{} {}", page.day(&day), page.left(&day))).unwrap_or_default(),
            ),
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
    let mut said = deliverable(setting)?;
    let handed = submitted(setting)?;
    let files = handed.files.iter().map(|file| file.name.as_str()).collect::<Vec<_>>().join("、");
    said.extend(rows(
        setting,
        [
            ("submission-on", handed.on.to_string()),
            ("submission-quantity", setting.page.money(&handed.quantity)),
            ("submission-note", handed.note),
            ("submission-files", files),
        ],
    ));
    Ok(said)
}

/// The breach that is to be waived.
pub fn breach(setting: &Setting<'_>) -> Result<Rows, Error> {
    let input = &setting.dossier.input;
    let (clause, subject) = setting.about.subject.split_once('/').ok_or(Error::NotFound)?;
    let breaches = &input.standing.breaches;
    let breach =
        breaches.iter().find(|b| b.clause.as_str() == clause && b.subject == subject).ok_or(Error::NotFound)?;
    Ok(rows(
        setting,
        [
            ("document-column-clause", words::clause(clause, input, setting.page.language)),
            ("document-column-subject", words::subject(subject, input)),
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
    Ok(rows(
        setting,
        [
            ("history-what", setting.page.say(&entry.what)),
            ("history-subject", words::subject(&entry.subject, &setting.dossier.input)),
            ("history-on", entry.on.map(|day| day.to_string()).unwrap_or_default()),
            ("history-who", entry.by.clone().unwrap_or_default()),
            ("history-note", entry.note.clone()),
        ],
    ))
}

/// What was asked for, by whom and why.
pub fn asked(setting: &Setting<'_>) -> Result<Rows, Error> {
    let ask = request_of(setting)?;
    let input = &setting.dossier.input;
    let text = |name: &str| ask.fact[name].as_str().unwrap_or_default().to_owned();
    let what = match ask.kind {
        AskKind::Waiver => format!(
            "{} · {}",
            words::clause(&text("clause"), input, setting.page.language),
            words::subject(&text("subject"), input)
        ),
        AskKind::Extension => {
            let days = setting.page.with("ask-days", "days", &ask.fact["days"]);
            format!("{} · {days}", words::subject(&text("deliverable"), input))
        }
        AskKind::Reversal => setting.page.with("ask-fact", "seq", &ask.fact["seq"]),
        AskKind::Termination => text("on"),
    };
    Ok(rows(
        setting,
        [
            ("ask-kind", setting.page.word("mail-ask", ask.kind)),
            ("ask-what", what),
            ("ask-reason", ask.reason.clone()),
            ("ask-by", format!("{}（{}）", ask.asked_by, setting.page.time(&ask.asked_at))),
        ],
    ))
}
