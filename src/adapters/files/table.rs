//! CSV checks: non-empty text in UTF-8 or GB18030 (the encoding of Chinese Excel).

use std::io::Read;

use encoding_rs::{DecoderResult, Encoding, GB18030, UTF_8};

use crate::adapters::files::contents::Content;
use crate::adapters::files::error::FileError;
use crate::adapters::files::flags::FileFlag;
use crate::adapters::files::scan::{BLOCK, fill};

/// Decodes a small table without its byte order mark, which may also announce UTF-16 (the "Unicode text" of
/// spreadsheets); `None` for text in another encoding.
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

/// Checks that the whole body is text in one of the encodings, and flags cells that start a program by DDE.
pub(super) fn check(body: &mut impl Read) -> Result<Vec<FileFlag>, FileError> {
    let mut texts = [Text::new(UTF_8), Text::new(GB18030)];
    let mut buffer = vec![0; BLOCK];
    let (mut holds_text, mut flags) = (false, Vec::new());
    loop {
        let read = fill(body, &mut buffer)?;
        let block = buffer.get(..read).unwrap_or_default();
        if block.iter().any(|byte| is_binary(*byte)) {
            return Err(FileError::Mismatch { found: Content::Unknown, ending: String::new() });
        }
        holds_text = holds_text || has_text(block);
        if has_dde(block) {
            flags.push(FileFlag::Dde);
        }
        let last = read < BLOCK;
        for text in &mut texts {
            text.decode_block(block, last);
        }
        if texts.iter().all(|text| text.broken) {
            return Err(FileError::Damaged("it is neither UTF-8 nor GB18030"));
        }
        if last {
            return if holds_text { Ok(flags) } else { Err(FileError::Empty) };
        }
    }
}

/// Matches control characters that no table has.
fn is_binary(byte: u8) -> bool {
    (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f
}

/// Returns whether a block has more than blanks and a byte order mark.
fn has_text(block: &[u8]) -> bool {
    let text = block.strip_prefix(b"\xef\xbb\xbf").unwrap_or(block);
    text.iter().any(|byte| !byte.is_ascii_whitespace())
}

/// Returns whether a cell is a formula such as `=cmd|'/C calc'!A0`, which spreadsheet programs run as a DDE link.
fn has_dde(block: &[u8]) -> bool {
    let ends_cell = |byte: &u8| matches!(byte, b',' | b';' | b'\t' | b'\n' | b'\r');
    let bars = block.iter().enumerate().filter(|(_, byte)| **byte == b'|').map(|(at, _)| at);
    bars.into_iter().any(|bar| {
        let before = block.get(..bar).unwrap_or_default().rsplit(ends_cell).next().unwrap_or_default();
        let behind = block.get(bar..).unwrap_or_default().split(ends_cell).next().unwrap_or_default();
        let formula = before.trim_ascii_start();
        let formula = formula.strip_prefix(b"\"").unwrap_or(formula);
        formula.first().is_some_and(|first| b"=+-@".contains(first)) && behind.contains(&b'!')
    })
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

    fn decode_block(&mut self, mut block: &[u8], last: bool) {
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
