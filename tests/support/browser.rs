//! A headless Chromium controlled through chromedriver, started for one test and stopped at its end, even on failure.
//!
//! Waiting for elements happens in the driver; nothing here sleeps.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::support::files;
use crate::support::visitor::PASSWORD;

/// The longest time to wait for a page or an element.
const WAIT: Duration = Duration::from_secs(10);
/// The key under which WebDriver returns an element's identifier.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";
const FLAGS: &[&str] = &[
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--hide-scrollbars",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
];

/// A running chromedriver.
struct Driver {
    child: Child,
    url: String,
    // Not read any further, but kept open: chromedriver stops when its output pipe is closed.
    _said: BufReader<ChildStdout>,
}

impl Driver {
    fn start() -> Self {
        let mut command = Command::new("chromedriver");
        let command = command.arg("--port=0").stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn().expect("chromedriver is installed: `tests/run` without --quick installs it");
        let mut said = BufReader::new(child.stdout.take().expect("a pipe"));
        let mut line = String::new();
        let port = loop {
            line.clear();
            let read = said.read_line(&mut line).expect("chromedriver says something");
            assert_ne!(read, 0, "chromedriver ended before it listened");
            if let Some((_, port)) = line.split_once("started successfully on port ") {
                break port.trim().trim_end_matches('.').to_owned();
            }
        };
        Self { child, url: format!("http://127.0.0.1:{port}"), _said: said }
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A browser with one window.
pub struct Browser {
    agent: ureq::Agent,
    /// The session's address at the driver.
    session: String,
    /// The base address of the application under test.
    base: String,
    // Dropped in this order: the profile is removed after its last writer has stopped.
    _driver: Driver,
    _profile: tempfile::TempDir,
}

impl Drop for Browser {
    fn drop(&mut self) {
        // The driver is stopped next, whether it answers or not.
        let _ = self.agent.delete(&self.session).call();
    }
}

impl Browser {
    /// Starts a browser for the application at an address.
    pub fn start(base: &str) -> Self {
        let config = ureq::Agent::config_builder().http_status_as_error(false);
        let agent: ureq::Agent = config.timeout_global(Some(Duration::from_secs(60))).build().into();
        let driver = Driver::start();
        let profile = tempfile::tempdir().expect("a temporary folder");
        let mut flags: Vec<String> = FLAGS.iter().map(|flag| (*flag).to_owned()).collect();
        flags.push(format!("--user-data-dir={}", profile.path().display()));
        let wanted = json!({"capabilities": {"alwaysMatch": {
            "goog:chromeOptions": {"args": flags},
            "goog:loggingPrefs": {"browser": "ALL"},
            "timeouts": {"implicit": WAIT.as_millis() as u64, "script": 60_000},
        }}});
        let answer = told(&agent, "POST", &format!("{}/session", driver.url), &wanted);
        let id = answer["sessionId"].as_str().unwrap_or_else(|| panic!("no browser: {answer}"));
        let session = format!("{}/session/{id}", driver.url);
        Self { agent, session, base: base.to_owned(), _driver: driver, _profile: profile }
    }

    fn tell(&self, method: &str, path: &str, body: &Value) -> Value {
        told(&self.agent, method, &format!("{}/{path}", self.session), body)
    }

    /// Sends a command of the Chrome debugging protocol (CDP).
    pub fn command(&self, name: &str, parameters: &Value) -> Value {
        self.tell("POST", "goog/cdp/execute", &json!({"cmd": name, "params": parameters}))
    }

    /// Runs a script in every page before the page's own scripts.
    pub fn before_each_page(&self, script: &str) {
        self.command("Page.addScriptToEvaluateOnNewDocument", &json!({"source": script}));
    }

    /// Disables the scripts of pages from now on.
    pub fn without_scripts(&self) {
        self.command("Emulation.setScriptExecutionDisabled", &json!({"value": true}));
    }

    /// Sets the width of the window, in CSS pixels.
    pub fn width(&self, width: u32) {
        let size = json!({"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": false});
        self.command("Emulation.setDeviceMetricsOverride", &size);
    }

    /// Ends the visitor's session in this browser by removing all cookies.
    pub fn forget_cookies(&self) {
        self.command("Network.clearBrowserCookies", &json!({}));
    }

    /// Opens an address of the application and waits until it is loaded.
    pub fn open(&self, path: &str) {
        self.tell("POST", "url", &json!({"url": format!("{}{path}", self.base)}));
    }

    /// Returns the current address without the application's base address.
    pub fn path(&self) -> String {
        let url = self.tell("GET", "url", &Value::Null);
        let url = url.as_str().expect("an address");
        url.strip_prefix(&self.base).unwrap_or(url).to_owned()
    }

    /// Runs a script and returns its result.
    pub fn run(&self, script: &str) -> Value {
        self.tell("POST", "execute/sync", &json!({"script": script, "args": []}))
    }

    /// Runs a script and returns the value that it passes to its last argument, a callback.
    pub fn wait_for(&self, script: &str) -> Value {
        self.tell("POST", "execute/async", &json!({"script": script, "args": []}))
    }

    /// Returns the first element that matches a CSS selector, waiting until there is one.
    #[track_caller]
    fn find(&self, selector: &str) -> String {
        let found = self.tell("POST", "element", &json!({"using": "css selector", "value": selector}));
        let element = found[ELEMENT].as_str();
        element.unwrap_or_else(|| panic!("no {selector} on {}: {}", self.path(), self.text())).to_owned()
    }

    /// Clicks the first element that matches a CSS selector.
    #[track_caller]
    pub fn click(&self, selector: &str) {
        let element = self.find(selector);
        self.tell("POST", &format!("element/{element}/click"), &json!({}));
    }

    /// Waits until an element matches a CSS selector.
    #[track_caller]
    pub fn see(&self, selector: &str) {
        self.find(selector);
    }

    /// Replaces the content of a field: a text, the label of a choice, or the path of a file.
    #[track_caller]
    pub fn fill(&self, selector: &str, text: &str) {
        let element = self.find(selector);
        let kind = self.run(&format!("const e = document.querySelector(\"{selector}\"); return e.type || ''"));
        if kind == "text" || kind == "textarea" {
            self.tell("POST", &format!("element/{element}/clear"), &json!({}));
        }
        self.tell("POST", &format!("element/{element}/value"), &json!({"text": text}));
    }

    /// Presses keys at the current focus: `\u{e004}` is Tab, `\u{e007}` is Enter (WebDriver, 17.4.2).
    pub fn press(&self, keys: &str) {
        let pressed = keys.chars().flat_map(|key| {
            let key = key.to_string();
            [json!({"type": "keyDown", "value": key}), json!({"type": "keyUp", "value": key})]
        });
        let actions = json!({"actions": [{"type": "key", "id": "keys", "actions": pressed.collect::<Vec<_>>()}]});
        self.tell("POST", "actions", &actions);
    }

    /// Returns the visible text of the page.
    pub fn text(&self) -> String {
        let text = self.run("return document.body ? document.body.innerText : ''");
        text.as_str().unwrap_or_default().to_owned()
    }

    /// Returns the console messages since the last call, as level and text.
    pub fn console(&self) -> Vec<(String, String)> {
        let told = self.tell("POST", "se/log", &json!({"type": "browser"}));
        let entries = told.as_array().into_iter().flatten();
        let text = |entry: &Value, name: &str| entry[name].as_str().unwrap_or_default().to_owned();
        entries.map(|entry| (text(entry, "level"), text(entry, "message"))).collect()
    }

    /// Saves a screenshot of the whole page as `target/pages/NAME.jpeg`.
    pub fn picture(&self, name: &str) {
        self.keep(name, &json!({"format": "jpeg", "quality": 60, "captureBeyondViewport": true}));
    }

    /// Saves a screenshot of the visible part of the page as `target/pages/NAME.jpeg`.
    pub fn view(&self, name: &str) {
        self.keep(name, &json!({"format": "jpeg", "quality": 80}));
    }

    fn keep(&self, name: &str, how: &Value) {
        let picture = self.command("Page.captureScreenshot", how);
        let bytes = STANDARD.decode(picture["data"].as_str().expect("a picture")).expect("it is base64");
        let folder = files::package().join("target/pages");
        std::fs::create_dir_all(&folder).expect("the folder is made");
        std::fs::write(folder.join(format!("{name}.jpeg")), bytes).expect("the picture is kept");
    }

    /// Signs in a user who has the tests' password.
    #[track_caller]
    pub fn sign_in(&self, username: &str) {
        self.open("/sign-in");
        self.fill("#username", username);
        self.fill("#password", PASSWORD);
        self.click("main form button[type=submit]");
        self.see("a[href='/sessions']");
    }
}

/// Sends a command to the driver and returns its answer. Fails on errors of the driver, except for a missing element,
/// which the caller reports.
fn told(agent: &ureq::Agent, method: &str, url: &str, body: &Value) -> Value {
    let request = ureq::http::Request::builder().method(method).uri(url).header("Content-Type", "application/json");
    let sent = if method == "GET" { Vec::new() } else { body.to_string().into_bytes() };
    let mut answer = agent.run(request.body(sent).expect("a request")).expect("chromedriver answers");
    let read = answer.body_mut().with_config().limit(256 << 20).read_to_vec().expect("a body");
    let mut read: Value = serde_json::from_slice(&read).expect("chromedriver answers in JSON");
    let value = read["value"].take();
    let error = value["error"].as_str().unwrap_or_default();
    assert!(["", "no such element"].contains(&error), "{method} {url}: {error}: {}", value["message"]);
    value
}
