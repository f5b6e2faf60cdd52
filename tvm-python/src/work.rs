//! A model with what it runs: a specialised model with the program in its weights, or a universal one with a
//! program.

use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Instant;

use tvm_host::world::{Collected, Input, Output, World};
use tvm_instance::{Guest, HostError, Instance, InstanceError, Interface, Stop};
use tvm_model::{Listing, Token};
use tvm_program::text;
use tvm_runtime::driver::{Limits, Observer, Progress, RunError, Summary, run};
use tvm_runtime::engine::Engine;

use crate::attend::Watch;
use crate::failure::Failure;
use crate::program::Compiled;
use crate::run::{End, Run};
use crate::settings::Settings;
use crate::transformer::Transformer;

/// A model with what it runs.
pub(crate) struct Work {
    pub(crate) transformer: Arc<Transformer>,
    /// Always there for a universal model.
    pub(crate) program: Option<Arc<Compiled>>,
}

/// The name of a program that has none.
const NAME: &str = "program";

impl Work {
    pub(crate) fn new(
        transformer: Arc<Transformer>,
        program: Option<Arc<Compiled>>,
    ) -> Result<Work, Failure> {
        let description = &transformer.model.description;
        let usage = |message: String| Err(Failure::Usage(message));
        match (&description.program, &program) {
            (None, None) => {
                return usage("this model is universal: say which program to run".to_owned());
            }
            (None, Some(given)) if given.machine.name() != description.instruction_set => {
                return usage(format!(
                    "the program is compiled for the instruction set {}, and the model is of {}",
                    given.machine.name(),
                    description.instruction_set
                ));
            }
            (Some(name), Some(given))
                if description.listing.as_ref().is_some_and(|own| *own != given.listing) =>
            {
                return usage(format!("the model holds another program, {name}"));
            }
            _ => {}
        }
        Ok(Work { transformer, program })
    }

    /// The tokens that a run begins with. Without an input it is that of the token text, or empty.
    pub(crate) fn prompt(&self, input: Option<&[u8]>) -> Result<Vec<Token>, Failure> {
        let model = &self.transformer.model;
        let input = input.unwrap_or_else(|| self.own_input());
        match &self.program {
            Some(own) if model.description.program.is_none() => {
                let names: Vec<String> =
                    text::prompt_tokens(&own.program, &own.set, input).collect();
                Ok(model.vocabulary.tokens(names.iter().map(String::as_str))?)
            }
            _ => Ok(model.prompt(input)?),
        }
    }

    /// The input in the token text of the program.
    pub(crate) fn own_input(&self) -> &[u8] {
        self.program.as_ref().map_or(&[], |program| &program.input)
    }

    /// What the program and its host ask of each other, if it has one.
    pub(crate) fn interface(&self) -> Option<&Interface> {
        let interface = match &self.program {
            Some(program) => Some(&program.interface),
            None => self.transformer.model.description.interface.as_ref(),
        };
        interface.filter(|interface| interface.needs_host())
    }

    /// The names of functions and instructions.
    pub(crate) fn listing(&self) -> Option<&Listing> {
        match &self.program {
            Some(program) => Some(&program.listing),
            None => self.transformer.model.description.listing.as_ref(),
        }
    }

    pub(crate) fn name(&self) -> &str {
        let own = self.program.as_ref().map(|program| program.name.as_str());
        own.or(self.transformer.model.description.program.as_deref()).unwrap_or(NAME)
    }

    /// Runs the program as a whole. `token` sees every token, those of the prompt too.
    pub(crate) fn run(
        &self,
        input: Option<&[u8]>,
        settings: &Settings,
        watch: &Watch,
        token: impl FnMut(Token),
    ) -> Result<Run, Failure> {
        if let Some(message) = self.program.as_ref().and_then(|program| program.no_entry.clone()) {
            return Err(Failure::Compile(message));
        }
        let prompt = self.prompt(input)?;
        let (engine, kind) = self.transformer.engine(settings.engine()?)?;
        let mut recorder = Recorder { output: Vec::new(), token, watch };
        let begun = Instant::now();
        let (ended, error_output) = match self.interface() {
            None => {
                settings.refuse()?;
                (self.alone(engine, &prompt, settings, &mut recorder), Vec::new())
            }
            Some(interface) => {
                let (output, errors) = (Collected::default(), Collected::default());
                let input = input.unwrap_or_else(|| self.own_input());
                let world = world(settings, self.name(), input, (&output, &errors))?;
                let vocabulary = &self.transformer.model.vocabulary;
                let guest = Guest { vocabulary, prompt: &prompt, interface };
                let limits = settings.limits();
                let ended = with_host(guest, engine, world, (&mut recorder, limits));
                recorder.output.extend(output.take());
                (ended, errors.take())
            }
        };
        let seconds = begun.elapsed().as_secs_f64();
        let (ended, summary) = ended;
        let (end, output) = (self.end(ended)?, recorder.output);
        Ok(Run { output, error_output, end, summary, seconds, engine: kind })
    }

    /// Runs a program that needs no host.
    fn alone(
        &self,
        mut engine: Box<dyn Engine + '_>,
        prompt: &[Token],
        settings: &Settings,
        observer: &mut dyn Observer,
    ) -> Ended {
        let roles = self.transformer.model.vocabulary.roles();
        match run(engine.as_mut(), &roles, prompt, settings.limits(), observer) {
            Ok(summary) => (Ok(0), summary),
            Err(error) => {
                let summary = error.summary();
                (Err(InstanceError::Run(error)), summary)
            }
        }
    }

    fn end(&self, ended: Result<u32, InstanceError>) -> Result<End, Failure> {
        let listing = self.listing();
        let explained = |error: &RunError| {
            error.explained(|place| Some(listing?.describe(place.instruction, &place.calls)))
        };
        match ended {
            Ok(status) => Ok(End::Exit(status)),
            Err(InstanceError::Host { error: HostError::Exit(status), .. }) => {
                Ok(End::Exit(status))
            }
            Err(InstanceError::Run(error)) => match &error {
                RunError::Trap { kind, place, .. } => Ok(End::Trap {
                    kind: kind.clone(),
                    message: explained(&error),
                    instruction: place.instruction,
                    calls: place.calls.clone(),
                }),
                RunError::TokenLimit { .. } | RunError::MemoryLimit { .. } => {
                    Ok(End::Limit { message: explained(&error) })
                }
                _ => Err(Failure::run(error, listing)),
            },
            Err(error) => Err(Failure::instance(error, listing)),
        }
    }
}

/// The exit status of a run, or why there is none; and what was done.
type Ended = (Result<u32, InstanceError>, Summary);

/// Runs a program with a host.
fn with_host<'run>(
    guest: Guest<'run>,
    engine: Box<dyn Engine + 'run>,
    world: World,
    (observer, limits): (impl Observer + 'run, Limits),
) -> Ended {
    let mut instance = match Instance::new(guest, engine, world, observer, limits) {
        Ok(instance) => instance,
        Err(error) => return (Err(error), Summary::default()),
    };
    let status = instance.run().map(|stop| match stop {
        Stop::Exit(status) => status,
        Stop::Halt | Stop::Idle | Stop::Returned(_) => 0,
    });
    (status, instance.summary())
}

/// The world of a program, whose output and errors are kept.
pub(crate) fn world(
    settings: &Settings,
    name: &str,
    input: &[u8],
    (output, errors): (&Collected, &Collected),
) -> Result<World, Failure> {
    let (input, output) = (Input::of(input.to_vec()), Output::to(output.clone()));
    let world = World::new(&settings.grants(name), input, output, Output::to(errors.clone()));
    world.map_err(|error| Failure::Usage(error.to_string()))
}

/// Keeps the output, hands on tokens, and says how far the run is.
struct Recorder<'run, T> {
    output: Vec<u8>,
    token: T,
    watch: &'run Watch,
}

impl<T: FnMut(Token)> Observer for Recorder<'_, T> {
    fn token(&mut self, token: Token) {
        (self.token)(token);
    }

    fn output(&mut self, byte: u8) {
        self.output.push(byte);
    }

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.watch.checkpoint(progress)
    }
}
