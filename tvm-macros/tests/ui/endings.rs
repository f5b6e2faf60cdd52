//! An instruction ends in one way, and its end has what it needs.

tvm_core::opcode! {
    /// A family.
    pub FAMILY {
        /// Two ends.
        ends = 0x01 : [c: i32] -> [] {
            jump.byte = immediate.byte;
            jump when c.nonzero;
            return when not c.nonzero;
        }

        /// The same end twice.
        twice = 0x02 : [c: i32] -> [] {
            jump.byte = immediate.byte;
            jump when c.nonzero;
            jump when c.negative;
        }

        /// No offset.
        still = 0x03 : [] -> [] {
            jump;
        }

        /// No transfer.
        stays = 0x04 : [] -> [] {
            jump.byte = immediate.byte;
        }

        /// A result and an end.
        halts = 0x05 : [a: i32] -> [r: i32] {
            r.byte = a.byte;
            halt when a.nonzero;
        }

        /// Never comes to its result.
        traps = 0x06 : [a: i32] -> [r: i32] {
            r.byte = a.byte;
            trap unreachable;
        }

        /// Calls and pops.
        calls = 0x07 : [a: i32] -> [] {
            jump.byte = a.byte;
            call;
        }

        /// Outputs and does not pop.
        outputs = 0x08 : [] -> [] {
            output.byte = immediate.byte;
        }

        /// Grows by nothing.
        grows = 0x09 : [delta: i32] -> [old: i32] {
            old.byte = memory.pages when first;
            grow when delta.nonzero;
        }
    }
}

fn main() {}
