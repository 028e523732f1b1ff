import assert from 'node:assert/strict';
import { test } from 'node:test';

import { chosenKinds, tooLarge } from './bundles.mjs';

test('each platform has installers of its own', () => {
  assert.deepEqual(chosenKinds('linux', undefined), ['deb', 'rpm']);
  assert.deepEqual(chosenKinds('linux', 'appimage,deb'), ['appimage', 'deb']);
  assert.throws(() => chosenKinds('linux', 'msi'), /what can is deb, rpm, appimage/);
  assert.throws(() => chosenKinds('aix', undefined), /Linux, macOS and Windows only/);
});

test('a package that is too large is told', () => {
  const packages = [
    { kind: 'deb', path: '/a/a.deb', bytes: 45_000_001 },
    { kind: 'rpm', path: '/a/a.rpm', bytes: 90_000_000 },
  ];
  assert.deepEqual(tooLarge(packages), ['a.deb has 45.0 MB, and may have 45.0 MB.']);
  assert.deepEqual(tooLarge([{ ...packages[0], bytes: 45_000_000 }]), []);
});
