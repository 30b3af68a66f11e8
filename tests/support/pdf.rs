//! A reader for generated PDF files: their objects, their pages as pdftotext (poppler-utils) sees them, and their texts
//! by the structure tree.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use lopdf::content::Content;
use lopdf::{Dictionary, Document, Object, ObjectId};

/// Returns the parsed document.
pub fn objects(bytes: &[u8]) -> Document {
    Document::load_mem(bytes).expect("a PDF that can be read")
}

/// Returns the text of each page as pdftotext extracts it.
pub fn pages(bytes: &[u8]) -> Vec<String> {
    let mut child = Command::new("pdftotext")
        .args(["-layout", "-", "-"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("pdftotext, of poppler-utils");
    let mut input = child.stdin.take().expect("its input");
    let bytes = bytes.to_vec();
    let writer = std::thread::spawn(move || input.write_all(&bytes).expect("written"));
    let output = child.wait_with_output().expect("its output");
    writer.join().expect("the writer");
    assert!(output.status.success(), "pdftotext failed");
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let mut pages: Vec<String> = text.split('\u{c}').map(str::to_owned).collect();
    pages.pop();
    pages
}

/// Returns the text of each element of the structure tree that has any, in reading order.
pub fn words(bytes: &[u8]) -> Vec<String> {
    let pdf = objects(bytes);
    let marked: BTreeMap<ObjectId, BTreeMap<i64, String>> =
        pdf.page_iter().map(|page| (page, marked(&pdf, page))).collect();
    let root = pdf.catalog().unwrap().get(b"StructTreeRoot").unwrap();
    let mut found = Vec::new();
    walk(&pdf, dictionary(&pdf, root), &marked, &mut found);
    found
}

fn dictionary<'a>(pdf: &'a Document, object: &'a Object) -> &'a Dictionary {
    pdf.dereference(object).unwrap().1.as_dict().unwrap()
}

fn walk(
    pdf: &Document,
    element: &Dictionary,
    marked: &BTreeMap<ObjectId, BTreeMap<i64, String>>,
    found: &mut Vec<String>,
) {
    let kids = match element.get(b"K").unwrap() {
        Object::Array(kids) => kids.clone(),
        one => vec![one.clone()],
    };
    let mut own = String::new();
    for kid in &kids {
        let kid = dictionary(pdf, kid);
        if let Ok(number) = kid.get(b"MCID").and_then(Object::as_i64) {
            let page = kid.get(b"Pg").unwrap().as_reference().unwrap();
            own += &marked[&page][&number];
        } else {
            walk(pdf, kid, marked, found);
        }
    }
    if !own.is_empty() {
        found.push(own);
    }
}

/// Returns the text of each marked content of a page by its number, decoded through the fonts' ToUnicode maps.
fn marked(pdf: &Document, page: ObjectId) -> BTreeMap<i64, String> {
    let fonts: BTreeMap<Vec<u8>, BTreeMap<u16, String>> =
        pdf.get_page_fonts(page).unwrap().into_iter().map(|(name, font)| (name, to_unicode(pdf, font))).collect();
    let content = Content::decode(&pdf.get_page_content(page)).unwrap();
    let (mut marked, mut current, mut font) = (BTreeMap::new(), None, &BTreeMap::new());
    for operation in &content.operations {
        match operation.operator.as_str() {
            "BDC" => {
                let number = operation.operands[1].as_dict().unwrap().get(b"MCID").unwrap().as_i64().unwrap();
                current = Some(number);
                marked.insert(number, String::new());
            }
            "EMC" => current = None,
            "Tf" => font = &fonts[operation.operands[0].as_name().unwrap()],
            "Tj" => show(&operation.operands, font, current, &mut marked),
            "TJ" => show(operation.operands[0].as_array().unwrap(), font, current, &mut marked),
            _ => {}
        }
    }
    marked
}

fn show(items: &[Object], font: &BTreeMap<u16, String>, current: Option<i64>, marked: &mut BTreeMap<i64, String>) {
    let Some(text) = current.and_then(|number| marked.get_mut(&number)) else {
        return;
    };
    for bytes in items.iter().filter_map(|item| item.as_str().ok()) {
        for code in bytes.chunks_exact(2) {
            *text += &font[&u16::from_be_bytes([code[0], code[1]])];
        }
    }
}

fn to_unicode(pdf: &Document, font: &Dictionary) -> BTreeMap<u16, String> {
    let stream = pdf.dereference(font.get(b"ToUnicode").unwrap()).unwrap().1.as_stream().unwrap();
    let map = String::from_utf8(stream.get_plain_content().unwrap()).unwrap();
    let hex = |text: &str| text.trim_matches(['<', '>']).to_owned();
    map.lines()
        .filter_map(|line| line.split_once("> <"))
        .filter(|(code, text)| code.len() == 5 && text.ends_with('>') && text.len() % 4 == 1)
        .map(|(code, text)| {
            let units: Vec<u16> = hex(text)
                .as_bytes()
                .chunks(4)
                .map(|unit| u16::from_str_radix(std::str::from_utf8(unit).unwrap(), 16).unwrap())
                .collect();
            (u16::from_str_radix(&hex(code), 16).unwrap(), String::from_utf16(&units).unwrap())
        })
        .collect()
}
