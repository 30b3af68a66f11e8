//! Electronic invoices: number, amount, buyer and seller in the XML and OFD of the tax platform. Elements are known by their
//! names, so a file that has none of them says nothing. The file was inspected before.

use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

use crate::adapters::files::error::FileError;
use crate::adapters::files::kinds::kind_of;
use crate::adapters::files::package;
use crate::adapters::files::store::Staged;
use crate::adapters::files::xml::attribute;

/// Maximum size of the parts that are read, in bytes.
const MOST: u64 = 4 * 1024 * 1024;
/// Parts of an OFD document with the data of its invoice.
const PARTS: [&str; 2] = ["OFD.xml", "Doc_0/Attachs/original_invoice.xml"];

const CODES: &[&str] = &["InvoiceCode", "发票代码"];
const NUMBERS: &[&str] = &["InvoiceNumber", "EIid", "InvoiceNo", "发票号码"];
const AMOUNTS: &[&str] = &["TotalTax-includedAmount", "TaxInclusiveTotalAmount", "价税合计"];
const BUYERS: &[&str] = &["BuyerName", "购买方名称"];
const SELLERS: &[&str] = &["SellerName", "销售方名称"];
const SELLER_CODES: &[&str] = &["SellerIdNum", "SellerTaxID", "销售方纳税人识别号"];

/// Data of an electronic invoice; absent where its file does not have them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct EInvoice {
    /// Number, after the code of an older invoice.
    pub number: Option<String>,
    /// Amount with tax, in yuan.
    pub amount: Option<String>,
    /// Name of the buyer.
    pub buyer: Option<String>,
    /// Name of the seller.
    pub seller: Option<String>,
    /// Credit code of the seller.
    pub seller_code: Option<String>,
}

impl Staged {
    /// Reads the upload into memory; `None` beyond `limit` bytes. Call this after [`Staged::inspect`].
    ///
    /// # Errors
    /// The copy cannot be read.
    pub async fn read(&mut self, limit: u64) -> Result<Option<Vec<u8>>, FileError> {
        self.with_copy(move |copy| {
            let mut body = Vec::new();
            copy.open()?.take(limit + 1).read_to_end(&mut body)?;
            Ok((body.len() as u64 <= limit).then_some(body))
        })
        .await
    }
}

/// Returns whether a file of this name may be an electronic invoice with data.
pub fn may_be_e_invoice(name: &str) -> bool {
    kind_of(name).is_some_and(|kind| matches!(kind.extension, "xml" | "ofd"))
}

/// Reads an electronic invoice.
pub fn read_e_invoice(name: &str, body: &[u8]) -> EInvoice {
    let mut found = BTreeMap::new();
    match kind_of(name).map(|kind| kind.extension) {
        Some("xml") => collect(body, &mut found),
        Some("ofd") => {
            let archive = package::open_archive(Cursor::new(body), body.len() as u64);
            for part in
                archive.ok().iter_mut().flat_map(|archive| PARTS.map(|name| package::read_part(archive, name, MOST)))
            {
                collect(&part.ok().flatten().unwrap_or_default(), &mut found);
            }
        }
        _ => {}
    }
    let text = |names: &[&str]| names.iter().find_map(|name| found.get(*name)).cloned();
    let number = text(NUMBERS).map(|number| text(CODES).unwrap_or_default() + &number);
    EInvoice {
        number,
        amount: text(AMOUNTS),
        buyer: text(BUYERS),
        seller: text(SELLERS),
        seller_code: text(SELLER_CODES),
    }
}

/// Adds the first text of each element, by the element's local name.
fn collect(body: &[u8], found: &mut BTreeMap<String, String>) {
    let mut reader = Reader::from_reader(body);
    let mut buffer = Vec::new();
    let mut name = String::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(tag)) => name = name_of(&tag),
            Ok(Event::Text(text)) if !name.is_empty() => {
                let text = String::from_utf8_lossy(&text).trim().to_owned();
                if !text.is_empty() {
                    found.entry(name.clone()).or_insert(text);
                }
            }
            Ok(Event::End(_)) => name.clear(),
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// Returns the name of an element; OFD has data in `CustomData` with a name of their own.
fn name_of(tag: &BytesStart<'_>) -> String {
    let local = tag.local_name();
    let own = if local.as_ref() == b"CustomData" { attribute(tag, "Name") } else { None };
    own.unwrap_or_else(|| String::from_utf8_lossy(local.as_ref()).into_owned())
}
