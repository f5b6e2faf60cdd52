//! The WebAssembly interpreter, written once in the macro language.
