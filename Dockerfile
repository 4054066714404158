# The product with its programs from Debian; the same image is box and server.
FROM node:20-bookworm-slim AS build
WORKDIR /opt/ngatu
COPY . .
RUN ./ngatu --version

FROM node:20-bookworm-slim
RUN apt-get update \
 && apt-get install -y --no-install-recommends ca-certificates ffmpeg mosquitto \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /opt/ngatu /opt/ngatu
ENTRYPOINT ["/opt/ngatu/ngatu"]
