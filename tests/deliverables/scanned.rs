//! Virus scanning: what the scanner finds is refused, and nothing is accepted while it does not answer.

use std::io::{Read, Write};
use std::net::TcpListener;

use serde_json::Value;

use crate::deliverables::support::{file, held, running, send, submissions, text};
use crate::support::app::{Reply, TestApp};

/// Returns the test file of the antivirus industry, which is not a virus. It stands in two parts, so that no scanner stops
/// at this source.
fn eicar() -> Vec<u8> {
    [br"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-".as_slice(), b"STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"].concat()
}

/// Reads a stream as clamd does: blocks after their lengths, up to an empty one.
fn received(stream: &mut impl Read) -> Vec<u8> {
    let mut command = [0; 10];
    stream.read_exact(&mut command).expect("a command");
    assert_eq!(&command, b"zINSTREAM\0");
    let mut all = Vec::new();
    loop {
        let mut length = [0; 4];
        stream.read_exact(&mut length).expect("a length");
        match u32::from_be_bytes(length) {
            0 => return all,
            length => {
                let mut block = vec![0; length as usize];
                stream.read_exact(&mut block).expect("a block");
                all.extend(block);
            }
        }
    }
}

/// Starts a scanner that finds the test file, and does not take files of more than a MiB; returns its address.
fn scanner() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    let eicar = eicar();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.expect("a connection");
            let bytes = received(&mut stream);
            let is_found = bytes.windows(eicar.len()).any(|window| window == eicar);
            let answer = match (is_found, bytes.len() > 1 << 20) {
                (true, _) => "stream: Eicar-Test-Signature FOUND\0",
                (_, true) => "INSTREAM size limit exceeded. ERROR\0",
                _ => "stream: OK\0",
            };
            stream.write_all(answer.as_bytes()).expect("an answer");
        }
    });
    address
}

fn submit(test: &TestApp, contract: &str, bytes: &[u8]) -> Reply {
    let parts = [text("quantity", "600"), file("走访.csv", bytes)];
    send(&test.by("contractor"), &submissions(contract), &parts)
}

#[test]
fn what_the_scanner_finds_is_refused_and_nothing_enters_unscanned() {
    let address = scanner();
    let test = TestApp::sqlite_with(|settings| settings.clamd = Some(address));
    let contract = running(&test);
    let infected = [b"a,b\n".as_slice(), &eicar(), b"\n"].concat();
    let refused = submit(&test, &contract, &infected).expect_status(422);
    let told = refused["errors"][0]["message"].as_str().expect("words");
    assert!(told.contains("Eicar-Test-Signature"), "{told}");
    assert_eq!(held(&test), (0, 0, 0, 0), "nothing stays");
    let long = "1,2\n".repeat(400_000);
    assert_eq!(submit(&test, &contract, long.as_bytes()).status, 503, "not scanned");
    assert_eq!(held(&test), (0, 0, 0, 0));
    submit(&test, &contract, b"a,b\n1,2\n").expect_status(201);
}

#[test]
fn nothing_is_accepted_while_the_scanner_is_down() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let address = listener.local_addr().expect("an address").to_string();
    drop(listener);
    let test = TestApp::sqlite_with(|settings| settings.clamd = Some(address));
    let contract = running(&test);
    let refused = submit(&test, &contract, b"a,b\n1,2\n");
    assert_eq!((refused.status, refused.json["title"].is_string()), (503, true));
    assert!(!refused.json.to_string().contains("127.0.0.1"), "nothing of the inside is told");
    assert_eq!(held(&test), (0, 0, 0, 0));
    let page = test.by("contractor").get(&contract);
    assert_ne!(page.json, Value::Null, "everything else goes on");
}
