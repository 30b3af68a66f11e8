//! A local mail server with TLS and authentication that keeps the letters it receives and can be set to fail.

use std::io::{self, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use luyue::clock::Seeded;
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

pub const USER: &str = "luyue@mail.test";
pub const PASSWORD: &str = "p@ss:w/ord 密";

/// The server's behaviour when it receives a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Manner {
    Accept,
    /// Answers the sender with this code.
    RefuseSender(u16),
    /// Answers the recipient with this code.
    RefuseRecipient(u16),
    /// Reads the letter and answers it with this code.
    RefuseLetter(u16),
    /// Closes the connection when the letter is announced.
    DropBeforeData,
    /// Closes the connection after the letter was read.
    DropAfterData,
    /// Accepts the connection and never sends anything.
    Silent,
    /// Answers the greeting with this code and closes the connection.
    RefuseGreeting(u16),
    /// Answers the announcement of the letter only when the client has given up.
    SlowBeforeData,
    /// Reads and keeps the letter, and answers only when the client has given up.
    SlowAfterData,
    /// Treats each letter in one of the ways above, by chance from this seed. A letter after which the connection is closed
    /// was received, as was one that is answered too late.
    Mixed(u64),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Security {
    Wrapped,
    StartTls,
    None,
}

/// A letter as it was received.
#[derive(Debug, Clone)]
pub struct Received {
    pub from: String,
    pub to: Vec<String>,
    pub encrypted: bool,
    pub raw: Vec<u8>,
}

pub struct SmtpServer {
    pub port: u16,
    /// The certificate to trust.
    pub certificate: String,
    security: Security,
    letters: Arc<Mutex<Vec<Received>>>,
    stopped: Arc<AtomicBool>,
    listening: Option<JoinHandle<()>>,
}

#[derive(Clone)]
struct Setup {
    manner: Manner,
    security: Security,
    tls: Arc<ServerConfig>,
    letters: Arc<Mutex<Vec<Received>>>,
    chance: Arc<Mutex<Seeded>>,
}

impl SmtpServer {
    pub fn start(security: Security, manner: Manner) -> Self {
        Self::start_as("localhost", security, manner)
    }

    /// Starts a server with a certificate for the given name.
    pub fn start_as(name: &str, security: Security, manner: Manner) -> Self {
        let made = rcgen::generate_simple_self_signed([name.to_owned()]).expect("a certificate");
        let key = PrivatePkcs8KeyDer::from(made.signing_key.serialize_der());
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(vec![made.cert.der().clone()], PrivateKeyDer::from(key))
            .expect("a server");
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let port = listener.local_addr().expect("an address").port();
        let letters = Arc::default();
        let stopped = Arc::new(AtomicBool::new(false));
        let chance = Arc::new(Mutex::new(Seeded::new(if let Manner::Mixed(seed) = manner { seed } else { 0 })));
        let setup = Setup { manner, security, tls: Arc::new(tls), letters: Arc::clone(&letters), chance };
        let stop = Arc::clone(&stopped);
        let listening = std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if stop.load(Ordering::SeqCst) {
                    return;
                }
                let setup = setup.clone();
                // An answer does not wait until the client has acknowledged the one before it.
                stream.set_nodelay(true).expect("a socket");
                // A client that disconnects ends only its own conversation.
                std::thread::spawn(move || setup.converse(stream));
            }
        });
        Self { port, certificate: made.cert.pem(), security, letters, stopped, listening: Some(listening) }
    }

    /// Returns the mail setting for this server with a password.
    pub fn url(&self, password: &str) -> String {
        let encode = |text| percent_encoding::utf8_percent_encode(text, percent_encoding::NON_ALPHANUMERIC);
        let (user, password, port) = (encode(USER), encode(password), self.port);
        match self.security {
            Security::Wrapped => format!("smtps://{user}:{password}@localhost:{port}"),
            Security::StartTls => format!("smtp://{user}:{password}@localhost:{port}?tls=required"),
            Security::None => format!("smtp://{user}:{password}@127.0.0.1:{port}?tls=none"),
        }
    }

    pub fn letters(&self) -> Vec<Received> {
        self.letters.lock().expect("nobody panicked").clone()
    }
}

impl Drop for SmtpServer {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // One more connection wakes the listener, so that it notices the stop flag.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
        if let Some(listening) = self.listening.take() {
            let _ = listening.join();
        }
    }
}

trait Channel: Read + Write {}
impl<T: Read + Write> Channel for T {}

impl Setup {
    fn converse(&self, stream: TcpStream) -> io::Result<()> {
        if self.manner == Manner::Silent {
            return until_given_up(&mut { stream });
        }
        match self.security {
            Security::Wrapped => self.session(&mut self.encrypt(stream)?, true),
            Security::None => self.session(&mut { stream }, false),
            Security::StartTls => {
                let mut plain = stream;
                plain.write_all(b"220 localhost ready\r\n")?;
                loop {
                    match line(&mut plain)?.as_str() {
                        "STARTTLS" => break,
                        command if command.starts_with("EHLO") => {
                            plain.write_all(b"250-localhost\r\n250 STARTTLS\r\n")?;
                        }
                        _ => plain.write_all(b"530 first STARTTLS\r\n")?,
                    }
                }
                plain.write_all(b"220 go ahead\r\n")?;
                self.commands(&mut self.encrypt(plain)?, true)
            }
        }
    }

    fn encrypt(&self, stream: TcpStream) -> io::Result<StreamOwned<ServerConnection, TcpStream>> {
        let connection = ServerConnection::new(Arc::clone(&self.tls)).map_err(io::Error::other)?;
        Ok(StreamOwned::new(connection, stream))
    }

    /// Returns the behaviour towards the next letter.
    fn next_manner(&self) -> Manner {
        let Manner::Mixed(_) = self.manner else { return self.manner };
        match self.chance.lock().expect("nobody panicked").draw() % 16 {
            0 | 1 => Manner::DropBeforeData,
            2 | 3 => Manner::DropAfterData,
            4 => Manner::RefuseLetter(451),
            5 => Manner::SlowBeforeData,
            6 => Manner::SlowAfterData,
            _ => Manner::Accept,
        }
    }

    fn session(&self, channel: &mut dyn Channel, encrypted: bool) -> io::Result<()> {
        if let Manner::RefuseGreeting(code) = self.manner {
            channel.write_all(format!("{code} not now\r\n").as_bytes())?;
            return channel.flush();
        }
        channel.write_all(b"220 localhost ready\r\n")?;
        self.commands(channel, encrypted)
    }

    fn commands(&self, channel: &mut dyn Channel, encrypted: bool) -> io::Result<()> {
        let mut known = false;
        let (mut from, mut to) = (String::new(), Vec::new());
        loop {
            let command = line(channel)?;
            let word = command.split([' ', ':']).next().unwrap_or_default().to_uppercase();
            let answer = match word.as_str() {
                "EHLO" => "250-localhost\r\n250-8BITMIME\r\n250 AUTH PLAIN".to_owned(),
                "AUTH" => {
                    known = is_login(&command);
                    if known { "235 welcome" } else { "535 5.7.8 who is that" }.to_owned()
                }
                "QUIT" => {
                    channel.write_all(b"221 bye\r\n")?;
                    return channel.flush();
                }
                _ if !known => "530 5.7.0 sign in first".to_owned(),
                "MAIL" => {
                    from = address(&command);
                    match self.manner {
                        Manner::RefuseSender(code) => format!("{code} not that sender"),
                        _ => "250 ok".to_owned(),
                    }
                }
                "RCPT" => match self.manner {
                    Manner::RefuseRecipient(code) => format!("{code} not this one"),
                    _ => {
                        to.push(address(&command));
                        "250 ok".to_owned()
                    }
                },
                "DATA" => {
                    let manner = self.next_manner();
                    match manner {
                        Manner::DropBeforeData => return Ok(()),
                        Manner::SlowBeforeData => return until_given_up(channel),
                        _ => {}
                    }
                    channel.write_all(b"354 go on\r\n")?;
                    channel.flush()?;
                    let raw = data(channel)?;
                    let letter =
                        Received { from: std::mem::take(&mut from), to: std::mem::take(&mut to), encrypted, raw };
                    let keep = |letter| self.letters.lock().expect("nobody panicked").push(letter);
                    match manner {
                        Manner::DropAfterData => {
                            if let Manner::Mixed(_) = self.manner {
                                keep(letter);
                            }
                            return Ok(());
                        }
                        Manner::RefuseLetter(code) => format!("{code} not this letter"),
                        Manner::SlowAfterData => {
                            keep(letter);
                            until_given_up(channel)?;
                            "250 2.0.0 taken too late".to_owned()
                        }
                        _ => {
                            keep(letter);
                            "250 2.0.0 taken as 4711".to_owned()
                        }
                    }
                }
                _ => "250 ok".to_owned(),
            };
            channel.write_all(format!("{answer}\r\n").as_bytes())?;
            channel.flush()?;
        }
    }
}

/// Reads until the client closes the connection.
fn until_given_up(channel: &mut dyn Channel) -> io::Result<()> {
    io::copy(channel, &mut io::sink()).map(|_| ())
}

fn is_login(command: &str) -> bool {
    let expected = STANDARD.encode(format!("\0{USER}\0{PASSWORD}"));
    command.strip_prefix("AUTH PLAIN ") == Some(expected.as_str())
}

fn address(command: &str) -> String {
    let inner = command.split_once('<').and_then(|(_, rest)| rest.split_once('>'));
    inner.map(|(address, _)| address.to_owned()).unwrap_or_default()
}

/// Reads one line byte by byte, so that no byte after it is consumed before TLS begins.
fn line(channel: &mut (impl Read + ?Sized)) -> io::Result<String> {
    let mut bytes = Vec::new();
    let mut byte = [0];
    while !bytes.ends_with(b"\r\n") {
        channel.read_exact(&mut byte)?;
        bytes.extend(byte);
    }
    bytes.truncate(bytes.len() - 2);
    String::from_utf8(bytes).map_err(io::Error::other)
}

/// Reads the letter up to the final dot and undoes dot-stuffing.
fn data(channel: &mut (impl Read + ?Sized)) -> io::Result<Vec<u8>> {
    let mut raw = Vec::new();
    loop {
        let text = line(channel)?;
        if text == "." {
            return Ok(raw);
        }
        raw.extend(text.strip_prefix('.').unwrap_or(&text).as_bytes());
        raw.extend(b"\r\n");
    }
}
