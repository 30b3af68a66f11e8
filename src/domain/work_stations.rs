//! Work stations (社区矫正工作站) of villages with the funds that follow their tasks (费随事转), and correction groups (矫正小组), as
//! 宣司〔2017〕43号 requires them.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use crate::domain::text_input::key;

/// People in a correction group.
pub const MEMBERS: RangeInclusive<usize> = 3..=20;
/// Years for which funds are recorded.
pub const YEARS: RangeInclusive<i32> = 2000..=2099;
/// Name of the step by which a work station is closed.
pub const CLOSE: &str = "close";
/// Name of the step by which a correction group is dissolved.
pub const DISSOLVE: &str = "dissolve";

/// Returns the members without blank lines, each once.
pub fn distinct_members(members: &[String]) -> Vec<String> {
    let mut known = BTreeSet::new();
    let named = members.iter().map(|member| member.trim()).filter(|member| !member.is_empty());
    named.filter(|member| known.insert(key(member))).map(str::to_owned).collect()
}
