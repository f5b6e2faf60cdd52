//! What messages show of names and tokens that come from files: they may be long, and hold anything.

/// Characters of a name or a token that a message shows.
const LENGTH: usize = 100;

/// Characters of a line of a message that is shown.
const LINE_LENGTH: usize = 400;

/// The beginning of a text, in a line: control characters are escaped.
pub fn excerpt(text: &str) -> String {
    cut(text, LENGTH)
}

/// The beginning of every line of a message, with control characters escaped.
pub fn lines(message: &str) -> String {
    let lines: Vec<String> = message.lines().map(|line| cut(line, LINE_LENGTH)).collect();
    lines.join("\n")
}

fn cut(text: &str, most: usize) -> String {
    let mut shown = String::new();
    for (number, character) in text.chars().enumerate() {
        match character {
            _ if number == most => {
                shown.push('…');
                break;
            }
            _ if character.is_control() => shown.extend(character.escape_debug()),
            _ => shown.push(character),
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
        assert_eq!(excerpt(&"a".repeat(LENGTH)), "a".repeat(LENGTH));
    }

    #[test]
    fn long_texts_are_cut_and_control_characters_escaped() {
        assert_eq!(excerpt(&"ä".repeat(LENGTH + 1)), format!("{}…", "ä".repeat(LENGTH)));
        assert_eq!(excerpt("a\u{1b}[2J\n"), "a\\u{1b}[2J\\n");
        let long = "x".repeat(LINE_LENGTH + 9);
        assert_eq!(lines(&format!("a\n{long}\nb")), format!("a\n{}…\nb", &long[..LINE_LENGTH]));
    }
}
