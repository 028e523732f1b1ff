//! How much of the computer the application may use, as the person chose.

use buzz_ingest::Options;
use buzz_library::{Error, Library};
use buzz_query::EngineOptions;

use crate::shell::{now, temp_root};
use crate::wire::Resources;

/// The keys under which the choices are kept.
const CONVERSION_MB: &str = "conversion_mb";
const QUERY_MB: &str = "query_mb";
const THREADS: &str = "threads";

const MB: u64 = 1_000_000;

/// What may be chosen, in megabytes, and how many threads.
const CONVERSION: std::ops::RangeInclusive<u64> = Options::LEAST_MEMORY / MB..=16_000;
const QUERY: std::ops::RangeInclusive<u64> = 256..=256_000;
const MOST_THREADS: u64 = 1_024;

/// The choices as the library keeps them; what is not there, or cannot be, is as usual.
///
/// # Errors
/// The library's.
pub(crate) fn kept(library: &Library) -> Result<Resources, Error> {
    let number = |key| -> Result<Option<u64>, Error> {
        Ok(library.setting(key)?.and_then(|text| text.parse().ok()))
    };
    let within = |number: Option<u64>, usual: u64, range: &std::ops::RangeInclusive<u64>| {
        let chosen = number.unwrap_or(usual).clamp(*range.start(), *range.end());
        u32::try_from(chosen).unwrap_or(u32::MAX)
    };
    let threads = number(THREADS)?.unwrap_or(0).min(MOST_THREADS);
    Ok(Resources {
        conversion_mb: within(
            number(CONVERSION_MB)?,
            Options::DEFAULT_MEMORY / MB,
            &CONVERSION,
        ),
        query_mb: within(number(QUERY_MB)?, EngineOptions::USUAL_MEMORY / MB, &QUERY),
        threads: u16::try_from(threads).unwrap_or(0),
    })
}

/// Keeps the choices.
///
/// # Errors
/// The library's.
pub(crate) fn keep(library: &Library, resources: Resources) -> Result<(), Error> {
    for (key, number) in [
        (CONVERSION_MB, resources.conversion_mb),
        (QUERY_MB, resources.query_mb),
        (THREADS, u32::from(resources.threads)),
    ] {
        library.set_setting(key, Some(&number.to_string()))?;
    }
    Ok(())
}

/// The options of a conversion, as far as they follow from the choices.
///
/// # Errors
/// The library's.
pub(crate) fn for_conversion(library: &Library) -> Result<Options, Error> {
    let resources = kept(library)?;
    Ok(Options {
        memory: u64::from(resources.conversion_mb) * MB,
        threads: usize::from(resources.threads),
        ..Options::default()
    })
}

/// The bounds within which an engine works.
///
/// # Errors
/// The library's.
pub(crate) fn for_engine(library: &Library) -> Result<EngineOptions, Error> {
    let resources = kept(library)?;
    Ok(EngineOptions {
        memory: u64::from(resources.query_mb) * MB,
        threads: usize::from(resources.threads),
        temp_root: temp_root(),
        temp_limit: EngineOptions::USUAL_TEMP_LIMIT,
        now: now(),
    })
}
