//! The models that build.rs made: every program of programs/, and the universal interpreters.

/// Made by build.rs, a static for every model.
pub mod embedded {
    include!(concat!(env!("OUT_DIR"), "/embedded.rs"));
}
