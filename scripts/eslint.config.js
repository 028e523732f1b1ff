import js from '@eslint/js';
import globals from 'globals';

export default [
  { ignores: ['tests/e2e/out/'] },
  js.configs.recommended,
  { files: ['**/*.mjs', '**/*.js'], languageOptions: { globals: globals.node } },
];
