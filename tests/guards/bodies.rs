//! Request bodies that would use up memory, connections or files: compressed ones, slow ones, and ones that never end.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::process::{Command, Stdio};
use std::time::Duration;

use flate2::Compression;
use flate2::write::GzEncoder;
use luyue::web::bodies::{Pace, connections_within};
use luyue::web::page_routes::PAGES;
use luyue::web::routes::ROUTES;
use luyue::web::server::Bounds;

use crate::deliverables::support::{held, running, submissions};
use crate::matrix::rows;
use crate::support::app::{FORM, TestApp};
use crate::support::by_hand::setting;

/// Bounds under which a test need not wait long.
const SHORT: Bounds = Bounds {
    pace: Pace { grace: Duration::from_millis(200), rate: 64 * 1024, overall: Duration::from_secs(60) },
    body_bytes: 1024 * 1024,
    connections: 8,
};

/// Returns every address that takes a body, with its method.
fn addresses() -> Vec<(String, String)> {
    let fill = |path: &str| {
        let parts = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
        parts.collect::<Vec<_>>().join("/")
    };
    let routes = rows::routes();
    let api = ROUTES.iter().map(|(name, _)| (routes[*name].method.clone(), fill(&routes[*name].path)));
    let pages = PAGES.iter().map(|(method, path, _)| (method.to_uppercase(), fill(path)));
    api.chain(pages).filter(|(method, _)| method != "GET").collect()
}

/// Returns the most memory that this process ever had resident, in KiB.
fn peak_kib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").expect("Linux");
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).expect("a peak");
    line.trim().trim_end_matches(" kB").parse().expect("a number")
}

/// Bodies that are not forms with files: content type and bytes.
const NO_FORMS: &[(&str, &[u8])] = &[
    ("application/json", b"{}"),
    ("application/x-www-form-urlencoded", b"form=a&key=b"),
    ("multipart/form-data", b"--edge--"),
    ("multipart/form-data; boundary=", b"--edge--"),
    ("text/plain; charset", b"x"),
];

#[test]
fn a_body_that_is_no_form_with_files_is_refused_on_every_route() {
    let test = TestApp::sqlite();
    let browser = || test.nobody().with("Cookie", "__Host-luyue=a");
    let contract = "/contracts/00000000-0000-0000-0000-000000000000";
    for act in ["message", "annex", "submission", "invoice"] {
        for (kind, body) in NO_FORMS {
            let path = format!("{contract}/act/{act}/files?subject=");
            for sent in [browser(), test.nobody()] {
                let reply = sent.send("POST", &path, Some(*kind), body);
                assert_eq!(reply.status, 415, "{act} {kind}");
                assert!(reply.header("content-type").starts_with("text/html"), "{act} {kind}");
                assert_eq!(reply.header("x-content-type-options"), "nosniff", "{act} {kind}");
                assert_eq!(reply.header("x-frame-options"), "DENY", "{act} {kind}");
            }
        }
    }
    // No other reader of bodies breaks off either.
    for (method, path) in addresses() {
        for (kind, body) in &NO_FORMS[1..3] {
            let reply = browser().send(&method, &path, Some(*kind), body);
            assert!((200..500).contains(&reply.status), "{method} {path} {kind}: {}", reply.status);
        }
    }
}

#[test]
fn a_compressed_body_is_refused_unread_on_every_route() {
    let test = TestApp::sqlite();
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(&vec![b' '; 64 << 20]).expect("in memory");
    let bomb = encoder.finish().expect("in memory");
    for (method, path) in addresses() {
        for encoding in ["gzip", "deflate", "br", "identity, gzip", "GZIP", "unknown"] {
            let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=edge"];
            for kind in kinds {
                let sent = test.nobody().with("Content-Encoding", encoding).send(&method, &path, Some(kind), b"x");
                assert_eq!(sent.status, 415, "{method} {path} {encoding} {kind}");
            }
        }
    }
    let before = peak_kib();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..50 {
                    let by = test.nobody().with("Content-Encoding", "gzip");
                    assert_eq!(by.send("POST", "session", Some("application/json"), &bomb).status, 415);
                }
            });
        }
    });
    let grown = peak_kib() - before;
    assert!(grown < 32 * 1024, "150 requests took {grown} KiB");
    let plain = test.nobody().with("Content-Encoding", "identity");
    assert_eq!(plain.send("POST", "session", Some("application/json"), b"{").status, 400);
}

fn connect(test: &TestApp) -> TcpStream {
    let stream = TcpStream::connect(test.url.trim_start_matches("http://")).expect("the server listens");
    stream.set_read_timeout(Some(Duration::from_millis(20))).expect("a timeout");
    stream
}

/// Sends `head`, then `drip` again and again until the server has closed the connection; returns what it answered.
fn drip(test: &TestApp, head: &str, drip: &[u8]) -> String {
    let mut stream = connect(test);
    stream.write_all(head.as_bytes()).expect("the head is sent");
    let mut answer = Vec::new();
    loop {
        let mut part = [0; 4096];
        match stream.read(&mut part) {
            Ok(0) => break,
            Ok(read) => answer.extend_from_slice(&part[..read]),
            // The read timed out: the server still waits.
            Err(error) if matches!(error.kind(), std::io::ErrorKind::WouldBlock | std::io::ErrorKind::TimedOut) => {
                if stream.write_all(drip).is_err() {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_body_that_does_not_arrive_is_given_up() {
    let test = TestApp::sqlite().with_bounds(SHORT);
    let json = "Content-Type: application/json\r\nAccept-Language: en\r\n";
    let form = "Content-Type: multipart/form-data; boundary=edge\r\n";
    for (what, head, more) in [
        ("nothing", format!("POST /api/v1/session HTTP/1.1\r\nHost: x\r\n{json}Content-Length: 9\r\n\r\n"), ""),
        (
            "a byte at a time",
            format!("POST /api/v1/session HTTP/1.1\r\nHost: x\r\n{json}Content-Length: 900000\r\n\r\n"),
            " ",
        ),
        (
            "chunks",
            format!("POST /api/v1/session HTTP/1.1\r\nHost: x\r\n{json}Transfer-Encoding: chunked\r\n\r\n"),
            "1\r\n \r\n",
        ),
        ("a page's form", "POST /sign-in HTTP/1.1\r\nHost: x\r\nContent-Length: 900000\r\n\r\n".to_owned(), "a"),
    ] {
        let answer = drip(&test, &head, more.as_bytes());
        assert!(answer.starts_with("HTTP/1.1 408 "), "{what}: {answer:?}");
        assert!(answer.to_lowercase().contains("connection: close"), "{what}: {answer:?}");
    }
    // Answered without the body: the connection is closed as well, and the rest is not waited for.
    for (what, head, status) in [
        ("unknown", "POST /nowhere HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(), "404"),
        ("a GET", "GET /healthz HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n".to_owned(), "200"),
        (
            "compressed",
            format!(
                "POST /api/v1/session HTTP/1.1\r\nHost: x\r\n{json}Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n"
            ),
            "415",
        ),
        (
            "not admitted",
            format!(
                "POST /api/v1/contracts/x/deliverables/y/submissions HTTP/1.1\r\nHost: x\r\n{form}Transfer-Encoding: chunked\r\n\r\n"
            ),
            "401",
        ),
    ] {
        let answer = drip(&test, &head, b"1\r\n \r\n");
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{what}: {answer:?}");
    }
}

#[test]
fn a_body_that_is_cut_is_explained_in_the_readers_language() {
    let test = TestApp::sqlite();
    let kinds = ["application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=edge"];
    for (method, path) in addresses() {
        let path = if path.starts_with('/') { path } else { format!("/api/v1/{path}") };
        for (kind, body) in kinds.into_iter().zip(["{\"a\":", "form=a&key", "--edge\r\nContent-Disp"]) {
            let is_read = method == "POST" && ["/api/v1/session", "/sign-in"].contains(&path.as_str());
            let languages = [("zh", "请求内容没有完整到达"), ("en", "did not arrive whole")];
            for (language, words) in languages.into_iter().take(if is_read { 2 } else { 1 }) {
                let mut stream =
                    TcpStream::connect(test.url.trim_start_matches("http://")).expect("the server listens");
                let head = format!(
                    "{method} {path} HTTP/1.1\r\nHost: x\r\nAccept-Language: {language}\r\nContent-Type: {kind}\r\n\
                     Content-Length: 900\r\n\r\n{body}"
                );
                stream.write_all(head.as_bytes()).expect("it is sent");
                stream.shutdown(Shutdown::Write).expect("the rest is not sent");
                let mut answer = String::new();
                stream.read_to_string(&mut answer).expect("an answer");
                let (head, content) = answer.split_once("\r\n\r\n").expect("a head");
                let head = head.to_lowercase();
                let is_ours =
                    ["application/problem+json", "text/html", "location: "].iter().any(|one| head.contains(one));
                assert!(is_ours && !content.contains("payload"), "{method} {path} {kind}: {answer}");
                let is_so = head.starts_with("http/1.1 400 ") && content.contains(words);
                assert!(is_so || !is_read, "{path} {kind}: {answer}");
            }
        }
    }
}

#[test]
fn bodies_that_never_come_do_not_stop_the_server() {
    let test = TestApp::sqlite().with_bounds(SHORT);
    let waiting: Vec<TcpStream> = (0..5 * SHORT.connections)
        .map(|_| {
            let mut stream = connect(&test);
            let head = b"POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n";
            stream.write_all(head).expect("the head is sent");
            stream
        })
        .collect();
    assert_eq!(test.nobody().get("/healthz").status, 200);
    drop(waiting);
}

#[test]
fn a_pace_allows_what_the_largest_form_needs() {
    let pace = Pace { grace: Duration::from_secs(20), rate: 1000, overall: Duration::from_secs(100) };
    for (bytes, seconds) in [(0, 20), (1000, 21), (50_000, 70), (80_000, 100), (u64::MAX, 100)] {
        assert_eq!(pace.allowance(bytes), Duration::from_secs(seconds), "{bytes}");
    }
    assert!(Pace::DEFAULT.overall >= Duration::from_secs(200 * 1024 / 128), "200 MiB at 1 Mbit/s");
}

#[test]
fn connections_fit_into_the_files_that_may_be_open() {
    for (files, connections) in [(0, 16), (160, 16), (1024, 448), (65_536, 8192), (u64::MAX, 8192)] {
        assert_eq!(connections_within(files), connections, "{files}");
    }
}

#[test]
fn the_limit_of_open_files_is_raised_and_new_files_are_private() {
    use std::os::unix::fs::{MetadataExt, PermissionsExt};
    let folder = tempfile::tempdir().expect("a folder");
    let (data, old) = (folder.path().join("data"), folder.path().join("old"));
    std::fs::create_dir(&old).expect("a folder");
    std::fs::set_permissions(&old, std::fs::Permissions::from_mode(0o755)).expect("a mode");
    for data in [data, old] {
        let existed = data.exists();
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -Sn 300 && ulimit -Hn 900 && umask 022 && exec \"$0\" \"$@\""]);
        command.arg(env!("CARGO_BIN_EXE_luyue")).args(["serve", "--listen", "127.0.0.1:0"]);
        command.env("LUYUE_DATA", &data).env("RUST_LOG", "warn").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program starts");
        let mut lines = BufReader::new(child.stdout.take().expect("its output")).lines();
        assert!(lines.any(|line| line.expect("a line").starts_with("ready ")), "it says that it is ready");
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).expect("Linux");
        child.kill().expect("it can be killed");
        let log = child.wait_with_output().expect("it has ended").stderr;
        let line = limits.lines().find(|line| line.starts_with("Max open files")).expect("a limit");
        assert_eq!(line.split_whitespace().nth(3), Some("900"), "{line}");
        assert_eq!(String::from_utf8_lossy(&log).contains("data folder is accessible to other users"), existed);
        let mut found = vec![data.clone()];
        while let Some(path) = found.pop() {
            let about = std::fs::metadata(&path).expect("it is there");
            assert!(about.mode() & 0o077 == 0 || (existed && path == data), "{}: {:o}", path.display(), about.mode());
            if about.is_dir() {
                found.extend(std::fs::read_dir(&path).expect("a folder").map(|entry| entry.expect("an entry").path()));
            }
        }
    }
}

#[test]
fn a_file_over_the_limit_takes_no_memory() {
    // `BODY_MIB=1024` sends a larger one by hand.
    let mebibytes = setting("BODY_MIB", 256);
    let blocks = 16 * usize::try_from(mebibytes).expect("a small number");
    let test = TestApp::sqlite();
    let contract = running(&test);
    let block = b"1,2\n".repeat(16 * 1024);
    let part = "--edge\r\nContent-Disposition: form-data; name=\"files\"; filename=\"a.csv\"\r\n\r\n";
    let head = format!(
        "POST /api/v1/{} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {}\r\nContent-Type: {FORM}\r\n\
         Content-Length: {}\r\n\r\n{part}",
        submissions(&contract),
        test.token("contractor"),
        part.len() + blocks * block.len() + "\r\n--edge--\r\n".len(),
    );
    let before = peak_kib();
    let mut stream = connect(&test);
    stream.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    stream.write_all(head.as_bytes()).expect("the head is sent");
    for _ in 0..blocks {
        stream.write_all(&block).expect("what is refused is read to its end");
    }
    stream.write_all(b"\r\n--edge--\r\n").expect("the end is sent");
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).expect("an answer");
    assert_eq!(String::from_utf8_lossy(&answer), "HTTP/1.1 413");
    let grown = peak_kib() - before;
    assert!(grown < 32 * 1024, "{mebibytes} MiB took {grown} KiB");
    println!("BODY_MIB={mebibytes}: refused, {grown} KiB more memory at most");
    assert_eq!(held(&test), (0, 0, 0, 0));
}

#[test]
fn bodies_that_are_collected_take_a_bounded_memory_together() {
    let test = TestApp::sqlite().with_bounds(SHORT);
    let (size, part) = (700 * 1024, vec![b' '; 600 * 1024]);
    let head = format!("POST /api/v1/session HTTP/1.1\r\nHost: x\r\nContent-Length: {size}\r\n\r\n");
    let mut streams = [connect(&test), connect(&test)];
    for stream in &mut streams {
        stream.write_all(head.as_bytes()).expect("the head is sent");
        // The one that is refused may be closed before it has sent all.
        let _ = stream.write_all(&part);
    }
    let status = |stream: &mut TcpStream| {
        let mut answer = [0; 12];
        stream.read_exact(&mut answer).ok().map(|()| String::from_utf8_lossy(&answer[9..]).into_owned())
    };
    let (refused, told) = loop {
        let told = streams.iter_mut().enumerate().find_map(|(place, stream)| Some((place, status(stream)?)));
        if let Some(found) = told {
            break found;
        }
    };
    assert_eq!(told, "503", "there is room for one of them");
    let other = &mut streams[1 - refused];
    other.set_read_timeout(Some(Duration::from_secs(60))).expect("a timeout");
    other.write_all(&vec![b' '; size - part.len()]).expect("the rest is sent");
    assert_eq!(status(other).as_deref(), Some("400"), "the other is read as if nothing had happened");
    // The room is free again.
    let body = vec![b' '; size];
    assert_eq!(test.nobody().send("POST", "session", Some("application/json"), &body).status, 400);
}
