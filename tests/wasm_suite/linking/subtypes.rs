//! Is what an instance exports what another one imports? What is a subtype of what, wasmparser's validator says:
//! of a function that takes the one and gives it as the other, in a module with the types of both.

use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{CodeSection, Function, FunctionSection, Instruction, Module, TypeSection};
use wasmparser::{Payload, TypeRef, UnpackedIndex, ValType, Validator, WasmFeatures};

use super::spaces::number_of_types;
use crate::modules::payloads;

/// Something with a type, in the module whose types it is made of.
#[derive(Clone, Copy)]
pub struct Typed<'m> {
    pub module: &'m [u8],
    pub of: TypeRef,
}

/// How large a table or a memory must be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Sizes {
    /// As large as the import says, by its type.
    Declared,
    /// What it is by then, the machine says.
    Current,
}

/// Is what is given what is wanted?
pub fn fits(given: Typed<'_>, wanted: Typed<'_>, sizes: Sizes) -> bool {
    let value = |types: [ValType; 2]| is_subtype(given.module, wanted.module, types);
    let equal = |one: ValType, other: ValType| {
        value([one, other]) && is_subtype(wanted.module, given.module, [other, one])
    };
    let function = |index: u32| {
        let index = UnpackedIndex::Module(index);
        let reference = wasmparser::RefType::concrete(false, index.pack().expect("few types"));
        ValType::Ref(reference)
    };
    let within = |sizes_given: (u64, Option<u64>), sizes_wanted: (u64, Option<u64>)| {
        (sizes == Sizes::Current || sizes_given.0 >= sizes_wanted.0)
            && sizes_wanted.1.is_none_or(|most| sizes_given.1.is_some_and(|found| found <= most))
    };
    match (given.of, wanted.of) {
        (TypeRef::Func(one), TypeRef::Func(other)) => value([function(one), function(other)]),
        (TypeRef::Func(one), TypeRef::FuncExact(other)) => equal(function(one), function(other)),
        (TypeRef::Global(one), TypeRef::Global(other)) => {
            let (from, to) = (one.content_type, other.content_type);
            one.mutable == other.mutable
                && if one.mutable { equal(from, to) } else { value([from, to]) }
        }
        (TypeRef::Table(one), TypeRef::Table(other)) => {
            one.table64 == other.table64
                && within((one.initial, one.maximum), (other.initial, other.maximum))
                && equal(ValType::Ref(one.element_type), ValType::Ref(other.element_type))
        }
        (TypeRef::Memory(one), TypeRef::Memory(other)) => {
            (one.memory64, one.shared, one.page_size_log2)
                == (other.memory64, other.shared, other.page_size_log2)
                && within((one.initial, one.maximum), (other.initial, other.maximum))
        }
        (TypeRef::Tag(one), TypeRef::Tag(other)) => {
            equal(function(one.func_type_idx), function(other.func_type_idx))
        }
        _ => false,
    }
}

/// Types behind others.
struct Behind(u32);

impl Reencode for Behind {
    type Error = Infallible;

    fn type_index(&mut self, index: u32) -> Result<u32, Error<Infallible>> {
        Ok(self.0 + index)
    }
}

/// Is the first type, of the one module, a subtype of the second, of the other?
fn is_subtype(one: &[u8], other: &[u8], [from, to]: [ValType; 2]) -> bool {
    let behind = number_of_types(one);
    let mut types = TypeSection::new();
    let mut add = |module: &[u8], value_type: ValType, mut with: Behind| {
        for payload in payloads(module) {
            if let Payload::TypeSection(section) = payload {
                with.parse_type_section(&mut types, section).expect("the types can be read");
            }
        }
        with.val_type(value_type).expect("its types are there")
    };
    let from = add(one, from, Behind(0));
    let to = add(other, to, Behind(behind));
    types.ty().function([from], [to]);
    let (mut functions, mut code) = (FunctionSection::new(), CodeSection::new());
    functions.function(behind + number_of_types(other));
    let mut body = Function::new([]);
    body.instruction(&Instruction::LocalGet(0)).instruction(&Instruction::End);
    code.function(&body);
    let mut module = Module::new();
    module.section(&types).section(&functions).section(&code);
    Validator::new_with_features(WasmFeatures::all()).validate_all(&module.finish()).is_ok()
}
