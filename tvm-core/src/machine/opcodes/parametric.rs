//! Parametric instructions: they move values and look at none but a condition.

use tvm_macros::opcode;

opcode! {
    /// Instructions for values of any type.
    pub PARAMETRIC {
        /// Drops a value.
        drop = 0x1a : [value] -> [] { }

        /// The first operand when the condition is not 0, else the second.
        select = 0x1b : [a b condition] -> [chosen] {
            chosen.byte = a.byte when condition.nonzero;
            chosen.byte = b.byte when 1 - condition.nonzero;
        }
    }
}

opcode! {
    /// The same for values of 64 bits.
    pub PARAMETRIC_64 {
        /// Drops a value.
        drop64 = 0xd0 : [value: i64] -> [] { }

        /// The first operand when the condition is not 0, else the second.
        select64 = 0xd1 : [a: i64 b: i64 condition] -> [chosen: i64] {
            chosen.byte = a.byte when condition.nonzero;
            chosen.byte = b.byte when 1 - condition.nonzero;
        }
    }
}
