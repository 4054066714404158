// What is left when the screen itself fails: an apology in both languages and a way out.
import { Component, type ReactNode } from "react";
import i18next from "i18next";
import { Empty } from "./empty.tsx";

interface FaultProps {
  readonly children: ReactNode;
}

export class Fault extends Component<FaultProps, { failed: boolean }> {
  override state = { failed: false };

  static getDerivedStateFromError(): { failed: boolean } {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <main role="alert">
        <Empty title={i18next.t("state.crashed")} hint={i18next.t("state.crashedHint")} />
        <p className="empty">
          <button type="button" className="button button-primary" onClick={() => window.location.reload()}>
            {i18next.t("state.reload")}
          </button>
        </p>
      </main>
    );
  }
}
