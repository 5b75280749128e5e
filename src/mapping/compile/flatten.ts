import { joinPath, pathText, type Segment } from '../shape/path.ts';

export interface Gathered {
  items: unknown[];
  /** Path of each item, from the outermost array; null when its position says it. */
  trails: string[] | null;
  /** An element had no inner array. */
  broken: boolean;
}

interface Group {
  value: unknown;
  trail: string;
}

/** All elements of arrays in arrays, in their order: `segments` begin at the outermost array's `[*]`. */
export function flatten(segments: readonly Segment[]): (outer: unknown) => Gathered {
  return (outer) => {
    let groups: Group[] = [{ value: outer, trail: '' }];
    let broken = false;
    for (const segment of segments) {
      groups = groups.flatMap((group) => {
        const next = stepInto(group, segment);
        broken ||= next === null;
        return next ?? [];
      });
    }
    return {
      items: groups.map(({ value }) => value),
      trails: groups.map(({ trail }) => trail),
      broken,
    };
  };
}

function stepInto({ value, trail }: Group, segment: Segment): Group[] | null {
  if (segment === 'each') {
    if (!Array.isArray(value)) return null;
    return value.map((item: unknown, index) => ({ value: item, trail: `${trail}[${index}]` }));
  }
  const key = 'key' in segment ? segment.key : segment.index;
  const inner: unknown =
    typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return [{ value: inner, trail: joinPath(trail, pathText([segment])) }];
}
