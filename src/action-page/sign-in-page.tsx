import { NoticeBox, Page, type Notice } from './page.tsx';

interface SignInProps {
  /** The action that is returned to; null for the list. */
  actionId: string | null;
  notice: Notice | null;
}

/** Asks for an API key; it travels in the body of a POST and never in an address. */
export function SignInPage({ actionId, notice }: SignInProps) {
  return (
    <Page title="Crossdock: who are you?" signedIn={false}>
      <h1>{actionId === null ? 'Open questions' : 'A decision is needed'}</h1>
      {notice === null ? null : <NoticeBox notice={notice} />}
      <p>
        The link in a task or message opens its question by itself. Without one, give an API key of
        Crossdock: <code>npm start</code> prints it.
      </p>
      <form class="card" method="post" action="/actions/-/sign-in">
        {actionId === null ? null : <input type="hidden" name="action" value={actionId} />}
        <label class="field">
          <span>API key</span>
          <input type="password" name="api_key" autocomplete="current-password" required />
        </label>
        <button class="big">Go on</button>
      </form>
    </Page>
  );
}
