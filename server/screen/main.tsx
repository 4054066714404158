// Starts the screen in the browser.
import { QueryClientProvider } from "@tanstack/react-query";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { Gate } from "./gate.tsx";
import { queryClient } from "./data/query-client.ts";
import { Fault } from "./parts/fault.tsx";
import "./text/language.ts";
import "./style/tokens.css";
import "./style/base.css";

const root = document.getElementById("root");
if (root === null) throw new Error("the page has no element with the id root");
createRoot(root).render(
  <StrictMode>
    <Fault>
      <QueryClientProvider client={queryClient}>
        <Gate />
      </QueryClientProvider>
    </Fault>
  </StrictMode>,
);
