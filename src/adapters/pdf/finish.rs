//! Final pass over printpdf's output: puts in the fonts, adds the structure tree, the outline, the metadata and the
//! attached data, and replaces the random id by one derived from the content.

use std::collections::BTreeMap;
use std::sync::Arc;

use lopdf::{Dictionary, Object, ObjectId, SaveOptions, Stream, StringFormat, dictionary};
use memchr::memmem;
use sha2::{Digest, Sha256};

use crate::adapters::pdf::compress::{LEVEL, deflate};
use crate::adapters::pdf::document::Document;
use crate::adapters::pdf::faces::{Cut, FontKey};
use crate::adapters::pdf::pages::Laid;
use crate::adapters::pdf::structure::{NodeId, TagKind, Tree};
use crate::adapters::pdf::write::Drawn;
use crate::adapters::pdf::{PdfError, outline};

const PRODUCER: &str = "Luyue";

/// Length of an id in bytes.
const ID: usize = 16;

/// Encodes a PDF text string: UTF-16 with a byte order mark.
pub fn utf16(text: &str) -> Object {
    let bytes = std::iter::once(0xFEFFu16).chain(text.encode_utf16()).flat_map(u16::to_be_bytes).collect();
    Object::String(bytes, StringFormat::Hexadecimal)
}

/// Completes the document and serialises it.
pub fn finish(document: &Document, laid: &Laid, drawn: Drawn) -> Result<Vec<u8>, PdfError> {
    let Drawn { mut pdf, marks, fonts } = drawn;
    "1.7".clone_into(&mut pdf.version);
    let pages: Vec<ObjectId> = pdf.get_pages().into_values().collect();
    // It has the time of today, and another one takes its place.
    if let Ok(dated) = pdf.trailer.get(b"Info").and_then(Object::as_reference) {
        pdf.objects.remove(&dated);
    }
    complete_fonts(&mut pdf);
    put_in_fonts(&mut pdf, &fonts);
    let structure = add_structure(&mut pdf, &laid.tree, &marks, &pages);
    let outline = outline::add_outline(&mut pdf, &laid.pages, &pages);
    let metadata = pdf.add_object(
        Stream::new(dictionary! { "Type" => "Metadata", "Subtype" => "XML" }, xmp(document).into_bytes())
            .with_compression(false),
    );
    let attachment = add_attachment(&mut pdf, document);
    let info = pdf.add_object(info(document));

    let catalog = pdf.catalog_mut().map_err(|e| PdfError::Write(e.to_string()))?;
    catalog.set("Lang", Object::string_literal(document.lang.tag()));
    catalog.set("MarkInfo", dictionary! { "Marked" => true });
    catalog.set("StructTreeRoot", structure);
    catalog.set("Metadata", metadata);
    catalog.set("ViewerPreferences", dictionary! { "DisplayDocTitle" => true });
    catalog.remove(b"PageLayout");
    if let Some(outline) = outline {
        catalog.set("Outlines", outline);
    }
    if let (Some(file), Some(attached)) = (attachment, &document.attachment) {
        catalog.set("AF", vec![file.into()]);
        let names = vec![Object::string_literal(attached.name.as_str()), file.into()];
        catalog.set("Names", dictionary! { "EmbeddedFiles" => dictionary! { "Names" => names } });
    }
    pdf.trailer.set("Info", info);
    compress(&mut pdf)?;
    let no_id = Object::String(vec![0; ID], StringFormat::Hexadecimal);
    pdf.trailer.set("ID", vec![no_id.clone(), no_id]);

    let mut bytes = Vec::new();
    let options = SaveOptions::builder()
        .use_object_streams(true)
        .use_xref_streams(true)
        .max_objects_per_stream(1000)
        .compression_level(LEVEL)
        .build();
    pdf.save_with_options(&mut bytes, options).map_err(|e| PdfError::Write(e.to_string()))?;
    put_in_id(&mut bytes)?;
    Ok(bytes)
}

/// Puts in the fonts' programs, which are compressed already.
fn put_in_fonts(pdf: &mut lopdf::Document, fonts: &[(FontKey, Arc<Cut>)]) {
    for object in pdf.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        let font = fonts.iter().find(|(key, _)| stream.content == key.resource().as_bytes());
        if let Some((_, cut)) = font {
            stream.dict.set("Length1", cut.length as i64);
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(cut.program.clone());
        }
    }
}

/// Compresses the streams that become smaller.
fn compress(pdf: &mut lopdf::Document) -> Result<(), PdfError> {
    for object in pdf.objects.values_mut() {
        let Object::Stream(stream) = object else { continue };
        if !stream.allows_compression || stream.dict.has(b"Filter") {
            continue;
        }
        let compressed = deflate(&stream.content)?;
        if compressed.len() < stream.content.len() {
            stream.dict.set("Filter", "FlateDecode");
            stream.set_content(compressed);
        }
    }
    Ok(())
}

/// Puts in the id: a hash of the whole file, so that equal content has equal ids.
fn put_in_id(bytes: &mut [u8]) -> Result<(), PdfError> {
    let none = "0".repeat(2 * ID);
    let place = memmem::rfind(bytes, format!("/ID[<{none}><{none}>]").as_bytes());
    let id: String = Sha256::digest(&*bytes).iter().take(ID).map(|byte| format!("{byte:02X}")).collect();
    let slot = place.and_then(|place| bytes.get_mut(place..place + none.len() * 2 + 9));
    let slot = slot.ok_or_else(|| PdfError::Write("the file has no id".to_owned()))?;
    slot.copy_from_slice(format!("/ID[<{id}><{id}>]").as_bytes());
    Ok(())
}

/// Adds an entry that ISO 32000 requires of embedded TrueType fonts and printpdf omits.
fn complete_fonts(pdf: &mut lopdf::Document) {
    for object in pdf.objects.values_mut() {
        let Ok(font) = object.as_dict_mut() else {
            continue;
        };
        let Ok(descendants) = font.get_mut(b"DescendantFonts").and_then(Object::as_array_mut) else {
            continue;
        };
        for descendant in descendants {
            if let Ok(descendant) = descendant.as_dict_mut() {
                descendant.set("CIDToGIDMap", "Identity");
            }
        }
    }
}

fn add_structure(pdf: &mut lopdf::Document, tree: &Tree, marks: &[Vec<NodeId>], pages: &[ObjectId]) -> ObjectId {
    let root = pdf.new_object_id();
    let ids: Vec<ObjectId> = tree.nodes().iter().map(|_| pdf.new_object_id()).collect();
    let mut content: BTreeMap<NodeId, Vec<(ObjectId, i64)>> = BTreeMap::new();
    let mut parents = Vec::new();
    for (number, (marks, page)) in marks.iter().zip(pages).enumerate() {
        let elements: Vec<Object> = marks.iter().filter_map(|node| ids.get(*node)).map(|id| (*id).into()).collect();
        parents.push(Object::Integer(number as i64));
        parents.push(Object::Array(elements));
        for (mcid, node) in marks.iter().enumerate() {
            content.entry(*node).or_default().push((*page, mcid as i64));
        }
        if let Ok(page) = pdf.get_object_mut(*page).and_then(Object::as_dict_mut) {
            page.set("StructParents", number as i64);
            page.set("Tabs", "S");
        }
    }
    let parent_of: BTreeMap<NodeId, NodeId> = tree
        .nodes()
        .iter()
        .enumerate()
        .flat_map(|(at, node)| node.children.iter().map(move |child| (*child, at)))
        .collect();
    for (at, (node, id)) in tree.nodes().iter().zip(&ids).enumerate() {
        let parent = parent_of.get(&at).and_then(|parent| ids.get(*parent)).copied().unwrap_or(root);
        let mut element = dictionary! { "Type" => "StructElem", "S" => node.kind.name(), "P" => parent };
        if let Some(lang) = node.lang {
            element.set("Lang", Object::string_literal(lang.tag()));
        }
        if let Some(alt) = &node.alt {
            element.set("Alt", utf16(alt));
        }
        if let TagKind::TableHead { of_row } = node.kind {
            let scope = if of_row { "Row" } else { "Column" };
            element.set("A", dictionary! { "O" => "Table", "Scope" => scope });
        }
        let mut kids: Vec<Object> =
            node.children.iter().filter_map(|child| ids.get(*child)).map(|id| (*id).into()).collect();
        for (page, mcid) in content.get(&at).into_iter().flatten() {
            kids.push(dictionary! { "Type" => "MCR", "Pg" => *page, "MCID" => *mcid }.into());
        }
        element.set("K", kids);
        pdf.set_object(*id, element);
    }
    let parent_tree = pdf.add_object(dictionary! { "Nums" => parents });
    let next = pages.len() as i64;
    let document = ids.first().copied().unwrap_or(root);
    pdf.set_object(root, dictionary! { "Type" => "StructTreeRoot", "K" => document, "ParentTree" => parent_tree, "ParentTreeNextKey" => next });
    root
}

fn add_attachment(pdf: &mut lopdf::Document, document: &Document) -> Option<ObjectId> {
    let attachment = document.attachment.as_ref()?;
    let size = attachment.bytes.len() as i64;
    let kind = Object::Name(attachment.media_type.clone().into_bytes());
    let params = dictionary! { "Size" => size, "ModDate" => date(document) };
    let stream = Stream::new(
        dictionary! { "Type" => "EmbeddedFile", "Subtype" => kind, "Params" => params },
        attachment.bytes.clone(),
    );
    let stream = pdf.add_object(stream);
    Some(pdf.add_object(dictionary! {
        "Type" => "Filespec",
        "F" => Object::string_literal(attachment.name.as_str()),
        "UF" => utf16(&attachment.name),
        "Desc" => utf16(&attachment.description),
        "AFRelationship" => "Source",
        "EF" => dictionary! { "F" => stream },
    }))
}

/// Formats the document's date for PDF, as midnight in China.
fn date(document: &Document) -> Object {
    Object::string_literal(document.date.format("D:%Y%m%d000000+08'00'").to_string())
}

fn info(document: &Document) -> Dictionary {
    dictionary! {
        "Title" => utf16(&document.title),
        "Subject" => utf16(&document.subject),
        "Author" => utf16(&document.author),
        "Creator" => Object::string_literal(PRODUCER),
        "Producer" => Object::string_literal(PRODUCER),
        "CreationDate" => date(document),
        "ModDate" => date(document),
    }
}

fn xmp(document: &Document) -> String {
    let escape = |text: &str| text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let (title, subject, author) = (escape(&document.title), escape(&document.subject), escape(&document.author));
    let lang = document.lang.tag();
    let day = document.date.format("%Y-%m-%dT00:00:00+08:00");
    format!(
        r#"<?xpacket begin="{bom}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/" xmlns:pdf="http://ns.adobe.com/pdf/1.3/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">{subject}</rdf:li></rdf:Alt></dc:description>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{lang}</rdf:li></rdf:Bag></dc:language>
<xmp:CreateDate>{day}</xmp:CreateDate>
<xmp:ModifyDate>{day}</xmp:ModifyDate>
<xmp:MetadataDate>{day}</xmp:MetadataDate>
<xmp:CreatorTool>{PRODUCER}</xmp:CreatorTool>
<pdf:Producer>{PRODUCER}</pdf:Producer>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="r"?>"#,
        bom = '\u{FEFF}'
    )
}
