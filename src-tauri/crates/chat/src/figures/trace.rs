//! From an answer's text to its figures.

use std::collections::HashSet;

use super::beside::{Label, is_beside, is_listing};
use super::date::Date;
use super::derive::{self, Topic};
use super::evidence::{At, Evidence};
use super::names::{self, Named};
use super::number::{Form, Hedge, Number, Sign};
use super::prose::Prose;
use super::scan::{self, Said, Spoken};
use super::{CellRef, Figure, Kind, Origin, Source};

/// A name that stands in more rows than that names none of them.
const ROWS_OF_A_NAME: usize = 16;
/// A number beside a name is held against the name's rows where they are at most so many.
const ROWS_OF_A_LABEL: usize = 3;

/// Finds the numbers, dates and names in the prose of a Markdown text, in their order, and where each comes from.
///
/// Ordinals, numbers of list items, versions, and what stands in code or in addresses are no figures.
pub fn trace(markdown: &str, evidence: &Evidence) -> Vec<Figure> {
    let prose = Prose::new(markdown);
    let names = names::named(&prose, evidence);
    let taken: Vec<_> = names.iter().map(|named| named.range.clone()).collect();
    let spoken = scan::spoken(&prose, &taken);
    let mut tracer = Tracer {
        evidence,
        prose: &prose,
        topics: Vec::new(),
        names: &names,
        spoken: &spoken,
    };
    tracer.find_topics();
    let mut figures: Vec<Figure> = names
        .iter()
        .map(|named| tracer.name(named))
        .chain(
            spoken
                .iter()
                .enumerate()
                .filter_map(|(index, spoken)| tracer.spoken(index, spoken)),
        )
        .collect();
    figures.sort_by_key(|figure| figure.start);
    for figure in &mut figures {
        figure.text = markdown
            .get(figure.start..figure.end)
            .unwrap_or_default()
            .to_owned();
    }
    figures
}

struct Tracer<'a> {
    evidence: &'a Evidence,
    prose: &'a Prose,
    /// For each sentence, the rows that it or the one before it speaks of.
    topics: Vec<Topic>,
    names: &'a [Named<'a>],
    spoken: &'a [Spoken],
}

impl Tracer<'_> {
    /// Collects the rows that each sentence names: by the text of a cell, by a date, or by a number that stands in few rows.
    fn find_topics(&mut self) {
        let sentences = &self.prose.sentences;
        let mut named: Vec<Vec<At>> = vec![Vec::new(); sentences.len()];
        for name in self.names {
            if let Some(rows) = named.get_mut(self.prose.sentence_at(name.range.start)) {
                rows.extend(name.rows(ROWS_OF_A_NAME));
            }
        }
        for spoken in self.spoken {
            let places = match &spoken.said {
                Said::Date(date) => self.evidence.dates.get(date).cloned().unwrap_or_default(),
                Said::Number(number) => {
                    let mut places = self.cells(number, number.form);
                    if places.is_empty()
                        && let Some(year) = year_of(number)
                    {
                        places = self.evidence.dates.get(&year).cloned().unwrap_or_default();
                    }
                    places
                }
            };
            let rows: HashSet<_> = places.iter().map(|at| (at.table, at.row)).collect();
            // A number in several rows names none of them.
            let most = match &spoken.said {
                Said::Number(number) if year_of(number).is_none() => 2,
                _ => ROWS_OF_A_NAME,
            };
            if rows.len() <= most
                && let Some(named) = named.get_mut(self.prose.sentence_at(spoken.range.start))
            {
                named.extend(places);
            }
        }
        let mut intro = None;
        for (index, sentence) in sentences.iter().enumerate() {
            if !sentence.item {
                intro = Some(index);
            }
            let mut topic = Topic::new(self.evidence);
            let earlier = index.checked_sub(1);
            for other in [Some(index), earlier, intro].into_iter().flatten() {
                for at in &named[other] {
                    topic.add(*at);
                }
            }
            self.topics.push(topic);
        }
    }

    fn figure(&self, range: &std::ops::Range<usize>, kind: Kind, traced: Option<Source>) -> Figure {
        Figure {
            start: range.start,
            end: range.end,
            text: String::new(),
            kind,
            traced,
            doubt: None,
        }
    }

    fn name(&self, named: &Named<'_>) -> Figure {
        let cell = named.name.places.first().map(|at| self.cell(*at));
        if named.same {
            return self.figure(&named.range, Kind::Name, cell);
        }
        Figure {
            doubt: Some(format!(
                "no cell says so, but one says {:?}",
                shortened(&named.name.text)
            )),
            ..self.figure(&named.range, Kind::Name, None)
        }
    }

    fn spoken(&self, index: usize, spoken: &Spoken) -> Option<Figure> {
        match &spoken.said {
            Said::Date(date) => {
                if !date.is_possible() {
                    return Some(Figure {
                        doubt: Some("there is no such date".to_owned()),
                        ..self.figure(&spoken.range, Kind::Date, None)
                    });
                }
                let traced = self.date(*date, spoken.range.start);
                // A quarter without its year is as often a name.
                let vague = date.year.is_none() && date.month.is_none() && date.time.is_none();
                (traced.is_some() || !vague).then(|| self.figure(&spoken.range, Kind::Date, traced))
            }
            Said::Number(number) => self.number(index, spoken, number),
        }
    }

    fn date(&self, date: Date, place: usize) -> Option<Source> {
        let topic = self.topics.get(self.prose.sentence_at(place));
        for date in [Some(date), date.either.then(|| date.exchanged())]
            .into_iter()
            .flatten()
        {
            let date = Date {
                either: false,
                ..date
            };
            if let Some(places) = self.evidence.dates.get(&date) {
                let best = places
                    .iter()
                    .find(|at| topic.is_some_and(|topic| topic.has(**at)));
                return best.or(places.first()).map(|at| self.cell(*at));
            }
            if let Some(origin) = self.evidence.stated_dates.get(&date) {
                return Some(Source::Stated { origin: *origin });
            }
            // A month of the results in a year of the results or of the question.
            if let (Some(year), None, None) = (date.year, date.day, date.time) {
                let part = Date { year: None, ..date };
                let year = Date {
                    year: Some(year),
                    ..Date::default()
                };
                let alone = self.evidence.dates.get(&part).filter(|places| {
                    // Not a month of another year.
                    places.iter().all(|at| !self.has_year(*at))
                });
                if part != Date::default()
                    && self.evidence.knows(year)
                    && let Some(places) = alone
                {
                    return places.first().map(|at| self.cell(*at));
                }
            }
        }
        None
    }

    /// Whether the cell is a date with a year.
    fn has_year(&self, at: At) -> bool {
        self.evidence
            .dates
            .iter()
            .any(|(date, places)| date.year.is_some() && places.contains(&at))
    }

    fn number(&self, index: usize, spoken: &Spoken, number: &Number) -> Option<Figure> {
        let kind = match number.form {
            Form::Percent | Form::Points => Kind::Percent,
            _ => Kind::Number,
        };
        let kind = if year_of(number).is_some() {
            Kind::Date
        } else {
            kind
        };
        let readings = [Some(number), spoken.shared.as_ref()];
        let mut doubt = None;
        for number in readings.into_iter().flatten() {
            match self.source(index, spoken, number) {
                Ok(Some(source)) => {
                    let kind = match source {
                        Source::Cell { .. } | Source::Stated { .. } => kind,
                        _ if kind == Kind::Date => Kind::Number,
                        _ => kind,
                    };
                    return Some(self.figure(&spoken.range, kind, Some(source)));
                }
                Ok(None) => {}
                Err(reason) => doubt = Some(reason),
            }
        }
        let counts = spoken
            .counted
            .as_deref()
            .is_some_and(|word| self.is_counted(word));
        if number.optional && !counts {
            return None;
        }
        Some(Figure {
            doubt,
            ..self.figure(&spoken.range, kind, None)
        })
    }

    /// Where a number comes from; an error where it belongs to something other than what it stands beside.
    fn source(
        &self,
        index: usize,
        spoken: &Spoken,
        number: &Number,
    ) -> Result<Option<Source>, String> {
        let place = spoken.range.start;
        let sentence = self.prose.sentence_at(place);
        let nothing = Topic::new(self.evidence);
        let topic = self.topics.get(sentence).unwrap_or(&nothing);
        let cells = self.cells(number, number.form);
        let label = self.label(index, sentence);
        if let Some(label) = &label {
            let beside: Vec<_> = cells.iter().filter(|at| label.has(**at)).collect();
            if let Some(at) = beside.first() {
                return Ok(Some(self.cell(**at)));
            }
        }
        let unlabelled = match &label {
            // Where the name's result does not have the number, another one may.
            Some(label) => cells.iter().find(|at| !label.names_any_of(at.table)),
            None => cells.iter().find(|at| topic.has(**at)).or(cells.first()),
        };
        if let Some(at) = unlabelled {
            return Ok(Some(self.cell(*at)));
        }
        if let Some(source) = self
            .stated(number)
            .or_else(|| self.counted(number, sentence))
        {
            return Ok(Some(source));
        }
        if let Some(label) = &label
            && !cells.is_empty()
        {
            if let Some(found) = derive::derived_from_named(self.evidence, number, &label.topic) {
                return Ok(Some(self.derivation(found)));
            }
            return Err(format!(
                "in the result this number stands in the row of {}",
                self.row_name(cells[0])
            ));
        }
        Ok(derive::derived(self.evidence, number, topic).map(|found| self.derivation(found)))
    }

    /// The cells that a number may be, within their results' rows at hand.
    fn cells(&self, number: &Number, form: Form) -> Vec<At> {
        let mut found = Vec::new();
        if form == Form::Times {
            return found;
        }
        // What is beyond a binary fraction is compared digit by digit.
        if let Some(places) = self.evidence.exact.get(&number.digits)
            && number.form == Form::Plain
        {
            found.extend(places);
        }
        let long =
            number.digits.len() > 15 && number.readings.iter().all(|reading| reading.scale == 1.0);
        for (table, result) in self.evidence.tables.iter().enumerate() {
            for (place, column) in result.columns.iter().enumerate() {
                if column.values.is_empty() || long {
                    continue;
                }
                let mut look = |factor: f64| {
                    for reading in &number.readings {
                        let (low, high) = reading.interval(number.hedge);
                        for row in column.within(low / factor, high / factor) {
                            let value = column.values[row as usize];
                            let fits = match number.sign {
                                Some(Sign::Minus) => value < 0.0,
                                Some(Sign::Plus) => value >= 0.0,
                                None => true,
                            };
                            if fits && found.len() < super::evidence::PLACES {
                                found.push(At {
                                    table: table as u32,
                                    row,
                                    column: place as u32,
                                });
                            }
                        }
                    }
                };
                match form {
                    Form::Percent | Form::Points => {
                        if column.fraction {
                            look(100.0);
                        }
                        if column.percent {
                            look(1.0);
                        }
                    }
                    _ => {
                        look(1.0);
                        if column.scale != 1.0 {
                            look(column.scale);
                        }
                    }
                }
            }
        }
        found
    }

    fn stated(&self, number: &Number) -> Option<Source> {
        if let Some(year) = year_of(number) {
            if let Some(at) = self
                .evidence
                .dates
                .get(&year)
                .and_then(|places| places.first())
            {
                return Some(self.cell(*at));
            }
            if let Some(origin) = self.evidence.stated_dates.get(&year) {
                return Some(Source::Stated { origin: *origin });
            }
        }
        let says = |value: f64, form| {
            self.evidence.stated_numbers.iter().find(|stated| {
                stated.form == form && (stated.value - value).abs() <= value.abs() * 1e-12
            })
        };
        number
            .readings
            .iter()
            .find_map(|reading| {
                says(reading.value, number.form).or_else(|| {
                    // A share is written as a fraction in SQL.
                    let fraction = (number.form == Form::Percent)
                        .then(|| says(reading.value / 100.0, Form::Plain))?;
                    fraction.filter(|stated| stated.origin == Origin::Query)
                })
            })
            .map(|stated| Source::Stated {
                origin: stated.origin,
            })
    }

    /// A number of rows: of a result, or of those that the text picks out.
    fn counted(&self, number: &Number, sentence: usize) -> Option<Source> {
        if number.form != Form::Plain || number.sign.is_some() {
            return None;
        }
        let fits = |count: f64| {
            number.readings.iter().any(|reading| {
                let (low, high) = reading.interval(number.hedge);
                low <= count && count <= high
            })
        };
        for table in self.evidence.tables.iter().rev() {
            if fits(table.row_count as f64) {
                return Some(Source::RowCount {
                    result: table.id.clone(),
                });
            }
        }
        if number.hedge != Hedge::None {
            return None;
        }
        // What the question asked to be picked leaves nothing open.
        let asked = self
            .evidence
            .stated_numbers
            .iter()
            .any(|stated| stated.picks && stated.origin == Origin::Question);
        for (index, table) in self.evidence.tables.iter().enumerate().rev() {
            let value = number.readings.first().map_or(0.0, |reading| reading.value);
            let within = value >= 1.0 && value.fract() == 0.0 && value <= table.rows as f64;
            if within
                && (number.picks && !asked
                    || self.listed(index, sentence).contains(&(value as usize)))
            {
                return Some(Source::Selection {
                    result: table.id.clone(),
                });
            }
        }
        None
    }

    /// How many rows of a result the sentence names, and how many the list does that it begins.
    fn listed(&self, table: usize, sentence: usize) -> [usize; 2] {
        let sentences = &self.prose.sentences;
        let Some(own) = sentences.get(sentence) else {
            return [0; 2];
        };
        let count = |range: std::ops::Range<usize>| {
            let mut rows: HashSet<&[String]> = HashSet::new();
            for named in self.names {
                if named.same
                    && range.contains(&named.range.start)
                    && named
                        .name
                        .places
                        .iter()
                        .any(|at| at.table as usize == table)
                {
                    rows.insert(&named.name.words);
                }
            }
            rows.len()
        };
        let list_end = sentences[sentence..]
            .iter()
            .skip(1)
            .take_while(|other| other.item || other.block == own.block)
            .last()
            .map_or(own.range.end, |last| last.range.end);
        [count(own.range.clone()), count(own.range.end..list_end)]
    }

    /// Whether a word is what the rows of a result are: a number before it counts them.
    fn is_counted(&self, word: &str) -> bool {
        // `regions` are of a column `region`, `Städte` of one `Stadt`.
        let alike = |name: &str| {
            let (shorter, longer) = (name.len().min(word.len()), name.len().max(word.len()));
            let common = name
                .bytes()
                .zip(word.bytes())
                .take_while(|(a, b)| a == b)
                .count();
            shorter > 3 && common + 1 >= shorter && longer - shorter <= 3
        };
        !word.is_empty()
            && (matches!(
                word,
                "rows" | "results" | "records" | "entries" | "zeilen" | "lignes"
            ) || self.evidence.tables.iter().any(|table| {
                table.columns.iter().any(|column| {
                    column.values.is_empty() && column.words.iter().any(|name| alike(name))
                })
            }))
    }

    /// The rows of the name that a number stands right beside.
    fn label(&self, index: usize, sentence: usize) -> Option<Label> {
        let spoken = &self.spoken[index];
        let own = self.prose.sentences.get(sentence)?;
        let in_row = self.prose.text[own.range.clone()]
            .trim_start()
            .starts_with('|');
        let labels = |named: &&Named<'_>| !named.rows(ROWS_OF_A_LABEL).is_empty();
        let named = if in_row {
            // All cells of a table's row belong to the one name in it.
            let mut names = self
                .names
                .iter()
                .filter(|named| own.range.contains(&named.range.start))
                .filter(labels);
            let named = names.next()?;
            if names.next().is_some() {
                return None;
            }
            named
        } else {
            let place = self
                .names
                .partition_point(|named| named.range.end <= spoken.range.start)
                .checked_sub(1)?;
            let named = Some(&self.names[place]).filter(labels)?;
            let between = &self.prose.text[named.range.end..spoken.range.start];
            if named.range.start < own.range.start || !is_beside(between) {
                return None;
            }
            // `North, South and East with 3, 2 and 1`: the first number is not the last name's.
            let earlier = place
                .checked_sub(1)
                .map(|place| self.names[place].range.end);
            if earlier.is_some_and(|end| is_listing(&self.prose.text[end..named.range.start])) {
                return None;
            }
            named
        };
        let mut label = Label {
            tables: HashSet::new(),
            topic: Topic::empty(self.evidence),
        };
        for at in &named.name.places {
            label.tables.insert(at.table);
            label.topic.add(*at);
        }
        Some(label)
    }

    fn cell(&self, at: At) -> Source {
        Source::Cell {
            cell: self.reference(at),
        }
    }

    fn reference(&self, at: At) -> CellRef {
        CellRef {
            result: self.evidence.tables[at.table as usize].id.clone(),
            row: u64::from(at.row),
            column: at.column as usize,
        }
    }

    fn derivation(&self, found: derive::Derivation) -> Source {
        Source::Derived {
            how: found.how,
            cells: found.cells.iter().map(|at| self.reference(*at)).collect(),
        }
    }

    /// What a row is called, by the first name in it.
    fn row_name(&self, at: At) -> String {
        self.evidence
            .names
            .values()
            .flatten()
            .filter(|name| {
                name.places
                    .iter()
                    .any(|place| (place.table, place.row) == (at.table, at.row))
            })
            .min_by_key(|name| {
                name.places
                    .iter()
                    .filter(|place| place.row == at.row)
                    .map(|place| place.column)
                    .min()
            })
            .map_or_else(
                || format!("number {}", at.row + 1),
                |name| format!("{:?}", shortened(&name.text)),
            )
    }
}

/// The year that a number may be.
fn year_of(number: &Number) -> Option<Date> {
    (number.year && number.form == Form::Plain)
        .then(|| Date {
            year: number.digits.parse().ok(),
            ..Date::default()
        })
        .filter(|date| date.year.is_some())
}

/// A text for a sentence, not longer than a line.
fn shortened(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
