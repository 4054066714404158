// In place of a part of the page that the reader's role does not show.
import { useTranslation } from "react-i18next";
import { Empty } from "./empty.tsx";
import { Panel } from "./panel.tsx";

export function NoPermission({ id, title }: { readonly id: string; readonly title: string }) {
  const { t } = useTranslation();
  return (
    <Panel id={id} title={title}>
      <div data-testid="no-permission">
        <Empty title={t("permission.none")} hint={t("permission.hint")} />
      </div>
    </Panel>
  );
}
