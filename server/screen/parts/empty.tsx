// Said where a list has no rows, so that nobody takes an empty place for a broken one.
import "./empty.css";

export function Empty({ title, hint }: { readonly title: string; readonly hint?: string }) {
  return (
    <div className="empty">
      <span className="empty-mark" aria-hidden="true" />
      <p>{title}</p>
      {hint !== undefined && <p className="muted">{hint}</p>}
    </div>
  );
}
