import { writeSecrets } from './write-secrets.ts';

/** Called as `node tools/images/dist/first-secrets/main.js <folder>` in the image of the deploy step. */
const [folder, ...more] = process.argv.slice(2);
if (folder === undefined || more.length > 0) {
  process.stderr.write('Give the folder of the secrets, and nothing else. Nothing was done.\n');
  process.exitCode = 2;
} else {
  process.stdout.write(`secrets: ${writeSecrets(folder)} files are in ${folder}\n`);
}
