// Reads lists anew although one reading may be on its way: its answer could be older than what made us ask.
import type { QueryClient } from "@tanstack/react-query";

export async function readAgain(client: QueryClient, queryKey: readonly string[] = []): Promise<void> {
  await client.cancelQueries({ queryKey });
  await client.invalidateQueries({ queryKey });
}
