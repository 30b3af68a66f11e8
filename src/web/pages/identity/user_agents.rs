//! Common names of the browser and the system in a user agent. This is a table only; versions are not read.

/// Substrings of user agents by browser, each with the code of its name (`browser-CODE`). The first match counts,
/// because most agents also name Chrome or Safari.
const BROWSERS: &[(&str, &str)] = &[
    ("MicroMessenger", "wechat"),
    ("DingTalk", "dingtalk"),
    ("Edg", "edge"),
    ("OPR/", "opera"),
    ("QQBrowser", "qq"),
    ("MetaSr", "sogou"),
    ("QIHU", "qihoo"),
    ("360SE", "qihoo"),
    ("360EE", "qihoo"),
    ("UCBrowser", "uc"),
    ("UBrowser", "uc"),
    ("HuaweiBrowser", "huawei"),
    ("MiuiBrowser", "xiaomi"),
    ("SamsungBrowser", "samsung"),
    ("Firefox/", "firefox"),
    ("FxiOS", "firefox"),
    ("Chrome/", "chrome"),
    ("CriOS", "chrome"),
    ("Safari/", "safari"),
];

/// Substrings of user agents by operating system, each with the code of its name (`system-CODE`).
const SYSTEMS: &[(&str, &str)] = &[
    ("OpenHarmony", "harmony"),
    ("HarmonyOS", "harmony"),
    ("Windows", "windows"),
    ("Android", "android"),
    ("iPhone", "ios"),
    ("iPad", "ipados"),
    ("Mac OS X", "macos"),
    ("Kylin", "kylin"),
    ("UOS", "uos"),
    ("Linux", "linux"),
];

/// Returns the codes of a user agent's browser and system; `other` if unknown.
pub fn identify(agent: &str) -> (&'static str, &'static str) {
    let of = |names: &[(&str, &'static str)]| {
        names.iter().find(|(sign, _)| agent.contains(sign)).map_or("other", |(_, code)| *code)
    };
    (of(BROWSERS), of(SYSTEMS))
}
