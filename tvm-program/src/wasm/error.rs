//! Why a module cannot become a program.

use crate::excerpt::excerpt;
use crate::limits::INSTRUCTIONS;

/// Why a module cannot become a program; every case names the place in the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum CompileError {
    /// Not a valid module of WebAssembly 1.0 with the sign-extension, multi-value, bulk-memory and
    /// reference-types proposals.
    #[error(
        "invalid WebAssembly module: {message} (at offset {offset:#x}); WebAssembly 1.0 is read, \
         with the sign-extension, multi-value, bulk-memory and reference-types proposals"
    )]
    Invalid {
        /// What the validator says.
        message: String,
        /// The offset in the module's bytes.
        offset: u64,
    },
    /// The machine has nothing for this operator.
    #[error("function {function}, offset {offset:#x}: {operator} is not supported{hint}")]
    Unsupported {
        /// The function's name where the module has names, and its index.
        function: String,
        /// The offset in the module's bytes.
        offset: u64,
        /// The operator in the text format, or what stands in its place.
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
         the opcodes of its instruction set that neither branch nor need an immediate"
    )]
    Import {
        /// The import's module.
        module: String,
        /// The import's name.
        name: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Nothing to start.
    #[error(
        "the module exports no entry: it needs `void compute(const char *input)` or `int main(void)`"
    )]
    NoEntry,
    /// An entry of another type.
    #[error("the entry `{name}` has type {found}; {expected} is expected")]
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
    /// A call of a function whose type is not made of integers.
    #[error("the function `{name}` has type {found}; only i32 and i64 are supported")]
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
        "the module asks for {bytes} bytes of memory; the machine has {most}: declare fewer pages"
    )]
    MemoryTooLarge {
        /// The bytes of its initial pages.
        bytes: u64,
        /// What the machine has.
        most: u64,
    },
    /// A data segment that does not fit.
    #[error(
        "the data segment of {length} bytes at address {address:#x} does not fit into memory: declare \
         more pages"
    )]
    DataOutsideMemory {
        /// Where it begins.
        address: u64,
        /// Its length.
        length: u64,
    },
    /// An element segment that does not fit.
    #[error(
        "the element segment of {length} functions at index {first} does not fit into a table of \
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
    /// More instructions than a machine can follow.
    #[error(
        "at function `{}` the program has more than {} instructions: leave out what it does not \
         need, keep large tables out of its data, and give its functions fewer locals",
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
    /// A table of more elements than there can be instructions for.
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
    /// No room behind the data for the input.
    #[error("the input would be placed at {address:#x}, where the machine has no memory")]
    NoRoomForInput {
        /// Where it would begin.
        address: u64,
    },
    /// An initial value or the place of a segment that is not known when compiling.
    #[error("offset {offset:#x}: {what} is not an integer constant, which is not supported")]
    NotConstant {
        /// Which initial value.
        what: &'static str,
        /// The offset in the module's bytes.
        offset: u64,
    },
}

impl From<wasmparser::BinaryReaderError> for CompileError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        CompileError::Invalid { message: excerpt(error.message()), offset: error.offset() }
    }
}
