//! What a document has besides its pages: the structure tree, the outline, the metadata and the attached data.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::adapters::pdf::document::Document;
use crate::adapters::pdf::file::{File, Id, literal, name, utf16};
use crate::adapters::pdf::pages::Laid;
use crate::adapters::pdf::structure::{NodeId, TagKind, Tree};
use crate::adapters::pdf::write::Drawn;
use crate::adapters::pdf::{PdfError, outline};

const PRODUCER: &str = "Luyue";

/// Completes the document and writes its file.
pub fn finish(document: &Document, laid: &Laid, drawn: Drawn) -> Result<Vec<u8>, PdfError> {
    let Drawn { mut file, pages, page_ids, structure, marks } = drawn;
    add_structure(&mut file, structure, &laid.tree, &marks, &page_ids);
    let outline = outline::add_outline(&mut file, &laid.pages, &page_ids);
    let metadata = file.add_readable("/Type/Metadata/Subtype/XML", xmp(document).into_bytes());
    let attachment = add_attachment(&mut file, document)?;
    let info = file.add(info(document));
    let mut catalog = format!(
        "<</Type/Catalog/Pages {pages}/Lang{}/MarkInfo<</Marked true>>/StructTreeRoot {structure}/Metadata {metadata}\
         /ViewerPreferences<</DisplayDocTitle true>>",
        literal(document.lang.tag())
    );
    if let Some(outline) = outline {
        let _ = write!(catalog, "/Outlines {outline}");
    }
    if let (Some(attached), Some(of)) = (attachment, &document.attachment) {
        let name = literal(&of.name);
        let _ = write!(catalog, "/AF[{attached}]/Names<</EmbeddedFiles<</Names[{name} {attached}]>>>>");
    }
    catalog.push_str(">>");
    let catalog = file.add(catalog);
    file.write(catalog, info)
}

fn add_structure(file: &mut File, root: Id, tree: &Tree, marks: &[Vec<NodeId>], pages: &[Id]) {
    let ids: Vec<Id> = tree.nodes().iter().map(|_| file.reserve()).collect();
    let mut content: BTreeMap<NodeId, Vec<(Id, usize)>> = BTreeMap::new();
    let mut parents = String::new();
    for (number, (marks, page)) in marks.iter().zip(pages).enumerate() {
        let _ = write!(parents, "{number} [");
        for (mcid, node) in marks.iter().enumerate() {
            content.entry(*node).or_default().push((*page, mcid));
            if let Some(id) = ids.get(*node) {
                let _ = write!(parents, "{id} ");
            }
        }
        parents.push(']');
    }
    let mut parent_of: Vec<Id> = vec![root; ids.len()];
    for (node, id) in tree.nodes().iter().zip(&ids) {
        for child in &node.children {
            if let Some(parent) = parent_of.get_mut(*child) {
                *parent = *id;
            }
        }
    }
    for (at, ((node, id), parent)) in tree.nodes().iter().zip(&ids).zip(&parent_of).enumerate() {
        let mut element = format!("<</Type/StructElem/S/{}/P {parent}", node.kind.name());
        if let Some(lang) = node.lang {
            let _ = write!(element, "/Lang{}", literal(lang.tag()));
        }
        if let Some(alt) = &node.alt {
            let _ = write!(element, "/Alt{}", utf16(alt));
        }
        if let TagKind::TableHead { of_row } = node.kind {
            let _ = write!(element, "/A<</O/Table/Scope/{}>>", if of_row { "Row" } else { "Column" });
        }
        element.push_str("/K[");
        for child in node.children.iter().filter_map(|child| ids.get(*child)) {
            let _ = write!(element, "{child} ");
        }
        for (page, mcid) in content.get(&at).into_iter().flatten() {
            let _ = write!(element, "<</Type/MCR/Pg {page}/MCID {mcid}>>");
        }
        element.push_str("]>>");
        file.set(*id, element);
    }
    let parents = file.add(format!("<</Nums[{parents}]>>"));
    let document = ids.first().copied().unwrap_or(root);
    let next = pages.len();
    file.set(root, format!("<</Type/StructTreeRoot/K {document}/ParentTree {parents}/ParentTreeNextKey {next}>>"));
}

fn add_attachment(file: &mut File, document: &Document) -> Result<Option<Id>, PdfError> {
    let Some(attachment) = &document.attachment else { return Ok(None) };
    let (kind, size, day) = (name(&attachment.media_type), attachment.bytes.len(), date(document));
    let entries = format!("/Type/EmbeddedFile/Subtype{kind}/Params<</Size {size}/ModDate{day}>>");
    let stream = file.add_stream(&entries, &attachment.bytes)?;
    Ok(Some(file.add(format!(
        "<</Type/Filespec/F{}/UF{}/Desc{}/AFRelationship/Source/EF<</F {stream}>>>>",
        literal(&attachment.name),
        utf16(&attachment.name),
        utf16(&attachment.description)
    ))))
}

/// Formats the document's date for PDF, as midnight in China.
fn date(document: &Document) -> String {
    document.date.format("(D:%Y%m%d000000+08'00')").to_string()
}

fn info(document: &Document) -> String {
    let (title, subject, author) = (utf16(&document.title), utf16(&document.subject), utf16(&document.author));
    let (producer, day) = (literal(PRODUCER), date(document));
    format!(
        "<</Title{title}/Subject{subject}/Author{author}/Creator{producer}/Producer{producer}/CreationDate{day}\
         /ModDate{day}>>"
    )
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
