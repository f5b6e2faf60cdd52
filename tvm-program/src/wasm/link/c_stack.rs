//! What is known of the C stack of a module that a compiler of C has made. A function that keeps
//! variables there begins by taking its frame from the global `__stack_pointer`:
//!
//! ```text
//! global.get $__stack_pointer  i32.const 48  i32.sub  local.tee 1  global.set $__stack_pointer
//! ```
//!
//! A module without the global's name has no C stack as far as this knows. It is for messages.

use wasmparser::{FunctionBody, Operator};

use crate::wasm::lower::{RoutineName, Routines};
use crate::wasm::module::{Module, Origin, Segment};
use crate::{CStack, CStackFrame, FunctionStart, Value};

/// The C stack of a module whose routines, behind a prologue, became these functions.
pub(crate) fn of(
    module: &Module<'_>,
    routines: &Routines,
    functions: &[FunctionStart],
) -> Option<CStack> {
    let pointer = module.stack_pointer?;
    let bytes = size(module, pointer)?;
    let behind_prologue = functions.iter().skip(1);
    let frames = routines.keys().zip(behind_prologue).filter_map(|(&name, function)| {
        let RoutineName::Function(index) = name else { return None };
        let Origin::Defined(body) = &module.function(index).origin else { return None };
        let frame = frame(body, pointer, function.first)?;
        (frame.bytes > 0 || frame.varies).then_some(frame)
    });
    Some(CStack { bytes, frames: frames.collect() })
}

/// The stack grows from where its pointer begins down to address 0, or to the data below it.
fn size(module: &Module<'_>, pointer: u32) -> Option<u32> {
    let Some(Value::I32(end)) = module.globals.get(pointer as usize)?.initial else { return None };
    let below = module.data.iter().map(Segment::end).filter(|&data| data <= end.into());
    Some(end - u32::try_from(below.max().unwrap_or(0)).ok()?)
}

/// The frame of a function. None when its body cannot be read, which a validated one can.
fn frame(body: &FunctionBody<'_>, pointer: u32, function: usize) -> Option<CStackFrame> {
    let mut frame = CStackFrame { function, bytes: 0, varies: false };
    let mut recent = Recent::default();
    let mut is_set = false;
    for operator in body.get_operators_reader().ok()? {
        let operator = operator.ok()?;
        if let Operator::GlobalSet { global_index } = operator
            && global_index == pointer
        {
            is_set = true;
            frame.varies |= recent.varies();
        }
        recent.push(&operator, pointer);
        if frame.bytes == 0 {
            frame.bytes = recent.taken().unwrap_or(0);
        }
    }
    // A frame that is taken in other words than those above.
    frame.varies |= is_set && frame.bytes == 0;
    Some(frame)
}

/// What of an operator matters here.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    Pointer,
    Constant(i32),
    Add,
    Subtract,
    Local,
    #[default]
    Other,
}

/// The last three operators, the latest first, without `local.tee`, which changes no operand.
#[derive(Default)]
struct Recent([Kind; 3]);

impl Recent {
    fn push(&mut self, operator: &Operator<'_>, pointer: u32) {
        let kind = match *operator {
            Operator::LocalTee { .. } => return,
            Operator::GlobalGet { global_index } if global_index == pointer => Kind::Pointer,
            Operator::I32Const { value } => Kind::Constant(value),
            Operator::I32Add => Kind::Add,
            Operator::I32Sub => Kind::Subtract,
            Operator::LocalGet { .. } => Kind::Local,
            _ => Kind::Other,
        };
        let [first, second, _] = self.0;
        self.0 = [kind, first, second];
    }

    /// The bytes of a frame that has just been taken.
    fn taken(&self) -> Option<u32> {
        match self.0 {
            [Kind::Subtract, Kind::Constant(bytes), Kind::Pointer] => u32::try_from(bytes).ok(),
            [Kind::Add, Kind::Constant(bytes), Kind::Pointer] if bytes < 0 => {
                Some(bytes.unsigned_abs())
            }
            _ => None,
        }
    }

    /// Is the pointer now set to what only the run can say? Not when a constant was added to it or
    /// taken away, or when it is what it was before.
    fn varies(&self) -> bool {
        !matches!(
            self.0,
            [Kind::Subtract | Kind::Add, Kind::Constant(_), _] | [Kind::Local | Kind::Pointer, ..]
        )
    }
}
