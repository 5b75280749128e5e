import { isGrpcServiceError, type Connection } from '@temporalio/client';
import { encodeSearchAttributeIndexedValueType } from '@temporalio/common/lib/search-attributes.js';
import { messageOf } from '../../errors.ts';
import { SEARCH_ATTRIBUTES } from '../../supervisor/temporal-server.ts';
import { openTemporalConnection, type TemporalTarget } from '../../temporal/connect.ts';
import { failed, ok, skipped, type Check } from './check.ts';

/** What a Temporal server was found to have. */
export interface ServerFindings {
  /** Undefined: it answers. */
  unreachable: string | undefined;
  namespaceExists: boolean;
  /** Names of ours that are absent or have another type; undefined when it does not say. */
  attributesMissing: string[] | undefined;
}

const GRPC_NOT_FOUND = 5;
const TYPES = { Keyword: 'KEYWORD', Bool: 'BOOL', Datetime: 'DATETIME' } as const;

type Target = Pick<TemporalTarget, 'address' | 'namespace'>;

export async function askTemporalServer(
  target: TemporalTarget,
  timeoutMs: number,
): Promise<ServerFindings> {
  const { namespace } = target;
  const connection = openTemporalConnection(target);
  const soon = <T>(use: () => Promise<T>): Promise<T> =>
    connection.withDeadline(Date.now() + timeoutMs, use);
  try {
    await soon(() => connection.workflowService.describeNamespace({ namespace }));
    const attributesMissing = await soon(() => missingAttributes(connection, namespace)).catch(
      () => undefined,
    );
    return { unreachable: undefined, namespaceExists: true, attributesMissing };
  } catch (error) {
    const absent = isGrpcServiceError(error) && error.code === GRPC_NOT_FOUND;
    return {
      unreachable: absent ? undefined : messageOf(error),
      namespaceExists: false,
      attributesMissing: undefined,
    };
  } finally {
    await connection.close();
  }
}

async function missingAttributes(connection: Connection, namespace: string): Promise<string[]> {
  const answer = await connection.operatorService.listSearchAttributes({ namespace });
  return Object.entries(SEARCH_ATTRIBUTES)
    .filter(([name, type]) => {
      const wanted = encodeSearchAttributeIndexedValueType(TYPES[type]);
      return answer.customAttributes[name] !== wanted;
    })
    .map(([name]) => name);
}

export function judgeTemporalServer(target: Target, findings: ServerFindings): Check[] {
  const { address, namespace } = target;
  if (findings.unreachable !== undefined) {
    return [
      failed(
        'temporal',
        `${address} does not answer: ${findings.unreachable}`,
        'Start Crossdock, which starts its own, or correct TEMPORAL_ADDRESS and its sister variables.',
      ),
      skipped('temporal-namespace', 'the server cannot be asked'),
      skipped('temporal-search-attributes', 'the server cannot be asked'),
    ];
  }
  const reached = ok('temporal', `${address} answers`);
  if (!findings.namespaceExists) {
    return [
      reached,
      failed(
        'temporal-namespace',
        `${address} has no namespace ${namespace}`,
        `temporal operator namespace create --address ${address} --namespace ${namespace}`,
      ),
      skipped('temporal-search-attributes', 'there is no namespace to have them'),
    ];
  }
  return [
    reached,
    ok('temporal-namespace', namespace),
    judgeAttributes(target, findings.attributesMissing),
  ];
}

function judgeAttributes({ address, namespace }: Target, missing: string[] | undefined): Check {
  const name = 'temporal-search-attributes';
  if (missing === undefined) return skipped(name, 'the server does not let us list them');
  if (missing.length === 0) return ok(name, Object.keys(SEARCH_ATTRIBUTES).join(', '));
  const flags = Object.entries(SEARCH_ATTRIBUTES)
    .filter(([attribute]) => missing.includes(attribute))
    .map(([attribute, type]) => `--name ${attribute} --type ${type}`);
  return failed(
    name,
    `namespace ${namespace} lacks ${missing.join(', ')}, or has them with another type`,
    `temporal operator search-attribute create --address ${address} --namespace ${namespace} ${flags.join(' ')}`,
  );
}
