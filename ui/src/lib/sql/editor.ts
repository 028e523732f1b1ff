/** The editor of the SQL box; a chunk of its own that is loaded when the box is first opened. */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  closeCompletion,
  completionKeymap,
  type Completion,
  type CompletionSource,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { PostgreSQL, sql, SQLDialect } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec, StateEffect, StateField } from '@codemirror/state';
import {
  Decoration,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers,
  placeholder,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** Completing from more names than this would be slow, and nobody reads them. */
const MOST_NAMES = 5_000;

/** PostgreSQL's grammar, which DuckDB follows, with the words that a read needs: others would only be in the way. */
const DuckDB = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords:
    'select from where group by having order limit offset with recursive as distinct all on using join inner left right ' +
    'full outer cross natural lateral union intersect except and or not in is null true false like ilike glob between ' +
    'exists case when then else end cast try_cast asc desc nulls first last over partition rows range unbounded ' +
    'preceding following current row window filter within values qualify pivot unpivot summarize describe explain ' +
    'exclude replace asof positional anti semi sample columns lambda interval extract collate escape similar to any some',
  types:
    'boolean tinyint smallint integer int bigint hugeint utinyint usmallint uinteger ubigint float double real decimal ' +
    'numeric varchar text blob date time timestamp interval',
  builtin:
    'count sum avg min max median quantile mode stddev variance first last list string_agg any_value arg_min arg_max ' +
    'approx_count_distinct row_number rank dense_rank lag lead ntile round floor ceil abs coalesce nullif greatest least ' +
    'lower upper trim length substring replace split_part strip_accents regexp_matches regexp_extract regexp_replace ' +
    'contains starts_with concat date_trunc date_part date_diff year month day hour strftime strptime today now',
});

const KEYWORDS = new Set(`${DuckDB.spec.keywords ?? ''} ${DuckDB.spec.types ?? ''}`.split(' '));

/** The name as it has to be typed. */
function typed(name: string): string {
  return /^[a-z_][a-z0-9_]*$/i.test(name) && !KEYWORDS.has(name.toLowerCase())
    ? name
    : `"${name.replaceAll('"', '""')}"`;
}

/** Datasets and columns, wherever a name may stand; functions come after them. */
function namesOf(names: Record<string, string[]>): Completion[] {
  const seen = new Set<string>();
  const found: Completion[] = [];
  const add = (name: string, detail: string, boost: number) => {
    if (seen.has(name) || found.length > MOST_NAMES) return;
    seen.add(name);
    found.push({ label: name, apply: typed(name), detail, boost, type: 'variable' });
  };
  for (const name of Object.keys(names)) add(name, '', 3);
  for (const [name, columns] of Object.entries(names)) for (const column of columns) add(column, name, 2);
  for (const name of (DuckDB.spec.builtin ?? '').split(' ')) {
    found.push({ label: name, apply: `${name}(`, detail: '()', boost: 1, type: 'function' });
  }
  return found;
}

/** Completes the word at the cursor; a name may hold spaces, but what is typed of it so far does not. */
function sourceOf(options: Completion[]): CompletionSource {
  const word = /[\p{L}\p{N}_]+/u;
  return (context) => {
    const before = context.matchBefore(word);
    if (before === null && !context.explicit) return null;
    return { from: before?.from ?? context.pos, options, validFor: /^[\p{L}\p{N}_]*$/u };
  };
}

const colours = HighlightStyle.define([
  { tag: tags.keyword, color: 'var(--code-keyword)' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--code-string)' },
  { tag: [tags.number, tags.bool, tags.null], color: 'var(--code-number)' },
  { tag: tags.comment, color: 'var(--code-comment)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.standard(tags.name)], color: 'var(--code-function)' },
]);

const look = EditorView.theme({
  '&': { height: '100%', backgroundColor: 'transparent', color: 'var(--ink)', fontSize: 'var(--text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--font-code)', lineHeight: '1.6' },
  '.cm-content': { padding: 'var(--space-3) 0', caretColor: 'var(--ink)' },
  '.cm-line': { padding: '0 var(--space-4) 0 var(--space-2)' },
  '.cm-cursor': { borderLeftColor: 'var(--ink)' },
  '@media (prefers-reduced-motion: reduce)': { '.cm-cursorLayer': { animation: 'none !important' } },
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--ink-faint)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.25rem', padding: '0 var(--space-1)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--ground-hover) 40%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--honey) 32%, transparent) !important',
  },
  '.cm-wrong': { backgroundColor: 'var(--bad-wash)', boxShadow: 'inset 2px 0 var(--bad-ink)' },
  '.cm-placeholder': { color: 'var(--ink-faint)' },
  '.cm-matchingBracket': { backgroundColor: 'var(--honey-wash) !important', outline: '1px solid var(--honey-line)' },
  '.cm-tooltip': {
    border: '1px solid var(--line)',
    borderRadius: 'var(--radius)',
    backgroundColor: 'var(--ground-raised)',
    color: 'var(--ink)',
    boxShadow: 'var(--shadow-high)',
    overflow: 'hidden',
  },
  '.cm-tooltip-autocomplete > ul': { fontFamily: 'var(--font-code)', fontSize: 'var(--text-small)' },
  '.cm-tooltip-autocomplete > ul > li': { padding: '3px var(--space-2)' },
  '.cm-completionDetail': { color: 'var(--ink-faint)', fontStyle: 'normal', paddingLeft: 'var(--space-2)' },
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--ground-active)',
    color: 'var(--ink)',
  },
  '.cm-tooltip-autocomplete > ul > li[aria-selected] .cm-completionDetail': { color: 'var(--ink-soft)' },
});

const wrongLine = StateEffect.define<number | null>();

/** The line that the core complains of, until the text changes. */
const wrong = StateField.define({
  create: () => Decoration.none,
  update(marks, { docChanged, effects, state }) {
    let now = docChanged ? Decoration.none : marks;
    for (const effect of effects) {
      if (!effect.is(wrongLine)) continue;
      const line = effect.value;
      now =
        line === null || line < 1 || line > state.doc.lines
          ? Decoration.none
          : Decoration.set([Decoration.line({ class: 'cm-wrong' }).range(state.doc.line(line).from)]);
    }
    return now;
  },
  provide: (field) => EditorView.decorations.from(field),
});

/** What the editor is given. */
export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  hint: string;
  onchange: (text: string) => void;
  /** Gets what is selected, or all of the text. */
  onrun: (text: string) => void;
}

/** An editor in the page. */
export interface SqlEditor {
  /** Puts another text in, unless it is there already. */
  setText(text: string): void;
  /** Puts a text at the cursor. */
  insert(text: string): void;
  /** Names of datasets and their columns, to complete what is typed. */
  setNames(names: Record<string, string[]>): void;
  /** What is selected, or all of the text. */
  statement(): string;
  /** Marks the line of the statement, counted from 1, that is wrong; null marks none. */
  setWrong(line: number | null): void;
  focus(): void;
  destroy(): void;
}

/** Makes the editor. */
export function createEditor(options: EditorOptions): SqlEditor {
  const language = new Compartment();
  const languageOf = (names: Record<string, string[]>) => [
    sql({ dialect: DuckDB, schema: names, upperCaseKeywords: true }),
    DuckDB.language.data.of({ autocomplete: sourceOf(namesOf(names)) }),
  ];
  const selected = () => {
    const { from, to } = view.state.selection.main;
    return { text: view.state.sliceDoc(from, to).trim(), from };
  };
  const statement = () => selected().text || view.state.doc.toString();
  const run = () => {
    // What was about to be completed would cover the result.
    closeCompletion(view);
    options.onrun(statement());
    return true;
  };
  const view = new EditorView({
    parent: options.parent,
    state: EditorState.create({
      doc: options.text,
      extensions: [
        Prec.highest(keymap.of([{ key: 'Mod-Enter', run }])),
        lineNumbers(),
        history(),
        drawSelection(),
        bracketMatching(),
        closeBrackets(),
        autocompletion({ icons: false }),
        highlightActiveLine(),
        placeholder(options.hint),
        syntaxHighlighting(colours),
        look,
        wrong,
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          'aria-label': options.label,
          'data-testid': 'sql-editor',
          spellcheck: 'false',
        }),
        keymap.of([...closeBracketsKeymap, ...completionKeymap, ...historyKeymap, ...defaultKeymap, indentWithTab]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) options.onchange(update.state.doc.toString());
        }),
        language.of(languageOf({})),
      ],
    }),
  });
  return {
    setText(text) {
      if (text === view.state.doc.toString()) return;
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } });
    },
    insert(text) {
      view.dispatch(view.state.replaceSelection(text));
      view.focus();
    },
    setNames(names) {
      view.dispatch({ effects: language.reconfigure(languageOf(names)) });
    },
    statement,
    setWrong(line) {
      // Lines are counted from where the statement that was run begins.
      const { text, from } = selected();
      const first = text === '' ? 1 : view.state.doc.lineAt(from).number;
      view.dispatch({ effects: wrongLine.of(line === null ? null : first + line - 1) });
    },
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
