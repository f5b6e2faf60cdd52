//! Parametric instructions: they move values of any type, and depend on no value except a condition.

use tvm_macros::opcode;

opcode! {
    /// Instructions for values of any type.
    pub PARAMETRIC {
        /// Drops a value.
        drop = 0x1a for i32, drop64 = 0xd0 for i64 : [value: T] -> [] { }

        /// The first operand when the condition is not 0, else the second.
        select = 0x1b for i32, select64 = 0xd1 for i64 : [a: T b: T condition: i32] -> [chosen: T] {
            chosen.byte = if condition.nonzero { a.byte } else { b.byte };
        }
    }
}
