//! Settings of statutes: which holds on a day, and limits rounded down.

use luyue::domain::statute_settings::{SettableRule, StatuteSetting, StatuteSettings, part_fen};

use crate::support::app::day;

fn setting(rule: SettableRule, from_on: &str, applies: bool, hundredths: Option<i64>) -> StatuteSetting {
    StatuteSetting { rule, from_on: day(from_on), applies, hundredths, days: None }
}

#[test]
fn without_a_setting_every_rule_holds_with_a_tenth() {
    let none = StatuteSettings::default();
    for rule in SettableRule::ALL {
        assert!(none.applies(rule.as_str(), day("2026-01-05")));
        assert_eq!(none.limit(*rule, day("2026-01-05")), Some(1_000));
    }
    assert_eq!([0, 9, 10, 19, 46_800_009].map(|fen| part_fen(fen, 1_000)), [0, 0, 1, 1, 4_680_000]);
    assert_eq!(part_fen(i64::MAX, 10_000), i128::from(i64::MAX));
}

#[test]
fn the_newest_setting_that_has_begun_holds() {
    use SettableRule::{Bond, FiveTerms, Publish, Sign};
    let settings = StatuteSettings(vec![
        setting(Bond, "2026-03-01", true, Some(500)),
        setting(Bond, "2026-02-01", true, None),
        setting(Bond, "2026-04-01", false, None),
        setting(Bond, "2026-04-01", true, Some(2_000)),
        setting(FiveTerms, "2026-03-01", false, None),
    ]);
    let limits = ["2026-01-31", "2026-02-01", "2026-02-28", "2026-03-01", "2026-04-01"];
    let limits = limits.map(|on| settings.limit(Bond, day(on)));
    assert_eq!(limits, [Some(1_000), Some(1_000), Some(1_000), Some(500), Some(2_000)]);
    let applies = ["2026-02-28", "2026-03-01"].map(|on| settings.applies("five-terms", day(on)));
    assert_eq!(applies, [true, false]);
    assert!(settings.applies("budget-first", day("2026-03-01")), "no setting changes it");
    let ended = StatuteSettings(vec![setting(Bond, "2026-04-01", false, Some(500))]);
    assert_eq!(ended.limit(Bond, day("2026-04-01")), None);
    // Days of tasks.
    let none = StatuteSettings::default();
    assert_eq!([Sign, Publish, Bond].map(|rule| none.days(rule, day("2026-01-05"))), [Some(30), Some(2), None]);
    let longer = StatuteSetting { days: Some(5), ..setting(Publish, "2026-03-01", true, None) };
    let settings = StatuteSettings(vec![
        longer,
        setting(Publish, "2026-05-01", true, None),
        setting(Sign, "2026-03-01", false, None),
    ]);
    let days = ["2026-02-28", "2026-03-01", "2026-05-01"].map(|on| settings.days(Publish, day(on)));
    assert_eq!(days, [Some(2), Some(5), Some(2)]);
    assert_eq!(settings.days(Sign, day("2026-03-01")), None);
}
