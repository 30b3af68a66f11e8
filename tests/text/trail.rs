//! Sentences of trails.

use luyue::domain::codes::Language;
use luyue::text::message;
use luyue::text::trail::close_han_gaps;

#[test]
fn only_the_gap_between_han_and_figures_goes() {
    assert_eq!(close_han_gaps("应付 153,665.60 元，Party A 的 5% 计 a b"), "应付153,665.60元，Party A的5%计a b");
}

/// A message with its values, and the sentence.
type Said = (&'static str, &'static [(&'static str, &'static str)], &'static str);

#[test]
fn english_sentences_leave_out_what_is_nothing() {
    let said = |key: &str, values: &[(&'static str, &str)]| {
        let values: Vec<(&'static str, String)> =
            values.iter().map(|(name, value)| (*name, (*value).to_owned())).collect();
        message(Language::En, key, &values)
    };
    let cases: &[Said] = &[
        ("trail-gross", &[("amount", "93,600.00")], "Agreed amount: 93,600.00 yuan"),
        (
            "trail-deductions",
            &[("charges", "none"), ("carried", "0.00"), ("gross", "93,600.00"), ("result", "0.00")],
            "No deductions",
        ),
        (
            "trail-charge",
            &[
                ("amount", "1,500.00"),
                ("outside_cap", "no"),
                ("room", "none"),
                ("satisfied_on", "16 July 2026"),
                ("waived_on", "10 April 2026"),
                ("result", "0.00"),
            ],
            "Penalty 1,500.00 yuan, waived on 10 April 2026. Nothing is charged",
        ),
        (
            "trail-days_late",
            &[("due_on", "1 May 2026"), ("stop", "10 May 2026"), ("held", "5"), ("result", "4")],
            "Due on 1 May 2026, counted up to 10 May 2026, less 5 days allowed to put it right: 4 days late",
        ),
        (
            "trail-days_late",
            &[("due_on", "1 May 2026"), ("stop", "2 May 2026"), ("held", "0"), ("result", "1")],
            "Due on 1 May 2026, counted up to 2 May 2026: 1 day late",
        ),
        (
            "trail-late_interest",
            &[("overdue", "none"), ("daily_rate", "0.05%"), ("result", "0.00")],
            "Nothing is overdue. No interest",
        ),
        ("trail-compliance-row", &[("count", "0"), ("severity", "minor"), ("points", "2")], ""),
        (
            "trail-compliance-row",
            &[("count", "1"), ("severity", "minor"), ("points", "2")],
            "1 minor breach (2 points)",
        ),
        (
            "trail-compliance-row",
            &[("count", "3"), ("severity", "major"), ("points", "5")],
            "3 major breaches (5 points each)",
        ),
        ("document-term-total", &[("amount", "468,000.00"), ("count", "3")], "¥468,000.00 in 3 payments"),
        ("document-term-total", &[("amount", "468,000.00"), ("count", "1")], "¥468,000.00 in 1 payment"),
    ];
    for (key, values, sentence) in cases {
        assert_eq!(said(key, values), *sentence, "{key}");
    }
}

#[test]
fn numbers_and_identifiers_are_shown_as_they_are() {
    for value in ["0", "7", "2026", "999999", "1000000", "007", "0.00", "0.50", "24952000000012345678", "-1", "1e5"] {
        assert_eq!(message(Language::En, "receipt-seq", &[("seq", value.to_owned())]), format!("no. {value}"));
    }
}
