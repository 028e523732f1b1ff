//! Questions for a new dataset, made from its profile alone: each comes with its SQL, so that it is answered without a model.

use buzz_ingest::ColumnProfile;
use buzz_query::quote_identifier;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::context::{ColumnContext, DatasetContext};

/// A question that a dataset can answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Suggestion {
    /// The question as a person might ask it.
    pub question: String,
    /// The SQL that answers it, over the view of the dataset's name.
    pub sql: String,
    /// How the result may be drawn.
    pub chart: Option<ChartHint>,
}

/// How a result may be drawn.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChartHint {
    /// The form of the chart.
    pub kind: ChartKind,
    /// The result's column along the bottom.
    pub x: String,
    /// The result's column that gives the heights.
    pub y: String,
}

/// The form of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ChartKind {
    /// A bar for each row.
    Bar,
    /// A line through the rows in their order.
    Line,
}

/// At most `limit` questions that the dataset can answer, the most telling first. A dataset without rows or without columns
/// has none.
pub fn questions(dataset: &DatasetContext, limit: usize) -> Vec<Suggestion> {
    if dataset.rows == 0 || dataset.columns.is_empty() {
        return Vec::new();
    }
    let roles = Roles::of(dataset);
    let view = quote_identifier(&dataset.name);
    let mut found = Vec::new();
    let measure = roles.measures.first();
    if let Some((when, step)) = &roles.when {
        found.push(over_time(&view, when, step, measure));
    }
    for (index, group) in roles.groups.iter().take(2).enumerate() {
        // The second group is asked about another measure, where there is one.
        let measure = roles.measures.get(index).or(measure);
        found.push(by_group(&view, group, measure));
    }
    if let (Some(name), Some(measure)) = (&roles.label, measure) {
        found.push(largest(&view, name, measure));
    }
    if let (Some(group), Some(measure)) = (
        roles.groups.first(),
        roles.measures.iter().find(|measure| measure.adds_up),
    ) {
        found.push(average(&view, group, measure));
    }
    if let Some((measure, width)) = roles
        .measures
        .iter()
        .find_map(|measure| Some((measure, measure.width?)))
    {
        found.push(spread(&view, measure, width));
    }
    if let [first, second, ..] = &roles.measures[..] {
        found.push(together(&view, first, second));
    }
    if let (None, Some(label)) = (roles.groups.first(), &roles.label) {
        found.push(most_frequent(&view, label));
    }
    found.extend(missing(&view, dataset));
    if found.is_empty() {
        found.push(Suggestion {
            question: "How many rows are there?".to_owned(),
            sql: format!("SELECT count(*) AS \"rows\" FROM {view}"),
            chart: None,
        });
    }
    found.truncate(limit);
    found
}

/// What the columns are good for.
struct Roles<'a> {
    /// Columns of amounts, those that are most likely to be asked about first.
    measures: Vec<Measure<'a>>,
    /// Columns with few values.
    groups: Vec<&'a str>,
    /// A column of names that are too many to be groups.
    label: Option<&'a str>,
    /// A column of dates, and the step of time that makes a chart of it readable.
    when: Option<(&'a str, &'static str)>,
}

struct Measure<'a> {
    name: &'a str,
    /// Whether a sum of it means something, as it does of amounts but not of prices.
    adds_up: bool,
    /// A round width for the bars of a histogram.
    width: Option<f64>,
}

impl<'a> Roles<'a> {
    fn of(dataset: &'a DatasetContext) -> Self {
        let mut measures: Vec<(i32, Measure<'a>)> = Vec::new();
        let mut groups: Vec<(i32, &str)> = Vec::new();
        let mut labels: Vec<(i32, &str)> = Vec::new();
        let mut dates: Vec<(i32, &str, &'static str)> = Vec::new();
        for (place, column) in dataset.columns.iter().enumerate() {
            let Some(profile) = &column.profile else {
                continue;
            };
            // Earlier columns are more often the ones that matter; empty ones are of little use.
            let filled = dataset.rows.saturating_sub(column.nulls);
            let early = -i32::try_from(place.min(200)).unwrap_or(200);
            if filled * 2 < dataset.rows || profile.distinct < 2 {
                continue;
            }
            match kind(&column.sql_type) {
                Kind::Number => {
                    let (score, adds_up) = measure_of(column, profile, filled);
                    if score > 0 {
                        measures.push((
                            score * 100 + early,
                            Measure {
                                name: &column.name,
                                adds_up,
                                width: width_of(profile),
                            },
                        ));
                    }
                }
                Kind::Text => {
                    let few = profile.distinct <= 50 && profile.distinct * 2 <= filled;
                    let long = profile.mean_length.unwrap_or(0.0) > 60.0;
                    if few && !long {
                        // Between three and a dozen make the best chart.
                        let fit = if (3..=12).contains(&profile.distinct) {
                            100
                        } else {
                            0
                        };
                        groups.push((fit + early, &column.name));
                    } else if !long
                        && !is_identifier(&column.name)
                        && profile.distinct * 10 <= filled * 9
                    {
                        labels.push((early, &column.name));
                    }
                }
                Kind::Truth => groups.push((early - 50, &column.name)),
                Kind::Time => {
                    if let Some(step) = step_of(profile) {
                        dates.push((early, &column.name, step));
                    }
                }
                Kind::Other => {}
            }
        }
        measures.sort_by_key(|(score, _)| -score);
        groups.sort_by_key(|(score, _)| -score);
        labels.sort_by_key(|(score, _)| -score);
        dates.sort_by_key(|(score, ..)| -score);
        Self {
            measures: measures.into_iter().map(|(_, measure)| measure).collect(),
            groups: groups.into_iter().map(|(_, name)| name).collect(),
            label: labels.first().map(|(_, name)| *name),
            when: dates.first().map(|(_, name, step)| (*name, *step)),
        }
    }
}

enum Kind {
    Number,
    Text,
    Truth,
    Time,
    Other,
}

fn kind(sql_type: &str) -> Kind {
    match sql_type.split('(').next().unwrap_or_default() {
        "TINYINT" | "SMALLINT" | "INTEGER" | "BIGINT" | "HUGEINT" | "UTINYINT" | "USMALLINT"
        | "UINTEGER" | "UBIGINT" | "DECIMAL" | "FLOAT" | "DOUBLE" => Kind::Number,
        "VARCHAR" => Kind::Text,
        "BOOLEAN" => Kind::Truth,
        "DATE" | "TIMESTAMP" => Kind::Time,
        _ => Kind::Other,
    }
}

fn words(name: &str) -> Vec<String> {
    name.split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(buzz_query::fold)
        .collect()
}

/// Whether a column numbers or names things rather than measuring them.
fn is_identifier(name: &str) -> bool {
    let words = words(name);
    let last = words.last().map_or("", String::as_str);
    [
        "id",
        "ids",
        "key",
        "nr",
        "no",
        "number",
        "nummer",
        "numero",
        "code",
        "zip",
        "plz",
        "postcode",
        "phone",
        "telefon",
        "tel",
        "uuid",
        "guid",
        "sku",
        "iban",
        "isbn",
        "ean",
        "hash",
        "index",
        "row",
        "version",
        "flight",
        "url",
        "email",
        "lat",
        "lon",
        "lng",
        "latitude",
        "longitude",
    ]
    .contains(&last)
        || name.len() > 2 && (name.ends_with("ID") || name.ends_with("Id"))
}

/// How likely somebody is to ask about a column of numbers, 0 where nobody would, and whether it adds up.
fn measure_of(column: &ColumnContext, profile: &ColumnProfile, filled: u64) -> (i32, bool) {
    let words = words(&column.name);
    let has = |known: &[&str]| {
        words
            .iter()
            .any(|word| known.iter().any(|known| word.starts_with(known)))
    };
    let exactly = |known: &[&str]| words.iter().any(|word| known.contains(&word.as_str()));
    let whole = !matches!(
        column.sql_type.split('(').next(),
        Some("DECIMAL" | "FLOAT" | "DOUBLE")
    );
    // A part of a date or of a clock, and a number for every row, are no amounts.
    if is_identifier(&column.name)
        || exactly(&[
            "year", "month", "day", "hour", "minute", "second", "week", "quarter", "jahr", "monat",
            "tag", "woche", "quartal", "annee", "mois", "jour",
        ])
        || whole && filled > 20 && profile.distinct * 100 >= filled * 98
    {
        return (0, false);
    }
    let amounts = [
        "amount", "total", "revenue", "sales", "turnover", "cost", "profit", "quantity", "qty",
        "units", "count", "orders", "betrag", "umsatz", "menge", "anzahl", "kosten", "summe",
        "gewinn", "montant", "quantite", "cout", "vente", "nombre", "volume", "weight", "gewicht",
        "distance", "visits", "views", "clicks", "payment", "spend", "income", "expense",
    ];
    let levels = [
        "price", "preis", "prix", "rate", "ratio", "share", "percent", "pct", "avg", "average",
        "mean", "score", "rating", "age", "alter", "temp", "delay", "speed", "discount", "tax",
        "margin", "height", "width", "length", "duration", "anteil", "quote", "taux", "note",
        "grade", "balance", "stock", "level",
    ];
    if has(&levels) {
        (2, false)
    } else if has(&amounts) {
        (4, true)
    } else {
        // Money is fixed-point; what is measured is not.
        let decimal = column.sql_type.starts_with("DECIMAL");
        (
            if whole && profile.distinct < 10 { 1 } else { 3 },
            decimal || whole,
        )
    }
}

/// A round number that parts the middle of the values into about twenty.
fn width_of(profile: &ColumnProfile) -> Option<f64> {
    let at = |share: f64| {
        profile
            .quantiles
            .iter()
            .find(|quantile| (quantile.share - share).abs() < 1e-9)
            .and_then(|quantile| quantile.value.parse::<f64>().ok())
    };
    let range = at(0.99)? - at(0.01)?;
    if !range.is_finite() || range <= 0.0 || profile.distinct < 20 {
        return None;
    }
    let rough = range / 20.0;
    let power = 10_f64.powf(rough.log10().floor());
    let width = [1.0, 2.0, 5.0, 10.0]
        .into_iter()
        .map(|factor| factor * power)
        .find(|width| *width >= rough)?;
    (width.is_normal() && (1e-9..1e15).contains(&width)).then_some(width)
}

/// The step of time at which a chart of a column has between a handful and a hundred points.
fn step_of(profile: &ColumnProfile) -> Option<&'static str> {
    let day = |text: &Option<String>| text.as_ref()?.get(..10)?.parse::<Date>().ok();
    let (from, to) = (day(&profile.min)?, day(&profile.max)?);
    let days = (to - from).get_days();
    Some(match days {
        0 => "hour",
        1..=60 => "day",
        61..=3_000 => "month",
        _ => "year",
    })
}

/// A column's name in a question: as it stands, but for the marks between its words.
fn said(name: &str) -> String {
    let plain = name
        .chars()
        .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if plain && !name.starts_with('_') {
        name.trim_end_matches('_').replace('_', " ")
    } else {
        let name: String = name
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
        format!("“{name}”")
    }
}

fn summed(measure: &Measure<'_>) -> (String, String) {
    let (word, function) = if measure.adds_up {
        ("total", "sum")
    } else {
        ("average", "avg")
    };
    (
        format!("{function}({})", quote_identifier(measure.name)),
        format!("{word} {}", measure.name),
    )
}

fn over_time(view: &str, when: &str, step: &str, measure: Option<&Measure<'_>>) -> Suggestion {
    let (value, name) = measure.map_or_else(|| ("count(*)".to_owned(), "rows".to_owned()), summed);
    let what = match measure {
        Some(measure) if measure.adds_up => format!("total {}", said(measure.name)),
        Some(measure) => format!("average {}", said(measure.name)),
        None => "the number of rows".to_owned(),
    };
    let column = quote_identifier(when);
    // Days and longer steps are dates rather than midnights.
    let date = if step == "hour" { "TIMESTAMP" } else { "DATE" };
    Suggestion {
        question: format!("How does {what} develop by {step} of {}?", said(when)),
        sql: format!(
            "SELECT CAST(date_trunc('{step}', {column}) AS {date}) AS \"{step}\", {value} AS {} FROM {view} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 1",
            quote_identifier(&name)
        ),
        chart: Some(ChartHint {
            kind: ChartKind::Line,
            x: step.to_owned(),
            y: name,
        }),
    }
}

fn by_group(view: &str, group: &str, measure: Option<&Measure<'_>>) -> Suggestion {
    let (value, name) = measure.map_or_else(|| ("count(*)".to_owned(), "rows".to_owned()), summed);
    let question = match measure {
        Some(measure) if measure.adds_up => {
            format!("Which {} has the most {}?", said(group), said(measure.name))
        }
        Some(measure) => format!(
            "Which {} has the highest average {}?",
            said(group),
            said(measure.name)
        ),
        None => format!("How many rows are there for each {}?", said(group)),
    };
    ranked(view, group, &value, name, question)
}

fn average(view: &str, group: &str, measure: &Measure<'_>) -> Suggestion {
    let question = format!(
        "What is the average {} by {}?",
        said(measure.name),
        said(group)
    );
    let value = format!("avg({})", quote_identifier(measure.name));
    ranked(
        view,
        group,
        &value,
        format!("average {}", measure.name),
        question,
    )
}

fn largest(view: &str, label: &str, measure: &Measure<'_>) -> Suggestion {
    let (value, name) = summed(measure);
    let question = if measure.adds_up {
        format!(
            "Which ten of {} have the most {}?",
            said(label),
            said(measure.name)
        )
    } else {
        format!(
            "Which ten of {} have the highest average {}?",
            said(label),
            said(measure.name)
        )
    };
    ranked(view, label, &value, name, question)
}

fn most_frequent(view: &str, label: &str) -> Suggestion {
    let question = format!("Which values of {} are most frequent?", said(label));
    ranked(view, label, "count(*)", "rows".to_owned(), question)
}

fn ranked(view: &str, group: &str, value: &str, name: String, question: String) -> Suggestion {
    // A column may well be called `rows` itself.
    let name = if name.eq_ignore_ascii_case(group) {
        format!("number of {name}")
    } else {
        name
    };
    let column = quote_identifier(group);
    Suggestion {
        question,
        sql: format!(
            "SELECT {column}, {value} AS {} FROM {view} WHERE {column} IS NOT NULL GROUP BY 1 ORDER BY 2 DESC NULLS LAST, 1 LIMIT 10",
            quote_identifier(&name)
        ),
        chart: Some(ChartHint {
            kind: ChartKind::Bar,
            x: group.to_owned(),
            y: name,
        }),
    }
}

fn spread(view: &str, measure: &Measure<'_>, width: f64) -> Suggestion {
    let column = quote_identifier(measure.name);
    let from = format!("{} from", measure.name);
    Suggestion {
        question: format!("How is {} distributed?", said(measure.name)),
        sql: format!(
            "SELECT floor({column} / {width}) * {width} AS {}, count(*) AS \"rows\" FROM {view} \
             WHERE {column} BETWEEN (SELECT quantile_cont({column}, 0.01) FROM {view}) AND (SELECT quantile_cont({column}, 0.99) FROM {view}) \
             GROUP BY 1 ORDER BY 1",
            quote_identifier(&from)
        ),
        chart: Some(ChartHint {
            kind: ChartKind::Bar,
            x: from,
            y: "rows".to_owned(),
        }),
    }
}

fn together(view: &str, first: &Measure<'_>, second: &Measure<'_>) -> Suggestion {
    Suggestion {
        question: format!(
            "Do {} and {} go together?",
            said(first.name),
            said(second.name)
        ),
        sql: format!(
            "SELECT round(corr({0}, {1}), 3) AS correlation, count(*) AS \"rows\" FROM {view} WHERE {0} IS NOT NULL AND {1} IS NOT NULL",
            quote_identifier(first.name),
            quote_identifier(second.name)
        ),
        chart: None,
    }
}

/// Which columns have gaps; of many, the ones with most.
fn missing(view: &str, dataset: &DatasetContext) -> Option<Suggestion> {
    let mut gaps: Vec<&ColumnContext> = dataset
        .columns
        .iter()
        .filter(|column| column.nulls > 0)
        .collect();
    if gaps.is_empty() {
        return None;
    }
    gaps.sort_by_key(|column| std::cmp::Reverse(column.nulls));
    let parts: Vec<_> = gaps
        .iter()
        .take(10)
        .map(|column| {
            format!(
                "SELECT {} AS \"column\", count(*) - count({}) AS \"empty cells\" FROM {view}",
                buzz_query::quote_text(&column.name),
                quote_identifier(&column.name)
            )
        })
        .collect();
    Some(Suggestion {
        question: "Which columns have empty cells?".to_owned(),
        sql: format!("{} ORDER BY 2 DESC, 1", parts.join(" UNION ALL ")),
        chart: Some(ChartHint {
            kind: ChartKind::Bar,
            x: "column".to_owned(),
            y: "empty cells".to_owned(),
        }),
    })
}
