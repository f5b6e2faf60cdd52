//! Tools that tests need and a computer may lack: compilers of C, `kill`. A test that lacks one is
//! skipped, and never silently.

use std::io::Write as _;

/// Is a tool here? Where it is not, the test that asks is to be skipped: that is said on standard error,
/// also when the test harness keeps what tests print. In continuous integration (the environment variable
/// `CI` is set) a missing tool is a failure.
///
/// # Panics
/// When the tool is not here and `CI` is set.
pub fn is_here(tool: &str, found: bool) -> bool {
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    assert!(
        found || !in_ci,
        "there is no {tool} here: `CI` is set, so this test may not be skipped"
    );
    if !found {
        skipped(&format!("there is no {tool} here"));
    }
    found
}

/// Says that the test is skipped. The harness keeps what `eprintln!` prints, not what is written to the
/// stream.
pub fn skipped(why: &str) {
    let thread = std::thread::current();
    let test = thread.name().unwrap_or("a test");
    let line = format!("SKIPPED {test}: {why}\n");
    // Nothing else can be done where standard error is closed.
    let _ = std::io::stderr().write_all(line.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tool_that_is_here_is_used() {
        assert!(is_here("compiler", true));
    }

    #[test]
    fn a_missing_tool_is_a_failure_in_continuous_integration_only() {
        let asked =
            std::panic::catch_unwind(|| is_here("no-such-tool (this line is expected)", false));
        match std::env::var_os("CI").is_some_and(|value| !value.is_empty()) {
            true => assert!(asked.is_err(), "it fails"),
            false => assert!(!asked.expect("it does not fail"), "it is skipped"),
        }
    }
}
