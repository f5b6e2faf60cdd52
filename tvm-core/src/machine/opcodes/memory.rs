//! Loads and stores. The bytes above a narrow load are 0, or repeat its sign, which the tick carries from byte
//! to byte.

use super::super::limits::SIGN_BIT;
use tvm_macros::opcode;

opcode! {
    /// Linear memory, and constants.
    pub MEMORY {
        /// The lowest bytes are those of the narrower number. The tick of its last byte carries the sign to the
        /// bytes above.
        fn sign_extended(result, narrow, bytes) {
            result.byte = narrow.byte when index < bytes;
            result.carry = 1 when narrow.byte >= 128 && index >= bytes - 1 && index < bytes;
            result.byte = 255 * carry when index >= bytes;
            result.carry = carry when index >= bytes;
        }

        /// The lowest bytes are those of a narrower number, the others 0.
        fn zero_extended(result, narrow, bytes) {
            result.byte = narrow.byte when index < bytes;
        }

        /// Loads as many bytes as the type has.
        i32.load = 0x28, i64.load = 0x29 : [address: i32] -> [value: T] {
            let bytes = memory[address, size(T)];
            trap out_of_bounds when bytes.outside;
            value.byte = bytes.byte;
        }

        /// One byte, sign-extended.
        i32.load8_s = 0x2c, i64.load8_s = 0x30 : [address: i32] -> [value: T] {
            let bytes = memory[address, 1];
            trap out_of_bounds when bytes.outside;
            sign_extended(value, bytes, 1);
        }

        /// One byte, zero-extended.
        i32.load8_u = 0x2d, i64.load8_u = 0x31 : [address: i32] -> [value: T] {
            let bytes = memory[address, 1];
            trap out_of_bounds when bytes.outside;
            zero_extended(value, bytes, 1);
        }

        /// Two bytes, sign-extended.
        i32.load16_s = 0x2e, i64.load16_s = 0x32 : [address: i32] -> [value: T] {
            let bytes = memory[address, 2];
            trap out_of_bounds when bytes.outside;
            sign_extended(value, bytes, 2);
        }

        /// Two bytes, zero-extended.
        i32.load16_u = 0x2f, i64.load16_u = 0x33 : [address: i32] -> [value: T] {
            let bytes = memory[address, 2];
            trap out_of_bounds when bytes.outside;
            zero_extended(value, bytes, 2);
        }

        /// Four bytes, sign-extended.
        i64.load32_s = 0x34 : [address: i32] -> [value: i64] {
            let bytes = memory[address, 4];
            trap out_of_bounds when bytes.outside;
            value.byte = bytes.byte when index < 4;
            value.carry = 1 when bytes.byte >= 128 && index < 4;
            value.byte = 255 * carry when index >= 4;
            value.carry = carry when index >= 4;
        }

        /// Four bytes, zero-extended.
        i64.load32_u = 0x35 : [address: i32] -> [value: i64] {
            let bytes = memory[address, 4];
            trap out_of_bounds when bytes.outside;
            zero_extended(value, bytes, 4);
        }

        /// Stores as many bytes as the type has.
        i32.store = 0x36, i64.store = 0x37 : [address: i32 value: T] -> [] {
            let bytes = memory[address, size(T)];
            trap out_of_bounds when bytes.outside;
            bytes.byte = value.byte;
        }

        /// Stores one byte.
        i32.store8 = 0x3a, i64.store8 = 0x3c : [address: i32 value: T] -> [] {
            let bytes = memory[address, 1];
            trap out_of_bounds when bytes.outside;
            bytes.byte = value.byte;
        }

        /// Stores two bytes.
        i32.store16 = 0x3b, i64.store16 = 0x3d : [address: i32 value: T] -> [] {
            let bytes = memory[address, 2];
            trap out_of_bounds when bytes.outside;
            bytes.byte = value.byte;
        }

        /// Stores four bytes.
        i64.store32 = 0x3e : [address: i32 value: i64] -> [] {
            let bytes = memory[address, 4];
            trap out_of_bounds when bytes.outside;
            bytes.byte = value.byte;
        }

        /// A constant, sign-extended from the four bytes of the immediate.
        i32.const = 0x41, i64.const = 0x42 : [] -> [value: T] {
            let negative = step(immediate.value >= SIGN_BIT);
            value.byte = immediate.byte when index < 4;
            value.byte = 255 when negative && index >= 4;
        }
    }
}

opcode! {
    /// Memory that is reserved for the front end: above all pages that the program can have, so that no other
    /// access reaches it, and these need no check. Tables that change and passive segments lie there.
    pub RESERVED {
        /// Loads a reserved word.
        reserved.load = 0x25 : [address: i32] -> [value: i32] {
            value.byte = reserved[address, 4].byte;
        }

        /// Stores a reserved word.
        reserved.store = 0x26 : [address: i32 value: i32] -> [] {
            reserved[address, 4].byte = value.byte;
        }
    }
}

opcode! {
    /// The size of linear memory.
    pub MEMORY_SIZE {
        /// A number of pages, which has two bytes.
        fn number_of_pages(result, pages) {
            let upper = count(pages, 256, 4);
            result.byte = pages - 256 * upper when first;
            result.byte = upper when index == 1;
        }

        /// Declares how many pages memory has.
        memory.declare = 0xfb : [] -> [] { memory.pages.byte = immediate.byte; }

        /// The number of pages.
        memory.size = 0x3f : [] -> [size: i32] { number_of_pages(size, memory.pages); }

        /// Adds pages, unless there would be more than the immediate says. Gives the number before, or -1.
        memory.grow = 0x40 : [delta: i32] -> [old: i32] {
            let fits = step(memory.pages + delta.value <= immediate.value);
            let upper = count(memory.pages, 256, 4);
            old.byte = memory.pages - 256 * upper when fits && first;
            old.byte = upper when fits && index == 1;
            old.byte = 255 when not fits;
            grow(old, delta);
        }
    }
}
