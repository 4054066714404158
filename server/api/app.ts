// The HTTP interface, put together without side effects: whoever calls this decides when and where it listens.
import swagger from "@fastify/swagger";
import staticFiles from "@fastify/static";
import type { TypeBoxTypeProvider } from "@fastify/type-provider-typebox";
import Fastify, { LogController } from "fastify";
import type { ApiDependencies } from "./dependencies.ts";
import { ForecastBoard } from "../forecast/forecast-board.ts";
import { addGuard } from "./guard.ts";
import type { Api } from "./instance.ts";
import { LiveBoard } from "./live-board.ts";
import { answerError, sendProblem } from "./problem.ts";
import { addAlerts } from "./routes/alerts.ts";
import { addBoxes } from "./routes/boxes.ts";
import { addCases } from "./routes/cases.ts";
import { addEvents } from "./routes/events.ts";
import { addForecasts } from "./routes/forecasts.ts";
import { addForwards } from "./routes/forwards.ts";
import { addHealth } from "./routes/health.ts";
import { addStream } from "./routes/stream.ts";
import { addSummary } from "./routes/summary.ts";
import { StreamHub } from "./stream-hub.ts";

const BODY_LIMIT_BYTES = 64 * 1024;
const REQUEST_TIMEOUT_MS = 15_000;

const ABOUT = {
  title: "Ngã Tư",
  version: "1",
  description:
    "Events, cases, alerts and cameras of one Ngã Tư server. Nobody can sign in yet, so it answers on this machine's loopback address only.",
};

/** Builds the app: `/api/v1`, its description, health and the screen. Streams end when the app closes. */
export function buildApp(dependencies: ApiDependencies): Api {
  const { repositories, feed, log, ready, screenFolder } = dependencies;
  const app = Fastify({
    loggerInstance: log,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    forceCloseConnections: true,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: "array", allErrors: true } },
  }).withTypeProvider<TypeBoxTypeProvider>() as unknown as Api;

  const hub = new StreamHub((box, camera) => dependencies.watch(box, camera));
  const board = new LiveBoard();
  const forecasts = new ForecastBoard({
    samples: (box, camera, from) => repositories.crowdSamples.since(box, camera, from),
    now: dependencies.now ?? (() => new Date()),
  });
  let unsubscribe = (): void => undefined;
  app.addHook("onReady", (done) => {
    hub.start();
    unsubscribe = feed.subscribe(
      (message) => {
        board.take(message);
        hub.take(message);
      },
      () => hub.figures.clients > 0,
    );
    done();
  });
  app.addHook("preClose", (done) => {
    unsubscribe();
    hub.stop();
    done();
  });

  app.removeContentTypeParser("text/plain");
  addGuard(app);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler((request, reply) => sendProblem(request, reply, "not-found"));

  app.register(swagger, { openapi: { openapi: "3.1.0", info: ABOUT } });
  app.register(
    (api: Api, _options, done) => {
      addEvents(api, repositories);
      addCases(api, repositories, dependencies.evidencePath);
      addAlerts(api, repositories);
      addBoxes(api, repositories, board);
      addForecasts(api, forecasts);
      addForwards(api, repositories);
      addSummary(api, repositories, hub);
      addStream(api, repositories, hub);
      done();
    },
    { prefix: "/api/v1" },
  );
  addHealth(app, ready);
  app.get("/api/openapi.json", { schema: { hide: true } }, () => app.swagger());
  if (screenFolder !== undefined) {
    // File names under assets/ carry a hash of what is in them; the page itself is asked for every time.
    app.register(staticFiles, {
      root: screenFolder,
      cacheControl: false,
      setHeaders: (reply, path) => {
        const value = path.includes("/assets/") ? "public, max-age=31536000, immutable" : "no-cache";
        reply.header("cache-control", value);
      },
    });
  }
  return app;
}
