//! A local gateway for text messages, which keeps the posts that it receives and answers as a test says.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::OpenOptionsExt;
use std::sync::{Arc, Mutex};

use luyue::adapters::gateway::Gateway;
use luyue::adapters::secrets::Secret;

/// The secret that both sides know.
const SECRET: &str = "Zk3w9QmT7rVb2XyNc8LhJd5FpGs4UoEa1iBn6KtWqRv0";

/// A post as it was received.
#[derive(Debug, Clone)]
pub struct Posted {
    pub id: String,
    pub timestamp: String,
    pub signature: String,
    pub body: String,
}

/// Heads of the answers to the next posts; after the last, each is accepted.
type Answers = Arc<Mutex<Vec<&'static str>>>;

/// A running gateway.
pub struct FakeGateway {
    address: String,
    posts: Arc<Mutex<Vec<Posted>>>,
    answers: Answers,
}

impl FakeGateway {
    /// Starts a gateway that answers the first posts with these lines, such as `503 Busy`; an empty line closes the
    /// connection.
    pub fn start(answers: &[&'static str]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = format!("http://{}/notices", listener.local_addr().expect("its address"));
        let posts = Arc::new(Mutex::new(Vec::new()));
        let answers: Answers = Arc::new(Mutex::new(answers.iter().rev().copied().collect()));
        let (kept, next) = (Arc::clone(&posts), Arc::clone(&answers));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(stream) = stream else { return };
                // A client that gives up does not concern the gateway.
                let _ = serve(stream, &kept, &next);
            }
        });
        Self { address, posts, answers }
    }

    /// Returns a client of this gateway.
    pub fn client(&self) -> Gateway {
        Gateway::new(&self.address, secret()).expect("an address on this machine")
    }

    /// Returns the posts received so far.
    pub fn posts(&self) -> Vec<Posted> {
        self.posts.lock().expect("no thread panicked").clone()
    }

    /// Adds answers to the next posts.
    pub fn answer_with(&self, line: &'static str, times: usize) {
        self.answers.lock().expect("no thread panicked").extend(std::iter::repeat_n(line, times));
    }
}

/// Returns the shared secret, read from a private file as the program reads it.
pub fn secret() -> Secret {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("gateway-secret");
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path).expect("a file");
    file.write_all(SECRET.as_bytes()).expect("the secret is written");
    Secret::load(&path).expect("a good secret")
}

fn serve(mut stream: TcpStream, posts: &Mutex<Vec<Posted>>, answers: &Answers) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut headers: Vec<(String, String)> = Vec::new();
    loop {
        let mut line = String::new();
        if reader.read_line(&mut line)? == 0 || line.trim().is_empty() {
            break;
        }
        if let Some((name, value)) = line.split_once(':') {
            headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
    }
    let header = |name: &str| {
        headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.clone()).unwrap_or_default()
    };
    let mut body = vec![0; header("content-length").parse().unwrap_or_default()];
    reader.read_exact(&mut body)?;
    posts.lock().expect("no thread panicked").push(Posted {
        id: header("x-luyue-id"),
        timestamp: header("x-luyue-timestamp"),
        signature: header("x-luyue-signature"),
        body: String::from_utf8(body).unwrap_or_default(),
    });
    let answer = answers.lock().expect("no thread panicked").pop().unwrap_or("200 OK");
    if answer.is_empty() {
        return Ok(());
    }
    write!(stream, "HTTP/1.1 {answer}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}
