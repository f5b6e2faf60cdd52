//! What messages show of names and tokens that come from files: they may be long, and hold any
//! character. A name that is kept is only shortened; it is escaped once, by what shows it.

/// Characters of a name or a token that a message shows.
const LENGTH: usize = 100;

/// Characters of a line of a message that is shown.
const LINE_LENGTH: usize = 400;

/// The beginning of a text, in a line: characters that cannot be printed are escaped.
pub fn excerpt(text: &str) -> String {
    printable(&cut(text, LENGTH))
}

/// The beginning of every line of a message, escaped as an [`excerpt`] is.
pub fn lines(message: &str) -> String {
    let lines: Vec<String> =
        message.lines().map(|line| printable(&cut(line, LINE_LENGTH))).collect();
    lines.join("\n")
}

/// The beginning of a text, with its characters as they are.
pub fn shortened(text: &str) -> String {
    cut(text, LENGTH)
}

fn cut(text: &str, most: usize) -> String {
    match text.char_indices().nth(most) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

/// Escapes control characters and those that are invisible or change the direction of a text; quotes
/// and backslashes stay.
fn printable(text: &str) -> String {
    let mut shown = String::new();
    for character in text.chars() {
        match character {
            '\'' | '"' | '\\' => shown.push(character),
            // A combining character is printed where it follows another.
            _ => shown.extend(format!("a{character}").escape_debug().skip(1)),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_texts_are_as_they_are() {
        assert_eq!(excerpt("main"), "main");
        assert_eq!(excerpt("größe `x`"), "größe `x`");
        assert_eq!(excerpt("o\u{308} 'x' \"y\" \\z"), "o\u{308} 'x' \"y\" \\z");
        assert_eq!(excerpt(&"a".repeat(LENGTH)), "a".repeat(LENGTH));
    }

    #[test]
    fn long_texts_are_cut_and_control_characters_escaped() {
        assert_eq!(excerpt(&"ä".repeat(LENGTH + 1)), format!("{}…", "ä".repeat(LENGTH)));
        assert_eq!(excerpt("a\u{1b}[2J\n"), "a\\u{1b}[2J\\n");
        assert_eq!(excerpt("a\u{202e}b"), "a\\u{202e}b");
        assert_eq!(shortened("a\u{1b}\n"), "a\u{1b}\n");
        assert_eq!(shortened(&"ä".repeat(LENGTH + 1)), format!("{}…", "ä".repeat(LENGTH)));
        let long = "x".repeat(LINE_LENGTH + 9);
        assert_eq!(lines(&format!("a\n{long}\nb")), format!("a\n{}…\nb", &long[..LINE_LENGTH]));
    }
}
