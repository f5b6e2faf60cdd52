//! The type of every function, in the order of the
//! [list of preview 1](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#functions),
//! as WebAssembly sees it: strings and lists are an address and a length, and what a function returns
//! besides its error code is written to an address that comes last.

use ValueType::{I32, I64};

/// The name of the module from which the functions are imported.
pub const MODULE: &str = "wasi_snapshot_preview1";

/// The type of a parameter or a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueType {
    /// 32-bit integer.
    I32,
    /// 64-bit integer.
    I64,
}

/// The type of a function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Signature {
    /// The types of its arguments.
    pub parameters: &'static [ValueType],
    /// The types of its results: an error code, but for `proc_exit`.
    pub results: &'static [ValueType],
}

/// The type of a function, if there is one of this name.
pub fn signature(name: &str) -> Option<Signature> {
    let (name, parameters) = FUNCTIONS.iter().find(|(other, _)| *other == name)?;
    let results: &[ValueType] = if *name == "proc_exit" { &[] } else { &[I32] };
    Some(Signature { parameters, results })
}

/// The names of all functions.
pub fn functions() -> impl Iterator<Item = &'static str> {
    FUNCTIONS.iter().map(|(name, _)| *name)
}

/// Names and types of parameters.
const FUNCTIONS: [(&str, &[ValueType]); 46] = [
    ("args_get", &[I32, I32]),
    ("args_sizes_get", &[I32, I32]),
    ("environ_get", &[I32, I32]),
    ("environ_sizes_get", &[I32, I32]),
    ("clock_res_get", &[I32, I32]),
    ("clock_time_get", &[I32, I64, I32]),
    ("fd_advise", &[I32, I64, I64, I32]),
    ("fd_allocate", &[I32, I64, I64]),
    ("fd_close", &[I32]),
    ("fd_datasync", &[I32]),
    ("fd_fdstat_get", &[I32, I32]),
    ("fd_fdstat_set_flags", &[I32, I32]),
    ("fd_fdstat_set_rights", &[I32, I64, I64]),
    ("fd_filestat_get", &[I32, I32]),
    ("fd_filestat_set_size", &[I32, I64]),
    ("fd_filestat_set_times", &[I32, I64, I64, I32]),
    ("fd_pread", &[I32, I32, I32, I64, I32]),
    ("fd_prestat_dir_name", &[I32, I32, I32]),
    ("fd_prestat_get", &[I32, I32]),
    ("fd_pwrite", &[I32, I32, I32, I64, I32]),
    ("fd_read", &[I32, I32, I32, I32]),
    ("fd_readdir", &[I32, I32, I32, I64, I32]),
    ("fd_renumber", &[I32, I32]),
    ("fd_seek", &[I32, I64, I32, I32]),
    ("fd_sync", &[I32]),
    ("fd_tell", &[I32, I32]),
    ("fd_write", &[I32, I32, I32, I32]),
    ("path_create_directory", &[I32, I32, I32]),
    ("path_filestat_get", &[I32, I32, I32, I32, I32]),
    ("path_filestat_set_times", &[I32, I32, I32, I32, I64, I64, I32]),
    ("path_link", &[I32, I32, I32, I32, I32, I32, I32]),
    ("path_open", &[I32, I32, I32, I32, I32, I64, I64, I32, I32]),
    ("path_readlink", &[I32, I32, I32, I32, I32, I32]),
    ("path_remove_directory", &[I32, I32, I32]),
    ("path_rename", &[I32, I32, I32, I32, I32, I32]),
    ("path_symlink", &[I32, I32, I32, I32, I32]),
    ("path_unlink_file", &[I32, I32, I32]),
    ("poll_oneoff", &[I32, I32, I32, I32]),
    ("proc_exit", &[I32]),
    ("proc_raise", &[I32]),
    ("random_get", &[I32, I32]),
    ("sched_yield", &[]),
    ("sock_accept", &[I32, I32, I32]),
    ("sock_recv", &[I32, I32, I32, I32, I32, I32]),
    ("sock_send", &[I32, I32, I32, I32, I32]),
    ("sock_shutdown", &[I32, I32]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_order_and_unknown_ones_have_no_type() {
        assert!(functions().is_sorted_by(|one, other| group(one) <= group(other)));
        assert_eq!(signature("fd_duplicate"), None);
    }

    /// The part of a name that says what the function is about.
    fn group(name: &str) -> usize {
        let groups =
            ["args", "environ", "clock", "fd", "path", "poll", "proc", "random", "sched", "sock"];
        groups.iter().position(|group| name.starts_with(group)).unwrap()
    }

    #[test]
    fn only_the_end_of_the_program_has_no_result() {
        let without: Vec<_> =
            functions().filter(|name| signature(name).unwrap().results.is_empty()).collect();
        assert_eq!(without, ["proc_exit"]);
    }
}
