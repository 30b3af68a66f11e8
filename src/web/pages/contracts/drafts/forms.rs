//! The form of each step. What is asked for stands here, in the order of the page; what is right is decided in services.

use crate::domain::clauses::Kind as ClauseKind;
use crate::domain::codes::Regime;
use crate::domain::schedule::Rhythm;
use crate::domain::terms::{Base, Direction, PaymentFrom, Severity};
use crate::services::contracts::drafts::choices::{Choices, Named};
use crate::services::contracts::drafts::clauses::{LIBRARY, indicators};
use crate::services::registry::appropriations::AppropriationView;
use crate::web::pages::contracts::drafts::fields::{Block, Group, Kind, Paper};

/// The usual ways in which a contractor is chosen (政府采购法 26, 民法典).
const METHODS: &[&str] =
    &["open", "invited", "consultation", "negotiation", "enquiry", "single", "framework", "direct"];

/// The blocks of a step; `more` is the list of which one more row is wanted.
pub fn blocks(step: &str, paper: &Paper<'_>, choices: &Choices, more: &str) -> Vec<Block> {
    match step {
        "parties" => vec![parties(paper, choices)],
        "items" => vec![items(paper, choices, more), alone(paper, "amount", Kind::Number, "draft-amount-hint")],
        "deliverables" => deliverables(paper, more),
        "milestones" => milestones(paper, more),
        "clauses" => clauses(paper, more),
        "scorecard" => vec![scorecard(paper)],
        _ => vec![alone(paper, "notes", Kind::Text, "draft-notes-hint")],
    }
}

fn block(id: &str, title: String, groups: Vec<Group>) -> Block {
    Block { id: id.to_owned(), title, groups, ..Block::default() }
}

fn group(fields: Vec<crate::web::pages::contracts::drafts::fields::Field>) -> Group {
    Group { fields, ..Group::default() }
}

fn alone(paper: &Paper<'_>, name: &str, kind: Kind, hint: &str) -> Block {
    block("", String::new(), vec![group(vec![paper.field(name, kind).hint(paper.page.say(hint))])])
}

fn parties(paper: &Paper<'_>, choices: &Choices) -> Block {
    let page = paper.page;
    let none = || page.say("draft-choose");
    let named = |(code, name): &Named| (code.clone(), page.noted(name, code));
    let money = |one: &AppropriationView| {
        let free = page.with("draft-free", "amount", page.money(one.free));
        (one.id.clone(), format!("{} · {} · {} · {free}", one.year, one.document_no, one.project))
    };
    let methods = METHODS.iter().map(|code| (page.word("draft-method", code), String::new()));
    // Days that belong together stand beside each other.
    let groups = [
        vec![paper.field("title", Kind::Line), paper.field("number", Kind::Line).hint(page.say("draft-number-hint"))],
        vec![
            paper.field("purchaser", Kind::Choice).of(choices.purchasers.clone()),
            paper.searched("funder", &choices.funders, none(), named),
            paper.searched("contractor", &choices.contractors, none(), named).hint(page.say("draft-contractor-hint")),
        ],
        vec![paper.field("starts_on", Kind::Day), paper.field("ends_on", Kind::Day)],
        vec![
            paper.choice("regime", Regime::ALL, |code| page.word("draft-regime", code)).or_none(none()),
            paper.field("method", Kind::Offered).of(methods.collect()),
            paper.field("plan_no", Kind::Line).hint(page.say("draft-optional")),
        ],
        vec![
            paper.field("award_on", Kind::Day).hint(page.say("draft-optional")),
            paper.field("signed_on", Kind::Day).hint(page.say("draft-signed-hint")),
        ],
        vec![
            paper
                .searched("appropriation", &choices.appropriations, page.say("draft-later"), money)
                .hint(page.say("draft-appropriation-hint")),
        ],
    ];
    block("", String::new(), groups.map(group).into())
}

fn items(paper: &Paper<'_>, choices: &Choices, more: &str) -> Block {
    let page = paper.page;
    let services = |field: &str| -> Vec<(String, String)> {
        let found = choices.services_of.get(field).unwrap_or(&choices.services);
        found.iter().map(|service| (service.name.clone(), service.standard.clone())).collect()
    };
    let row = |row: usize| {
        let at = format!("items.{row}");
        let field = |name: &str, kind| paper.field(format!("{at}.{name}"), kind);
        Group {
            legend: page.with("draft-row-item", "number", row + 1),
            fields: vec![
                field("code", Kind::Line).hint(page.say("draft-code-hint")),
                field("name", Kind::Line),
                field("service", Kind::Offered).of(services(&format!("{at}.service"))).live(),
                field("unit", Kind::Line).hint(page.say("draft-unit-hint")),
                field("quantity", Kind::Number),
                field("unit_price", Kind::Number),
                field("standard", Kind::Line),
            ],
            buttons: vec![paper.remove("items", row)],
            is_new: paper.is_new("items", row, more),
            id: at,
            ..Group::default()
        }
    };
    Block {
        fault: paper.fault("items"),
        buttons: vec![("add:items".to_owned(), page.say("draft-add-item"))],
        ..block("items", page.say("draft-step-items"), paper.numbers("items", more, 1).map(row).collect())
    }
}

fn deliverables(paper: &Paper<'_>, more: &str) -> Vec<Block> {
    let page = paper.page;
    let list = "deliverables";
    let directions = |name: String| paper.choice(name, Direction::ALL, |code| page.word("direction", code));
    let indicator = |at: &str, row: usize| {
        let inner = format!("{at}.indicators.{row}");
        Group {
            legend: page.with("draft-row-indicator", "number", row + 1),
            fields: vec![
                paper.field(format!("{inner}.code"), Kind::Line).called(page.say("draft-field-indicator")),
                directions(format!("{inner}.direction")),
                paper.field(format!("{inner}.target"), Kind::Number),
            ],
            buttons: vec![paper.remove(&format!("{at}.indicators"), row)],
            is_new: paper.is_new(&format!("{at}.indicators"), row, more),
            id: inner,
            ..Group::default()
        }
    };
    let row = |row: usize| {
        let at = format!("{list}.{row}");
        let field = |name: &str, kind| paper.field(format!("{at}.{name}"), kind);
        let inner = format!("{at}.indicators");
        Group {
            legend: page.with("draft-row-deliverable", "number", row + 1),
            fields: vec![
                field("code", Kind::Line),
                field("name", Kind::Line),
                field("item", Kind::Choice).of(paper.coded("items")).or_none(page.say("draft-choose")),
                field("quantity", Kind::Number),
                field("due_on", Kind::Day),
                field("place", Kind::Line),
                field("evidence", Kind::Line),
            ],
            inner: paper.numbers(&inner, more, 0).map(|row| indicator(&at, row)).collect(),
            buttons: vec![(format!("add:{inner}"), page.say("draft-add-indicator")), paper.remove(list, row)],
            is_new: paper.is_new(list, row, more),
            id: at,
        }
    };
    let terms = group(vec![
        paper.field("inspection_days", Kind::Number).hint(page.say("draft-inspection-hint")),
        paper.field("deemed_acceptance", Kind::Tick),
        paper.field("cure_days", Kind::Number).hint(page.say("draft-cure-hint")),
    ]);
    let generate = group(vec![
        paper.field("generate.item", Kind::Choice).of(paper.coded("items")).or_none(page.say("draft-choose")),
        rhythm(paper),
        paper.field("generate.count", Kind::Number).hint(page.say("draft-count-hint")),
        paper
            .field("generate.indicator.code", Kind::Line)
            .called(page.say("draft-field-indicator"))
            .hint(page.say("draft-optional")),
        directions("generate.indicator.direction".to_owned()),
        paper.field("generate.indicator.target", Kind::Number),
    ]);
    vec![
        generator(paper, "draft-generate-deliverables-title", "draft-generate-deliverables-hint", generate),
        Block {
            fault: paper.fault(list),
            buttons: vec![(format!("add:{list}"), page.say("draft-add-deliverable"))],
            ..block(list, page.say("draft-step-deliverables"), paper.numbers(list, more, 1).map(row).collect())
        },
        block("", page.say("draft-inspection-title"), vec![terms]),
    ]
}

fn rhythm(paper: &Paper<'_>) -> crate::web::pages::contracts::drafts::fields::Field {
    paper.choice("generate.rhythm", Rhythm::ALL, |code| paper.page.word("draft-rhythm", code))
}

fn generator(paper: &Paper<'_>, title: &str, hint: &str, group: Group) -> Block {
    Block {
        hint: paper.page.say(hint),
        buttons: vec![("generate".to_owned(), paper.page.say("draft-generate"))],
        folded: group.fields.iter().all(|field| field.fault.is_none()),
        ..block("generate", paper.page.say(title), vec![group])
    }
}

fn milestones(paper: &Paper<'_>, more: &str) -> Vec<Block> {
    let page = paper.page;
    let list = "milestones";
    let row = |row: usize| {
        let at = format!("{list}.{row}");
        let field = |name: &str, kind| paper.field(format!("{at}.{name}"), kind);
        Group {
            legend: page.with("draft-row-milestone", "number", row + 1),
            fields: vec![
                field("code", Kind::Line),
                field("name", Kind::Line),
                field("amount", Kind::Number)
                    .called(page.say("draft-field-milestone-amount"))
                    .hint(page.say("draft-by-quantity-hint")),
                field("not_before", Kind::Day).hint(page.say("draft-not-before-hint")),
                field("payment_days", Kind::Number).hint(page.say("draft-payment-days-hint")),
                field("requires_score", Kind::Tick),
            ],
            buttons: vec![paper.remove(list, row)],
            is_new: paper.is_new(list, row, more),
            id: at,
            ..Group::default()
        }
    };
    let names = paper.coded("deliverables");
    let milestones = paper.coded(list);
    let pays = (0..paper.fields.rows("deliverables")).map(|row| {
        let code = paper.fields.of("deliverables", row, "code");
        let name = names.iter().find(|(known, _)| known == code).map_or(code, |(_, name)| name);
        let field = paper.field(format!("deliverables.{row}.milestone"), Kind::Choice);
        field.called(name.to_owned()).of(milestones.clone()).or_none(page.say("draft-choose"))
    });
    let clock = group(vec![
        paper.choice("payment_from", PaymentFrom::ALL, |code| page.word("draft-payment-from", code)),
        paper.field("late_payment_daily_rate", Kind::Number).hint(page.say("draft-interest-hint")),
    ]);
    let generate = group(vec![
        rhythm(paper),
        paper.field("generate.count", Kind::Number).hint(page.say("draft-count-hint")),
        paper.field("generate.advance", Kind::Number).hint(page.say("draft-advance-hint")),
        paper.field("generate.payment_days", Kind::Number).hint(page.say("draft-payment-days-hint")),
        paper.field("generate.requires_score", Kind::Tick),
    ]);
    let mut blocks = vec![
        generator(paper, "draft-generate-milestones-title", "draft-generate-milestones-hint", generate),
        Block {
            fault: paper.fault(list),
            buttons: vec![(format!("add:{list}"), page.say("draft-add-milestone"))],
            ..block(list, page.say("draft-step-milestones"), paper.numbers(list, more, 1).map(row).collect())
        },
    ];
    let pays: Vec<_> = pays.collect();
    if !pays.is_empty() {
        let pays = block("pays", page.say("draft-pays-title"), vec![group(pays)]);
        blocks.push(Block { hint: page.say("draft-pays-hint"), ..pays });
    }
    blocks.push(block("", page.say("draft-clock-title"), vec![clock]));
    blocks
}

fn clauses(paper: &Paper<'_>, more: &str) -> Vec<Block> {
    let page = paper.page;
    let row = |row: usize| clause(paper, row, more);
    let library = LIBRARY.iter().map(|sample| {
        let words = page.with("draft-add-clause", "kind", page.word("document-kind", sample.kind));
        (format!("clause:{}", sample.kind), words)
    });
    let limits = group(vec![
        paper.field("penalty_cap", Kind::Number).hint(page.say("draft-cap-hint")),
        paper.field("termination.penalty_fraction", Kind::Number).hint(page.say("draft-optional")),
        paper.field("termination.days_late", Kind::Number).hint(page.say("draft-optional")),
        paper.field("termination.breaches", Kind::Number).hint(page.say("draft-optional")),
    ]);
    vec![
        Block {
            fault: paper.fault("clauses"),
            hint: page.say("draft-clauses-hint"),
            buttons: library.collect(),
            ..block("clauses", page.say("draft-step-clauses"), paper.numbers("clauses", "", 0).map(row).collect())
        },
        block("", page.say("draft-limits-title"), vec![limits]),
    ]
}

fn clause(paper: &Paper<'_>, row: usize, more: &str) -> Group {
    let page = paper.page;
    let at = format!("clauses.{row}");
    let field = |name: &str, kind| paper.field(format!("{at}.{name}"), kind);
    let base = || paper.choice(format!("{at}.base"), Base::ALL, |code| page.word("document-base", code));
    let percent = |name: &str| field(name, Kind::Number);
    let kind = ClauseKind::parse(paper.fields.of("clauses", row, "kind"));
    let mut fields = vec![
        field("kind", Kind::Hidden),
        field("code", Kind::Line),
        field("name", Kind::Line).hint(page.say("draft-optional")),
        paper.choice(format!("{at}.severity"), Severity::ALL, |code| page.word("document-severity", code)),
    ];
    let by_deliverable = match kind {
        Some(ClauseKind::LateDelivery) => {
            fields.extend([field("grace_days", Kind::Number), percent("daily_rate"), base(), percent("cap")]);
            true
        }
        Some(ClauseKind::NonDelivery) => {
            fields.extend([field("after_days", Kind::Number), percent("rate"), base()]);
            true
        }
        Some(ClauseKind::QuantityShortfall) => {
            fields.extend([percent("tolerance"), percent("rate").called(page.say("draft-field-short-rate"))]);
            true
        }
        Some(ClauseKind::QualityShortfall) => {
            let known = indicators(paper.fields).into_iter().map(|(code, _)| (code.clone(), code));
            let indicator = field("indicator", Kind::Choice).of(known.collect());
            fields.extend([indicator.or_none(page.say("draft-choose")), base()]);
            true
        }
        Some(ClauseKind::Staffing) => {
            fields.extend([field("clients_per_worker", Kind::Number), field("amount_per_worker", Kind::Number)]);
            false
        }
        Some(ClauseKind::Incident) => {
            let amount = field("amount", Kind::Number).called(page.say("draft-field-incident-amount"));
            let rate = percent("rate").called(page.say("draft-field-incident-rate"));
            fields.extend([amount.hint(page.say("draft-incident-hint")), rate]);
            false
        }
        Some(ClauseKind::LowScore) | None => false,
    };
    fields.push(field("outside_cap", Kind::Tick));
    if by_deliverable {
        let narrowed = field("deliverables", Kind::Several).of(paper.coded("deliverables"));
        fields.push(narrowed.hint(page.say("draft-narrowed-hint")));
    }
    fields.push(field("text", Kind::Text).hint(page.say("draft-optional")));
    let tiers = format!("{at}.tiers");
    let has_tiers = matches!(kind, Some(ClauseKind::QualityShortfall | ClauseKind::LowScore));
    let tier = |row: usize| Group {
        legend: page.with("draft-row-tier", "number", row + 1),
        fields: vec![
            paper.field(format!("{tiers}.{row}.limit"), Kind::Number),
            paper.field(format!("{tiers}.{row}.rate"), Kind::Number),
        ],
        buttons: vec![paper.remove(&tiers, row)],
        is_new: paper.is_new(&tiers, row, more),
        id: format!("{tiers}.{row}"),
        ..Group::default()
    };
    let mut buttons = vec![paper.remove("clauses", row)];
    if has_tiers {
        buttons.insert(0, (format!("add:{tiers}"), page.say("draft-add-tier")));
    }
    Group {
        legend: kind.map_or_else(String::new, |kind| {
            page.with2("draft-row-clause", "number", row + 1, "kind", page.word("document-kind", kind))
        }),
        fields,
        inner: if has_tiers { paper.numbers(&tiers, more, 1).map(tier).collect() } else { Vec::new() },
        buttons,
        is_new: more == "clauses" && row + 1 == paper.fields.rows("clauses"),
        id: at,
    }
}

fn scorecard(paper: &Paper<'_>) -> Block {
    let page = paper.page;
    let usual = |name: &str, number: u32| {
        let field = paper.field(format!("scorecard.{name}"), Kind::Number);
        field.hint(page.with("draft-usual", "number", number))
    };
    let weight = |name: &str, number: u32| {
        usual(&format!("weights.{name}"), number).called(page.with(
            "draft-weight",
            "measure",
            page.word("document-measure", name),
        ))
    };
    let fields = vec![
        usual("points_per_late_day", 5),
        weight("quantity", 25),
        weight("timeliness", 20),
        weight("first_pass", 15),
        weight("quality", 20),
        weight("compliance", 10),
        weight("satisfaction", 10),
    ];
    Block { hint: page.say("draft-scorecard-hint"), ..block("", String::new(), vec![group(fields)]) }
}
