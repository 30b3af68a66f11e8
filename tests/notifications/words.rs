//! The wording of every email in both languages: no message keys, raw values or grammar slips.

use luyue::domain::alerts::{Topic, is_about_task, is_binding, recipients_of, topic_of};
use luyue::domain::clauses::ClauseKind;
use luyue::domain::codes::{AlertKind, ChangeRequestKind, Language, Role};
use luyue::domain::tasks::TaskKind;
use luyue::text::mail::{EmailText, compose_email};
use luyue::text::message;
use luyue::text::templates::Template;

fn values(more: &[(&'static str, &str)]) -> Vec<(&'static str, String)> {
    let mut values = vec![
        ("number", "XCSF-2026-001".to_owned()),
        ("title", "社区矫正社会工作服务".to_owned()),
        ("name", "王芳".to_owned()),
    ];
    values.extend(more.iter().map(|(name, value)| (*name, (*value).to_owned())));
    values
}

/// Checks that a text is complete and in its language.
fn whole(language: Language, words: &EmailText, what: &str) {
    let all = format!("{}\n{}", words.subject, words.text);
    for sign in ["{", "}", "$", "mail-", "_"] {
        assert!(!all.contains(sign), "{what}: {all}");
    }
    assert!(
        words.subject.contains("XCSF-2026-001") && words.subject.chars().count() <= 90,
        "{what}: {}",
        words.subject
    );
    assert!(
        words.text.starts_with("王芳") && words.text.lines().next().is_some_and(|line| line.contains("XCSF-2026-001")),
        "{what}: {all}"
    );
    assert_eq!(words.html.matches("<p>").count(), words.text.split("\n\n").count(), "{what}");
    let chinese = all
        .replace("王芳", "")
        .replace("社区矫正社会工作服务", "")
        .chars()
        .any(|c| ('\u{4e00}'..='\u{9fff}').contains(&c));
    assert_eq!(chinese, language == Language::Zh, "{what}: {all}");
}

/// The events of issue 14 that make people act or change their money, with the parties who are told.
const EVENTS: &[(AlertKind, &[Role])] = &[
    (AlertKind::DeliverableSubmitted, &[Role::Officer]),
    (AlertKind::PaymentAtFinance, &[Role::Contractor]),
    (AlertKind::ContractFunded, &[Role::Officer, Role::Leader]),
    (AlertKind::ContractReturned, &[Role::Officer]),
    (AlertKind::DeliverableReturned, &[Role::Contractor]),
    (AlertKind::PaymentReturned, &[Role::Contractor, Role::Officer]),
    (AlertKind::DeliverableAccepted, &[Role::Contractor]),
    (AlertKind::ScoreRecorded, &[Role::Contractor]),
    (AlertKind::ApplicationDecided, &[Role::Contractor, Role::Officer]),
    (AlertKind::ChangeGranted, &[Role::Contractor, Role::Officer]),
    (AlertKind::ChangeRefused, &[Role::Officer]),
    (AlertKind::BreachFound, &[Role::Contractor]),
    (AlertKind::BreachNoted, &[Role::Officer]),
    (AlertKind::PaymentPaid, &[Role::Contractor]),
    (AlertKind::ClaimGranted, &[Role::Contractor, Role::Officer]),
    (AlertKind::RecoveryChanged, &[Role::Contractor, Role::Officer]),
    (AlertKind::InterestWaived, &[Role::Officer, Role::Reviewer]),
    (AlertKind::ContractState, &[Role::Contractor, Role::Officer]),
    (AlertKind::AccountChanged, &[]),
    (AlertKind::CodesOn, &[]),
];

#[test]
fn every_event_has_recipients_a_topic_and_texts() {
    for (kind, roles) in EVENTS {
        assert_eq!(recipients_of(*kind), *roles, "{kind}");
    }
    for language in Language::ALL {
        for kind in AlertKind::ALL {
            let Template { subject, body } = Template::original(*language, *kind);
            assert!(!subject.is_empty() && !body.is_empty(), "{language}: {kind}");
            let key = format!("email-kind-{kind}");
            assert_ne!(message(*language, &key, &[]), key, "{language}");
        }
    }
    let informs = |kind: &&AlertKind| {
        !is_about_task(**kind) && !matches!(topic_of(**kind), Topic::Account | Topic::Messages | Topic::Tasks)
    };
    assert!(AlertKind::ALL.iter().filter(informs).all(|kind| !recipients_of(*kind).is_empty()), "all have recipients");
    // Only what a law or a penalty depends on reaches people whatever they chose.
    assert!(is_binding(AlertKind::BreachFound, "LATE/D-1") && is_binding(AlertKind::Due3, "approve_payment/x"));
    assert!(is_binding(AlertKind::Overdue, "publish/") && is_binding(AlertKind::CodesOn, ""));
    assert!(!is_binding(AlertKind::Due3, "deliver/D-1") && !is_binding(AlertKind::PaymentPaid, "x"));
}

#[test]
fn every_task_at_every_stage() {
    for language in Language::ALL {
        for task in TaskKind::ALL {
            for (kind, days) in [
                (AlertKind::Due10, "10"),
                (AlertKind::Due5, "5"),
                (AlertKind::Due7, "7"),
                (AlertKind::Due3, "2"),
                (AlertKind::Due1, "1"),
                (AlertKind::Due1, "0"),
                (AlertKind::Overdue, "1"),
                (AlertKind::PaymentWaiting, "9"),
                (AlertKind::TaskWaiting, "9"),
            ] {
                for ask in ChangeRequestKind::ALL {
                    let more = [
                        ("task", task.as_str()),
                        ("due", "2026-09-30"),
                        ("days", days),
                        ("subject", "D-1"),
                        ("amount", "1234.50"),
                        ("change_request", ask.as_str()),
                        ("clause", "C-1"),
                        ("more_days", "7"),
                        ("seq", "3"),
                    ];
                    let words = compose_email(*language, kind, &values(&more));
                    whole(*language, &words, &format!("{language} {task} {kind} {days}"));
                    assert!(
                        words.text.contains(if *language == Language::Zh {
                            "2026年9月30日"
                        } else {
                            "30 September 2026"
                        }),
                        "{}",
                        words.text
                    );
                }
            }
        }
    }
}

#[test]
fn every_kind_of_breach() {
    for language in Language::ALL {
        for kind in ClauseKind::ALL {
            for accruing in ["true", "false"] {
                let more = [
                    ("clause", "C-1"),
                    ("breach", kind.as_str()),
                    ("subject", "D-1"),
                    ("since", "2026-07-03"),
                    ("accruing", accruing),
                    ("charged", "12345.60"),
                    ("on", "2026-07-05"),
                    ("steps", "S-1"),
                    ("answer_days", "10"),
                ];
                for alert in [AlertKind::BreachFound, AlertKind::BreachNoted] {
                    let words = compose_email(*language, alert, &values(&more));
                    whole(*language, &words, &format!("{language} {kind}"));
                    assert!(["12,345.60", "S-1"].iter().all(|part| words.text.contains(part)), "{}", words.text);
                    assert!(words.subject.contains("12,345.60"), "{}", words.subject);
                }
            }
        }
    }
}

#[test]
fn what_was_decided() {
    for language in Language::ALL {
        for kind in [
            AlertKind::PaymentPaid,
            AlertKind::PaymentReturned,
            AlertKind::DeliverableAccepted,
            AlertKind::DeliverableReturned,
        ] {
            whole(*language, &compose_email(*language, kind, &values(&[])), "nothing but the contract");
            let more =
                [("subject", "D-1"), ("amount", "93600.00"), ("milestone", "M-1"), ("reason", "R-1"), ("note", "")];
            whole(*language, &compose_email(*language, kind, &values(&more)), kind.as_str());
            let more = [
                ("subject", "D-1"),
                ("decision", "partial"),
                ("quantity", "170"),
                ("note", "R-1"),
                ("on", "2026-08-17"),
                ("voucher", "V-1"),
                ("milestone", "M-1"),
                ("amount", "93,600.00"),
            ];
            let words = compose_email(*language, kind, &values(&more));
            whole(*language, &words, kind.as_str());
            let says = |text: &str| words.text.contains(text);
            match kind {
                AlertKind::PaymentPaid => {
                    assert!(says("V-1") && says("93,600.00") && !says("2026-08-17"), "{}", words.text)
                }
                AlertKind::DeliverableAccepted => {
                    assert!(says("170") && (says("in part") || says("部分通过")), "{}", words.text)
                }
                _ => assert!(says("R-1"), "{}", words.text),
            }
        }
    }
}

#[test]
fn money_outside_the_payment_requests() {
    for language in Language::ALL {
        for (kind, state) in [
            (AlertKind::RecoveryChanged, "demanded"),
            (AlertKind::RecoveryChanged, "received"),
            (AlertKind::RecoveryChanged, "written-off"),
            (AlertKind::WriteOffRefused, "refused"),
            (AlertKind::ClaimGranted, ""),
            (AlertKind::ClaimRefused, ""),
            (AlertKind::InterestWaived, ""),
        ] {
            let more = [("amount", "1234.50"), ("state", state), ("reason", "R-1"), ("on", "2026-07-05")];
            let words = compose_email(*language, kind, &values(&more));
            whole(*language, &words, kind.as_str());
            assert!(words.subject.contains("1,234.50") && words.text.contains("R-1"), "{words:?}");
        }
    }
}

#[test]
fn a_suspension_and_its_end() {
    for language in Language::ALL {
        for state in ["public_interest", "force_majeure", "resumption"] {
            for kind in [AlertKind::SuspensionApproved, AlertKind::SuspensionRefused] {
                let more = [("state", state), ("reason", "R-1"), ("on", "2026-07-05")];
                let words = compose_email(*language, kind, &values(&more));
                whole(*language, &words, kind.as_str());
                let resumes = ["恢复履行", "resum", "Resum"].iter().any(|word| words.subject.contains(word));
                assert_eq!(resumes, state == "resumption", "{words:?}");
                let day = if *language == Language::Zh { "2026年7月5日" } else { "5 July 2026" };
                assert!(words.text.contains("R-1") && words.text.contains(day), "{words:?}");
            }
        }
    }
}

#[test]
fn a_certificate_that_lapses() {
    for language in Language::ALL {
        for state in ["lapsing", "lapsed"] {
            let more = [("subject", "林晓东"), ("certificate", "C-1"), ("state", state), ("on", "2026-07-05")];
            let words = compose_email(*language, AlertKind::CertificateLapsing, &values(&more));
            let name = EmailText {
                text: words.text.replace("林晓东", ""),
                subject: words.subject.replace("林晓东", ""),
                ..words.clone()
            };
            whole(*language, &name, state);
            assert!(words.subject.contains("林晓东") && words.text.contains("C-1"), "{words:?}");
        }
    }
}

#[test]
fn one_day_is_one_day() {
    let more = |days| values(&[("task", "deliver"), ("due", "2026-09-30"), ("days", days), ("subject", "D-1")]);
    let subject = |kind, days| compose_email(Language::En, kind, &more(days)).subject;
    assert_eq!(subject(AlertKind::Due1, "0"), "Due now: submit “D-1”, due today (XCSF-2026-001)");
    assert_eq!(subject(AlertKind::Due1, "1"), "Due now: submit “D-1”, 1 day left (XCSF-2026-001)");
    assert_eq!(subject(AlertKind::Overdue, "12"), "Overdue: submit “D-1”, 12 days overdue (XCSF-2026-001)");
}

#[test]
fn a_long_name_is_cut_in_the_subject_line_alone() {
    // As an officer might write it in a plan; the number is that of a call-off under a framework contract.
    let long =
        "上半年入矫对象个别教育、心理疏导与家庭走访服务记录汇编(含重点对象季度评估报告、签字确认单及整改复核材料)";
    for language in Language::ALL {
        for task in TaskKind::ALL {
            for kind in [AlertKind::Due7, AlertKind::Overdue, AlertKind::PaymentWaiting] {
                let more = [("task", task.as_str()), ("due", "2026-09-30"), ("days", "12"), ("subject", long)];
                let mut values = values(&more);
                values.extend([
                    ("change_request", ChangeRequestKind::Termination.as_str().to_owned()),
                    ("amount", "93600.00".to_owned()),
                ]);
                let found = |number: &str| {
                    let mut values = values.clone();
                    values.iter_mut().filter(|(name, _)| *name == "number").for_each(|(_, v)| *v = number.to_owned());
                    compose_email(*language, kind, &values)
                };
                let words = found("XCSF-2026-001");
                let line = &words.subject;
                assert!(line.chars().count() <= 90 && line.contains("XCSF-2026-001"), "{line}");
                let names_it = words.text.contains(long);
                assert_eq!(line.contains('…'), names_it, "{line}");
                assert!(!names_it || line.contains("上半年入矫对象个"), "{line}");
                let line = found("宣城市宣州区2026年度社区矫正社会工作服务框架协议第三标段补充合同之二").subject;
                assert!(line.chars().count() <= 90 && line.contains("宣城市宣州区2026"), "{line}");
            }
        }
    }
}

#[test]
fn what_the_parties_say_to_each_other() {
    let asked = |ask: &'static str, state: &'static str, reason: &'static str| {
        let more =
            [("change_request", ask), ("state", state), ("reason", reason), ("subject", "D-1"), ("clause", "C-1")];
        let more: Vec<_> = more.into_iter().chain([("more_days", "7"), ("sender", "S-1")]).collect();
        values(&more)
    };
    for language in Language::ALL {
        let none = if *language == Language::Zh { "无" } else { "none" };
        for ask in ["extension", "waiver"] {
            for (state, reason, said) in [("granted", "", none), ("refused", "R-1", "R-1")] {
                let words = compose_email(*language, AlertKind::ApplicationDecided, &asked(ask, state, reason));
                whole(*language, &words, &format!("{language} {ask} {state}"));
                assert!(words.text.contains("D-1") && words.text.contains(said), "{}", words.text);
            }
        }
        let words = compose_email(*language, AlertKind::MessageReceived, &asked("extension", "", ""));
        whole(*language, &words, "a message");
        assert!(words.subject.contains("S-1") && words.text.contains("S-1"), "{}", words.text);
    }
}

#[test]
fn a_payment_is_late_and_not_the_step_that_waits() {
    let of = |task: &str| {
        let values = [("task", task), ("days", "49"), ("subject", "中期款"), ("number", "N-1"), ("due", "2026-08-12")];
        let values = values.map(|(name, value)| (name, value.to_owned()));
        compose_email(Language::Zh, AlertKind::Overdue, &values).subject
    };
    for task in ["confirm_payment", "review_payment", "approve_payment", "pay_payment", "allow_payment"] {
        assert!(of(task).contains("，付款已逾期 49 天"), "{}", of(task));
    }
    assert!(of("deliver").contains("，已逾期 49 天"), "{}", of("deliver"));
}
