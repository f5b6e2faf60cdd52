//! Runs a C program that calls the opcode, on a transformer that has it.

use std::error::Error;
use std::path::Path;

fn main() -> Result<(), Box<dyn Error>> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("saturate.c");
    let compiled = tvm_core::compile_for(own_opcode::machine()?, source.as_path())?;
    let transformer = compiled.specialise()?;
    let run = transformer.run("A")?;
    println!("{}", String::from_utf8_lossy(&run.output));
    println!(
        "{} tokens by {} layers, d_model {}",
        run.summary.tokens,
        transformer.model().weights.layers.len(),
        transformer.model().weights.d_model()
    );
    Ok(())
}
