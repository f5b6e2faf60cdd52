//! How much a run may take, and how much it took.

/// Generated tokens unless a caller says otherwise.
pub const DEFAULT_MAX_TOKENS: u64 = 1_000_000_000;

/// Megabytes of caches unless a caller says otherwise.
pub const DEFAULT_MAX_MEGABYTES: u64 = 4096;

/// How much a run may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Generated tokens.
    pub tokens: u64,
    /// Bytes of the engine's caches. They are looked at every few milliseconds, so a run may take a
    /// little more. 64 bits also where an address has 32: the default is 2^32.
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

    /// These limits with another number of bytes.
    #[must_use]
    pub fn with_memory(self, memory: u64) -> Limits {
        Limits { memory, ..self }
    }
}

impl From<u64> for Limits {
    /// So many tokens, and memory as by default.
    fn from(tokens: u64) -> Limits {
        Limits::default().with_tokens(tokens)
    }
}

/// What a run amounted to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Summary {
    /// Tokens in all, those that were not generated included.
    pub tokens: u64,
    /// Tokens that were generated.
    pub generated_tokens: u64,
    /// Instructions that were completed.
    pub instructions: u64,
}

/// How far a run is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// What was done until now.
    pub summary: Summary,
    /// How many calls are open.
    pub call_depth: usize,
    /// Bytes that the engine's caches hold.
    pub memory: usize,
}
