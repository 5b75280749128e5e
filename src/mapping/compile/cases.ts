import type { CaseSpec } from '../read/spec.ts';
import type { Frame, Run } from '../run/run.ts';
import type { Compiled, Fail, RuleContext } from './context.ts';

/** The cases in which a value has nothing to go on. */
export type CaseName = 'absent' | 'null' | 'empty' | 'otherwise' | 'else';

export type OnCase = (frame: Frame, run: Run, value: unknown) => unknown;

export interface CompiledCase {
  on: OnCase;
  /** The value that stands in, when there is one. */
  instead: Compiled | null;
  omits: boolean;
  passes: boolean;
}

interface CaseRequest {
  name: CaseName;
  spec: CaseSpec | null;
  context: RuleContext;
  fail: Fail;
  /** Compiles the value that stands in. */
  compile(spec: Extract<CaseSpec, { kind: 'value' }>['value']): Compiled | null;
  /** What is said when it is an error. */
  complaint: { code: 'MAP_MISSING' | 'MAP_ENUM' | 'MAP_TYPE'; message: string };
}

/** What happens in one case: an error unless the rule says otherwise (of a patch, an absent value is left out). */
export function compileCase(request: CaseRequest): CompiledCase {
  const { name, spec, context, fail, complaint } = request;
  const standard = context.patch && name === 'absent' ? 'omit' : 'error';
  const kind = spec?.kind ?? standard;
  if (spec?.kind === 'value') {
    const instead = request.compile(spec.value);
    const step = `${name}: used the value instead`;
    const on: OnCase = (frame, run) => {
      note(run, step);
      return instead?.read(frame, run);
    };
    return { on, instead, omits: false, passes: false };
  }
  if (kind === 'pass') {
    if (name === 'absent' || name === 'else') {
      const message = `${name}: pass means nothing; write omit, error or a value.`;
      if (spec !== null) context.mistakes.add(spec.place, { code: 'grammar', message });
    }
    const step = `${name}: passed on`;
    const on: OnCase = (_frame, run, value) => {
      note(run, step);
      return value;
    };
    return { on, instead: null, omits: false, passes: true };
  }
  if (kind === 'omit') {
    const step = `${name}: left out`;
    const on: OnCase = (_frame, run) => {
      note(run, step);
      return undefined;
    };
    return { on, instead: null, omits: true, passes: false };
  }
  const on: OnCase = (frame, run, value) => fail(frame, run, { ...complaint, value });
  return { on, instead: null, omits: false, passes: false };
}

export function note(run: Run, step: string): void {
  if (run.trace !== null) run.steps.push(step);
}
