//! `luyue simulate`: computes standings from cases in JSON. Needs neither settings nor a database.

use std::fs::File;
use std::io::{self, BufRead, BufReader, BufWriter, Read, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use serde_json::json;

use crate::domain::case::Case;
use crate::domain::codes::Language;
use crate::domain::invalid::Invalid;
use crate::domain::json;
use crate::domain::standing::{Standing, Trails, standing};
use crate::text;

/// Exit status for a single invalid case.
const INVALID: u8 = 2;

#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false, id = "input")]
struct Input {
    /// File with one case (`-`: standard input)
    file: Option<PathBuf>,
    /// File with one case per line; prints one standing per line (`-`: standard input)
    #[arg(long, value_name = "FILE")]
    lines: Option<PathBuf>,
}

/// Arguments of `luyue simulate`.
#[derive(Debug, clap::Args)]
pub struct Arguments {
    #[command(flatten)]
    input: Input,
    /// Language of the explanations: zh or en; without it, only their keys
    #[arg(long, value_parser = language)]
    lang: Option<Language>,
}

fn language(word: &str) -> Result<Language, String> {
    Language::parse(word).ok_or_else(|| "expected zh or en".to_owned())
}

/// Prints the standing of one case, or of each line's.
///
/// # Errors
/// Failure to read or write. An invalid case is reported in the output; a single one exits with status 2.
pub fn run(arguments: &Arguments) -> io::Result<ExitCode> {
    let mut out = BufWriter::new(io::stdout().lock());
    let code = match (&arguments.input.lines, &arguments.input.file) {
        (Some(path), _) => lines(&mut *open_input(path)?, &mut out, arguments.lang)?,
        (None, path) => {
            let mut json = Vec::new();
            open_input(path.as_deref().unwrap_or(Path::new("-")))?.read_to_end(&mut json)?;
            single(&json, &mut out, arguments.lang)?
        }
    };
    out.flush()?;
    Ok(code)
}

fn open_input(path: &Path) -> io::Result<Box<dyn BufRead>> {
    if path == Path::new("-") {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file =
        File::open(path).map_err(|error| io::Error::new(error.kind(), format!("{}: {error}", path.display())))?;
    Ok(Box::new(BufReader::new(file)))
}

fn single(json: &[u8], out: &mut impl Write, lang: Option<Language>) -> io::Result<ExitCode> {
    let code = match evaluate(json, lang) {
        Ok(standing) => {
            serde_json::to_writer_pretty(&mut *out, &standing)?;
            ExitCode::SUCCESS
        }
        Err(invalid) => {
            serde_json::to_writer_pretty(&mut *out, &error(&invalid, lang))?;
            ExitCode::from(INVALID)
        }
    };
    out.write_all(b"\n")?;
    Ok(code)
}

fn lines(input: &mut dyn BufRead, out: &mut impl Write, lang: Option<Language>) -> io::Result<ExitCode> {
    let mut line = Vec::new();
    loop {
        line.clear();
        if input.read_until(b'\n', &mut line)? == 0 {
            return Ok(ExitCode::SUCCESS);
        }
        match evaluate(&line, lang) {
            Ok(standing) => serde_json::to_writer(&mut *out, &standing)?,
            Err(invalid) => serde_json::to_writer(&mut *out, &error(&invalid, lang))?,
        }
        out.write_all(b"\n")?;
    }
}

fn evaluate(json: &[u8], lang: Option<Language>) -> Result<Standing, Invalid> {
    let case: Case = json::parse_object(json)?;
    let mut standing = standing(case.agreement(), &case.facts, case.calendar(), case.as_of, Trails::On)?;
    if let Some(language) = lang {
        text::trail::add_sentences(&mut standing, language);
    }
    Ok(standing)
}

fn error(invalid: &Invalid, lang: Option<Language>) -> serde_json::Value {
    let message = text::invalid::sentence(invalid, lang.unwrap_or(Language::Zh));
    json!({"error": {"path": invalid.path, "message": message}})
}
