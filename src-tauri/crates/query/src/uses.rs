//! Which columns of which datasets a statement uses, and what for.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::tree::{self, Tree};
use crate::{Engine, Error, fold};

/// A column of a dataset that a statement uses.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct ColumnUse {
    /// The dataset's name, as it stands in the library.
    pub table: String,
    /// The column's name, as it stands in the dataset.
    pub column: String,
    /// The aggregate functions that it goes into, such as `sum`, each once.
    pub aggregates: Vec<String>,
    /// Whether rows are picked by it: in WHERE, HAVING or the condition of a join.
    pub filters: bool,
    /// Whether rows are grouped by it.
    pub groups: bool,
}

/// Aggregates that leave out what is NULL.
const AGGREGATES: [&str; 30] = [
    "sum",
    "avg",
    "mean",
    "min",
    "max",
    "count",
    "median",
    "quantile",
    "quantile_cont",
    "quantile_disc",
    "mode",
    "stddev",
    "stddev_samp",
    "stddev_pop",
    "variance",
    "var_samp",
    "var_pop",
    "arg_min",
    "arg_max",
    "min_by",
    "max_by",
    "approx_count_distinct",
    "approx_quantile",
    "string_agg",
    "product",
    "favg",
    "fsum",
    "corr",
    "geomean",
    "any_value",
];

/// What a name in a query stands for.
struct Source<'a> {
    alias: String,
    table: &'a str,
    columns: &'a [String],
}

impl Engine {
    /// The columns of datasets that a statement uses, in the order of their tables and names; those of `*` among them.
    /// Nothing for a statement that cannot be taken apart with certainty.
    ///
    /// # Errors
    /// Those of [`Engine::check`].
    pub fn columns_used(&self, sql: &str) -> Result<Vec<ColumnUse>, Error> {
        let Some(tree) = self.tree(sql)? else {
            return Ok(Vec::new());
        };
        // The columns of every dataset that the statement names.
        let mut known: BTreeMap<String, (String, Vec<String>)> = BTreeMap::new();
        for view in self.tables_of(&tree) {
            let columns = self.columns(&view)?.into_iter().map(|column| column.name);
            known.insert(fold(&view), (view, columns.collect()));
        }
        let mut used: BTreeMap<(String, String), ColumnUse> = BTreeMap::new();
        let mut selects: Vec<&Value> = Vec::new();
        tree::walk(tree.root(), &mut |value| {
            if value["type"].as_str() == Some("SELECT_NODE") {
                selects.push(value);
            }
        });
        for select in selects {
            let mut sources = Vec::new();
            sources_of(&select["from_table"], &known, &mut sources);
            for (key, part) in select.as_object().into_iter().flatten() {
                let what = match key.as_str() {
                    "where_clause" | "having" | "qualify" => Part::Filter,
                    "from_table" => Part::Filter,
                    "group_expressions" => Part::Group,
                    "modifiers" => Part::Order,
                    "cte_map" => continue,
                    _ => Part::Other,
                };
                visit(part, what, None, &sources, &mut used);
            }
            groups_by_position(select, &sources, &mut used);
        }
        Ok(used.into_values().collect())
    }

    /// The datasets that a statement reads, and views of them such as their strays, by their names. All of them for a
    /// statement that cannot be taken apart with certainty.
    ///
    /// # Errors
    /// Those of [`Engine::check`].
    pub fn tables_used(&self, sql: &str) -> Result<Vec<String>, Error> {
        Ok(match self.tree(sql)? {
            Some(tree) => self.tables_of(&tree),
            None => self.tables(),
        })
    }

    /// The tables that are named in a statement.
    fn tables_of(&self, tree: &Tree) -> Vec<String> {
        let mut named: Vec<String> = Vec::new();
        tree::walk(tree.root(), &mut |value| {
            if let Some((name, _)) = tree::table_names(value) {
                named.push(fold(name));
            }
        });
        // A WITH clause hides the dataset of its name.
        let mut clauses: Vec<String> = Vec::new();
        tree::walk(tree.root(), &mut |value| {
            for clause in value["map"].as_array().into_iter().flatten() {
                clauses.extend(clause["key"].as_str().map(fold));
            }
        });
        let mut tables = self.tables();
        tables.retain(|view| {
            let key = fold(view);
            named.contains(&key) && !clauses.contains(&key)
        });
        tables
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Part {
    Filter,
    Group,
    Order,
    Other,
}

fn sources_of<'a>(
    from: &Value,
    known: &'a BTreeMap<String, (String, Vec<String>)>,
    sources: &mut Vec<Source<'a>>,
) {
    match from["type"].as_str() {
        Some("JOIN") => {
            sources_of(&from["left"], known, sources);
            sources_of(&from["right"], known, sources);
        }
        Some("PIVOT") => sources_of(&from["source"], known, sources),
        _ => {
            if let Some((name, alias)) = tree::table_names(from)
                && let Some((table, columns)) = known.get(&fold(name))
            {
                sources.push(Source {
                    alias: fold(alias),
                    table,
                    columns,
                });
            }
        }
    }
}

/// Notes the columns in a part of a query, but for those of queries within it, which are visited by themselves.
fn visit(
    value: &Value,
    part: Part,
    aggregate: Option<&str>,
    sources: &[Source<'_>],
    used: &mut BTreeMap<(String, String), ColumnUse>,
) {
    if value["type"].as_str() == Some("SELECT_NODE") {
        return;
    }
    if let Some(names) = tree::column_names(value) {
        note(&names, part, aggregate, sources, used);
        return;
    }
    // ORDER BY ALL is a star too, of the columns of the result.
    if value["class"].as_str() == Some("STAR") && part != Part::Order {
        let only = value["relation_name"]
            .as_str()
            .map(fold)
            .filter(|name| !name.is_empty());
        for source in sources {
            if only.as_ref().is_none_or(|only| *only == source.alias) {
                for column in source.columns {
                    note(
                        &[column],
                        part,
                        aggregate,
                        std::slice::from_ref(source),
                        used,
                    );
                }
            }
        }
    }
    let function = value["function_name"].as_str().map(str::to_ascii_lowercase);
    let aggregate = match function.as_deref() {
        Some(name) => AGGREGATES
            .iter()
            .copied()
            .find(|known| *known == name)
            .or(aggregate),
        None => aggregate,
    };
    if let Some(columns) = value["using_columns"].as_array() {
        for name in columns.iter().filter_map(Value::as_str) {
            note(&[name], Part::Filter, None, sources, used);
        }
    }
    match value {
        Value::Array(elements) => elements
            .iter()
            .for_each(|element| visit(element, part, aggregate, sources, used)),
        Value::Object(members) => members.iter().for_each(|(key, member)| {
            // What an aggregate is filtered by is no part of its sum.
            let filter = key == "filter" && function.is_some();
            let (part, aggregate) = if filter {
                (Part::Filter, None)
            } else {
                (part, aggregate)
            };
            visit(member, part, aggregate, sources, used);
        }),
        _ => {}
    }
}

fn note(
    names: &[&str],
    part: Part,
    aggregate: Option<&str>,
    sources: &[Source<'_>],
    used: &mut BTreeMap<(String, String), ColumnUse>,
) {
    for source in sources {
        // `column`, `table.column`, `schema.table.column`, and fields of a nested column after either.
        let at = match names.iter().position(|name| fold(name) == source.alias) {
            Some(table) if names.len() > table + 1 => table + 1,
            _ if names.len() > 1 && sources.iter().any(|other| fold(names[0]) == other.alias) => {
                continue;
            }
            _ => 0,
        };
        let wanted = fold(names[at]);
        let Some(column) = source.columns.iter().find(|column| fold(column) == wanted) else {
            continue;
        };
        let entry = used
            .entry((source.table.to_owned(), column.clone()))
            .or_insert_with(|| ColumnUse {
                table: source.table.to_owned(),
                column: column.clone(),
                aggregates: Vec::new(),
                filters: false,
                groups: false,
            });
        entry.filters |= part == Part::Filter;
        entry.groups |= part == Part::Group;
        if let Some(aggregate) = aggregate
            && !entry.aggregates.iter().any(|known| known == aggregate)
        {
            entry.aggregates.push(aggregate.to_owned());
        }
    }
}

/// `GROUP BY 1` groups by what stands first in the list, and `GROUP BY ALL` by everything in it that is no aggregate.
fn groups_by_position(
    select: &Value,
    sources: &[Source<'_>],
    used: &mut BTreeMap<(String, String), ColumnUse>,
) {
    if select["aggregate_handling"].as_str() == Some("FORCE_AGGREGATES") {
        for listed in select["select_list"].as_array().into_iter().flatten() {
            if !has_aggregate(listed) {
                visit(listed, Part::Group, None, sources, used);
            }
        }
    }
    for expression in select["group_expressions"].as_array().into_iter().flatten() {
        let position = expression["literal"]["text"]
            .as_str()
            .and_then(|text| text.parse::<usize>().ok())
            .and_then(|position| position.checked_sub(1));
        if let Some(listed) = position.and_then(|position| select["select_list"].get(position)) {
            visit(listed, Part::Group, None, sources, used);
        }
    }
}

fn has_aggregate(expression: &Value) -> bool {
    let mut found = false;
    tree::walk(expression, &mut |value| {
        found |= value["function_name"].as_str().is_some_and(|name| {
            AGGREGATES
                .iter()
                .any(|aggregate| name.eq_ignore_ascii_case(aggregate))
        });
    });
    found
}
