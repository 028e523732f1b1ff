/** A conversation as it is shown, and how the events of an answer change it. Pure: no state, no clock, no core. */
import type {
  ChatAnswer,
  ChatEvent,
  ChatExtras,
  ChatMessage,
  ChatStep,
  ChatUsage,
  Failure,
  ResultColumn,
} from '$lib/api';

/** One query of an answer. */
export interface Step {
  step: number;
  sql: string;
  /** The reading of the question that it answers, where there are several. */
  reading: string | null;
  state: 'running' | 'done' | 'failed';
  /** Null where it failed, or is no longer kept. */
  resultId: string | null;
  columns: ResultColumn[];
  rows: number;
  /** The first rows as text; NULL is null. */
  preview: (string | null)[][];
  /** Whether the model was not shown the rows. */
  withheld: boolean;
  seconds: number;
  error: string;
}

/** One use of another tool. */
export interface ToolUse {
  step: number;
  tool: string;
  input: unknown;
  output: unknown;
  state: 'running' | 'done' | 'failed';
  error: string;
}

/** A piece of an answer, in the order in which it came. */
export type Part =
  | { kind: 'text'; text: string }
  | { kind: 'step'; step: Step }
  | { kind: 'tool'; tool: ToolUse }
  | { kind: 'notice'; text: string };

/** What the person asked. */
export interface Question {
  role: 'user';
  text: string;
  /** The number of its message; null until it is kept. */
  messageId: number | null;
}

/** What an answer waits for the person to allow. */
export interface Pending {
  kind: 'sql' | 'request';
  text: string;
}

/** What came back. */
export interface Answer {
  role: 'assistant';
  state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  /** The number of its message; null until it is kept. */
  messageId: number | null;
  parts: Part[];
  extras: ChatExtras;
  /** What a person should know about it, such as a bound that was hit. */
  notes: string[];
  pending: Pending | null;
  error: Failure | null;
  /** Null until the answer is complete. */
  usage: ChatUsage | null;
  /** When it ended, RFC 3339; null while it is written. */
  at: string | null;
}

export type Turn = Question | Answer;

/** Nothing besides text and steps. */
export const NO_EXTRAS: ChatExtras = {
  result_step: null,
  charts: [],
  matches: [],
  readings: [],
  facts: [],
  clarification: null,
  figures: [],
};

/** An answer of which nothing has come yet. */
export function waiting(): Answer {
  return {
    role: 'assistant',
    state: 'waiting',
    messageId: null,
    parts: [],
    extras: NO_EXTRAS,
    notes: [],
    pending: null,
    error: null,
    usage: null,
    at: null,
  };
}

/** Whether more of the answer will come. */
export function isOpen(answer: Answer): boolean {
  return answer.state === 'waiting' || answer.state === 'streaming';
}

function stepOf(from: ChatStep): Step {
  return {
    step: from.step,
    sql: from.sql,
    reading: from.reading,
    state: from.error === null ? 'done' : 'failed',
    resultId: from.result_id,
    columns: from.columns,
    rows: from.rows ?? 0,
    preview: from.preview,
    withheld: from.withheld,
    seconds: from.seconds,
    error: from.error?.message ?? '',
  };
}

function partsOf(steps: ChatStep[], text: string): Part[] {
  const parts: Part[] = [];
  for (const step of steps) {
    if (step.text !== '') parts.push({ kind: 'text', text: step.text });
    if (step.tool === 'run_sql') parts.push({ kind: 'step', step: stepOf(step) });
    else
      parts.push({
        kind: 'tool',
        tool: {
          step: step.step,
          tool: step.tool,
          input: step.input,
          output: step.output,
          state: step.error === null ? 'done' : 'failed',
          error: step.error?.message ?? '',
        },
      });
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
}

/** An answer in the order in which a person wants it, rather than in the order in which it came about. */
export interface Layout {
  /** What answers the question in words; empty where that is still to come. */
  prose: string;
  /** The query behind the answer. */
  main: Step | null;
  /** What led up to it. */
  way: Part[];
}

/** What of an answer stands where. While it is written, the text that grows is the prose. */
export function layoutOf(answer: Answer): Layout {
  const steps = answer.parts.flatMap((part) => (part.kind === 'step' ? [part.step] : []));
  const named = steps.find((step) => step.step === answer.extras.result_step && step.state !== 'running');
  const main = named ?? steps.findLast((step) => step.state === 'done') ?? null;
  const last = answer.parts.at(-1);
  // What stands before a step leads up to it, and is no answer.
  const prose = last?.kind === 'text' ? last : undefined;
  const way = answer.parts.filter((part) => part !== prose && !(part.kind === 'step' && part.step === main));
  return { prose: prose?.text ?? '', main, way };
}

/** The text that the answer shows outside of its steps; what a screen reader is told, and what is copied. */
export function textOf(answer: Answer): string {
  const texts = answer.parts.flatMap((part) => (part.kind === 'text' ? [part.text] : []));
  return texts.join('\n\n');
}

function done(from: ChatAnswer): Answer {
  return {
    role: 'assistant',
    state: from.ended === 'cancelled' ? 'stopped' : 'done',
    messageId: from.message_id,
    parts: partsOf(from.steps, from.text),
    extras: from.extras,
    notes: from.notes,
    pending: null,
    error: null,
    usage: from.usage,
    at: null,
  };
}

function withStep(answer: Answer, number: number, change: Partial<Step>): Answer {
  return {
    ...answer,
    state: 'streaming',
    parts: answer.parts.map((part) =>
      part.kind === 'step' && part.step.step === number ? { kind: 'step', step: { ...part.step, ...change } } : part,
    ),
  };
}

function adding(answer: Answer, ...parts: Part[]): Answer {
  return { ...answer, state: 'streaming', parts: [...answer.parts, ...parts] };
}

/** The answer after one more event. What comes after its end changes nothing. */
export function after(answer: Answer, event: ChatEvent): Answer {
  if (!isOpen(answer)) return answer;
  switch (event.type) {
    case 'started':
      return answer;
    case 'text': {
      const last = answer.parts.at(-1);
      if (last?.kind !== 'text') return adding(answer, { kind: 'text', text: event.delta });
      const parts: Part[] = [...answer.parts.slice(0, -1), { kind: 'text', text: last.text + event.delta }];
      return { ...answer, state: 'streaming', parts };
    }
    case 'sql':
      return adding(answer, {
        kind: 'step',
        step: {
          step: event.step,
          sql: event.sql,
          reading: event.reading,
          state: 'running',
          resultId: null,
          columns: [],
          rows: 0,
          preview: [],
          withheld: false,
          seconds: 0,
          error: '',
        },
      });
    case 'table':
      return withStep(answer, event.step, {
        state: 'done',
        resultId: event.result_id,
        columns: event.columns,
        rows: event.rows,
        preview: event.preview,
        withheld: event.withheld,
        seconds: event.seconds,
      });
    case 'sql_error':
      return withStep(answer, event.step, { state: 'failed', error: event.message });
    case 'correcting':
      // What was written last is written anew.
      return answer.parts.at(-1)?.kind === 'text' ? { ...answer, parts: answer.parts.slice(0, -1) } : answer;
    case 'checked':
      return { ...answer, notes: [...answer.notes, ...event.notes.filter((note) => !answer.notes.includes(note))] };
    case 'tool':
      return adding(answer, {
        kind: 'tool',
        tool: { step: event.step, tool: event.tool, input: event.input, output: null, state: 'running', error: '' },
      });
    case 'tool_result': {
      const state = event.error === null ? 'done' : 'failed';
      const change = { output: event.output, state, error: event.error ?? '' } as const;
      const parts = answer.parts.map((part): Part =>
        part.kind === 'tool' && part.tool.step === event.step
          ? { kind: 'tool', tool: { ...part.tool, ...change } }
          : part,
      );
      return { ...answer, parts };
    }
    case 'chart':
      return { ...answer, extras: { ...answer.extras, charts: [...answer.extras.charts, event.chart] } };
    case 'confirm':
      return {
        ...answer,
        state: 'streaming',
        pending:
          event.sql !== null
            ? { kind: 'sql', text: event.sql }
            : event.payload !== null
              ? { kind: 'request', text: event.payload }
              : null,
      };
    case 'notice':
      return { ...answer, parts: [...answer.parts, { kind: 'notice', text: event.message }] };
    case 'done':
      return done(event.answer);
    case 'failed':
      return failed(answer, event, event.kept_text);
  }
}

/** The answer after it failed; what had arrived stays, and a query that was running is not running any more. */
export function failed(answer: Answer, failure: Failure, keptText = ''): Answer {
  if (!isOpen(answer)) return answer;
  const stopped = failure.code === 'cancelled' || failure.code === 'not_allowed';
  const parts = answer.parts.map((part): Part => {
    if (part.kind === 'step' && part.step.state === 'running')
      return { kind: 'step', step: { ...part.step, state: 'failed', error: '' } };
    if (part.kind === 'tool' && part.tool.state === 'running')
      return { kind: 'tool', tool: { ...part.tool, state: 'failed' } };
    return part;
  });
  const hasText = parts.some((part) => part.kind === 'text');
  if (!hasText && keptText !== '') parts.push({ kind: 'text', text: keptText });
  return {
    ...answer,
    state: stopped ? 'stopped' : 'failed',
    parts,
    pending: null,
    error: stopped ? null : { code: failure.code, message: failure.message },
  };
}

/** A kept message, as a turn. */
export function turnOf(message: ChatMessage): Turn {
  if (message.role === 'user') return { role: 'user', text: message.text, messageId: message.id };
  const stopped = message.ended === 'cancelled';
  return {
    role: 'assistant',
    state: stopped ? 'stopped' : message.error === null ? 'done' : 'failed',
    messageId: message.id,
    parts: partsOf(message.steps, message.text),
    extras: message.extras,
    notes: message.notes,
    pending: null,
    error: stopped ? null : message.error,
    usage: message.usage,
    at: message.created,
  };
}

/** Messages that were kept, as turns. */
export function turnsOf(messages: ChatMessage[]): Turn[] {
  return messages.map(turnOf);
}
