// What a list shows while it has nothing to show: loading, failed with a way out, or empty on purpose.
import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { RequestError } from "../data/problem.ts";
import { Empty } from "./empty.tsx";
import "./query-state.css";

interface QueryStateProps<T> {
  readonly query: UseQueryResult<readonly T[]>;
  readonly empty: { readonly title: string; readonly hint?: string };
  readonly children: (rows: readonly T[]) => ReactNode;
}

export function QueryState<T>({ query, empty, children }: QueryStateProps<T>) {
  const { t } = useTranslation();
  // Old rows are worth more than an error; their age says what they are.
  if (query.data !== undefined) return query.data.length === 0 ? <Empty {...empty} /> : children(query.data);
  if (query.isError) {
    const problem = query.error instanceof RequestError ? query.error.problem?.title : undefined;
    return (
      <div className="query-failed" role="alert">
        <strong>{t("state.failed")}</strong>
        <span className="muted">{problem ?? t("state.network")}</span>
        <button type="button" className="button" onClick={() => void query.refetch()}>
          {t("state.retry")}
        </button>
      </div>
    );
  }
  return (
    <div className="query-loading" role="status">
      <span className="visually-hidden">{t("state.loading")}</span>
      <i />
      <i />
      <i />
    </div>
  );
}
