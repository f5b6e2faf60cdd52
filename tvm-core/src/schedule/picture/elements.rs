//! Elements that all parts of the picture use.

use svg::node::element::{Element, Group, Line, Rectangle, Text, Title};

/// How wide a letter of a name is, at a size of 1: fonts of fixed width agree on 0.6.
const LETTER: f64 = 0.602;

/// For names: fonts of fixed width, so that it is known what fits.
pub(super) const FIXED: &str = "ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace";

/// Text at a place of its baseline. On one line, so that no space is added to it.
pub(super) fn text(x: f64, y: f64, content: &str) -> Element {
    Text::new(legible(content)).set("x", x).set("y", y).into()
}

pub(super) fn rectangle(x: f64, y: f64, width: f64, height: f64) -> Rectangle {
    Rectangle::new().set("x", x).set("y", y).set("width", width).set("height", height)
}

pub(super) fn line(from: (f64, f64), to: (f64, f64)) -> Line {
    Line::new().set("x1", from.0).set("y1", from.1).set("x2", to.0).set("y2", to.1)
}

/// A group about which more is said when it is pointed at.
pub(super) fn told(tooltip: &str) -> Group {
    Group::new().add(Title::new(legible(tooltip)))
}

/// Characters that no XML document may have are shown as such; `<` and `&` are the writer's matter.
pub(super) fn legible(content: &str) -> String {
    let is_allowed = |character: char| match character {
        '\t' | '\n' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control(),
    };
    content
        .chars()
        .map(|character| if is_allowed(character) { character } else { '\u{fffd}' })
        .collect()
}

/// As much of a name as fits, in letters of fixed width. Those outside of ASCII may be twice as wide.
pub(super) fn fitting(name: &str, width: f64, size: f64) -> String {
    let room = (width / (LETTER * size)).floor() as usize;
    let wide = |character: char| if character.is_ascii() { 1 } else { 2 };
    if name.chars().map(wide).sum::<usize>() <= room {
        return name.to_string();
    }
    let mut used = wide('…');
    let kept = name.chars().take_while(|&character| {
        used += wide(character);
        used <= room
    });
    let kept: String = kept.collect();
    if kept.is_empty() { kept } else { kept + "…" }
}
