//! What the numeric opcodes compute, by name. Values are unsigned; an operator that is signed
//! says so by a cast.

use super::outcome::Outcome;

/// The function of the one-operand operator with this name.
pub(super) fn unary(name: &str) -> Option<fn(u32) -> Outcome> {
    Some(match name {
        "i32.eqz" => |a| Outcome::truth(a == 0),
        "i32.clz" => |a| Outcome::plain(a.leading_zeros()),
        "i32.ctz" => |a| Outcome::plain(a.trailing_zeros()),
        "i32.popcnt" => |a| Outcome::plain(a.count_ones()),
        "i32.extend8_s" => Outcome::sign_extended_byte,
        "i32.extend16_s" => Outcome::sign_extended_half,
        _ => return None,
    })
}

/// The function of the comparison with this name.
pub(super) fn comparison(name: &str) -> Option<fn(u32, u32) -> Outcome> {
    Some(match name {
        "i32.eq" => |a, b| Outcome::truth(a == b),
        "i32.ne" => |a, b| Outcome::truth(a != b),
        "i32.lt_s" => |a, b| Outcome::truth((a as i32) < b as i32),
        "i32.lt_u" => |a, b| Outcome::truth(a < b),
        "i32.gt_s" => |a, b| Outcome::truth(a as i32 > b as i32),
        "i32.gt_u" => |a, b| Outcome::truth(a > b),
        "i32.le_s" => |a, b| Outcome::truth(a as i32 <= b as i32),
        "i32.le_u" => |a, b| Outcome::truth(a <= b),
        "i32.ge_s" => |a, b| Outcome::truth(a as i32 >= b as i32),
        "i32.ge_u" => |a, b| Outcome::truth(a >= b),
        _ => return None,
    })
}

/// The function of the two-operand operator with this name. Shift amounts count mod 32.
pub(super) fn binary(name: &str) -> Option<fn(u32, u32) -> Outcome> {
    Some(match name {
        "i32.add" => Outcome::sum,
        "i32.sub" => Outcome::difference,
        "i32.mul" => |a, b| Outcome::plain(a.wrapping_mul(b)),
        "i32.and" => |a, b| Outcome::plain(a & b),
        "i32.or" => |a, b| Outcome::plain(a | b),
        "i32.xor" => |a, b| Outcome::plain(a ^ b),
        "i32.shl" => |a, b| Outcome::plain(a.wrapping_shl(b)),
        "i32.shr_s" => |a, b| Outcome::plain((a as i32).wrapping_shr(b) as u32),
        "i32.shr_u" => |a, b| Outcome::plain(a.wrapping_shr(b)),
        "i32.rotl" => |a, b| Outcome::plain(a.rotate_left(b % 32)),
        "i32.rotr" => |a, b| Outcome::plain(a.rotate_right(b % 32)),
        _ => return None,
    })
}
