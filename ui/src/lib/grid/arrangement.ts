/** Which rows of a table a person wants to see, and in which order; and how that is said. */
import type { Arrangement, Condition, Filter } from '$lib/api';
import { strings } from '$lib/strings';
import { kindOfType } from './cells';
import { shown, type Shown } from './shown';

/** All rows, as they come. */
export const AS_IT_IS: Arrangement = { sort: [], filters: [] };

/** What can be asked of the cells of a column; without what they are compared with. */
export type Test = Condition['is'];

/** Whether nothing is asked for. */
export function isPlain({ sort, filters }: Arrangement): boolean {
  return sort.length === 0 && filters.length === 0;
}

/** The direction in which a column is sorted, and its place among those that are; undefined where it is not. */
export function sortOf({ sort }: Arrangement, column: number): { descending: boolean; place: number } | undefined {
  const place = sort.findIndex((key) => key.column === column);
  const key = sort[place];
  return key === undefined ? undefined : { descending: key.descending, place };
}

/** The next step of a column's order: the smallest first, the largest first, no order. */
export function turned(arrangement: Arrangement, column: number, added: boolean): Arrangement {
  const now = sortOf(arrangement, column);
  const next = now === undefined ? false : now.descending ? null : true;
  return sorted(arrangement, column, next, added);
}

/** Sorts by a column; null takes it out of the order. What was sorted by before stays where it is `added`. */
export function sorted(
  arrangement: Arrangement,
  column: number,
  descending: boolean | null,
  added = false,
): Arrangement {
  const place = arrangement.sort.findIndex((key) => key.column === column);
  const others = arrangement.sort.filter((key) => key.column !== column);
  if (descending === null) return { ...arrangement, sort: added ? others : [] };
  if (!added) return { ...arrangement, sort: [{ column, descending }] };
  const sort = place < 0 ? [...others, { column, descending }] : arrangement.sort.with(place, { column, descending });
  return { ...arrangement, sort };
}

/** The condition on a column, where there is one. */
export function filterOf({ filters }: Arrangement, column: number): Condition | undefined {
  return filters.find((filter) => filter.column === column)?.condition;
}

/** Puts a condition on a column in place of the one that it had; null takes it away. */
export function filtered(arrangement: Arrangement, column: number, condition: Condition | null): Arrangement {
  const place = arrangement.filters.findIndex((filter) => filter.column === column);
  const others = arrangement.filters.filter((filter) => filter.column !== column);
  if (condition === null) return { ...arrangement, filters: others };
  const filter: Filter = { column, condition };
  return { ...arrangement, filters: place < 0 ? [...others, filter] : arrangement.filters.with(place, filter) };
}

/** The conditions on the other columns. */
export function filtersBesides({ filters }: Arrangement, column: number): Filter[] {
  return filters.filter((filter) => filter.column !== column);
}

const TESTS = {
  text: ['contains', 'lacks', 'starts_with', 'equal', 'other', 'is_null', 'is_not_null'],
  number: ['equal', 'other', 'less', 'at_most', 'greater', 'at_least', 'between', 'is_null', 'is_not_null'],
  time: ['equal', 'other', 'less', 'at_most', 'greater', 'at_least', 'between', 'is_null', 'is_not_null'],
  truth: ['is_null', 'is_not_null'],
  nested: ['contains', 'lacks', 'is_null', 'is_not_null'],
} satisfies Record<string, Test[]>;

/** The chosen values with one more, or without it where it was among them. */
export function toggled(chosen: ReadonlySet<string | null>, value: string | null): Set<string | null> {
  const next = new Set(chosen);
  if (!next.delete(value)) next.add(value);
  return next;
}

/** Whether cells of the type are single values that can be listed and compared. */
export function isComparable(type: string): boolean {
  return /^(VARCHAR|BOOLEAN|U?(TINY|SMALL|BIG|HUGE)INT|U?INTEGER|DECIMAL(\(.*\))?|DOUBLE|FLOAT|DATE|TIME|TIMESTAMP)$/.test(
    type.toUpperCase(),
  );
}

/** What can be asked of a column of this type, besides for its values. */
export function testsFor(type: string): Test[] {
  return isComparable(type) ? TESTS[kindOfType(type)] : TESTS.nested;
}

/** How many values a test compares with. */
export function operandsOf(test: Test): 0 | 1 | 2 {
  if (test === 'between') return 2;
  return test === 'is_null' || test === 'is_not_null' || test === 'one_of' || test === 'none_of' ? 0 : 1;
}

/** What the person typed as the value of a condition on a column of this type; null where it is no such value. */
export function valueFor(type: string, text: string, way: Shown = shown): string | null {
  const kind = isComparable(type) ? kindOfType(type) : 'text';
  if (kind === 'number') return way.toNumber(text);
  if (kind !== 'time') return text === '' ? null : text;
  const value = way.toTime(text);
  if (value === null) return null;
  const hasDay = /^\d{4}-\d{2}-\d{2}/.test(value);
  if (type.toUpperCase() === 'TIME') return hasDay || !value.includes(':') ? null : value;
  if (!hasDay) return null;
  return type.toUpperCase() === 'DATE' && value.includes(':') ? null : value;
}

/** A condition of what was typed; null where something is missing. */
export function conditionOf(test: Test, first: string | null, second: string | null): Condition | null {
  switch (test) {
    case 'is_null':
    case 'is_not_null':
      return { is: test };
    case 'between':
      return first === null || second === null ? null : { is: test, from: first, to: second };
    case 'one_of':
    case 'none_of':
      return null;
    default:
      return first === null ? null : { is: test, value: first };
  }
}

/** What a condition compares with, as the person would type it. */
export function typed(condition: Condition, type: string, way: Shown = shown): [string, string] {
  const text = (value: string) => {
    const kind = isComparable(type) ? kindOfType(type) : 'text';
    return kind === 'number' || kind === 'time' ? valueText(value, type, way) : value;
  };
  if (condition.is === 'between') return [text(condition.from), text(condition.to)];
  return ['value' in condition ? text(condition.value) : '', ''];
}

/** A value of a cell as a person reads it. */
export function valueText(value: string | null, type: string, way: Shown = shown): string {
  if (value === null) return strings.grid.null;
  if (value === '') return strings.grid.emptyText;
  const kind = isComparable(type) ? kindOfType(type) : 'text';
  if (kind === 'number') return way.number(value);
  return kind === 'time' ? way.time(value.replace('T', ' ')) : value;
}

/** A condition in words, without its column. */
export function inWords(condition: Condition, type: string, way: Shown = shown): string {
  const value = (text: string | null) => valueText(text, type, way);
  if (condition.is === 'one_of' || condition.is === 'none_of')
    return strings.filter.said[condition.is](condition.values.map(value));
  if (condition.is === 'between') return strings.filter.said.between(value(condition.from), value(condition.to));
  if (condition.is === 'is_null' || condition.is === 'is_not_null') return strings.filter.tests[condition.is];
  return `${strings.filter.tests[condition.is]} ${value(condition.value)}`;
}
