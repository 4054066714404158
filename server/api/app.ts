// The HTTP interface, put together without side effects: whoever calls this decides when and where it listens.
import cookie from "@fastify/cookie";
import rateLimit from "@fastify/rate-limit";
import swagger from "@fastify/swagger";
import staticFiles from "@fastify/static";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { LogController } from "fastify";
import { addAuthorization, noteRoutes } from "./authorize.ts";
import { BoxSites } from "./box-sites.ts";
import type { ApiDependencies } from "./dependencies.ts";
import { ForecastBoard } from "../forecast/forecast-board.ts";
import { addGuard, type Reach } from "./guard.ts";
import type { Api } from "./instance.ts";
import { LiveBoard } from "./live-board.ts";
import { principalOf } from "./principal.ts";
import { answerError, ProblemError, sendProblem } from "./problem.ts";
import { addAlerts } from "./routes/alerts.ts";
import { addAudit } from "./routes/audit.ts";
import { addBoxes } from "./routes/boxes.ts";
import { addCaseReview } from "./routes/case-review.ts";
import { addCases } from "./routes/cases.ts";
import { addEvents } from "./routes/events.ts";
import { addEvidence } from "./routes/evidence.ts";
import { addForecasts } from "./routes/forecasts.ts";
import { addForwards } from "./routes/forwards.ts";
import { addGaps } from "./routes/gaps.ts";
import { addHealth } from "./routes/health.ts";
import { addPeople } from "./routes/people.ts";
import { addSession } from "./routes/session.ts";
import { addStream } from "./routes/stream.ts";
import { addSummary } from "./routes/summary.ts";
import { addWatchList } from "./routes/watch-list.ts";
import { addTokens } from "./routes/tokens.ts";
import { StreamHub } from "./stream-hub.ts";

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;

const ABOUT = {
  title: "Ngã Tư",
  version: "1",
  description:
    "Events, cases, alerts and cameras of one Ngã Tư server. People sign in at `POST /api/v1/session` and send its `csrf` as X-CSRF-Token with every change; machines send a key as bearer.",
};

/** Loopback, without TLS: nothing leaves the machine. */
const LOOPBACK: Reach = { secure: false, names: [] };
const ATTEMPTS_PER_MINUTE = 20;

/**
 * Builds the app: `/api/v1`, its description, health and the screen. Streams end when the app closes. Making it ready
 * rejects with UnstatedRouteError where a route does not say who may ask it.
 */
export function buildApp(dependencies: ApiDependencies): Api {
  const { repositories, desk, feed, log, ready, screenFolder, tls, reach = LOOPBACK } = dependencies;
  const now = dependencies.now ?? (() => new Date());
  const app = Fastify({
    ...(tls === undefined ? {} : { https: { ...tls, minVersion: "TLSv1.2" } }),
    // The last address in X-Forwarded-For is the proxy's word; what stands before it is anybody's.
    trustProxy: dependencies.behindProxy === true ? (_address, hop) => hop === 0 : false,
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: "array", allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as Api;

  const sites = new BoxSites(repositories.boxes, log);
  const hub = new StreamHub({
    watch: (box, camera) => dependencies.watch(box, camera),
    siteOf: (box) => sites.siteOf(box),
    log,
    recheckMs: dependencies.recheckMs,
  });
  const board = new LiveBoard();
  const forecasts = new ForecastBoard({
    samples: (box, camera, from) => repositories.crowdSamples.since(box, camera, from),
    now,
  });
  let unsubscribe = (): void => undefined;
  app.addHook("onReady", (done) => {
    sites.start();
    hub.start();
    unsubscribe = feed.subscribe(
      (message) => {
        sites.take(message);
        board.take(message);
        hub.take(message);
      },
      () => hub.figures.clients > 0,
    );
    done();
  });
  app.addHook("preClose", async () => {
    unsubscribe();
    await Promise.all([hub.stop(), sites.stop()]);
  });

  app.removeContentTypeParser("text/plain");
  const who = { repositories, desk, reach };
  noteRoutes(app);
  app.register(cookie);
  app.register(rateLimit, {
    global: false,
    errorResponseBuilder: () => new ProblemError("too-many-attempts"),
  });
  addGuard(app, reach);
  app.after(() => addAuthorization(app, { ...who, audit: repositories.audit }));
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, "not-found"));

  app.register(swagger, { openapi: { openapi: "3.1.0", info: ABOUT } });
  app.register(
    (api: Api, _options, done) => {
      addEvents(api, repositories);
      const attemptsPerMinute = dependencies.attemptsPerMinute ?? ATTEMPTS_PER_MINUTE;
      addSession(api, { ...who, attemptsPerMinute, now });
      addPeople(api, repositories, desk, now);
      addTokens(api, repositories, now);
      addAudit(api, repositories, desk.key);
      addCases(api, repositories, dependencies.evidencePath);
      addCaseReview(api, repositories);
      addEvidence(api, repositories, dependencies.evidencePath);
      addWatchList(api, repositories, now);
      addAlerts(api, repositories);
      addBoxes(api, repositories, board);
      addGaps(api, repositories);
      addForecasts(api, repositories, forecasts);
      addForwards(api, repositories);
      addSummary(api, repositories, hub);
      addStream(api, repositories, hub, async (request) => {
        const found = await principalOf(request, who);
        return found?.due === undefined && found?.access.has("event.read") === true;
      });
      done();
    },
    { prefix: "/api/v1" },
  );
  app.register((open: Api, _options, done) => {
    addHealth(open, ready);
    open.get("/api/openapi.json", { config: { needs: "event.read" }, schema: { hide: true } }, () =>
      app.swagger(),
    );
    done();
  });
  if (screenFolder !== undefined) addScreen(app, screenFolder);
  return app;
}

/** The page that people sign in on: the same files for everybody, and nothing of ours in them. */
function addScreen(app: Api, folder: string): void {
  app.register((screen: Api, _options, done) => {
    screen.addHook("onRoute", (route) => {
      route.config = { ...route.config, needs: "anyone" };
    });
    // File names under assets/ carry a hash of what is in them; the page itself is asked for every time.
    screen.register(staticFiles, {
      root: folder,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const value = path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
        reply.header("cache-control", value);
      },
    });
    done();
  });
}
