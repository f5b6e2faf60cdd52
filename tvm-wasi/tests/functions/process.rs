//! Arguments, environment, streams, clocks, random bytes, the end.

use std::io;

use tvm_wasi::{Answer, CallError, Errno, Wasi, functions, signature};

use crate::support::*;

/// The texts that a function lists, given the name of that for their sizes.
fn texts(program: &mut Program, sizes: &str, get: &str) -> Vec<String> {
    let (count, size) = (program.room(4), program.room(4));
    program.call(sizes, &[count, size]).unwrap();
    let (count, size) = (program.u32_at(count), program.u32_at(size));
    let (list, buffer) = (program.room(4 * count as usize), program.room(size as usize));
    program.call(get, &[list, buffer]).unwrap();
    let bytes = program.bytes(buffer, size);
    let texts: Vec<_> = (0..u64::from(count))
        .map(|index| {
            let start = program.u32_at(list + 4 * index) - buffer as u32;
            let rest = &bytes[start as usize..];
            let end = rest.iter().position(|byte| *byte == 0).unwrap();
            String::from_utf8(rest[..end].to_vec()).unwrap()
        })
        .collect();
    assert_eq!(texts.iter().map(|text| text.len() as u32 + 1).sum::<u32>(), size);
    texts
}

#[test]
fn arguments_and_variables_are_listed() {
    let mut program = Program::with(|builder| {
        builder.argument("program").arguments(["", "two words", "ä"]).variable("A", "1")
    });
    let arguments = texts(&mut program, "args_sizes_get", "args_get");
    assert_eq!(arguments, ["program", "", "two words", "ä"]);
    assert_eq!(texts(&mut program, "environ_sizes_get", "environ_get"), ["A=1"]);
    let mut program = Program::with(|builder| builder.variable("A", "1").variable("A", "x=y"));
    assert_eq!(texts(&mut program, "environ_sizes_get", "environ_get"), ["A=x=y"]);
    assert!(texts(&mut program, "args_sizes_get", "args_get").is_empty());
    let mut program = Program::with(|builder| builder.inherit_environment());
    let here = std::env::vars_os().count();
    assert_eq!(texts(&mut program, "environ_sizes_get", "environ_get").len(), here);
}

#[test]
fn texts_that_programs_cannot_read_are_refused() {
    for builder in [
        Wasi::builder().argument("a\0b"),
        Wasi::builder().variable("a", "b\0"),
        Wasi::builder().variable("", "b"),
        Wasi::builder().variable("a=", "b"),
        Wasi::builder().directory(".", "\0"),
    ] {
        assert!(builder.build().is_err());
    }
}

#[test]
fn streams_are_those_that_were_given() {
    let (output, errors) = (Written::default(), Written::default());
    let mut program = Program::with(|builder| {
        let builder = builder.input(io::Cursor::new(b"input"), false);
        builder.output(output.clone(), true).error_output(errors.clone(), false)
    });
    assert_eq!(program.read(0, 3), Ok(b"inp".to_vec()));
    assert_eq!(program.read(0, 30), Ok(b"ut".to_vec()));
    assert_eq!(program.read(0, 30), Ok(vec![]));
    assert_eq!(program.write_parts(1, &[b"out", b"put"]), Ok(6));
    assert_eq!(program.write(2, b"error"), Ok(5));
    assert_eq!((output.text(), errors.text()), ("output".into(), "error".into()));
    assert_eq!(program.write(0, b"x"), Err(Errno::BadDescriptor));
    assert_eq!(program.read(1, 1), Err(Errno::BadDescriptor));
    assert_eq!(program.seek(1, 0, 1), Err(Errno::NotSeekable));
    assert_eq!(program.tell(0), Err(Errno::NotSeekable));
    // A terminal is a character device that cannot seek.
    let (file_type, _, base, _) = program.fdstat(1).unwrap();
    assert_eq!((file_type, base & (FD_SEEK | FD_TELL)), (2, 0));
    assert_eq!(program.fdstat(2).unwrap().0, 0);
    assert_eq!(program.call("fd_fdstat_set_flags", &[1, 0]), Ok(()));
    assert_eq!(program.call("fd_fdstat_set_flags", &[1, 4]), Err(Errno::NotSupported));
    program.close(1).unwrap();
    assert_eq!(program.write(1, b"x"), Err(Errno::BadDescriptor));
}

#[test]
fn streams_of_this_process_have_a_type() {
    let mut program = Program::with(|builder| builder.inherit_streams());
    for descriptor in 0..3 {
        let base = program.fdstat(descriptor).unwrap().2;
        let right = if descriptor == 0 { FD_READ } else { FD_WRITE };
        assert_eq!(base & (FD_READ | FD_WRITE), right);
        assert!(program.filestat(descriptor).is_ok());
    }
    assert_eq!(program.write(1, b""), Ok(0));
}

#[test]
fn clocks_are_those_that_were_given() {
    let mut program = Program::with(|builder| builder.clock(SteppedClock(100)));
    let result = program.room(8);
    program.call("clock_time_get", &[0, 0, result]).unwrap();
    program.call("clock_time_get", &[1, 1000, result]).unwrap();
    assert_eq!(program.u64_at(result), 102);
    program.call("clock_res_get", &[1, result]).unwrap();
    assert_eq!(program.u64_at(result), 1);
    assert_eq!(program.call("clock_time_get", &[2, 0, result]), Err(Errno::Invalid));
    assert_eq!(program.call("clock_time_get", &[4, 0, result]), Err(Errno::Invalid));
    assert_eq!(program.call("clock_res_get", &[9, result]), Err(Errno::Invalid));
    let mut program = Program::new();
    for clock in 0..2 {
        program.call("clock_time_get", &[clock, 0, result]).unwrap();
        let before = program.u64_at(result);
        program.call("clock_time_get", &[clock, 0, result]).unwrap();
        assert!(program.u64_at(result) >= before && before > 0);
        program.call("clock_res_get", &[clock, result]).unwrap();
        assert!(program.u64_at(result) > 0);
    }
}

#[test]
fn random_bytes_are_those_that_were_given() {
    let mut next = 0u8;
    let mut program = Program::with(|builder| {
        builder.random(move |bytes| {
            bytes.fill_with(|| {
                next = next.wrapping_add(1);
                next
            });
            Ok(())
        })
    });
    let buffer = program.room(10_000);
    program.call("random_get", &[buffer, 9_999]).unwrap();
    let bytes = program.bytes(buffer, 10_000);
    assert!(bytes.iter().take(9_999).enumerate().all(|(at, byte)| *byte == (at + 1) as u8));
    assert_eq!(bytes[9_999], 0);
    let mut program = Program::new();
    let buffer = program.room(64);
    program.call("random_get", &[buffer, 64]).unwrap();
    assert_ne!(program.bytes(buffer, 32), program.bytes(buffer + 32, 32));
    let mut program = Program::with(|builder| builder.random(|_| Err(io::ErrorKind::Other.into())));
    assert_eq!(program.call("random_get", &[buffer, 64]), Err(Errno::Io));
    assert_eq!(program.call("random_get", &[buffer, 0]), Ok(()));
}

#[test]
fn a_program_ends_and_yields() {
    let mut program = Program::new();
    assert_eq!(program.wasi.call("proc_exit", &[7], &mut program.memory), Ok(Answer::Exits(7)));
    assert_eq!(program.call("sched_yield", &[]), Ok(()));
    assert_eq!(program.call("proc_raise", &[9]), Err(Errno::NotSupported));
}

#[test]
fn there_are_no_sockets() {
    let mut program = Program::new();
    for name in functions().filter(|name| name.starts_with("sock_")) {
        let mut arguments = vec![0; signature(name).unwrap().parameters.len()];
        assert_eq!(program.call(name, &arguments), Err(Errno::NotSocket), "{name}");
        arguments[0] = 50;
        assert_eq!(program.call(name, &arguments), Err(Errno::BadDescriptor), "{name}");
    }
}

#[test]
fn calls_of_nothing_are_refused() {
    let mut program = Program::new();
    let mut call =
        |name, arguments: &[u64]| program.wasi.call(name, arguments, &mut program.memory);
    assert_eq!(call("fd_dup", &[1]), Err(CallError::Unknown("fd_dup".into())));
    let error = call("fd_close", &[]).unwrap_err();
    assert_eq!(error.to_string(), "`fd_close` has 1 parameters, but the call has 0 arguments");
}

#[test]
fn arguments_of_32_bits_have_no_more() {
    let mut program = Program::new();
    let file = u64::from(program.file("a"));
    assert_eq!(program.call("fd_close", &[file | 1 << 32]), Ok(()));
}

#[test]
fn everything_may_go_to_another_thread() {
    let program = Program::new();
    let mut wasi = program.wasi;
    let answer = std::thread::spawn(move || wasi.call("proc_exit", &[0], &mut vec![]).unwrap());
    assert_eq!(answer.join().unwrap(), Answer::Exits(0));
}
