//! The universal models: interpreters that read their program from the beginning of the sequence. A
//! module for each instruction set has the `MODEL`, as a file, and the `KERNEL`, code that was
//! generated from it; the build script makes both. [`Isa`] is one instruction set or the other.

mod isa;

pub use isa::Isa;

/// The classic instruction set.
pub mod classic {
    include!(concat!(env!("OUT_DIR"), "/classic.rs"));
}

/// The full instruction set.
pub mod full {
    include!(concat!(env!("OUT_DIR"), "/full.rs"));
}
