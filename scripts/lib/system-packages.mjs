// The packages of the operating system that building, running and testing need, and how to get them.

import { readFileSync } from 'node:fs';

import { Stop, say } from './console.mjs';
import { capture, must, which } from './run.mjs';

/**
 * Package names by need and family. `compiler` builds the core and the command line, `window` adds what the webview
 * needs, `test` adds the display, the driver and the hands of the end-to-end tests, `desktop` what tells the programs of a
 * desktop which of them opens a file.
 * @type {Record<string, Record<"compiler" | "window" | "test" | "desktop", string[]>>}
 */
export const PACKAGES = {
  debian: {
    compiler: ['build-essential', 'pkg-config'],
    window: ['libwebkit2gtk-4.1-dev', 'libdbus-1-dev'],
    test: [
      'xvfb',
      'webkit2gtk-driver',
      'xdotool',
      'imagemagick',
      'python3',
      'python3-pip',
      'python3-gi',
      'gir1.2-gtk-3.0',
      'fonts-dejavu-core',
    ],
    desktop: ['desktop-file-utils', 'libglib2.0-bin', 'shared-mime-info'],
  },
  fedora: {
    compiler: ['gcc', 'gcc-c++', 'make', 'pkgconf-pkg-config'],
    window: ['webkit2gtk4.1-devel', 'dbus-devel'],
    // Fedora builds the WebDriver for GTK 4 only, and it cannot click in a GTK 3 webview: no window tests there.
    test: [],
    desktop: [],
  },
};

/**
 * The family of a Linux distribution, from the text of /etc/os-release.
 * @param {string} text
 * @returns {"debian" | "fedora" | null}
 */
export function family(text) {
  const value = (key) => new RegExp(`^${key}="?([^"\\n]*)"?$`, 'm').exec(text)?.[1] ?? '';
  const names = `${value('ID')} ${value('ID_LIKE')}`.split(/\s+/);
  if (names.some((name) => name === 'debian' || name === 'ubuntu')) return 'debian';
  if (names.some((name) => name === 'fedora' || name === 'rhel')) return 'fedora';
  return null;
}

/**
 * The wanted packages that `dpkg-query -W -f '${Package} ${db:Status-Status}\n'` does not report as installed.
 * @param {string[]} wanted
 * @param {string} report
 */
export function missingFromDpkg(wanted, report) {
  const installed = new Set(
    report
      .split('\n')
      .filter((line) => line.endsWith(' installed'))
      .map((line) => line.split(' ')[0]),
  );
  return wanted.filter((name) => !installed.has(name));
}

/**
 * The wanted packages that `rpm -q --whatprovides` names as provided by nobody.
 * @param {string[]} wanted
 * @param {string} report
 */
export function missingFromRpm(wanted, report) {
  return wanted.filter((name) => report.includes(`no package provides ${name}\n`));
}

/**
 * The commands that install packages.
 * @param {"debian" | "fedora"} kind
 * @param {string[]} missing
 * @param {{ root: boolean, terminal: boolean }} who
 * @returns {string[][]}
 */
export function installCommands(kind, missing, { root, terminal }) {
  // Without a terminal nobody can type a password: sudo shall fail at once instead of waiting for one.
  const prefix = root ? [] : terminal ? ['sudo'] : ['sudo', '--non-interactive'];
  return kind === 'debian'
    ? [
        [...prefix, 'apt-get', 'update', '--quiet'],
        [
          ...[...prefix, 'env', 'DEBIAN_FRONTEND=noninteractive'],
          ...['apt-get', 'install', '--yes', '--quiet', '--no-install-recommends', ...missing],
        ],
      ]
    : [[...prefix, 'dnf', 'install', '--assumeyes', ...missing]];
}

/**
 * Installs what is missing of the operating system's packages, after saying what; on macOS and Windows, where they
 * come from installers of their own, says what is missing instead.
 * @param {("compiler" | "window" | "test" | "desktop")[]} needs
 */
export async function ensureSystemPackages(needs) {
  if (process.platform === 'linux') return ensureLinux(needs);
  if (process.platform === 'darwin') return checkMac();
  if (process.platform === 'win32') return checkWindows(needs);
}

async function ensureLinux(needs) {
  let release = '';
  try {
    release = readFileSync('/etc/os-release', 'utf8');
  } catch {
    // A system without the file is treated as one that is not known.
  }
  const kind = family(release);
  if (kind === null) {
    if (which('cc') && (!needs.includes('window') || capture('pkg-config', ['--exists', 'webkit2gtk-4.1']) !== null))
      return;
    throw new Stop(
      'This Linux is neither Debian, Ubuntu nor Fedora: please install a C and C++ compiler, pkg-config and the ' +
        'development files of WebKitGTK 4.1 and D-Bus with its own package manager, then start again.',
    );
  }
  const wanted = needs.flatMap((need) => PACKAGES[kind][need]);
  const missing =
    kind === 'debian'
      ? missingFromDpkg(
          wanted,
          // It exits with 1 when it does not know one of the names, which is the very question.
          capture('dpkg-query', ['--show', '--showformat=${Package} ${db:Status-Status}\n', ...wanted], {
            allowFailure: true,
          }) ?? '',
        )
      : missingFromRpm(wanted, capture('rpm', ['-q', '--whatprovides', ...wanted], { allowFailure: true }) ?? '');
  if (missing.length === 0) return;

  const root = process.getuid() === 0;
  const commands = installCommands(kind, missing, { root, terminal: Boolean(process.stdin.isTTY) });
  if (!root && !which('sudo')) {
    throw new Stop(
      `These system packages are missing and there is no sudo to install them with: ${missing.join(' ')}. ` +
        'Please have them installed, then start again.',
    );
  }
  say(`Installing system packages${root ? '' : ' with sudo'}: ${missing.join(' ')}`);
  for (const [program, ...args] of commands) {
    await must(program, args, { what: `Installing the system packages ${missing.join(' ')}` });
  }
}

function checkMac() {
  if (capture('xcode-select', ['-p']) === null) {
    throw new Stop("Xcode's command line tools are missing: run `xcode-select --install`, then start again.");
  }
}

function checkWindows(needs) {
  const programs = process.env['ProgramFiles(x86)'] ?? 'C:\\Program Files (x86)';
  const tools = capture(`${programs}\\Microsoft Visual Studio\\Installer\\vswhere.exe`, [
    ...['-products', '*', '-latest', '-property', 'installationPath'],
    ...['-requires', 'Microsoft.VisualStudio.Component.VC.Tools.x86.x64'],
  ]);
  if (!tools?.trim()) {
    throw new Stop(
      "Microsoft's C++ build tools are missing: run `winget install Microsoft.VisualStudio.2022.BuildTools " +
        '--override "--wait --passive --add Microsoft.VisualStudio.Workload.VCTools --includeRecommended"`, then start again.',
    );
  }
  if (!needs.includes('window')) return;
  const client = 'Microsoft\\EdgeUpdate\\Clients\\{F3017226-FE2A-4295-8BDF-00C3A9A7E4C5}';
  const places = [`HKLM\\SOFTWARE\\WOW6432Node\\${client}`, `HKLM\\SOFTWARE\\${client}`, `HKCU\\Software\\${client}`];
  if (!places.some((place) => capture('reg', ['query', place, '/v', 'pv']) !== null)) {
    throw new Stop(
      "Microsoft's WebView2 runtime is missing: run `winget install Microsoft.EdgeWebView2Runtime`, then start again.",
    );
  }
}
