//! What a module has of WebAssembly that the machine has not. The compiler has to refuse it; here is only what the
//! table says of it.

use tvm_program::CompileError;
use wasmparser::{
    ConstExpr, ElementItems, Operator, OperatorsReader, Payload, TableInit, Validator, WasmFeatures,
};

use crate::modules::payloads;

/// What is a module only with these features, and what they are.
const FEATURES: [(WasmFeatures, &str); 8] = [
    (WasmFeatures::SIMD, "vectors"),
    (WasmFeatures::RELAXED_SIMD, "vectors"),
    (WasmFeatures::THREADS, "threads"),
    (WasmFeatures::MEMORY64, "64-bit memory"),
    (WasmFeatures::MULTI_MEMORY, "several memories"),
    (WasmFeatures::CUSTOM_PAGE_SIZES, "page sizes"),
    (WasmFeatures::WIDE_ARITHMETIC, "wide arithmetic"),
    (WasmFeatures::CUSTOM_DESCRIPTORS, "descriptors"),
];

/// What a module has that the machine has not, if anything.
pub fn needs(module: &[u8]) -> Option<&'static str> {
    let valid = |features| Validator::new_with_features(features).validate_all(module).is_ok();
    let all = WasmFeatures::all();
    if valid(FEATURES.iter().fold(all, |rest, (feature, _)| rest.difference(*feature))) {
        return objects(module);
    }
    if !valid(all) {
        return Some("what wasmparser does not know");
    }
    let by_feature = FEATURES.iter().find(|(feature, _)| !valid(all.difference(*feature)));
    by_feature.map(|(_, name)| *name).or_else(|| objects(module))
}

/// Garbage collection, if the module has anything that makes or takes apart objects. Types alone need nothing.
fn objects(module: &[u8]) -> Option<&'static str> {
    let has = |reader: OperatorsReader<'_>| {
        reader.into_iter().map_while(Result::ok).any(|operator| proposal(&operator) == "gc")
    };
    let constant = |expression: &ConstExpr<'_>| has(expression.get_operators_reader());
    let found = payloads(module).any(|payload| match payload {
        Payload::CodeSectionEntry(body) => body.get_operators_reader().is_ok_and(has),
        Payload::GlobalSection(globals) => {
            globals.into_iter().flatten().any(|global| constant(&global.init_expr))
        }
        Payload::TableSection(tables) => tables.into_iter().flatten().any(
            |table| matches!(&table.init, TableInit::Expr(expression) if constant(expression)),
        ),
        Payload::ElementSection(segments) => {
            segments.into_iter().flatten().any(|segment| match segment.items {
                ElementItems::Functions(_) => false,
                ElementItems::Expressions(_, items) => {
                    items.into_iter().flatten().any(|item| constant(&item))
                }
            })
        }
        _ => false,
    });
    found.then_some("garbage collection")
}

/// The proposal that an operator was part of.
fn proposal(operator: &Operator<'_>) -> &'static str {
    macro_rules! proposals {
        ($(@$proposal:ident $name:ident $({ $($field:ident: $of:ty),* })? => $visit:ident ($($ann:tt)*))*) => {
            match operator {
                $(Operator::$name { .. } => stringify!($proposal),)*
                _ => "none",
            }
        };
    }
    wasmparser::for_each_operator!(proposals)
}

/// Is it an error about something that a module needs and the machine has not?
pub fn is_about_needs(error: &CompileError) -> bool {
    match error {
        CompileError::Several { lacks } => lacks.iter().all(|lack| is_about_needs(&lack.error)),
        CompileError::Unsupported { .. }
        | CompileError::FunctionType { .. }
        | CompileError::NotConstant { .. }
        | CompileError::Invalid { .. } => true,
        _ => false,
    }
}
