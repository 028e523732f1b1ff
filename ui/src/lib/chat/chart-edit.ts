/** Charts that a person changes: which columns are drawn, and how. */
import type { ChatChart, ResultColumn } from '$lib/api';
import { kindOfType } from '$lib/grid/cells';

export const KINDS = ['bar', 'line', 'area', 'scatter', 'histogram', 'heatmap'] as const;
export type Kind = (typeof KINDS)[number];

/** What a chart draws: names of columns, empty where there is none. */
export interface Choice {
  kind: Kind;
  x: string;
  y: string;
  color: string;
}

interface Channel {
  field?: unknown;
}

/** A name as a specification has it: what would lead into an object has a backslash before it. */
const escaped = (name: string) => name.replace(/[\\.[\]]/g, '\\$&');
const unescaped = (field: string) => field.replace(/\\(.)/g, '$1');

/** What a chart draws now. */
export function choiceOf(chart: ChatChart): Choice {
  const encoding = (chart.spec['encoding'] ?? {}) as Record<string, Channel | undefined>;
  const named = (channel: string) => {
    const field = encoding[channel]?.field;
    return typeof field === 'string' ? unescaped(field) : '';
  };
  const kind = KINDS.find((each) => each === chart.kind) ?? 'bar';
  return { kind, x: named('x'), y: named('y'), color: named('color') };
}

/** The same chart as a person wants it. A histogram counts the rows itself. */
export function changed(chart: ChatChart, columns: ResultColumn[], choice: Choice): ChatChart {
  const channel = (name: string) => {
    const column = columns.find((each) => each.name === name);
    if (column === undefined) return undefined;
    const type = { number: 'quantitative', time: 'temporal', truth: 'nominal', text: 'nominal' }[
      kindOfType(column.type)
    ];
    return { field: escaped(name), type, title: name };
  };
  const encoding = Object.fromEntries(
    [
      ['x', channel(choice.x)],
      ['y', choice.kind === 'histogram' ? undefined : channel(choice.y)],
      ['color', choice.kind === 'histogram' ? undefined : channel(choice.color)],
    ].filter(([, value]) => value !== undefined),
  ) as Record<string, unknown>;
  return { ...chart, kind: choice.kind, spec: { ...chart.spec, encoding } };
}
