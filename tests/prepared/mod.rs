//! Models made ready for any engine, machine code among them.

use std::sync::LazyLock;

use tvm_cranelift::Cranelift;
use tvm_model::Weights;
use tvm_native::{Native, When};
use tvm_runtime::engine::{AttentionKind, EngineKind, GeneratedKernel, Prepared};

/// Machine code for all blocks.
fn native() -> Native<'static> {
    Native::new(Cranelift::new().expect("a platform with machine code"), When::Before)
}

static NATIVE: LazyLock<Native<'static>> = LazyLock::new(native);

/// The engine of a kind.
pub fn prepared<'model>(
    weights: &'model Weights<'model>,
    kind: EngineKind,
    attention: AttentionKind,
    kernel: GeneratedKernel,
) -> Prepared<'model> {
    let prepared = match kind {
        EngineKind::Native => Prepared::native(weights, &*NATIVE),
        _ => Prepared::new(weights, Some(kind), attention, Some(kernel)),
    };
    prepared.unwrap()
}
