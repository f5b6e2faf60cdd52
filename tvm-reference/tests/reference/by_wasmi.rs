//! Numeric operators by wasmi: a module with a function for every operator, exported under the
//! operator's name.

use wasmi::{Engine, F32, F64, Instance, Module, Store, TrapCode, Val};

use tvm_program::{Mnemonic, Value, ValueType};
use tvm_reference::{End, Summary, Trap};

/// The operators as wasmi has them.
pub(super) struct ByWasmi {
    store: Store<()>,
    instance: Instance,
}

impl ByWasmi {
    /// These operators.
    pub(super) fn new(operators: &[Mnemonic]) -> Self {
        let functions: String = operators.iter().map(function).collect();
        let engine = Engine::default();
        let wasm = wat::parse_str(format!("(module {functions})")).unwrap();
        let module = Module::new(&engine, wasm).unwrap();
        let mut store = Store::new(&engine, ());
        let instance = Instance::new(&mut store, &module, &[]).unwrap();
        ByWasmi { store, instance }
    }

    /// The bytes of an operator's result, least significant first.
    pub(super) fn result(&mut self, name: &str, operands: &[Value]) -> Result<Vec<u8>, Trap> {
        let function = self.instance.get_func(&self.store, name).unwrap();
        let operands: Vec<Val> = operands.iter().map(|&operand| val(operand)).collect();
        let mut results = [Val::I32(0)];
        function.call(&mut self.store, &operands, &mut results).map_err(|error| trap(&error))?;
        match results {
            [Val::I32(value)] => Ok(value.to_le_bytes().to_vec()),
            [Val::I64(value)] => Ok(value.to_le_bytes().to_vec()),
            [Val::F32(value)] => Ok(canonical(name, f32::from(value)).to_vec()),
            [Val::F64(value)] => Ok(canonical_wide(name, f64::from(value)).to_vec()),
            other => panic!("no number: {other:?}"),
        }
    }
}

/// What a program output, if it came to its end.
pub(super) fn outcome(summary: Summary) -> Result<Vec<u8>, Trap> {
    match summary.end {
        End::Halt => Ok(summary.output),
        End::Trap(kind) => Err(kind),
        End::Await => panic!("a test has no host"),
    }
}

/// The bytes of a result. wasmi leaves open which NaN comes of `min` and `max`; here it is the canonical one.
fn canonical(name: &str, result: f32) -> [u8; 4] {
    let bits = if computes(name) && result.is_nan() { 0x7fc0_0000 } else { result.to_bits() };
    bits.to_le_bytes()
}

/// The same of 64 bits.
fn canonical_wide(name: &str, result: f64) -> [u8; 8] {
    let nan = 0x7ff8_0000_0000_0000;
    let bits = if computes(name) && result.is_nan() { nan } else { result.to_bits() };
    bits.to_le_bytes()
}

/// Does an operator compute a number, and not only move bits?
fn computes(name: &str) -> bool {
    name.ends_with("min") || name.ends_with("max")
}

fn val(value: Value) -> Val {
    match value {
        Value::I32(value) => Val::I32(value.cast_signed()),
        Value::I64(value) => Val::I64(value.cast_signed()),
        Value::F32(bits) => Val::F32(F32::from_bits(bits)),
        Value::F64(bits) => Val::F64(F64::from_bits(bits)),
    }
}

/// The function of an operator in WebAssembly text.
fn function(operator: &Mnemonic) -> String {
    let name = &operator.name;
    let list = |types: &[ValueType]| types.iter().map(|&of| text(of)).collect::<Vec<_>>().join(" ");
    let (parameters, results) = (list(&operator.operands), list(&operator.results));
    let gets: String =
        (0..operator.operands.len()).map(|index| format!("(local.get {index})")).collect();
    format!(r#"(func (export "{name}") (param {parameters}) (result {results}) {gets} ({name}))"#)
}

fn text(of: ValueType) -> &'static str {
    match of {
        ValueType::I32 => "i32",
        ValueType::I64 => "i64",
        ValueType::F32 => "f32",
        ValueType::F64 => "f64",
    }
}

fn trap(error: &wasmi::Error) -> Trap {
    match error.as_trap_code() {
        Some(TrapCode::IntegerDivisionByZero) => Trap::DivideByZero,
        Some(TrapCode::IntegerOverflow) => Trap::IntegerOverflow,
        _ => panic!("unexpected: {error}"),
    }
}
