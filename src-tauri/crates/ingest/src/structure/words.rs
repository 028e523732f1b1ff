//! Words by which parts of a table are known: units, totals, notes, and frequent names of columns.
//!
//! A word alone decides nothing: each is one piece of evidence beside what the columns hold.

use std::collections::HashSet;
use std::sync::LazyLock;

use foldhash::fast::FixedState;

/// Whether the text stands for a missing value, in statistics and in programs, beyond those that types know.
pub(super) fn is_missing(text: &[u8]) -> bool {
    const WORDS: [&[u8]; 11] = [
        b"nan", b"none", b"nil", b"n.a.", b"n.a", b"..", b"...", b"--", b"---", b"?", b"k.A.",
    ];
    text.len() <= 7
        && (WORDS.iter().any(|word| text.eq_ignore_ascii_case(word))
            || ["–", "—", "−"].iter().any(|dash| text == dash.as_bytes()))
}

/// Units that take the prefixes of the SI.
#[rustfmt::skip]
const PREFIXED: &[&str] = &[
    "m", "g", "s", "A", "K", "mol", "cd", "Hz", "N", "Pa", "J", "W", "C", "V", "F", "Ω", "S", "T",
    "L", "l", "B", "bit", "eV", "Wh", "Ah", "bar",
];
#[rustfmt::skip]
const PREFIXES: &[&str] = &[
    "k", "M", "G", "T", "P", "h", "da", "d", "c", "m", "µ", "μ", "u", "n", "p", "Ki",
];
/// Units that take none.
#[rustfmt::skip]
const UNITS: &[&str] = &[
    "%", "‰", "°", "°C", "°F", "℃", "°N", "°E", "deg", "degC", "rad", "min", "h", "hr", "hrs", "d",
    "a", "yr", "y", "sec", "in", "ft", "yd", "mi", "lb", "lbs", "oz", "t", "ha", "ac", "gal", "pt",
    "mph", "kph", "rpm", "psi", "atm", "mmHg", "dB", "dBm", "ppm", "ppb", "pH", "kcal", "cal",
    "BTU", "VA", "kVA", "var", "px", "pcs", "pc", "Stk", "Stück", "Stk.", "EUR", "USD", "GBP",
    "CHF", "JPY", "CNY", "INR", "AUD", "CAD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "BRL",
    "MXN", "RUB", "KRW", "TRY", "€", "$", "£", "¥", "₽", "円", "元", "万円", "千円", "人", "руб", "шт",
    "кг", "чел.", "m²", "m³",
];
/// Forms of dates and amounts in thousands or millions, which stand where units do.
#[rustfmt::skip]
const FORMS: &[&str] = &[
    "yyyy-mm-dd", "dd.mm.yyyy", "dd/mm/yyyy", "mm/dd/yyyy", "hh:mm", "hh:mm:ss", "tt.mm.jjjj", "jjjj-mm-tt",
    "mio. €", "mio eur", "mio. eur", "t€", "teur", "in %",
];
/// Words that are units in a row of units and nowhere else.
#[rustfmt::skip]
const UNIT_WORDS: &[&str] = &[
    "unit", "units", "unitless", "einheit", "einheiten", "unité", "unidad", "单位", "単位", "utc", "anzahl", "count",
    "number", "text", "date", "time", "1000", "1",
];

/// Whether the text may stand in a row of units beside real ones.
pub(super) fn is_unit_word(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| {
        let lower = text.to_lowercase();
        UNIT_WORDS.contains(&in_brackets(&lower).unwrap_or(&lower))
    })
}

fn is_simple_unit(unit: &str) -> bool {
    let power = unit.trim_end_matches(|c: char| {
        matches!(c, '^' | '-' | '−' | '²' | '³' | '⁻' | '¹') || c.is_ascii_digit()
    });
    if power.is_empty() {
        return unit == "1";
    }
    SIMPLE_UNITS.contains(power) || SIMPLE_UNITS.contains(unit)
}

/// All units without a power. Nearly every cell of a sample is looked up here.
static SIMPLE_UNITS: LazyLock<HashSet<String, FixedState>> = LazyLock::new(|| {
    let prefixed = PREFIXES
        .iter()
        .flat_map(|prefix| PREFIXED.iter().map(move |unit| format!("{prefix}{unit}")));
    let plain = UNITS.iter().chain(PREFIXED).map(|&unit| unit.to_owned());
    plain.chain(prefixed).collect()
});

/// What stands in brackets that enclose the whole text.
fn in_brackets(text: &str) -> Option<&str> {
    let inner = [('(', ')'), ('[', ']'), ('（', '）'), ('<', '>')]
        .into_iter()
        .find_map(|(open, close)| text.strip_prefix(open)?.strip_suffix(close))?;
    (!inner.contains(['(', ')', '[', ']'])).then(|| inner.trim())
}

/// Whether the text is a unit of measurement: `kg`, `(EUR)`, `[mm]`, `m/s`, `1/min`, `kg·m^-3`, `%`.
pub(super) fn is_unit(text: &[u8]) -> bool {
    if text.len() > 24 {
        return false;
    }
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    let bracketed = in_brackets(text);
    let unit = bracketed.unwrap_or(text);
    if unit.is_empty() {
        return false;
    }
    if FORMS.iter().any(|form| form.eq_ignore_ascii_case(unit)) {
        return true;
    }
    let unit = unit.strip_prefix("in ").unwrap_or(unit);
    let mut parts = unit.split(['/', '·', '*', '⋅']).map(str::trim);
    parts.all(|part| {
        part.split(' ')
            .all(|factor| is_simple_unit(factor) || factor == "per")
    })
}

/// Whether the text stands in brackets as units do.
pub(super) fn is_bracketed(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| in_brackets(text.trim()).is_some())
}

/// How much a text is like the label of a row of totals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Label {
    /// Nothing but such a word.
    Exact,
    /// Such a word, and others before or after it.
    Partial,
}

/// Words for sums and the like, in small letters.
#[rustfmt::skip]
const TOTALS: &[&str] = &[
    "total", "totals", "grand total", "sub total", "sub-total", "subtotal", "sum", "sums",
    "overall", "overall total", "total general", "net total", "gross total", "average", "mean",
    "avg", "summe", "summen", "gesamt", "gesamtsumme", "insgesamt", "zwischensumme", "endsumme",
    "gesamtergebnis", "ergebnis", "gesamtbetrag", "teilsumme", "übertrag", "durchschnitt",
    "mittelwert", "zusammen", "totaux", "total général", "sous-total", "somme", "ensemble",
    "moyenne", "totale", "totali", "totale generale", "subtotale", "somma", "media", "totales",
    "suma", "subtotales", "promedio", "totais", "soma", "média", "totaal", "subtotaal",
    "eindtotaal", "som", "gemiddelde", "razem", "ogółem", "łącznie", "summa", "totalt", "i alt",
    "yhteensä", "celkem", "итого", "всего", "toplam", "összesen",
];
/// Those of scripts without spaces between words.
#[rustfmt::skip]
const TOTALS_ALONE: &[&str] = &[
    "合計", "総計", "小計", "計", "平均", "总计", "合计", "小计", "總計", "합계", "총계", "소계",
];

fn lower(text: &[u8]) -> String {
    String::from_utf8_lossy(&text[..text.len().min(120)]).to_lowercase()
}

/// Whether the text could be a label of totals, told from its first and last bytes alone; most texts are not.
#[inline]
fn may_be_total(text: &[u8]) -> bool {
    !text.is_empty() && text.len() <= 80 && !text[0].is_ascii_digit()
}

/// The label of a row of totals.
pub(super) fn total(text: &[u8]) -> Option<Label> {
    let text = text.trim_ascii();
    if !may_be_total(text) {
        return None;
    }
    let lower = lower(text);
    let plain = lower
        .trim_matches(|c: char| {
            c.is_whitespace() || matches!(c, ':' | '.' | '*' | '=' | '-' | '_' | '：' | '∑' | 'Σ')
        })
        .trim();
    if TOTALS.contains(&plain) || TOTALS_ALONE.contains(&plain) || matches!(lower.trim(), "∑" | "σ")
    {
        return Some(Label::Exact);
    }
    let is_word = |word: &str| TOTALS.contains(&word.trim_matches([':', ',', '(', ')']));
    let mut words = plain.split_whitespace();
    let (first, last) = (words.next()?, words.next_back()?);
    let is_partial = is_word(first)
        || is_word(last)
        || TOTALS_ALONE[..3].iter().any(|word| plain.ends_with(word));
    is_partial.then_some(Label::Partial)
}

/// Whether the label is that of a row of means.
pub(super) fn is_mean(text: &[u8]) -> bool {
    const MEANS: &[&str] = &[
        "average",
        "mean",
        "avg",
        "durchschnitt",
        "mittelwert",
        "moyenne",
        "media",
        "média",
        "promedio",
        "gemiddelde",
        "平均",
    ];
    let lower = lower(text);
    MEANS.iter().any(|word| lower.contains(word))
}

/// Words with which notes begin, in small letters.
#[rustfmt::skip]
const NOTES: &[&str] = &[
    "source", "sources", "note", "notes", "footnote", "footnotes", "n.b.", "remark", "remarks",
    "comment", "comments", "legend", "disclaimer", "copyright", "generated", "created", "exported",
    "printed", "last updated", "last update", "updated", "as of", "end of", "data source", "quelle",
    "quellen", "anmerkung", "anmerkungen", "hinweis", "hinweise", "fußnote", "fußnoten", "stand",
    "erstellt", "legende", "bemerkung", "bemerkungen", "remarque", "remarques", "légende", "généré",
    "fuente", "fuentes", "nota", "notas", "fonte", "fonti", "fontes", "bron", "bronnen",
    "opmerking", "źródło", "uwaga", "uwagi", "источник", "примечание", "примечания", "注", "注記",
    "出典", "資料",
];

/// Whether a text begins as notes under a table do: `Source: …`, `* provisional`, `(1) …`, `Note …`.
pub(super) fn is_note(text: &[u8]) -> bool {
    let lower = lower(text.trim_ascii());
    let text = lower.as_str();
    if text.starts_with(['*', '†', '‡', '©', '¹', '²', '³', '※', '§'])
        && text.chars().count() > 3
        && text.chars().any(char::is_alphabetic)
    {
        return true;
    }
    // `(1) …`, `[1] …`, `1) …`, `a) …`
    let inner = text.strip_prefix(['(', '[']).unwrap_or(text);
    if let Some(at) = inner.find([')', ']'])
        && (1..=2).contains(&at)
        && inner[..at].chars().all(char::is_alphanumeric)
        && inner[at + 1..]
            .chars()
            .filter(|c| c.is_alphabetic())
            .count()
            >= 3
    {
        return true;
    }
    NOTES.iter().any(|word| {
        text.strip_prefix(word).is_some_and(|rest| {
            rest.starts_with([':', '：', '='])
                || rest.starts_with([' ', '.', ')'])
                    && (rest.contains(':') || rest.split_whitespace().count() >= 2)
                || rest.starts_with("注")
        })
    })
}

/// Whether the text is nothing but a word with which notes begin.
pub(super) fn is_note_word(text: &[u8]) -> bool {
    let lower = lower(text.trim_ascii());
    NOTES.contains(&lower.trim_end_matches([':', '.', '：']))
}

/// Tells most texts from labels of totals and beginnings of notes by three bytes at their beginning and their end.
#[derive(Debug)]
pub(super) struct Endings {
    starts: Box<[u64; 64]>,
    ends: Box<[u64; 64]>,
}

impl Endings {
    pub(super) fn new() -> Self {
        let (mut starts, mut ends) = (Box::new([0; 64]), Box::new([0; 64]));
        for word in TOTALS.iter().chain(TOTALS_ALONE).chain(NOTES) {
            // As it stands, capitalised and in capitals: beyond ASCII, letter cases differ in their bytes.
            let mut capitalised: String =
                word.chars().take(1).flat_map(char::to_uppercase).collect();
            capitalised.extend(word.chars().skip(1));
            for form in [(*word).to_owned(), capitalised, word.to_uppercase()] {
                Self::set(&mut starts, Self::slot(form.bytes()));
                Self::set(&mut ends, Self::slot(form.bytes().rev()));
            }
        }
        Self { starts, ends }
    }

    /// Whether the text may be a label of totals or a note; `false` is certain.
    #[inline]
    pub(super) fn may_be_odd(&self, text: &[u8]) -> bool {
        const MARKS: [u8; 11] = *b"*([=-_:.+~|";
        let (Some(first), Some(last)) = (text.first(), text.last()) else {
            return true;
        };
        // Marks of notes, and marks around labels, hide the words.
        MARKS.contains(first)
            || MARKS.contains(last)
            || matches!(last, b' ' | b')')
            || matches!(text.get(1), Some(b')'))
            || matches!(text.get(2), Some(b')'))
            || matches!(first, 0xc2 | 0xe2 | 0xce | 0xcf | 0xef)
            || Self::is_set(&self.starts, Self::slot(text.iter().copied()))
            || Self::is_set(&self.ends, Self::slot(text.iter().rev().copied()))
    }

    #[inline]
    fn slot(bytes: impl Iterator<Item = u8>) -> usize {
        let three = bytes.take(3).fold(0u32, |sum, byte| {
            sum << 8 | u32::from(byte.to_ascii_lowercase())
        });
        (three.wrapping_mul(0x9e37_79b1) >> 20) as usize
    }

    fn set(table: &mut [u64; 64], slot: usize) {
        table[slot / 64] |= 1 << (slot % 64);
    }

    #[inline]
    fn is_set(table: &[u64; 64], slot: usize) -> bool {
        table[slot / 64] >> (slot % 64) & 1 == 1
    }
}

/// Whether the text is a part of a ruler: `-----`, `=====`, `:---:`.
pub(super) fn is_ruler(text: &[u8]) -> bool {
    text.len() >= 3
        && text.iter().all(|byte| b"-=_+*~:| ".contains(byte))
        && text.iter().filter(|byte| b"-=_*~".contains(byte)).count() >= 3
}

/// Frequent names of columns, or parts of them, in small letters.
#[rustfmt::skip]
const NAMES: &[&str] = &[
    "id", "key", "code", "no", "nr", "number", "num", "name", "names", "first", "last", "firstname",
    "lastname", "surname", "title", "type", "kind", "category", "group", "class", "status", "state",
    "date", "time", "datetime", "timestamp", "year", "month", "day", "week", "quarter", "hour",
    "start", "end", "begin", "from", "to", "created", "updated", "country", "region", "city",
    "town", "street", "address", "zip", "postcode", "county", "district", "location", "place",
    "lat", "lon", "latitude", "longitude", "email", "mail", "phone", "url", "website", "link",
    "company", "customer", "client", "supplier", "vendor", "employee", "department", "product",
    "item", "article", "sku", "description", "desc", "text", "comment", "comments", "note", "notes",
    "value", "amount", "price", "cost", "total", "sum", "qty", "quantity", "count", "rate",
    "percent", "share", "unit", "currency", "size", "length", "width", "height", "weight", "age",
    "sex", "gender", "colour", "color", "language", "version", "level", "score", "rank", "result",
    "index", "row", "order", "invoice", "reference", "ref", "account", "sensor", "temperature",
    "humidity", "source", "target", "label", "datum", "zeit", "uhrzeit", "jahr", "monat", "tag",
    "vorname", "nachname", "firma", "kunde", "straße", "strasse", "plz", "ort", "stadt", "land",
    "betrag", "preis", "menge", "anzahl", "wert", "beschreibung", "bezeichnung", "artikel", "konto",
    "währung", "bemerkung", "nummer", "art", "gruppe", "nom", "prénom", "ville", "pays", "rue",
    "prix", "montant", "quantité", "année", "mois", "jour", "date", "nombre", "apellido", "ciudad",
    "país", "fecha", "precio", "importe", "cantidad", "año", "mes", "nome", "cognome", "città",
    "paese", "prezzo", "data", "дата", "имя", "фамилия", "город", "цена", "сумма", "количество",
    "название", "氏名", "名前", "日付", "住所",
];
#[rustfmt::skip]
const NAMES_ALONE: &[&str] = &[
    "番号", "金額", "数量", "都市", "国", "都道府県", "商品名", "価格", "年", "月", "姓名", "日期", "城市", "地址",
];

/// Whether a word of the text is a frequent name of a column, or it is written as programs name columns.
pub(super) fn is_column_name(text: &[u8]) -> bool {
    let Ok(text) = std::str::from_utf8(text) else {
        return false;
    };
    let text = text.trim();
    if text.len() > 48 {
        return false;
    }
    let is_snake = text.contains('_')
        && text
            .chars()
            .all(|c| c.is_alphanumeric() && !c.is_uppercase() || c == '_')
        && text.starts_with(|c: char| c.is_alphabetic());
    if is_snake || NAMES_ALONE.contains(&text) {
        return true;
    }
    // `customerName` and `CustomerName` are two words.
    let mut lower = String::with_capacity(text.len() + 4);
    let mut was_small = false;
    for c in text.chars() {
        if c.is_uppercase() && was_small {
            lower.push(' ');
        }
        was_small = c.is_lowercase();
        lower.extend(c.to_lowercase());
    }
    let mut words = lower.split(|c: char| !c.is_alphanumeric()).take(5);
    words.any(|word| NAMES.contains(&word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_known_and_words_are_none() {
        for unit in [
            "kg",
            "km/h",
            "m/s",
            "m/s²",
            "m/s^2",
            "[mm]",
            "(EUR)",
            "%",
            "°C",
            "kWh",
            "W/m²",
            "µg/m³",
            "1/min",
            "mg/L",
            "kg m^-3",
            "in EUR",
            "(in %)",
            "USD",
            "hPa",
            "ms",
            "dd.mm.yyyy",
            "Mio. €",
        ] {
            assert!(is_unit(unit.as_bytes()), "{unit}");
        }
        for word in [
            "Anna",
            "id",
            "name",
            "total",
            "Paris",
            "x",
            "n/a",
            "",
            "()",
            "Berlin/Bonn",
        ] {
            assert!(!is_unit(word.as_bytes()), "{word}");
        }
    }

    #[test]
    fn labels_of_totals_are_words_of_their_own() {
        for text in [
            "Total",
            "TOTAL:",
            "Grand total",
            "Summe",
            "Итого",
            "合計",
            "Sub-Total",
            "Total général",
        ] {
            assert_eq!(total(text.as_bytes()), Some(Label::Exact), "{text}");
        }
        for text in ["Total 2024", "North Total", "Summe Nord", "Total Energies"] {
            assert_eq!(total(text.as_bytes()), Some(Label::Partial), "{text}");
        }
        for text in ["Totally", "Summer", "Anna", "", "12", "Sumatra"] {
            assert_eq!(total(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn notes_begin_like_notes() {
        for text in [
            "Source: World Bank",
            "Quelle: Destatis",
            "* provisional",
            "(1) estimated",
            "Note: rounded",
            "¹ vorläufig",
            "1) without Berlin",
            "Generated on 2024-01-01",
            "© 2024 ACME",
            "注：速報値",
            "Stand: 31.12.2023",
        ] {
            assert!(is_note(text.as_bytes()), "{text}");
        }
        for text in [
            "Standard",
            "Notebook",
            "Source",
            "Anna",
            "12",
            "Notes app",
            "*",
            "(555) 1234",
        ] {
            assert!(!is_note(text.as_bytes()), "{text}");
        }
    }

    #[test]
    fn what_is_told_from_three_bytes_is_never_a_label_or_a_note() {
        let endings = Endings::new();
        for word in TOTALS.iter().chain(TOTALS_ALONE).chain(NOTES) {
            for text in [
                (*word).to_owned(),
                word.to_uppercase(),
                format!("{word}: x"),
                format!("North {word}"),
                format!("{word} North"),
                format!("*{word}"),
            ] {
                if total(text.as_bytes()).is_some()
                    || is_note(text.as_bytes())
                    || is_note_word(text.as_bytes())
                {
                    assert!(endings.may_be_odd(text.as_bytes()), "{text}");
                }
            }
        }
        let names = ["Anna", "Berlin", "Customer 17", "X-100", "Köln"];
        assert!(
            names
                .iter()
                .any(|name| !endings.may_be_odd(name.as_bytes()))
        );
    }

    #[test]
    fn frequent_names_are_known() {
        for text in [
            "id",
            "Customer Name",
            "unit_price",
            "orderDate",
            "Datum",
            "氏名",
            "E-Mail",
        ] {
            assert!(is_column_name(text.as_bytes()), "{text}");
        }
        for text in ["Anna", "Berlin", "red", ""] {
            assert!(!is_column_name(text.as_bytes()), "{text}");
        }
    }
}
