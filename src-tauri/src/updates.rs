//! Whether the person is told of newer versions: never unless they wish.

use std::sync::Arc;

use buzz_library::{Error, Library};
use buzz_updates::Publisher;
use jiff::{SignedDuration, Timestamp};

use crate::error::blocking;
use crate::wire::{Failure, NewVersion, Updates};

/// The keys under which it is kept that the person wishes it, and when it was looked last.
const DAILY: &str = "updates";
const LOOKED: &str = "updates_looked";

/// From one look to the next.
const BETWEEN: SignedDuration = SignedDuration::from_hours(24);

/// Where newer versions are told, and the key of those who sign it: as the environment says, for offices that publish their
/// own, or else as whoever built this copy said. `None` where nobody did.
fn named() -> Option<(String, String)> {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    let address = set("BUZZ_UPDATE_URL").zip(set("BUZZ_UPDATE_KEY"));
    let built = option_env!("BUZZ_UPDATE_URL").zip(option_env!("BUZZ_UPDATE_KEY"));
    let built = built.filter(|(address, key)| !address.is_empty() && !key.is_empty());
    address.or_else(|| built.map(|(address, key)| (address.to_owned(), key.to_owned())))
}

/// What the person chose, and whether this copy knows where to look.
///
/// # Errors
/// The library's.
pub(crate) fn kept(library: &Library) -> Result<Updates, Error> {
    Ok(Updates {
        can_look: named().is_some(),
        daily: library.setting(DAILY)?.as_deref() == Some("daily"),
    })
}

/// Keeps what the person chose.
///
/// # Errors
/// The library's.
pub(crate) fn keep(library: &Library, daily: bool) -> Result<(), Error> {
    library.set_setting(DAILY, daily.then_some("daily"))
}

/// Looks because the person asks for it.
///
/// # Errors
/// `no_publisher`, those of [`buzz_updates::newer`] and of the library.
pub(crate) async fn look(library: &Arc<Library>) -> Result<Option<NewVersion>, Failure> {
    let Some((address, key)) = named() else {
        let why = "nobody told it where they are published".to_owned();
        return Err(buzz_updates::Error::Publisher(why).into());
    };
    let publisher = Publisher::new(&address, &key)?;
    let found = buzz_updates::newer(&publisher, env!("CARGO_PKG_VERSION"), library).await?;
    Ok(found.map(Into::into))
}

/// Looks if the person wishes it and a day has passed; a look that fails is tried again the next day.
///
/// # Errors
/// Those of [`look`].
pub(crate) async fn look_daily(library: &Arc<Library>) -> Result<Option<NewVersion>, Failure> {
    let now = Timestamp::now();
    let kept_in = Arc::clone(library);
    let is_due = blocking(move || -> Result<bool, Error> {
        let is_due = kept(&kept_in)?.daily && is_due(kept_in.setting(LOOKED)?.as_deref(), now);
        if is_due {
            kept_in.set_setting(LOOKED, Some(&now.to_string()))?;
        }
        Ok(is_due)
    });
    match is_due.await? {
        true => look(library).await,
        false => Ok(None),
    }
}

/// Whether a day has passed; a time that cannot be read, or that is still to come, is none.
fn is_due(looked: Option<&str>, now: Timestamp) -> bool {
    let looked = looked.and_then(|text| text.parse::<Timestamp>().ok());
    looked.is_none_or(|looked| looked > now || now.duration_since(looked) >= BETWEEN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_looked_once_a_day() {
        let now: Timestamp = "2026-11-30T12:00:00Z".parse().unwrap();
        for (looked, due) in [
            (None, true),
            (Some("2026-11-29T11:59:59Z"), true),
            (Some("2026-11-29T12:00:01Z"), false),
            (Some("2026-11-30T12:00:01Z"), true),
            (Some("yesterday"), true),
        ] {
            assert_eq!(is_due(looked, now), due, "{looked:?}");
        }
    }
}
