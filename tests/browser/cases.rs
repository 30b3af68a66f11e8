//! The form submissions that `posted` sweeps over: who sends which form with which input, and what comes of it.

use luyue::domain::codes::ContractState;

use crate::browser::cases::Expected::{Done, Refused};
use crate::support::visitor::PASSWORD;

/// The outcome of a form submission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The form is shown again, with the errors above it.
    Refused,
    /// The action is done, and its result or the next page is shown.
    Done,
}

/// One form submission.
pub struct Case {
    pub who: &'static str,
    /// The address to which the form is sent, with `{}` for each identifier.
    pub form: &'static str,
    /// The state of the contract that the form concerns.
    pub state: ContractState,
    /// The input: names of fields and their values.
    pub typed: &'static [(&'static str, &'static str)],
    /// The value of the button, if the form has several.
    pub button: &'static str,
    pub expected: Expected,
}

type Typed = &'static [(&'static str, &'static str)];

const fn case(who: &'static str, form: &'static str, typed: Typed, expected: Expected) -> Case {
    Case { who, form, state: ContractState::Active, typed, button: "", expected }
}

const fn in_state(state: ContractState, case: Case) -> Case {
    Case { state, ..case }
}

const fn by(button: &'static str, case: Case) -> Case {
    Case { button, ..case }
}

const NOTHING: Typed = &[];
const NO_REASON: Typed = &[("reason", " ")];
const REASON: Typed = &[("reason", "材料不全，请补充后重新提交")];
const FAR: &str = "2099-01-01";
/// A user who is locked out after too many failed sign-ins.
pub const TRIED_OFTEN: &str = "guessed-at";
/// Placeholder for the current one-time code of the secret on the page.
pub const CODE: &str = "{code}";
/// Placeholder for a ledger as a workbook.
pub const LEDGER: &str = "{ledger}";
/// A password that someone changes theirs to.
const NEXT: &str = "白鹭立在涨水的稻田里";

/// One year of the working calendar, in the format of the import file.
const YEAR: &str =
    "2027-01-01,休\n2027-02-05,休\n2027-02-08,休\n2027-02-09,休\n2027-02-10,休\n2027-04-05,休\n2027-05-03,休
2027-06-09,休\n2027-10-01,休\n2027-10-04,休\n2027-02-20,班";

/// Every form, in the order in which its sender submits them. The last submissions end what the earlier ones need.
#[rustfmt::skip]
pub const CASES: &[Case] = &[
    // Not signed in.
    case("nobody", "/sign-in", &[("username", "justice"), ("password", "not the one")], Refused),
    case("nobody", "/sign-in", &[("username", TRIED_OFTEN), ("password", "not the one")], Refused),
    case("nobody", "/forgotten-password", &[("username", "")], Refused),
    case("nobody", "/forgotten-password", &[("username", "nobody-of-that-name")], Done),
    case("nobody", "/password/{}", &[("password", "abc"), ("again", "abd")], Refused),
    case("nobody", "/password/{}", &[("password", "abc"), ("again", "abc")], Refused),
    case("nobody", "/password/{}", &[("password", "河边三十七只水獭晒太阳"), ("again", "河边三十七只水獭晒太阳")], Done),
    case("nobody", "/opinion", &[("code", "aaaa-bbbb-cccc"), ("received", ""), ("satisfaction", "")], Refused),
    // The officer, on an active contract.
    case("justice", "/contracts/{}/act/publish", &[("on", FAR)], Refused),
    case("justice", "/contracts/{}/act/decision", &[("decision", "partial"), ("quantity", ""), ("members", "")], Refused),
    case("justice", "/contracts/{}/decisions", &[("do.VISIT-H1.1", "accepted"), ("VISIT-H1.1.quantity", "x"), ("members", "")], Refused),
    case("justice", "/contracts/{}/act/incident", &[("id", ""), ("on", "")], Refused),
    case("justice", "/contracts/{}/act/headcount", &[("clients", "many"), ("workers", "-1")], Refused),
    case("justice", "/contracts/{}/act/survey", &[("score", "101")], Refused),
    case("justice", "/contracts/{}/act/survey", &[("score", "88"), ("note", "回访 20 人")], Done),
    case("justice", "/contracts/{}/act/extension", &[("days", "0"), ("reason", "")], Refused),
    case("justice", "/contracts/{}/act/extension", &[("days", "5"), ("reason", "汛期道路中断")], Done),
    case("justice", "/contracts/{}/act/incident", &[("id", "I-9"), ("note", "工作记录泄露")], Done),
    case("justice", "/contracts/{}/act/headcount", &[("month", "2026-06"), ("clients", "60"), ("workers", "5")], Done),
    case("justice", "/contracts/{}/act/endorse", NOTHING, Done),
    case("justice", "/contracts/{}/act/waiver", NO_REASON, Refused),
    case("justice", "/contracts/{}/act/waiver", REASON, Done),
    case("justice", "/contracts/{}/act/reversal", NO_REASON, Refused),
    case("justice", "/contracts/{}/act/reversal", REASON, Done),
    case("justice", "/contracts/{}/act/told", NO_REASON, Refused),
    case("justice", "/contracts/{}/act/told", REASON, Done),
    case("justice", "/contracts/{}/act/request", &[("amount", "0.00")], Refused),
    case("justice", "/contracts/{}/act/payment-return", &[("reason", "等待审计")], Refused),
    case("justice", "/contracts/{}/act/confirm", NOTHING, Done),
    case("justice", "/contracts/{}/act/publish", &[("on", "2026-01-06")], Done),
    case("justice", "/contracts/{}/act/amendment-withdraw", NO_REASON, Refused),
    case("justice", "/contracts/{}/act/annex/files", &[("title", "")], Refused),
    case("justice", "/contracts/{}/act/annex-remove", NO_REASON, Refused),
    case("justice", "/contracts/{}/act/annex-remove", REASON, Done),
    case("justice", "/contracts/{}/act/publication", &[("notice_url", "http://a"), ("review", "")], Refused),
    case("justice", "/contracts/{}/act/publication-withdraw", NO_REASON, Refused),
    case("justice", "/contracts/{}/act/guarantee", &[("amount", "x"), ("issuer", ""), ("number", ""), ("valid_from", "")], Refused),
    case("justice", "/contracts/{}/act/guarantee", &[("amount", "2.00"), ("issuer", "徽商银行"), ("number", "HS-2"), ("valid_from", "2026-01-05"), ("valid_until", "2027-03-31"), ("return_on", "2027-02-26")], Done),
    case("justice", "/contracts/{}/act/guarantee-claim", &[("amount", "x"), ("reason", "")], Refused),
    case("justice", "/contracts/{}/act/guarantee-return", &[("on", FAR)], Refused),
    in_state(ContractState::Completed, case("justice", "/contracts/{}/act/recovery", &[("amount", "x"), ("reason", ""), ("due_on", "")], Refused)),
    in_state(ContractState::Completed, case("justice", "/contracts/{}/act/recovery-write-off", NO_REASON, Refused)),
    case("justice", "/contracts/{}/act/evaluation", &[("from", FAR), ("to", "")], Refused),
    case("justice", "/contracts/{}/act/evaluation-propose", &[("adjustments.timeliness.score", "10")], Refused),
    case("justice", "/contracts/{}/act/evaluation-propose", NOTHING, Done),
    case("justice", "/contracts/{}/act/evaluation-withdraw", NO_REASON, Refused),
    case("justice", "/contracts/{}/decisions", &[("do.VISIT-H1.1", "accepted"), ("VISIT-H1.1.measured.COVERAGE", "96")], Done),
    in_state(ContractState::Draft, case("justice", "/contracts/{}/act/withdraw", NO_REASON, Refused)),
    // Registrations.
    by("save", case("justice", "/drafts/{}/parties", &[("number", ""), ("title", "无编号"), ("starts_on", "2027-12-31"), ("ends_on", "2027-01-01")], Refused)),
    by("save", case("justice", "/drafts/{}/items", &[("items.0.code", "堃<b>"), ("items.0.quantity", "一千二百"), ("items.0.unit_price", "-1,5"), ("amount", "不详")], Refused)),
    by("add:items", case("justice", "/drafts/{}/items", NOTHING, Done)),
    in_state(ContractState::Draft, by("plan", case("justice", "/drafts/{}/deliverables", &[("generate.item", "")], Refused))),
    by("save", case("justice", "/drafts/{}/deliverables", &[("deliverables.0.code", "D"), ("deliverables.0.quantity", "x")], Refused)),
    in_state(ContractState::Draft, by("plan", case("justice", "/drafts/{}/milestones", &[("generate.advance", "120")], Refused))),
    by("clause:late_delivery", case("justice", "/drafts/{}/clauses", NOTHING, Done)),
    by("save", case("justice", "/drafts/{}/clauses", &[("clauses.0.daily_rate", "x"), ("penalty_cap", "200")], Refused)),
    by("save", case("justice", "/drafts/{}/scorecard", &[("scorecard.weights.quantity", "x")], Refused)),
    by("leave", case("justice", "/drafts/{}/notes", &[("notes", "保密")], Done)),
    by("save", case("justice", "/drafts/{}/notes", &[("version", "1"), ("notes", "别的")], Refused)),
    case("justice", "/drafts/{}/discard", NOTHING, Done),
    in_state(ContractState::Draft, case("justice", "/drafts/{}/try", &[("try.deliverables.0.on", "2026-06-30"), ("try.deliverables.0.quantity", "y")], Refused)),
    in_state(ContractState::Draft, case("justice", "/drafts/{}/try", &[("try.deliverables.0.on", "2026-08-30"), ("try.deliverables.0.quantity", "400")], Done)),
    in_state(ContractState::Draft, case("justice", "/drafts/{}/check", &[("version", "0")], Refused)),
    in_state(ContractState::Draft, case("justice", "/drafts/{}/check", NOTHING, Done)),
    case("justice", "/drafts", NOTHING, Done),
    case("justice", "/drafts/copy", &[("starts_on", "x")], Refused),
    case("justice", "/drafts/copy", &[("starts_on", "2027-01-05")], Done),
    case("justice", "/templates/notice-2017-43/draft", &[("starts_on", ""), ("contractor", "没有")], Refused),
    case("justice", "/templates/notice-2017-43/draft", &[("starts_on", "2027-01-05"), ("contractor", "")], Done),
    case("justice", "/templates", &[("name", "")], Refused),
    case("justice", "/templates", &[("name", "走访")], Done),
    by("rename", case("justice", "/templates/{}", &[("name", "")], Refused)),
    by("rename", case("justice", "/templates/{}", &[("name", "上门走访")], Done)),
    by("retire", case("justice", "/templates/{}", NOTHING, Done)),
    in_state(ContractState::Draft, case("justice", "/contracts/{}/draft", NOTHING, Done)),
    case("justice", "/contracts/{}/amend", NOTHING, Done),
    in_state(ContractState::Draft, case("justice", "/contracts/{}/act/submit", NOTHING, Done)),
    in_state(ContractState::Draft, case("justice", "/contracts/{}/act/recall", NOTHING, Done)),
    // The forms that every user has.
    case("justice", "/registers/suspensions", &[("contract", ""), ("on", "x"), ("reason", "")], Refused),
    case("justice-leader", "/registers/suspensions/{}/refuse", NO_REASON, Refused),
    case("justice-leader", "/registers/suspensions/{}/approve", NOTHING, Done),
    case("justice", "/registers/suspensions", &[("contract", "M-1"), ("step", "resumption"), ("on", "2026-07-20"), ("reason", "汛情解除")], Done),
    // The resumption waits for the leader.
    case("justice", "/registers/suspensions", &[("contract", "M-1"), ("step", "resumption"), ("on", "2026-07-20"), ("reason", "汛情解除")], Refused),
    case("justice", "/registers/approval-chains", &[("from_on", "x"), ("document_no", "")], Refused),
    case("justice", "/registers/approval-chains", &[("lead", "leader"), ("chief", "leader"), ("chief_amount", "200000"), ("from_on", FAR), ("document_no", "宣司办〔2026〕3号")], Done),
    case("justice", "/import-ledger/files", &[("file", "甲-1,上门走访服务")], Refused),
    case("justice", "/import-ledger/files", &[("file", LEDGER)], Done),
    // Another ledger of the bureau waits.
    case("justice", "/import-ledger", NOTHING, Refused),
    case("justice", "/contracts/{}/opinions", &[("number", "x"), ("expires_on", "")], Refused),
    case("justice", "/contracts/{}/opinions", &[("number", "2"), ("expires_on", "2026-09-01")], Done),
    case("contractor", "/registers/workers", &[("contract", ""), ("name", ""), ("from_on", "x")], Refused),
    case("contractor", "/registers/workers", &[("contract", "M-1"), ("name", "周雯"), ("role", "social_worker"), ("from_on", "2026-01-05")], Done),
    case("contractor", "/registers/workers/{}/recall", NOTHING, Done),
    case("justice", "/registers/demand-notices", &[("title", ""), ("text", ""), ("due_on", "x")], Refused),
    case("justice", "/registers/demand-notices", &[("title", "需要职业技能培训"), ("text", "每季度一期"), ("to", "")], Done),
    case("contractor", "/registers/own-organisation", &[("name", ""), ("bank", ""), ("number", "账号")], Refused),
    case("contractor", "/registers/demand-notices/{}/answer", NO_REASON, Refused),
    case("contractor", "/registers/demand-notices/{}/answer", REASON, Done),
    case("justice", "/registers/joint-meetings", &[("title", ""), ("text", ""), ("on", "x")], Refused),
    case("justice", "/registers/joint-meetings", &[("title", "第一次联席会议"), ("text", "议定三项"), ("on", "2026-01-05")], Done),
    case("justice", "/registers/meeting-decisions", &[("title", ""), ("text", ""), ("to", "没有"), ("on", ""), ("due_on", "x")], Refused),
    case("justice", "/registers/meeting-decisions", &[("title", "技能培训"), ("text", "纳入计划"), ("to", "XC-FINANCE"), ("on", "2026-01-05"), ("due_on", "2027-03-31")], Done),
    case("finance-review", "/registers/meeting-decisions/{}/answer", NO_REASON, Refused),
    case("finance-review", "/registers/meeting-decisions/{}/answer", REASON, Done),
    case("justice", "/registers/work-stations", &[("name", ""), ("address", ""), ("keeper", ""), ("from_on", "x")], Refused),
    case("justice", "/registers/work-stations", &[("name", "南山村社区矫正工作站"), ("address", "南山村 1 号"), ("keeper", "王建国"), ("from_on", "2026-01-05")], Done),
    case("justice", "/registers/station-funds", &[("work_station", "没有"), ("year", "x"), ("amount", "")], Refused),
    case("justice", "/registers/station-funds", &[("work_station", "南山村社区矫正工作站"), ("year", "2026"), ("amount", "2400.00"), ("document_no", "宣财行〔2026〕9号")], Done),
    case("justice", "/registers/work-stations/{}/close", NO_REASON, Refused),
    case("justice", "/registers/work-stations/{}/close", REASON, Done),
    case("justice", "/registers/correction-groups", &[("subject", "王某"), ("members", "王建国"), ("from_on", "x")], Refused),
    case("justice", "/registers/correction-groups", &[("subject", "XZ-019"), ("members", "王建国 村委会主任\n李敏 社工\n张强 家属"), ("from_on", "2026-01-05")], Done),
    case("justice", "/registers/correction-groups/{}/dissolve", NO_REASON, Refused),
    case("justice", "/registers/correction-groups/{}/dissolve", REASON, Done),
    case("justice", "/registers/demand-notices/{}/close", NO_REASON, Refused),
    case("justice", "/registers/demand-notices/{}/close", REASON, Done),
    case("justice", "/registers/meeting-decisions/{}/close", REASON, Done),
    case("justice", "/registers/workers/{}/refuse", NO_REASON, Refused),
    case("justice", "/registers/workers/{}/approve", NOTHING, Done),
    case("contractor", "/registers/workers/{}/leave", NO_REASON, Refused),
    case("contractor", "/registers/workers/{}/leave", REASON, Done),
    case("justice", "/registers/purchase-plans", &[("number", ""), ("title", ""), ("appropriation", "没有"), ("amount", "x")], Refused),
    case("justice", "/registers/purchase-plans", &[("number", "采购计划〔2026〕10号"), ("title", "社区矫正服务"), ("appropriation", "宣财指〔2026〕20号"), ("amount", "10.00")], Done),
    case("justice", "/registers/purchase-plans/{}/cancel", NOTHING, Done),
    case("justice", "/registers/delegations", &[("deputy", "nobody"), ("until_on", "2020-01-01"), ("current_password", PASSWORD)], Refused),
    case("justice", "/registers/delegations", &[("deputy", "justice-2"), ("current_password", "not the one")], Refused),
    case("justice", "/registers/delegations", &[("seat", "XC-JUSTICE/officer"), ("deputy", "justice-2"), ("until_on", "2026-08-31"), ("current_password", PASSWORD)], Done),
    case("justice", "/registers/delegations/{}/end", NOTHING, Done),
    case("justice", "/change-password", &[("current_password", "not the one"), ("password", NEXT), ("again", NEXT)], Refused),
    case("justice", "/change-password", &[("current_password", PASSWORD), ("password", "justice-2026"), ("again", "justice-2026")], Refused),
    case("justice", "/notices/{}/read", NOTHING, Done),
    case("justice", "/notices/read", NOTHING, Done),
    case("justice", "/notices/choices", &[("ways.payments", "daily"), ("digest_hour", "17")], Done),
    case("justice", "/saved-views/work", &[("name", "")], Refused),
    case("justice", "/saved-views/work", &[("name", "付款事项")], Done),
    case("justice", "/saved-views/contracts/{}", &[("name", "")], Refused),
    case("justice", "/saved-views/contracts/{}", &[("name", "本年合同")], Done),
    case("justice", "/saved-views/contracts/{}/delete", NOTHING, Done),
    case("justice", "/one-time-codes/begin", &[("current_password", "not the one")], Refused),
    case("justice", "/one-time-codes/begin", &[("current_password", PASSWORD)], Done),
    case("justice", "/one-time-codes/confirm", &[("code", "000000")], Refused),
    case("justice", "/one-time-codes/confirm", &[("code", CODE)], Done),
    case("justice", "/one-time-codes/recovery", &[("current_password", "not the one"), ("current_code", "000000")], Refused),
    case("justice", "/one-time-codes/remove", &[("password", "not the one"), ("code", "000000")], Refused),
    case("justice", "/kept-forms/{}/discard", NOTHING, Done),
    case("justice", "/calendar-feed", NOTHING, Done),
    case("justice", "/calendar-feed/end", NOTHING, Done),
    case("justice", "/sessions/end-others", NOTHING, Done),
    case("justice", "/sessions/{}/end", NOTHING, Done),
    // The leader.
    case("justice-leader", "/contracts/{}/act/score", &[("score", "101")], Refused),
    case("justice-leader", "/contracts/{}/act/refuse", NO_REASON, Refused),
    case("justice-leader", "/contracts/{}/act/grant", NOTHING, Done),
    case("justice-leader", "/contracts/{}/act/objection-reject/files", NO_REASON, Refused),
    case("justice-leader", "/contracts/{}/act/objection-uphold/files", NO_REASON, Refused),
    case("justice-leader", "/contracts/{}/act/objection-uphold/files", REASON, Done),
    case("justice-leader", "/contracts/{}/act/publication-refuse", NO_REASON, Refused),
    case("justice-leader", "/contracts/{}/act/publication-grant", NOTHING, Done),
    case("justice-leader", "/contracts/{}/act/guarantee-refuse", NO_REASON, Refused),
    case("justice-leader", "/contracts/{}/act/guarantee-grant", NOTHING, Done),
    case("justice-leader", "/contracts/{}/act/evaluation-finalise", NOTHING, Refused),
    case("justice-leader", "/contracts/{}/act/terminate", NO_REASON, Refused),
    case("justice-leader", "/contracts/{}/act/terminate", REASON, Done),
    in_state(ContractState::Draft, case("justice-leader", "/contracts/{}/act/sign-off", NOTHING, Done)),
    in_state(ContractState::Funded, case("justice-leader", "/contracts/{}/act/activate", &[("signed_on", FAR)], Refused)),
    in_state(ContractState::Funded, case("justice-leader", "/contracts/{}/act/return", NO_REASON, Refused)),
    in_state(ContractState::Funded, case("justice-leader", "/contracts/{}/act/activate", &[("signed_on", "2026-01-05")], Done)),
    case("justice-leader", "/contracts/{}/act/amendment-refuse", NO_REASON, Refused),
    case("justice-leader", "/contracts/{}/act/amendment-approve", NOTHING, Refused),
    // Finance.
    case("finance-review", "/contracts/{}/act/amendment-fund", NOTHING, Refused),
    case("finance-review", "/payments/decide", &[("lines.0.do", "return"), ("lines.0.reason", "")], Refused),
    case("finance-review", "/contracts/{}/act/review", NOTHING, Done),
    case("finance-review", "/contracts/{}/act/consent", NOTHING, Refused),
    case("finance-review", "/contracts/{}/act/decline", NO_REASON, Refused),
    in_state(ContractState::Submitted, case("finance-review", "/contracts/{}/act/return", NO_REASON, Refused)),
    in_state(ContractState::Submitted, case("finance-review", "/contracts/{}/act/fund", NOTHING, Done)),
    case("finance-review", "/registers/appropriations", &[("year", "abc"), ("line", ""), ("amount", "x")], Refused),
    case("finance-review", "/registers/appropriations", &[("bureau", "XC-JUSTICE"), ("line", "2040607"), ("economic", "30227"), ("project", "P-1"), ("document_no", "1 号"), ("source", "一般公共预算"), ("amount", "1000.00")], Done),
    case("finance-review", "/registers/approval-rules", &[("amount", "x"), ("from_on", "x"), ("document_no", "")], Refused),
    case("finance-review", "/registers/approval-rules", &[("amount", "200000"), ("approvers", "2"), ("from_on", FAR), ("document_no", "宣财办〔2026〕5号")], Done),
    case("finance-review", "/registers/approval-chains", &[("from_on", "x"), ("document_no", "")], Refused),
    case("finance-review", "/registers/approval-chains", &[("subject", "payment"), ("confirm", "officer"), ("review", "none"), ("review_amount", ""), ("approve", "reviewer"), ("pay", "accountant"), ("from_on", FAR), ("document_no", "宣财办〔2026〕6号")], Done),
    case("admin", "/registers/loan-rates", &[("from_on", "x"), ("rate", "x"), ("source", "")], Refused),
    case("admin", "/registers/loan-rates", &[("from_on", "2026-02-20"), ("rate", "3.00%"), ("source", "同业拆借中心公告")], Done),
    case("admin", "/registers/statute-settings", &[("limit", "x"), ("from_on", "x"), ("source", "")], Refused),
    case("admin", "/registers/statute-settings", &[("rule", "bond-10pct"), ("applies", "applies"), ("limit", "5%"), ("from_on", "2027-01-01"), ("source", "实施条例修订")], Done),
    case("finance-approve", "/registers/statute-settings/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/statute-settings/{}/approve", NOTHING, Done),
    case("finance-approve", "/registers/calendar-imports/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/calendar-imports/{}/approve", NOTHING, Done),
    case("finance-approve", "/registers/ledger-imports/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/ledger-imports/{}/approve", NOTHING, Done),
    case("finance-approve", "/registers/loan-rates/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/loan-rates/{}/approve", NOTHING, Done),
    case("finance-review", "/registers/yearly-shares", &[("contract", ""), ("appropriation", "没有")], Refused),
    case("finance-review", "/registers/yearly-shares", &[("contract", "M-1"), ("appropriation", "宣财指〔2027〕1号")], Done),
    case("finance-review", "/registers/budget-changes", &[("from", "没有"), ("to", ""), ("amount", "x")], Refused),
    case("finance-review", "/registers/budget-changes", &[("kind", "adjustment"), ("from", "宣财指〔2026〕20号"), ("to", "宣财指〔2026〕21号"), ("amount", "10.00"), ("document_no", "宣财预〔2026〕33号"), ("reason", "年中调剂")], Done),
    case("finance-review", "/registers/budget-changes/{}/recall", NOTHING, Done),
    case("finance-review", "/registers/accounts/{}/refuse", NO_REASON, Refused),
    case("finance-review", "/registers/accounts/{}/approve", &[("current_password", "not the one")], Refused),
    case("finance-review", "/registers/accounts/{}/approve", &[("current_password", PASSWORD)], Done),
    case("finance-approve", "/contracts/{}/act/approve", NOTHING, Done),
    case("finance-approve", "/registers/appropriations/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/appropriations/{}/approve", NOTHING, Done),
    case("finance-approve", "/registers/approval-rules/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/approval-rules/{}/approve", NOTHING, Done),
    case("finance-approve", "/registers/approval-chains/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/approval-chains/{}/approve", NOTHING, Done),
    case("finance-approve", "/registers/budget-changes/{}/refuse", NO_REASON, Refused),
    case("finance-approve", "/registers/budget-changes/{}/approve", NOTHING, Done),
    case("finance-pay", "/contracts/{}/act/pay", &[("voucher", "")], Refused),
    case("finance-pay", "/payments/vouchers", &[("file", "凭证号,金额\nZF-7,1.00")], Refused),
    case("finance-pay", "/payments/vouchers", &[("rows", "ZF-7\t1.00\t6222000011112222\t2026-01-06\t\t")], Done),
    case("finance-pay", "/payments/decide", &[("lines.0.voucher", ""), ("lines.0.on", "x")], Refused),
    // The line is refused, and the page of results says so.
    case("finance-pay", "/payments/decide", &[("lines.0.voucher", "ZF-8"), ("lines.0.on", FAR), ("lines.0.reason", "已核实")], Done),
    case("finance-pay", "/contracts/{}/act/pay", &[("voucher", "ZF-9")], Done),
    in_state(ContractState::Completed, case("finance-approve", "/contracts/{}/act/recovery-refuse", NO_REASON, Refused)),
    in_state(ContractState::Completed, case("finance-approve", "/contracts/{}/act/recovery-grant", NOTHING, Done)),
    in_state(ContractState::Completed, case("finance-pay", "/contracts/{}/act/recovery-receipt", &[("amount", "x"), ("receipt", "")], Refused)),
    // The contractor.
    case("contractor", "/contracts/{}/act/submission/files", &[("quantity", "0"), ("note", "")], Refused),
    case("contractor", "/contracts/{}/act/submission-withdraw", NOTHING, Done),
    case("contractor", "/contracts/{}/act/invoice/files", &[("number", ""), ("amount", "x")], Refused),
    case("contractor", "/contracts/{}/act/request", &[("amount", "12")], Refused),
    case("contractor", "/contracts/{}/act/interest", &[("amount", "x")], Refused),
    case("contractor", "/contracts/{}/act/interest", &[("amount", "10.00")], Done),
    case("contractor", "/contracts/{}/act/interest-waiver", NO_REASON, Refused),
    case("contractor", "/contracts/{}/act/interest-waiver", REASON, Done),
    case("contractor", "/contracts/{}/act/payment-recall", NOTHING, Done),
    case("contractor", "/contracts/{}/act/amendment-consent", NOTHING, Done),
    case("contractor", "/contracts/{}/act/objection/files", &[("text", "")], Refused),
    case("contractor", "/contracts/{}/act/objection/files", &[("text", "资料已按期送达")], Done),
    case("contractor", "/contracts/{}/act/apply-extension/files", &[("days", "0"), ("reason", "")], Refused),
    case("contractor", "/contracts/{}/act/apply-extension/files", &[("days", "5"), ("reason", "汛期道路中断")], Done),
    case("contractor", "/contracts/{}/act/apply-waiver/files", NO_REASON, Refused),
    case("contractor", "/contracts/{}/act/apply-waiver/files", REASON, Done),
    case("contractor", "/contracts/{}/act/evaluation-assess", &[("text", "")], Refused),
    case("contractor", "/contracts/{}/act/evaluation-assess", &[("text", "已按约定完成")], Done),
    case("contractor", "/contracts/{}/act/evaluation-comment", &[("text", "")], Refused),
    case("contractor", "/contracts/{}/act/message/files", &[("text", "")], Refused),
    case("contractor", "/contracts/{}/act/message/files", &[("text", "请核对签到表")], Done),
    case("contractor", "/contracts/{}/act/record", &[("on", FAR), ("place", ""), ("subject", "王某"), ("minutes", "0")], Refused),
    case("contractor", "/contracts/{}/act/record", &[("on", "2026-01-06"), ("place", "鳌峰街道"), ("subject", "XZ-3"), ("minutes", "30")], Done),
    case("contractor", "/contracts/{}/records/import", &[("file", "服务日期,服务项目\n2026-01-06,上门走访")], Refused),
    case("contractor", "/contracts/{}/records/import", &[("rows", "2026-01-06\t上门走访\t\t鳌峰街道\t林晓东\tXZ-4\t1\t40")], Done),
    by("withdraw", case("contractor", "/contracts/{}/records", NOTHING, Refused)),
    by("withdraw", case("contractor", "/contracts/{}/records", &[("all", "yes")], Done)),
    // The administrator.
    by("preview", case("admin", "/mail-templates/breach-found", &[("zh.body", "{ $nothing }"), ("en.subject", "")], Refused)),
    by("preview", case("admin", "/mail-templates/breach-found", NOTHING, Done)),
    by("save", case("admin", "/mail-templates/breach-found", &[("zh.subject", "款已付：{ $number }")], Done)),
    by("restore", case("admin", "/mail-templates/breach-found", NOTHING, Done)),
    case("admin", "/registers/regions", &[("code", ""), ("name", "")], Refused),
    case("admin", "/registers/regions", &[("code", "341899"), ("name", "某县")], Done),
    case("admin", "/registers/organisations", &[("code", ""), ("name", "")], Refused),
    case("admin", "/registers/organisations", &[("code", "XC-MORE"), ("name", "某局"), ("region", "341800")], Done),
    case("admin", "/registers/contractors", &[("credit_code", "1"), ("name", "")], Refused),
    case("admin", "/registers/services", &[("code", ""), ("name", "")], Refused),
    case("admin", "/registers/services", &[("code", "MORE"), ("name", "回访"), ("unit", "次")], Done),
    case("admin", "/registers/contractors", &[("credit_code", "91341800MA2TK0001N"), ("name", "某公司")], Done),
    case("admin", "/registers/people", &[("username", ""), ("name", ""), ("email", "x")], Refused),
    case("admin", "/registers/people", &[("username", "more"), ("name", "新人"), ("email", "more@luyue.test"), ("organisation", "XC-JUSTICE"), ("role", "officer")], Done),
    case("admin", "/registers/people/{}/link", NOTHING, Done),
    case("admin", "/registers/people/{}/disable", NOTHING, Done),
    case("admin", "/registers/people/{}/enable", NOTHING, Done),
    case("admin", "/registers/people/{}/reset-codes", NO_REASON, Refused),
    case("admin", "/registers/emails/{}/retry", NOTHING, Done),
    case("admin", "/calendar/files", &[("notice", ""), ("file", "2027-01-01,休\n2027-02-30,休")], Refused),
    case("admin", "/calendar/files", &[("notice", "国办发明电〔2026〕9号"), ("file", YEAR)], Done),
    case("admin", "/calendar", NOTHING, Done),
    case("admin", "/sign-out", NOTHING, Done),
];
