//! CSV checks: text in UTF-8 or GB18030 (which Chinese Excel writes) that does not begin like a page or a script.

use std::io::Read;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

use crate::adapters::files::error::FileError;
use crate::adapters::files::scan::{BLOCK, fill};

/// Decodes a small table without its byte order mark, which may also announce UTF-16, as spreadsheets save "Unicode
/// text"; `None` if it is in none of the encodings.
pub fn text_of_table(bytes: &[u8]) -> Option<String> {
    if let Some((announced, length)) = Encoding::for_bom(bytes) {
        let rest = bytes.get(length..).unwrap_or_default();
        return announced.decode_without_bom_handling_and_without_replacement(rest).map(|text| text.into_owned());
    }
    let encodings = [UTF_8, GB18030];
    let mut texts = encodings.iter().filter_map(|encoding| {
        let text = encoding.decode_without_bom_handling_and_without_replacement(bytes)?;
        Some(text.trim_start_matches('\u{feff}').to_owned())
    });
    texts.next()
}

/// Checks that the whole body is text in one of the encodings.
pub(super) fn check(body: &mut impl Read) -> Result<(), FileError> {
    let mut texts = [Text::new(UTF_8), Text::new(GB18030)];
    let mut buffer = vec![0; BLOCK];
    let mut first = true;
    loop {
        let read = fill(body, &mut buffer)?;
        let block = buffer.get(..read).unwrap_or_default();
        if block.iter().any(|byte| is_binary(*byte)) {
            return Err(FileError::Mismatch);
        }
        if first && is_markup(block) {
            return Err(FileError::Hidden);
        }
        first = false;
        let last = read < BLOCK;
        for text in &mut texts {
            text.take(block, last);
        }
        if texts.iter().all(|text| text.broken) {
            return Err(FileError::Damaged("it is neither UTF-8 nor GB18030"));
        }
        if last {
            return Ok(());
        }
    }
}

/// Matches control characters that no table has.
fn is_binary(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Detects HTML, SVG or XML named like a table: it begins with `<`.
fn is_markup(block: &[u8]) -> bool {
    let text = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
    text.trim_ascii_start().starts_with(b"<")
}

struct Text {
    decoder: encoding_rs::Decoder,
    broken: bool,
    decoded: Vec<u8>,
}

impl Text {
    fn new(encoding: &'static Encoding) -> Self {
        Self { decoder: encoding.new_decoder_without_bom_handling(), broken: false, decoded: vec![0; BLOCK] }
    }

    fn take(&mut self, mut block: &[u8], last: bool) {
        while !self.broken {
            let (result, read, _) = self.decoder.decode_to_utf8_without_replacement(block, &mut self.decoded, last);
            block = block.get(read..).unwrap_or_default();
            match result {
                DecoderResult::InputEmpty => return,
                DecoderResult::OutputFull => {}
                DecoderResult::Malformed(..) => self.broken = true,
            }
        }
    }
}
