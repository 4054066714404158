// Keeps the stream open while the page is, watching the pictures it shows; a hidden page watches none.
import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";
import { Stream } from "./stream.ts";

function onVisibility(listener: () => void): () => void {
  document.addEventListener("visibilitychange", listener);
  return () => document.removeEventListener("visibilitychange", listener);
}

export function useStream(cameras: readonly string[]): void {
  const client = useQueryClient();
  const [stream] = useState(() => new Stream(client));
  const visible = useSyncExternalStore(onVisibility, () => document.visibilityState === "visible");
  const watched = visible ? cameras.join() : "";
  useEffect(() => {
    stream.watch(watched === "" ? [] : watched.split(","));
  }, [stream, watched]);
  useEffect(() => {
    stream.start();
    return () => stream.stop();
  }, [stream]);
}
