//! Prompts that slow engines take minutes to read: Ctrl-C ends them at once, and `tvm verify` reads no more
//! of them than it is told.

use std::fmt::Write;
use std::fs;
use std::process::Stdio;
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::Workplace;
use crate::commands::{stderr, stdout};
use crate::processes::start;

/// A function of so many instructions, twice, that is not called.
fn long(place: &Workplace, sets: usize) {
    let mut text = "(module (global $g (mut i32) (i32.const 0)) (func $f ".to_string();
    (0..sets).for_each(|_| text.write_str("(global.set $g (i32.const 3))").unwrap());
    text.push_str(
        r#") (func (export "main") (result i32) (if (global.get $g) (then (call $f))) (i32.const 0)))"#,
    );
    fs::write(place.path("long.wat"), text).unwrap();
}

/// How many tokens the line of figures says.
fn tokens(figures: &str) -> u64 {
    let line = figures.lines().find(|line| line.contains(" tokens, ")).expect(figures);
    line.split(' ').next().and_then(|number| number.parse().ok()).expect(figures)
}

/// Waits until a process handles Ctrl-C itself: bit 1 of the caught signals is SIGINT.
#[cfg(target_os = "linux")]
fn wait_for_handler(id: u32) {
    let begun = Instant::now();
    loop {
        let status = fs::read_to_string(format!("/proc/{id}/status")).unwrap();
        let mask = status.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap();
        if u64::from_str_radix(mask.trim(), 16).unwrap() & 2 != 0 {
            return;
        }
        assert!(begun.elapsed() < Duration::from_secs(60), "Ctrl-C is not handled");
        sleep(Duration::from_millis(5));
    }
}

#[test]
#[cfg(target_os = "linux")]
fn a_slow_engine_is_interrupted_while_it_reads_the_prompt() {
    let place = Workplace::new();
    long(&place, 12_000);
    for engine in ["--engine dense", "--engine sparse --attention brute"] {
        let mut command = place.tvm(&format!("run long.wat {engine}"));
        let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        wait_for_handler(child.id());
        crate::processes::press_ctrl_c(&child);
        let output = crate::processes::wait(child);
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(130), "{engine}: {message}");
        assert!(message.contains("interrupted"), "{message}");
        // It was ended in the prompt, which has more than five tokens an instruction.
        assert!(tokens(&message) < 60_000, "{engine}: {message}");
    }
}

#[test]
fn a_slow_engine_is_interrupted_while_it_generates() {
    let place = Workplace::new();
    for engine in ["--engine dense", "--engine sparse --attention brute"] {
        let started = start(&mut place.tvm(&format!("run endless.wat {engine}")));
        assert_eq!(started.line, "y\n");
        let output = started.interrupt();
        let message = stderr(&output);
        assert_eq!(output.status.code(), Some(130), "{engine}: {message}");
        assert!(message.contains("interrupted"), "{message}");
    }
}

#[test]
fn verify_reads_no_more_of_a_prompt_than_it_is_told() {
    let place = Workplace::new();
    long(&place, 2_000);
    let output = place.tvm("verify long.wat --slow-tokens 5").output().unwrap();
    let table = stdout(&output);
    assert!(output.status.success(), "{table}{}", stderr(&output));
    let inside: Vec<&str> = table
        .lines()
        .filter(|line| line.ends_with("equal to the plan inside the prompt"))
        .collect();
    // The four slow ones on the universal model; all read the whole prompt of the specialised one.
    assert_eq!(inside.len(), 4, "{table}");
    assert!(inside.iter().all(|line| line.contains(" 49 of ")), "{table}");
    let equal = table.lines().filter(|line| line.ends_with("  equal")).count();
    assert_eq!(equal, 4 + 7, "{table}");
}
