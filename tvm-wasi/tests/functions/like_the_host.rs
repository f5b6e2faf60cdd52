//! Random sequences of functions about paths, and the same system calls in another directory: what they
//! return and what they leave is the same. And with paths that lead out: what is outside stays as it is.

use std::fs;
use std::io;
use std::os::fd::OwnedFd;
use std::path::Path;

use proptest::prelude::*;
use rustix::fs::{self as host, AtFlags, FileType, Mode, OFlags};
use tvm_wasi::Errno;

use crate::support::*;

/// A function and what it is called with.
#[derive(Clone, Debug)]
enum Action {
    CreateDirectory(String),
    RemoveDirectory(String),
    Unlink(String),
    Rename(String, String),
    Link(String, String),
    /// The target of a link, and the link.
    Symlink(String, String),
    ReadLink(String),
    Stat(String, bool),
    List(String),
    /// A path, flags of `path_open`, whether it is written to, appended to, and a link is followed.
    Open(String, u32, bool, bool, bool),
}

/// What an action tells: numbers and names, by its kind.
type Told = Result<String, Errno>;

fn as_program(program: &mut Program, action: &Action) -> Told {
    let nothing = |()| String::new();
    match action {
        Action::CreateDirectory(path) => {
            program.on_path("path_create_directory", path).map(nothing)
        }
        Action::RemoveDirectory(path) => {
            program.on_path("path_remove_directory", path).map(nothing)
        }
        Action::Unlink(path) => program.on_path("path_unlink_file", path).map(nothing),
        Action::Rename(from, to) => program.rename(from, to).map(nothing),
        Action::Link(from, to) => program.link(from, to).map(nothing),
        Action::Symlink(target, path) => program.symlink(target, path).map(nothing),
        Action::ReadLink(path) => program.readlink(path, 1000),
        Action::Stat(path, follow) => {
            let stat = program.path_stat(path, u64::from(*follow))?;
            let size = if stat.file_type == 3 { 0 } else { stat.size };
            Ok(format!("{} {size}", stat.file_type))
        }
        Action::List(path) => {
            let directory = program.open(path, DIRECTORY, READING)?;
            let listed = entries(&program.readdir(directory, 10_000, 0)?);
            program.close(directory)?;
            Ok(listed[2..].iter().map(|entry| format!("{} ", entry.name)).collect())
        }
        Action::Open(path, how, writes, appends, follow) => {
            let rights = if *writes { FD_READ | FD_WRITE } else { FD_READ };
            let (flags, follow) = (if *appends { APPEND } else { 0 }, u64::from(*follow));
            let file = program.open_at(ROOT, path, *how, rights, 0, flags, follow)?;
            let mut told = String::new();
            if *writes {
                program.write(file, path.as_bytes())?;
            } else if program.fdstat(file)?.0 == 4 {
                told = String::from_utf8(program.read(file, 1000)?).unwrap();
            }
            program.close(file)?;
            Ok(told)
        }
    }
}

fn on_the_host(root: &OwnedFd, action: &Action) -> Told {
    by_system_calls(root, action).map_err(|error| Errno::from(io::Error::from(error)))
}

fn by_system_calls(root: &OwnedFd, action: &Action) -> rustix::io::Result<String> {
    let nothing = |()| String::new();
    let all = Mode::from_raw_mode(0o777);
    match action {
        Action::CreateDirectory(path) => host::mkdirat(root, path, all).map(nothing),
        Action::RemoveDirectory(path) => {
            host::unlinkat(root, path, AtFlags::REMOVEDIR).map(nothing)
        }
        Action::Unlink(path) => host::unlinkat(root, path, AtFlags::empty()).map(nothing),
        Action::Rename(from, to) => host::renameat(root, from, root, to).map(nothing),
        Action::Link(from, to) => host::linkat(root, from, root, to, AtFlags::empty()).map(nothing),
        Action::Symlink(target, path) => host::symlinkat(target, root, path).map(nothing),
        Action::ReadLink(path) => {
            host::readlinkat(root, path, Vec::new()).map(|target| target.into_string().unwrap())
        }
        Action::Stat(path, follow) => {
            let flags = if *follow { AtFlags::empty() } else { AtFlags::SYMLINK_NOFOLLOW };
            let stat = host::statat(root, path, flags)?;
            Ok(match FileType::from_raw_mode(stat.st_mode) {
                FileType::Directory => "3 0".to_owned(),
                FileType::Symlink => format!("7 {}", stat.st_size),
                _ => format!("4 {}", stat.st_size),
            })
        }
        Action::List(path) => {
            let flags = OFlags::RDONLY | OFlags::DIRECTORY;
            let directory = host::openat(root, path, flags, Mode::empty())?;
            let mut names: Vec<_> = host::Dir::read_from(directory)?
                .map(|entry| entry.unwrap().file_name().to_str().unwrap().to_owned())
                .filter(|name| name != "." && name != "..")
                .collect();
            names.sort();
            Ok(names.iter().map(|name| format!("{name} ")).collect())
        }
        Action::Open(path, how, writes, appends, follow) => {
            let mut flags = if *writes { OFlags::RDWR } else { OFlags::RDONLY };
            flags.set(OFlags::CREATE, how & CREATE != 0);
            flags.set(OFlags::EXCL, how & EXCLUSIVE != 0);
            flags.set(OFlags::TRUNC, how & TRUNCATE != 0);
            flags.set(OFlags::APPEND, *appends);
            flags.set(OFlags::NOFOLLOW, !follow);
            let file = host::openat(root, path, flags, Mode::from_raw_mode(0o666))?;
            let mut told = vec![0; 1000];
            if *writes {
                rustix::io::write(&file, path.as_bytes())?;
                return Ok(String::new());
            }
            match rustix::io::read(&file, &mut told) {
                Err(rustix::io::Errno::ISDIR) => Ok(String::new()),
                result => Ok(String::from_utf8(told[..result?].to_vec()).unwrap()),
            }
        }
    }
}

/// Paths inside of the directory, with and without detours.
fn inside() -> impl Strategy<Value = String> {
    let name = || prop_oneof![Just("a"), Just("b"), Just("c")];
    let part = prop_oneof![
        6 => name().prop_map(str::to_owned),
        1 => name().prop_map(|name| format!("{name}/..")),
        1 => name().prop_map(|name| format!("./{name}")),
    ];
    let end = prop_oneof![8 => Just(""), 1 => Just("/"), 1 => Just("/.")];
    // The detour is first, so that no link can make it lead out.
    (part, proptest::collection::vec(name(), 0..3), end).prop_map(|(first, names, end)| {
        [&[first.as_str()], names.as_slice()].concat().join("/") + end
    })
}

/// Paths that may lead anywhere.
fn anywhere() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        4 => prop_oneof![Just("a"), Just("b"), Just("c")],
        3 => Just(".."),
        1 => Just("."),
        1 => Just("outside"),
        1 => Just(""),
    ];
    proptest::collection::vec(part, 1..6).prop_map(|parts| parts.join("/"))
}

fn action(
    path: fn() -> BoxedStrategy<String>,
    target: fn() -> BoxedStrategy<String>,
) -> impl Strategy<Value = Action> {
    let how = (0u32..16).prop_map(|how| how & !DIRECTORY);
    prop_oneof![
        2 => path().prop_map(Action::CreateDirectory),
        1 => path().prop_map(Action::RemoveDirectory),
        1 => path().prop_map(Action::Unlink),
        2 => (path(), path()).prop_map(|(from, to)| Action::Rename(from, to)),
        1 => (path(), path()).prop_map(|(from, to)| Action::Link(from, to)),
        2 => (target(), path()).prop_map(|(target, path)| Action::Symlink(target, path)),
        1 => path().prop_map(Action::ReadLink),
        1 => (path(), any::<bool>()).prop_map(|(path, follow)| Action::Stat(path, follow)),
        1 => path().prop_map(Action::List),
        4 => (path(), how, any::<bool>(), any::<bool>(), any::<bool>()).prop_map(
            |(path, how, writes, appends, follow)| Action::Open(path, how, writes, appends, follow)
        ),
    ]
}

/// May an action be refused for several things at once? Which is told is up to the system.
fn refused_for_something(action: &Action) -> bool {
    match action {
        Action::Rename(..) | Action::Link(..) => true,
        Action::RemoveDirectory(path) => path.contains(".."),
        _ => false,
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn paths_mean_what_they_mean_on_the_host(
        actions in proptest::collection::vec(
            action(|| inside().boxed(), || "[abc](/[abc])?".boxed()), 1..40),
    ) {
        let mut program = Program::new();
        let other = tempfile::tempdir().unwrap();
        let root = fs::File::open(other.path()).unwrap().into();
        for (index, action) in actions.iter().enumerate() {
            let told = as_program(&mut program, action);
            let host = on_the_host(&root, action);
            if !(refused_for_something(action) && told.is_err() && host.is_err()) {
                prop_assert_eq!(told, host, "{}: {:?}", index, action);
            }
        }
        prop_assert_eq!(contents(program.host()), contents(other.path()));
    }

    #[test]
    fn what_is_outside_stays_as_it_is(
        actions in proptest::collection::vec(
            action(|| anywhere().boxed(), || anywhere().boxed()), 1..60),
    ) {
        let mut program = Program::new();
        let outside = program.host().join("outside");
        fs::create_dir_all(outside.join("a/b")).unwrap();
        for path in ["secret", "a/b/c", "b", "c"] {
            fs::write(outside.join(path), "secret").unwrap();
        }
        fs::create_dir_all(outside.join("d/inside")).unwrap();
        let inside = outside.join("d/inside");
        program.wasi = tvm_wasi::Wasi::builder().directory(&inside, "/").build().unwrap();
        let kept = |path: &Path| {
            let mut kept = contents(path);
            kept.retain(|name, _| !name.starts_with("d/inside/"));
            kept
        };
        let before = kept(&outside);
        for action in &actions {
            let told = as_program(&mut program, action);
            prop_assert!(!told.as_ref().is_ok_and(|told| told.contains("secret")), "{:?}", action);
        }
        prop_assert_eq!(kept(&outside), before);
    }
}
