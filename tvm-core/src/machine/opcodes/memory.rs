//! Loads and stores. A byte beyond the length of a narrow load is 0, or repeats the sign: the tick
//! carries it from byte to byte.

use super::super::limits::SIGN_BIT;
use tvm_macros::opcode;

opcode! {
    /// Linear memory, and constants.
    pub MEMORY {
        /// Four bytes.
        i32.load = 0x28 : [address] -> [value] {
            trap out_of_bounds when memory.outside32;
            value.byte = memory.byte;
        }

        /// One byte, sign-extended.
        i32.load8_s = 0x2c : [address] -> [value] {
            trap out_of_bounds when memory.outside8;
            value.byte = memory.byte when first;
            value.carry = 1 when first && memory.byte >= 128;
            value.byte = 255 * carry when 1 - first;
            value.carry = carry when 1 - first;
        }

        /// One byte, zero-extended.
        i32.load8_u = 0x2d : [address] -> [value] {
            trap out_of_bounds when memory.outside8;
            value.byte = memory.byte when first;
        }

        /// Two bytes, sign-extended.
        i32.load16_s = 0x2e : [address] -> [value] {
            trap out_of_bounds when memory.outside16;
            value.byte = memory.byte when index < 2;
            value.carry = 1 when memory.byte >= 128 && 1 - first && index < 2;
            value.byte = 255 * carry when index >= 2;
            value.carry = carry when index >= 2;
        }

        /// Two bytes, zero-extended.
        i32.load16_u = 0x2f : [address] -> [value] {
            trap out_of_bounds when memory.outside16;
            value.byte = memory.byte when index < 2;
        }

        /// Stores four bytes.
        i32.store = 0x36 : [address value] -> [] {
            trap out_of_bounds when memory.outside32;
            memory32.byte = value.byte;
        }

        /// Stores one byte.
        i32.store8 = 0x3a : [address value] -> [] {
            trap out_of_bounds when memory.outside8;
            memory8.byte = value.byte;
        }

        /// Stores two bytes.
        i32.store16 = 0x3b : [address value] -> [] {
            trap out_of_bounds when memory.outside16;
            memory16.byte = value.byte;
        }

        /// A constant.
        i32.const = 0x41 : [] -> [value] { value.byte = immediate.byte; }
    }
}

opcode! {
    /// The same for numbers of 64 bits.
    pub MEMORY_64 {
        /// Eight bytes.
        i64.load = 0x29 : [address] -> [value: i64] {
            trap out_of_bounds when memory.outside64;
            value.byte = memory.byte;
        }

        /// One byte, sign-extended.
        i64.load8_s = 0x30 : [address] -> [value: i64] {
            trap out_of_bounds when memory.outside8;
            value.byte = memory.byte when first;
            value.carry = 1 when first && memory.byte >= 128;
            value.byte = 255 * carry when 1 - first;
            value.carry = carry when 1 - first;
        }

        /// One byte, zero-extended.
        i64.load8_u = 0x31 : [address] -> [value: i64] {
            trap out_of_bounds when memory.outside8;
            value.byte = memory.byte when first;
        }

        /// Two bytes, sign-extended.
        i64.load16_s = 0x32 : [address] -> [value: i64] {
            trap out_of_bounds when memory.outside16;
            value.byte = memory.byte when index < 2;
            value.carry = 1 when memory.byte >= 128 && 1 - first && index < 2;
            value.byte = 255 * carry when index >= 2;
            value.carry = carry when index >= 2;
        }

        /// Two bytes, zero-extended.
        i64.load16_u = 0x33 : [address] -> [value: i64] {
            trap out_of_bounds when memory.outside16;
            value.byte = memory.byte when index < 2;
        }

        /// Four bytes, sign-extended.
        i64.load32_s = 0x34 : [address] -> [value: i64] {
            trap out_of_bounds when memory.outside32;
            value.byte = memory.byte when index < 4;
            value.carry = 1 when memory.byte >= 128 && index < 4;
            value.byte = 255 * carry when index >= 4;
            value.carry = carry when index >= 4;
        }

        /// Four bytes, zero-extended.
        i64.load32_u = 0x35 : [address] -> [value: i64] {
            trap out_of_bounds when memory.outside32;
            value.byte = memory.byte when index < 4;
        }

        /// Stores eight bytes.
        i64.store = 0x37 : [address value: i64] -> [] {
            trap out_of_bounds when memory.outside64;
            memory64.byte = value.byte;
        }

        /// Stores one byte.
        i64.store8 = 0x3c : [address value: i64] -> [] {
            trap out_of_bounds when memory.outside8;
            memory8.byte = value.byte;
        }

        /// Stores two bytes.
        i64.store16 = 0x3d : [address value: i64] -> [] {
            trap out_of_bounds when memory.outside16;
            memory16.byte = value.byte;
        }

        /// Stores four bytes.
        i64.store32 = 0x3e : [address value: i64] -> [] {
            trap out_of_bounds when memory.outside32;
            memory32.byte = value.byte;
        }

        /// A constant, sign-extended from the immediate.
        i64.const = 0x42 : [] -> [value: i64] {
            let negative = step(immediate.value >= SIGN_BIT);
            value.byte = immediate.byte when index < 4;
            value.byte = 255 when negative && index >= 4;
        }
    }
}

opcode! {
    /// The size of linear memory.
    pub MEMORY_SIZE {
        /// Says how many pages memory has.
        memory.declare = 0xfb : [] -> [] { pages.byte = immediate.byte; }

        /// The number of pages.
        memory.size = 0x3f : [] -> [size] {
            let upper = count(memory.pages, 256, 4);
            size.byte = memory.pages - 256 * upper when first;
            size.byte = upper when index == 1;
        }

        /// Adds pages unless that would be more than the immediate says; the number before, or -1.
        memory.grow = 0x40 : [delta] -> [old] {
            let fits = step(memory.pages + delta.value <= immediate.value);
            let upper = count(memory.pages, 256, 4);
            old.byte = memory.pages - 256 * upper when fits && first;
            old.byte = upper when fits && index == 1;
            old.byte = 255 when 1 - fits;
            grow;
        }
    }
}
