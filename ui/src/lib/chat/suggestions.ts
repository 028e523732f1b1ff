import type { DatasetDetail } from '$lib/api';
import { kindOfType } from '$lib/grid/cells';
import { strings } from '$lib/strings';

/** Questions that fit a dataset's columns: what it is, a count, an average, a course in time. */
export function suggestions(name: string, detail: DatasetDetail | undefined): string[] {
  const words = strings.chat.suggestions;
  const asked = [words.overview(name)];
  const profile = detail?.profile as { columns?: { name: string; distinct: number }[] } | null | undefined;
  const distinct = new Map((profile?.columns ?? []).map((each) => [each.name, each.distinct]));
  const columns = detail?.columns ?? [];
  // A column to group by has a few values; one to average is no number that names things.
  const group = columns.find((each) => {
    const values = distinct.get(each.name) ?? 0;
    return kindOfType(each.type) === 'text' && values > 1 && values <= 200;
  });
  const date = columns.find((each) => /^(DATE|TIMESTAMP)/.test(each.type));
  const amount = columns.find(
    (each) =>
      /^(DECIMAL|DOUBLE|BIGINT)/.test(each.type) &&
      !/id$|^id|year|month|day|code|number|no$|time|phone|zip/i.test(each.name),
  );
  if (group !== undefined) asked.push(words.count(group.name));
  if (group !== undefined && amount !== undefined) asked.push(words.total(amount.name, group.name));
  if (date !== undefined) asked.push(words.trend(date.name));
  return asked.slice(0, 4);
}
