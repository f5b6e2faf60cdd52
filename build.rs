//! For every program in programs/: C -> wasm -> instructions -> specialised model, into OUT_DIR,
//! with a Rust file that embeds it. The universal models are made the same way. What is unchanged
//! since the last build is kept: a model belongs to this build script and to its instructions.

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::{env, fs};

use quote::{format_ident, quote};
use sha2::{Digest, Sha256};
use tvm_core::machine::Machine;
use tvm_core::pipeline::{specialised, universal};
use tvm_model::Model;
use tvm_program::wasm;
use tvm_runtime::plan::Plan;
use tvm_toolchain::catalogue::{self, CatalogueEntry};
use tvm_toolchain::clang::{CompileOptions, ENVIRONMENT_VARIABLE};
use tvm_toolchain::prebuilt;

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    println!("cargo::rerun-if-changed=programs");
    println!("cargo::rerun-if-env-changed={ENVIRONMENT_VARIABLE}");
    println!("cargo::rerun-if-env-changed=PATH");
    println!("cargo::rustc-env=TVM_RUSTC={}", compiler());
    match build() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            println!("cargo::error={}", error.to_string().replace('\n', " "));
            ExitCode::FAILURE
        }
    }
}

/// Which compiler it is, for those who measure.
fn compiler() -> String {
    let output =
        env::var_os("RUSTC").and_then(|rustc| Command::new(rustc).arg("--version").output().ok());
    let version = output.map(|output| String::from_utf8_lossy(&output.stdout).trim().to_string());
    version.unwrap_or_else(|| "an unknown compiler".to_string())
}

fn build() -> Result<(), Failure> {
    let folder = PathBuf::from(env::var("OUT_DIR")?);
    let script = fs::read(env::current_exe()?)?;
    let (mut constants, mut kernels) = (Vec::new(), Vec::new());
    for machine in [Machine::classic(), Machine::full()] {
        let path = folder.join(format!("{}.tvm", machine.name()));
        keep_or_make(&path, &[&script], || Ok(universal(&machine)?.model.to_bytes()))?;
        let name = format_ident!("{}", machine.name().to_uppercase());
        let about = format!("The universal model of the {} instruction set.", machine.name());
        let path = path.to_string_lossy().into_owned();
        constants.push(quote! {
            #[doc = #about]
            pub static #name: &[u8] = include_bytes_aligned::include_bytes_aligned!(8, #path);
        });
        kernels.push(kernel(machine.name(), Path::new(&path), &script)?);
    }
    for entry in catalogue::read(Path::new("programs"))? {
        let path = folder.join(format!("{}.tvm", entry.name));
        make_program(&entry, &path, &script)?;
        constants.push(constant(&entry, &path));
        kernels.push(kernel(&entry.name, &path, &script)?);
    }
    let embedded = quote! {
        #(#constants)*

        /// Code generated from the models.
        pub mod kernels {
            #(#kernels)*
        }
    };
    fs::write(folder.join("embedded.rs"), embedded.to_string())?;
    Ok(())
}

fn make_program(entry: &CatalogueEntry, path: &Path, script: &[u8]) -> Result<(), Failure> {
    let module = prebuilt::load(&entry.source, &CompileOptions::default())?;
    keep_or_make(path, &[script, &module], || {
        let machine = Machine::full();
        let in_file = |error: wasm::CompileError| format!("{}: {error}", entry.source.display());
        let program = wasm::compile(&module, &machine.instruction_set()).map_err(in_file)?;
        Ok(specialised(&machine, &program, &entry.name)?.model.to_bytes())
    })
}

/// The module with the code for a model.
fn kernel(name: &str, model: &Path, script: &[u8]) -> Result<proc_macro2::TokenStream, Failure> {
    let bytes = fs::read(model)?;
    let path = model.with_extension("rs");
    keep_or_make(&path, &[script, &bytes], || {
        let plan = Plan::new(&Model::from_bytes(&bytes)?);
        Ok(tvm_codegen::source(&plan).into_bytes())
    })?;
    let (name, path) = (format_ident!("{name}"), path.to_string_lossy().into_owned());
    let about = format!("The code for `{name}`.");
    Ok(quote! {
        #[doc = #about]
        #[allow(unused_imports, unused_variables, unused_parens, clippy::all)]
        pub mod #name {
            include!(#path);
        }
    })
}

/// Makes a file unless it was made from the same sources. The digest is written last, so a build
/// that was cut short is begun again.
fn keep_or_make(
    path: &Path,
    sources: &[&[u8]],
    make: impl FnOnce() -> Result<Vec<u8>, Failure>,
) -> Result<(), Failure> {
    let mut hasher = Sha256::new();
    for source in sources {
        hasher.update(source.len().to_le_bytes());
        hasher.update(source);
    }
    let digest = hasher.finalize().to_vec();
    let mut key = path.as_os_str().to_owned();
    key.push(".key");
    let key = PathBuf::from(key);
    if path.exists() && fs::read(&key).is_ok_and(|known| known == digest) {
        return Ok(());
    }
    let _ = fs::remove_file(&key);
    fs::write(path, make()?)?;
    Ok(fs::write(key, digest)?)
}

fn constant(entry: &CatalogueEntry, path: &Path) -> proc_macro2::TokenStream {
    let CatalogueEntry { name, about, input, rule, .. } = entry;
    let module = format_ident!("{name}");
    let constant = format_ident!("{}", name.to_uppercase());
    let path = path.to_string_lossy().into_owned();
    let length = match rule.length {
        Some(length) => quote!(Some(#length)),
        None => quote!(None),
    };
    let alphabet = match &rule.alphabet {
        Some(alphabet) => quote!(Some(#alphabet)),
        None => quote!(None),
    };
    quote! {
        #[doc = #about]
        pub static #constant: tvm_host::executable::Embedded<'static> = tvm_host::executable::Embedded {
            name: #name,
            about: #about,
            model: include_bytes_aligned::include_bytes_aligned!(8, #path),
            kernel: Some(kernels::#module::KERNEL),
            default_input: #input,
            input_length: #length,
            input_alphabet: #alphabet,
        };
    }
}
