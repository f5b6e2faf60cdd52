//! Programs with the C library of WASI, or that of C++: which are, what they become, what is said where
//! there is none. What they write is tested with `tvm run`.

use std::fs;

use super::*;
use wasmparser::{Parser, Payload};

/// Is there a C library of WASI? In continuous integration there must be.
fn has_library() -> bool {
    has("C library of WASI", "c", "#include <stdio.h>\n")
}

/// Is there a C++ library of WASI?
fn has_cpp_library() -> bool {
    has("C++ library of WASI", "cpp", "#include <vector>\n")
}

fn has(library: &str, extension: &str, include: &str) -> bool {
    if !has_clang() {
        return false;
    }
    let text = format!("{include}int main() {{ return 0; }}\n");
    let compiled = compile_files(&[(&format!("a.{extension}"), &text)], CompileOptions::default());
    tools::is_here(library, compiled.is_ok())
}

/// Compiles a program of several files, each in a folder of its own.
fn compile_files(files: &[(&str, &str)], options: CompileOptions) -> Result<Module, ClangError> {
    let folder = tempfile::tempdir().unwrap();
    let mut paths = Vec::new();
    for (name, text) in files {
        paths.push(folder.path().join(name));
        fs::write(paths.last().unwrap(), text).unwrap();
    }
    let is_source = |path: &PathBuf| Language::of(path).is_some();
    let mut sources = paths.into_iter().filter(is_source);
    let first = sources.next().unwrap();
    let further = Further { sources: sources.collect(), ..options.further };
    compile(&first, &CompileOptions { features: Features::OfClang, further, ..options })
}

/// The exported functions of a module, and the modules that it imports from.
fn interface(module: &Module) -> (Vec<String>, Vec<String>) {
    let (mut exports, mut imports) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(&module.bytes) {
        match payload.unwrap() {
            Payload::ExportSection(section) => {
                exports.extend(section.into_iter().map(|export| export.unwrap().name.to_owned()));
            }
            Payload::ImportSection(section) => {
                let section = section.into_imports();
                imports.extend(section.map(|import| import.unwrap().module.to_owned()));
            }
            _ => {}
        }
    }
    imports.dedup();
    (exports, imports)
}

/// Is the module a program of WASI?
fn is_of_wasi(module: &Module) -> bool {
    let (exports, imports) = interface(module);
    exports.iter().any(|name| name == "_start")
        && imports.iter().any(|from| from == "wasi_snapshot_preview1")
}

fn one(text: &str) -> Module {
    compile_files(&[("a.c", text)], CompileOptions::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn headers_decide_which_library_a_program_has() {
    if !has_library() {
        return;
    }
    assert!(is_of_wasi(&one(
        "#include <stdio.h>\nint main() { printf(\"hello\\n\"); return 0; }\n"
    )));
    // Those of clang and `tvm.h` are no reason.
    let own =
        one("#include <stdint.h>\n#include <tvm.h>\nint main(void) { puts(\"a\"); return 0; }\n");
    assert!(!is_of_wasi(&own));
}

#[test]
fn tvm_h_goes_with_the_c_library() {
    if !has_library() {
        return;
    }
    for order in ["#include <tvm.h>\n#include <math.h>", "#include <math.h>\n#include \"tvm.h\""] {
        let module = one(&format!(
            "{order}\nint main(int argc, char **argv) {{
                tvm_output('a' + tvm_opaque(argc)); puts(argv[0]); exit((int)sqrt(argc)); }}"
        ));
        let (_, imports) = interface(&module);
        assert!(is_of_wasi(&module) && imports.iter().any(|from| from == "tvm"), "{imports:?}");
        assert_eq!(module.warnings, "");
    }
}

#[test]
fn compute_and_exported_functions_need_no_main() {
    if !has_library() {
        return;
    }
    assert!(is_of_wasi(&one("#include <stdio.h>\nvoid compute(const char *in) { puts(in); }\n")));
    let library =
        one("#include <string.h>\n__attribute__((export_name(\"length\"))) int length(char *a)
        { return (int)strlen(a); }\n");
    let (exports, _) = interface(&library);
    assert!(["length", "_initialize"].iter().all(|name| exports.iter().any(|it| it == name)));
}

#[test]
fn the_c_stack_has_the_size_that_is_asked_for() {
    if !has_library() {
        return;
    }
    let text = "#include <stdio.h>\nint main() { puts(\"a\"); return 0; }\n";
    let size = |stack: &str| {
        let stack = stack.parse().unwrap();
        let module =
            compile_files(&[("a.c", text)], CompileOptions { stack, ..Default::default() });
        let program = tvm_program::wasm::compile(&module.unwrap().bytes, &sets::full()).unwrap();
        program.c_stack.unwrap().bytes
    };
    assert_eq!((size("64K"), size("1M")), (1 << 16, 1 << 20));
}

#[test]
fn a_program_may_have_several_files_macros_and_folders() {
    if !has_clang() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("mine.h"), "int twice(int);\n").unwrap();
    let further = Further {
        includes: vec![folder.path().to_owned()],
        definitions: vec!["START=20".to_owned(), "FLAG".to_owned()],
        optimisation: Some("0".to_owned()),
        ..Further::default()
    };
    let compiled = |header: &str| {
        let main = format!(
            "#include {header}\n#include \"mine.h\"\n#if FLAG\n
            int main(void) {{ printf(\"%d\\n\", twice(START + 1)); return 0; }}\n#endif\n"
        );
        let options = CompileOptions { further: further.clone(), ..CompileOptions::default() };
        let files = [("main.c", main.as_str()), ("b.c", "int twice(int x) { return 2 * x; }\n")];
        compile_files(&files, options).unwrap_or_else(|error| panic!("{error}"))
    };
    let outcome = as_program(&compiled("<tvm.h>").bytes, &sets::full(), b"");
    assert_eq!(outcome, Outcome { output: b"42\n".to_vec(), ended: true });
    if has_library() {
        assert!(is_of_wasi(&compiled("<stdio.h>")));
    }
}

#[test]
fn cpp_has_its_library() {
    if !has_cpp_library() {
        return;
    }
    let text = "#include <vector>\n#include <cstdio>\n#include <tvm.h>\n
        int main() { std::vector<int> v(3, 4); std::printf(\"%d\\n\", v.at(1)); tvm_output('a'); }\n";
    for name in ["a.cpp", "a.cc", "a.cxx", "a.C"] {
        let module = compile_files(&[(name, text)], CompileOptions::default());
        assert!(is_of_wasi(&module.unwrap_or_else(|error| panic!("{name}: {error}"))));
    }
    // C and C++ together.
    let main = "extern \"C\" int twice(int);\nint main() { return twice(2); }\n";
    let files = [("main.cpp", main), ("b.c", "int twice(int x) { return 2 * x; }\n")];
    let _ =
        compile_files(&files, CompileOptions::default()).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn exceptions_and_setjmp_are_compiled() {
    if !has_cpp_library() {
        return;
    }
    let throws =
        "int main(int c, char **) { try { if (c > 3) throw c; } catch (int) { return 1; } }\n";
    let jumps = "#include <setjmp.h>\n#include <stdio.h>\n
        int main(void) { jmp_buf here; if (setjmp(here)) return 0; puts(\"1\"); longjmp(here, 1); }\n";
    for (name, text) in [("a.cpp", throws), ("a.cpp", jumps), ("a.c", jumps)] {
        let module = compile_files(&[(name, text)], CompileOptions::default());
        assert!(is_of_wasi(&module.unwrap_or_else(|error| panic!("{name}: {error}"))));
    }
}

#[test]
fn a_missing_library_is_said_with_what_to_install() {
    if !has_clang() {
        return;
    }
    let empty = tempfile::tempdir().unwrap();
    let message = |name: &str, text: &str| {
        let sysroot = Some(empty.path().to_owned());
        let options = CompileOptions { sysroot, ..CompileOptions::default() };
        compile_files(&[(name, text)], options).unwrap_err().to_string()
    };
    for header in ["stdio.h", "stdlib.h", "string.h", "sys/types.h"] {
        let text = format!("#include <{header}>\nint main(void) {{ return 0; }}\n");
        let message = message("a.c", &text);
        for part in [&format!("<{header}>"), "tvm.h", "apt-get install wasi-libc", "WASI_SYSROOT"] {
            assert!(message.contains(part), "`{part}` is not in: {message}");
        }
    }
    let of_cpp = message("a.cpp", "#include <iostream>\nint main() {}\n");
    assert!(of_cpp.contains("<iostream>") && of_cpp.contains("libc++-"), "{of_cpp}");
    let unlinked = message("a.cpp", "int main() {}\n");
    assert!(unlinked.contains("is not here: install it"), "{unlinked}");
    let mine = message("a.c", "#include \"mine.h\"\nint main(void) { return 0; }\n");
    assert!(mine.contains("'mine.h' file not found"), "{mine}");
}

#[test]
fn a_header_that_wasi_has_not_is_named() {
    if !has_library() {
        return;
    }
    let text = "#include <spawn.h>\nint main(void) { return 0; }\n";
    let message =
        compile_files(&[("a.c", text)], CompileOptions::default()).unwrap_err().to_string();
    assert!(message.contains("includes <spawn.h>, which the C library of WASI"), "{message}");
}

/// As the programs of Percepta's transformer-vm are written: they include nothing.
#[test]
fn a_program_that_includes_nothing_has_the_names_of_tvm_h() {
    if !has_clang() {
        return;
    }
    let text = r#"
        static int squares[4];

        void compute(const char *input) {
            const char *p = input;
            int n = parse_int(p);
            while (*p >= 48 && *p <= 57) p = p + 1;
            for (int i = 0; i < 4; i = i + 1) squares[i] = n * i;
            print_str("input has ");
            print_int(str_len(input));
            putchar('\n');
            printf("%d %s%c\n", squares[3], p, 33);
        }"#;
    for features in [Features::Minimal, Features::OfClang] {
        let options = CompileOptions { features, ..CompileOptions::default() };
        let module = compile_text(text, &options).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(module.warnings, "");
        let outcome = as_program(&module.bytes, &sets::full(), b"14 x");
        assert_eq!(String::from_utf8(outcome.output).unwrap(), "input has 4\n42  x!\n");
    }
    // Names of its own come first.
    let own = r#"#include <tvm.h>
        static void print_int(int a, int b) { printf("%d,%d", a, b); }
        int main(void) { print_int(1, 2); return 0; }"#;
    assert_writes(own, "1,2");
}
