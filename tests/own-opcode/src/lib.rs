//! An opcode of one's own, in a crate that only depends on tvm-core; docs/add-an-opcode.md walks
//! through it.

use tvm_core::machine::{Machine, MachineError};
use tvm_core::opcode;

/// Sums from here on do not fit into 32 bits.
const TOO_LARGE: i64 = 1 << 32;

opcode! {
    /// Arithmetic that stays within its bounds.
    pub SATURATING {
        /// Sum of two numbers without sign, at most 2^32 - 1.
        sat_add = 0xe0 : [a: i32 b: i32] -> [sum: i32] {
            let saturated = step(a.value + b.value >= TOO_LARGE);
            let total = a.byte + b.byte + carry;
            let over = step(total >= 256);
            sum.byte = if saturated { 255 } else { total - 256 * over };
            sum.carry = over when not saturated;
        }
    }
}

/// The classic machine with the opcode.
///
/// # Errors
/// [`MachineError`] when a name or a code were taken.
pub fn machine() -> Result<Machine, MachineError> {
    Machine::classic().with("saturating", SATURATING)
}
