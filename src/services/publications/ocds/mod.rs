//! Open contracting data: published contracts as release and record packages of the Open Contracting Data Standard
//! (OCDS) 1.1.
//!
//! Each contract is one release, built only from [`PublicContract`]. OCDS requires numbers where this program has exact
//! decimals: they are serialized as whole numbers of 128 bits, which [`Exact`] writes with their decimal places. An
//! item of a package depends only on what was recorded, so it changes with `changed_at`.

mod release;

use std::io::{self, Write};

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};

use crate::app::App;
use crate::domain::fixed::{format_units, format_units_short};
use crate::error::Error;
use crate::services::publications::ocds::release::{Release, release, tags_of, time};
use crate::services::publications::open::{self, PublicContract, PublicQuery};
use crate::services::shared::paging::{MAX_PAGE_SIZE, Page, Paged};

/// Extension that defines `metrics`, in which scores are published.
const METRICS: &str =
    "https://raw.githubusercontent.com/open-contracting-extensions/ocds_metrics_extension/1.1/extension.json";
/// Path of the releases in the API, also the address of a package that a command wrote.
const RELEASES: &str = "/api/v1/public/ocds/releases.json";

/// Formatter that writes i128 as fen with two places, and u128 as ten-thousandths without trailing zeros.
struct Exact;

impl Formatter for Exact {
    fn write_i128<W: ?Sized + Write>(&mut self, writer: &mut W, value: i128) -> io::Result<()> {
        writer.write_all(format_units(value, 2).as_bytes())
    }

    fn write_u128<W: ?Sized + Write>(&mut self, writer: &mut W, value: u128) -> io::Result<()> {
        let units = i128::try_from(value).unwrap_or(i128::MAX);
        writer.write_all(format_units_short(units, 4).as_bytes())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Record {
    ocid: String,
    releases: Vec<Release>,
    compiled_release: Release,
}

#[derive(Serialize)]
struct Publisher {
    name: String,
}

#[derive(Serialize)]
struct Links {
    next: String,
}

/// A package up to its list of releases or records.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Head {
    uri: String,
    version: &'static str,
    extensions: [&'static str; 1],
    published_date: String,
    publisher: Publisher,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Links>,
}

/// The kinds of packages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PackageKind {
    Releases,
    Records,
}

/// Address of a package within this site, and of the package that follows, if any, each as path and query.
#[derive(Debug)]
pub struct PackagePlace {
    pub address: String,
    pub next: Option<String>,
}

/// Builds the package of a page of published contracts. The package has the date of its newest item, so that the same
/// items always give the same bytes.
///
/// # Errors
/// Database errors.
pub fn package(
    app: &App,
    kind: PackageKind,
    contracts: &Paged<PublicContract>,
    place: &PackagePlace,
) -> Result<Vec<u8>, Error> {
    let newest = contracts.items.iter().map(|contract| contract.changed_at).max();
    let mut written = Vec::new();
    begin(app, kind, newest.unwrap_or_default(), place, &mut written)?;
    for (place, contract) in contracts.items.iter().enumerate() {
        write_item(app, kind, (place > 0, contract), &mut written)?;
    }
    end(&mut written)?;
    Ok(written)
}

/// Writes one release package of all published contracts, a page at a time, and returns the number of contracts.
///
/// # Errors
/// Database errors; `Internal` if the output cannot be written.
pub fn write_all(app: &App, out: &mut impl Write) -> Result<usize, Error> {
    let place = PackagePlace { address: RELEASES.to_owned(), next: None };
    begin(app, PackageKind::Releases, app.clock.now().and_utc(), &place, out)?;
    let (mut count, mut after) = (0, None);
    loop {
        let page = open::list(app, &PublicQuery::default(), &Page { limit: MAX_PAGE_SIZE, after })?;
        for contract in &page.items {
            write_item(app, PackageKind::Releases, (count > 0, contract), out)?;
            count += 1;
        }
        after = page.next;
        if after.is_none() {
            end(out)?;
            return Ok(count);
        }
    }
}

fn begin(
    app: &App,
    kind: PackageKind,
    date: DateTime<Utc>,
    place: &PackagePlace,
    out: &mut impl Write,
) -> Result<(), Error> {
    let base = app.settings.public_url();
    let base = base.trim_end_matches('/');
    let name = open::publisher(app)?;
    let head = Head {
        uri: format!("{base}{}", place.address),
        version: "1.1",
        extensions: [METRICS],
        published_date: time(date),
        publisher: Publisher { name },
        links: place.next.as_ref().map(|next| Links { next: format!("{base}{next}") }),
    };
    let mut text = serde_json::to_string(&head).map_err(|error| Error::Internal(error.to_string()))?;
    // The list is written item by item into the object, which is closed in `end`.
    text.pop();
    let list = match kind {
        PackageKind::Releases => "releases",
        PackageKind::Records => "records",
    };
    write(out, format!("{text},\"{list}\":[").as_bytes())
}

fn end(out: &mut impl Write) -> Result<(), Error> {
    write(out, b"]}\n")
}

fn write(out: &mut impl Write, bytes: &[u8]) -> Result<(), Error> {
    out.write_all(bytes).map_err(|error| Error::Internal(format!("the package cannot be written: {error}")))
}

fn write_item(
    app: &App,
    kind: PackageKind,
    (follows, contract): (bool, &PublicContract),
    out: &mut impl Write,
) -> Result<(), Error> {
    if follows {
        write(out, b",\n")?;
    }
    let prefix = app.settings.ocds_prefix.as_str();
    let release = |tag| release(prefix, contract, tag);
    let tagged = release(tags_of(contract));
    let mut serializer = Serializer::with_formatter(&mut *out, Exact);
    let done = match kind {
        PackageKind::Releases => tagged.serialize(&mut serializer),
        PackageKind::Records => {
            let compiled_release = release(vec!["compiled"]);
            Record { ocid: tagged.ocid.clone(), releases: vec![tagged], compiled_release }.serialize(&mut serializer)
        }
    };
    done.map_err(|error| Error::Internal(format!("a package: {error}")))
}
