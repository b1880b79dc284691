import { registerHooks } from 'node:module';
import { applyEdits } from './apply-edits.ts';
import { sabotages } from './sabotages.ts';

/**
 * Loaded with `--import <this file>?sabotage=<name>`: applies the edits of that sabotage to sources while Node
 * loads them. The files on disk are not changed.
 */
const name = new URL(import.meta.url).searchParams.get('sabotage');
const sabotage = sabotages.find((each) => each.name === name);
if (sabotage === undefined) throw new Error(`Unknown sabotage: ${name ?? '(no name)'}`);

const pendingFiles = new Set(sabotage.edits.map(({ file }) => file));

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const file = [...pendingFiles].find((each) => url.endsWith(`/${each}`));
    if (file === undefined) return loaded;
    pendingFiles.delete(file);
    const { source: bytes } = loaded;
    const source = applyEdits(
      typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes),
      sabotage.edits.filter((edit) => edit.file === file),
    );
    return { ...loaded, source };
  },
});

process.on('exit', () => {
  if (pendingFiles.size > 0) process.exitCode = 3;
});
