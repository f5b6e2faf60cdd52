//! Files that are written. A regular file is complete or not there: it is written under a temporary
//! name in its folder and renamed at the end. A link is followed, so that the file behind it is replaced
//! and the link stays. What is no regular file (a device, a FIFO, `/dev/stdout`) cannot be renamed
//! onto; it is opened and written to. The name `-` is stdout.

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use tempfile::{Builder, TempPath};
use thiserror::Error;

/// Links that are followed before a path counts as a circle of links, as Linux does it.
const MOST_LINKS: usize = 40;

/// The temporary files of this process.
static TEMPORARY: Mutex<BTreeSet<PathBuf>> = Mutex::new(BTreeSet::new());

/// The name that stands for stdout.
pub const STDOUT: &str = "-";

/// What is done about a file that exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Existing {
    /// It is replaced.
    Replace,
    /// It is kept, and there is an error.
    Refuse,
}

/// Who may do what with a new file, as far as the user's mask allows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Permissions {
    /// Everyone may read and write it.
    Data,
    /// Everyone may execute it, too.
    Executable,
}

/// Why a file is not written.
#[derive(Debug, Error)]
pub enum OutputFileError {
    /// It exists, and is to be kept.
    #[error("`{}` exists already", .0.display())]
    Exists(PathBuf),
    /// The tokens of a run would be mixed with what the program writes.
    #[error("the tokens cannot go to stdout, which has the output of the program: name a file")]
    StdoutTaken,
    /// There is no folder for it.
    #[error("cannot write `{}`: there is no folder `{}`", path.display(), folder.display())]
    NoFolder {
        /// The file.
        path: PathBuf,
        /// The folder that is missing.
        folder: PathBuf,
    },
    /// The system says no.
    #[error("cannot write `{}`: {error}", path.display())]
    System {
        /// The file.
        path: PathBuf,
        /// What it says.
        error: io::Error,
    },
}

/// A file that is being written. Dropped before it is complete, a regular file is not there.
#[derive(Debug)]
pub struct OutputFile {
    /// The name that the user gave.
    path: PathBuf,
    target: Target,
}

#[derive(Debug)]
enum Target {
    /// A regular file, and the name that it gets.
    Renamed {
        file: BufWriter<File>,
        temporary: TempPath,
        known: Known,
        name: PathBuf,
        existing: Existing,
    },
    /// A device, a FIFO, a socket.
    Opened(BufWriter<File>),
    Stdout(BufWriter<io::Stdout>),
}

/// A temporary file that [`remove_temporary`] knows of.
#[derive(Debug)]
struct Known(PathBuf);

impl Known {
    fn new(path: &Path) -> Known {
        temporary().insert(path.to_path_buf());
        Known(path.to_path_buf())
    }
}

impl Drop for Known {
    fn drop(&mut self) {
        temporary().remove(&self.0);
    }
}

fn temporary() -> MutexGuard<'static, BTreeSet<PathBuf>> {
    TEMPORARY.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Removes the files of this process that are not complete. For a process that ends in the midst of its work, by a
/// signal, where nothing is dropped.
pub fn remove_temporary() {
    for path in temporary().iter() {
        // One that cannot be removed stays.
        let _ = fs::remove_file(path);
    }
}

impl Existing {
    /// Refuses a name that is taken, before there is work in vain.
    ///
    /// # Errors
    /// When the file exists and is to be kept.
    pub fn check(self, path: &Path) -> Result<(), OutputFileError> {
        let exists = !is_stdout(path) && fs::symlink_metadata(path).is_ok();
        match self {
            Existing::Refuse if exists => Err(OutputFileError::Exists(path.to_path_buf())),
            _ => Ok(()),
        }
    }
}

/// Says whether this name stands for stdout.
pub fn is_stdout(path: &Path) -> bool {
    path == Path::new(STDOUT)
}

impl OutputFile {
    /// Begins a file that is to have this name.
    ///
    /// # Errors
    /// When the file exists and is to be kept, and when there can be no such file.
    pub fn create(
        path: &Path,
        permissions: Permissions,
        existing: Existing,
    ) -> Result<OutputFile, OutputFileError> {
        existing.check(path)?;
        let target = Target::open(path, permissions, existing);
        let target = target.map_err(|error| failed(path, error))?;
        Ok(OutputFile { path: path.to_path_buf(), target })
    }

    /// Completes the file, which gets its name.
    ///
    /// # Errors
    /// When something of it could not be written; then there is no new file of this name.
    pub fn complete(self) -> Result<(), OutputFileError> {
        self.target.complete().map_err(|error| failed(&self.path, error))
    }
}

impl Write for OutputFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.target.writer().write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.writer().flush()
    }
}

/// Writes a whole file.
///
/// # Errors
/// As [`OutputFile::create`] and [`OutputFile::complete`].
pub fn write(
    path: &Path,
    bytes: &[u8],
    permissions: Permissions,
    existing: Existing,
) -> Result<(), OutputFileError> {
    let mut file = OutputFile::create(path, permissions, existing)?;
    file.write_all(bytes).map_err(|error| failed(path, error))?;
    file.complete()
}

/// Writes a folder of files, some of which may be in folders of their own, all of it or nothing: it is written under another name beside its place. One that exists
/// is replaced as a whole.
///
/// # Errors
/// When the folder exists and is to be kept, when there is a file of this name, and when something cannot be written.
pub fn write_folder<'files>(
    path: &Path,
    files: impl IntoIterator<Item = (&'files str, &'files [u8])>,
    existing: Existing,
) -> Result<(), OutputFileError> {
    existing.check(path)?;
    let failed = |error| failed(path, error);
    if path.exists() && !path.is_dir() {
        return Err(failed(io::ErrorKind::NotADirectory.into()));
    }
    let beside = Builder::new().prefix(".tvm-").tempdir_in(folder(path));
    // The text of an error of `tempdir_in` has the other name; its kind has not.
    let temporary = beside.map_err(|error| failed(error.kind().into()))?;
    let complete = temporary.path().join("complete");
    fs::create_dir(&complete).map_err(failed)?;
    for (name, bytes) in files {
        let file = complete.join(name);
        fs::create_dir_all(file.parent().expect("the file is in the folder")).map_err(failed)?;
        fs::write(file, bytes).map_err(failed)?;
    }
    if path.is_dir() {
        fs::rename(path, temporary.path().join("replaced")).map_err(failed)?;
    }
    fs::rename(&complete, path).map_err(failed)
}

impl Target {
    fn open(path: &Path, permissions: Permissions, existing: Existing) -> io::Result<Target> {
        if is_stdout(path) {
            return Ok(Target::Stdout(BufWriter::new(io::stdout())));
        }
        if is_opened(path) {
            // Appending is what a redirection with `>>` does through `/dev/stdout`, and means nothing
            // to a device or a FIFO.
            let file = File::options().append(true).open(path)?;
            return Ok(Target::Opened(BufWriter::new(file)));
        }
        let name = behind_links(path)?;
        if name.is_dir() {
            return Err(io::ErrorKind::IsADirectory.into());
        }
        // The text of this error has the temporary name; its kind has not.
        let created = builder(permissions).tempfile_in(folder(&name));
        let (file, temporary) = created.map_err(|error| error.kind())?.into_parts();
        let known = Known::new(&temporary);
        Ok(Target::Renamed { file: BufWriter::new(file), temporary, known, name, existing })
    }

    fn writer(&mut self) -> &mut dyn Write {
        match self {
            Target::Renamed { file, .. } => file,
            Target::Opened(file) => file,
            Target::Stdout(stdout) => stdout,
        }
    }

    fn complete(mut self) -> io::Result<()> {
        self.writer().flush()?;
        let Target::Renamed { temporary, known, name, existing, .. } = self else { return Ok(()) };
        let renamed = match existing {
            Existing::Replace => temporary.persist(name),
            Existing::Refuse => temporary.persist_noclobber(name),
        };
        drop(known);
        renamed.map_err(|error| error.error)
    }
}

/// Says whether a path is written through: it exists and is no regular file and no folder, or it names
/// a stream of this process, which can be a regular file that others hold open.
fn is_opened(path: &Path) -> bool {
    let streams = ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"];
    let is_special = |found: fs::Metadata| !found.is_file() && !found.is_dir();
    streams.iter().any(|stream| path.starts_with(stream))
        || fs::metadata(path).is_ok_and(is_special)
}

/// The path behind a link, and behind the one that it leads to. The last of them need not exist.
fn behind_links(path: &Path) -> io::Result<PathBuf> {
    let mut path = path.to_path_buf();
    for _ in 0..MOST_LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = folder(&path).join(target),
            // It is no link, or nothing at all.
            Err(_) => return Ok(path),
        }
    }
    Err(io::Error::other("too many links lead from one to the next"))
}

/// The folder of a file. A name without one is in the present folder.
fn folder(path: &Path) -> &Path {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
    folder.unwrap_or(Path::new("."))
}

/// The error about a path. The names in it are those that the user gave, and not temporary ones.
fn failed(path: &Path, error: io::Error) -> OutputFileError {
    let folder = folder(path).to_path_buf();
    let path = path.to_path_buf();
    match error.kind() {
        io::ErrorKind::AlreadyExists => OutputFileError::Exists(path),
        io::ErrorKind::NotFound if !folder.exists() => OutputFileError::NoFolder { path, folder },
        _ => OutputFileError::System { path, error },
    }
}

#[cfg(unix)]
fn builder(permissions: Permissions) -> Builder<'static, 'static> {
    use std::os::unix::fs::PermissionsExt;
    let mode = match permissions {
        Permissions::Data => 0o666,
        Permissions::Executable => 0o777,
    };
    let mut builder = Builder::new();
    builder.prefix(".tvm-").permissions(fs::Permissions::from_mode(mode));
    builder
}

#[cfg(not(unix))]
fn builder(_permissions: Permissions) -> Builder<'static, 'static> {
    let mut builder = Builder::new();
    builder.prefix(".tvm-");
    builder
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::{FileTypeExt, symlink};
    use std::process::Command;

    fn replace(path: &Path, text: &str) -> Result<(), OutputFileError> {
        write(path, text.as_bytes(), Permissions::Data, Existing::Replace)
    }

    #[test]
    fn a_file_is_complete_or_not_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        let mut file = OutputFile::create(&path, Permissions::Data, Existing::Refuse).unwrap();
        file.write_all(b"half").unwrap();
        assert!(!path.exists());
        drop(file);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
        replace(&path, "first").unwrap();
        replace(&path, "second").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        let refused = write(&path, b"third", Permissions::Data, Existing::Refuse).unwrap_err();
        assert!(matches!(refused, OutputFileError::Exists(_)), "{refused}");
        assert_eq!(fs::read_to_string(&path).unwrap(), "second");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }

    #[test]
    fn a_folder_is_complete_or_not_there() {
        let outer = tempfile::tempdir().unwrap();
        let path = outer.path().join("folder");
        let write =
            |name: &str, existing| write_folder(&path, [(name, b"text".as_slice())], existing);
        let names = |path: &Path| -> Vec<_> {
            fs::read_dir(path).unwrap().map(|entry| entry.unwrap().file_name()).collect()
        };
        write("first", Existing::Refuse).unwrap();
        let refused = write("second", Existing::Refuse).unwrap_err();
        assert!(matches!(refused, OutputFileError::Exists(_)), "{refused}");
        // The second one is to be in a folder whose name the first one has.
        let halfway = [("one", b"text".as_slice()), ("one/two", b"text")];
        write_folder(&path, halfway, Existing::Replace).unwrap_err();
        assert_eq!(names(&path), ["first"]);
        assert_eq!(names(outer.path()), ["folder"]);
        write("second", Existing::Replace).unwrap();
        assert_eq!(names(&path), ["second"]);
        write("inner/third", Existing::Replace).unwrap();
        assert_eq!(names(&path.join("inner")), ["third"]);
        write("second", Existing::Replace).unwrap();
        assert_eq!(names(outer.path()), ["folder"]);
        let file = path.join("second");
        let refused = write_folder(&file, [], Existing::Replace).unwrap_err();
        assert_eq!(
            refused.to_string(),
            format!("cannot write `{}`: not a directory", file.display())
        );
        assert_eq!(fs::read_to_string(&file).unwrap(), "text");
    }

    /// What [`remove_temporary`] removes; not called here, since other tests of this process have files too.
    #[test]
    fn a_file_is_known_until_it_is_complete() {
        let folder = tempfile::tempdir().unwrap();
        let is_known = || temporary().iter().any(|path| path.starts_with(folder.path()));
        for complete in [false, true] {
            let path = folder.path().join("file");
            let file = OutputFile::create(&path, Permissions::Data, Existing::Replace).unwrap();
            assert!(is_known() && temporary().iter().all(|path| path.is_absolute()));
            match complete {
                true => file.complete().unwrap(),
                false => drop(file),
            }
            assert!(!is_known());
        }
    }

    #[test]
    fn links_are_followed_and_stay() {
        let folder = tempfile::tempdir().unwrap();
        let [file, first, second, nowhere, circle] =
            ["file", "first", "second", "nowhere", "circle"].map(|name| folder.path().join(name));
        fs::create_dir(folder.path().join("folder")).unwrap();
        symlink("file", &first).unwrap();
        symlink("folder/../first", &second).unwrap();
        symlink("new", &nowhere).unwrap();
        symlink("circle", &circle).unwrap();
        for link in [&first, &second] {
            fs::write(&file, "before").unwrap();
            replace(link, "after").unwrap();
            assert!(link.is_symlink() && !file.is_symlink());
            assert_eq!(fs::read_to_string(&file).unwrap(), "after");
        }
        replace(&nowhere, "made").unwrap();
        assert!(nowhere.is_symlink());
        assert_eq!(fs::read_to_string(folder.path().join("new")).unwrap(), "made");
        assert!(replace(&circle, "").unwrap_err().to_string().contains("too many links"));
        let refused = write(&first, b"", Permissions::Data, Existing::Refuse).unwrap_err();
        assert!(matches!(refused, OutputFileError::Exists(_)), "{refused}");
    }

    #[test]
    fn a_fifo_is_written_to_and_stays() {
        let folder = tempfile::tempdir().unwrap();
        let fifo = folder.path().join("fifo");
        assert!(Command::new("mkfifo").arg(&fifo).status().unwrap().success());
        let reader = std::thread::spawn({
            let fifo = fifo.clone();
            move || fs::read_to_string(fifo).unwrap()
        });
        replace(&fifo, "through").unwrap();
        assert_eq!(reader.join().unwrap(), "through");
        assert!(fs::metadata(&fifo).unwrap().file_type().is_fifo());
    }

    #[test]
    fn a_device_is_written_to() {
        // Only through a link: a fault must not replace the device of this system.
        let folder = tempfile::tempdir().unwrap();
        let [null, full] = ["null", "full"].map(|name| folder.path().join(name));
        symlink("/dev/null", &null).unwrap();
        replace(&null, "nothing").unwrap();
        assert!(null.is_symlink());
        if !Path::new("/dev/full").exists() {
            return;
        }
        symlink("/dev/full", &full).unwrap();
        let message = replace(&full, "too much").unwrap_err().to_string();
        assert!(message.starts_with(&format!("cannot write `{}`: No space", full.display())));
        assert!(full.is_symlink());
    }

    #[test]
    fn an_error_has_the_names_that_the_user_gave() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("none").join("file");
        let message = replace(&path, "").unwrap_err().to_string();
        let expected = format!(
            "cannot write `{}`: there is no folder `{}`",
            path.display(),
            folder.path().join("none").display()
        );
        assert_eq!(message, expected);
        let message = replace(folder.path(), "").unwrap_err().to_string();
        assert_eq!(message, format!("cannot write `{}`: is a directory", folder.path().display()));
        let below_file = folder.path().join("file").join("below");
        fs::write(folder.path().join("file"), "").unwrap();
        let message = replace(&below_file, "").unwrap_err().to_string();
        assert!(message.ends_with("file/below`: not a directory"), "{message}");
    }
}
