/** Names in backticks of the section "Port" of a library's README, in order. What follows the name is left out. */
export function portNames(readme: string): readonly string[] {
  const section = /^## Port\n([\s\S]*?)(?=^## |$(?![\s\S]))/m.exec(readme)?.[1] ?? '';
  return section
    .split('\n')
    .filter((line) => line.startsWith('- '))
    .flatMap((line) => [...line.matchAll(/`([A-Za-z_]\w*)`/g)].flatMap(([, name]) => name ?? []));
}

/**
 * Names that a module exports: those in braces, those it declares, and those of the modules that it exports whole,
 * which `read` gives by their path in the export.
 */
export function exportedNames(source: string, read: (path: string) => string): ReadonlySet<string> {
  const listed = [...source.matchAll(/^export (?:type )?\{([^}]*)\}/gm)]
    .flatMap(([, names = '']) => names.split(','))
    .map((name) => name.replace(/^\s*(?:type )?(?:\w+ as )?/, '').trim())
    .filter((name) => name !== '');
  const declared = [
    ...source.matchAll(/^export (?:async )?(?:const|function|class|interface|type) (\w+)/gm),
  ].flatMap(([, name]) => name ?? []);
  const whole = [...source.matchAll(/^export (?:type )?\* from '([^']+)'/gm)].flatMap(([, path]) =>
    path === undefined ? [] : [...exportedNames(read(path), read)],
  );
  return new Set([...listed, ...declared, ...whole]);
}
