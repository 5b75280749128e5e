import { runTraced, type Bundle } from './bundle.ts';
import type { MapResult } from './compile/mapping.ts';

/** How one target field came about. */
export interface FieldOrigin {
  /** `line_items[2].sku`. */
  target: string;
  /** Source paths that were read; none for a constant. */
  sources: string[];
  /** What befell the value on its way, in order: operators, table rows, cases. */
  steps: string[];
  /** `rules/wms-pick.yaml:9:5`. */
  rule: string;
  locked: boolean;
  /** False when the rule left the field out, or failed. */
  written: boolean;
}

export interface Explanation {
  mapping: string;
  version: number;
  result: MapResult;
  fields: FieldOrigin[];
}

/** Says of each target field, or of one, which rule made it of which source. */
export function explain(
  bundle: Bundle,
  name: string,
  { input, target }: { input: unknown; target?: string },
): Explanation {
  const { result, trace } = runTraced(bundle, name, input);
  const fields = trace.map(({ rule, target: at, sources, steps, written }) => ({
    target: at,
    sources,
    steps,
    rule: rule.rule,
    locked: rule.locked,
    written,
  }));
  const wanted = fields.filter((field) => target === undefined || isWithin(field.target, target));
  return { mapping: name, version: bundle.mapping(name).version, result, fields: wanted };
}

/** `line_items[*].sku` means that of every line. */
function isWithin(path: string, wanted: string): boolean {
  const template = path.replaceAll(/\[\d+\]/g, '[*]');
  return [path, template].some(
    (each) => each === wanted || each.startsWith(`${wanted}.`) || each.startsWith(`${wanted}[`),
  );
}
