//! Units of indicators: the stated ones, and those that names tell.

use luyue::domain::indicators::IndicatorUnit as Unit;
use luyue::domain::numbers::Measured;

#[test]
fn a_name_tells_a_percentage() {
    for name in [
        "学员满意度",
        "服务对象满意率",
        "走访覆盖率",
        "到课率",
        "再犯罪率",
        "合格率",
        "女性占比",
        "Client satisfaction",
        "Attendance rate",
        "Percentage of visits on time",
    ] {
        assert_eq!(Unit::of_name(name), Unit::Percent, "{name}");
    }
    for name in
        ["任务完成率", "增长率", "心率", "走访频率", "活动场次", "平均时长", "Completion rate", "Heart rate", "SAT", ""]
    {
        assert_eq!(Unit::of_name(name), Unit::Other, "{name}");
    }
}

#[test]
fn each_unit_has_its_bounds() {
    for (unit, value, is_admitted) in [
        (Unit::Percent, "0", true),
        (Unit::Percent, "100", true),
        (Unit::Percent, "100.0000000001", false),
        (Unit::Percent, "101", false),
        (Unit::Points, "100", true),
        (Unit::Points, "100.5", false),
        (Unit::Ratio, "1", true),
        (Unit::Ratio, "0.95", true),
        (Unit::Ratio, "1.01", false),
        (Unit::Count, "120", true),
        (Unit::Count, "12.5", false),
        (Unit::Other, "999999999", true),
    ] {
        let parsed: Measured = value.parse().expect(value);
        assert_eq!(unit.admits(parsed), is_admitted, "{unit} {value}");
    }
}
