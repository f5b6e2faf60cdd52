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
    if let Some(why) = reason(tool, found, in_ci) {
        skipped(&why);
    }
    found
}

/// Why the test is skipped, if it is.
fn reason(tool: &str, found: bool, in_ci: bool) -> Option<String> {
    let why = format!("there is no {tool} here");
    assert!(found || !in_ci, "{why}: `CI` is set, so this test may not be skipped");
    (!found).then_some(why)
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
        assert_eq!([true, false].map(|in_ci| reason("tool", true, in_ci)), [None, None]);
        assert!(is_here("tool", true));
    }

    #[test]
    fn a_test_without_its_tool_is_skipped_and_says_why() {
        let why = reason("tool", false, false);
        assert_eq!(why.as_deref(), Some("there is no tool here"));
    }

    #[test]
    #[should_panic(expected = "there is no tool here: `CI` is set")]
    fn a_test_without_its_tool_fails_in_continuous_integration() {
        reason("tool", false, true);
    }
}
