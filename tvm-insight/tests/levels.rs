//! No import runs upward: files do not depend on each other in a circle.

use std::path::Path;

use tvm_test_support::levels::check;

#[test]
fn imports_run_down_the_levels_that_the_documentation_states() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    check(&source.join("lib.rs"), &source, "crate");
    for path in ["explain", "execution", "execution/state", "session"] {
        let folder = source.join(path);
        check(&folder.join("mod.rs"), &folder, &format!("crate::{}", path.replace('/', "::")));
    }
}
