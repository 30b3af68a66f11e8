//! Forms as the page's script sends them: what was typed stays on the page while the network is down.

use crate::support::files;

/// Ways in which a form is sent by the script, or by the browser once the server was reached.
const WAYS: [&str; 3] = ["data-form", "data-send", "data-upload"];

#[test]
fn every_form_waits_for_the_network() {
    let mut posted = 0;
    for (path, text) in files::under("templates", &["html"]) {
        let tags = text.split("<form").skip(1).filter_map(|rest| rest.split('>').next());
        for tag in tags.filter(|tag| tag.contains("method=\"post\"")) {
            posted += 1;
            // Signing out has nothing that is typed.
            let waits = tag.contains("action=\"/sign-out\"") || WAYS.iter().any(|way| tag.contains(way));
            assert!(waits, "{path}: <form{tag}> is lost where the network is down");
        }
    }
    assert!(posted > 25, "only {posted} forms were found");
}
