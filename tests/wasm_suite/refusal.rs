//! Modules that have to be refused: text that cannot be read, bytes that are no valid module, or a module whose
//! imports are not there.

use tvm_program::CompileError;
use wasmparser::{Validator, WasmFeatures};

use crate::linking::{Resolver, Sizes};
use crate::needs::needs;
use crate::outcomes::Compiler;
use crate::script::Refusal;
use crate::table::{Kind, Verdict};

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

/// Why something is left out that WebAssembly refuses no longer.
const OTHER_RULES: &str = "other rules by now";

/// Is it refused, and for the right reason? The features are what was WebAssembly then.
pub fn check(
    refusal: &Refusal,
    features: WasmFeatures,
    resolver: &Resolver<'_>,
    compiler: &Compiler,
) -> Verdict {
    let Some(module) = &refusal.module else { return Verdict::Passed };
    let compiled = compiler.compiles(module);
    match refusal.kind {
        Kind::Unlinkable => unlinkable(refusal, module, features, resolver, &compiled),
        _ => invalid(module, features, compiled),
    }
}

/// Is it refused because it is no module?
fn invalid(module: &[u8], features: WasmFeatures, compiled: Result<(), CompileError>) -> Verdict {
    let valid = |features| Validator::new_with_features(features).validate_all(module).is_ok();
    match compiled {
        Err(CompileError::Invalid { .. }) if !valid(features) => Verdict::Passed,
        Err(CompileError::Invalid { .. }) => {
            Verdict::Failed("it is a module of that version".to_owned())
        }
        Err(other) => Verdict::Failed(format!("refused for another reason: {other}")),
        // The rules have changed since.
        Ok(()) if valid(features) => Verdict::Skipped(OTHER_RULES),
        Ok(()) => {
            let by = |(feature, _): &&(WasmFeatures, &str)| valid(features | *feature);
            match PROPOSALS.iter().find(by) {
                Some((_, proposal)) => Verdict::Skipped(proposal),
                None => Verdict::Failed("accepted".to_owned()),
            }
        }
    }
}

/// Is it refused because of what it imports? Of what the host has the compiler has to say so as well.
fn unlinkable(
    refusal: &Refusal,
    module: &[u8],
    features: WasmFeatures,
    resolver: &Resolver<'_>,
    compiled: &Result<(), CompileError>,
) -> Verdict {
    if let Some(reason) = needs(module) {
        return Verdict::Skipped(reason);
    }
    let missing = resolver.missing(module, &refusal.registered, Sizes::Declared);
    if missing.is_empty() {
        // Since bulk memory, segments that do not fit trap.
        return match features.contains(WasmFeatures::BULK_MEMORY) {
            true => Verdict::Failed("it is linked".to_owned()),
            false => Verdict::Skipped(OTHER_RULES),
        };
    }
    match compiled {
        _ if !missing.iter().any(|import| import.of_host) => Verdict::Passed,
        Err(CompileError::Import { .. }) => Verdict::Passed,
        Err(other) => Verdict::Failed(format!("refused for another reason: {other}")),
        Ok(()) => Verdict::Failed(format!("the compiler accepts it: {}", missing[0])),
    }
}
