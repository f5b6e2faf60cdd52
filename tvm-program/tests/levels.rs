//! No import of the front end runs upward: a module passes through its folders once.

use std::path::Path;

use tvm_test_support::levels::check;

#[test]
fn imports_run_down_the_levels_that_the_documentation_states() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let wasm = source.join("wasm");
    check(&source.join("wasm.rs"), &wasm, "crate::wasm");
    for folder in ["module", "lower", "link"] {
        let path = wasm.join(folder);
        check(&path.join("mod.rs"), &path, &format!("crate::wasm::{folder}"));
    }
}
