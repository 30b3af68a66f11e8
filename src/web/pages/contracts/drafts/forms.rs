//! The form of each step: its fields in the order of the page. The services validate the typed values.

use crate::domain::amendments::AmendmentGround;
use crate::domain::clauses::ClauseKind;
use crate::domain::codes::Regime;
use crate::domain::indicators::IndicatorUnit;
use crate::domain::numbers::Whole;
use crate::domain::terms::{Base, Direction, PaymentFrom, Scorecard, Severity};
use crate::services::contracts::drafts::amending::Amended;
use crate::services::contracts::drafts::choices::{Choices, Named};
use crate::services::contracts::drafts::clauses::{LIBRARY, indicators};
use crate::services::contracts::drafts::columns::PAYS;
use crate::services::documents::words;
use crate::services::registry::appropriations::AppropriationView;
use crate::text;
use crate::web::pages::contracts::drafts::fields::{Block, FormBuilder, Group};
use crate::web::pages::contracts::drafts::row_tools;
use crate::web::pages::forms::field::{Field, FieldKind};

/// Usual procurement methods (政府采购法 26, 民法典).
const METHODS: &[&str] =
    &["open", "invited", "consultation", "negotiation", "enquiry", "single", "framework", "direct"];

/// Builds the blocks of a step; `more` is the list to which a row was added.
pub fn blocks(step: &str, builder: &FormBuilder<'_>, choices: &Choices, more: &str) -> Vec<Block> {
    match step {
        "parties" => vec![parties(builder, choices)],
        "items" => {
            vec![items(builder, choices, more), alone(builder, "amount", FieldKind::Number, "draft-amount-hint")]
        }
        "deliverables" => deliverables(builder, more),
        "milestones" => milestones(builder, more),
        "clauses" => clauses(builder, more),
        "scorecard" => vec![scorecard(builder)],
        "amendment" => vec![amendment(builder)],
        _ => vec![alone(builder, "notes", FieldKind::Text, "draft-notes-hint")],
    }
}

fn block(id: &str, title: String, groups: Vec<Group>) -> Block {
    Block { id: id.to_owned(), title, groups, ..Block::default() }
}

fn group(fields: Vec<Field>) -> Group {
    Group { fields, ..Group::default() }
}

fn alone(builder: &FormBuilder<'_>, name: &str, kind: FieldKind, hint: &str) -> Block {
    block("", String::new(), vec![group(vec![builder.field(name, kind).hint(builder.page.say(hint))])])
}

fn parties(builder: &FormBuilder<'_>, choices: &Choices) -> Block {
    let page = builder.page;
    let none = || page.say("draft-choose");
    let named = |(code, name): &Named| (code.clone(), page.noted(name, code));
    let money = |one: &AppropriationView| {
        let free = page.with("draft-free", "amount", page.money(one.free));
        (one.id.clone(), format!("{} · {} · {} · {free}", one.year, one.document_no, one.project))
    };
    let methods = METHODS.iter().map(|code| (page.word("draft-method", code), String::new()));
    // Days that belong together are shown side by side.
    let groups = [
        vec![
            builder.field("title", FieldKind::Line),
            builder.field("number", FieldKind::Line).hint(page.say("draft-number-hint")),
        ],
        vec![
            builder.field("purchaser", FieldKind::Choice).options(choices.purchasers.clone()),
            builder.searched("funder", &choices.funders, none(), named),
            builder.searched("contractor", &choices.contractors, none(), named).hint(page.say("draft-contractor-hint")),
        ],
        vec![builder.field("starts_on", FieldKind::Day), builder.field("ends_on", FieldKind::Day)],
        vec![
            builder.choice("regime", Regime::ALL, |code| page.word("draft-regime", code)).with_empty_choice(none()),
            builder.field("method", FieldKind::Suggested).options(methods.collect()),
            builder.field("plan_no", FieldKind::Line).hint(page.say("draft-optional")),
        ],
        vec![
            builder.field("award_on", FieldKind::Day).hint(page.say("draft-optional")),
            builder.field("signed_on", FieldKind::Day).hint(page.say("draft-signed-hint")),
        ],
        vec![
            builder
                .searched("appropriation", &choices.appropriations, page.say("draft-later"), money)
                .hint(page.say("draft-appropriation-hint")),
        ],
    ];
    block("", String::new(), groups.map(group).into())
}

fn amendment(builder: &FormBuilder<'_>) -> Block {
    let page = builder.page;
    let ground = builder.choice("ground", AmendmentGround::ALL, |code| page.word("amendment-ground-is", code));
    let groups = [
        vec![
            ground.with_empty_choice(page.say("draft-choose")),
            builder.field("reason", FieldKind::Text).hint(page.say("amendment-reason-hint")),
        ],
        vec![
            builder.field("effective_on", FieldKind::Day).hint(page.say("amendment-effective-hint")),
            builder.field("ends_on", FieldKind::Day),
        ],
    ];
    block("", String::new(), groups.map(group).into())
}

/// Shows the room for supplements next to the amount of a draft that amends a contract.
pub fn show_room(blocks: &mut [Block], builder: &FormBuilder<'_>, step: &str, amends: &Amended) {
    let Some(room) = amends.room.filter(|_| ["items", "amendment"].contains(&step)) else { return };
    let yuan = |fen: i64| words::yuan_of(fen.into());
    let values = [("left", yuan(room.left_fen())), ("limit", yuan(room.limit_fen)), ("used", yuan(room.used_fen))];
    if let Some(first) = blocks.first_mut() {
        first.hint = text::message(builder.page.language, "amendment-room", &values);
    }
}

fn items(builder: &FormBuilder<'_>, choices: &Choices, more: &str) -> Block {
    let page = builder.page;
    let services = |field: &str| -> Vec<(String, String)> {
        let found = choices.services_of.get(field).unwrap_or(&choices.services);
        found.iter().map(|service| (service.name.clone(), service.standard.clone())).collect()
    };
    let row = |row: usize| {
        let at = format!("items.{row}");
        let field = |name: &str, kind| builder.field(format!("{at}.{name}"), kind);
        Group {
            legend: page.with("draft-row-item", "number", row + 1),
            fields: vec![
                field("code", FieldKind::Line).hint(page.say("draft-code-hint")),
                field("name", FieldKind::Line),
                field("service", FieldKind::Suggested)
                    .options(services(&format!("{at}.service")))
                    .live()
                    .hint(page.say("draft-service-hint")),
                field("unit", FieldKind::Line).hint(page.say("draft-unit-hint")),
                field("quantity", FieldKind::Number),
                field("unit_price", FieldKind::Number),
                field("standard", FieldKind::Line),
            ],
            buttons: vec![builder.remove_button("items", row)],
            is_new: builder.is_new("items", row, more),
            id: at,
            ..Group::default()
        }
    };
    Block {
        fault: builder.fault("items"),
        buttons: vec![("add:items".to_owned(), page.say("draft-add-item"))],
        ..block("items", page.say("draft-step-items"), builder.row_numbers("items", more, 1).map(row).collect())
    }
}

/// Builds the choice of an indicator's unit. If the unit is left open, the indicator's name decides.
pub(super) fn indicator_unit(builder: &FormBuilder<'_>, name: &str) -> Field {
    let page = builder.page;
    let field = builder.choice(name, IndicatorUnit::ALL, |unit| page.word("indicator-unit", unit));
    field.with_empty_choice(page.say("draft-indicator-unit"))
}

fn deliverables(builder: &FormBuilder<'_>, more: &str) -> Vec<Block> {
    let page = builder.page;
    let list = "deliverables";
    let directions = |name: String| builder.choice(name, Direction::ALL, |code| page.word("direction", code));
    let indicator = |at: &str, row: usize| {
        let inner = format!("{at}.indicators.{row}");
        Group {
            legend: page.with("draft-row-indicator", "number", row + 1),
            fields: vec![
                builder.field(format!("{inner}.code"), FieldKind::Line).label(page.say("draft-field-indicator")),
                builder.field(format!("{inner}.name"), FieldKind::Line).label(page.say("draft-field-indicator-name")),
                directions(format!("{inner}.direction")),
                builder.field(format!("{inner}.target"), FieldKind::Number),
                indicator_unit(builder, &format!("{inner}.unit")),
            ],
            buttons: vec![builder.remove_button(&format!("{at}.indicators"), row)],
            is_new: builder.is_new(&format!("{at}.indicators"), row, more),
            id: inner,
            ..Group::default()
        }
    };
    let row = |row: usize| {
        let at = format!("{list}.{row}");
        let field = |name: &str, kind| builder.field(format!("{at}.{name}"), kind);
        let inner = format!("{at}.indicators");
        Group {
            legend: page.with("draft-row-deliverable", "number", row + 1),
            fields: vec![
                field("code", FieldKind::Line),
                field("name", FieldKind::Line),
                builder
                    .row_choice(format!("{at}.item"), FieldKind::Choice, "items")
                    .with_empty_choice(page.say("draft-choose")),
                field("quantity", FieldKind::Number),
                field("due_on", FieldKind::Day),
                field("place", FieldKind::Line),
                field("evidence", FieldKind::Line),
            ],
            inner: builder.row_numbers(&inner, more, 0).map(|row| indicator(&at, row)).collect(),
            buttons: vec![(format!("add:{inner}"), page.say("draft-add-indicator")), builder.remove_button(list, row)],
            is_new: builder.is_new(list, row, more),
            id: at,
        }
    };
    let terms = group(vec![
        builder.field("inspection_days", FieldKind::Number).hint(page.say("draft-inspection-hint")),
        builder.field("deemed_acceptance", FieldKind::Tick),
        builder.field("cure_days", FieldKind::Number).hint(page.say("draft-cure-hint")),
    ]);
    vec![
        row_tools::deliverable_generator(builder),
        Block {
            fault: builder.fault(list),
            buttons: vec![(format!("add:{list}"), page.say("draft-add-deliverable"))],
            ..block(list, page.say("draft-step-deliverables"), builder.row_numbers(list, more, 1).map(row).collect())
        },
        block("", page.say("draft-inspection-title"), vec![terms]),
    ]
}

fn milestones(builder: &FormBuilder<'_>, more: &str) -> Vec<Block> {
    let page = builder.page;
    let list = "milestones";
    let row = |row: usize| {
        let at = format!("{list}.{row}");
        let field = |name: &str, kind| builder.field(format!("{at}.{name}"), kind);
        Group {
            legend: page.with("draft-row-milestone", "number", row + 1),
            fields: vec![
                field("code", FieldKind::Line),
                field("name", FieldKind::Line),
                field("amount", FieldKind::Number)
                    .label(page.say("draft-field-milestone-amount"))
                    .hint(page.say("draft-by-quantity-hint")),
                field("not_before", FieldKind::Day).hint(page.say("draft-not-before-hint")),
                field("payment_days", FieldKind::Number).hint(page.say("draft-payment-days-hint")),
                field("requires_score", FieldKind::Tick),
            ],
            buttons: vec![builder.remove_button(list, row)],
            is_new: builder.is_new(list, row, more),
            id: at,
            ..Group::default()
        }
    };
    let names = builder.row_options("deliverables");
    let pays = (0..builder.fields.rows("deliverables")).map(|row| {
        let code = builder.fields.of("deliverables", row, "code");
        let name = names.iter().find(|(known, _)| known == code).map_or(code, |(_, name)| name);
        let field = builder.row_choice(format!("deliverables.{row}.milestone"), FieldKind::Choice, list);
        field.label(name.to_owned()).with_empty_choice(page.say("draft-choose"))
    });
    let clock = group(vec![
        builder.choice("payment_from", PaymentFrom::ALL, |code| page.word("draft-payment-from", code)),
        builder.field("late_payment_daily_rate", FieldKind::Number).hint(page.say("draft-interest-hint")),
    ]);
    let mut blocks = vec![
        row_tools::milestone_generator(builder),
        Block {
            fault: builder.fault(list),
            buttons: vec![(format!("add:{list}"), page.say("draft-add-milestone"))],
            ..block(list, page.say("draft-step-milestones"), builder.row_numbers(list, more, 1).map(row).collect())
        },
    ];
    let pays: Vec<_> = pays.collect();
    if !pays.is_empty() {
        let pays = block(PAYS, page.say("draft-pays-title"), vec![group(pays)]);
        blocks.extend(row_tools::undo_block(builder, "deliverables"));
        blocks.push(Block { hint: page.say("draft-pays-hint"), ..pays });
        blocks.push(row_tools::fill_block(builder, PAYS));
    }
    blocks.push(block("", page.say("draft-clock-title"), vec![clock]));
    blocks
}

fn clauses(builder: &FormBuilder<'_>, more: &str) -> Vec<Block> {
    let page = builder.page;
    let row = |row: usize| clause(builder, row, more);
    let library = LIBRARY.iter().map(|sample| {
        let words = page.with("draft-add-clause", "kind", page.word("document-kind", sample.kind));
        (format!("clause:{}", sample.kind), words)
    });
    let limits = group(vec![
        builder.field("penalty_cap", FieldKind::Number).hint(page.say("draft-cap-hint")),
        builder.field("termination.penalty_fraction", FieldKind::Number).hint(page.say("draft-optional")),
        builder.field("termination.days_late", FieldKind::Number).hint(page.say("draft-optional")),
        builder.field("termination.breaches", FieldKind::Number).hint(page.say("draft-optional")),
    ]);
    vec![
        Block {
            fault: builder.fault("clauses"),
            hint: page.say("draft-clauses-hint"),
            buttons: library.collect(),
            ..block("clauses", page.say("draft-step-clauses"), builder.row_numbers("clauses", "", 0).map(row).collect())
        },
        block("", page.say("draft-limits-title"), vec![limits]),
    ]
}

fn clause(builder: &FormBuilder<'_>, row: usize, more: &str) -> Group {
    let page = builder.page;
    let at = format!("clauses.{row}");
    let field = |name: &str, kind| builder.field(format!("{at}.{name}"), kind);
    let kind = ClauseKind::parse(builder.fields.of("clauses", row, "kind"));
    let mut fields = vec![
        field("kind", FieldKind::Hidden),
        field("code", FieldKind::Line),
        field("name", FieldKind::Line),
        builder.choice(format!("{at}.severity"), Severity::ALL, |code| page.word("document-severity", code)),
    ];
    fields.extend(kind.map(|kind| clause_parameters(builder, &at, kind)).unwrap_or_default());
    fields.push(field("outside_cap", FieldKind::Tick));
    if kind.is_some_and(is_about_deliverables) {
        let narrowed = builder.row_choice(format!("{at}.deliverables"), FieldKind::Several, "deliverables");
        fields.push(narrowed.hint(page.say("draft-narrowed-hint")));
    }
    fields.push(field("text", FieldKind::Text).hint(page.say("draft-optional")));
    let tiers = format!("{at}.tiers");
    let mut buttons = vec![builder.remove_button("clauses", row)];
    let mut inner = Vec::new();
    if kind.is_some_and(has_tiers) {
        buttons.insert(0, (format!("add:{tiers}"), page.say("draft-add-tier")));
        inner = builder.row_numbers(&tiers, more, 1).map(|row| tier(builder, &tiers, row, more)).collect();
    }
    Group {
        legend: kind.map_or_else(String::new, |kind| {
            page.with2("draft-row-clause", "number", row + 1, "kind", page.word("document-kind", kind))
        }),
        fields,
        inner,
        buttons,
        is_new: more == "clauses" && row + 1 == builder.fields.rows("clauses"),
        id: at,
    }
}

/// Builds the fields that only clauses of a kind have, for the clause at a path.
fn clause_parameters(builder: &FormBuilder<'_>, at: &str, kind: ClauseKind) -> Vec<Field> {
    let page = builder.page;
    let field = |name: &str, kind| builder.field(format!("{at}.{name}"), kind);
    let number = |name: &str| field(name, FieldKind::Number);
    let base = || builder.choice(format!("{at}.base"), Base::ALL, |code| page.word("document-base", code));
    match kind {
        ClauseKind::LateDelivery => vec![number("grace_days"), number("daily_rate"), base(), number("cap")],
        ClauseKind::NonDelivery => vec![number("after_days"), number("rate"), base()],
        ClauseKind::QuantityShortfall => {
            vec![number("tolerance"), number("rate").label(page.say("draft-field-short-rate"))]
        }
        ClauseKind::QualityShortfall => {
            let known = indicators(builder.fields).into_iter().map(|known| (known.code, known.name));
            let indicator = builder.with_removed(field("indicator", FieldKind::Choice), known.collect(), "indicators");
            vec![indicator.with_empty_choice(page.say("draft-choose")), base()]
        }
        ClauseKind::LowScore => Vec::new(),
        ClauseKind::Staffing => vec![number("clients_per_worker"), number("amount_per_worker")],
        ClauseKind::Incident => {
            let amount = number("amount").label(page.say("draft-field-incident-amount"));
            let rate = number("rate").label(page.say("draft-field-incident-rate"));
            vec![amount.hint(page.say("draft-incident-hint")), rate]
        }
    }
}

/// Returns whether clauses of a kind can be limited to some deliverables.
const fn is_about_deliverables(kind: ClauseKind) -> bool {
    match kind {
        ClauseKind::LateDelivery
        | ClauseKind::NonDelivery
        | ClauseKind::QuantityShortfall
        | ClauseKind::QualityShortfall => true,
        ClauseKind::LowScore | ClauseKind::Staffing | ClauseKind::Incident => false,
    }
}

/// Returns whether the penalty of a kind of clause is a table of limits and rates.
const fn has_tiers(kind: ClauseKind) -> bool {
    match kind {
        ClauseKind::QualityShortfall | ClauseKind::LowScore => true,
        ClauseKind::LateDelivery
        | ClauseKind::NonDelivery
        | ClauseKind::QuantityShortfall
        | ClauseKind::Staffing
        | ClauseKind::Incident => false,
    }
}

/// Builds a row of a clause's table of limits and rates.
fn tier(builder: &FormBuilder<'_>, tiers: &str, row: usize, more: &str) -> Group {
    Group {
        legend: builder.page.with("draft-row-tier", "number", row + 1),
        fields: vec![
            builder.field(format!("{tiers}.{row}.limit"), FieldKind::Number),
            builder.field(format!("{tiers}.{row}.rate"), FieldKind::Number),
        ],
        buttons: vec![builder.remove_button(tiers, row)],
        is_new: builder.is_new(tiers, row, more),
        id: format!("{tiers}.{row}"),
        ..Group::default()
    }
}

fn scorecard(builder: &FormBuilder<'_>) -> Block {
    let page = builder.page;
    let Scorecard { points_per_late_day, weights } = Scorecard::default();
    let usual = |name: &str, number: Whole| {
        let field = builder.field(format!("scorecard.{name}"), FieldKind::Number);
        field.hint(page.with("draft-usual", "number", number))
    };
    let weight = |(name, number): (&str, Whole)| {
        let label = page.with("draft-weight", "measure", page.word("document-measure", name));
        usual(&format!("weights.{name}"), number).label(label)
    };
    let weights = [
        ("quantity", weights.quantity),
        ("timeliness", weights.timeliness),
        ("first_pass", weights.first_pass),
        ("quality", weights.quality),
        ("compliance", weights.compliance),
        ("satisfaction", weights.satisfaction),
    ];
    let late = usual("points_per_late_day", points_per_late_day);
    let fields = std::iter::once(late).chain(weights.map(weight)).collect();
    Block { hint: page.say("draft-scorecard-hint"), ..block("", String::new(), vec![group(fields)]) }
}
