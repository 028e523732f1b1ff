//! Excel's serial numbers of days as dates and times in text.
//!
//! The whole part of a serial counts days, the fraction is the time of day. In the 1900 system day 1 is 1900-01-01 and
//! day 60 is 29 February 1900, which never was: Excel kept that fault of Lotus 1-2-3 (ISO/IEC 29500-1, 18.17.4.1). In
//! the 1904 system day 0 is 1904-01-01.

use std::io::Write;

/// What day the serials of a workbook count from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Epoch {
    #[default]
    Y1900,
    Y1904,
}

const DAY: i64 = 86_400_000_000;
/// The first serial after 9999-12-31 of the 1900 system.
const END: i64 = 2_958_466;
/// Days from 1899-12-30 to 1970-01-01, and from there to 1904-01-01.
const TO_1970: i64 = 25_569;
const TO_1904: i64 = 1_462;
/// What a number with a format of dates is shown as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shown {
    /// A date; with a time where the number has one.
    Date,
    /// A date and a time.
    Moment,
    /// A time of day; with a date where the number has one. A few days are no date but a length of time, of which the
    /// format hides the whole days.
    Time,
    /// A length of time.
    Elapsed,
}

/// Appends what a serial stands for, as ISO 8601 with a space; `false`, and nothing appended, if it is no date.
pub(crate) fn append(serial: f64, epoch: Epoch, shown: Shown, to: &mut Vec<u8>) -> bool {
    if shown == Shown::Elapsed {
        return append_elapsed(serial, to);
    }
    let Some((day, micros)) = split(serial) else {
        return false;
    };
    let last = match epoch {
        Epoch::Y1900 => END,
        Epoch::Y1904 => END - TO_1904,
    };
    if !(0..last).contains(&day) {
        return false;
    }
    // In the year 1902, whatever the epoch, nobody measured times.
    const MOST_DAYS: i64 = 1_000;
    if shown == Shown::Time && day < MOST_DAYS {
        append_length(day * DAY + micros, to);
        return true;
    }
    append_day(day, epoch, to);
    if shown != Shown::Date || micros > 0 {
        to.push(b' ');
        append_time(micros, to);
    }
    true
}

/// The day and the microseconds into it, cleaned of the rounding of binary fractions.
fn split(serial: f64) -> Option<(i64, i64)> {
    const LARGEST: f64 = 1e8;
    if !serial.is_finite() || serial.abs() >= LARGEST {
        return None;
    }
    let day = serial.floor();
    let micros = clean(
        ((serial - day) * DAY as f64).round() as i64,
        serial.abs() * f64::EPSILON * DAY as f64,
    );
    let day = day as i64;
    Some(if micros >= DAY {
        (day + 1, 0)
    } else {
        (day, micros)
    })
}

/// Microseconds, rounded to the millisecond that they are meant to be, where the doubles are so many microseconds apart:
/// about one for the dates of today, ten for those of the year 3000.
fn clean(micros: i64, apart: f64) -> i64 {
    // A serial that was added up from parts of a day is off by a few.
    const STEPS: f64 = 3.0;
    let millis = (micros + 500).div_euclid(1_000) * 1_000;
    if ((micros - millis).abs() as f64) <= (apart * STEPS).max(1.0) {
        millis
    } else {
        micros
    }
}

fn append_day(day: i64, epoch: Epoch, to: &mut Vec<u8>) {
    const NEVER_WAS: i64 = 60;
    let since_1970 = match epoch {
        Epoch::Y1904 => day + TO_1904 - TO_1970,
        Epoch::Y1900 if day == NEVER_WAS => {
            to.extend_from_slice(b"1900-02-29");
            return;
        }
        Epoch::Y1900 => day - TO_1970 + i64::from(day < NEVER_WAS),
    };
    let (year, month, day) = civil(since_1970);
    let digit = |value: i64| b'0' + (value % 10) as u8;
    to.extend_from_slice(&[
        digit(year / 1000),
        digit(year / 100),
        digit(year / 10),
        digit(year),
        b'-',
        digit(month / 10),
        digit(month),
        b'-',
        digit(day / 10),
        digit(day),
    ]);
}

/// Year, month and day of a day counted from 1970-01-01 in the proleptic Gregorian calendar.
///
/// The arithmetic is Howard Hinnant's `civil_from_days` ("chrono-Compatible Low-Level Date Algorithms").
fn civil(days: i64) -> (i64, i64, i64) {
    let z = days + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 {
        month_from_march + 3
    } else {
        month_from_march - 9
    };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// Appends `HH:MM:SS`, with three or six digits of a second where it is no whole one.
fn append_time(micros: i64, to: &mut Vec<u8>) {
    let seconds = micros / 1_000_000;
    append_hours(seconds / 3_600, to);
    append_rest(micros, to);
}

fn append_hours(hours: i64, to: &mut Vec<u8>) {
    if hours < 100 {
        to.extend_from_slice(&[b'0' + (hours / 10) as u8, b'0' + (hours % 10) as u8]);
    } else {
        append_number(hours, to);
    }
}

fn append_number(value: i64, to: &mut Vec<u8>) {
    // A Vec takes whatever is written.
    drop(write!(to, "{value}"));
}

/// Appends the minutes and seconds of a time.
fn append_rest(micros: i64, to: &mut Vec<u8>) {
    let two = |value: i64| [b'0' + (value / 10 % 10) as u8, b'0' + (value % 10) as u8];
    let seconds = micros / 1_000_000;
    to.push(b':');
    to.extend_from_slice(&two(seconds / 60 % 60));
    to.push(b':');
    to.extend_from_slice(&two(seconds % 60));
    let fraction = micros % 1_000_000;
    if fraction > 0 {
        to.push(b'.');
        let (mut unit, digits) = if fraction % 1_000 == 0 {
            (100_000, 3)
        } else {
            (100_000, 6)
        };
        for _ in 0..digits {
            to.push(b'0' + (fraction / unit % 10) as u8);
            unit /= 10;
        }
    }
}

/// Appends a length of time as hours, minutes and seconds, however many hours they are.
fn append_elapsed(serial: f64, to: &mut Vec<u8>) -> bool {
    let Some((day, micros)) = split(serial.abs()) else {
        return false;
    };
    let length = day * DAY + micros;
    append_length(if serial < 0.0 { -length } else { length }, to);
    true
}

/// Appends a length of time in microseconds as hours, minutes and seconds.
pub(crate) fn append_length(micros: i64, to: &mut Vec<u8>) {
    if micros < 0 {
        to.push(b'-');
    }
    let micros = micros.saturating_abs();
    append_hours(micros / 3_600_000_000, to);
    append_rest(micros, to);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(serial: f64, epoch: Epoch, shown: Shown) -> String {
        let mut text = Vec::new();
        if !append(serial, epoch, shown, &mut text) {
            return "no date".into();
        }
        String::from_utf8(text).unwrap()
    }

    #[test]
    fn days_of_the_1900_system_pass_over_the_day_that_never_was() {
        let date = |serial| shown(serial, Epoch::Y1900, Shown::Date);
        assert_eq!(date(1.0), "1900-01-01");
        assert_eq!(date(59.0), "1900-02-28");
        assert_eq!(date(60.0), "1900-02-29");
        assert_eq!(date(61.0), "1900-03-01");
        assert_eq!(date(25_569.0), "1970-01-01");
        assert_eq!(date(43_831.0), "2020-01-01");
        assert_eq!(date(2_958_465.0), "9999-12-31");
        assert_eq!(date(2_958_466.0), "no date");
        assert_eq!(date(-1.0), "no date");
        assert_eq!(date(f64::NAN), "no date");
        assert_eq!(date(1e300), "no date");
    }

    #[test]
    fn days_of_the_1904_system_count_from_its_own_first_day() {
        let date = |serial| shown(serial, Epoch::Y1904, Shown::Date);
        assert_eq!(date(0.0), "1904-01-01");
        assert_eq!(date(43_831.0 - 1_462.0), "2020-01-01");
        assert_eq!(date(2_957_003.0), "9999-12-31");
        assert_eq!(date(2_957_004.0), "no date");
    }

    #[test]
    fn a_time_that_the_format_hides_is_kept() {
        let y1900 = Epoch::Y1900;
        assert_eq!(shown(43_831.5, y1900, Shown::Date), "2020-01-01 12:00:00");
        assert_eq!(shown(43_831.0, y1900, Shown::Moment), "2020-01-01 00:00:00");
        assert_eq!(shown(0.75, y1900, Shown::Time), "18:00:00");
        assert_eq!(shown(43_831.75, y1900, Shown::Time), "2020-01-01 18:00:00");
        assert_eq!(shown(1.25, y1900, Shown::Time), "30:00:00");
    }

    #[test]
    fn binary_fractions_of_a_day_give_the_second_that_was_meant() {
        for second in 0..86_400_i64 {
            let serial = 43_831.0 + second as f64 / 86_400.0;
            let expected = format!(
                "2020-01-01 {:02}:{:02}:{:02}",
                second / 3_600,
                second / 60 % 60,
                second % 60
            );
            assert_eq!(shown(serial, Epoch::Y1900, Shown::Moment), expected);
        }
        // Doubles of later centuries are further apart.
        assert_eq!(
            shown(524_288.059_427_233_8, Epoch::Y1900, Shown::Moment),
            "3335-06-13 01:25:34.513"
        );
        // One that was written with fifteen digits, just below midnight.
        assert_eq!(
            shown(43_831.999_999_999_99, Epoch::Y1900, Shown::Moment),
            "2020-01-02 00:00:00"
        );
    }

    #[test]
    fn fractions_of_a_second_are_kept() {
        let time = |seconds: f64| shown(seconds / 86_400.0, Epoch::Y1900, Shown::Time);
        assert_eq!(time(0.25), "00:00:00.250");
        assert_eq!(time(1.123_457), "00:00:01.123457");
        assert_eq!(time(86_399.999), "23:59:59.999");
    }

    #[test]
    fn lengths_of_time_pass_a_day() {
        let elapsed = |serial| shown(serial, Epoch::Y1900, Shown::Elapsed);
        assert_eq!(elapsed(0.0), "00:00:00");
        assert_eq!(elapsed(27.5 / 24.0), "27:30:00");
        assert_eq!(elapsed(1_000.0 / 24.0), "1000:00:00");
        assert_eq!(elapsed(-1.5 / 24.0), "-01:30:00");
        assert_eq!(elapsed(0.5 / 86_400.0), "00:00:00.500");
    }
}
