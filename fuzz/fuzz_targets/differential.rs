//! Any bytes are a module and calls of it: the reference executor against wasmi. What is compared
//! is what the tests with fixed seeds compare.

#![no_main]

#[path = "../../tests/differential/mod.rs"]
mod differential;
#[path = "../../tests/executors/mod.rs"]
mod executors;
#[path = "../../tests/modules/mod.rs"]
mod modules;

use arbitrary::Unstructured;
use differential::{Tally, compare, generated, invocations};
use executors::Reference;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let mut random = Unstructured::new(bytes);
    let Some(module) = generated(&mut random) else { return };
    let calls = invocations(&module, &mut random);
    let result = compare(&module, &calls, &Reference::default(), &mut Tally::default());
    result.unwrap_or_else(|how| panic!("{how}"));
});
