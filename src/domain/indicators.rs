//! Units of quality indicators, and the bounds that they set to targets and measured values.
//!
//! A unit may be stated beside the indicator's name. Otherwise the name may imply a percentage (满意度, 合格率).

use crate::domain::numbers::Measured;

codes! {
    /// The unit of an indicator.
    pub enum IndicatorUnit {
        /// A percentage, 0 to 100.
        Percent = "percent",
        /// Points, 0 to 100.
        Points = "points",
        /// A ratio, 0 to 1.
        Ratio = "ratio",
        /// A whole number.
        Count = "count",
        /// Any other measure, such as hours.
        Other = "other",
    }
}

/// Parts of names that mark a percentage.
const PERCENTAGES: &[&str] = &["满意", "百分比", "占比", "satisfaction", "percent"];
/// Endings of names that mark a percentage.
const RATES: &[&str] = &["率", " rate"];
/// Parts of names of rates that may exceed 100 or are not percentages.
const OTHER_RATES: &[&str] = &[
    "完成率",
    "达成率",
    "增长",
    "变化率",
    "效率",
    "频率",
    "速率",
    "心率",
    "功率",
    "倍率",
    "比率",
    "汇率",
    "周转率",
    "负荷率",
    "利用率",
    "completion",
    "achievement",
    "growth",
    "change",
    "heart",
    "exchange",
    "turnover",
    "load",
    "use rate",
];

impl IndicatorUnit {
    /// Returns the unit that an indicator's name implies.
    pub fn of_name(name: &str) -> Self {
        let name = name.trim().to_lowercase();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let is_rate = RATES.iter().any(|end| name.ends_with(end)) && !has(OTHER_RATES);
        if has(PERCENTAGES) || is_rate { Self::Percent } else { Self::Other }
    }

    /// Returns whether a value is within the unit's bounds.
    pub fn admits(self, value: Measured) -> bool {
        let most = match self {
            Self::Percent | Self::Points => 100,
            Self::Ratio => 1,
            Self::Count => return value.exact() % Measured::SCALE == 0,
            Self::Other => return true,
        };
        value.exact() <= most * Measured::SCALE
    }
}
