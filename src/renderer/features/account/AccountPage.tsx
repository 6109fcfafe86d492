import { notifications } from '@mantine/notifications';
import { faceOf, usePrincipal } from '../../app/session';
import { PageHeader, Section } from '../../ui';
import { OwnKeys } from '../credentials';
import classes from './account.module.css';
import { useAccountApi } from './accountApi';
import { ChangePasswordForm } from './ChangePasswordForm';
import { OwnSessions } from './OwnSessions';
import { PasskeySection } from './PasskeySection';
import { SecondFactorSection } from './SecondFactorSection';

/** One's own account: password, second factor, sessions. */
export function AccountPage() {
  const principal = usePrincipal();
  const { name, email } = faceOf(principal);
  const account = useAccountApi();
  return (
    <>
      <PageHeader
        order={principal.kind === 'operator' ? 1 : 2}
        title="Your account"
        description={`${name}, ${email}`}
      />
      <div className={classes.page}>
        <SecondFactorSection />
        <PasskeySection />
        <OwnSessions />
        {principal.kind === 'member' && <OwnKeys />}
        <Section title="Password" description="Your other sessions end when it is changed.">
          <div className={classes.narrow}>
            <ChangePasswordForm
              account={account}
              person={{ name, email }}
              onDone={() =>
                notifications.show({
                  title: 'The password was changed',
                  message: 'Other sessions have ended.',
                })
              }
            />
          </div>
        </Section>
      </div>
    </>
  );
}
