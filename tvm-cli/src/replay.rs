//! `tvm replay`: a recorded token sequence, executed again without its host. The model generates every token that
//! it generated then; what the host appended is taken from the sequence.

use tvm_host::message::tell;
use tvm_runtime::driver::{Driver, Limits, RunError};

use crate::arguments::ReplayArguments;
use crate::drive::Watch;
use crate::failure::Failure;
use crate::recorded::Recorded;
use crate::run::ModelFile;
use crate::steps::{Step, Steps};

pub(crate) fn execute(arguments: &ReplayArguments) -> Result<(), Failure> {
    let file = ModelFile::of(&arguments.engine)?;
    let model = file.read()?;
    let chosen = arguments.engine.choose(file.kernel)?;
    let prepared = chosen.prepare(&model)?;
    let mut recorded = Recorded::open(&arguments.trace, &model.vocabulary)?;
    let prompt = recorded.prompt(&model.description)?;
    let limits = Limits::from(u64::MAX).with_megabytes(arguments.max_memory);
    let mut watch = Watch::new(arguments.quiet);
    let mut driver = Driver::new(prepared.engine(), model.vocabulary.roles(), limits);
    driver.append(&prompt, &mut watch)?;
    let mut steps = Steps::new(driver, Some(recorded));
    let most = arguments.max_tokens.unwrap_or(u64::MAX);
    let mut of_host = 0_u64;
    let compared = loop {
        if steps.driver().summary().generated_tokens >= most {
            break Ok(());
        }
        let step = steps.step(&mut watch);
        of_host += steps.answer().len() as u64;
        match step {
            Ok(Step::Generated | Step::Halted | Step::Failed(RunError::Trap { .. })) => {}
            Ok(Step::Over) => break Ok(()),
            Ok(Step::Failed(error)) => break Err(error.into()),
            Err(failure) => break Err(failure),
        }
    };
    watch.clear();
    compared?;
    if !arguments.quiet {
        let generated = steps.driver().summary().generated_tokens;
        tell(format_args!("{generated} generated tokens are the same, {of_host} are of the host"));
        // A host that ends the program leaves it waiting.
        if generated < most && !steps.driver().is_paused() {
            tell("the sequence ends before the program does");
        }
    }
    Ok(())
}
