# syntax=docker/dockerfile:1
# All images of docfleet: one target a kind, one build argument a service. docs/images.md has the commands.
#   service  gateway, classification, extraction, validation, review, integration, ledger, retention, webhooks
#   parser   gateway, preprocess, ocr: they start child processes in a sandbox, which needs programs of the system
#   cuda     ocr with the CUDA provider of onnxruntime
#   deploy   deploy: ends by itself

# The same steps as on a developer's machine: npm ci, then npm run build:images.
FROM node:24-trixie-slim AS source
# Python fetches the models, whose digests are pinned; its own version does not matter.
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends python3 python3-pip \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY . .
RUN --mount=type=cache,target=/root/.npm npm ci
# The Node that the tests run on, from the package that the lock file pins.
RUN install -D "$(readlink --canonicalize node_modules/.bin/node)" /out/node

FROM source AS build
ARG IMAGE
RUN npm run build:images -- "${IMAGE}" --to /out/images \
 && mv "/out/images/${IMAGE}" /out/app

# The npm package of onnxruntime lacks its CUDA provider; its own installer fetches it.
FROM source AS build-cuda
RUN ONNXRUNTIME_NODE_INSTALL=cuda12 npm rebuild onnxruntime-node --ignore-scripts=false \
 && npm run build:images -- ocr --to /out/images \
 && mv /out/images/ocr /out/app

# Neither shell nor package manager: the C and C++ libraries, and certificates.
FROM gcr.io/distroless/cc-debian13:nonroot AS deploy
ARG IMAGE
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="docfleet/${IMAGE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build /out/node /usr/local/bin/node
COPY --from=build /out/app /app
WORKDIR /app
# The user is in no list of users, so its home is named here.
ENV HOME=/app
USER 10001:10001
CMD ["node", "main.js"]

FROM deploy AS service
ENV HTTP_HOST=0.0.0.0 HTTP_PORT=8080
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "healthy.js"]

# prlimit and setpriv are part of Debian; bubblewrap is the strongest sandbox, where the runtime allows it.
FROM debian:trixie-slim AS parser
ARG IMAGE
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="docfleet/${IMAGE}" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
# hadolint ignore=DL3008
RUN apt-get update \
 && apt-get install --yes --no-install-recommends bubblewrap \
 && rm -rf /var/lib/apt/lists/*
COPY --from=build /out/node /usr/local/bin/node
COPY --from=build /out/app /app
WORKDIR /app
USER 10001:10001
ENV HOME=/app HTTP_HOST=0.0.0.0 HTTP_PORT=8080 MODELS_DIR=/app/models
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "healthy.js"]
CMD ["node", "main.js"]

# Without bubblewrap, which would hide the devices of the GPU from the engine's processes (docs/sandbox.md).
FROM nvidia/cuda:12.9.1-cudnn-runtime-ubuntu24.04 AS cuda
ARG VERSION
ARG REVISION
LABEL org.opencontainers.image.title="docfleet/ocr" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.licenses="Apache-2.0"
COPY --from=build-cuda /out/node /usr/local/bin/node
COPY --from=build-cuda /out/app /app
WORKDIR /app
USER 10001:10001
ENV HOME=/app HTTP_HOST=0.0.0.0 HTTP_PORT=8080 MODELS_DIR=/app/models OCR_PROVIDER=cuda
EXPOSE 8080
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD ["node", "healthy.js"]
CMD ["node", "main.js"]
