//! The models that build.rs made: every program of programs/, and the universal interpreters.

/// Made by build.rs, a static for every model.
pub mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}

/// The compiler that built this library, for those who measure.
pub const RUSTC: &str = env!("TVM_RUSTC");
