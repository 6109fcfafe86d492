import { type Desktop, startDesktop } from '../../support/desktop';
import { STORY } from '../demo/story';
import { createOperator, signInMember, signOut } from './accounts';
import { addDocuments, boundAnswers } from './assistant';
import { openStage, type Stage } from './stage';
import { createTenant, openTab } from './tenants';

/** A desktop with a console on it, closed together. */
export interface World {
  readonly desktop: Desktop;
  readonly stage: Stage;
  close(): Promise<void>;
}

/** Opens a console on a desktop of its own. */
export async function openWorld(env: Readonly<Record<string, string>> = {}): Promise<World> {
  const desktop = await startDesktop();
  try {
    const stage = await openStage(desktop, { dataFolder: desktop.makeFolder('data'), env });
    return {
      desktop,
      stage,
      close: async () => {
        await stage.close();
        await desktop.stop();
      },
    };
  } catch (error) {
    await desktop.stop();
    throw error;
  }
}

/** Opens a console with a tenant whose administrator is signed in and before the Assistant. */
export async function openMemberWorld(): Promise<World> {
  const world = await openWorld();
  try {
    const { page } = world.stage;
    await createOperator(page, STORY.operator);
    await createTenant(page, STORY.tenant);
    await signOut(page);
    await signInMember(page, STORY.tenant);
    await openTab(page, 'Documents');
    await addDocuments(page, STORY.documents);
    await openTab(page, 'Settings');
    await boundAnswers(page, STORY.answerTokens);
    await openTab(page, 'Assistant');
    return world;
  } catch (error) {
    await world.close();
    throw error;
  }
}
