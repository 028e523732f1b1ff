import assert from 'node:assert/strict';
import { test } from 'node:test';

import { family, installCommands, missingFromDpkg, missingFromRpm, PACKAGES } from './system-packages.mjs';

test('the family of a distribution is read from os-release', () => {
  assert.equal(family('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n'), 'debian');
  assert.equal(family('NAME=Ubuntu\nID=ubuntu\nID_LIKE=debian\n'), 'debian');
  assert.equal(family('ID=linuxmint\nID_LIKE="ubuntu debian"\n'), 'debian');
  assert.equal(family('ID=fedora\nVERSION_ID=43\n'), 'fedora');
  assert.equal(family('ID="rocky"\nID_LIKE="rhel centos fedora"\n'), 'fedora');
  assert.equal(family('ID=arch\n'), null);
  assert.equal(family(''), null);
});

test('a package counts as installed only with the status installed', () => {
  const report = 'xvfb installed\nxdotool config-files\npython3 installed\n';
  assert.deepEqual(missingFromDpkg(['xvfb', 'xdotool', 'imagemagick'], report), ['xdotool', 'imagemagick']);
  assert.deepEqual(missingFromDpkg(['xvfb'], ''), ['xvfb']);
});

test('rpm names what nobody provides', () => {
  const report = 'gcc-15.2.1-1.fc43.x86_64\nno package provides gcc-c++\nno package provides dbus-devel\n';
  assert.deepEqual(missingFromRpm(['gcc', 'gcc-c++', 'dbus-devel'], report), ['gcc-c++', 'dbus-devel']);
});

test('sudo is used by those who are not root, and asks nobody who cannot answer', () => {
  const [update, install] = installCommands('debian', ['xvfb'], { root: true, terminal: false });
  assert.deepEqual(update.slice(0, 2), ['apt-get', 'update']);
  assert.equal(install[0], 'env');
  assert.equal(install.at(-1), 'xvfb');
  assert.equal(installCommands('debian', ['xvfb'], { root: false, terminal: true })[1][0], 'sudo');
  assert.deepEqual(installCommands('fedora', ['gcc'], { root: false, terminal: false }), [
    ['sudo', '--non-interactive', 'dnf', 'install', '--assumeyes', 'gcc'],
  ]);
});

test('every family names packages for a compiler and a window', () => {
  for (const packages of Object.values(PACKAGES)) {
    assert.ok(packages.compiler.length > 0);
    assert.ok(packages.window.length > 0);
  }
});
