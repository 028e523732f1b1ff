//! The command line: what may be typed, and how it is read.

use std::path::PathBuf;
use std::time::Duration;

use buzz_chat::{Confirm, SendMode};
use buzz_ingest::{Change, Compression, DateOrder, Header, LineRange, Options, Types};
use buzz_library::Sheets;
use clap::{Args, Parser, Subcommand, ValueEnum};

/// Turns big or badly written CSV files into Parquet, and answers questions about them.
#[derive(Debug, Parser)]
#[command(name = "buzz", version, propagate_version = true, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The options that every command has.
    #[command(flatten)]
    pub global: Global,
}

/// Options that every command has.
#[derive(Debug, Args)]
pub struct Global {
    /// Folder of the library [default: the app's own]
    #[arg(long, global = true, value_name = "DIR")]
    pub library: Option<PathBuf>,
    /// Print one JSON document, and errors as {"code","message"} on the last line of standard error
    #[arg(long, global = true)]
    pub json: bool,
    /// Print no progress, warnings or remarks on standard error, only errors
    #[arg(long, global = true)]
    pub quiet: bool,
}

/// What `buzz` can do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Convert text files to Parquet, into the library or to a file
    Convert(Convert),
    /// List the datasets of the library
    Datasets,
    /// Show a dataset's columns, profile and receipt
    Show(Show),
    /// Delete a dataset
    Remove(Remove),
    /// Change what is known about a dataset
    Set(Set),
    /// Run one read-only SQL query; every dataset is a view of its name
    Sql(Sql),
    /// Ask a question in plain words
    Ask(Ask),
    /// Write a dataset or the result of a query to a file
    Export(Export),
    /// Copy the library into a folder; the copy is a library, which --library opens
    Backup(Backup),
    /// List what was sent to Amazon Web Services
    Ledger(Ledger),
    /// Ask questions whose answers are known, and report how many came out right
    Eval(Eval),
    /// Show the AWS profiles, who the profile in use is, and the models it may call
    Aws(Aws),
}

/// The arguments of `buzz backup`.
#[derive(Debug, Args)]
pub struct Backup {
    /// The folder in which the copy is made, in a folder of its own
    #[arg(value_name = "FOLDER")]
    pub into: PathBuf,
}

/// The arguments of `buzz convert`.
#[derive(Debug, Args)]
pub struct Convert {
    /// Files to convert, or folders, of which all files that can be read are converted
    #[arg(required = true, value_name = "FILE|FOLDER")]
    pub files: Vec<PathBuf>,
    /// Make one dataset of all files: columns are matched by name, and a last one says in which file a row is
    #[arg(long)]
    pub combine: bool,
    /// Write just this Parquet file, with its receipt beside it, and leave the library alone
    #[arg(long, value_name = "X.parquet", conflicts_with = "name")]
    pub out: Option<PathBuf>,
    /// Replace an existing output file
    #[arg(long, requires = "out")]
    pub force: bool,
    /// The dataset's name [default: the file's name without its ending]
    #[arg(long)]
    pub name: Option<String>,
    /// Decide and report, but convert nothing
    #[arg(long, conflicts_with_all = ["out", "name"])]
    pub explain: bool,
    /// How the columns' types are chosen
    #[arg(long, value_enum, default_value = "auto")]
    types: TypesChoice,
    /// What stands between two fields: characters, `tab`, `spaces`, `none`, or `fixed` [default: decided from the file]
    #[arg(long, value_name = "CHARS", value_parser = delimiter)]
    delimiter: Option<String>,
    /// The character around quoted fields, or `none` [default: decided from the file]
    #[arg(long, value_name = "CHAR", value_parser = quote)]
    quote: Option<String>,
    /// The text encoding, such as utf-8 [default: decided from the file]
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
    /// Whether the first record names the columns
    #[arg(long, value_enum, default_value = "auto")]
    header: HeaderChoice,
    /// Records to leave out before the header [default: decided from the file]
    #[arg(long, value_name = "N")]
    skip_rows: Option<u64>,
    /// Read nothing but these lines, such as 1-200 or 201-
    #[arg(long, value_name = "FIRST-LAST", conflicts_with = "combine")]
    lines: Option<LineRange>,
    /// What comes first in dates such as 03/04/2026 where no row decides it
    #[arg(long, value_enum)]
    date_order: Option<DateOrderChoice>,
    /// A sheet of a workbook, or `all`
    #[arg(long, value_name = "NAME|all")]
    pub sheet: Option<String>,
    /// The most memory that conversions at once use together, such as 256MB or 1GiB
    #[arg(long, value_name = "SIZE", default_value = "256MB", value_parser = size)]
    memory: u64,
    /// Worker threads [default: one for each core]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    threads: Option<u16>,
    /// How the Parquet pages are compressed
    #[arg(long, value_enum, default_value = "zstd")]
    compression: CompressionChoice,
    /// Leave out the columns' profile
    #[arg(long)]
    no_profile: bool,
}

impl Convert {
    /// The sheets that were asked for.
    pub fn sheets(&self) -> Sheets {
        match self.sheet.as_deref() {
            None => Sheets::Visible,
            Some("all") => Sheets::All,
            Some(name) => Sheets::Named(name.to_owned()),
        }
    }

    /// The options of the conversion that were asked for.
    pub fn options(&self) -> Options {
        Options {
            table: None,
            delimiter: self.delimiter.clone(),
            quote: self.quote.clone(),
            encoding: self.encoding.clone(),
            header: match self.header {
                HeaderChoice::Auto => Header::Auto,
                HeaderChoice::Yes => Header::Yes,
                HeaderChoice::No => Header::No,
            },
            skip_rows: self.skip_rows,
            lines: self.lines,
            types: match self.types {
                TypesChoice::Auto => Types::Auto,
                TypesChoice::Text => Types::Text,
            },
            date_order: self.date_order.map(DateOrder::from),
            memory: self.memory,
            threads: self.threads.map_or(0, usize::from),
            compression: match self.compression {
                CompressionChoice::Zstd => Compression::Zstd,
                CompressionChoice::Snappy => Compression::Snappy,
                CompressionChoice::None => Compression::None,
            },
            profile: !self.no_profile,
            inspection: None,
        }
    }
}

/// `--types`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum TypesChoice {
    /// The narrowest type that is true for every row
    Auto,
    /// Every column stays text, exactly as it stands
    Text,
}

/// `--header`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum HeaderChoice {
    /// Decided from the file
    Auto,
    /// The first record is the header
    Yes,
    /// There is no header
    No,
}

/// `--date-order`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum DateOrderChoice {
    /// Day, month, year
    Dmy,
    /// Month, day, year
    Mdy,
}

impl From<DateOrderChoice> for DateOrder {
    fn from(choice: DateOrderChoice) -> Self {
        match choice {
            DateOrderChoice::Dmy => Self::Dmy,
            DateOrderChoice::Mdy => Self::Mdy,
        }
    }
}

/// `--compression`.
#[derive(Debug, Clone, Copy, ValueEnum)]
enum CompressionChoice {
    /// Small files
    Zstd,
    /// Larger files, written faster
    Snappy,
    /// No compression
    None,
}

/// The arguments of `buzz show`.
#[derive(Debug, Args)]
pub struct Show {
    /// The dataset's name or id
    pub name: String,
}

/// The arguments of `buzz remove`.
#[derive(Debug, Args)]
pub struct Remove {
    /// The dataset's name or id
    pub name: String,
}

/// The arguments of `buzz set`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("change").required(true).multiple(true).args(["context", "rename", "column", "send", "tag", "untag", "fact", "forget_fact"]))]
#[command(group = clap::ArgGroup::new("of_column").multiple(true).args(["column_type", "date_order", "rename_column", "missing", "description", "never_send"]))]
pub struct Set {
    /// The dataset's name or id
    pub name: String,
    /// What a reader of the data should know, for questions in plain words; replaces what was there
    #[arg(long, value_name = "TEXT")]
    pub context: Option<String>,
    /// The dataset's new name
    #[arg(long, value_name = "NAME")]
    pub rename: Option<String>,
    /// A column to read otherwise, with --type, --date-order, --missing or --rename-column
    #[arg(long, value_name = "COLUMN", requires = "of_column", conflicts_with_all = ["context", "rename"])]
    pub column: Option<String>,
    /// The column's new type: BOOLEAN, BIGINT, DECIMAL(p,s), DECIMAL, DOUBLE, DATE, TIME, TIMESTAMP or VARCHAR
    #[arg(long = "type", value_name = "TYPE", requires = "column")]
    column_type: Option<String>,
    /// What comes first in the column's dates
    #[arg(long, value_enum, requires = "column")]
    date_order: Option<DateOrderChoice>,
    /// The column's new name
    #[arg(long, value_name = "NAME", requires = "column")]
    rename_column: Option<String>,
    /// A word that means a missing value in the column; may be repeated, and replaces those before, an empty one all
    #[arg(long, value_name = "WORD", requires = "column")]
    missing: Vec<String>,
    /// What the column holds, for questions in plain words; replaces what was there
    #[arg(long, value_name = "TEXT", requires = "column")]
    pub description: Option<String>,
    /// Whether the column's cells, and results that use them, never leave this machine
    #[arg(long, value_name = "yes|no", num_args = 0..=1, default_missing_value = "yes", value_parser = yes_or_no, requires = "column")]
    pub never_send: Option<bool>,
    /// How much of the dataset a model may be sent; the stricter of this and the app's own setting counts
    #[arg(long, value_enum)]
    pub send: Option<SendChoice>,
    /// A word to find the dataset by; may be repeated
    #[arg(long, value_name = "TAG")]
    pub tag: Vec<String>,
    /// Take a tag away
    #[arg(long, value_name = "TAG")]
    pub untag: Vec<String>,
    /// Something that was settled about the dataset, for later questions; may be repeated
    #[arg(long, value_name = "TEXT")]
    pub fact: Vec<String>,
    /// Forget something that was settled
    #[arg(long, value_name = "TEXT")]
    pub forget_fact: Vec<String>,
}

/// `--send`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum SendChoice {
    /// Names and types of columns only
    Schema,
    /// Ranges and frequent values too
    Profile,
    /// Rows of results too
    Rows,
}

impl From<SendChoice> for SendMode {
    fn from(choice: SendChoice) -> Self {
        match choice {
            SendChoice::Schema => Self::Schema,
            SendChoice::Profile => Self::Profile,
            SendChoice::Rows => Self::Rows,
        }
    }
}

/// `--confirm`.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ConfirmChoice {
    /// Nothing
    Nothing,
    /// Every statement before it runs
    Sql,
    /// Every request before it is sent
    Requests,
    /// Both
    Everything,
}

impl From<ConfirmChoice> for Confirm {
    fn from(choice: ConfirmChoice) -> Self {
        match choice {
            ConfirmChoice::Nothing => Self::Nothing,
            ConfirmChoice::Sql => Self::Sql,
            ConfirmChoice::Requests => Self::Requests,
            ConfirmChoice::Everything => Self::Everything,
        }
    }
}

impl Set {
    /// What is to change about a column.
    pub fn change(&self) -> Option<Change> {
        let changes_type = self.rename_column.is_some()
            || self.column_type.is_some()
            || self.date_order.is_some()
            || !self.missing.is_empty();
        changes_type.then_some(())?;
        Some(Change {
            column: self.column.clone()?,
            name: self.rename_column.clone(),
            column_type: self.column_type.clone(),
            date_order: self.date_order.map(DateOrder::from),
            missing: (!self.missing.is_empty()).then(|| self.missing.clone()),
        })
    }
}

/// The form in which a result is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A table for people, the first 100 rows
    Table,
    /// Comma-separated values
    Csv,
    /// One JSON document: columns and rows
    Json,
    /// Parquet
    Parquet,
    /// An Arrow IPC stream
    Arrow,
}

/// The arguments of `buzz sql`.
#[derive(Debug, Args)]
pub struct Sql {
    /// The query: exactly one that reads
    pub query: String,
    /// How the result is written [default: by the ending of --out, else table; json with --json]
    #[arg(long, value_enum)]
    pub format: Option<Format>,
    /// Write the result to this file
    #[arg(long, value_name = "FILE")]
    pub out: Option<PathBuf>,
    /// Replace an existing output file
    #[arg(long, requires = "out")]
    pub force: bool,
    /// Stop after this time, such as 30s, 500ms or 2m
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Return at most this many rows
    #[arg(long, value_name = "N")]
    pub max_rows: Option<u64>,
}

/// Which account, region and model to use; what is not given comes from the settings.
#[derive(Debug, Args)]
pub struct Account {
    /// The AWS profile
    #[arg(long)]
    pub profile: Option<String>,
    /// The AWS region
    #[arg(long)]
    pub region: Option<String>,
}

/// The arguments of `buzz ask`.
#[derive(Debug, Args)]
pub struct Ask {
    /// The question
    pub question: String,
    /// A dataset that the question is about, by name or id; may be repeated [default: all]
    #[arg(long = "dataset", value_name = "NAME")]
    pub datasets: Vec<String>,
    /// The account to use.
    #[command(flatten)]
    pub account: Account,
    /// The model or inference profile, by id
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// Go on with this conversation
    #[arg(long, value_name = "ID")]
    pub conversation: Option<String>,
    /// How much the model may be sent [default: the app's setting, else rows]
    #[arg(long, value_enum)]
    pub send: Option<SendChoice>,
    /// What to show and wait for before it happens [default: the app's setting, else nothing]
    #[arg(long, value_enum)]
    pub confirm: Option<ConfirmChoice>,
}

/// The arguments of `buzz eval`.
#[derive(Debug, Args)]
pub struct Eval {
    /// Questions, one JSON object a line: "question", "dataset" or "datasets", and "sql" or "answer"
    pub file: PathBuf,
    /// The account to use.
    #[command(flatten)]
    pub account: Account,
    /// The model or inference profile, by id
    #[arg(long, value_name = "ID")]
    pub model: Option<String>,
    /// How much the model may be sent [default: the app's setting, else rows]
    #[arg(long, value_enum)]
    pub send: Option<SendChoice>,
    /// Keep what the model answers in this file, so that the run can be repeated without it
    #[arg(long, value_name = "FILE", conflicts_with = "replay")]
    pub record: Option<PathBuf>,
    /// Take the model's answers from a file that was recorded, and ask nobody
    #[arg(long, value_name = "FILE")]
    pub replay: Option<PathBuf>,
    /// Replace an existing record
    #[arg(long, requires = "record")]
    pub force: bool,
}

/// The arguments of `buzz export`.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("what").required(true).args(["name", "sql"]))]
pub struct Export {
    /// The dataset's name or id
    pub name: Option<String>,
    /// A query whose result is written instead of a dataset
    #[arg(long, value_name = "QUERY")]
    pub sql: Option<String>,
    /// The file to write; its ending, .csv, .parquet or .xlsx, decides the format
    #[arg(long, value_name = "FILE")]
    pub out: PathBuf,
    /// Replace an existing output file
    #[arg(long)]
    pub force: bool,
    /// What stands between the fields of a CSV file: one character, or `tab`
    #[arg(long, value_name = "CHARACTER", default_value = ",", value_parser = export_delimiter)]
    pub delimiter: u8,
    /// Begin a CSV file with the mark by which Excel knows that it is UTF-8
    #[arg(long)]
    pub bom: bool,
    /// Put an apostrophe before texts of a CSV file that a spreadsheet program would run as formulas
    #[arg(long)]
    pub guard_formulas: bool,
}

/// The delimiter of a file to write.
fn export_delimiter(text: &str) -> Result<u8, String> {
    match text.as_bytes() {
        b"tab" => Ok(b'\t'),
        &[byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\n' | b'\r') => Ok(byte),
        _ => Err("it must be one ASCII character that is no quote or line end, or tab".to_owned()),
    }
}

/// The arguments of `buzz ledger`.
#[derive(Debug, Args)]
pub struct Ledger {
    /// List at most this many requests, the newest first
    #[arg(long, value_name = "N", default_value_t = 100)]
    pub limit: usize,
    /// Show what was sent, word for word; --json always does
    #[arg(long)]
    pub payload: bool,
    /// List only requests that contain this text anywhere
    #[arg(long, value_name = "TEXT")]
    pub search: Option<String>,
    /// List only the requests of this conversation
    #[arg(long, value_name = "ID")]
    pub conversation: Option<String>,
    /// Remove all requests from the ledger
    #[arg(long, conflicts_with_all = ["search", "conversation", "payload"])]
    pub clear: bool,
}

/// The arguments of `buzz aws`.
#[derive(Debug, Args)]
pub struct Aws {
    /// The account to look at.
    #[command(flatten)]
    pub account: Account,
}

/// Reads yes or no.
fn yes_or_no(text: &str) -> Result<bool, String> {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "true" => Ok(true),
        "no" | "false" => Ok(false),
        _ => Err("it has to be yes or no".to_owned()),
    }
}

/// Reads a delimiter: characters that end no line, or a name.
fn delimiter(text: &str) -> Result<String, String> {
    let named = match text.to_ascii_lowercase().as_str() {
        "comma" => ",",
        "semicolon" => ";",
        "pipe" => "|",
        _ => text,
    };
    if named.is_empty() || named.contains(['\n', '\r', '\0']) {
        return Err("it has to be a character or several, none of them a line end".to_owned());
    }
    Ok(named.to_owned())
}

/// Reads a quote: one ASCII character, or `none`.
fn quote(text: &str) -> Result<String, String> {
    match text.as_bytes() {
        b"none" => Ok(text.to_owned()),
        [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r' | 0) => Ok(text.to_owned()),
        _ => Err("it has to be one ASCII character, or none".to_owned()),
    }
}

/// Reads a number of bytes such as `256MB` (10⁶) or `1.5GiB` (2³⁰), letter case aside; a bare number is bytes.
fn size(text: &str) -> Result<u64, String> {
    let (number, unit) = number_and_unit(text);
    let unit: u64 = match unit.to_ascii_lowercase().as_str() {
        "" | "b" => 1,
        "k" | "kb" => 1_000,
        "m" | "mb" => 1_000_000,
        "g" | "gb" => 1_000_000_000,
        "kib" => 1 << 10,
        "mib" => 1 << 20,
        "gib" => 1 << 30,
        _ => return Err("it has to be a size such as 256MB, 1GB or 512MiB".to_owned()),
    };
    let number: f64 = number
        .parse()
        .map_err(|_| "it has to be a size such as 256MB, 1GB or 512MiB".to_owned())?;
    Ok((number * unit as f64) as u64)
}

/// Reads a span of time such as `30s`, `500ms` or `2m`; a bare number is seconds.
fn duration(text: &str) -> Result<Duration, String> {
    const WRONG: &str = "it has to be a time such as 30s, 500ms or 2m";
    let (number, unit) = number_and_unit(text);
    let unit = match unit.to_ascii_lowercase().as_str() {
        "" | "s" => 1.0,
        "ms" => 0.001,
        "m" | "min" => 60.0,
        "h" => 3600.0,
        _ => return Err(WRONG.to_owned()),
    };
    let number: f64 = number.parse().map_err(|_| WRONG.to_owned())?;
    match Duration::try_from_secs_f64(number * unit) {
        Ok(duration) if !duration.is_zero() => Ok(duration),
        _ => Err("it has to be more than nothing and less than forever".to_owned()),
    }
}

fn number_and_unit(text: &str) -> (&str, &str) {
    let text = text.trim();
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    (number, unit.trim_start())
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definitions_are_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn sizes() {
        assert_eq!(size("256MB"), Ok(256_000_000));
        assert_eq!(size("128mb"), Ok(128_000_000));
        assert_eq!(size("1GB"), Ok(1_000_000_000));
        assert_eq!(size("1.5 GiB"), Ok(1_610_612_736));
        assert_eq!(size("64KiB"), Ok(65_536));
        assert_eq!(size("1000"), Ok(1_000));
        for wrong in ["", "MB", "1XB", "-1MB", "1.2.3MB"] {
            assert!(size(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations() {
        assert_eq!(duration("30"), Ok(Duration::from_secs(30)));
        assert_eq!(duration("500ms"), Ok(Duration::from_millis(500)));
        assert_eq!(duration("1.5s"), Ok(Duration::from_millis(1_500)));
        assert_eq!(duration("2m"), Ok(Duration::from_secs(120)));
        for wrong in ["", "0", "0s", "-1s", "1d", "soon"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn delimiters() {
        assert_eq!(delimiter("tab"), Ok("tab".to_owned()));
        assert_eq!(delimiter("Semicolon"), Ok(";".to_owned()));
        assert_eq!(delimiter("||"), Ok("||".to_owned()));
        for wrong in ["", "\n", "a\r"] {
            assert!(delimiter(wrong).is_err(), "{wrong}");
        }
    }
}
