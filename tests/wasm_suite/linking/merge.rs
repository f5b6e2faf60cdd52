//! The modules of instances that share something, made into one: the machine runs one module at a time.
//!
//! The new module has everything that all of them have. What one imported from another is the other's own. All
//! segments are passive, and no function is the start function: for every instance there are exported
//! functions that do, step by step, what its instantiation is. So calls that are made before them, between them
//! and behind them find what the script means, and of an instantiation that traps the steps before the trap
//! can be made again.

use std::collections::BTreeMap;
use std::convert::Infallible;

use wasm_encoder::reencode::{Error, Reencode};
use wasm_encoder::{BlockType, ExportKind, Function, Instruction, ValType};
use wasmparser::{ConstExpr, DataKind, ElementItems, ElementKind, Payload, TypeRef};

use super::imports::Resolver;
use super::renumber::{Numbers, Renumbered};
use super::spaces::{Space, imports, number_of_types, types};
use crate::modules::{Sections, exports, payloads};
use crate::script::Instance;

/// A module of several.
pub struct Merged {
    pub module: Vec<u8>,
    /// How many steps the instantiation of each instance is.
    pub steps: BTreeMap<usize, usize>,
}

/// The name under which a step of an instantiation is exported. It gives a 1 when it is done.
pub fn step_name(instance: usize, step: usize) -> String {
    format!("instance {instance}, step {step}")
}

/// The name under which what an instance exports is exported: a function, or one that reads a global.
pub fn export_name(instance: usize, name: &str) -> String {
    format!("instance {instance}, {name}")
}

/// A module in the making.
struct Merging<'m, 's> {
    resolver: &'m Resolver<'s>,
    instances: &'m [Instance],
    members: &'m [usize],
    numbers: Numbers<'m>,
    sections: Sections,
    types: u32,
    steps: BTreeMap<usize, usize>,
}

/// One module of these instances, which are in the order in which they are instantiated.
pub fn merge(resolver: &Resolver<'_>, instances: &[Instance], members: &[usize]) -> Merged {
    let numbers = Numbers::of(resolver, instances, members);
    let (sections, steps) = (Sections::default(), BTreeMap::new());
    let mut merging = Merging { resolver, instances, members, numbers, sections, types: 0, steps };
    merging.all().expect("the modules were validated");
    Merged { module: merging.sections.finish(), steps: merging.steps }
}

impl Merging<'_, '_> {
    fn all(&mut self) -> Result<(), Error<Infallible>> {
        let mut renumbered: BTreeMap<usize, Renumbered> = BTreeMap::new();
        for &member in self.members {
            let module = &self.instances[member].module;
            let with = self.numbers.renumbered(self.resolver, member, module, self.types);
            renumbered.insert(member, with);
            self.types += number_of_types(module);
        }
        for (instance, import) in &self.numbers.imports {
            let with = renumbered.get_mut(instance).expect("it is a member");
            with.parse_import(&mut self.sections.imports, *import)?;
        }
        let (mut added, mut initial) = (Vec::new(), BTreeMap::new());
        for (&member, with) in &mut renumbered {
            let module = &self.instances[member].module;
            with.initial = std::mem::take(&mut initial);
            with.first_elements = self.sections.elements.len();
            with.first_data = self.sections.data.len();
            self.sections.add_definitions(module, with)?;
            let steps = self.instantiation(member, with)?;
            self.steps.insert(member, steps.len());
            let step = |(step, body)| (step_name(member, step), ValType::I32, body);
            added.extend((0..).zip(steps).map(step));
            added.extend(self.exports(member, with)?);
            initial = initial_values(module, with)?;
        }
        for (name, result, body) in added {
            self.add_function(&name, result, body);
        }
        Ok(())
    }

    /// Adds the segments of an instance and gives the bodies of the functions that instantiate it.
    fn instantiation(
        &mut self,
        member: usize,
        with: &mut Renumbered,
    ) -> Result<Vec<Function>, Error<Infallible>> {
        let module = &self.instances[member].module;
        let (mut sizes, mut start) = (Function::new([]), Function::new([]));
        self.check_sizes(member, with, &mut sizes);
        let mut steps = vec![sizes];
        for payload in payloads(module) {
            match payload {
                Payload::ElementSection(segments) => {
                    for segment in segments {
                        steps.extend(self.elements(segment?, with)?);
                    }
                }
                Payload::DataSection(segments) => {
                    for segment in segments {
                        steps.extend(self.data(segment?, with)?);
                    }
                }
                Payload::StartSection { func, .. } => {
                    start.instruction(&Instruction::Call(with.function_index(func)?));
                }
                _ => {}
            }
        }
        steps.push(start);
        for step in &mut steps {
            step.instruction(&Instruction::I32Const(1)).instruction(&Instruction::End);
        }
        Ok(steps)
    }

    /// Are tables and memories of others as large as an instance asks? They may have grown.
    fn check_sizes(&self, member: usize, with: &Renumbered, step: &mut Function) {
        let mut indices: BTreeMap<Space, u32> = BTreeMap::new();
        for import in imports(&self.instances[member].module) {
            let space = Space::of_import(&import);
            let index = indices.entry(space).or_default();
            let number = with.spaces[&space][*index as usize];
            *index += 1;
            let (size, least) = match import.ty {
                TypeRef::Table(table) => (Instruction::TableSize(number), table.initial),
                TypeRef::Memory(memory) => (Instruction::MemorySize(number), memory.initial),
                _ => continue,
            };
            let least = u32::try_from(least).expect("of 32 bits").cast_signed();
            step.instruction(&size)
                .instruction(&Instruction::I32Const(least))
                .instruction(&Instruction::I32LtU)
                .instruction(&Instruction::If(BlockType::Empty))
                .instruction(&Instruction::Unreachable)
                .instruction(&Instruction::End);
        }
    }

    /// Adds an element segment; gives the step that copies it into its table, if it is active.
    fn elements(
        &mut self,
        segment: wasmparser::Element<'_>,
        with: &mut Renumbered,
    ) -> Result<Option<Function>, Error<Infallible>> {
        let ElementKind::Active { table_index, offset_expr } = segment.kind else {
            with.parse_element(&mut self.sections.elements, segment)?;
            return Ok(None);
        };
        let length = match &segment.items {
            ElementItems::Functions(items) => items.count(),
            ElementItems::Expressions(_, items) => items.count(),
        };
        let elem_index = self.sections.elements.len();
        let items = with.element_items(segment.items)?;
        self.sections.elements.passive(items);
        let table = with.table_index(table_index.unwrap_or(0))?;
        let mut step = copy(offset_expr, length, with)?;
        step.instruction(&Instruction::TableInit { elem_index, table })
            .instruction(&Instruction::ElemDrop(elem_index));
        Ok(Some(step))
    }

    /// Adds a data segment; gives the step that copies it into its memory, if it is active.
    fn data(
        &mut self,
        segment: wasmparser::Data<'_>,
        with: &mut Renumbered,
    ) -> Result<Option<Function>, Error<Infallible>> {
        let data_index = self.sections.data.len();
        self.sections.data.passive(segment.data.iter().copied());
        let DataKind::Active { memory_index, offset_expr } = segment.kind else {
            return Ok(None);
        };
        let mem = with.memory_index(memory_index)?;
        let length = u32::try_from(segment.data.len()).expect("a short segment");
        let mut step = copy(offset_expr, length, with)?;
        step.instruction(&Instruction::MemoryInit { mem, data_index })
            .instruction(&Instruction::DataDrop(data_index));
        Ok(Some(step))
    }

    /// Exports the functions that an instance exports, and gives functions that read its globals.
    fn exports(
        &mut self,
        member: usize,
        with: &mut Renumbered,
    ) -> Result<Vec<(String, ValType, Function)>, Error<Infallible>> {
        let module = &self.instances[member].module;
        let mut readers = Vec::new();
        for export in exports(module) {
            let name = export_name(member, export.name);
            match Space::of_export(export.kind) {
                Space::Functions => {
                    let function = with.function_index(export.index)?;
                    self.sections.exports.export(&name, ExportKind::Func, function);
                }
                Space::Globals => {
                    let TypeRef::Global(global) =
                        types(module, Space::Globals)[export.index as usize]
                    else {
                        unreachable!("it is of the space of globals");
                    };
                    let mut body = Function::new([]);
                    body.instruction(&Instruction::GlobalGet(with.global_index(export.index)?))
                        .instruction(&Instruction::End);
                    readers.push((name, with.val_type(global.content_type)?, body));
                }
                Space::Tables | Space::Memories | Space::Tags => {}
            }
        }
        Ok(readers)
    }

    /// Adds an exported function without parameters.
    fn add_function(&mut self, name: &str, result: ValType, body: Function) {
        self.sections.types.ty().function([], [result]);
        self.sections.functions.function(self.types);
        self.types += 1;
        let function = self.numbers.next.entry(Space::Functions).or_default();
        self.sections.exports.export(name, ExportKind::Func, *function);
        *function += 1;
        self.sections.code.function(&body);
    }
}

/// The initial values of the globals of a module and of those before it.
fn initial_values(
    module: &[u8],
    with: &mut Renumbered,
) -> Result<BTreeMap<u32, wasm_encoder::ConstExpr>, Error<Infallible>> {
    let mut initial = std::mem::take(&mut with.initial);
    let indices = with.spaces[&Space::Globals].clone();
    for payload in payloads(module) {
        if let Payload::GlobalSection(globals) = payload {
            let own = &indices[indices.len() - globals.count() as usize..];
            for (index, global) in own.iter().zip(globals) {
                initial.insert(*index, with.const_expr(global?.init_expr)?);
            }
        }
    }
    Ok(initial)
}

/// The operands that copy a segment of this length, all of it.
fn copy(
    offset: ConstExpr<'_>,
    length: u32,
    with: &mut Renumbered,
) -> Result<Function, Error<Infallible>> {
    let mut step = Function::new([]);
    let mut operators = offset.get_operators_reader();
    while !operators.is_end_then_eof() {
        step.instruction(&with.parse_instruction(&mut operators)?);
    }
    step.instruction(&Instruction::I32Const(0))
        .instruction(&Instruction::I32Const(length.cast_signed()));
    Ok(step)
}
