//! Functions of a family are known, called as they are declared, and used.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        fn twice(x) { 2 * x }

        fn set(target, value) { target.byte = value; }

        fn early(x) { late(x) }

        fn late(x) { x }

        fn unused() { 1 }

        fn product(x) { x }

        /// Mistakes.
        mistakes = 0x01 : [a: i32] -> [r: i32] {
            let part = twice(a.byte).low;
            set(r);
            set(r, thrice(part));
            twice(a.byte);
            r.byte = early(a.byte) + set(r, 1) + product(a.byte);
            sett(r, 1);
        }
    }
}

fn main() {}
