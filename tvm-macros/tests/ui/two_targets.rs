//! The bytes of an instruction go to one place.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// A result and a local.
        both = 0x01 : [a: i32 b: i32] -> [r: i32] {
            r.byte = a.byte;
            local.byte = b.byte;
        }

        /// Memory and a global.
        elsewhere = 0x02 : [a: i32 b: i32] -> [] {
            trap out_of_bounds when memory[a, 4].outside;
            memory[a, 4].byte = b.byte;
            global[i32].byte = b.byte;
        }
    }
}

fn main() {}
