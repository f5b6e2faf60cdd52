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
        local.tee = 0x22 : [value] -> [value] { local.byte = value.byte; }

        /// Reads a global.
        global.get = 0x23 : [] -> [value] { value.byte = global.byte; }

        /// Writes a global.
        global.set = 0x24 : [value] -> [] { global.byte = value.byte; }
    }
}

opcode! {
    /// Variables of 64 bits: the one that the immediate names and the next.
    pub VARIABLES_64 {
        /// Reads a local.
        local.get64 = 0xd2 : [] -> [value: i64] { value.byte = local.byte; }

        /// Writes a local.
        local.set64 = 0xd3 : [value: i64] -> [] { local64.byte = value.byte; }

        /// Writes a local and keeps the value.
        local.tee64 = 0xd4 : [value: i64] -> [value: i64] { local64.byte = value.byte; }

        /// Reads a global.
        global.get64 = 0xd5 : [] -> [value: i64] { value.byte = global.byte; }

        /// Writes a global.
        global.set64 = 0xd6 : [value: i64] -> [] { global64.byte = value.byte; }
    }
}
