//! Reads object files of clang: WebAssembly modules with a table of symbols.

use wasmparser::{
    BinaryReaderError, KnownCustom, Linking, Parser, Payload, SymbolFlags, SymbolInfo,
};

/// What the object files of a program have and ask for.
#[derive(Debug, Default)]
pub(super) struct Symbols {
    /// Must the linker find functions elsewhere? Imports that the program declares (such as those of
    /// `tvm.h`) and weak symbols need no definition.
    pub(super) has_undefined: bool,
    /// Functions that other files can call.
    pub(super) defined: Vec<String>,
}

impl Symbols {
    /// Adds the symbols of an object file.
    pub(super) fn add_all(&mut self, object: &[u8]) -> Result<(), BinaryReaderError> {
        for payload in Parser::new(0).parse_all(object) {
            let Payload::CustomSection(section) = payload? else { continue };
            let KnownCustom::Linking(subsections) = section.as_known() else { continue };
            for subsection in subsections {
                let Linking::SymbolTable(table) = subsection? else { continue };
                for symbol in table {
                    self.add(&symbol?);
                }
            }
        }
        Ok(())
    }

    fn add(&mut self, symbol: &SymbolInfo<'_>) {
        const NOT_NEEDED: SymbolFlags = SymbolFlags::BINDING_WEAK.union(SymbolFlags::EXPLICIT_NAME);
        let SymbolInfo::Func { flags, name, .. } = symbol else { return };
        if flags.contains(SymbolFlags::UNDEFINED) {
            self.has_undefined |= !flags.intersects(NOT_NEEDED);
        } else if !flags.contains(SymbolFlags::BINDING_LOCAL) {
            self.defined.extend(name.map(str::to_owned));
        }
    }
}
