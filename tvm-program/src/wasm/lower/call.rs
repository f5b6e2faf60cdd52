//! Calls of functions, defined in the module or imported.

use wasmparser::{FuncType, ValType};

use super::assembly::{Assembly, RoutineName, Step};
use super::context::Context;
use super::host_call;
use super::routine::Uses;
use crate::Mnemonic;
use crate::excerpt::excerpt;
use crate::wasm::error::CompileError;
use crate::wasm::module::{
    FunctionIndex, HostBody, HostFunction, MACHINE, Origin, SignatureText, number_type, words,
};
use crate::wasm::routines::OperatorRoutine;

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

/// Such are the branches that compare, too.
fn is_no_function(name: &str) -> bool {
    NOT_FUNCTIONS.contains(&name) || name.starts_with("br_if.")
}

/// The modules whose functions may be opcodes.
const OPCODES: [&str; 2] = [MACHINE, ENVIRONMENT];

/// The module that compilers of C import from, unless a declaration says another.
const ENVIRONMENT: &str = "env";

/// The name under which programs for Percepta's transformer-vm import `output`, from [`ENVIRONMENT`].
const OUTPUT_BYTE: &str = "output_byte";

/// Emits the call of a function, defined in the module or imported. Gives whether the call can
/// return. An import that is not there is noted.
pub(crate) fn call(
    context: &Context<'_>,
    callee: FunctionIndex,
    assembly: &mut Assembly,
    uses: &mut Uses,
    lacks: &mut Vec<CompileError>,
) -> Result<bool, CompileError> {
    match emit(context, callee, assembly, uses) {
        Err(lacking @ CompileError::Import { .. }) => {
            lacks.push(lacking);
            Ok(true)
        }
        emitted => emitted,
    }
}

fn emit(
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
        return of_host(context, found, assembly, uses);
    }
    if (import.module, import.name) == (MACHINE, "input") {
        import.check_words(0, 1)?;
        uses.input = true;
        assembly.instruction(context.opcodes.constant, context.input_base()?);
        return Ok(true);
    }
    match import.opcode(context) {
        Ok(mnemonic) => assembly.instruction(mnemonic.code, 0),
        // All that is imported from there is the machine's own.
        Err(refused) if import.module == MACHINE => return Err(refused),
        Err(refused) => {
            if !host_call::request(context, callee, assembly, uses) {
                return Err(refused);
            }
        }
    }
    Ok(true)
}

/// Emits what stands for a function of the host.
fn of_host(
    context: &Context<'_>,
    found: &HostFunction,
    assembly: &mut Assembly,
    uses: &mut Uses,
) -> Result<bool, CompileError> {
    match found.body {
        HostBody::Discard => context.opcodes.drop_values(&found.parameters, assembly),
        HostBody::Trap(name) => {
            assembly.instruction(context.named(name)?, 0);
            return Ok(false);
        }
        HostBody::Routine(name) => {
            let routine = OperatorRoutine::named(name).expect("a host names what there is");
            let routine = RoutineName::Operator(routine);
            uses.routines.insert(routine);
            assembly.push(Step::Call(routine));
        }
        HostBody::Opcodes(names) => {
            for name in names {
                assembly.instruction(context.named(name)?, 0);
            }
        }
        HostBody::Retype => {}
    }
    Ok(true)
}

/// An imported function.
struct ImportedFunction<'m> {
    module: &'m str,
    name: &'m str,
    signature: &'m FuncType,
}

impl ImportedFunction<'_> {
    /// The opcode that is called like the import and takes and gives as many words.
    fn opcode<'c>(&self, context: &Context<'c>) -> Result<&'c Mnemonic, CompileError> {
        let name = match (self.module, self.name) {
            (ENVIRONMENT, OUTPUT_BYTE) => "output",
            (_, name) => name,
        };
        let mnemonic = (context.set.by_name(name))
            .filter(|_| !is_no_function(name) && OPCODES.contains(&self.module))
            .ok_or_else(|| self.refused("there is no such function".to_owned()))?;
        self.check_words(mnemonic.pops(), mnemonic.pushes())?;
        Ok(mnemonic)
    }

    /// The import must take and give as many words as what stands for it.
    fn check_words(&self, pops: u8, pushes: u8) -> Result<(), CompileError> {
        let number = |types: &[ValType]| {
            let types: Option<Vec<_>> = types.iter().map(|&one| number_type(one)).collect();
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
