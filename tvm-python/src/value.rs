//! Numbers of WebAssembly as numbers of Python. Integers have a sign there; where Python gives one, it may be written
//! with a sign or without.

use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyFloat, PyInt, PyTuple};
use tvm_instance::{Value, ValueType};

use crate::failure::Failure;

/// A value as an object of Python.
pub(crate) fn to_python<'py>(py: Python<'py>, value: Value) -> PyResult<Bound<'py, PyAny>> {
    Ok(match value {
        Value::I32(_) | Value::I64(_) => PyInt::new(py, value.signed()).into_any(),
        Value::F32(bits) => PyFloat::new(py, f32::from_bits(bits).into()).into_any(),
        Value::F64(bits) => PyFloat::new(py, f64::from_bits(bits)).into_any(),
    })
}

/// Values as a tuple.
pub(crate) fn to_tuple<'py>(py: Python<'py>, values: &[Value]) -> PyResult<Bound<'py, PyTuple>> {
    let objects = values.iter().map(|&value| to_python(py, value));
    PyTuple::new(py, objects.collect::<PyResult<Vec<_>>>()?)
}

/// Results as a function of Python returns them: none, one, or a tuple.
pub(crate) fn to_result<'py>(py: Python<'py>, values: &[Value]) -> PyResult<Bound<'py, PyAny>> {
    match values {
        [] => Ok(py.None().into_bound(py)),
        &[value] => to_python(py, value),
        values => Ok(to_tuple(py, values)?.into_any()),
    }
}

/// What a function of Python returns, as results of these types; `name` is the function's.
pub(crate) fn from_result(
    result: &Bound<'_, PyAny>,
    types: &[ValueType],
    name: &str,
) -> PyResult<Vec<Value>> {
    let wrong = |found: &str| {
        let message = format!("{name} is to return {}, and it returns {found}", expected(types));
        PyTypeError::new_err(message)
    };
    match types {
        // As `print` does, a function may return what nobody asked for.
        [] => Ok(Vec::new()),
        &[value_type] => Ok(vec![from_python(result, value_type)?]),
        types => {
            let tuple = result.cast::<PyTuple>().map_err(|_| wrong("no tuple"))?;
            if tuple.len() != types.len() {
                return Err(wrong(&format!("{} values", tuple.len())));
            }
            let values = tuple.iter().zip(types);
            values.map(|(object, &value_type)| from_python(&object, value_type)).collect()
        }
    }
}

fn expected(types: &[ValueType]) -> String {
    let names: Vec<&str> = types.iter().map(|one| one.name()).collect();
    format!("a tuple of {} values ({})", types.len(), names.join(" "))
}

/// A number of Python as a value of a type.
pub(crate) fn from_python(object: &Bound<'_, PyAny>, value_type: ValueType) -> PyResult<Value> {
    let is_no = || Failure::Usage(format!("{object} is no {}", value_type.name()));
    Ok(match value_type {
        ValueType::F32 => Value::F32((object.extract::<f64>()? as f32).to_bits()),
        ValueType::F64 => Value::F64(object.extract::<f64>()?.to_bits()),
        ValueType::I32 => {
            let number: i128 = object.extract()?;
            let signed = || i32::try_from(number).ok().map(i32::cast_unsigned);
            Value::I32(u32::try_from(number).ok().or_else(signed).ok_or_else(is_no)?)
        }
        ValueType::I64 => {
            let number: i128 = object.extract()?;
            let signed = || i64::try_from(number).ok().map(i64::cast_unsigned);
            Value::I64(u64::try_from(number).ok().or_else(signed).ok_or_else(is_no)?)
        }
    })
}
