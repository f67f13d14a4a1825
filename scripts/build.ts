/** `npm run build`: everything that ships, into dist/. */
import path from 'node:path';
import { buildAll } from './build/build-all.ts';

const root = path.resolve(import.meta.dirname, '..');
await buildAll(root, path.join(root, 'dist'), (line) => {
  console.log(line);
});
