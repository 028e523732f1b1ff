//! How many slips lie between two texts.

/// Characters to insert, remove, replace or exchange with the next to make one text of the other, where they are at most
/// `most`: the restricted Damerau–Levenshtein distance, also called optimal string alignment.
pub fn edit_distance(a: &str, b: &str, most: usize) -> Option<usize> {
    let a: Vec<char> = a.chars().collect();
    let b: Vec<char> = b.chars().collect();
    distance(&a, &b, most)
}

/// As [`edit_distance`], of characters.
pub(crate) fn distance(a: &[char], b: &[char], most: usize) -> Option<usize> {
    if a.len().abs_diff(b.len()) > most {
        return None;
    }
    // What both begin or end with is no slip, and most pairs differ in the middle only.
    let front = a.iter().zip(b).take_while(|(x, y)| x == y).count();
    let (a, b) = (&a[front..], &b[front..]);
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (a, b) = (&a[..a.len() - back], &b[..b.len() - back]);
    if a.is_empty() || b.is_empty() {
        let distance = a.len().max(b.len());
        return (distance <= most).then_some(distance);
    }
    let mut before: Vec<usize> = vec![0; b.len() + 1];
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let mut row = vec![0; b.len() + 1];
    let mut least_before = 0;
    for i in 1..=a.len() {
        row[0] = i;
        let mut least = i;
        for j in 1..=b.len() {
            let replaced = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut cost = replaced.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                cost = cost.min(before[j - 2] + 1);
            }
            row[j] = cost;
            least = least.min(cost);
        }
        // An exchange reaches back over two rows.
        if least > most && least_before > most {
            return None;
        }
        least_before = least;
        std::mem::swap(&mut before, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    (last[b.len()] <= most).then_some(last[b.len()])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn slips_are_counted() {
        for (a, b, distance) in [
            ("acme", "acme", Some(0)),
            ("acme", "akme", Some(1)),
            ("acme", "amce", Some(1)),
            ("acme", "acm", Some(1)),
            ("acme", "accme", Some(1)),
            ("kitten", "sitting", Some(3)),
            ("kitten", "unrelated", None),
            ("", "abc", Some(3)),
            ("", "", Some(0)),
            ("ä", "a", Some(1)),
        ] {
            assert_eq!(edit_distance(a, b, 3), distance, "{a} {b}");
        }
    }

    /// The textbook's recurrence, with nothing spared.
    fn textbook(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                table[i][j] = if i == 0 || j == 0 {
                    i.max(j)
                } else {
                    let mut cost = (table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]))
                        .min(table[i - 1][j] + 1)
                        .min(table[i][j - 1] + 1);
                    if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                        cost = cost.min(table[i - 2][j - 2] + 1);
                    }
                    cost
                };
            }
        }
        table[a.len()][b.len()]
    }

    proptest! {
        #[test]
        fn is_the_textbooks(a in "[abc]{0,8}", b in "[abc]{0,8}", most in 0_usize..6) {
            let (x, y): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
            let expected = textbook(&x, &y);
            prop_assert_eq!(edit_distance(&a, &b, most), (expected <= most).then_some(expected));
        }
    }
}
