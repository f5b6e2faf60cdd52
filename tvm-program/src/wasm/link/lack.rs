//! All that a program needs and the machine has not, as one error.

use std::collections::BTreeMap;

use crate::wasm::error::{CompileError, Lack};
use crate::wasm::lower::{Routine, Routines};
use crate::wasm::module::Module;

/// What a module, the calls that a program is about and the routines that they reach lack, if anything.
/// What several places lack is named by the first.
pub(crate) fn all(
    module: &Module<'_>,
    main: &Routine,
    routines: &Routines,
) -> Option<CompileError> {
    let mut known: BTreeMap<String, usize> = BTreeMap::new();
    let mut lacks: Vec<Lack> = Vec::new();
    let of_routines = std::iter::once(main).chain(routines.values()).flat_map(|one| &one.lacks);
    for error in module.lacks.iter().chain(of_routines) {
        match known.get(&what(error)) {
            Some(&place) => lacks[place].further += 1,
            None => {
                known.insert(what(error), lacks.len());
                lacks.push(Lack { error: error.clone(), further: 0 });
            }
        }
    }
    match &lacks[..] {
        [] => None,
        [Lack { error, .. }] => Some(error.clone()),
        _ => Some(CompileError::Several { lacks }),
    }
}

/// What an error is about, wherever it is.
fn what(error: &CompileError) -> String {
    match error {
        CompileError::Unsupported { operator, .. } => operator.clone(),
        other => other.to_string(),
    }
}
