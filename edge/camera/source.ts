// A camera's address with its password taken out: only this form is ever shown, logged or put on a command line.

/** A source of pictures: where it is, and how ffmpeg is told without anybody reading the password on the way. */
export interface Source {
  readonly kind: "rtsp" | "url" | "file";
  /** Without password: for states, logs and errors. */
  readonly shown: string;
  /** With user and password, percent-encoded; the same as `shown` when there is no password. */
  readonly secret: string;
  readonly password: string | undefined;
}

/**
 * Reads `rtsp://user@host/path`, another URL or a file's path. A password in the URL is accepted and moved out of
 * it; `password` (from a file) replaces it.
 */
export function parseSource(source: string, password?: string): Source {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(source)) {
    return { kind: "file", shown: source, secret: source, password: undefined };
  }
  const kind = /^rtsps?:/i.test(source) ? "rtsp" : "url";
  const match = /^([^:]+:\/\/)(?:([^/?#]*)@)?(.*)$/s.exec(source);
  const [, scheme = "", credentials = "", rest = ""] = match ?? [];
  const colon = credentials.indexOf(":");
  const user = colon < 0 ? credentials : credentials.slice(0, colon);
  const inline = colon < 0 ? undefined : decode(credentials.slice(colon + 1));
  const used = password ?? inline;
  const shown = `${scheme}${user === "" ? "" : `${user}@`}${rest}`;
  if (used === undefined) return { kind, shown, secret: shown, password: undefined };
  const encoded = `${encode(decode(user))}:${encode(used)}`;
  return { kind, shown, secret: `${scheme}${encoded}@${rest}`, password: used };
}

/** Takes the password and any `user:password@` out of a text of ffmpeg's. */
export function redact(text: string, source: Source): string {
  let clean = text.replaceAll(source.secret, source.shown);
  if (source.password !== undefined && source.password !== "") {
    for (const form of [source.password, encode(source.password)]) clean = clean.replaceAll(form, "***");
  }
  return clean.replace(/(:\/\/[^/\s:@']*):[^/\s@']*@/g, "$1:***@");
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a bare % in a password typed into the URL
  }
}

/** Also what `encodeURIComponent` leaves: a quote would end the name in the list that ffmpeg reads. */
function encode(text: string): string {
  return encodeURIComponent(text).replace(
    /[!'()*]/g,
    (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
