export interface Call {
  method: 'GET' | 'POST' | 'PATCH';
  path: string;
}

const CALLS: readonly (Call & { key: RegExp })[] = [
  { key: /^pick:/, method: 'POST', path: '/picks' },
  { key: /^look:.*:crm:\d+$/, method: 'GET', path: '/orders/{order_id}' },
  { key: /^look:.*:task:\d+$/, method: 'GET', path: '/tasks/{task_id}' },
  { key: /^look:/, method: 'GET', path: '/picks/{pick_id}' },
  { key: /^cancel:/, method: 'POST', path: '/picks/{pick_id}/cancel' },
  { key: /^task:.*:update-[^:]*$/, method: 'PATCH', path: '/tasks/{task_id}' },
  { key: /^task:/, method: 'POST', path: '/tasks' },
  { key: /^crm:/, method: 'POST', path: '/orders/{order_id}/events' },
  { key: /^ask:/, method: 'GET', path: '/orders/{order_id}' },
];

/** The call that a command with this key makes; undefined for a key of another kind. */
export function callOf(commandKey: string): Call | undefined {
  const call = CALLS.find(({ key }) => key.test(commandKey));
  return call === undefined ? undefined : { method: call.method, path: call.path };
}
