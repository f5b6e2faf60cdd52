//! An instruction accesses one number of bytes at one address, which is checked.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Two widths.
        widths = 0x01 : [address: i32] -> [r: i32] {
            trap out_of_bounds when memory[address, 4].outside;
            r.byte = memory[address, 2].byte when index < 2;
        }

        /// Reads and writes.
        update = 0x02 : [address: i32 value: i32] -> [] {
            let bytes = memory[address, 4];
            trap out_of_bounds when bytes.outside;
            bytes.byte = bytes.byte + value.byte;
        }

        /// Checks nothing.
        unchecked = 0x03 : [address: i32] -> [r: i32] {
            r.byte = memory[address, 4].byte;
        }

        /// Has its address elsewhere.
        below = 0x04 : [address: i32 value: i32] -> [r: i32] {
            trap out_of_bounds when memory[address, 4].outside;
            r.byte = memory[address, 4].byte + value.byte;
        }

        /// Does not say where.
        nowhere = 0x05 : [address: i32] -> [r: i32] {
            r.byte = memory.byte;
        }

        /// Three bytes, at an i64.
        odd = 0x06 : [address: i64] -> [r: i32] {
            r.byte = memory[address, 3].byte;
        }
    }
}

fn main() {}
