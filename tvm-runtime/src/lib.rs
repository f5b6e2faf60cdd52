//! What ships in every executable: the model file, the attention caches, the engines and the run
//! loop. Engines see matrices, tokens and caches; never a program, a graph or a reference.
//!
//! ```text
//! bytes -> Model -> engine -> tokens -> output
//! ```

pub mod attention;
pub mod bundle;
pub mod cursor;
pub mod digest;
pub mod engine;
pub mod executable;
pub mod explain;
pub mod families;
pub mod inspect;
pub mod model;
mod number;
pub mod plan;
pub mod run;
pub mod token;
pub mod trace_file;
pub mod trap;

pub use model::Model;
pub use token::{Token, Vocabulary};
