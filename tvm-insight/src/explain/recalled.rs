//! What a head remembers, as it is handed from one engine to another.

use super::explanation::Key;

/// What a head remembers.
pub(super) enum Recalled {
    /// The sums of its values at all positions.
    Sums([f64; 2]),
    /// Keys with their values, in order of their positions.
    Keys(Vec<(Key, [f64; 2])>),
}
