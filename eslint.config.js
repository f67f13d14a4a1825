import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';
import { importLaw } from './scripts/lint/import-law.js';

const NO_CLOCK = [
  {
    selector: "CallExpression[callee.object.name='Date'][callee.property.name='now']",
    message: 'Time is a value that is passed in.',
  },
  { selector: "NewExpression[callee.name='Date'][arguments.length=0]", message: 'Time is a value that is passed in.' },
  { selector: "CallExpression[callee.name='Date']", message: 'Time is a value that is passed in.' },
  { selector: "MemberExpression[object.name='Math'][property.name='random']", message: 'Randomness is passed in.' },
  {
    selector: "MemberExpression[object.name='performance'][property.name='now']",
    message: 'Time is a value that is passed in.',
  },
];
const NO_STDOUT = [
  {
    selector: "MemberExpression[object.name='process'][property.name=/^(stdout|stderr)$/]",
    message: 'Only src/adapters/output writes: text from the cluster must pass its neutraliser.',
  },
];
const NO_ENV = [
  {
    selector: "MemberExpression[object.name='process'][property.name='env']",
    message: 'Only src/main reads the environment.',
  },
];
const NO_EXIT = [
  {
    selector: "CallExpression[callee.object.name='process'][callee.property.name='exit']",
    message: 'Only src/main ends the process.',
  },
];
const WRITES = '/^(writeFile|appendFile|createWriteStream)(Sync)?$/';
const NO_FILES = [
  {
    selector: `CallExpression[callee.name=${WRITES}], CallExpression[callee.property.name=${WRITES}]`,
    message: 'Only src/adapters/files stores: it takes text of type SafeText.',
  },
];
const EVERYWHERE = [
  { selector: 'ExportDefaultDeclaration', message: 'Named exports only.' },
  { selector: 'TSEnumDeclaration', message: 'A const list gives type, table and docs at once.' },
  {
    selector: 'CallExpression[callee.name=/^(Number|parseInt|parseFloat)$/]',
    message: 'Parse with a check: these read junk as a number.',
  },
];

/** Parse, never cast: only `as const`, and each brand in the files that have earned it. */
const noCast = (...brands) => [
  {
    selector: `TSAsExpression:not([typeAnnotation.typeName.name=/^(${['const', ...brands].join('|')})$/]), TSTypeAssertion`,
    message: 'Parse, never cast: `as` states about foreign data what nobody has checked.',
  },
];
const NO_CAST = noCast();

/** Who may say that text is safe to print (`SafeLine`) or to store (`SafeText`): neutralisers and serialisers. */
const BRANDS = [
  { files: ['src/core/report/neutralise.ts'], brands: ['SafeLine', 'SafeText'] },
  { files: ['src/core/report/log-lines.ts'], brands: ['SafeBlock'] },
  { files: ['src/core/report/render-markdown.ts'], brands: ['SafeText'] },
  { files: ['src/core/report/attachment-name.ts'], brands: ['AttachmentPath'] },
];
const ADAPTER_BRANDS = [
  { files: ['src/adapters/azure/commands.ts', 'src/adapters/terminal/style.ts'], brands: ['SafeLine'] },
  { files: ['src/adapters/github/commands.ts'], brands: ['SafeLine', 'SafeText'] },
  { files: ['src/adapters/junit/writer.ts'], brands: ['SafeText'] },
];

/** Bans accumulate per folder, because a later `no-restricted-syntax` replaces an earlier one. */
const bans = (...lists) => ['error', ...EVERYWHERE, ...lists.flat()];

export default defineConfig(
  globalIgnores(['dist/', '.cache/', 'node_modules/', '**/node_modules/', 'testcar-gate-report/', '**/goldens/']),
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      '@typescript-eslint/require-await': 'off',
      // `void` of `fetch`-like handlers in event listeners is fine; a forgotten promise is not.
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { arguments: false } }],
      eqeqeq: 'error',
      'no-control-regex': 'error',
      'no-console': 'off',
    },
  },
  {
    files: ['src/**/*.ts', 'task/**/*.ts'],
    plugins: { law: { rules: { imports: importLaw } } },
    rules: {
      'law/imports': 'error',
      'no-console': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/only-throw-error': 'off',
      // Ports are records of functions; none of ours reads `this` but classes, which are not taken apart.
      '@typescript-eslint/unbound-method': 'off',
      'no-restricted-syntax': bans(NO_CAST, NO_STDOUT, NO_FILES, NO_ENV, NO_EXIT),
    },
  },
  { files: ['src/core/**/*.ts'], rules: { 'max-lines': ['error', 200] } },
  {
    files: ['src/core/**/*.ts', 'src/gate.ts', 'src/gate/**/*.ts', 'src/ports.ts'],
    rules: { 'no-restricted-syntax': bans(NO_CAST, NO_STDOUT, NO_ENV, NO_EXIT, NO_CLOCK) },
  },
  ...BRANDS.map(({ files, brands }) => ({
    files,
    rules: { 'no-restricted-syntax': bans(noCast(...brands), NO_STDOUT, NO_ENV, NO_EXIT, NO_CLOCK) },
  })),
  ...ADAPTER_BRANDS.map(({ files, brands }) => ({
    files,
    rules: { 'no-restricted-syntax': bans(noCast(...brands), NO_STDOUT, NO_FILES, NO_ENV, NO_EXIT) },
  })),
  {
    files: ['src/adapters/output/**/*.ts'],
    rules: { 'no-restricted-syntax': bans(NO_CAST, NO_FILES, NO_ENV, NO_EXIT) },
  },
  {
    files: ['src/adapters/files/**/*.ts'],
    rules: { 'no-restricted-syntax': bans(NO_CAST, NO_STDOUT, NO_ENV, NO_EXIT) },
  },
  {
    files: ['src/main/**/*.ts', 'task/**/*.ts'],
    rules: { 'no-restricted-syntax': bans(NO_CAST, NO_STDOUT, NO_FILES) },
  },
  {
    files: ['test/**/*.ts', 'scripts/**/*.ts'],
    rules: {
      // Tests look into JSON and hand broken values to parsers on purpose.
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-argument': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
);
