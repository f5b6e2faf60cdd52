//! Imports: which are there, and what a call of an imported function becomes.

use wasmparser::{FuncType, GlobalType, TypeRef, ValType};

use super::CompileError;
use super::assembly::{Assembly, Step};
use super::decode::Decoder;
use super::function::{Context, Uses};
use super::host::{HostBody, HostFunction, HostLimits};
use super::module::{FunctionIndex, Memory, Origin, SignatureText};
use super::reach::RoutineName;
use super::value::{Value, ValueType, words};
use crate::Mnemonic;
use crate::excerpt::excerpt;

/// Opcodes that a program cannot import as functions: they branch, or mean nothing without an
/// immediate.
const NOT_FUNCTIONS: [&str; 20] = [
    "br",
    "br_if",
    "br_table",
    "call",
    "return",
    "input_base",
    "memory.declare",
    "memory.grow",
    "local.get",
    "local.set",
    "local.tee",
    "local.get64",
    "local.set64",
    "local.tee64",
    "global.get",
    "global.set",
    "global.get64",
    "global.set64",
    "i32.const",
    "i64.const",
];

impl<'a> Decoder<'a, '_> {
    /// Reads an import. A function is looked for only where it is called.
    pub(super) fn import(
        &mut self,
        module: &'a str,
        name: &'a str,
        imported: TypeRef,
    ) -> Result<(), CompileError> {
        match imported {
            TypeRef::Func(type_index) => {
                self.add_function(type_index, Origin::Imported { module, name });
            }
            TypeRef::Global(global) => {
                let value = self.hosts.global(module, name);
                let value = value.filter(|value| fits_global(*value, global));
                let value = value.ok_or_else(|| absent(module, name, "global"))?;
                self.add_global(global.content_type, Some(value));
            }
            TypeRef::Memory(wanted) => {
                let limits = self.hosts.memory(module, name);
                let limits = limits.filter(|one| fit(*one, wanted.initial, wanted.maximum));
                let limits = limits.ok_or_else(|| absent(module, name, "memory"))?;
                self.module.memory = Some(Memory { pages: limits.size, maximum: limits.maximum });
            }
            TypeRef::Table(wanted) => {
                let limits = self.hosts.table(module, name);
                let limits = limits.filter(|one| fit(*one, wanted.initial, wanted.maximum));
                let limits = limits.ok_or_else(|| absent(module, name, "table"))?;
                self.add_table(limits.size);
            }
            TypeRef::Tag(_) | TypeRef::FuncExact(_) => return Err(absent(module, name, "tag")),
        }
        Ok(())
    }
}

fn absent(module: &str, name: &str, what: &str) -> CompileError {
    CompileError::Import {
        module: excerpt(module),
        name: excerpt(name),
        reason: format!("there is no such {what}"),
    }
}

fn fits_global(value: Value, wanted: GlobalType) -> bool {
    !wanted.mutable && ValueType::of(wanted.content_type) == Some(value.value_type())
}

/// Is what the host has at least as large as it must be, and bounded as it must be?
fn fit(found: HostLimits, size: u64, maximum: Option<u64>) -> bool {
    let bounded = maximum
        .is_none_or(|wanted| found.maximum.is_some_and(|maximum| u64::from(maximum) <= wanted));
    u64::from(found.size) >= size && bounded
}

/// Emits the call of a function, be it the module's own or imported. Says whether the program
/// goes on behind it.
pub(super) fn call(
    context: &Context<'_>,
    callee: FunctionIndex,
    assembly: &mut Assembly,
    uses: &mut Uses,
) -> Result<bool, CompileError> {
    let function = context.module.function(callee);
    let import = match function.origin {
        Origin::Defined(_) => {
            let routine = RoutineName::Function(callee);
            uses.routines.insert(routine);
            assembly.push(Step::Call(routine));
            return Ok(true);
        }
        Origin::Imported { module, name } => {
            ImportedFunction { module, name, signature: context.module.type_of(callee) }
        }
    };
    if let Some(found) = context.hosts.function(import.module, import.name) {
        return import.of_host(context, found, assembly);
    }
    if (import.module, import.name) == ("tvm", "input") {
        import.check_words(0, 1)?;
        uses.input = true;
        assembly.instruction(context.opcodes.constant, context.input_base()?);
        return Ok(true);
    }
    let mnemonic = import.opcode(context)?;
    assembly.instruction(mnemonic.code, 0);
    Ok(true)
}

/// An imported function.
struct ImportedFunction<'m> {
    module: &'m str,
    name: &'m str,
    signature: &'m FuncType,
}

impl ImportedFunction<'_> {
    fn of_host(
        &self,
        context: &Context<'_>,
        found: &HostFunction,
        assembly: &mut Assembly,
    ) -> Result<bool, CompileError> {
        let equal = |these: &[ValType], those: &[ValueType]| {
            these.iter().map(|&one| ValueType::of(one)).eq(those.iter().map(|&one| Some(one)))
        };
        if !equal(self.signature.params(), &found.parameters)
            || !equal(self.signature.results(), &found.results)
        {
            let signature = SignatureText(self.signature);
            return Err(
                self.refused(format!("its type is {signature}, and that of the host is another"))
            );
        }
        match found.body {
            HostBody::Discard => context.opcodes.drop_values(&found.parameters, assembly),
            HostBody::Trap(name) => {
                assembly.instruction(context.trap(name)?, 0);
                return Ok(false);
            }
            HostBody::Retype => {}
        }
        Ok(true)
    }

    /// The opcode that is called like the import and takes and gives as many words.
    fn opcode<'c>(&self, context: &Context<'c>) -> Result<&'c Mnemonic, CompileError> {
        let mnemonic = (context.set.by_name(self.name))
            .filter(|_| !NOT_FUNCTIONS.contains(&self.name))
            .ok_or_else(|| self.refused("there is no such function".to_owned()))?;
        self.check_words(mnemonic.pops(), mnemonic.pushes())?;
        Ok(mnemonic)
    }

    /// The import must take and give as many words as what stands for it.
    fn check_words(&self, pops: u8, pushes: u8) -> Result<(), CompileError> {
        let number = |types: &[ValType]| {
            let types: Option<Vec<_>> = types.iter().map(|&one| ValueType::of(one)).collect();
            types.map(|types| words(&types))
        };
        if number(self.signature.params()) == Some(pops.into())
            && number(self.signature.results()) == Some(pushes.into())
        {
            return Ok(());
        }
        let signature = SignatureText(self.signature);
        Err(self.refused(format!(
            "its type is {signature}, but the opcode takes {pops} words and gives {pushes}: an i32 \
             is one word, an i64 two"
        )))
    }

    fn refused(&self, reason: String) -> CompileError {
        let (module, name) = (excerpt(self.module), excerpt(self.name));
        CompileError::Import { module, name, reason }
    }
}
