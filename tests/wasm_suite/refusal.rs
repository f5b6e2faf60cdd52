//! Modules that have to be refused: text that cannot be read, or bytes that are no valid module.

use tvm_core::machine::Machine;
use tvm_program::CompileError;
use tvm_program::wasm::compile_calls;
use wasmparser::{Validator, WasmFeatures};

use crate::script::Refusal;
use crate::spectest::spectest;
use crate::table::Verdict;

/// What makes a module of today out of bytes that were none in an earlier version.
const PROPOSALS: [(WasmFeatures, &str); 8] = [
    (WasmFeatures::SIGN_EXTENSION, "sign extension"),
    (WasmFeatures::MULTI_VALUE, "multi-value"),
    (WasmFeatures::BULK_MEMORY, "bulk memory"),
    (WasmFeatures::REFERENCE_TYPES, "reference types"),
    (WasmFeatures::SATURATING_FLOAT_TO_INT, "saturating conversion"),
    (WasmFeatures::EXTENDED_CONST, "extended constants"),
    (WasmFeatures::FUNCTION_REFERENCES, "function references"),
    (WasmFeatures::GC, "garbage collection"),
];

/// Is it refused, and because it is no module of a version with these features?
pub fn check(refusal: &Refusal, features: WasmFeatures) -> Verdict {
    let Some(module) = &refusal.module else { return Verdict::Passed };
    let set = Machine::full().instruction_set();
    match compile_calls(module, &set, &[spectest()], &[]) {
        Err(CompileError::Invalid { .. }) => Verdict::Passed,
        Err(other) => Verdict::Failed(format!("refused for another reason: {other}")),
        Ok(_) => match allowed_by(module, features) {
            Some(proposal) => Verdict::Skipped(proposal),
            None => Verdict::Failed("accepted".to_owned()),
        },
    }
}

/// The proposal by which the bytes are a module after all.
fn allowed_by(module: &[u8], version: WasmFeatures) -> Option<&'static str> {
    let valid = |features| Validator::new_with_features(features).validate_all(module).is_ok();
    if valid(version) {
        return None;
    }
    let by = |(feature, _): &&(WasmFeatures, &str)| valid(version | *feature);
    PROPOSALS.iter().find(by).map(|(_, name)| *name)
}
