//! The messages of ONNX that a model needs, as `onnx.proto` numbers their fields.

use prost::Message;

/// Types of entries.
pub(super) const INT64: i32 = 7;
/// Types of entries.
pub(super) const DOUBLE: i32 = 11;
/// Where the entries of a tensor are: in a file of their own.
const EXTERNAL: i32 = 1;
/// The type of an attribute: an integer.
const INT: i32 = 2;
/// The type of an attribute: integers.
const INTS: i32 = 7;

#[derive(Clone, PartialEq, Message)]
pub(super) struct Model {
    #[prost(int64, tag = "1")]
    pub ir_version: i64,
    #[prost(string, tag = "2")]
    pub producer_name: String,
    #[prost(string, tag = "6")]
    pub doc_string: String,
    #[prost(message, optional, tag = "7")]
    pub graph: Option<Graph>,
    #[prost(message, repeated, tag = "8")]
    pub opset_import: Vec<OperatorSet>,
    #[prost(message, repeated, tag = "14")]
    pub metadata_props: Vec<Entry>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct OperatorSet {
    #[prost(string, tag = "1")]
    pub domain: String,
    #[prost(int64, tag = "2")]
    pub version: i64,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Entry {
    #[prost(string, tag = "1")]
    pub key: String,
    #[prost(string, tag = "2")]
    pub value: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Graph {
    #[prost(message, repeated, tag = "1")]
    pub node: Vec<Node>,
    #[prost(string, tag = "2")]
    pub name: String,
    #[prost(message, repeated, tag = "5")]
    pub initializer: Vec<Tensor>,
    #[prost(message, repeated, tag = "11")]
    pub input: Vec<ValueInfo>,
    #[prost(message, repeated, tag = "12")]
    pub output: Vec<ValueInfo>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Node {
    #[prost(string, repeated, tag = "1")]
    pub input: Vec<String>,
    #[prost(string, repeated, tag = "2")]
    pub output: Vec<String>,
    #[prost(string, tag = "3")]
    pub name: String,
    #[prost(string, tag = "4")]
    pub op_type: String,
    #[prost(message, repeated, tag = "5")]
    pub attribute: Vec<Attribute>,
    #[prost(string, tag = "6")]
    pub doc_string: String,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Attribute {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(int64, tag = "3")]
    pub i: i64,
    #[prost(int64, repeated, tag = "8")]
    pub ints: Vec<i64>,
    #[prost(int32, tag = "20")]
    pub kind: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Tensor {
    #[prost(int64, repeated, tag = "1")]
    pub dims: Vec<i64>,
    #[prost(int32, tag = "2")]
    pub data_type: i32,
    #[prost(string, tag = "8")]
    pub name: String,
    #[prost(bytes = "vec", tag = "9")]
    pub raw_data: Vec<u8>,
    #[prost(message, repeated, tag = "13")]
    pub external_data: Vec<Entry>,
    #[prost(int32, tag = "14")]
    pub data_location: i32,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct ValueInfo {
    #[prost(string, tag = "1")]
    pub name: String,
    #[prost(message, optional, tag = "2")]
    pub kind: Option<Type>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Type {
    #[prost(message, optional, tag = "1")]
    pub tensor: Option<TensorType>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct TensorType {
    #[prost(int32, tag = "1")]
    pub element: i32,
    #[prost(message, optional, tag = "2")]
    pub shape: Option<Shape>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Shape {
    #[prost(message, repeated, tag = "1")]
    pub dim: Vec<Dimension>,
}

#[derive(Clone, PartialEq, Message)]
pub(super) struct Dimension {
    #[prost(oneof = "Size", tags = "1, 2")]
    pub size: Option<Size>,
}

#[derive(Clone, PartialEq, prost::Oneof)]
pub(super) enum Size {
    #[prost(int64, tag = "1")]
    Number(i64),
    #[prost(string, tag = "2")]
    Name(String),
}

impl Attribute {
    pub(super) fn int(name: &str, i: i64) -> Attribute {
        Attribute { name: name.to_string(), i, ints: Vec::new(), kind: INT }
    }

    pub(super) fn ints(name: &str, ints: &[i64]) -> Attribute {
        Attribute { name: name.to_string(), i: 0, ints: ints.to_vec(), kind: INTS }
    }
}

impl Tensor {
    /// Entries of f64 or of 64-bit integers, little-endian.
    pub(super) fn new(name: &str, data_type: i32, dims: &[usize], raw_data: Vec<u8>) -> Tensor {
        let dims = dims.iter().map(|&size| size as i64).collect();
        let name = name.to_string();
        Tensor { dims, data_type, name, raw_data, external_data: Vec::new(), data_location: 0 }
    }

    /// Entries of f64 in a file: its name, where they begin, how many bytes they are.
    pub(super) fn in_file(
        name: &str,
        dims: &[usize],
        (file, offset, length): (&str, usize, usize),
    ) -> Tensor {
        let entry = |key: &str, value: String| Entry { key: key.to_string(), value };
        let external_data = vec![
            entry("location", file.to_string()),
            entry("offset", offset.to_string()),
            entry("length", length.to_string()),
        ];
        let tensor = Tensor::new(name, DOUBLE, dims, Vec::new());
        Tensor { external_data, data_location: EXTERNAL, ..tensor }
    }
}

impl ValueInfo {
    /// A tensor; sizes that are not known have names.
    pub(super) fn new(name: &str, element: i32, dims: &[Size]) -> ValueInfo {
        let dim = dims.iter().map(|size| Dimension { size: Some(size.clone()) }).collect();
        let tensor = TensorType { element, shape: Some(Shape { dim }) };
        ValueInfo { name: name.to_string(), kind: Some(Type { tensor: Some(tensor) }) }
    }
}
