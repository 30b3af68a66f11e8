//! Notes on accepted files, for those who decide on them: active content, signatures, locks, and formats without a
//! preview. They are stored with the file as message keys.

/// A note on an accepted file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FileFlag {
    /// PDF with scripts (`/JS`, `/JavaScript`).
    Scripts,
    /// PDF with an action on opening (`/OpenAction`, `/AA`).
    OpenAction,
    /// PDF that starts programs (`/Launch`).
    Launch,
    /// PDF with embedded files (`/EmbeddedFile`).
    EmbeddedFile,
    /// PDF form that sends its entries to an address (`/SubmitForm`, `/ImportData`).
    SubmitForm,
    /// PDF with actions that open another file (`/GoToR`, `/GoToE`).
    OtherFile,
    /// PDF with an XFA form, which can run scripts (`/XFA`).
    Xfa,
    /// PDF with video, sound or 3D content (`/RichMedia`, `/3D`, `/Movie`, `/Sound`).
    RichMedia,
    /// Document with an embedded OLE object.
    OleObject,
    /// Document with ActiveX controls.
    Controls,
    /// Document whose template is loaded from the network.
    RemoteTemplate,
    /// Document that loads external content.
    ExternalContent,
    /// Document with a DDE field or link, which can start programs.
    Dde,
    /// Document with a digital signature or an electronic seal.
    Signed,
    /// Document that opens but is locked for editing.
    Locked,
    /// Document encrypted without a password to open, whose objects could not all be inspected.
    Encrypted,
    /// PDF that names its author and cannot be cleaned: signed, encrypted or compressed.
    NamesAuthor,
    /// Format that browsers do not show.
    NoPreview,
}

impl FileFlag {
    /// Returns the message key of the flag.
    pub fn message_key(self) -> &'static str {
        match self {
            Self::Scripts => "file-flag-scripts",
            Self::OpenAction => "file-flag-open-action",
            Self::Launch => "file-flag-launch",
            Self::EmbeddedFile => "file-flag-embedded-file",
            Self::SubmitForm => "file-flag-submit-form",
            Self::OtherFile => "file-flag-other-file",
            Self::Xfa => "file-flag-xfa",
            Self::RichMedia => "file-flag-rich-media",
            Self::OleObject => "file-flag-ole-object",
            Self::Controls => "file-flag-controls",
            Self::RemoteTemplate => "file-flag-remote-template",
            Self::ExternalContent => "file-flag-external-content",
            Self::Dde => "file-flag-dde",
            Self::Signed => "file-flag-signed",
            Self::Locked => "file-flag-locked",
            Self::Encrypted => "file-flag-encrypted",
            Self::NamesAuthor => "file-flag-names-author",
            Self::NoPreview => "file-flag-no-preview",
        }
    }
}
