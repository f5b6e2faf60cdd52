//! The universal full model in every engine, made ready once in a process: to derive its plan takes longer
//! than most runs.

use std::sync::LazyLock;

use tvm_model::Model;
use tvm_runtime::engine::{AttentionKind, EngineKind, Prepared};
use tvm_universal::full;

/// The universal full model.
pub static MODEL: LazyLock<Model<'static>> =
    LazyLock::new(|| Model::from_bytes(full::MODEL).unwrap());

static PREPARED: LazyLock<[Prepared<'static>; EngineKind::ALL.len()]> = LazyLock::new(|| {
    EngineKind::ALL.map(|kind| {
        crate::prepared::prepared(&MODEL.weights, kind, AttentionKind::Hull, full::KERNEL)
    })
});

/// The model in an engine of this kind.
pub fn prepared(kind: EngineKind) -> &'static Prepared<'static> {
    PREPARED.iter().find(|prepared| prepared.kind() == kind).expect("all kinds are here")
}
