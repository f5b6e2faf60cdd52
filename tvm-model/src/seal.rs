//! The digest of a model file, written in its metadata: a file that was damaged on its way is told from
//! one that was not. While the digest is computed, its own 32 digits count as `0`.

use std::ops::Range;

use tvm_weights::Digest;

use super::ModelError;

/// What stands in a file until its digest is known.
pub(super) const BLANK: &str = "00000000000000000000000000000000";

/// Writes the digest over the first [`BLANK`]. Without one, the file is as it was.
pub(super) fn sealed(mut bytes: Vec<u8>) -> Vec<u8> {
    if let Some(place) = find(&bytes, BLANK) {
        let digest = Digest::of_file(&bytes, place.clone());
        bytes[place].copy_from_slice(digest.to_string().as_bytes());
    }
    bytes
}

/// Is it the digest of these bytes? It stands in the first `head` of them.
pub(super) fn check(bytes: &[u8], head: usize, digest: &str) -> Result<(), ModelError> {
    let problem = || {
        let problem = "is not made of 32 hexadecimal digits in lower case".to_string();
        ModelError::Inconsistent { field: "digest", problem }
    };
    let number = u128::from_str_radix(digest, 16).ok().map(Digest);
    let expected = number.filter(|number| number.to_string() == digest).ok_or_else(problem)?;
    let place = find(bytes.get(..head).unwrap_or(bytes), digest).ok_or_else(problem)?;
    let found = Digest::of_file(bytes, place);
    if found == expected { Ok(()) } else { Err(ModelError::Damaged { expected, found }) }
}

/// The first place where these digits stand.
fn find(bytes: &[u8], digits: &str) -> Option<Range<usize>> {
    let place = bytes.windows(digits.len()).position(|window| window == digits.as_bytes())?;
    Some(place..place + digits.len())
}
