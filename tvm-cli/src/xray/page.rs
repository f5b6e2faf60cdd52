//! The page: what it shows as JSON, and where the bytes are, in elements of the page or in files beside it. Names and texts
//! of a program are data, never HTML.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use tvm_insight::session::HostRecord;

use super::assets::{LICENCES, RUNTIME, SCRIPT, STYLE};
use super::lines::Lines;

/// From where the page is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Door {
    /// One file with everything in it.
    File,
    /// The server of `tvm xray`.
    Server,
    /// Any web host.
    Site,
}

/// What of the app is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum View {
    /// Everything.
    Xray,
    /// The program, an input and its output.
    Run,
}

/// How a program is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    /// A model file with the program in its weights.
    Model,
    /// A module, WebAssembly text or token text.
    Program,
}

/// A program that the page can open.
pub(super) struct Program {
    /// What it is called.
    pub(super) title: String,
    pub(super) kind: Kind,
    pub(super) data: Vec<u8>,
    /// A model file with the program in its weights, to be run instead of the universal one.
    pub(super) model: Option<Vec<u8>>,
    pub(super) input: Vec<u8>,
    pub(super) source: Option<Source>,
    /// Of which line of the source the places of the code are.
    pub(super) lines: Lines,
    /// A line about it.
    pub(super) about: Option<String>,
    /// What its host did in a run.
    pub(super) host: Option<HostRecord>,
}

/// The text that a module was compiled from.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Source {
    /// The name of the file.
    pub(super) name: String,
    pub(super) text: String,
}

/// Everything that a page is made of.
pub(super) struct Page {
    pub(super) title: String,
    pub(super) view: View,
    /// The universal model; without it no program is opened that is not in its model.
    pub(super) universal: Option<&'static [u8]>,
    pub(super) programs: Vec<Program>,
    /// Where the book is, on a site.
    pub(super) book: Option<&'static str>,
}

/// The description in the page: its shape is that of `Page` in the app.
#[derive(Serialize)]
struct Description<'page> {
    door: Door,
    view: View,
    wasm: String,
    universal: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    book: Option<&'page str>,
    programs: Vec<Described<'page>>,
}

#[derive(Serialize)]
struct Described<'page> {
    title: &'page str,
    name: &'page str,
    kind: Kind,
    data: String,
    model: Option<String>,
    input: String,
    source: Option<&'page Source>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    lines: &'page [(u32, u32)],
    about: Option<&'page str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    host: Option<&'page HostRecord>,
}

/// A file beside the page.
pub(super) struct File<'page> {
    pub(super) name: String,
    pub(super) bytes: &'page [u8],
}

impl Page {
    /// The files that the page and the others refer to, the page among them.
    pub(super) fn data(&self) -> Vec<File<'_>> {
        fn file<'page>(name: &str, bytes: &'page [u8]) -> File<'page> {
            File { name: name.to_owned(), bytes }
        }
        let mut files = vec![file("tvm_web_bg.wasm.gz", RUNTIME)];
        files.extend(self.universal.map(|model| file("universal.tvm", model)));
        let programs = self.programs.iter().enumerate();
        for (number, program) in programs {
            files.push(file(&format!("program-{number}.bin"), &program.data));
            let model = program.model.as_deref();
            files.extend(model.map(|model| file(&format!("program-{number}.tvm"), model)));
        }
        files
    }

    /// The page, whose data and app are files beside it.
    pub(super) fn beside_files(&self, door: Door) -> String {
        let names = self.data().into_iter().map(|file| file.name).collect();
        let style = "<link rel=\"stylesheet\" href=\"app.css\">";
        self.html((door, names), style, "", "<script src=\"app.js\"></script>")
    }

    /// The page with everything in it.
    pub(super) fn self_contained(&self) -> String {
        let (mut names, mut elements) = (Vec::new(), String::new());
        for (number, file) in self.data().iter().enumerate() {
            names.push(format!("#tvm-data-{number}"));
            elements += &format!("<script type=\"text/plain\" id=\"tvm-data-{number}\">");
            elements += &STANDARD.encode(file.bytes);
            elements += "</script>\n";
        }
        elements += "<script type=\"text/plain\" id=\"licences\">";
        elements += LICENCES;
        elements += "</script>\n";
        let style = format!("<style>{STYLE}</style>");
        self.html((Door::File, names), &style, &elements, &format!("<script>{SCRIPT}</script>"))
    }

    fn html(
        &self,
        (door, names): (Door, Vec<String>),
        style: &str,
        elements: &str,
        script: &str,
    ) -> String {
        let description = serde_json::to_string(&self.description(door, names));
        let description = in_script(&description.expect("the description can be JSON"));
        let title = escaped(&self.title);
        format!(
            "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
             <title>{title}</title>\n{style}<link rel=\"icon\" href=\"data:,\"></head>\n\
             <body><div id=\"app\"></div>\n\
             <script type=\"application/json\" id=\"tvm-page\">{description}</script>\n\
             {elements}{script}\n</body></html>\n"
        )
    }

    /// What the page shows; `names` says where the files of [`Page::data`] are.
    fn description(&self, door: Door, names: Vec<String>) -> Description<'_> {
        let mut names = names.into_iter();
        let mut next = || names.next().expect("every file has a name");
        let wasm = next();
        let universal = self.universal.map(|_| next());
        let programs = self.programs.iter().map(|program| Described {
            title: &program.title,
            name: &program.title,
            kind: program.kind,
            data: next(),
            model: program.model.as_ref().map(|_| next()),
            input: STANDARD.encode(&program.input),
            source: program.source.as_ref(),
            lines: &program.lines,
            about: program.about.as_deref(),
            host: program.host.as_ref(),
        });
        let programs = programs.collect();
        Description { door, view: self.view, wasm, universal, book: self.book, programs }
    }
}

/// JSON within a script element: nothing in it ends the element or begins a comment.
fn in_script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Text within HTML.
pub(super) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for character in text.chars() {
        match character {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOSTILE: &str = "</script><script>alert(1)</script><!--\u{2028}";

    fn page() -> Page {
        let text = HOSTILE.to_owned();
        let source = Some(Source { name: text.clone(), text: text.clone() });
        let (title, about) = (text.clone(), Some(text));
        let program = Program {
            title,
            kind: Kind::Program,
            data: HOSTILE.into(),
            model: Some(b"its model".to_vec()),
            input: HOSTILE.into(),
            source,
            lines: Lines::new(),
            about,
            host: None,
        };
        let (view, universal) = (View::Xray, Some(&b"model"[..]));
        Page { title: HOSTILE.to_owned(), view, universal, programs: vec![program], book: None }
    }

    /// The text of the element with the description.
    fn description(html: &str) -> serde_json::Value {
        let begun = html.split_once("id=\"tvm-page\">").unwrap().1;
        serde_json::from_str(begun.split_once("</script>").unwrap().0).unwrap()
    }

    #[test]
    fn names_and_texts_stay_data() {
        for html in [page().beside_files(Door::Server), page().self_contained()] {
            assert!(!html.contains("alert(1)</script>"));
            assert!(html.contains("<title>&lt;/script&gt;&lt;script&gt;alert(1)"));
            let description = description(&html);
            let program = &description["programs"][0];
            for name in ["title", "name", "about"] {
                assert_eq!(program[name], HOSTILE);
            }
            assert_eq!(program["source"]["text"], HOSTILE);
            assert_eq!(program["input"], STANDARD.encode(HOSTILE));
        }
    }

    #[test]
    fn one_file_has_all_bytes_in_it() {
        let (page, html) = (page(), page().self_contained());
        let description = description(&html);
        let program = &description["programs"][0];
        let addresses =
            [&description["wasm"], &description["universal"], &program["data"], &program["model"]];
        assert_eq!(page.data().len(), addresses.len());
        for (file, address) in page.data().iter().zip(addresses) {
            let id = address.as_str().unwrap().strip_prefix('#').unwrap();
            let text = html.split_once(&format!("id=\"{id}\">")).unwrap().1;
            let text = text.split_once("</script>").unwrap().0;
            assert_eq!(STANDARD.decode(text).unwrap(), file.bytes);
        }
        assert!(!SCRIPT.contains("</script") && !STYLE.contains("</style"));
        assert!(html.contains(LICENCES) && !LICENCES.contains("</script"));
        for remote in ["src=\"", "href=\"http", "url(http"] {
            let outside = html.replace(SCRIPT, "").replace(LICENCES, "");
            assert!(!outside.contains(remote), "{remote}");
        }
    }
}
