//! Numbers in text: strict grammars, so that what is read as a number can be written back as the same number.

/// The most digits before the point, and after it, that a fixed-point number may have.
pub(crate) const MOST_DIGITS: usize = 18;

/// A fixed-point number: `unscaled` / 10^`scale`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Fixed {
    pub(crate) unscaled: i128,
    pub(crate) integer_digits: u8,
    pub(crate) scale: u8,
}

/// The value of eight ASCII digits, or `None` if one of the bytes is no digit.
///
/// After Daniel Lemire, "Quickly parsing eight digits" (2018), and Johnny Lee's "Fast numeric string to int".
#[inline]
fn eight_digits(bytes: [u8; 8]) -> Option<u64> {
    let word = u64::from_le_bytes(bytes);
    let digits = word.wrapping_sub(0x3030_3030_3030_3030);
    let over_nine = word.wrapping_add(0x4646_4646_4646_4646);
    if (digits | over_nine) & 0x8080_8080_8080_8080 != 0 {
        return None;
    }
    let pairs = digits.wrapping_mul(10) + (digits >> 8);
    let low = (pairs & 0x0000_00ff_0000_00ff).wrapping_mul(0x000f_4240_0000_0064);
    let high = ((pairs >> 16) & 0x0000_00ff_0000_00ff).wrapping_mul(0x0000_2710_0000_0001);
    Some(low.wrapping_add(high) >> 32)
}

/// The value of at most 18 ASCII digits; `None` if there are more or another byte is among them. No digits are 0.
#[inline]
pub(crate) fn digits(bytes: &[u8]) -> Option<i64> {
    if bytes.len() > MOST_DIGITS {
        return None;
    }
    let mut value = 0u64;
    let mut rest = bytes;
    while let Some((eight, after)) = rest.split_first_chunk::<8>() {
        value = value * 100_000_000 + eight_digits(*eight)?;
        rest = after;
    }
    for &byte in rest {
        let digit = byte.wrapping_sub(b'0');
        if digit > 9 {
            return None;
        }
        value = value * 10 + u64::from(digit);
    }
    Some(value.cast_signed())
}

/// How many digits a number has; 0 has one.
#[inline]
pub(crate) fn digit_count(value: u64) -> u8 {
    value.checked_ilog10().unwrap_or(0) as u8 + 1
}

fn split_sign(text: &[u8]) -> (bool, &[u8]) {
    match text {
        [b'-', rest @ ..] => (true, rest),
        _ => (false, text),
    }
}

/// An integer of at most 18 digits, without a leading zero or plus: `-?(0|[1-9][0-9]{0,17})`.
#[inline]
pub(crate) fn integer(text: &[u8]) -> Option<i64> {
    let (negative, rest) = split_sign(text);
    if rest.is_empty() || (rest[0] == b'0' && rest.len() > 1) {
        return None;
    }
    let value = digits(rest)?;
    Some(if negative { -value } else { value })
}

/// A number with a decimal point and at most 18 digits on either side: `-?(0|[1-9][0-9]{0,17})?\.[0-9]{1,18}`.
#[inline]
pub(crate) fn fixed(text: &[u8]) -> Option<Fixed> {
    let (negative, rest) = split_sign(text);
    let point = rest.iter().position(|&byte| byte == b'.')?;
    let (before, after) = (&rest[..point], &rest[point + 1..]);
    if after.is_empty() || (before.len() > 1 && before[0] == b'0') {
        return None;
    }
    let whole = digits(before)?;
    let fraction = digits(after)?;
    let unscaled = if before.len() + after.len() <= MOST_DIGITS {
        i128::from(whole * POWERS_OF_TEN[after.len()] + fraction)
    } else {
        i128::from(whole) * i128::from(POWERS_OF_TEN[after.len()]) + i128::from(fraction)
    };
    Some(Fixed {
        unscaled: if negative { -unscaled } else { unscaled },
        integer_digits: before.len() as u8,
        scale: after.len() as u8,
    })
}

/// 10^0 to 10^18.
pub(crate) const POWERS_OF_TEN: [i64; 19] = {
    let mut powers = [1; 19];
    let mut i = 1;
    while i < 19 {
        powers[i] = powers[i - 1] * 10;
        i += 1;
    }
    powers
};

/// A finite floating-point number with an exponent or a fraction of more than 18 digits.
///
/// Numbers that [`integer`] or [`fixed`] read are read too; leading zeros, a leading plus and words are not.
pub(crate) fn float(text: &[u8]) -> Option<f64> {
    let (_, rest) = split_sign(text);
    let before = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let rest_after = &rest[before..];
    if before > 1 && rest[0] == b'0' {
        return None;
    }
    let (fraction, rest_after) = match rest_after {
        [b'.', after @ ..] => {
            let digits = after
                .iter()
                .take_while(|byte| byte.is_ascii_digit())
                .count();
            if digits == 0 {
                return None;
            }
            (digits, &after[digits..])
        }
        _ => (0, rest_after),
    };
    if before + fraction == 0 {
        return None;
    }
    match rest_after {
        // A plain integer of more than 18 digits is an identifier, not a measurement.
        [] if fraction == 0 && before > MOST_DIGITS => return None,
        [] => {}
        [b'e' | b'E', exponent @ ..] => {
            let digits = match exponent {
                [b'+' | b'-', digits @ ..] => digits,
                digits => digits,
            };
            if digits.is_empty() || !digits.iter().all(u8::is_ascii_digit) {
                return None;
            }
        }
        _ => return None,
    }
    let value: f64 = std::str::from_utf8(text).ok()?.parse().ok()?;
    value.is_finite().then_some(value)
}

/// Whether the text is made of digits but must stay text: a leading zero or plus, or more than 18 digits.
///
/// Such cells are identifiers, postcodes and phone numbers.
pub(crate) fn is_identifier(text: &[u8]) -> bool {
    let rest = match text {
        [b'+' | b'-', rest @ ..] => rest,
        rest => rest,
    };
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let is_number = digits > 0
        && match &rest[digits..] {
            [] => true,
            [b'.', fraction @ ..] => {
                !fraction.is_empty() && fraction.iter().all(u8::is_ascii_digit)
            }
            _ => false,
        };
    is_number && (text[0] == b'+' || (rest[0] == b'0' && digits > 1) || digits > MOST_DIGITS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn integers_are_read_strictly() {
        for (text, expected) in [
            ("0", Some(0)),
            ("-0", Some(0)),
            ("7", Some(7)),
            ("-12345678", Some(-12_345_678)),
            ("123456789012345678", Some(123_456_789_012_345_678)),
            ("1234567890123456789", None),
            ("", None),
            ("-", None),
            ("+1", None),
            ("01", None),
            ("1.0", None),
            ("1 ", None),
            ("12345678a", None),
            ("1234567a", None),
            ("1234567:", None),
            ("1234567/", None),
        ] {
            assert_eq!(integer(text.as_bytes()), expected, "{text}");
        }
    }

    #[test]
    fn fixed_point_numbers_are_read_strictly() {
        for (text, expected) in [
            ("0.5", Some((5, 1))),
            (".5", Some((5, 1))),
            ("-12.340", Some((-12_340, 3))),
            (
                "123456789012345678.123456789012345678",
                Some((123_456_789_012_345_678_123_456_789_012_345_678, 18)),
            ),
            ("1.", None),
            (".", None),
            ("-.", None),
            ("01.5", None),
            ("1.2.3", None),
            ("1.1234567890123456789", None),
            ("1e5", None),
        ] {
            assert_eq!(
                fixed(text.as_bytes()).map(|f| (f.unscaled, f.scale)),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn floats_are_finite_and_have_no_words() {
        assert_eq!(float(b"1e3"), Some(1000.0));
        assert_eq!(float(b"-1.5E-3"), Some(-0.0015));
        assert_eq!(
            float(b"0.12345678901234567890"),
            Some(0.123_456_789_012_345_68)
        );
        for text in [
            "inf",
            "NaN",
            "IN",
            "1e999",
            "e5",
            "1e",
            "1e+",
            "00e1",
            "12345678901234567890",
            "0x10",
            "1_000",
        ] {
            assert_eq!(float(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn identifiers_are_recognised() {
        for text in [
            "007",
            "+44",
            "00",
            "-01",
            "1234567890123456789",
            "01.5",
            "+1.5",
        ] {
            assert!(is_identifier(text.as_bytes()), "{text}");
        }
        for text in ["0", "0.5", "-7", "7", "", "+", "abc", "01a", "0."] {
            assert!(!is_identifier(text.as_bytes()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_integer_of_18_digits_comes_back(value in -999_999_999_999_999_999i64..=999_999_999_999_999_999) {
            prop_assert_eq!(integer(value.to_string().as_bytes()), Some(value));
        }

        #[test]
        fn eight_digits_are_read_as_the_standard_library_reads_them(bytes in any::<[u8; 8]>()) {
            let expected = std::str::from_utf8(&bytes).ok().filter(|t| t.bytes().all(|b| b.is_ascii_digit()));
            prop_assert_eq!(eight_digits(bytes), expected.map(|t| t.parse().unwrap()));
        }
    }
}
