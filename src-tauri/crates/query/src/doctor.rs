//! Why a statement gave nothing: which of its filters leaves no row.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::tree::{self, ROOT, Tree};
use crate::{Cancel, Engine, Error, RunOptions};

/// Where a filter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FilterPlace {
    /// In WHERE.
    Where,
    /// In HAVING.
    Having,
    /// A join that finds no partner, or a condition of one.
    Join,
}

/// A filter without which there would be rows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Emptying {
    /// Where it stands.
    pub place: FilterPlace,
    /// The filter as SQL.
    pub filter: String,
    /// Rows that there would be without it.
    pub rows: u64,
}

/// What leaves a result without rows.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Diagnosis {
    /// The filters of which each alone is to blame; none where only several together are.
    pub filters: Vec<Emptying>,
    /// How many filters were tried.
    pub tried: usize,
    /// Whether all filters of the statement were tried; otherwise time ran out.
    pub complete: bool,
}

impl Diagnosis {
    /// What to tell a person.
    pub fn sentence(&self) -> String {
        match self.filters.as_slice() {
            [] => format!(
                "No row passes the {} filters together; none of them alone is to blame.",
                self.tried
            ),
            [one] => format!(
                "Nothing is left because of {}: without it there {}.",
                one.said(),
                rows(one.rows)
            ),
            several => {
                let said: Vec<_> = several
                    .iter()
                    .map(|one| format!("{} (without it there {})", one.said(), rows(one.rows)))
                    .collect();
                format!(
                    "Nothing is left, and giving up any one of these would change that: {}.",
                    said.join("; ")
                )
            }
        }
    }
}

impl Emptying {
    fn said(&self) -> String {
        match self.place {
            FilterPlace::Where => format!("the filter {}", self.filter),
            FilterPlace::Having => format!("the filter on groups {}", self.filter),
            FilterPlace::Join => format!("the join on {}", self.filter),
        }
    }
}

fn rows(count: u64) -> String {
    match count {
        1 => "is 1 row".to_owned(),
        count => format!("are {} rows", crate::sql::grouped(count)),
    }
}

/// Filters that are tried at most.
const MOST_FILTERS: usize = 24;

impl Engine {
    /// Looks for what empties a result: a statement that gave no rows, or one row of nothing but NULL and zero counts.
    ///
    /// One filter after the other is left out, in the statement itself, in its WITH clauses and in what it selects from; a
    /// join that must find a partner is tried as one that need not. [`RunOptions::timeout`] bounds all of it together.
    /// `None` where the statement gives rows, where it has no filter, and wherever it cannot be taken apart with certainty.
    ///
    /// # Errors
    /// Those of the statement, and [`Error::Cancelled`].
    pub fn why_empty(
        &self,
        sql: &str,
        run: &RunOptions,
        cancel: &Cancel,
    ) -> Result<Option<Diagnosis>, Error> {
        let deadline = run.timeout.map(|timeout| Instant::now() + timeout);
        let Some(tree) = self.tree(sql)? else {
            return Ok(None);
        };
        let Some(tree) = tree.with_root(|root| {
            // Neither order nor number of rows matters to whether there are any.
            root.remove("modifiers");
        }) else {
            return Ok(None);
        };
        let candidates = candidates(&tree);
        if candidates.is_empty() {
            return Ok(None);
        }
        let count = |tree: &Tree| -> Result<Option<u64>, Error> {
            let timeout =
                match deadline.map(|deadline| deadline.saturating_duration_since(Instant::now())) {
                    Some(Duration::ZERO) => return Ok(None),
                    left => left,
                };
            let Some(sql) = self.sql_of(tree)? else {
                return Ok(None);
            };
            let run = RunOptions {
                timeout,
                ..run.clone()
            };
            // A statement that fails without a filter, such as a cast that it guarded, says nothing.
            match self.numbers(&format!("SELECT count(*) FROM ({sql}) AS q"), &run, cancel) {
                Ok(numbers) => Ok(numbers.first().copied().flatten()),
                Err(Error::Cancelled) => Err(Error::Cancelled),
                Err(_) => Ok(None),
            }
        };
        // An aggregate of no rows is one row; what counts is what it was made of.
        let whole = match count(&tree)? {
            Some(0) => tree.clone(),
            Some(1) => match underlying(&tree) {
                Some(rows) if count(&rows)? == Some(0) => rows,
                _ => return Ok(None),
            },
            _ => return Ok(None),
        };
        let mut diagnosis = Diagnosis {
            filters: Vec::new(),
            tried: 0,
            complete: candidates.len() <= MOST_FILTERS,
        };
        for candidate in candidates.iter().take(MOST_FILTERS) {
            let Some(without) = candidate.left_out(&whole) else {
                continue;
            };
            let Some(rows) = count(&without)? else {
                diagnosis.complete = false;
                continue;
            };
            diagnosis.tried += 1;
            let filter = self.on_connection(|connection, _| {
                Ok(tree::expression_sql(connection, &candidate.said))
            })?;
            if let (1.., Some(filter)) = (rows, filter) {
                diagnosis.filters.push(Emptying {
                    place: candidate.place,
                    filter,
                    rows,
                });
            }
        }
        let says_something =
            !diagnosis.filters.is_empty() || diagnosis.complete && diagnosis.tried > 1;
        Ok(says_something.then_some(diagnosis))
    }
}

/// A filter, and how the statement is without it.
struct Candidate {
    place: FilterPlace,
    /// What a person is told of it.
    said: Value,
    /// The object that has it.
    holder: String,
    change: Change,
}

enum Change {
    /// Something else for a member of the holder, or nothing.
    Member(&'static str, Option<Value>),
    /// A join that keeps the rows of its left side.
    KeepLeft,
}

impl Candidate {
    fn left_out(&self, tree: &Tree) -> Option<Tree> {
        let mut holder = tree.at(&self.holder).clone();
        let members = holder.as_object_mut()?;
        match &self.change {
            Change::Member(key, Some(value)) => {
                members.insert((*key).to_owned(), value.clone());
            }
            Change::Member(key, None) => {
                members.remove(*key)?;
            }
            Change::KeepLeft => {
                members.insert("join_type".to_owned(), json!("LEFT"));
            }
        }
        tree.with(&self.holder, holder)
    }
}

fn candidates(tree: &Tree) -> Vec<Candidate> {
    let mut found = Vec::new();
    for place in tree.selects() {
        let node = tree.at(&place);
        for (key, kind) in [
            ("where_clause", FilterPlace::Where),
            ("having", FilterPlace::Having),
        ] {
            let conditions = tree::conjuncts(&node[key]);
            for (index, condition) in conditions.iter().enumerate() {
                // Without what joins two tables, every row would meet every other.
                if node["from_table"]["type"].as_str() == Some("JOIN") && joins_tables(condition) {
                    continue;
                }
                found.push(Candidate {
                    place: kind,
                    said: condition.clone(),
                    holder: place.clone(),
                    change: Change::Member(key, tree::conjunction(without(&conditions, index))),
                });
            }
        }
        joins(tree, &format!("{place}/from_table"), &mut found);
    }
    found
}

/// The joins from a place on.
fn joins(tree: &Tree, place: &str, found: &mut Vec<Candidate>) {
    let mut open = vec![place.to_owned()];
    while let Some(place) = open.pop() {
        let join = tree.at(&place);
        if join["type"].as_str() != Some("JOIN") {
            continue;
        }
        open.push(format!("{place}/left"));
        open.push(format!("{place}/right"));
        if join["join_type"].as_str() != Some("INNER")
            || join["ref_type"].as_str() != Some("REGULAR")
        {
            continue;
        }
        let conditions = tree::conjuncts(&join["condition"]);
        let said = match (join["using_columns"].as_array(), &join["condition"]) {
            (Some(columns), _) => match columns.first().and_then(Value::as_str) {
                Some(name) => tree::column(name),
                None => continue,
            },
            (None, Value::Null) => continue,
            (None, condition) => condition.clone(),
        };
        for (index, condition) in conditions.iter().enumerate() {
            if conditions.len() > 1 && !joins_tables(condition) {
                found.push(Candidate {
                    place: FilterPlace::Join,
                    said: condition.clone(),
                    holder: place.clone(),
                    change: Change::Member(
                        "condition",
                        tree::conjunction(without(&conditions, index)),
                    ),
                });
            }
        }
        found.push(Candidate {
            place: FilterPlace::Join,
            said,
            holder: place,
            change: Change::KeepLeft,
        });
    }
}

fn without(conditions: &[Value], index: usize) -> Vec<Value> {
    let mut left = conditions.to_vec();
    left.remove(index);
    left
}

/// Whether a condition compares columns of two tables; what stands in a subquery is its own.
fn joins_tables(condition: &Value) -> bool {
    let mut tables: Vec<&str> = Vec::new();
    let mut bare = 0;
    let mut open = vec![condition];
    while let Some(value) = open.pop() {
        if value["class"].as_str() == Some("SUBQUERY") {
            continue;
        }
        if let Some(names) = tree::column_names(value) {
            match names.as_slice() {
                [table, .., _] if !tables.contains(table) => tables.push(table),
                [_] => bare += 1,
                _ => {}
            }
        }
        match value {
            Value::Array(elements) => open.extend(elements),
            Value::Object(members) => open.extend(members.values()),
            _ => {}
        }
    }
    let is_comparison = condition["class"].as_str() == Some("COMPARISON");
    tables.len() > 1 || is_comparison && tables.len() + bare > 1
}

/// The rows that an aggregate without groups is made of; `None` where the outermost query is no such one.
fn underlying(tree: &Tree) -> Option<Tree> {
    let root = tree.at(ROOT);
    let plain = root["type"].as_str() == Some("SELECT_NODE")
        && root["aggregate_handling"].as_str() == Some("STANDARD_HANDLING")
        && ["group_expressions", "having", "qualify", "sample"]
            .iter()
            .all(|key| root[*key].is_null());
    plain.then_some(())?;
    tree.with_root(|root| {
        root.insert("select_list".to_owned(), json!([tree::number(1)]));
    })
}
