//! A run of a program that speaks to a host.

use tvm_model::Model;
use tvm_model::token::Token;
use tvm_runtime::driver::Observer;
use tvm_runtime::engine::Engine;

use super::{Embedded, Ended, Failure, Request};

/// Runs a program with the world that the request grants it.
#[cfg(feature = "wasi")]
pub(super) fn run<'run>(
    (program, request): (&Embedded<'_>, &Request),
    model: &'run Model<'run>,
    prompt: &'run [Token],
    engine: Box<dyn Engine + 'run>,
    observer: impl Observer + 'run,
) -> Result<Ended, Failure> {
    use tvm_instance::{Guest, HostError, Instance, InstanceError, Interface, Stop};

    use crate::world::{Input, Output, World};

    let mut grants = request.grants.clone();
    grants.arguments.insert(0, program.name.into());
    let input = match program.default_input {
        [] => Input::stdin(),
        input => Input::of(input.to_vec()),
    };
    let world = World::new(&grants, input, Output::stdout(), Output::stderr());
    let world = world.map_err(|error| Failure::usage(program, &error.to_string()))?;
    let none = Interface::default();
    let interface = model.description.interface.as_ref().unwrap_or(&none);
    let guest = Guest { vocabulary: &model.vocabulary, prompt, interface };
    let instance = Instance::new(guest, engine, world, observer, request.limits);
    let mut instance = match instance {
        Ok(instance) => instance,
        Err(InstanceError::Run(error)) => {
            return Ok(Ended { summary: error.summary(), memory: 0, exit: 0, end: Err(error) });
        }
        Err(error) => return Err(Failure::tool(error.to_string())),
    };
    let (exit, end) = match instance.run() {
        Ok(Stop::Exit(status)) => (status, Ok(())),
        Ok(_) => (0, Ok(())),
        Err(InstanceError::Run(error)) => (0, Err(error)),
        Err(InstanceError::Host { error: HostError::ReaderGone, .. }) => (0, Ok(())),
        Err(error) => return Err(Failure::tool(error.to_string())),
    };
    let memory = instance.engine().memory();
    Ok(Ended { summary: instance.summary(), memory, exit, end })
}

/// This runtime was built without the functions of WASI.
#[cfg(not(feature = "wasi"))]
pub(super) fn run<'run>(
    _: (&Embedded<'_>, &Request),
    _: &'run Model<'run>,
    _: &'run [Token],
    _: Box<dyn Engine + 'run>,
    _: impl Observer + 'run,
) -> Result<Ended, Failure> {
    Err(Failure::tool(
        "the program needs a host, and this runtime was built without one: build it with \
         `--features wasi`, or run the program by `tvm run`"
            .to_string(),
    ))
}
