import { registerHooks } from 'node:module';
import { applyEdits } from './apply-edits.ts';
import { sabotages } from './sabotages.ts';

/**
 * Loaded with `--import <this file>?sabotage=<name>`: gives Node the sources of that sabotage with its lines replaced,
 * as they are loaded. The files on disk stay as they are.
 */
const name = new URL(import.meta.url).searchParams.get('sabotage');
const sabotage = sabotages.find((each) => each.name === name);
if (sabotage === undefined) throw new Error(`no sabotage is called ${name ?? 'nothing'}`);

const waiting = new Set(sabotage.edits.map(({ file }) => file));

registerHooks({
  load: (url, context, nextLoad) => {
    const loaded = nextLoad(url, context);
    const file = [...waiting].find((each) => url.endsWith(`/${each}`));
    if (file === undefined) return loaded;
    waiting.delete(file);
    const { source: bytes } = loaded;
    const source = applyEdits(
      typeof bytes === 'string' ? bytes : new TextDecoder().decode(bytes),
      sabotage.edits.filter((edit) => edit.file === file),
    );
    return { ...loaded, source };
  },
});

process.on('exit', () => {
  if (waiting.size > 0) process.exitCode = 3;
});
