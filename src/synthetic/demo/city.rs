//! The demonstration's city: Xuancheng, its seven counties and districts, their bureaus, contractors and people.
//! Everything is entered through the services, as an administrator and the bureaus would do it.

use serde_json::json;

use crate::domain::codes::{Function, Role};
use crate::error::Error;
use crate::services::payments::approval_chains;
use crate::services::registry::{appropriations, catalogue, contractors, organisations, payee_accounts, proposals};
use crate::synthetic::days::day;
use crate::synthetic::demo::input::from;
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::samples::REGIONS;

/// Bureaus of the city: those named in the official notice and those that supervise. Code suffix, function, name.
const CITY_BUREAUS: &[(&str, Function, &str)] = &[
    ("SF", Function::Justice, "宣城市司法局"),
    ("CZ", Function::Finance, "宣城市财政局"),
    ("MZ", Function::CivilAffairs, "宣城市民政局"),
    ("RS", Function::HumanResources, "宣城市人力资源和社会保障局"),
    ("JY", Function::Education, "宣城市教育体育局"),
    ("ZF", Function::PoliticalLegal, "中共宣城市委政法委员会"),
    ("SJ", Function::Audit, "宣城市审计局"),
];

/// Contractors: credit code (17 made-up characters and their check character), name, kind, SME.
pub(super) const CONTRACTORS: &[(&str, &str, &str, bool)] = &[
    ("52341800MJA000018A", "宣城市阳光社会工作服务中心", "social_organisation", true),
    ("52341800MJA0000265", "宣城市敬亭心理咨询服务中心", "social_organisation", false),
    ("91341800MA2TK0001N", "皖南职业技能培训有限公司", "company", true),
];

/// People who can sign in: username, name, role, organisation.
pub const PEOPLE: &[(&str, &str, Role, &str)] = &[
    ("justice", "陈志远", Role::Officer, "341800-SF"),
    ("justice-leader", "周文博", Role::Leader, "341800-SF"),
    ("station", "胡小梅", Role::Station, "341802-XL"),
    ("finance-review", "吴静", Role::Reviewer, "341800-CZ"),
    ("finance-approve", "郑国平", Role::Approver, "341800-CZ"),
    ("finance-pay", "孙丽", Role::Cashier, "341800-CZ"),
    ("contractor", "林晓东", Role::Contractor, "52341800MJA000018A"),
    ("contractor-2", "何雨晴", Role::Contractor, "52341800MJA0000265"),
    ("audit", "钱卫国", Role::Supervisor, "341800-SJ"),
    // Deputy of the leader while she is away.
    ("justice-2", "方敏", Role::Officer, "341800-SF"),
];

/// People of each county: username prefix, title, role, code suffix of the bureau.
const COUNTY_PEOPLE: &[(&str, &str, Role, &str)] = &[
    ("justice", "经办", Role::Officer, "SF"),
    ("leader", "分管领导", Role::Leader, "SF"),
    ("review", "财政初审", Role::Reviewer, "CZ"),
    ("approve", "财政审批", Role::Approver, "CZ"),
    ("pay", "国库支付", Role::Cashier, "CZ"),
];

/// The county where, from [`chain_from`] on, finance checks and the accountant of the purchaser pays.
const CHAIN_COUNTY: &str = "341825";

/// First day of the county's chain, after the demonstration's own clock, so that its payments so far are by finance.
fn chain_from() -> chrono::NaiveDate {
    day(2026, 10, 8)
}

/// Budget years.
const YEARS: [i32; 2] = [2025, 2026];

/// Enters the organisations, people, accounts and appropriations.
pub(super) fn write(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    bureaus(narrator)?;
    contractors(narrator)?;
    everybody(narrator)?;
    narrator.on(day(2024, 12, 10))?;
    payees(narrator)?;
    budgets(narrator)?;
    chain(narrator)
}

/// Returns the username of the person who acts in a role for a region's bureaus.
pub(super) fn person(region: &str, role: Role) -> String {
    let found = if region == "341800" {
        PEOPLE.iter().find(|(_, _, r, _)| *r == role).map(|(username, _, _, _)| (*username).to_owned())
    } else {
        COUNTY_PEOPLE.iter().find(|(_, _, r, _)| *r == role).map(|(suffix, _, _, _)| format!("{suffix}-{region}"))
    };
    found.unwrap_or_default()
}

/// Returns the username of a contractor's person.
pub(super) fn contractor_person(credit_code: &str) -> String {
    match CONTRACTORS.iter().position(|(code, _, _, _)| *code == credit_code) {
        Some(0) | None => "contractor".to_owned(),
        Some(1) => "contractor-2".to_owned(),
        Some(place) => format!("contractor-{}", place + 1),
    }
}

fn bureaus(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    for (code, name) in REGIONS {
        let parent = (*code != "341800").then_some("341800");
        narrator.act_as("admin", |app, caller| {
            organisations::add_region(app, caller, &from(json!({"code": code, "name": name, "parent": parent}))?)
        })?;
    }
    narrator.act_as("admin", |app, caller| {
        organisations::add_region(
            app,
            caller,
            &from(json!({"code": "341802001", "name": "西林街道", "parent": "341802"}))?,
        )
    })?;
    let mut bureau = |code: String, name: String, function: Function, region: &str| {
        let input = json!({"code": code, "name": name, "function": function, "region": region});
        narrator.act_as("admin", |app, caller| organisations::add(app, caller, &from(input.clone())?)).map(|_| ())
    };
    for (suffix, function, name) in CITY_BUREAUS {
        bureau(format!("341800-{suffix}"), (*name).to_owned(), *function, "341800")?;
    }
    for (code, name) in REGIONS.iter().filter(|(code, _)| *code != "341800") {
        bureau(format!("{code}-SF"), format!("{name}司法局"), Function::Justice, code)?;
        bureau(format!("{code}-CZ"), format!("{name}财政局"), Function::Finance, code)?;
    }
    bureau("341802-XL".to_owned(), "西林司法所".to_owned(), Function::JusticeStation, "341802001")
}

fn contractors(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    catalogue::install(narrator.app)?;
    for (code, name, kind, sme) in CONTRACTORS {
        let input =
            json!({"credit_code": code, "name": name, "kind": kind, "sme": sme, "qualifications": "社会工作服务资质"});
        narrator.act_as("admin", |app, caller| contractors::add(app, caller, &from(input.clone())?))?;
    }
    Ok(())
}

fn everybody(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    for (username, name, role, organisation) in PEOPLE {
        narrator.add_person(username, name, *role, organisation, true)?;
    }
    for (place, (code, _, _, _)) in CONTRACTORS.iter().enumerate().skip(2) {
        narrator.add_person(&format!("contractor-{}", place + 1), "许明亮", Role::Contractor, code, false)?;
    }
    for (region, place) in REGIONS.iter().filter(|(code, _)| *code != "341800") {
        for (suffix, title, role, bureau) in COUNTY_PEOPLE {
            let name = format!("{place}{title}");
            narrator.add_person(&format!("{suffix}-{region}"), &name, *role, &format!("{region}-{bureau}"), false)?;
        }
    }
    Ok(())
}

fn payees(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    for (place, (code, name, _, _)) in CONTRACTORS.iter().enumerate() {
        let account =
            json!({"name": name, "bank": "徽商银行宣城分行营业部", "number": format!("62230018000{place:05}")});
        let proposed = narrator.act_as(&contractor_person(code), |app, caller| {
            payee_accounts::propose(app, caller, code, &from(account.clone())?)
        })?;
        narrator.act_as("finance-review", |app, caller| {
            payee_accounts::decide(app, caller, &proposed.id, "approve", &proposals::ProposalDecisionInput::default())
        })?;
    }
    Ok(())
}

/// Has a county's chain approved, with the accountant whom it names.
fn chain(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let bureau = format!("{CHAIN_COUNTY}-SF");
    narrator.add_person(&format!("accountant-{CHAIN_COUNTY}"), "单位会计", Role::Accountant, &bureau, false)?;
    let steps = json!([
        {"step": "confirm", "role": Role::Officer},
        {"step": "approve", "role": Role::Reviewer},
        {"step": "pay", "role": Role::Accountant},
    ]);
    let input =
        json!({"subject": "payment", "steps": steps, "from_on": chain_from(), "document_no": "财办〔2026〕31号"});
    let proposed = narrator.act_as(&person(CHAIN_COUNTY, Role::Reviewer), |app, caller| {
        approval_chains::propose(app, caller, &from(input.clone())?)
    })?;
    narrator.act_as(&person(CHAIN_COUNTY, Role::Approver), |app, caller| {
        approval_chains::decide(app, caller, &proposed.id, "approve", &proposals::ProposalDecisionInput::default())
    })?;
    Ok(())
}

fn budgets(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    for year in YEARS {
        for (number, (region, _)) in REGIONS.iter().enumerate() {
            let input = json!({
                "year": year,
                "bureau": format!("{region}-SF"),
                "line": "2040607 社区矫正",
                "economic": "30227 委托业务费",
                "project": format!("XC{year}-0{number}"),
                "document_no": format!("财指〔{year}〕{}号", number + 12),
                "source": "一般公共预算",
                "amount": if *region == "341800" { "2600000.00" } else { "900000.00" },
            });
            let proposed = narrator.act_as(&person(region, Role::Reviewer), |app, caller| {
                appropriations::propose(app, caller, &from(input.clone())?)
            })?;
            narrator.act_as(&person(region, Role::Approver), |app, caller| {
                appropriations::decide(
                    app,
                    caller,
                    &proposed.id,
                    "approve",
                    &proposals::ProposalDecisionInput::default(),
                )
            })?;
            narrator.appropriations.insert(((*region).to_owned(), year), proposed.id);
        }
    }
    Ok(())
}
