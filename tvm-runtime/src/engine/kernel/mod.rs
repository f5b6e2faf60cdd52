//! Kernels: straight-line code that was generated from a plan when the model was made, and the numbers that the code
//! reads. A kernel belongs to the matrices that its plan was derived from, and runs no others.

mod data;

pub use crate::bytes::MalformedData;
pub use data::{KernelData, KernelTable};

use thiserror::Error;

use super::Engine;
use crate::plan::Digest;
use tvm_weights::Weights;

/// Generated code, its data, and the matrices that both were made from.
#[derive(Debug, Clone, Copy)]
pub struct GeneratedKernel {
    /// The digest of the matrices.
    pub digest: Digest,
    /// What [`KernelData::to_bytes`] has written.
    pub data: &'static [u8],
    /// An engine that has read nothing.
    pub new: for<'data> fn(&'data KernelData) -> Box<dyn Engine + 'data>,
}

/// A kernel that was compared with the model that it is to run.
#[derive(Debug)]
pub struct LoadedKernel {
    data: KernelData,
    new: for<'data> fn(&'data KernelData) -> Box<dyn Engine + 'data>,
}

/// A kernel cannot run a model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[non_exhaustive]
pub enum KernelError {
    /// It was not made from the model.
    #[error("the kernel was made from the matrices {kernel}, the model has {model}")]
    WrongModel {
        /// What the kernel was made from.
        kernel: Digest,
        /// What it was to run.
        model: Digest,
    },
    /// Its code and its data do not belong together.
    #[error("the kernel's code was made from the matrices {code}, its data from {data}")]
    WrongData {
        /// What the code was made from.
        code: Digest,
        /// What the data was made from.
        data: Digest,
    },
    /// Its data cannot be read.
    #[error(transparent)]
    Malformed(#[from] MalformedData),
}

impl GeneratedKernel {
    /// Makes the kernel ready for a model.
    ///
    /// # Errors
    /// [`KernelError`] when the model has other matrices than the kernel was made from, or the data is not that of
    /// the code.
    pub fn load(&self, weights: &Weights) -> Result<LoadedKernel, KernelError> {
        let (kernel, model) = (self.digest, Digest::of(weights));
        if kernel != model {
            return Err(KernelError::WrongModel { kernel, model });
        }
        let data = KernelData::from_bytes(self.data)?;
        match data.digest() == kernel {
            true => Ok(LoadedKernel { data, new: self.new }),
            false => Err(KernelError::WrongData { code: kernel, data: data.digest() }),
        }
    }
}

impl LoadedKernel {
    /// An engine that has read nothing.
    pub fn engine(&self) -> Box<dyn Engine + '_> {
        (self.new)(&self.data)
    }
}

#[cfg(test)]
mod tests {
    use tvm_test_support::models::{model_that_breaks_its_kind, scores};
    use tvm_weights::Token;

    use super::*;
    use crate::engine::{AttentionKind, EngineKind, NoEngine, Prepared};
    use crate::plan::Plan;

    /// Code whose next token is a part of the digest of its data.
    struct Code(Token);

    impl Engine for Code {
        fn feed(&mut self, _token: Token) {}

        fn predict(&mut self) -> Token {
            self.0
        }

        fn memory(&self) -> usize {
            size_of::<Self>()
        }
    }

    fn new(data: &KernelData) -> Box<dyn Engine + '_> {
        Box::new(Code(Token(data.digest().0 as u32)))
    }

    fn one() -> Weights<'static> {
        scores(&[[1.0, 2.0], [2.0, 1.0], [3.0, 1.0]], vec![true; 3])
    }

    fn data(weights: &Weights) -> &'static [u8] {
        Vec::leak(KernelData::of(&Plan::new(weights)).to_bytes())
    }

    fn prepared(model: &Weights, kernel: GeneratedKernel) -> Result<Token, NoEngine> {
        let (kind, attention) = (Some(EngineKind::Kernel), AttentionKind::Hull);
        Prepared::new(model, kind, attention, Some(kernel)).map(|it| it.engine().predict())
    }

    #[test]
    fn a_kernel_runs_the_model_that_it_was_made_from_and_no_other() {
        let (own, other) = (one(), model_that_breaks_its_kind(3));
        let kernel = GeneratedKernel { digest: Digest::of(&own), data: data(&own), new };
        assert_eq!(prepared(&own, kernel), Ok(Token(kernel.digest.0 as u32)));
        let (kernel_digest, model) = (kernel.digest, Digest::of(&other));
        let wrong = KernelError::WrongModel { kernel: kernel_digest, model };
        assert_eq!(prepared(&other, kernel), Err(wrong.into()));
    }

    #[test]
    fn code_does_not_run_with_the_data_of_another_kernel() {
        let (own, other) = (one(), model_that_breaks_its_kind(3));
        let kernel = GeneratedKernel { digest: Digest::of(&own), data: data(&other), new };
        let wrong = KernelError::WrongData { code: kernel.digest, data: Digest::of(&other) };
        assert_eq!(prepared(&own, kernel), Err(wrong.into()));
        let damaged = GeneratedKernel { data: &kernel.data[1..], ..kernel };
        let refused = prepared(&own, damaged);
        assert!(matches!(refused, Err(NoEngine::Kernel(KernelError::Malformed(_)))), "{refused:?}");
    }
}
