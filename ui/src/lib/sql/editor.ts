/** The editor of the SQL box; a chunk of its own that is loaded when the box is first opened. */
import { autocompletion, closeBrackets, closeBracketsKeymap, completionKeymap } from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import { PostgreSQL, sql, SQLDialect, type SQLNamespace } from '@codemirror/lang-sql';
import { bracketMatching, HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { Compartment, EditorState, Prec } from '@codemirror/state';
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers, placeholder } from '@codemirror/view';
import { tags } from '@lezer/highlight';

/** PostgreSQL's grammar, which DuckDB follows, with DuckDB's own words. */
const DuckDB = SQLDialect.define({
  ...PostgreSQL.spec,
  keywords:
    `${PostgreSQL.spec.keywords ?? ''} pivot unpivot summarize describe qualify exclude replace asof positional anti semi ` +
    'sample using ilike glob columns lambda macro struct map',
  types: `${PostgreSQL.spec.types ?? ''} hugeint ubigint uinteger usmallint utinyint tinyint double varchar blob`,
});

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
  '.cm-gutters': { backgroundColor: 'transparent', border: 'none', color: 'var(--ink-faint)' },
  '.cm-lineNumbers .cm-gutterElement': { minWidth: '2.25rem', padding: '0 var(--space-1)' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--ground-hover) 40%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--honey) 32%, transparent) !important',
  },
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
  '.cm-tooltip-autocomplete > ul > li[aria-selected]': {
    backgroundColor: 'var(--ground-active)',
    color: 'var(--ink)',
  },
});

/** What the editor is given. */
export interface EditorOptions {
  parent: HTMLElement;
  text: string;
  label: string;
  hint: string;
  onchange: (text: string) => void;
  onrun: () => void;
}

/** An editor in the page. */
export interface SqlEditor {
  /** Puts another text in, unless it is there already. */
  setText(text: string): void;
  /** Puts a text at the cursor. */
  insert(text: string): void;
  /** Names of datasets and their columns, to complete what is typed. */
  setNames(names: Record<string, string[]>): void;
  focus(): void;
  destroy(): void;
}

/** Makes the editor. */
export function createEditor(options: EditorOptions): SqlEditor {
  const language = new Compartment();
  const languageOf = (schema: SQLNamespace) => sql({ dialect: DuckDB, schema, upperCaseKeywords: true });
  const run = () => {
    options.onrun();
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
    focus: () => view.focus(),
    destroy: () => view.destroy(),
  };
}
