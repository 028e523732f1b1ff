import assert from 'node:assert/strict';
import { test } from 'node:test';

import { bestMeasures, mean, measures, points } from './measure.mjs';

const table = [
  ['id', 'name', 'city'],
  ['1', 'Anna', 'Köln'],
  ['2', 'Bob', ''],
  ['3', 'Cleo', 'Oslo'],
  ['4', 'Dora', 'Rome'],
];

const near = (measured, expected) => {
  for (const [name, value] of Object.entries(expected)) {
    assert.ok(Math.abs(measured[name] - value) < 1e-12, `${name} is ${measured[name]} and not ${value}`);
  }
};

test('a perfect reading has ten points', () => {
  assert.equal(points(measures([table], [table])), 10);
  assert.equal(points(measures([table, table.slice(0, 2)], [table, table.slice(0, 2)])), 10);
  assert.equal(points(measures([[['a', 'b']]], [[['a', 'b']]])), 10, 'a table without rows');
});

test('a file that could not be read has none', () => {
  assert.equal(points(measures([table], null)), 0);
});

test('a missing row costs recall, and the rows after it nothing', () => {
  near(measures([table], [table.toSpliced(2, 1)]), {
    loaded: 1,
    header_f1: 1,
    record_precision: 1,
    record_recall: 3 / 4,
    record_f1: 6 / 7,
    cell_precision: 1,
    cell_recall: 9 / 12,
    cell_f1: 6 / 7,
  });
});

test('a row too many costs precision', () => {
  near(measures([table], [[...table, ['Total', '', '4']]]), {
    record_precision: 4 / 5,
    record_recall: 1,
    cell_precision: 12 / 15,
    cell_recall: 1,
  });
});

test('a wrong cell costs its record, and of the cells only itself', () => {
  near(measures([table], [table.with(1, ['1', 'Anna ', 'Köln'])]), {
    record_precision: 3 / 4,
    record_recall: 3 / 4,
    cell_precision: 11 / 12,
    cell_recall: 11 / 12,
  });
});

test('a header taken for a row costs every name, and adds a record', () => {
  near(measures([table], [[['column_1', 'column_2', 'column_3'], ...table]]), {
    header_precision: 0,
    header_recall: 0,
    header_f1: 0,
    record_precision: 4 / 5,
    record_recall: 1,
    cell_precision: 12 / 15,
  });
});

test('an undivided file has hardly any points', () => {
  const undivided = table.map((record) => [record.join(';')]);
  assert.equal(points(measures([table], [undivided])), 1);
});

test('a column too many costs every record, and of the cells its own', () => {
  near(measures([table], [table.map((record) => [...record, '-'])]), {
    header_precision: 3 / 4,
    header_recall: 1,
    record_f1: 0,
    cell_precision: 12 / 16,
    cell_recall: 1,
  });
});

test('names out of order are no header', () => {
  near(measures([table], [table.with(0, ['city', 'id', 'name'])]), { header_precision: 2 / 3, header_recall: 2 / 3 });
});

test('a table that is missing or too many counts with all it has', () => {
  const other = [['x'], ['1'], ['2']];
  near(measures([table, other], [table]), {
    header_precision: 1,
    header_recall: 3 / 4,
    record_recall: 4 / 6,
    cell_recall: 12 / 14,
  });
  near(measures([table], [table, other]), {
    header_precision: 3 / 4,
    header_recall: 1,
    record_precision: 4 / 6,
    cell_precision: 12 / 14,
  });
});

test('of several expectations the nearest counts', () => {
  const shorter = [table.slice(0, 3)];
  assert.equal(points(bestMeasures([[table], shorter], shorter)), 10);
  assert.ok(points(bestMeasures([[table]], shorter)) < 10);
});

test('the mean is taken measure by measure', () => {
  const halves = mean([measures([table], [table]), measures([table], null)]);
  assert.equal(points(halves), 5);
  assert.equal(halves.record_f1, 0.5);
});
