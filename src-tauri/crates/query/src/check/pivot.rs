//! Makes a PIVOT that takes its columns from the data readable for DuckDB's serializer.
//!
//! DuckDB parses such a PIVOT into several statements (one that collects the values into an enumeration for each
//! column, then the query itself), and its serializer takes nothing but single SELECTs. For checking only, each column
//! without values is given a list: `ON a, b` becomes `ON (a) IN (0), (b) IN (0)`. Nothing is taken away from the text
//! and no quote is added, so every table and function of the original is in what is checked, wherever the brackets fall.

/// The text with a list of values for each column of a PIVOT that has none; `None` where there is no such PIVOT.
pub(super) fn with_values(sql: &str) -> Option<String> {
    let tokens = tokens(sql);
    let mut insertions: Vec<(usize, &str)> = Vec::new();
    for (index, token) in tokens.iter().enumerate() {
        if token.word(sql, &["pivot", "pivot_wider"]) {
            columns_without_values(sql, &tokens[index + 1..], &mut insertions);
        }
    }
    if insertions.is_empty() {
        return None;
    }
    insertions.sort_by_key(|(at, _)| *at);
    insertions.dedup();
    let mut text = String::with_capacity(sql.len() + insertions.len() * 10);
    let mut from = 0;
    for (at, insertion) in insertions {
        text.push_str(&sql[from..at]);
        text.push_str(insertion);
        from = at;
    }
    text.push_str(&sql[from..]);
    Some(text)
}

/// Finds the columns after every ON that belongs to the PIVOT whose keyword came just before `tokens`.
fn columns_without_values(
    sql: &str,
    tokens: &[Token],
    insertions: &mut Vec<(usize, &'static str)>,
) {
    const ENDS: &[&str] = &[
        "using",
        "group",
        "order",
        "limit",
        "offset",
        "union",
        "intersect",
        "except",
        "on",
        "join",
        "left",
        "right",
        "full",
        "inner",
        "cross",
        "natural",
        "asof",
        "positional",
        "anti",
        "semi",
        "where",
        "having",
        "qualify",
        "window",
        "sample",
    ];
    let mut depth = 0_i32;
    let mut index = 0;
    while index < tokens.len() {
        let token = &tokens[index];
        depth += token.step(sql);
        if depth < 0 || (depth == 0 && token.text(sql) == ";") {
            return;
        }
        index += 1;
        if depth > 0 || !token.word(sql, &["on"]) {
            continue;
        }
        // Columns follow, up to a word that ends the list, or the end of the PIVOT.
        loop {
            let first = index;
            let mut has_values = false;
            while index < tokens.len() {
                let token = &tokens[index];
                let step = token.step(sql);
                if depth == 0
                    && (step < 0 || matches!(token.text(sql), "," | ";") || token.word(sql, ENDS))
                {
                    break;
                }
                has_values |= depth == 0 && token.word(sql, &["in"]);
                depth += step;
                index += 1;
            }
            if index > first && !has_values {
                insertions.push((tokens[first].start, " ("));
                insertions.push((tokens[index - 1].end, ") IN (0) "));
            }
            if index < tokens.len() && tokens[index].text(sql) == "," {
                index += 1;
            } else {
                break;
            }
        }
    }
}

/// A word, a number, a quoted text or name, or a single other character.
struct Token {
    start: usize,
    end: usize,
}

impl Token {
    fn text<'a>(&self, sql: &'a str) -> &'a str {
        &sql[self.start..self.end]
    }

    fn word(&self, sql: &str, words: &[&str]) -> bool {
        words
            .iter()
            .any(|word| self.text(sql).eq_ignore_ascii_case(word))
    }

    /// What the token does to the depth of brackets.
    fn step(&self, sql: &str) -> i32 {
        match self.text(sql) {
            "(" | "[" | "{" => 1,
            ")" | "]" | "}" => -1,
            _ => 0,
        }
    }
}

/// The position after the comment that begins at `at`, if one does.
pub(super) fn after_comment(sql: &str, at: usize) -> Option<usize> {
    let rest = &sql[at..];
    if rest.starts_with("--") {
        return Some(
            rest.find(['\n', '\r'])
                .map_or(sql.len(), |end| at + end + 1),
        );
    }
    if !rest.starts_with("/*") {
        return None;
    }
    Some(
        rest[2..]
            .find("*/")
            .map_or(sql.len(), |end| at + 2 + end + 2),
    )
}

fn tokens(sql: &str) -> Vec<Token> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(first) = sql[at..].chars().next() {
        if let Some(after) = after_comment(sql, at) {
            at = after;
            continue;
        }
        let start = at;
        at += first.len_utf8();
        if first.is_whitespace() {
            continue;
        }
        if first == '\'' || first == '"' {
            at = sql[at..].find(first).map_or(sql.len(), |end| at + end + 1);
        } else if first == '$'
            && let Some(tag) = sql[at..].find('$').map(|end| &sql[start..=at + end])
            && tag[1..tag.len() - 1]
                .chars()
                .all(|c| c.is_alphanumeric() || c == '_')
        {
            let body = start + tag.len();
            at = sql[body..]
                .find(tag)
                .map_or(sql.len(), |end| body + end + tag.len());
        } else if first.is_alphanumeric() || first == '_' {
            at = sql[at..]
                .find(|c: char| !(c.is_alphanumeric() || c == '_' || c == '$'))
                .map_or(sql.len(), |end| at + end);
        }
        tokens.push(Token { start, end: at });
    }
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;

    fn filled(sql: &str) -> String {
        with_values(sql).unwrap_or_else(|| sql.to_owned())
    }

    #[test]
    fn columns_get_values() {
        for (sql, expected) in [
            ("PIVOT t ON a", "PIVOT t ON  (a) IN (0) "),
            (
                "pivot t on a, f(b, c) using sum(x)",
                "pivot t on  (a) IN (0) ,  (f(b, c)) IN (0)  using sum(x)",
            ),
            (
                "pivot t on a in (1) , b group by c",
                "pivot t on a in (1) ,  (b) IN (0)  group by c",
            ),
            ("from (pivot t on a) x", "from (pivot t on  (a) IN (0) ) x"),
            (
                "pivot t on a -- on b\n",
                "pivot t on  (a) IN (0)  -- on b\n",
            ),
            (
                "pivot \"on x\" on 'it''s'||a;",
                "pivot \"on x\" on  ('it''s'||a) IN (0) ;",
            ),
        ] {
            assert_eq!(filled(sql), expected);
        }
    }

    #[test]
    fn other_text_stays() {
        for sql in [
            "select 1",
            "select 'pivot t on a'",
            "pivot t on a in (1)",
            "-- pivot t on a",
            "select $$pivot t on a$$",
        ] {
            assert_eq!(filled(sql), sql);
        }
    }

    #[test]
    fn any_text_is_taken() {
        for sql in [
            "pivot",
            "pivot on",
            "pivot ((( on",
            "pivot t on )",
            "$",
            "'",
            "\"é",
            "/*",
            "pivot é on é,",
            "$é$ on $é$",
        ] {
            filled(sql);
        }
    }
}
