//! Phrases that grate in English, and amounts written in one way.

use crate::architecture::{Fault, assert_none};
use crate::support::files;

/// Retired phrases, in small letters, each with what says it better.
const NOT_IN_ENGLISH: &[(&str, &str)] = &[
    (" buys from ", "Purchaser: … · Contractor: …"),
    ("is not real. what is done", "Training system: nothing you do here is real"),
    ("performance of contracts", "Luyue tracks public service contracts"),
    ("conditions not met", "Not yet due"),
    (": a gross of", "Agreed amount: 93,600.00 yuan"),
    ("that this milestone bears", "No deductions, or Penalties: …"),
    ("being left", "Nothing is charged"),
    ("no cap being agreed", "nothing where there is no cap"),
    ("are not the contractor", "less 5 days allowed to put it right"),
    ("the highest that it is", "93.5 is below 95, so 2% of … applies"),
    ("overdue ({", "Nothing is overdue. No interest"),
    ("off 100 points", "100 less 3 major breaches (5 points each)"),
    ("after acceptance of", "once … is accepted"),
    ("yuan in all", "468,000.00 yuan in 3 payments"),
    ("had not been returned by then", "awaits its inspection"),
    ("had not been rejected by", "awaits its inspection"),
    ("began to count", "Breach recorded"),
    ("= in { $name }", "Deducted from …"),
    ("pass the review", "Approve the review"),
    ("left to request for the milestone", "Remaining on this milestone after this payment"),
    ("not every check above", "A check failed"),
    ("that await approval. it takes", "waiting for approval. The person who proposed one cannot approve it"),
    ("acts for you between", "Name a deputy for a period"),
    ("today, unless you enter", "Leave as today unless it happened earlier"),
    ("each gets a receipt", "You will get a receipt"),
    ("counts for payment. red-letter", "all valid invoices together cover what is paid"),
    ("2 mib", "the limit in MB"),
    ("enter “{ $field }”", "Enter the …"),
    ("= number { $", "no. 8"),
    ("submission { $no }", "submission no. 1"),
];

/// Keys of the terms of a contract, where amounts stand close together.
const TERMS: &[&str] = &["document-term-", "document-clause-"];

/// Lists the retired phrases of a file, amounts of the terms with the word for their unit and amounts elsewhere with its
/// sign.
fn grating(path: &str, text: &str) -> Vec<Fault> {
    let (mut faults, mut key) = (Vec::new(), "");
    for (at, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.starts_with('#')) {
        if !line.starts_with(' ') {
            key = line.split(" =").next().unwrap_or_default();
        }
        let small = line.to_lowercase();
        let found = NOT_IN_ENGLISH.iter().filter(|(phrase, _)| small.contains(phrase));
        faults.extend(found.map(|(phrase, better)| Fault::new(path, at, format!("“{phrase}”: {better}"))));
        let in_terms = TERMS.iter().any(|terms| key.starts_with(terms));
        let (sign, unit) = if in_terms { ("yuan", "¥1,234.00") } else { ("¥", "1,234.00 yuan") };
        if line.contains(sign) {
            faults.push(Fault::new(path, at, format!("an amount is written {unit} here")));
        }
    }
    faults
}

#[test]
fn english_has_no_retired_phrase() {
    let english = files::under("locales/en/", &["ftl"]);
    assert!(!english.is_empty(), "the words were not found");
    assert_none(english.iter().flat_map(|(path, text)| grating(path, text)).collect());
}

#[test]
fn a_retired_phrase_is_caught() {
    assert_eq!(grating("x", "a = { $amount } yuan in all\nb = Agreed\ndocument-term-total = { $n } yuan").len(), 2);
    assert_eq!(grating("x", "# yuan in all\na = ¥{ $amount }\ndocument-clause-x = ¥{ $amount }").len(), 1);
    assert_eq!(grating("x", "a = { $n ->\n   *[other] Conditions not met\n }").len(), 1);
}
