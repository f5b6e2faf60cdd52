//! An instruction has one variable.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Sum of a local and a global.
        both = 0x01 : [] -> [r: i32] {
            r.byte = local.byte + global.byte;
        }

        /// From a global to a local.
        move = 0x02 : [] -> [] {
            local[i64].byte = global[i64].byte;
        }
    }
}

fn main() {}
