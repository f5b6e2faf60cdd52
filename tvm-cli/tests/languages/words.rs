//! Counts the words of standard input and of the files that are its arguments, and writes the most frequent
//! ones to a file. The exit status is the number of files that cannot be read.

use std::collections::HashMap;
use std::fs;
use std::io::{self, Read, Write};
use std::process::ExitCode;

fn count(text: &str, words: &mut HashMap<String, usize>) {
    for word in text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()) {
        *words.entry(word.to_lowercase()).or_default() += 1;
    }
}

fn main() -> ExitCode {
    let mut text = String::new();
    io::stdin().read_to_string(&mut text).expect("standard input is text");
    let mut words = HashMap::new();
    count(&text, &mut words);
    let mut failed = 0;
    for name in std::env::args().skip(1) {
        match fs::read_to_string(&name) {
            Ok(text) => count(&text, &mut words),
            Err(error) => {
                println!("{name}: {:?}", error.kind());
                failed += 1;
            }
        }
    }
    let mut sorted: Vec<_> = words.iter().collect();
    sorted.sort_by_key(|&(word, count)| (std::cmp::Reverse(*count), word));
    let all: usize = words.values().sum();
    let mut file = fs::File::create("words.txt").expect("a file can be made here");
    for (word, count) in sorted.iter().take(5) {
        let share = 100.0 * **count as f64 / all as f64;
        writeln!(file, "{word:<10} {count:>3} {share:6.2} %").expect("the file can be written");
    }
    print!("{}", fs::read_to_string("words.txt").expect("it was written"));
    println!("{} of {all} words", words.len());
    ExitCode::from(failed)
}
