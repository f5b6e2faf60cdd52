//! Tools that tests need and a computer may lack: compilers of C, `kill`.

/// Says whether a tool is here. Where it is not, a test has nothing to do and says so. In continuous
/// integration (the environment variable `CI`) that is a failure: the test would pass silently.
///
/// # Panics
/// When the tool is not here and `CI` is set.
pub fn is_here(tool: &str, found: bool) -> bool {
    let in_ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty());
    assert!(found || !in_ci, "there is no {tool} here, and this test cannot do without in CI");
    if !found {
        eprintln!("left out: there is no {tool} here");
    }
    found
}
