//! Error codes of preview 1, and the one table by which errors of the host become error codes.
//!
//! The numbers are those of [`errno`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#errno).

use std::io;

/// Why a function failed, or [`Errno::Success`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u16)]
pub enum Errno {
    /// `success`: no error.
    Success = 0,
    /// `2big`: argument list too long.
    TooBig,
    /// `acces`: permission denied.
    Access,
    /// `addrinuse`: address in use.
    AddressInUse,
    /// `addrnotavail`: address not available.
    AddressNotAvailable,
    /// `afnosupport`: address family not supported.
    FamilyNotSupported,
    /// `again`: the operation would block.
    Again,
    /// `already`: connection already in progress.
    Already,
    /// `badf`: bad file descriptor.
    BadDescriptor,
    /// `badmsg`: bad message.
    BadMessage,
    /// `busy`: device or resource busy.
    Busy,
    /// `canceled`: operation canceled.
    Canceled,
    /// `child`: no child processes.
    Child,
    /// `connaborted`: connection aborted.
    ConnectionAborted,
    /// `connrefused`: connection refused.
    ConnectionRefused,
    /// `connreset`: connection reset.
    ConnectionReset,
    /// `deadlk`: a deadlock would occur.
    Deadlock,
    /// `destaddrreq`: destination address required.
    DestinationRequired,
    /// `dom`: argument out of the domain of the function.
    Domain,
    /// `dquot`: disk quota exceeded.
    Quota,
    /// `exist`: file exists.
    Exists,
    /// `fault`: bad address.
    Fault,
    /// `fbig`: file too large.
    FileTooBig,
    /// `hostunreach`: host is unreachable.
    HostUnreachable,
    /// `idrm`: identifier removed.
    IdentifierRemoved,
    /// `ilseq`: illegal byte sequence.
    IllegalSequence,
    /// `inprogress`: operation in progress.
    InProgress,
    /// `intr`: interrupted function.
    Interrupted,
    /// `inval`: invalid argument.
    Invalid,
    /// `io`: I/O error.
    Io,
    /// `isconn`: socket is connected.
    IsConnected,
    /// `isdir`: is a directory.
    IsDirectory,
    /// `loop`: too many levels of symbolic links.
    Loop,
    /// `mfile`: too many open files.
    TooManyFiles,
    /// `mlink`: too many links.
    TooManyLinks,
    /// `msgsize`: message too large.
    MessageSize,
    /// `multihop`: reserved.
    Multihop,
    /// `nametoolong`: file name too long.
    NameTooLong,
    /// `netdown`: network is down.
    NetworkDown,
    /// `netreset`: connection aborted by the network.
    NetworkReset,
    /// `netunreach`: network unreachable.
    NetworkUnreachable,
    /// `nfile`: too many files open in the system.
    TooManyFilesInSystem,
    /// `nobufs`: no buffer space available.
    NoBuffers,
    /// `nodev`: no such device.
    NoDevice,
    /// `noent`: no such file or directory.
    NoEntry,
    /// `noexec`: executable file format error.
    NotExecutable,
    /// `nolck`: no locks available.
    NoLocks,
    /// `nolink`: reserved.
    NoLink,
    /// `nomem`: not enough memory.
    NoMemory,
    /// `nomsg`: no message of the desired type.
    NoMessage,
    /// `noprotoopt`: protocol not available.
    NoProtocolOption,
    /// `nospc`: no space left on device.
    NoSpace,
    /// `nosys`: function not supported.
    NotImplemented,
    /// `notconn`: the socket is not connected.
    NotConnected,
    /// `notdir`: not a directory.
    NotDirectory,
    /// `notempty`: directory not empty.
    NotEmpty,
    /// `notrecoverable`: state not recoverable.
    NotRecoverable,
    /// `notsock`: not a socket.
    NotSocket,
    /// `notsup`: not supported.
    NotSupported,
    /// `notty`: inappropriate I/O control operation.
    NotTerminal,
    /// `nxio`: no such device or address.
    NoSuchDevice,
    /// `overflow`: value too large for its type.
    Overflow,
    /// `ownerdead`: previous owner died.
    OwnerDead,
    /// `perm`: operation not permitted.
    NotPermitted,
    /// `pipe`: broken pipe.
    BrokenPipe,
    /// `proto`: protocol error.
    Protocol,
    /// `protonosupport`: protocol not supported.
    ProtocolNotSupported,
    /// `prototype`: protocol wrong type for socket.
    ProtocolType,
    /// `range`: result too large.
    Range,
    /// `rofs`: read-only file system.
    ReadOnlyFilesystem,
    /// `spipe`: invalid seek.
    NotSeekable,
    /// `srch`: no such process.
    NoProcess,
    /// `stale`: stale file handle.
    Stale,
    /// `timedout`: connection timed out.
    TimedOut,
    /// `txtbsy`: text file busy.
    TextBusy,
    /// `xdev`: cross-device link.
    CrossDevice,
    /// `notcapable`: the descriptor lacks a right.
    NotCapable,
}

impl Errno {
    /// The number of preview 1.
    pub fn code(self) -> u16 {
        self as u16
    }
}

impl From<io::Error> for Errno {
    fn from(error: io::Error) -> Self {
        system(&error).unwrap_or_else(|| by_kind(error.kind()))
    }
}

/// What a kind of error means where the operating system gave no number. A path that would leave its
/// directory is such an error: cap-std refuses it by itself, as `PermissionDenied`.
fn by_kind(kind: io::ErrorKind) -> Errno {
    use io::ErrorKind as Kind;
    match kind {
        Kind::NotFound => Errno::NoEntry,
        Kind::PermissionDenied => Errno::NotPermitted,
        Kind::ConnectionRefused => Errno::ConnectionRefused,
        Kind::ConnectionReset => Errno::ConnectionReset,
        Kind::ConnectionAborted => Errno::ConnectionAborted,
        Kind::HostUnreachable => Errno::HostUnreachable,
        Kind::NetworkUnreachable => Errno::NetworkUnreachable,
        Kind::NetworkDown => Errno::NetworkDown,
        Kind::NotConnected => Errno::NotConnected,
        Kind::AddrInUse => Errno::AddressInUse,
        Kind::AddrNotAvailable => Errno::AddressNotAvailable,
        Kind::BrokenPipe => Errno::BrokenPipe,
        Kind::AlreadyExists => Errno::Exists,
        Kind::WouldBlock => Errno::Again,
        Kind::NotADirectory => Errno::NotDirectory,
        Kind::IsADirectory => Errno::IsDirectory,
        Kind::DirectoryNotEmpty => Errno::NotEmpty,
        Kind::ReadOnlyFilesystem => Errno::ReadOnlyFilesystem,
        Kind::StaleNetworkFileHandle => Errno::Stale,
        Kind::InvalidInput => Errno::Invalid,
        Kind::InvalidData | Kind::InvalidFilename => Errno::IllegalSequence,
        Kind::TimedOut => Errno::TimedOut,
        Kind::StorageFull => Errno::NoSpace,
        Kind::NotSeekable => Errno::NotSeekable,
        Kind::QuotaExceeded => Errno::Quota,
        Kind::FileTooLarge => Errno::FileTooBig,
        Kind::ResourceBusy => Errno::Busy,
        Kind::ExecutableFileBusy => Errno::TextBusy,
        Kind::Deadlock => Errno::Deadlock,
        Kind::CrossesDevices => Errno::CrossDevice,
        Kind::TooManyLinks => Errno::TooManyLinks,
        Kind::ArgumentListTooLong => Errno::TooBig,
        Kind::Interrupted => Errno::Interrupted,
        Kind::Unsupported => Errno::NotSupported,
        Kind::OutOfMemory => Errno::NoMemory,
        _ => Errno::Io,
    }
}

/// What the number of the operating system means, if there is one.
#[cfg(not(unix))]
fn system(_: &io::Error) -> Option<Errno> {
    None
}

/// What the number of the operating system means, if there is one.
#[cfg(unix)]
fn system(error: &io::Error) -> Option<Errno> {
    use rustix::io::Errno as Host;
    Some(match Host::from_io_error(error)? {
        Host::TOOBIG => Errno::TooBig,
        Host::ACCESS => Errno::Access,
        Host::ADDRINUSE => Errno::AddressInUse,
        Host::ADDRNOTAVAIL => Errno::AddressNotAvailable,
        Host::AFNOSUPPORT => Errno::FamilyNotSupported,
        Host::AGAIN => Errno::Again,
        Host::ALREADY => Errno::Already,
        Host::BADF => Errno::BadDescriptor,
        Host::BADMSG => Errno::BadMessage,
        Host::BUSY => Errno::Busy,
        Host::CANCELED => Errno::Canceled,
        Host::CHILD => Errno::Child,
        Host::CONNABORTED => Errno::ConnectionAborted,
        Host::CONNREFUSED => Errno::ConnectionRefused,
        Host::CONNRESET => Errno::ConnectionReset,
        Host::DEADLK => Errno::Deadlock,
        Host::DESTADDRREQ => Errno::DestinationRequired,
        Host::DOM => Errno::Domain,
        Host::DQUOT => Errno::Quota,
        Host::EXIST => Errno::Exists,
        Host::FAULT => Errno::Fault,
        Host::FBIG => Errno::FileTooBig,
        Host::HOSTUNREACH => Errno::HostUnreachable,
        Host::IDRM => Errno::IdentifierRemoved,
        Host::ILSEQ => Errno::IllegalSequence,
        Host::INPROGRESS => Errno::InProgress,
        Host::INTR => Errno::Interrupted,
        Host::INVAL => Errno::Invalid,
        Host::IO => Errno::Io,
        Host::ISCONN => Errno::IsConnected,
        Host::ISDIR => Errno::IsDirectory,
        Host::LOOP => Errno::Loop,
        Host::MFILE => Errno::TooManyFiles,
        Host::MLINK => Errno::TooManyLinks,
        Host::MSGSIZE => Errno::MessageSize,
        Host::MULTIHOP => Errno::Multihop,
        Host::NAMETOOLONG => Errno::NameTooLong,
        Host::NETDOWN => Errno::NetworkDown,
        Host::NETRESET => Errno::NetworkReset,
        Host::NETUNREACH => Errno::NetworkUnreachable,
        Host::NFILE => Errno::TooManyFilesInSystem,
        Host::NOBUFS => Errno::NoBuffers,
        Host::NODEV => Errno::NoDevice,
        Host::NOENT => Errno::NoEntry,
        Host::NOEXEC => Errno::NotExecutable,
        Host::NOLCK => Errno::NoLocks,
        Host::NOLINK => Errno::NoLink,
        Host::NOMEM => Errno::NoMemory,
        Host::NOMSG => Errno::NoMessage,
        Host::NOPROTOOPT => Errno::NoProtocolOption,
        Host::NOSPC => Errno::NoSpace,
        Host::NOSYS => Errno::NotImplemented,
        Host::NOTCONN => Errno::NotConnected,
        Host::NOTDIR => Errno::NotDirectory,
        Host::NOTEMPTY => Errno::NotEmpty,
        Host::NOTRECOVERABLE => Errno::NotRecoverable,
        Host::NOTSOCK => Errno::NotSocket,
        Host::NOTSUP => Errno::NotSupported,
        Host::NOTTY => Errno::NotTerminal,
        Host::NXIO => Errno::NoSuchDevice,
        Host::OVERFLOW => Errno::Overflow,
        Host::OWNERDEAD => Errno::OwnerDead,
        Host::PERM => Errno::NotPermitted,
        Host::PIPE => Errno::BrokenPipe,
        Host::PROTO => Errno::Protocol,
        Host::PROTONOSUPPORT => Errno::ProtocolNotSupported,
        Host::PROTOTYPE => Errno::ProtocolType,
        Host::RANGE => Errno::Range,
        Host::ROFS => Errno::ReadOnlyFilesystem,
        Host::SPIPE => Errno::NotSeekable,
        Host::SRCH => Errno::NoProcess,
        Host::STALE => Errno::Stale,
        Host::TIMEDOUT => Errno::TimedOut,
        Host::TXTBSY => Errno::TextBusy,
        Host::XDEV => Errno::CrossDevice,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_those_of_preview_1() {
        let some = [
            (Errno::Success, 0),
            (Errno::BadDescriptor, 8),
            (Errno::Exists, 20),
            (Errno::Fault, 21),
            (Errno::Invalid, 28),
            (Errno::NoEntry, 44),
            (Errno::NoSpace, 51),
            (Errno::NotDirectory, 54),
            (Errno::NotPermitted, 63),
            (Errno::BrokenPipe, 64),
            (Errno::NotSeekable, 70),
            (Errno::NotCapable, 76),
        ];
        for (errno, code) in some {
            assert_eq!(errno.code(), code, "{errno:?}");
        }
    }

    #[test]
    fn errors_without_a_number_go_by_their_kind() {
        let denied = io::Error::new(io::ErrorKind::PermissionDenied, "out");
        assert_eq!(Errno::from(denied), Errno::NotPermitted);
        assert_eq!(Errno::from(io::Error::other("odd")), Errno::Io);
    }

    #[cfg(unix)]
    #[test]
    fn numbers_of_the_system_go_before_kinds() {
        use rustix::io::Errno as Host;
        let pairs = [
            (Host::ACCESS, Errno::Access),
            (Host::PERM, Errno::NotPermitted),
            (Host::NOSPC, Errno::NoSpace),
            (Host::LOOP, Errno::Loop),
            (Host::NOTSUP, Errno::NotSupported),
            (Host::NAMETOOLONG, Errno::NameTooLong),
            (Host::NXIO, Errno::NoSuchDevice),
        ];
        for (host, errno) in pairs {
            assert_eq!(Errno::from(io::Error::from(host)), errno);
        }
    }
}
