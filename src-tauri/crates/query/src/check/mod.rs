//! Decides whether a text may run: it must be exactly one statement, and it must read nothing but the tables in scope.
//!
//! The settings of the sandbox alone do not see to that: with them, DuckDB still answers questions about the machine,
//! and still writes into its temporary folder. So each text is parsed by DuckDB itself, which gives the parsed statement
//! as JSON, and every node of it must be one that is known here. What is not known is refused.

mod functions;
mod json;
mod pivot;

use std::collections::HashSet;

use duckdb::Connection;

use crate::Error;
use crate::engine::Instance;
use functions::Verdict;
use json::{Document, Id, Value};

/// The longest text that is taken, in bytes.
const MAX_BYTES: usize = 262_144;

/// The names of the views in scope, in lower case.
#[derive(Debug, Default)]
pub(crate) struct Names(HashSet<String>);

impl Names {
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self(names.map(str::to_ascii_lowercase).collect())
    }

    fn contains(&self, name: &str) -> bool {
        self.0.contains(&name.to_ascii_lowercase())
    }
}

/// Checks the text and gives the statement to run.
pub(crate) fn check(
    connection: &Connection,
    sql: &str,
    instance: &Instance,
) -> Result<String, Error> {
    if sql.len() > MAX_BYTES {
        return Err(Error::Refused(format!(
            "the statement is {} bytes long and may be at most {MAX_BYTES}: put long lists into a table of their own",
            sql.len()
        )));
    }
    if sql.contains('\0') {
        return Err(Error::NotOneRead(
            "the statement contains a NUL character: take it out".to_owned(),
        ));
    }
    let (explain, statement) = split_explain(sql)?;
    let document = match serialized(connection, statement, instance)? {
        Serialized::Document(document) => document,
        Serialized::NoSelect => {
            // What is left is either no read at all, or a PIVOT that takes its columns from the data.
            let filled = pivot::with_values(statement).ok_or_else(|| not_one_read(statement))?;
            match serialized(connection, &filled, instance) {
                Ok(Serialized::Document(document)) => document,
                _ => return Err(not_one_read(statement)),
            }
        }
    };
    let statements = document
        .array(Document::ROOT, "statements")
        .unwrap_or_default();
    match statements {
        [] => {
            return Err(Error::NotOneRead(
                "there is no statement: write one that reads, such as SELECT".to_owned(),
            ));
        }
        [statement] => Walk {
            document: &document,
            names: instance.names(),
            scopes: Vec::new(),
        }
        .statement(*statement)?,
        _ => {
            return Err(Error::NotOneRead(format!(
                "only one statement may run at a time, and these are {}: run them one after another",
                statements.len()
            )));
        }
    }
    Ok(if explain {
        format!("EXPLAIN {statement}")
    } else {
        statement.to_owned()
    })
}

enum Serialized {
    Document(Document),
    /// The text parses, but a statement in it is no SELECT.
    NoSelect,
}

/// Has DuckDB parse the text.
fn serialized(
    connection: &Connection,
    sql: &str,
    instance: &Instance,
) -> Result<Serialized, Error> {
    let json: String = connection
        .query_row(
            "SELECT system.main.json_serialize_sql(?::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)",
            [sql],
            |row| row.get(0),
        )
        .map_err(|error| instance.error(error))?;
    let unreadable = || Error::Internal("the parsed statement could not be read".to_owned());
    let document = Document::parse(&json).ok_or_else(unreadable)?;
    let failed = document
        .member(Document::ROOT, "error")
        .ok_or_else(unreadable)?;
    if !matches!(document.value(failed), Value::True) {
        return Ok(Serialized::Document(document));
    }
    let message = document
        .text(Document::ROOT, "error_message")
        .unwrap_or_default();
    match document.text(Document::ROOT, "error_type") {
        Some("not implemented") => Ok(Serialized::NoSelect),
        _ => Err(Error::Sql(
            instance.sentence(&format!("Parser Error: {message}")),
        )),
    }
}

/// Takes EXPLAIN off the front; whether it was there, and the statement after it.
fn split_explain(sql: &str) -> Result<(bool, &str), Error> {
    let start = skip_space(sql, 0);
    let word_end = |from: usize| {
        sql[from..]
            .find(|c: char| !(c.is_alphanumeric() || c == '_'))
            .map_or(sql.len(), |end| from + end)
    };
    let end = word_end(start);
    if !sql[start..end].eq_ignore_ascii_case("explain") {
        return Ok((false, sql));
    }
    let rest = skip_space(sql, end);
    let next = &sql[rest..word_end(rest)];
    // EXPLAIN ANALYZE prints where the files are. An option list is told from a query in brackets by its first word.
    let in_brackets = sql[rest..]
        .strip_prefix('(')
        .map(|inside| inside.trim_start().to_ascii_lowercase());
    if next.eq_ignore_ascii_case("analyze")
        || next.eq_ignore_ascii_case("analyse")
        || in_brackets.is_some_and(|inside| {
            ![
                "select",
                "with",
                "from",
                "values",
                "pivot",
                "unpivot",
                "table",
                "describe",
                "summarize",
                "show",
                "(",
            ]
            .iter()
            .any(|word| inside.starts_with(word))
        })
    {
        return Err(Error::Refused(
            "EXPLAIN runs here without ANALYZE and without options: leave them out".to_owned(),
        ));
    }
    Ok((true, &sql[rest..]))
}

fn skip_space(sql: &str, mut at: usize) -> usize {
    loop {
        if let Some(after) = pivot::after_comment(sql, at) {
            at = after;
            continue;
        }
        match sql[at..].chars().next() {
            Some(c) if c.is_whitespace() || c == '\u{feff}' => at += c.len_utf8(),
            _ => return at,
        }
    }
}

/// The error for a text that is something other than one read; it names the first word.
fn not_one_read(sql: &str) -> Error {
    let start = skip_space(sql, 0);
    let word: String = sql[start..]
        .chars()
        .take_while(|c| c.is_alphanumeric() || *c == '_')
        .take(20)
        .collect();
    let reads = [
        "select",
        "with",
        "from",
        "values",
        "describe",
        "summarize",
        "table",
        "show",
        "pivot",
        "unpivot",
        "explain",
    ];
    let what = if word.is_empty() || reads.contains(&word.to_ascii_lowercase().as_str()) {
        "this is something else, or more than one".to_owned()
    } else {
        format!("{} is not one", word.to_uppercase())
    };
    Error::NotOneRead(format!(
        "only a single statement that reads may run, such as SELECT, DESCRIBE, SUMMARIZE or PIVOT: {what}"
    ))
}

/// A WITH clause's names, as far as they are known where a node stands.
struct Scope {
    parent: Option<usize>,
    /// The name in lower case; a name seen by what comes after it.
    name: String,
    recursive: bool,
}

/// The way through a parsed statement; without recursion, for it may be deep.
struct Walk<'a> {
    document: &'a Document,
    names: &'a Names,
    scopes: Vec<Scope>,
}

impl Walk<'_> {
    fn statement(&mut self, statement: Id) -> Result<(), Error> {
        if self.document.member(statement, "named_param_map").is_some() {
            return Err(Error::Refused(
                "the statement has parameters: write the values into it".to_owned(),
            ));
        }
        let node = self
            .document
            .member(statement, "node")
            .ok_or_else(|| unknown("a statement without a query"))?;
        let mut open: Vec<(Id, Option<usize>)> = vec![(node, None)];
        while let Some((id, scope)) = open.pop() {
            match self.document.value(id) {
                Value::Array(elements) => {
                    open.extend(elements.iter().map(|element| (*element, scope)))
                }
                Value::Object(_) => self.object(id, scope, &mut open)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Judges one node and queues what is in it.
    fn object(
        &mut self,
        id: Id,
        scope: Option<usize>,
        open: &mut Vec<(Id, Option<usize>)>,
    ) -> Result<(), Error> {
        let document = self.document;
        let kind = document.text(id, "type").unwrap_or_default();
        if let Some(class) = document.text(id, "class") {
            self.expression(id, class)?;
        } else if let Some(cte_map) = document.member(id, "cte_map") {
            return self.query(id, kind, cte_map, scope, open);
        } else {
            match kind {
                "BASE_TABLE" => self.base_table(id, scope)?,
                "TABLE_FUNCTION" => {
                    let function = document
                        .member(id, "function")
                        .ok_or_else(|| unknown(kind))?;
                    self.table_function(function)?;
                    // Its own name is judged; its arguments are expressions like any other.
                    if let Value::Object(members) = document.value(function) {
                        open.extend(members.iter().map(|(_, value)| (*value, scope)));
                    }
                    if let Value::Object(members) = document.value(id) {
                        open.extend(
                            members
                                .iter()
                                .filter(|(key, _)| key != "function")
                                .map(|(_, value)| (*value, scope)),
                        );
                    }
                    return Ok(());
                }
                "SHOW_REF" => self.show(id)?,
                "JOIN" | "SUBQUERY" | "EXPRESSION_LIST" | "EMPTY" | "EMPTY_FROM" | "PIVOT" => {}
                "ORDER_MODIFIER"
                | "LIMIT_MODIFIER"
                | "LIMIT_PERCENT_MODIFIER"
                | "DISTINCT_MODIFIER" => {}
                "ORDER_DEFAULT" | "ASCENDING" | "DESCENDING" | "" => {}
                other => return Err(unknown(other)),
            }
        }
        if let Value::Object(members) = document.value(id) {
            open.extend(members.iter().map(|(_, value)| (*value, scope)));
        }
        Ok(())
    }

    /// Judges a query and queues its parts: each with the names of the WITH clause that it can see.
    fn query(
        &mut self,
        id: Id,
        kind: &str,
        cte_map: Id,
        scope: Option<usize>,
        open: &mut Vec<(Id, Option<usize>)>,
    ) -> Result<(), Error> {
        let document = self.document;
        match kind {
            "SELECT_NODE" | "SET_OPERATION_NODE" | "RECURSIVE_CTE_NODE" | "CTE_NODE" => {}
            "INSERT_QUERY_NODE" | "UPDATE_QUERY_NODE" | "DELETE_QUERY_NODE"
            | "MERGE_QUERY_NODE" => {
                return Err(Error::NotOneRead(
                    "only a statement that reads may run, and a part of this one writes: leave that part out".to_owned(),
                ));
            }
            other => return Err(unknown(other)),
        }
        let mut seen = scope;
        for entry in document.array(cte_map, "map").unwrap_or_default() {
            let name = document
                .text(*entry, "key")
                .ok_or_else(|| unknown("a WITH clause without a name"))?;
            let value = document
                .member(*entry, "value")
                .ok_or_else(|| unknown("an empty WITH clause"))?;
            let query = document
                .member(value, "query_node")
                .or_else(|| document.member(value, "query"));
            let recursive = query
                .is_some_and(|query| document.text(query, "type") == Some("RECURSIVE_CTE_NODE"));
            // Only the recursive part of a query sees the query's own name; `recursive_part` gives it to it.
            open.push((value, seen));
            self.scopes.push(Scope {
                parent: seen,
                name: name.to_ascii_lowercase(),
                recursive,
            });
            seen = Some(self.scopes.len() - 1);
        }
        let own = (kind == "RECURSIVE_CTE_NODE")
            .then(|| document.text(id, "cte_name"))
            .flatten()
            .map(|name| {
                self.scopes.push(Scope {
                    parent: seen,
                    name: name.to_ascii_lowercase(),
                    recursive: true,
                });
                self.scopes.len() - 1
            });
        if let Value::Object(members) = document.value(id) {
            for (key, value) in members {
                match key.as_str() {
                    "cte_map" => {}
                    "right" if own.is_some() => open.push((*value, own)),
                    _ => open.push((*value, seen)),
                }
            }
        }
        Ok(())
    }

    fn expression(&self, id: Id, class: &str) -> Result<(), Error> {
        match class {
            "FUNCTION" | "WINDOW" => {
                let name = self.document.text(id, "function_name").unwrap_or_default();
                // The name stands twice in the tree; both must be fit to be called.
                let last = self.path(id).pop().unwrap_or_default();
                for name in [name, last] {
                    if functions::scalar(name) == Verdict::Refused {
                        return Err(refused_function(name));
                    }
                }
                Ok(())
            }
            "PARAMETER" => Err(Error::Refused(
                "the statement has parameters: write the values into it".to_owned(),
            )),
            "BETWEEN"
            | "CASE"
            | "CAST"
            | "COLLATE"
            | "COLUMN_REF"
            | "COMPARISON"
            | "CONJUNCTION"
            | "CONSTANT"
            | "DEFAULT"
            | "LAMBDA"
            | "LAMBDA_REF"
            | "OPERATOR"
            | "POSITIONAL_REFERENCE"
            | "STAR"
            | "SUBQUERY"
            | "TYPE" => Ok(()),
            other => Err(unknown(other)),
        }
    }

    fn table_function(&self, function: Id) -> Result<(), Error> {
        let name = self
            .document
            .text(function, "function_name")
            .unwrap_or_default();
        let path = self.path(function);
        let last = path.last().copied().unwrap_or_default();
        if self.document.text(function, "class") != Some("FUNCTION")
            || !functions::table(name)
            || !functions::table(last)
        {
            return Err(refused_function(if name.is_empty() { last } else { name }));
        }
        Ok(())
    }

    fn base_table(&self, id: Id, scope: Option<usize>) -> Result<(), Error> {
        let path = self.path(id);
        let allowed = match path.as_slice() {
            [name] => self.names.contains(name) || self.is_with(name, scope, false),
            ["recurring", name] if self.is_with(name, scope, true) => true,
            [schema, name] => is(schema, &["main", "memory"]) && self.names.contains(name),
            [catalog, schema, name] => {
                is(catalog, &["memory"]) && is(schema, &["main"]) && self.names.contains(name)
            }
            _ => false,
        };
        if allowed && self.document.text(id, "table_name") == path.last().copied() {
            return Ok(());
        }
        Err(Error::Refused(format!(
            "there is no table {} here: a statement can read the datasets it was given, and nothing else",
            crate::quote_identifier(&path.join("."))
        )))
    }

    /// DESCRIBE, SUMMARIZE and SHOW; of the last only the list of tables.
    fn show(&self, id: Id) -> Result<(), Error> {
        let document = self.document;
        match document.text(id, "show_type") {
            Some("DESCRIBE" | "SUMMARY") if document.member(id, "query").is_some() => Ok(()),
            Some("SHOW_SPECIAL") if self.path(id) == ["\"tables\""] => Ok(()),
            _ => Err(Error::Refused(
                "only SHOW TABLES, DESCRIBE and SUMMARIZE of a table may run here: the rest tells about the engine".to_owned(),
            )),
        }
    }

    /// Whether a WITH clause that can be seen from here has the name.
    fn is_with(&self, name: &str, scope: Option<usize>, recursive: bool) -> bool {
        let name = name.to_ascii_lowercase();
        let mut at = scope;
        while let Some(index) = at {
            let scope = &self.scopes[index];
            if scope.name == name && (scope.recursive || !recursive) {
                return true;
            }
            at = scope.parent;
        }
        false
    }

    /// The qualified name of a table or function.
    fn path(&self, id: Id) -> Vec<&str> {
        let Some(name) = self.document.member(id, "qualified_name") else {
            return Vec::new();
        };
        self.document
            .array(name, "path")
            .unwrap_or_default()
            .iter()
            .map(|part| match self.document.value(*part) {
                Value::Text(text) => text.as_str(),
                _ => "",
            })
            .collect()
    }
}

fn is(name: &str, names: &[&str]) -> bool {
    names.iter().any(|other| name.eq_ignore_ascii_case(other))
}

fn refused_function(name: &str) -> Error {
    Error::Refused(format!(
        "the function {} may not be called here: it reads files, tells about the machine or is internal to the engine",
        crate::quote_identifier(name)
    ))
}

fn unknown(what: &str) -> Error {
    Error::Refused(format!(
        "the statement has a part that is not known to only read ({}): write it another way",
        what.to_ascii_lowercase().replace('_', " ")
    ))
}
