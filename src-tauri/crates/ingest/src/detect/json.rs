//! The table of a text of JSON.

use std::fmt;
use std::io::{self, Read};
use std::sync::Arc;

use super::columns::Columns;
use super::{Layout, PREVIEW_ROWS, Route, RowOrigin, shown};
use crate::json::{self, Form, JsonRows, Survey};
use crate::receipt::{Decision, Warning};
use crate::records::{Block, RowSource, RowWriter};
use crate::source::Source;
use crate::structure::unique_names;
use crate::text::{Flaws, Text, TextStream};
use crate::{Cancel, Error, Options, Visibility};

/// Bytes of text that are looked at before the whole is surveyed.
const LOOKED_AT: u64 = 4_000_000;
/// Rows from which the types of the columns are guessed.
const SAMPLED_ROWS: usize = 20_000;

/// What is known of the text before its rows are.
#[derive(Debug, Clone)]
pub(super) struct Beginning {
    pub(super) text: Text,
    pub(super) form: Form,
    /// Whether the survey can be of all of it at once.
    pub(super) is_small: bool,
    pub(super) encoding: String,
    pub(super) decisions: Vec<Decision>,
    pub(super) warnings: Vec<Warning>,
}

/// How the table is to be read, as far as the beginning of the text tells.
pub(super) fn layout(
    source: &Source,
    beginning: Beginning,
    options: &Options,
) -> Result<Layout, Error> {
    let most = (!beginning.is_small).then_some(LOOKED_AT);
    surveyed(source, beginning, most, options, &Cancel::new())
}

fn surveyed(
    source: &Source,
    mut beginning: Beginning,
    most: Option<u64>,
    options: &Options,
    cancel: &Cancel,
) -> Result<Layout, Error> {
    let survey = json::survey(
        &source.path,
        beginning.form.clone(),
        most,
        || beginning.text.open(source)?.into_text(source),
        cancel,
    )?;
    beginning.form = survey.form.clone();
    let mut decisions = beginning.decisions.clone();
    if let Form::Array(keys) = &survey.form
        && !keys.is_empty()
    {
        decisions.push(Decision {
            what: "rows".into(),
            chosen: keys.join("."),
            confidence: if survey.beside.is_empty() { 1.0 } else { 0.9 },
            runner_up: None,
        });
    }
    let names = unique_names(survey.names());
    let is_whole = most.is_none();
    let origin = JsonTable {
        survey,
        beginning,
        is_whole,
    };
    let (plans, preview) = origin.sample(source, names, options)?;
    let survey = &origin.survey;
    let mut warnings = origin.beginning.warnings.clone();
    if is_whole {
        warnings.extend(survey_warnings(survey));
    }
    Ok(Layout {
        table: None,
        format: survey.form.name().into(),
        encoding: origin.beginning.encoding.clone(),
        delimiter: String::new(),
        quote: String::new(),
        has_header: true,
        preamble_rows: 0,
        header_rows: u64::from(survey.has_header),
        columns: plans,
        decisions,
        warnings,
        visibility: Visibility::Visible,
        rows: is_whole.then_some(survey.rows),
        preview,
        route: Route::Rows(Arc::new(origin)),
    })
}

/// What a person should know of the whole text.
fn survey_warnings(survey: &Survey) -> Vec<Warning> {
    let repeated = Warning::counted(
        "repeated_keys",
        survey.repeated,
        &survey.repeated_lines,
        "one object has a key twice or more; the last value counts",
        "{} objects have a key twice or more; the last value counts",
    );
    let cut_off = survey.cut_off_line.map(|line| Warning {
        kind: "cut_off".into(),
        message: format!(
            "the file breaks off on line {line}; everything before that was converted"
        ),
        count: 1,
        lines: vec![line],
        files: Vec::new(),
    });
    let beside = Warning::counted(
        "left_out",
        survey.beside.len() as u64,
        &[],
        &format!(
            "one member beside the rows is no part of the table: {}",
            survey.beside.join("")
        ),
        &format!(
            "{{}} members beside the rows are no part of the table: {}",
            survey.beside.join(", ")
        ),
    );
    repeated.into_iter().chain(cut_off).chain(beside).collect()
}

/// A table in a text of JSON.
struct JsonTable {
    survey: Survey,
    beginning: Beginning,
    /// Whether all of the text was surveyed.
    is_whole: bool,
}

impl fmt::Debug for JsonTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("JsonTable")
            .field("beginning", &self.beginning)
            .finish_non_exhaustive()
    }
}

/// What the sample of a table gives: how its columns are to be converted, and its first rows.
type Sampled = (Vec<super::ColumnPlan>, Vec<Vec<Option<String>>>);

impl JsonTable {
    /// Reads the first rows.
    fn sample(
        &self,
        source: &Source,
        names: Vec<(String, String)>,
        options: &Options,
    ) -> Result<Sampled, Error> {
        let mut columns = Columns::new(names.len());
        let mut preview = Vec::new();
        let mut rows = self.rows(source, Some(LOOKED_AT))?;
        let mut writer = RowWriter::new(names.len(), self.separator());
        let mut sampled = 0;
        let mut is_more = true;
        while is_more && sampled < SAMPLED_ROWS {
            for _ in 0..1_000 {
                is_more = is_more && rows.next(&mut writer)?;
            }
            let block = writer.take(Block::default());
            for row in 0..block.index.rows() {
                let cells = || (0..names.len()).map(|column| block.cell(row, column));
                let texts: Vec<_> = cells().map(|cell| cell.text()).collect();
                columns.add(texts.iter().map(|text| &**text));
                if preview.len() < PREVIEW_ROWS {
                    let shown = cells().map(|cell| (!cell.is_null()).then(|| shown(&cell.text())));
                    preview.push(shown.collect());
                }
                sampled += 1;
            }
        }
        let of_head = columns.types(options.date_order);
        Ok((columns.plans(names, &of_head, options), preview))
    }

    fn rows(&self, source: &Source, most: Option<u64>) -> Result<Rows, Error> {
        let open = self.beginning.text.open(source)?;
        let (position, flaws) = (open.position.clone(), Arc::clone(&open.flaws));
        let text = open.into_text(source)?.take(most.unwrap_or(u64::MAX));
        Ok(Rows {
            rows: JsonRows::new(text, &self.survey, source.path.clone(), position),
            flaws,
        })
    }
}

impl RowOrigin for JsonTable {
    fn open(&self, source: &Source) -> Result<Box<dyn RowSource>, Error> {
        Ok(Box::new(self.rows(source, None)?))
    }

    fn complete(
        &self,
        source: &Source,
        options: &Options,
        cancel: &Cancel,
    ) -> Result<Option<Layout>, Error> {
        match self.is_whole {
            true => Ok(None),
            false => surveyed(source, self.beginning.clone(), None, options, cancel).map(Some),
        }
    }
}

/// Its rows.
struct Rows {
    rows: JsonRows<io::Take<Box<dyn TextStream>>>,
    flaws: Arc<Flaws>,
}

impl RowSource for Rows {
    fn next(&mut self, out: &mut RowWriter) -> Result<bool, Error> {
        self.rows.next(out)
    }

    fn position(&self) -> u64 {
        self.rows.position()
    }

    fn warnings(&self) -> Vec<Warning> {
        self.flaws.warnings()
    }
}
