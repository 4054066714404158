// Dark or light: what the reader chose, else what the system prefers.
import { useEffect, useState } from "react";

export type Theme = "dark" | "light";
const STORED_UNDER = "ngatu.theme";

function initialTheme(): Theme {
  const stored = localStorage.getItem(STORED_UNDER);
  if (stored === "dark" || stored === "light") return stored;
  return window.matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(initialTheme);
  useEffect(() => {
    document.documentElement.dataset["theme"] = theme;
  }, [theme]);
  const choose = (chosen: Theme): void => {
    localStorage.setItem(STORED_UNDER, chosen);
    setTheme(chosen);
  };
  return [theme, choose];
}
