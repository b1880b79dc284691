#!/usr/bin/env node
/** The installed name of `npm run docfleet --`: the launcher brings the pinned Node and what is missing. */
import process from 'node:process';
import { URL } from 'node:url';

process.argv.splice(2, 0, 'docfleet');
await import(new URL('../../stack/launch.mjs', import.meta.url).href);
