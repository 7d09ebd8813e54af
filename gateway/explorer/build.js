// Bundles src/explorer.js with its workers, styles and fonts into built/, every name with a hash of its content.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { build } from 'esbuild';

const OUT = 'built';
const WORKERS = {
  editor: 'monaco-editor/esm/vs/editor/editor.worker.js',
  graphql: 'monaco-graphql/esm/graphql.worker.js',
  json: 'monaco-editor/esm/vs/language/json/json.worker.js',
};
// graphiql/style.css already holds the editor's styles and its icon font.
const withoutEditorStyles = {
  name: 'without-editor-styles',
  setup: ({ onLoad }) => onLoad({ filter: /monaco-editor.*\.css$/ }, () => ({ contents: '', loader: 'empty' })),
};
const common = {
  alias: { // GraphiQL asks for prettier's CommonJS twins, which lose their names when bundled
    'prettier/parser-babel': 'prettier/plugins/babel',
    'prettier/parser-graphql': 'prettier/plugins/graphql',
  },
  bundle: true,
  define: { 'process.env.NODE_ENV': '"production"' },
  entryNames: '[name]-[hash]',
  chunkNames: '[name]-[hash]',
  assetNames: '[name]-[hash]',
  legalComments: 'eof',
  logLevel: 'warning',
  metafile: true,
  minify: true,
  outdir: OUT,
  plugins: [withoutEditorStyles],
  target: 'es2022',
};

const entryOf = ({ metafile }, source) => Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith(source));

async function worker([name, source]) {
  const [path] = entryOf(await build({ ...common, entryPoints: { [`worker-${name}`]: source }, format: 'iife' }), source);
  return [name, basename(path)];
}

await rm(OUT, { recursive: true, force: true });
await mkdir(OUT);
const workers = Object.fromEntries(await Promise.all(Object.entries(WORKERS).map(worker)));
const explorer = await build({
  ...common,
  define: { ...common.define, WORKERS: JSON.stringify(workers) },
  entryPoints: { explorer: 'src/explorer.js' },
  format: 'esm',
  splitting: true,
});
const [script, { cssBundle }] = entryOf(explorer, 'src/explorer.js');
const manifest = { script: basename(script), style: basename(cssBundle) };
await writeFile(`${OUT}/manifest.json`, JSON.stringify(manifest)); // last: it says that the build is whole
