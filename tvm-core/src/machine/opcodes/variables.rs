//! Locals, globals and constants.

use tvm_macros::opcode;

opcode! {
    /// Variables of the function and of the module, and constants.
    pub VARIABLES {
        /// Reads a local.
        local.get = 0x20 : [] -> [value] { value.byte = local.byte; }

        /// Writes a local.
        local.set = 0x21 : [value] -> [] { local.byte = value.byte; }

        /// Writes a local and keeps the value.
        local.tee = 0x22 : [value] -> [kept] { local.byte = value.byte; keep; }

        /// Reads a global.
        global.get = 0x23 : [] -> [value] { value.byte = global.byte; }

        /// Writes a global.
        global.set = 0x24 : [value] -> [] { global.byte = value.byte; }
    }
}
