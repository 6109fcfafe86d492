import { PageHeader } from '../../ui';
/** Everything the kit has, on one page. */
export function UiKitPage() {
  return <PageHeader title="UI kit" />;
}
