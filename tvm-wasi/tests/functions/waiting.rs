//! Waiting for clocks and descriptors.

use std::time::{Duration, Instant};

use tvm_wasi::Errno;

use crate::support::*;

/// A subscription: what the program calls it, its kind, and numbers from offset 16 on.
fn subscription(user: u64, kind: u8, numbers: &[(usize, &[u8])]) -> Vec<u8> {
    let mut bytes = vec![0; 48];
    bytes[..8].copy_from_slice(&user.to_le_bytes());
    bytes[8] = kind;
    for (offset, number) in numbers {
        bytes[*offset..*offset + number.len()].copy_from_slice(number);
    }
    bytes
}

fn time(user: u64, clock: u8, timeout: u64, absolute: bool) -> Vec<u8> {
    let (clock, absolute) = ([clock], [u8::from(absolute)]);
    subscription(user, 0, &[(16, &clock), (24, &timeout.to_le_bytes()), (40, &absolute)])
}

fn descriptor(user: u64, kind: u8, number: u32) -> Vec<u8> {
    subscription(user, kind, &[(16, &number.to_le_bytes())])
}

/// What the program calls an event, its error, its kind, and how many bytes there are.
type Event = (u64, u16, u8, u64);

fn poll(program: &mut Program, subscriptions: &[Vec<u8>]) -> Result<Vec<Event>, Errno> {
    let list = program.put(&subscriptions.concat());
    let (events, result) = (program.room(32 * subscriptions.len()), program.room(4));
    let count = subscriptions.len() as u64;
    program.call("poll_oneoff", &[list, events, count, result])?;
    let happened = u64::from(program.u32_at(result));
    Ok((0..happened)
        .map(|index| {
            let event = events + 32 * index;
            let error = program.u32_at(event + 8) as u16;
            let kind = program.bytes(event + 10, 1)[0];
            (program.u64_at(event), error, kind, program.u64_at(event + 16))
        })
        .collect())
}

#[test]
fn the_next_time_is_waited_for() {
    let mut program = Program::with(|builder| builder.clock(SteppedClock(1_000)));
    let subscriptions = [time(1, 1, 500, false), time(2, 1, 300, false), time(3, 0, 9_000, true)];
    assert_eq!(poll(&mut program, &subscriptions), Ok(vec![(2, 0, 0, 0)]));
    let result = program.room(8);
    program.call("clock_time_get", &[1, 0, result]).unwrap();
    assert_eq!(program.u64_at(result), 1_304);
    // What is over is over at once, and all of it is told.
    let subscriptions = [time(1, 0, 1_000, true), time(2, 1, 300, false), time(3, 1, 0, false)];
    assert_eq!(poll(&mut program, &subscriptions), Ok(vec![(1, 0, 0, 0), (3, 0, 0, 0)]));
    let subscriptions = [time(1, 1, 300, false), time(2, 0, 300, false)];
    assert_eq!(poll(&mut program, &subscriptions).unwrap().len(), 2);
}

#[test]
fn the_host_sleeps() {
    let mut program = Program::new();
    let before = Instant::now();
    assert_eq!(poll(&mut program, &[time(7, 1, 20_000_000, false)]), Ok(vec![(7, 0, 0, 0)]));
    assert!(before.elapsed() >= Duration::from_millis(20));
}

#[test]
fn files_and_streams_are_ready() {
    let mut program = Program::with(|builder| builder.clock(SteppedClock(0)));
    let file = program.file("a");
    program.write(file, b"12345").unwrap();
    program.seek(file, 2, 0).unwrap();
    let subscriptions = [
        time(1, 1, 1_000_000_000, false),
        descriptor(2, 1, file),
        descriptor(3, 2, file),
        descriptor(4, 1, 0),
        descriptor(5, 2, 1),
    ];
    let happened = poll(&mut program, &subscriptions).unwrap();
    assert_eq!(happened, [(2, 0, 1, 3), (3, 0, 2, 0), (4, 0, 1, 0), (5, 0, 2, 0)]);
}

#[test]
fn what_can_never_happen_is_an_event_with_an_error() {
    let mut program = Program::new();
    let subscriptions = [
        descriptor(1, 1, 99),
        descriptor(2, 1, ROOT),
        descriptor(3, 1, 1),
        time(4, 9, 0, false),
        time(5, 1, 1 << 62, false),
    ];
    let codes = [Errno::BadDescriptor, Errno::BadDescriptor, Errno::NotCapable, Errno::Invalid];
    let happened = poll(&mut program, &subscriptions).unwrap();
    let found: Vec<_> = happened.iter().map(|(_, error, ..)| *error).collect();
    assert_eq!(found, codes.map(Errno::code));
}

#[test]
fn what_is_no_subscription_is_refused() {
    let mut program = Program::new();
    assert_eq!(poll(&mut program, &[]), Err(Errno::Invalid));
    assert_eq!(poll(&mut program, &[subscription(1, 3, &[])]), Err(Errno::Invalid));
    let flags = subscription(1, 0, &[(40, &[2])]);
    assert_eq!(poll(&mut program, &[flags]), Err(Errno::Invalid));
}

#[cfg(unix)]
#[test]
fn a_pipe_is_waited_for() {
    let mut program = Program::new();
    let path = program.host().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&path).status();
    if !made.is_ok_and(|status| status.success()) {
        return;
    }
    let pipe =
        program.open_at(ROOT, "pipe", 0, ALL_RIGHTS & !(1 << 8 | 1 << 22), 0, NONBLOCK, 1).unwrap();
    // Nothing to read, but room to write.
    let both = [descriptor(1, 1, pipe), descriptor(2, 2, pipe)];
    assert_eq!(poll(&mut program, &both), Ok(vec![(2, 0, 2, 0)]));
    let subscriptions = [time(1, 1, 5_000_000, false), descriptor(2, 1, pipe)];
    assert_eq!(poll(&mut program, &subscriptions), Ok(vec![(1, 0, 0, 0)]));
    let writer = std::thread::spawn(move || {
        std::thread::sleep(Duration::from_millis(20));
        std::fs::write(path, "abc").unwrap();
    });
    let subscriptions = [time(1, 1, 60_000_000_000, false), descriptor(2, 1, pipe)];
    assert_eq!(poll(&mut program, &subscriptions), Ok(vec![(2, 0, 1, 3)]));
    assert_eq!(program.read(pipe, 10), Ok(b"abc".to_vec()));
    writer.join().unwrap();
}
