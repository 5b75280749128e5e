/**
 * Optional packages, made for one platform each, that a lock file names as dependencies but has
 * no entry for. npm leaves them out when the registry at hand lacks them, and `npm ci` then
 * refuses the file everywhere.
 */
export function missingPlatformPackages(lock) {
  return Object.entries(lock.packages).flatMap(([path, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => !isFound(lock.packages, path, name))
      .map(([name, version]) => ({ name, version, dev })),
  );
}

/** Entries for them, as npm itself writes them, except for what only the registry knows. */
export function completeLock(lock) {
  const added = missingPlatformPackages(lock).map(({ name, version, dev }) => [
    `node_modules/${name}`,
    { version, ...(dev ? { dev } : {}), optional: true, ...platformOf(name) },
  ]);
  const packages = [...Object.entries(lock.packages), ...added].toSorted(byPath);
  return { ...lock, packages: Object.fromEntries(packages) };
}

function isFound(packages, from, name) {
  for (let folder = from; ; folder = parentOf(folder)) {
    const candidate = `${folder === '' ? '' : `${folder}/`}node_modules/${name}`;
    if (candidate in packages) return true;
    if (folder === '') return false;
  }
}

function parentOf(path) {
  const end = path.lastIndexOf('/node_modules/');
  return end === -1 ? '' : path.slice(0, end);
}

const SYSTEMS = ['darwin', 'win32', 'freebsd', 'android', 'openharmony', 'linux'];
const PROCESSORS = ['arm64', 'x64', 'ia32', 'ppc64', 's390x', 'riscv64', 'arm'];

function platformOf(name) {
  const os = SYSTEMS.find((system) => name.includes(system));
  const cpu = PROCESSORS.find((processor) => name.split('/').at(-1).includes(processor));
  if (os === undefined || cpu === undefined) throw new Error(`for which platform is ${name}?`);
  return { os: [os], cpu: [cpu], ...(os === 'linux' ? libcOf(name) : {}) };
}

/** Without it npm would install both variants. */
function libcOf(name) {
  if (name.includes('musl')) return { libc: ['musl'] };
  return name.includes('gnu') ? { libc: ['glibc'] } : {};
}

function byPath([a], [b]) {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
