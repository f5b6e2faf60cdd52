//! The app that runs in a browser, as `tvm-web/build` has made it. It is checked in, so that `tvm` compiles without Node and
//! without a target for the browser; a test compares the digest of its sources.

/// The program of the page.
pub(super) const SCRIPT: &str = include_str!("../../../tvm-web/assets/app.js");

/// The looks of the page.
pub(super) const STYLE: &str = include_str!("../../../tvm-web/assets/app.css");

/// The files of the app, which every page has beside it: the name, what a browser is told that it is, and the text.
pub(super) const APP: [(&str, &str, &str); 3] = [
    ("app.js", "text/javascript; charset=utf-8", SCRIPT),
    ("app.css", "text/css; charset=utf-8", STYLE),
    ("LICENCES.md", "text/plain; charset=utf-8", LICENCES),
];

/// The licences of what others have written of the app; they go with it.
pub(super) const LICENCES: &str = include_str!("../../../tvm-web/assets/LICENCES.md");

/// What runs models in the browser: a module of WebAssembly, compressed by gzip.
pub(super) const RUNTIME: &[u8] = include_bytes!("../../../tvm-web/assets/tvm_web_bg.wasm.gz");
