//! A model that was made ready to run: its weights, and what engines need of them. An engine is made for every run;
//! what can be shared between runs and threads is made once. Engines see weights and tokens only.

use std::sync::{Arc, OnceLock};

use tvm_cranelift::Cranelift;
use tvm_model::{Digest, Model};
use tvm_native::{Native, When};
use tvm_runtime::engine::{
    AttentionKind, Backend, Dense, Engine, EngineKind, LoadedKernel, NoEngine, Planned, Sparse,
};
use tvm_runtime::plan::{Code, Plan};
use tvm_universal::Isa;

/// A model with its engines.
pub(crate) struct Transformer {
    /// The model.
    pub(crate) model: Model<'static>,
    /// That of the weights.
    pub(crate) digest: Digest,
    /// Only universal models have one.
    kernel: Option<LoadedKernel>,
    plan: OnceLock<Plan>,
    /// That of the plan, where it is interpreted.
    code: OnceLock<Arc<Code>>,
    /// None where there is no machine code for the platform.
    native: OnceLock<Option<Native<'static>>>,
}

impl Transformer {
    pub(crate) fn new(model: Model<'static>) -> Transformer {
        let is_universal = model.description.program.is_none();
        let kernels = Isa::ALL.map(|isa| isa.universal().1).into_iter().filter(|_| is_universal);
        let kernel = kernels.map(|kernel| kernel.load(&model.weights)).find_map(Result::ok);
        Transformer {
            digest: Digest::of(&model.weights),
            kernel,
            model,
            plan: OnceLock::new(),
            code: OnceLock::new(),
            native: OnceLock::new(),
        }
    }

    /// The universal model of an instruction set, which this library contains.
    pub(crate) fn universal(isa: Isa) -> Arc<Transformer> {
        static CLASSIC: OnceLock<Arc<Transformer>> = OnceLock::new();
        static FULL: OnceLock<Arc<Transformer>> = OnceLock::new();
        let cell = match isa {
            Isa::Classic => &CLASSIC,
            Isa::Full => &FULL,
        };
        let read = || {
            let model =
                Model::from_bytes(isa.universal().0).expect("a model that the build script wrote");
            Arc::new(Transformer::new(model))
        };
        Arc::clone(cell.get_or_init(read))
    }

    /// Which engine runs the model if none is asked for: as for `tvm run`.
    fn default_engine(&self) -> EngineKind {
        match () {
            () if self.kernel.is_some() => EngineKind::Kernel,
            () if self.native().is_some() => EngineKind::Native,
            () => EngineKind::Plan,
        }
    }

    /// An engine that has read nothing, and which one it is.
    ///
    /// # Errors
    /// When there is none of the kind that is asked for.
    pub(crate) fn engine(
        &self,
        kind: Option<EngineKind>,
    ) -> Result<(Box<dyn Engine + '_>, EngineKind), NoEngine> {
        let kind = kind.unwrap_or_else(|| self.default_engine());
        let weights = &self.model.weights;
        let engine = match kind {
            EngineKind::Kernel => self.kernel.as_ref().ok_or(NoEngine::NoKernel)?.engine(),
            EngineKind::Native => self.native().ok_or(NoEngine::NoNative)?.engine(self.plan()),
            EngineKind::Sparse => Box::new(Sparse::new(weights, AttentionKind::Hull)),
            EngineKind::Dense => Box::new(Dense::new(weights, AttentionKind::Hull)),
            _ => {
                let code = self.code.get_or_init(|| Arc::new(Code::of(self.plan())));
                Box::new(Planned::sharing(self.plan(), Arc::clone(code)))
            }
        };
        Ok((engine, kind))
    }

    fn plan(&self) -> &Plan {
        self.plan.get_or_init(|| Plan::new(&self.model.weights))
    }

    fn native(&self) -> Option<&Native<'static>> {
        let make = || {
            let native = Native::new(Cranelift::new()?, When::IT_PAYS);
            native.accepts(self.plan()).then_some(native)
        };
        self.native.get_or_init(make).as_ref()
    }
}
