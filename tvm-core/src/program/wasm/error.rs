//! Why a module cannot become a program.

/// Why a module cannot become a program; every case names the place in the module.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CompileError {
    /// Not a valid module of WebAssembly 1.0 with the sign-extension operators.
    #[error(
        "invalid WebAssembly module: {message} (at offset {offset:#x}); \
             WebAssembly 1.0 and the sign-extension operators are read, so C must be compiled with -mcpu=mvp"
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
    /// An import that is neither an opcode of the instruction set nor `tvm.input`.
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
    /// More memory than the machine has.
    #[error("the module asks for {bytes} bytes of memory; the machine has {}", super::MEMORY_BYTES)]
    MemoryTooLarge {
        /// The bytes of its initial pages.
        bytes: u64,
    },
    /// A data segment that does not fit.
    #[error("the data segment of {length} bytes at address {address:#x} does not fit into memory")]
    DataOutsideMemory {
        /// Where it begins.
        address: u64,
        /// Its length.
        length: u64,
    },
    /// No room behind the data for the input.
    #[error("the input would be placed at {address:#x}, where the machine has no memory")]
    NoRoomForInput {
        /// Where it would begin.
        address: u64,
    },
    /// An initial value or a data offset that is not an i32 constant.
    #[error("offset {offset:#x}: {what} is not an i32 constant, which is not supported")]
    NotConstant {
        /// Which initial value.
        what: &'static str,
        /// The offset in the module's bytes.
        offset: u64,
    },
}

impl From<wasmparser::BinaryReaderError> for CompileError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        CompileError::Invalid { message: error.message().to_owned(), offset: error.offset() }
    }
}
