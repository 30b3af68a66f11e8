//! Virus scanner: clamd, to which each upload is sent before it is accepted. While it does not answer, no upload is
//! accepted, so nothing that was not scanned enters the store.

use std::io::{Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

use crate::adapters::files::error::FileError;

/// Time for a connection, and for each part of the exchange; clamd scans a file once it has received all of it.
const EXCHANGE_TIMEOUT: Duration = Duration::from_secs(30);
/// Bytes sent at once.
const BLOCK: usize = 64 * 1024;
/// Maximum length of an answer in bytes.
const MAX_ANSWER: u64 = 1024;

/// A clamd at a network address.
#[derive(Debug, Clone)]
pub struct Scanner {
    /// Host and port.
    address: String,
}

impl Scanner {
    /// Names a clamd by host and port. It is asked when a file is scanned.
    pub fn at(address: &str) -> Self {
        Self { address: address.to_owned() }
    }

    /// Scans a file from its present position to its end.
    ///
    /// # Errors
    /// `Infected`; `Store` while the scanner does not answer, or does not take the file.
    pub fn scan(&self, file: &mut impl Read) -> Result<(), FileError> {
        let answer = self.request_verdict(file).map_err(|error| self.failed(&error.to_string()))?;
        let answer = answer.trim_end_matches('\0').trim();
        let verdict = answer.strip_prefix("stream: ").unwrap_or(answer);
        match verdict.strip_suffix(" FOUND") {
            Some(name) => Err(FileError::Infected { name: name.to_owned() }),
            None if verdict == "OK" => Ok(()),
            None => Err(self.failed(answer)),
        }
    }

    /// Sends a file in blocks after their lengths (INSTREAM), and returns the answer.
    fn request_verdict(&self, file: &mut impl Read) -> std::io::Result<String> {
        let unknown = || std::io::Error::other("the address is unknown");
        let address = self.address.to_socket_addrs()?.next().ok_or_else(unknown)?;
        let mut stream = TcpStream::connect_timeout(&address, EXCHANGE_TIMEOUT)?;
        stream.set_read_timeout(Some(EXCHANGE_TIMEOUT))?;
        stream.set_write_timeout(Some(EXCHANGE_TIMEOUT))?;
        stream.write_all(b"zINSTREAM\0")?;
        let mut block = vec![0; BLOCK];
        loop {
            let read = file.read(&mut block)?;
            stream.write_all(&(read as u32).to_be_bytes())?;
            if read == 0 {
                break;
            }
            stream.write_all(block.get(..read).unwrap_or_default())?;
        }
        let mut answer = Vec::new();
        stream.take(MAX_ANSWER).read_to_end(&mut answer)?;
        Ok(String::from_utf8_lossy(&answer).into_owned())
    }

    fn failed(&self, reason: &str) -> FileError {
        FileError::Store(format!("the virus scanner at {} has not scanned a file: {reason}", self.address))
    }
}
