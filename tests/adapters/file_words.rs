//! The words for files: every code of a refusal, a content, a remedy and a note has its message in both languages, and
//! no message is left over.

use std::collections::BTreeSet;

use luyue::adapters::files::{Content as C, FileError as E, FileFlag as F, Remedy};

use crate::support::files;

const CONTENTS: &[C] = &[
    C::Pdf,
    C::Png,
    C::Jpeg,
    C::Heif,
    C::Docx,
    C::Xlsx,
    C::Pptx,
    C::MacroOffice,
    C::Doc,
    C::Xls,
    C::Ppt,
    C::Ole,
    C::LockedOffice,
    C::Ofd,
    C::Xml,
    C::Text,
    C::WideText,
    C::Html,
    C::Svg,
    C::Mhtml,
    C::Webp,
    C::Gif,
    C::Bmp,
    C::Tiff,
    C::Rtf,
    C::OpenDocument,
    C::Zip,
    C::Rar,
    C::SevenZip,
    C::Gzip,
    C::Program,
    C::Script,
    C::Media,
    C::Unknown,
];

const FLAGS: &[F] = &[
    F::Scripts,
    F::OpenAction,
    F::Launch,
    F::EmbeddedFile,
    F::SubmitForm,
    F::OtherFile,
    F::Xfa,
    F::RichMedia,
    F::OleObject,
    F::Controls,
    F::RemoteTemplate,
    F::ExternalContent,
    F::Dde,
    F::Signed,
    F::Locked,
    F::Encrypted,
    F::NamesAuthor,
    F::NoPreview,
];

fn errors() -> Vec<E> {
    let (found, part) = (C::Html, || "word/a.bin".to_owned());
    vec![
        E::Empty,
        E::TooLarge { limit: 1 },
        E::TypeRefused { found, ending: "exe".to_owned() },
        E::TypeRefused { found, ending: String::new() },
        E::Mismatch { found, ending: "xls".to_owned() },
        E::Damaged(""),
        E::Hidden,
        E::Macros { part: part() },
        E::Encrypted,
        E::Infected { name: "Eicar-Test-Signature".to_owned() },
        E::Bomb,
        E::Path { part: part() },
        E::MainParts { part: part() },
        E::Nested { part: part() },
        E::XmlEntities { part: part() },
        E::Missing,
        E::Changed,
        E::Store(String::new()),
    ]
}

#[test]
fn every_code_has_a_message_in_both_languages() {
    let remedies = ["rename", "csv", "office", "picture", "unpack", "pdf", "never"];
    let codes: BTreeSet<String> = errors()
        .iter()
        .map(|error| error.code().to_owned())
        .chain(CONTENTS.iter().map(|content| format!("file-is-{}", content.code())))
        .chain(FLAGS.iter().map(|flag| flag.message_key().to_owned()))
        .chain(remedies.map(|remedy| format!("file-fix-{remedy}")))
        .collect();
    for language in ["zh-CN", "en"] {
        let text = files::text(&format!("locales/{language}/files.ftl"));
        let keys = text.lines().filter_map(|line| line.split_once(" = ")).map(|(key, _)| key.to_owned());
        assert_eq!(keys.collect::<BTreeSet<_>>(), codes, "{language}");
    }
}

#[test]
fn every_content_has_a_remedy_that_fits() {
    for content in CONTENTS {
        for named in ["xls", "docx", "txt", "exe", "bat", ""] {
            if let Remedy::Rename(ending) = content.remedy(named) {
                let name = format!("a{ending}");
                assert!(luyue::adapters::files::kind_of(&name).is_some(), "{content:?} is not accepted as {ending}");
            }
        }
    }
}

#[test]
fn what_cannot_be_a_table_is_not_to_be_renamed_to_one() {
    for ending in ["exe", "bat", "cmd", "com", "sh", "js", "vbs", "ps1", "py", "jar"] {
        for content in [C::Text, C::Program, C::Script, C::Unknown, C::Zip] {
            assert_eq!(content.remedy(ending), Remedy::Never, "{content:?} named .{ending}");
        }
        assert_eq!(C::Pdf.remedy(ending), Remedy::Rename(".pdf"), "{ending}");
    }
    for ending in ["", "txt", "md", "log", "docx", "pdf", "jpg"] {
        assert_eq!(C::Text.remedy(ending), Remedy::Pdf, "{ending}");
    }
    for ending in ["xlsx", "xls", "tsv", "et"] {
        assert_eq!(C::Text.remedy(ending), Remedy::Rename(".csv"), "{ending}");
    }
}
