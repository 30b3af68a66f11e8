//! The services named by the notice 宣司〔2017〕43号, with which the catalogue of a new installation starts.
//!
//! The texts are data, in the wording of the notice. Whether a contract may contain a service is decided in `statutes`.

use chrono::NaiveDate;

/// A service named by the notice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    pub code: &'static str,
    /// Name, in the wording of the notice.
    pub name: &'static str,
    /// Unit in which it is counted.
    pub unit: &'static str,
    /// Quality standard.
    pub standard: &'static str,
    /// Section of the notice that names it.
    pub basis: &'static str,
    /// A later rule that forbids buying the service.
    pub bar: Option<Bar>,
}

/// A rule that forbids buying a service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bar {
    /// Id of the rule in `docs/rules.md`.
    pub rule: &'static str,
    /// Day from which it applies.
    pub since: NaiveDate,
    /// Document and article.
    pub basis: &'static str,
    /// Parts of the name of a service that show it to be such a service.
    pub words: &'static [&'static str],
}

/// The negative list of the Measures for Government Purchase of Services, which forbids buying staff and labour
/// dispatch. The older notice of 2017 still lists assistants.
const NEGATIVE_LIST: Bar = Bar {
    rule: "negative-list",
    // 1 March 2020 exists.
    since: NaiveDate::from_ymd_opt(2020, 3, 1).expect("a day of the calendar"),
    basis: "政府购买服务管理办法（财政部令第102号）第十条",
    words: &["协管员", "劳务派遣", "人员派遣"],
};

const fn service(
    code: &'static str,
    name: &'static str,
    unit: &'static str,
    standard: &'static str,
    basis: &'static str,
) -> Service {
    Service { code, name, unit, standard, basis, bar: None }
}

/// The services, in the order of the notice.
pub const SERVICES: &[Service] = &[
    service("EDU", "教育学习", "次", "按月组织集中教育或个别教育，有签到、教案和记录", "宣司〔2017〕43号 一"),
    service("PUBLIC-WELFARE", "社区服务", "人次", "组织参加公益活动，有计划、签到和成效记录", "宣司〔2017〕43号 一"),
    service("VISIT", "上门走访", "人次", "由两人上门，当日记录，重要情况当日报告司法所", "宣司〔2017〕43号 一"),
    service("COUNSEL", "心理矫治", "人次", "由具备资质的心理咨询人员进行，一人一档", "宣司〔2017〕43号 一、四"),
    service("DAILY-SUPPORT", "日常帮教", "人次", "结合矫正方案逐人开展，有谈话记录", "宣司〔2017〕43号 一"),
    service(
        "SOCIAL-AID",
        "社会帮扶",
        "人次",
        "对就业、生活困难人员提供帮扶，有申请、办理和回访记录",
        "宣司〔2017〕43号 一、二",
    ),
    service(
        "VILLAGE-STATION",
        "村（居）协助社区矫正",
        "站·月",
        "村（居）社区矫正工作站协助日常工作，专人专责，权随责走、费随事转",
        "宣司〔2017〕43号 三",
    ),
    Service {
        code: "ASSISTANT",
        name: "社区矫正协管员",
        unit: "人·月",
        standard: "比照公安辅警待遇和招聘方式配备",
        basis: "宣司〔2017〕43号 四",
        bar: Some(NEGATIVE_LIST),
    },
    service(
        "SOCIAL-WORKER",
        "社区矫正专职社工",
        "人·月",
        "社会工作者与社区矫正对象之比不低于1∶20",
        "宣司〔2017〕43号 四",
    ),
    service(
        "VOLUNTEER",
        "社区矫正志愿者",
        "人次",
        "注册并记录志愿服务，分层次开展知识和技能培训",
        "宣司〔2017〕43号 四",
    ),
    service(
        "MENTAL-HEALTH",
        "心理健康教育",
        "场",
        "面向集中教育的社区矫正对象，由心理咨询师服务团讲授",
        "宣司〔2017〕43号 四",
    ),
    service("SKILLS", "职业技能培训", "人", "纳入本地区总体规划，有课程、考勤和结业证明", "宣司〔2017〕43号 五"),
    service(
        "EMPLOYMENT",
        "就业指导和服务",
        "人次",
        "为符合条件的人员落实就业扶持政策，提供就业指导",
        "宣司〔2017〕43号 五",
    ),
];

/// Returns the rule that forbids buying a service with this name on a day, if there is one.
pub fn bar_of_name(name: &str, on: NaiveDate) -> Option<Bar> {
    let is_barred = |bar: &Bar| bar.since <= on && bar.words.iter().any(|word| name.contains(word));
    SERVICES.iter().filter_map(|service| service.bar).find(is_barred)
}

/// Returns the rule that forbids buying the service with this code, if there is one.
pub fn bar_of(code: &str) -> Option<Bar> {
    SERVICES.iter().find(|service| service.code == code).and_then(|service| service.bar)
}
