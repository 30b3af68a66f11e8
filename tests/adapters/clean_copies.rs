//! The copies that readers get: nothing in them reveals a location, a device or an author, and what people see in a
//! file stays as it was.

use std::io::{Cursor, Read};

use luyue::adapters::files::{inspect, kind_of, write_clean_copy};
use zip::ZipArchive;

use crate::adapters::file_cases::case;
use crate::adapters::fixtures::{archive, jpeg, office, ole, part, pdf, png, relationships};

/// Returns the copy of a file; `None` where the file itself is shown.
fn copy(name: &str, file: &[u8]) -> Option<Vec<u8>> {
    let kind = kind_of(name).expect("an accepted type");
    let mut copied = Cursor::new(Vec::new());
    let is_changed = write_clean_copy(kind, &mut Cursor::new(file), &mut copied).expect("written");
    is_changed.then(|| copied.into_inner())
}

/// Returns the copy of a file that has personal data. The copy passes the inspection and has none.
#[track_caller]
fn cleaned(name: &str, file: &[u8]) -> Vec<u8> {
    inspect(name, &mut Cursor::new(file), 50 << 20).unwrap_or_else(|error| panic!("{name}: {error}"));
    let copied = copy(name, file).unwrap_or_else(|| panic!("{name} is shown as it is"));
    inspect(name, &mut Cursor::new(&copied), 50 << 20).unwrap_or_else(|error| panic!("the copy of {name}: {error}"));
    assert_eq!(copy(name, &copied), None, "a copy of the copy");
    copied
}

fn holds(file: &[u8], text: &[u8]) -> bool {
    file.windows(text.len()).any(|window| window == text)
}

/// Builds EXIF data with a make, the way the picture is turned, and a place.
fn exif(is_big: bool, turned: u16) -> Vec<u8> {
    let short = |n: u16| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let long = |n: u32| if is_big { n.to_be_bytes() } else { n.to_le_bytes() };
    let mut tiff = if is_big { b"MM\0*".to_vec() } else { b"II*\0".to_vec() };
    tiff.extend(long(8));
    tiff.extend(short(3));
    for (tag, kind, count, value) in [(0x010f_u16, 2_u16, 8_u32, 50_u32), (0x8825, 4, 1, 58)] {
        tiff.extend([short(tag), short(kind)].concat());
        tiff.extend([long(count), long(value)].concat());
    }
    tiff.extend([short(0x0112), short(3)].concat());
    tiff.extend(long(1));
    tiff.extend([short(turned), short(0)].concat());
    tiff.extend(long(0));
    tiff.extend(b"PhoneCo\0");
    tiff.extend(b"GPS 30.9455N 118.7585E");
    tiff
}

/// Builds a JPEG with a segment after its first two bytes.
fn jpeg_with(marker: u8, content: &[u8]) -> Vec<u8> {
    let whole = jpeg(64, 48);
    let length = u16::try_from(content.len() + 2).expect("a short segment").to_be_bytes();
    [&whole[..2], &[0xff, marker], &length, content, &whole[2..]].concat()
}

#[test]
fn the_place_and_the_device_are_removed_from_photos() {
    let photo = case("gps.jpg");
    assert!(holds(&photo, b"SERIAL123456") && holds(&photo, b"Phone"));
    let shown = cleaned("gps.jpg", &photo);
    assert!(!holds(&shown, b"SERIAL123456") && !holds(&shown, b"Phone"));
    // The picture is still turned, and its pixels are the same.
    assert!(holds(&shown, b"\x01\x12\0\x03\0\0\0\x01\0\x06"));
    let pixels = |file: &[u8]| file.windows(2).position(|pair| pair == b"\xff\xdb").map(|at| file[at..].to_vec());
    assert_eq!(pixels(&shown), pixels(&photo));
    for (is_big, turned) in [(true, 6_u16), (false, 6), (false, 1), (true, 8)] {
        let shown = cleaned("a.jpg", &jpeg_with(0xe1, &[b"Exif\0\0".to_vec(), exif(is_big, turned)].concat()));
        assert!(!holds(&shown, b"PhoneCo") && !holds(&shown, b"118.7585E"));
        assert!(holds(&shown, &[b"\x01\x12\0\x03\0\0\0\x01\0", [turned as u8].as_slice()].concat()), "turned {turned}");
    }
    let broken = cleaned("a.jpg", &jpeg_with(0xe1, b"Exif\0\0MM\0*\xff\xff\xff\xffGPS"));
    assert!(!holds(&broken, b"GPS"));
}

#[test]
fn other_data_of_cameras_is_removed() {
    let xmp = b"http://ns.adobe.com/xap/1.0/\0<x:xmpmeta exif:GPSLatitude=\"30\"/>";
    let cases: [(u8, &[u8], &[u8]); 5] = [
        (0xe1, xmp, b"GPSLatitude"),
        (0xed, b"Photoshop 3.0\08BIM City", b"City"),
        (0xfe, b"taken by Li", b"taken by Li"),
        (0xe2, b"MPF\0II*\0 other pictures", b"MPF"),
        (0xe4, b"vendor data", b"vendor data"),
    ];
    for (marker, content, gone) in cases {
        let shown = cleaned("a.jpg", &jpeg_with(marker, content));
        assert_eq!(shown, jpeg(64, 48), "{}", String::from_utf8_lossy(gone));
    }
    for (marker, content) in [(0xe2, b"ICC_PROFILE\0\x01\x01 colours".as_slice()), (0xee, b"Adobe\0d\0\0\0\0\0\x01")] {
        assert_eq!(copy("a.jpg", &jpeg_with(marker, content)), None, "what shows the colours stays");
    }
    assert!(!holds(&cleaned("a.jpg", &case("samsung-trailer.jpg")), b"Image_UTC_Data"));
    assert_eq!(cleaned("a.jpg", &case("mpo.jpg")).windows(3).filter(|mark| mark == b"\xff\xd8\xff").count(), 1);
    assert_eq!(copy("good.jpg", &case("good.jpg")), None);
    assert_eq!(copy("no-eoi.jpg", &case("no-eoi.jpg")), None);
    assert_eq!(copy("a.pdf", &pdf(b"")), None);
}

#[test]
fn several_scans_of_one_picture_are_kept() {
    let whole = jpeg(64, 48);
    let end = whole.len() - 2;
    let second = b"\xff\xc4\0\x06\xff\xd9ab\xff\xda\0\x08\x01\x01\0\0\x3f\0\x55\xff\0\x55\xff\xd0\x55\xff\xd9".to_vec();
    let progressive = [whole[..end].to_vec(), second].concat();
    assert_eq!(copy("a.jpg", &progressive), None, "an end mark within a segment is no end");
    assert_eq!(cleaned("a.jpg", &[progressive.clone(), b"place".to_vec()].concat()), progressive);
}

#[test]
fn texts_are_removed_from_png_pictures() {
    let whole = png(64, 48);
    let with = |name: &[u8; 4], content: &[u8]| {
        let chunk = [&(content.len() as u32).to_be_bytes()[..], name, content, &[0; 4]].concat();
        [&whole[..33], &chunk, &whole[33..]].concat()
    };
    for name in [b"eXIf", b"tEXt", b"zTXt", b"iTXt", b"tIME"] {
        assert_eq!(cleaned("a.png", &with(name, b"Author\0Li at 30N")), whole);
    }
    for name in [b"gAMA", b"iCCP", b"pHYs"] {
        assert_eq!(copy("a.png", &with(name, b"1234")), None);
    }
    assert_eq!(copy("a.png", &whole), None);
}

fn boxed(name: &[u8; 4], content: &[u8]) -> Vec<u8> {
    [&(content.len() as u32 + 8).to_be_bytes()[..], name, content].concat()
}

/// Builds a HEIC picture with an item of EXIF data.
fn heic(exif: &[u8]) -> Vec<u8> {
    let entry =
        |id: u8, kind: &[u8; 4]| boxed(b"infe", &[b"\x02\0\0\0\0".as_slice(), &[id], b"\0\0", kind, b"\0"].concat());
    let infos = boxed(b"iinf", &[b"\0\0\0\0\0\x02".as_slice(), &entry(1, b"hvc1"), &entry(2, b"Exif")].concat());
    let head = boxed(b"ftyp", b"heic\0\0\0\0mif1heic");
    let meta = |offset: u32| {
        let place = |id: u8, offset: u32, length: u32| {
            [&[0, id, 0, 0, 0, 1][..], &offset.to_be_bytes(), &length.to_be_bytes()].concat()
        };
        let places = [place(1, offset, 10), place(2, offset + 10, exif.len() as u32)].concat();
        let places = boxed(b"iloc", &[b"\0\0\0\0\x44\0\0\x02".as_slice(), &places].concat());
        boxed(b"meta", &[b"\0\0\0\0".as_slice(), &infos, &places].concat())
    };
    let offset = (head.len() + meta(0).len() + 8) as u32;
    [head, meta(offset), boxed(b"mdat", &[&[0x55; 10], exif].concat())].concat()
}

#[test]
fn the_place_and_the_device_are_removed_from_heic_pictures() {
    let photo = heic(&[b"\0\0\0\x06Exif\0\0".to_vec(), exif(true, 6)].concat());
    let kind = kind_of("a.heic").expect("accepted");
    inspect("a.heic", &mut Cursor::new(&photo), 1 << 20).expect("accepted");
    let mut shown = Cursor::new(Vec::new());
    assert!(write_clean_copy(kind, &mut Cursor::new(&photo), &mut shown).expect("written"));
    let shown = shown.into_inner();
    assert_eq!(shown.len(), photo.len(), "nothing moves");
    assert!(holds(&photo, b"PhoneCo") && !holds(&shown, b"PhoneCo") && !holds(&shown, b"118.7585E"));
    assert!(holds(&shown, &[0x55; 10]), "the pixels stay");
    assert_eq!(copy("photo.heic", &case("photo.heic")), None);
    // Places that lead out of the file are not believed.
    let cut = &photo[..photo.len() - 30];
    assert!(inspect("a.heic", &mut Cursor::new(cut), 1 << 20).is_err());
}

/// Returns a part of an archive.
pub fn read_part(file: &[u8], name: &str) -> Vec<u8> {
    let mut archive = ZipArchive::new(Cursor::new(file)).expect("an archive");
    let mut content = Vec::new();
    archive.by_name(name).expect(name).read_to_end(&mut content).expect("read");
    content
}

#[test]
fn the_authors_of_documents_are_removed() {
    let original = case("author.docx");
    let shown = cleaned("author.docx", &original);
    let core = String::from_utf8(read_part(&shown, "docProps/core.xml")).expect("text");
    assert!(!core.contains("张秘密") && core.contains("<dcterms:created") && core.contains("generated by python-docx"));
    assert_eq!(read_part(&shown, "word/document.xml"), read_part(&original, "word/document.xml"));
    assert!(
        !String::from_utf8_lossy(&read_part(&cleaned("a.pptx", &case("nochart.pptx")), "docProps/core.xml"))
            .contains("Canny")
    );
}

/// Builds a document whose properties are in a part with an unusual name.
fn with_properties(properties: &str, more: Vec<crate::adapters::fixtures::Part<'static>>) -> Vec<u8> {
    let core = "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties";
    let rels = relationships(&["word/document.xml"]).replace(
        "</Relationships>",
        &format!("<Relationship Id=\"c\" Type=\"{core}\" Target=\"/props.xml\"/></Relationships>"),
    );
    let types = "<Types><Override PartName=\"/word/document.xml\" ContentType=\
                 \"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml\"/></Types>";
    let mut parts = vec![
        part("[Content_Types].xml", types),
        part("_rels/.rels", rels),
        part("word/document.xml", "<w:document/>"),
        part("props.xml", properties),
    ];
    parts.extend(more);
    archive(parts)
}

#[test]
fn properties_are_found_by_their_relationship() {
    for (text, rest) in [
        ("<c:p><dc:creator>Li &amp; Wang</dc:creator><dc:title>T</dc:title></c:p>", "<dc:title>T</dc:title>"),
        ("<c:p><cp:lastModifiedBy><![CDATA[Li]]></cp:lastModifiedBy><k>1</k></c:p>", "<k>1</k>"),
        ("<c:p><Company>Li &#38; Co</Company><Manager>Li</Manager><Pages>3</Pages></c:p>", "<Pages>3</Pages>"),
    ] {
        let shown = cleaned("a.docx", &with_properties(text, vec![]));
        let properties = String::from_utf8(read_part(&shown, "props.xml")).expect("text");
        assert!(!properties.contains("Li") && properties.contains(rest), "{properties}");
    }
    assert_eq!(copy("a.docx", &with_properties("<c:p><dc:creator></dc:creator></c:p>", vec![])), None);
    assert_eq!(copy("a.docx", &office("docx", vec![])), None);
}

#[test]
fn pictures_and_documents_inside_a_document_are_cleaned_too() {
    let photo = jpeg_with(0xe1, &[b"Exif\0\0".to_vec(), exif(true, 6)].concat());
    let file = with_properties("<c:p/>", vec![part("word/media/image1.jpeg", photo.clone())]);
    let shown = cleaned("a.docx", &file);
    assert!(!holds(&read_part(&shown, "word/media/image1.jpeg"), b"PhoneCo"));
    let inner = with_properties("<c:p><dc:creator>Li</dc:creator></c:p>", vec![]);
    let file = with_properties("<c:p/>", vec![part("word/embeddings/a.docx", inner)]);
    let shown = read_part(&cleaned("a.docx", &file), "word/embeddings/a.docx");
    assert!(!String::from_utf8_lossy(&read_part(&shown, "props.xml")).contains("Li"));
}

/// Builds a stream of properties: the author, a subject, and the last author in UTF-16.
fn properties() -> Vec<u8> {
    let long = |n: u32| n.to_le_bytes();
    let text = |kind: u32, units: u32, bytes: &[u8]| [&long(kind)[..], &long(units), bytes].concat();
    let wide: Vec<u8> = "王五\0".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let values = [text(0x1e, 8, b"Li Secre"), text(0x1e, 8, b"Subject\0"), text(0x1f, 3, &wide)];
    let mut set = [long(200), long(3)].concat();
    let mut at = 8 + 3 * 8;
    for (number, value) in [4_u32, 3, 8].into_iter().zip(&values) {
        set.extend([long(number), long(at)].concat());
        at += value.len() as u32;
    }
    let head = [b"\xfe\xff\0\0\0\0\0\0".as_slice(), &[0; 16], &long(1), &[0; 16], &long(48)].concat();
    [head, set, values.concat()].concat()
}

/// Writes numbers of four bytes at offsets of a file.
fn put(file: &mut [u8], numbers: &[(usize, u32)]) {
    for (at, number) in numbers {
        file[*at..at + 4].copy_from_slice(&number.to_le_bytes());
    }
}

#[test]
fn the_authors_of_older_documents_are_emptied_in_place() {
    const END: u32 = 0xffff_fffe;
    const TABLE: usize = 512;
    const ENTRY: usize = 1024 + 2 * 128;
    let names = ["WordDocument", "\u{5}SummaryInformation"];
    let mut own = properties();
    own.resize(4096, 0);
    let mut with_sectors = ole(&names, &own);
    put(&mut with_sectors, &[(ENTRY + 116, 2), (ENTRY + 120, 4096), (TABLE + 9 * 4, END)]);
    put(&mut with_sectors, &(2..9).map(|sector| (TABLE + sector * 4, sector as u32 + 1)).collect::<Vec<_>>());
    // The stream begins in the second small sector of the root's sector; their table is the sector after it.
    let mut shared = vec![0; 64];
    shared.extend(properties());
    shared.resize(512, 0);
    let table: Vec<u8> = [END, 2, 3, END].into_iter().flat_map(u32::to_le_bytes).collect();
    let mut with_small_sectors = ole(&names, &[shared, table].concat());
    let size = properties().len() as u32;
    put(&mut with_small_sectors, &[(ENTRY + 116, 1), (ENTRY + 120, size), (1024 + 116, 2), (1024 + 120, 512)]);
    put(&mut with_small_sectors, &[(60, 3), (TABLE + 2 * 4, END), (TABLE + 3 * 4, END)]);
    let last: Vec<u8> = "王五".encode_utf16().flat_map(u16::to_le_bytes).collect();
    for (name, file) in [("a.doc", with_sectors), ("b.doc", with_small_sectors)] {
        let shown = cleaned(name, &file);
        assert_eq!(shown.len(), file.len(), "{name}: nothing moves");
        assert!(holds(&file, b"Li Secre") && !holds(&shown, b"Li Secre") && !holds(&shown, &last), "{name}");
        assert!(holds(&shown, b"Subject"), "{name}: what does not name people stays");
    }
    assert_eq!(copy("a.wps", &case("a.wps")), None);
}
