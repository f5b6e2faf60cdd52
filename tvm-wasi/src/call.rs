//! A call: its arguments, and which function it is of.

use thiserror::Error;

use crate::Wasi;
use crate::errno::Errno;
use crate::memory::Memory;
use crate::signature::signature;

/// What a call comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    /// The function returns this number. It is the result of every function but `proc_exit`.
    Returns(Errno),
    /// The program ends with this status.
    Exits(u32),
}

/// A call that is not one of a function of preview 1. A module that was checked against
/// [`signature`] makes none.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum CallError {
    /// There is no function of this name.
    #[error("there is no function `{0}` in wasi_snapshot_preview1")]
    Unknown(String),
    /// The function has another number of parameters.
    #[error("`{name}` has {parameters} parameters, but the call has {arguments} arguments")]
    Arguments {
        /// The name of the function.
        name: String,
        /// How many parameters it has.
        parameters: usize,
        /// How many arguments were given.
        arguments: usize,
    },
}

/// The arguments of a call, as many as its function has parameters.
#[derive(Clone, Copy)]
pub(crate) struct Arguments<'a>(&'a [u64]);

impl Arguments<'_> {
    /// An argument of 32 bits.
    pub fn u32(self, index: usize) -> u32 {
        self.0[index] as u32
    }

    /// An argument of 64 bits.
    pub fn u64(self, index: usize) -> u64 {
        self.0[index]
    }

    /// An argument made of flags.
    ///
    /// # Errors
    /// When it has others than there are.
    pub fn flags(self, index: usize, all: u16) -> Result<u16, Errno> {
        match u16::try_from(self.u32(index)) {
            Ok(flags) if flags & !all == 0 => Ok(flags),
            _ => Err(Errno::Invalid),
        }
    }
}

impl Wasi {
    /// Calls a function by its name. Arguments of 32 bits are extended by zeros.
    ///
    /// # Errors
    /// When there is no such function, or it has another number of parameters. A function that fails says
    /// so by the number that it returns.
    pub fn call(
        &mut self,
        name: &str,
        arguments: &[u64],
        memory: &mut dyn Memory,
    ) -> Result<Answer, CallError> {
        let Some(signature) = signature(name) else { return Err(CallError::Unknown(name.into())) };
        let (parameters, given) = (signature.parameters.len(), arguments.len());
        if parameters != given {
            return Err(CallError::Arguments { name: name.into(), parameters, arguments: given });
        }
        let arguments = Arguments(arguments);
        if name == "proc_exit" {
            return Ok(Answer::Exits(arguments.u32(0)));
        }
        let result = self.function(name, memory, arguments);
        Ok(Answer::Returns(result.err().unwrap_or(Errno::Success)))
    }

    /// Calls a function that there is.
    fn function(&mut self, name: &str, m: &mut dyn Memory, a: Arguments<'_>) -> Result<(), Errno> {
        match name {
            "args_get" => self.args_get(m, a),
            "args_sizes_get" => self.args_sizes_get(m, a),
            "environ_get" => self.environ_get(m, a),
            "environ_sizes_get" => self.environ_sizes_get(m, a),
            "clock_res_get" => self.clock_res_get(m, a),
            "clock_time_get" => self.clock_time_get(m, a),
            "fd_advise" => self.fd_advise(m, a),
            "fd_allocate" => self.fd_allocate(m, a),
            "fd_close" => self.fd_close(m, a),
            "fd_datasync" => self.fd_datasync(m, a),
            "fd_fdstat_get" => self.fd_fdstat_get(m, a),
            "fd_fdstat_set_flags" => self.fd_fdstat_set_flags(m, a),
            "fd_fdstat_set_rights" => self.fd_fdstat_set_rights(m, a),
            "fd_filestat_get" => self.fd_filestat_get(m, a),
            "fd_filestat_set_size" => self.fd_filestat_set_size(m, a),
            "fd_filestat_set_times" => self.fd_filestat_set_times(m, a),
            "fd_pread" => self.fd_pread(m, a),
            "fd_prestat_dir_name" => self.fd_prestat_dir_name(m, a),
            "fd_prestat_get" => self.fd_prestat_get(m, a),
            "fd_pwrite" => self.fd_pwrite(m, a),
            "fd_read" => self.fd_read(m, a),
            "fd_readdir" => self.fd_readdir(m, a),
            "fd_renumber" => self.fd_renumber(m, a),
            "fd_seek" => self.fd_seek(m, a),
            "fd_sync" => self.fd_sync(m, a),
            "fd_tell" => self.fd_tell(m, a),
            "fd_write" => self.fd_write(m, a),
            "path_create_directory" => self.path_create_directory(m, a),
            "path_filestat_get" => self.path_filestat_get(m, a),
            "path_filestat_set_times" => self.path_filestat_set_times(m, a),
            "path_link" => self.path_link(m, a),
            "path_open" => self.path_open(m, a),
            "path_readlink" => self.path_readlink(m, a),
            "path_remove_directory" => self.path_remove_directory(m, a),
            "path_rename" => self.path_rename(m, a),
            "path_symlink" => self.path_symlink(m, a),
            "path_unlink_file" => self.path_unlink_file(m, a),
            "poll_oneoff" => self.poll_oneoff(m, a),
            "random_get" => self.random_get(m, a),
            "sched_yield" => self.sched_yield(m, a),
            "sock_accept" | "sock_recv" | "sock_send" | "sock_shutdown" => self.socket(m, a),
            // A signal would end or stop the host's process.
            "proc_raise" => Err(Errno::NotSupported),
            _ => Err(Errno::NotImplemented),
        }
    }
}
