//! The limits of a run, and what it has done.

/// The default limit of generated tokens.
pub const DEFAULT_MAX_TOKENS: u64 = 1_000_000_000;

/// The default limit of the caches, in megabytes.
pub const DEFAULT_MAX_MEGABYTES: u64 = 4096;

/// The limits of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The greatest number of generated tokens.
    pub tokens: u64,
    /// The greatest size of the engine's caches in bytes. It is checked every few milliseconds, so a run may
    /// exceed it a little. The type has 64 bits on every platform, since the default is 2^32.
    pub memory: u64,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits { tokens: DEFAULT_MAX_TOKENS, memory: DEFAULT_MAX_MEGABYTES << 20 }
    }
}

impl Limits {
    /// These limits with another number of generated tokens.
    #[must_use]
    pub fn with_tokens(self, tokens: u64) -> Limits {
        Limits { tokens, ..self }
    }

    /// These limits with another number of megabytes, of 2^20 bytes each.
    #[must_use]
    pub fn with_megabytes(self, megabytes: u64) -> Limits {
        self.with_memory(megabytes.saturating_mul(1 << 20))
    }

    /// These limits with another number of bytes.
    #[must_use]
    pub fn with_memory(self, memory: u64) -> Limits {
        Limits { memory, ..self }
    }
}

impl From<u64> for Limits {
    /// A limit of generated tokens, with the default limit of memory.
    fn from(tokens: u64) -> Limits {
        Limits::default().with_tokens(tokens)
    }
}

/// What a run has done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// All tokens, including those of the prompt.
    pub tokens: u64,
    /// Generated tokens.
    pub generated_tokens: u64,
    /// Completed instructions.
    pub instructions: u64,
}

/// The progress of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What was done until now.
    pub summary: Summary,
    /// The number of open calls.
    pub call_depth: usize,
    /// The size of the engine's caches in bytes.
    pub memory: usize,
}
