//! Files that are made once from the same sources.

use std::fs;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::{BuildError, file};

/// What a file is made from.
pub(crate) struct Kept<'source> {
    pub(crate) sources: &'source [&'source [u8]],
}

impl Kept<'_> {
    /// Makes files together unless they were made from the same sources. The digest is written last, beside the
    /// first of them, so a build that was interrupted begins again.
    pub(crate) fn keep_or_make<const FILES: usize>(
        &self,
        paths: [&Path; FILES],
        make: impl FnOnce() -> Result<[Vec<u8>; FILES], BuildError>,
    ) -> Result<(), BuildError> {
        let digest = self.digest();
        let mut key = paths[0].as_os_str().to_owned();
        key.push(".key");
        let key = PathBuf::from(key);
        let are_there = paths.iter().all(|path| path.exists());
        if are_there && fs::read(&key).is_ok_and(|known| known == digest) {
            return Ok(());
        }
        // A key that is not there is as good as one that is removed.
        let _ = fs::remove_file(&key);
        for (path, bytes) in paths.into_iter().zip(make()?) {
            fs::write(path, bytes).map_err(|error| file(path, error))?;
        }
        fs::write(&key, digest).map_err(|error| file(&key, error))
    }

    fn digest(&self) -> Vec<u8> {
        let mut hasher = Sha256::new();
        for source in self.sources {
            hasher.update(source.len().to_le_bytes());
            hasher.update(source);
        }
        hasher.finalize().to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_made_once_from_the_same_sources() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let make = |source: &[u8], bytes: &[u8]| {
            Kept { sources: &[source] }.keep_or_make([&path], || Ok([bytes.to_vec()])).unwrap();
            fs::read(&path).unwrap()
        };
        assert_eq!(make(b"one", b"first"), b"first");
        assert_eq!(make(b"one", b"second"), b"first");
        assert_eq!(make(b"two", b"third"), b"third");
    }

    #[test]
    fn what_failed_is_made_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let kept = Kept { sources: &[b"one"] };
        kept.keep_or_make([&path], || Ok([b"first".to_vec()])).unwrap();
        let failing = Kept { sources: &[b"two"] };
        assert!(failing.keep_or_make([&path], || Err(BuildError::NoBuildScript)).is_err());
        kept.keep_or_make([&path], || Ok([b"again".to_vec()])).unwrap();
        assert_eq!(fs::read(&path).unwrap(), b"again");
    }

    #[test]
    fn files_that_belong_together_are_made_together() {
        let folder = tempfile::tempdir().unwrap();
        let [first, second] = ["first", "second"].map(|name| folder.path().join(name));
        let make = |bytes: [&[u8]; 2]| {
            let made = bytes.map(<[u8]>::to_vec);
            Kept { sources: &[b"one"] }.keep_or_make([&first, &second], || Ok(made)).unwrap();
            [&first, &second].map(|path| fs::read(path).unwrap())
        };
        assert_eq!(make([b"a", b"b"]), [b"a", b"b"]);
        assert_eq!(make([b"c", b"d"]), [b"a", b"b"]);
        fs::remove_file(&second).unwrap();
        assert_eq!(make([b"e", b"f"]), [b"e", b"f"]);
    }
}
