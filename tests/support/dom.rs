//! Pages read as a browser reads them: the forms on a page, and what their fields hold.

use scraper::{ElementRef, Html, Selector};

use crate::support::app;
use crate::support::visitor::{Page, Visitor};

/// A form on a page, with the values that a browser would send.
#[derive(Debug, Clone)]
pub struct ShownForm {
    /// Address to which it is sent.
    pub action: String,
    /// Names and values, in the order of the page; buttons and files are not among them.
    pub fields: Vec<(String, String)>,
    /// Names and values of its buttons, in the order of the page.
    pub buttons: Vec<(String, String)>,
    /// Names of the fields into which text is typed, in the order of the page.
    pub texts: Vec<String>,
    /// Names of the fields in which something is chosen.
    pub choices: Vec<String>,
    /// True for a form that takes files.
    pub takes_files: bool,
    /// True for a form that changes something, false for one of filters.
    pub is_posted: bool,
}

fn selector(text: &str) -> Selector {
    Selector::parse(text).unwrap_or_else(|error| panic!("{text}: {error:?}"))
}

impl Page {
    /// Parses the page.
    pub fn dom(&self) -> Html {
        Html::parse_document(&self.text)
    }

    /// Returns the text of every element that matches a CSS selector.
    pub fn texts(&self, of: &str) -> Vec<String> {
        let text = |element: ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
        self.dom().select(&selector(of)).map(text).collect()
    }

    /// Returns the text of the first element that matches a CSS selector.
    #[track_caller]
    pub fn text_of(&self, of: &str) -> String {
        self.texts(of).into_iter().next().unwrap_or_else(|| panic!("no {of}: {}", self.text))
    }

    /// Returns whether an element matches a CSS selector.
    pub fn has(&self, of: &str) -> bool {
        self.dom().select(&selector(of)).next().is_some()
    }

    /// Returns an attribute of every element that matches a CSS selector and has it.
    pub fn attrs(&self, of: &str, name: &str) -> Vec<String> {
        attrs_of(&self.dom(), of, name)
    }

    /// Returns an attribute of the first element that matches a CSS selector.
    #[track_caller]
    pub fn attr(&self, of: &str, name: &str) -> String {
        self.attrs(of, name).into_iter().next().unwrap_or_else(|| panic!("no {name} of {of}: {}", self.text))
    }

    /// Returns the links within the elements that match a CSS selector, each with its text.
    pub fn links_in(&self, of: &str) -> Vec<(String, String)> {
        let dom = self.dom();
        let links = selector(&format!("{of} a[href]"));
        let link = |link: ElementRef<'_>| {
            (link.attr("href").unwrap_or_default().to_owned(), link.text().collect::<String>().trim().to_owned())
        };
        dom.select(&links).map(link).collect()
    }

    /// Returns the texts of the cells of every row of the first table that matches a CSS selector, headings of rows
    /// included.
    pub fn rows(&self, of: &str) -> Vec<Vec<String>> {
        let dom = self.dom();
        let (row, cell) = (selector("tbody tr"), selector("th, td"));
        let text = |element: ElementRef<'_>| element.text().collect::<String>().trim().to_owned();
        let Some(table) = dom.select(&selector(of)).next() else { return Vec::new() };
        table.select(&row).map(|row| row.select(&cell).map(text).collect()).collect()
    }

    /// Returns the address of the first link that begins with a text.
    #[track_caller]
    pub fn dom_link(&self, start: &str) -> String {
        let dom = self.dom();
        let links = selector("a[href]");
        let found = dom.select(&links).filter_map(|link| link.attr("href")).find(|at| at.starts_with(start));
        found.unwrap_or_else(|| panic!("no link to {start}")).to_owned()
    }

    /// Returns the first form whose address begins with a text.
    #[track_caller]
    pub fn form(&self, action: &str) -> ShownForm {
        let mut found = self.forms().into_iter().filter(|form| form.action.starts_with(action));
        found.next().unwrap_or_else(|| panic!("no form to {action}: {}", self.text))
    }

    /// Returns the first form whose address ends with a text.
    #[track_caller]
    pub fn form_ending(&self, action: &str) -> ShownForm {
        let mut found = self.forms().into_iter().filter(|form| form.action.ends_with(action));
        found.next().unwrap_or_else(|| panic!("no form to {action}: {}", self.text))
    }

    /// Returns every form, in the order of the page.
    pub fn forms(&self) -> Vec<ShownForm> {
        forms_of(&self.dom())
    }
}

/// Returns every form of a page that was parsed, in its order.
pub fn forms_of(page: &Html) -> Vec<ShownForm> {
    page.select(&selector("form")).map(ShownForm::read).collect()
}

/// Returns an attribute of every element of a parsed page that matches a CSS selector and has it.
pub fn attrs_of(page: &Html, of: &str, name: &str) -> Vec<String> {
    page.select(&selector(of)).filter_map(|element| element.attr(name).map(str::to_owned)).collect()
}

impl ShownForm {
    fn read(form: ElementRef<'_>) -> Self {
        let mut shown = ShownForm {
            action: form.attr("action").unwrap_or_default().to_owned(),
            fields: Vec::new(),
            buttons: Vec::new(),
            texts: Vec::new(),
            choices: Vec::new(),
            takes_files: form.attr("enctype") == Some("multipart/form-data"),
            is_posted: form.attr("method") == Some("post"),
        };
        for element in form.select(&selector("input, select, textarea, button")) {
            let name = element.attr("name").unwrap_or_default().to_owned();
            let value = element.attr("value").unwrap_or_default().to_owned();
            let kind = element.attr("type").unwrap_or_default();
            let is_text = matches!(kind, "" | "text" | "search" | "email" | "tel" | "url");
            if element.value().name() == "textarea" || element.value().name() == "input" && is_text {
                shown.texts.push(name.clone());
            }
            if element.value().name() == "select" || matches!(kind, "checkbox" | "radio") {
                shown.choices.push(name.clone());
            }
            match (element.value().name(), kind) {
                ("button", "button") | ("input", "file") => {}
                ("button", _) | ("input", "submit") => shown.buttons.push((name, value)),
                ("input", "checkbox" | "radio") if element.attr("checked").is_none() => {}
                ("input", _) => shown.fields.push((name, value)),
                // The parser drops the line break after the start tag, as browsers do.
                ("textarea", _) => shown.fields.push((name, element.text().collect())),
                _ => {
                    let options: Vec<ElementRef<'_>> = element.select(&selector("option")).collect();
                    let chosen = options.iter().find(|option| option.attr("selected").is_some());
                    if let Some(option) = chosen.or(options.first()) {
                        shown.fields.push((name, option.attr("value").unwrap_or_default().to_owned()));
                    }
                }
            }
        }
        shown.fields.retain(|(name, _)| !name.is_empty());
        shown.texts.retain(|name| !name.is_empty());
        shown
    }

    /// Returns what a field holds; `None` for a field that would not be sent.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// Returns the form with other values in some fields.
    #[track_caller]
    pub fn with(mut self, fields: &[(&str, &str)]) -> Self {
        for (name, value) in fields {
            match self.fields.iter_mut().find(|(known, _)| known == name) {
                Some((_, old)) => *old = (*value).to_owned(),
                None => self.fields.push(((*name).to_owned(), (*value).to_owned())),
            }
        }
        self
    }

    /// Sends the form as Enter in one of its fields does: by its first button.
    pub fn enter(&self, visitor: &Visitor<'_>) -> Page {
        self.press(visitor, self.buttons.first())
    }

    /// Sends the form by one of its buttons of the name `do`, or by the first that people see.
    #[track_caller]
    pub fn send(&self, visitor: &Visitor<'_>, button: &str) -> Page {
        let wanted = ("do".to_owned(), button.to_owned());
        let is_seen = |(name, value): &&(String, String)| name != "enter" && value != "stay";
        let pressed = match button {
            "" => self.buttons.iter().find(is_seen),
            _ => Some(
                self.buttons.iter().find(|known| **known == wanted).unwrap_or_else(|| panic!("no {button}: {self:?}")),
            ),
        };
        self.press(visitor, pressed)
    }

    fn press(&self, visitor: &Visitor<'_>, pressed: Option<&(String, String)>) -> Page {
        let all = self.fields.iter().chain(pressed.into_iter().filter(|(name, _)| !name.is_empty()));
        let all: Vec<(&str, &str)> = all.map(|(name, value)| (name.as_str(), value.as_str())).collect();
        if self.takes_files {
            return visitor.send_body(&self.action, &app::form("files", &all, &[]));
        }
        visitor.post(&self.action, &all)
    }
}
