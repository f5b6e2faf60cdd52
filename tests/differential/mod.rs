//! A module's calls by the machine and by wasmi: results, traps, and what is left in globals and
//! memory must be the same. Shared by the tests with fixed seeds and by the fuzz target.

mod by_wasmi;
mod generate;
mod observe;

use tvm_core::machine::Machine;
use tvm_program::CompileError;
use tvm_program::wasm::{HostModule, Invocation, compile_calls};

use crate::executors::{End, Reference, Run};

pub use generate::{generated, invocations};
pub use observe::Observed;

/// The tokens for which the machine runs; far more than wasmi's fuel allows to a program that ends.
const MOST_TOKENS: u64 = 30_000_000;

/// The tokens for which the machine runs what wasmi did not come to the end of.
const TOKENS_OF_THE_ENDLESS: u64 = 300_000;

/// How often the calls of a module are made anew without one that trapped.
const ROUNDS: usize = 4;

/// How many comparisons were made, by what they came to.
#[derive(Debug, Default)]
pub struct Tally {
    /// Modules.
    pub modules: u32,
    /// Runs that came to their end; globals and memory were compared.
    pub ended: u32,
    /// Runs up to a trap of the same kind.
    pub trapped: u32,
    /// Runs of which only the beginning was compared, since wasmi's fuel was used up.
    pub endless: u32,
    /// Runs for which the machine has no opcodes.
    pub unsupported: u32,
    /// Calls.
    pub calls: u64,
    /// Tokens that the machine generated.
    pub tokens: u64,
}

/// Compares the calls of a valid module. What traps is left out of the next round, so that what
/// comes after it is compared too.
///
/// # Errors
/// When the two differ: how.
pub fn compare(
    module: &[u8],
    calls: &[Invocation],
    executor: &dyn Run,
    tally: &mut Tally,
) -> Result<(), String> {
    tally.modules += 1;
    let observed = Observed::new(module);
    let mut calls = [calls, &observed.accessors].concat();
    for _ in 0..ROUNDS {
        let expected = by_wasmi::run(&observed.module, &calls);
        let begun = expected.begun;
        tally.calls += begun as u64;
        agree(&observed.module, &calls[..begun], &expected, executor, tally)?;
        if begun == 0 || !matches!(expected.end, by_wasmi::End::Trap(_)) {
            break;
        }
        calls.remove(begun - 1);
    }
    Ok(())
}

/// Compares the calls that wasmi began, the last of which may have trapped.
fn agree(
    module: &[u8],
    calls: &[Invocation],
    expected: &by_wasmi::Outcome,
    executor: &dyn Run,
    tally: &mut Tally,
) -> Result<(), String> {
    let set = Machine::full().instruction_set();
    let program = match compile_calls(module, &set, &[] as &[HostModule], calls) {
        Ok(program) => program,
        Err(CompileError::DataOutsideMemory { .. } | CompileError::ElementsOutsideTable { .. })
            if expected.end == by_wasmi::End::Trap("out_of_bounds") && calls.is_empty() =>
        {
            tally.trapped += 1;
            return Ok(());
        }
        Err(CompileError::Unsupported { .. } | CompileError::Several { .. }) => {
            tally.unsupported += 1;
            return Ok(());
        }
        Err(error) => return Err(format!("the module is refused: {error}")),
    };
    let endless = expected.end == by_wasmi::End::OutOfFuel;
    let most = if endless { TOKENS_OF_THE_ENDLESS } else { MOST_TOKENS };
    let found = executor.run(&program, &[], most);
    tally.tokens += found.tokens;
    let (agrees, number) = match expected.end {
        by_wasmi::End::Halt => (found.end == End::Halt, &mut tally.ended),
        by_wasmi::End::Trap(kind) => (found.end == End::Trap(kind.to_owned()), &mut tally.trapped),
        by_wasmi::End::OutOfFuel => (true, &mut tally.endless),
    };
    *number += 1;
    let same_output = match endless {
        true => {
            // How far wasmi came says little, so that the reference executor is asked as well.
            let reference = Reference::default().run(&program, &[], most);
            let common = found.output.len().min(expected.output.len());
            found.output[..common] == expected.output[..common]
                && found.output == reference.output
                && matches!(found.end, End::Failure(_)) == matches!(reference.end, End::Failure(_))
        }
        false => found.output == expected.output,
    };
    match agrees && same_output {
        true => Ok(()),
        false => Err(format!("calls {calls:x?}\nwasmi: {expected:02x?}\nfound: {found:02x?}")),
    }
}
