//! A statement as the tree that DuckDB's own parser makes of it, to look into it and to change it.
//!
//! A tree is given only for a statement that may run, and only where DuckDB makes the same tree again of the SQL that it
//! writes for it, so that a changed tree becomes the statement that is meant. What comes of it is checked like any other
//! text before it runs.

use arrow::array::Array;
use duckdb::Connection;
use serde_json::{Map, Value, json};

use crate::check;
use crate::engine::Instance;
use crate::{Cancel, Engine, Error, RunOptions, quote_identifier};

/// A parsed statement.
#[derive(Debug, Clone)]
pub(crate) struct Tree {
    document: Value,
}

impl Engine {
    /// The tree of a statement; `None` for a statement that has none, such as PIVOT without values, for one that is nested
    /// very deeply, and wherever DuckDB does not write the same statement again.
    pub(crate) fn tree(&self, sql: &str) -> Result<Option<Tree>, Error> {
        self.on_connection(|connection, instance| {
            let statement = check::check(connection, sql, instance)?;
            let Some(document) = serialized(connection, &statement) else {
                return Ok(None);
            };
            let same = written(connection, &document)
                .and_then(|sql| serialized(connection, &sql))
                .is_some_and(|again| without_places(&again) == without_places(&document));
            Ok(same.then_some(Tree { document }))
        })
    }

    /// The SQL of a tree.
    pub(crate) fn sql_of(&self, tree: &Tree) -> Result<Option<String>, Error> {
        self.on_connection(|connection, _| Ok(written(connection, &tree.document)))
    }

    /// Runs a statement that gives one row of whole numbers; `None` where a number is NULL.
    pub(crate) fn numbers(
        &self,
        sql: &str,
        run: &RunOptions,
        cancel: &Cancel,
    ) -> Result<Vec<Option<u64>>, Error> {
        let mut numbers = Vec::new();
        for batch in self.query(sql, run, cancel)? {
            let batch = batch?;
            if batch.num_rows() == 0 {
                continue;
            }
            for column in batch.columns() {
                let mut text = String::new();
                if !column.is_null(0) {
                    crate::export::display_value(column.as_ref(), 0, &mut text)?;
                }
                numbers.push(text.parse().ok());
            }
            break;
        }
        Ok(numbers)
    }
}

impl Tree {
    /// The outermost query.
    pub(crate) fn root(&self) -> &Value {
        &self.document["statements"][0]["node"]
    }

    /// The query at a place.
    pub(crate) fn at(&self, place: &str) -> &Value {
        self.document.pointer(place).unwrap_or(&Value::Null)
    }

    /// The same statement with something else at a place; `None` where there is no such place.
    pub(crate) fn with(&self, place: &str, value: Value) -> Option<Self> {
        let mut changed = self.clone();
        *changed.document.pointer_mut(place)? = value;
        Some(changed)
    }

    /// The same statement with the outermost query changed.
    pub(crate) fn with_root(&self, change: impl FnOnce(&mut Map<String, Value>)) -> Option<Self> {
        let mut changed = self.clone();
        change(changed.document.pointer_mut(ROOT)?.as_object_mut()?);
        Some(changed)
    }

    /// Another statement, with the WITH clauses of this one.
    pub(crate) fn select(&self, list: Vec<Value>, from: &Value) -> Self {
        let mut node = json!({
            "type": "SELECT_NODE",
            "cte_map": self.root()["cte_map"].clone(),
            "select_list": list,
            "from_table": from.clone(),
            "aggregate_handling": "STANDARD_HANDLING",
        });
        if node["cte_map"].is_null() {
            node["cte_map"] = json!({});
        }
        Self {
            document: json!({"error": false, "statements": [{"node": node}]}),
        }
    }

    /// The places of the SELECTs whose rows the statement is made of: the outermost, those of its WITH clauses, and those
    /// in FROM; not those in conditions.
    pub(crate) fn selects(&self) -> Vec<String> {
        let mut found = Vec::new();
        let mut open = vec![ROOT.to_owned()];
        while let Some(place) = open.pop() {
            let node = self.at(&place);
            match node["type"].as_str() {
                Some("SELECT_NODE") => {
                    open.push(format!("{place}/from_table"));
                    found.push(place.clone());
                }
                Some("SET_OPERATION_NODE") => {
                    let children = node["children"].as_array().map_or(0, Vec::len);
                    open.extend((0..children).map(|child| format!("{place}/children/{child}")));
                    for side in ["left", "right"] {
                        open.push(format!("{place}/{side}"));
                    }
                }
                Some("JOIN") => {
                    for side in ["left", "right"] {
                        open.push(format!("{place}/{side}"));
                    }
                }
                Some("SUBQUERY") => open.push(format!("{place}/subquery/node")),
                _ => {}
            }
            let clauses = node["cte_map"]["map"].as_array().map_or(0, Vec::len);
            for clause in 0..clauses {
                for key in ["query_node", "query/node"] {
                    open.push(format!("{place}/cte_map/map/{clause}/value/{key}"));
                }
            }
        }
        found
    }
}

/// The place of the outermost query.
pub(crate) const ROOT: &str = "/statements/0/node";

/// The members of a conjunction, or the one condition that is none.
pub(crate) fn conjuncts(condition: &Value) -> Vec<Value> {
    match condition["type"].as_str() {
        Some("CONJUNCTION_AND") => condition["children"]
            .as_array()
            .map(|children| children.iter().flat_map(conjuncts).collect())
            .unwrap_or_default(),
        Some(_) => vec![condition.clone()],
        None => Vec::new(),
    }
}

/// The condition that all of some hold; `None` of none.
pub(crate) fn conjunction(mut conditions: Vec<Value>) -> Option<Value> {
    match conditions.len() {
        0 => None,
        1 => conditions.pop(),
        _ => {
            Some(json!({"class": "CONJUNCTION", "type": "CONJUNCTION_AND", "children": conditions}))
        }
    }
}

/// Every value in a tree, each before what is in it. The trees are at most as deep as the JSON reader allows.
pub(crate) fn walk<'a>(value: &'a Value, visit: &mut impl FnMut(&'a Value)) {
    visit(value);
    match value {
        Value::Array(elements) => elements.iter().for_each(|element| walk(element, visit)),
        Value::Object(members) => members.values().for_each(|member| walk(member, visit)),
        _ => {}
    }
}

/// The parts of a column's name: the column last, before it its table.
pub(crate) fn column_names(reference: &Value) -> Option<Vec<&str>> {
    if reference["class"].as_str() != Some("COLUMN_REF") {
        return None;
    }
    reference["column_names"]
        .as_array()?
        .iter()
        .map(Value::as_str)
        .collect()
}

/// The last part of a table's qualified name, and the name by which the statement calls it.
pub(crate) fn table_names(table: &Value) -> Option<(&str, &str)> {
    if table["type"].as_str() != Some("BASE_TABLE") {
        return None;
    }
    let name = table["table_name"].as_str()?;
    let alias = table["alias"].as_str().filter(|alias| !alias.is_empty());
    Some((name, alias.unwrap_or(name)))
}

/// A reference to a column for a tree.
pub(crate) fn column(name: &str) -> Value {
    json!({"class": "COLUMN_REF", "type": "COLUMN_REF", "column_names": [name]})
}

/// An expression under another name.
pub(crate) fn named(expression: &Value, name: &str) -> Value {
    let mut expression = expression.clone();
    expression["alias"] = json!(name);
    expression
}

/// A number for a tree.
pub(crate) fn number(number: u32) -> Value {
    json!({
        "class": "CONSTANT",
        "type": "VALUE_CONSTANT",
        "literal": {"kind": "INTEGER", "text": number.to_string()},
    })
}

/// The SQL of an expression, in one line, without brackets around it.
pub(crate) fn expression_sql(connection: &Connection, expression: &Value) -> Option<String> {
    let document = json!({"error": false, "statements": [{"node": {
        "type": "SELECT_NODE",
        "cte_map": {},
        "select_list": [expression],
        "from_table": {"type": "EMPTY"},
        "aggregate_handling": "STANDARD_HANDLING",
    }}]});
    let sql = written(connection, &document)?;
    let sql = sql.strip_prefix("SELECT ")?.trim();
    Some(unwrapped(sql).to_owned())
}

/// A list of columns as SQL.
pub(crate) fn list(prefix: &str, count: usize) -> String {
    (0..count)
        .map(|index| quote_identifier(&format!("{prefix}{index}")))
        .collect::<Vec<_>>()
        .join(", ")
}

/// The text without brackets that enclose all of it.
fn unwrapped(sql: &str) -> &str {
    let Some(inner) = sql.strip_prefix('(').and_then(|sql| sql.strip_suffix(')')) else {
        return sql;
    };
    let mut depth = 0_i32;
    let mut quote = None;
    for c in inner.chars() {
        match (quote, c) {
            (Some(open), c) if open == c => quote = None,
            (Some(_), _) => {}
            (None, '\'' | '"') => quote = Some(c),
            (None, '(') => depth += 1,
            (None, ')') => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return sql;
        }
    }
    inner
}

fn serialized(connection: &Connection, sql: &str) -> Option<Value> {
    let json: String = connection
        .query_row(
            "SELECT system.main.json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)",
            [sql],
            |row| row.get(0),
        )
        .ok()?;
    let document: Value = serde_json::from_str(&json).ok()?;
    let one = document["statements"]
        .as_array()
        .is_some_and(|all| all.len() == 1);
    (one && document["error"] == json!(false)).then_some(document)
}

fn written(connection: &Connection, document: &Value) -> Option<String> {
    connection
        .query_row(
            "SELECT system.main.json_deserialize_sql(?::JSON)",
            [document.to_string()],
            |row| row.get(0),
        )
        .ok()
}

/// A tree without the places in the text where its parts stood.
fn without_places(value: &Value) -> Value {
    match value {
        Value::Array(elements) => elements.iter().map(without_places).collect(),
        Value::Object(members) => members
            .iter()
            .filter(|(key, _)| !key.starts_with("query_location"))
            .map(|(key, value)| (key.clone(), without_places(value)))
            .collect::<Map<_, _>>()
            .into(),
        other => other.clone(),
    }
}

impl Engine {
    /// Does something with a connection on a thread whose stack is deep enough for any statement.
    pub(crate) fn on_connection<T: Send>(
        &self,
        work: impl FnOnce(&Connection, &Instance) -> Result<T, Error> + Send,
    ) -> Result<T, Error> {
        let instance = self.instance()?;
        let connection = instance.connect()?;
        crate::rows::on_deep_stack(move || work(&connection, &instance))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn brackets_around_all_of_an_expression_go() {
        for (sql, plain) in [
            ("(a = 1)", "a = 1"),
            ("(a = ')')", "a = ')'"),
            ("(a) AND (b)", "(a) AND (b)"),
            ("a", "a"),
        ] {
            assert_eq!(unwrapped(sql), plain);
        }
    }

    #[test]
    fn a_condition_is_taken_apart_and_put_together() {
        let condition = |name: &str| json!({"class": "COLUMN_REF", "type": "COLUMN_REF", "column_names": [name]});
        let nested = json!({"type": "CONJUNCTION_AND", "children": [
            condition("a"),
            {"type": "CONJUNCTION_AND", "children": [condition("b"), condition("c")]},
        ]});
        let parts = conjuncts(&nested);
        assert_eq!(parts, [condition("a"), condition("b"), condition("c")]);
        assert_eq!(conjunction(vec![condition("a")]), Some(condition("a")));
        assert_eq!(conjunction(Vec::new()), None);
    }
}
