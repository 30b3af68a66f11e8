//! Names of browsers and systems.

use luyue::web::pages::identity::user_agents::identify;

#[test]
fn the_first_sign_found_counts() {
    let windows = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0";
    for (agent, names) in [
        (format!("{windows} Safari/537.36"), ("chrome", "windows")),
        (format!("{windows} Safari/537.36 Edg/138.0.0.0"), ("edge", "windows")),
        (format!("{windows} Safari/537.36 SE 2.X MetaSr 1.0"), ("sogou", "windows")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0".to_owned(), ("firefox", "linux")),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Mobile/15E148 Safari/604.1".to_owned(),
            ("safari", "ios"),
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; V2309A) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36 MicroMessenger/8.0".to_owned(),
            ("wechat", "android"),
        ),
        ("curl/8.9".to_owned(), ("other", "other")),
        (String::new(), ("other", "other")),
    ] {
        assert_eq!(identify(&agent), names, "{agent}");
    }
}
