// Whether the page hears the server.
import { useTranslation } from "react-i18next";
import { useConnection } from "../data/connection.ts";
import { Badge, type Tone } from "./badge.tsx";
import { Dot } from "./dot.tsx";

const TONES = { connecting: "warn", live: "good", lost: "bad" } as const satisfies Record<string, Tone>;

export function ConnectionBadge() {
  const { t } = useTranslation();
  const { state } = useConnection();
  return (
    <span role="status">
      <Badge tone={TONES[state]} testId="connection-state" state={state}>
        <Dot beating={state === "live"} />
        {t(`connection.${state}`)}
      </Badge>
    </span>
  );
}
