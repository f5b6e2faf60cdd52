//! A module with functions that tell what is in it: one for every global, and one that digests the
//! whole memory. Besides, every NaN that it computes is made the canonical one, as the machine does:
//! WebAssembly leaves its sign and payload open.

use std::convert::Infallible;

use tvm_program::wasm::Invocation;
use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{
    BlockType, CodeSection, ExportKind, Function, Instruction, InstructionSink, MemArg,
    MemArgTarget, StartSection, ValType,
};
use wasmparser::{FunctionBody, Payload};

use crate::modules::{Sections, payloads};

/// Words of 64 bits that are digested in one turn of the loop; a page is a multiple.
const WORDS: u64 = 32;

/// A module and what tells about it.
pub struct Observed {
    pub module: Vec<u8>,
    /// Calls of the functions that were added.
    pub accessors: Vec<Invocation>,
}

/// What a module has. It imports nothing.
#[derive(Default)]
struct Contents {
    types: u32,
    functions: u32,
    globals: Vec<wasmparser::ValType>,
    memory: bool,
}

impl Contents {
    fn of(module: &[u8]) -> Contents {
        let mut contents = Contents::default();
        for payload in payloads(module) {
            match payload {
                Payload::TypeSection(types) => contents.types = types.count(),
                Payload::FunctionSection(functions) => contents.functions = functions.count(),
                Payload::MemorySection(memories) => contents.memory = memories.count() > 0,
                Payload::GlobalSection(globals) => {
                    let globals = globals.into_iter().map_while(Result::ok);
                    contents.globals.extend(globals.map(|global| global.ty.content_type));
                }
                _ => {}
            }
        }
        contents
    }
}

/// Adds all that a module without imports has.
fn add(
    module: &[u8],
    sections: &mut Sections,
    with: &mut CanonicalNans,
) -> Result<(), Error<Infallible>> {
    sections.add_definitions(module, with)?;
    for payload in payloads(module) {
        match payload {
            Payload::ExportSection(exports) => {
                with.parse_export_section(&mut sections.exports, exports)?;
            }
            Payload::ElementSection(elements) => {
                with.parse_element_section(&mut sections.elements, elements)?;
            }
            Payload::DataSection(data) => with.parse_data_section(&mut sections.data, data)?,
            Payload::StartSection { func, .. } => {
                let function_index = with.function_index(func)?;
                sections.start = Some(StartSection { function_index });
            }
            _ => {}
        }
    }
    Ok(())
}

impl Observed {
    /// Adds the functions to a valid module without imports.
    pub fn new(module: &[u8]) -> Observed {
        let contents = Contents::of(module);
        let mut sections = Sections::default();
        let mut with_canonical_nans = CanonicalNans { first: contents.functions };
        add(module, &mut sections, &mut with_canonical_nans).expect("the module is valid");
        let result_types = [ValType::I32, ValType::I64, ValType::F32, ValType::F64];
        result_types.iter().for_each(|&result| sections.types.ty().function([], [result]));
        let type_of = |result| {
            let place = result_types.iter().position(|&known| known == result);
            contents.types + place.expect("a module of numbers") as u32
        };
        for (place, number) in (4..).zip([ValType::F32, ValType::F64]) {
            sections.types.ty().function([number], [number]);
            sections.functions.function(contents.types + place);
            sections.code.function(&canonical(number));
        }
        let mut accessors = Vec::new();
        let mut add = |name: String, function_type: u32, body: &Function| {
            sections.functions.function(function_type);
            sections.code.function(body);
            let index = contents.functions + 2 + accessors.len() as u32;
            sections.exports.export(&name, ExportKind::Func, index);
            accessors.push(Invocation { function: name, arguments: Vec::new() });
        };
        for (index, global) in (0..).zip(&contents.globals) {
            let mut body = Function::new([]);
            body.instructions().global_get(index).end();
            let value_type = ValType::try_from(*global).expect("a module of numbers");
            add(format!("observed global {index}"), type_of(value_type), &body);
        }
        if contents.memory {
            add("observed memory".to_owned(), type_of(ValType::I64), &digest());
        }
        Observed { module: sections.finish(), accessors }
    }
}

/// Puts a call behind every operator whose result may be a NaN that is not the operand's own: of the first
/// function for f32, of the one behind it for f64.
struct CanonicalNans {
    first: u32,
}

impl Reencode for CanonicalNans {
    type Error = Infallible;

    fn parse_function_body(
        &mut self,
        code: &mut CodeSection,
        body: FunctionBody<'_>,
    ) -> Result<(), Error<Infallible>> {
        let mut function = self.new_function_with_parsed_locals(&body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let instruction = self.parse_instruction(&mut reader)?;
            function.instruction(&instruction);
            match computed(&instruction) {
                Some(ValType::F32) => function.instruction(&Instruction::Call(self.first)),
                Some(_) => function.instruction(&Instruction::Call(self.first + 1)),
                None => &mut function,
            };
        }
        code.function(&function);
        Ok(())
    }
}

/// The type of the number that an instruction computes; nothing if it computes none.
fn computed(instruction: &Instruction<'_>) -> Option<ValType> {
    use Instruction::*;
    match instruction {
        F32Add | F32Sub | F32Mul | F32Div | F32Sqrt | F32Min | F32Max | F32Ceil | F32Floor
        | F32Trunc | F32Nearest | F32DemoteF64 => Some(ValType::F32),
        F64Add | F64Sub | F64Mul | F64Div | F64Sqrt | F64Min | F64Max | F64Ceil | F64Floor
        | F64Trunc | F64Nearest | F64PromoteF32 => Some(ValType::F64),
        _ => None,
    }
}

/// A function that gives its argument, or the canonical NaN if that is a NaN.
fn canonical(number: ValType) -> Function {
    const NAN_32: u32 = 0x7fc0_0000;
    const NAN_64: u64 = 0x7ff8_0000_0000_0000;
    let mut body = Function::new([]);
    let mut code = body.instructions();
    code.local_get(0);
    match number {
        ValType::F32 => code.f32_const(f32::from_bits(NAN_32).into()),
        _ => code.f64_const(f64::from_bits(NAN_64).into()),
    };
    code.local_get(0).local_get(0);
    match number {
        ValType::F32 => code.f32_eq(),
        _ => code.f64_eq(),
    };
    code.select().end();
    body
}

/// For every word of memory, the digest is rotated by one bit and the word added to it.
fn digest() -> Function {
    const DIGEST: u32 = 0;
    const AT: u32 = 1;
    const PAGE_BITS: i32 = 16;
    let mut body = Function::new([(1, ValType::I64), (1, ValType::I32)]);
    let mut code = body.instructions();
    // From the end to the beginning: the condition is then that the address is not 0.
    code.memory_size(0).i32_const(PAGE_BITS).i32_shl().local_set(AT);
    code.block(BlockType::Empty).local_get(AT).i32_eqz().br_if(0);
    code.loop_(BlockType::Empty);
    code.local_get(AT).i32_const((8 * WORDS) as i32).i32_sub().local_set(AT);
    code.local_get(DIGEST);
    (0..WORDS).for_each(|word| digest_word(&mut code, word, AT));
    code.local_set(DIGEST);
    code.local_get(AT).br_if(0);
    code.end().end().local_get(DIGEST).end();
    body
}

fn digest_word(code: &mut InstructionSink<'_>, word: u64, at: u32) {
    code.i64_const(1).i64_rotl();
    let (offset, target) = (8 * word, MemArgTarget::Memory(0));
    code.local_get(at).i64_load(MemArg { offset, align: 3, target, ordering: None });
    code.i64_add();
}
