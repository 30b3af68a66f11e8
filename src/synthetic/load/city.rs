//! The city of a synthetic register: the regions of the demonstration with their bureaus, hundreds of contractors,
//! people of every role, and appropriations large enough for every contract.

use std::collections::BTreeMap;

use chrono::{Datelike, TimeDelta};

use crate::domain::codes::{ContractorKind, Function, Role};
use crate::domain::credit_code::check_character;
use crate::error::Error;
use crate::services::registry::contractors::Account;
use crate::synthetic::load::desks::{BUYERS, DESKS, desk};
use crate::synthetic::load::rows::{Appropriated, Bureau, City, ContractorOf, Desk, PersonOf};
use crate::synthetic::load::setting::Setting;
use crate::synthetic::load::shapes::MOST_FEN;
use crate::synthetic::samples::REGIONS;

/// Usernames of one person for each role.
pub const SIGN_IN: &[&str] = &[
    "officer-341800-sf",
    "leader-341800-sf",
    "station-341802",
    "reviewer-341800",
    "approver-341800",
    "cashier-341800",
    "contractor-1",
    "audit",
    "political-legal",
    "admin",
];
/// Parts of contractors' names: place, name, trade with credit code prefix and kind.
const PLACES: [&str; 6] = ["宣城", "宁国", "广德", "郎溪", "泾川", "绩溪"];
const NAMES: [&str; 20] = [
    "阳光", "敬亭", "同心", "启明", "致远", "和谐", "青禾", "向阳", "益民", "仁和", "春晖", "博爱", "众诚", "安康",
    "新航", "乐群", "晨曦", "正源", "德善", "恒信",
];
const TRADES: [(&str, &str, ContractorKind); 5] = [
    ("社会工作服务中心", "52", ContractorKind::SocialOrganisation),
    ("心理咨询服务中心", "52", ContractorKind::SocialOrganisation),
    ("职业技能培训有限公司", "91", ContractorKind::Company),
    ("法律服务有限公司", "91", ContractorKind::Company),
    ("社区服务中心", "12", ContractorKind::PublicInstitution),
];

/// Generates the city of a setting.
pub(super) fn of(setting: &Setting, password_hash: String) -> Result<City, Error> {
    let mut bureaus = Vec::new();
    let mut people = Vec::new();
    let mut regions: Vec<(String, String, Option<String>)> = Vec::new();
    let person = |username: String, name: String, role, organisation: &str| PersonOf {
        username,
        name,
        role,
        organisation: organisation.to_owned(),
    };
    for (number, (region, name)) in REGIONS.iter().enumerate() {
        let above = (number > 0).then(|| REGIONS[0].0.to_owned());
        regions.push(((*region).to_owned(), (*name).to_owned(), above));
        let mut bureau = |suffix: &str, function, part: &str| {
            let (code, name) = (format!("{region}-{suffix}"), format!("{name}{part}"));
            bureaus.push(Bureau { code: code.clone(), name, function, region: (*region).to_owned() });
            code
        };
        for (suffix, function, part, _) in BUYERS {
            let code = bureau(suffix, *function, part);
            let low = suffix.to_lowercase();
            people.push(person(format!("officer-{region}-{low}"), format!("{name}经办"), Role::Officer, &code));
            people.push(person(format!("leader-{region}-{low}"), format!("{name}分管领导"), Role::Leader, &code));
        }
        let finance = bureau("CZ", Function::Finance, "财政局");
        for (word, title, role) in [
            ("reviewer", "财政初审", Role::Reviewer),
            ("approver", "财政审批", Role::Approver),
            ("cashier", "国库支付", Role::Cashier),
        ] {
            people.push(person(format!("{word}-{region}"), format!("{name}{title}"), role, &finance));
        }
        if number > 0 {
            let township = format!("{region}001");
            regions.push((township.clone(), format!("{name}城关街道"), Some((*region).to_owned())));
            let code = format!("{region}-SFS");
            let name = format!("{name}城关司法所");
            people.push(person(format!("station-{region}"), name.clone(), Role::Station, &code));
            bureaus.push(Bureau { code, name, function: Function::JusticeStation, region: township });
        }
    }
    for (code, name, function, username, role) in [
        ("341800-SJ", "宣城市审计局", Function::Audit, "audit", Role::Supervisor),
        ("341800-ZF", "中共宣城市委政法委员会", Function::PoliticalLegal, "political-legal", Role::Supervisor),
        ("LOAD-ADMIN", "平台管理", Function::Other, "admin", Role::Administrator),
    ] {
        let (code, name) = (code.to_owned(), name.to_owned());
        people.push(person(username.to_owned(), name.clone(), role, &code));
        bureaus.push(Bureau { code, name, function, region: REGIONS[0].0.to_owned() });
    }
    let contractors: Vec<ContractorOf> = (0..setting.contractors).map(contractor).collect::<Result<_, _>>()?;
    for contractor in &contractors {
        let name = format!("{}联系人", contractor.name);
        people.push(person(contractor.person.clone(), name, Role::Contractor, &contractor.credit_code));
    }
    let since = setting.first_day() - TimeDelta::days(60);
    Ok(City { since, regions, bureaus, contractors, people, desks: desks(), money: money(setting), password_hash })
}

fn desks() -> Vec<Desk> {
    let of = |number| {
        let ((region, _), (suffix, _, _, _)) = desk(number);
        let low = suffix.to_lowercase();
        Desk {
            purchaser: format!("{region}-{suffix}"),
            funder: format!("{region}-CZ"),
            region: (*region).to_owned(),
            people: [
                format!("officer-{region}-{low}"),
                format!("leader-{region}-{low}"),
                format!("reviewer-{region}"),
                format!("approver-{region}"),
                format!("cashier-{region}"),
            ],
        }
    };
    (0..DESKS).map(of).collect()
}

fn contractor(number: usize) -> Result<ContractorOf, Error> {
    let (trade, prefix, kind) = TRADES[number % TRADES.len()];
    let name = NAMES[number / TRADES.len() % NAMES.len()];
    let place = PLACES[number / (TRADES.len() * NAMES.len()) % PLACES.len()];
    let first = format!("{prefix}341800MJL{number:06}");
    let check = check_character(first.as_bytes())
        .ok_or_else(|| Error::Internal(format!("no credit code begins with {first}")))?;
    let name = format!("{place}{name}{trade}");
    Ok(ContractorOf {
        credit_code: format!("{first}{}", char::from(check)),
        kind,
        sme: kind != ContractorKind::PublicInstitution,
        person: format!("contractor-{}", number + 1),
        account: Account {
            name: name.clone(),
            bank: "徽商银行宣城分行营业部".to_owned(),
            number: format!("62230018{number:08}"),
        },
        name,
    })
}

/// Appropriates, for each desk and year, enough for its number of contracts at the maximum price.
fn money(setting: &Setting) -> Vec<Appropriated> {
    let mut contracts: BTreeMap<(usize, i32), i64> = BTreeMap::new();
    for number in 1..=setting.count {
        let (desk, starts_on) = setting.place_of(number);
        *contracts.entry((desk, starts_on.year())).or_default() += 1;
    }
    contracts
        .into_iter()
        .map(|((number, year), count)| Appropriated {
            year,
            desk: number,
            amount_fen: count.saturating_mul(MOST_FEN),
            line: desk(number).1.3,
        })
        .collect()
}
