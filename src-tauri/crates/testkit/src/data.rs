//! Makers of CSV files for tests and benches.
//!
//! Each writes the same bytes for the same number of rows on every machine: the pseudo-random numbers
//! come from [`Random`] with a seed of the maker's own.

use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::Path;

/// A small pseudo-random generator (SplitMix64), the same on every machine and in every version.
#[derive(Debug, Clone)]
pub struct Random(u64);

impl Random {
    /// Begins the sequence of a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// A number from 0 to below `bound`, which must not be 0.
    pub fn below(&mut self, bound: u64) -> u64 {
        // The bias of a modulus is far below anything that test data would show.
        self.bits() % bound
    }

    /// One of the choices.
    pub fn pick<'a, T: ?Sized>(&mut self, choices: &[&'a T]) -> &'a T {
        choices[usize::try_from(self.below(choices.len() as u64)).unwrap_or_default()]
    }

    /// True once in `n` times.
    pub fn once_in(&mut self, n: u64) -> bool {
        self.below(n) == 0
    }
}

fn create(path: &Path) -> io::Result<BufWriter<File>> {
    Ok(BufWriter::with_capacity(1 << 20, File::create(path)?))
}

/// The day that lies this many days after 1 January 2013, as year, month and day.
fn day(offset: u64) -> (i16, i8, i8) {
    let date = jiff::civil::date(2013, 1, 1)
        .checked_add(jiff::Span::new().days(i64::try_from(offset).unwrap_or_default()))
        .unwrap_or(jiff::civil::Date::MAX);
    (date.year(), date.month(), date.day())
}

/// Flights: integers, short repeated text, missing values written as `NA`, and a timestamp.
///
/// # Errors
/// Those of writing.
pub fn flights(path: &Path, rows: u64) -> io::Result<()> {
    let mut random = Random::new(1);
    let mut out = create(path)?;
    writeln!(
        out,
        "year,month,day,dep_time,dep_delay,carrier,flight,origin,dest,air_time,distance,time_hour"
    )?;
    for row in 0..rows {
        let (year, month, day) = day(row * 365 / rows.max(1));
        let hour = 5 + random.below(18);
        let cancelled = random.once_in(40);
        write!(out, "{year},{month},{day},")?;
        if cancelled {
            write!(out, "NA,NA,")?;
        } else {
            write!(
                out,
                "{},{},",
                hour * 100 + random.below(60),
                i64::try_from(random.below(90)).unwrap_or_default() - 15
            )?;
        }
        let carrier = random.pick(&["UA", "AA", "B6", "DL", "EV", "MQ", "US", "WN"]);
        let origin = random.pick(&["EWR", "LGA", "JFK"]);
        let destination = random.pick(&[
            "IAH", "MIA", "BQN", "ATL", "ORD", "FLL", "IAD", "MCO", "PBI", "TPA", "LAX", "SFO",
        ]);
        write!(
            out,
            "{carrier},{},{origin},{destination},",
            1 + random.below(6_000)
        )?;
        if cancelled {
            write!(out, "NA,")?;
        } else {
            write!(out, "{},", 30 + random.below(400))?;
        }
        writeln!(
            out,
            "{},{year:04}-{month:02}-{day:02}T{hour:02}:00:00",
            80 + random.below(2_600)
        )?;
    }
    out.flush()
}

/// Taxi rides: timestamps, money with two decimals, a flag and a few empty cells.
///
/// # Errors
/// Those of writing.
pub fn taxi(path: &Path, rows: u64) -> io::Result<()> {
    let mut random = Random::new(2);
    let mut out = create(path)?;
    writeln!(
        out,
        "id,pickup,dropoff,passengers,distance,store_and_forward,payment,fare,tip,total"
    )?;
    for row in 0..rows {
        let (year, month, day) = day(row * 31 / rows.max(1));
        let (hour, minute, second) = (random.below(23), random.below(60), random.below(60));
        let fare = 250 + random.below(6_000);
        let tip = if random.once_in(3) {
            0
        } else {
            random.below(1_500)
        };
        let passengers = if random.once_in(50) {
            String::new()
        } else {
            (1 + random.below(6)).to_string()
        };
        writeln!(
            out,
            "{row},{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02},\
             {year:04}-{month:02}-{day:02} {:02}:{minute:02}:{second:02},{passengers},{}.{:02},{},{},{}.{:02},{}.{:02},{}.{:02}",
            hour + 1,
            random.below(30),
            random.below(100),
            random.pick(&["Y", "N"]),
            random.pick(&["card", "cash", "no charge", "dispute"]),
            fare / 100,
            fare % 100,
            tip / 100,
            tip % 100,
            (fare + tip) / 100,
            (fare + tip) % 100,
        )?;
    }
    out.flush()
}

/// Many columns of small integers, a tenth of the cells empty.
///
/// # Errors
/// Those of writing.
pub fn wide(path: &Path, rows: u64, columns: u64) -> io::Result<()> {
    let mut random = Random::new(3);
    let mut out = create(path)?;
    for column in 0..columns {
        write!(out, "{}c{column}", if column > 0 { "," } else { "" })?;
    }
    writeln!(out)?;
    for _ in 0..rows {
        for column in 0..columns {
            if column > 0 {
                out.write_all(b",")?;
            }
            if column == 0 || !random.once_in(10) {
                write!(out, "{}", random.below(1_000))?;
            }
        }
        writeln!(out)?;
    }
    out.flush()
}

/// Comments: quoted text with commas, doubled quotes, line breaks and letters beyond ASCII.
///
/// # Errors
/// Those of writing.
pub fn text(path: &Path, rows: u64) -> io::Result<()> {
    const WORDS: [&str; 16] = [
        "invoice",
        "late",
        "Müller",
        "naïve",
        "delivery",
        "東京",
        "warehouse",
        "per",
        "customer",
        "\"\"urgent\"\"",
        "refund",
        "é",
        "order, then",
        "returned\nagain",
        "🙂",
        "paid",
    ];
    let mut random = Random::new(4);
    let mut out = create(path)?;
    writeln!(out, "id,author,comment")?;
    for row in 0..rows {
        write!(out, "{row},user{},\"", random.below(5_000))?;
        for word in 0..5 + random.below(40) {
            write!(
                out,
                "{}{}",
                if word > 0 { " " } else { "" },
                random.pick(&WORDS)
            )?;
        }
        writeln!(out, "\"")?;
    }
    out.flush()
}

/// A file that misleads whoever looks only at its beginning: amounts of which one, ten rows before the
/// end, is `see note 4`, and dates that show only there that the day comes first.
///
/// # Errors
/// Those of writing.
pub fn late(path: &Path, rows: u64) -> io::Result<()> {
    let mut random = Random::new(5);
    let mut out = create(path)?;
    writeln!(out, "id,booked,amount,customer")?;
    for row in 0..rows {
        let late = row + 10 >= rows;
        let day = if late {
            13 + random.below(15)
        } else {
            1 + random.below(12)
        };
        write!(out, "{row},{day:02}/{:02}/2026,", 1 + random.below(12))?;
        if row + 10 == rows {
            write!(out, "see note 4")?;
        } else {
            let cents = random.below(10_000_000);
            write!(out, "{}.{:02}", cents / 100, cents % 100)?;
        }
        writeln!(
            out,
            ",{}",
            random.pick(&["Acme", "ACME Ltd.", "Globex", "Initech", "Umbrella"])
        )?;
    }
    out.flush()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_rows_are_the_same_bytes() {
        let folder = tempfile::tempdir().unwrap();
        type Maker = fn(&Path, u64) -> io::Result<()>;
        let makers: [(&str, Maker); 4] = [
            ("flights", flights),
            ("taxi", taxi),
            ("text", text),
            ("late", late),
        ];
        for (name, make) in makers {
            let (a, b) = (
                folder.path().join(format!("{name}-a")),
                folder.path().join(format!("{name}-b")),
            );
            make(&a, 200).unwrap();
            make(&b, 200).unwrap();
            let a = std::fs::read(a).unwrap();
            assert_eq!(a, std::fs::read(b).unwrap(), "{name}");
            assert!(
                a.iter().filter(|byte| **byte == b'\n').count() > 200,
                "{name}"
            );
        }
    }

    #[test]
    fn the_wide_file_has_the_columns_it_was_asked_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("wide.csv");
        wide(&path, 3, 1_000).unwrap();
        let text = std::fs::read_to_string(path).unwrap();
        assert!(text.lines().all(|line| line.split(',').count() == 1_000));
        assert_eq!(text.lines().count(), 4);
    }
}
