//! Which clang is called, and what C programs are compiled to.

mod formats;
mod wasi;

use super::*;
use tvm_test_support::modules::{Outcome, as_program, by_wasmi};
use tvm_test_support::{sets, tools};

/// Is clang installed? In continuous integration it must be.
fn has_clang() -> bool {
    tools::is_here("clang", find(&CompileOptions::default()).is_ok())
}

#[test]
fn a_clang_that_is_not_there_is_named() {
    let clang = Some("/no/such/clang".into());
    let options = CompileOptions { clang, ..CompileOptions::default() };
    let message = compile(Path::new("x.c"), &options).unwrap_err().to_string();
    assert!(message.contains("`/no/such/clang`") && message.contains("install clang"), "{message}");
}

#[test]
fn a_file_is_no_option() {
    assert_eq!(no_option(Path::new("-c.c")), Path::new("./-c.c"));
    assert_eq!(no_option(Path::new("a/-c.c")), Path::new("a/-c.c"));
}

#[test]
fn the_path_is_searched_for_every_name() {
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().as_os_str().to_owned();
    assert_eq!(search(&path), None);
    let clang = directory.path().join(format!("clang-16{}", env::consts::EXE_SUFFIX));
    std::fs::write(&clang, "").unwrap();
    assert_eq!(search(&path), Some(clang));
}

/// Compiles a program in a folder of its own.
fn compile_text(text: &str, options: &CompileOptions) -> Result<Module, ClangError> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("program.c");
    std::fs::write(&file, text).unwrap();
    compile(&file, options)
}

#[track_caller]
fn refused(text: &str, parts: &[&str]) {
    let message = compile_text(text, &CompileOptions::default()).unwrap_err().to_string();
    for part in parts {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

/// Runs a program by the reference executor and by wasmi. Returns the output of both, and whether the program
/// halted.
#[track_caller]
fn run(text: &str) -> Outcome {
    run_with(text, &CompileOptions::default())
}

#[track_caller]
fn run_with(text: &str, options: &CompileOptions) -> Outcome {
    let module = compile_text(text, options).unwrap_or_else(|error| panic!("{error}"));
    let outcome = as_program(&module.bytes, &sets::full(), b"");
    assert_eq!(outcome, by_wasmi(&module.bytes, b""));
    outcome
}

#[track_caller]
fn assert_writes(text: &str, expected: &str) {
    let outcome = run(text);
    assert_eq!(String::from_utf8_lossy(&outcome.output), expected);
    assert!(outcome.ended);
}

#[test]
fn an_error_of_the_c_program_is_shown() {
    if !has_clang() {
        return;
    }
    refused("#include <tvm.h>\nint main(void) { return missing; }\n", &["program.c:2:", "missing"]);
    // Errors in other files name the file without its folder.
    refused("#include <tvm.h>\nint putchar;\n", &["note", "\ntvm.h:"]);
}

#[test]
fn what_clang_warns_of_comes_with_the_module() {
    if !has_clang() {
        return;
    }
    let warnings = |body: &str| {
        let text = format!("#include <tvm.h>\nint main(void) {{ {body} return 0; }}\n");
        compile_text(&text, &CompileOptions::default()).unwrap().warnings
    };
    let unused = warnings("int unused;");
    assert!(unused.contains("program.c:2:") && unused.contains("unused variable"), "{unused}");
    // All that tvm.h and the library have gives no warning.
    let everything = r#"char text[9]; sscanf("1", "%s", text); puts(malloc(9)); printf("%5d\n", 1);
        snprintf(text, sizeof text, "%.3f", 1.5); sprintf(text, "%d", 1); exit(getchar());"#;
    assert_eq!(warnings(everything), "");
}

#[test]
fn what_is_defined_nowhere_is_named() {
    if !has_clang() {
        return;
    }
    refused(
        "int qsort(int), puts(const char *); int main(void) { return puts(\"a\") + qsort(1); }",
        &["puts", "qsort", "tvm.h", "--source"],
    );
}

#[test]
fn main_may_take_arguments() {
    if !has_clang() {
        return;
    }
    let text = r#"#include "tvm.h"
        int main(int argc, char **argv) { printf("%d %d\n", argc, !argv); return 0; }"#;
    let module = compile_text(text, &CompileOptions::default()).unwrap();
    let expected = Outcome { output: b"0 1\n".to_vec(), ended: true };
    assert_eq!(as_program(&module.bytes, &sets::full(), b""), expected);
}

/// Library functions that clang, or a program without headers, calls and does not define.
#[test]
fn what_is_called_and_not_defined_comes_from_the_library() {
    if !has_clang() {
        return;
    }
    assert_writes(
        r#"#include "tvm.h"
        void *malloc(size_t);
        int main(void) { char *p = malloc(10); p[0] = 'a'; putchar(p[0]); return 0; }"#,
        "a",
    );
    assert_writes(
        r#"#include "tvm.h"
        int main(void) {
            unsigned __int128 p = 1; p <<= tvm_opaque(100);
            printf("%x\n", (unsigned)(p >> 96));
            return 0;
        }"#,
        "10\n",
    );
    assert_writes(
        r#"#include "tvm.h"
        int main(void) {
            long long r, a = tvm_opaque(2000000000);
            int o = __builtin_mul_overflow(a * 4000000000ll / 7, a, &r);
            printf("%d %x\n", o, (unsigned)r);
            return 0;
        }"#,
        "1 dcaf3400\n",
    );
    assert_writes(
        r#"__attribute__((import_module("tvm"), import_name("output"))) void output(int byte);
        unsigned long strlen(const char *);
        struct many { int numbers[200]; } volatile many;
        __attribute__((noinline)) static int last(struct many copy) { return copy.numbers[199]; }
        int main(void) {
            many.numbers[199] = 'z';
            struct many copy = many;
            output(last(copy));
            output('0' + (int)strlen("seven.."));
            return 0;
        }"#,
        "z7",
    );
}

#[test]
fn a_function_of_the_program_stands_for_that_of_the_library() {
    if !has_clang() {
        return;
    }
    assert_writes(
        r#"#include "tvm.h"
        static char mine[] = "mine";
        void *malloc(size_t bytes) { return mine + (bytes - bytes); }
        int main(void) { puts(malloc(3)); free(0); return 0; }"#,
        "mine\n",
    );
}

/// Modules are the same whatever `wasm-opt` is installed, so clang must not call one.
#[cfg(unix)]
#[test]
fn nothing_that_is_installed_changes_a_module() {
    use std::os::unix::fs::PermissionsExt as _;
    if !has_clang() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let tool = folder.path().join("wasm-opt");
    std::fs::write(&tool, "#!/bin/sh\nexit 1\n").unwrap();
    std::fs::set_permissions(&tool, std::fs::Permissions::from_mode(0o755)).unwrap();
    let real = find(&CompileOptions::default()).unwrap();
    // A clang whose `PATH` begins with the folder of the tool.
    let clang = folder.path().join("clang");
    let path = format!("{}:$PATH", folder.path().display());
    let script = format!("#!/bin/sh\nPATH=\"{path}\" exec \"{}\" \"$@\"\n", real.display());
    std::fs::write(&clang, script).unwrap();
    std::fs::set_permissions(&clang, std::fs::Permissions::from_mode(0o755)).unwrap();
    let text = "#include <tvm.h>\nint main(void) { puts(\"hello\"); return 0; }\n";
    let plain = compile_text(text, &CompileOptions::default()).unwrap();
    let options = CompileOptions { clang: Some(clang), ..CompileOptions::default() };
    assert_eq!(compile_text(text, &options).unwrap(), plain);
}

#[test]
fn an_exhausted_c_stack_traps_and_leaves_the_data_alone() {
    if !has_clang() {
        return;
    }
    // Each call takes at least 64 bytes of stack, and reports if the table has changed.
    let text = r#"#include "tvm.h"
        static unsigned char table[20000];
        __attribute__((noinline)) static int deep(int n, volatile char *below) {
            volatile char frame[64];
            frame[n & 63] = (char)(n + below[0]);
            for (int i = 0; i < 20000; i += 999) if (table[i] != 7) puts("changed");
            return n ? deep(n - 1, frame) + frame[n & 63] : 0;
        }
        int main(void) {
            volatile char first[4] = {0};
            for (int i = 0; i < 20000; i++) table[tvm_opaque(i)] = 7;
            deep(tvm_opaque(100), first);
            puts("done");
            return 0;
        }"#;
    let options =
        |size: &str| CompileOptions { stack: size.parse().unwrap(), ..CompileOptions::default() };
    assert_eq!(run_with(text, &options("4K")), Outcome { output: vec![], ended: false });
    let enough = Outcome { output: b"done\n".to_vec(), ended: true };
    assert_eq!(run_with(text, &options("16K")), enough);
}
