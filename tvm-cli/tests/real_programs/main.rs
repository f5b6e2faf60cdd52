//! Programs that people have: QuickJS, Lua, SQLite, libraries that compress, and one that signs, as their authors wrote
//! them. Their sources come with crates, but for a move generator of chess, which is written here; `tvm cc` compiles each for WASI and clang for the host, and both write the same output,
//! files and exit status.
//!
//! It takes some minutes, most of them in clang: `cargo test -p tvm-cli --test real_programs -- --ignored`.

#![cfg(unix)]

#[path = "../commands/mod.rs"]
mod commands;

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/real_programs");

/// A program: its own main file, and what of a crate is compiled with it.
struct Program {
    main: &'static str,
    /// Nothing for a program that is its main file alone.
    krate: Option<&'static str>,
    /// Files of the crate, or folders with all that are compiled.
    sources: &'static [&'static str],
    include: &'static str,
    flags: &'static [&'static str],
    /// Flags for WASI alone.
    wasi: &'static [&'static str],
}

/// Where the crates are whose sources are compiled.
fn crates() -> BTreeMap<String, PathBuf> {
    let manifest = format!("{FOLDER}/sources/Cargo.toml");
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--locked", "--format-version", "1", "--manifest-path", &manifest])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let metadata: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let packages = metadata["packages"].as_array().unwrap().iter();
    let folder = |package: &serde_json::Value| {
        let manifest = Path::new(package["manifest_path"].as_str().unwrap());
        (package["name"].as_str().unwrap().to_owned(), manifest.parent().unwrap().to_path_buf())
    };
    packages.map(folder).collect()
}

impl Program {
    /// Compiles it by a command that takes what clang takes.
    fn compile(&self, to: &Path, mut command: Command, flags: &[&str]) {
        let folder = self.krate.map_or(PathBuf::new(), |krate| crates()[krate].clone());
        let mut sources = vec![Path::new(FOLDER).join(self.main)];
        for source in self.sources {
            let path = folder.join(source);
            if path.is_dir() {
                let files = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
                sources.extend(files.filter(|path| path.extension().is_some_and(|end| end == "c")));
            } else {
                sources.push(path);
            }
        }
        sources.sort();
        command.args(["-w", "-D_GNU_SOURCE", "-I"]).arg(folder.join(self.include));
        command.args(self.flags).args(flags).args(sources).arg("-o").arg(to).arg("-lm");
        let output = command.output().expect("clang is on the PATH");
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }

    fn build(&self) -> Built {
        let folder = tempfile::tempdir().unwrap();
        let built = Built { folder };
        let mut for_wasi = Command::new(env!("CARGO_BIN_EXE_tvm"));
        for_wasi.args(["cc", "--c-stack", "1M", "--", "-O2"]);
        self.compile(&built.module(), for_wasi, self.wasi);
        // Fast enough as it is, and compiled in a fraction of the time.
        self.compile(&built.native(), Command::new("clang"), &["-O0"]);
        built
    }
}

/// A program compiled for WASI and for the host.
struct Built {
    folder: TempDir,
}

impl Built {
    fn module(&self) -> PathBuf {
        self.folder.path().join("program.wasm")
    }

    fn native(&self) -> PathBuf {
        self.folder.path().join("native")
    }

    /// Runs it by the universal transformer and on the host, each in a folder with these files: output, status and
    /// files are the same.
    #[track_caller]
    fn check(&self, files: &[(&str, &[u8])], input: &str, arguments: &[&str]) {
        let mut run = Command::new(env!("CARGO_BIN_EXE_tvm"));
        run.arg("run").arg(self.module());
        self.compare(run, files, input, arguments);
    }

    /// The same by a transformer with the program in its weights, as an executable.
    #[track_caller]
    fn check_in_weights(&self, files: &[(&str, &[u8])], input: &str, arguments: &[&str]) {
        let bundle = self.folder.path().join("bundle");
        let mut make = Command::new(env!("CARGO_BIN_EXE_tvm"));
        make.arg("bundle").arg(self.module()).arg("-o").arg(&bundle);
        commands::succeeds(&make.output().unwrap());
        self.compare(Command::new(bundle), files, input, arguments);
    }

    /// Compares a command that runs the transformer with the program on the host.
    #[track_caller]
    fn compare(&self, mut run: Command, files: &[(&str, &[u8])], input: &str, arguments: &[&str]) {
        run.args(["-q", "--dir", ".", "--max-tokens", "100000000000", "--"]);
        let [by_transformer, by_host] = [run, Command::new(self.native())].map(|command| {
            let folder = tempfile::tempdir().unwrap();
            for (name, bytes) in files {
                fs::write(folder.path().join(name), bytes).unwrap();
            }
            let output = output(command, &folder, input, arguments);
            (output, contents(&folder))
        });
        let (found, expected) = (by_transformer.0, by_host.0);
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        assert_eq!(text(&found.stdout), text(&expected.stdout), "{}", commands::stderr(&found));
        assert_eq!(found.status.code(), expected.status.code(), "{}", commands::stderr(&found));
        assert_eq!(by_transformer.1, by_host.1, "files that were written");
    }

    /// Runs scripts, each in a folder of its own.
    #[track_caller]
    fn check_scripts(&self, names: &[&str]) {
        for name in names {
            let script = fs::read(format!("{FOLDER}/{name}")).unwrap();
            self.check(&[(name, &script)], "", &[name]);
        }
    }
}

fn output(mut command: Command, folder: &TempDir, input: &str, arguments: &[&str]) -> Output {
    let path = folder.path().join(".input");
    fs::write(&path, input).unwrap();
    command.current_dir(folder.path()).args(arguments).stdin(File::open(path).unwrap());
    command.output().unwrap()
}

/// The files of a folder.
fn contents(folder: &TempDir) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap());
    entries
        .map(|entry| {
            (entry.file_name().to_string_lossy().into_owned(), fs::read(entry.path()).unwrap())
        })
        .collect()
}

const QUICKJS: Program = Program {
    main: "quickjs.c",
    krate: Some("rquickjs-sys"),
    sources: &[
        "quickjs/quickjs.c",
        "quickjs/libregexp.c",
        "quickjs/libunicode.c",
        "quickjs/dtoa.c",
    ],
    include: "quickjs",
    flags: &["-DCONFIG_VERSION=\"0\"", "-lpthread"],
    wasi: &[],
};

/// Lua leaves a protected call by `longjmp`. What the C library of WASI has not (processes, temporary files) it
/// calls only where a script asks for it.
const LUA: Program = Program {
    main: "lua.c",
    krate: Some("lua-src"),
    sources: &["lua-5.5.1"],
    include: "lua-5.5.1",
    flags: &[],
    wasi: &["-mllvm", "-wasm-enable-sjlj", "-Wl,--allow-undefined"],
};

#[test]
#[ignore = "compiles large C programs"]
fn quickjs_evaluates_scripts() {
    QUICKJS.build().check_scripts(&["quickjs.js", "euler.js"]);
}

#[test]
#[ignore = "compiles large C programs"]
fn lua_runs_scripts() {
    LUA.build().check_scripts(&["lua.lua", "euler.lua"]);
}

#[test]
#[ignore = "compiles large C programs"]
fn sqlite_keeps_a_database() {
    let program = Program {
        main: "sqlite.c",
        krate: Some("libsqlite3-sys"),
        sources: &["sqlite3/sqlite3.c"],
        include: "sqlite3",
        flags: &["-DSQLITE_THREADSAFE=0", "-DSQLITE_OMIT_LOAD_EXTENSION", "-DSQLITE_OMIT_WAL"],
        wasi: &[],
    };
    let script = fs::read_to_string(format!("{FOLDER}/sqlite.sql")).unwrap();
    let built = program.build();
    built.check(&[], &script, &["people.db"]);
    // More instructions than any other program of the tests: tables of 435,000 rows.
    built.check_in_weights(&[], &script, &["people.db"]);
}

const SECP256K1: Program = Program {
    main: "secp256k1.c",
    krate: Some("secp256k1-sys"),
    sources: &[
        "depend/secp256k1/src/secp256k1.c",
        "depend/secp256k1/src/precomputed_ecmult.c",
        "depend/secp256k1/src/precomputed_ecmult_gen.c",
    ],
    include: "depend/secp256k1/include",
    flags: &[
        "-DUSE_EXTERNAL_DEFAULT_CALLBACKS",
        "-DECMULT_WINDOW_SIZE=15",
        "-DCOMB_BLOCKS=11",
        "-DCOMB_TEETH=6",
    ],
    wasi: &[],
};

const PERFT: Program =
    Program { main: "perft.c", krate: None, sources: &[], include: "", flags: &[], wasi: &[] };

#[test]
#[ignore = "compiles large C programs"]
fn secp256k1_signs_and_verifies() {
    SECP256K1.build().check(&[], "", &[]);
}

#[test]
#[ignore = "compiles large C programs"]
fn perft_counts_chess_positions() {
    let built = PERFT.build();
    let known = "20 400 8902 \n48 2039 \n14 191 2812 \n";
    let output = Command::new(built.native()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&output.stdout), known);
    built.check(&[], "", &[]);
}

/// Libraries that compress, by their names.
fn compressors() -> [(&'static str, Program); 4] {
    const ZLIB: &[&str] = &["-DZLIB", "-DHAVE_UNISTD_H", "-DZ_HAVE_UNISTD_H"];
    const ZSTD: &[&str] = &["zstd/lib/common", "zstd/lib/compress", "zstd/lib/decompress"];
    const BZIP2: &[&str] = &[
        "bzip2-1.0.8/blocksort.c",
        "bzip2-1.0.8/huffman.c",
        "bzip2-1.0.8/crctable.c",
        "bzip2-1.0.8/randtable.c",
        "bzip2-1.0.8/compress.c",
        "bzip2-1.0.8/decompress.c",
        "bzip2-1.0.8/bzlib.c",
    ];
    let library = |krate, sources, include, flags| {
        let (main, wasi) = ("compress.c", &[][..]);
        Program { main, krate: Some(krate), sources, include, flags, wasi }
    };
    [
        ("zlib", library("libz-sys", &["src/zlib"], "src/zlib", ZLIB)),
        ("bzip2", library("bzip2-sys", BZIP2, "bzip2-1.0.8", &["-DBZIP2", "-DBZ_NO_STDIO"])),
        ("lz4", library("lz4-sys", &["liblz4/lib/lz4.c"], "liblz4/lib", &["-DLZ4"])),
        ("zstd", library("zstd-sys", ZSTD, "zstd/lib", &["-DZSTD", "-DZSTD_DISABLE_ASM"])),
    ]
}

#[test]
#[ignore = "compiles large C programs"]
fn libraries_compress_and_decompress_a_file() {
    let file = fs::read(format!("{FOLDER}/sqlite.sql")).unwrap().repeat(3);
    for (_, program) in compressors() {
        program.build().check(&[("file", &file)], "", &["file", "file.packed"]);
    }
}

/// Tokens, and tokens a second, by machine code with the program in the weights: the best of some runs.
fn speed(program: &Path, file: &[u8], arguments: &[&str]) -> (u64, f64) {
    let folder = tempfile::tempdir().unwrap();
    let model = folder.path().join("model");
    let mut specialise = Command::new(env!("CARGO_BIN_EXE_tvm"));
    specialise.arg("specialise").arg(program).arg("-o").arg(&model);
    commands::succeeds(&specialise.output().unwrap());
    fs::write(folder.path().join("file"), file).unwrap();
    let measure = || {
        let mut run = Command::new(env!("CARGO_BIN_EXE_tvm"));
        run.args(["run", "--engine", "native", "--json", "--model"]).arg(&model);
        let output = output(run, &folder, "", arguments);
        commands::succeeds(&output);
        let lines = [output.stdout, output.stderr].concat();
        let lines = String::from_utf8_lossy(&lines).into_owned();
        let figures = lines.lines().find_map(|line| serde_json::from_str(line).ok());
        let figures: serde_json::Value = figures.expect("figures as JSON");
        (figures["tokens"].as_u64().unwrap(), figures["tokens_per_second"].as_f64().unwrap())
    };
    let measured: Vec<(u64, f64)> = (0..5).map(|_| measure()).collect();
    assert!(measured.iter().all(|(tokens, _)| *tokens == measured[0].0), "{measured:?}");
    measured.into_iter().max_by(|one, other| one.1.total_cmp(&other.1)).unwrap()
}

/// What a token of a large program costs beside one of a small program. Every run of a program has the same tokens; `-- --ignored
/// cost_of_a_token --nocapture` prints how many of them a second, the table of docs/performance.md.
#[test]
#[ignore = "compiles large C programs"]
fn cost_of_a_token() {
    const INKALA: &str =
        "8..........36......7..9.2...5...7.......457.....1...3...1....68..85...1..9....4..";
    let sudoku = Path::new(env!("CARGO_MANIFEST_DIR")).join("../programs/sudoku.c");
    let (tokens, least) = speed(&sudoku, b"", &["--input", INKALA]);
    println!("| program | tokens | tokens/s | of sudoku's |\n|---|---|---|---|");
    println!("| sudoku, Inkala's puzzle | {tokens} | {:.2} M | 1 |", least / 1e6);
    let file = fs::read(format!("{FOLDER}/sqlite.sql")).unwrap().repeat(3);
    let others = [("secp256k1", SECP256K1), ("perft", PERFT)];
    for (name, program) in compressors().into_iter().chain(others) {
        let arguments = ["--dir", ".", "--max-tokens", "100000000000", "--", "file", "packed"];
        let (tokens, speed) = speed(&program.build().module(), &file, &arguments);
        println!("| {name} | {tokens} | {:.2} M | {:.2} |", speed / 1e6, speed / least);
    }
}
