//! Locals and globals. A variable of 64 bits takes two numbers: that of the immediate and the next.

use tvm_macros::opcode;

opcode! {
    /// Variables of the function and of the module.
    pub VARIABLES {
        /// Reads a local.
        local.get = 0x20 for i32, local.get64 = 0xd2 for i64 : [] -> [value: T] {
            value.byte = local[T].byte;
        }

        /// Writes a local.
        local.set = 0x21 for i32, local.set64 = 0xd3 for i64 : [value: T] -> [] {
            local[T].byte = value.byte;
        }

        /// Writes a local and keeps the value.
        local.tee = 0x22 for i32, local.tee64 = 0xd4 for i64 : [value: T] -> [value: T] {
            local[T].byte = value.byte;
        }

        /// Reads a global.
        global.get = 0x23 for i32, global.get64 = 0xd5 for i64 : [] -> [value: T] {
            value.byte = global[T].byte;
        }

        /// Writes a global.
        global.set = 0x24 for i32, global.set64 = 0xd6 for i64 : [value: T] -> [] {
            global[T].byte = value.byte;
        }
    }
}
