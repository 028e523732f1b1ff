/** Everything that can be done from anywhere in the window, for the keyboard and for the palette. */
import { activity } from '$lib/state/activity.svelte';
import { chat } from '$lib/state/chat.svelte';
import { layout } from '$lib/state/layout.svelte';
import { library } from '$lib/state/library.svelte';
import { preferences } from '$lib/state/settings.svelte';
import { sql } from '$lib/state/sql.svelte';
import { strings } from '$lib/strings';

export interface Command {
  /** Distinguishes it from the others. */
  id: string;
  title: string;
  /** What kind of thing it is. */
  group: string;
  /** The key that does it together with Ctrl, or Cmd on a Mac. */
  key?: string;
  run(): void;
}

const words = strings.palette;

/** What is always there. */
const always: Command[] = [
  { id: 'add', title: words.add, group: words.actions, key: 'o', run: () => void activity.pick() },
  {
    id: 'ask',
    title: words.ask,
    group: words.actions,
    key: 'j',
    run: () => (layout.asking ? (layout.asking = false) : layout.ask()),
  },
  {
    id: 'new-conversation',
    title: words.newConversation,
    group: words.actions,
    run: () => {
      chat.fresh();
      layout.ask();
    },
  },
  { id: 'sql', title: words.sql, group: words.actions, key: 'e', run: () => library.show({ kind: 'sql' }) },
  {
    id: 'ledger',
    title: words.ledger,
    group: words.actions,
    run: () => (layout.ledger = { conversationId: null, until: null }),
  },
  { id: 'settings', title: words.settings, group: words.actions, key: ',', run: () => (preferences.open = true) },
  { id: 'help', title: words.help, group: words.actions, key: '/', run: () => (layout.helping = true) },
  { id: 'licences', title: strings.licences.title, group: words.actions, run: () => (layout.licences = true) },
  { id: 'palette', title: words.title, group: words.actions, key: 'k', run: () => (layout.commanding = true) },
];

/** What there is at this moment: the actions, what can be done with the dataset that is open, and where one can go. */
export function commands(): Command[] {
  const open = library.current;
  const about: Command[] = [];
  if (open !== undefined) {
    about.push(
      {
        id: 'export',
        title: words.exportDataset(open.name),
        group: words.actions,
        run: () =>
          (activity.exporting = {
            what: { kind: 'dataset', id: open.id },
            name: open.name,
            rows: open.rows,
            origin: { question: null, sql: null, dataset_ids: [open.id] },
          }),
      },
      { id: 'query', title: words.queryDataset(open.name), group: words.actions, run: () => sql.about(open.name) },
    );
  }
  const datasets = library.datasets.map((dataset) => ({
    id: `dataset ${dataset.id}`,
    title: dataset.name,
    group: words.datasets,
    run: () => library.open(dataset.id),
  }));
  const conversations = chat.conversations.map((conversation) => ({
    id: `conversation ${conversation.id}`,
    title: conversation.title,
    group: words.conversations,
    run: () => {
      layout.ask();
      void chat.open(conversation);
    },
  }));
  const others = always.filter((command) => command.id !== 'palette');
  return [...about, ...others, ...datasets, ...conversations];
}

/** Those that have a key, in the order in which they are listed for a person. */
export const withKeys = always.filter((command) => command.key !== undefined);

/** Runs what a key press means, wherever it happens; whether it meant anything. */
export function pressed(event: KeyboardEvent): boolean {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return false;
  const command = withKeys.find(({ key }) => key === event.key.toLowerCase());
  command?.run();
  return command !== undefined;
}

const isMac = /mac/i.test(navigator.userAgent);

/** A key as a person knows it, such as Ctrl O. */
export function keyName(key: string): string {
  return `${isMac ? '⌘' : 'Ctrl '}${key.length === 1 ? key.toUpperCase() : key}`;
}
