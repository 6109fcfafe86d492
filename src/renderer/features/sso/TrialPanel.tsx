import { Button, Group, PasswordInput, Switch, TextInput } from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { IconPlugConnected } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import type { SsoTrial } from '../../../contract';
import { IN_BROWSER } from '../../app/place';
import { useTenantApi } from '../../app/tenant';
import { ErrorNotice, Status } from '../../ui';
import { draftOf, type Fields, type SsoKind } from './draft';
import classes from './sso.module.css';
import { OUTCOMES, ROLES, STEPS } from './words';

const TRIAL_TIMEOUT_MS = 90_000;
/** A little longer than the engine waits for a person to come back from the browser. */
const BROWSER_MS = 6 * 60_000;

const HINTS: Record<SsoKind, string> = {
  ldap: 'Nobody is signed in and nothing is saved. Without a password the person’s groups are still looked up.',
  oidc: 'Nobody is signed in and nothing is saved. The client is tried with a code that the provider cannot know.',
  saml: 'Nobody is signed in and nothing is saved. Without the browser only the certificates can be tried.',
};

interface TrialPanelProps {
  form: UseFormReturnType<Fields>;
  /** `null` while it was never saved. */
  providerId: string | null;
  onProblems: (error: unknown) => void;
}

/** Tries what stands in the form, step by step, without keeping anything of it. */
export function TrialPanel({ form, providerId, onProblems }: TrialPanelProps) {
  const { client } = useTenantApi();
  const [email, setEmail] = useState('');
  const [password, setPassword] = useState('');
  const [browser, setBrowser] = useState(false);
  const { kind } = form.values.settings;
  const trial = useMutation({
    mutationFn: () =>
      client.sso.test(
        {
          id: providerId,
          draft: draftOf(form.values),
          person: email.trim() === '' ? null : { email, password: password === '' ? null : password },
          browser,
        },
        { context: { timeoutMs: browser ? BROWSER_MS : TRIAL_TIMEOUT_MS } },
      ),
    onError: onProblems,
  });
  return (
    <fieldset className={classes.group}>
      <legend>Try it</legend>
      <p className={classes.hint}>{HINTS[kind]}</p>
      {kind === 'ldap' && (
        <div className={classes.fields}>
          <TextInput
            type="email"
            label="E-mail of a person"
            autoComplete="off"
            spellCheck={false}
            value={email}
            onChange={(event) => setEmail(event.currentTarget.value)}
          />
          <PasswordInput
            label="Password of that person"
            autoComplete="off"
            visibilityToggleButtonProps={{ 'aria-label': 'Show the person’s password' }}
            value={password}
            onChange={(event) => setPassword(event.currentTarget.value)}
          />
        </div>
      )}
      {kind !== 'ldap' && (
        <Switch
          label="Sign in in the browser too"
          description={
            IN_BROWSER
              ? 'Only in a window of the console itself: the page opens on the machine where that runs.'
              : providerId === null
                ? 'Once it is saved: what comes back must find its address.'
                : 'With what is saved. Whoever signs in there is not let in here.'
          }
          disabled={providerId === null || IN_BROWSER}
          checked={browser}
          onChange={(event) => setBrowser(event.currentTarget.checked)}
        />
      )}
      <Group>
        <Button
          variant="default"
          leftSection={<IconPlugConnected size={16} />}
          loading={trial.isPending}
          onClick={() => {
            if (!form.validate().hasErrors) trial.mutate();
          }}
        >
          Test
        </Button>
      </Group>
      <div aria-live="polite">
        {trial.isError && <ErrorNotice error={trial.error} fieldsMarked />}
        {trial.data && <Result trial={trial.data} form={form} />}
      </div>
    </fieldset>
  );
}

function Result({ trial, form }: { trial: SsoTrial; form: UseFormReturnType<Fields> }) {
  const role = ROLES.find(({ value }) => value === trial.role);
  const isMapped = (group: string) =>
    form.values.mappings.some((mapping) => mapping.group.toLowerCase() === group.toLowerCase());
  return (
    <div className={classes.group}>
      <ol className={classes.steps} aria-label="Steps of the test">
        {trial.steps.map(({ step, outcome, words }) => (
          <li key={step}>
            <Status tone={OUTCOMES[outcome].tone} label={`${STEPS[step]}: ${OUTCOMES[outcome].word}`} />
            <span>{words}</span>
          </li>
        ))}
      </ol>
      {role && <Status tone="ok" variant="badge" label={`Would sign in as ${role.label}`} />}
      {trial.groups.length > 0 && (
        <ul className={classes.found} aria-label="Groups of the person">
          {trial.groups.map((group) => (
            <li key={group}>
              <span className="mono">{group}</span>
              {!isMapped(group) && (
                <Button
                  variant="subtle"
                  size="compact-xs"
                  onClick={() => form.insertListItem('mappings', { group, role: 'user' })}
                >
                  Give a role
                </Button>
              )}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
