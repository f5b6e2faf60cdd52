//! `bindgen MODULE FOLDER` writes the module with its JavaScript and its types to the folder.

fn main() {
    let mut arguments = std::env::args().skip(1);
    let (Some(module), Some(folder)) = (arguments.next(), arguments.next()) else {
        panic!("usage: bindgen MODULE FOLDER");
    };
    let mut bindgen = wasm_bindgen_cli_support::Bindgen::new();
    bindgen.input_path(module).remove_name_section(true).remove_producers_section(true).typescript(true).web(true).expect("one target is chosen");
    bindgen.generate(folder).expect("the module is one of wasm-bindgen");
}
