//! Every instruction knows the operator of the module that it was made of.

use std::path::Path;

use tvm_program::{Program, wasm};
use tvm_test_support::sets;
use wasmparser::{BinaryReader, OperatorsReader};

fn module(name: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/prebuilt");
    std::fs::read(folder.join(name).with_extension("wasm")).unwrap()
}

/// The operator at a place of a module, such as `i32load8u`.
fn operator(module: &[u8], origin: u32) -> String {
    let reader = BinaryReader::new(&module[origin as usize..], origin.into());
    let operator = format!("{:?}", OperatorsReader::new(reader).read().unwrap());
    let name = operator.split([' ', '{', '(']).next().unwrap();
    name.to_ascii_lowercase()
}

#[test]
fn loads_and_stores_are_made_of_operators_of_their_name() {
    for (name, set) in
        [("sudoku", sets::full()), ("collatz", sets::full()), ("addition", sets::classic())]
    {
        let module = module(name);
        let program: Program = wasm::compile(&module, &set).unwrap();
        assert_eq!(program.origins.len(), program.instructions.len());
        let mut compared = 0;
        for (instruction, &origin) in program.instructions.iter().zip(&program.origins) {
            let mnemonic = set.by_code(instruction.code).unwrap().name.replace(['.', '_'], "");
            let is_access = mnemonic.contains("load") || mnemonic.contains("store");
            // What begins the program is of no operator.
            if is_access && origin > 0 {
                assert_eq!(operator(&module, origin), mnemonic);
                compared += 1;
            }
        }
        assert!(compared >= 10, "{name}: {compared}");
    }
}
