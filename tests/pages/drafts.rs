//! Registration through pages without JavaScript: from an empty draft to a contract with the terms of the programme,
//! with generated rows, errors shown at their fields, and a trial of the terms.

use luyue::services::contracts::drafts::steps::STEPS;
use serde_json::Value;

use crate::support::app::{CONTRACTOR, TestApp};
use crate::support::programme::{self, with_names};
use crate::support::visitor::{Page, Visitor};
use crate::{on_both_engines, on_sqlite_first};

on_both_engines! {
    a_contract_is_registered_step_by_step
    terms_are_tried_and_nothing_is_stored
}

on_sqlite_first! {
    rows_are_generated_and_can_be_edited
    errors_are_shown_at_their_fields_with_the_input
}

/// Begins a registration and returns its address.
pub fn begun(officer: &Visitor<'_>) -> String {
    let page = officer.post_from("/drafts", "/drafts", &[]);
    assert_eq!(page.status, 303, "{}", page.text);
    page.location
}

/// Saves a step by one of its buttons.
pub fn save(officer: &Visitor<'_>, draft: &str, step: &str, button: &str, fields: &[(&str, &str)]) -> Page {
    let path = format!("{draft}/{step}");
    let version = officer.get(&path).expect_status(200).hidden("version");
    let mut all = vec![("do", button), ("version", version.as_str())];
    all.extend_from_slice(fields);
    officer.post_from(&path, &path, &all)
}

/// Checks that a step was saved and the page after it is shown.
#[track_caller]
fn saved(page: &Page, draft: &str, step: &str) {
    let steps: Vec<&str> = STEPS.iter().map(|step| step.name).chain(["check"]).collect();
    let next = steps.iter().position(|name| *name == step).map(|place| steps[place + 1]).expect("a step");
    let address = format!("{draft}/{next}?saved={step}");
    assert_eq!((page.status, page.location.as_str()), (303, address.as_str()), "{}", page.text);
}

/// Returns the value of a field of a page.
#[track_caller]
fn field(page: &Page, name: &str) -> String {
    page.attr(&format!("input[name='{name}']"), "value")
}

pub const PARTIES: &[(&str, &str)] = &[
    ("number", "XCSF-2026-001"),
    ("title", "社区矫正社会工作服务（2026 年度）"),
    ("purchaser", "XC-JUSTICE"),
    ("funder", "XC-FINANCE"),
    ("contractor", CONTRACTOR),
    ("regime", "procurement_law"),
    ("method", "竞争性磋商"),
    ("award_on", "2025-12-20"),
    ("starts_on", "2026-01-05"),
    ("ends_on", "2026-12-31"),
];

pub const ITEMS: &[(&str, &str)] = &[
    ("items.0.code", "VISIT"),
    ("items.0.name", "上门走访"),
    ("items.0.quantity", "1200"),
    ("items.0.unit_price", "150.00"),
    ("items.1.code", "COUNSEL"),
    ("items.1.quantity", "360"),
    ("items.1.unit_price", "400.00"),
    ("items.2.code", "EDU"),
    ("items.2.quantity", "48"),
    ("items.2.unit_price", "3000.00"),
];

/// Code, item, quantity, due day, and an indicator with its target and direction.
type Delivery =
    (&'static str, &'static str, &'static str, &'static str, Option<(&'static str, &'static str, &'static str)>);

const DELIVERABLES: &[Delivery] = &[
    ("VISIT-H1", "VISIT", "600", "2026-06-30", Some(("COVERAGE", "95", "at_least"))),
    ("COUNSEL-H1", "COUNSEL", "180", "2026-06-30", Some(("SAT", "85", "at_least"))),
    ("EDU-H1", "EDU", "24", "2026-06-20", Some(("ATTEND", "90", "at_least"))),
    ("VISIT-H2", "VISIT", "600", "2026-12-15", Some(("COVERAGE", "95", "at_least"))),
    ("COUNSEL-H2", "COUNSEL", "180", "2026-12-15", Some(("REOFFEND", "2", "at_most"))),
    ("EDU-H2", "EDU", "24", "2026-12-15", None),
];

fn deliverables() -> Vec<(String, String)> {
    let mut fields = vec![("inspection_days".to_owned(), "10".to_owned()), ("cure_days".to_owned(), "5".to_owned())];
    for (row, (code, item, quantity, due_on, indicator)) in DELIVERABLES.iter().enumerate() {
        let mut add = |name: &str, value: &str| fields.push((format!("deliverables.{row}.{name}"), value.to_owned()));
        add("code", code);
        add("item", item);
        add("quantity", quantity);
        add("due_on", due_on);
        if let Some((code, target, direction)) = indicator {
            add("indicators.0.code", code);
            add("indicators.0.target", target);
            add("indicators.0.direction", direction);
        }
    }
    with_names(&borrowed(&fields))
}

const MILESTONES: &[(&str, &str)] = &[
    ("payment_from", "acceptance"),
    ("milestones.0.code", "ADVANCE"),
    ("milestones.0.amount", "93600"),
    ("milestones.0.not_before", "2026-01-12"),
    ("milestones.1.code", "MIDYEAR"),
    ("milestones.1.amount", "187200"),
    ("milestones.1.requires_score", "yes"),
    ("milestones.2.code", "FINAL"),
    ("milestones.2.amount", "187200"),
    ("milestones.2.requires_score", "yes"),
    ("milestones.2.payment_days", "60"),
    ("deliverables.0.milestone", "MIDYEAR"),
    ("deliverables.1.milestone", "MIDYEAR"),
    ("deliverables.2.milestone", "MIDYEAR"),
    ("deliverables.3.milestone", "FINAL"),
    ("deliverables.4.milestone", "FINAL"),
    ("deliverables.5.milestone", "FINAL"),
];

/// The clauses of the programme; their other figures are the defaults of the clause library.
const CLAUSES: &[(&str, &[(&str, &str)])] = &[
    (
        "late_delivery",
        &[
            ("code", "LATE"),
            ("severity", "minor"),
            ("grace_days", "2"),
            ("daily_rate", "0.1"),
            ("base", "milestone"),
            ("cap", "5"),
        ],
    ),
    (
        "non_delivery",
        &[("code", "NONE"), ("severity", "critical"), ("after_days", "30"), ("rate", "10"), ("base", "milestone")],
    ),
    (
        "quantity_shortfall",
        &[("code", "SHORT"), ("severity", "major"), ("outside_cap", "yes"), ("tolerance", "2"), ("rate", "50")],
    ),
    (
        "quality_shortfall",
        &[
            ("code", "COVER"),
            ("severity", "major"),
            ("indicator", "COVERAGE"),
            ("base", "deliverable"),
            ("tiers.0.limit", "95"),
            ("tiers.0.rate", "2"),
            ("tiers.1.limit", "80"),
            ("tiers.1.rate", "10"),
        ],
    ),
    (
        "quality_shortfall",
        &[
            ("code", "REOFF"),
            ("severity", "critical"),
            ("indicator", "REOFFEND"),
            ("base", "contract"),
            ("tiers.0.limit", "3"),
            ("tiers.0.rate", "1"),
        ],
    ),
    (
        "low_score",
        &[
            ("code", "SCORE"),
            ("severity", "major"),
            ("tiers.0.limit", "80"),
            ("tiers.0.rate", "5"),
            ("tiers.1.limit", "60"),
            ("tiers.1.rate", "20"),
        ],
    ),
    (
        "staffing",
        &[("code", "STAFF"), ("severity", "major"), ("clients_per_worker", "20"), ("amount_per_worker", "1500.00")],
    ),
    ("incident", &[("code", "LEAK"), ("severity", "critical"), ("amount", "20000.00")]),
];

fn clauses() -> Vec<(String, String)> {
    let limits = [
        ("penalty_cap", "20"),
        ("termination.penalty_fraction", "10"),
        ("termination.days_late", "45"),
        ("termination.breaches", "6"),
    ];
    let mut fields: Vec<(String, String)> = limits.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    for (row, (kind, figures)) in CLAUSES.iter().enumerate() {
        fields.push((format!("clauses.{row}.kind"), (*kind).to_owned()));
        fields.extend(figures.iter().map(|(name, value)| (format!("clauses.{row}.{name}"), (*value).to_owned())));
    }
    with_names(&borrowed(&fields))
}

fn borrowed(fields: &[(String, String)]) -> Vec<(&str, &str)> {
    fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// Enters the whole programme into a draft.
pub fn typed_in(officer: &Visitor<'_>, draft: &str) {
    saved(&save(officer, draft, "parties", "save", PARTIES), draft, "parties");
    saved(&save(officer, draft, "items", "save", &borrowed(&with_names(ITEMS))), draft, "items");
    saved(&save(officer, draft, "deliverables", "save", &borrowed(&deliverables())), draft, "deliverables");
    saved(&save(officer, draft, "milestones", "save", &borrowed(&with_names(MILESTONES))), draft, "milestones");
    saved(&save(officer, draft, "clauses", "save", &borrowed(&clauses())), draft, "clauses");
}

/// Compares terms with a case; keys that the case omits may be present in the contract with their defaults.
fn holds(found: &Value, wanted: &Value, path: &str) {
    match wanted {
        Value::Object(wanted) => {
            wanted.iter().for_each(|(key, value)| holds(&found[key], value, &format!("{path}.{key}")))
        }
        Value::Array(wanted) => {
            assert_eq!(found.as_array().map(Vec::len).unwrap_or_default(), wanted.len(), "{path}");
            wanted.iter().enumerate().for_each(|(n, value)| holds(&found[n], value, &format!("{path}[{n}]")));
        }
        wanted => assert_eq!(found, wanted, "{path}"),
    }
}

fn a_contract_is_registered_step_by_step(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    assert!(officer.get("/contracts").expect_status(200).text.contains("href=\"/drafts\""));
    assert!(!Visitor::signed_in(test, "audit").get("/contracts").expect_status(200).text.contains("href=\"/drafts\""));
    let draft = begun(&officer);
    assert!(officer.get(&draft).expect_status(200).text.contains("未填写"));
    let early = officer.get(&format!("{draft}/check")).expect_status(200);
    assert!(early.text.contains("以上各处改正后方可登记") && !early.text.contains("name=\"version\""));
    typed_in(&officer, &draft);
    let check = officer.get(&format!("{draft}/check")).expect_status(200);
    for words in ["XCSF-2026-001", "宣城市阳光社会工作服务中心", "政府采购", "资金支付方式", "违约责任"]
    {
        assert!(check.text.contains(words), "{words}: {}", check.text);
    }
    let version = check.hidden("version");
    let path = format!("{draft}/check");
    let done = officer.post_from(&path, &path, &[("version", &version)]);
    assert_eq!(done.status, 303, "{}", done.text);
    let id = done.location.strip_prefix("/contracts/").and_then(|rest| rest.strip_suffix("?done=registered"));
    let id = id.expect("the contract's page");
    let contract = test.by("justice").get(&format!("contracts/{id}")).expect_status(200);
    holds(&contract["terms"], &programme::example("programme-midyear")["case"]["terms"], "terms");
    let through_api =
        test.by("justice").get(&format!("contracts/{}", programme::registered(test, "API-1"))).expect_status(200);
    assert_eq!(contract["terms"], through_api["terms"], "the same as through the API");
    assert_eq!((&contract["state"], &contract["award_on"]), (&Value::from("draft"), &Value::from("2025-12-20")));
    // Back redirects to the contract as which the draft was registered, for those who may see it.
    for place in [draft.clone(), path.clone(), format!("{draft}/items"), format!("{draft}/try")] {
        let gone = officer.get(&place).expect_status(409);
        assert!(gone.text.contains("XCSF-2026-001") && !gone.text.contains("可能地址有误"), "{}", gone.text);
        assert_eq!(gone.dom_link("/contracts/"), format!("/contracts/{id}"), "{place}");
    }
    assert_eq!(Visitor::signed_in(test, "other-justice").get(&draft).status, 404);
    let page = officer.get(&done.location).expect_status(200);
    assert!(page.text.contains(&format!("action=\"/contracts/{id}/draft\"")), "it can be changed");
    let again = officer.post_from(&format!("/contracts/{id}"), &format!("/contracts/{id}/draft"), &[]);
    let parties = officer.get(&format!("{}/parties", again.location)).expect_status(200);
    assert_eq!(field(&parties, "number"), "XCSF-2026-001");
}

fn rows_are_generated_and_can_be_edited(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let early = save(
        &officer,
        &draft,
        "deliverables",
        "generate",
        &[("generate.item", "VISIT"), ("generate.rhythm", "quarterly")],
    );
    assert_eq!(early.status, 422);
    assert!(early.text.contains("请先在“合同主体与期限”中填写"), "{}", early.text);
    saved(&save(&officer, &draft, "parties", "save", PARTIES), &draft, "parties");
    saved(&save(&officer, &draft, "items", "save", &borrowed(&with_names(ITEMS))), &draft, "items");
    let generate = |item: &str, rhythm: &str, count: &str| {
        let path = format!("{draft}/deliverables");
        let ask = [("generate.item", item), ("generate.rhythm", rhythm), ("generate.count", count)];
        let form = officer.get(&path).expect_status(200).form(&path).with(&ask);
        let fields: Vec<(&str, &str)> =
            borrowed(&form.fields).into_iter().filter(|(name, _)| *name != "version").collect();
        save(&officer, &draft, "deliverables", "generate", &fields)
    };
    assert_eq!(generate("VISIT", "monthly", "").status, 303);
    assert_eq!(generate("COUNSEL", "quarterly", "").status, 303);
    assert_eq!(generate("EDU", "count", "2").status, 303);
    let page = officer.get(&format!("{draft}/deliverables")).expect_status(200);
    let row =
        |row: usize| ["code", "quantity", "due_on"].map(|part| field(&page, &format!("deliverables.{row}.{part}")));
    assert_eq!(row(0), ["VISIT-202601", "100", "2026-01-31"]);
    assert_eq!(row(11), ["VISIT-202612", "100", "2026-12-31"]);
    assert_eq!(row(12), ["COUNSEL-2026Q1", "90", "2026-03-31"]);
    assert_eq!(row(17), ["EDU-2", "24", "2026-12-31"]);
    assert_eq!(field(&page, "deliverables.0.name"), "上门走访（2026 年 1 月）");
    assert_eq!(generate("VISIT", "quarterly", "").status, 303, "in place of the twelve");
    let page = officer.get(&format!("{draft}/deliverables")).expect_status(200);
    assert!(!page.text.contains("VISIT-202601") && page.text.contains("VISIT-2026Q4") && page.text.contains("EDU-2"));
    let none = generate("EDU", "count", "0");
    assert_eq!(none.status, 422);
    assert!(none.text.contains("id=\"generate.count-error\""), "{}", none.text);
    let fields = [("generate.rhythm", "quarterly"), ("generate.advance", "20"), ("generate.requires_score", "yes")];
    assert_eq!(save(&officer, &draft, "milestones", "generate", &fields).status, 303);
    let page = officer.get(&format!("{draft}/milestones")).expect_status(200);
    let amounts: Vec<String> = (0..5).map(|row| field(&page, &format!("milestones.{row}.amount"))).collect();
    assert_eq!(amounts, ["93600.00", "64800.00", "64800.00", "122400.00", "122400.00"]);
    let check = officer.get(&format!("{draft}/check")).expect_status(200);
    assert!(check.text.contains("登记合同</button>"), "what is generated fits together: {}", check.text);
    assert!(check.text.contains("缺少违约责任"), "the law asks for more before it is signed");
    assert_eq!(
        save(&officer, &draft, "clauses", "clause:late_delivery", &[]).location,
        format!("{draft}/clauses?more=clauses#new")
    );
    let page = officer.get(&format!("{draft}/clauses")).expect_status(200);
    assert_eq!(
        (field(&page, "clauses.0.code"), field(&page, "clauses.0.daily_rate")),
        ("LATE".to_owned(), "0.1".to_owned())
    );
    assert_eq!(
        save(
            &officer,
            &draft,
            "milestones",
            "remove:milestones.0",
            &[("milestones.0.code", "A"), ("milestones.1.code", "B")]
        )
        .status,
        303
    );
    let page = officer.get(&format!("{draft}/milestones")).expect_status(200);
    assert_eq!(field(&page, "milestones.0.code"), "B");
}

fn errors_are_shown_at_their_fields_with_the_input(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let fresh = officer.get(&format!("{draft}/items")).expect_status(200);
    assert!(!fresh.text.contains("govuk-error-message"), "what nobody has filled in is no fault");
    let wrong = [
        ("items.0.code", "VISIT"),
        ("items.0.quantity", "很多"),
        ("items.0.unit_price", "12.345"),
        ("items.0.name", "<走访>"),
    ];
    let page = save(&officer, &draft, "items", "save", &wrong);
    assert_eq!(
        (page.status, page.location.as_str()),
        (303, format!("{draft}/items?done=save").as_str()),
        "it is saved and shown again"
    );
    let page = officer.get(&page.location).expect_status(200);
    assert_eq!(
        (field(&page, "items.0.quantity"), field(&page, "items.0.unit_price")),
        ("很多".to_owned(), "12.345".to_owned())
    );
    for (name, words) in [("items.0.quantity", "无法识别字符“很”"), ("items.0.unit_price", "最多两位小数")]
    {
        assert!(page.text_of(&format!("[id='{name}-error']")).contains(words), "{name}");
        assert!(page.has(&format!("a[href='#{name}']")), "and at the top");
    }
    assert!(!page.text.contains("<走访>"));
    let more = save(&officer, &draft, "items", "add:items", ITEMS);
    assert_eq!(more.location, format!("{draft}/items?more=items#new"));
    assert!(officer.get(&format!("{draft}/items?more=items")).text.contains("name=\"items.3.code\""), "one more row");
    let (stale, path) = (officer.get(&format!("{draft}/notes")).hidden("version"), format!("{draft}/notes"));
    saved(&save(&officer, &draft, "notes", "save", &[("notes", "甲")]), &draft, "notes");
    let lost = officer.post_from(&path, &path, &[("do", "save"), ("version", &stale), ("notes", "乙")]);
    assert_eq!(lost.status, 412);
    assert!(lost.text.contains("乙</textarea>"), "what was typed is kept: {}", lost.text);
    assert!(officer.get(&path).text.contains("甲</textarea>"), "and what was saved");
    typed_in(&officer, &draft);
    let mut one_more = with_names(ITEMS);
    one_more.retain(|(name, _)| name != "items.0.quantity");
    one_more.push(("items.0.quantity".to_owned(), "1201".to_owned()));
    let page = save(&officer, &draft, "items", "save", &borrowed(&one_more));
    let page = officer.get(&page.location).expect_status(200);
    assert!(
        page.text.contains("id=\"items.0.quantity-error\"") && page.text.contains("之和 1200 不符"),
        "{}",
        page.text
    );
    typed_in(&officer, &draft);
    programme::registered(test, "XCSF-2026-001");
    // A number that another contract has is told at its field, on the page of answers and by the last button.
    let page = save(&officer, &draft, "parties", "save", PARTIES);
    assert_eq!(page.location, format!("{draft}/parties?done=save"), "{}", page.text);
    let page = officer.get(&page.location).expect_status(200);
    assert!(page.text_of("[id=number-error]").contains("重复"), "{}", page.text);
    let path = format!("{draft}/check");
    let version = page.hidden("version");
    let taken = officer.post_from(&path, &path, &[("version", &version)]);
    assert_eq!(taken.status, 422);
    for page in [taken, officer.get(&path).expect_status(200)] {
        assert!(page.text.contains(&format!("{draft}/parties#number")), "{}", page.text);
    }
    assert_eq!(Visitor::signed_in(test, "other-justice").get(&draft).status, 404);
    assert_eq!(Visitor::signed_in(test, "justice-leader").get("/drafts").status, 403);
}

fn terms_are_tried_and_nothing_is_stored(test: &TestApp) {
    let officer = Visitor::signed_in(test, "justice");
    let draft = begun(&officer);
    let path = format!("{draft}/try");
    assert!(officer.get(&path).expect_status(200).text.contains("改好后才能试算"));
    typed_in(&officer, &draft);
    let version = officer.get(&format!("{draft}/notes")).hidden("version");
    let page = officer.get(&path).expect_status(200);
    assert!(page.text.contains("没有违约") && page.text.contains("468,000.00"), "{}", page.text);
    let supposed: Vec<(String, String)> = DELIVERABLES
        .iter()
        .enumerate()
        .flat_map(|(row, (_, _, quantity, due_on, _))| {
            // The first visits are delivered on 2026-07-12, and ten of them never take place.
            let (on, quantity) = if row == 0 { ("2026-07-12", "560") } else { (*due_on, *quantity) };
            [
                (format!("try.deliverables.{row}.on"), on.to_owned()),
                (format!("try.deliverables.{row}.quantity"), quantity.to_owned()),
            ]
        })
        .chain([
            ("try.milestones.1.score".to_owned(), "79".to_owned()),
            ("try.milestones.2.score".to_owned(), "90".to_owned()),
        ])
        .collect();
    let tried = officer.led(&officer.post_from(&path, &path, &borrowed(&supposed)));
    // 12 days late, 2 of grace: 187200 × 0.001 × 10 = 1872; 40 short × 150 × 0.5; score below 80: 187200 × 0.05.
    for figure in ["1,872.00", "3,000.00", "9,360.00", "14,232.00", "172,968.00"] {
        assert!(tried.text.contains(figure), "{figure}: {}", tried.text);
    }
    let known = tried.texts("#outcome .trail li");
    assert!(!known.is_empty() && !known.iter().any(|step| step.contains("利息")), "no payment is supposed: {known:?}");
    assert_eq!(field(&tried, "try.deliverables.0.quantity"), "560", "what was supposed is kept");
    assert!(tried.has("form#page-form[data-unsaved]") && !page.has("form[data-unsaved]"), "in the other language too");
    let wrong = officer.post_from(&path, &path, &[("try.deliverables.0.on", "明天")]);
    assert_eq!(wrong.status, 422);
    assert!(wrong.text.contains("id=\"try.deliverables.0.on-error\""), "{}", wrong.text);
    assert_eq!(officer.get(&format!("{draft}/notes")).hidden("version"), version, "nothing was stored");
    assert_eq!(officer.post(&path, &[("try.milestones.1.score", "1")]).status, 403, "a form of another site");
}
