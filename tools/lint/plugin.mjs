import { dirname, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ROOMS } from './rooms.mjs';

/** Rules that no plugin brings: who may import whom, and what a transaction may hold. */

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CHECKED = /^(src|workflows|activities)\//;
const BARRELS = /(^workflows\/index\.ts|\/schema\.ts)$/;
const TABLE = 'tools/lint/rooms.mjs';
const ROOM_PATHS = Object.keys(ROOMS).toSorted((a, b) => b.length - a.length);

/** Path from the root, or undefined for a file that lies outside. */
function pathFromRoot(file) {
  const path = relative(ROOT, file).split(sep).join('/');
  return path.startsWith('..') ? undefined : path;
}

function isWithin(path, folder) {
  return path === folder || path.startsWith(`${folder}/`);
}

function roomOf(path) {
  return ROOM_PATHS.find((room) => isWithin(path, room));
}

/** `*` opens every room but the entries and the islands, which have to be named. */
function opens(pattern, path) {
  if (pattern === '*') {
    const room = ROOMS[roomOf(path)];
    return room?.entry !== true && room?.island !== true;
  }
  if (pattern.endsWith('*')) return path.startsWith(pattern.slice(0, -1));
  return isWithin(path, pattern) && roomOf(path) === roomOf(pattern);
}

function opensPackage(pattern, name) {
  if (pattern === '*') return true;
  if (pattern.endsWith(':')) return name.startsWith(pattern);
  return isWithin(name, pattern);
}

/** What is wrong with one import, or undefined. */
function complaint({ from, source, typeOnly }) {
  const room = roomOf(from);
  const wrong = source.startsWith('.')
    ? wrongPath({ room, from, source, typeOnly })
    : wrongPackage({ room, source, typeOnly });
  return wrong === undefined ? undefined : `${room} ${wrong} (see ${TABLE})`;
}

function wrongPackage({ room, source, typeOnly }) {
  const { packages, typePackages = [] } = ROOMS[room];
  const open = typeOnly ? [...packages, ...typePackages] : packages;
  if (open.some((pattern) => opensPackage(pattern, source))) return undefined;
  return `may not import ${source}`;
}

function wrongPath({ room, from, source, typeOnly }) {
  const target = pathFromRoot(resolve(ROOT, dirname(from), source));
  if (target === undefined || !CHECKED.test(target)) return `may not import ${source}`;
  if (roomOf(target) === room) return undefined;
  const { values, types = [] } = ROOMS[room];
  if (values.some((pattern) => opens(pattern, target))) return undefined;
  const asTypes = types.some((pattern) => opens(pattern, target));
  if (asTypes && typeOnly) return undefined;
  return asTypes ? `may import only types of ${target}` : `may not import ${target}`;
}

function homeless(context, node, from) {
  const message = `${from} stands in no room: name its folder in ${TABLE}`;
  context.report({ node: node.body[0] ?? node, message });
}

const layers = {
  create(context) {
    const from = pathFromRoot(context.filename);
    if (from === undefined || !CHECKED.test(from) || from.endsWith('/drizzle.config.ts')) return {};
    if (roomOf(from) === undefined) return { Program: (node) => homeless(context, node, from) };
    const check = (node, source, typeOnly) => {
      if (typeof source !== 'string') return;
      const message = complaint({ from, source, typeOnly });
      if (message !== undefined) context.report({ node, message });
    };
    return {
      ImportDeclaration: (node) => check(node, node.source.value, node.importKind === 'type'),
      ExportAllDeclaration: (node) => check(node, node.source.value, node.exportKind === 'type'),
      ExportNamedDeclaration: (node) => check(node, node.source?.value, node.exportKind === 'type'),
      ImportExpression: (node) => check(node, node.source.value, false),
      TSImportType: (node) =>
        check(node, node.source?.value ?? node.argument?.literal?.value, true),
    };
  },
};

/** A barrel hides who imports whom; only the registry of workflows and a schema may be one. */
const noBarrel = {
  create(context) {
    const from = pathFromRoot(context.filename);
    if (from === undefined || !CHECKED.test(from) || BARRELS.test(from)) return {};
    const report = (node) =>
      context.report({ node, message: 'Import it from where it is declared: no barrels' });
    return {
      ExportAllDeclaration: report,
      ExportNamedDeclaration: (node) => {
        if (node.source?.value.startsWith('.')) report(node);
      },
    };
  },
};

/**
 * better-sqlite3 commits when the callback returns, which for an async one is before its work is
 * done.
 */
const syncTransactions = {
  create(context) {
    return {
      CallExpression(node) {
        const { callee } = node;
        const name =
          callee.type === 'MemberExpression' && callee.property.type === 'Identifier'
            ? callee.property.name
            : undefined;
        if (name !== 'transaction') return;
        for (const argument of node.arguments) {
          if (!isAsync(context, argument)) continue;
          context.report({
            node: argument,
            message:
              'A transaction commits when its callback returns: the callback must not be async',
          });
        }
      },
    };
  },
};

function isAsync(context, node) {
  if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') {
    return node.async;
  }
  if (node.type !== 'Identifier') return false;
  for (let scope = context.sourceCode.getScope(node); scope !== null; scope = scope.upper) {
    const variable = scope.set.get(node.name);
    if (variable === undefined) continue;
    return variable.defs.some((definition) => {
      const declared =
        definition.node.type === 'VariableDeclarator' ? definition.node.init : definition.node;
      return declared?.async === true;
    });
  }
  return false;
}

export default {
  meta: { name: 'crossdock' },
  rules: { layers, 'no-barrel': noBarrel, 'sync-transactions': syncTransactions },
};
