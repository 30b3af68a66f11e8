//! Regions and services that the demonstration and the synthetic register share.

/// Regions: code and name. The first is the city, the others are its counties and districts.
pub(super) const REGIONS: &[(&str, &str)] = &[
    ("341800", "宣城市"),
    ("341802", "宣州区"),
    ("341881", "宁国市"),
    ("341882", "广德市"),
    ("341821", "郎溪县"),
    ("341823", "泾县"),
    ("341824", "绩溪县"),
    ("341825", "旌德县"),
];

/// Purchased services: code, name, unit, unit price in yuan, quantity of a quarter.
pub(super) const SERVICES: &[(&str, &str, &str, u32, u32)] = &[
    ("EDU", "教育学习", "场", 3000, 6),
    ("VISIT", "上门走访", "次", 150, 120),
    ("COUNSEL", "心理矫治", "人次", 400, 45),
    ("AID", "社会帮扶", "人次", 300, 60),
    ("SERVICE", "社区服务", "场", 1200, 15),
    ("TRAIN", "职业技能培训", "人次", 800, 25),
    ("HELP", "日常帮教", "人次", 120, 150),
];
