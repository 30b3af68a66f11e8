//! The PDF structure tree, for assistive technology: headings, paragraphs, tables with their heads, figures, in reading
//! order.

use crate::adapters::pdf::document::TextLang;

/// Index of a node in `Tree`.
pub type NodeId = usize;

/// A structure type of ISO 32000, 14.8.4.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagKind {
    Document,
    Title,
    Heading(u8),
    /// Part of a heading in one language.
    Span,
    Paragraph,
    Table,
    TableRow,
    /// Header of a column or, with `of_row`, of a row.
    TableHead {
        of_row: bool,
    },
    TableCell,
    List,
    ListItem,
    ListLabel,
    ListBody,
    Figure,
}

impl TagKind {
    /// Returns the structure type's name in the file.
    pub fn name(self) -> &'static str {
        match self {
            TagKind::Document => "Document",
            TagKind::Title => "H1",
            TagKind::Heading(1) => "H2",
            TagKind::Heading(_) => "H3",
            TagKind::Span => "Span",
            TagKind::Paragraph => "P",
            TagKind::Table => "Table",
            TagKind::TableRow => "TR",
            TagKind::TableHead { .. } => "TH",
            TagKind::TableCell => "TD",
            TagKind::List => "L",
            TagKind::ListItem => "LI",
            TagKind::ListLabel => "Lbl",
            TagKind::ListBody => "LBody",
            TagKind::Figure => "Figure",
        }
    }
}

/// An element of the tree.
#[derive(Debug, Clone)]
pub struct Node {
    pub kind: TagKind,
    pub lang: Option<TextLang>,
    /// Alternative text of a figure.
    pub alt: Option<String>,
    pub children: Vec<NodeId>,
}

/// All elements in reading order; parents come before their children.
#[derive(Debug)]
pub struct Tree {
    nodes: Vec<Node>,
    base: TextLang,
}

impl Tree {
    /// Id of the root.
    pub const ROOT: NodeId = 0;

    /// Creates a tree for a document in the language `base`.
    pub fn new(base: TextLang) -> Tree {
        Tree { nodes: vec![Node { kind: TagKind::Document, lang: None, alt: None, children: Vec::new() }], base }
    }

    /// Adds an element under `parent`.
    pub fn add(&mut self, parent: NodeId, kind: TagKind) -> NodeId {
        let id = self.nodes.len();
        self.nodes.push(Node { kind, lang: None, alt: None, children: Vec::new() });
        if let Some(node) = self.nodes.get_mut(parent) {
            node.children.push(id);
        }
        id
    }

    /// Adds an element whose text is in `lang`.
    pub fn add_in(&mut self, parent: NodeId, kind: TagKind, lang: TextLang) -> NodeId {
        let id = self.add(parent, kind);
        let other = (lang != self.base).then_some(lang);
        if let Some(node) = self.nodes.get_mut(id) {
            node.lang = other;
        }
        id
    }

    /// Adds a figure.
    pub fn add_figure(&mut self, parent: NodeId, alt: &str) -> NodeId {
        let id = self.add(parent, TagKind::Figure);
        if let Some(node) = self.nodes.get_mut(id) {
            node.alt = Some(alt.to_owned());
        }
        id
    }

    /// Returns the elements by id.
    pub fn nodes(&self) -> &[Node] {
        &self.nodes
    }
}
