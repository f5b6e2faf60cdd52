//! The book as pages of HTML: the documents of this project, with a list of all pages beside each.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};

use super::page::escaped;

include!(concat!(env!("OUT_DIR"), "/book.rs"));

/// The page that lists all others, which is part of each.
const SUMMARY: &str = "SUMMARY.md";

/// The page with which the book begins.
const FIRST: &str = "introduction.md";

/// The looks of the book.
const STYLE: &str = include_str!("book.css");

/// The files of the book: their names, and what is in them.
pub(super) fn files() -> Vec<(String, Vec<u8>)> {
    let summary = page_named(SUMMARY);
    let pages = PAGES.iter().filter(|(name, _)| *name != SUMMARY);
    let mut files: Vec<(String, Vec<u8>)> = pages
        .map(|(name, text)| (address(name), whole(name, text, summary).into_bytes()))
        .collect();
    let first = ("index.html".to_owned(), whole(FIRST, page_named(FIRST), summary).into_bytes());
    files.push(first);
    files.push(("book.css".to_owned(), STYLE.as_bytes().to_vec()));
    let pictures =
        PICTURES.iter().map(|(name, bytes)| (format!("pictures/{name}"), bytes.to_vec()));
    files.extend(pictures);
    files
}

fn page_named(wanted: &str) -> &'static str {
    let page = PAGES.iter().find(|(name, _)| *name == wanted);
    page.map(|(_, text)| *text).expect("the book has this page")
}

/// A page with the list of all pages.
fn whole(name: &str, text: &str, summary: &str) -> String {
    let title = text.lines().find_map(|line| line.strip_prefix("# ")).unwrap_or(name);
    let (title, list, text) = (escaped(title), rendered(summary, Some(name)), rendered(text, None));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <title>{title}</title>\n<link rel=\"stylesheet\" href=\"book.css\">\
         <link rel=\"icon\" href=\"data:,\"></head>\n\
         <body><nav aria-label=\"Pages\"><p><a href=\"../index.html\">Open the app</a></p>\n{list}</nav>\n\
         <main>\n{text}</main>\n</body></html>\n"
    )
}

/// Markdown as HTML. Links between documents lead to their pages; the link to `current` is marked.
fn rendered(text: &str, current: Option<&str>) -> String {
    let options = Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH;
    let mut events: Vec<Event> = Parser::new_ext(text, options).collect();
    name_headings(&mut events);
    let mut left_out = Vec::new();
    let events = events.into_iter().filter_map(|event| match event {
        Event::Start(Tag::Link { link_type, dest_url, title, id }) => {
            let target = linked(&dest_url);
            left_out.push(target.is_none());
            let is_current = current.is_some_and(|current| *dest_url == *current);
            match target {
                Some(target) if is_current => {
                    Some(Event::Html(format!("<a href=\"{target}\" aria-current=\"page\">").into()))
                }
                Some(target) => {
                    Some(Event::Start(Tag::Link { link_type, dest_url: target.into(), title, id }))
                }
                None => None,
            }
        }
        Event::End(TagEnd::Link) if left_out.pop() == Some(true) => None,
        other => Some(other),
    });
    let mut page = String::new();
    html::push_html(&mut page, events);
    // What may be wider than the page can be scrolled by keyboard.
    page.replace("<pre>", "<pre tabindex=\"0\">")
        .replace("<table>", "<div class=\"wide\" tabindex=\"0\"><table>")
        .replace("</table>", "</table></div>")
}

/// Where a link leads: a page of the book, or another site. Files that are not in the book have no link.
fn linked(target: &str) -> Option<String> {
    let (file, place) =
        target.split_once('#').map_or((target, None), |(file, place)| (file, Some(place)));
    let page = PAGES.iter().any(|(name, _)| *name == file).then(|| address(file));
    let is_here = file.is_empty() || file.starts_with("https://") || file.starts_with("pictures/");
    let page = page.or_else(|| is_here.then(|| file.to_owned()))?;
    Some(place.map_or_else(|| page.clone(), |place| format!("{page}#{place}")))
}

fn address(name: &str) -> String {
    format!("{}.html", name.trim_end_matches(".md"))
}

/// Every heading gets the name by which links within the documents find it: its words, in lower case, with hyphens.
fn name_headings(events: &mut [Event<'_>]) {
    let mut begun = None;
    let mut words = String::new();
    for at in 0..events.len() {
        match &events[at] {
            Event::Start(Tag::Heading { level: HeadingLevel::H1, .. }) => begun = None,
            Event::Start(Tag::Heading { .. }) => {
                (begun, words) = (Some(at), String::new());
            }
            Event::Text(text) | Event::Code(text) if begun.is_some() => words += text,
            Event::End(TagEnd::Heading(_)) => {
                let name: CowStr = slug(&words).into();
                if let Some(Event::Start(Tag::Heading { id, .. })) =
                    begun.take().and_then(|begun| events.get_mut(begun))
                {
                    *id = Some(name);
                }
            }
            _ => {}
        }
    }
}

fn slug(words: &str) -> String {
    let kept = words
        .chars()
        .filter(|character| character.is_alphanumeric() || matches!(character, ' ' | '-' | '_'));
    kept.map(|character| if character == ' ' { '-' } else { character.to_ascii_lowercase() })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_link_leads_to_a_file_of_the_book() {
        let files = files();
        let exists = |name: &str| files.iter().any(|(file, _)| file == name);
        for (name, bytes) in files.iter().filter(|(name, _)| name.ends_with(".html")) {
            let text = std::str::from_utf8(bytes).unwrap();
            let places = |attribute: &'static str| {
                text.split(attribute).skip(1).map(|rest| rest.split_once('"').unwrap().0)
            };
            for target in places("href=\"").chain(places("src=\"")) {
                let (file, place) = target.split_once('#').unwrap_or((target, ""));
                if target.starts_with("https://") || ["data:,", "../index.html"].contains(&target) {
                    continue;
                }
                let of = if file.is_empty() { name } else { file };
                assert!(exists(of), "{name}: {target}");
                let there = files.iter().find(|(file, _)| file == of).unwrap();
                let id = format!("id=\"{place}\"");
                let has_place = place.is_empty() || String::from_utf8_lossy(&there.1).contains(&id);
                assert!(has_place, "{name}: {target}");
            }
        }
        assert!(exists("index.html") && exists("pictures/hull.svg"));
    }

    #[test]
    fn the_list_marks_the_page_that_is_shown() {
        let files = files();
        let (_, bytes) = files.iter().find(|(name, _)| name == "xray.html").unwrap();
        let text = std::str::from_utf8(bytes).unwrap();
        assert!(text.contains("<a href=\"xray.html\" aria-current=\"page\">"));
        assert!(
            text.contains("tabindex=\"0\"><table>") && text.contains("<h2 id=\"what-is-exact\">")
        );
    }
}
