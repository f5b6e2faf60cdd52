//! The type parameter stands for the type of the name, or for what is said.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Of no type.
        twice = 0x01 : [a: T] -> [r: T] {
            r.byte = 2 * a.byte when index < size(T);
        }

        /// Twice of one type.
        i32.one = 0x02, i32.other = 0x03 : [a: T] -> [r: T] {
            r.byte = a.byte;
        }

        /// Keeps an operand as another.
        keep = 0x04 for i64 : [a: T] -> [a: i32 r: i32] {
            r.byte = a.byte when index < 4;
        }
    }
}

fn main() {}
