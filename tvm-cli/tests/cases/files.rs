//! Outputs that are links, FIFOs, stdout, or in folders that are missing; bundles that cannot be read.

use std::fs;
use std::os::unix::fs::{FileTypeExt, PermissionsExt, symlink};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;
use std::thread;

use tvm_test_support::tools;

use super::Workplace;
use super::commands::{stderr, stdout};

/// Every command that writes a file, up to the name of the file.
const WRITING: [&str; 8] = [
    "compile nothing.wat -o",
    "specialise nothing.wat -o",
    "build --isa classic -o",
    "schedule --isa classic -o",
    "schedule --isa classic --svg",
    "run nothing.wat --trace",
    "bundle nothing.wat --force -o",
    "export nothing.wat --format c --force -o",
];

#[test]
fn a_link_is_followed_and_stays() {
    let place = Workplace::new();
    let (file, link) = (place.path("file"), place.path("link"));
    symlink("file", &link).unwrap();
    for words in WRITING {
        fs::write(&file, "before").unwrap();
        let output = place.tvm(&format!("{words} link")).output().unwrap();
        assert!(output.status.success(), "{words}: {}", stderr(&output));
        assert!(link.is_symlink() && !file.is_symlink(), "{words}");
        let written = fs::read(&file).unwrap();
        assert!(!written.is_empty() && written != b"before", "{words}");
    }
    assert_eq!(place.others(), ["file", "link"]);
    let kept = place.tvm("bundle nothing.wat -o link").output().unwrap();
    assert_eq!(kept.status.code(), Some(1));
    assert!(stderr(&kept).contains("`link` exists already"), "{}", stderr(&kept));
}

#[test]
fn a_fifo_is_written_to_and_stays() {
    let place = Workplace::new();
    let fifo = place.path("fifo");
    assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
    for words in WRITING {
        let reader = thread::spawn({
            let fifo = fifo.clone();
            move || fs::read(fifo).unwrap()
        });
        let output = place.tvm(&format!("{words} fifo")).output().unwrap();
        // A command that replaced the FIFO would leave its reader waiting for ever.
        assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo(), "{words}");
        assert!(output.status.success(), "{words}: {}", stderr(&output));
        assert!(!reader.join().unwrap().is_empty(), "{words}");
    }
    assert_eq!(place.others(), ["fifo"]);
}

#[test]
fn a_device_is_written_to_and_stays() {
    let place = Workplace::new();
    let null = place.path("null");
    // Only root can make one; the system's own devices are not risked.
    let made = Command::new("mknod").arg(&null).args(["c", "1", "3"]).output();
    if !made.is_ok_and(|output| output.status.success()) || fs::write(&null, "x").is_err() {
        tools::skipped("a device cannot be made here");
        return;
    }
    for words in WRITING {
        let output = place.tvm(&format!("{words} null")).output().unwrap();
        assert!(output.status.success(), "{words}: {}", stderr(&output));
        assert!(fs::metadata(&null).unwrap().file_type().is_char_device(), "{words}");
    }
    assert_eq!(place.others(), ["null"]);
}

#[test]
fn a_minus_is_stdout() {
    let place = Workplace::new();
    for words in [
        "compile nothing.wat -o",
        "specialise nothing.wat -o",
        "build --isa classic -o",
        "schedule --isa classic --svg",
        "bundle nothing.wat -o",
    ] {
        let printed = place.tvm(&format!("{words} -")).output().unwrap();
        assert!(printed.status.success(), "{words}: {}", stderr(&printed));
        assert!(place.others().is_empty(), "{words}: {:?}", place.others());
        let written = place.tvm(&format!("{words} nothing")).output().unwrap();
        assert!(written.status.success(), "{words}: {}", stderr(&written));
        let file = fs::read(place.path("nothing")).unwrap();
        assert!(file == printed.stdout, "{words}");
        fs::remove_file(place.path("nothing")).unwrap();
    }
    let [page, same] = ["man", "man -o -"].map(|words| place.tvm(words).output().unwrap());
    assert!(page.status.success() && page.stdout == same.stdout);
    let refused = place.tvm("run nothing.wat --trace -").output().unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("name a file"), "{}", stderr(&refused));
    assert!(place.others().is_empty(), "{:?}", place.others());
}

#[test]
fn what_stands_for_a_stream_is_written_through() {
    let place = Workplace::new();
    let log = place.path("log");
    fs::write(&log, "before\n").unwrap();
    let output = fs::File::options().append(true).open(&log).unwrap();
    let ran = place.tvm("compile nothing.wat -o /dev/stdout").stdout(output).output().unwrap();
    assert!(ran.status.success(), "{}", stderr(&ran));
    let text = fs::read_to_string(&log).unwrap();
    assert!(text.starts_with("before\n{\n"), "{text}");
    let ran = place.tvm("run nothing.wat --quiet --trace /dev/stdout").output().unwrap();
    assert!(stdout(&ran).starts_with("{ ") && stdout(&ran).ends_with(" halt \n"));
}

#[test]
fn a_folder_that_is_missing_is_named() {
    let place = Workplace::new();
    let bundle = place.bundle("nothing");
    let expected = "cannot write `no/file`: there is no folder `no`";
    for words in WRITING {
        let output = place.tvm(&format!("{words} no/file")).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{words}");
        let message = stderr(&output);
        let (first, _) = message.split_once('\n').unwrap();
        assert_eq!(first, format!("tvm: {expected}"), "{words}");
    }
    let output = place.command(&bundle, "--trace no/file").output().unwrap();
    assert_eq!(stderr(&output), format!("nothing: {expected}\n"));
    let output = place.tvm("man -o nothing.wat/pages").output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("the folder `nothing.wat/pages`"), "{}", stderr(&output));
}

/// A user who is not root; without a file of its own.
const NOBODY: u32 = 65_534;

#[test]
fn a_bundle_that_cannot_be_read_says_so() {
    let place = Workplace::new();
    fs::set_permissions(place.path(""), fs::Permissions::from_mode(0o755)).unwrap();
    let bundle = place.bundle("echo");
    fs::set_permissions(&bundle, fs::Permissions::from_mode(0o111)).unwrap();
    // Root can read everything.
    let is_root = fs::read(&bundle).is_ok();
    let run = |path: &Path, words: &str| {
        let mut command = place.command(path, words);
        if is_root {
            command.uid(NOBODY).gid(NOBODY);
        }
        command.output().unwrap()
    };
    for words in ["x", "--help", "run nothing.wat"] {
        let output = run(&bundle, words);
        assert_eq!(output.status.code(), Some(1), "{words}: {}", stderr(&output));
        let message = stderr(&output);
        assert!(message.contains("cannot read the program in this executable"), "{message}");
        assert_eq!(stdout(&output), "");
    }
    fs::set_permissions(&bundle, fs::Permissions::from_mode(0o555)).unwrap();
    assert_eq!(stdout(&run(&bundle, "x")), "x");
}
