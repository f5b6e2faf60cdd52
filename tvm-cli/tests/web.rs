//! The pages of `tvm xray` and `tvm bundle --html`; and what runs in the browser is checked in as it was built: it belongs to
//! its sources.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Command, Output, Stdio};

/// A program whose names are markup.
const HOSTILE: &str = r#"(module
    (import "tvm" "output" (func $output (param i32)))
    (func $"</script><script>alert(1)</script>" (call $output (i32.const 65)))
    (func (export "compute") (param i32) (call $"</script><script>alert(1)</script>")))"#;

fn tvm(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_tvm")).current_dir(folder).args(arguments).output().unwrap()
}

/// A folder with the program, under a name that is markup as far as a file can be called that.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("<img src=x>.wat"), HOSTILE).unwrap();
    folder
}

/// The description in a page.
fn description(page: &str) -> serde_json::Value {
    let begun = page.split_once("id=\"tvm-page\">").unwrap().1;
    serde_json::from_str(begun.split_once("</script>").unwrap().0).unwrap()
}

#[test]
fn a_page_in_one_file_has_the_program_as_data() {
    let folder = folder();
    for (arguments, view, kind) in [
        (["xray", "<img src=x>.wat", "-o", "page.html"].as_slice(), "xray", "program"),
        (&["bundle", "<img src=x>.wat", "--html", "-o", "run.html"], "run", "model"),
    ] {
        let made = tvm(folder.path(), arguments);
        assert!(made.status.success() && made.stdout.is_empty(), "{made:?}");
        let page = fs::read_to_string(folder.path().join(arguments[arguments.len() - 1])).unwrap();
        assert!(!page.contains("<img") && !page.contains("<script>alert(1)"));
        let description = description(&page);
        assert_eq!(description["door"], "file");
        assert_eq!(description["view"], view);
        let program = &description["programs"][0];
        assert_eq!(program["kind"], kind);
        assert_eq!(program["title"], "<img src=x>");
    }
    let again = tvm(folder.path(), &["bundle", "<img src=x>.wat", "--html", "-o", "run.html"]);
    assert!(!again.status.success(), "a file was overwritten");
}

#[test]
fn a_site_is_a_folder_with_all_that_its_page_names() {
    let folder = folder();
    let made = tvm(folder.path(), &["xray", "<img src=x>.wat", "--site", "site"]);
    assert!(made.status.success(), "{made:?}");
    let site = folder.path().join("site");
    let description = description(&fs::read_to_string(site.join("index.html")).unwrap());
    let program = &description["programs"][0];
    for address in
        [&description["wasm"], &description["universal"], &program["data"], &program["model"]]
    {
        assert!(site.join(address.as_str().unwrap()).is_file(), "{address}");
    }
    let data = fs::File::open(site.join(program["data"].as_str().unwrap())).unwrap();
    let mut text = String::new();
    flate2::read::GzDecoder::new(data).read_to_string(&mut text).unwrap();
    assert_eq!(text, HOSTILE);
    let again = tvm(folder.path(), &["xray", "<img src=x>.wat", "--site", "site"]);
    assert!(!again.status.success(), "a folder was overwritten");
}

#[test]
fn a_site_without_a_program_has_the_catalogue_and_the_book() {
    let folder = tempfile::tempdir().unwrap();
    let made = tvm(folder.path(), &["xray", "--site", "site"]);
    assert!(made.status.success(), "{made:?}");
    let site = folder.path().join("site");
    let description = description(&fs::read_to_string(site.join("index.html")).unwrap());
    let programs = description["programs"].as_array().unwrap();
    let titles: Vec<&str> = programs.iter().map(|one| one["title"].as_str().unwrap()).collect();
    assert!(titles.contains(&"sudoku") && titles.contains(&"addition"), "{titles:?}");
    for program in programs {
        assert!(program["source"]["text"].as_str().unwrap().contains("#include"));
        for part in ["data", "model"] {
            assert!(site.join(program[part].as_str().unwrap()).is_file());
        }
    }
    assert!(site.join(description["book"].as_str().unwrap()).is_file());
    // Without a folder to write to, a program is needed.
    assert!(!tvm(folder.path(), &["xray"]).status.success());
    for given in [["--input", "1+1"], ["-D", "X"]] {
        let refused = tvm(folder.path(), &["xray", "--site", "other", given[0], given[1]]);
        assert!(!refused.status.success() && !folder.path().join("other").exists());
        assert!(
            String::from_utf8_lossy(&refused.stderr).contains("name the program"),
            "{refused:?}"
        );
    }
}

#[test]
fn the_server_prints_where_its_page_is() {
    let folder = folder();
    let mut server = Command::new(env!("CARGO_BIN_EXE_tvm"))
        .current_dir(folder.path())
        .args(["xray", "<img src=x>.wat", "--no-open"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(server.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let (host, path) = url.trim().strip_prefix("http://").unwrap().split_once('/').unwrap();
    let mut stream = TcpStream::connect(host).unwrap();
    write!(stream, "GET /{path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    server.kill().unwrap();
    server.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.contains("Content-Security-Policy: default-src 'none';"));
    assert_eq!(description(&answer)["door"], "server");
}

#[test]
fn a_port_that_is_taken_is_an_error() {
    let folder = folder();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let refused = tvm(folder.path(), &["xray", "<img src=x>.wat", "--no-open", "--port", &port]);
    let message = String::from_utf8(refused.stderr).unwrap();
    assert!(!refused.status.success() && message.contains(&port), "{message}");
}

#[cfg(unix)]
#[test]
fn the_assets_are_of_these_sources() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let digests = Command::new(root.join("tvm-web/build")).arg("digests").output().unwrap();
    assert!(digests.status.success(), "{digests:?}");
    let recorded = fs::read_to_string(root.join("tvm-web/assets/SOURCES.sha256")).unwrap();
    let found = String::from_utf8(digests.stdout).unwrap();
    assert_eq!(found, recorded, "run tvm-web/build");
}

/// Writes its first argument, and ends with exit status 3.
const WASI: &str = r#"(module
    (import "wasi_snapshot_preview1" "args_get" (func $args_get (param i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
    (import "wasi_snapshot_preview1" "proc_exit" (func $exit (param i32)))
    (memory (export "memory") 1)
    (func (export "_start")
        (drop (call $args_get (i32.const 0) (i32.const 64)))
        (i32.store (i32.const 16) (i32.load (i32.const 4)))
        (i32.store (i32.const 20) (i32.const 5))
        (drop (call $fd_write (i32.const 1) (i32.const 16) (i32.const 1) (i32.const 32)))
        (call $exit (i32.const 3))))"#;

#[test]
fn a_program_with_a_host_runs_with_it_before_its_page_is_made() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("asks.wat"), WASI).unwrap();
    let made = tvm(folder.path(), &["xray", "asks.wat", "hello", "-o", "page.html"]);
    assert!(made.status.success() && made.stdout.is_empty(), "{made:?}");
    let page = fs::read_to_string(folder.path().join("page.html")).unwrap();
    let host = &description(&page)["programs"][0]["host"];
    assert_eq!(host["end"]["message"], "the program has ended with exit status 3");
    let answers = host["answers"].as_array().unwrap();
    let written = answers.iter().flat_map(|answer| answer["written"].as_array().unwrap());
    let written: Vec<u8> = written.map(|byte| byte.as_u64().unwrap() as u8).collect();
    assert_eq!(written, b"hello");
    assert!(answers.iter().all(|answer| !answer["tokens"].as_array().unwrap().is_empty()));
}

#[test]
fn what_is_given_for_a_host_must_have_one() {
    let folder = folder();
    fs::write(folder.path().join("asks.wat"), WASI).unwrap();
    for (arguments, said) in [
        (["<img src=x>.wat", "hello", "-o", "page.html"].as_slice(), "takes no arguments"),
        (&["<img src=x>.wat", "--dir", ".", "-o", "page.html"], "needs no host"),
        (&["asks.wat", "--invoke", "f", "-o", "page.html"], "--invoke"),
        (&["asks.wat", "--dir", "nowhere", "-o", "page.html"], "nowhere"),
        (&["--site", "site", "--env", "A=1"], "name the program"),
    ] {
        let refused = tvm(folder.path(), &[&["xray"], arguments].concat());
        assert!(!refused.status.success(), "{arguments:?}");
        let message = String::from_utf8_lossy(&refused.stderr);
        assert!(message.contains(said), "{arguments:?}: {message}");
        assert!(!folder.path().join("page.html").exists());
    }
}
