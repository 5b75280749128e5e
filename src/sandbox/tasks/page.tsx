import type { Task } from '../../contracts/tasks.ts';
import { Page } from '../page.tsx';
import { dueOf, escalationOf, isEnded, otherMetadata, webLink } from './page-facts.ts';

interface TasksPageProps {
  tasks: Task[];
  now: number;
}

/** The tasks, decisions first and ended ones last. */
export function TasksPage({ tasks, now }: TasksPageProps) {
  return (
    <Page title="Task manager sandbox: tasks">
      <h1>Tasks</h1>
      <p class="soft">
        Decisions come first, the most pressing on top; ended tasks come last. Open a task to work
        on it.
      </p>
      {tasks.length === 0 ? <p>There are no tasks yet. An order makes one.</p> : null}
      {tasks.map((task) => (
        <article>
          <TaskHeader task={task} href={`/tasks/${task.task_id}/page`} />
          <p class="soft">
            {task.external_ref.type} {task.external_ref.id}, priority {task.priority},{' '}
            {task.assignee === null ? 'nobody has it' : `${task.assignee} has it`}
          </p>
          <Due task={task} now={now} />
        </article>
      ))}
    </Page>
  );
}

interface TaskPageProps {
  task: Task;
  now: number;
}

interface TaskHeaderProps {
  task: Task;
  href?: string;
}

function TaskHeader({ task, href }: TaskHeaderProps) {
  const escalation = isEnded(task) ? undefined : escalationOf(task);
  return (
    <header class="row">
      {href === undefined ? (
        <h1>{task.title}</h1>
      ) : (
        <h2>
          <a href={href}>{task.title}</a>
        </h2>
      )}
      <span class="status">{task.status}</span>
      {escalation === undefined ? null : (
        <span class="status urgent">escalated to {escalation}</span>
      )}
      <span class="soft">
        {task.task_id}, {task.task_type === 'human_action' ? 'a decision' : 'fulfilment'}
      </span>
    </header>
  );
}

function Due({ task, now }: TaskPageProps) {
  const due = dueOf(task, now);
  if (due === undefined) return null;
  return (
    <p class={due.overdue ? 'urgent-text' : 'soft'}>
      {due.overdue ? 'Overdue since ' : 'Due '}
      <time datetime={due.at}>{due.text}</time>
    </p>
  );
}

/** One task, with what a person needs to do it. */
export function TaskPage({ task, now }: TaskPageProps) {
  const link = webLink(task.metadata['link']);
  return (
    <Page title={`${task.task_id}: ${task.title}`}>
      <p>
        <a href="/">All tasks</a>
      </p>
      <TaskHeader task={task} />
      <Due task={task} now={now} />
      <pre>{task.instructions ?? 'There are no instructions.'}</pre>
      {link === undefined || isEnded(task) ? null : (
        <p>
          <a class="big" href={link}>
            Decide in Crossdock
          </a>
        </p>
      )}
      <Facts task={task} now={now} />
      <Buttons task={task} path={`/tasks/${task.task_id}/page`} />
      <p>
        <a href={`/tasks/${task.task_id}`}>JSON</a>
      </p>
    </Page>
  );
}

function Facts({ task, now }: TaskPageProps) {
  const due = dueOf(task, now);
  return (
    <dl>
      <dt>For</dt>
      <dd>
        {task.external_ref.type} {task.external_ref.id}
      </dd>
      <dt>Priority</dt>
      <dd>{task.priority}</dd>
      <dt>Assigned to</dt>
      <dd>{task.assignee ?? 'nobody'}</dd>
      <dt>Due</dt>
      <dd>{due === undefined ? 'not set' : due.text}</dd>
      {task.task_type === 'human_action' ? (
        <>
          <dt>Escalation</dt>
          <dd>{escalationOf(task) ?? 'none'}</dd>
        </>
      ) : null}
      {otherMetadata(task).map(([key, text]) => (
        <>
          <dt>{key}</dt>
          <dd>{text}</dd>
        </>
      ))}
    </dl>
  );
}

function Buttons({ task, path }: { task: Task; path: string }) {
  return (
    <>
      {isEnded(task) ? (
        <p class="soft">This task is {task.status.toLowerCase()}.</p>
      ) : (
        <>
          <form method="post" action={`${path}/assign`}>
            <label for="assignee">Assign to</label>
            <input
              id="assignee"
              name="assignee"
              required
              maxlength={128}
              autocomplete="name"
              value={task.assignee ?? ''}
            />
            <button type="submit">Assign</button>
          </form>
          <form method="post" action={`${path}/complete`}>
            <button type="submit">Close as done</button>
          </form>
        </>
      )}
      <details>
        <summary>Delete this task</summary>
        <p>It is gone for good, here and for everybody who asks for it.</p>
        <form method="post" action={`${path}/delete`}>
          <button type="submit" class="danger">
            Delete {task.task_id}
          </button>
        </form>
      </details>
    </>
  );
}
