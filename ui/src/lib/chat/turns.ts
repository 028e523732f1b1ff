/** A conversation as it is shown, and how the events of an answer change it. Pure: no state, no clock, no core. */
import type { ChatAnswer, ChatEvent, ChatMessage, ChatStep, Failure, ResultColumn } from '$lib/api';

/** One query of an answer. */
export interface Step {
  step: number;
  sql: string;
  state: 'running' | 'done' | 'failed';
  /** Null where it failed, or is no longer kept. */
  resultId: string | null;
  columns: ResultColumn[];
  rows: number;
  /** The first rows as text; NULL is null. */
  preview: (string | null)[][];
  seconds: number;
  error: string;
}

/** A piece of an answer, in the order in which it came. */
export type Part = { kind: 'text'; text: string } | { kind: 'step'; step: Step } | { kind: 'notice'; text: string };

/** What the person asked. */
export interface Question {
  role: 'user';
  text: string;
}

/** What came back. */
export interface Answer {
  role: 'assistant';
  state: 'waiting' | 'streaming' | 'done' | 'stopped' | 'failed';
  parts: Part[];
  /** What a person should know about it, such as a bound that was hit. */
  notes: string[];
  error: Failure | null;
  usage: { model: string; input: number; output: number } | null;
}

export type Turn = Question | Answer;

/** An answer of which nothing has come yet. */
export function waiting(): Answer {
  return { role: 'assistant', state: 'waiting', parts: [], notes: [], error: null, usage: null };
}

/** Whether more of the answer will come. */
export function isOpen(answer: Answer): boolean {
  return answer.state === 'waiting' || answer.state === 'streaming';
}

function stepOf(from: ChatStep): Step {
  return {
    step: from.step,
    sql: from.sql,
    state: from.error === null ? 'done' : 'failed',
    resultId: from.result_id,
    columns: from.columns,
    rows: from.rows ?? 0,
    preview: from.preview,
    seconds: from.seconds,
    error: from.error?.message ?? '',
  };
}

function partsOf(steps: ChatStep[], text: string): Part[] {
  const parts: Part[] = [];
  for (const step of steps) {
    if (step.text !== '') parts.push({ kind: 'text', text: step.text });
    if (step.tool === 'run_sql') parts.push({ kind: 'step', step: stepOf(step) });
  }
  if (text !== '') parts.push({ kind: 'text', text });
  return parts;
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
    parts: partsOf(from.steps, from.text),
    notes: from.notes,
    error: null,
    usage: { model: from.model, input: from.input_tokens, output: from.output_tokens },
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

/** The answer after one more event. What comes after its end changes nothing. */
export function after(answer: Answer, event: ChatEvent): Answer {
  if (!isOpen(answer)) return answer;
  switch (event.type) {
    case 'started':
      return answer;
    case 'text': {
      const last = answer.parts.at(-1);
      const parts: Part[] =
        last?.kind === 'text'
          ? [...answer.parts.slice(0, -1), { kind: 'text', text: last.text + event.delta }]
          : [...answer.parts, { kind: 'text', text: event.delta }];
      return { ...answer, state: 'streaming', parts };
    }
    case 'sql': {
      const step: Step = {
        step: event.step,
        sql: event.sql,
        state: 'running',
        resultId: null,
        columns: [],
        rows: 0,
        preview: [],
        seconds: 0,
        error: '',
      };
      return { ...answer, state: 'streaming', parts: [...answer.parts, { kind: 'step', step }] };
    }
    case 'table':
      return withStep(answer, event.step, {
        state: 'done',
        resultId: event.result_id,
        columns: event.columns,
        rows: event.rows,
        preview: event.preview,
        seconds: event.seconds,
      });
    case 'sql_error':
      return withStep(answer, event.step, { state: 'failed', error: event.message });
    case 'correcting':
      // What was written last is written anew.
      return answer.parts.at(-1)?.kind === 'text' ? { ...answer, parts: answer.parts.slice(0, -1) } : answer;
    case 'checked':
      return { ...answer, parts: [...answer.parts, ...event.notes.map((text): Part => ({ kind: 'notice', text }))] };
    case 'tool':
    case 'tool_result':
    case 'chart':
    case 'confirm':
      return answer;
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
  const stopped = failure.code === 'cancelled';
  const parts = answer.parts.map((part): Part =>
    part.kind === 'step' && part.step.state === 'running'
      ? { kind: 'step', step: { ...part.step, state: 'failed', error: '' } }
      : part,
  );
  const hasText = parts.some((part) => part.kind === 'text');
  if (!hasText && keptText !== '') parts.push({ kind: 'text', text: keptText });
  return {
    ...answer,
    state: stopped ? 'stopped' : 'failed',
    parts,
    error: stopped ? null : { code: failure.code, message: failure.message },
  };
}

/** Messages that were kept, as turns. */
export function turnsOf(messages: ChatMessage[]): Turn[] {
  return messages.map((message): Turn => {
    if (message.role === 'user') return { role: 'user', text: message.text };
    const stopped = message.ended === 'cancelled';
    return {
      role: 'assistant',
      state: stopped ? 'stopped' : message.error === null ? 'done' : 'failed',
      parts: partsOf(message.steps, message.text),
      notes: message.notes,
      error: stopped ? null : message.error,
      usage: null,
    };
  });
}
