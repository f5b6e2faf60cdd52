//! Machine code while a model runs: which runs have it, and what there is to say of it.

use serde_json::{Value, json};
use tvm_cranelift::Cranelift;
use tvm_model::Model;
use tvm_native::{Figures, Native, When, store};
use tvm_runtime::engine::{AttentionKind, EngineKind, GeneratedKernel, NoEngine, Prepared};
use tvm_runtime::plan::Plan;

use crate::arguments::EngineArguments;
use crate::failure::Failure;

/// Machine code for the blocks of a plan.
///
/// # Errors
/// [`NoEngine::NoNative`] on a platform that has none.
pub(crate) fn native(when: When) -> Result<Native<'static>, Failure> {
    let cranelift = Cranelift::new().ok_or(NoEngine::NoNative)?;
    Ok(Native::new(cranelift, when))
}

/// Machine code for a model, to be stored; nothing on a platform that has none.
pub(crate) fn stored(model: &Model) -> Vec<u8> {
    let translated =
        Cranelift::new().map(|cranelift| store(&Plan::new(&model.weights), &cranelift));
    translated.unwrap_or_default()
}

/// What computes a model: one of the engines of the runtime, or machine code.
pub(crate) struct Chosen {
    kind: Option<EngineKind>,
    attention: AttentionKind,
    kernel: Option<GeneratedKernel>,
    native: Option<Native<'static>>,
}

impl EngineArguments {
    /// Chooses the engine. A model without a kernel is translated as it runs, where that can be.
    ///
    /// # Errors
    /// When machine code is asked for on a platform that has none.
    pub(crate) fn choose(&self, kernel: Option<GeneratedKernel>) -> Result<Chosen, Failure> {
        let native = match (self.engine, kernel) {
            (Some(EngineKind::Native), _) => Some(native(When::Before)?),
            (None, None) => native(When::IT_PAYS).ok(),
            _ => None,
        };
        Ok(Chosen { kind: self.engine, attention: self.attention.into(), kernel, native })
    }
}

impl Chosen {
    /// Of this kind, without a choice; machine code for all blocks.
    pub(crate) fn of(kind: EngineKind, kernel: GeneratedKernel) -> Result<Chosen, Failure> {
        let native = (kind == EngineKind::Native).then(|| native(When::Before)).transpose()?;
        let attention = AttentionKind::Hull;
        Ok(Chosen { kind: Some(kind), attention, kernel: Some(kernel), native })
    }

    /// Prepares a model.
    pub(crate) fn prepare<'run>(
        &'run self,
        model: &'run Model<'_>,
    ) -> Result<Prepared<'run>, Failure> {
        match &self.native {
            Some(native) => Ok(Prepared::native(&model.weights, native)?),
            None => Ok(Prepared::new(&model.weights, self.kind, self.attention, self.kernel)?),
        }
    }

    /// What was translated, for JSON.
    pub(crate) fn figures(&self) -> Option<Value> {
        let Figures { translated, blocks, bytes, time } = self.native.as_ref()?.figures();
        Some(json!({
            "translated_blocks": translated,
            "blocks": blocks,
            "bytes": bytes,
            "seconds": time.as_secs_f64(),
        }))
    }
}
