//! Numeric operators by wasmi: a module with a function for every operator, exported under the
//! operator's name.

use wasmi::{Engine, Instance, Module, Store, TrapCode, Val};

use tvm_program::Mnemonic;
use tvm_reference::{End, Summary, Trap};

/// The operators as wasmi has them.
pub(super) struct Oracle {
    store: Store<()>,
    instance: Instance,
}

impl Oracle {
    /// An oracle for operators on values of a type (`i32` or `i64`).
    pub(super) fn new(of_type: &str, operators: &[Mnemonic]) -> Self {
        let functions: String = operators.iter().map(|one| function(of_type, one)).collect();
        let engine = Engine::default();
        let wasm = wat::parse_str(format!("(module {functions})")).unwrap();
        let module = Module::new(&engine, wasm).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        Oracle { store, instance }
    }

    /// The bytes of an operator's result, least significant first.
    pub(super) fn result(&mut self, name: &str, operands: &[Val]) -> Result<Vec<u8>, Trap> {
        let function = self.instance.get_func(&self.store, name).unwrap();
        let mut results = [Val::I32(0)];
        function.call(&mut self.store, operands, &mut results).map_err(|error| trap(&error))?;
        match results {
            [Val::I32(value)] => Ok(value.to_le_bytes().to_vec()),
            [Val::I64(value)] => Ok(value.to_le_bytes().to_vec()),
            other => panic!("no integer: {other:?}"),
        }
    }
}

/// What a program output, if it came to its end.
pub(super) fn outcome(summary: Summary) -> Result<Vec<u8>, Trap> {
    match summary.end {
        End::Halt => Ok(summary.output),
        End::Trap(kind) => Err(kind),
    }
}

fn function(of_type: &str, operator: &Mnemonic) -> String {
    let name = &operator.name;
    let words = if of_type == "i64" { 2 } else { 1 };
    let operands = usize::from(operator.pops()) / words;
    let parameters = vec![of_type; operands].join(" ");
    let result = if operator.pushes() == 2 { "i64" } else { "i32" };
    let gets: String = (0..operands).map(|index| format!("(local.get {index})")).collect();
    format!(r#"(func (export "{name}") (param {parameters}) (result {result}) {gets} ({name}))"#)
}

fn trap(error: &wasmi::Error) -> Trap {
    match error.as_trap_code() {
        Some(TrapCode::IntegerDivisionByZero) => Trap::DivideByZero,
        Some(TrapCode::IntegerOverflow) => Trap::IntegerOverflow,
        _ => panic!("unexpected: {error}"),
    }
}
