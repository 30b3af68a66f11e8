//! Scenes besides the contracts' plans: pending change requests, proposed register entries, a person who left, an email
//! that cannot be delivered. Each has its date and is performed through the services.

use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::domain::codes::{ChangeRequestKind, PaymentState, Role};
use crate::error::Error;
use crate::services::change_requests;
use crate::services::contracts::drafts::fields::Fields;
use crate::services::contracts::drafts::steps::Step;
use crate::services::contracts::drafts::{self, Change};
use crate::services::contracts::{registration, transitions, view};
use crate::services::identity::{delegations, password_links, people, profile, totp};
use crate::services::payments;
use crate::services::performance::observations;
use crate::services::registry::{appropriations, payee_accounts, proposals};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page};
use crate::synthetic::days::day;
use crate::synthetic::demo::amending;
use crate::synthetic::demo::city::{CONTRACTORS, contractor_person, person};
use crate::synthetic::demo::evaluating;
use crate::synthetic::demo::further::{ACCOMPANIED, SESSIONS};
use crate::synthetic::demo::guaranteeing;
use crate::synthetic::demo::input::{from, internal};
use crate::synthetic::demo::narrator::Narrator;
use crate::synthetic::demo::objecting;
use crate::synthetic::demo::parties;
use crate::synthetic::demo::plan::Plan;
use crate::synthetic::demo::publishing;
use crate::synthetic::demo::recording;
use crate::synthetic::demo::script::voucher;
use crate::synthetic::demo::{coordinating, recovering, rostering};

/// A scene of the contract with the given id.
pub(super) type Scene = fn(&mut Narrator<'_>, &Plan, &str) -> Result<(), Error>;
/// A scene of the city.
type CityScene = fn(&mut Narrator<'_>) -> Result<(), Error>;

const fn on(month: u32, of_month: u32) -> NaiveDate {
    day(2026, month, of_month)
}

/// Scenes of contracts, by contract number.
const SCENES: &[(&str, NaiveDate, Scene)] = &[
    ("XCSF-2026-001", on(9, 21), recording::week_is_recorded),
    ("341800-2026-018", on(7, 20), contract_is_returned),
    ("341802-2026-003", on(7, 15), station_surveys),
    (SESSIONS, on(8, 5), bank_returns_payment),
    (SESSIONS, on(9, 8), payment_is_recorded_late),
    (SESSIONS, on(9, 25), payment_day_awaits_consent),
    (SESSIONS, on(9, 28), objecting::breach_is_contested),
    (SESSIONS, on(9, 29), voucher_is_mistaken),
    (ACCOMPANIED, on(3, 4), rostering::roster_is_agreed),
    (ACCOMPANIED, on(9, 25), rostering::replacement_is_proposed),
    (ACCOMPANIED, on(3, 4), coordinating::village_keeps_a_work_station),
    (ACCOMPANIED, on(9, 11), coordinating::bureaus_meet),
    (ACCOMPANIED, on(9, 18), objecting::incident_is_contested),
    (ACCOMPANIED, on(9, 10), extension_is_refused),
    (ACCOMPANIED, on(9, 16), parties::application_is_refused),
    (ACCOMPANIED, on(9, 24), deputy_grants),
    (ACCOMPANIED, on(9, 24), waiver_is_requested),
    (ACCOMPANIED, on(9, 25), amending::person_in_charge_changes),
    (ACCOMPANIED, on(9, 28), extension_is_requested),
    (ACCOMPANIED, on(9, 28), incident_is_proposed),
    (ACCOMPANIED, on(9, 28), reversal_is_requested),
    (ACCOMPANIED, on(9, 28), parties::extension_is_applied_for),
    (ACCOMPANIED, on(9, 29), parties::sides_write),
    (ACCOMPANIED, on(9, 29), amending::contact_is_proposed),
    ("341800-2026-010", on(9, 29), early_end_is_requested),
    (recovering::TERMINATED, recovering::DEMANDED_ON, recovering::penalty_is_demanded),
    (recovering::TERMINATED, recovering::RECEIVED_ON, recovering::penalty_is_received),
    ("XCSF-2026-001", on(9, 21), publishing::contract_is_published),
    (SESSIONS, on(9, 22), publishing::contract_is_published),
    (SESSIONS, on(9, 23), guaranteeing::guarantee_is_recorded),
    (SESSIONS, on(9, 2), evaluating::result_is_final),
    (ACCOMPANIED, on(9, 23), evaluating::result_is_proposed),
];

/// Scenes of the city, in order of date.
pub(super) const CITY_SCENES: &[(NaiveDate, CityScene)] = &[
    (day(2025, 3, 3), second_auditor_joins),
    (on(3, 2), auditor_leaves),
    (on(3, 10), appropriation_is_refused),
    (on(9, 8), phone_is_lost),
    (on(9, 15), project_manager_joins),
    (on(9, 21), leader_is_away),
    (on(9, 22), password_is_forgotten),
    (on(9, 24), next_year_is_budgeted),
    (on(9, 28), account_is_proposed),
    (on(9, 28), draft_is_begun),
];

/// Returns the scenes of the contract with a number.
pub(super) fn of(number: &str) -> impl Iterator<Item = (NaiveDate, Scene)> {
    SCENES.iter().filter(move |(of, ..)| *of == number).map(|(_, on, scene)| (*on, *scene))
}

fn perform(
    narrator: &mut Narrator<'_>,
    (plan, id): (&Plan, &str),
    role: Role,
    name: &str,
    body: Value,
) -> Result<(), Error> {
    let input = from(body)?;
    narrator
        .act_as(&person(plan.region, role), |app, caller| transitions::take_action(app, caller, id, name, &input))
        .map(|_| ())
}

/// The leader returns the funded contract, and the officer resubmits it with other terms.
fn contract_is_returned(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let why = json!({"reason": "质量要求缺少保密条款，逾期可解除的天数偏长，请修改后重新报送"});
    perform(narrator, (plan, id), Role::Leader, "return", why)?;
    let mut other = plan.registration(narrator.appropriation_of(plan));
    let items = other["details"]["items"].as_object_mut().into_iter().flat_map(|items| items.values_mut());
    items.for_each(|item| item["standard"] = "宣司〔2017〕43号；服务对象个人信息依法保密，不得外传".into());
    other["terms"]["termination"]["days_late"] = 30.into();
    narrator.act_as(&person(plan.region, Role::Officer), |app, caller| {
        let seen = view::load_overview(app, caller, id, None)?.version;
        registration::update(app, caller, id, seen, &from(other)?)
    })?;
    perform(narrator, (plan, id), Role::Officer, "submit", json!({}))?;
    perform(narrator, (plan, id), Role::Reviewer, "fund", json!({}))
}

/// The justice station surveys the clients.
fn station_surveys(narrator: &mut Narrator<'_>, _: &Plan, id: &str) -> Result<(), Error> {
    let survey = from(json!({"score": "84", "note": "西林司法所回访 20 人，3 人反映走访时间临时变动"}))?;
    narrator.act_as("station", |app, caller| observations::record_survey(app, caller, id, &survey)).map(|_| ())
}

/// The bank returns the last payment; the fact is reversed, so that it is payable again.
fn bank_returns_payment(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let seq = last(narrator, plan, id, "fact-payment")?;
    let input = from(json!({"seq": seq, "reason": "收款账户户名有误，银行退汇"}))?;
    let cashier = person(plan.region, Role::Cashier);
    let asked = narrator.act_as(&cashier, |app, caller| change_requests::request_reversal(app, caller, id, &input))?;
    decide(narrator, &person(plan.region, Role::Approver), ChangeRequestKind::Reversal, &asked.id, ("grant", ""))?;
    request_is_recalled(narrator, plan, id)
}

/// The contractor requests the returned payment with a mistaken amount, and recalls it before the officer opens it.
fn request_is_recalled(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let contractor = contractor_person(plan.contractor);
    let input = from(json!({"amount": "100.00"}))?;
    let asked =
        narrator.act_as(&contractor, |app, caller| payments::request_payment(app, caller, id, "P03", &input))?;
    let why = from(json!({"reason": "金额填写有误"}))?;
    narrator.act_as(&contractor, |app, caller| payments::take_step(app, caller, &asked.id, "recall", &why)).map(|_| ())
}

/// The cashier requests the reversal of a payment with a mistaken voucher, on which finance has not decided yet.
fn voucher_is_mistaken(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let seq = last(narrator, plan, id, "fact-payment")?;
    let input = from(json!({"seq": seq, "reason": "凭证号录入有误，作废后重新登记"}))?;
    let cashier = person(plan.region, Role::Cashier);
    narrator.act_as(&cashier, |app, caller| change_requests::request_reversal(app, caller, id, &input)).map(|_| ())
}

/// The cashier records a payment days after the bank made it: with a mistaken day, to which the approver does not
/// agree, then with the right one.
fn payment_is_recorded_late(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let payment = approved(narrator, plan, id, "P05")?;
    let step = |narrator: &mut Narrator<'_>, role, name: &str, body: Value| {
        let input = from(body)?;
        let who = person(plan.region, role);
        narrator.act_as(&who, |app, caller| payments::take_step(app, caller, &payment, name, &input)).map(|_| ())
    };
    let paid = |day| json!({"voucher": voucher(plan, "P05", day), "on": day});
    step(narrator, Role::Cashier, "pay", paid(on(9, 3)))?;
    step(narrator, Role::Approver, "disallow", json!({"reason": "银行回单日期为 9 月 4 日"}))?;
    step(narrator, Role::Cashier, "pay", paid(on(9, 4)))?;
    step(narrator, Role::Approver, "allow", json!({}))
}

/// The cashier records a payment of an earlier day, which the approver has not looked at yet.
fn payment_day_awaits_consent(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let payment = approved(narrator, plan, id, "P04")?;
    let input = from(json!({"voucher": voucher(plan, "P04", on(9, 2)), "on": on(9, 2)}))?;
    let cashier = person(plan.region, Role::Cashier);
    narrator.act_as(&cashier, |app, caller| payments::take_step(app, caller, &payment, "pay", &input)).map(|_| ())
}

/// Returns the identifier of a milestone's approved payment request.
fn approved(narrator: &mut Narrator<'_>, plan: &Plan, id: &str, milestone: &str) -> Result<String, Error> {
    let every = Page { limit: MAX_PAGE_SIZE, after: None };
    let cashier = person(plan.region, Role::Cashier);
    let requests = narrator.act_as(&cashier, |app, caller| payments::list(app, caller, id, &every))?.items;
    let found = requests.into_iter().find(|one| one.milestone == milestone && one.state == PaymentState::Approved);
    found.map(|payment| payment.id).ok_or_else(|| internal(format!("no approved payment of {milestone}")))
}

fn extension_is_refused(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let asked = extension(
        narrator,
        plan,
        id,
        json!({"deliverable": "AID-H2", "days": 30, "reason": "承接主体申请调整进度安排"}),
    )?;
    let leader = person(plan.region, Role::Leader);
    decide(narrator, &leader, ChangeRequestKind::Extension, &asked, ("refuse", "距到期尚有三个月，应按原计划推进"))
}

/// The deputy grants an extension while the leader is away.
fn deputy_grants(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let asked = extension(
        narrator,
        plan,
        id,
        json!({"deliverable": "AID-H2", "days": 7, "reason": "配合全市集中教育活动，实施时间顺延"}),
    )?;
    decide(narrator, "justice-2", ChangeRequestKind::Extension, &asked, ("grant", "情况属实"))
}

fn waiver_is_requested(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let input = json!({"clause": "STAFF", "subject": "2026-08", "reason": "一名社工产假，替补人员 9 月初已到岗"});
    let input = from(input)?;
    narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| {
            change_requests::request_waiver(app, caller, id, &input)
        })
        .map(|_| ())
}

fn extension_is_requested(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let input = json!({"deliverable": "HELP-H2", "days": 10, "reason": "国庆假期后集中走访，承接主体申请延期十日"});
    extension(narrator, plan, id, input).map(|_| ())
}

fn incident_is_proposed(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let note = "9 月 24 日起由未报备的人员代行项目负责人职责";
    let input = from(json!({"id": "2026-09-CHANGE", "clause": "CHANGE", "on": on(9, 24), "note": note}))?;
    narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| {
            change_requests::propose_incident(app, caller, id, &input)
        })
        .map(|_| ())
}

fn reversal_is_requested(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let seq = last(narrator, plan, id, "fact-incident")?;
    let input = from(json!({"seq": seq, "reason": "更换项目负责人已于 6 月 10 日书面报备，当时误记"}))?;
    narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| {
            change_requests::request_reversal(app, caller, id, &input)
        })
        .map(|_| ())
}

fn early_end_is_requested(narrator: &mut Narrator<'_>, plan: &Plan, id: &str) -> Result<(), Error> {
    let why = json!({"reason": "承接主体书面提出业务调整，双方协商提前终止", "on": on(9, 29)});
    perform(narrator, (plan, id), Role::Leader, "terminate", why)
}

fn extension(narrator: &mut Narrator<'_>, plan: &Plan, id: &str, body: Value) -> Result<String, Error> {
    let input = from(body)?;
    let asked = narrator.act_as(&person(plan.region, Role::Officer), |app, caller| {
        change_requests::request_extension(app, caller, id, &input)
    })?;
    Ok(asked.id)
}

fn decide(
    narrator: &mut Narrator<'_>,
    who: &str,
    kind: ChangeRequestKind,
    request: &str,
    (name, reason): (&str, &str),
) -> Result<(), Error> {
    let input = change_requests::ChangeRequestDecisionInput {
        reason: Some(reason.to_owned()).filter(|reason| !reason.is_empty()),
    };
    narrator.act_as(who, |app, caller| change_requests::decide(app, caller, kind, request, name, &input)).map(|_| ())
}

/// Returns the sequence number of a contract's last fact of a kind.
fn last(narrator: &mut Narrator<'_>, plan: &Plan, id: &str, what: &str) -> Result<i64, Error> {
    let seen = narrator
        .act_as(&person(plan.region, Role::Officer), |app, caller| view::load_overview(app, caller, id, None))?;
    let found = seen.history.iter().find(|entry| entry.what == what && !entry.undone);
    found.and_then(|entry| entry.seq).ok_or_else(|| internal(format!("no {what} in {}", plan.number)))
}

/// An administrator adds a second auditor's account.
fn second_auditor_joins(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    narrator.add_person("audit-2", "赵明", Role::Supervisor, "341800-SJ", false)
}

fn auditor_leaves(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    act_on(narrator, "audit-2", "disable", "调离审计岗位")
}

/// A county's leader loses her phone: she signs in with a recovery code, her one-time codes are reset, and she is
/// notified of both.
fn phone_is_lost(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let who = person("341802", Role::Leader);
    narrator.give_password(&who)?;
    let begun = narrator.act_as(&who, totp::begin)?;
    let drawn = narrator.act_as(&who, |app, caller| {
        let secret = totp_rs::Secret::try_from_base32(&begun.secret).map_err(internal)?;
        let codes = totp_rs::Builder::new().with_secret(secret).build().map_err(internal)?;
        let now = u64::try_from(app.clock.now().and_utc().timestamp()).map_err(internal)?;
        totp::confirm(app, caller, &codes.generate(now).to_string())
    })?;
    narrator.sign_in(&who, drawn.recovery_codes.first().map_or("", String::as_str))?;
    act_on(narrator, &who, "reset-codes", "本人到场核验身份，手机遗失")
}

fn act_on(narrator: &mut Narrator<'_>, username: &str, name: &str, reason: &str) -> Result<(), Error> {
    let every = Page { limit: MAX_PAGE_SIZE, after: None };
    let known = narrator.act_as("admin", |app, caller| people::list(app, caller, &every))?.items;
    let found = known.into_iter().find(|person| person.username == username);
    let id = found.map(|person| person.id).unwrap_or_default();
    let input = from(json!({"reason": reason}))?;
    narrator.act_as("admin", |app, caller| people::apply_action(app, caller, &id, name, &input)).map(|_| ())
}

fn money(year: i32, project: &str, document_no: &str, amount: &str) -> Value {
    json!({
        "year": year, "bureau": "341800-SF", "line": "2040607 社区矫正", "economic": "30227 委托业务费", "project": project,
        "document_no": document_no, "source": "一般公共预算", "amount": amount,
    })
}

fn appropriation_is_refused(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let input = from(money(2026, "XC2026-99", "财指〔2026〕58号", "300000.00"))?;
    let proposed = narrator.act_as("finance-review", |app, caller| appropriations::propose(app, caller, &input))?;
    let why = proposals::ProposalDecisionInput { reason: Some("项目编号与预算批复不一致".to_owned()) };
    narrator
        .act_as("finance-approve", |app, caller| appropriations::decide(app, caller, &proposed.id, "refuse", &why))
        .map(|_| ())
}

/// An appropriation is proposed and not yet approved.
fn next_year_is_budgeted(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let input = from(money(2027, "XC2027-01", "财指〔2026〕117号", "2800000.00"))?;
    narrator.act_as("finance-review", |app, caller| appropriations::propose(app, caller, &input)).map(|_| ())
}

/// The third contractor names a second person, who runs its projects.
fn project_manager_joins(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let input = from(json!({
        "username": "contractor-3-project", "name": "严丽", "email": "yanli@wannan.example", "language": "zh",
        "seats": [{"organisation": CONTRACTORS[2].0, "role": "contractor"}],
    }))?;
    narrator.act_as("admin", |app, caller| people::add(app, caller, &input)).map(|_| ())
}

/// An officer asks for a link and then remembers the password.
fn password_is_forgotten(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    narrator.act_as("justice-2", |app, caller| {
        let me = profile::show(app, caller)?;
        password_links::send_forgotten(app, &me.username, "192.0.2.7")
    })
}

fn leader_is_away(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let input =
        from(json!({"organisation": "341800-SF", "role": "leader", "deputy": "justice-2", "until_on": on(10, 12)}))?;
    narrator.act_as("justice-leader", |app, caller| delegations::add(app, caller, &input)).map(|_| ())
}

/// A contractor proposes another account, which is not yet reviewed.
fn account_is_proposed(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let (code, name, _, _) = CONTRACTORS[1];
    let account = from(json!({"name": name, "bank": "中国建设银行宣城分行", "number": "34050175490800001256"}))?;
    narrator
        .act_as(&contractor_person(code), |app, caller| payee_accounts::propose(app, caller, code, &account))
        .map(|_| ())
}

/// An officer starts a draft of next year's contract.
fn draft_is_begun(narrator: &mut Narrator<'_>) -> Result<(), Error> {
    let draft = narrator.act_as("justice", drafts::create)?;
    let steps: [(&str, &[(&str, &str)]); 2] = [
        (
            "parties",
            &[
                ("number", "XCSF-2027-001"),
                ("title", "社区矫正社会工作服务（2027 年度）"),
                ("purchaser", "341800-SF"),
                ("funder", "341800-CZ"),
                ("contractor", CONTRACTORS[0].0),
                ("regime", "procurement_law"),
                ("method", "竞争性磋商"),
                ("starts_on", "2027-01-04"),
                ("ends_on", "2027-12-31"),
            ],
        ),
        (
            "items",
            &[
                ("items.0.code", "VISIT"),
                ("items.0.name", "上门走访"),
                ("items.0.unit", "次"),
                ("items.0.quantity", "1200"),
                ("items.0.unit_price", "155"),
                ("items.1.code", "COUNSEL"),
                ("items.1.name", "心理矫治"),
                ("items.1.unit", "人次"),
                ("items.1.quantity", "360"),
            ],
        ),
    ];
    let mut version = draft.version;
    for (name, typed) in steps {
        let step = Step::find(name).ok_or(Error::NotFound)?;
        let mut fields = Fields::default();
        typed.iter().for_each(|(field, value)| fields.set(*field, value));
        let saved = narrator.act_as("justice", |app, caller| {
            drafts::save(app, caller, (&draft.id, version), step, &fields, &Change::Nothing)
        })?;
        version = saved.version;
    }
    Ok(())
}
