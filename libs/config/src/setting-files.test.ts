import { describe, expect, it } from 'vitest';
import { readSettingFiles } from './setting-files.ts';

const files: Readonly<Record<string, string>> = { 'password.txt': ' hidden\n', 'empty.txt': '\n' };
const read = (path: string): string => {
  const content = files[path];
  if (content === undefined) throw new Error(`no ${path}`);
  return content;
};

describe('readSettingFiles', () => {
  it('reads a setting from a file and trims it', () => {
    expect(
      readSettingFiles({ PASSWORD_FILE: 'password.txt', OTHER: '1' }, ['PASSWORD', 'OTHER'], read),
    ).toEqual({
      given: { PASSWORD: 'hidden', PASSWORD_FILE: 'password.txt', OTHER: '1' },
      problems: [],
    });
  });

  it('leaves settings that are names of files themselves', () => {
    const { given } = readSettingFiles({ CA_FILE: 'password.txt' }, ['CA', 'CA_FILE'], read);
    expect(given).toEqual({ CA_FILE: 'password.txt' });
  });

  it('names what is set twice, missing or empty, without contents', () => {
    const given = { A: 'x', A_FILE: 'password.txt', B_FILE: 'absent.txt', C_FILE: 'empty.txt' };
    expect(readSettingFiles(given, ['A', 'B', 'C'], read).problems).toEqual([
      'A and A_FILE are both set: remove one of them',
      'B_FILE is not valid: expected a readable file that is not empty',
      'C_FILE is not valid: expected a readable file that is not empty',
    ]);
  });
});
