//! What the declaration of an opcode says about its tokens: which operands the instruction has, which runs of tokens it
//! can emit, and what the bytes among them are.

use std::fmt;

use tvm_core::machine::{Control, Machine, Opcode, Target};
use tvm_program::{Code, Mnemonic, Place, Places, ValueType};

/// Bytes of the relative target of a transfer of control, and digits of a quotient.
const WORD: usize = 4;

/// An opcode, as far as its tokens are concerned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Declaration {
    /// The opcode's name.
    pub(super) name: &'static str,
    /// The types of the operands, the last one last.
    pub(super) operands: Vec<ValueType>,
    /// The types of the results, which are on the stack in place of the operands if no variable is named.
    pub(super) results: Vec<ValueType>,
    /// How many words of the operands, from the lowest on, stay where they are below the result.
    pub(super) kept: usize,
    /// What the emitted bytes are, if they are no relative target.
    pub(super) target: Option<Written>,
    /// Is its operand added to the size of memory, unless the result is -1?
    pub(super) grows: bool,
    /// Can it end in a branch?
    pub(super) branches: bool,
    /// The runs of tokens that it can emit, by which of its operands and its result are in variables; none where that
    /// cannot be.
    runs: [Option<Vec<Run>>; Places::SHAPES],
}

/// What the bytes are that an instruction emits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Written {
    /// The result, on the stack or in the variable that the instruction names for it.
    Result,
    /// The local that the immediate names, and the next one if the value has 64 bits.
    Local,
    /// The global that the immediate names, and the next one if the value has 64 bits.
    Global,
    /// Linear memory, at the operand below the top of the stack plus the immediate.
    Memory,
    /// The size of linear memory in pages.
    Pages,
    /// The number of a request to the host.
    Request,
    /// An argument of a request.
    Argument,
    /// Bytes of the host for linear memory, at the operand.
    Section,
}

/// Tokens that an instruction can emit: `branch_taken` or the digits of a quotient, bytes, and the
/// token that completes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Run {
    /// What comes before the bytes.
    pub(super) opening: Opening,
    /// How many bytes there are; any number if none is given.
    pub(super) bytes: Option<usize>,
    /// The token that completes the instruction.
    pub(super) last: Last,
}

/// What comes before the bytes of a run.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Opening {
    /// Nothing.
    #[default]
    None,
    /// `branch_taken`.
    Transfer,
    /// Four digits and `divided`.
    Digits,
    /// `request`.
    Request,
    /// `await`: the host appends the rest.
    Await,
}

/// A token that completes an instruction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Last {
    /// This one.
    Token(String),
    /// One of the 256 `out(..)`.
    Output,
}

impl Declaration {
    /// Of an opcode of a machine whose instructions have places, or all of whose operands and results are on the stack.
    fn of(opcode: &Opcode, has_places: bool) -> Declaration {
        let mnemonic = opcode.describe();
        Declaration {
            name: opcode.mnemonic,
            kept: usize::from(mnemonic.pushes() - opcode.result_words()),
            target: target(opcode),
            grows: opcode.controls.contains(&Control::Grow),
            branches: opcode.controls.contains(&Control::Jump),
            runs: std::array::from_fn(|shape| {
                let places = Places::with_shape(shape);
                let can_be = places == Places::STACK || has_places && mnemonic.allows(places);
                can_be.then(|| runs(opcode, &mnemonic, places))
            }),
            operands: mnemonic.operands,
            results: mnemonic.results,
        }
    }

    /// The runs of tokens that an instruction with these places can emit; none if it cannot have them.
    pub(super) fn runs(&self, places: Places) -> Option<&[Run]> {
        self.runs[places.shape()].as_deref()
    }
}

/// What its bytes are: those of the host, where it awaits them.
fn target(opcode: &Opcode) -> Option<Written> {
    if opcode.controls.contains(&Control::Await) {
        return Some(opcode.result().map_or(Written::Section, |_| Written::Result));
    }
    opcode.target.and_then(written)
}

fn written(target: Target) -> Option<Written> {
    match target {
        Target::Result => Some(Written::Result),
        Target::Local(_) => Some(Written::Local),
        Target::Global(_) => Some(Written::Global),
        Target::Memory(_) => Some(Written::Memory),
        Target::Pages => Some(Written::Pages),
        Target::Request => Some(Written::Request),
        Target::Argument(_) => Some(Written::Argument),
        Target::Output | Target::Offset => None,
    }
}

/// The runs of an opcode: one for going on at the next instruction, one for every other ending.
fn runs(opcode: &Opcode, mnemonic: &Mnemonic, places: Places) -> Vec<Run> {
    let stores = mnemonic.stores_to_stack && places.result == Place::Stack;
    let (delta, sts) = (mnemonic.delta_with(places), u8::from(stores));
    let commit = |taken| format!("commit({delta:+},sts={sts},bt={taken})");
    let divides = opcode.controls.contains(&Control::Divide);
    let opening = match opcode.controls {
        _ if divides => Opening::Digits,
        [Control::Request] => Opening::Request,
        [Control::Await] => Opening::Await,
        _ => Opening::None,
    };
    let next = Run {
        opening,
        bytes: match target(opcode) {
            Some(Written::Section) => None,
            Some(_) => Some(opcode.bytes().into()),
            None => Some(0),
        },
        last: match opcode.target == Some(Target::Output) {
            true => Last::Output,
            false => Last::Token(commit(0)),
        },
    };
    let run = |opening, bytes, last| Run { opening, bytes: Some(bytes), last: Last::Token(last) };
    let end = |last: String| run(Opening::None, 0, last);
    let transfer = |last: String| run(Opening::Transfer, WORD, last);
    let others = opcode.controls.iter().filter_map(|control| match control {
        Control::Jump => Some(transfer(commit(1))),
        Control::Call => Some(transfer("call_commit".to_owned())),
        Control::Return => Some(transfer("return_commit".to_owned())),
        Control::Halt => Some(end("halt".to_owned())),
        Control::Trap(kind) => Some(end(format!("trap({kind})"))),
        Control::Divide | Control::Grow | Control::Request | Control::Await => None,
    });
    [next].into_iter().chain(others).collect()
}

impl Opening {
    /// What comes next, when so many bytes have come without an opening.
    pub(super) fn after(bytes: usize, token: &str) -> Option<Opening> {
        match (token, bytes) {
            ("branch_taken", 0) => Some(Opening::Transfer),
            ("divided", WORD) => Some(Opening::Digits),
            ("request", 0) => Some(Opening::Request),
            ("await", 0) => Some(Opening::Await),
            _ => None,
        }
    }
}

impl Run {
    /// Can so many bytes have come, when this came before them?
    pub(super) fn begins_with(&self, opening: Opening, bytes: usize) -> bool {
        match (self.opening, opening) {
            (Opening::Digits, Opening::None) => bytes <= WORD,
            (own, opening) => own == opening && self.bytes.is_none_or(|all| bytes <= all),
        }
    }

    /// Is the run complete but for its last token?
    pub(super) fn is_complete(&self, opening: Opening, bytes: usize) -> bool {
        self.opening == opening && self.bytes.is_none_or(|all| bytes == all)
    }
}

impl fmt::Display for Run {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.opening {
            Opening::None => {}
            Opening::Transfer => formatter.write_str("`branch_taken`, ")?,
            Opening::Digits => write!(formatter, "{WORD} bytes, `divided`, ")?,
            Opening::Request => formatter.write_str("`request`, ")?,
            Opening::Await => formatter.write_str("`await`, ")?,
        }
        match self.bytes {
            Some(0) => {}
            Some(bytes) => write!(formatter, "{bytes} bytes, ")?,
            None => formatter.write_str("bytes, ")?,
        }
        match &self.last {
            Last::Token(token) => write!(formatter, "`{token}`"),
            Last::Output => formatter.write_str("`out(..)`"),
        }
    }
}

/// The declarations of a machine's opcodes, by code.
#[derive(Debug)]
pub(super) struct Declarations {
    by_code: Vec<Option<Declaration>>,
    /// Does the machine trap?
    pub(super) traps: bool,
}

impl Declarations {
    /// Of all opcodes of a machine.
    pub(super) fn of(machine: &Machine) -> Declarations {
        let set = machine.instruction_set();
        let has_places = set.has_places();
        let mut declarations = vec![None; 256];
        for opcode in machine.opcodes() {
            declarations[usize::from(opcode.code.0)] = Some(Declaration::of(opcode, has_places));
        }
        Declarations { by_code: declarations, traps: set.traps() }
    }

    /// The declaration of the opcode with this code.
    pub(super) fn get(&self, Code(code): Code) -> Option<&Declaration> {
        self.by_code[usize::from(code)].as_ref()
    }
}
