//! Modules that have to be refused: text that cannot be read, or bytes that are no valid module.

use tvm_core::machine::Machine;
use tvm_program::CompileError;
use tvm_program::wasm::compile_calls;
use wasmparser::{Validator, WasmFeatures};

use crate::script::Refusal;
use crate::spectest::spectest;
use crate::table::Verdict;

/// What makes a module of today out of bytes that were none in WebAssembly 1.0.
const PROPOSALS: [(WasmFeatures, &str); 4] = [
    (WasmFeatures::SIGN_EXTENSION, "sign extension"),
    (WasmFeatures::MULTI_VALUE, "multi-value"),
    (WasmFeatures::BULK_MEMORY, "bulk memory"),
    (WasmFeatures::REFERENCE_TYPES, "reference types"),
];

/// Is it refused, and because it is no module?
pub fn check(refusal: &Refusal) -> Verdict {
    let Some(module) = &refusal.module else { return Verdict::Passed };
    let set = Machine::full().instruction_set();
    match compile_calls(module, &set, &[spectest()], &[]) {
        Err(CompileError::Invalid { .. }) => Verdict::Passed,
        Err(other) => Verdict::Failed(format!("refused for another reason: {other}")),
        Ok(_) => match allowed_by(module) {
            Some(proposal) => Verdict::Skipped(proposal),
            None => Verdict::Failed("accepted".to_owned()),
        },
    }
}

/// The proposal by which the bytes are a module after all.
fn allowed_by(module: &[u8]) -> Option<&'static str> {
    let valid = |features| Validator::new_with_features(features).validate_all(module).is_ok();
    if valid(WasmFeatures::WASM1) {
        return None;
    }
    let by = |(feature, _): &&(WasmFeatures, &str)| valid(WasmFeatures::WASM1 | *feature);
    PROPOSALS.iter().find(by).map(|(_, name)| *name)
}
