//! Identity providers for tests: a real one in a process of its own (`tests/browser/provider.mjs`), and one that
//! answers whatever a test tells it to, for answers that no real provider gives.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};

use jsonwebtoken::jwk::Jwk;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use luyue::config::Settings;
use serde_json::{Value, json};

use crate::support::files;

/// The client's secret at both providers. Its characters must be encoded in an `Authorization` header.
const SECRET: &str = "a+client/secret:of the tests";
/// The address of the tests' program, where browsers come back to.
const HOME: &str = "https://luyue.test";

/// Registers a client in the settings. The folder holds its secret.
fn register(settings: &mut Settings, issuer: &str, folder: &tempfile::TempDir) {
    let path = folder.path().join("client-secret");
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&path).expect("a file");
    file.write_all(SECRET.as_bytes()).expect("the secret is written");
    settings.oidc_issuer = Some(issuer.to_owned());
    settings.oidc_client_id = "luyue".to_owned();
    settings.oidc_client_secret_file = Some(path);
}

/// A provider in a process of its own.
pub struct NodeProvider {
    issuer: String,
    process: Child,
    folder: tempfile::TempDir,
}

impl NodeProvider {
    /// Starts the provider and waits until it answers.
    pub fn start() -> Self {
        let folder = files::package().join("tests/browser");
        let mut process = Command::new("node")
            .current_dir(folder)
            .args(["provider.mjs", &format!("{HOME}/sign-in/provider/return"), &format!("{HOME}/sign-in")])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("node is installed");
        let lines = BufReader::new(process.stdout.take().expect("its output")).lines();
        let mut lines = lines.map(|line| line.expect("a line"));
        let issuer = lines.find_map(|line| line.strip_prefix("ready ").map(str::to_owned));
        let issuer = issuer.expect("the provider starts; its packages are installed by npm ci in tests/browser");
        Self { issuer, process, folder: tempfile::tempdir().expect("a folder") }
    }

    /// Lets an installation use this provider.
    pub fn configure(&self, settings: &mut Settings) {
        register(settings, &self.issuer, &self.folder);
    }

    /// Signs a person in as a browser does that was sent to this address, and returns the address to which the provider
    /// sends it back, as a path with query.
    pub fn sign_in(&self, address: &str, login: &str) -> String {
        let mut cookies: BTreeMap<String, String> = BTreeMap::new();
        let mut next = (address.to_owned(), None);
        for _ in 0..12 {
            let (address, form) = next;
            if let Some(path) = address.strip_prefix(HOME) {
                return path.to_owned();
            }
            let (location, body) = self.request(&address, form, &mut cookies);
            next = match location {
                Some(location) => (self.absolute(&location), None),
                None => {
                    let prompt = if body.contains("value=\"login\"") { "login" } else { "consent" };
                    (address, Some(format!("prompt={prompt}&login={login}&password=any")))
                }
            };
        }
        panic!("the provider does not send the browser back")
    }

    fn absolute(&self, location: &str) -> String {
        if location.starts_with('/') { format!("{}{location}", self.issuer) } else { location.to_owned() }
    }

    fn request(
        &self,
        address: &str,
        form: Option<String>,
        cookies: &mut BTreeMap<String, String>,
    ) -> (Option<String>, String) {
        let agent = ureq::Agent::config_builder().max_redirects(0).max_redirects_will_error(false);
        let agent: ureq::Agent = agent.http_status_as_error(false).build().into();
        let sent = cookies.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("; ");
        let request = ureq::http::Request::builder().uri(address).header("Cookie", sent);
        let request = match form {
            Some(form) => request
                .method("POST")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .body(form.into_bytes()),
            None => request.method("GET").body(Vec::new()),
        };
        let mut answer = agent.run(request.expect("a request")).expect("the provider answers");
        for cookie in answer.headers().get_all("set-cookie") {
            let pair = cookie.to_str().expect("a text").split(';').next().expect("a pair");
            let (name, value) = pair.split_once('=').expect("a name and a value");
            cookies.insert(name.to_owned(), value.to_owned());
        }
        let location = answer.headers().get("location").map(|value| value.to_str().expect("a text").to_owned());
        (location, answer.body_mut().read_to_string().expect("a text"))
    }
}

impl Drop for NodeProvider {
    fn drop(&mut self) {
        // A process that has ended already needs no end.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Answers of a scripted provider, and the paths that were requested.
#[derive(Default)]
struct Script {
    discovery: Option<Vec<u8>>,
    keys: Vec<Jwk>,
    token: Option<String>,
    asked: Vec<String>,
}

/// A provider that answers as it is told.
pub struct ScriptedProvider {
    /// Address of the issuer.
    pub issuer: String,
    script: Arc<Mutex<Script>>,
    folder: tempfile::TempDir,
}

/// A key of a scripted provider.
pub struct SigningKey {
    /// Identifier of the key.
    pub id: String,
    key: EncodingKey,
    public: Jwk,
}

impl SigningKey {
    /// Generates a key for ES256.
    pub fn new(id: &str) -> Self {
        let key = EncodingKey::from_ec_der(&rcgen::KeyPair::generate().expect("a key for ES256").serialize_der());
        let mut public = Jwk::from_encoding_key(&key, Algorithm::ES256).expect("its public half");
        public.common.key_id = Some(id.to_owned());
        Self { id: id.to_owned(), key, public }
    }

    /// Signs claims.
    pub fn sign(&self, claims: &Value) -> String {
        let header = Header { kid: Some(self.id.clone()), ..Header::new(Algorithm::ES256) };
        encode(&header, claims, &self.key).expect("a token")
    }

    /// Returns the public key as text, for attempts to use it as a shared secret.
    pub fn public_text(&self) -> String {
        serde_json::to_string(&self.public).expect("a key as JSON")
    }
}

impl ScriptedProvider {
    /// Starts the provider with a key.
    pub fn start(key: &SigningKey) -> Self {
        // Installing it twice in one process is harmless: the second call finds the first.
        let _ = luyue::adapters::tokens::install_crypto();
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = format!("http://{}", listener.local_addr().expect("an address"));
        let script = Arc::new(Mutex::new(Script { keys: vec![key.public.clone()], ..Script::default() }));
        let (answering, address) = (script.clone(), issuer.clone());
        // The thread ends with the test's process.
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                // A client that hangs up is the test's business.
                let _ = stream.and_then(|stream| answer(stream, &answering, &address));
            }
        });
        Self { issuer, script, folder: tempfile::tempdir().expect("a folder") }
    }

    /// Lets an installation use this provider.
    pub fn configure(&self, settings: &mut Settings) {
        register(settings, &self.issuer, &self.folder);
    }

    fn with<T>(&self, work: impl FnOnce(&mut Script) -> T) -> T {
        work(&mut self.script.lock().expect("no test panics while it holds this"))
    }

    /// Sets the ID token for the next codes; none refuses them.
    pub fn answer_codes_with(&self, token: Option<String>) {
        self.with(|script| script.token = token);
    }

    /// Replaces the keys.
    pub fn publish(&self, keys: &[&SigningKey]) {
        self.with(|script| script.keys = keys.iter().map(|key| key.public.clone()).collect());
    }

    /// Replaces the discovery document.
    pub fn describe_itself_as(&self, document: Vec<u8>) {
        self.with(|script| script.discovery = Some(document));
    }

    /// Returns the discovery document of this provider.
    pub fn description(&self) -> Value {
        describe(&self.issuer)
    }

    /// Returns the number of requests for a path.
    pub fn times_asked(&self, path: &str) -> usize {
        self.with(|script| script.asked.iter().filter(|asked| *asked == path).count())
    }
}

fn describe(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "authorization_endpoint": format!("{issuer}/auth"),
        "token_endpoint": format!("{issuer}/token"),
        "jwks_uri": format!("{issuer}/jwks"),
        "end_session_endpoint": format!("{issuer}/end?tenant=1"),
    })
}

fn answer(mut stream: TcpStream, script: &Mutex<Script>, issuer: &str) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let (mut line, mut length) = (String::new(), 0);
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    loop {
        let mut header = String::new();
        if reader.read_line(&mut header)? == 0 || header == "\r\n" {
            break;
        }
        if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap_or(0);
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    let mut script = script.lock().expect("no test panics while it holds this");
    script.asked.push(path.clone());
    let (status, body) = match path.as_str() {
        "/.well-known/openid-configuration" => {
            (200, script.discovery.clone().unwrap_or_else(|| describe(issuer).to_string().into_bytes()))
        }
        // A key of an unknown kind is among the others.
        "/jwks" => {
            let mut keys: Vec<Value> = script.keys.iter().map(|key| json!(key)).collect();
            keys.push(json!({"kty": "XYZ", "kid": "unknown-kind"}));
            (200, json!({ "keys": keys }).to_string().into_bytes())
        }
        "/token" => match &script.token {
            Some(token) => (200, json!({"access_token": "a", "id_token": token}).to_string().into_bytes()),
            None => (400, br#"{"error":"invalid_grant"}"#.to_vec()),
        },
        _ => (404, Vec::new()),
    };
    let head = format!("HTTP/1.1 {status} X\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len());
    stream.write_all(head.as_bytes())?;
    stream.write_all(&body)
}
