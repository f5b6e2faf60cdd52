//! A lookup gives one form for every value, and within an expression it has one value.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Look.
        i32.look = 0x01 : [a] -> [c] {
            let [x, y, z] = lookup { key: index, query: a.byte, values: [carry, first] };
            c.byte = x + y + z + lookup { key: index, query: a.byte, values: [carry, first] };
        }
    }
}

fn main() {}
