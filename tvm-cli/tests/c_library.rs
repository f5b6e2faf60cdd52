//! Programs in C and C++ with the libraries of WASI, by `tvm run` and `tvm cc`.

mod commands;

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use commands::{stderr, stdout, succeeds, tvm_in};
use tvm_test_support::tools;

/// Does clang find this header of a library of WASI? In continuous integration it must.
fn has(header: &str) -> bool {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("#include <{header}>\nint main() {{ return 0; }}\n");
    fs::write(folder.path().join("a.cpp"), text).unwrap();
    let made = tvm_in(folder.path(), &["cc", "a.cpp", "-o", "a.wasm"]);
    tools::is_here(&format!("<{header}> of WASI"), made.status.success())
}

/// What a program of these files does.
fn run(files: &[(&str, &str)], arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let all: Vec<&str> = ["run", files[0].0, "--quiet"].iter().chain(arguments).copied().collect();
    tvm_in(folder.path(), &all)
}

#[test]
fn a_program_of_the_c_library_runs_as_it_is() {
    if !has("stdio.h") {
        return;
    }
    let text = r#"#include <stdio.h>
        #include <stdlib.h>
        #include <string.h>
        #include <signal.h>
        #include <time.h>
        int main(int argc, char **argv) {
            char *copy = strdup(argv[1]), line[20];
            signal(SIGINT, SIG_DFL);
            printf("%d %s %5.2f %d\n", argc, copy, strtod(argv[2], NULL), clock() != (clock_t)-1);
            while (fgets(line, sizeof line, stdin)) printf("<%s>", line);
            free(copy);
            return 7;
        }"#;
    let output = run(&[("a.c", text)], &["--input", "one", "--", "two", "2.5"]);
    assert_eq!(stdout(&output), "3 two  2.50 1\n<one>", "{}", stderr(&output));
    assert_eq!(output.status.code(), Some(7));
}

#[test]
fn many_files_are_open_at_once() {
    if !has("stdio.h") {
        return;
    }
    let text = r#"#include <errno.h>
        #include <fcntl.h>
        #include <stdio.h>
        #include <unistd.h>
        enum { FILES = 12, PIECES = 300 };
        int main(void) {
            int files[FILES];
            char name[] = "a", piece[33] = "", found;
            long sum = 0;
            for (int i = 0; i < FILES; i++) {
                name[0] = 'a' + i;
                files[i] = open(name, O_CREAT | O_TRUNC | O_RDWR, 0666);
                if (files[i] < 0) return 1;
            }
            for (int turn = 0; turn < PIECES; turn++)
                for (int i = 0; i < FILES; i++) {
                    for (int k = 0; k < sizeof piece; k++) piece[k] = turn * 7 + i + k;
                    if (write(files[i], piece, sizeof piece) != sizeof piece) return 2;
                }
            for (int i = 0; i < FILES; i += 2) close(files[i]);
            for (int i = 1; i < FILES; i += 2) {
                if (lseek(files[i], 33 * i + i, SEEK_SET) != 34 * i) return 3;
                for (int k = 0; k < 500; k++) read(files[i], &found, 1), sum += (unsigned char)found;
            }
            printf("%ld %ld\n", sum, (long)lseek(files[1], 0, SEEK_END));
            printf("%d %d\n", (int)read(files[0], piece, 1), errno == EBADF);
            printf("%d %d\n", open("none", O_RDONLY), errno == ENOENT);
            return 0;
        }"#;
    let sum: u64 = (1..12)
        .step_by(2)
        .flat_map(|i| (34 * i..34 * i + 500).map(move |at| (at / 33 * 7 + i + at % 33) & 0xff))
        .sum();
    let output = run(&[("a.c", text)], &["--dir", "."]);
    assert_eq!(succeeds(&output), format!("{sum} 9900\n-1 1\n-1 1\n"));
}

#[test]
fn the_machine_s_output_goes_with_the_c_library() {
    if !has("stdio.h") {
        return;
    }
    let text = r#"#include <stdio.h>
        #include <string.h>
        #include <tvm.h>
        void compute(const char *input) {
            char *copy = strdup(input);
            printf("%s %d ", copy, (int)strlen(tvm_input()));
            fflush(stdout);
            while (*copy) tvm_output(*copy++);
        }"#;
    let output = run(&[("a.c", text)], &["--input", "abc"]);
    assert_eq!(succeeds(&output), "abc 3 abc");
    let long = "x".repeat(10_000);
    let output = run(&[("a.c", text)], &["--input", &long]);
    assert_eq!(succeeds(&output), format!("{long} 10000 {long}"));
}

#[test]
fn a_used_up_stack_of_such_a_program_is_said() {
    if !has("stdio.h") {
        return;
    }
    let text = r#"#include <stdio.h>
        #include <stdlib.h>
        __attribute__((noinline)) static int deep(int n, volatile char *below) {
            volatile char frame[64];
            frame[n & 63] = (char)(n + below[0]);
            return n ? deep(n - 1, frame) + frame[n & 63] : 0;
        }
        int main(int argc, char **argv) {
            volatile char first[4] = {0};
            printf("%d\n", deep(atoi(argv[1]), first) * 0);
            return argc != 2;
        }"#;
    let short = run(&[("a.c", text)], &["--", "1060"]);
    let message = stderr(&short);
    assert_eq!(short.status.code(), Some(3), "{message}");
    assert!(message.contains("the C stack of 65536 bytes is used up"), "{message}");
    let long = run(&[("a.c", text)], &["--c-stack", "128K", "--", "1060"]);
    assert_eq!(succeeds(&long), "0\n");
}

#[test]
fn cpp_runs_with_its_library() {
    if !has("iostream") {
        return;
    }
    let text = r#"#include <algorithm>
        #include <iostream>
        #include <map>
        #include <string>
        int main(int argc, char **argv) {
            std::map<std::string, int> words;
            for (int i = 1; i < argc; i++) words[argv[i]]++;
            for (const auto &[word, number] : words) std::cout << word << ' ' << number << std::endl;
            return words.size() > 1 ? 0 : 1;
        }"#;
    for name in ["a.cpp", "a.cc", "a.cxx", "a.C"] {
        let output = run(&[(name, text)], &["--", "b", "a", "b"]);
        assert_eq!(succeeds(&output), "a 1\nb 2\n");
    }
}

/// `setjmp` in a loop, in a recursive function, with more buffers than a small table has room for, and jumps out
/// of several calls.
const JUMPS: &str = r#"#include <setjmp.h>
    #include <stdio.h>
    static jmp_buf outer, many[20];
    static void leave(int x) {
        if (x > 3) longjmp(outer, x);
        printf("%d ", x);
    }
    static int nested(int depth) {
        jmp_buf here;
        volatile int turns = 0;
        int result = setjmp(here);
        if (result < 3) turns++, longjmp(here, result + 1);
        if (depth) return nested(depth - 1) + turns;
        longjmp(outer, 40 + turns);
    }
    int main(void) {
        volatile int i = 0, at = 0;
        int result = setjmp(outer);
        printf("outer %d\n", result);
        if (result == 0) for (;;) leave(i++);
        if (result < 40) nested(5);
        for (at = 0; at < 20; at++) {
            int of_many = setjmp(many[at]);
            if (!of_many) continue;
            printf("%d: %d\n", at, of_many);
            at = 18;
        }
        if (i++ < 8) longjmp(many[i % 7], i);
        return 0;
    }"#;

/// Exceptions of a type and of one derived from it, thrown again, by the headers of the library, and out of
/// calls whose objects are destroyed.
const EXCEPTIONS: &str = r#"#include <iostream>
    #include <map>
    #include <stdexcept>
    struct Object {
        int number;
        ~Object() { std::cout << "~" << number << " "; }
    };
    static int deep(int n) {
        Object object{n};
        if (n == 0) throw std::runtime_error("deep");
        return deep(n - 1) + 1;
    }
    int main() {
        try { deep(3); } catch (const std::exception &error) { std::cout << error.what() << "\n"; }
        try { std::map<int, int>().at(1); } catch (const std::out_of_range &) { std::cout << "range\n"; }
        try {
            try { throw 5; } catch (int &number) { number++; throw; }
        } catch (int number) { std::cout << number << "\n"; }
        std::cout.flush();
        throw 7;
    }"#;

#[test]
fn setjmp_and_exceptions_need_no_flags() {
    if !has("stdio.h") || !has("iostream") {
        return;
    }
    let expected = "outer 0\n0 1 2 3 outer 4\nouter 43\n20: 6\n20: 7\n20: 8\n";
    for name in ["a.c", "a.cpp"] {
        assert_eq!(succeeds(&run(&[(name, JUMPS)], &[])), expected);
    }
    let output = run(&[("a.cpp", EXCEPTIONS)], &[]);
    assert_eq!(stdout(&output), "~0 ~1 ~2 ~3 deep\nrange\n6\n");
    assert_eq!(output.status.code(), Some(3), "nothing catches the last one");
    // `tvm cc` is told.
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.c"), JUMPS).unwrap();
    let cc =
        |flags: &[&str]| tvm_in(folder.path(), &[&["cc", "a.c", "-o", "a.wasm"], flags].concat());
    let message = stderr(&cc(&[]));
    assert!(message.contains("compile with -mllvm -wasm-enable-sjlj"), "{message}");
    succeeds(&cc(&["-mllvm", "-wasm-enable-sjlj"]));
    assert_eq!(succeeds(&tvm_in(folder.path(), &["run", "a.wasm", "--quiet"])), expected);
}

#[test]
fn several_files_are_one_program_in_every_command() {
    if !has("stdio.h") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let main =
        "#include \"twice.h\"\nint main(void) { printf(\"%d\\n\", twice(NUMBER)); return 0; }\n";
    fs::write(folder.path().join("main.c"), main).unwrap();
    fs::write(folder.path().join("twice.c"), "int twice(int x) { return 2 * x; }\n").unwrap();
    fs::create_dir(folder.path().join("headers")).unwrap();
    fs::write(folder.path().join("headers/twice.h"), "#include HEADER\nint twice(int);\n").unwrap();
    let options = ["--source", "twice.c", "-I", "headers", "-DNUMBER=21", "-O1"];
    let with = |before: &[&str], after: &[&str]| {
        let all: Vec<&str> = before.iter().chain(&options).chain(after).copied().collect();
        tvm_in(folder.path(), &all)
    };
    for header in ["-DHEADER=<tvm.h>", "-DHEADER=<stdio.h>"] {
        let run = with(&["run", "main.c", "--quiet"], &[header]);
        assert_eq!(succeeds(&run), "42\n");
    }
    let own = "-DHEADER=<tvm.h>";
    assert!(succeeds(&with(&["compile", "main.c"], &[own])).starts_with('{'));
    assert!(succeeds(&with(&["trace", "main.c"], &[own])).contains("main"));
    for (command, made) in [("specialise", "main.tvm"), ("bundle", "main")] {
        succeeds(&with(&[command, "main.c", "-o", made], &[own]));
    }
    let bundle = Command::new(folder.path().join("main")).arg("--quiet").output().unwrap();
    assert_eq!(succeeds(&bundle), "42\n");
    // They are for sources alone.
    let refused = tvm_in(folder.path(), &["run", "main.tvm", "-DA"]);
    assert!(stderr(&refused).contains("is no source of C or C++"), "{}", stderr(&refused));
}

#[test]
fn cc_is_clang_for_wasi() {
    if !has("stdio.h") {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let main = "#include <stdio.h>\n#include <tvm.h>\nint twice(int);\n
        int main(void) { printf(\"%d\\n\", twice(NUMBER)); return 0; }\n";
    fs::write(here.join("main.c"), main).unwrap();
    fs::write(here.join("twice.c"), "int twice(int x) { return 2 * x; }\n").unwrap();
    let tvm = |arguments: &[&str]| tvm_in(here, arguments);
    succeeds(&tvm(&[
        "cc",
        "--c-stack",
        "128K",
        "main.c",
        "twice.c",
        "-O3",
        "-DNUMBER=4",
        "-o",
        "a.wasm",
    ]));
    assert_eq!(succeeds(&tvm(&["run", "a.wasm", "--quiet"])), "8\n");
    // An object file is linked, and not run.
    succeeds(&tvm(&["cc", "-c", "-DNUMBER=5", "main.c", "-o", "main.o"]));
    let refused = tvm(&["run", "main.o"]);
    assert!(stderr(&refused).contains("is an object file"), "{}", stderr(&refused));
    succeeds(&tvm(&["cc", "main.o", "twice.c", "-o", "b.wasm"]));
    assert_eq!(succeeds(&tvm(&["run", "b.wasm", "--quiet"])), "10\n");
    // What clang says and how it ends is what the command says.
    let wrong = tvm(&["cc", "none.c"]);
    assert_eq!((wrong.status.code(), stderr(&wrong).contains("none.c")), (Some(1), true));
    let version = succeeds(&tvm(&["cc", "--version"]));
    assert!(version.contains("clang"), "{version}");
}

#[test]
fn a_module_without_an_entry_says_what_can_be_called() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"(module (func (export "add") (param i32 i32) (result i32) (local.get 0))
        (func (export "zero")))"#;
    fs::write(folder.path().join("a.wat"), text).unwrap();
    let message = stderr(&tvm_in(folder.path(), &["run", "a.wat"]));
    for part in ["It exports `add`, `zero`", "`tvm run --invoke add`"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_missing_library_is_said_in_one_message() {
    let clang = tvm_toolchain::clang::find(&tvm_toolchain::clang::CompileOptions::default());
    if !tools::is_here("clang", clang.is_ok()) {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("empty")).unwrap();
    let message = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        let output = Command::new(env!("CARGO_BIN_EXE_tvm"))
            .args(["run", name])
            .current_dir(folder.path())
            .env("WASI_SYSROOT", Path::new("empty"))
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(1));
        stderr(&output)
    };
    let c = message("a.c", "#include <stdio.h>\nint main() { puts(\"a\"); return 0; }\n");
    for part in ["<stdio.h>", "wasi-libc", "WASI_SDK_PATH", "tvm.h"] {
        assert!(c.contains(part), "{c}");
    }
    let cpp = message("a.cpp", "#include <iostream>\nint main() { std::cout << 1; }\n");
    assert!(cpp.contains("<iostream>") && cpp.contains("libc++"), "{cpp}");
}
