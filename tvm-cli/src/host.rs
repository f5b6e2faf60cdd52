//! A program with a host: WASI, imports that nobody provides, exported functions that are invoked.

use std::io::{self, IsTerminal, Write};

use tvm_host::grants::{Grants, directory};
use tvm_host::world::{Input, Output, World};
use tvm_instance::{Guest, HostError, Instance, InstanceError, Interface, Stop, Value, ValueType};
use tvm_model::Listing;
use tvm_runtime::driver::{Limits, Observer, Summary};
use tvm_runtime::engine::Engine;

use crate::arguments::{HostArguments, InputArguments, WorldArguments};
use crate::failure::Failure;
use crate::progress::{Beside, Progress};

/// How a run with a host ended.
pub(crate) struct Ended {
    pub(crate) summary: Summary,
    /// The results of the function that was invoked.
    pub(crate) results: Option<Vec<Value>>,
    pub(crate) end: Result<(), Failure>,
}

/// What a run with a host has beside the program.
pub(crate) struct Setting<'run> {
    pub(crate) host: &'run HostArguments,
    /// What the program is called.
    pub(crate) name: &'run str,
    pub(crate) input: &'run InputArguments,
    /// Where the standard output of the program goes, if not to that of this process.
    pub(crate) output: Option<Output>,
    /// The line of progress, which shares the terminal with the program.
    pub(crate) progress: Progress,
    pub(crate) limits: Limits,
    pub(crate) listing: Option<&'run Listing>,
}

/// Runs a program with a host, or one of its exports.
pub(crate) fn run<'run>(
    guest: Guest<'run>,
    engine: Box<dyn Engine + 'run>,
    observer: impl Observer + 'run,
    setting: Setting<'_>,
) -> Result<Ended, Failure> {
    let Setting { host, name, input, output, progress, limits, listing } = setting;
    let input = standard_input(input, limits, &progress)?;
    let output = output.unwrap_or_else(|| beside(io::stdout(), &progress));
    let errors = beside(io::stderr(), &progress);
    let world = World::new(&host.grants(name), input, output, errors);
    let world = world.map_err(|error| Failure::Usage(error.to_string()))?;
    let instance = Instance::new(guest, engine, world, observer, limits);
    let mut instance = instance.map_err(|error| failure(error, listing))?;
    let ended = match &host.invoke {
        None => finish(instance.run()),
        Some(function) => invoke(&mut instance, guest.interface, function, host).map(Some),
    };
    let (results, end) = match ended {
        Ok(results) => (results, Ok(())),
        Err(Ending::Exit(0)) => (None, Ok(())),
        Err(Ending::Exit(status)) => (None, Err(Failure::Exit(status))),
        Err(Ending::Wrong(failure)) => (None, Err(*failure)),
        Err(Ending::Instance(error)) => (None, Err(failure(error, listing))),
    };
    Ok(Ended { summary: instance.summary(), results, end })
}

/// Why there are no results.
enum Ending {
    Exit(u32),
    Wrong(Box<Failure>),
    Instance(InstanceError),
}

impl From<InstanceError> for Ending {
    fn from(error: InstanceError) -> Ending {
        match error {
            InstanceError::Host { error: HostError::Exit(status), .. } => Ending::Exit(status),
            error => Ending::Instance(error),
        }
    }
}

fn finish(stop: Result<Stop, InstanceError>) -> Result<Option<Vec<Value>>, Ending> {
    match stop? {
        Stop::Exit(status) => Err(Ending::Exit(status)),
        Stop::Halt | Stop::Idle | Stop::Returned(_) => Ok(None),
    }
}

/// Calls an export as the command line says. A module that is a library of WASI is initialised before.
fn invoke(
    instance: &mut Instance<'_>,
    interface: &Interface,
    function: &str,
    host: &HostArguments,
) -> Result<Vec<Value>, Ending> {
    const INITIALISE: &str = "_initialize";
    let types = interface.export(function).map(|(_, export)| &export.signature.parameters[..]);
    let values = values(function, types.unwrap_or_default(), host, types.is_some())?;
    if function != INITIALISE && interface.export(INITIALISE).is_some() {
        instance.call(INITIALISE, &[])?;
    }
    Ok(instance.call(function, &values)?)
}

fn values(
    function: &str,
    types: &[ValueType],
    host: &HostArguments,
    is_known: bool,
) -> Result<Vec<Value>, Ending> {
    let wrong = |message: String| Ending::Wrong(Box::new(Failure::Usage(message)));
    let given = &host.world.arguments;
    if is_known && given.len() != types.len() {
        let names: Vec<&str> = types.iter().map(|one| one.name()).collect();
        return Err(wrong(format!(
            "`{function}` takes {} arguments ({}), and {} are given",
            types.len(),
            names.join(" "),
            given.len()
        )));
    }
    let value = |(&value_type, text): (&ValueType, &std::ffi::OsString)| {
        let text = text.to_string_lossy();
        value(value_type, &text)
            .ok_or_else(|| wrong(format!("{text:?} is no {}", value_type.name())))
    };
    types.iter().zip(given).map(value).collect()
}

/// A value as it is written: an integer, signed or not, also in hexadecimal, or a number.
fn value(value_type: ValueType, text: &str) -> Option<Value> {
    let hexadecimal = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let integer = || match hexadecimal {
        Some(digits) => u64::from_str_radix(digits, 16).ok().map(i128::from),
        None => text.parse::<i128>().ok(),
    };
    Some(match value_type {
        ValueType::I32 => {
            let number = integer()?;
            let bits = u32::try_from(number).ok();
            Value::I32(bits.or_else(|| Some(i32::try_from(number).ok()?.cast_unsigned()))?)
        }
        ValueType::I64 => {
            let number = integer()?;
            let bits = u64::try_from(number).ok();
            Value::I64(bits.or_else(|| Some(i64::try_from(number).ok()?.cast_unsigned()))?)
        }
        ValueType::F32 => Value::F32(text.parse::<f32>().ok()?.to_bits()),
        ValueType::F64 => Value::F64(text.parse::<f64>().ok()?.to_bits()),
    })
}

fn failure(error: InstanceError, listing: Option<&Listing>) -> Failure {
    match error {
        InstanceError::Run(error) => Failure::run(error, listing),
        InstanceError::Host { error: HostError::ReaderGone, .. } => Failure::ReaderGone,
        InstanceError::NoExport { .. } | InstanceError::Arguments { .. } => {
            Failure::Usage(error.to_string())
        }
        error => Failure::Host { message: error.to_string() },
    }
}

/// The standard input of the program: what is given as its input, else that of this process.
fn standard_input(
    arguments: &InputArguments,
    limits: Limits,
    progress: &Progress,
) -> Result<Input, Failure> {
    let (stream, progress) = (io::stdin(), progress.clone());
    let own = || match stream.is_terminal() {
        true => Input::terminal(Beside { stream, progress }),
        false => Input::stdin(),
    };
    Ok(arguments.read(limits.memory)?.map_or_else(own, Input::of))
}

/// A stream of this process, which shares a terminal with the progress if it is one.
fn beside(stream: impl Write + IsTerminal + Send + 'static, progress: &Progress) -> Output {
    match stream.is_terminal() {
        true => Output::terminal(Beside { stream, progress: progress.clone() }),
        false => Output::to(stream),
    }
}

impl HostArguments {
    /// The first thing that is asked of a host, as an option of the command line.
    pub(crate) fn given(&self) -> Option<&'static str> {
        self.invoke.as_ref().map(|_| "--invoke").or_else(|| self.world.given())
    }

    /// That a program asks nothing of a host, if something is given to it.
    pub(crate) fn refuse(&self) -> Result<(), Failure> {
        match self.invoke {
            Some(_) => {
                let message = "the program has no exported functions to be invoked";
                Err(Failure::Usage(message.to_owned()))
            }
            None => self.world.refuse(),
        }
    }

    fn grants(&self, name: &str) -> Grants {
        let grants = self.world.grants(name);
        match self.invoke {
            // The arguments are those of the function.
            Some(_) => Grants { arguments: vec![name.into()], ..grants },
            None => grants,
        }
    }
}

impl WorldArguments {
    /// The first thing that is given to a host, as an option of the command line.
    pub(crate) fn given(&self) -> Option<&'static str> {
        [
            (!self.directories.is_empty(), "--dir"),
            (!self.environment.is_empty(), "--env"),
            (self.inherit_env, "--inherit-env"),
            (!self.arguments.is_empty(), "ARGS"),
        ]
        .into_iter()
        .find_map(|(is_given, option)| is_given.then_some(option))
    }

    /// That a program asks nothing of a host, if something is given to it.
    pub(crate) fn refuse(&self) -> Result<(), Failure> {
        let Some(option) = self.given() else { return Ok(()) };
        Err(Failure::Usage(match option {
            "ARGS" => "the program takes no arguments: its input is --input".to_string(),
            _ => format!(
                "the program needs no host, and {option} is for one that does: leave it out"
            ),
        }))
    }

    fn grants(&self, name: &str) -> Grants {
        let arguments = self.arguments.iter().cloned();
        Grants {
            arguments: [name.into()].into_iter().chain(arguments).collect(),
            environment: self.environment.clone(),
            inherits_environment: self.inherit_env,
            directories: self.directories.iter().map(|text| directory(text)).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_as_their_types_say() {
        use ValueType::{F32, F64, I32, I64};
        for (value_type, text, expected) in [
            (I32, "-1", Some(Value::I32(u32::MAX))),
            (I32, "4294967295", Some(Value::I32(u32::MAX))),
            (I32, "0xff", Some(Value::I32(255))),
            (I32, "4294967296", None),
            (I32, "-2147483649", None),
            (I32, "1.5", None),
            (I64, "-9223372036854775808", Some(Value::I64(1 << 63))),
            (I64, "18446744073709551615", Some(Value::I64(u64::MAX))),
            (F32, "0.5", Some(Value::F32(0.5_f32.to_bits()))),
            (F64, "-inf", Some(Value::F64(f64::NEG_INFINITY.to_bits()))),
            (F64, "x", None),
        ] {
            assert_eq!(value(value_type, text), expected, "{text}");
        }
    }
}
