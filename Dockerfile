# The service in a container: built from this folder alone, run by nobody in particular.
FROM python:3.13-slim-bookworm AS build
WORKDIR /build
COPY pyproject.toml requirements.txt README.md LICENSE schema.sql ./
COPY seed seed
COPY quart_app quart_app
RUN python -m venv .venv \
    && .venv/bin/pip install --quiet --disable-pip-version-check --no-compile . -r requirements.txt
RUN install -d data

FROM python:3.13-slim-bookworm
WORKDIR /quart_app
COPY --from=build /build/.venv .venv
COPY --from=build --chown=10001:10001 /build/data data
USER 10001:10001
VOLUME /quart_app/data
ENV SALES_DATABASE=/quart_app/data/sales.db SALES_HOST=0.0.0.0 PYTHONUNBUFFERED=1
EXPOSE 8000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s \
    CMD [".venv/bin/python", "-c", "import urllib.request as u; u.urlopen('http://127.0.0.1:8000/readyz', timeout=4)"]
ENTRYPOINT [".venv/bin/python", "-m", "quart_app"]
CMD ["serve"]
