//! Joins: which columns may join two datasets, and what the joins of a statement lose or multiply.

use std::time::Instant;

use serde_json::Value;

use crate::sql::grouped;
use crate::tree::{self, Tree};
use crate::{Cancel, Engine, Error, RunOptions, fold, quote_identifier};

/// What one join of a statement does to the rows, counted over the whole tables without the statement's filters.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct JoinHealth {
    /// What the left side is called.
    pub left: String,
    /// What the right side is called.
    pub right: String,
    /// The keys as SQL, such as `o.customer = c.id`.
    pub on: String,
    /// Distinct keys of the left side.
    pub left_keys: u64,
    /// Those of them that the right side does not have.
    pub left_keys_alone: u64,
    /// Rows of the left side with such a key.
    pub left_rows_alone: u64,
    /// Distinct keys of the right side.
    pub right_keys: u64,
    /// Those of them that the left side does not have.
    pub right_keys_alone: u64,
    /// Rows of the right side with such a key.
    pub right_rows_alone: u64,
    /// Keys that stand in several rows on both sides, so that each of those rows meets each of the others.
    pub keys_many_to_many: u64,
    /// Rows of the left side that find a partner.
    pub left_rows_matched: u64,
    /// Rows of the right side that find a partner.
    pub right_rows_matched: u64,
    /// Pairs of rows that the join makes.
    pub pairs: u64,
    /// Rows of the left side that are left out: those without a partner, unless the join keeps them.
    pub left_rows_lost: u64,
    /// Rows of the right side that are left out.
    pub right_rows_lost: u64,
    /// Sums and averages that count a row of their own side more than once, as SQL.
    pub repeated: Vec<String>,
}

impl JoinHealth {
    /// Whether rows multiply: keys stand in several rows on both sides.
    pub fn multiplies(&self) -> bool {
        self.keys_many_to_many > 0
    }

    /// What a person should know, a sentence each; none where every key finds its partner and nothing multiplies.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        let alone = |keys: u64, of: u64, this: &str, other: &str, rows: u64, lost: u64| {
            format!(
                "{} of {} keys of {this} {} no partner in {other} (join on {}): {}{}",
                grouped(keys),
                grouped(of),
                if keys == 1 { "finds" } else { "find" },
                self.on,
                count(rows, "row"),
                if lost > 0 {
                    ", left out of the result."
                } else {
                    ", kept with empty cells."
                }
            )
        };
        if self.left_keys_alone > 0 {
            sentences.push(alone(
                self.left_keys_alone,
                self.left_keys,
                &self.left,
                &self.right,
                self.left_rows_alone,
                self.left_rows_lost,
            ));
        }
        // That a table to look things up in has more than is looked up says nothing, unless its rows were to be kept.
        if self.right_keys_alone > 0
            && (self.right_rows_lost == 0 || self.right_keys_alone * 2 > self.right_keys)
        {
            sentences.push(alone(
                self.right_keys_alone,
                self.right_keys,
                &self.right,
                &self.left,
                self.right_rows_alone,
                self.right_rows_lost,
            ));
        }
        if self.multiplies() {
            sentences.push(format!(
                "Rows multiply: {} in several rows of both {} and {} (join on {}), so {} and {} become {}.",
                if self.keys_many_to_many == 1 {
                    "1 key stands".to_owned()
                } else {
                    format!("{} keys stand", grouped(self.keys_many_to_many))
                },
                self.left,
                self.right,
                self.on,
                count(self.left_rows_matched, "row"),
                grouped(self.right_rows_matched),
                grouped(self.pairs)
            ));
        }
        for sum in &self.repeated {
            sentences.push(format!(
                "{sum} counts rows more than once: the join of {} and {} on {} repeats them.",
                self.left, self.right, self.on
            ));
        }
        sentences
    }
}

fn count(count: u64, what: &str) -> String {
    match count {
        1 => format!("1 {what}"),
        count => format!("{} {what}s", grouped(count)),
    }
}

/// Joins that are looked at in one statement.
const MOST_JOINS: usize = 6;

impl Engine {
    /// Counts for each join of a statement on equal keys how many keys find no partner, and whether rows multiply.
    ///
    /// Joins in WITH clauses and in FROM are looked at too. [`RunOptions::timeout`] bounds all of it together; a join for
    /// which there was no time, and one whose sides cannot be told apart with certainty, is left out.
    ///
    /// # Errors
    /// Those of the statement, and [`Error::Cancelled`].
    pub fn join_health(
        &self,
        sql: &str,
        run: &RunOptions,
        cancel: &Cancel,
    ) -> Result<Vec<JoinHealth>, Error> {
        let begun = Instant::now();
        let Some(tree) = self.tree(sql)? else {
            return Ok(Vec::new());
        };
        let mut found = Vec::new();
        for place in tree.selects() {
            let node = tree.at(&place);
            let mut open = vec![format!("{place}/from_table")];
            while let Some(place) = open.pop() {
                let join = tree.at(&place);
                if join["type"].as_str() != Some("JOIN") || found.len() >= MOST_JOINS {
                    continue;
                }
                open.extend([format!("{place}/left"), format!("{place}/right")]);
                let left = run
                    .timeout
                    .map(|timeout| timeout.saturating_sub(begun.elapsed()));
                let run = RunOptions {
                    timeout: left,
                    ..run.clone()
                };
                match self.health_of(&tree, node, join, &run, cancel) {
                    Ok(health) => found.extend(health),
                    Err(Error::Cancelled) => return Err(Error::Cancelled),
                    // Facts that cannot be had are no reason to withhold an answer.
                    Err(error) => tracing::debug!(%error, "a join could not be looked at"),
                }
            }
        }
        Ok(found)
    }

    fn health_of(
        &self,
        tree: &Tree,
        node: &Value,
        join: &Value,
        run: &RunOptions,
        cancel: &Cancel,
    ) -> Result<Option<JoinHealth>, Error> {
        let kind = join["join_type"].as_str().unwrap_or_default();
        let regular = join["ref_type"].as_str() == Some("REGULAR");
        if !regular || !["INNER", "LEFT", "RIGHT", "OUTER"].contains(&kind) {
            return Ok(None);
        }
        let Some(keys) = self.keys(tree, join)? else {
            return Ok(None);
        };
        let side = |from: &Value, pick: fn(&(Value, Value)) -> &Value, prefix: &str| {
            let list = keys
                .iter()
                .enumerate()
                .map(|(index, key)| tree::named(pick(key), &format!("{prefix}{index}")))
                .collect();
            self.sql_of(&tree.select(list, from))
        };
        let (Some(left), Some(right)) = (
            side(&join["left"], |key| &key.0, "k")?,
            side(&join["right"], |key| &key.1, "k")?,
        ) else {
            return Ok(None);
        };
        let columns = tree::list("k", keys.len());
        let present = (0..keys.len())
            .map(|index| format!("{} IS NOT NULL", quote_identifier(&format!("k{index}"))))
            .collect::<Vec<_>>()
            .join(" AND ");
        let counted = |sql: &str| {
            format!(
                "SELECT {columns}, count(*) AS n FROM ({sql}) AS q WHERE {present} GROUP BY {columns}"
            )
        };
        let numbers = self.numbers(
            &format!(
                "WITH l AS MATERIALIZED ({}), r AS MATERIALIZED ({}), \
                 lnull AS (SELECT count(*) AS n FROM ({left}) AS q WHERE NOT ({present})), \
                 rnull AS (SELECT count(*) AS n FROM ({right}) AS q WHERE NOT ({present})), \
                 b AS MATERIALIZED (SELECT l.n AS ln, r.n AS rn FROM l FULL JOIN r USING ({columns})) \
                 SELECT count(ln), count(*) FILTER (rn IS NULL), coalesce(sum(ln) FILTER (rn IS NULL), 0), \
                 count(rn), count(*) FILTER (ln IS NULL), coalesce(sum(rn) FILTER (ln IS NULL), 0), \
                 count(*) FILTER (ln > 1 AND rn > 1), coalesce(sum(ln) FILTER (rn IS NOT NULL), 0), \
                 coalesce(sum(rn) FILTER (ln IS NOT NULL), 0), coalesce(sum(ln::HUGEINT * rn), 0), \
                 count(*) FILTER (ln > 1 AND rn IS NOT NULL), count(*) FILTER (rn > 1 AND ln IS NOT NULL), \
                 any_value((SELECT n FROM lnull)), any_value((SELECT n FROM rnull)) FROM b",
                counted(&left),
                counted(&right)
            ),
            run,
            cancel,
        )?;
        let n = |index: usize| numbers.get(index).copied().flatten().unwrap_or(0);
        if numbers.len() < 12 {
            return Ok(None);
        }
        let (keep_left, keep_right) = (
            matches!(kind, "LEFT" | "OUTER"),
            matches!(kind, "RIGHT" | "OUTER"),
        );
        // Rows without a key find no partner either.
        let (left_rows_alone, right_rows_alone) = (n(2) + n(12), n(5) + n(13));
        let on = self.on_connection(|connection, _| {
            Ok(keys
                .iter()
                .filter_map(|(left, right)| {
                    let (left, right) = (
                        tree::expression_sql(connection, left)?,
                        tree::expression_sql(connection, right)?,
                    );
                    Some(if left == right {
                        left
                    } else {
                        format!("{left} = {right}")
                    })
                })
                .collect::<Vec<_>>()
                .join(" AND "))
        })?;
        // A row of one side is repeated where its key stands in several rows of the other.
        let mut repeated = Vec::new();
        if n(11) > 0 {
            repeated.extend(self.sums_over(tree, node, &join["left"], &join["right"])?);
        }
        if n(10) > 0 {
            repeated.extend(self.sums_over(tree, node, &join["right"], &join["left"])?);
        }
        Ok(Some(JoinHealth {
            left: side_name(&join["left"], &keys[0].0),
            right: side_name(&join["right"], &keys[0].1),
            on,
            left_keys: n(0),
            left_keys_alone: n(1),
            left_rows_alone,
            right_keys: n(3),
            right_keys_alone: n(4),
            right_rows_alone,
            keys_many_to_many: n(6),
            left_rows_matched: n(7),
            right_rows_matched: n(8),
            pairs: n(9),
            left_rows_lost: if keep_left { 0 } else { left_rows_alone },
            right_rows_lost: if keep_right { 0 } else { right_rows_alone },
            repeated,
        }))
    }

    /// The expressions that a join holds equal, the left side's first; `None` where it is not quite that.
    fn keys(&self, tree: &Tree, join: &Value) -> Result<Option<Vec<(Value, Value)>>, Error> {
        if let Some(columns) = join["using_columns"].as_array() {
            let keys = columns
                .iter()
                .filter_map(|name| name.as_str().map(tree::column))
                .map(|column| (column.clone(), column))
                .collect::<Vec<_>>();
            return Ok((!keys.is_empty()).then_some(keys));
        }
        let (left, right) = (&join["left"], &join["right"]);
        let mut keys = Vec::new();
        for condition in tree::conjuncts(&join["condition"]) {
            if condition["type"].as_str() != Some("COMPARE_EQUAL") {
                return Ok(None);
            }
            let (a, b) = (&condition["left"], &condition["right"]);
            // DuckDB itself tells to which side an expression belongs.
            let binds = [
                self.binds(tree, a, left)?,
                self.binds(tree, b, right)?,
                self.binds(tree, b, left)?,
                self.binds(tree, a, right)?,
            ];
            match binds {
                [true, true, false, _] | [true, true, _, false] => {
                    keys.push((a.clone(), b.clone()))
                }
                [false, _, true, true] | [_, false, true, true] => {
                    keys.push((b.clone(), a.clone()))
                }
                _ => return Ok(None),
            }
        }
        Ok((!keys.is_empty()).then_some(keys))
    }

    /// Whether an expression has a column and means something over a part of FROM alone.
    fn binds(&self, tree: &Tree, expression: &Value, from: &Value) -> Result<bool, Error> {
        let mut has_column = false;
        tree::walk(expression, &mut |value| {
            has_column |= tree::column_names(value).is_some()
        });
        if !has_column {
            return Ok(false);
        }
        let Some(sql) = self.sql_of(&tree.select(vec![expression.clone()], from))? else {
            return Ok(false);
        };
        self.on_connection(|connection, instance| {
            let Ok(sql) = crate::check::check(connection, &sql, instance) else {
                return Ok(false);
            };
            Ok(connection.prepare(&sql).is_ok())
        })
    }

    /// The sums and averages of a query whose argument is of one side of a join and not of the other.
    fn sums_over(
        &self,
        tree: &Tree,
        node: &Value,
        side: &Value,
        other: &Value,
    ) -> Result<Vec<String>, Error> {
        let mut sums: Vec<&Value> = Vec::new();
        tree::walk(&node["select_list"], &mut |value| {
            let is_sum = value["class"].as_str() == Some("FUNCTION")
                && matches!(
                    value["function_name"].as_str(),
                    Some("sum" | "avg" | "mean")
                )
                && value["distinct"].as_bool() != Some(true);
            if is_sum {
                sums.push(value);
            }
        });
        let mut found = Vec::new();
        for sum in sums {
            let argument = &sum["arguments"][0]["expression"];
            if self.binds(tree, argument, side)? && !self.binds(tree, argument, other)? {
                let mut plain = sum.clone();
                if let Some(members) = plain.as_object_mut() {
                    members.remove("alias");
                }
                found.extend(
                    self.on_connection(|connection, _| {
                        Ok(tree::expression_sql(connection, &plain))
                    })?,
                );
            }
        }
        Ok(found)
    }
}

/// What a person may call one side of a join: the table of its key.
fn side_name(side: &Value, key: &Value) -> String {
    let mut tables: Vec<(String, String)> = Vec::new();
    let mut open = vec![side];
    while let Some(part) = open.pop() {
        match part["type"].as_str() {
            Some("JOIN") => open.extend([&part["left"], &part["right"]]),
            Some("BASE_TABLE") => {
                if let Some((name, alias)) = tree::table_names(part) {
                    tables.push((alias.to_owned(), name.to_owned()));
                }
            }
            _ => {
                if let Some(alias) = part["alias"].as_str() {
                    tables.push((alias.to_owned(), alias.to_owned()));
                }
            }
        }
    }
    let mut qualifier = None;
    tree::walk(key, &mut |value| {
        if let Some([.., table, _]) = tree::column_names(value).as_deref() {
            qualifier = Some(fold(table));
        }
    });
    let of_key = tables
        .iter()
        .find(|(alias, _)| Some(fold(alias)) == qualifier);
    match (of_key, tables.as_slice()) {
        (Some((_, name)), _) => name.clone(),
        (None, [(_, name)]) => name.clone(),
        (None, []) => "the subquery".to_owned(),
        (None, _) => tables
            .iter()
            .rev()
            .map(|(_, name)| name.as_str())
            .collect::<Vec<_>>()
            .join(" and "),
    }
}
