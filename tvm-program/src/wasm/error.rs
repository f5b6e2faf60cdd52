//! Why a module cannot become a program.

use std::fmt;

use crate::excerpt::excerpt;
use crate::limits::INSTRUCTIONS;

/// Why a module cannot become a program; every case names the place in the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// Not a valid module of WebAssembly 3.0 with threads and with one memory of 32-bit addresses.
    #[error(
        "invalid WebAssembly module: {message} (at offset {offset:#x}); a module may use WebAssembly \
         3.0 and threads, but not several memories nor 64-bit addresses"
    )]
    Invalid {
        /// What the validator says.
        message: String,
        /// The offset in the module's bytes.
        offset: u64,
    },
    /// The machine cannot execute an operator that the program reaches.
    #[error("function {function}, offset {offset:#x}: {operator} is not supported{hint}")]
    Unsupported {
        /// The function's name where the module has names, and its index.
        function: String,
        /// The offset in the module's bytes.
        offset: u64,
        /// The operator in the text format, or a value that it has and the machine has not.
        operator: String,
        /// What to do about it, if anything; begins with a separator.
        hint: &'static str,
    },
    /// The instruction set lacks an opcode that every compiled program needs.
    #[error("the instruction set has no `{name}`, which every compiled program needs")]
    MissingOpcode {
        /// The mnemonic.
        name: &'static str,
    },
    /// An import that is neither an opcode of the instruction set nor `tvm.input`, nor in a module
    /// of the host.
    #[error(
        "import `{module}.{name}`: {reason}; a program can import `tvm.input` and, as functions, \
         opcodes of its instruction set, such as `tvm.output` and `tvm.halt`"
    )]
    Import {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Several things that the program needs and the machine has not.
    #[error("the program needs {} things that are not there:{}", .lacks.len(), Listed(.lacks))]
    Several {
        /// Each of them once.
        lacks: Vec<Lack>,
    },
    /// Nothing to start.
    #[error(
        "the module exports no function to begin with: export `compute` of type (i32) -> (), which is \
         given the address of the input, `_start` of type () -> (), or `main` of type () -> (i32) or \
         (i32 i32) -> (i32); in C these are `void compute(const char *input)`, `int main(void)` and \
         `int main(int argc, char **argv)`{}", Exports(.exports)
    )]
    NoEntry {
        /// The functions that it exports.
        exports: Vec<String>,
    },
    /// An entry of another type.
    #[error("the exported function `{name}` has type {found}; to begin with it must be {expected}")]
    EntryType {
        /// The export's name.
        name: String,
        /// Its type.
        found: String,
        /// The type that belongs there.
        expected: &'static str,
    },
    /// A call of something that is not exported.
    #[error("the module exports no function `{name}`")]
    NoFunction {
        /// The name that was asked for.
        name: String,
    },
    /// A call of a function whose type is not made of numbers and references.
    #[error("the function `{name}` has type {found}; vectors are not supported")]
    FunctionType {
        /// The export's name.
        name: String,
        /// Its type.
        found: String,
    },
    /// A call with arguments of other types than the function's.
    #[error("the function `{name}` has type {found}, which does not take these arguments")]
    Arguments {
        /// The export's name.
        name: String,
        /// Its type.
        found: String,
    },
    /// More memory than the machine has.
    #[error(
        "the module asks for {bytes} bytes of memory, with its tables that change and its passive segments; \
         the machine has {most}: declare fewer pages"
    )]
    MemoryTooLarge {
        /// The bytes of its initial pages, and of what is reserved for tables and segments.
        bytes: u64,
        /// What the machine has.
        most: u64,
    },
    /// A data segment that does not fit.
    #[error(
        "the data segment of {length} bytes at address {address:#x} ends outside memory: declare more \
         pages"
    )]
    DataOutsideMemory {
        /// Where it begins.
        address: u64,
        /// Its length.
        length: u64,
    },
    /// An element segment that does not fit.
    #[error(
        "the element segment of {length} functions at index {first} ends outside its table, which has \
         {size} elements"
    )]
    ElementsOutsideTable {
        /// The index of its first element.
        first: usize,
        /// How many it has.
        length: usize,
        /// The size of the table.
        size: usize,
    },
    /// More instructions than a program can have.
    #[error(
        "with function `{}` the program has more than {} instructions: remove what it does not need, \
         compute large tables when the program begins, and give its functions fewer locals",
        excerpt(function),
        INSTRUCTIONS
    )]
    ProgramTooLong {
        /// The function that makes it too long.
        function: String,
    },
    /// A function that could push too many operands.
    #[error(
        "function body {body}, offset {offset:#x}: it has {length} bytes, and a function type of the \
         module has {values} values: split the function, or use structures in memory"
    )]
    FunctionTooLarge {
        /// Which body of the code section, from 0.
        body: u32,
        /// The offset in the module's bytes.
        offset: u64,
        /// The length of the body in bytes.
        length: u64,
        /// The most parameters or results of a function type.
        values: u64,
    },
    /// A function with more operands on the stack than the machine has room for.
    #[error(
        "function {function}, offset {offset:#x}: more than {most} words of operands on the stack: keep some of them in \
         locals or in memory"
    )]
    StackTooLarge {
        /// The function's name where the module has names, and its index.
        function: String,
        /// The offset in the module's bytes.
        offset: u64,
        /// The most words of operands that it may have there.
        most: u32,
    },
    /// A table with more elements than indirect calls can distinguish.
    #[error(
        "function {function}: `call_indirect` through table {table}, which has {size} elements; at most \
         {most} are supported: make the table smaller"
    )]
    TableTooLarge {
        /// The function with the first such call.
        function: String,
        /// The index of the table.
        table: u32,
        /// Its size.
        size: u32,
        /// The most that it may have.
        most: u32,
    },
    /// Tables that begin with very many functions.
    #[error(
        "tables of {size} elements in all begin filled with a function; at most {most} are supported: make them \
         smaller"
    )]
    FilledTablesTooLarge {
        /// The sum of their sizes.
        size: u64,
        /// The most that it may have.
        most: u32,
    },
    /// No room behind the data for the input.
    #[error(
        "there is no room for the input: it would be placed at {address:#x}, behind the data and the \
         stack, where the machine has no memory"
    )]
    NoRoomForInput {
        /// Where it would begin.
        address: u64,
    },
    /// An initial value or the place of a segment that is not known when compiling.
    #[error(
        "offset {offset:#x}: {what} is not a constant: only numbers, sums, differences and products of them, references to \
         functions, null and other globals are supported here"
    )]
    NotConstant {
        /// Which initial value.
        what: &'static str,
        /// The offset in the module's bytes.
        offset: u64,
    },
}

/// Something that a program needs and the machine has not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lack {
    /// The error that it would be alone, at its first place.
    pub error: CompileError,
    /// In how many places it is needed besides.
    pub further: usize,
}

/// The functions that a module exports, and how they are called.
struct Exports<'e>(&'e [String]);

impl fmt::Display for Exports<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Some(first), names) = (self.0.first(), self.0.iter().take(LISTED)) else {
            return Ok(());
        };
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        write!(formatter, ". It exports {}", names.join(", "))?;
        if self.0.len() > LISTED {
            write!(formatter, " and {} more", self.0.len() - LISTED)?;
        }
        write!(formatter, ": `tvm run --invoke {first}` calls one of them")
    }
}

/// How many of several things a message lists.
const LISTED: usize = 20;

/// Several things, each on a line of its own.
struct Listed<'l>(&'l [Lack]);

impl fmt::Display for Listed<'_> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Lack { error, further } in self.0.iter().take(LISTED) {
            write!(formatter, "\n- {error}")?;
            match further {
                0 => {}
                1 => write!(formatter, " (also in another place)")?,
                _ => write!(formatter, " (also in {further} other places)")?,
            }
        }
        match self.0.len().saturating_sub(LISTED) {
            0 => Ok(()),
            more => write!(formatter, "\n- and {more} more"),
        }
    }
}

impl From<wasmparser::BinaryReaderError> for CompileError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        CompileError::Invalid { message: excerpt(error.message()), offset: error.offset() }
    }
}
