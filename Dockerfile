# One image for ingest, jobs and the API: docker-compose.yml says which of them a container runs.
FROM node:24.21.0-slim

WORKDIR /app
COPY package.json package-lock.json ./
# Without the embedded warehouse (optional, 560 MB), tests and tools: only a container with all three URLs set is meant.
RUN npm ci --omit=dev --omit=optional --no-audit --no-fund && npm cache clean --force

COPY models ./models
COPY embedded ./embedded
COPY ingest ./ingest
COPY jobs ./jobs
COPY api ./api

ENV NODE_ENV=production
USER node
EXPOSE 8080
CMD ["node", "api/main.ts"]
