//! No import of the reference executor runs upward, and it depends on the crate of programs only.

use std::path::Path;

use tvm_test_support::levels::check;

#[test]
fn imports_run_down_the_levels_that_the_documentation_states() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    check(&source.join("lib.rs"), &source, "crate");
}
