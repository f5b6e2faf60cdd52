//! What the numeric opcodes of 64 bits compute, by name. Values are unsigned; an operator that is
//! signed says so by a cast.

use super::outcome::Outcome;
use super::wide_outcome::WideOutcome;

/// The function of the one-operand operator with this name.
pub(super) fn unary(name: &str) -> Option<fn(u64) -> WideOutcome> {
    Some(match name {
        "i64.clz" => |a| WideOutcome::plain(a.leading_zeros().into()),
        "i64.ctz" => |a| WideOutcome::plain(a.trailing_zeros().into()),
        "i64.popcnt" => |a| WideOutcome::plain(a.count_ones().into()),
        "i64.extend8_s" => WideOutcome::sign_extended_byte,
        "i64.extend16_s" => WideOutcome::sign_extended_half,
        _ => return None,
    })
}

/// The function of the comparison with this name.
pub(super) fn comparison(name: &str) -> Option<fn(u64, u64) -> Outcome> {
    Some(match name {
        "i64.eq" => |a, b| Outcome::truth(a == b),
        "i64.ne" => |a, b| Outcome::truth(a != b),
        "i64.lt_s" => |a, b| Outcome::truth((a as i64) < b as i64),
        "i64.lt_u" => |a, b| Outcome::truth(a < b),
        "i64.gt_s" => |a, b| Outcome::truth(a as i64 > b as i64),
        "i64.gt_u" => |a, b| Outcome::truth(a > b),
        "i64.le_s" => |a, b| Outcome::truth(a as i64 <= b as i64),
        "i64.le_u" => |a, b| Outcome::truth(a <= b),
        "i64.ge_s" => |a, b| Outcome::truth(a as i64 >= b as i64),
        "i64.ge_u" => |a, b| Outcome::truth(a >= b),
        _ => return None,
    })
}

/// The function of the two-operand operator with this name. A shift's amount is the low six bits.
pub(super) fn binary(name: &str) -> Option<fn(u64, u64) -> WideOutcome> {
    Some(match name {
        "i64.add" => WideOutcome::sum,
        "i64.sub" => WideOutcome::difference,
        "i64.mul" => |a, b| WideOutcome::plain(a.wrapping_mul(b)),
        "i64.and" => |a, b| WideOutcome::plain(a & b),
        "i64.or" => |a, b| WideOutcome::plain(a | b),
        "i64.xor" => |a, b| WideOutcome::plain(a ^ b),
        "i64.shl" => |a, b| WideOutcome::plain(a << amount(b)),
        "i64.shr_s" => |a, b| WideOutcome::plain((a as i64 >> amount(b)) as u64),
        "i64.shr_u" => |a, b| WideOutcome::plain(a >> amount(b)),
        "i64.rotl" => |a, b| WideOutcome::plain(a.rotate_left(amount(b))),
        "i64.rotr" => |a, b| WideOutcome::plain(a.rotate_right(amount(b))),
        _ => return None,
    })
}

fn amount(operand: u64) -> u32 {
    (operand % 64) as u32
}
