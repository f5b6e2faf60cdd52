//! Reads object files of clang: WebAssembly modules with a table of symbols.

use wasmparser::{
    BinaryReaderError, KnownCustom, Linking, Parser, Payload, SymbolFlags, SymbolInfo,
};

/// Does the object have undefined symbols that the linker must resolve? Imports that the program declares
/// (such as those of `tvm.h`) and weak symbols need no definition.
pub(super) fn has_undefined_functions(object: &[u8]) -> Result<bool, BinaryReaderError> {
    for payload in Parser::new(0).parse_all(object) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Linking(subsections) = section.as_known() else { continue };
        for subsection in subsections {
            let Linking::SymbolTable(symbols) = subsection? else { continue };
            for symbol in symbols {
                if is_undefined_function(&symbol?) {
                    return Ok(true);
                }
            }
        }
    }
    Ok(false)
}

fn is_undefined_function(symbol: &SymbolInfo<'_>) -> bool {
    const NOT_NEEDED: SymbolFlags = SymbolFlags::BINDING_WEAK.union(SymbolFlags::EXPLICIT_NAME);
    match symbol {
        SymbolInfo::Func { flags, .. } => {
            flags.contains(SymbolFlags::UNDEFINED) && !flags.intersects(NOT_NEEDED)
        }
        _ => false,
    }
}
