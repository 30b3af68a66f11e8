//! Opinions of the recipients of a service (服务对象意见): given once with a code that names no one, and counted beside the
//! inspection of a deliverable. They move no money: only a recorded survey does.

use std::ops::RangeInclusive;

use serde::Serialize;
use utoipa::ToSchema;

codes! {
    /// The satisfaction of a recipient with the service.
    pub enum Satisfaction {
        Satisfied = "satisfied",
        Neutral = "neutral",
        Dissatisfied = "dissatisfied",
    }
}

/// Number of codes that are issued together.
pub const CODES_AT_ONCE: RangeInclusive<usize> = 1..=200;
/// Maximum number of codes of a contract.
pub const MAX_CODES: i64 = 5_000;
/// Maximum number of days for which a code is valid.
pub const MAX_DAYS: u64 = 180;

/// Opinions of a deliverable, counted.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct OpinionTotals {
    /// Code of the deliverable.
    pub deliverable: String,
    /// Number of codes issued.
    pub issued: i64,
    /// Number of codes with which an opinion was given.
    pub answered: i64,
    /// Number of those who did not receive the service.
    pub not_received: i64,
    pub satisfied: i64,
    pub neutral: i64,
    pub dissatisfied: i64,
    /// Remarks in the order of their text, which says nothing of who made them; empty for those who may not read them.
    pub remarks: Vec<String>,
}

/// An opinion: true if the service was received, the satisfaction with it, and a remark, which may be empty.
pub type Answer = (bool, Satisfaction, String);

impl OpinionTotals {
    /// Adds codes with the same answer, in the order of their remarks; `None` for codes without one.
    pub fn add(&mut self, number: i64, answer: Option<Answer>) {
        self.issued += number;
        let Some((received, satisfaction, remark)) = answer else { return };
        self.answered += number;
        if !remark.is_empty() {
            self.remarks.push(remark);
        }
        if !received {
            self.not_received += number;
        }
        *match satisfaction {
            Satisfaction::Satisfied => &mut self.satisfied,
            Satisfaction::Neutral => &mut self.neutral,
            Satisfaction::Dissatisfied => &mut self.dissatisfied,
        } += number;
    }
}
