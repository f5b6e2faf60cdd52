//! Arguments that no program should give. A call then fails, changes nothing, and never panics.

use proptest::prelude::*;
use tvm_wasi::{Answer, Errno, ValueType, functions, signature};

use crate::support::*;

const END: u64 = MEMORY as u64;

/// Calls with one bad address each: the others are good, and so would be what is asked for.
fn bad_addresses(program: &mut Program) -> Vec<(&'static str, Vec<u64>)> {
    let file = u64::from(program.file("file"));
    program.write(file as u32, b"content").unwrap();
    program.seek(file as u32, 0, 0).unwrap();
    let root = u64::from(ROOT);
    let text = program.put(b"new");
    let old = program.put(b"file");
    let (list, count) = program.regions(&[b"12345678"]);
    let outside = [(END as u32 - 2).to_le_bytes(), 3u32.to_le_bytes()].concat();
    let outside = program.put(&outside);
    let out = program.room(200);
    let rights = ALL_RIGHTS;
    let last = END - 3;
    vec![
        ("args_get", vec![last, out]),
        ("args_get", vec![out, END]),
        ("args_sizes_get", vec![last, out]),
        ("args_sizes_get", vec![out, last]),
        ("environ_get", vec![last, out]),
        ("environ_get", vec![out, last]),
        ("environ_sizes_get", vec![last, out]),
        ("environ_sizes_get", vec![out, last]),
        ("clock_res_get", vec![0, END - 7]),
        ("clock_time_get", vec![0, 0, END - 7]),
        ("fd_fdstat_get", vec![file, END - 23]),
        ("fd_filestat_get", vec![file, END - 63]),
        ("fd_pread", vec![file, END - 7, 1, 0, out]),
        ("fd_pread", vec![file, outside, 1, 0, out]),
        ("fd_pread", vec![file, list, count, 0, last]),
        ("fd_prestat_get", vec![root, END - 7]),
        ("fd_prestat_dir_name", vec![root, END, 1]),
        ("fd_pwrite", vec![file, END - 7, 1, 0, out]),
        ("fd_pwrite", vec![file, outside, 1, 0, out]),
        ("fd_pwrite", vec![file, list, count, 0, last]),
        ("fd_read", vec![file, END - 7, 1, out]),
        ("fd_read", vec![file, outside, 1, out]),
        ("fd_read", vec![file, list, count, last]),
        ("fd_read", vec![file, list, 1 << 29, out]),
        ("fd_readdir", vec![root, END - 99, 100, 0, out]),
        ("fd_readdir", vec![root, out, 100, 0, last]),
        ("fd_seek", vec![file, 3, 0, END - 7]),
        ("fd_tell", vec![file, END - 7]),
        ("fd_write", vec![file, END - 7, 1, out]),
        ("fd_write", vec![file, outside, 1, out]),
        ("fd_write", vec![file, list, count, last]),
        ("path_create_directory", vec![root, END - 2, 3]),
        ("path_filestat_get", vec![root, 0, END - 2, 3, out]),
        ("path_filestat_get", vec![root, 0, old, 4, END - 63]),
        ("path_filestat_set_times", vec![root, 0, END - 2, 3, 0, 0, 10]),
        ("path_link", vec![root, 0, END - 2, 3, root, text, 3]),
        ("path_link", vec![root, 0, old, 4, root, END - 2, 3]),
        ("path_open", vec![root, 0, END - 2, 3, 1, rights, 0, 0, out]),
        ("path_open", vec![root, 0, text, 3, 1, rights, 0, 0, last]),
        ("path_open", vec![root, 0, old, 4, 8, rights, 0, 0, last]),
        ("path_readlink", vec![root, END - 2, 3, out, 100, out]),
        ("path_readlink", vec![root, old, 4, END - 99, 100, out]),
        ("path_readlink", vec![root, old, 4, out, 100, last]),
        ("path_remove_directory", vec![root, END - 2, 3]),
        ("path_rename", vec![root, END - 2, 3, root, text, 3]),
        ("path_rename", vec![root, old, 4, root, END - 2, 3]),
        ("path_symlink", vec![END - 2, 3, root, text, 3]),
        ("path_symlink", vec![old, 4, root, END - 2, 3]),
        ("path_unlink_file", vec![root, END - 2, 3]),
        ("poll_oneoff", vec![END - 47, out, 1, out]),
        ("poll_oneoff", vec![out, END - 31, 1, out]),
        ("poll_oneoff", vec![out, out, 1, last]),
        ("poll_oneoff", vec![out, out, u32::MAX.into(), out]),
        ("random_get", vec![END - 99, 100]),
        ("random_get", vec![u32::MAX.into(), u32::MAX.into()]),
    ]
}

#[test]
fn a_bad_address_is_told_before_anything_is_done() {
    let mut program = Program::with(|builder| builder.argument("name").variable("A", "1"));
    let calls = bad_addresses(&mut program);
    let (memory, files) = (program.memory.clone(), contents(program.host()));
    for (name, arguments) in &calls {
        assert_eq!(program.call(name, arguments), Err(Errno::Fault), "{name} {arguments:?}");
        assert!(program.memory == memory, "{name} {arguments:?}");
        assert_eq!(contents(program.host()), files, "{name} {arguments:?}");
        assert_eq!(
            program.wasi.call("fd_tell", &[4, 8], &mut program.memory).unwrap(),
            Answer::Returns(Errno::Success)
        );
        assert_eq!(program.u64_at(8), 0, "{name} {arguments:?}");
        program.memory.copy_from_slice(&memory);
    }
    let without_addresses = [
        "fd_advise",
        "fd_allocate",
        "fd_close",
        "fd_datasync",
        "fd_fdstat_set_flags",
        "fd_fdstat_set_rights",
        "fd_filestat_set_size",
        "fd_filestat_set_times",
        "fd_renumber",
        "fd_sync",
        "proc_exit",
        "proc_raise",
        "sched_yield",
        "sock_accept",
        "sock_recv",
        "sock_send",
        "sock_shutdown",
    ];
    for name in functions() {
        let called = calls.iter().any(|(other, _)| *other == name);
        assert_ne!(called, without_addresses.contains(&name), "{name}");
    }
}

#[test]
fn a_program_may_have_no_memory() {
    let mut program = Program::with(|builder| builder.argument("name").variable("A", "1"));
    for name in functions() {
        for number in [0, 3, u64::MAX] {
            let arguments = vec![number; signature(name).unwrap().parameters.len()];
            let answer = program.wasi.call(name, &arguments, &mut Vec::new()).unwrap();
            let writes =
                ["args_get", "clock_time_get", "fd_fdstat_get", "path_open", "poll_oneoff"];
            if writes.contains(&name) {
                assert_eq!(answer, Answer::Returns(Errno::Fault), "{name}");
            }
        }
    }
}

/// Numbers that are descriptors, lengths, flags, or addresses at the edges.
fn number() -> impl Strategy<Value = u32> {
    prop_oneof![
        4 => 0u32..8,
        2 => (0u32..80).prop_map(|behind| MEMORY - behind),
        1 => (0u32..80).prop_map(|behind| MEMORY + behind),
        2 => 0u32..MEMORY,
        1 => (0u32..40).prop_map(|behind| u32::MAX - behind),
        1 => any::<u32>(),
    ]
}

/// Sizes and places: small, or so large that no disk has them, since the disk is real.
fn long_number() -> impl Strategy<Value = u64> {
    prop_oneof![0u64..5000, (0u64..5000).prop_map(|behind| (1 << 63) - behind), (1u64 << 62)..]
}

/// A call of any function.
fn call() -> impl Strategy<Value = (&'static str, Vec<u64>)> {
    let names: Vec<_> = functions().collect();
    proptest::sample::select(names).prop_flat_map(|name| {
        let parameters = signature(name).unwrap().parameters;
        let arguments: Vec<_> = parameters
            .iter()
            .map(|parameter| match parameter {
                ValueType::I32 => number().prop_map(u64::from).boxed(),
                ValueType::I64 => long_number().boxed(),
            })
            .collect();
        (Just(name), arguments)
    })
}

/// Memory in which structures of any kind may be found.
fn memory() -> impl Strategy<Value = Vec<u8>> {
    proptest::collection::vec(prop_oneof![3 => Just(0u8), 2 => 0u8..8, 1 => any::<u8>()], 256)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn no_arguments_make_a_call_panic(
        content in memory(),
        calls in proptest::collection::vec(call(), 1..40),
    ) {
        let mut program = Program::with(|builder| {
            builder.argument("name").variable("A", "1").clock(SteppedClock(0))
        });
        std::fs::write(program.host().join("file"), "content").unwrap();
        program.file("file");
        for part in program.memory.chunks_mut(content.len()) {
            part.copy_from_slice(&content);
        }
        program.memory[..4].copy_from_slice(b"file");
        for (name, arguments) in calls {
            let answer = program.wasi.call(name, &arguments, &mut program.memory).unwrap();
            prop_assert_ne!(answer, Answer::Returns(Errno::NotImplemented));
        }
    }
}
