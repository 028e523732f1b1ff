mod compare;
mod damage;
mod other_formats;
mod xlsx;

use std::io::Write;
use std::path::PathBuf;

use super::*;

/// A cell of a dump: column and text.
type Dump = Vec<(u64, Vec<(u32, String)>)>;

fn open_with(bytes: &[u8], budget: usize, limits: Limits) -> Result<Option<Workbook>, Error> {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(bytes).unwrap();
    Workbook::open(file.reopen().unwrap(), file.path(), budget, limits)
}

fn open(bytes: &[u8]) -> Workbook {
    open_with(bytes, 1_000_000, Limits::default())
        .unwrap()
        .unwrap()
}

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/sheets")
        .join(name)
}

fn open_fixture(name: &str) -> Result<Option<Workbook>, Error> {
    let path = fixture(name);
    Workbook::open(
        File::open(&path).unwrap(),
        &path,
        1_000_000,
        Limits::default(),
    )
}

/// Reads the rows that have a value; blank ones are checked to be where the numbers leave room for them.
fn rows(rows: &mut SheetRows) -> Result<Dump, Error> {
    let mut dump = Dump::new();
    let mut line = 0;
    loop {
        line += 1;
        match rows.next()? {
            Next::Row(at, row) => {
                assert_eq!(at, line);
                let cells = row
                    .cells()
                    .map(|(column, text)| (column, String::from_utf8_lossy(text).into_owned()))
                    .collect();
                dump.push((line, cells));
            }
            Next::Blank(at) | Next::Oversized(at) => assert_eq!(at, line),
            Next::End => return Ok(dump),
        }
    }
}

fn dump(bytes: &[u8]) -> Dump {
    rows(&mut open(bytes).rows(0, 0..MOST_COLUMNS).unwrap()).unwrap()
}

/// The texts of the first row.
fn first_row(bytes: &[u8]) -> Vec<String> {
    dump(bytes)
        .into_iter()
        .next()
        .map(|(_, cells)| cells.into_iter().map(|(_, text)| text).collect())
        .unwrap_or_default()
}

fn message(error: Result<impl Sized, Error>) -> String {
    match error {
        Ok(_) => panic!("it was read"),
        Err(error) => error.to_string(),
    }
}
