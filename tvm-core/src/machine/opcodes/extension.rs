//! Sign extension: like a narrow signed load, from the stack.

use tvm_macros::opcode;

opcode! {
    /// Sign extension.
    pub EXTENSION {
        /// From 8 bits.
        i32.extend8_s = 0xc0 : [a] -> [extended] {
            let negative = step(a.byte >= 128);
            extended.byte = a.byte when first;
            extended.carry = negative when first;
            extended.byte = 255 * carry when 1 - first;
            extended.carry = carry when 1 - first;
        }

        /// From 16 bits.
        i32.extend16_s = 0xc1 : [a] -> [extended] {
            let negative = step(a.byte >= 128);
            let extending = step(index >= 2);
            extended.byte = a.byte when 1 - extending;
            extended.carry = negative when 1 - extending && 1 - first;
            extended.byte = 255 * carry when extending;
            extended.carry = carry when extending;
        }
    }
}

opcode! {
    /// Sign extension to 64 bits.
    pub EXTENSION_64 {
        /// From 8 bits.
        i64.extend8_s = 0xc2 : [a: i64] -> [extended: i64] {
            let negative = step(a.byte >= 128);
            extended.byte = a.byte when first;
            extended.carry = negative when first;
            extended.byte = 255 * carry when 1 - first;
            extended.carry = carry when 1 - first;
        }

        /// From 16 bits.
        i64.extend16_s = 0xc3 : [a: i64] -> [extended: i64] {
            let negative = step(a.byte >= 128);
            let extending = step(index >= 2);
            extended.byte = a.byte when 1 - extending;
            extended.carry = negative when 1 - extending && 1 - first;
            extended.byte = 255 * carry when extending;
            extended.carry = carry when extending;
        }

        /// From 32 bits: above the operand comes a word of its signs.
        i64.extend_i32_s = 0xac : [a] -> [a upper] { upper.byte = 255 * a.negative; }
    }
}
