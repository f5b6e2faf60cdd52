//! Descriptors: reading, writing, places, attributes.

use std::fs;

use tvm_wasi::Errno;

use crate::support::*;

#[test]
fn what_is_written_is_read() {
    let mut program = Program::new();
    let file = program.file("a");
    assert_eq!(file, 4);
    assert_eq!(program.write_parts(file, &[b"one ", b"", b"two"]), Ok(7));
    assert_eq!(fs::read(program.host().join("a")).unwrap(), b"one two");
    assert_eq!(program.tell(file), Ok(7));
    assert_eq!(program.read(file, 10), Ok(vec![]));
    assert_eq!(program.seek(file, 4, 0), Ok(4));
    assert_eq!(program.read(file, 2), Ok(b"tw".to_vec()));
    assert_eq!(program.read(file, 10), Ok(b"o".to_vec()));
    assert_eq!(program.close(file), Ok(()));
    assert_eq!(program.close(file), Err(Errno::BadDescriptor));
    assert_eq!(program.read(file, 1), Err(Errno::BadDescriptor));
}

#[test]
fn more_than_a_buffer_is_read_and_written() {
    let mut program = Program::new();
    let long: Vec<u8> = (0..100_000u32).map(|index| (index * 7 % 251) as u8).collect();
    let file = program.file("a");
    assert_eq!(program.write_parts(file, &[&long[..70_000], &long[70_000..]]), Ok(100_000));
    assert_eq!(fs::read(program.host().join("a")).unwrap(), long);
    program.seek(file, 0, 0).unwrap();
    assert_eq!(program.read(file, 110_000), Ok(long));
}

#[test]
fn places_are_reached_from_the_start_from_here_and_from_the_end() {
    let mut program = Program::new();
    let file = program.file("a");
    program.write(file, b"0123456789").unwrap();
    assert_eq!(program.seek(file, -3, 2), Ok(7));
    assert_eq!(program.seek(file, -3, 1), Ok(4));
    assert_eq!(program.seek(file, 0, 1), Ok(4));
    assert_eq!(program.seek(file, -1, 0), Err(Errno::Invalid));
    assert_eq!(program.seek(file, -5, 1), Err(Errno::Invalid));
    assert_eq!(program.seek(file, 0, 3), Err(Errno::Invalid));
    assert_eq!(program.tell(file), Ok(4));
    // Beyond the end there is nothing until something is written.
    assert_eq!(program.seek(file, 100, 0), Ok(100));
    assert_eq!(program.read(file, 1), Ok(vec![]));
    assert_eq!(program.filestat(file).unwrap().size, 10);
    assert_eq!(program.write(file, b"x"), Ok(1));
    assert_eq!(program.filestat(file).unwrap().size, 101);
    program.seek(file, 9, 0).unwrap();
    assert_eq!(program.read(file, 3), Ok(b"9\0\0".to_vec()));
}

#[test]
fn a_place_is_read_and_written_without_a_move() {
    let mut program = Program::new();
    let file = program.file("a");
    program.write(file, b"0123456789").unwrap();
    let (list, count) = program.regions(&[b"ab", b"c"]);
    let result = program.room(4);
    program.call("fd_pwrite", &[file.into(), list, count, 2, result]).unwrap();
    assert_eq!(program.u32_at(result), 3);
    let (list, count) = program.regions(&[b"...", b"..."]);
    let result = program.room(4);
    program.call("fd_pread", &[file.into(), list, count, 1, result]).unwrap();
    assert_eq!(program.u32_at(result), 6);
    assert_eq!(program.bytes(16, 3), b"1ab");
    assert_eq!(program.bytes(24, 3), b"c56");
    assert_eq!(program.tell(file), Ok(10));
    let arguments = [file.into(), list, count, u64::MAX, result];
    assert_eq!(program.call("fd_pread", &arguments), Err(Errno::Invalid));
    assert_eq!(program.call("fd_pwrite", &arguments), Err(Errno::Invalid));
}

#[test]
fn what_is_appended_goes_to_the_end() {
    let mut program = Program::new();
    fs::write(program.host().join("a"), "one").unwrap();
    let file = program.open_at(ROOT, "a", 0, ALL_RIGHTS, 0, APPEND, 1).unwrap();
    assert_eq!(program.fdstat(file).unwrap().1, APPEND as u16);
    program.seek(file, 0, 0).unwrap();
    program.write(file, b"two").unwrap();
    assert_eq!(fs::read(program.host().join("a")).unwrap(), b"onetwo");
    assert_eq!(program.tell(file), Ok(6));
    program.call("fd_fdstat_set_flags", &[file.into(), 0]).unwrap();
    program.seek(file, 0, 0).unwrap();
    program.write(file, b"T").unwrap();
    program.call("fd_fdstat_set_flags", &[file.into(), APPEND.into()]).unwrap();
    program.write(file, b"!").unwrap();
    assert_eq!(fs::read(program.host().join("a")).unwrap(), b"Tnetwo!");
    // Whether writes are synchronised is decided at the opening.
    let synchronised = program.call("fd_fdstat_set_flags", &[file.into(), 1 << 4]);
    assert_eq!(synchronised, Err(Errno::NotSupported));
    let unknown = program.call("fd_fdstat_set_flags", &[file.into(), 1 << 5]);
    assert_eq!(unknown, Err(Errno::Invalid));
    // What is emptied at the opening may be appended to.
    let file = program.open_at(ROOT, "a", TRUNCATE, ALL_RIGHTS, 0, APPEND, 1).unwrap();
    program.write(file, b"new").unwrap();
    assert_eq!(fs::read(program.host().join("a")).unwrap(), b"new");
}

#[test]
fn synchronised_files_are_written() {
    let mut program = Program::new();
    let flags = 1 << 1 | NONBLOCK | 1 << 3 | 1 << 4;
    let file = program.open_at(ROOT, "a", CREATE, ALL_RIGHTS, 0, flags, 1).unwrap();
    assert_eq!(program.fdstat(file).unwrap().1, flags as u16);
    assert_eq!(program.write(file, b"x"), Ok(1));
    for descriptor in [file, ROOT, 0, 1, 2] {
        assert_eq!(program.call("fd_sync", &[descriptor.into()]), Ok(()), "{descriptor}");
        assert_eq!(program.call("fd_datasync", &[descriptor.into()]), Ok(()), "{descriptor}");
    }
}

#[test]
fn sizes_are_set() {
    let mut program = Program::new();
    let file = program.file("a");
    program.write(file, b"0123456789").unwrap();
    program.call("fd_filestat_set_size", &[file.into(), 4]).unwrap();
    assert_eq!(fs::read(program.host().join("a")).unwrap(), b"0123");
    program.call("fd_filestat_set_size", &[file.into(), 6]).unwrap();
    assert_eq!(fs::read(program.host().join("a")).unwrap(), b"0123\0\0");
    let greatest = program.call("fd_filestat_set_size", &[file.into(), u64::MAX]);
    assert_eq!(greatest, Err(Errno::Invalid));
    for (offset, length, result) in
        [(0, 0, Err(Errno::Invalid)), (u64::MAX, 2, Err(Errno::Invalid)), (0, 20, Ok(()))]
    {
        let allocated = program.call("fd_allocate", &[file.into(), offset, length]);
        // Not every file system can.
        assert!(allocated == result || allocated == Err(Errno::NotSupported), "{allocated:?}");
    }
    for advice in 0..7 {
        let advised = program.call("fd_advise", &[file.into(), 0, 10, advice]);
        assert_eq!(advised, if advice < 6 { Ok(()) } else { Err(Errno::Invalid) });
    }
}

#[test]
fn attributes_are_told() {
    let mut program = Program::new();
    let file = program.file("a");
    program.write(file, b"12345").unwrap();
    let stat = program.filestat(file).unwrap();
    assert_eq!((stat.file_type, stat.links, stat.size), (4, 1, 5));
    assert!(stat.modified > 1_600_000_000_000_000_000);
    assert_eq!(program.path_stat("a", 1), Ok(stat));
    let directory = program.filestat(ROOT).unwrap();
    assert_eq!(directory.file_type, 3);
    assert_eq!(program.path_stat(".", 0).unwrap().inode, directory.inode);
    assert_eq!(program.filestat(1).unwrap().file_type, 0);
    let (file_type, flags, base, inheriting) = program.fdstat(ROOT).unwrap();
    assert_eq!((file_type, flags, inheriting), (3, 0, ALL_RIGHTS));
    assert_eq!(base & (FD_READ | FD_WRITE | FD_SEEK), 0);
    let (file_type, _, base, inheriting) = program.fdstat(file).unwrap();
    assert_eq!((file_type, inheriting), (4, 0));
    assert_eq!(
        base & (FD_READ | FD_WRITE | FD_SEEK | FD_TELL),
        FD_READ | FD_WRITE | FD_SEEK | FD_TELL
    );
}

#[test]
fn times_are_set() {
    let mut program = Program::with(|builder| builder.clock(SteppedClock(5_000_000_000)));
    let file = program.file("a");
    let (early, late) = (1_000_000_001, 2_000_000_002);
    program.call("fd_filestat_set_times", &[file.into(), early, late, 1 | 4]).unwrap();
    let stat = program.filestat(file).unwrap();
    assert_eq!((stat.accessed, stat.modified), (early, late));
    // One is kept, the other is the time of the program's clock.
    program.call("fd_filestat_set_times", &[file.into(), 0, 0, 8]).unwrap();
    let stat = program.filestat(file).unwrap();
    assert_eq!((stat.accessed, stat.modified), (early, 5_000_000_002));
    for flags in [1 | 2, 4 | 8, 16] {
        let set = program.call("fd_filestat_set_times", &[file.into(), 0, 0, flags]);
        assert_eq!(set, Err(Errno::Invalid));
    }
    program.call("fd_filestat_set_times", &[ROOT.into(), early, early, 5]).unwrap();
    assert_eq!(program.filestat(ROOT).unwrap().modified, early);
    assert_eq!(
        program.call("fd_filestat_set_times", &[1, 0, 0, 2]),
        Err(Errno::NotCapable),
        "a stream has no times"
    );
}

#[test]
fn times_of_paths_are_set() {
    let mut program = Program::new();
    program.file("a");
    program.symlink("a", "link").unwrap();
    let set = |program: &mut Program, path: &str, follow: u64, time: u64| {
        let text = program.put(path.as_bytes());
        let arguments = [ROOT.into(), follow, text, path.len() as u64, time, time, 1 | 4];
        program.call("path_filestat_set_times", &arguments)
    };
    set(&mut program, "a", 1, 1_000).unwrap();
    assert_eq!(program.path_stat("a", 1).unwrap().modified, 1_000);
    set(&mut program, "link", 1, 2_000).unwrap();
    assert_eq!(program.path_stat("a", 1).unwrap().modified, 2_000);
    set(&mut program, "link", 0, 3_000).unwrap();
    assert_eq!(program.path_stat("link", 0).unwrap().modified, 3_000);
    assert_eq!(program.path_stat("a", 1).unwrap().modified, 2_000);
    set(&mut program, ".", 0, 4_000).unwrap();
    assert_eq!(program.filestat(ROOT).unwrap().modified, 4_000);
    assert_eq!(set(&mut program, "b", 1, 1), Err(Errno::NoEntry));
    assert_eq!(set(&mut program, "../b", 1, 1), Err(Errno::NotPermitted));
}

#[test]
fn rights_are_dropped_and_never_won() {
    let mut program = Program::new();
    let file = program.open("a", CREATE, FD_READ | FD_WRITE | FD_TELL).unwrap();
    assert_eq!(program.write(file, b"x"), Ok(1));
    assert_eq!(program.tell(file), Ok(1));
    assert_eq!(program.seek(file, 0, 1), Ok(1));
    assert_eq!(program.seek(file, 0, 0), Err(Errno::NotCapable));
    assert_eq!(program.call("fd_sync", &[file.into()]), Err(Errno::NotCapable));
    assert_eq!(program.filestat(file), Err(Errno::NotCapable));
    program.call("fd_fdstat_set_rights", &[file.into(), FD_READ, 0]).unwrap();
    assert_eq!(program.write(file, b"x"), Err(Errno::NotCapable));
    assert_eq!(program.tell(file), Err(Errno::NotCapable));
    let more = program.call("fd_fdstat_set_rights", &[file.into(), FD_READ | FD_WRITE, 0]);
    assert_eq!(more, Err(Errno::NotCapable));
    let more = program.call("fd_fdstat_set_rights", &[file.into(), FD_READ, FD_READ]);
    assert_eq!(more, Err(Errno::NotCapable));
}

#[test]
fn a_directory_gives_no_more_than_it_has() {
    let mut program = Program::new();
    fs::create_dir(program.host().join("d")).unwrap();
    let base = READING & !(PATH_CREATE_FILE | PATH_FILESTAT_SET_SIZE);
    let directory = program.open_at(ROOT, "d", DIRECTORY, base, READING, 0, 1).unwrap();
    assert_eq!(program.fdstat(directory).unwrap().3, READING);
    fs::write(program.host().join("d/a"), "content").unwrap();
    let mut open = |how, base| program.open_at(directory, "a", how, base, 0, 0, 1);
    assert_eq!(open(0, FD_WRITE), Err(Errno::NotCapable));
    assert_eq!(open(CREATE, FD_READ), Err(Errno::NotCapable));
    assert_eq!(open(TRUNCATE, FD_READ), Err(Errno::NotCapable));
    let file = open(0, FD_READ).unwrap();
    assert_eq!(program.read(file, 3), Ok(b"con".to_vec()));
    assert_eq!(fs::read(program.host().join("d/a")).unwrap(), b"content");
}

#[test]
fn a_descriptor_takes_the_number_of_another() {
    let mut program = Program::new();
    let (one, two) = (program.file("one"), program.file("two"));
    program.call("fd_renumber", &[one.into(), two.into()]).unwrap();
    assert_eq!(program.close(one), Err(Errno::BadDescriptor));
    program.write(two, b"1").unwrap();
    assert_eq!(fs::read(program.host().join("one")).unwrap(), b"1");
    assert_eq!(program.call("fd_renumber", &[two.into(), 9]), Err(Errno::BadDescriptor));
    assert_eq!(program.call("fd_renumber", &[9, two.into()]), Err(Errno::BadDescriptor));
    // As when a program sends its output to a file.
    program.call("fd_renumber", &[two.into(), 1]).unwrap();
    program.write(1, b"2").unwrap();
    assert_eq!(fs::read(program.host().join("one")).unwrap(), b"12");
    program.call("fd_renumber", &[ROOT.into(), 2]).unwrap();
    let result = program.room(8);
    assert_eq!(program.call("fd_prestat_get", &[2, result]), Ok(()));
}
