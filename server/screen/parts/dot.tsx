// A small light in the colour of the words beside it.
import "./dot.css";

export function Dot({ beating = false }: { readonly beating?: boolean }) {
  return <span className={beating ? "dot dot-beating" : "dot"} aria-hidden="true" />;
}
