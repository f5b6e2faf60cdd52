//! The structures that programs and functions exchange in memory, little-endian, with the offsets of
//! preview 1. Each names its section of the
//! [document](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#types).

use crate::errno::Errno;
use crate::memory::{Memory, behind};
use crate::rights::Rights;

/// Writes a number at an offset of a structure.
macro_rules! put {
    ($bytes:ident, $($offset:literal: $value:expr),+ $(,)?) => {
        $({
            let value = $value.to_le_bytes();
            $bytes[$offset..$offset + value.len()].copy_from_slice(&value);
        })+
    };
}

/// Reads a number at an offset of a structure.
macro_rules! get {
    ($type:ty, $bytes:expr, $offset:literal) => {{
        let mut value = [0; size_of::<$type>()];
        value.copy_from_slice(&$bytes[$offset..$offset + size_of::<$type>()]);
        <$type>::from_le_bytes(value)
    }};
}

/// What a descriptor or a path stands for:
/// [`filetype`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#filetype).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum FileType {
    Unknown,
    BlockDevice,
    CharacterDevice,
    Directory,
    RegularFile,
    SocketStream = 6,
    SymbolicLink,
}

/// A region of memory to be filled or written out:
/// [`iovec`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#iovec) and `ciovec`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Span {
    pub address: u32,
    pub length: u32,
}

/// A list of regions, each of them inside of memory.
///
/// # Errors
/// When one is not, or when they are longer in all than a result can say.
pub(crate) fn spans(memory: &dyn Memory, address: u32, count: u32) -> Result<Vec<Span>, Errno> {
    const BYTES: usize = 8;
    memory.check(address, u64::from(count) * BYTES as u64)?;
    let mut spans = Vec::with_capacity(count as usize);
    let mut total = 0u32;
    for index in 0..count as usize {
        let bytes: [u8; BYTES] = memory.structure(behind(address, index * BYTES)?)?;
        let span = Span { address: get!(u32, bytes, 0), length: get!(u32, bytes, 4) };
        memory.check(span.address, span.length.into())?;
        total = total.checked_add(span.length).ok_or(Errno::Invalid)?;
        spans.push(span);
    }
    Ok(spans)
}

/// Attributes of a file:
/// [`filestat`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#filestat).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FileStat {
    pub device: u64,
    pub inode: u64,
    pub file_type: FileType,
    pub links: u64,
    pub size: u64,
    pub accessed: u64,
    pub modified: u64,
    pub changed: u64,
}

impl FileStat {
    /// Bytes of the structure.
    pub const BYTES: u64 = 64;

    /// What has no attributes but its type, such as a stream of the host.
    pub fn of_type(file_type: FileType) -> Self {
        let nothing = 0;
        Self {
            device: nothing,
            inode: nothing,
            file_type,
            links: nothing,
            size: nothing,
            accessed: nothing,
            modified: nothing,
            changed: nothing,
        }
    }

    /// Its bytes.
    pub fn encode(self) -> [u8; 64] {
        let mut bytes = [0; 64];
        put!(bytes, 0: self.device, 8: self.inode, 16: (self.file_type as u8), 24: self.links);
        put!(bytes, 32: self.size, 40: self.accessed, 48: self.modified, 56: self.changed);
        bytes
    }
}

/// Attributes of a descriptor:
/// [`fdstat`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#fdstat).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct FdStat {
    pub file_type: FileType,
    pub flags: u16,
    pub base: Rights,
    pub inheriting: Rights,
}

impl FdStat {
    /// Bytes of the structure.
    pub const BYTES: u64 = 24;

    /// Its bytes.
    pub fn encode(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        put!(bytes, 0: (self.file_type as u8), 2: self.flags, 8: self.base, 16: self.inheriting);
        bytes
    }
}

/// An entry of a directory, before its name:
/// [`dirent`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#dirent).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DirectoryEntry {
    pub next: u64,
    pub inode: u64,
    pub name_length: u32,
    pub file_type: FileType,
}

impl DirectoryEntry {
    /// Its bytes.
    pub fn encode(self) -> [u8; 24] {
        let mut bytes = [0; 24];
        put!(bytes, 0: self.next, 8: self.inode, 16: self.name_length, 20: (self.file_type as u8));
        bytes
    }
}

/// Bytes of [`prestat`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#prestat).
pub(crate) const PRESTAT_BYTES: u64 = 8;

/// What a directory that is open from the start says of itself: the length of its name.
pub(crate) fn prestat(name_length: u32) -> [u8; 8] {
    let mut bytes = [0; 8];
    put!(bytes, 4: name_length);
    bytes
}

/// What a program waits for:
/// [`subscription_u`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#subscription_u).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wanted {
    /// A clock, given by its number, is at a time or has gone on for as long.
    Time { clock: u32, timeout: u64, absolute: bool },
    /// A descriptor can be read.
    Read { descriptor: u32 },
    /// A descriptor can be written to.
    Write { descriptor: u32 },
}

/// A request to be told:
/// [`subscription`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#subscription).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Subscription {
    pub user_data: u64,
    pub wanted: Wanted,
}

impl Subscription {
    /// Bytes of the structure.
    pub const BYTES: usize = 48;

    /// The subscription that the bytes are.
    ///
    /// # Errors
    /// When they are none.
    pub fn decode(bytes: [u8; Self::BYTES]) -> Result<Self, Errno> {
        let user_data = get!(u64, bytes, 0);
        let descriptor = get!(u32, bytes, 16);
        let wanted = match bytes[8] {
            0 => Wanted::Time {
                clock: get!(u32, bytes, 16),
                timeout: get!(u64, bytes, 24),
                absolute: match get!(u16, bytes, 40) {
                    0 => false,
                    1 => true,
                    _ => return Err(Errno::Invalid),
                },
            },
            1 => Wanted::Read { descriptor },
            2 => Wanted::Write { descriptor },
            _ => return Err(Errno::Invalid),
        };
        Ok(Self { user_data, wanted })
    }
}

/// What has happened:
/// [`event`](https://github.com/WebAssembly/WASI/blob/main/legacy/preview1/docs.md#event).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Event {
    pub subscription: Subscription,
    pub error: Errno,
    pub bytes: u64,
    pub hangup: bool,
}

impl Event {
    /// Bytes of the structure.
    pub const BYTES: usize = 32;

    /// Its bytes.
    pub fn encode(self) -> [u8; Self::BYTES] {
        let kind = match self.subscription.wanted {
            Wanted::Time { .. } => 0u8,
            Wanted::Read { .. } => 1,
            Wanted::Write { .. } => 2,
        };
        let mut bytes = [0; Self::BYTES];
        put!(bytes, 0: self.subscription.user_data, 8: self.error.code(), 10: kind);
        put!(bytes, 16: self.bytes, 24: u16::from(self.hangup));
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_lie_where_the_document_puts_them() {
        let stat = FileStat {
            device: 1,
            inode: 2,
            file_type: FileType::SymbolicLink,
            links: 3,
            size: 4,
            accessed: 5,
            modified: 6,
            changed: 7 << 56,
        };
        let bytes = stat.encode();
        assert_eq!((bytes[0], bytes[8], bytes[16], bytes[24]), (1, 2, 7, 3));
        assert_eq!((bytes[32], bytes[40], bytes[48], bytes[63]), (4, 5, 6, 7));
        let (base, inheriting) = (0x0102, 0x0304);
        let file_type = FileType::Directory;
        let bytes = FdStat { file_type, flags: 5, base, inheriting }.encode();
        assert_eq!((bytes[0], bytes[2], bytes[8], bytes[9], bytes[16]), (3, 5, 2, 1, 4));
        let bytes = DirectoryEntry { next: 1, inode: 2, name_length: 3, file_type }.encode();
        assert_eq!((bytes[0], bytes[8], bytes[16], bytes[20]), (1, 2, 3, 3));
        assert_eq!(prestat(9), [0, 0, 0, 0, 9, 0, 0, 0]);
    }

    #[test]
    fn subscriptions_are_read_and_answered() {
        let mut bytes = [0; Subscription::BYTES];
        (bytes[0], bytes[16], bytes[24], bytes[40]) = (7, 1, 200, 1);
        let subscription = Subscription::decode(bytes).unwrap();
        let wanted = Wanted::Time { clock: 1, timeout: 200, absolute: true };
        assert_eq!(subscription, Subscription { user_data: 7, wanted });
        bytes[8] = 3;
        assert_eq!(Subscription::decode(bytes), Err(Errno::Invalid));
        bytes[8] = 2;
        let subscription = Subscription::decode(bytes).unwrap();
        assert_eq!(subscription.wanted, Wanted::Write { descriptor: 1 });
        let event = Event { subscription, error: Errno::BadDescriptor, bytes: 6, hangup: true };
        let bytes = event.encode();
        assert_eq!((bytes[0], bytes[8], bytes[10], bytes[16], bytes[24]), (7, 8, 2, 6, 1));
    }

    #[test]
    fn regions_are_all_inside_or_refused() {
        let mut memory = vec![0u8; 64];
        memory[0] = 60;
        memory[4] = 4;
        memory[8] = 61;
        let whole: &dyn Memory = &memory;
        assert_eq!(spans(whole, 0, 1), Ok(vec![Span { address: 60, length: 4 }]));
        assert_eq!(spans(whole, 0, 2).unwrap()[1], Span { address: 61, length: 0 });
        assert_eq!(spans(whole, 60, 1), Err(Errno::Fault));
        assert_eq!(spans(whole, 0, u32::MAX), Err(Errno::Fault));
        memory[12] = 4;
        assert_eq!(spans(&memory, 0, 2), Err(Errno::Fault));
    }
}
