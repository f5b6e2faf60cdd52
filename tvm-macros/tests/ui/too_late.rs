//! What is read is still there, at every index where it is.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// The greater one: where the upper word is written, the lower one of `a` is gone.
        i64.max_s = 0x01 : [a: i64 b: i64] -> [greater: i64] {
            greater.byte = a.byte when order(a, b).signed >= 0;
            greater.byte = b.byte when order(a, b).signed < 0;
        }

        /// An immediate has four bytes.
        i64.wide = 0x02 : [] -> [r: i64] {
            r.byte = immediate.byte;
        }

        /// So has an operand of 32 bits.
        i64.widen = 0x03 : [a: i32] -> [r: i64] {
            r.byte = a.byte;
            r.byte = 255 when a.negative && index >= 4;
        }

        /// The bits of a number whose lowest byte is overwritten.
        i32.bits = 0x04 : [a: i32] -> [r: i32] {
            let bits = a.population;
            r.byte = bits;
        }

        /// Two bytes of memory.
        i32.two = 0x05 : [address: i32] -> [r: i32] {
            let bytes = memory[address, 2];
            trap out_of_bounds when bytes.outside;
            r.byte = bytes.byte;
        }

        /// An offset begins after `branch_taken`.
        leap = 0x06 : [] -> [] {
            jump.byte = 1 when first;
            jump;
        }
    }
}

fn main() {}
