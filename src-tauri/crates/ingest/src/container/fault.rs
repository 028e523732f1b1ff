//! What can be wrong with packed data, on its way through readers that know only the errors of input and output.

use std::{fmt, io};

/// Why packed data could not be read to its end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It breaks off, or is not what was packed.
    Damaged {
        /// The format's name.
        format: &'static str,
        is_cut_off: bool,
        /// Bytes that could be unpacked before, and where in the packed data, in bytes, the damage was noticed.
        good: u64,
        at: u64,
    },
    /// It unpacks to far more than any table would.
    Bomb { packed: u64, unpacked: u64 },
    /// To unpack it would take more memory than allowed.
    Window { format: &'static str },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Damaged {
                format,
                is_cut_off,
                good,
                at,
            } => {
                let what = match is_cut_off {
                    true => "breaks off",
                    false => "is damaged",
                };
                write!(
                    f,
                    "its {format} data {what} at byte {}, after {} of good text",
                    grouped(*at),
                    size(*good)
                )
            }
            Self::Bomb { packed, unpacked } => write!(
                f,
                "{} of it unpack to more than {}, as in an archive that is made to fill disks",
                size(*packed),
                size(*unpacked)
            ),
            Self::Window { format } => write!(
                f,
                "its {format} data was packed so tightly that unpacking takes more than {} of memory",
                size(super::unpack::MOST_MEMORY)
            ),
        }
    }
}

impl std::error::Error for Fault {}

impl From<Fault> for io::Error {
    fn from(fault: Fault) -> Self {
        Self::new(io::ErrorKind::InvalidData, fault)
    }
}

impl Fault {
    /// The fault that an error of reading stands for, if it is one.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

/// A number with its thousands apart.
fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// A size as people say it.
fn size(bytes: u64) -> String {
    match bytes {
        0..10_000 => format!("{} bytes", grouped(bytes)),
        10_000..10_000_000 => format!("{} KB", grouped(bytes / 1000)),
        _ => format!("{} MB", grouped(bytes / 1_000_000)),
    }
}
