//! Loads and stores. A byte beyond the length of a narrow load is 0, or repeats the sign: the tick
//! carries it from byte to byte.

use tvm_macros::opcode;

opcode! {
    /// Linear memory, and constants.
    pub MEMORY {
        /// Four bytes.
        i32.load = 0x28 : [address] -> [value] { value.byte = memory.byte; }

        /// One byte, sign-extended.
        i32.load8_s = 0x2c : [address] -> [value] {
            value.byte = memory.byte when first;
            value.carry = memory.negative when first;
            value.byte = 255 * carry when 1 - first;
            value.carry = carry when 1 - first;
        }

        /// One byte, zero-extended.
        i32.load8_u = 0x2d : [address] -> [value] { value.byte = memory.byte when first; }

        /// Two bytes, sign-extended.
        i32.load16_s = 0x2e : [address] -> [value] {
            let extending = step(index >= 2);
            value.byte = memory.byte when 1 - extending;
            value.carry = memory.negative when 1 - extending && 1 - first;
            value.byte = 255 * carry when extending;
            value.carry = carry when extending;
        }

        /// Two bytes, zero-extended.
        i32.load16_u = 0x2f : [address] -> [value] {
            let extending = step(index >= 2);
            value.byte = memory.byte when 1 - extending;
        }

        /// Stores four bytes.
        i32.store = 0x36 : [address value] -> [] { memory32.byte = value.byte; }

        /// Stores one byte.
        i32.store8 = 0x3a : [address value] -> [] { memory8.byte = value.byte; }

        /// Stores two bytes.
        i32.store16 = 0x3b : [address value] -> [] { memory16.byte = value.byte; }

        /// A constant.
        i32.const = 0x41 : [] -> [value] { value.byte = immediate.byte; }
    }
}
