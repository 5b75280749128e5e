import type { Task } from '../../contracts/tasks.ts';
import { Page } from '../page.tsx';

interface TasksPageProps {
  tasks: Task[];
}

/** The tasks, open ones first. */
export function TasksPage({ tasks }: TasksPageProps) {
  return (
    <Page title="Task manager sandbox: tasks">
      <h1>Tasks</h1>
      <p class="soft">Open ones first. Open a task to assign or complete it.</p>
      {tasks.length === 0 ? (
        <p>There are no tasks yet. An order makes one.</p>
      ) : (
        tasks.map((task) => (
          <article>
            <TaskHeader task={task} href={`/tasks/${task.task_id}/page`} />
            <p class="soft">
              {task.external_ref.type} {task.external_ref.id}, priority {task.priority}
              {task.due_date === null ? '' : `, due ${task.due_date}`}
            </p>
          </article>
        ))
      )}
    </Page>
  );
}

interface TaskHeaderProps {
  task: Task;
  href?: string;
}

function TaskHeader({ task, href }: TaskHeaderProps) {
  return (
    <header class="row">
      <h2>{href === undefined ? task.title : <a href={href}>{task.title}</a>}</h2>
      <span class="status">{task.status}</span>
      <span class="soft">
        {task.task_id} {task.task_type === 'human_action' ? 'needs a decision' : task.task_type}
      </span>
    </header>
  );
}

interface TaskPageProps {
  task: Task;
}

/** One task, with what a person needs to do it. */
export function TaskPage({ task }: TaskPageProps) {
  const link = webLink(task.metadata['link']);
  const path = `/tasks/${task.task_id}/page`;
  return (
    <Page title={`${task.task_id}: ${task.title}`}>
      <p>
        <a href="/">All tasks</a>
      </p>
      <TaskHeader task={task} />
      {link === undefined ? null : (
        <p>
          <a href={link}>Decide it at its source</a>
        </p>
      )}
      <pre>{task.instructions ?? 'There are no instructions.'}</pre>
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
        <dd>{task.due_date ?? 'not set'}</dd>
        {Object.entries(task.metadata).map(([key, value]) => (
          <>
            <dt>{key}</dt>
            <dd>{typeof value === 'string' ? value : JSON.stringify(value)}</dd>
          </>
        ))}
      </dl>
      <Buttons task={task} path={path} />
      <p>
        <a href={`/tasks/${task.task_id}`}>JSON</a>
      </p>
    </Page>
  );
}

function Buttons({ task, path }: { task: Task; path: string }) {
  if (task.status === 'COMPLETED' || task.status === 'CANCELLED') {
    return <p class="soft">This task is {task.status.toLowerCase()}.</p>;
  }
  return (
    <>
      <form method="post" action={`${path}/assign`}>
        <label for="assignee">Assign to</label>
        <input id="assignee" name="assignee" required maxlength={128} value={task.assignee ?? ''} />
        <button type="submit">Assign</button>
      </form>
      <form method="post" action={`${path}/complete`}>
        <button type="submit">Complete</button>
      </form>
    </>
  );
}

/** A link that a browser may follow; anything else, such as `javascript:`, is none. */
function webLink(value: unknown): string | undefined {
  if (typeof value !== 'string' || !URL.canParse(value)) return undefined;
  const { protocol, href } = new URL(value);
  return protocol === 'http:' || protocol === 'https:' ? href : undefined;
}
