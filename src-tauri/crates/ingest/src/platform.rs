//! What only the operating system knows; everything that differs between platforms is here.

use std::fs::File;
use std::io;
use std::ops::Range;

/// The peak resident size of this process in bytes, where the platform tells it.
pub(crate) fn peak_memory() -> Option<u64> {
    #[cfg(target_os = "linux")]
    {
        let status = std::fs::read_to_string("/proc/self/status").ok()?;
        let line = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))?;
        let kibibytes: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
        Some(kibibytes * 1024)
    }
    #[cfg(not(target_os = "linux"))]
    {
        None
    }
}

/// Begins to write a part of a file to the disk, without waiting for it where the platform can do that.
pub(crate) fn begin_sync(file: &File, range: Range<u64>) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        sync_file_range(file, range, libc::SYNC_FILE_RANGE_WRITE)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = (file, range);
        Ok(())
    }
}

/// Waits until a part of a file has been written to the disk. The file is durable only after [`File::sync_all`], which
/// then has little to do.
pub(crate) fn sync_range(file: &File, range: Range<u64>) -> io::Result<()> {
    #[cfg(target_os = "linux")]
    {
        let all = libc::SYNC_FILE_RANGE_WAIT_BEFORE
            | libc::SYNC_FILE_RANGE_WRITE
            | libc::SYNC_FILE_RANGE_WAIT_AFTER;
        sync_file_range(file, range, all)
    }
    #[cfg(not(target_os = "linux"))]
    {
        let _ = range;
        file.sync_data()
    }
}

#[cfg(target_os = "linux")]
fn sync_file_range(file: &File, range: Range<u64>, flags: libc::c_uint) -> io::Result<()> {
    use std::os::fd::AsRawFd;
    let signed = |bytes: u64| i64::try_from(bytes).unwrap_or(i64::MAX);
    let (offset, bytes) = (signed(range.start), signed(range.end - range.start));
    // SAFETY: the descriptor is open as long as the file is, and the call touches no memory of this process.
    let done = unsafe { libc::sync_file_range(file.as_raw_fd(), offset, bytes, flags) };
    if done == 0 {
        return Ok(());
    }
    let error = io::Error::last_os_error();
    match error.raw_os_error() {
        // File systems that do not know it write in their own time, and `sync_all` waits for them.
        Some(libc::EINVAL | libc::ENOSYS | libc::EOPNOTSUPP | libc::ESPIPE) => Ok(()),
        _ => Err(error),
    }
}

/// Reads from a place in a file, whatever place it stands at.
#[cfg(unix)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::unix::fs::FileExt::read_at(file, buffer, position)
}

/// Reads from a place in a file, whatever place it stands at.
#[cfg(windows)]
pub(crate) fn read_at(file: &File, buffer: &mut [u8], position: u64) -> io::Result<usize> {
    std::os::windows::fs::FileExt::seek_read(file, buffer, position)
}
