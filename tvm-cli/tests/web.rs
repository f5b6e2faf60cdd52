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
