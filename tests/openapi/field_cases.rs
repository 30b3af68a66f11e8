//! Valid requests about those who serve and those who are served, and between bureaus: rosters, opinions, matters.

use serde_json::json;

use crate::coordination::demand;
use crate::openapi::cases::{Case, case, post};
use crate::opinions::{code, opinion};
use crate::payments::setup;
use crate::work_stations::{funds, group, work_station};
use crate::workers::worker;

/// Returns the cases.
pub fn all() -> impl Iterator<Item = Case> {
    [
        case("contractor", |test| {
            setup::advance(test);
            post("workers", worker(setup::NUMBER, "林晓东"))
        }),
        case("justice", |test| {
            setup::advance(test);
            let body = worker(setup::NUMBER, "林晓东");
            let id = setup::id_of(&test.by("contractor").post("workers", &body).expect_status(201));
            post(format!("workers/{id}/actions/approve"), json!({}))
        }),
        case("station", |_| post("work-stations", work_station("东山村社区矫正工作站"))),
        case("station", |test| {
            let body = work_station("东山村社区矫正工作站");
            let id = setup::id_of(&test.by("station").post("work-stations", &body).expect_status(201));
            post(format!("work-stations/{id}/actions/close"), json!({"reason": "并入西林街道"}))
        }),
        case("justice", |test| {
            let body = work_station("东山村社区矫正工作站");
            test.by("station").post("work-stations", &body).expect_status(201);
            post("station-funds", funds("东山村社区矫正工作站", "2400.00"))
        }),
        case("station", |_| post("correction-groups", group("XZ-017"))),
        case("station", |test| {
            let id = setup::id_of(&test.by("station").post("correction-groups", &group("XZ-017")).expect_status(201));
            post(format!("correction-groups/{id}/actions/dissolve"), json!({"reason": "解除矫正"}))
        }),
        case("station", |_| post("matters", demand("需要心理咨询师"))),
        case("contractor", |test| {
            let id = setup::id_of(&test.by("justice").post("matters", &demand("需要心理咨询师")).expect_status(201));
            post(format!("matters/{id}/actions/answer"), json!({"reason": "可以派两名咨询师"}))
        }),
        case("station", |test| {
            let body = json!({"deliverable": "VISIT-H1", "number": 2, "expires_on": "2026-02-13"});
            post(format!("contracts/{}/opinion-codes", setup::advance(test)), body)
        }),
        Case {
            who: None,
            prepare: |test| {
                let contract = setup::advance(test);
                post("public/opinions", opinion(&code(test, &contract, "2026-02-13")))
            },
        },
    ]
    .into_iter()
}
