//! `tvm explain`: what the transformer did at one position. The tokens up to there come from the fastest
//! engine; then they are read once more by one that can say what it does.

use std::io::Write;
use std::ops::ControlFlow;

use tvm_insight::explain::{Explainer, Report};
use tvm_model::{Model, Token};
use tvm_runtime::driver::{Driver, Limits, Observer, Progress, RunError, run};
use tvm_runtime::engine::{AttentionKind, Prepared};
use tvm_toolchain::clang::Entry;

use crate::arguments::ExplainArguments;
use crate::drive::Watch;
use crate::failure::Failure;
use crate::output::print;
use crate::pager::Pager;
use crate::run::{Given, ModelFile, has_program, no_program, sequence};

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
    let program = arguments.program.as_deref();
    match &model.description.program {
        Some(name) if program.is_some() => return Err(has_program(name)),
        None if program.is_none() => return Err(no_program()),
        _ => {}
    }
    let given = Given {
        program,
        entry: Entry::Main,
        c: &arguments.c,
        input: &arguments.input,
        memory: Limits::default().memory,
    };
    let prompt = sequence(model, &given)?.prompt;
    let wanted = arguments.position.saturating_add(1);
    let generated = wanted.saturating_sub(prompt.len());
    let prepared = Prepared::new(&model.weights, None, AttentionKind::Hull, file.kernel)?;
    let mut collected = Collected { tokens: Vec::new(), watch: Watch::new(arguments.json) };
    let mut engine = prepared.engine();
    let ended =
        run(&mut engine, &model.vocabulary.roles(), &prompt, generated as u64, &mut collected);
    let Collected { mut tokens, mut watch } = collected;
    watch.clear();
    match ended {
        Ok(_) | Err(RunError::Trap { .. } | RunError::TokenLimit { .. }) => {}
        Err(error) => return Err(error.into()),
    }
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

struct Collected {
    tokens: Vec<Token>,
    watch: Watch,
}

impl Observer for Collected {
    fn token(&mut self, token: Token) {
        self.tokens.push(token);
    }

    fn checkpoint(&mut self, progress: &Progress) -> ControlFlow<()> {
        self.watch.checkpoint(progress)
    }
}
