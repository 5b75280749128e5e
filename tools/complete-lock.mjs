// After an `npm install` against a registry that lacks the packages of other platforms: names
// them in package-lock.json, so that `npm ci` accepts it there and on those platforms too.
import { readFileSync, writeFileSync } from 'node:fs';
import { completeLock, missingPlatformPackages } from './lib/lock-file.mjs';
import { packagePath } from './lib/paths.mjs';
import { say } from './lib/progress.mjs';

const file = packagePath(process.argv[2] ?? 'package-lock.json');
const lock = JSON.parse(readFileSync(file, 'utf8'));
const missing = missingPlatformPackages(lock);
if (missing.length > 0) writeFileSync(file, `${JSON.stringify(completeLock(lock), null, 2)}\n`);
say(`${missing.length} packages of other platforms added to package-lock.json`);
