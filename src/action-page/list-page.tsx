import type { ActionView } from '../contracts/operators.ts';
import { dueIn } from './moments.ts';
import { Page } from './page.tsx';
import { headingOf } from './words.ts';

interface ListProps {
  actions: readonly ActionView[];
  /** Cursor of the next page; null at the end. */
  next: string | null;
  now: number;
}

/** The open questions, the first due first. */
export function ListPage({ actions, next, now }: ListProps) {
  return (
    <Page title="Crossdock: open questions" signedIn>
      <h1>Open questions</h1>
      {actions.length === 0 ? (
        <p class="lead">Nobody is waited for. Every order goes on by itself.</p>
      ) : (
        <ul class="actions">
          {actions.map((action) => (
            <li>
              <ListItem action={action} now={now} />
            </li>
          ))}
        </ul>
      )}
      {next === null ? null : (
        <p>
          <a href={`/actions?cursor=${encodeURIComponent(next)}`}>Show more</a>
        </p>
      )}
    </Page>
  );
}

function ListItem({ action, now }: { action: ActionView; now: number }) {
  const due = dueIn(action.due_at, now);
  return (
    <a href={`/actions/${encodeURIComponent(action.action_id)}`}>
      <b>{headingOf(action.reason)}</b>
      <div class="badges">
        <span class={`badge ${due.urgency}`}>{due.text}</span>
        <span class="badge">Order {action.order_id}</span>
        {action.status === 'ACKED' ? <span class="badge">Somebody is on it</span> : null}
      </div>
      <span class="soft small">{action.detail}</span>
    </a>
  );
}
