//! Sign extension: like a narrow signed load, from the stack.

use tvm_macros::opcode;

opcode! {
    /// Sign extension.
    pub EXTENSION {
        /// From 8 bits.
        i32.extend8_s = 0xc0 : [a] -> [extended] {
            extended.byte = a.byte when first;
            extended.carry = 1 when first && a.byte >= 128;
            extended.byte = 255 * carry when 1 - first;
            extended.carry = carry when 1 - first;
        }

        /// From 16 bits.
        i32.extend16_s = 0xc1 : [a] -> [extended] {
            extended.byte = a.byte when index < 2;
            extended.carry = 1 when a.byte >= 128 && 1 - first && index < 2;
            extended.byte = 255 * carry when index >= 2;
            extended.carry = carry when index >= 2;
        }
    }
}

opcode! {
    /// Sign extension to 64 bits.
    pub EXTENSION_64 {
        /// From 8 bits.
        i64.extend8_s = 0xc2 : [a: i64] -> [extended: i64] {
            extended.byte = a.byte when first;
            extended.carry = 1 when first && a.byte >= 128;
            extended.byte = 255 * carry when 1 - first;
            extended.carry = carry when 1 - first;
        }

        /// From 16 bits.
        i64.extend16_s = 0xc3 : [a: i64] -> [extended: i64] {
            extended.byte = a.byte when index < 2;
            extended.carry = 1 when a.byte >= 128 && 1 - first && index < 2;
            extended.byte = 255 * carry when index >= 2;
            extended.carry = carry when index >= 2;
        }

        /// From 32 bits: above the operand comes a word of its signs.
        i64.extend_i32_s = 0xac : [a] -> [a upper] { upper.byte = 255 * a.negative; }
    }
}
