/** Where a figure of an answer comes from, in words. Pure. */
import type { ChatFigure } from '$lib/api';
import { strings } from '$lib/strings';
import type { Step } from './turns';

/** What a person is told of a figure: that it was found, and where; or that it was not, and why. */
export function explained(figure: ChatFigure, steps: Step[]): string {
  const words = strings.chat.figures;
  const { source, doubt } = figure;
  if (source === null) return words.none(figure.text, doubt);
  const cells = figure.cells.map(({ step, row, column }) => {
    const from = steps.find((each) => each.step === step);
    const value = from?.preview[row]?.[column];
    return { value: value ?? null, row: row + 1, column: from?.columns[column]?.name ?? '' };
  });
  const named = cells.map((cell) => words.cell(cell.value, cell.column, cell.row));
  const [first, second] = named;
  switch (source) {
    case 'cell':
      return words.isCell(figure.text, cells[0]?.column ?? '', cells[0]?.row ?? 0);
    case 'sum':
      return words.sum(figure.text, named);
    case 'difference':
      return words.difference(figure.text, first ?? '', second ?? '');
    case 'ratio':
      return words.ratio(figure.text, first ?? '', second ?? '');
    case 'change':
      return words.change(figure.text, second ?? '', first ?? '');
    case 'share':
      return words.share(figure.text, first ?? '', second ?? null);
    case 'total':
      return words.total(figure.text, cells[0]?.column ?? '');
    case 'row_count':
      return words.rowCount(figure.text);
    case 'selection':
      return words.selection(figure.text);
    case 'question':
    case 'context':
    case 'query':
      return words.stated[source](figure.text);
  }
}
