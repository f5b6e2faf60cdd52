//! `tvm explain`: what the transformer did at one position. The tokens up to there come from the fastest
//! engine; then they are read once more by one that can say what it does.

use std::io::Write;

use tvm_insight::explain::{Explainer, Report};
use tvm_model::{Model, Token};
use tvm_runtime::driver::{Driver, Limits, RunError};
use tvm_runtime::engine::{AttentionKind, Prepared};
use tvm_toolchain::clang::Entry;
use tvm_universal::Isa;

use crate::arguments::ExplainArguments;
use crate::drive::{Kept, Watch};
use crate::execution::load_replayed;
use crate::failure::Failure;
use crate::output::print;
use crate::pager::Pager;
use crate::recorded::Recorded;
use crate::run::{Given, ModelFile, has_program, sequence, universal_prompt};
use crate::steps::{Step, Steps};

pub(crate) fn execute(arguments: &ExplainArguments) -> Result<(), Failure> {
    let file = ModelFile::choose(arguments.model.as_deref(), arguments.isa)?;
    let model = file.read()?;
    let tokens = tokens(arguments, &file, &model)?;
    let Some((&token, before)) = tokens.split_last() else {
        return Err(Failure::Usage("the run has no tokens".to_string()));
    };
    let mut explainer = Explainer::new(&model.weights);
    let (roles, mut watch) = (model.vocabulary.roles(), Watch::new(arguments.json));
    Driver::new(&mut explainer, &roles, Limits::default()).append(before, &mut watch)?;
    watch.clear();
    let explanation = explainer.explain(token, arguments.top);
    let names = model.description.names.as_ref();
    let report = Report { explanation: &explanation, names, vocabulary: &model.vocabulary };
    if arguments.json {
        return print(&format!("{}\n", serde_json::json!(report)));
    }
    let mut pager = Pager::start();
    let mut out = pager.writer();
    Ok(write!(out, "{report}").and_then(|()| out.flush())?)
}

/// The tokens of the run up to the position, its own included.
fn tokens(
    arguments: &ExplainArguments,
    file: &ModelFile,
    model: &Model,
) -> Result<Vec<Token>, Failure> {
    let (prompt, recorded) = beginning(arguments, model)?;
    let wanted = arguments.position.saturating_add(1);
    let prepared = Prepared::new(&model.weights, None, AttentionKind::Hull, file.kernel)?;
    let mut kept = Kept::new(arguments.json);
    let mut driver = Driver::new(prepared.engine(), model.vocabulary.roles(), Limits::default());
    let read = driver.append(&prompt, &mut kept);
    let mut steps = Steps::new(driver, recorded);
    let ended = read.map_err(Failure::from).and_then(|()| {
        while kept.tokens.len() < wanted {
            match steps.step(&mut kept)? {
                Step::Generated => {}
                Step::Halted | Step::Over | Step::Failed(RunError::Trap { .. }) => break,
                Step::Failed(error) => return Err(error.into()),
            }
        }
        Ok(())
    });
    let mut tokens = kept.into_tokens();
    ended?;
    if tokens.len() < wanted {
        let last = tokens.len().saturating_sub(1);
        return Err(Failure::Usage(format!(
            "there is no position {}: the run ends at {last}",
            arguments.position
        )));
    }
    tokens.truncate(wanted);
    Ok(tokens)
}

/// The tokens that the run begins with, and the earlier run if there is one.
fn beginning<'model>(
    arguments: &ExplainArguments,
    model: &'model Model,
) -> Result<(Vec<Token>, Option<Recorded<'model>>), Failure> {
    let ExplainArguments { program, recorded, c, input, .. } = arguments;
    let (program, replay) = (program.as_deref(), recorded.replay.as_deref());
    let Some(name) = &model.description.program else {
        let machine = Isa::of(model).machine();
        let source = (program, replay);
        let (job, recorded) = load_replayed(source, &machine, c, input, &model.vocabulary)?;
        let prompt = universal_prompt(&model.vocabulary, &job, &machine.instruction_set())?;
        return Ok((prompt, recorded));
    };
    if program.is_some() {
        return Err(has_program(name));
    }
    if let Some(replay) = replay {
        let mut recorded = Recorded::open(replay, &model.vocabulary)?;
        let prompt = recorded.prompt(&model.description)?;
        return Ok((prompt, Some(recorded)));
    }
    let memory = Limits::default().memory;
    let given = Given { program: None, entry: Entry::Main, c, input, memory };
    Ok((sequence(model, &given)?.prompt, None))
}
